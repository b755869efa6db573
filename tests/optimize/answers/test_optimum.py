"""The whole answer: what is reported is the engine's, and the claims about it hold."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

import pytest

from allocator import InputError, Recipients, Scheme, allocate
from allocator.base.tables import Table
from allocator.optimize import (
    Aim,
    Change,
    Condition,
    Group,
    GroupShare,
    MatchCapacity,
    Optimum,
    WeightBound,
    WeightProblem,
    WeightRelation,
    optimize,
)
from allocator.optimize.answers.optimum import price_words
from allocator.optimize.search.elastic import relaxed
from tests.optimize.conftest import grid

CONDITIONS: tuple[Condition, ...] = (
    WeightBound("villages", Fraction("0.2"), Fraction("0.5")),
    WeightBound("gdp", None, Fraction("0.4")),
    WeightRelation("villages >= area"),
    Change(down=Fraction("0.1")),
)


def solved(recipients: Recipients, scheme: Scheme, problem: WeightProblem) -> Optimum:
    found = optimize(recipients, scheme, problem)
    assert isinstance(found, Optimum)
    return found


@pytest.fixture(scope="module")
def best(recipients: Recipients, scheme: Scheme) -> Optimum:
    aim = Aim("max_min", per="population")
    return solved(recipients, scheme, WeightProblem("micro_projects", aim, conditions=CONDITIONS))


def test_the_amounts_are_those_of_a_plain_run_with_these_weights(
    recipients: Recipients, scheme: Scheme, best: Optimum
) -> None:
    """Written into the scheme by hand, the weights give every reported amount again."""
    pool = scheme.pool("micro_projects")
    pairs = zip(pool.factors, best.weights, strict=True)
    chosen = replace(pool, factors=tuple(replace(f, weight=w) for f, w in pairs))
    others = tuple(chosen if p.id == pool.id else p for p in scheme.pools)
    again = allocate(recipients, replace(scheme, pools=others))
    assert again.pools == best.allocation.pools
    assert again.matching == best.allocation.matching
    amounts = next(table for table in best.tables() if table.title == "各镇金额")
    assert [row[2] for row in amounts.rows] == list(again.pool("micro_projects").entitlement)
    assert amounts.total[2] == 105_000_000_00


def floats_in(value: Any, seen: set[int]) -> list[Any]:
    """Every float reachable from an answer."""
    if isinstance(value, float):
        return [value]
    if id(value) in seen or isinstance(value, str | int | Fraction | type | None):
        return []
    seen.add(id(value))
    if is_dataclass(value):
        parts = [getattr(value, field.name) for field in fields(value)]
    elif isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, tuple | list):
        parts = list(value)
    else:
        return []
    return [found for part in parts for found in floats_in(part, seen)]


def test_no_float_leaves_the_linear_programs(best: Optimum) -> None:
    assert floats_in(best, set()) == []
    assert all(isinstance(weight, Fraction) for weight in best.weights)
    assert sum(best.weights) == 1
    for table in best.tables():
        assert floats_in(table, set()) == []


def test_conditions_hold_exactly_and_in_fen(best: Optimum) -> None:
    assert len(best.checks) == 5
    assert all(check.slack >= 0 and check.holds_in_fen for check in best.checks)
    binding = {check.rule.name for check in best.checks if check.slack == 0}
    assert {price.rule.name for price in best.prices} == binding
    assert best.certificate.is_proven
    assert best.certificate.bound == best.value


def test_a_price_is_what_relaxing_really_gains(
    recipients: Recipients, scheme: Scheme, best: Optimum
) -> None:
    """One percentage point more for GDP, asked as a problem of its own."""
    wider = (CONDITIONS[0], WeightBound("gdp", None, Fraction("0.41")), *CONDITIONS[2:])
    problem = replace(best.case.problem, conditions=wider)
    eased = solved(recipients, scheme, problem)
    price = next(price for price in best.prices if "经济总量" in price.rule.name)
    assert price.gain == eased.value - best.value > 0
    assert price_words(best, price).startswith("放宽 1 个百分点，最低镇每人多 0.0")


def test_second_aims_make_the_answer_one(recipients: Recipients, scheme: Scheme) -> None:
    """洪梅 gets its advance whatever the weights: of all optima the scheme as it stands is nearest."""
    found = solved(
        recipients, scheme, WeightProblem("micro_projects", Aim("max_town", town="洪梅镇"))
    )
    assert found.weights == found.case.current_weights
    assert found.allocation.pools == found.case.current.pools


@pytest.mark.parametrize("step", ["0.1", "0.05"])
def test_the_best_grid_points_are_the_first_of_all(
    recipients: Recipients, scheme: Scheme, step: str
) -> None:
    aim = Aim("min_spread", per="villages")
    problem = WeightProblem(
        "micro_projects", aim, conditions=CONDITIONS, step=Fraction(step), best=4
    )
    found = solved(recipients, scheme, problem)
    rules = [check.rule for check in found.checks]
    values = []
    points = grid(3, int(1 / Fraction(step)))
    for weights in points:
        amounts = found.case.quotas(weights)
        if all(rule.holds(amounts) for rule in rules):
            values.append(found.target.measure(found.case, amounts))
    assert [value for value, _ in found.best] == sorted(values)[:4]
    assert found.certificate.allowed == len(values)
    free = solved(recipients, scheme, replace(problem, step=None))
    assert free.value <= found.value


def test_a_fine_grid_is_searched_with_bounds(recipients: Recipients, scheme: Scheme) -> None:
    """Too many points to count out: the bound proves the best one all the same."""
    aim = Aim("max_min", per="population")
    problem = WeightProblem("micro_projects", aim, conditions=CONDITIONS, step=Fraction(1, 1000))
    fine = solved(recipients, scheme, problem)
    assert fine.certificate.is_proven
    assert fine.certificate.points == 0
    assert all((weight * 1000).denominator == 1 for weight in fine.weights)
    coarse = solved(recipients, scheme, replace(problem, step=Fraction(1, 50)))
    free = solved(recipients, scheme, replace(problem, step=None))
    assert coarse.value <= fine.value <= free.value


def test_a_pool_without_a_pilot(recipients: Recipients, scheme: Scheme) -> None:
    aim = Aim("max_group_share", group=Group(classes=("四类",)))
    found = solved(recipients, scheme, WeightProblem("micro_wishes", aim))
    shares = {
        weights: sum(found.case.quotas(weights)[i] for i in found.target.members) / 21_000_000_00
        for weights in grid(3, 10)
    }
    assert found.value == max(shares.values())


def test_relaxing_a_rule_moves_its_limit_by_its_own_unit(best: Optimum) -> None:
    rule = best.checks[0].rule
    slack, _ = rule.worst(best.amounts)
    assert relaxed(rule, Fraction(3)).worst(best.amounts)[0] == slack + 3


def test_names_and_terms_that_are_missing_are_told(recipients: Recipients, scheme: Scheme) -> None:
    for problem, told in (
        (WeightProblem("projects", Aim("max_min")), "没有这个资金池"),
        (WeightProblem("micro_projects", Aim("max_town")), "town"),
        (WeightProblem("micro_projects", Aim("max_group_share")), "classes"),
        (WeightProblem("micro_projects", Aim("max_min", per="villagers")), "villagers"),
        (
            WeightProblem(
                "micro_projects",
                Aim("max_min"),
                conditions=(GroupShare(Group(("东城",)), Fraction(1)),),
            ),
            "东城",
        ),
        (
            WeightProblem(
                "micro_projects", Aim("max_min"), conditions=(MatchCapacity("capacity"),)
            ),
            "capacity",
        ),
    ):
        with pytest.raises(InputError, match=told):
            optimize(recipients, scheme, problem)


def test_tables_are_marked_by_kind_not_by_hand(best: Optimum) -> None:
    """Money stands in whole fen under money headers, so that terminal and workbook agree."""
    for table in best.tables():
        assert isinstance(table, Table)
        for row in table.rows:
            assert len(row) == len(table.columns)
            for value, column in zip(row, table.columns, strict=True):
                if column.kind == "fen" and value is not None:
                    assert isinstance(value, int)


def test_weights_found_go_back_into_a_scheme_and_a_frame(best: Optimum) -> None:
    again = Scheme.from_toml(best.to_toml())
    assert tuple(f.weight for f in again.pool("micro_projects").factors) == best.weights
    frame = best.to_frame("万元", exact=False)
    assert frame["应分配额"].sum() == pytest.approx(10_500)
    assert "<table>" in best._repr_html_()


def test_without_time_the_answer_says_what_no_weights_can_beat(
    recipients: Recipients, scheme: Scheme
) -> None:
    aim = Aim("min_spread", per="population")
    found = optimize(recipients, scheme, WeightProblem("micro_projects", aim), seconds=0)
    assert isinstance(found, Optimum)
    assert found.certificate.bound <= found.value


def test_a_class_stands_for_its_group_and_a_near_name_is_offered(
    recipients: Recipients, scheme: Scheme
) -> None:
    by_class = WeightProblem("micro_projects", Aim("max_group_share", group="三类"))  # type: ignore[arg-type]
    assert by_class.aim.group == Group(classes=("三类",))
    assert isinstance(optimize(recipients, scheme, by_class), Optimum)
    with pytest.raises(InputError, match="是否应为“虎门镇”"):
        optimize(recipients, scheme, WeightProblem("micro_projects", Aim("max_town", town="虎门")))
