"""Sweeps, sensitivity and weight programs over derived columns, or a refusal that names the rule."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator import InputError, Recipients, Scheme, allocate
from allocator.engine.pool import exact_amounts, open_pools, open_split
from allocator.optimize import WeightProblem, optimize
from allocator.scenarios.sensitivity.sensitivity import sensitivity_tables

TABLE = Recipients.from_columns(
    ["A", "B", "C", "D"],
    {"need": [400, 300, 200, 100], "own": [100, 250, 150, 10], "people": [50, 20, 90, 40]},
)
RULES = """
[columns]
"gap" = "max(need − own, 0)"
"hard" = "1 + share(own)"
[[pool]]
id = "a"
budget = "10000"
factors = [{ value = "gap × hard", weight = "0.6" }, { column = "people", weight = "0.4" }]
floor = "0.02 × need"
[[pool]]
id = "b"
budget = "20000 − sum(pool_a)"
{}factors = [{{ column = "need", weight = "0.5" }}, {{ column = "gap", weight = "0.5" }}]
"""
PLAIN = Scheme.from_toml(RULES.replace("{}", "").replace("{{", "{").replace("}}", "}"))
ADJUSTED = Scheme.from_toml(
    RULES.replace("{}", 'adjust = "hard"\n').replace("{{", "{").replace("}}", "}")
)
WEIGHTS = [(Fraction(k, 7), Fraction(7 - k, 7)) for k in range(8)]


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("pool", ["a", "b"])
def test_open_weights_come_to_what_the_engine_gives(
    pool: str, weights: tuple[Fraction, Fraction]
) -> None:
    slow = allocate(TABLE, PLAIN.with_weights({pool: weights}))
    result = next(one for one in slow.pools if one.pool.id == pool)
    assert exact_amounts(open_split(TABLE, PLAIN, pool), weights) == result.entitlement


def test_a_weight_program_over_derived_columns_is_what_the_engine_gives() -> None:
    problem = WeightProblem.from_toml('[problem]\npool = "a"\n[aim]\nkind = "max_min"\n')
    best = optimize(TABLE, PLAIN, problem)
    slow = allocate(TABLE, PLAIN.with_weights({"a": best.weights}))
    assert best.allocation.pools[0].entitlement == slow.pools[0].entitlement
    assert min(slow.pools[0].entitlement) > min(allocate(TABLE, PLAIN).pools[0].entitlement)


def test_a_pool_that_cannot_be_left_open_is_left_out_by_name() -> None:
    pools, refused = open_pools(TABLE, ADJUSTED, ADJUSTED.pools)
    assert [pool.id for pool in pools] == ["a"]
    assert ["调节系数" in problem.message for problem in refused] == [True]
    titles = {table.title: table for table in sensitivity_tables(TABLE, ADJUSTED, Fraction(1, 20))}
    assert "“b”用了“调节系数”" in str(titles["权重的敏感性从略的资金池"].rows)
    with pytest.raises(InputError, match="调节系数"):
        open_pools(TABLE, ADJUSTED, ADJUSTED.pools[1:])
    problem = WeightProblem.from_toml('[problem]\npool = "b"\n[aim]\nkind = "max_min"\n')
    with pytest.raises(InputError, match="调节系数"):
        optimize(TABLE, ADJUSTED, problem)
