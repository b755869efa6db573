"""The explanation says what the answer holds, and its arithmetic can be retraced."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, getcontext
from fractions import Fraction

import pytest

from allocator import Allocation, Recipients, Scheme, allocate
from allocator.base.money import Fen, format_yuan

HEAD = '[scheme]\nname = "测试"\n'


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("…", ""))


def recomputed(text: str) -> None:
    """Every line `a ÷ b × c = d` holds with ordinary decimal arithmetic."""
    getcontext().prec = 40
    lines = re.findall(r"([\d,.…]+) ÷ ([\d,.…]+) × ([\d,.…]+) = ([\d,.…]+)", text)
    assert lines
    for a, b, c, d in lines:
        exact = number(a) / number(b) * number(c)
        assert abs(exact - number(d)) < Decimal("2e-16"), (a, b, c, d)


def test_every_town_of_the_sample(allocation: Allocation) -> None:
    for i, town in enumerate(allocation.recipients.towns):
        text = allocation.explain(town)
        recomputed(text)
        for result in allocation.pools:
            assert f"应分配额 = {format_yuan(result.entitlement[i])} 元" in text
            assert f"= {format_yuan(result.payment[i])} 元" in text
        assert f"= {format_yuan(allocation.matching[i].required)} 元" in text
        assert "测算稿 — 权重待核定" in text


def test_a_town_held_at_its_advance(allocation: Allocation) -> None:
    text = allocation.explain("洪梅镇")
    assert "低于下限，取 2,000,000 元" in text
    assert "试点剩余 356,000.00 元：扣回 0.00 元，待收回 356,000.00 元" in text


def test_who_gets_the_last_unit(allocation: Allocation) -> None:
    text = allocation.explain("长安镇")
    assert "各镇取整数部分后还剩 15 个单位" in text
    assert "本镇尾数排第 9，得" in text


def test_unknown_town(allocation: Allocation) -> None:
    with pytest.raises(KeyError):
        allocation.explain("不存在")


def small(toml: str, people: list[int], **columns: list[int]) -> Allocation:
    scheme = Scheme.from_toml(HEAD + toml)
    towns = ["甲镇", "乙镇", "丙镇"][: len(people)]
    recipients = Recipients.from_columns(
        towns, {"people": people, **columns}, economic_class=["一类", "二类", "二类"][: len(people)]
    )
    return allocate(recipients, scheme)


def test_a_tie_is_named() -> None:
    pool = '[[pool]]\nid="p"\nname="资金"\nbudget="1.00"\nfactors=[{column="people",weight="1"}]'
    text = small(pool, [1, 1, 1]).explain("乙镇")
    assert "甲镇、乙镇、丙镇 的尾数完全相同，按“序号在前者先得”，本镇不得" in text


def test_base_cap_coefficients_and_divisor_method() -> None:
    pool = """
    [[pool]]
    id = "p"
    name = "资金"
    budget = "1000.00"
    unit = "1"
    method = "webster"
    base = "50"
    cap = "420"
    factors = [{ coefficients = { "一类" = "2", "二类" = "1" }, scale = "people", weight = "1" }]
    """
    text = small(pool, [10, 5, 5]).explain("甲镇")
    assert "每镇先给定额 50.00 元" in text
    assert "一类系数 2 × people 10 = 20" in text
    assert "高于上限，取 420 元" in text
    assert "取整系数" in text


def test_settlement_terms() -> None:
    toml = """
    [[pool]]
    id = "p"
    name = "资金"
    budget = "90.00"
    factors = [{ column = "people", weight = "1" }]
    [pilot]
    pool = "p"
    advance = "40.00"
    below_advance = "carry"
    unspent = "redistribute"
    """
    recipients = Recipients.from_columns(
        ["甲镇", "乙镇", "丙镇"],
        {"people": [1, 1, 1]},
        pilot=[True, False, True],
        unspent=[Fen(100), Fen(0), Fen(0)],
    )
    scheme = Scheme.from_toml(HEAD + toml)
    assert scheme.pilot is not None
    text = allocate(recipients, scheme).explain("甲镇")
    assert "应分配额 30.00 − 已拨 40.00 + 结转下期 10.00 = 0.00 元" in text
    remainder = replace(scheme, pilot=replace(scheme.pilot, basis="remainder", advance=Fen(2000)))
    text = allocate(recipients, remainder).explain("甲镇")
    assert "先从预算中减去全部试点经费 40.00 元" in text
    assert "应分配额 16.67 − 扣回 1.00 + 再分配 0.34 = 16.01 元" in text


def test_own_match_rate_and_progress(recipients: Recipients, scheme: Scheme) -> None:
    n = len(recipients)
    changed = replace(
        recipients,
        match_rate=(Fraction(3, 4),) + (None,) * (n - 1),
        match_reason=("市政府批复",) + ("",) * (n - 1),
        raised=(Fen(100),) * n,
    )
    text = allocate(changed, scheme).explain("东城街道")
    assert "配套比例 75%（本镇单独确定）" in text
    assert "理由：市政府批复" in text
    assert "到位率 0.00%" in text
