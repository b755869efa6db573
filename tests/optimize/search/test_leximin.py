"""Leximin against the textbook way: one linear program per town and round."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator.optimize.linear.exact_simplex import solve_exactly
from allocator.optimize.linear.model import Row, whole_row
from allocator.optimize.program.aims import resolve
from allocator.optimize.program.case import prepare
from allocator.optimize.program.objectives import Target
from allocator.optimize.program.regions import whole_region
from allocator.optimize.program.relaxation import Program, program
from allocator.optimize.question.conditions import Aim
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.optimize.search.leximin import leximin
from tests.optimize.conftest import Ask, grid, random_fund


def slow_leximin(found: Program, target: Target) -> list[Fraction]:
    """Raise the level of all towns not yet stuck; a town is stuck when it can get no more."""
    level = found.model.column("t", -(10**12), 10**12)
    values = {i: found.claim(i) for i in target.members}
    base = found.case.pool.base
    stuck: dict[int, Fraction] = {}

    def rows(floor: Fraction | None, raised: int | None) -> list[Row]:
        kept = []
        for i, row in values.items():
            per = target.per[i]
            if i in stuck:
                held = stuck[i] * per - base
                kept += [whole_row(row, held), whole_row([-v for v in row], -held)]
            elif floor is None:
                kept.append(whole_row([*row, *[0] * (level - len(row)), -per], -base))
            elif i != raised:
                kept.append(whole_row(row, floor * per - base))
        return kept

    fixed = list(found.model.rows)
    while len(stuck) < len(values):
        found.model.rows = fixed + rows(None, None)
        found.model.objective = {level: -1}
        reached = -solve_exactly(found.model).value
        now = []
        for i in set(values) - set(stuck):
            found.model.rows = fixed + rows(reached, i)
            found.model.objective = {k: -v for k, v in enumerate(values[i])}
            most = (-solve_exactly(found.model).value + base) / target.per[i]
            if most == reached:
                now.append(i)
        stuck |= dict.fromkeys(now, reached)
    return sorted(stuck.values())


@pytest.mark.parametrize("seed", range(6))
def test_leximin_agrees_with_one_program_per_town_and_round(seed: int) -> None:
    recipients, scheme = random_fund(100 + seed)
    pool = scheme.pools[0]
    plain = type(pool)(pool.id, pool.name, pool.budget, pool.factors, base=pool.base)
    scheme = type(scheme)("基金", (plain,))
    case = prepare(recipients, scheme, WeightProblem("p", Aim("leximin")))
    target = resolve(case, Aim("leximin"))
    fast = leximin(program(case, (), whole_region(case, ())), target)
    slow = slow_leximin(program(case, (), whole_region(case, ())), target)
    assert fast is not None
    assert list(fast.levels) == slow
    assert fast.rounds <= len(case.factors) + 1


def test_no_grid_point_is_lexicographically_better(ask: Ask) -> None:
    asked = ask(Aim("leximin", per="population"))
    case, target = asked.case, asked.targets[0]
    found = leximin(program(case, (), whole_region(case, ())), target)
    assert found is not None
    for weights in grid(3, 25):
        amounts = case.quotas(weights)
        assert sorted(amounts[i] / target.per[i] for i in target.members) <= list(found.levels)
