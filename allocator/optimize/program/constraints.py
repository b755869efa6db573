"""The conditions of a problem, each as linear requirements and in words.

A requirement reads Σ amounts · a + Σ weights · w ≥ least, with the exact amounts a in fen before
rounding. A rule that says two things (at least, at most) becomes two, so that one can be named,
priced and relaxed without the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Literal

from allocator.base.money import (
    FEN_PER_WAN,
    FEN_PER_YUAN,
    exact_number,
    format_percent,
    format_wan,
    format_yuan,
    wan_decimals,
)
from allocator.base.problems import InputError, Place, Problem
from allocator.fund.bounds import pilot_amounts
from allocator.fund.recipients import Number
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.question import conditions as data
from allocator.optimize.question.taking import nearest_name

#: What relaxing a rule by one means: a percentage point of its ratio, 1 万元, 1 元 (of amounts per
#: person or the like), or one place.
LimitUnit = Literal["points", "wan", "yuan", "places"]
POINT: Final = Fraction(1, 100)
#: What lets the match be told by the pool's own amounts, see `measures.match_terms`.
MATCH_NEEDS: Final = "配套只取决于本资金池的本次核拨额（试点剩余不再分配、配套没有上下限）"
#: Orders of more towns are told by their ends.
_MANY_TOWNS: Final = 6


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of a rule; `ease` is how far `least` falls when the rule is relaxed by one unit."""

    amounts: Mapping[int, Number]
    least: Number
    ease: Number
    weights: Mapping[int, Number] = field(default_factory=dict)
    town: int | None = None

    def slack(self, amounts: Amounts) -> Fraction:
        """How far the requirement is over-fulfilled; below 0 it is broken."""
        left = sum(c * amounts.numerators[i] for i, c in self.amounts.items())
        right = sum((c * amounts.weights[k] for k, c in self.weights.items()), Fraction(0))
        return Fraction(left) / amounts.denominator + right - self.least


@dataclass(frozen=True, slots=True)
class LinearRule:
    """One condition, in words and as requirements, or as a rank: (amount of the town, best rank
    allowed).
    """

    name: str
    unit: LimitUnit
    requirements: tuple[Requirement, ...] = ()
    rank: tuple[int, int] | None = None
    #: How many units a price is asked for.
    step: Fraction = Fraction(1)
    #: How much a unit counts when several rules give way; 0: it is the scheme's and never does.
    penalty: Fraction = Fraction(0)

    @property
    def is_about_weights(self) -> bool:
        """Whether the rule speaks of weights, not of amounts."""
        return any(requirement.weights for requirement in self.requirements)

    def worst(self, amounts: Amounts) -> tuple[Fraction, int | None]:
        """(slack in the rule's own units, town): the requirement closest to being broken."""
        if self.rank:
            number, rank = self.rank
            return Fraction(rank - 1 - above(amounts, number)), number % amounts.size
        slacks = [(r.slack(amounts) / r.ease, r.town) for r in self.requirements]
        return min(slacks, key=lambda pair: pair[0], default=(Fraction(0), None))

    def holds(self, amounts: Amounts) -> bool:
        """Whether the rule is kept, exactly."""
        if self.rank:
            return self.worst(amounts)[0] >= 0
        return all(requirement.slack(amounts) >= 0 for requirement in self.requirements)


def above(amounts: Amounts, number: int) -> int:
    """How many towns get more than this one, by the measure that the amount's number says."""
    own, first = amounts.numerators[number], number - number % amounts.size
    return sum(amount > own for amount in amounts.numerators[first : first + amounts.size])


def weight_limits(
    rules: Sequence[LinearRule], factors: int
) -> tuple[list[Fraction], list[Fraction]]:
    """(least, most) of each weight as far as rules about it alone go."""
    least, most = [Fraction(0)] * factors, [Fraction(1)] * factors
    for rule in rules:
        for row in rule.requirements:
            if len(row.weights) == 1 and not row.amounts:
                ((k, c),) = row.weights.items()
                limit = Fraction(row.least) / c
                if c > 0:
                    least[k] = max(least[k], limit)
                else:
                    most[k] = min(most[k], limit)
    return least, most


