"""The one place that knows PuLP and HiGHS: rows in, a floating point proposal out.

What comes back is never reported. It only says where to look; `solving` finishes exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from allocator.optimize.linear.model import Column, Row, row_size


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
class Proposal:
    """The solver's outcome and point, one number a column (empty without a point)."""

    outcome: Outcome
    point: tuple[float, ...] = ()


def propose(columns: Sequence[Column], costs: Sequence[float], rows: Sequence[Row]) -> Proposal:
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
        size = row_size(row, scales)
        terms = zip(variables, row.coefficients, scales, strict=False)
        left = pulp.LpAffineExpression({v: c * s / size for v, c, s in terms if c})
        least = row.least / size
        problem.addConstraint(pulp.LpConstraint(left, pulp.LpConstraintGE, f"r{number}", least))
    status = problem.solve(pulp.HiGHS(msg=False, threads=1))
    if status == pulp.LpStatusOptimal:
        values = [variable.varValue for variable in variables]
        if None not in values:
            point = tuple(v * s for v, s in zip(values, scales, strict=True))
            return Proposal(Outcome.OPTIMAL, point)
    infeasible = status == pulp.LpStatusInfeasible
    return Proposal(Outcome.INFEASIBLE if infeasible else Outcome.UNDECIDED)


def _ratio(bound: object, scale: float) -> float:
    return float(bound) / scale  # type: ignore[arg-type]
