"""Random formulas and tables, and what they mean, row by row in Fractions, slow and obvious."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import strategies as st

from allocator.formulas import FormulaName, FormulaTable
from allocator.formulas.tree import Binary, Call, Name, Node, NumberNode, TextNode, Unary

COLUMNS = (
    FormulaName("population", "人口（人）"),
    FormulaName("spend", "标准支出（万元）"),
    FormulaName("rate", "系数"),
    FormulaName("class", "地区类别", is_text=True),
)
CLASSES = ("一类", "二类", "三类")


class NoValueError(Exception):
    """The row, or the whole formula, has no value."""


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


def _extended(numbers):
    truths = _truths(numbers)
    by = st.sampled_from([(), (("by", Name("class")),)])
    decimals = st.integers(-2, 3).map(lambda n: NumberNode(Fraction(n)))
    cases = st.lists(numbers, min_size=3, max_size=3).map(
        lambda values: tuple((TextNode(c), v) for c, v in zip(CLASSES, values, strict=True))
    )
    return st.one_of(
        st.builds(Binary, st.sampled_from("+-*/"), numbers, numbers),
        st.builds(lambda x: Unary("-", x), numbers),
        st.builds(lambda x: Call("abs", (x,)), numbers),
        st.builds(
            lambda x, k: Binary("^", x, NumberNode(Fraction(k))),
            numbers,
            st.sampled_from((-2, -1, 1, 2, 3)),
        ),
        st.builds(
            lambda x, p, n: Call("power", (x, NumberNode(p), NumberNode(Fraction(n)))),
            numbers,
            st.sampled_from((Fraction(1, 3), Fraction(3, 2), Fraction(-2, 3), Fraction(2))),
            st.integers(0, 4),
        ),
        st.builds(
            lambda f, x: Call(f, tuple(x)),
            st.sampled_from(["max", "min"]),
            st.lists(numbers, min_size=2, max_size=3),
        ),
        st.builds(
            lambda f, x, o: Call(f, (x,), (), o),
            st.sampled_from(["sum", "average", "share", "rank", "max", "min", "count", "median"]),
            numbers,
            by,
        ),
        st.builds(lambda x, o: Call("count", (x,), (), o), truths, by),
        st.builds(
            lambda x, n, o: Call("large", (x, NumberNode(Fraction(n))), (), o),
            numbers,
            st.integers(1, 3),
            by,
        ),
        st.builds(lambda x, w: Call("average", (x,), (), (("weight", w),)), numbers, numbers),
        st.builds(
            lambda x, p: Call("share", (x,), (), (("least", NumberNode(Fraction(p, 100))),)),
            names,
            st.integers(0, 30),
        ),
        st.builds(lambda t, a, b: Call("if", (t, a, b)), truths, numbers, numbers),
        st.builds(lambda p: Call("lookup", (Name("class"),), p), cases),
        st.builds(
            lambda p, o: Call("lookup", (Name("class"),), p[:2], (("else", o),)), cases, numbers
        ),
        st.builds(
            lambda x, a, b, c: Call(
                "band", (x, c), ((NumberNode(Fraction(5)), a), (NumberNode(Fraction(20)), b))
            ),
            numbers,
            numbers,
            numbers,
            numbers,
        ),
        st.builds(
            lambda x, a, b, c: Call(
                "tiers", (x, c), ((NumberNode(Fraction(5)), a), (NumberNode(Fraction(20)), b))
            ),
            numbers,
            numbers,
            numbers,
            numbers,
        ),
        st.builds(
            lambda x, a, b, c: Call(
                "interpolate",
                (x,),
                (
                    (NumberNode(Fraction(0)), a),
                    (NumberNode(Fraction(7)), b),
                    (NumberNode(Fraction(20)), c),
                ),
            ),
            numbers,
            numbers,
            numbers,
            numbers,
        ),
        st.builds(
            lambda x, p, o: Call("percentile", (x, NumberNode(Fraction(p, 20))), (), o),
            numbers,
            st.integers(0, 20),
            by,
        ),
        st.builds(
            lambda f, x, n: Call(f, (x, n)),
            st.sampled_from(["round", "roundup", "rounddown"]),
            numbers,
            decimals,
        ),
        st.builds(
            lambda x, n: Call("sqrt", (x, NumberNode(Fraction(n)))), numbers, st.integers(0, 6)
        ),
    )


formulas = st.recursive(literals | names, _extended, max_leaves=12)


def value(node: Node, table: FormulaTable, rows: list[int], i: int):  # noqa: PLR0911, PLR0912, PLR0915, C901
    """The value of a tree for row i, `rows` taking part."""
    match node:
        case NumberNode(number):
            return number
        case TextNode(text):
            return text
        case Name(name):
            return table.texts[name][i] if name in table.texts else Fraction(table.numbers[name][i])
        case Unary("not", operand):
            return not value(operand, table, rows, i)
        case Unary(_, operand):
            return -value(operand, table, rows, i)
        case Binary("and", left, right):
            return value(left, table, rows, i) and value(right, table, rows, i)
        case Binary("or", left, right):
            return value(left, table, rows, i) or value(right, table, rows, i)
        case Binary(operator, left, right):
            a, b = value(left, table, rows, i), value(right, table, rows, i)
            if (operator == "/" and b == 0) or (operator == "^" and a == 0 and b < 0):
                raise NoValueError
            return {
                "+": lambda: a + b,
                "-": lambda: a - b,
                "*": lambda: a * b,
                "^": lambda: a ** int(b),
                "/": lambda: a / b,
                "<": lambda: a < b,
                ">": lambda: a > b,
                "<=": lambda: a <= b,
                ">=": lambda: a >= b,
                "=": lambda: a == b,
                "<>": lambda: a != b,
            }[operator]()
        case Call("abs", (argument,)):
            return abs(value(argument, table, rows, i))
        case Call("power", (argument, p, n)):
            given = value(argument, table, rows, i)
            if given < 0 or (p.value < 0 and given == 0):
                raise NoValueError
            unit = Fraction(1, 10 ** int(n.value))
            # given^(a/b) ≥ (m + ½)·unit, where the b-th powers of both sides are.
            a, b = p.value.numerator, p.value.denominator
            target = given**a
            low, high = 0, 1
            while target >= ((high - Fraction(1, 2)) * unit) ** b:
                high *= 2
            while high - low > 1:
                middle = (low + high) // 2
                is_below = target >= ((middle - Fraction(1, 2)) * unit) ** b
                low, high = (middle, high) if is_below else (low, middle)
            return low * unit
        case Call("if", (test, a, b)):
            return value(a if value(test, table, rows, i) else b, table, rows, i)
        case Call("lookup", (argument,), pairs, options):
            given = value(argument, table, rows, i)
            for key, result in pairs:
                if given == (key.text if isinstance(key, TextNode) else key.value):
                    return value(result, table, rows, i)
            if not options:
                raise NoValueError
            return value(options[0][1], table, rows, i)
        case Call("tiers", (argument, above), ((_, a), (_, b))):
            given = value(argument, table, rows, i)
            parts = min(given, 5), min(max(given - 5, 0), 15), max(given - 20, 0)
            rates = [value(rate, table, rows, i) for rate in (a, b, above)]
            return sum((p * r for p, r in zip(parts, rates, strict=True)), Fraction(0))
        case Call("interpolate", (argument,), ((_, a), (_, b), (_, c))):
            given = value(argument, table, rows, i)
            if given <= 0:
                return value(a, table, rows, i)
            if given > 20:
                return value(c, table, rows, i)
            (x, y), width = ((a, b), 7) if given <= 7 else ((b, c), 13)
            start, end = value(x, table, rows, i), value(y, table, rows, i)
            return start + (end - start) * (given - (0 if given <= 7 else 7)) / width
        case Call("band", (argument, above), pairs):
            given = value(argument, table, rows, i)
            for limit, result in pairs:
                if given <= limit.value:
                    return value(result, table, rows, i)
            return value(above, table, rows, i)
        case Call("round" | "roundup" | "rounddown", (argument, n)):
            scaled = abs(given := value(argument, table, rows, i)) * Fraction(10) ** int(n.value)
            whole = {
                "round": math.floor(scaled + Fraction(1, 2)),
                "roundup": math.ceil(scaled),
                "rounddown": math.floor(scaled),
            }[node.function]
            return (-1 if given < 0 else 1) * whole / Fraction(10) ** int(n.value)
        case Call("sqrt", (argument, n)):
            given = value(argument, table, rows, i)
            if given < 0:
                raise NoValueError
            unit = Fraction(1, 10 ** int(n.value))
            whole = math.isqrt(math.floor(given / unit**2))
            return unit * (whole + ((whole + Fraction(1, 2)) ** 2 * unit**2 <= given))
        case Call(("max" | "min") as function, arguments) if len(arguments) > 1:
            return (max if function == "max" else min)(value(a, table, rows, i) for a in arguments)
    return _over_all(node, table, rows, i)


def _over_all(node: Call, table: FormulaTable, rows: list[int], i: int):  # noqa: PLR0911, PLR0912, C901
    all_values = {j: value(node.arguments[0], table, rows, j) for j in rows}
    weight = node.option("weight")
    weights = {j: Fraction(1) if weight is None else value(weight, table, rows, j) for j in rows}
    by = node.option("by")
    members = (
        rows
        if by is None
        else [j for j in rows if value(by, table, rows, j) == value(by, table, rows, i)]
    )
    x = {j: all_values[j] for j in members}
    match node.function:
        case "count":
            return Fraction(sum(v for v in x.values()) if isinstance(x[i], bool) else len(x))
        case "sum":
            return sum(x.values(), Fraction(0))
        case "average":
            below = sum(weights[j] for j in members)
            if below == 0:
                raise NoValueError
            return sum(weights[j] * x[j] for j in members) / Fraction(below)
        case "max":
            return max(x.values())
        case "min":
            return min(x.values())
        case "rank":
            return Fraction(1 + sum(v > x[i] for v in x.values()))
        case "percentile":
            ordered = sorted(x.values())
            way = node.arguments[1].value * (len(x) - 1)
            low = ordered[int(way)]
            return low + (ordered[-int(-way // 1)] - low) * (way - int(way))
        case "median":
            ordered = sorted(x.values())
            return (ordered[(len(x) - 1) // 2] + ordered[len(x) // 2]) / 2
        case "large":
            place = int(node.arguments[1].value)
            if place > len(x):
                raise NoValueError
            return sorted(x.values(), reverse=True)[place - 1]
    least = node.option("least")
    if least is None:
        if sum(x.values()) == 0:
            raise NoValueError
        return x[i] / sum(x.values())
    return _lifted_share(x, least.value, i)


def _lifted_share(x: dict[int, Fraction], least: Fraction, i: int) -> Fraction:
    """Lift all who are below, share the rest again, until nobody is below."""
    lifted: set[int] = set()
    if least * len(x) > 1:
        raise NoValueError
    if least * len(x) == 1:
        return least
    while True:
        others = sum(v for j, v in x.items() if j not in lifted)
        if others <= 0:
            # Only negative or no values are left to share by; those below go first.
            below = {j for j in x if j not in lifted and x[j] < 0}
            if not below:
                raise NoValueError
            lifted |= below
            continue
        rest = 1 - least * len(lifted)
        shares = {j: rest * v / others for j, v in x.items() if j not in lifted}
        below = {j for j, share in shares.items() if share < least}
        if not below:
            return least if i in lifted else shares[i]
        lifted |= below
