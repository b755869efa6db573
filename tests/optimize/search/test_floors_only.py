"""All ranges at once by the structure of floors, against two searches a town."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import pytest

from allocator import Fen
from allocator.optimize import WeightProblem, bound, relation
from allocator.optimize.answers.ranges import _at_once, _one_by_one
from allocator.optimize.question.conditions import Condition
from allocator.optimize.search.floors_only import extremes, is_floors_only
from allocator.optimize.search.pose import pose
from tests.optimize.conftest import random_fund

CONDITIONS: list[tuple[Condition, ...]] = [
    (),
    (bound("a", "20%", "60%"),),
    (relation("b >= c + 0.1"), bound("c", most="1/3")),
]


@pytest.mark.parametrize("conditions", CONDITIONS)
@pytest.mark.parametrize("seed", range(3))
def test_both_ways_give_the_same_ranges(seed: int, conditions: tuple[Condition, ...]) -> None:
    recipients, scheme = random_fund(seed, towns=9)
    pool = replace(scheme.pools[0], floor=Fen(80_00), cap=None, base=Fen(0))
    problem = WeightProblem("p", "max_min", conditions)
    question = pose(recipients, replace(scheme, pools=(pool,)), problem, ())
    assert is_floors_only(question)
    every = [(town, (i,)) for i, town in enumerate(question.case.towns)]
    fast, (slow, _) = _at_once(question, None), _one_by_one(question, every, None, math.inf)
    assert fast is not None
    assert slow is not None
    ends = [(town.least, town.most) for town in fast]
    assert ends == [(town.least, town.most) for town in slow]
    for i, town in enumerate(fast):
        assert question.case.quotas(town.least_weights)[i] == town.least
        assert question.case.quotas(town.most_weights)[i] == town.most


def test_conditions_that_no_weights_keep_leave_nothing() -> None:
    recipients, scheme = random_fund(3)
    pool = replace(scheme.pools[0], floor=None, cap=None, base=Fen(0))
    problem = WeightProblem("p", "max_min", (bound("a", "70%"), bound("b", "60%")))
    question = pose(recipients, replace(scheme, pools=(pool,)), problem, ())
    assert list(extremes(question)) == []
    assert sum((rule.requirements[0].least for rule in question.rules), Fraction(0)) > 1