def compile_rules(case: Case) -> tuple[LinearRule, ...]:
    """Every condition of the problem looked up in the table.

    Raises `InputError` naming all unknown towns, classes, columns, factors and references, and
    conditions that the scheme's own rules leave no exact answer to.
    """
    rules = list(_settlement_rules(case))
    problems: list[Problem] = []
    for condition in case.problem.conditions:
        try:
            found = _COMPILE[type(condition)](case, condition)
            rules += [replace(rule, penalty=condition.penalty) for rule in found]
        except KeyError as error:
            problems.append(unknown(case, condition.place, str(error.args[0])))
        except InputError as error:
            problems += [replace(problem, place=condition.place) for problem in error.problems]
        except ValueError as error:
            remedy = "请照样例改写，如 villages >= area + 0.1"
            problems.append(Problem("problem.condition", str(error), remedy, condition.place))
    if problems:
        raise InputError(problems)
    return tuple(rules)


def unknown(case: Case, place: Place, name: str) -> Problem:
    """The mistake of a name that the table and the scheme do not know; the nearest is offered."""
    table = case.recipients
    columns = [*table.numbers, *map(table.header, table.numbers)]
    factors = [shares.name for shares in case.factors]
    known = [*case.towns, *table.economic_class, *factors, *columns, *case.problem.references]
    near = nearest_name(name, known)
    remedy = f"是否应为“{near}”？" if near else "请核对镇街、类别、因素、列名或对照表的名称"
    return Problem("problem.unknown_name", "数据表和方案中没有这个名称", remedy, place, name)


def group_name(group: data.Group) -> str:
    """各镇, or the classes and towns by name."""
    return "、".join((*group.classes, *group.towns)) or "各镇"


def reference_name(name: str) -> str:
    """现行方案, or the table's own name."""
    return "现行方案" if name == data.CURRENT else f"“{name}”"


def _settlement_rules(case: Case) -> Iterator[LinearRule]:
    rule = case.scheme.deduction_of(case.pool)
    settled = case.current.pool(case.pool.id).settlement
    if settled is not None and rule is not None and rule.short == "error":
        rows = tuple(
            Requirement({i: 1}, taken, FEN_PER_WAN, town=i)
            for i, taken in enumerate(settled.unspent)
            if taken
        )
        yield LinearRule("应分配额不低于扣减额（分配方案）", "wan", rows)
    pilot = case.scheme.pilot
    if pilot is None or pilot.pool != case.pool.id:
        return
    if pilot.below_advance == "error" and pilot.basis == "share":
        advance, _ = pilot_amounts(case.recipients, case.scheme)
        rows = tuple(
            Requirement({i: 1}, least, FEN_PER_WAN, town=i)
            for i, least in enumerate(advance)
            if least
        )
        yield LinearRule("试点镇街不低于已拨试点经费（分配方案）", "wan", rows)


def _measure_told(case: Case, of: str) -> str:
    """What amounts mean, where it is not the entitlement."""
    return "" if case.measure(of) == "entitlement" else case.told(of)


def _whose(case: Case, condition: data.AmountBound | data.Change | data.GroupShare) -> str:
    """各镇, 各镇本次核拨额."""
    return f"{group_name(condition.group)}{_measure_told(case, condition.of)}"


def _bound(case: Case, bound: data.WeightBound) -> Iterator[LinearRule]:
    k = case.factor_number(bound.factor)
    name = bound.name or f"“{case.factors[k].name}”的权重"
    if bound.least is not None:
        row = Requirement({}, bound.least, POINT, {k: 1})
        yield LinearRule(f"{name}不低于 {format_percent(bound.least, 2)}", "points", (row,))
    if bound.most is not None:
        row = Requirement({}, -bound.most, POINT, {k: -1})
        yield LinearRule(f"{name}不高于 {format_percent(bound.most, 2)}", "points", (row,))


