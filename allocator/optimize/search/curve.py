"""The whole trade-off curve of two aims, exactly: where its corners are and that it has no others.

Let z(ε) be the best of the first aim while the second is at most ε. As long as nobody meets or
leaves a bound that is one linear program with ε on the right, so z is convex there, in straight
parts, and its corners (where the optimal basis changes) follow from values and slopes: the lines
at two ends meet at a corner, or below the curve, and then the parts are looked at (M. J. Eisner,
D. G. Severance, Mathematical techniques for efficient record segmentation in large shared
databases, 1976). Over all such pieces z is the lowest of these curves. A straight part with slope
−m from s to t is proven by one search over all weights: nothing makes first + m · ε smaller for
any ε between s and t. If something does, its piece is added.
Example: first = max(8 − 2ε, 5 − ε/2): lines from 0 and from 8 meet at ε = 2, value 4, on the curve.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from allocator.optimize.linear.highs import solve
from allocator.optimize.linear.model import Column, Row
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.objectives import Costs, Target
from allocator.optimize.program.relaxation import Program
from allocator.optimize.search.bounding import assemble
from allocator.optimize.search.branch_and_bound import Best, search
from allocator.optimize.search.branching import piece_around
from allocator.optimize.search.pose import Question


@dataclass(frozen=True, slots=True)
class Corner:
    """A point of the curve: the second aim's number, the first's best, amounts that have both."""

    limit: Fraction
    value: Fraction
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Curve:
    """The corners by rising limit, straight in between; `is_proven`: there are no others."""

    corners: tuple[Corner, ...]
    is_proven: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A straight part of a curve between two corners; flat behind the last of a piece."""

    start: Corner
    end: Corner

    @property
    def slope(self) -> Fraction:
        width = self.end.limit - self.start.limit
        return (self.end.value - self.start.value) / width

    def at(self, limit: Fraction) -> Fraction:
        return self.start.value + self.slope * (limit - self.start.limit)


def trace(question: Question, first: Amounts, second: Amounts, seconds: float) -> Curve:
    """The curve of the question's first two targets, between the best of each (both exact)."""
    tracer = _Tracer(question, first, second, time.monotonic() + seconds)
    if tracer.low == tracer.high:
        return Curve((tracer.corner(second),), is_proven=True)
    tracer.add(first)
    tracer.add(second)
    return tracer.run()


class _Tracer:
    def __init__(self, question: Question, first: Amounts, second: Amounts, end: float) -> None:
        self.question, self.end = question, end
        self.first, self.second = question.targets[:2]
        self.low, self.high = (
            self.second.measure(question.case, amounts) for amounts in (second, first)
        )
        self.parts: list[_Part] = []
        self.proven: list[_Part] = []

    def corner(self, amounts: Amounts, limit: Fraction | None = None) -> Corner:
        case = self.question.case
        own = self.second.measure(case, amounts)
        return Corner(own if limit is None else limit, self.first.measure(case, amounts), amounts)

    def run(self) -> Curve:
        """Prove part by part; each answer below the curve brings its piece."""
        while True:
            parts = _lowest(self.question.case, self.parts, self.low, self.high)
            curve = Curve(tuple(_corners(parts)), is_proven=_is_whole(parts))
            open_parts = (part for part in parts if part not in self.proven)
            part = next(open_parts, None)
            if part is None:
                return curve
            best = self.below(part)
            if best.amounts is not None and best.values < (self.least(part),):
                before = len(self.parts)
                self.add(best.amounts)
                if len(self.parts) > before:
                    continue
            elif best.is_proven:
                self.proven.append(part)
                continue
            return replace(curve, is_proven=False)

    def least(self, part: _Part) -> Fraction:
        """What first − slope · second is all along the part."""
        return part.start.value - part.slope * part.start.limit

    def below(self, part: _Part) -> Best:
        """The amounts furthest under the part's line, or on it, as far as time allows."""
        target = _sum_below(self.first, self.second, -part.slope, part.start.limit)
        limits = (*self.question.limits, (self.second, part.end.limit))
        asked = replace(self.question, targets=(target,), limits=limits)
        return search(asked, seconds=max(self.end - time.monotonic(), 0.0))

    def add(self, amounts: Amounts) -> None:
        """All straight parts of the piece in which the amounts lie."""
        piece = _Piece(self, amounts)
        corners = piece.corners()
        new = [_Part(a, b) for a, b in pairwise(corners) if a.limit < b.limit]
        self.parts += [part for part in new if part not in self.parts]


