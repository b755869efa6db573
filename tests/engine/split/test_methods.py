"""Rules of a pool together, against a slow way to the same amounts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings, target
from hypothesis import strategies as st

from allocator import Allocation, Recipients, Scheme, allocate
from allocator.base.problems import InputError
from allocator.engine.pool import exact_amounts, open_split
from tests.engine.split.method_funds import FEN, Fund, funds, slow, taking_part


def quick(fund: Fund) -> list[int] | None:
    """The engine's amounts; None where it refuses. Every balance is checked on the way."""
    try:
        return list(allocate(fund.recipients, fund.scheme).pools[0].entitlement)
    except InputError:
        return None


@settings(max_examples=40, deadline=None)
@given(funds())
def test_every_mixture_of_rules_comes_to_the_slow_amounts(fund: Fund) -> None:
    expected = slow(fund)
    target(float(len(fund.rules)))
    assert quick(fund) == expected


@settings(max_examples=20, deadline=None)
@given(funds(), st.integers(0, 30), st.integers(0, 30))
def test_groups_are_split_as_funds_of_their_own(fund: Fund, east: int, west: int) -> None:
    """Each group alone comes to the same; where one alone has no answer, the whole has none."""
    budgets = {"东": east * fund.unit, "西": west * fund.unit}
    names = [name for name in ("东", "西") if name in fund.texts]
    expected: dict[int, int] = {}
    alone: list[int] | None = []
    for name in names:
        members = [i for i, text in enumerate(fund.texts) if text == name]
        part = replace(
            fund,
            columns={k: [c[i] for i in members] for k, c in fund.columns.items()},
            texts=[name] * len(members),
            budget=budgets[name],
        )
        if not any(taking_part(part)) and (not part.budget or "surplus" in fund.rules):
            expected |= dict.fromkeys(members, 0)
            continue
        alone = slow(part) if alone is not None else None
        expected |= dict(zip(members, alone or [0] * len(members), strict=True))
    alone = alone if any(taking_part(fund)) else None
    text = replace(fund, budget=fund.unit).scheme.to_toml()
    table = ", ".join(f'"{name}" = "{budgets[name]}"' for name in names)
    text = text.replace(f'budget = "{fund.unit}.00"', f'group = "片区"\nbudget = {{ {table} }}')
    try:
        found = allocate(fund.recipients, Scheme.from_toml(text)).pools[0].entitlement
    except InputError:
        assert alone is None
        return
    assert list(found) == [expected[i] for i in range(len(fund.texts))]


def one_pool(rules: str, more: str = "", **columns: list[int]) -> Allocation:
    n = len(next(iter(columns.values())))
    text = f'{more}\n[[pool]]\nid = "p"\n{rules}\n'
    names = [f"T{i}" for i in range(n)]
    return allocate(Recipients.from_columns(names, dict(columns)), Scheme.from_toml(text))


BY_A = 'factors = [{ column = "a", weight = 1 }]'


def yuan(fen: tuple[int, ...]) -> list[float]:
    return [amount / FEN for amount in fen]


@pytest.mark.parametrize(
    ("rules", "amounts", "surplus"),
    [
        ('amount = "10 × a"', [10, 20, 30], 0),
        ('amount = "10 × a"\nbudget = "100"', [10, 20, 30], 40),
        ('amount = "10 × a"\nbudget = "30"', [5, 10, 15], 0),
        ('amount = "10 × a"\nfloor = "15"\ncap = "25"', [15, 20, 25], 0),
        ('amount = "10 × a"\nleast = "15"', [0, 20, 30], 0),
        ('amount = "10 × a"\neligible = "a > 1"', [0, 20, 30], 0),
        ('amount = "10 × a"\nfixed = "if(a = 1, 7, 0)"', [7, 20, 30], 0),
        ('amount = "10 × a"\nfixed = "if(a = 1, 5, 0)"\nbudget = "30"', [5, 10, 15], 0),
        ('amount = "10 × a ÷ 3"\nunit = "1"', [3, 7, 10], 0),
        ('amount = "10 × a − 15"', [0, 5, 15], 0),
    ],
)
def test_stated_amounts(rules: str, amounts: list[int], surplus: int) -> None:
    pool = one_pool(rules, a=[1, 2, 3]).pools[0]
    assert yuan(pool.entitlement) == amounts
    assert pool.surplus == surplus * FEN


