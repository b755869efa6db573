"""The best weights over all regions: branch and bound with exact bounds.

A region's program bounds what its weightings can reach (`region`). Where the bound is not yet
what the engine gives at that point, the region is cut in two: at a bend of some town's amount,
between two towns whose order a rank leaves open, or between two neighbouring grid weights.
Values are tuples compared from the left: the aim, then the second aims.
Source: A. H. Land, A. G. Doig, An automatic method of solving discrete programming problems, 1960.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from allocator.optimize.linear.exact_simplex import solve_exactly
from allocator.optimize.linear.highs import solve
from allocator.optimize.linear.model import HELD, Row, whole_row
from allocator.optimize.program.case import Amounts
from allocator.optimize.program.relaxation import (
    Program,
    Region,
    Span,
    bends,
    halves,
    most_level,
    program,
    start_region,
)
from allocator.optimize.search.leximin import leximin
from allocator.optimize.search.pose import Question, Score
from allocator.rounding.apportion import apportion

#: Work after which the search stops and says how good its answer surely is: regions looked at
#: times towns that may meet a bound there.
MOST_WORK: Final = 150_000

#: With more open bends than this a region is halved rather than cut at one of them.
_MANY_BENDS: Final = 12

#: Called with the number of regions done and still open.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Best:
    """The best amounts found, or None; `bound` is what no weights can beat.

    `regions` counts the programs solved. The answer is proven when values and bound agree.
    """

    amounts: Amounts | None
    values: Score
    bound: Score
    regions: int
    is_proven: bool


@dataclass(frozen=True, slots=True)
class _Relaxed:
    region: Region
    found: Program
    point: tuple[Fraction, ...]
    values: Score
    tight: tuple[Row, ...]


def search(question: Question, progress: Progress | None = None) -> Best:
    """Minimise over all allowed weights, exactly."""
    best: tuple[Score, Amounts] | None = None
    region = question.region or start_region(question.case, question.rules)
    ranked = _with_sure_rivals(question, region)
    root = _relax(question, ranked, None) if ranked else None
    queue = [(root.values, 0, root)] if root else []
    regions = 1
    most = MOST_WORK // max(len(region.spans), 10)
    while queue and regions < most:
        values, _, node = heapq.heappop(queue)
        if best and values >= best[0]:
            queue = []
            break
        weights = node.found.weights(node.point)
        candidate = question.case.split(_on_grid(question, weights))
        if candidate is not None and question.allows(candidate):
            reached = question.values(candidate)
            if best is None or reached < best[0]:
                best = reached, candidate
        for region in _branches(question, node, weights):
            regions += 1
            child = _relax(question, region, best[0] if best else None, node.tight)
            if child:
                heapq.heappush(queue, (child.values, regions, child))
        if progress:
            progress(regions, len(queue))
    if best is None:
        bound = min((values for values, _, _ in queue), default=())
        return Best(None, (), bound, regions, not queue)
    bound = min([best[0], *(values for values, _, _ in queue)])
    is_proven = (bound == best[0] or not queue) and best[1].level < most_level(question.case)
    return Best(best[1], best[0], bound, regions, is_proven)


def _with_sure_rivals(question: Question, region: Region) -> Region | None:
    """The region with every town ahead of a ranked one under all its weights noted as such.

    None where these are more than the rank allows.
    """
    for rule in question.rules:
        if rule.rank is None:
            continue
        town, place = rule.rank
        found = program(question.case, question.rules, region)
        lead = found.model.column("lead", -(10**18), 10**18, float(question.case.total))
        found.model.objective = {lead: -1}
        start = len(found.model.rows), len(found.model.sums)
        for rival in range(len(question.case)):
            if rival == town:
                continue
            del found.model.rows[start[0] :], found.model.sums[start[1] :]
            found.at_least({town: 1, rival: -1}, {lead: -1}, 0)
            solution = solve_exactly(found.model)
            if not solution.is_feasible:
                return None
            if solution.value > 0:
                region = replace(region, orders=region.orders | {(rival, town)})
        if sum(less == town for _, less in region.orders) >= place:
            return None
    return region


def _on_grid(question: Question, weights: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """The weights themselves, or the grid point next to them."""
    if question.step is None:
        return weights
    near = apportion(int(1 / question.step), weights).amounts
    return tuple(unit * question.step for unit in near)


def _relax(
    question: Question,
    region: Region,
    limit: Score | None,
    start: Sequence[Row] | None = None,
) -> _Relaxed | None:
    """The bound of a region, aim by aim; None where it is empty or cannot beat `limit`.

    `start` are rows that proved the bound of a region around it: they hold here too.
    """
    found = program(question.case, question.rules, region)
    for target, most in question.limits:
        found.model.objective = target.objective.build(found, target)
        hold(found, most)
    values: list[Fraction | tuple[Fraction, ...]] = []
    point: tuple[Fraction, ...] = ()
    is_unique = False
    tight: list[Row] = []
    for target in question.targets:
        if target.aim.kind == "leximin":
            levels = leximin(found, target, start)
            if levels is None:
                return None
            point, is_unique = levels.point, levels.is_unique
            values.append(tuple(-level for level in levels.levels))
            tight += levels.tight
        else:
            found.model.objective = target.objective.build(found, target)
            solution = solve(found.model, start)
            if not solution.is_feasible:
                return None
            tight += [row for row, _ in solution.proof]
            point, is_unique = solution.point, solution.is_unique
            values.append(solution.value)
            hold(found, solution.value)
        if limit is not None and tuple(values) > limit:
            return None
        if is_unique:
            break
    if not is_unique:
        point = _first_weights_highest(found, start)
        if not point:
            return None
    lasting = tuple(row for row in tight if row.tag != HELD)
    return _Relaxed(region, found, point, tuple(values), lasting)


def hold(found: Program, value: Fraction) -> None:
    """Keep the program's objective from exceeding the value."""
    costs = found.model.costs()
    found.model.rows.append(whole_row([-cost for cost in costs], -value, HELD))


