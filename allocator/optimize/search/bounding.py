"""One region: its program, what no weighting in it can beat, and spans drawn closer.

A bound is proven twice over: the solver's multipliers give a safe one in no time (`Session`);
where that comes within a hair of the best value known, the exact method decides. So regions that
tie with the best are told from regions that beat it, and most regions never see the exact method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from allocator.optimize.linear.exact_simplex import Solution
from allocator.optimize.linear.highs import has_solver, solve
from allocator.optimize.linear.model import HELD, Row, whole_row
from allocator.optimize.linear.session import Floated, Session
from allocator.optimize.program.objectives import Target
from allocator.optimize.program.regions import Region, Span, bends, implied_spans
from allocator.optimize.program.relaxation import Program, program
from allocator.optimize.search.leximin import leximin
from allocator.optimize.search.pose import Question

#: A safe bound this near (as a part of it) to the best value calls for the exact method.
_NEAR: Final = Fraction(1, 10**7)
PASSES: Final = 4
_TRUST: Final = 3
#: An end of a span nearer than this part of it to a claim that was met is left as it is.
_NEARLY: Final = 0.02

#: A number to minimise, or for leximin the falling levels; compared within one aim only.
Level = Any


@dataclass(slots=True)
class Relaxed:
    """A region with its program, a proven bound, and the point where the program reaches it.

    With `is_exact` the bound is the program's optimum. What is worse than `limit`, or not worse
    than `floor`, is looked for in another region; the bound is never below the floor.
    """

    region: Region
    found: Program
    bound: Level
    point: Sequence[Fraction]
    tight: tuple[Row, ...]
    is_exact: bool = False
    is_unique: bool = False
    limit: Level | None = None
    floor: Level | None = None
    trust: int = _TRUST
    #: How often the bound of just this region was raised half way.
    raised: int = 0

    def within(self, floor: Level | None, limit: Level | None, trust: int) -> Relaxed:
        """The same region, looked at between two values only."""
        bound = self.bound if floor is None else max(self.bound, floor)
        return replace(self, bound=bound, floor=floor, limit=limit, trust=trust)

    def above(self, floor: Level) -> Relaxed:
        """The same region, now known to have nothing as good as the floor, or looked at elsewhere."""
        higher = self.within(floor, self.limit, self.trust)
        return replace(higher, raised=self.raised + 1)


def hold(found: Program, value: Fraction) -> None:
    """Keep the program's objective from exceeding the value."""
    costs = found.model.costs()
    found.model.rows.append(whole_row([-cost for cost in costs], -value, HELD))


def assemble(
    question: Question, region: Region, held: Sequence[tuple[Target, Fraction]]
) -> Program:
    """The program of a region under the question's limits and what earlier aims reached."""
    found = program(question.case, question.rules, region)
    for target, most in (*question.limits, *held):
        found.model.objective = target.objective.build(found, target)
        hold(found, most)
    return found


def relax(
    question: Question,
    region: Region,
    target: Target | None,
    held: Sequence[tuple[Target, Fraction]],
    best: Level | None,
    known: Sequence[Row] = (),
) -> Relaxed | None:
    """The bound of a region for one aim (None: whether there is anything at all in it).

    None where the region is empty or proven worse than `best`. `known` are rows that hold here.
    """
    found = assemble(question, region, held)
    if target is not None and target.aim.kind == "leximin":
        return _levels(found, target, best)
    found.model.objective = target.objective.build(found, target) if target else {}
    width = len(found.model.columns)
    fitting = [row for row in known if len(row.coefficients) <= width]
    if not has_solver():
        return _exactly(found, best, None, fitting)
    floated = Session(found.model, fitting).minimise(found.model.objective)
    if floated.is_empty:
        return None
    if floated.point and floated.bound is not None:
        bound = floated.bound
        if best is not None and bound > best:
            return None
        near = best is not None and bound >= best - _NEAR * max(abs(Fraction(best)), Fraction(1))
        if not near and (target is not None or best is None):
            point = tuple(map(Fraction, floated.point))
            return Relaxed(region, found, bound, point, floated.rows)
    return _exactly(found, best, floated)


def settle(relaxed: Relaxed, best: Level | None) -> Relaxed | None:
    """The same region with its exact optimum; None where it is empty or worse than `best`."""
    if relaxed.is_exact:
        return relaxed
    exact = _exactly(relaxed.found, best, None, relaxed.tight)
    return exact and exact.within(relaxed.floor, relaxed.limit, relaxed.trust)


def _exactly(
    found: Program, best: Level | None, floated: Floated | None, tight: Sequence[Row] = ()
) -> Relaxed | None:
    start = floated.rows if floated and floated.rows else tight
    solution = solve(found.model, start or None)
    if rests_on_cut(found, solution):
        # Proven of a part of the region only: nothing is known of the rest.
        return Relaxed(found.region, found, _nothing(found), solution.point or (), ())
    if not solution.is_feasible or (isinstance(best, Fraction) and solution.value > best):
        return None
    rows = tuple(row for row, _ in solution.proof)
    return Relaxed(
        region=found.region,
        found=found,
        bound=solution.value,
        point=solution.point,
        tight=rows,
        is_exact=True,
        is_unique=solution.is_unique,
    )