class _Piece:
    """The linear program around some amounts, with the limit as a column of its own."""

    def __init__(self, tracer: _Tracer, amounts: Amounts) -> None:
        question = tracer.question
        region = piece_around(question, question.start(), amounts)
        self.tracer, self.found = tracer, assemble(question, region, ())
        self.limit = _with_limit(self.found, tracer.second, tracer.low, tracer.high)
        self.costs = tracer.first.objective.build(self.found, tracer.first)

    def corners(self) -> list[Corner]:
        """The corners of this piece alone, by rising limit."""
        low, high = self.tracer.low, self.tracer.high
        self.found.model.objective = {self.limit: 1}
        self.between(low, high)
        lowest = solve(self.found.model)
        if not lowest.is_feasible:
            return []
        start, end = self.at(lowest.value), self.at(high)
        if start is None or end is None:
            return []
        return [start[0], *self.inside(start, end), end[0]]

    def inside(self, start: tuple[Corner, Fraction], end: tuple[Corner, Fraction]) -> list[Corner]:
        (a, down), (b, after) = start, end
        width = b.limit - a.limit
        if a.value + down * width == b.value or b.value - after * width == a.value:
            return []
        limit = (b.value - a.value + down * a.limit - after * b.limit) / (down - after)
        found = self.at(limit)
        if found is None:
            return []
        corner = found[0]
        if corner.value == a.value + down * (limit - a.limit):
            return [corner]
        return [*self.inside(start, found), corner, *self.inside(found, end)]

    def at(self, limit: Fraction) -> tuple[Corner, Fraction] | None:
        """The best under a limit, and how it falls as the limit rises (any slope that supports)."""
        self.between(limit, limit)
        self.found.model.objective = self.costs
        solution = solve(self.found.model)
        amounts = self.tracer.question.case.split(self.found.weights(solution.point))
        if not solution.is_feasible or amounts is None:
            return None
        slope = sum(
            (
                row.coefficients[self.limit] * y
                for row, y in solution.proof
                if _is_box(row, self.limit)
            ),
            Fraction(0),
        )
        return Corner(limit, solution.value, amounts), slope

    def between(self, low: Fraction, high: Fraction) -> None:
        column = self.found.model.columns[self.limit]
        self.found.model.columns[self.limit] = Column(column.name, low, high, column.scale)


def _is_box(row: Row, column: int) -> bool:
    return isinstance(row.tag, tuple) and row.tag[:2] == ("box", column)


def _with_limit(found: Program, second: Target, low: Fraction, high: Fraction) -> int:
    """A column that the second aim's number does not exceed."""
    costs = second.objective.build(found, second)
    scale = float(max(abs(low), abs(high))) or 1.0
    limit = found.model.column("limit", low, high, scale)
    found.at_least({}, {limit: 1, **{j: -Fraction(c) for j, c in costs.items()}}, 0, "limit")
    return limit


def _sum_below(first: Target, second: Target, weight: Fraction, low: Fraction) -> Target:
    """The sum first + weight · max(second, low) as an aim."""

    def measure(case: Case, _: Target, amounts: Amounts) -> Fraction:
        return first.measure(case, amounts) + weight * max(second.measure(case, amounts), low)

    def build(found: Program, _: Target) -> Costs:
        costs = dict(first.objective.build(found, first))
        more = second.objective.build(found, second)
        reach = sum(
            (abs(Fraction(c)) * max(abs(found.model.columns[j].low), abs(found.model.columns[j].high))
             for j, c in more.items()), Fraction(0),
        )  # fmt: skip
        limit = found.model.column("limit", low, max(reach, low) + 1, float(abs(low)) or 1.0)
        found.at_least({}, {limit: 1, **{j: -Fraction(c) for j, c in more.items()}}, 0, "limit")
        costs[limit] = weight
        return costs

    return replace(
        first, objective=replace(first.objective, measure=measure, build=build, implied=None)
    )


def _lowest(case: Case, parts: Sequence[_Part], low: Fraction, high: Fraction) -> list[_Part]:
    """The lowest of several parts at every limit between two, as parts again."""
    places = {low, high}
    for part in parts:
        places |= {part.start.limit, part.end.limit}
    for k, one in enumerate(parts):
        for other in parts[:k]:
            if one.slope != other.slope:
                start = min(one.start.limit, other.start.limit)
                gap = one.at(start) - other.at(start)
                places.add(start + gap / (other.slope - one.slope))
    inside = sorted(place for place in places if low <= place <= high)
    found: list[_Part] = []
    for s, t in pairwise(inside):
        here = [p for p in parts if p.start.limit <= s and t <= p.end.limit]
        if not here:
            continue
        part = min(here, key=lambda p: (p.at((s + t) / 2), p.slope))
        cut = _Part(_at(case, part, s), _at(case, part, t))
        if found and found[-1].end.value == cut.start.value and found[-1].slope == cut.slope:
            cut = _Part(found.pop().start, cut.end)
        found.append(cut)
    return found


def _at(case: Case, part: _Part, limit: Fraction) -> Corner:
    """The part's point at a limit: claims between those of its corners, all of it is linear."""
    start, end = part.start, part.end
    for corner in (start, end):
        if corner.limit == limit:
            return corner
    share = (limit - start.limit) / (end.limit - start.limit)
    claims = [
        (1 - share) * start.amounts.level * a + share * end.amounts.level * b
        for a, b in zip(start.amounts.weights, end.amounts.weights, strict=True)
    ]
    level = sum(claims, Fraction(0))
    amounts = case.quotas([claim / level for claim in claims]) if level else start.amounts
    return Corner(limit, part.at(limit), amounts)


def _is_whole(parts: Sequence[_Part]) -> bool:
    """Whether the parts meet; a jump, where other weights come within the limit, is not proven."""
    return all(a.end.value == b.start.value for a, b in pairwise(parts))


def _corners(parts: Sequence[_Part]) -> list[Corner]:
    found: dict[tuple[Fraction, Fraction], Corner] = {}
    for part in parts:
        for corner in (part.start, part.end):
            found.setdefault((corner.limit, corner.value), corner)
    return list(found.values())
