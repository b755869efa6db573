"""Which weights gave a published table of amounts, and how sure that is.

A published amount tells the exact one within an interval: half the unit it was rounded to for
publication, and what the engine's own rounding may have moved it by. The weights that respect all
intervals form a small region; its extent in each weight says how unique they are. In and next to it
round weights that give the table back are sought: officials choose round weights, and typists err.
How many wrong rows outweigh how many digits is settled by the shorter description: a wrong row tells
where it is and what it says, weights tell which of all weights as round as themselves they are.
Example: thirds and three wrong rows of 33 cost 5 + 35 bits, 16667/50000 … and two cost 35 + 23.
Source: J. Rissanen, Modeling by shortest data description, 1978.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from math import comb, log2
from typing import Final

from allocator.allocation import Allocation
from allocator.base.money import format_yuan, nearest, number_text
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Table, TableColumn, TableValue, totals
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize.answers.told import Told
from allocator.optimize.program.aims import resolve
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.constraints import LinearRule, Requirement
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

    Published tables have misprints: the weights that agree with most rows are sought, round ones
    before odd ones, and the other rows are named. The problem's conditions narrow the search.
    Raises `InputError` when they contradict each other, and as `optimize` does.
    """
    aim = replace(problem.aim, kind="min_total_deviation")
    asked = pose(recipients, scheme, replace(problem, aim=aim, step=None), (aim,))
    case, unit = asked.case, problem.aim.unit
    published = dict(asked.targets[0].reference)
    rows = _agreeing_rows(asked, published, unit)
    round_ones = _roundest(asked, rows, published)
    if round_ones.found:
        weights, rows = round_ones.found[0], round_ones.rows
    else:
        weights = _closest(asked, rows)
    question = _agreeing(asked, rows, unit)
    ranges = _ranges(question)
    allocation = case.allocate(weights)
    given = case.rounded(allocation).numerators
    twice = twice_half(unit)
    return Fit(
        case=case,
        weights=weights,
        ranges=ranges,
        denominator=round_ones.denominator,
        alternatives=round_ones.found,
        misprints=tuple(
            Misprint(case.towns[i % len(case)], fen, given[i])
            for i, fen in published.items()
            if (i not in rows or round_ones.found) and 2 * abs(given[i] - fen) > twice
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
    return search(_agreeing(asked, rows, unit)).amounts is not None


def _agreeing(asked: Question, rows: dict[int, Fraction], unit: int, units: int = 0) -> Question:
    """All weights that agree with these rows, or miss them by so many units more."""
    rule = _agreement(asked.case, rows, unit, units)
    return replace(asked, rules=(*asked.rules, rule), targets=())


def _agreement(case: Case, published: dict[int, Fraction], unit: int, units: int = 0) -> LinearRule:
    """Every exact amount within what both roundings may have moved it by, and so many units more.

    Largest remainder moves an amount by less than one unit of the pool; a divisor method by at
    most one and the town's part of the n units that rounding at one multiplier may be off by.
    """
    n, room = len(case), _room(case, unit) + units * unit
    rows = [
        Requirement({i: sign}, sign * fen - room, room, town=i % n)
        for i, fen in published.items()
        for sign in (1, -1)
    ]
    return LinearRule("与公布的金额相符", "wan", tuple(rows))


def _room(case: Case, unit: int) -> Fraction:
    """How far both roundings may have moved an amount, in fen; a multiple of a half."""
    return engine_room(case) + Fraction(twice_half(unit), 2)


def engine_room(case: Case) -> int:
    """How far the engine's own rounding may have moved an amount, in fen."""
    return case.pool.unit * (1 if case.pool.method == "largest_remainder" else len(case) + 1)


def twice_half(unit: int) -> int:
    """Twice what rounding to a published unit moves an amount by: nothing where whole fen stand."""
    return unit if unit > 1 else 0


def row_bits(case: Case) -> float:
    """How long it takes to tell a wrong row: which one it is, and what it says."""
    return log2(100 * len(case))


def _missed(exact: Amounts, published: dict[int, Fraction], twice_room: Fraction) -> int:
    """How many rows are further off than the room: in whole numbers, there are many to look at."""
    under, room = exact.denominator, twice_room.numerator
    return sum(
        2 * abs(exact.numerators[i] * fen.denominator - fen.numerator * under)
        > room * under * fen.denominator
        for i, fen in published.items()
    )


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
    """Round weights that give back `rows`: all that are as good with the same denominator, how many
    were tried, and the first denominator with too many to try (0: none).
    """

    denominator: int
    found: tuple[tuple[Fraction, ...], ...]
    rows: dict[int, Fraction]
    tried: int
    untried: int


def _roundest(asked: Question, rows: dict[int, Fraction], published: dict[int, Fraction]) -> _Round:
    """The round weights with the shortest description, wrong rows included.

    Weights that the rows allow no longer, but nearly, are tried as well: a row that is wrong by one
    unit hardly contradicts the others, and moves the weights away from round ones.
    """
    case, unit = asked.case, asked.case.problem.aim.unit
    ranges = _ranges(_agreeing(asked, rows, unit, units=1))
    a_row = row_bits(case)
    best, least = (
        _Round(0, (), rows, 0, 0),
        (len(published) - len(rows)) * a_row + bits(case, None),
    )
    tried = 0
    for denominator in DENOMINATORS if ranges else ():
        told = bits(case, denominator)
        if told >= least:
            break
        some = list(islice(multiples(denominator, ranges), _MOST_CANDIDATES + 1))
        if len(some) > _MOST_CANDIDATES:
            return replace(best, tried=tried, untried=denominator)
        tried += len(some)
        most = int((least - told) / a_row)
        kept = [(w, r) for w in some if (r := _given_back(asked, w, published, most)) is not None]
        if not kept:
            continue
        most = max(len(given) for _, given in kept)
        cost = told + (len(published) - most) * a_row
        if cost < least:
            found = tuple(weights for weights, given in kept if len(given) == most)
            given = next(given for _, given in kept if len(given) == most)
            best, least = _Round(denominator, found, given, 0, 0), cost
    return replace(best, tried=tried)


def bits(case: Case, denominator: int | None) -> float:
    """How long it takes to tell which of all weights up to this denominator; None: odd weights."""
    known = [d for d in DENOMINATORS if d <= (denominator or DENOMINATORS[-1])]
    size = len(case.factors) - 1
    count = sum(comb(d + size, size) for d in known)
    return log2(count) if denominator else log2(count) + size * log2(10)


def multiples(
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


def _given_back(
    asked: Question, weights: Sequence[Fraction], published: dict[int, Fraction], most: int
) -> dict[int, Fraction] | None:
    """The rows that the weights give back; None where they break a rule or miss more than `most`."""
    case, unit = asked.case, asked.case.problem.aim.unit
    exact = case.split(weights)
    if exact is None:
        return None
    if _missed(exact, published, 2 * _room(case, unit)) > most or not all(
        rule.holds(exact) for rule in asked.rules
    ):
        return None
    rounded = case.rounded(case.allocate(weights)).numerators
    twice = twice_half(unit)
    given = {i: fen for i, fen in published.items() if 2 * abs(rounded[i] - fen) <= twice}
    return given if len(published) - len(given) <= most else None


def _tables(found: Fit) -> list[Table]:
    """The recovered weights, how sure they are, and what they give against the table."""
    case = found.case
    columns = (
        TableColumn("因素"),
        TableColumn("还原的权重", "percent", 6),
        TableColumn("最小可能", "percent", 6),
        TableColumn("最大可能", "percent", 6),
    )
    ends: Sequence[tuple[TableValue, TableValue]] = found.ranges or [(None, None)] * len(
        case.factors
    )
    rows = tuple(
        (shares.name, weight, *pair)
        for shares, weight, pair in zip(case.factors, found.weights, ends, strict=True)
    )
    aim = case.problem.aim
    published = case.reference(aim.reference, aim.of)
    given = case.block(found.allocation, aim.of)
    compared = (
        TableColumn(case.recipients.header("town")),
        TableColumn(f"公布的{case.told(aim.of)}", "fen"),
        TableColumn("按还原权重", "fen"),
        TableColumn("相差", "fen"),
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
