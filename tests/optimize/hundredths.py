"""Half a minute, so by its own command: pytest tests/optimize/hundredths.py."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator.optimize.question.conditions import Aim
from allocator.optimize.search.branch_and_bound import search
from tests.optimize.conftest import Ask, grid
from tests.optimize.search.test_search import AIMS


@pytest.mark.parametrize("aim", AIMS, ids=lambda aim: f"{aim.kind}-{aim.per}")
def test_search_finds_the_best_of_the_hundredths(ask: Ask, aim: Aim) -> None:
    """All 5,151 weightings in whole percentage points, each through the engine."""
    asked = ask(aim, (), Fraction(1, 100))
    found = search(asked)
    assert found.is_proven
    case, first = asked.case, asked.targets[0]
    firsts = {w: first.measure(case, case.quotas(w)) for w in grid(3, 100)}
    least = min(firsts.values())
    best = min(asked.values(case.quotas(w)) for w, value in firsts.items() if value == least)
    assert found.values == best
    free = search(ask(aim))
    assert free.is_proven
    assert free.values <= found.values
