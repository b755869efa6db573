"""Exact values of formulas for all recipients at once, and every row that has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import compress
from typing import Final, TypeVar

from allocator.formulas.expansion import SHORT, expanded
from allocator.formulas.functions import is_whole
from allocator.formulas.tree import (
    COMPARISONS,
    Binary,
    Call,
    Formula,
    Mistake,
    Name,
    Node,
    NumberNode,
    TextNode,
    Unary,
)
from allocator.formulas.values import rows, whole
from allocator.formulas.values.vectors import (
    Meter,
    OversizeError,
    Truth,
    Vector,
    aligned,
    constant,
    inverse,
    joined_bad,
    keys,
    negated,
    plus,
    rounded,
    times,
    vector_of,
)

#: Rows told for one formula; after them, how many more there are.
_MOST_ROWS_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class FormulaTable:
    """Columns by canonical name, all of `rows` rows; None in a column of numbers is a blank."""

    rows: int
    numbers: Mapping[str, Sequence[int | Fraction | None]]
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Values:
    """What a formula gives, row by row: numbers, or (in `holds`) whether the condition holds.

    Row i is `numerators[i] / denominators`, or over `denominators[i]` where they differ; these
    are not in lowest terms. Rows that take no part have 0 or False. Where a mistake stands in the
    formula, or in one that it names (which tells it), there are no rows.
    """

    numerators: tuple[int, ...] = ()
    denominators: int | tuple[int, ...] = 1
    holds: tuple[bool, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def values(self) -> tuple[int | Fraction, ...]:
        """The numbers, whole ones as int; made at each call, at about 1 µs each."""
        below = self.denominators
        each = below if isinstance(below, int) else list(below)
        return tuple(Vector(list(self.numerators), each).fractions())


T = TypeVar("T")
Operand = Vector | Truth | list[str]


def evaluate(
    formulas: Mapping[str, Formula], table: FormulaTable, eligible: Sequence[bool] | None = None
) -> dict[str, Values]:
    """The values of each formula, in the order given; a formula may name those before it.

    Only `eligible` rows (default: all) are looked at: functions over all recipients mean them.
    A mistake stands with the first formula that it appears in.
    """
    run = Evaluator(table, eligible)
    return {name: run.values(name, formula) for name, formula in formulas.items()}


class Evaluator:
    """One table, its rows that take part, and the columns computed from them.

    With `keeps` the value of every part is kept as well: for few rows, that are asked often.
    """

    def __init__(
        self, table: FormulaTable, eligible: Sequence[bool] | None = None, *, keeps: bool = False
    ) -> None:
        self.keeps = keeps
        self.table = table
        marks = [True] * table.rows if eligible is None else eligible
        self.index = [i for i, takes_part in enumerate(marks) if takes_part]
        self.marks = None if len(self.index) == table.rows else marks
        self.rows = len(self.index)
        self.meter = Meter()
        self.columns: dict[str, Vector] = {}
        self.known: dict[int, tuple[Node, Operand]] = {}
        self.told: set[Mistake] = set()
        self.at = 0

    def values(self, name: str, formula: Formula) -> Values:
        """The formula's values; formulas that follow may name it."""
        try:
            given = self.of(formula.tree)
        except OversizeError:
            message = "计算中的数字过大，或计算量过大"
            mistake = Mistake(
                "formula.size", self.at, message, "除法之后请先取整，如：round(a ÷ b, 6)"
            )
            self.columns[name] = Vector(
                [0] * self.rows, 1, dict.fromkeys(range(self.rows), mistake)
            )
            self.told.add(mistake)
            return Values(mistakes=(mistake,))
        assert not isinstance(given, list)  # noqa: S101 - `want` is a number or a condition
        if isinstance(given, Vector):
            self.columns[name] = given
        mistakes = self.tell(given.bad)
        if given.bad:
            return Values(mistakes=mistakes)
        if isinstance(given, Truth):
            return Values(holds=tuple(self.scattered(given.holds, False)))
        below = given.d
        each = below if isinstance(below, int) else tuple(self.scattered(below, 1))
        return Values(tuple(self.scattered(given.n, 0)), each)

    def tell(self, bad: Mapping[int, Mistake]) -> tuple[Mistake, ...]:
        """The mistakes not told before, by row, the first of them one by one."""
        new = [m for m in dict.fromkeys(bad[i] for i in sorted(bad)) if m not in self.told]
        self.told.update(new)
        if len(new) <= _MOST_ROWS_TOLD:
            return tuple(new)
        more = len(new) - _MOST_ROWS_TOLD
        last = Mistake("formula.more", new[0].position, f"另有 {more:,} 行同样有错", "请一并改正")
        return (*new[:_MOST_ROWS_TOLD], last)

    def scattered(self, values: Sequence[T], nothing: T) -> Sequence[T]:
        """The values at their rows of the table."""
        if self.marks is None:
            return values
        result = [nothing] * self.table.rows
        for i, value in zip(self.index, values, strict=True):
            result[i] = value
        return result

    def gathered(self, values: Sequence[T]) -> Sequence[T]:
        """The values of the rows that take part."""
        return values if self.marks is None else list(compress(values, self.marks))

    def row_mistake(
        self, node: Node, code: str, message: str, remedy: str
    ) -> Callable[[int], Mistake]:
        """Makes the mistake of a row."""
        return lambda i: Mistake(f"formula.{code}", node.at, message, remedy, self.index[i])

    def of(self, node: Node) -> Operand:
        """The value of a node; computed once where this evaluator keeps values."""
        found = self.known.get(id(node))
        if found is not None:
            return found[1]
        given = self._of(node)
        self.at = node.at
        self.meter.spend(self.rows)
        if self.keeps:
            # With the node, so that no other one gets its address.
            self.known[id(node)] = node, given
        return given

    def number(self, node: Node) -> Vector:
        """The value of a node that is a number."""
        given = self.of(node)
        assert isinstance(given, Vector)  # noqa: S101 - binding has seen to it
        return given

    def truth(self, node: Node) -> Truth:
        """The value of a node that is a condition."""
        given = self.of(node)
        assert isinstance(given, Truth)  # noqa: S101
        return given

    def _of(self, node: Node) -> Operand:  # noqa: PLR0911 - one return a kind of node
        match node:
            case NumberNode(value):
                return constant(value, self.rows)
            case TextNode(text):
                return [text] * self.rows
            case Name(name):
                return self.column(node, name)
            case Unary("not", operand):
                truth = self.truth(operand)
                return Truth([not holds for holds in truth.holds], truth.bad)
            case Unary(_, operand):
                return negated(self.number(operand))
            case Binary(operator):
                return self.binary(node, operator)
        assert isinstance(node, Call)  # noqa: S101 - a bound tree has no other parts
        if is_whole(node.function, len(node.arguments)):
            return self.over_all(node)
        return self.call(node)

    def column(self, node: Node, name: str) -> Operand:
        """A column of the table, or one computed before."""
        if name in self.columns:
            return self.columns[name]
        if name in self.table.texts:
            return list(self.gathered(self.table.texts[name]))
        values = self.gathered(self.table.numbers[name])
        blank = self.row_mistake(node, "blank", "这一格是空的", "请填写数字")
        bad = {i: blank(i) for i, value in enumerate(values) if value is None}
        self.columns[name] = vector_of([value or 0 for value in values], bad)
        return self.columns[name]

    def binary(self, node: Binary, operator: str) -> Operand:  # noqa: PLR0911 - one return an operator
        """An operator between two parts."""
        if operator in COMPARISONS:
            return self.comparison(node, operator)
        if operator in {"and", "or"}:
            left, right = self.truth(node.left), self.truth(node.right)
            return rows.both(left, right, is_and=operator == "and")
        a, b = self.number(node.left), self.number(node.right)
        if operator == "^":
            zero = self.row_mistake(node, "zero", "底数为 0，没有负指数的乘方", "请核对数据")
            return rows.whole_power(a, _whole_number(node.right), zero, self.meter)
        if operator == "+":
            return plus(a, b, self.meter)
        if operator == "-":
            return plus(a, negated(b), self.meter)
        if operator == "*":
            return times(a, b, self.meter)
        remedy = "请核对数据，或用 if(除数 = 0, …, …) 写明如何处理"
        return times(a, inverse(b, self.row_mistake(node, "zero", "除数为 0", remedy)), self.meter)

    def comparison(self, node: Binary, operator: str) -> Truth:
        """A comparison of numbers, or of texts as they stand."""
        left, right = self.of(node.left), self.of(node.right)
        if isinstance(left, Vector) and isinstance(right, Vector):
            left, right = aligned(left, right, self.meter)
            return Truth(
                list(map(rows.COMPARE[operator], left.n, right.n)), joined_bad(left, right)
            )
        assert isinstance(left, list)  # noqa: S101 - binding has seen to it
        assert isinstance(right, list)  # noqa: S101
        is_same = operator == "="
        return Truth([(a == b) is is_same for a, b in zip(left, right, strict=True)])

    def call(self, node: Call) -> Vector | Truth:  # noqa: PLR0911 - one return a function
        """A function of each recipient's own values."""
        match node.function:
            case "max" | "min":
                pick = max if node.function == "max" else min
                return rows.extreme([self.number(a) for a in node.arguments], pick, self.meter)
            case "if":
                return self.choice(node)
            case "lookup":
                return self.lookup(node)
            case "band":
                return self.band(node)
        if node.function in SHORT:
            return self.number(expanded(node))
        argument = self.number(node.arguments[0])
        if node.function == "abs":
            return Vector([abs(n) for n in argument.n], argument.d, argument.bad)
        decimals = _whole_number(node.arguments[-1])
        if node.function not in rows.REAL:
            return rounded(argument, decimals, node.function, self.meter)
        wrong = self.row_mistake(node, "domain", rows.REAL[node.function][2], "请核对数据")
        exponent = _constant(node.arguments[1]) if node.function == "power" else Fraction(1)
        return rows.real(node.function, argument, decimals, wrong, self.meter, exponent)

    def choice(self, node: Call) -> Vector | Truth:
        """`if(test, a, b)`."""
        test = self.truth(node.arguments[0])
        a, b = self.of(node.arguments[1]), self.of(node.arguments[2])
        if isinstance(a, Truth) and isinstance(b, Truth):
            return rows.choice_of_truths(test, a, b)
        assert isinstance(a, Vector)  # noqa: S101 - binding has seen to it
        assert isinstance(b, Vector)  # noqa: S101
        return rows.choice(test, a, b, self.meter)

    def lookup(self, node: Call) -> Vector:
        """`lookup(x, case = value, …)`."""
        given = self.of(node.arguments[0])
        cases = [key for key, _ in node.pairs]
        if isinstance(given, Vector):
            shown: list[int | Fraction] | list[str] = given.fractions()
            numbers = [case.value for case in cases if isinstance(case, NumberNode)]
            places = rows.places_of_numbers(given, numbers, self.meter)
        else:
            assert isinstance(given, list)  # noqa: S101 - binding has seen to it
            shown = given
            place_of = {case.text: k for k, case in enumerate(cases) if isinstance(case, TextNode)}
            places = [place_of.get(text, -1) for text in given]
        values = [self.number(value) for _, value in node.pairs]
        other = node.option("else")
        if other is not None:
            values.append(self.number(other))
            places = [len(cases) if place < 0 else place for place in places]

        def wrong(i: int, value: str) -> Mistake:
            message, remedy = f"“{value}”没有列出", "请补上这一类，或写 else = 数"
            return Mistake("formula.unlisted", node.at, message, remedy, self.index[i])

        result = rows.picked(values, places, self.meter)
        bad = {**rows.unlisted(places, shown, wrong), **result.bad}
        return Vector(
            result.n, result.d, bad | (dict(given.bad) if isinstance(given, Vector) else {})
        )

    def band(self, node: Call) -> Vector:
        """`band(x, {limit: value, …}, above all)`."""
        given = self.number(node.arguments[0])
        limits = [_constant(limit) for limit, _ in node.pairs]
        values = [self.number(value) for _, value in node.pairs]
        places = rows.places_in_bands(given, limits, self.meter)
        result = rows.picked([*values, self.number(node.arguments[1])], places, self.meter)
        return Vector(result.n, result.d, {**result.bad, **given.bad})

    def groups(self, node: Call) -> whole.Groups:
        """The rows of each group of `by`, or all rows."""
        by = node.option("by")
        if by is None:
            return [range(self.rows)]
        given = self.of(by)
        if isinstance(given, Vector):
            return whole.groups_of(keys(given, self.meter))
        assert isinstance(given, list)  # noqa: S101 - binding has seen to it
        return whole.groups_of(given)

    def over_all(self, node: Call) -> Vector:
        """A function of all recipients; one row without a value leaves nobody a result."""
        given = self.of(node.arguments[0]) if node.arguments else [""] * self.rows
        weights = node.option("weight")
        weight = self.number(weights) if weights else None
        result = self.whole(node, given, weight)
        bad = {} if isinstance(given, list) else dict(given.bad)
        bad |= dict(weight.bad) if weight else {}
        if not bad:
            return result
        first = bad[min(bad)]
        return Vector(result.n, result.d, {i: bad.get(i, first) for i in range(self.rows)})

    def whole(self, node: Call, given: Operand, weight: Vector | None) -> Vector:  # noqa: PLR0911 - one case a function
        """The function of whole.py that a call means."""

        def wrong(code: str, message: str, remedy: str) -> Mistake:
            return Mistake(f"formula.{code}", node.at, message, remedy)

        groups, meter = self.groups(node), self.meter
        if node.function == "count":
            marks = given.holds if isinstance(given, Truth) else [True] * self.rows
            return whole.count(marks, groups)
        assert isinstance(given, Vector)  # noqa: S101 - binding has seen to it
        match node.function:
            case "sum":
                return whole.total(given, groups, meter)
            case "average":
                return whole.average(given, weight, groups, meter, wrong)
            case "share" if least := node.option("least"):
                return whole.share_at_least(given, _constant(least), groups, meter, wrong)
            case "share":
                return whole.share(given, groups, meter, wrong)
            case "rank":
                return whole.rank(given, groups, meter)
            case "median" | "percentile":
                place = _constant(node.arguments[1]) if node.arguments[1:] else Fraction(1, 2)
                return whole.percentile(given, place, groups, meter)
            case "zscore":
                decimals = _whole_number(node.arguments[1])
                return whole.zscore(given, decimals, groups, meter, wrong)
        nth = {"max": 1, "min": -1}.get(node.function) or _whole_number(node.arguments[1])
        return whole.large(given, nth, groups, meter, wrong)


def _constant(node: Node) -> Fraction:
    assert isinstance(node, NumberNode)  # noqa: S101 - the parser has seen to it
    return node.value


def _whole_number(node: Node) -> int:
    return int(_constant(node))