def rests_on_cut(found: Program, solution: Solution) -> bool:
    """Whether a proof needs an end of a column that is no true end."""
    if not found.region.is_cut:
        return False
    ends = {("box", k, -1) for k in range(len(found.case.factors))}
    return any(row.tag in ends for row, _ in solution.proof)


def _nothing(found: Program) -> Fraction:
    """A bound that says nothing: what the columns' own bounds make of the objective."""
    columns = found.model.columns
    terms = (
        Fraction(c) * (columns[j].low if c > 0 else columns[j].high)
        for j, c in found.model.objective.items()
    )
    return sum(terms, Fraction(0))


def _levels(found: Program, target: Target, best: Level | None) -> Relaxed | None:
    levels = leximin(found, target)
    if levels is None:
        return None
    bound = tuple(-level for level in levels.levels)
    if isinstance(best, tuple) and bound > best:
        return None
    return Relaxed(
        region=found.region,
        found=found,
        bound=bound,
        point=levels.point,
        tight=levels.tight,
        is_exact=True,
        is_unique=levels.is_unique,
    )


def open_towns(found: Program) -> list[int]:
    """The towns whose amount may still bend."""
    case, region = found.case, found.region
    return [i for i, span in region.spans.items() if bends(case, i, span)]


def tighten(
    question: Question,
    region: Region,
    target: Target | None,
    held: Sequence[tuple[Target, Fraction]],
    best: Level | None,
    passes: int = PASSES,
) -> Region | None:
    """The region with every claim's span drawn as close as programs prove; None where it is empty.

    With a `best` value only weightings at least as good count. A span that lies on one side of
    its bends bends no more, and every span drawn closer makes the envelopes of all steeper.
    Source: C. D. Maranas, C. A. Floudas, Global optimization in generalized geometric programming,
    1997 (bound tightening by optimisation).
    """
    limits = [*held]
    if target is not None and isinstance(best, Fraction):
        limits.append((target, best))
    for limited, most in (*question.limits, *limits):
        region = implied_spans(question.case, region, limited.implied(most))
    if any(span.high is not None and span.low > span.high for span in region.spans.values()):
        return None
    for _ in range(passes if has_solver() else 0):
        found = assemble(question, region, limits)
        towns = open_towns(found)
        if not towns:
            return region
        closer = _closer_spans(found, towns)
        if closer is None:
            return None
        spans, shrunk = closer
        region = replace(region, spans={**region.spans, **spans})
        if shrunk * 8 < len(towns):
            break
    return region


def _closer_spans(found: Program, towns: Sequence[int]) -> tuple[dict[int, Span], int] | None:
    """(spans drawn closer, how many are much closer or bend no more); None: there is no point."""
    claims = _Claims(found, towns)
    spans: dict[int, Span] = {}
    shrunk = 0
    for i in towns:
        old = found.region.spans[i]
        span = claims.narrowed(i, old)
        if span is None:
            return None
        spans[i] = span
        if not bends(found.case, i, span):
            shrunk += 2
        elif span != old:
            shrunk += _is_much_closer(old, span)
    return spans, shrunk


class _Claims:
    """The least and the greatest claims in one program, each with its proven bound.

    Every point met on the way shows claims that are possible; an end of a span that is nearly
    reached by one of them is not worth a program of its own.
    Source: A. M. Gleixner, T. Berthold, B. Müller, S. Weltge, Three enhancements for
    optimization-based bound tightening, 2017 (filtering).
    """

    def __init__(self, found: Program, towns: Sequence[int]) -> None:
        import numpy as np

        self.found = found
        self.session = Session(found.model)
        self.row = {i: r for r, i in enumerate(towns)}
        self.values = np.array([[float(v) for v in found.values[i]] for i in towns])
        self.least = np.full(len(towns), np.inf)
        self.most = np.full(len(towns), -np.inf)

    def narrowed(self, i: int, span: Span) -> Span | None:
        """The span drawn closer; None where the program has no point at all."""
        r = self.row[i]
        size = max(float(span.high or self.found.case.total) - span.low, 1.0)
        low, high = span.low, span.high
        if self.least[r] > span.low + size * _NEARLY:
            found = self.ask(i, 1)
            if found.is_empty:
                return None
            low = span.low if found.bound is None else found.bound.__floor__()
        if span.high is None or self.most[r] < span.high - size * _NEARLY:
            found = self.ask(i, -1)
            if found.is_empty:
                return None
            high = None if found.bound is None else (-found.bound).__ceil__()
        return Span(low, high).within(span)

    def ask(self, i: int, sign: int) -> Floated:
        import numpy as np

        floated = self.session.minimise({k: sign * v for k, v in enumerate(self.found.values[i])})
        if floated.point:
            claims = self.values @ np.array(floated.point[: len(self.found.case.factors)])
            self.least = np.minimum(self.least, claims)
            self.most = np.maximum(self.most, claims)
        return floated


def _is_much_closer(old: Span, new: Span) -> bool:
    if old.high is None:
        return new.high is not None
    assert new.high is not None  # noqa: S101 - `within` keeps the nearer end
    return (new.high - new.low) * 5 < (old.high - old.low) * 4
