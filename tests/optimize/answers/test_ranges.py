"""Ranges and trade-offs against every grid point."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from allocator import InputError, Recipients, Scheme
from allocator.optimize import (
    Aim,
    Change,
    Conflict,
    Frontier,
    Group,
    Ranges,
    WeightBound,
    WeightProblem,
    frontier,
    ranges,
)
from tests.optimize.conftest import grid, random_fund

BOUNDS = (
    WeightBound("villages", Fraction("0.2"), Fraction("0.5")),
    WeightBound("gdp", Fraction("0.1"), Fraction("0.4")),
)


def test_ranges_hold_every_grid_point_and_are_reached(
    recipients: Recipients, scheme: Scheme
) -> None:
    problem = WeightProblem("micro_projects", Aim("max_min"), conditions=BOUNDS)
    found = ranges(recipients, scheme, problem)
    assert isinstance(found, Ranges)
    allowed = [w for w in grid(3, 10) if 0.2 <= w[0] <= 0.5 and 0.1 <= w[2] <= 0.4]
    amounts = [found.case.quotas(weights) for weights in allowed]
    for i, town in enumerate(found.towns):
        assert all(town.least <= a[i] <= town.most for a in amounts)
        assert found.case.quotas(town.least_weights)[i] == town.least
        assert found.case.quotas(town.most_weights)[i] == town.most
    hongmei = found.towns[found.case.towns.index("洪梅镇")]
    assert hongmei.least == hongmei.most == 2_000_000_00
    (table,) = found.tables()
    assert len(table.rows) == 33


@pytest.mark.parametrize("seed", range(4))
def test_ranges_on_a_grid_are_the_grids(seed: int) -> None:
    recipients, scheme = random_fund(200 + seed)
    problem = WeightProblem("p", Aim("max_min"), step=Fraction(1, 5))
    found = ranges(recipients, scheme, problem)
    assert isinstance(found, Ranges)
    amounts = [a for w in grid(3, 5) if (a := found.case.split(w))]
    for i, town in enumerate(found.towns):
        assert (town.least, town.most) == (min(a[i] for a in amounts), max(a[i] for a in amounts))
    assert found.points == len(amounts)


@pytest.mark.parametrize("step", [None, Fraction(1, 20)])
def test_no_point_of_the_curve_is_dominated(
    recipients: Recipients, scheme: Scheme, step: Fraction | None
) -> None:
    problem = WeightProblem(
        "micro_projects",
        Aim("max_min", per="population"),
        conditions=(*BOUNDS, Change(down=Fraction("0.2"))),
        against=Aim("min_max_deviation"),
        points=4,
        step=step,
    )
    found = frontier(recipients, scheme, problem)
    assert isinstance(found, Frontier)
    assert found.is_proven
    assert len(found.points) == 4
    firsts = [point.first for point in found.points]
    seconds = [point.second for point in found.points]
    assert firsts == sorted(firsts, reverse=True)
    assert seconds == sorted(seconds, reverse=True)
    assert seconds[-1] == 0 or step
    if step is None:
        steps = {a - b for a, b in pairwise(seconds)}
        assert len(steps) == 1
    for weights in grid(3, 20):
        amounts = found.case.quotas(weights)
        if not (0.2 <= weights[0] <= 0.5 and 0.1 <= weights[2] <= 0.4):
            continue
        current = found.case.current_amounts
        if any(amounts[i] < current[i] * Fraction("0.8") for i in range(33)):
            continue
        first = found.first.shown(found.first.measure(found.case, amounts))
        second = found.second.shown(found.second.measure(found.case, amounts))
        for point in found.points:
            assert not (first >= point.first and second < point.second)
            assert not (first > point.first and second <= point.second)
    table, *corners = found.tables()
    assert len(corners) == (step is None)
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4", "现行"]


def test_contradictions_and_missing_aims(recipients: Recipients, scheme: Scheme) -> None:
    impossible = (WeightBound("gdp", Fraction("0.7")), WeightBound("area", Fraction("0.7")))
    problem = WeightProblem("micro_projects", Aim("max_min"), conditions=impossible)
    found = ranges(recipients, scheme, problem)
    assert isinstance(found, Conflict)
    assert len(found.rules) == 2
    with pytest.raises(InputError, match="against"):
        frontier(recipients, scheme, problem)
    aims = WeightProblem("micro_projects", Aim("max_min"), against=Aim("leximin"))
    with pytest.raises(InputError, match="leximin"):
        frontier(recipients, scheme, aims)


@pytest.mark.parametrize("step", [None, Fraction(1, 5)])
def test_a_group_has_a_range_of_its_own(
    recipients: Recipients, scheme: Scheme, step: Fraction | None
) -> None:
    problem = WeightProblem(
        "micro_projects", "max_min", BOUNDS, step=step, groups=["三类", Group(("虎门镇", "长安镇"))]
    )
    found = ranges(recipients, scheme, problem)
    assert isinstance(found, Ranges)
    assert found.is_proven
    assert [group.town for group in found.groups] == ["三类", "虎门镇、长安镇"]
    classes = recipients.economic_class
    members = [
        [i for i, c in enumerate(classes) if c == "三类"],
        [recipients.towns.index(town) for town in ("虎门镇", "长安镇")],
    ]
    for group, towns in zip(found.groups, members, strict=True):
        for weights, end in ((group.least_weights, group.least), (group.most_weights, group.most)):
            assert sum(found.case.quotas(weights)[i] for i in towns) == end
        for weights in grid(3, 5):
            if 0.2 <= weights[0] <= 0.5 and 0.1 <= weights[2] <= 0.4:
                amounts = found.case.quotas(weights)
                assert group.least <= sum(amounts[i] for i in towns) <= group.most
    assert len(found.tables()[0].rows) == 35


def test_out_of_time_a_range_says_what_is_sure(recipients: Recipients, scheme: Scheme) -> None:
    many = (*BOUNDS, Change(down=Fraction("0.2")))
    problem = WeightProblem("micro_projects", "max_min", many)
    exact, hasty = (ranges(recipients, scheme, problem, seconds=s) for s in (300, 0))
    assert isinstance(exact, Ranges)
    assert isinstance(hasty, Ranges)
    for town, sure in zip(hasty.towns, exact.towns, strict=True):
        low, high = town.surely or (town.least, town.most)
        assert low <= sure.least <= town.least <= town.most <= sure.most <= high
    notes = hasty.tables()[0].notes
    assert hasty.is_proven or any("没有证明到底" in note for note in notes)
