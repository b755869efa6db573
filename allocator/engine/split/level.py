"""The unknown of an entitlement formula: the level at which the amounts come to the budget.

German Schlüsselzuweisungen set the Grundbetrag, the Canadian equalisation the cut a head, a
hold-harmless the scale of what stands above, so that the sum of all amounts is the money there is.
An amount is a formula of that level; between its bends it is straight, so that the level is found
exactly: the secant of a bracket within one straight piece meets the budget to the last digit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

#: Steps of a factor of four in search of a bracket, and of halving it.
_MOST_FAR: Final = 60
_MOST_STEPS: Final = 120
#: A new end of the bracket is rounded to its width over 2^12: ends stay short, steps stay good.
_GRID_BITS: Final = 12


class NoLevelError(Exception):
    """No level gives the sum: out of `reach` of the amounts, by `steps`, or they rise and fall."""

    def __init__(self, why: Literal["reach", "steps", "turns"], nearest: Fraction) -> None:
        super().__init__(why)
        self.why = why
        self.nearest = nearest


def solved_level(
    amounts_at: Callable[[Fraction], Sequence[Fraction]], target: Fraction
) -> Fraction:
    """The level at which the amounts sum to `target`, exactly.

    All amounts rise with the level, or all fall. Raises `NoLevelError`.

    >>> gaps = lambda level: [max(level * need - own, Fraction(0)) for need, own in ((1, 2), (3, 1))]
    >>> solved_level(gaps, Fraction(8))
    Fraction(11, 4)
    """
    curve = _Curve(amounts_at, target)
    low, high = curve.bracket()
    for _ in range(_MOST_STEPS):
        rise = curve.gap(high) - curve.gap(low)
        if not rise:
            return low  # only where both are 0
        secant = low - curve.gap(low) * (high - low) / rise
        if not curve.gap(secant):
            return secant
        for level in (_rounded(secant, high - low), None):
            middle = (low + high) / 2 if level is None or not low < level < high else level
            if curve.gap(middle) * curve.gap(low) > 0:
                low = middle
            else:
                high = middle
    raise NoLevelError("steps", target + curve.gap(low))


class _Curve:
    """How much the sum at each level looked at is above the target; every row rises or all fall."""

    def __init__(
        self, amounts_at: Callable[[Fraction], Sequence[Fraction]], target: Fraction
    ) -> None:
        self.amounts_at, self.target = amounts_at, target
        self.levels: list[Fraction] = []
        self.rows: list[Sequence[Fraction]] = []
        self.gaps: dict[Fraction, Fraction] = {}
        self.direction = 0

    def gap(self, level: Fraction) -> Fraction:
        if level not in self.gaps:
            amounts = self.amounts_at(level)
            place = bisect_left(self.levels, level)
            self.levels.insert(place, level)
            self.rows.insert(place, amounts)
            for before, after in pairwise(self.rows[max(place - 1, 0) : place + 2]):
                self._look(before, after)
            self.gaps[level] = sum(amounts, Fraction(0)) - self.target
        return self.gaps[level]

    def _look(self, before: Sequence[Fraction], after: Sequence[Fraction]) -> None:
        for a, b in zip(before, after, strict=True):
            if a != b:
                direction = 1 if b > a else -1
                if self.direction and direction != self.direction:
                    raise NoLevelError("turns", self.target)
                self.direction = direction

    def bracket(self) -> tuple[Fraction, Fraction]:
        """Two levels with the target between their sums."""
        start = self.gap(Fraction(0))
        ends = {1: Fraction(0), -1: Fraction(0)}
        for k in range(_MOST_FAR):
            for sign in (1, -1):
                # Once the amounts are seen to rise or fall, one side is enough.
                if self.direction and self.direction * sign * start > 0:
                    continue
                level = Fraction(sign * 4**k)
                if self.gap(level) * start <= 0:
                    low, high = sorted((ends[sign], level))
                    return low, high
                ends[sign] = level
        raise NoLevelError("reach", self.target + min(self.gaps.values(), key=abs))


def _rounded(level: Fraction, width: Fraction) -> Fraction:
    """A level near, with few digits.

    >>> _rounded(Fraction(1, 3), Fraction(1))
    Fraction(1365, 4096)
    """
    bits = max(_GRID_BITS - width.numerator.bit_length() + width.denominator.bit_length(), 0)
    return Fraction(round(level * 2**bits), 2**bits)
