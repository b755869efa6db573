"""Adjusted, deducted, paid in rounds, matched: figures, steps and text tell it to the same fen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator import Allocation, Fen, Recipients, Scheme, allocate
from allocator.explain.summary import figures, summary_table
from allocator.explain.waterfall import waterfall_steps

TOWNS = ["甲镇", "乙镇", "丙镇"]
HEAD = '[scheme]\nname = "试验"\n'
POOL = """
[[pool]]
id = "p"
name = "资金"
budget = "60.00"
factors = [{ column = "people", weight = "1" }]
"""
ADJUSTED = """
[[adjustment]]
town = "甲镇"
amount = "6"
reason = "救灾"
approval = "批复一号"
[[adjustment]]
town = "乙镇"
amount = "-2"
borne_by = "reserve"
reason = "退回"
"""
PAID = """
[[paid]]
date = 2020-06-30
document = "一号"
town = "甲镇"
amount = "4"
[[paid]]
document = "二号"
town = "丙镇"
amount = "30"
[[paid]]
date = 2020-09-30
document = ""
town = "甲镇"
amount = "1"
[[paid]]
town = "乙镇"
amount = "1"
"""
DEDUCTED = '[[settlement]]\npool = "p"\ndeduct = "owed"\ncite = "八"\n'
KEPT = POOL + 'cap = "15"\nsurplus = "keep"\n'


def answer(toml: str, people: tuple[int, ...] = (1, 1, 1), **columns: list[int]) -> Allocation:
    """60 yuan among three towns, 20 each before anything else is done."""
    table = Recipients.from_columns(TOWNS, {"people": people, **columns})
    return allocate(table, Scheme.from_toml(HEAD + toml))


def shown(allocation: Allocation) -> dict[str, int]:
    return {figure.name: figure.fen for figure in figures(allocation)}


def steps(allocation: Allocation, i: int) -> list[tuple[str, str, int]]:
    return [(step.name, step.role, step.label_fen) for step in waterfall_steps(allocation, i)]


def test_adjustments() -> None:
    found = answer(POOL + ADJUSTED)
    assert found.payment == (2600, 1800, 1400)
    assert steps(found, 0) == [("资金·应分配额", "gain", 2000), ("人工调整", "gain", 600)]
    assert steps(found, 2) == [("资金·应分配额", "gain", 2000), ("人工调整", "loss", -600)]
    text = found.explain("甲镇")
    assert "调整前应分配额 = 20.00 元" in text
    assert "· 本镇 +6.00 元，由其他镇街按占比承担；理由：救灾（批复一号）" in text
    assert "应分配额 = 20.00 + 6.00 = 26.00 元" in text
    assert "承担甲镇的调整 −6.00 元" in found.explain("丙镇").replace("-", "−")
    text = found.explain("乙镇")
    assert "由预留资金承担；理由：退回\n" in text
    assert "应分配额 = 20.00 − 2.00 = 18.00 元" in text


def test_who_neither_gets_nor_bears_reads_nothing_of_it() -> None:
    only_named = POOL + ADJUSTED.replace('"退回"', '"退回"\n').replace(
        'approval = "批复一号"', 'borne_by = "丙镇"'
    )
    found = answer(only_named.rsplit("[[adjustment]]", 1)[0])
    assert "人工调整" not in found.explain("乙镇")
    assert steps(found, 1) == [("资金·应分配额", "gain", 2000)]


def test_earlier_rounds() -> None:
    found = answer(POOL + PAID)
    assert shown(found) == {"预算": 6000, "应核拨": 6000, "此前已拨": 3600, "本次下达": 3400}
    text = found.explain("甲镇")
    assert "已拨 4.00 元（2020-06-30 一号）" in text
    assert "已拨 1.00 元（2020-09-30）" in text
    assert "本次下达 = 20.00 − 此前已拨 5.00 = 15.00 元" in text
    assert "此前多拨" not in text
    text = found.explain("丙镇")
    assert "已拨 30.00 元（二号）" in text
    assert "此前多拨 10.00 元，待收回" in text
    assert "已拨 1.00 元\n" in found.explain("乙镇")


@pytest.mark.parametrize("unit", ["元", "万元"])
def test_the_table_of_earlier_rounds_adds_up(unit: str) -> None:
    found = answer(POOL + PAID)
    table = summary_table(found, unit)
    assert [column.header for column in table.columns] == [
        *("镇街（园区）", "资金核拨", "市级应核拨", "本次下达")
    ]
    assert [row[1:] for row in table.rows] == [
        (paid, paid, due) for paid, due in zip(found.payment, found.due, strict=True)
    ]
    assert table.total[1:] == (6000, 6000, 3400)
    assert {column.kind for column in table.columns[1:]} == {"fen" if unit == "元" else "wan"}
    assert table.notes == (f"单位：{unit}",)


def test_deductions() -> None:
    found = answer(POOL + DEDUCTED, owed=[0, 5, 25])
    assert shown(found) == {"预算": 6000, "本次核拨": 3500, "扣减": 2500, "待收回": 500}
    assert "结算（依据：八）" in found.explain("乙镇")
    assert "待收回" not in found.explain("乙镇")
    assert "本次核拨额 = 应分配额 20.00 − 扣减 20.00 = 0.00 元" in found.explain("丙镇")
    assert "不足扣减的 5.00 元列为待收回" in found.explain("丙镇")
    assert steps(found, 1)[1:] == [("扣减", "loss", -500), ("资金·本次核拨额", "total", 1500)]


def test_what_caps_leave_is_kept() -> None:
    found = answer(KEPT)
    assert shown(found) == {"预算": 6000, "本次核拨": 4500, "分不完而留存": 1500}


def test_somebody_is_always_between_the_bounds() -> None:
    """The level is one at which somebody with a share reaches a bound and is not yet held by it."""
    text = answer(POOL + 'floor = "least"\n', least=[30, 20, 10]).explain("甲镇")
    assert "甲镇、乙镇按上下限确定，共 50 元" in text
    assert "分配系数 = 其余资金 10 元 ÷ 其余镇街占比合计 0.3333333333333333…" in text
    assert "低于下限，取 30 元" in text


def test_a_sum_of_its_own_before_the_share_within_bounds() -> None:
    capped = answer(POOL + 'base = "own"\ncap = "30"\n', own=[40, 0, 0], people=(1, 1, 1))
    assert capped.payment == (3000, 1500, 1500)
    assert "高于上限，取 30 元" in capped.explain("甲镇")
    assert "高于上限" not in capped.explain("乙镇")


def test_the_derived_columns_are_in_the_record() -> None:
    text = '[columns]\n"户均" = "people / 2"\n' + POOL.replace('"people"', '"户均"')
    (pool,) = answer(text, people=(1, 2, 3)).to_record()["pools"]
    assert pool["columns"]["户均"] == ["1/2", "1/1", "3/2"]


PILOT = """
[pilot]
pool = "p"
advance = "5"
unspent = "redistribute"
"""


def test_what_comes_back_to_a_town_that_owes_is_set_off() -> None:
    table = Recipients.from_columns(
        TOWNS,
        {"people": [1, 1, 4]},
        pilot=[True, False, True],
        unspent=[Fen(400), Fen(0), Fen(500)],
    )
    pool = POOL.replace("60.00", "30.00")
    found = allocate(table, Scheme.from_toml(HEAD + pool + PILOT))
    settled = found.pools[0].settlement
    assert settled is not None
    assert settled.returned[0]
    for i, town in enumerate(TOWNS):
        told = "来自再分配：先抵待收回，不付给本镇" in found.explain(town)
        assert told == bool(settled.returned[i])


def test_without_a_second_reading_none_is_told() -> None:
    table = Recipients.from_columns(TOWNS, {"people": [1, 1, 1]}, pilot=[True, False, False])
    found = allocate(table, Scheme.from_toml(HEAD + POOL + PILOT))
    assert "若按余额口径" in found.explain("乙镇")
    alone = replace(found, other_reading=None)
    assert "若按" not in alone.explain("乙镇")


def test_a_tie_is_told_only_to_those_who_tie() -> None:
    found = answer(POOL.replace("60.00", "0.11"), people=(2, 2, 1))
    tied = {TOWNS[i] for tie in found.pools[0].ties for i in tie.tied}
    assert tied == {"甲镇", "乙镇"}
    assert {town for town in TOWNS if "尾数完全相同" in found.explain(town)} == tied


def test_one_rate_of_match_for_all() -> None:
    found = answer(POOL + '[matching]\nrate = "30%"\n')
    assert "配套比例 30%（全部统一）" in found.explain("甲镇")
    assert steps(found, 0)[-2:] == [
        ("应配套金额", "gain", 600),
        ("核拨与配套合计", "total", 2600),
    ]


def test_the_steps_of_one_pool_without_a_match() -> None:
    assert steps(answer(POOL), 0) == [("资金·应分配额", "gain", 2000)]
