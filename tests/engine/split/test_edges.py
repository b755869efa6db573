"""Where the rules of a pool meet their ends: nothing to split, nobody to pay, no common measure."""

from __future__ import annotations

import pytest

from allocator import Allocation, Fen, InputError, Recipients, Scheme, allocate
from allocator.base.tables import Table, TableColumn
from allocator.engine.pool import open_pools
from allocator.engine.split.other_formulas import match_formulas
from allocator.explain import record
from allocator.explain.speech import Speech
from allocator.fund.derived.reading import Formulas

HEAD = '[[pool]]\nid = "p"\n'
BY_A = 'factors = [{ column = "a", weight = "1" }]\n'


def run(rules: str, table: Recipients) -> Allocation:
    return allocate(table, Scheme.from_toml(rules))


def towns(n: int, **columns: list[int]) -> Recipients:
    return Recipients.from_columns([f"T{i}" for i in range(n)], dict(columns))


def test_groups_without_any_money_get_none() -> None:
    table = Recipients.from_columns(["甲", "乙"], {"a": [1, 2]}, texts={"片区": ["东", "西"]})
    rules = HEAD + 'group = "片区"\nbudget = { "东" = "0", "西" = "0" }\n' + BY_A
    assert run(rules, table).pools[0].entitlement == (0, 0)


def test_who_has_a_share_has_a_multiplier_of_0() -> None:
    rules = HEAD + 'budget = "10"\nadjust = "k"\n' + BY_A
    with pytest.raises(InputError, match="没有可分配的对象"):
        run(rules, towns(2, a=[1, 0], k=[0, 1]))


def test_bases_without_a_common_measure_are_refused() -> None:
    n = 3000
    rules = HEAD + 'budget = "100000"\nbase = "1 ÷ c"\n' + BY_A
    with pytest.raises(InputError, match="无法通分"):
        run(rules, towns(n, a=[1] * n, c=list(range(1, n + 1))))


def test_rounded_shares_above_bases_are_refused() -> None:
    n = 150
    rules = HEAD + 'budget = "100000"\nbase = "c"\n'
    rules += 'factors = [{ column = "a", per = "d", weight = "1" }]\n'
    long = [10**40 + 2 * i + 1 for i in range(n)]
    with pytest.raises(InputError, match="不分先后"):
        run(rules, towns(n, a=[1] * n, c=[1] * n, d=long))


def test_a_fund_without_a_match_has_no_formulas_of_one() -> None:
    scheme = Scheme.from_toml(HEAD + 'budget = "10"\n' + BY_A)
    assert match_formulas(towns(1, a=[1]), scheme, Formulas(), {}) == {}


def test_a_formula_reads_classes_texts_and_unspent_money() -> None:
    table = Recipients.from_columns(
        ["甲", "乙", "丙"],
        {"a": [1, 1, 2]},
        economic_class=["一类", "二类", "一类"],
        unspent=[Fen(100), Fen(0), Fen(300)],
        texts={"片区": ["东", "西", "东"]},
        sources=[["人口", "年鉴"]],
    )
    rules = (
        '[columns]\n"得分" = "a × lookup(经济指标类别, 一类=1, 二类=2)"\n'
        + HEAD
        + 'budget = "40"\neligible = "片区 = \'东\'"\nfloor = "1%"\n'
        + 'factors = [{ value = "得分 + 试点剩余", weight = "1" }]\n'
    )
    answer = run(rules, table)
    # 甲 1 + 1.00 yuan, 丙 2 + 3.00 yuan; 乙 lies in the west.
    assert answer.pools[0].entitlement == (1143, 0, 2857)
    joins, stays_out = answer.explain("甲"), answer.explain("乙")
    assert "得分" in joins
    assert "不符合参加条件" not in joins
    assert "不符合参加条件，不参加本资金池的分配" in stays_out


@pytest.mark.parametrize("text", ["12.5%", " 12.50 % ", "１２．５％"])
def test_a_bare_percentage_is_a_part_of_the_budget_however_it_is_written(text: str) -> None:
    rules = HEAD + f'budget = "40"\nfloor = "{text}"\n' + BY_A
    (result,) = run(rules, towns(2, a=[0, 1])).pools
    assert result.lower == (500, 500)


def test_the_difference_of_rounding_goes_to_whom_the_rules_name() -> None:
    rules = HEAD + 'budget = "10"\nunit = "1"\nmethod = "nearest"\nrest = "T2"\n' + BY_A
    (result,) = run(rules, towns(3, a=[1, 1, 1])).pools
    assert (result.entitlement, result.balance) == ((300, 300, 400), (2, 100))


