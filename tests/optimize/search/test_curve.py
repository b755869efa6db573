"""The trade-off curve: between its corners it is straight, and no weights are below it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from allocator.optimize import Aim, WeightProblem
from allocator.optimize.search.branch_and_bound import search
from allocator.optimize.search.curve import trace
from allocator.optimize.search.pose import pose
from tests.optimize.conftest import grid, random_fund

PAIRS = (
    (Aim("max_min"), Aim("min_max_deviation")),
    (Aim("max_town", town="镇1"), Aim("min_total_deviation")),
    (Aim("min_spread"), Aim("max_min", per="a")),
    (Aim("min_town", town="镇2"), Aim("max_town", town="镇4")),
)


@pytest.mark.parametrize("seed", range(12))
def test_the_curve_is_what_searches_under_each_limit_find(seed: int) -> None:
    recipients, scheme = random_fund(400 + seed, towns=5)
    question = pose(recipients, scheme, WeightProblem("p", "max_min"), PAIRS[seed % len(PAIRS)])
    first, second = question.targets
    one = search(question).amounts
    other = search(replace(question, targets=(second, first))).amounts
    if one is None or other is None:
        return
    curve = trace(question, one, other, 60)
    assert curve.is_proven
    for corner in curve.corners:
        assert first.measure(question.case, corner.amounts) == corner.value
        assert second.measure(question.case, corner.amounts) <= corner.limit
    slopes = []
    for a, b in pairwise(curve.corners):
        slopes.append((b.value - a.value) / (b.limit - a.limit))
        limit = a.limit + (b.limit - a.limit) * Fraction(2, 5)
        best = search(replace(question, targets=(first,), limits=((second, limit),)))
        assert best.values[0] == a.value + slopes[-1] * (limit - a.limit)
    assert all(a != b for a, b in pairwise(slopes))
    for weights in grid(3, 8):
        amounts = question.case.split(weights)
        if amounts is None:
            continue
        own = second.measure(question.case, amounts)
        below = [c.value for c in curve.corners if c.limit >= own]
        assert not below or first.measure(question.case, amounts) >= min(below)
