"""The search against every grid point, each computed by the engine."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from allocator import Fen
from allocator.optimize.program.regions import bends, whole_region
from allocator.optimize.question.conditions import (
    Aim,
    AmountBound,
    Condition,
    Group,
    Rank,
    WeightBound,
)
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.optimize.search.branch_and_bound import search
from tests.optimize.conftest import Ask, best_grid_point, question_about, random_fund

AIMS = [
    Aim("max_min", per="villages"),
    Aim("max_min", per="population"),
    Aim("leximin", per="population"),
    Aim("min_max_deviation", reference="equal"),
    Aim("min_total_deviation", reference="equal"),
    Aim("min_spread", per="population"),
    Aim("max_group_share", group=Group(classes=("三类", "四类"))),
    Aim("max_town", town="洪梅镇"),
    Aim("min_town", town="东城街道"),
    Aim("min_match_burden"),
]
BOUNDS: tuple[Condition, ...] = (
    WeightBound("villages", Fraction(1, 10), Fraction(1, 2)),
    WeightBound("gdp", Fraction(1, 10)),
)


@pytest.mark.parametrize("aim", AIMS, ids=lambda aim: f"{aim.kind}-{aim.per}")
@pytest.mark.parametrize("conditions", [(), BOUNDS], ids=["free", "bounds"])
def test_search_finds_the_best_grid_point(
    ask: Ask, aim: Aim, conditions: tuple[Condition, ...]
) -> None:
    asked = ask(aim, conditions, Fraction(1, 10))
    found = search(asked)
    best = best_grid_point(asked, 10)
    assert found.is_proven
    assert found.amounts is not None
    assert (found.values, found.amounts.weights) == best
    free = search(ask(aim, conditions))
    assert free.is_proven
    assert free.values <= found.values


RANDOM_AIMS = [
    Aim("leximin"),
    Aim("max_min", per="a"),
    Aim("min_spread"),
    Aim("min_max_deviation"),
    Aim("max_town", town="镇3"),
    Aim("min_town", town="镇0"),
]


@pytest.mark.parametrize("seed", range(16))
def test_bounds_caps_and_ranks_agree_with_every_grid_point(seed: int) -> None:
    recipients, scheme = random_fund(seed)
    conditions: tuple[Condition, ...] = (
        *((AmountBound("cap", 250_00, group=Group(("镇1",))),) if seed % 3 == 0 else ()),
        *((Rank("镇2", 3),) if seed % 4 == 0 else ()),
    )
    aim = RANDOM_AIMS[seed % len(RANDOM_AIMS)]
    asked = question_about(
        recipients, scheme, WeightProblem("p", aim, conditions=conditions), Fraction(1, 8)
    )
    best = best_grid_point(asked, 8)
    found = search(asked)
    assert found.is_proven
    if best is None:
        assert found.amounts is None
    else:
        assert found.values == best[0]


def test_many_towns_at_their_floor_agree_with_every_grid_point() -> None:
    """Thirty towns of which most may be held: regions are halved before they are cut."""
    recipients, scheme = random_fund(1, towns=30)
    pool = replace(scheme.pools[0], floor=Fen(25_00), cap=None, base=Fen(0))
    scheme = replace(scheme, pools=(pool,))
    problem = WeightProblem("p", Aim("max_min", per="a"))
    asked = question_about(recipients, scheme, problem, Fraction(1, 12))
    bending = sum(
        bool(bends(asked.case, i, span)) for i, span in whole_region(asked.case, ()).spans.items()
    )
    assert bending > 20
    found = search(asked)
    best = best_grid_point(asked, 12)
    assert found.is_proven
    assert best is not None
    assert found.values == best[0]


def test_the_pilot_holds_a_town_that_its_share_would_not(ask: Ask) -> None:
    """洪梅 at 200万: the best weights for it are the engine's, bound included."""
    asked = ask(Aim("max_town", town="道滘镇"))
    found = search(asked)
    assert found.amounts is not None
    best = best_grid_point(asked, 20)
    assert best is not None
    assert found.values <= best[0]
    i, j = (asked.case.towns.index(town) for town in ("道滘镇", "洪梅镇"))
    assert found.amounts[i] > 2_000_000_00
    assert found.amounts[j] == 2_000_000_00
    assert sum(found.amounts.numerators) == 105_000_000_00 * found.amounts.denominator


def test_what_is_left_open_is_said() -> None:
    """Out of time or interrupted: the bound holds, and whether ties were compared is known."""
    recipients, scheme = random_fund(3, towns=9)
    asked = question_about(
        recipients, scheme, WeightProblem("p", Aim("min_total_deviation", per="a"))
    )
    sure = search(asked)
    assert sure.is_proven
    assert sure.is_settled

    def interrupt(_: int, __: int) -> None:
        raise KeyboardInterrupt

    for hasty in (search(asked, seconds=0), search(asked, interrupt)):
        assert hasty.amounts is not None
        assert hasty.bound[0] <= sure.values[0] <= hasty.values[0]
        assert hasty.is_proven or hasty.bound[0] < hasty.values[0]
        if hasty.is_settled:
            assert hasty.values == sure.values
