"""Which weights gave a published table of amounts, and how sure that is.

A published amount tells the exact one within an interval: half the unit it was rounded to for
publication, and what the engine's own rounding may have moved it by. The weights that respect all
intervals form a small region; its extent in each weight says how unique they are. Inside it the
roundest weights that give back the table exactly are sought: officials choose round weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from allocator.allocation import Allocation
from allocator.base.money import format_yuan, nearest, number_text
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Column, Table, Value, totals
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.constraints import Requirement, Rule
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.optimize.search.branch_and_bound import search
from allocator.optimize.search.elastic import weight_range
from allocator.optimize.search.pose import Question, pose

#: Denominators tried for round weights, in this order.
DENOMINATORS: Final = (1, 2, 4, 5, 10, 20, 25, 40, 50, 100, 200, 500, 1000, 10_000, 100_000)
_MOST_CANDIDATES: Final = 400


@dataclass(frozen=True, slots=True)
class Fit:
    """The weights behind a table.

    `ranges` are (least, greatest) of each weight that agrees with every published amount; empty
    where no weights do. `weights` reproduce the table to its last published digit when `is_exact`;
    then they are multiples of 1/`denominator`, and `alternatives` are all such multiples that also
    do. Otherwise they are those with the least greatest deviation, `deviation` fen, at `town`.
    """

    case: Case
    weights: tuple[Fraction, ...]
    ranges: tuple[tuple[Fraction, Fraction], ...]
    denominator: int
    alternatives: tuple[tuple[Fraction, ...], ...]
    deviation: Fraction
    town: str
    allocation: Allocation

    @property
    def is_exact(self) -> bool:
        """Whether these weights give back the published table."""
        return bool(self.alternatives)

    def tables(self) -> list[Table]:
        """The answer as tables, for the terminal, the workbook and a notebook."""
        return _tables(self)


def fit(recipients: Recipients, scheme: Scheme, problem: WeightProblem) -> Fit:
    """Recover the weights from the amounts of `problem.aim.reference`, in units of `aim.unit`.

    The problem's conditions narrow the search. Raises `InputError` when they contradict each
    other, and as `optimize` does.
    """
    problem = replace(problem, aim=replace(problem.aim, kind="min_max_deviation"), step=None)
    asked = pose(recipients, scheme, problem, (problem.aim,))
    case, rules, (target,) = asked.case, asked.rules, asked.targets
    best = search(asked).amounts
    if best is None:
        message = "已知条件互相矛盾，没有任何权重满足"
        raise InputError([Problem("problem.conflict", message, "请用 allocator optimize 找出矛盾")])
    published = dict(target.reference)
    question = Question(case, (*rules, _agreement(case, published, problem.aim.unit)), ())
    question = replace(question, region=question.start())
    ranges = _ranges(question)
    denominator, found = _roundest(case, published, problem.aim.unit, rules, ranges)
    weights = found[0] if found else best.weights
    worst = max(published, key=lambda i: abs(best[i] - published[i]))
    return Fit(
        case=case,
        weights=weights,
        ranges=ranges,
        denominator=denominator,
        alternatives=found,
        deviation=abs(best[worst] - published[worst]),
        town=case.towns[worst],
        allocation=case.allocate(weights),
    )


def _agreement(case: Case, published: dict[int, Fraction], unit: int) -> Rule:
    """Every exact amount within what both roundings may have moved it by.

    Largest remainder moves an amount by less than one unit of the pool; a divisor method by at
    most one and the town's part of the n units that rounding at one multiplier may be off by.
    """
    n = len(case)
    engine = case.pool.unit * (1 if case.pool.method == "largest_remainder" else n + 1)
    room = engine + (Fraction(unit, 2) if unit > 1 else 0)
    rows = [
        Requirement({i: sign}, sign * fen - room, room, town=i)
        for i, fen in published.items()
        for sign in (1, -1)
    ]
    return Rule("与公布的金额相符", "wan", tuple(rows))


def _ranges(question: Question) -> tuple[tuple[Fraction, Fraction], ...]:
    found = []
    for k in range(len(question.case.factors)):
        ends = weight_range(question, k)
        if ends is None:
            return ()
        found.append(ends)
    return tuple(found)


def _roundest(
    case: Case,
    published: dict[int, Fraction],
    unit: int,
    rules: Sequence[Rule],
    ranges: Sequence[tuple[Fraction, Fraction]],
) -> tuple[int, tuple[tuple[Fraction, ...], ...]]:
    """The smallest denominator with weights that give back the table, and all of those weights."""
    if not ranges:
        return 0, ()
    for denominator in DENOMINATORS:
        found = []
        for number, weights in enumerate(_multiples(denominator, ranges)):
            if number >= _MOST_CANDIDATES:
                return 0, ()
            if _gives_back(case, weights, published, unit, rules):
                found.append(weights)
        if found:
            return denominator, tuple(found)
    return 0, ()


def _multiples(
    denominator: int, ranges: Sequence[tuple[Fraction, Fraction]]
) -> Iterator[tuple[Fraction, ...]]:
    """All weights in these ranges that are multiples of 1/denominator and sum to 1."""

    def fill(k: int, left: int) -> Iterator[tuple[int, ...]]:
        low = -(-ranges[k][0] * denominator // 1)
        high = ranges[k][1] * denominator // 1
        if k == len(ranges) - 1:
            if low <= left <= high:
                yield (left,)
            return
        for own in range(low, min(high, left) + 1):
            for rest in fill(k + 1, left - own):
                yield (own, *rest)

    for point in fill(0, denominator):
        yield tuple(Fraction(own, denominator) for own in point)


def _gives_back(
    case: Case,
    weights: Sequence[Fraction],
    published: dict[int, Fraction],
    unit: int,
    rules: Sequence[Rule],
) -> bool:
    rounded: Amounts = case.rounded(case.allocate(weights))
    exact = case.quotas(weights)
    return all(rule.holds(exact) for rule in rules) and all(
        2 * abs(rounded.numerators[i] - fen) <= (unit if unit > 1 else 0)
        for i, fen in published.items()
    )


def _tables(found: Fit) -> list[Table]:
    """The recovered weights, how sure they are, and what they give against the table."""
    case = found.case
    columns = (
        Column("因素"),
        Column("还原的权重", "percent", 6),
        Column("最小可能", "percent", 6),
        Column("最大可能", "percent", 6),
    )
    ends: Sequence[tuple[Value, Value]] = found.ranges or [(None, None)] * len(case.factors)
    rows = tuple(
        (shares.name, weight, *pair)
        for shares, weight, pair in zip(case.factors, found.weights, ends, strict=True)
    )
    published = case.reference(case.problem.aim.reference)
    given = case.rounded(found.allocation).numerators
    compared = (
        Column(case.recipients.header("town")),
        Column("公布金额", "fen"),
        Column("按还原权重", "fen"),
        Column("相差", "fen"),
    )
    lines = tuple(
        (case.towns[i], nearest(fen), given[i], given[i] - nearest(fen))
        for i, fen in published.items()
    )
    return [
        Table("还原的权重", columns, rows, notes=tuple(_fit_words(found))),
        Table("与公布金额对照", compared, lines, totals(compared, lines)),
    ]


def _fit_words(found: Fit) -> Iterator[str]:
    if found.is_exact:
        step = number_text(Fraction(1, found.denominator))
        if len(found.alternatives) == 1:
            yield f"步长 {step} 的权重中，只有这一组能逐镇还原公布的金额。"
        else:
            count = len(found.alternatives)
            yield f"步长 {step} 的权重中有 {count} 组能逐镇还原公布的金额，表中是第一组。"
        yield "“最小可能”“最大可能”是与公布金额不矛盾的全部权重的范围（已计入取整）。"
    elif found.ranges:
        yield "公布的金额与这些因素相符，但没有找到整齐的权重；表中为最接近的权重。"
    else:
        gap = format_yuan(nearest(found.deviation))
        yield f"没有任何权重能得出公布的金额：最接近时{found.town}仍差 {gap} 元。请核对因素、数据和试点规则。"
