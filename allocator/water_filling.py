"""Proportional shares held within bounds: one level λ for everyone, found exactly.

The continuous split behind every pool: amount_i = clip(λ · weight_i, lower_i, upper_i) with the
one λ for which the amounts sum to the total. As λ rises the sum rises along a broken line whose
bends are where a recipient leaves its lower bound or reaches its upper one. Which bends lie
below λ is found by halving the open ones, as in quickselect: O(n) steps as a rule.
Source: the classical water-filling argument, e.g. S. Boyd, L. Vandenberghe, Convex Optimization,
2004, example 5.2, with caps added; P. Brucker, An O(n) algorithm for quadratic knapsack
problems, 1984, for the halving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_FEW: Final = 32


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
    weight_sum = sum(weights)
    if lower is None and upper is None:
        if weight_sum == 0 and total:
            raise Infeasible("all weights are 0", total, "upper")
        return Fraction(total, weight_sum) if weight_sum else Fraction(0)
    lows = lower if lower is not None else [0] * len(weights)
    _check_feasible(total, weights, lows, upper)

    line = _Line(sum(lows), sum(w for w, low in zip(weights, lows, strict=True) if not low))
    return line.reach(total, _bends(weights, lows, upper))


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
    if any(low > high for low, high in zip(lower, upper, strict=True)):
        raise Infeasible("a lower bound exceeds its upper bound", 0, "crossed")
    most = sum(
        high if weight else low for weight, low, high in zip(weights, lower, upper, strict=True)
    )
    if most < total:
        raise Infeasible("the upper bounds fall short of the total", total - most, "upper")


#: (key, height, weight, turn): at level height / weight a recipient starts (turn 1) or stops (-1)
#: to rise. The key is that level as the nearest float: floats never contradict the exact order,
#: they only leave ties open. A bare tuple, since there may be a million of them.
_Bend = tuple[float, int, int, int]


def _bends(
    weights: Sequence[int], lower: Sequence[int], upper: Sequence[int] | None
) -> list[_Bend]:
    bends = [
        (low / weight, low, weight, 1)
        for weight, low in zip(weights, lower, strict=True)
        if weight and low
    ]
    if upper is not None:
        bends += [
            (high / weight, high, weight, -1)
            for weight, high in zip(weights, upper, strict=True)
            if weight
        ]
    return bends


def _split(bends: list[_Bend], key: float) -> tuple[list[_Bend], list[_Bend]]:
    """The bends below the level that is exactly the float `key`, and the rest."""
    over, under = key.as_integer_ratio()
    below = [b for b in bends if b[0] < key]
    rest = [b for b in bends if b[0] > key]
    for bend in bends:
        if bend[0] == key:
            (below if bend[1] * under < over * bend[2] else rest).append(bend)
    return below, rest


@dataclass(slots=True)
class _Line:
    """The sum of all amounts, `start` + λ · `slope`, on the stretch before the open bends."""

    start: int
    slope: int

    def past(self, bends: Sequence[_Bend]) -> _Line:
        start = self.start - sum([turn * height for _, height, _, turn in bends])
        return _Line(start, self.slope + sum([turn * weight for _, _, weight, turn in bends]))

    def reaches(self, total: int, level: Fraction) -> bool:
        over, under = level.numerator, level.denominator
        return self.start * under + over * self.slope >= total * under

    def reach(self, total: int, bends: list[_Bend]) -> Fraction:
        """The level at which the sum is `total`; a level inside the flat stretch if there is one."""
        line = self
        while len(bends) > _FEW:
            sample = sorted(bend[0] for bend in bends[:: len(bends) // _FEW])
            key = sample[len(sample) // 2]
            below, rest = _split(bends, key)
            if not below:
                break
            before = line.past(below)
            if before.reaches(total, Fraction(key)):
                if not rest:
                    break
                bends = below
            else:
                bends, line = rest, before
        level = Fraction(0)
        for _, height, weight, turn in _exactly_sorted(bends):
            level = Fraction(height, weight)
            if line.reaches(total, level):
                break
            line = line.past([(0.0, height, weight, turn)])
        return Fraction(total - line.start, line.slope) if line.slope else level


def _exactly_sorted(bends: list[_Bend]) -> list[_Bend]:
    """By rising level. Two unequal levels a/b and c/d differ by at least 1/(bd), so that many
    binary digits after the point tell them apart: whole keys sort like the fractions.
    """
    shift = 2 * max((bend[2] for bend in bends), default=0).bit_length()
    return sorted(bends, key=lambda bend: (bend[1] << shift) // bend[2])
