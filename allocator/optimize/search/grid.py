"""Round weights, tried one by one: every allowed point of the grid, through the engine's rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Final

from allocator.optimize.program.case import Amounts
from allocator.optimize.program.constraints import weight_limits
from allocator.optimize.search.pose import Question, Score

#: Up to so many points all are tried; beyond, `search` finds the best with exact bounds.
EXHAUSTIVE: Final = 60_000
_REPORT_EVERY: Final = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """The best points of a grid, best first, out of all `tried` of which `allowed` keep the rules."""

    best: tuple[tuple[Score, Amounts], ...]
    tried: int
    allowed: int


def grid_size(factors: int, step: Fraction) -> int:
    """How many weightings there are on the grid, rules left aside."""
    return comb(int(1 / step) + factors - 1, factors - 1)


def is_small(question: Question) -> bool:
    """Whether the question is on a grid of which every point can be tried."""
    step, factors = question.step, len(question.case.factors)
    return step is not None and grid_size(factors, step) <= EXHAUSTIVE


def grid_points(question: Question) -> Iterator[tuple[Fraction, ...]]:
    """Every weighting on the grid within the bounds of single weights, first weight rising."""
    step = question.step
    if step is None:
        raise ValueError("a question without a grid")
    units, factors = int(1 / step), len(question.case.factors)
    least, most = weight_limits(question.rules, factors)
    lows = [-(-low // step) for low in least]
    highs = [high // step for high in most]

    def fill(k: int, left: int) -> Iterator[tuple[int, ...]]:
        if k == factors - 1:
            if lows[k] <= left <= highs[k]:
                yield (left,)
            return
        for own in range(max(lows[k], 0), min(highs[k], left) + 1):
            for rest in fill(k + 1, left - own):
                yield (own, *rest)

    for point in fill(0, units):
        yield tuple(own * step for own in point)


def allowed_points(
    question: Question, progress: Callable[[int, int], None] | None = None
) -> Iterator[Amounts]:
    """The amounts of every grid point that keeps the rules."""
    for tried, weights in enumerate(grid_points(question), 1):
        if progress and tried % _REPORT_EVERY == 0:
            progress(tried, 0)
        amounts = question.case.split(weights)
        if amounts is not None and question.allows(amounts):
            yield amounts


def count_out(
    question: Question, most: int, progress: Callable[[int, int], None] | None = None
) -> Counted:
    """Try every point and keep the `most` best, compared by all aims in turn."""
    first = question.targets[0]
    found = [
        (first.measure(question.case, amounts), amounts)
        for amounts in allowed_points(question, progress)
    ]
    tried = sum(1 for _ in grid_points(question))
    cut = sorted(value for value, _ in found)[:most]
    near = [amounts for value, amounts in found if cut and value <= cut[-1]]
    ranked = sorted(((question.values(amounts), amounts) for amounts in near), key=_by_value)
    return Counted(tuple(ranked[:most]), tried, len(found))


def _by_value(item: tuple[Score, Amounts]) -> tuple[Score, tuple[Fraction, ...]]:
    return item[0], tuple(-weight for weight in item[1].weights)
