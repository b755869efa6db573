"""HiGHS proposes, the exact simplex disposes: one linear program from start to proof."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from allocator.optimize.adapter import Outcome, propose
from allocator.optimize.exact_simplex import Solution, solve_exactly
from allocator.optimize.linear import Model, Point, Row, row_size

#: Up to so many rows go to the solver at once; of more, only those that turn out to matter.
_ALL_AT_ONCE: Final = 400
_ROUNDS: Final = 60
_AT_A_TIME: Final = 12
_FLOAT_TOLERANCE: Final = 1e-9
_TIGHT: Final = 1e-7


def solve(model: Model) -> Solution:
    """The exact optimum of the model, or the exact proof that it has no solution.

    HiGHS solves a floating version with the rows that matter, growing by the violated ones. The
    rows tight at its point are where the exact method starts; what it returns depends on them in
    speed only, for the optimal value, and for the point too where the optimum is unique.
    """
    return solve_exactly(model, _tight_rows(model))


def _tight_rows(model: Model) -> list[Row]:
    working = list(model.rows) if len(model.rows) <= _ALL_AT_ONCE else []
    if len(model.rows) > _ALL_AT_ONCE:
        working = model.violated(Point.of([c.low for c in model.columns]), _AT_A_TIME)
    costs = [float(cost) for cost in model.costs()]
    for _ in range(_ROUNDS):
        proposal = propose(model.columns, costs, working)
        if proposal.outcome is not Outcome.OPTIMAL:
            return []
        point = Point.of([Fraction(value) for value in proposal.point])
        found = model.violated(point, _AT_A_TIME, _FLOAT_TOLERANCE)
        known = set(working)
        added = [row for row in found if row not in known]
        if not added:
            break
        working += added
    scales = [column.scale for column in model.columns]
    return [row for row in working if _distance(row, proposal.point, scales) < _TIGHT]


def _distance(row: Row, point: tuple[float, ...], scales: list[float]) -> float:
    left = sum(c * x for c, x in zip(row.coefficients, point, strict=False))
    return abs(left - row.least) / row_size(row, scales)
