"""How a region is cut in two: at a bend, at the middle of a weight, between two towns of an order,
between two neighbouring grid weights; and the piece of a region in which nothing bends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from operator import mul
from typing import Final

from allocator.optimize.linear.highs import has_solver, solve
from allocator.optimize.linear.model import whole_row
from allocator.optimize.linear.session import Session
from allocator.optimize.program.case import Amounts
from allocator.optimize.program.regions import Region, Span, bends, halves
from allocator.optimize.program.relaxation import program
from allocator.optimize.search.bounding import Relaxed, open_towns
from allocator.optimize.search.pose import Question

#: With more open bends than this a region is halved rather than cut at one of them.
_MANY_BENDS: Final = 12


def piece_around(question: Question, region: Region, amounts: Amounts) -> Region:
    """The part of the region around the amounts in which nobody meets or leaves a bound."""
    case = question.case
    for i, span in region.spans.items():
        values = [factor.values[i] for factor in case.factors]
        claim = amounts.level * sum(
            (w * f.share(i) for w, f in zip(amounts.weights, case.factors, strict=True)),
            Fraction(0),
        )
        for bend in bends(case, i, span):
            if claim <= bend:
                row = whole_row([-v for v in values], -bend, "region")
                region = region.with_span(i, Span(region.spans[i].low, bend), row)
                break
            row = whole_row(values, bend, "region")
            region = region.with_span(i, Span(bend, span.high), row)
    return region


def with_sure_rivals(question: Question, region: Region) -> Region | None:
    """The region with every town ahead of a ranked one under all its weights noted as such.

    None where these are more than the rank allows.
    """
    for rule in question.rules:
        if rule.rank is None:
            continue
        town, place = rule.rank
        first, size = town - town % len(question.case), len(question.case)
        for rival in range(first, first + size):
            if rival != town and _is_sure(question, region, rival, town):
                region = replace(region, orders=region.orders | {(rival, town)})
        if sum(less == town for _, less in region.orders) >= place:
            return None
    return region


def _is_sure(question: Question, region: Region, rival: int, town: int) -> bool:
    """Whether the rival gets more than the town under all weights of the region, proven."""
    found = program(question.case, question.rules, region)
    most = 2 * question.case.reach
    lead = found.model.column("lead", -most, most, float(question.case.total))
    found.at_least({town: 1, rival: -1}, {lead: -1}, 0)
    if not has_solver():
        found.model.objective = {lead: -1}
        solution = solve(found.model)
        return solution.is_feasible and solution.value > 0
    bound = Session(found.model).minimise({lead: -1}).bound
    return bound is not None and bound > 0


def open_gaps(node: Relaxed) -> dict[int, float | Fraction]:
    """How far apart the envelopes of each town's amount are at the region's point."""
    if not node.point:
        return {}
    found, towns = node.found, open_towns(node.found)
    if node.is_exact:
        exact = {i: found.gap(i, node.point) for i in towns}
        return {i: gap for i, gap in exact.items() if gap}
    least = found.case.total / 10**12
    point = [float(x) for x in node.point[: len(found.case.factors)]]
    claims = {i: sum(map(mul, found.values[i], point)) for i in towns}
    gaps = {i: found.nearly_gap(i, claims[i]) for i in towns}
    return {i: gap for i, gap in gaps.items() if gap > least}


def branches(question: Question, node: Relaxed) -> Iterator[Region]:
    """Two parts of the region with tighter bounds; nothing when its point is exact."""
    case = question.case
    gaps = open_gaps(node)
    if len(gaps) > _MANY_BENDS:
        yield from halves(case, node.region)
        return
    if gaps:
        yield from _cut_bend(node, max(gaps, key=lambda i: gaps[i]))
        return
    if not node.point:
        return
    weights = node.found.weights(node.point)
    amounts = case.split(weights)
    for rule in question.rules:
        if rule.rank and amounts and not rule.holds(amounts):
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


def _cut_bend(node: Relaxed, i: int) -> Iterator[Region]:
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
    first = town - town % amounts.size
    rivals = [
        j
        for j in range(first, first + amounts.size)
        if amounts.numerators[j] > own and (j, town) not in region.orders
    ]
    rival = max(rivals, key=lambda j: amounts.numerators[j])
    yield replace(region, orders=region.orders | {(town, rival)})
    if taken + 1 < place:
        yield replace(region, orders=region.orders | {(rival, town)})
