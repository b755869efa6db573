"""How far rules must give way: one alone with the others kept, or several together.

For a rule about amounts that is one more column. A rule about weights is a ratio, since the
columns are weights times λ: for a trial relaxation r the largest λ · (shortfall − r) is minimised,
r becomes the shortfall at the answer, until nothing is left. Together, rules about amounts and rules
about weights have one program where λ is fixed, that is where no bound holds anybody.
Source: W. Dinkelbach, On nonlinear fractional programming, 1967.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.constraints import LinearRule, Requirement
from allocator.optimize.program.objectives import Costs, Objective, Target
from allocator.optimize.program.relaxation import Program
from allocator.optimize.question.conditions import Aim
from allocator.optimize.search.branch_and_bound import search
from allocator.optimize.search.grid import allowed_points, is_small
from allocator.optimize.search.pose import Question


def shortfall(rule: LinearRule, amounts: Amounts) -> Fraction:
    """How many of its own units the rule is broken by; below 0 it is kept with room to spare."""
    return -rule.worst(amounts)[0]


def relaxed(rule: LinearRule, units: Fraction) -> LinearRule:
    """The rule made easier by so many of its units."""
    if rule.rank:
        return replace(rule, rank=(rule.rank[0], rule.rank[1] + int(units)))
    rows = tuple(replace(row, least=row.least - units * row.ease) for row in rule.requirements)
    return replace(rule, requirements=rows)


def least_relaxation(question: Question, rule: LinearRule) -> Fraction | None:
    """The fewest units by which `rule` must give way so that all of the question's rules hold.

    None when these contradict each other without it. The question does not contain the rule.
    """
    if rule.rank:
        return _least_rank(question, rule)
    best = least_shortfall(question, rule)
    return None if best is None else max(shortfall(rule, best), Fraction(0))


def least_shortfall(question: Question, rule: LinearRule) -> Amounts | None:
    """The amounts under which the rule is broken least, or kept most; None without any."""
    if is_small(question):
        return min(allowed_points(question), key=lambda a: shortfall(rule, a), default=None)
    if not rule.is_about_weights:
        return search(replace(question, targets=(_target(rule, None),))).amounts
    best = search(replace(question, targets=())).amounts
    while best is not None:
        found = search(replace(question, targets=(_target(rule, shortfall(rule, best)),)))
        if found.amounts is None or shortfall(rule, found.amounts) >= shortfall(rule, best):
            break
        best = found.amounts
    return best


def _least_rank(question: Question, rule: LinearRule) -> Fraction | None:
    towns = len(question.case)
    low, high = 0, towns
    if not _possible(question, relaxed(rule, Fraction(high))):
        return None
    while low < high:
        middle = (low + high) // 2
        if _possible(question, relaxed(rule, Fraction(middle))):
            high = middle
        else:
            low = middle + 1
    return Fraction(low)


def _possible(question: Question, rule: LinearRule) -> bool:
    return is_possible(replace(question, rules=(*question.rules, rule)))


def is_possible(question: Question) -> bool:
    """Whether any weights keep every rule; the aims do not matter."""
    if is_small(question):
        return any(True for _ in allowed_points(question))
    return search(replace(question, targets=())).amounts is not None


def _target(rule: LinearRule, trial: Fraction | None) -> Target:
    """The shortfall of the rule as an aim; with a trial r, λ · (shortfall − r)."""

    def measure(_: Case, __: Target, amounts: Amounts) -> Fraction:
        if trial is None:
            return shortfall(rule, amounts)
        return amounts.level * (shortfall(rule, amounts) - trial)

    def build(found: Program, _: Target) -> Costs:
        size = float(found.case.total) if trial is not None else 1.0
        most = max((_reach(found, row, trial) for row in rule.requirements), default=Fraction(0))
        level = found.model.column("shortfall", -most - 1, most + 1, size)
        for row in rule.requirements:
            _add(found, row, level, trial)
        return {level: 1}

    return Target(
        Aim("max_min"),
        Objective(measure, build, lambda *_: "", "", "", is_about_weights=trial is not None),
        (),
        {},
        {},
    )


def _reach(found: Program, row: Requirement, trial: Fraction | None) -> Fraction:
    """How far at most the row is from being just kept, in its units."""
    if trial is None:
        size = sum((abs(Fraction(c)) for c in row.amounts.values()), Fraction(0))
        return (size * found.case.reach + abs(Fraction(row.least))) / Fraction(row.ease)
    terms = found.weight_terms(row.weights, row.least - trial * row.ease)
    highs = [column.high for column in found.model.columns]
    reach = sum((abs(Fraction(c)) * highs[k] for k, c in terms.items()), Fraction(0))
    return reach / Fraction(row.ease)


def _add(found: Program, row: Requirement, level: int, trial: Fraction | None) -> None:
    if trial is None:
        found.at_least(row.amounts, {level: row.ease}, row.least, "shortfall")
        return
    terms: dict[int, Fraction | int] = dict(
        found.weight_terms(row.weights, row.least - trial * row.ease)
    )
    terms[level] = row.ease
    found.at_least({}, terms, 0, "shortfall")


@dataclass(frozen=True, slots=True)
class Joint:
    """Rules that give way together: by how many of their units each, and the amounts then.

    `total` counts each unit with its rule's penalty. `is_least`: no less will do; else only
    relaxations of rules of one kind (about weights, about amounts) were compared.
    """

    parts: tuple[tuple[LinearRule, Fraction], ...]
    amounts: Amounts
    total: Fraction
    is_least: bool


def least_total(question: Question) -> Joint | None:
    """The least relaxation of all rules together; None where rules that never give way (ranks, off
    a grid of few points, and the scheme's own) leave nothing.
    """
    if is_small(question):
        soft = [rule for rule in question.rules if rule.penalty]
        hard = tuple(rule for rule in question.rules if not rule.penalty)
        points = allowed_points(replace(question, rules=hard))
        best = min(points, key=lambda amounts: _total(soft, amounts), default=None)
        return None if best is None else _joint(soft, best, is_least=True)
    soft = [rule for rule in question.rules if rule.penalty and not rule.rank]
    kinds = [[r for r in soft if r.is_about_weights], [r for r in soft if not r.is_about_weights]]
    if all(kinds) and not any(question.case.bends):
        return _least_of(question, soft, is_least=True)
    found = [_least_of(question, rules, is_least=not all(kinds)) for rules in kinds if rules]
    return min((one for one in found if one), key=lambda one: one.total, default=None)


def _least_of(question: Question, soft: Sequence[LinearRule], *, is_least: bool) -> Joint | None:
    """The least relaxation of these rules, all others kept."""
    kept = tuple(rule for rule in question.rules if rule not in soft)
    asked = replace(question, rules=kept, targets=())
    if not (any(rule.is_about_weights for rule in soft) and any(question.case.bends)):
        best = search(replace(asked, targets=(_total_target(soft, None),)))
        is_least = is_least and best.is_proven
        return None if best.amounts is None else _joint(soft, best.amounts, is_least=is_least)
    amounts, proven = search(asked).amounts, True
    while amounts is not None:
        trial = _total(soft, amounts)
        best = search(replace(asked, targets=(_total_target(soft, trial),)))
        proven = best.is_proven
        if best.amounts is None or _total(soft, best.amounts) >= trial:
            break
        amounts = best.amounts
    is_least = is_least and proven
    return None if amounts is None else _joint(soft, amounts, is_least=is_least)


def _total(rules: Sequence[LinearRule], amounts: Amounts) -> Fraction:
    parts = (rule.penalty * max(shortfall(rule, amounts), Fraction(0)) for rule in rules)
    return sum(parts, Fraction(0))


def _joint(rules: Sequence[LinearRule], amounts: Amounts, *, is_least: bool) -> Joint:
    parts = tuple((rule, units) for rule in rules if (units := shortfall(rule, amounts)) > 0)
    return Joint(parts, amounts, _total(rules, amounts), is_least)


def _total_target(rules: Sequence[LinearRule], trial: Fraction | None) -> Target:
    """All shortfalls together as an aim; with a trial r, λ · (their sum − r)."""

    def measure(_: Case, __: Target, amounts: Amounts) -> Fraction:
        total = _total(rules, amounts)
        return total if trial is None else amounts.level * (total - trial)

    def build(found: Program, _: Target) -> Costs:
        case, costs = found.case, dict[int, Fraction | int]()
        for rule in rules:
            about = Fraction(0) if rule.is_about_weights else None  # columns for λ times the units
            most = max(_reach(found, row, about) for row in rule.requirements)
            size = case.total if rule.is_about_weights else 1
            column = found.model.column("gives way", 0, most + 1, float(size))
            for row in rule.requirements:
                _add(found, row, column, about)
            costs[column] = rule.penalty if trial is not None else rule.penalty / size
        if trial is not None:
            for k, factor in enumerate(case.factors):
                costs[k] = -trial * factor.total
        return costs

    is_about_weights = trial is not None
    objective = Objective(measure, build, lambda *_: "", "", "", is_about_weights=is_about_weights)
    return Target(Aim("max_min"), objective, (), {}, {})


def weight_range(question: Question, k: int) -> tuple[Fraction, Fraction] | None:
    """The least and the greatest weight of factor k that keep every rule; None without any."""
    ends: list[Fraction] = []
    for sign in (-1, 1):
        row = Requirement({}, 0, 1, {k: sign})
        best = least_shortfall(question, LinearRule("", "points", (row,)))
        if best is None:
            return None
        ends.append(best.weights[k])
    return ends[0], ends[1]


def without(rules: Sequence[LinearRule], rule: LinearRule) -> tuple[LinearRule, ...]:
    """The other rules."""
    return tuple(other for other in rules if other is not rule)
