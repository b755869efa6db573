"""Two inputs side by side: every cause named, its parts adding up to each town's change."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from allocator import Allocation, Recipients, Scheme, allocate
from allocator.base.money import Fen
from allocator.fund.rules import Factor, Matching, Pool
from allocator.scenarios.comparisons.difference import difference, difference_tables

TOWNS = ["甲镇", "乙镇", "丙镇"]


def fund(budget_fen: int = 900, weight: Fraction = Fraction(1)) -> Scheme:
    factors = [Factor(weight=weight, column="people")]
    if weight != 1:
        factors.append(Factor(weight=1 - weight, column="area"))
    pool = Pool(id="p", name="资金", budget=Fen(budget_fen), factors=tuple(factors))
    return Scheme(name="测试", pools=(pool,))


def table(people: list[int], towns: list[str] = TOWNS) -> Recipients:
    return Recipients.from_columns(towns, {"people": people, "area": [1] * len(towns)})


def test_one_figure_changed() -> None:
    old, new = allocate(table([1, 1, 1]), fund()), allocate(table([1, 1, 4]), fund())
    found = difference(old, new)
    assert [cause.name for cause in found.causes] == ["数据：people"]
    assert found.causes[0].details == ("丙镇：1 → 4",)
    assert found.causes[0].payment == (-150, -150, 300)


def test_each_cause_has_its_own_part() -> None:
    old = allocate(table([1, 1, 1]), fund())
    new = allocate(table([1, 1, 4]), fund(1800, Fraction(1, 2)))
    found = difference(old, new)
    assert [(cause.name, cause.payment) for cause in found.causes] == [
        ("数据：people", (-150, -150, 300)),
        ("方案：资金预算与来源", (150, 150, 600)),
        ("方案：资金因素与权重", (150, 150, -300)),
    ]


def test_a_town_joins_and_another_leaves() -> None:
    old = allocate(table([1, 1, 1]), fund())
    new = allocate(table([1, 1, 1], ["甲镇", "乙镇", "丁镇"]), fund())
    found = difference(old, new)
    assert found.towns == ("甲镇", "乙镇", "丁镇", "丙镇")
    assert found.causes[0].name == "镇街增减"
    assert found.causes[0].payment == (0, 0, 300, -300)
    assert set(found.causes[0].details) == {"减少：丙镇", "增加：丁镇"}


def test_the_stated_number_of_towns_goes_with_the_towns() -> None:
    old = allocate(table([1, 1, 1]), replace(fund(), recipients=3))
    new = allocate(table([1, 1], TOWNS[:2]), replace(fund(1800), recipients=2))
    found = difference(old, new)
    assert [(cause.name, cause.payment) for cause in found.causes] == [
        ("镇街增减", (150, 150, -300)),
        ("方案：资金预算与来源", (450, 450, 0)),
    ]


def test_rules_are_named_in_chinese() -> None:
    matching = Matching(rates={"一类": Fraction(1)})
    old = replace(fund(900, Fraction(1, 4)), matching=matching)
    new = replace(
        fund(900, Fraction(1, 2)), status="official", matching=replace(matching, unit=Fen(100))
    )
    people = replace(table([1, 2, 3]), economic_class=("一类",) * 3)
    found = difference(allocate(people, old), allocate(people, new))
    assert [detail for cause in found.causes for detail in cause.details] == [
        "资金池·资金·因素·1·权重：0.25 → 0.5",
        "资金池·资金·因素·2·权重：0.75 → 0.5",
        "配套·取整单位（元）：0.01 → 1.00",
        "方案·状态：测算稿 → 正式",
    ]


def test_an_empty_column_is_no_change() -> None:
    old, new = table([1, 2, 3]), replace(table([1, 2, 3]), match_reason=("", "", ""))
    assert difference(allocate(old, fund()), allocate(new, fund())).causes == ()


def test_nothing_changed() -> None:
    answer = allocate(table([1, 2, 3]), fund())
    found = difference(answer, answer)
    assert found.causes == ()
    assert {row[4] for row in difference_tables(found)[0].rows} == {"不变"}


def test_a_step_without_a_solution_is_joined_with_the_next() -> None:
    old = allocate(table([1, 1, 1]), fund())
    base = fund(1800).pools[0]
    floored = replace(fund(), pools=(replace(base, floor=Fen(500)),))
    low_budget = replace(floored, pools=(replace(floored.pools[0], budget=Fen(1500)),))
    found = difference(allocate(table([1, 1, 1]), low_budget), old)
    assert [cause.name for cause in found.causes] == [
        "方案：资金预算与来源、方案：资金定额与上下限"
    ]


@pytest.mark.parametrize("basis", ["share", "remainder"])
def test_parts_add_up_on_the_sample(allocation: Allocation, basis: str) -> None:
    people = tuple(v + 500 for v in allocation.recipients.numbers["population"])
    numbers = {**allocation.recipients.numbers, "population": people}
    recipients = replace(
        allocation.recipients,
        numbers=numbers,
        unspent=(Fen(0),) * 33,
        match_rate=(Fraction(3, 4),) + (None,) * 32,
    )
    pilot = allocation.scheme.pilot
    assert pilot is not None
    scheme = replace(allocation.scheme, pilot=replace(pilot, basis=basis))  # type: ignore[arg-type]
    found = difference(allocation, allocate(recipients, scheme))
    for amounts, part in ((found.payments, "payment"), (found.required, "required")):
        olds, news = amounts(found.old), amounts(found.new)
        for i in range(33):
            assert news[i] - olds[i] == sum(getattr(cause, part)[i] for cause in found.causes)
    assert len(difference_tables(found)) == 5


def test_texts_that_formulas_look_up_are_a_cause_of_their_own() -> None:
    pool = replace(fund().pools[0], eligible='县类 = "重点"')
    scheme = replace(fund(), pools=(pool,))

    def texts(*kinds: str, towns: list[str] = TOWNS) -> Recipients:
        return replace(table([1] * len(kinds), towns), texts={"县类": kinds})

    old = allocate(texts("重点", "重点", "一般"), scheme)
    found = difference(old, allocate(texts("重点", "一般", "重点"), scheme))
    assert [(cause.name, cause.payment) for cause in found.causes] == [
        ("数据：县类", (0, -450, 450))
    ]
    assert found.causes[0].details == ("乙镇：重点 → 一般", "丙镇：一般 → 重点")
    fewer = allocate(texts("重点", "一般", towns=["甲镇", "丙镇"]), scheme)
    assert [(c.name, c.payment) for c in difference(old, fewer).causes] == [
        ("镇街增减", (450, 0, -450))
    ]


def test_each_formula_that_changed_is_named_with_what_it_moved_alone() -> None:
    table = Recipients.from_columns(["甲", "乙", "丙"], {"a": [1, 2, 3], "b": [5, 1, 2]})
    rules = (
        '[columns]\n"需求" = "{}"\n"系数" = "{}"\n{}\n'
        '[[pool]]\nid = "p"\nbudget = "{}"\nfactors = [{{ value = "{}", weight = 1 }}]\n'
    )
    first = rules.format("a", "1 + b", '"旧" = "a"', "60", "需求 × 系数")
    last = rules.format("a ^ 2", "2 + b", '"新" = "b"', "sum(a) × 10", "需求 × 系数 + 新")
    old, new = (allocate(table, Scheme.from_toml(text)) for text in (first, last))
    found = difference(old, new)
    assert [cause.name for cause in found.causes] == [
        *("计算列：需求", "计算列：系数", "计算列：新"),
        *("方案：p预算与来源", "方案：p因素与权重", "计算列：旧"),
    ]
    details = [detail for cause in found.causes for detail in cause.details]
    assert "计算列·需求：a → a ^ 2" in details
    assert "计算列·旧：a → 无" in details
    assert "资金池·p·预算（元）：60.00 → sum(a) × 10" in details
    assert "资金池·p·因素·1·公式：需求 × 系数 → 需求 × 系数 + 新" in details
    only = allocate(table, Scheme.from_toml(first.replace('"需求" = "a"', '"需求" = "a ^ 2"')))
    moved = [b - a for a, b in zip(old.payment, only.payment, strict=True)]
    assert list(found.causes[0].payment) == moved
    assert [sum(cause.payment[i] for cause in found.causes) for i in range(3)] == [
        b - a for a, b in zip(old.payment, new.payment, strict=True)
    ]
