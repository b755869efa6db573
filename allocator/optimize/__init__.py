"""Find, test and defend weightings: linear programs propose, the exact engine disposes."""

from allocator.optimize.conflict import Conflict
from allocator.optimize.fitting import Fit, fit
from allocator.optimize.frontier import Frontier, frontier
from allocator.optimize.optimum import Optimum, optimize
from allocator.optimize.problem import (
    Aim,
    AmountBound,
    Change,
    Condition,
    Group,
    GroupShare,
    MatchCapacity,
    Order,
    Rank,
    WeightBound,
    WeightProblem,
    WeightRelation,
)
from allocator.optimize.ranges import Ranges, ranges

__all__ = [
    "Aim",
    "AmountBound",
    "Change",
    "Condition",
    "Conflict",
    "Fit",
    "Frontier",
    "Group",
    "GroupShare",
    "MatchCapacity",
    "Optimum",
    "Order",
    "Ranges",
    "Rank",
    "WeightBound",
    "WeightProblem",
    "WeightRelation",
    "fit",
    "frontier",
    "optimize",
    "ranges",
]
