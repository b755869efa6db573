"""What is paid, and all pools together: aims, ranges, conditions and fits against the engine."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from allocator import Allocation, Fen, InputError, Recipients, Scheme, allocate
from allocator.fund.rules import Deduction
from allocator.optimize import (
    Aim,
    Optimum,
    Ranges,
    WeightProblem,
    bound,
    cap,
    change,
    fit,
    floor,
    optimize,
    order,
    ranges,
    rank,
    share,
)
from allocator.optimize.program.case import prepare
from allocator.optimize.question.conditions import MEASURES
from tests.optimize.conftest import grid

POOL = "micro_projects"


@pytest.fixture(scope="module")
def carried(scheme: Scheme) -> Scheme:
    """The sample where towns may get less than they were advanced, and are then paid nothing."""
    assert scheme.pilot
    return replace(scheme, pilot=replace(scheme.pilot, below_advance="carry"))


def paid(answer: Allocation, measure: str) -> tuple[Fen, ...]:
    """The measure as the engine has it."""
    pool = answer.pool(POOL)
    all_entitlements = (
        sum(town) for town in zip(*(p.entitlement for p in answer.pools), strict=True)
    )
    return {
        "entitlement": pool.entitlement,
        "payment": pool.payment,
        "all_entitlements": tuple(map(Fen, all_entitlements)),
        "all_payments": answer.payment,
    }[measure]


@pytest.mark.parametrize("measure", MEASURES)
def test_ranges_hold_every_grid_point_and_are_reached(
    recipients: Recipients, carried: Scheme, measure: str
) -> None:
    problem = WeightProblem(POOL, "max_min", of=MEASURES[measure])  # type: ignore[arg-type]
    found = ranges(recipients, carried, problem)
    assert isinstance(found, Ranges)
    answers = [
        paid(allocate(recipients, carried.with_weights({POOL: weights})), measure)
        for weights in grid(3, 4)
    ]
    for i, town in enumerate(found.towns):
        assert all(town.least - 1 < answer[i] < town.most + 1 for answer in answers)
    for i in (0, 9, 32):
        for weights, end in (
            (found.towns[i].least_weights, found.towns[i].least),
            (found.towns[i].most_weights, found.towns[i].most),
        ):
            answer = allocate(recipients, carried.with_weights({POOL: weights}))
            assert abs(paid(answer, measure)[i] - end) < 1
    assert MEASURES[measure] in found.tables()[0].columns[1].header


@pytest.mark.parametrize("measure", ["payment", "all_payments"])
@pytest.mark.parametrize("aim", [Aim("max_min", per="population"), Aim("min_max_deviation")])
def test_no_grid_point_beats_the_optimum(
    recipients: Recipients, carried: Scheme, measure: str, aim: Aim
) -> None:
    limits = [bound("gdp", most="60%"), floor(yuan="100000", towns="长安镇"), change(down="90%")]
    problem = WeightProblem(POOL, aim, limits, of=measure)
    found = optimize(recipients, carried, problem)
    assert isinstance(found, Optimum)
    assert found.certificate.is_proven
    sign = found.target.objective.sign
    case, rules = found.case, [check.rule for check in found.checks]
    for weights in grid(3, 20):
        amounts = case.quotas(weights)
        if all(rule.holds(amounts) for rule in rules):
            shown = found.target.shown(found.target.measure(case, amounts))
            assert sign * shown >= sign * found.value
    assert MEASURES[measure] in found.target.label(case)
    assert MEASURES[measure] in found.to_frame().columns[1]


def test_conditions_on_payments_hold_in_the_engine(recipients: Recipients, carried: Scheme) -> None:
    limits = [
        cap(yuan="7000000", of="payment"),
        order("虎门镇", "常平镇", of="payment"),
        rank("虎门镇", 3, of="本次核拨额"),
        floor(yuan="1500000", towns="虎门镇", of="all_payments"),
    ]
    found = optimize(recipients, carried, WeightProblem(POOL, "max_min", limits))
    assert isinstance(found, Optimum)
    payment = found.allocation.pool(POOL).payment
    humen, changping = (recipients.towns.index(town) for town in ("虎门镇", "常平镇"))
    assert max(payment) <= 7_000_000_00 + 1
    assert payment[humen] >= payment[changping]
    assert sum(fen > payment[humen] for fen in payment) < 3
    assert found.allocation.payment[humen] >= 1_500_000_00
    assert any("本次核拨额" in check.rule.name for check in found.checks)


@pytest.mark.parametrize("unit", [1, 10_000], ids=["分", "百元"])
@pytest.mark.parametrize("measure", ["payment", "all_payments"])
def test_weights_come_back_from_what_was_paid(
    recipients: Recipients, scheme: Scheme, allocation: Allocation, measure: str, unit: int
) -> None:
    """With floors and advances known, and one row misprinted."""
    amounts = [(2 * fen + unit) // (2 * unit) * unit for fen in paid(allocation, measure)]
    amounts[4] += 900_000
    table = {"公布": dict(zip(recipients.towns, map(Fen, amounts), strict=True))}
    aim = Aim("fit", reference="公布", unit=Fen(unit), of=measure)
    found = fit(recipients, scheme, WeightProblem(POOL, aim, references=table))
    assert found.weights == (Fraction(2, 5), Fraction(3, 10), Fraction(3, 10))
    assert [row.town for row in found.misprints] == [recipients.towns[4]]


def test_what_is_more_than_a_piecewise_linear_function_is_refused_by_name(
    recipients: Recipients, scheme: Scheme, carried: Scheme
) -> None:
    assert carried.pilot
    redistributed = replace(carried, pilot=replace(carried.pilot, unspent="redistribute"))
    problem = WeightProblem(POOL, "max_min", of="payment")
    with pytest.raises(InputError, match="再分配"):
        optimize(recipients, redistributed, problem)
    poor = WeightProblem(POOL, "max_min", share("15%", classes="三类"), of="payment")
    with pytest.raises(InputError, match="占比") as caught:
        optimize(recipients, carried, poor)
    assert (
        "占比请按" in caught.value.problems[0].remedy
    )  # its own, not that of a misspelt condition
    both = replace(poor, of="all_entitlements")
    assert isinstance(optimize(recipients, scheme, both), Optimum)


@pytest.mark.parametrize(("short", "least"), [("outstanding", 0), ("negative", -1), ("error", 0)])
def test_deductions_are_taken_off(
    recipients: Recipients, scheme: Scheme, short: str, least: int
) -> None:
    """A fixed sum and a column; the formula may not name the entitlement itself."""
    wishes = "micro_wishes"
    rule = Deduction(wishes, "400000", short)  # type: ignore[arg-type]
    fund = replace(scheme, settlements=(rule,))
    problem = WeightProblem(wishes, Aim("max_town", town="虎门镇"), of="payment")
    if short == "error":
        problem = replace(problem, aim=Aim("min_max_deviation"))
        with pytest.raises(InputError):
            optimize(recipients, fund, problem)
        return
    found = optimize(recipients, fund, problem)
    assert isinstance(found, Optimum)
    payment = found.allocation.pool(wishes).payment
    assert found.case.block(found.allocation, "payment") == payment
    assert (min(payment) < 0) == (least < 0)
    own = replace(fund, settlements=(replace(rule, deduct="round(pool_micro_wishes * 0.5, 2)"),))
    with pytest.raises(InputError, match="扣减的公式"):
        prepare(recipients, own, problem)
