"""Random formulas and tables; what they mean, slow and obvious, is in `tree_walk`."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from allocator.formulas import FormulaName, FormulaTable
from allocator.formulas.tree import Binary, Call, Name, NumberNode, TextNode, Unary

COLUMNS = (
    FormulaName("population", "人口（人）"),
    FormulaName("spend", "标准支出（万元）"),
    FormulaName("rate", "系数"),
    FormulaName("class", "地区类别", is_text=True),
)
CLASSES = ("一类", "二类", "三类")


@st.composite
def tables(draw):
    rows = draw(st.integers(1, 6))
    whole = st.integers(0, 50)
    tenths = st.integers(-30, 30).map(lambda n: Fraction(n, 10))
    thirds = st.integers(-9, 9).map(lambda n: Fraction(n, 3))

    def column(values):
        return tuple(draw(st.lists(values, min_size=rows, max_size=rows)))

    numbers = {"population": column(whole), "spend": column(tenths), "rate": column(thirds)}
    return FormulaTable(rows, numbers, {"class": column(st.sampled_from(CLASSES))})


def number(n, below=1):
    return NumberNode(Fraction(n, below))


literals = st.one_of(
    st.integers(0, 60).map(lambda n: NumberNode(Fraction(n))),
    st.integers(0, 999).map(lambda n: NumberNode(Fraction(n, 100))),
    st.integers(0, 100).map(lambda n: NumberNode(Fraction(n, 100), is_percent=True)),
)
names = st.sampled_from(["population", "spend", "rate"]).map(Name)
of_class = st.builds(
    lambda sign, word: Binary(sign, Name("class"), TextNode(word)),
    st.sampled_from(["=", "<>"]),
    st.sampled_from(CLASSES),
)


def _truths(numbers):
    simple = of_class | st.builds(
        Binary, st.sampled_from(["<", ">", "<=", ">=", "=", "<>"]), numbers, numbers
    )
    return (
        simple
        | st.builds(Binary, st.sampled_from(["and", "or"]), simple, simple)
        | st.builds(lambda truth: Unary("not", truth), simple)
    )


#: Over whom a function of all rows is taken: all of them, or those of the row's class.
by = st.sampled_from([(), (("by", Name("class")),)])


def _arithmetic(numbers):
    return (
        st.builds(Binary, st.sampled_from("+-*/"), numbers, numbers),
        st.builds(lambda x: Unary("-", x), numbers),
        st.builds(lambda x: Call("abs", (x,)), numbers),
        st.builds(
            lambda x, k: Binary("^", x, number(k)), numbers, st.sampled_from((-2, -1, 1, 2, 3))
        ),
        st.builds(
            lambda x, p, n: Call("power", (x, NumberNode(p), number(n))),
            numbers,
            st.sampled_from((Fraction(1, 3), Fraction(3, 2), Fraction(-2, 3), Fraction(2))),
            st.integers(0, 4),
        ),
        st.builds(lambda x, n: Call("sqrt", (x, number(n))), numbers, st.integers(0, 6)),
        st.builds(
            lambda f, x: Call(f, tuple(x)),
            st.sampled_from(["max", "min"]),
            st.lists(numbers, min_size=2, max_size=3),
        ),
        st.builds(
            lambda f, x, n: Call(f, (x, number(n))),
            st.sampled_from(["round", "roundup", "rounddown"]),
            numbers,
            st.integers(-2, 3),
        ),
    )


def _over_all(numbers):
    return (
        st.builds(
            lambda f, x, o: Call(f, (x,), (), o),
            st.sampled_from(["sum", "average", "share", "rank", "max", "min", "count", "median"]),
            numbers,
            by,
        ),
        st.builds(lambda x, o: Call("count", (x,), (), o), _truths(numbers), by),
        st.builds(
            lambda x, n, o: Call("large", (x, number(n)), (), o), numbers, st.integers(1, 3), by
        ),
        st.builds(
            lambda x, p, o: Call("percentile", (x, number(p, 20)), (), o),
            numbers,
            st.integers(0, 20),
            by,
        ),
        st.builds(lambda x, w: Call("average", (x,), (), (("weight", w),)), numbers, numbers),
        st.builds(
            lambda x, p: Call("share", (x,), (), (("least", number(p, 100)),)),
            names,
            st.integers(0, 30),
        ),
    )


def _choices(numbers):
    cases = st.lists(numbers, min_size=3, max_size=3).map(
        lambda values: tuple((TextNode(c), v) for c, v in zip(CLASSES, values, strict=True))
    )
    return (
        st.builds(lambda t, a, b: Call("if", (t, a, b)), _truths(numbers), numbers, numbers),
        st.builds(lambda p: Call("lookup", (Name("class"),), p), cases),
        st.builds(
            lambda p, o: Call("lookup", (Name("class"),), p[:2], (("else", o),)), cases, numbers
        ),
        st.builds(
            lambda f, x, a, b, c: Call(f, (x, c), ((number(5), a), (number(20), b))),
            st.sampled_from(["band", "tiers"]),
            *(numbers,) * 4,
        ),
        st.builds(
            lambda x, a, b, c: Call(
                "interpolate", (x,), ((number(0), a), (number(7), b), (number(20), c))
            ),
            *(numbers,) * 4,
        ),
    )


def _extended(numbers):
    return st.one_of(*_arithmetic(numbers), *_over_all(numbers), *_choices(numbers))


formulas = st.recursive(literals | names, _extended, max_leaves=12)
