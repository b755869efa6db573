"""Proportional shares held within bounds: one level λ for everyone, found exactly.

The continuous split behind every pool: amount_i = clip(λ · weight_i, lower_i, upper_i) with the
one λ for which the amounts sum to the total. As λ rises the sum rises along a broken line whose
bends are where a recipient leaves its lower bound or reaches its upper one. A sample tells
roughly where λ lies; only the bends near it are put in order.

Example, 100 over weights 1, 1, 8 with lower bounds 20, 0, 0. Below λ = 20 the first stands still, so
the sum is 20 + 9 λ; it reaches 100 at λ = 80/9 < 20, before that bend: amounts 20, 80/9, 640/9.

With many recipients, ordering all bends is what takes time. So some 1,000 of them, evenly spread, are
looked at first: the sample, asked for its part of the total, has its own level; by the law of large numbers
the true level lies between the sample's neighbours of that one, and only the bends between those two
are ordered. The guess is never trusted: the sum at its lower end is computed exactly from all
recipients, and when the level is not between the two ends, the search goes on outside them.

Source: the classical water-filling argument, e.g. S. Boyd, L. Vandenberghe, Convex Optimization,
2004, example 5.2, with caps added; R. W. Floyd, R. L. Rivest, Expected time bounds for selection,
1975, for the sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import compress
from math import inf
from operator import gt, itemgetter, truediv
from typing import Final

#: Up to so many recipients all bends are put in order at once.
_FEW: Final = 2000


class Infeasible(ValueError):
    """The bounds leave no split: `missing` units too many below, or too few above."""

    def __init__(self, message: str, missing: int, bound: str) -> None:
        self.missing = missing
        self.bound = bound
        super().__init__(message)


def water_fill(
    total: int,
    weights: Sequence[int],
    lower: Sequence[int] | None = None,
    upper: Sequence[int] | None = None,
) -> Fraction:
    """The level λ at which clip(λ · weight, lower, upper) sums to `total`.

    Weights, bounds and total are whole and ≥ 0. A recipient of weight 0 stays at its lower bound.

    >>> water_fill(100, [1, 1, 8], lower=[20, 0, 0])
    Fraction(80, 9)

    Raises `Infeasible` when the lower bounds exceed the total or the upper bounds fall short.
    """
    if lower is None and upper is None:
        weight_sum = sum(weights)
        if weight_sum == 0 and total:
            raise Infeasible("all weights are 0", total, "upper")
        return Fraction(total, weight_sum) if weight_sum else Fraction(0)
    lower = lower or ()
    _check_feasible(total, weights, lower, upper)
    if not all(weights):
        total -= sum(lower)
        lower = list(compress(lower, weights))
        total += sum(lower)
        upper = None if upper is None else list(compress(upper, weights))
        weights = list(compress(weights, weights))
    curve = _Curve.of(weights, lower, upper)
    least, most = curve.guess(total) if len(weights) > _FEW else (0.0, inf)
    return curve.reach(total, least, most)


def _check_feasible(
    total: int, weights: Sequence[int], lower: Sequence[int], upper: Sequence[int] | None
) -> None:
    least = sum(lower)
    if least > total:
        raise Infeasible("the lower bounds exceed the total", least - total, "lower")
    if upper is None:
        if not any(weights) and least < total:
            raise Infeasible("all weights are 0", total - least, "upper")
        return
    if any(map(gt, lower, upper)):
        raise Infeasible("a lower bound exceeds its upper bound", 0, "crossed")
    most = sum(compress(upper, weights)) + least - sum(compress(lower, weights))
    if most < total:
        raise Infeasible("the upper bounds fall short of the total", total - most, "upper")


#: (key, height, weight, turn): at level height / weight a recipient starts (turn 1) or stops (-1)
#: to rise; the key is that level as the nearest float. A bare tuple, since there may be many.
_Bend = tuple[float, int, int, int]


@dataclass(frozen=True, slots=True)
class _Curve:
    """The sum of all amounts as a function of the level, for positive weights.

    `lower` or `upper` is empty where there are no such bounds. `starts` and `stops` are the levels lower / weight and upper / weight as the nearest floats:
    they never contradict the exact order, they only leave open which of two equal ones is first.
    """

    weights: Sequence[int]
    lower: Sequence[int]
    upper: Sequence[int]
    starts: list[float]
    stops: list[float]

    @classmethod
    def of(
        cls, weights: Sequence[int], lower: Sequence[int], upper: Sequence[int] | None
    ) -> _Curve:
        starts = list(map(truediv, lower, weights))
        if upper is None:
            return cls(weights, lower, (), starts, [])
        return cls(weights, lower, upper, starts, list(map(truediv, upper, weights)))

    def reach(self, total: int, least: float, most: float) -> Fraction:
        """The level at which the sum is `total`, looked for between two levels first."""
        start, slope = self._line(least)
        over, under = least.as_integer_ratio()
        if start * under + over * slope > total * under:
            return self.reach(total, 0.0, least)
        height, weight = 0, 1
        for _, height, weight, turn in _in_order(self._bends(least, most)):
            if start * weight + height * slope >= total * weight:
                break
            start -= turn * height
            slope += turn * weight
        else:
            if most < inf and (not slope or Fraction(total - start, slope) > most):
                return self.reach(total, most, inf)
        return Fraction(total - start, slope) if slope else Fraction(height, weight)

    def _line(self, level: float) -> tuple[int, int]:
        """(start, slope): the sum is start + λ · slope just before the bends at `level`."""
        risen = list(map(level.__gt__, self.starts))
        stopped = list(map(level.__gt__, self.stops))
        start = sum(self.lower) - sum(compress(self.lower, risen))
        start += sum(compress(self.upper, stopped))
        rising = sum(compress(self.weights, risen)) if risen else sum(self.weights)
        return start, rising - sum(compress(self.weights, stopped))

    def _bends(self, least: float, most: float) -> list[_Bend]:
        return [
            (key, height, weight, 1)
            for key, height, weight in zip(self.starts, self.lower, self.weights, strict=False)
            if least <= key <= most
        ] + [
            (key, height, weight, -1)
            for key, height, weight in zip(self.stops, self.upper, self.weights, strict=False)
            if least <= key <= most
        ]

    def guess(self, total: int) -> tuple[float, float]:
        """Two levels that likely enclose the answer: its neighbours in a sample of recipients."""
        step = len(self.weights) // (_FEW // 2)
        sample = _Curve(
            self.weights[::step],
            self.lower[::step],
            self.upper[::step],
            self.starts[::step],
            self.stops[::step],
        )
        share = total * len(sample.weights) // len(self.weights)
        if not sum(sample.lower) <= share <= sum(sample.upper or (share,)):
            return 0.0, inf
        level = float(sample.reach(share, 0.0, inf))
        keys = sorted(sample.starts + sample.stops)
        rank = sum(map(level.__gt__, keys))
        margin = 1 + len(keys) // 32
        return (
            keys[rank - margin] if rank > margin else 0.0,
            keys[rank + margin] if rank + margin < len(keys) else inf,
        )


def _in_order(bends: list[_Bend]) -> list[_Bend]:
    """By rising level. Two unequal levels a/b and c/d differ by at least 1/(bd), so that many
    binary digits after the point tell them apart: whole keys sort like the fractions.
    """
    if len({bend[0] for bend in bends}) == len(bends):
        return sorted(bends, key=itemgetter(0))
    shift = 2 * max(bend[2] for bend in bends).bit_length()
    return sorted(bends, key=lambda bend: (bend[1] << shift) // bend[2])