@pytest.mark.parametrize(
    ("short", "paid", "outstanding"),
    [("outstanding", [10, 0], [0, 5]), ("negative", [10, -5], [0, 0])],
)
def test_deductions(short: str, paid: list[int], outstanding: list[int]) -> None:
    rule = f'[[settlement]]\npool = "p"\ndeduct = "d"\nshort = "{short}"'
    pool = one_pool(f'budget = "30"\n{BY_A}\n{rule}', a=[1, 2], d=[0, 25]).pools[0]
    assert yuan(pool.entitlement) == [10, 20]
    assert yuan(pool.payment) == paid
    assert pool.settlement is not None
    assert yuan(pool.settlement.outstanding) == outstanding


def test_a_deduction_that_is_too_large_stops_and_names_the_recipient() -> None:
    rule = '[[settlement]]\npool = "p"\ndeduct = "d"\nshort = "error"'
    with pytest.raises(InputError, match=r"T1.*少 5\.00 元"):
        one_pool(f'budget = "30"\n{BY_A}\n{rule}', a=[1, 2], d=[0, 25])


@pytest.mark.parametrize(
    ("rule", "required"),
    [
        ('rate = "30%"', [3, 6]),
        ('rate = "a ÷ 10"', [1, 4]),
        ('rate = "30%"\ncap = "5"', [3, 5]),
        ('rate = "30%"\nfloor = "4"', [4, 6]),
        ('rate = "30%"\nfloor = "2 × a"\ncap = "0.2 × pool_p"', [2, 4]),
        ('rate = "30%"\non = ["q"]', [6, 6]),
    ],
)
def test_a_match_of_some_pools_within_bounds(rule: str, required: list[int]) -> None:
    other = '[[pool]]\nid = "q"\nbudget = "40"\nfactors = [{ column = "b", weight = 1 }]'
    on = "" if "on =" in rule else '\non = ["p"]'
    rules = f'budget = "30"\n{BY_A}\n{other}\n[matching]\n{rule}{on}'
    answer = one_pool(rules, a=[1, 2], b=[1, 1])
    assert [match.required / FEN for match in answer.matching] == required


def test_sources_one_after_the_other() -> None:
    sources = 'sources = [{ name = "甲", amount = "12" }, { name = "乙", amount = "18" }]'
    pool = one_pool(f'budget = "30"\nsource_order = "in_turn"\n{sources}\n{BY_A}', a=[1, 2]).pools[
        0
    ]
    assert [yuan(row) for row in pool.by_source] == [[10, 0], [2, 18]]


def test_a_bare_percentage_is_a_part_of_the_budget() -> None:
    pool = one_pool(f'budget = "100"\nfloor = "20%"\n{BY_A}', a=[1, 9]).pools[0]
    assert yuan(pool.entitlement) == [20, 80]


def test_a_pool_above_is_a_column_in_yuan() -> None:
    second = f'[[pool]]\nid = "q"\nbudget = "25"\ncap = "0.5 × pool_p"\n{BY_A}'
    pools = one_pool(f'budget = "60"\n{BY_A}\n{second}', a=[1, 5]).pools
    assert yuan(pools[1].entitlement) == [4.17, 20.83]


COLUMNS = '[columns]\n"乘积" = "差额 × 2"\n"差额" = "max(a − b, 0)"'


def test_derived_columns_name_each_other_in_any_order() -> None:
    rules = 'budget = "30"\nfactors = [{ value = "乘积 + 2", weight = 1 }]'
    pool = one_pool(rules, COLUMNS, a=[1, 5], b=[3, 1]).pools[0]
    assert yuan(pool.entitlement) == [5, 25]  # max(1 − 3, 0) × 2 + 2 = 2 and (5 − 1) × 2 + 2 = 10


RATE = '[columns]\n"人均" = "a ÷ b"'


def test_a_division_by_zero_names_the_recipient() -> None:
    with pytest.raises(InputError, match="T1"):
        one_pool(
            'budget = "30"\nfactors = [{ column = "人均", weight = 1 }]', RATE, a=[1, 5], b=[1, 0]
        )


