"""optimize(): the best weights for a problem, or why there are none."""

from __future__ import annotations

import time
from dataclasses import replace

from allocator.allocation import Allocation
from allocator.base.problems import InputError, Problem
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize.answers.conflict import Conflict, find_conflict
from allocator.optimize.answers.optimum import Certificate, ConditionCheck, Optimum, Price
from allocator.optimize.program.aims import NEAREST
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.constraints import POINT, LinearRule
from allocator.optimize.question.conditions import Aim
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.optimize.search.branch_and_bound import SECONDS, Progress, search
from allocator.optimize.search.elastic import relaxed, without
from allocator.optimize.search.grid import count_out, is_small
from allocator.optimize.search.nearest import nearest_weights
from allocator.optimize.search.pose import Question, Score, pose


def optimize(
    recipients: Recipients,
    scheme: Scheme,
    problem: WeightProblem,
    progress: Progress | None = None,
    seconds: float = SECONDS,
) -> Optimum | Conflict:
    """The best weights for a problem, or why there are none.

    After `seconds`, or when the user interrupts (Ctrl+C), the best weights so far are given, with
    the number that no weights can beat (`certificate.bound`). `progress` is called with the numbers
    of programs (or grid points) done and open. Raises `InputError` for unknown names and for every
    mistake that `allocate` finds.
    """
    if problem.aim.kind == "fit":
        message, remedy = "目标“fit”要还原权重，不是求最优", "请用 fit() 或 allocator optimize"
        raise InputError([Problem("problem.aim", message, remedy, problem.aim.place)])
    question = pose(recipients, scheme, problem, _aims(problem))
    found = _solve(question, problem.best, progress, seconds)
    if found is None:
        return find_conflict(question)
    best, certificate = found
    case, target = question.case, question.targets[0]
    amounts = nearest_weights(question, best[0][1])
    ranked = [amounts, *(other for _, other in best[1:])]
    allocation = case.allocate(amounts.weights)
    _recheck(case, amounts, allocation)
    rounded = case.rounded(allocation)
    return Optimum(
        case=case,
        target=target,
        amounts=amounts,
        value=target.shown(target.measure(case, amounts)),
        allocation=allocation,
        best=tuple((target.shown(target.measure(case, a)), a) for a in ranked),
        checks=tuple(_check(rule, amounts, rounded) for rule in question.rules),
        prices=tuple(_prices(question, amounts, seconds / 4) if certificate.is_proven else ()),
        certificate=certificate,
    )


def _aims(problem: WeightProblem) -> list[Aim]:
    """The aim and what settles ties: the aims of `then`, the least money moved against the scheme
    as it stands, then the lowest amount (per unit of the aim's column) as high as possible, the
    second lowest, and so on.
    """
    per = problem.aim.per if problem.aim.kind in ("max_min", "leximin", "min_spread") else ""
    return [problem.aim, *problem.then, NEAREST, Aim("leximin", per=per)]


def _solve(
    question: Question, most: int, progress: Progress | None, seconds: float
) -> tuple[list[tuple[Score, Amounts]], Certificate] | None:
    case, target = question.case, question.targets[0]
    if is_small(question):
        counted = count_out(question, most, progress)
        if not counted.best:
            return None
        value = target.shown(target.measure(case, counted.best[0][1]))
        return list(counted.best), Certificate(counted.tried, counted.allowed, 0, value, True)
    found = search(question, progress, seconds)
    if found.amounts is None:
        if not found.is_proven:
            raise InputError([undecided(found.regions)])
        return None
    first = found.bound[0]
    bound = target.shown(first[0] if isinstance(first, tuple) else first)
    proof = Certificate(0, 0, found.regions, bound, found.is_proven, found.is_settled)
    return [(found.values, found.amounts)], proof


def undecided(regions: int) -> Problem:
    """Neither weights nor a contradiction were found in that many programs."""
    message = f"求解 {regions} 次后仍未找到满足条件的权重，也未能证明没有"
    return Problem("problem.undecided", message, "请收紧权重范围，或在 [problem] 填较大的 step")


def _recheck(case: Case, amounts: Amounts, allocation: Allocation) -> None:
    """The engine's whole amounts are the exact ones, each moved by less than a unit."""
    payment = allocation.pool(case.pool.id).payment
    if "payment" in case.measures and case.block(allocation, "payment") != payment:
        raise ArithmeticError(f"{case.pool.name}: the payments are not those of the engine")
    if case.pool.method != "largest_remainder":
        return
    for i, fen in enumerate(case.block(allocation, "entitlement")):
        if abs(fen - amounts[i]) >= case.pool.unit:
            raise ArithmeticError(f"{case.towns[i]}: {fen} fen is not the rounding of {amounts[i]}")


def _check(rule: LinearRule, amounts: Amounts, rounded: Amounts) -> ConditionCheck:
    slack, town = rule.worst(amounts)
    return ConditionCheck(rule, slack, town, rule.holds(rounded), rule.worst(rounded)[0])


def _prices(question: Question, amounts: Amounts, seconds: float) -> list[Price]:
    """For each binding condition the exact gain of relaxing it by one unit (one grid step); those
    that are not proven within the seconds are left out.
    """
    end = time.monotonic() + seconds
    target, case = question.targets[0], question.case
    value = target.measure(case, amounts)
    prices = []
    for rule in question.rules:
        if rule.worst(amounts)[0]:
            continue
        units = rule.step
        if rule.is_about_weights and question.step:
            units = max(units, question.step / POINT)
        rules = (*without(question.rules, rule), relaxed(rule, units))
        asked = replace(question, rules=rules, targets=(target,))
        eased = search(asked, seconds=max(end - time.monotonic(), 0.0))
        if eased.amounts is not None and eased.is_proven:
            gain = value - target.measure(case, eased.amounts)
            prices.append(Price(rule, units, gain))
    return prices
