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
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count
from typing import Final

from allocator.optimize.linear.model import Row
from allocator.optimize.program.case import Amounts
from allocator.optimize.program.objectives import Target, distance_below
from allocator.optimize.program.regions import Region
from allocator.optimize.search.bounding import PASSES, Level, Relaxed, relax, settle, tighten
from allocator.optimize.search.branching import branches, open_gaps, piece_around, with_sure_rivals
from allocator.optimize.search.incumbent import Incumbent
from allocator.optimize.search.pose import Question, Score, measure

#: Seconds after which the search stops and says how good its answer surely is.
SECONDS: Final = 300.0
_STEPS: Final = 12
#: Regions times recipients after which ties in an aim already proven are left as they are.
_MOST_TIED: Final = 3_000
#: Nearer than this part of it the bound is not worth another half way.
_CLOSE: Final = Fraction(1, 10**4)
#: How often the bound of one region is raised half way before it is cut all the same.
_MOST_RAISED: Final = 12

#: Called with the number of regions done and still open.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Best:
    """The best amounts found, or None; `bound` is what no weights can beat in the first aim.

    `regions` counts the programs solved. The answer is proven when values and bound agree; an
    answer without amounts that is proven says that there are none. `is_settled`: all later aims were
    compared to the end too, among all weights that are as good in the first.
    """

    amounts: Amounts | None
    values: Score
    bound: Score
    regions: int
    is_proven: bool
    is_settled: bool = True


def search(question: Question, progress: Progress | None = None, seconds: float = SECONDS) -> Best:
    """Minimise over all allowed weights, exactly: the first aim, then the second, and so on.

    After `seconds`, or an interruption by the user (Ctrl+C), the best answer so far is returned with
    the bound proven by then.
    """
    found = Incumbent(question, time.monotonic() + seconds)
    found.attempt(question.case.current_weights)
    ranked = with_sure_rivals(question, question.start())
    roots = [] if ranked is None else [ranked]
    held: list[tuple[Target, Fraction]] = []
    is_first = is_settled = True
    for asked in _phases(question):
        phase = _settled(question, asked, tuple(held), found, progress, roots, is_tie=not is_first)
        target = phase.target
        if phase.bound is not None:
            bound = (phase.bound,) if is_first else found.score
            return Best(found.amounts, found.score, bound, found.regions, not is_first, False)
        is_settled = is_settled and phase.is_complete
        if found.amounts is None or not question.targets:
            break
        if asked is None:
            continue
        if all(node.is_unique for node in phase.ties):
            break
        if target is not None and target.aim.kind != "leximin":
            held.append((target, target.measure(question.case, found.amounts)))
        roots = [node.region for node in phase.ties]
        is_first = is_first and asked is not question.targets[0]
    return Best(found.amounts, found.score, found.score, found.regions, True, is_settled)


def _settled(
    question: Question,
    asked: Target | None,
    held: tuple[tuple[Target, Fraction], ...],
    found: Incumbent,
    progress: Progress | None,
    roots: Sequence[Region],
    *,
    is_tie: bool,
) -> _Phase:
    """One aim over the regions; a distance of weights again and again, each time below the last."""
    while True:
        target, trial = asked, Fraction(0)
        if asked is not None and asked.aim.kind == "nearest_weights" and found.amounts:
            trial = asked.measure(question.case, found.amounts)
            target = distance_below(asked, trial)
        phase = _Phase(question, target, held, found, progress, is_tie=is_tie)
        phase.run(roots)
        if asked is None or target is asked or phase.bound is not None or found.amounts is None:
            return phase
        if asked.measure(question.case, found.amounts) == trial:
            return phase


def _phases(question: Question) -> Iterator[Target | None]:
    """The aims in turn; before a leximin its lowest level alone, which is soon found, and before
    a distance of weights any weights at all.
    """
    if not question.targets or question.targets[0].aim.kind == "nearest_weights":
        yield None
    for target in question.targets:
        if target.aim.kind == "leximin":
            yield replace(target, aim=replace(target.aim, kind="max_min"))
        yield target


