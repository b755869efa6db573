"""Rows whose figures are the sums of other rows: whatever they are called, they receive nothing.

That a row equals the sum of others by chance is likely where figures are small and few, and all but
impossible where several columns of large figures agree. So every match carries how many such
matches chance would give: `Match.by_chance`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Final

Cells = Sequence[Fraction | None]

#: Rows up to which every run of rows is looked at; beyond, only runs beside the row.
_MOST_FOR_RUNS: Final = 150
#: Sums of figures that were rounded, or added in doubles, differ by so much of themselves.
_NOISE: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Match:
    """`row` holds the sums of `parts`; chance alone would give `by_chance` such rows in the table."""

    row: int
    parts: tuple[int, ...]
    by_chance: float


class Figures:
    """The figures of a table: by row, in the columns that add up, as multiples of a column's step."""

    def __init__(self, cells: Mapping[int, Cells]) -> None:
        rows = list(cells)
        width = len(next(iter(cells.values()), ()))
        steps = [_step([cells[row][c] for row in rows]) for c in range(width)]
        self.is_rounded = [step.denominator > 1 for step in steps]
        self.columns: dict[int, dict[int, int]] = {}
        for c, step in enumerate(steps):
            column = {
                row: int(v / step) for row in rows if step and (v := cells[row][c]) is not None
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


def _step(values: Sequence[Fraction | None]) -> Fraction:
    """The largest number of which all values of a column are whole multiples; 0 for an empty one."""
    found = [value for value in values if value]
    if len(found) < 2:
        return Fraction(0)
    scale = 1
    for value in found:
        scale = scale * value.denominator // gcd(scale, value.denominator)
        if scale > 10**15:
            return Fraction(1, 10**15)
    whole = 0
    for value in found:
        whole = gcd(whole, int(value * scale))
    return Fraction(whole, scale)


def sums_of_others(figures: Figures, rows: Sequence[int]) -> list[Match]:
    """Every row that is the sum of all the others, or of a run of others."""
    matches: list[Match] = []
    whole = {c: v for c, v in figures.columns.items() if min(v.values()) >= 0}
    if len(rows) < 3 or not whole:
        return matches
    guide = whole[min(whole, key=figures.chances.__getitem__)]
    slack = len(rows) // 2 + 1 + int(max(guide.values()) * _NOISE)
    column = [guide.get(row, 0) for row in rows]
    total = sum(column)
    for i, row in enumerate(rows):
        runs = [rows[first:last] for first, last in _runs(column, i, slack)]
        if abs(2 * column[i] - total) <= slack:
            runs.append([*rows[:i], *rows[i + 1 :]])
        likely = [(found, parts) for parts in runs if (found := figures.agrees(row, parts))]
        if likely:
            chance, parts = min(likely, key=lambda match: match[0])
            matches.append(Match(row, tuple(parts), chance * len(rows) ** 2))
    return matches


def _runs(column: Sequence[int], i: int, slack: int) -> Iterator[tuple[int, int]]:
    """(first, behind the last) of the runs above or below place `i` whose sum is its figure.

    Both ends only move on, so that a table of any length is looked through quickly. In long ones
    a run must stand beside the row.
    """
    wanted = column[i]
    for low, high in ((0, i), (i + 1, len(column))) if wanted else ():
        last, total = low, 0
        for first in range(low, high):
            if last == first:
                last, total = first + 1, column[first]
            while last < high and total < wanted - slack:
                total += column[last]
                last += 1
            end, more = last, total
            while abs(more - wanted) <= slack:
                if end - first > 1 and (high - low <= _MOST_FOR_RUNS or i in (first - 1, end)):
                    yield first, end
                if end == high:
                    break
                more, end = more + column[end], end + 1
            total -= column[first]
