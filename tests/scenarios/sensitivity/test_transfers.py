"""Slopes, ranges and break-even weights against the engine at moved weights."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from allocator import Fen, Recipients, Scheme
from allocator.engine.pool import allocate_pool, exact_amounts, open_split
from allocator.engine.shares import combine
from allocator.fund.rules import Factor, Pool
from allocator.scenarios.sensitivity.transfers import break_even, moves, nearest_overtaking, tornado


def moved(scheme, position, move, points):
    """The scheme with `points` percentage points moved, and its pool."""
    pool = scheme.pools[position]
    factors = list(pool.factors)
    for k, sign in ((move.source, -1), (move.target, 1)):
        factors[k] = replace(factors[k], weight=factors[k].weight + sign * points / 100)
    pools = list(scheme.pools)
    pools[position] = replace(pool, factors=tuple(factors))
    return replace(scheme, pools=tuple(pools)), pools[position]


def claims_and_bounds(recipients, scheme, position, move, points):
    changed, pool = moved(scheme, position, move, points)
    result = allocate_pool(recipients, changed, pool, changed.basis_of(pool))
    towns = range(len(recipients))
    return [result.quota(i) for i in towns], [result.bound(i) for i in towns]


def test_without_bounds_a_slope_is_the_exact_change_at_any_distance(recipients, scheme):
    for move in moves(open_split(recipients, scheme, "micro_wishes")):
        assert move.is_linear
        now, _ = claims_and_bounds(recipients, scheme, 1, move, Fraction(0))
        for points in (move.least, Fraction(7, 3), move.most):
            then, _ = claims_and_bounds(recipients, scheme, 1, move, points)
            for before, after, slope in zip(now, then, move.slope, strict=True):
                assert after - before == slope * points


@pytest.mark.parametrize("cap", [None, Fen(600_000_000)])
def test_with_bounds_a_slope_is_the_derivative(recipients, scheme, cap):
    """A central difference over ± h points is off by the order of h² only."""
    scheme = replace(scheme, pools=(replace(scheme.pools[0], cap=cap), scheme.pools[1]))
    h = Fraction(1, 10**9)
    for move in moves(open_split(recipients, scheme, "micro_projects")):
        above, _ = claims_and_bounds(recipients, scheme, 0, move, h)
        below, _ = claims_and_bounds(recipients, scheme, 0, move, -h)
        assert any(move.slope)
        for high, low, slope in zip(above, below, move.slope, strict=True):
            assert abs((high - low) / (2 * h) - slope) < Fraction(1, 10**9)


@pytest.mark.parametrize("cap", [None, Fen(600_000_000)])
def test_the_same_bounds_hold_in_the_range_and_not_beyond(recipients, scheme, cap):
    scheme = replace(scheme, pools=(replace(scheme.pools[0], cap=cap), scheme.pools[1]))
    little = Fraction(1, 10**6)
    ended_by_a_bound = 0
    for move in moves(open_split(recipients, scheme, "micro_projects")):
        _, now = claims_and_bounds(recipients, scheme, 0, move, Fraction(0))
        for end, sign in ((move.least, -1), (move.most, 1)):
            _, inside = claims_and_bounds(recipients, scheme, 0, move, end - sign * little)
            assert inside == now
            _, pool = moved(scheme, 0, move, end + sign * little)
            if min(factor.weight for factor in pool.factors) >= 0:
                ended_by_a_bound += 1
                _, outside = claims_and_bounds(recipients, scheme, 0, move, end + sign * little)
                assert outside != now
    assert ended_by_a_bound


def test_break_even_by_hand():
    """Shares (0.2, 0.8) and (0.6, 0.4) meet where 0.2 a + 0.6 b = 0.5: at b = 3/4."""
    towns = Recipients.from_columns(["甲", "乙"], {"x": [1, 4], "y": [3, 2]})
    factors = (Factor(Fraction(1, 2), column="x"), Factor(Fraction(1, 2), column="y"))
    split = open_split(towns, Scheme("方案", (Pool("p", "资金", Fen(100), factors),)), "p")
    (at,) = break_even(split, behind=0, ahead=1)
    assert at.points == 25
    assert at.weights == (Fraction(1, 4), Fraction(3, 4))
    assert exact_amounts(split, at.weights) == (50, 50)


def test_nearest_overtaking_meets_the_one_ahead_with_the_least_movement(recipients, scheme):
    split = open_split(recipients, scheme, "micro_wishes")
    nearest = nearest_overtaking(split)
    assert sum(at is None for at in nearest) < len(nearest)
    for at in filter(None, nearest):
        shares = combine(split.factors, at.weights)
        assert shares.share(at.behind) == shares.share(at.ahead)
        assert sum(at.weights) == 1
        others = break_even(split, at.behind, at.ahead)
        assert abs(at.points) == min(abs(other.points) for other in others)


def test_tornado_is_the_engine_run_again(recipients, scheme):
    split = open_split(recipients, scheme, "micro_projects")
    now = exact_amounts(split, split.weights)
    swings = tornado(split, Fraction(2))[5]
    assert [s.reach for s in swings] == sorted((s.reach for s in swings), reverse=True)
    for swing in swings:
        weights = list(split.weights)
        weights[swing.source] -= Fraction(2, 100)
        weights[swing.target] += Fraction(2, 100)
        assert swing.forth == exact_amounts(split, weights)[5] - now[5]


def test_a_swing_below_zero_weight_is_left_out(recipients, scheme):
    split = open_split(recipients, scheme, "micro_wishes")
    swings = {(s.source, s.target): s for s in tornado(split, Fraction(30))[0]}
    assert swings[0, 1].back is None
    assert swings[0, 1].forth is not None
