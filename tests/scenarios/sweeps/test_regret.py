"""Minimax regret against a plain loop over the engine."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator import InputError
from allocator.engine.pool import exact_amounts, open_split
from allocator.scenarios.comparisons.scenario import Scenario, apply
from allocator.scenarios.sweeps.regret import minimax_regret
from allocator.scenarios.sweeps.weightings import simplex_grid

INVERSE = Scenario("反向", {"pool": {"micro_projects": {"directions": {"gdp": "inverse"}}}})
MORE = Scenario("增资", {"pool": {"micro_projects": {"budget": "150000000"}}})


@pytest.mark.parametrize("per", ["", "population"])
def test_the_choice_is_that_of_a_plain_loop(recipients, scheme, per):
    found = minimax_regret(
        recipients, scheme, "micro_projects", simplex_grid(3, "0.2"), [INVERSE, MORE], per=per
    )
    units = recipients.numbers[per] if per else (1,) * 33
    schemes = [scheme, *(apply(scheme, one)[0] for one in (INVERSE, MORE))]
    grid = [
        (Fraction(a, 5), Fraction(b, 5), Fraction(5 - a - b, 5))
        for a in range(6)
        for b in range(6 - a)
    ]

    def least(one, weights):
        cells = exact_amounts(open_split(recipients, one, "micro_projects"), weights)
        return min(Fraction(cell) / unit for cell, unit in zip(cells, units, strict=True))

    values = {weights: [least(one, weights) for one in schemes] for weights in grid}
    best = [max(v[k] for v in values.values()) for k in range(3)]
    regrets = {w: max(b - x for b, x in zip(best, v, strict=True)) for w, v in values.items()}
    assert found.regret == min(regrets.values()) == regrets[found.weights]
    assert list(found.best) == best
    assert list(found.chosen) == values[found.weights]
    assert found.present[0] == least(scheme, [f.weight for f in scheme.pools[0].factors])
    assert "反向" in found._repr_html_()


def test_mistakes(recipients, scheme):
    grid = simplex_grid(3, "0.5")
    with pytest.raises(InputError, match="平均不了"):
        minimax_regret(recipients, scheme, "micro_projects", grid, [], per="人数")
    wrong = Scenario("错", {"pool": {"micro_project": {"budget": "1"}}})
    with pytest.raises(InputError):
        minimax_regret(recipients, scheme, "micro_projects", grid, [wrong])
