"""How far a spreadsheet's doubles may be off the exact values of a live formula.

Every operation is off by at most one part in 2^53 of its result; what decides something (a
comparison, a band, a rounding, a rank) must come out the same for every value within the error,
or nothing is promised. LibreOffice and Excel moreover take a difference of nearly equal numbers
for 0, and nearly equal numbers for equal: hence the margin of one part in 2^40.
Source of the error bounds: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.
2002, §2.2, §3.1, §4.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import inf, isnan, sqrt
from typing import Final

from allocator.formulas.expansion import SHORT, expanded
from allocator.formulas.functions import is_whole
from allocator.formulas.tree import (
    COMPARISONS,
    Binary,
    Call,
    Formula,
    Name,
    Node,
    NumberNode,
    TextNode,
    Unary,
)
from allocator.formulas.values.evaluation import Evaluator, FormulaTable
from allocator.formulas.values.vectors import OversizeError, Vector

_ULP: Final = 2.0**-53
#: The bounds are doubles themselves: a little is added for their own errors.
_SLACK: Final = 1 + 2.0**-30
_NEAR: Final = 2.0**-40


def spreadsheet_errors(
    formula: Formula,
    table: FormulaTable,
    eligible: Sequence[bool] | None = None,
    given: Mapping[str, Sequence[float]] | None = None,
) -> tuple[float, ...]:
    """For each row, the most by which the cell's double may differ from the exact value.

    0.0: the double is the exact value. `inf`: nothing is sure, so a value should stand instead.
    Columns are taken to hold the doubles nearest to their exact values; where a derived column
    stands as a live formula itself, `given` has its errors. Rows that take no part have 0.0.
    """
    run = Evaluator(table, eligible, keeps=True)
    try:
        errors = _Errors(run, given or {}).of(formula.tree)
    except (OversizeError, OverflowError):
        errors = [inf] * run.rows
    return tuple(run.scattered(errors, 0.0))


class _Errors:
    """A walk over the tree beside the exact one; a condition's error is 0 or inf."""

    def __init__(self, run: Evaluator, given: Mapping[str, Sequence[float]]) -> None:
        self.run = run
        self.given = {name: run.gathered(errors) for name, errors in given.items()}
        self.known: dict[int, tuple[Node, list[float]]] = {}
        self.in_whole = 0

    def of(self, node: Node) -> list[float]:
        """The errors of a part, row by row; of a row without a value they mean nothing."""
        if id(node) not in self.known:
            bad = self.bad(node)
            # inf − inf and 0 · inf are no numbers: nothing is sure.
            found = [inf if i in bad or isnan(e) else e for i, e in enumerate(self._of(node))]
            # With the node, so that no other one gets its address.
            self.known[id(node)] = node, found
        return self.known[id(node)][1]

    def bad(self, node: Node) -> Mapping[int, object]:
        exact = self.run.of(node)
        return {} if isinstance(exact, list) else exact.bad

    def _of(self, node: Node) -> list[float]:  # noqa: PLR0911 - one return a kind of node
        match node:
            case TextNode():
                return [0.0] * self.run.rows
            case Name(name) if name in self.given:
                return list(self.given[name])
            case Name() | NumberNode():
                exact = self.run.of(node)
                return self.nearest(exact) if isinstance(exact, Vector) else [0.0] * self.run.rows
            case Unary(_, operand):
                return self.of(operand)
            case Binary(operator, left, right) if operator in COMPARISONS:
                return self.comparison(left, right)
            case Binary("and" | "or" as operator, left, right):
                decided = self.run.truth(left).holds
                pairs = zip(decided, self.of(left), self.of(right), strict=True)
                return [a if holds is (operator == "or") else a + b for holds, a, b in pairs]
            case Binary():
                return self.arithmetic(node)
        assert isinstance(node, Call)  # noqa: S101 - a bound tree has no other parts
        if is_whole(node.function, len(node.arguments)):
            return self.whole(node)
        return self.own(node)

    def floats(self, node: Node) -> list[float]:
        """The exact values as doubles."""
        exact = self.run.number(node)
        return [n / d for n, d in zip(exact.n, exact.each(), strict=True)]

    def nearest(self, exact: Vector, before: Sequence[float] | None = None) -> list[float]:
        """One rounding of results whose operands were off by `before`; 0 where it is exact."""
        before = before or [0.0] * len(exact)
        rows = zip(exact.n, exact.each(), before, strict=True)
        return [_one_rounding(n, d, e) for n, d, e in rows]

    def arithmetic(self, node: Binary) -> list[float]:
        a, b = self.floats(node.left), self.floats(node.right)
        ea, eb = self.of(node.left), self.of(node.right)
        exact = self.run.number(node)
        if node.operator == "^":
            return self.power(a, ea, int(b[0]) if b else 1, self.floats(node))
        rows = zip(a, b, ea, eb, strict=True)
        if node.operator in {"+", "-"}:
            before = [p + q for _, _, p, q in rows]
            result = [
                e + abs(r) if abs(r) <= _NEAR * max(abs(x), abs(y)) else e
                for e, r, x, y in zip(before, self.floats(node), a, b, strict=True)
            ]
            return self.nearest(exact, result)
        if node.operator == "*":
            before = [abs(x) * q + abs(y) * p + p * q for x, y, p, q in rows]
        else:
            before = [
                (p + abs(x / y) * q) / (abs(y) - q) if y and abs(y) > q else inf
                for x, y, p, q in rows
            ]
        return self.nearest(exact, before)

    @staticmethod
    def power(
        a: Sequence[float], errors: Sequence[float], exponent: int, result: Sequence[float]
    ) -> list[float]:
        """Whatever way a program takes to a power: a few roundings beside what the base is off."""
        size, found = abs(exponent), []
        for x, error, r in zip(a, errors, result, strict=True):
            part = error / abs(x) if x else inf if error else 0.0
            off = (1 + part) ** size - 1 if size * part < 1 and exponent > 0 else inf
            if exponent < 0 and size * part < 0.5:
                off = (1 - part) ** -size - 1
            found.append((abs(r) * (off + (size + 4) * 2 * _ULP) + 5e-324) * _SLACK)
        return found

    def comparison(self, left: Node, right: Node) -> list[float]:
        if not isinstance(self.run.of(left), Vector):
            return [0.0] * self.run.rows
        sides = (self.floats(left), self.floats(right), self.of(left), self.of(right))
        rows = zip(*sides, strict=True)
        result = [0.0 if _is_clear(a, b, p, q) else inf for a, b, p, q in rows]
        if not (self.is_nearest(left) and self.is_nearest(right)):
            return result
        # Equal numbers have the same nearest double, whatever its error.
        first, second = self.run.number(left), self.run.number(right)
        return [0.0 if first.at(i) == second.at(i) else e for i, e in enumerate(result)]

    def is_nearest(self, node: Node) -> bool:
        """Whether a part is the double nearest to its value: a number, or a cell of the table."""
        return isinstance(node, NumberNode) or (
            isinstance(node, Name) and node.name not in self.given
        )

    def own(self, node: Call) -> list[float]:  # noqa: PLR0911 - one return a kind of function
        if node.function in SHORT:
            return self.of(expanded(node))
        parts = [self.of(argument) for argument in node.arguments]
        match node.function:
            case "max" | "min":
                return self.extreme(node, parts)
            case "if":
                holds = self.run.truth(node.arguments[0]).holds
                rows = zip(holds, *parts, strict=True)
                return [t + (a if first else b) for first, t, a, b in rows]
            case "abs":
                return parts[0]
            case "lookup" | "band":
                return self.cases(node)
        if node.function not in {"round", "roundup", "rounddown", "sqrt"}:
            return [inf] * self.run.rows
        return self.rounded(node, parts[0])

    def extreme(self, node: Call, parts: Sequence[Sequence[float]]) -> list[float]:
        """The error of those that may be the largest: who is clearly beaten adds none."""
        sign = 1 if node.function == "max" else -1
        values = [[sign * x for x in self.floats(argument)] for argument in node.arguments]
        result = []
        for i, (x, e) in enumerate(
            zip(zip(*values, strict=True), zip(*parts, strict=True), strict=True)
        ):
            best = max(a - b for a, b in zip(x, e, strict=True))
            near = [b for a, b in zip(x, e, strict=True) if not a + b < best - _NEAR * abs(best)]
            result.append(max(near) + (self.margin(node, i) if self.in_whole else 0.0))
        return result

    def margin(self, node: Call, i: int) -> float:
        """Where all rows are computed at once, nearly equal numbers may be taken for equal."""
        exact = self.run.number(node)
        n, d = exact.n[i], exact.d if isinstance(exact.d, int) else exact.d[i]
        return 0.0 if n % d == 0 and abs(n // d) < 2**40 else abs(n / d) * _NEAR

    def cases(self, node: Call) -> list[float]:
        unsure = [0.0] * self.run.rows
        argument = node.arguments[0]
        if isinstance(self.run.of(argument), Vector):
            for key, _ in node.pairs:
                found = self.comparison(argument, key)
                unsure = [u + e for u, e in zip(unsure, found, strict=True)]
        values = [self.of(value) for _, value in node.pairs]
        other = node.option("else") if node.function == "lookup" else node.arguments[1]
        values += [self.of(other)] if other else []
        # Which case a row takes matters little: the worst of all of them is sure.
        return [u + max(e) for u, e in zip(unsure, zip(*values, strict=True), strict=True)]

    def rounded(self, node: Call, errors: Sequence[float]) -> list[float]:
        argument, result = self.run.number(node.arguments[0]), self.run.number(node)
        place = node.arguments[1]
        unit = Fraction(10) ** -int(place.value) if isinstance(place, NumberNode) else Fraction(1)
        sure = []
        for i, error in enumerate(errors):
            if i in argument.bad or i in result.bad:
                sure.append(inf)
                continue
            is_sure = _rounds_surely(node.function, argument.at(i), result.at(i), unit, error)
            sure.append(0.0 if is_sure else inf)
        return self.nearest(result, sure)

    def whole(self, node: Call) -> list[float]:
        rows = self.run.rows
        if node.function == "zscore" or node.option("least") is not None:
            return [inf] * rows
        self.in_whole += 1
        weights = [value for key, value in node.options if key == "weight"]
        parts = [self.of(argument) for argument in (*node.arguments[:1], *weights)]
        self.in_whole -= 1
        own = parts[0] if node.arguments else [0.0] * rows
        result = [0.0] * rows
        for members in self.run.groups(node):
            worst = max((own[i] for i in members), default=0.0)
            if node.function == "count":
                found = [worst] * len(members)
            elif node.function == "rank":
                found = self.ranks(node, members, worst)
            elif node.function in {"max", "min", "large"}:
                found = [worst] * len(members)
            elif node.function in {"median", "percentile"}:
                # low + (high − low) · part: three roundings of numbers no larger than the largest.
                size = max((abs(x) for x in self.floats(node.arguments[0])), default=0.0)
                found = [(worst * 2 + 8 * _ULP * size) * _SLACK] * len(members)
            else:
                found = self.totals(node, members)
            for i, error in zip(members, found, strict=True):
                result[i] = error
        exact = self.run.number(node)
        by = node.option("by")
        if by is not None and not self.is_nearest(by) and any(self.of(by)):
            return [inf] * rows
        if node.function in {"share", "average", "sum"}:
            return self.nearest(exact, result)
        return result

    def ranks(self, node: Call, members: Sequence[int], worst: float) -> list[float]:
        """0 where every other value is clearly above or below, or the same cell's value."""
        values = self.floats(node.arguments[0])
        exact = self.run.number(node.arguments[0])
        argument = node.arguments[0]
        is_given = self.is_nearest(argument)
        order = sorted(members, key=values.__getitem__)
        unsure = set()
        for i, j in pairwise(order):
            is_same = exact.at(i) == exact.at(j)
            if not (is_same and is_given) and not _is_clear(values[i], values[j], worst, worst):
                unsure |= {i, j}
        # Errors of neighbours may chain through a run of values close together.
        return [inf if unsure and i in unsure else 0.0 for i in members]

    def totals(self, node: Call, members: Sequence[int]) -> list[float]:
        """Sums, averages and shares: the error before the last rounding."""
        values, own = self.floats(node.arguments[0]), self.of(node.arguments[0])
        weight = node.option("weight")
        x = [values[i] for i in members]
        e = [own[i] for i in members]
        if weight is not None:
            w, ew = self.floats(weight), self.of(weight)
            pairs = zip(members, x, e, strict=True)
            products = [
                (v * w[i], abs(v) * ew[i] + abs(w[i]) * p + p * ew[i], w[i]) for i, v, p in pairs
            ]
            top, top_error = _sum(
                [v for v, _, _ in products], [p + _ULP * abs(v) for v, p, _ in products]
            )
            below, below_error = _sum([v for _, _, v in products], [ew[i] for i in members])
            return [_quotient(top, top_error, below, below_error)] * len(members)
        total, error = _sum(x, e)
        if node.function == "sum":
            return [error] * len(members)
        if node.function == "average":
            return [_quotient(total, error, float(len(members)), 0.0)] * len(members)
        return [_quotient(v, p, total, error) for v, p in zip(x, e, strict=True)]


def _one_rounding(n: int, d: int, before: float) -> float:
    value = n / d
    if before == 0:
        top, below = value.as_integer_ratio()
        if top * d == n * below:
            return 0.0
    # Below the normal doubles the error is absolute.
    return (before + _ULP * (abs(value) + before) + 5e-324) * _SLACK


def _is_clear(a: float, b: float, error_a: float, error_b: float) -> bool:
    """Whether a comparison comes out the same for all values within the errors."""
    if error_a == error_b == 0 and a == b:
        return True
    return abs(a - b) > (error_a + error_b + _NEAR * max(abs(a), abs(b))) * _SLACK


def _rounds_surely(
    function: str, exact: Fraction, result: Fraction, unit: Fraction, error: float
) -> bool:
    """Whether every value within the error rounds to the result."""
    if error == inf:
        return False
    if function == "sqrt":
        value = sqrt(exact)
        if not value:
            return error == 0
        error = error / value if error else 0.0
        size, distance = value / unit, 0.5 - abs(value - float(result)) / float(unit)
    else:
        steps = abs(exact) / unit
        size, whole = float(steps), steps.numerator // steps.denominator
        rest = steps - whole
        ends = (abs(rest - Fraction(1, 2)),) if function == "round" else (rest, 1 - rest)
        if error == 0 and min(ends) == 0:
            # A tie, or a whole number, that a double holds exactly.
            return size < 2**40
        distance = float(min(ends))
    return distance > (error / float(unit) + _NEAR * (float(size) + 1)) * _SLACK


def _sum(values: Sequence[float], errors: Sequence[float]) -> tuple[float, float]:
    """A sum and its error: none for whole numbers that a double holds."""
    size = sum(map(abs, values))
    if not any(errors) and size < 2**53 and all(v.is_integer() for v in values):
        return sum(values), 0.0
    return sum(values), (sum(errors) + (len(values) + 3) * _ULP * (size + sum(errors))) * _SLACK


def _quotient(a: float, error_a: float, b: float, error_b: float) -> float:
    if abs(b) <= error_b or not b:
        return inf
    return (error_a + abs(a / b) * error_b) / (abs(b) - error_b) * _SLACK