@dataclass(slots=True)
class _Phase:
    """One aim over some regions. Afterwards `ties` are the regions that reach the best, exactly, all
    of them where it `is_complete`; `bound` is set when time ran out (or a region stayed open) before
    the best was proven.
    """

    question: Question
    target: Target | None
    held: tuple[tuple[Target, Fraction], ...]
    found: Incumbent
    progress: Progress | None
    is_tie: bool = False
    queue: list[tuple[Level, int, Relaxed]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    ties: list[Relaxed] = field(default_factory=list)
    bound: Level | None = None
    is_complete: bool = True

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
        most = _MOST_TIED // (len(self.question.case) + 1)
        end = self.found.regions + most if self.is_tie else sys.maxsize
        while self.queue and not self.found.is_late and self.found.regions < end:
            bound, _, node = heapq.heappop(self.queue)
            best = self.best
            if best is not None and bound >= best:
                self.tie(node)
                continue
            if node.limit is not None and bound > node.limit:
                continue
            if self.target is None and best is not None:
                return
            if not self.step(node):
                stuck.append(bound)
        self.is_complete = not self.queue and not stuck
        left = [*stuck, *(bound for bound, _, _ in self.queue)]
        best = self.best
        open_bounds = [bound for bound in left if best is None or bound < best]
        if open_bounds:
            self.bound = min(open_bounds)

    def step(self, node: Relaxed) -> bool:
        """Branch, and tell how far things are; False where the region stays open, as it does when
        the user interrupts: then the time is up.
        """
        try:
            is_done = self.branch(node)
            if self.progress:
                self.progress(self.found.regions, len(self.queue))
        except KeyboardInterrupt:
            self.found.end = 0.0
            return False
        return is_done

    def push(self, node: Relaxed | None) -> None:
        if node is not None:
            heapq.heappush(self.queue, (node.bound, next(self.numbers), node))

    def enter(self, region: Region, known: Sequence[Row] = (), *, is_root: bool = False) -> None:
        """Bound a region and keep it if anything in it may still be best."""
        self.found.regions += 1
        if is_root and region.spans:
            if self.is_plain(region):
                return
            narrowed = self.narrowed(region)
            if narrowed is None:
                return
            region = narrowed
        limit = self.best
        node = relax(self.question, region, self.target, self.held, limit, known)
        self.push(node)

    def is_plain(self, region: Region) -> bool:
        """Whether the region's own bound is reached at once; if so it is kept as it is."""
        node = relax(self.question, region, self.target, self.held, self.best)
        if node is None:
            return True
        self.found.attempt(node.found.weights(node.point))
        self.descend(region)
        exact = settle(node, self.best) if self.best is not None else None
        if exact is not None and exact.is_exact:
            self.polish(exact)
            if exact.bound >= self.best:
                self.push(exact)
                return True
        return False

    def narrowed(self, region: Region) -> Region | None:
        """The region drawn closer; each better answer found on the way draws it closer still."""
        while True:
            before = self.best
            passes = 1 if self.is_tie else PASSES
            tighter = tighten(self.question, region, self.target, self.held, before, passes)
            if tighter is None or self.found.is_late or self.is_tie:
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
            piece = piece_around(self.question, region, amounts)
            node = relax(self.question, piece, self.target, self.held, None)
            if node is None or not node.point:
                return
            self.found.attempt(node.found.weights(node.point))
            if self.best == before:
                return

    def tie(self, node: Relaxed) -> None:
        """Keep a region whose exact bound equals the best; drop one that is worse."""
        if node.floor is not None and self.best <= node.floor:
            return
        exact = settle(node, self.best)
        if exact is None:
            return
        if exact.bound < self.best or not exact.is_exact:
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
        if not node.is_exact and not open_gaps(node):
            exact = settle(node, self.best)
            if exact is None:
                return True
            if exact.is_exact:
                self.push(exact)
                return True
            node = exact
        if node.is_exact:
            self.polish(node)
            if self.best is not None and node.bound >= self.best:
                self.tie(node)
                return True
        return self.cut(node)

    def polish(self, node: Relaxed) -> None:
        """The exact best of the piece around the best answer, where a bound is a hair below it."""
        best, amounts = self.best, self.found.amounts
        if not isinstance(best, Fraction) or amounts is None or self.found.polished == best:
            return
        if node.bound >= best or best - node.bound > abs(best) * _CLOSE:
            return
        self.found.polished = best
        piece = piece_around(self.question, node.region, amounts)
        near = relax(self.question, piece, self.target, self.held, None)
        exact = None if near is None else settle(near, None)
        if exact is not None and exact.point:
            self.found.attempt(exact.found.weights(exact.point))
            self.found.polished = self.best if isinstance(self.best, Fraction) else None

    def cut(self, node: Relaxed) -> bool:
        """The region's parts; first, of what reaches the better half between bound and best.

        Asking for a value that may be out of reach says a great deal about every amount: often
        that there is no such region at all, and then the bound has risen by half the way.
        Source: R. Klein, A. Scholl, Computing lower bounds by destructive improvement, 1999.
        """
        gaps = open_gaps(node)
        if gaps and node.trust and self.target is not None:
            halved = self.halve_the_way(node, len(gaps))
            if halved is None:
                return True
            node = halved
        is_cut = False
        for region in branches(self.question, node):
            self.found.regions += 1
            limit = _least(node.limit, self.best)
            part = relax(self.question, region, self.target, self.held, limit, node.tight)
            if part is not None:
                self.push(part.within(node.floor, node.limit, node.trust))
            is_cut = True
        return is_cut

    def halve_the_way(self, node: Relaxed, bending: int) -> Relaxed | None:
        """The part of the region with a value in the better half between bound and best, to be cut
        further; None where that was enough. The rest of the region waits with a higher bound.
        """
        limit = _least(node.limit, self.best)
        if not isinstance(limit, Fraction) or limit - node.bound <= abs(limit) * _CLOSE:
            return node
        if node.raised == _MOST_RAISED:  # half ways to a best of 0 never end
            return node
        middle = _short((node.bound + limit) / 2, limit - node.bound)
        region = tighten(self.question, node.region, self.target, self.held, middle, 1)
        self.found.regions += 1
        part = None
        if region is not None:
            part = relax(self.question, region, self.target, self.held, middle, node.tight)
        if part is None:
            self.push(node.above(middle))
            return None
        self.found.attempt(part.found.weights(part.point))
        left = len(open_gaps(part))
        if left * 4 < bending * 3:
            self.push(node.above(middle))
            self.push(part.within(node.floor, middle, node.trust))
            return None
        return replace(node, trust=node.trust - 1)


def _least(one: Level | None, other: Level | None) -> Level | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _short(number: Fraction, width: Fraction) -> Fraction:
    """A number with few digits, nearer than an eighth of the width.

    >>> _short(Fraction(10**9, 7), Fraction(1000)), _short(Fraction(1, 3), Fraction(1))
    (Fraction(142857152, 1), Fraction(3, 8))
    """
    parts = (8 / width).__ceil__()
    if parts > 1:
        return Fraction((number * parts).__round__(), parts)
    step = 2 ** ((width / 8).__floor__().bit_length() - 1)
    return Fraction((number / step).__round__() * step)