def test_the_difference_of_rounding_goes_to_nobody_without_a_share() -> None:
    rules = HEAD + 'budget = "10"\nunit = "1"\nmethod = "nearest"\nrest = "T1"\n' + BY_A
    with pytest.raises(InputError, match="T1"):
        run(rules, towns(3, a=[1, 0, 2]))
    with pytest.raises(InputError, match="T1"):
        run(rules + 'eligible = "a < 5"\n', towns(3, a=[1, 7, 2]))


def test_who_has_a_fixed_sum_is_not_told_of_values_it_has_no_part_in() -> None:
    rules = '[columns]\n"得分" = "a × 2"\n' + HEAD
    rules += 'budget = "10"\nfixed = "f"\nfactors = [{ value = "得分", weight = "1" }]\n'
    answer = run(rules, towns(2, a=[1, 3], f=[4, 0]))
    assert answer.pools[0].entitlement == (400, 600)
    assert "得分：" not in answer.explain("T0")
    assert "得分：" in answer.explain("T1")


@pytest.mark.parametrize("base", ['"150"', '"y"', '"100 + 50"'])
def test_a_base_is_one_rule_flat_or_by_formula_whole_units_or_not(base: str) -> None:
    rules = HEAD + f'budget = "10000"\nunit = "100"\nbase = {base}\n'
    rules += 'factors = [{ column = "x", weight = "1" }]\n'
    answer = run(rules, towns(3, x=[1, 2, 4], y=[150] * 3))
    # 150 + 9550 · x/7 each, in hundreds
    assert answer.payment == (150000, 290000, 560000)
    divisor = rules.replace("unit", 'method = "webster"\nunit')
    with pytest.raises(InputError, match="定额"):
        run(divisor, towns(3, x=[1, 2, 4], y=[150] * 3))


def test_pools_that_cannot_be_left_open_are_told_beside_the_others() -> None:
    adjusted = BY_A.replace("factors", 'adjust = "a"\nfactors')
    rules = (
        HEAD + 'budget = "10"\n' + BY_A + HEAD.replace('"p"', '"q"') + 'budget = "10"\n' + adjusted
    )
    scheme, table = Scheme.from_toml(rules), towns(2, a=[1, 2])
    pools, refused = open_pools(table, scheme, scheme.pools)
    assert ([pool.id for pool in pools], len(refused)) == (["p"], 1)
    with pytest.raises(InputError, match="调节系数"):
        open_pools(table, scheme, scheme.pools[1:])
    with pytest.raises(InputError, match="负数"):
        open_pools(towns(2, a=[1, -2]), scheme, scheme.pools)
    by_zero = Scheme.from_toml(rules.replace('adjust = "a"', 'cap = "9 ÷ a"'))
    with pytest.raises(InputError, match="除数为 0"):
        open_pools(towns(2, a=[1, 0]), by_zero, by_zero.pools)


def test_what_advances_leave_in_parts_of_a_unit_is_named() -> None:
    rules = HEAD + 'budget = "1000"\nunit = "100"\n' + BY_A
    rules += '[pilot]\npool = "p"\nadvance = "30"\nbasis = "remainder"\n'
    table = Recipients.from_columns(["甲", "乙"], {"a": [1, 2]}, pilot=[True, False])
    with pytest.raises(InputError, match="的可分配额不是取整单位的整数倍"):
        run(rules, table)


def test_the_table_of_a_fund_with_a_deduction_has_no_pilot() -> None:
    rules = HEAD + 'budget = "10"\n' + BY_A + '[[settlement]]\npool = "p"\ndeduct = "a"\n'
    columns = record.table(run(rules, towns(2, a=[1, 2])))
    assert [name for name in columns if "试点" in name] == []
    assert "p·已扣回" in columns


def test_a_table_in_usual_words_stays_as_it_is() -> None:
    table = Table("镇街", (TableColumn("市级"),), (("元",),))
    assert Speech().table(table) is table


def test_caps_below_the_money_leave_what_is_above_the_least_payment() -> None:
    rules = HEAD + 'budget = "100"\ncap = "10"\nleast = "1"\nsurplus = "keep"\n' + BY_A
    result = run(rules, towns(2, a=[1, 2])).pools[0]
    assert (result.entitlement, result.surplus) == ((1000, 1000), 8000)
