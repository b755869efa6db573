"""Rows whose figures are the sums of other rows: whatever they are called, they receive nothing.

That a row equals the sum of others by chance is likely where figures are small and few, and all but
impossible where several columns of large figures agree. So every match carries how many such
matches chance would give: `SumMatch.by_chance`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import gcd
from typing import Final

from allocator.fund.recipients import Number

ColumnCells = Sequence[Number | None]

#: Rows up to which every run of rows is looked at; beyond, only runs beside the row.
_MOST_FOR_RUNS: Final = 150
#: Sums of figures that were rounded, or added in doubles, differ by so much of themselves.
_NOISE: Final = 1e-12


@dataclass(frozen=True, slots=True)
class SumMatch:
    """`row` holds the sums of `parts`; chance alone would give `by_chance` such rows in the table."""

    row: int
    parts: tuple[int, ...]
    by_chance: float


class Figures:
    """The figures of a table: by row, in the columns that add up, as multiples of a column's step."""

    def __init__(self, cells: Mapping[int, ColumnCells]) -> None:
        rows = list(cells)
        width = len(next(iter(cells.values()), ()))
        steps = [_step([cells[row][c] for row in rows]) for c in range(width)]
        self.is_rounded = [step.denominator > 1 for step in steps]
        self.columns: dict[int, dict[int, int]] = {}
        for c, step in enumerate(steps):
            scale, whole = step.denominator, step.numerator
            column = {
                row: v.numerator * scale // (v.denominator * whole)
                for row in rows
                if whole and (v := cells[row][c]) is not None
            }
            # Of columns that are multiples of each other one proves as much as all.
            if column and column not in self.columns.values():
                self.columns[c] = column
        self.chances = {c: _chance(column.values()) for c, column in self.columns.items()}

    def agrees(self, row: int, parts: Sequence[int]) -> float | None:
        """How likely it is by chance that `row` is the sum of `parts`; None when it is not."""
        likely, said = 1.0, 0
        for c, column in self.columns.items():
            value = column.get(row)
            summands = [column[part] for part in parts if part in column]
            if value is None or not summands:
                continue
            # Figures with decimals were rounded, each by half a step; whole ones were not.
            slack = len(summands) / 2 if self.is_rounded[c] else 0
            if abs(value - sum(summands)) > slack + abs(value) * _NOISE:
                return None
            if value:
                likely, said = likely * self.chances[c], said + 1
        return likely if said else None


def _chance(values: Collection[int]) -> float:
    """How likely two figures of a column agree by chance: one in the steps between them."""
    return 1.0 / max(max(values) - min(values), 1)


def _step(values: ColumnCells) -> Fraction:
    """The largest number of which all values of a column are whole multiples; 0 for an empty one."""
    found = [value for value in values if value]
    if len(found) < 2:
        return Fraction(0)
    scale = 1
    for denominator in {value.denominator for value in found}:
        scale = scale * denominator // gcd(scale, denominator)
        if scale > 10**15:
            return Fraction(1, 10**15)
    whole = gcd(*(value.numerator * (scale // value.denominator) for value in found))
    return Fraction(whole, scale)


def sums_of_others(
    figures: Figures, rows: Sequence[int], only: int | None = None
) -> list[SumMatch]:
    """Every row, or `only` that one, that is the sum of all the others, or of a run of others."""
    matches: list[SumMatch] = []
    # A column with blanks says nothing of most rows.
    full = max(map(len, figures.columns.values()), default=0)
    whole = {c: v for c, v in figures.columns.items() if len(v) == full and min(v.values()) >= 0}
    if len(rows) < 3 or not whole:
        return matches
    key = min(whole, key=figures.chances.__getitem__)
    column = [whole[key].get(row, 0) for row in rows]
    guide = _Guide(column, is_rounded=figures.is_rounded[key])
    total, slack = guide.sums[-1], guide.slack(len(rows))
    for i, row in enumerate(rows):
        if only not in (None, row):
            continue
        runs = [rows[first:last] for first, last in _runs(guide, i)]
        if abs(2 * column[i] - total) <= slack:
            runs.append([*rows[:i], *rows[i + 1 :]])
        likely = [(found, parts) for parts in runs if (found := figures.agrees(row, parts))]
        if likely:
            chance, parts = min(likely, key=lambda match: match[0])
            matches.append(SumMatch(row, tuple(parts), chance * len(rows) ** 2))
    return matches


class _Guide:
    """The column in which runs are looked for: its figures, none below 0, and their prefix sums."""

    def __init__(self, column: Sequence[int], *, is_rounded: bool) -> None:
        self.column = column
        self.halves = 1 if is_rounded else 0  # of a step, by which each figure may be off
        self.noise = 1 + int(max(column) * _NOISE)
        self.sums = [0, *accumulate(column)]
        #: Twice the sums and their slack: of runs from one row these grow with their length.
        self.most = [2 * s + self.halves * k for k, s in enumerate(self.sums)]

    def slack(self, rows: int) -> int:
        """How far the sum of so many rows may be off."""
        return self.halves * rows // 2 + self.noise

    def is_sum(self, first: int, end: int, wanted: int) -> bool:
        """Whether the rows from `first` to before `end` come to the figure, as far as one can say."""
        off = abs(self.sums[end] - self.sums[first] - wanted)
        return 2 * off <= self.halves * (end - first) + 2 * self.noise


def _runs(guide: _Guide, i: int) -> Iterator[tuple[int, int]]:
    """(first, behind the last) of the runs above or below place `i` whose sum is its figure.

    In a long table a run must stand beside the row: so each is found by bisection.
    """
    rows = len(guide.column)
    if guide.column[i]:
        yield from _runs_within(guide, 0, i, i) if i <= _MOST_FOR_RUNS else _runs_above(guide, i)
        is_short = rows - i - 1 <= _MOST_FOR_RUNS
        yield from _runs_within(guide, i + 1, rows, i) if is_short else _runs_below(guide, i)


def _runs_within(guide: _Guide, low: int, high: int, i: int) -> Iterator[tuple[int, int]]:
    """Both ends only move on."""
    wanted, slack, sums = guide.column[i], guide.slack(high - low), guide.sums
    last = low
    for first in range(low, high):
        last = max(last, first + 1)
        while last < high and sums[last] - sums[first] < wanted - slack:
            last += 1
        end = last
        while abs(sums[end] - sums[first] - wanted) <= slack:
            if end - first > 1:
                yield first, end
            if end == high:
                break
            end += 1


def _runs_below(guide: _Guide, i: int) -> Iterator[tuple[int, int]]:
    first, wanted, rows = i + 1, guide.column[i], len(guide.column)
    least = guide.most[first] + 2 * (wanted - guide.noise)
    for end in range(max(bisect_left(guide.most, least, first), first + 2), rows + 1):
        if not guide.is_sum(first, end, wanted):
            break
        yield first, end


def _runs_above(guide: _Guide, i: int) -> Iterator[tuple[int, int]]:
    wanted = guide.column[i]
    least = guide.most[i] - 2 * (wanted - guide.noise)
    for first in range(min(bisect_right(guide.most, least, 0, i) - 1, i - 2), -1, -1):
        if not guide.is_sum(first, i, wanted):
            break
        yield first, i
