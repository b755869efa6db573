"""A small linear program as plain data, in whole numbers: few columns, any number of rows.

Rows read Σ coefficients · x ≥ least. A `SumRow` is a concave condition made of many small minima;
it enters a program through its linear pieces, a cut at a time (J. E. Kelley, The cutting-plane
method for solving convex programs, 1960).
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest
from math import lcm
from operator import mul
from typing import Final, NamedTuple

from allocator.fund.recipients import Number

_FEW: Final = 20
_FAR: Final = 1e300
#: The tag of rows that keep what earlier aims reached; they hold for one program only.
HELD: Final = "held"

#: Coefficients and a constant: a linear function of the columns, zeros at the end left out.
Form = tuple[tuple[Number, ...], Number]


class Row(NamedTuple):
    """Σ_j coefficients[j] · x_j ≥ least; zeros at the end may be left out. `tag` says whose it is.

    A named tuple, since there may be a hundred thousand of them.
    """

    coefficients: tuple[int, ...]
    least: int
    tag: Hashable = None


@dataclass(frozen=True, slots=True)
class SumRow:
    """Σ_j min over the pieces of term j ≥ least, whole numbers throughout."""

    terms: tuple[tuple[tuple[tuple[int, ...], int], ...], ...]
    least: int
    width: int
    tag: Hashable = None

    def cut(self, point: Point) -> tuple[int, Row]:
        """The slack at the point (times its denominator) and the row that is tight there."""
        x, scale = point.numerators, point.denominator
        total, constant = 0, 0
        chosen: list[tuple[int, ...]] = []
        for pieces in self.terms:
            best = None
            for coefficients, rest in pieces:
                value = sum(map(mul, coefficients, x)) + rest * scale
                if best is None or value < best:
                    best, piece = value, (coefficients, rest)
            total += best or 0
            chosen.append(piece[0])
            constant += piece[1]
        sums = [0] * self.width
        for coefficients in chosen:
            for j, coefficient in enumerate(coefficients):
                sums[j] += coefficient
        return total - self.least * scale, Row(tuple(sums), self.least - constant, self.tag)

    def through(self, chosen: Sequence[int]) -> Row:
        """The row made of the chosen piece of each term; it holds wherever the sum does."""
        pieces = [term[piece] for term, piece in zip(self.terms, chosen, strict=True)]
        constant = sum(rest for _, rest in pieces)
        columns = zip_longest(*(coefficients for coefficients, _ in pieces), fillvalue=0)
        return Row(tuple(map(sum, columns)), self.least - constant, self.tag)


@dataclass(frozen=True, slots=True)
class Column:
    """A variable between two exact bounds; `scale` is its usual size, for the floating solver."""

    name: str
    low: Fraction
    high: Fraction
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the program over one denominator, so that rows are tried in whole numbers."""

    numerators: tuple[int, ...]
    denominator: int

    @classmethod
    def of(cls, values: Sequence[Fraction]) -> Point:
        """The point with these coordinates."""
        common = lcm(*(value.denominator for value in values))
        return cls(tuple(v.numerator * (common // v.denominator) for v in values), common)


@dataclass(slots=True)
class Model:
    """Minimise objective · x over the columns' bounds, the rows and the sums."""

    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    sums: list[SumRow] = field(default_factory=list)
    objective: Mapping[int, Number] = field(default_factory=dict)

    def column(self, name: str, low: Number, high: Number, scale: float = 1.0) -> int:
        """Add a column; its number."""
        self.columns.append(Column(name, Fraction(low), Fraction(high), scale))
        return len(self.columns) - 1

    def costs(self) -> list[Fraction]:
        """The objective as a dense vector."""
        return [Fraction(self.objective.get(j, 0)) for j in range(len(self.columns))]

    def box(self) -> Iterator[Row]:
        """The columns' bounds as rows, low then high of each."""
        for j, column in enumerate(self.columns):
            for sign, bound in ((1, column.low), (-1, -column.high)):
                yield Row((0,) * j + (sign * bound.denominator,), bound.numerator, ("box", j, sign))

    def violated(self, point: Point, most: int, tolerance: float = 0.0) -> list[Row]:
        """Up to `most` rows that the point violates, the worst in their own scale first.

        Slacks are whole numbers; `tolerance` is relative, for points out of the floating solver.
        Where very many are violated, only the deepest of them are looked at.
        """
        x, scale = point.numerators, point.denominator
        slacks = [sum(map(mul, left, x)) - least * scale for left, least, _ in self.rows]
        below = [(slack, k) for k, slack in enumerate(slacks) if slack < 0]
        if len(below) > _FEW * most:
            below = heapq.nsmallest(_FEW * most, below)
        found = [(slack, self.rows[k]) for slack, k in below]
        found += [cut for cut in (row.cut(point) for row in self.sums) if cut[0] < 0]
        scales = [column.scale for column in self.columns]

        def depth(item: tuple[int, Row]) -> float:
            largest, size = row_size(item[1], scales)
            return quotient(item[0], scale * largest) / size

        ranked = sorted(((depth(item), k) for k, item in enumerate(found)))
        return [found[k][1] for d, k in ranked[:most] if d < -tolerance]


def row_size(row: Row, scales: Sequence[float]) -> tuple[int, float]:
    """The largest coefficient, and how large it is beside it once the columns are scaled.

    Two numbers, since coefficients may be too long for a float; their product is the row's size.
    """
    largest = max(map(abs, row.coefficients), default=0) or 1
    sizes = (abs(c) / largest * s for c, s in zip(row.coefficients, scales, strict=False))
    return largest, max(sizes, default=0.0) or 1.0


def quotient(over: int, under: int) -> float:
    """The nearest float, or one far beyond all that matters."""
    try:
        return over / under
    except OverflowError:
        return _FAR if (over > 0) == (under > 0) else -_FAR


def whole_row(coefficients: Sequence[Number], least: Number, tag: Hashable = None) -> Row:
    """The row Σ coefficients · x ≥ least with its denominators cleared.

    >>> whole_row([Fraction(1, 2), -1], Fraction(1, 3))
    Row(coefficients=(3, -6), least=2, tag=None)
    """
    common = lcm(least.denominator, *[c.denominator for c in coefficients])
    if common == 1:
        return Row(tuple([int(c) for c in coefficients]), int(least), tag)
    whole = tuple([c.numerator * (common // c.denominator) for c in coefficients])
    return Row(whole, least.numerator * (common // least.denominator), tag)


def whole_sum(terms: Sequence[Sequence[Form]], least: Number, tag: Hashable = None) -> SumRow:
    """The condition Σ min(pieces of each term) ≥ least with its denominators cleared."""
    width = max((len(coefs) for term in terms for coefs, _ in term), default=0)
    numbers = [n for pieces in terms for coefs, rest in pieces for n in (*coefs, rest)]
    common = lcm(least.denominator, *{n.denominator for n in numbers})
    if common == 1 and all(type(n) is int for n in numbers):
        return SumRow(tuple(map(tuple, terms)), int(least), width, tag)  # type: ignore[arg-type]

    def whole(n: Number) -> int:
        return n.numerator * (common // n.denominator)

    pieces = tuple(
        tuple((tuple(map(whole, coefficients)), whole(rest)) for coefficients, rest in term)
        for term in terms
    )
    return SumRow(pieces, whole(least), width, tag)
