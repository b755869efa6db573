"""Contradictions: exactly the conditions that make one, and what each must give."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from allocator import Fen, Recipients, Scheme
from allocator.fund.rules import Factor, Pool
from allocator.optimize import (
    Aim,
    AmountBound,
    Change,
    Conflict,
    Group,
    GroupShare,
    Optimum,
    Rank,
    WeightBound,
    WeightProblem,
    WeightRelation,
    bound,
    cap,
    floor,
    optimize,
    penalty,
    relation,
    share,
)
from allocator.optimize.linear.exact_simplex import solve_exactly
from allocator.optimize.linear.model import Row
from allocator.optimize.program.case import prepare
from allocator.optimize.program.constraints import compile_rules
from allocator.optimize.program.regions import whole_region
from allocator.optimize.program.relaxation import program
from allocator.optimize.question.conditions import Condition
from allocator.optimize.search.elastic import is_possible, least_total, relaxed
from allocator.optimize.search.pose import Question, pose
from tests.optimize.conftest import grid, random_fund

POOR = Group(classes=("三类", "四类"))


def conflict(
    recipients: Recipients,
    scheme: Scheme,
    *conditions: Condition,
    step: Fraction | None = None,
) -> Conflict:
    problem = WeightProblem("micro_projects", Aim("max_min"), conditions=conditions, step=step)
    found = optimize(recipients, scheme, problem)
    assert isinstance(found, Conflict)
    return found


def test_exactly_the_contradictory_conditions_are_named(
    recipients: Recipients, scheme: Scheme
) -> None:
    found = conflict(
        recipients,
        scheme,
        WeightBound("gdp", Fraction("0.4")),
        WeightBound("area", Fraction("0.1")),
        WeightRelation("villages >= area"),
        GroupShare(POOR, Fraction("0.38")),
        AmountBound("floor", Fen(1_000_000_00)),
    )
    assert [rule.name for rule in found.rules] == [
        "“经济总量（亿元）”的权重不低于 40.00%",
        "三类、四类合计占比不低于 38.00%",
    ]
    assert found.is_smallest
    assert found.others == ()


def test_each_relaxation_is_just_enough(recipients: Recipients, scheme: Scheme) -> None:
    found = conflict(
        recipients,
        scheme,
        WeightBound("gdp", Fraction("0.4")),
        Change(down=Fraction("0.05")),
        GroupShare(POOR, Fraction("0.35")),
    )
    case = found.case
    question = Question(case, compile_rules(case), ())
    for relaxation in found.easings:
        assert relaxation.units is not None
        for units, possible in (
            (relaxation.units, True),
            (relaxation.units * Fraction(999_999, 1_000_000), False),
        ):
            rules = tuple(
                relaxed(rule, units) if rule == relaxation.rule else rule for rule in question.rules
            )
            assert is_possible(replace(question, rules=rules)) == possible


def test_a_rank_that_cannot_be_reached_says_which_can() -> None:
    """甲 is behind 乙 and 丙 whatever the weights, and ahead of 丁 only through area."""
    recipients = Recipients.from_columns(
        ["甲", "乙", "丙", "丁"],
        {"villages": [2, 5, 9, 4], "area": [6, 7, 8, 4]},
    )
    factors = (Factor(Fraction(1, 2), "villages"), Factor(Fraction(1, 2), "area"))
    scheme = Scheme("基金", (Pool("p", "资金", Fen(1_000_00), factors),))
    problem = WeightProblem("p", Aim("max_town", town="丁"), conditions=(Rank("甲", 2),))
    found = optimize(recipients, scheme, problem)
    assert isinstance(found, Conflict)
    assert [rule.name for rule in found.rules] == ["甲的金额排名在前 2 名之内"]
    assert [relaxation.units for relaxation in found.easings] == [1]
    possible = optimize(recipients, scheme, replace(problem, conditions=(Rank("甲", 3),)))
    assert isinstance(possible, Optimum)
    assert possible.amounts[0] == possible.amounts[3]


def test_two_contradictions_are_both_told(recipients: Recipients, scheme: Scheme) -> None:
    found = conflict(
        recipients,
        scheme,
        WeightBound("gdp", Fraction("0.7")),
        WeightBound("area", Fraction("0.5")),
        AmountBound("cap", Fen(1_500_000_00), group=Group(("洪梅镇",))),
    )
    assert len(found.rules) == 1
    assert [[rule.name for rule in rules] for rules in found.others] == [
        ["“经济总量（亿元）”的权重不低于 70.00%", "“行政区划面积（平方公里）”的权重不低于 50.00%"]
    ]


def test_a_coarse_grid_alone_can_be_the_contradiction(
    recipients: Recipients, scheme: Scheme
) -> None:
    bound = WeightBound("gdp", Fraction("0.31"), Fraction("0.34"))
    found = conflict(recipients, scheme, bound, step=Fraction("0.05"))
    assert found.only_on_grid
    assert len(found.rules) == 2


def test_highs_finds_the_same_irreducible_rows(recipients: Recipients, scheme: Scheme) -> None:
    """The exact proof of infeasibility against the solver's irreducible infeasible subsystem."""
    problem = WeightProblem(
        "micro_wishes",
        Aim("max_min"),
        conditions=(
            WeightBound("population", Fraction("0.5")),
            WeightBound("aid_demand", Fraction("0.6")),
            WeightRelation("population >= gdp"),
        ),
    )
    case = prepare(recipients, scheme, problem)
    rules = compile_rules(case)
    model = program(case, rules, whole_region(case, rules)).model
    proof = solve_exactly(model).proof
    exact = {row.tag for row, _ in proof}
    assert exact >= {("rule", 0), ("rule", 1)}
    assert iis(model.rows, [column.scale for column in model.columns]) == {
        tag for tag in exact if tag[0] == "rule"
    }


