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
from itertools import islice
from typing import Final

from allocator.allocation import Allocation
from allocator.base.money import format_yuan, nearest, number_text
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Column, Table, Value, totals
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize.answers.told import Told
from allocator.optimize.program.aims import resolve
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.constraints import Requirement, Rule
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.optimize.search.branch_and_bound import search
from allocator.optimize.search.elastic import weight_range
from allocator.optimize.search.pose import Question, pose

#: Denominators tried for round weights, in this order: whole, halves, thirds … then percents.
DENOMINATORS: Final = (
    *(1, 2, 3, 4, 5, 6, 7, 8, 10, 9, 12, 15, 20, 25, 30, 40, 50, 100, 200, 500, 1000),
    *(10_000, 100_000),
)
_MOST_CANDIDATES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Misprint:
    """A row of the table that the recovered weights do not give back, in fen."""

    town: str
    published: Fraction
    computed: int


@dataclass(frozen=True, slots=True)
class Fit(Told):
    """The weights behind a table.

    They agree with all rows but `misprints`; no more rows were found to agree with any weights.
    `ranges` are (least, greatest) of each weight that agrees with the other rows. Where round
    weights do, `weights` are multiples of 1/`denominator` and `alternatives` all such multiples;
    without any, `denominator` is 0 and the weights are those with the least greatest deviation.
    `tried` counts the round weights put to the test; `untried` is the first denominator with too
    many of them, 0 for none.
    """

    case: Case
    weights: tuple[Fraction, ...]
    ranges: tuple[tuple[Fraction, Fraction], ...]
    denominator: int
    alternatives: tuple[tuple[Fraction, ...], ...]
    misprints: tuple[Misprint, ...]
    tried: int
    untried: int
    allocation: Allocation

    @property
    def is_exact(self) -> bool:
        """Whether round weights give back every row of the published table."""
        return bool(self.alternatives) and not self.misprints

    def scheme(self) -> Scheme:
        """The scheme with the weights found, everything else as it was."""
        return self.case.with_weights(self.weights)

    def tables(self) -> list[Table]:
        """The answer as tables, for the terminal, the workbook and a notebook."""
        return _tables(self)


def fit(recipients: Recipients, scheme: Scheme, problem: WeightProblem) -> Fit:
    """Recover the weights from the amounts of `problem.aim.reference`, in units of `aim.unit`.

    Published tables have misprints: the weights that agree with most rows are sought, and the
    other rows are named. The problem's conditions narrow the search. Raises `InputError` when they
    contradict each other, and as `optimize` does.
    """
    aim = replace(problem.aim, kind="min_total_deviation")
    asked = pose(recipients, scheme, replace(problem, aim=aim, step=None), (aim,))
    case, unit = asked.case, problem.aim.unit
    published = dict(asked.targets[0].reference)
    rows = _agreeing_rows(asked, published, unit)
    question = replace(asked, rules=(*asked.rules, _agreement(case, rows, unit)), targets=())
    ranges = _ranges(question)
    round_ones = _roundest(case, rows, unit, asked.rules, ranges)
    weights = round_ones.found[0] if round_ones.found else _closest(asked, rows)
    allocation = case.allocate(weights)
    given = case.rounded(allocation).numerators
    half = unit if unit > 1 else 0
    return Fit(
        case=case,
        weights=weights,
        ranges=ranges,
        denominator=round_ones.denominator,
        alternatives=round_ones.found,
        misprints=tuple(
            Misprint(case.towns[i % len(case)], fen, given[i])
            for i, fen in published.items()
            if (i not in rows or round_ones.found) and 2 * abs(given[i] - fen) > half
        ),
        tried=round_ones.tried,
        untried=round_ones.untried,
        allocation=allocation,
    )


def _agreeing_rows(
    asked: Question, published: dict[int, Fraction], unit: int
) -> dict[int, Fraction]:
    """The rows that some weights agree with, as many as can be found.

    The least sum of deviations passes through the honest rows and leaves misprints far off (a few
    of them move it little, unlike the least greatest deviation). The row that is furthest off is
    put aside until the rest agree; then each is given another chance.
    """
    rows, aside = dict(published), dict[int, Fraction]()
    while not _agree(asked, rows, unit):
        best = _best(asked, rows)
        worst = max(rows, key=lambda i: abs(best[i] - rows[i]))
        aside[worst] = rows.pop(worst)
        if not rows:
            message = "已知条件互相矛盾，没有任何权重满足"
            remedy = "请用 allocator optimize 找出矛盾"
            raise InputError([Problem("problem.conflict", message, remedy)])
    for i, fen in sorted(aside.items()):
        if _agree(asked, {**rows, i: fen}, unit):
            rows[i] = fen
    return rows