def _relation(case: Case, relation: data.WeightRelation) -> Iterator[LinearRule]:
    parts = re.split(r"(>=|<=|≥|≤|==|=)", relation.text)
    if len(parts) != 3:
        raise ValueError(f"权重关系应写成一个不等式或等式：{relation.text}")
    left, right = _side(case, parts[0]), _side(case, parts[2])
    weights = {k: left.get(k, Fraction(0)) - right.get(k, Fraction(0)) for k in left | right}
    least = -weights.pop(-1, Fraction(0))
    name = relation.name or f"权重关系：{_in_words(case, relation.text)}"
    row = Requirement({}, least, POINT, weights)
    back = Requirement({}, -least, POINT, {k: -c for k, c in weights.items()})
    rows = {">": (row,), "≥": (row,), "<": (back,), "≤": (back,)}.get(parts[1][0], (row, back))
    yield LinearRule(name, "points", rows)


def _in_words(case: Case, text: str) -> str:
    """The relation with factors by the names a user sees."""
    for shares in case.factors:
        if shares.factor.column:
            text = re.sub(rf"\b{re.escape(shares.factor.column)}\b", shares.name, text)
    return text.replace(">=", "≥").replace("<=", "≤").strip()


def _side(case: Case, text: str) -> dict[int, Fraction]:
    """A sum of weights with coefficients; the constant stands under −1."""
    shares = case.factors
    names = {s.name for s in shares} | {s.factor.column for s in shares} - {""}
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    term = re.compile(rf"\s*([+-]?)\s*(?:([\d.]+%?)\s*\*?\s*)?({known})?\s*(?:\*\s*([\d.]+%?))?\s*")
    terms: dict[int, Fraction] = {}
    position = 0
    while position < len(text):
        found = term.match(text, position)
        if found is None or not any(found.group(2, 3)) or (position and not found.group(1)):
            raise KeyError(text[position:].strip())
        sign, before, name, after = found.groups()
        number = exact_number(before or "1") * exact_number(after or "1")
        k = case.factor_number(name) if name else -1
        terms[k] = terms.get(k, Fraction(0)) + (-number if sign == "-" else number)
        position = found.end()
    return terms


