"""Leximin: the lowest amount per unit as high as can be, then the second lowest, and so on.

After each round the towns whose rows prove the level are held there for good: no weighting that
keeps the level can give them more. Each round costs one linear program and settles at least one
town; once the weights are determined, all that is left is to evaluate. With K factors that takes
a handful of rounds for any number of towns.
Sources: F. A. Behringer, Lexicographic quasiconcave multiobjective programming, 1977; W. Ogryczak,
On the lexicographic minimax approach to location problems, 1997.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from allocator.optimize.linear.highs import solve
from allocator.optimize.linear.model import HELD, Point, Row, whole_row
from allocator.optimize.program.objectives import Target, ends
from allocator.optimize.program.relaxation import Program


@dataclass(frozen=True, slots=True)
class Levels:
    """All towns' amounts per unit, rising, and a point that reaches them.

    `rounds` is how many linear programs it took, `is_unique` says that no other point does,
    `tight` are rows that proved it.
    """

    levels: tuple[Fraction, ...]
    point: tuple[Fraction, ...]
    rounds: int
    is_unique: bool
    tight: tuple[Row, ...]


def leximin(found: Program, target: Target, start: Sequence[Row] | None = None) -> Levels | None:
    """The leximin point of a program; None when it has no solution. `start`: see `solve`.

    Afterwards the program holds every settled town where it is.
    """
    settled: set[int] = set()
    span = _Directions(len(found.case.factors))
    kept = len(found.model.rows)
    fixed: list[Row] = []
    rounds = 0
    tight: list[Row] = []
    point: tuple[Fraction, ...] = ()
    level_column = found.model.column("level", *ends(found.case, target), _scale(found, target))
    found.model.objective = {level_column: -1}
    while len(settled) < len(target.members) and not span.is_full:
        del found.model.rows[kept:]
        found.model.rows += fixed
        left = [i for i in target.members if i not in settled]
        found.per_unit(left, target.per, level_column, "leximin")
        solution = solve(found.model, _still_valid(start, settled))
        rounds += 1
        if not solution.is_feasible:
            return None
        point, level = solution.point, -solution.value
        tight += [row for row, _ in solution.proof]
        grew = False
        for row, _ in solution.proof:
            if isinstance(row.tag, tuple) and row.tag[0] == "leximin":
                settled.add(row.tag[1])
                fixed += _held(row, level_column, level)
            grew |= span.add(row.coefficients)
        if not grew:
            settled |= {i for i in target.members if _is_constant(found, i, span)}
    del found.model.rows[kept:]
    found.model.rows += fixed
    whole = Point.of(point)
    levels = [_level(found, target, i, whole) for i in target.members]
    return Levels(tuple(sorted(levels)), point, rounds, span.is_full, tuple(tight))


def _still_valid(start: Sequence[Row] | None, settled: set[int]) -> list[Row] | None:
    """The rows without those that would tie the level to towns already settled."""
    if start is None:
        return None
    gone = {("leximin", i) for i in settled}
    return [row for row in start if row.tag not in gone]


def _scale(found: Program, target: Target) -> float:
    return found.case.total / float(sum(target.per[i] for i in target.members)) or 1.0


def _held(row: Row, column: int, level: Fraction) -> tuple[Row, Row]:
    """The row's amount kept exactly at the level, for all later rounds."""
    coefficients = list(row.coefficients)
    least = row.least - coefficients[column] * level
    coefficients[column] = 0
    turned = [-c for c in coefficients]
    return whole_row(coefficients, least, HELD), whole_row(turned, -least, HELD)


def _level(found: Program, target: Target, i: int, point: Point) -> Fraction:
    forms = found.over(i)
    values = [sum(map(mul, left, point.numerators)) for left, _ in forms]
    scale = point.denominator
    amount = min(v + rest * scale for v, (_, rest) in zip(values, forms, strict=True))
    return Fraction(amount) / (scale * target.per[i])


def _is_constant(found: Program, i: int, span: _Directions) -> bool:
    return all(span.holds(form[0]) for form in found.over(i))


class _Directions:
    """The directions of x that equalities determine, in echelon form."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.rows: list[tuple[int, list[Fraction]]] = []

    @property
    def is_full(self) -> bool:
        return len(self.rows) == self.size

    def rest(self, vector: Sequence[int | Fraction]) -> list[Fraction]:
        left = [Fraction(v) for v in vector[: self.size]]
        left += [Fraction(0)] * (self.size - len(left))
        for pivot, row in self.rows:
            if left[pivot]:
                factor = left[pivot]
                left = [a - factor * b for a, b in zip(left, row, strict=True)]
        return left

    def add(self, vector: Sequence[int]) -> bool:
        left = self.rest(vector)
        pivot = next((j for j, v in enumerate(left) if v), None)
        if pivot is None:
            return False
        self.rows.append((pivot, [v / left[pivot] for v in left]))
        return True

    def holds(self, vector: Sequence[int | Fraction]) -> bool:
        return not any(self.rest(vector))