def _first_weights_highest(found: Program, start: Sequence[Row] | None) -> tuple[Fraction, ...]:
    """Of all points left the one with the most weight on the first factor, and so on.

    Empty when there is no point at all.
    """
    point: tuple[Fraction, ...] = ()
    for k in range(len(found.case.factors)):
        found.model.objective = {k: -1}
        solution = solve(found.model, start)
        point = solution.point
        if solution.is_unique or not point:
            break
        hold(found, solution.value)
    return point


def _branches(
    question: Question, node: _Relaxed, weights: tuple[Fraction, ...]
) -> Iterator[Region]:
    """Two parts of the region with tighter bounds; nothing when its point is exact."""
    case = question.case
    gaps = {i: gap for i in node.region.spans if (gap := node.found.gap(i, node.point))}
    if len(gaps) > _MANY_BENDS:
        yield from halves(case, node.region)
        return
    if gaps:
        yield from _cut_bend(node, max(gaps, key=lambda i: gaps[i]))
        return
    amounts = case.quotas(weights)
    for rule in question.rules:
        if rule.rank and not rule.holds(amounts):
            yield from _cut_order(node.region, rule.rank, amounts)
            return
    if question.step is None:
        return
    off = {k: r for k, w in enumerate(weights) if (r := (w / question.step) % 1)}
    if off:
        k = min(off, key=lambda k: abs(off[k] - Fraction(1, 2)))
        low = (weights[k] // question.step) * question.step
        for sign, limit in ((-1, low), (1, low + question.step)):
            terms = node.found.weight_terms({k: sign}, sign * limit)
            row = whole_row([terms[j] for j in range(len(case.factors))], 0, "grid")
            yield replace(node.region, rows=(*node.region.rows, row))


def _cut_bend(node: _Relaxed, i: int) -> Iterator[Region]:
    span, values = node.region.spans[i], node.found.claim(i)
    claim = sum((v * x for v, x in zip(values, node.point, strict=False)), Fraction(0))
    bend = min(bends(node.found.case, i, span), key=lambda b: abs(claim - b))
    below = whole_row([-v for v in values], -bend, "region")
    beyond = whole_row(list(values), bend, "region")
    yield node.region.with_span(i, Span(span.low, bend), below)
    yield node.region.with_span(i, Span(bend, span.high), beyond)


def _cut_order(region: Region, rank: tuple[int, int], amounts: Amounts) -> Iterator[Region]:
    town, place = rank
    taken = sum(less == town for _, less in region.orders)
    own = amounts.numerators[town]
    rivals = [
        j
        for j, amount in enumerate(amounts.numerators)
        if amount > own and (j, town) not in region.orders
    ]
    rival = max(rivals, key=lambda j: amounts.numerators[j])
    yield replace(region, orders=region.orders | {(town, rival)})
    if taken + 1 < place:
        yield replace(region, orders=region.orders | {(rival, town)})


def is_possible(question: Question) -> bool:
    """Whether any weights keep every rule; the aims do not matter."""
    return search(replace(question, targets=())).amounts is not None