def _best(asked: Question, rows: dict[int, Fraction], kind: str = "min_total_deviation") -> Amounts:
    (target,) = asked.targets
    some = resolve(asked.case, replace(target.aim, kind=kind))
    members = tuple(i for i in some.members if i in rows)
    best = search(replace(asked, targets=(replace(some, members=members),))).amounts
    if best is None:
        message = "已知条件互相矛盾，没有任何权重满足"
        raise InputError([Problem("problem.conflict", message, "请用 allocator optimize 找出矛盾")])
    return best


def _closest(asked: Question, rows: dict[int, Fraction]) -> tuple[Fraction, ...]:
    return _best(asked, rows, "min_max_deviation").weights


def _agree(asked: Question, rows: dict[int, Fraction], unit: int) -> bool:
    rules = (*asked.rules, _agreement(asked.case, rows, unit))
    return search(replace(asked, rules=rules, targets=())).amounts is not None


def _agreement(case: Case, published: dict[int, Fraction], unit: int) -> Rule:
    """Every exact amount within what both roundings may have moved it by.

    Largest remainder moves an amount by less than one unit of the pool; a divisor method by at
    most one and the town's part of the n units that rounding at one multiplier may be off by.
    """
    n = len(case)
    engine = case.pool.unit * (1 if case.pool.method == "largest_remainder" else n + 1)
    room = engine + (Fraction(unit, 2) if unit > 1 else 0)
    rows = [
        Requirement({i: sign}, sign * fen - room, room, town=i % n)
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


@dataclass(frozen=True, slots=True)
class _Round:
    """Round weights that give back the rows: all with the smallest denominator, how many were
    tried, and the first denominator with too many to try (0: none).
    """

    denominator: int
    found: tuple[tuple[Fraction, ...], ...]
    tried: int
    untried: int


def _roundest(
    case: Case,
    rows: dict[int, Fraction],
    unit: int,
    rules: Sequence[Rule],
    ranges: Sequence[tuple[Fraction, Fraction]],
) -> _Round:
    tried = 0
    for denominator in DENOMINATORS if ranges else ():
        some = list(islice(_multiples(denominator, ranges), _MOST_CANDIDATES + 1))
        if len(some) > _MOST_CANDIDATES:
            return _Round(0, (), tried, denominator)
        tried += len(some)
        found = tuple(w for w in some if _gives_back(case, w, rows, unit, rules))
        if found:
            return _Round(denominator, found, tried, 0)
    return _Round(0, (), tried, 0)


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
    aim = case.problem.aim
    published = case.reference(aim.reference, aim.of)
    given = case.block(found.allocation, aim.of)
    compared = (
        Column(case.recipients.header("town")),
        Column(f"公布的{case.told(aim.of)}", "fen"),
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
    if found.alternatives:
        step = number_text(Fraction(1, found.denominator))
        rows = "公布的金额" if not found.misprints else "下列各行以外的全部公布金额"
        if len(found.alternatives) == 1:
            yield f"步长 {step} 的权重中，只有这一组能逐镇还原{rows}。"
        else:
            count = len(found.alternatives)
            yield f"步长 {step} 的权重中有 {count} 组能逐镇还原{rows}，表中是第一组。"
    else:
        yield "没有找到整齐的权重；表中为最接近的权重。"
    if found.untried:
        yield (
            f"步长 {number_text(Fraction(1, found.untried))} 的候选超过 {_MOST_CANDIDATES:,} 组，"
            "没有再试；请用 [[bound]] 收紧权重范围。"
        )
    yield f"共试 {found.tried:,} 组整齐的权重。"
    if found.ranges:
        yield "“最小可能”“最大可能”是与相符各行不矛盾的全部权重的范围（已计入取整）。"
    for row in found.misprints:
        gap = format_yuan(nearest(row.published - row.computed))
        shown = format_yuan(nearest(row.published))
        yield f"{row.town}公布 {shown} 元，与还原的权重相差 {gap} 元，请核对这一行。"
