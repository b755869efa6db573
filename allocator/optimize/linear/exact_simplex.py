"""Linear programs with few columns solved exactly: the dual simplex method in Fractions.

The basis holds as many independent rows as there are columns. Their combination with multipliers
≥ 0 makes up the objective, which proves the bound Σ multiplier · least; pivots bring in violated
rows until there is none, and then the bound is reached. Where no pivot is left the multipliers
prove that the rows contradict each other, and those of them that do are irreducible.
Sources: C. E. Lemke, The dual method of solving the linear programming problem, 1954; R. G. Bland,
New finite pivoting rules for the simplex method, 1977; J. Gleeson, J. Ryan, Identifying minimally
infeasible subsystems of inequalities, 1990.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from allocator.optimize.linear.model import Model, Point, Row

#: Pivots without progress after which the slow rule that cannot cycle takes over.
_PATIENCE: Final = 40


@dataclass(frozen=True, slots=True)
class Solution:
    """The optimum of a model, or the proof that it has no solution.

    `proof` are the rows with a positive multiplier: their sum is the objective, and Σ multiplier ·
    least the optimal value; without a `point` their sum is 0 and Σ multiplier · least > 0.
    """

    point: tuple[Fraction, ...]
    value: Fraction
    proof: tuple[tuple[Row, Fraction], ...]
    is_unique: bool = False

    @property
    def is_feasible(self) -> bool:
        """Whether there is a solution."""
        return bool(self.point)


def solve_exactly(model: Model, start: Sequence[Row] = ()) -> Solution:
    """Minimise the model; `start` are rows thought to be tight, tried first.

    Every column has bounds, so there always is a vertex to start from and an optimum is finite.
    """
    simplex = _Simplex(model)
    simplex.pool = list(start)
    while True:
        row = simplex.violated()
        if row is None:
            return simplex.solution()
        proof = simplex.bring_in(row)
        if proof is not None:
            return Solution((), Fraction(0), proof)


class _Simplex:
    """The basis, its inverse by columns (`directions`), multipliers and vertex."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.costs = model.costs()
        box = list(model.box())
        self.box = box
        self.rows: list[Row] = []
        self.multipliers: list[Fraction] = []
        self.directions: list[list[Fraction]] = []
        self.pool: list[Row] = []
        self.stalled = 0
        size = len(self.costs)
        for j, cost in enumerate(self.costs):
            row = box[2 * j + (cost < 0)]
            unit = row.coefficients[j]
            self.rows.append(row)
            self.multipliers.append(cost / unit)
            self.directions.append([Fraction(int(i == j), unit) for i in range(size)])
        self.point = self.vertex()

    def vertex(self) -> list[Fraction]:
        leasts = [row.least for row in self.rows]
        return [
            sum((d[j] * b for d, b in zip(self.directions, leasts, strict=True)), Fraction(0))
            for j in range(len(self.costs))
        ]

    def violated(self) -> Row | None:
        """A violated row: of the pool and the box first, then the worst of the model."""
        point = Point.of(self.point)
        near = [row for row in (*self.box, *self.pool) if _slack(row, point) < 0]
        if near:
            if self.stalled > _PATIENCE:
                return near[0]
            return min(near, key=lambda row: Fraction(_slack(row, point), _norm(row)))
        found = self.model.violated(point, 1)
        if not found:
            return None
        self.pool.append(found[0])
        return found[0]

    def bring_in(self, row: Row) -> tuple[tuple[Row, Fraction], ...] | None:
        """Pivot the row into the basis, or return the proof that there is no solution."""
        weights = [_times(row, direction) for direction in self.directions]
        entering = [j for j, weight in enumerate(weights) if weight > 0]
        if not entering:
            parts = [(r, -w) for r, w in zip(self.rows, weights, strict=True) if w < 0]
            return (*parts, (row, Fraction(1)))
        order = {id(r): k for k, r in enumerate((*self.box, *self.pool))}
        out = min(
            entering,
            key=lambda j: (self.multipliers[j] / weights[j], order.get(id(self.rows[j]), 0)),
        )
        step = self.multipliers[out] / weights[out]
        self.stalled = 0 if step else self.stalled + 1
        gap = (row.least - _times(row, self.point)) / weights[out]
        turned = self.directions[out]
        self.point = [x + gap * d for x, d in zip(self.point, turned, strict=True)]
        scaled = [d / weights[out] for d in turned]
        for j, weight in enumerate(weights):
            if j != out and weight:
                self.multipliers[j] -= step * weight
                old = self.directions[j]
                self.directions[j] = [o - weight * s for o, s in zip(old, scaled, strict=True)]
        self.rows[out], self.multipliers[out], self.directions[out] = row, step, scaled
        return None

    def solution(self) -> Solution:
        pairs = list(zip(self.rows, self.multipliers, strict=True))
        proof = tuple((row, y) for row, y in pairs if y)
        value = sum((c * x for c, x in zip(self.costs, self.point, strict=True)), Fraction(0))
        return Solution(tuple(self.point), value, proof, all(y for _, y in pairs))


def _times(row: Row, vector: Sequence[Fraction]) -> Fraction:
    pairs = zip(row.coefficients, vector, strict=False)
    return sum((c * v for c, v in pairs if c), Fraction(0))


def _slack(row: Row, point: Point) -> int:
    pairs = zip(row.coefficients, point.numerators, strict=False)
    return sum(c * x for c, x in pairs) - row.least * point.denominator


def _norm(row: Row) -> int:
    return max(map(abs, row.coefficients), default=0) or 1
