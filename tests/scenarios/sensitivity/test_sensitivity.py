"""Readings and data errors against single runs of the engine, and their tables."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from allocator import Fen, InputError, allocate
from allocator.scenarios.sensitivity.data_errors import data_errors, figure_columns
from allocator.scenarios.sensitivity.interpretations import open_readings, readings_factorial
from allocator.scenarios.sensitivity.sensitivity import (
    break_even_table,
    pool_sensitivity,
    readings_tables,
    sensitivity_tables,
)


@pytest.fixture(scope="module")
def factorial(recipients, scheme):
    return readings_factorial(recipients, scheme)


def test_the_open_readings_of_the_sample(scheme):
    assert [reading.name for reading in open_readings(scheme)] == [
        "试点口径",
        "应分配额低于试点经费",
        "扣回的试点剩余",
        "配套基数",
        "民生微实事·经济总量方向",
        "民生微心愿·经济总量方向",
    ]
    without = replace(scheme, pilot=None)
    assert [r.own for r in open_readings(without)] == ["正向", "反向"]


def test_every_combination_is_the_engines_answer(recipients, scheme, factorial):
    assert len(factorial.runs) == 64
    pilot = replace(scheme.pilot, basis="remainder", unspent="redistribute")
    matching = replace(scheme.matching, base="before_recovery")
    answer = allocate(recipients, replace(scheme, pilot=pilot, matching=matching))
    run = factorial.runs[1, 0, 1, 1, 0, 0]
    assert run["payment"] == answer.payment
    assert run["match"] == tuple(match.required for match in answer.matching)


def test_a_main_effect_is_the_mean_of_the_differences(factorial):
    effect = factorial.effect(3, "match")
    town = 0
    changes = [
        factorial.runs[*way[:3], 1, *way[4:]]["match"][town] - run["match"][town]
        for way, run in factorial.runs.items()
        if not way[3]
    ]
    assert effect[town] == Fraction(sum(changes), 32)
    assert factorial.effect(3) == (0,) * 33


def test_a_combination_without_an_answer_is_left_out_and_explained(recipients, scheme):
    """A budget that the advances use up: no reading that sets them aside, or keeps them, works."""
    pool = replace(scheme.pools[0], budget=Fen(10**9), sources=())
    pilot = replace(scheme.pilot, below_advance="carry")
    found = readings_factorial(
        recipients, replace(scheme, pools=(pool, scheme.pools[1]), pilot=pilot)
    )
    assert found.runs[(1, 0, 0, 0, 0, 0)] is None
    assert "超过预算" in found.failures[(1, 0, 0, 0, 0, 0)]
    assert found.effect(0) is None
    assert found.effect(4) is not None
    overview = readings_tables(found)[0]
    assert overview.rows[0][3:6] == (None, None, "另选无解")


def test_a_data_error_is_the_engine_on_the_changed_table(recipients, scheme):
    over = data_errors(recipients, scheme, "area", Fraction(1, 10))[4]
    area = list(recipients.numbers["area"])
    area[4] = area[4] * Fraction(11, 10)
    wrong = replace(recipients, numbers={**recipients.numbers, "area": tuple(area)})
    before, after = allocate(recipients, scheme).payment, allocate(wrong, scheme).payment
    assert over.changes == tuple(b - a for a, b in zip(before, after, strict=True))
    assert over.own == over.changes[4] > 0
    assert over.changes[over.most_hurt] == min(over.changes)


def test_every_factor_column_once(recipients, scheme):
    assert figure_columns(recipients, scheme) == (
        "villages",
        "area",
        "gdp",
        "population",
        "aid_demand",
    )


def test_tables_of_the_command(recipients, scheme):
    tables = sensitivity_tables(recipients, scheme, Fraction(1, 20))
    assert len(tables) == 2 + 2 * 3 + 1
    assert len(tables[-1].rows) == 33 * 5
    assert tables[-1].columns[2].header == "多报 5%"
    found = pool_sensitivity(recipients, scheme, "micro_wishes")
    slopes = found.tables()[0]
    assert [column.header for column in slopes.columns[1:]] == ["①→②", "①→③", "②→③"]
    assert all(abs(sum(row[j] for row in slopes.rows)) <= 17 for j in (1, 2, 3))
    assert slopes.notes[1] == "①→②：移动 -20 至 40 个百分点之内，受限额约束的镇街不变，处处相同"


def test_break_even_between_two_towns_names_where_weight_comes_from(recipients, scheme):
    """The lead of one over the other, by the pace at which 面积 instead of 经济总量 closes it."""
    table = break_even_table(recipients, scheme, "茶山镇", "高埗镇")
    behind, ahead = recipients.towns.index("茶山镇"), recipients.towns.index("高埗镇")
    lead = {
        name: Fraction(column[ahead] - column[behind]) / sum(column)
        for name, column in recipients.numbers.items()
    }
    total = Fraction("0.4") * lead["villages"] + Fraction("0.3") * (lead["area"] + lead["gdp"])
    points = 100 * total / (lead["gdp"] - lead["area"])
    assert table.rows[0][:3] == ("民生微实事", "经济总量（亿元）", "行政区划面积（平方公里）")
    assert abs(table.rows[0][3] - points) <= Fraction(1, 20_000)
    assert "不会相等" in break_even_table(recipients, scheme, "虎门镇", "洪梅镇").notes[-1]


def test_an_error_beyond_sense_is_refused(recipients, scheme):
    with pytest.raises(InputError, match="幅度"):
        sensitivity_tables(recipients, scheme, Fraction(2))