def iis(rows: list[Row], scales: list[float]) -> set[object]:
    """The rules in the solver's own irreducible infeasible subsystem."""
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("iis_strategy", 2)
    for _ in scales:
        solver.addVar(0, highspy.kHighsInf)
    for row in rows:
        terms = [c * s for c, s in zip(row.coefficients, scales, strict=True)]
        size = max(map(abs, terms))
        used = [j for j, term in enumerate(terms) if term]
        values = [terms[j] / size for j in used]
        solver.addRow(row.least / size, highspy.kHighsInf, len(used), used, values)
    solver.run()
    _, found = solver.getIis()
    tags = {rows[i].tag for i in found.row_index_}
    return {tag for tag in tags if isinstance(tag, tuple) and tag[0] == "rule"}


def test_several_conditions_give_way_by_the_least_in_all(
    recipients: Recipients, scheme: Scheme
) -> None:
    """Two contradictions at once; a penalty turns which of them gives way."""
    asked = [
        bound("gdp", "70%"),
        bound("area", "50%"),
        bound("villages", most="5%"),
        relation("villages >= area"),
    ]
    found = conflict(recipients, scheme, *asked)
    assert found.joint
    assert found.joint.is_least
    given = {rule.name: units for rule, units in found.joint.parts}
    assert sum(given.values()) == found.joint.total == 45
    weights = found.joint.amounts.weights
    eased = [relaxed(rule, given.get(rule.name, Fraction(0))) for rule in found.rules]
    assert all(rule.holds(found.joint.amounts) for rule in eased)
    dear = conflict(recipients, scheme, asked[0], penalty(9, asked[1]), *asked[2:])
    assert dear.joint
    assert dear.joint.amounts.weights != weights
    assert dear.joint.amounts.weights[1] >= Fraction("0.5")
    assert [table.title for table in found.tables()][-1] == "一起放宽，合计最少"


@pytest.mark.parametrize("seed", range(8))
def test_no_grid_point_gives_way_by_less(seed: int) -> None:
    """Floors and caps of the fund or none; conditions on amounts, on weights, or on both."""
    recipients, fund = random_fund(700 + seed)
    asked: list[Condition] = [
        floor(yuan="170"),
        cap(yuan="165", towns="镇1"),
        share("10%", "20%", towns="镇2"),
    ]
    if seed % 2:
        asked += [bound("a", "80%"), penalty(2, bound("b", "60%"))]
    if seed % 4 == 1:
        asked = asked[3:]
    question = pose(recipients, fund, WeightProblem("p", "max_min", asked), ())
    joint = least_total(question)
    if joint is None:
        return
    totals = []
    for weights in grid(3, 20):
        amounts = question.case.split(weights)
        if amounts is not None:
            short = ((rule, -rule.worst(amounts)[0]) for rule in question.rules)
            totals.append(sum(rule.penalty * max(units, Fraction(0)) for rule, units in short))
    assert joint.total <= min(totals) or not joint.is_least
    assert joint.is_least or seed % 4 == 3
    again = pose(recipients, fund, WeightProblem("p", "max_min", asked, step="5%"), ())
    on_grid = least_total(again)
    assert on_grid
    assert on_grid.total == min(totals)
