"""Each condition against the same question asked of the amounts directly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from allocator import Fen, InputError, Recipients, Scheme
from allocator.base.problems import Place
from allocator.optimize.program.case import Amounts, Case, prepare
from allocator.optimize.program.constraints import compile_rules
from allocator.optimize.question.conditions import (
    Aim,
    AmountBound,
    Change,
    Condition,
    Group,
    GroupShare,
    MatchCapacity,
    Order,
    Rank,
    WeightBound,
    WeightRelation,
)
from allocator.optimize.question.weight_problem import WeightProblem
from tests.optimize.conftest import grid

WAN = 1_000_000
Told = Callable[[Case, Amounts], bool]


def town(case: Case, name: str) -> int:
    return case.towns.index(name)


CONDITIONS: list[tuple[Condition, list[str], Told]] = [
    (
        WeightBound("villages", Fraction("0.2"), Fraction("0.5")),
        ["“村（社区）数量”的权重不低于 20.00%", "“村（社区）数量”的权重不高于 50.00%"],
        lambda _, a: Fraction("0.2") <= a.weights[0] <= Fraction("0.5"),
    ),
    (
        WeightRelation("villages + 2*area <= 0.9 + gdp"),
        ["权重关系：村（社区）数量 + 2*行政区划面积（平方公里） ≤ 0.9 + 经济总量（亿元）"],
        lambda _, a: a.weights[0] + 2 * a.weights[1] <= Fraction("0.9") + a.weights[2],
    ),
    (
        WeightRelation("villages = 20%"),
        ["权重关系：村（社区）数量 = 20%"],
        lambda _, a: a.weights[0] == Fraction("0.2"),
    ),
    (
        AmountBound("floor", Fen(150 * WAN)),
        ["各镇不低于 150.00 万元"],
        lambda case, a: all(a[i] >= 150 * WAN for i in range(len(case))),
    ),
    (
        AmountBound("cap", Fen(40 * WAN), per="villages", group=Group(classes=("一类",))),
        ["一类每村（社区）不高于 400,000.00 元"],
        lambda case, a: all(
            a[i] <= 40 * WAN * case.recipients.numbers["villages"][i]
            for i in range(len(case))
            if case.recipients.economic_class[i] == "一类"
        ),
    ),
    (
        Change(down=Fraction("0.1"), up=Fraction("0.3")),
        ["各镇比现行方案减少不超过 10.00%", "各镇比现行方案增加不超过 30.00%"],
        lambda case, a: all(
            Fraction("0.9") <= a[i] / case.current_amounts[i] <= Fraction("1.3")
            for i in range(len(case))
        ),
    ),
    (
        GroupShare(Group(classes=("三类", "四类")), Fraction("0.35")),
        ["三类、四类合计占比不低于 35.00%"],
        lambda case, a: (
            sum(
                a[i]
                for i in range(len(case))
                if case.recipients.economic_class[i] in ("三类", "四类")
            )
            >= Fraction("0.35") * 105_000_000_00
        ),
    ),
    (
        Order(("虎门镇", "东城街道", "长安镇")),
        ["金额次序：虎门镇 ≥ 东城街道 ≥ 长安镇"],
        lambda case, a: (
            a[town(case, "虎门镇")] >= a[town(case, "东城街道")] >= a[town(case, "长安镇")]
        ),
    ),
    (
        Rank("常平镇", 5),
        ["常平镇的金额排名在前 5 名之内"],
        lambda case, a: sum(a[i] > a[town(case, "常平镇")] for i in range(len(case))) < 5,
    ),
]


@pytest.mark.parametrize(("condition", "names", "told"), CONDITIONS)
def test_a_rule_says_what_its_condition_says(
    recipients: Recipients, scheme: Scheme, condition: Condition, names: list[str], told: Told
) -> None:
    problem = WeightProblem("micro_projects", Aim("max_min"), conditions=(condition,))
    case = prepare(recipients, scheme, problem)
    rules = compile_rules(case)
    assert [rule.name for rule in rules] == names
    verdicts = set()
    for weights in grid(3, 10):
        amounts = case.quotas(weights)
        verdict = told(case, amounts)
        verdicts.add(verdict)
        assert all(rule.holds(amounts) for rule in rules) == verdict
        assert all(rule.worst(amounts)[0] >= 0 for rule in rules) == verdict
    assert verdicts == {True, False}


def test_match_capacity_is_the_engines_match(recipients: Recipients, scheme: Scheme) -> None:
    """A capacity of two yuan for 10,000 of GDP: kept exactly when no town's own match exceeds it."""
    yuan = tuple(Fraction(v) * 20_000 for v in recipients.numbers["gdp"])
    wider = Recipients.from_columns(
        recipients.towns,
        {**recipients.numbers, "capacity": yuan},
        economic_class=recipients.economic_class,
        pilot=recipients.pilot,
        unspent=recipients.unspent,
        headers={"capacity": "配套能力（元）"},
    )
    problem = WeightProblem(
        "micro_projects", Aim("max_min"), conditions=(MatchCapacity("capacity"),)
    )
    case = prepare(wider, scheme, problem)
    (rule,) = compile_rules(case)
    assert rule.name == "各镇应配套不超过“配套能力（元）”"
    verdicts = set()
    for weights in grid(3, 10):
        matches = case.allocate(weights).matching
        engine = all(m.required <= y * 100 for m, y in zip(matches, yuan, strict=True))
        verdicts.add(engine)
        assert rule.holds(case.rounded(case.allocate(weights))) == engine
    assert verdicts == {True, False}


def test_a_match_that_is_not_the_pools_own_is_refused_with_what_to_do(
    recipients: Recipients, scheme: Scheme
) -> None:
    assert scheme.matching
    capped = replace(scheme, matching=replace(scheme.matching, cap="1000000"))
    limit = MatchCapacity("gdp", place=Place("问题.toml", cell="condition[0]"))
    with pytest.raises(InputError) as caught:
        compile_rules(
            prepare(recipients, capped, WeightProblem("micro_projects", "max_min", limit))
        )
    (problem,) = caught.value.problems
    assert "上下限" in problem.message
    assert "配套规则" in problem.remedy
    assert problem.place == limit.place


def test_unknown_names_are_all_told_at_once(recipients: Recipients, scheme: Scheme) -> None:
    problem = WeightProblem(
        "micro_projects",
        Aim("max_min"),
        conditions=(
            WeightBound("village", Fraction("0.2")),
            WeightRelation("villages >= people"),
            WeightRelation("villages"),
            Rank("东莞", 3),
            Change(reference="去年", down=Fraction("0.1")),
            GroupShare(Group(classes=("五类",)), Fraction("0.1")),
        ),
    )
    with pytest.raises(InputError) as caught:
        compile_rules(prepare(recipients, scheme, problem))
    assert [problem.value for problem in caught.value.problems] == [
        "village",
        "people",
        "",
        "东莞",
        "去年",
        "五类",
    ]
