"""The answer to a weight problem: the best weights, what they give, what they cost, and why.

The linear programs only propose weights. Everything reported is computed by the engine from
these weights, and every condition is checked again on its figures, exactly and in whole fen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.allocation import Allocation
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Table
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize.answers.conflict import Conflict, find_conflict
from allocator.optimize.program.case import Amounts, Case, prepare
from allocator.optimize.program.constraints import POINT, Rule, compile_rules
from allocator.optimize.program.objectives import NEAREST, Target, resolve
from allocator.optimize.question.conditions import Aim, WeightProblem
from allocator.optimize.search.branch_and_bound import Question, Value, search
from allocator.optimize.search.elastic import relaxed, without
from allocator.optimize.search.grid import count_out, is_small

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One condition at the answer: what is left in its units before rounding, where it is
    tightest, and whether it also holds for the rounded amounts (else by how much it does not).
    """

    rule: Rule
    slack: Fraction
    town: int | None
    holds_in_fen: bool
    slack_in_fen: Fraction


@dataclass(frozen=True, slots=True)
class Price:
    """What relaxing a binding condition by `units` would gain, in the aim's own number."""

    rule: Rule
    units: Fraction
    gain: Fraction


@dataclass(frozen=True, slots=True)
class Certificate:
    """How the optimum is known: all of `points` grid points counted out, or an exact bound over
    `regions` linear programs. `bound` is what no weights can beat; proven when it is reached.
    """

    points: int
    allowed: int
    regions: int
    bound: Fraction
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best weights and what follows from them.

    `amounts` are exact entitlements before rounding, `allocation` is the engine's own answer in
    fen. `best` lists the best grid points, this one first (without a grid just this one).
    """

    case: Case
    target: Target
    amounts: Amounts
    value: Fraction
    allocation: Allocation
    best: tuple[tuple[Fraction, Amounts], ...]
    checks: tuple[Check, ...]
    prices: tuple[Price, ...]
    certificate: Certificate

    @property
    def weights(self) -> tuple[Fraction, ...]:
        """The weights, in the order of the pool's factors; they sum to 1."""
        return self.amounts.weights

    def tables(self) -> list[Table]:
        """The answer as tables, for the terminal, the workbook and a notebook."""
        from allocator.optimize.answers.wording import optimum_tables

        return optimum_tables(self)


def optimize(
    recipients: Recipients,
    scheme: Scheme,
    problem: WeightProblem,
    progress: Progress | None = None,
) -> Optimum | Conflict:
    """The best weights for a problem, or why there are none.

    `progress` is called with the numbers of programs (or grid points) done and open. Raises
    `InputError` for unknown names and for every mistake that `allocate` finds.
    """
    question = ask(recipients, scheme, problem)
    found = _solve(question, problem.best, progress)
    if found is None:
        return find_conflict(question)
    best, certificate = found
    case, target = question.case, question.targets[0]
    amounts = best[0][1]
    allocation = case.allocate(amounts.weights)
    _recheck(case, amounts, allocation)
    rounded = case.rounded(allocation)
    return Optimum(
        case=case,
        target=target,
        amounts=amounts,
        value=target.shown(target.measure(case, amounts)),
        allocation=allocation,
        best=tuple((target.shown(target.measure(case, a)), a) for _, a in best),
        checks=tuple(_check(rule, amounts, rounded) for rule in question.rules),
        prices=tuple(_prices(question, amounts)),
        certificate=certificate,
    )


def ask(recipients: Recipients, scheme: Scheme, problem: WeightProblem) -> Question:
    """The question of a problem: its rules, its aim and the second aims that settle ties.

    Second aims: the least money moved against the scheme as it stands, then the lowest amount
    (per unit of the aim's column) as high as possible, the second lowest, and so on.
    """
    if problem.aim.kind == "fit":
        message, remedy = "目标“fit”要还原权重，不是求最优", "请用 fit() 或 allocator optimize"
        raise InputError([Problem("problem.aim", message, remedy, problem.aim.place)])
    case = prepare(recipients, scheme, problem)
    rules = compile_rules(case)
    per = problem.aim.per if problem.aim.kind in ("max_min", "leximin", "min_spread") else ""
    aims = (problem.aim, NEAREST, Aim("leximin", per=per))
    return Question(case, rules, tuple(resolve(case, aim) for aim in aims), problem.step)


def _solve(
    question: Question, most: int, progress: Progress | None
) -> tuple[list[tuple[Value, Amounts]], Certificate] | None:
    case, target = question.case, question.targets[0]
    if is_small(question):
        counted = count_out(question, most, progress)
        if not counted.best:
            return None
        value = target.shown(target.measure(case, counted.best[0][1]))
        return list(counted.best), Certificate(counted.tried, counted.allowed, 0, value, True)
    found = search(question, progress)
    if found.amounts is None:
        if not found.is_proven:
            raise InputError([undecided(found.regions)])
        return None
    first = found.bound[0]
    bound = target.shown(first[0] if isinstance(first, tuple) else first)
    return [(found.values, found.amounts)], Certificate(0, 0, found.regions, bound, found.is_proven)


def undecided(regions: int) -> Problem:
    """Neither weights nor a contradiction were found in that many programs."""
    message = f"求解 {regions} 次后仍未找到满足条件的权重，也未能证明没有"
    return Problem("problem.undecided", message, "请收紧权重范围，或在 [problem] 填较大的 step")


def _recheck(case: Case, amounts: Amounts, allocation: Allocation) -> None:
    """The engine's whole amounts are the exact ones, each moved by less than a unit."""
    if case.pool.method != "largest_remainder":
        return
    for i, fen in enumerate(case.rounded(allocation).numerators):
        if abs(fen - amounts[i]) >= case.pool.unit:
            raise ArithmeticError(f"{case.towns[i]}: {fen} fen is not the rounding of {amounts[i]}")


def _check(rule: Rule, amounts: Amounts, rounded: Amounts) -> Check:
    slack, town = rule.worst(amounts)
    return Check(rule, slack, town, rule.holds(rounded), rule.worst(rounded)[0])


def _prices(question: Question, amounts: Amounts) -> list[Price]:
    """For each binding condition the exact gain of relaxing it by one unit (one grid step)."""
    target, case = question.targets[0], question.case
    value = target.measure(case, amounts)
    prices = []
    for rule in question.rules:
        if rule.worst(amounts)[0]:
            continue
        units = Fraction(1)
        if rule.is_about_weights and question.step:
            units = max(units, question.step / POINT)
        rules = (*without(question.rules, rule), relaxed(rule, units))
        eased = search(replace(question, rules=rules, targets=(target,)))
        if eased.amounts is not None:
            gain = value - target.measure(case, eased.amounts)
            prices.append(Price(rule, units, gain))
    return prices