def _amount_bound(case: Case, bound: data.AmountBound) -> Iterator[LinearRule]:
    members, per = case.members(bound.group), case.per(bound.per)
    first = case.first(bound.of)
    sign = 1 if bound.side == "floor" else -1
    if isinstance(bound.amount, str):
        limits = [Fraction(v) * FEN_PER_YUAN for v in case.column(bound.amount)]
        shown = f"“{case.recipients.header(bound.amount)}”"
    else:
        limits = [Fraction(bound.amount)] * len(case)
        shown = f"{format_wan(bound.amount, wan_decimals([bound.amount]))} 万元"
        if bound.per:
            shown = f"{format_yuan(bound.amount)} 元"
    each = f"每{case.per_name(bound.per)}" if bound.per else ""
    word = "不低于" if sign > 0 else "不高于"
    name = bound.name or f"{_whose(case, bound)}{each}{word} {shown}"
    one = FEN_PER_YUAN if bound.per else FEN_PER_WAN
    rows = tuple(
        Requirement({first + i: sign}, sign * limits[i] * per[i], one * (per[i] or 1), town=i)
        for i in members
    )
    step = Fraction(1)
    if bound.per:
        # A hundredth of the usual limit, in whole fen: 10 fen of 9.80 yuan a person.
        usual = sorted(limits[i] for i in members)[len(members) // 2]
        step = Fraction(max((usual / 100).__round__(), 1), FEN_PER_YUAN)
    yield LinearRule(name, "yuan" if bound.per else "wan", rows, step=step)


def _change(case: Case, change: data.Change) -> Iterator[LinearRule]:
    reference, first = case.reference(change.reference, change.of), case.first(change.of)
    against = reference_name(change.reference)
    who = change.name or f"{_whose(case, change)}比{against}"
    members = [i for i in case.members(change.group) if i in reference]
    for sign, ratio, word in ((1, change.down, "减少"), (-1, change.up, "增加")):
        if ratio is None:
            continue
        rows = tuple(
            Requirement(
                {first + i: sign},
                sign * reference[i] - abs(reference[i]) * ratio,
                abs(reference[i]) * POINT or POINT,
                town=i,
            )
            for i in members
        )
        yield LinearRule(f"{who}{word}不超过 {format_percent(ratio, 2)}", "points", rows)


def _share(case: Case, share: data.GroupShare) -> Iterator[LinearRule]:
    whole, first = case.whole_of(share.of), case.first(share.of)
    members = [first + i for i in case.members(share.group)]
    name = share.name or f"{_whose(case, share)}合计占比"
    for sign, ratio, word in ((1, share.least, "不低于"), (-1, share.most, "不高于")):
        if ratio is not None:
            row = Requirement(dict.fromkeys(members, sign), sign * ratio * whole, whole * POINT)
            yield LinearRule(f"{name}{word} {format_percent(ratio, 2)}", "points", (row,))


def _order(case: Case, order: data.Order) -> Iterator[LinearRule]:
    numbers, first = [case.town_number(town) for town in order.towns], case.first(order.of)
    rows = tuple(
        Requirement({first + more: 1, first + less: -1}, 0, FEN_PER_WAN, town=less)
        for more, less in pairwise(numbers)
    )
    what, towns = _measure_told(case, order.of) or "金额", list(order.towns)
    if len(towns) > _MANY_TOWNS:
        towns = [*towns[:3], f"……（共 {len(towns)} 个）", towns[-1]]
    yield LinearRule(order.name or f"{what}次序：{' ≥ '.join(towns)}", "wan", rows)


def _rank(case: Case, rank: data.Rank) -> Iterator[LinearRule]:
    i = case.town_number(rank.town)
    what = _measure_told(case, rank.of) or "金额"
    name = rank.name or f"{rank.town}的{what}排名在前 {rank.rank} 名之内"
    yield LinearRule(name, "places", rank=(case.first(rank.of) + i, rank.rank))


def _match(case: Case, capacity: data.MatchCapacity) -> Iterator[LinearRule]:
    match = case.match
    if match is None:
        message, remedy = f"配套能力要求{MATCH_NEEDS}", "请删去这一条，或改分配方案的配套规则"
        raise InputError([Problem("problem.measure", message, remedy)])
    matching = case.scheme.matching
    rows: list[Requirement] = []
    column = case.column(capacity.column)
    for i in case.members(capacity.group):
        rate, offset, other = match.rate[i], match.offset[i], match.other[i]
        fen = Fraction(column[i]) * FEN_PER_YUAN
        limit = fen // matching.unit * matching.unit if matching else fen
        if rate:
            room = limit / rate - other
            rows.append(Requirement({i: -1}, -(offset + room), FEN_PER_WAN / rate, town=i))
            rows.append(Requirement({}, -room, FEN_PER_WAN / rate, town=i))
    header = case.recipients.header(capacity.column)
    name = capacity.name or f"{group_name(capacity.group)}应配套不超过“{header}”"
    yield LinearRule(name, "wan", tuple(rows))


_COMPILE: Final[Mapping[type, Callable[..., Iterator[LinearRule]]]] = MappingProxyType(
    {
        data.WeightBound: _bound,
        data.WeightRelation: _relation,
        data.AmountBound: _amount_bound,
        data.Change: _change,
        data.GroupShare: _share,
        data.Order: _order,
        data.Rank: _rank,
        data.MatchCapacity: _match,
    }
)
