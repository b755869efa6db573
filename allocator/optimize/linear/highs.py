"""HiGHS proposes, the exact simplex disposes: one linear program from start to proof.

The one place that knows PuLP and HiGHS. What comes back from them is never reported: it only says
where the exact method starts.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Final

from allocator.optimize.linear.exact_simplex import Solution, solve_exactly
from allocator.optimize.linear.model import Column, Model, Point, Row, quotient, row_size

#: Up to so many rows go to the solver at once; of more, only those that turn out to matter.
_ALL_AT_ONCE: Final = 400
_ROUNDS: Final = 60
_AT_A_TIME: Final = 12
_FLOAT_TOLERANCE: Final = 1e-9
_TIGHT: Final = 1e-7


def solve(model: Model, start: Sequence[Row] | None = None) -> Solution:
    """The exact optimum of the model, or the exact proof that it has no solution.

    With `start`, rows known to hold and thought to be tight, the exact method begins with those
    that speak of the model's columns only. Without, HiGHS solves a floating version with the rows
    that matter, growing by the violated ones. The rows tight at its point are where the exact method starts; what it returns depends on them in
    speed only, for the optimal value, and for the point too where the optimum is unique.
    """
    if start is None:
        return solve_exactly(model, _tight_rows(model) if has_solver() else ())
    width = len(model.columns)
    return solve_exactly(model, [row for row in start if len(row.coefficients) <= width])


@functools.cache
def has_solver() -> bool:
    """Whether PuLP and HiGHS are here; without them (in a browser) the exact method is alone."""
    return all(importlib.util.find_spec(name) for name in ("pulp", "highspy"))


def _tight_rows(model: Model) -> list[Row]:
    screen = _Screen(model) if len(model.rows) > _ALL_AT_ONCE else None
    working = list(model.rows) if screen is None else screen.tightest()
    costs = [float(cost) for cost in model.costs()]
    for _ in range(_ROUNDS):
        proposal = propose(model.columns, costs, working)
        if proposal.outcome is not Outcome.OPTIMAL:
            return []
        if screen is None:
            point = Point.of([Fraction(value) for value in proposal.point])
            found = model.violated(point, _AT_A_TIME, _FLOAT_TOLERANCE)
        else:
            found = screen.violated(proposal.point)
        known = set(working)
        added = [row for row in found if row not in known]
        if not added:
            break
        working += added
    scales = [column.scale for column in model.columns]
    return [row for row in working if _distance(row, proposal.point, scales) < _TIGHT]


class _Screen:
    """Many rows in floating point, each brought to size 1: which of them a point violates most.

    It only chooses what the solver is shown; the exact finish looks at every row again.
    """

    def __init__(self, model: Model) -> None:
        import numpy as np

        self.model = model
        width = len(model.columns)
        scales = np.array([column.scale for column in model.columns])
        largest = [max(map(abs, row.coefficients), default=0) or 1 for row in model.rows]
        matrix = np.zeros((len(model.rows), width))
        for r, (row, most) in enumerate(zip(model.rows, largest, strict=True)):
            matrix[r, : len(row.coefficients)] = [c / most for c in row.coefficients]
        matrix *= scales
        sizes = np.abs(matrix).max(axis=1)
        sizes[sizes == 0] = 1.0
        leasts = [quotient(row.least, m) for row, m in zip(model.rows, largest, strict=True)]
        self.matrix = matrix / sizes[:, None]
        self.leasts = np.array(leasts) / sizes
        self.scales = scales

    def tightest(self) -> list[Row]:
        """Rows that hurt at the corners of the columns: a start for the solver."""
        worst = self.matrix.argmin(axis=0)
        return [self.model.rows[k] for k in sorted(set(worst.tolist()))]

    def violated(self, point: tuple[float, ...]) -> list[Row]:
        """The worst violated rows, and the cuts of the sums."""
        import numpy as np

        slacks = self.matrix @ (np.array(point) / self.scales) - self.leasts
        worst = np.argsort(slacks)[:_AT_A_TIME]
        found = [self.model.rows[k] for k in worst.tolist() if slacks[k] < -_FLOAT_TOLERANCE]
        if self.model.sums:
            exact = Point.of([Fraction(value) for value in point])
            cuts = [row.cut(exact) for row in self.model.sums]
            found += [cut for slack, cut in cuts if slack < 0]
        return found


def _distance(row: Row, point: tuple[float, ...], scales: list[float]) -> float:
    largest, size = row_size(row, scales)
    left = sum(c / largest * x for c, x in zip(row.coefficients, point, strict=False))
    return abs(left - quotient(row.least, largest)) / size


class Outcome(Enum):
    """What a solver said, as far as this package listens.

    OPTIMAL: a point to start the exact finish from; it may be off by rounding errors.
    INFEASIBLE: no point was found; the exact finish proves or refutes it.
    UNDECIDED: the solver gave up (limits, numerical trouble); the exact finish starts from nothing.
    The three lead to the same exact answer and differ only in how soon.
    """

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class SolverProposal:
    """The solver's outcome and point, one number a column (empty without a point)."""

    outcome: Outcome
    point: tuple[float, ...] = ()


def propose(
    columns: Sequence[Column], costs: Sequence[float], rows: Sequence[Row]
) -> SolverProposal:
    """Minimise with PuLP and HiGHS, columns and rows brought to size 1 before."""
    import pulp

    problem = pulp.LpProblem("weights", pulp.LpMinimize)
    scales = [column.scale for column in columns]
    variables = [
        problem.add_variable(f"x{j}", _ratio(column.low, scale), _ratio(column.high, scale))
        for j, (column, scale) in enumerate(zip(columns, scales, strict=True))
    ]
    scaled = [cost * scale for cost, scale in zip(costs, scales, strict=True)]
    largest = max(map(abs, scaled), default=0.0) or 1.0
    problem.setObjective(
        pulp.LpAffineExpression(
            {v: c / largest for v, c in zip(variables, scaled, strict=True) if c}
        )
    )
    for number, row in enumerate(rows):
        largest, size = row_size(row, scales)
        terms = zip(variables, row.coefficients, scales, strict=False)
        left = pulp.LpAffineExpression({v: c / largest * s / size for v, c, s in terms if c})
        least = quotient(row.least, largest) / size
        problem.addConstraint(pulp.LpConstraint(left, pulp.LpConstraintGE, f"r{number}", least))
    try:
        status = problem.solve(pulp.HiGHS(msg=False, threads=1))
    except IndexError:  # what PuLP raises where HiGHS gave up without a point
        return SolverProposal(Outcome.UNDECIDED)
    if status == pulp.LpStatusOptimal:
        values = [variable.varValue for variable in variables]
        if None not in values:
            point = tuple(v * s for v, s in zip(values, scales, strict=True))
            return SolverProposal(Outcome.OPTIMAL, point)
    infeasible = status == pulp.LpStatusInfeasible
    return SolverProposal(Outcome.INFEASIBLE if infeasible else Outcome.UNDECIDED)


def _ratio(bound: object, scale: float) -> float:
    return float(bound) / scale  # type: ignore[arg-type]
