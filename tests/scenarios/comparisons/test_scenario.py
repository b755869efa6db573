"""Scenarios: overrides laid over a scheme, every mistake in them named at once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from allocator import Fen, InputError
from allocator.scenarios.comparisons.comparison import compare
from allocator.scenarios.comparisons.scenario import Scenario, apply, scenarios_from_toml

DATA = Path(__file__).parents[3] / "data"


def applied(scheme, overrides):
    changed, problems = apply(scheme, Scenario("试", overrides))
    assert problems == []
    return changed


def test_no_override_is_the_same_scheme(scheme):
    assert applied(scheme, {}) == scheme


def test_single_weights_and_directions_by_column_name_or_header(scheme):
    weights = {"villages": "0.5", "行政区划面积（平方公里）": "20%", "gdp": 0.3}
    directions = {"gdp": "反向"}
    overrides = {"pool": {"micro_projects": {"weights": weights, "directions": directions}}}
    factors = applied(scheme, overrides).pools[0].factors
    assert [factor.weight for factor in factors] == [
        Fraction(5, 10),
        Fraction(2, 10),
        Fraction(3, 10),
    ]
    assert [factor.direction for factor in factors] == ["direct", "direct", "inverse"]


def test_a_new_budget_keeps_the_proportions_of_its_sources(scheme):
    pool = applied(scheme, {"pool": {"micro_projects": {"budget": "10.01"}}}).pools[0]
    assert pool.budget == 1001
    assert [source.amount for source in pool.sources] == [953, 48]


def test_rates_merge_and_rules_can_be_dropped(scheme):
    rates = applied(scheme, {"matching": {"rates": {"三类": "0.6"}}}).matching.rates
    assert rates == scheme.matching.rates | {"三类": Fraction(6, 10)}
    assert applied(scheme, {"pilot": False}) == replace(scheme, pilot=None)


def test_floors_and_readings(scheme):
    changed = applied(
        scheme,
        {"pool": {"micro_wishes": {"floor": "300000"}}, "pilot": {"basis": "余额口径"}},
    )
    assert changed.pools[1].floor == Fen(30_000_000)
    assert changed.pilot.basis == "remainder"


MISTAKES = """
[[scenario]]
name = "甲"
pilott = 1
[scenario.pool.micro_projectz]
budget = "1"
[[scenario]]
name = "乙"
[scenario.pool.micro_projects]
budgett = "1"
weights = { village = "0.5" }
[[scenario]]
name = "丙"
[scenario.pool.micro_projects]
weights = { villages = "0.5" }
[scenario.pilot]
basiss = "share"
[[scenario]]
name = "丁"
[scenario.pool.micro_projects]
floor = "20000000"
[[scenario]]
name = "戊"
[scenario.pool.micro_projects]
budget = "1.001"
"""


def test_every_mistake_of_every_scenario_at_once(recipients, scheme):
    scenarios = scenarios_from_toml(MISTAKES, "s.toml")
    with pytest.raises(InputError) as caught:
        compare(recipients, scheme, scenarios)
    found = [(str(p.place).split("!", 1)[1], p.code) for p in caught.value.problems]
    assert found == [
        ("情景“甲”!pilott", "scheme.unknown_key"),
        ("情景“甲”!pool.micro_projectz", "scheme.unknown_key"),
        ("情景“乙”!pool.micro_projects.budgett", "scheme.unknown_key"),
        ("情景“乙”!pool.micro_projects.weights.village", "scheme.unknown_key"),
        ("情景“丙”!pool[0].factors", "scheme.weights"),
        ("情景“丙”!pilot.basiss", "scheme.unknown_key"),
        ("情景“丁”!pool[0].budget", "scheme.bounds"),
        ("情景“戊”!pool.micro_projects.budget", "scheme.amount"),
    ]
    remedies = [problem.remedy for problem in caught.value.problems]
    for remedy, near in zip(
        remedies, ["pilot", "micro_projects", "budget", "villages"], strict=False
    ):
        assert remedy.startswith(f"是否应为“{near}”？")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("scenario = ", "toml"),
        ("x = 1", "scenario.none"),
        ("[[scenario]]\n[[scenario]]\nname='a'", "scenario.name"),
        ("[[scenario]]\nname='a'\n[[scenario]]\nname='a'", "scenario.name"),
    ],
)
def test_files_without_usable_scenarios(text, code):
    with pytest.raises(InputError) as caught:
        scenarios_from_toml(text)
    assert {problem.code for problem in caught.value.problems} == {code}


def test_the_sample_scenarios_are_sound(recipients, scheme):
    scenarios = scenarios_from_toml((DATA / "scenarios.toml").read_text(encoding="utf-8"))
    compared = compare(recipients, scheme, scenarios)
    assert compared.names == ("现行方案", *(scenario.name for scenario in scenarios))
