"""The search against every grid point, each computed by the engine."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from allocator import Recipients, Scheme
from allocator.optimize import aims, case, rules, search
from allocator.optimize.problem import Aim, Condition, Group, WeightBound, WeightProblem

POPULATION_SPREAD = Aim("min_spread", per="population")
AIMS = [
    Aim("max_min", per="villages"),
    Aim("max_min", per="population"),
    Aim("leximin", per="population"),
    Aim("min_max_deviation", reference="equal"),
    Aim("min_total_deviation", reference="equal"),
    POPULATION_SPREAD,
    Aim("max_group_share", group=Group(classes=("三类", "四类"))),
    Aim("max_town", town="洪梅镇"),
    Aim("min_town", town="东城街道"),
    Aim("min_match_burden"),
]
BOUNDS: tuple[Condition, ...] = (
    WeightBound("villages", Fraction(1, 10), Fraction(1, 2)),
    WeightBound("gdp", Fraction(1, 10)),
)


def question(
    recipients: Recipients,
    scheme: Scheme,
    aim: Aim,
    conditions: tuple[Condition, ...] = (),
    step: Fraction | None = None,
) -> search.Question:
    equal = {"equal": dict.fromkeys(recipients.towns, 318181818)}
    problem = WeightProblem("micro_projects", aim, conditions=conditions, references=equal)
    prepared = case.prepare(recipients, scheme, problem)
    last = Aim("leximin", per=aim.per)
    targets = tuple(aims.resolve(prepared, one) for one in (aim, aims.NEAREST, last))
    return search.Question(prepared, rules.compile_rules(prepared), targets, step)


def best_grid_point(
    asked: search.Question, units: int
) -> tuple[search.Value, tuple[Fraction, ...]]:
    """Every point of the grid, through the engine; the smallest value first."""
    points = [
        (Fraction(a, units), Fraction(b, units), Fraction(units - a - b, units))
        for a, b in product(range(units + 1), repeat=2)
        if a + b <= units
    ]
    amounts = [asked.case.quotas(weights) for weights in points]
    return min((asked.values(a), a.weights) for a in amounts if asked.allows(a))


@pytest.mark.parametrize("aim", AIMS, ids=lambda aim: f"{aim.kind}-{aim.per}")
@pytest.mark.parametrize("conditions", [(), BOUNDS], ids=["free", "bounds"])
def test_search_finds_the_best_grid_point(
    recipients: Recipients, scheme: Scheme, aim: Aim, conditions: tuple[Condition, ...]
) -> None:
    asked = question(recipients, scheme, aim, conditions, Fraction(1, 10))
    found = search.search(asked)
    values, weights = best_grid_point(asked, 10)
    assert found.is_proven
    assert found.amounts is not None
    assert (found.values, found.amounts.weights) == (values, weights)
    free = search.search(question(recipients, scheme, aim, conditions))
    assert free.is_proven
    assert free.values <= values
