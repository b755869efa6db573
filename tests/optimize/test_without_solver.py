"""Without PuLP, HiGHS and numpy, as in a browser: the same weights by the exact method alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from allocator.optimize import Aim, Conflict, WeightProblem, bound, change, optimize, rank
from allocator.optimize.linear.highs import has_solver

PROBLEMS = [
    WeightProblem("micro_projects", Aim("max_min", per="population"), (bound("villages", "20%"),)),
    WeightProblem("micro_projects", Aim("min_total_deviation"), (bound("gdp", most="25%"),)),
    WeightProblem("micro_projects", Aim("max_town", town="长安镇"), (change(down="5%", up="5%"),)),
    WeightProblem("micro_wishes", Aim("min_spread"), (rank("虎门镇", 2),), step="5%"),
]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("pulp", "highspy", "numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    has_solver.cache_clear()
    yield
    has_solver.cache_clear()


@pytest.fixture(scope="module")
def expected(recipients, scheme):
    return [optimize(recipients, scheme, problem) for problem in PROBLEMS]


@pytest.mark.parametrize("k", range(len(PROBLEMS)))
def test_the_same_weights(k: int, recipients, scheme, expected, request) -> None:
    request.getfixturevalue("alone")
    assert optimize(recipients, scheme, PROBLEMS[k]).weights == expected[k].weights


@pytest.mark.usefixtures("alone")
def test_the_same_contradiction(recipients, scheme) -> None:
    asked = (bound("villages", "60%"), bound("area", "50%"))
    found = optimize(recipients, scheme, WeightProblem("micro_projects", Aim("max_min"), asked))
    assert isinstance(found, Conflict)
