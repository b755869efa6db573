"""Find, test and defend weightings: linear programs propose, the exact engine disposes."""

from allocator.optimize.answers.conflict import Conflict
from allocator.optimize.answers.fitting import Fit, fit
from allocator.optimize.answers.fitting_pools import FitOfPools, fit_pools
from allocator.optimize.answers.frontier import Frontier, frontier
from allocator.optimize.answers.optimize import optimize
from allocator.optimize.answers.optimum import Optimum
from allocator.optimize.answers.ranges import Ranges, ranges
from allocator.optimize.question.conditions import (
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
    WeightRelation,
    bound,
    cap,
    change,
    floor,
    match,
    order,
    penalty,
    rank,
    relation,
    share,
)
from allocator.optimize.question.weight_problem import WeightProblem

__all__ = [
    "Aim",
    "AmountBound",
    "Change",
    "Condition",
    "Conflict",
    "Fit",
    "FitOfPools",
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
    "bound",
    "cap",
    "change",
    "fit",
    "fit_pools",
    "floor",
    "frontier",
    "match",
    "optimize",
    "order",
    "penalty",
    "ranges",
    "rank",
    "relation",
    "share",
]
