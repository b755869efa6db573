"""The best weights over all regions: branch and bound, one aim after the other.

A region's program bounds what its weightings can reach (`bounding`). Where the bound is not yet
what the engine gives at that point, the region is cut in two: at a bend of some town's amount,
between two towns whose order a rank leaves open, or between two neighbouring grid weights.
Regions whose exact bound ties with the best are kept: the next aim looks among them only, with
what the aims before it reached held fast. In most questions one region with one point is left
after the first aim, and the others cost nothing.
Source: A. H. Land, A. G. Doig, An automatic method of solving discrete programming problems, 1960.

Worked example: floor 40, budget 100, shares 3 : 1 : 6 or 1 : 3 : 6 by the weights. The region of
all weights lets town 1 lie anywhere between 40 and the chord of its span; cut at the claim 40 it
falls into one part where town 1 is at its floor and one where it is above, both linear.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count
from typing import Final

from allocator.optimize.linear.model import Row, whole_row
from allocator.optimize.linear.session import Session
from allocator.optimize.program.case import Amounts
from allocator.optimize.program.objectives import Target
from allocator.optimize.program.relaxation import Region, Span, bends, halves, program, whole
from allocator.optimize.search.bounding import Level, Relaxed, open_towns, relax, settle, tighten
from allocator.optimize.search.pose import Question, Score, measure
from allocator.rounding.apportion import apportion

#: Seconds after which the search stops and says how good its answer surely is.
SECONDS: Final = 300.0
#: With more open bends than this a region is halved rather than cut at one of them.
_MANY_BENDS: Final = 12
_STEPS: Final = 12

#: Called with the number of regions done and still open.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Best:
    """The best amounts found, or None; `bound` is what no weights can beat in the first aim.

    `regions` counts the programs solved. The answer is proven when values and bound agree; an
    answer without amounts that is proven says that there are none.
    """

    amounts: Amounts | None
    values: Score
    bound: Score
    regions: int
    is_proven: bool


@dataclass(slots=True)
class _Found:
    """The best so far and what it took."""

    question: Question
    end: float
    amounts: Amounts | None = None
    score: Score = ()
    regions: int = 0

    @property
    def is_late(self) -> bool:
        return time.monotonic() > self.end

    def attempt(self, weights: Sequence[Fraction]) -> Amounts | None:
        """What the engine gives under these weights (or the grid point next to them), kept if it
        is allowed and better than all before.
        """
        amounts = self.question.case.split(_on_grid(self.question, weights))
        if amounts is not None and self.question.allows(amounts):
            targets = self.question.targets
            if self.amounts is not None and targets:
                first = measure(self.question.case, targets[0], amounts)
                if first > self.score[0]:
                    return amounts
            score = self.question.values(amounts)
            if self.amounts is None or score < self.score:
                self.amounts, self.score = amounts, score
        return amounts


def search(question: Question, progress: Progress | None = None, seconds: float = SECONDS) -> Best:
    """Minimise over all allowed weights, exactly: the first aim, then the second, and so on.

    After `seconds` the best answer so far is returned with the bound proven by then.
    """
    found = _Found(question, time.monotonic() + seconds)
    found.attempt(question.case.current_weights)
    ranked = _with_sure_rivals(question, question.start())
    roots = [] if ranked is None else [ranked]
    held: list[tuple[Target, Fraction]] = []
    for target in _phases(question):
        phase = _Phase(question, target, tuple(held), found, progress)
        phase.run(roots)
        if phase.bound is not None:
            is_first = len(held) < _firsts(question)
            bound = (phase.bound,) if is_first else found.score
            return Best(found.amounts, found.score, bound, found.regions, not is_first)
        if found.amounts is None or all(node.is_unique for node in phase.ties):
            break
        if target is not None and target.aim.kind != "leximin":
            held.append((target, target.measure(question.case, found.amounts)))
        roots = [node.region for node in phase.ties]
    return Best(found.amounts, found.score, found.score, found.regions, is_proven=True)


def _phases(question: Question) -> Iterator[Target | None]:
    """The aims in turn; before a leximin its lowest level alone, which is soon found."""
    if not question.targets:
        yield None
    for target in question.targets:
        if target.aim.kind == "leximin":
            yield replace(target, aim=replace(target.aim, kind="max_min"))
        yield target


def _firsts(question: Question) -> int:
    """How many phases prove the first aim."""
    return 1 + sum(target.aim.kind == "leximin" for target in question.targets[:1])


@dataclass(slots=True)
class _Phase:
    """One aim over some regions. Afterwards `ties` are the regions that reach the best, exactly;
    `bound` is set when time ran out (or a region stayed open) before that was proven.
    """

    question: Question
    target: Target | None
    held: tuple[tuple[Target, Fraction], ...]
    found: _Found
    progress: Progress | None
    queue: list[tuple[Level, int, Relaxed]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    ties: list[Relaxed] = field(default_factory=list)
    bound: Level | None = None

    @property
    def best(self) -> Level | None:
        """What the best amounts so far are worth to this aim."""
        if self.found.amounts is None:
            return None
        if self.target is None:
            return Fraction(0)
        return measure(self.question.case, self.target, self.found.amounts)

    def run(self, roots: Sequence[Region]) -> None:
        """Look at the regions and their parts until nothing better is left."""
        if self.target is None and self.found.amounts is not None:
            return
        for root in roots:
            self.enter(root, is_root=True)
        stuck: list[Level] = []
        while self.queue and not self.found.is_late:
            bound, _, node = heapq.heappop(self.queue)
            best = self.best
            if best is not None and bound >= best:
                self.tie(node)
                continue
            if self.target is None and best is not None:
                return
            if not self.branch(node):
                stuck.append(bound)
            if self.progress:
                self.progress(self.found.regions, len(self.queue))
        left = [*stuck, *(bound for bound, _, _ in self.queue)]
        best = self.best
        open_bounds = [bound for bound in left if best is None or bound < best]
        if open_bounds:
            self.bound = min(open_bounds)

    def push(self, node: Relaxed | None) -> None:
        if node is not None:
            heapq.heappush(self.queue, (node.bound, next(self.numbers), node))

    def enter(self, region: Region, known: Sequence[Row] = (), *, is_root: bool = False) -> None:
        """Bound a region and keep it if anything in it may still be best."""
        self.found.regions += 1
        if is_root and region.spans:
            narrowed = self.narrowed(region)
            if narrowed is None:
                return
            region = narrowed
        self.push(relax(self.question, region, self.target, self.held, self.best, known))

    def narrowed(self, region: Region) -> Region | None:
        """The region drawn closer; each better answer found on the way draws it closer still."""
        while True:
            before = self.best
            tighter = tighten(self.question, region, self.target, self.held, before)
            if tighter is None or self.found.is_late:
                return tighter
            region = tighter
            node = relax(self.question, region, self.target, self.held, before)
            if node is None:
                return None
            self.found.attempt(node.found.weights(node.point))
            self.descend(region)
            if self.best == before or self.best is None:
                return region

    def descend(self, region: Region) -> None:
        """Better answers next to the best one: it is linear as long as nobody meets or leaves a
        bound, so the best of that piece is one program away, and so on from there.
        """
        for _ in range(_STEPS):
            amounts = self.found.amounts
            if amounts is None:
                return
            before = self.best
            piece = _piece(self.question, region, amounts)
            node = relax(self.question, piece, self.target, self.held, None)
            if node is None or not node.point:
                return
            self.found.attempt(node.found.weights(node.point))
            if self.best == before:
                return

    def tie(self, node: Relaxed) -> None:
        """Keep a region whose exact bound equals the best; drop one that is worse."""
        exact = settle(node, self.best)
        if exact is None:
            return
        if exact.bound < self.best or not exact.is_exact:  # type: ignore[operator]
            if self.branch(exact):
                return
        elif exact.bound == self.best:
            self.ties.append(exact)

    def branch(self, node: Relaxed) -> bool:
        """Try the region's point and cut the region in two; False where there is nothing to cut
        and the bound is not reached.
        """
        if node.point:
            self.found.attempt(node.found.weights(node.point))
        if not node.is_exact and not _open_gaps(node):
            exact = settle(node, self.best)
            if exact is None:
                return True
            if exact.is_exact:
                self.push(exact)
                return True
            node = exact
        if node.is_exact and self.best is not None and node.bound >= self.best:
            self.tie(node)
            return True
        is_cut = False
        for region in _branches(self.question, node):
            self.enter(region, node.tight)
            is_cut = True
        return is_cut


def _piece(question: Question, region: Region, amounts: Amounts) -> Region:
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


def _with_sure_rivals(question: Question, region: Region) -> Region | None:
    """The region with every town ahead of a ranked one under all its weights noted as such.

    None where these are more than the rank allows.
    """
    for rule in question.rules:
        if rule.rank is None:
            continue
        town, place = rule.rank
        for rival in range(len(question.case)):
            if rival != town and _is_sure(question, region, rival, town):
                region = replace(region, orders=region.orders | {(rival, town)})
        if sum(less == town for _, less in region.orders) >= place:
            return None
    return region


def _is_sure(question: Question, region: Region, rival: int, town: int) -> bool:
    """Whether the rival gets more than the town under all weights of the region, proven."""
    found = program(question.case, question.rules, region)
    most = whole(question.case)
    lead = found.model.column("lead", -most, most, float(question.case.total))
    found.at_least({town: 1, rival: -1}, {lead: -1}, 0)
    bound = Session(found.model).minimise({lead: -1}).bound
    return bound is not None and bound > 0


def _on_grid(question: Question, weights: Sequence[Fraction]) -> Sequence[Fraction]:
    """The weights themselves, or the grid point next to them."""
    if question.step is None:
        return weights
    near = apportion(int(1 / question.step), weights).amounts
    return tuple(unit * question.step for unit in near)


def _open_gaps(node: Relaxed) -> dict[int, Fraction]:
    """How far apart the envelopes of each town's amount are at the region's point."""
    if not node.point:
        return {}
    least = Fraction(node.found.case.total, 10**12)
    gaps = {i: node.found.gap(i, node.point) for i in open_towns(node.found)}
    return {i: gap for i, gap in gaps.items() if gap > (0 if node.is_exact else least)}


def _branches(question: Question, node: Relaxed) -> Iterator[Region]:
    """Two parts of the region with tighter bounds; nothing when its point is exact."""
    case = question.case
    gaps = _open_gaps(node)
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
    rivals = [
        j
        for j, amount in enumerate(amounts.numerators)
        if amount > own and (j, town) not in region.orders
    ]
    rival = max(rivals, key=lambda j: amounts.numerators[j])
    yield replace(region, orders=region.orders | {(town, rival)})
    if taken + 1 < place:
        yield replace(region, orders=region.orders | {(rival, town)})