def test_a_column_need_exist_only_for_those_who_take_part() -> None:
    rules = 'budget = "30"\neligible = "b > 0"\nfactors = [{ column = "人均", weight = 1 }]'
    pool = one_pool(rules, RATE, a=[1, 5, 2], b=[1, 0, 1]).pools[0]
    assert yuan(pool.entitlement) == [10, 0, 20]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (f'budget = "30"\neligible = "a > 9"\n{BY_A}', "没有一处符合参加条件"),
        (f'budget = "3"\nfixed = "if(a = 2, 9, 0)"\n{BY_A}', "定额补助合计超过可分配额"),
        (f'budget = "30"\nunit = "10"\nfixed = "if(a = 1, a, 0)"\n{BY_A}', "不是取整单位的整数倍"),
        (f'budget = "30"\nfixed = "a ÷ 3"\n{BY_A}', "整分金额"),
        (f'budget = "30"\nfixed = "3%"\n{BY_A}', "只写了一个百分数"),
        (f'budget = "30"\nleast = "40"\n{BY_A}', "低于起付额"),
        (f'budget = "30"\nadjust = "0 × a"\n{BY_A}', "没有可分配的对象"),
        (f'budget = "30"\nadjust = "0 − a"\n{BY_A}', "调节系数为负数"),
        (f'budget = "30"\nbase = "a ÷ 3"\nmethod = "hill"\n{BY_A}', "定额不是取整单位的整数倍"),
        (f'budget = "30"\nmethod = "nearest"\nrest = "T9"\n{BY_A}', "没有这一处"),
        (f'budget = "30"\nrest = "T1"\n{BY_A}', "不产生尾差"),
        ('budget = "30"\nfactors = [{ value = "1 − a", weight = 1 }]', "T1的值为负数"),
        ('amount = "a"\nbase = "5"', "定额不起作用"),
        ('amount = "a"\nadjust = "b"', "系数不起作用"),
        ('amount = "3%"', "只写了一个百分数"),
        ('amount = "a"\ncap = "3%"', "百分数没有所指"),
        ('amount = "0 × a"', "没有可分配的对象"),
        ('amount = "a"\nsources = [{ name = "甲", amount = "3" }]', "来源的金额无从核对"),
        (f'budget = "30"\n{BY_A}\n[[settlement]]\npool = "p"\ndeduct = "3%"', "只写了一个百分数"),
        (f'budget = "30"\n{BY_A}\n[[settlement]]\npool = "p"\ndeduct = "0 − a"', "不小于 0"),
        (f'budget = "30"\n{BY_A}\n[matching]\nrate = "1"\ncap = "3%"', "只写了一个百分数"),
        ('amount = "a"\n[pilot]\npool = "p"\nadvance = "1"', "不能用试点结算"),
    ],
)
def test_what_has_no_answer_is_named(rules: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        one_pool(rules, a=[1, 2], b=[1, 1])


def test_all_mistakes_of_the_formulas_at_once_each_at_its_key() -> None:
    rules = 'budget = "30"\neligible = "c > 0"\nfloor = "a +"\nfactors = [{ value = "sum(", weight = 1 }]'
    columns = '[columns]\n"甲" = "乙"\n"乙" = "甲"'
    with pytest.raises(InputError) as caught:
        one_pool(rules, columns, a=[1, 2])
    places = {problem.place.cell for problem in caught.value.problems}
    assert {"columns.甲", "pool[0].eligible", "pool[0].floor", "pool[0].factors[0].value"} <= places


@pytest.mark.parametrize(
    ("rules", "word"),
    [
        ('budget = "30"\nadjust = "a"', "调节系数"),
        ('budget = "30"\nbase = "a"', "定额"),
        ('budget = "30"\nleast = "1"', "起付额"),
        ('budget = "30"\nmethod = "nearest"', "四舍五入"),
        ('budget = "30"\nsurplus = "keep"', "分不完时"),
    ],
)
def test_weights_are_left_open_or_the_rule_in_the_way_is_named(rules: str, word: str) -> None:
    text = f'[[pool]]\nid = "p"\n{rules}\n{BY_A}'
    table = Recipients.from_columns(["甲", "乙"], {"a": [1, 2]})
    with pytest.raises(InputError, match=word):
        open_split(table, Scheme.from_toml(text), "p")


def test_weights_of_a_pool_over_derived_columns_stay_open() -> None:
    text = (
        '[columns]\n"差" = "max(a − 1, 0)"\n[[pool]]\nid = "p"\nbudget = "30"\nfloor = "2 × a"\n'
        'factors = [{ column = "差", weight = "0.5" }, { value = "a × a", weight = "0.5" }]'
    )
    table, scheme = Recipients.from_columns(["甲", "乙"], {"a": [1, 2]}), Scheme.from_toml(text)
    opened = open_split(table, scheme, "p")
    weights = [Fraction(1, 4), Fraction(3, 4)]
    changed = allocate(table, scheme.with_weights({"p": weights}))
    assert exact_amounts(opened, weights) == changed.pools[0].entitlement
