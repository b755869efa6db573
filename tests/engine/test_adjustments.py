"""Adjustments and instalments against the sums that they must keep."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import Allocation, Fen, InputError, Recipients, Scheme, allocate
from allocator.fund.adjustments import Adjustment
from allocator.fund.instalments import Instalment
from allocator.fund.rules import Factor, Pool, Source
from allocator.rounding.apportion import apportion

TOWNS = ("甲镇", "乙镇", "丙镇", "丁镇")
PEOPLE = (10, 20, 30, 40)


def fund(
    *adjustments: Adjustment,
    paid: tuple[Instalment, ...] = (),
    people: tuple[int, ...] = PEOPLE,
    **rules: Any,
) -> Allocation:
    """100 yuan by people, 10, 20, 30 and 40 yuan before anybody adjusts."""
    table = Recipients.from_columns(TOWNS, {"people": people})
    pool = Pool("p", "资金", Fen(10_000), (Factor(Fraction(1), "people"),), **rules)
    scheme = Scheme("试验", (pool,), adjustments=adjustments, instalments=paid)
    return allocate(table, scheme)


def entitlement(*adjustments: Adjustment, **rules: Any) -> tuple[int, ...]:
    return fund(*adjustments, **rules).pools[0].entitlement


def more(amount: int, borne_by: str | tuple[str, ...] = "others", town: str = "甲镇") -> Adjustment:
    return Adjustment(town, "p", Fen(amount), borne_by, "理由", "批准")


def test_the_others_bear_by_share() -> None:
    assert entitlement(more(900)) == (1900, 1800, 2700, 3600)
    assert entitlement(more(-900)) == (100, 2200, 3300, 4400)


def test_named_towns_and_the_reserve() -> None:
    assert entitlement(more(100, ("丁镇",))) == (1100, 2000, 3000, 3900)
    assert entitlement(more(100, ("乙镇", "丙镇"))) == (1100, 1960, 2940, 4000)
    assert entitlement(more(100, "reserve")) == (1100, 2000, 3000, 4000)


def test_towns_with_an_adjustment_do_not_bear_that_of_others() -> None:
    assert entitlement(more(700), more(700, town="乙镇")) == (1700, 2700, 2400, 3200)


def test_whole_units_where_the_adjustment_is_whole() -> None:
    assert entitlement(more(1000), unit=Fen(1000)) == (2000, 2000, 3000, 3000)
    assert sum(entitlement(more(333), unit=Fen(1000))) == 10_000


def test_who_is_at_the_floor_bears_nothing() -> None:
    assert entitlement(floor=Fen(1900)) == (1900, 1900, 2657, 3543)
    assert entitlement(more(600), floor=Fen(1900)) == (2500, 1900, 2400, 3200)


@pytest.mark.parametrize(
    ("adjustment", "rules", "told"),
    [
        (more(3100), {"cap": Fen(4000)}, "后为 41.00 元，高于上限 40.00 元"),
        (more(-1100, "reserve"), {}, "后为 -1.00 元，低于下限 0.00 元"),
        (more(9100), {}, "超出承担方在上下限内所能承担的 90.00 元"),
        (more(-900, ("丁镇",)), {"cap": Fen(4000)}, "超出承担方在上下限内所能承担的 0.00 元"),
    ],
)
def test_bounds_still_hold_or_it_is_refused(
    adjustment: Adjustment, rules: dict[str, Any], told: str
) -> None:
    with pytest.raises(InputError, match=f"“资金”甲镇的人工调整{told}"):
        fund(adjustment, **rules)


def test_bearers_that_cannot_share_it() -> None:
    with pytest.raises(InputError, match="甲镇的人工调整在承担方之间不能按占比分清"):
        fund(more(1, ("乙镇", "丁镇")), people=(10, 20, 30, 20), tie="refuse")
    with pytest.raises(InputError, match="甲镇的人工调整没有承担方"):
        fund(more(1, ("乙镇",)), people=(10, 0, 30, 40))


def test_mistakes_are_named() -> None:
    with pytest.raises(InputError, match="数据表中没有“甲街道”"):
        fund(more(1, town="甲街道"))
    with pytest.raises(InputError, match="不能由它自己承担"):
        fund(more(1, ("甲镇",)))
    assert any("批准" in w.message for w in fund(replace(more(1), approval="")).warnings)


def test_sources_pay_all_but_what_the_reserve_pays() -> None:
    sources = (Source("省", Fen(6000)), Source("市", Fen(4000)))
    given_more = fund(more(100, "reserve"), sources=sources).pools[0]
    assert [sum(row) for row in given_more.by_source] == [1000, 2000, 3000, 4000]
    given_back = fund(more(-100, "reserve"), sources=sources).pools[0]
    assert [sum(row) for row in given_back.by_source] == [900, 2000, 3000, 4000]


def paid(town: str, amount: int, document: str = "一号") -> Instalment:
    return Instalment(None, document, "p", town, Fen(amount))


def test_earlier_rounds_are_taken_off() -> None:
    answer = fund(paid=(paid("甲镇", 400), paid("乙镇", 2500), paid("甲镇", 100, "二号")))
    rounds = answer.pools[0].instalments
    assert rounds is not None
    assert [batch.amounts[:2] for batch in rounds.batches] == [(400, 2500), (100, 0)]
    assert (rounds.paid, rounds.due) == ((500, 2500, 0, 0), (500, 0, 3000, 4000))
    assert rounds.overpaid == (0, 500, 0, 0)
    assert answer.due == rounds.due
    assert answer.payment == (1000, 2000, 3000, 4000)
    assert "本次下达 = 20.00 − 此前已拨 25.00，不足减，为 0.00 元" in answer.explain("乙镇")
    told = answer.explain("甲镇")  # 本次 is only what is paid now
    assert "4. 应核拨额 = 应分配额 = 10.00 元" in told
    assert "市级应核拨合计 = 资金 10.00 = 10.00 元\n  其中本次下达 5.00 元，其余此前已拨" in told


amounts = st.integers(-3000, 3000).filter(bool)
bearers = st.sampled_from(["others", "reserve", ("乙镇", "丁镇"), ("丙镇",)])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.builds(more, amounts, bearers, st.sampled_from(["甲镇", "丙镇"])), max_size=3))
def test_money_is_moved_and_never_made(adjustments: list[Adjustment]) -> None:
    adjustments = [one for one in adjustments if one.town not in one.borne_by]
    try:
        result = fund(*adjustments, floor=Fen(500), cap=Fen(6000)).pools[0]
    except InputError:  # a bound stands against it
        return
    reserve = sum(one.amount for one in adjustments if one.borne_by == "reserve")
    assert sum(result.entitlement) == 10_000 + reserve
    assert all(500 <= amount <= 6000 for amount in result.entitlement)
    assert result.split_amount == tuple(apportion(10_000, PEOPLE).amounts)


def test_the_scheme_is_read_back() -> None:
    table = (more(-100, "reserve"), replace(more(100, ("乙镇", "丁镇")), approval=""))
    scheme = fund(*table, paid=(paid("甲镇", 1),)).scheme
    assert Scheme.from_toml(scheme.to_toml()) == scheme
