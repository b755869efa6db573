"""Splits above base sums: clip(base + λ · weight, lower, upper), the base a recipient's own.

A base may be negative (what a recipient can raise itself is subtracted) and need not be whole. In
parts of a unit small enough to hold every base it becomes a split without one, which
`water_filling` answers: what lies above the base is clip(λ · weight, lower − base, upper − base).

Source: the subtractive split of Japan's ordinary local allocation tax (地方交付税) is this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm

from allocator.rounding.water_filling import Infeasible, water_fill

#: Parts of a unit that are still computed with in good time, in binary digits.
MOST_BITS = 4096


@dataclass(frozen=True, slots=True)
class AboveBase:
    """n recipients in parts of a unit: a whole unit is `parts` of them.

    `base[i]` + clip(λ · weight_i, `lower[i]`, `upper[i]`) is the claim of recipient i; where the
    base alone exceeds the upper bound, `base[i]` is that bound and nothing is added.
    """

    parts: int
    base: tuple[int, ...]
    total: int
    lower: tuple[int, ...]
    upper: tuple[int, ...]

    @classmethod
    def of(
        cls,
        total: int,
        base: Sequence[int | Fraction],
        lower: Sequence[int],
        upper: Sequence[int] | None,
    ) -> AboveBase:
        """Bounds and total in whole units; without `upper` a base above the total has no answer.

        Raises `OverflowError` for bases without a usable part.
        """
        parts = 1
        if upper is None:
            upper = [max(total, ceil(amount)) for amount in base]
        for denominator in {amount.denominator for amount in base}:
            parts = lcm(parts, denominator)
            if parts.bit_length() > MOST_BITS:
                raise OverflowError("the base sums have no common denominator of usable length")
        whole, lows, highs = [], [], []
        for amount, low, high in zip(base, lower, upper, strict=True):
            if low > high:
                raise Infeasible("a lower bound exceeds its upper bound", 0, "crossed")
            start = min(amount.numerator * (parts // amount.denominator), high * parts)
            whole.append(start)
            lows.append(max(low * parts - start, 0))
            highs.append(high * parts - start)
        rest = total * parts - sum(whole)
        if rest < sum(lows):
            missing = -((rest - sum(lows)) // parts)
            raise Infeasible("base sums and lower bounds exceed the total", missing, "lower")
        return cls(parts, tuple(whole), rest, tuple(lows), tuple(highs))

    def level(self, weights: Sequence[int]) -> Fraction:
        """λ, in parts of a unit per weight. Raises `Infeasible`, its sum in whole units."""
        try:
            return water_fill(self.total, weights, self.lower, self.upper)
        except Infeasible as error:
            missing = -(-error.missing // self.parts)
            raise Infeasible(str(error), missing, error.bound) from None

    def claim(self, i: int, above: int | Fraction) -> Fraction:
        """The claim in whole units of recipient i, for λ · weight = `above` parts."""
        held = min(max(Fraction(above), Fraction(self.lower[i])), Fraction(self.upper[i]))
        return (self.base[i] + held) / self.parts
