"""Divisor methods: everyone's weight over one divisor, rounded by the method's own rule.

Sources: M. Balinski, H. P. Young, Fair Representation, 2nd ed. 2001 (methods, signposts);
F. Pukelsheim, Proportional Representation, 2nd ed. 2017, ch. 4 (jump-and-step with bounds).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isqrt
from types import MappingProxyType
from typing import Final

from allocator.rounding.selection import nth_smallest


@dataclass(frozen=True, slots=True)
class Divisor:
    """A divisor method: unit a+1 is due once scale · (weight · multiplier)^power ≥ signpost(a).

    Whole-number signposts keep every comparison whole; `bias` says whom the method favours
    against exact proportion.
    """

    signpost: Callable[[int], int]
    scale: int
    power: int
    bias: str


DIVISORS: Final[Mapping[str, Divisor]] = MappingProxyType(
    {
        "webster": Divisor(lambda a: 2 * a + 1, 2, 1, "neither large nor small"),
        "hill": Divisor(lambda a: a * (a + 1), 1, 2, "small, slightly"),
        "dhondt": Divisor(lambda a: a + 1, 1, 1, "large"),
        "adams": Divisor(lambda a: a, 1, 1, "small"),
    }
)


def round_by_divisor(
    total: int,
    weights: Sequence[int],
    lower: Sequence[int],
    upper: Sequence[int],
    level: Fraction,
    divisor: Divisor,
) -> tuple[list[int], Fraction | None, list[int], int]:
    """Amounts, the multiplier that gives them, and who ties for how many units not yet given.

    Rounding at one common multiplier is optimal for its own total, and so is every state reached
    by granting the unit that is due first or taking back the one that was due last.
    """
    amounts = _rounded(weights, lower, upper, level, divisor)
    powers = [weight**divisor.power for weight in weights] if divisor.power > 1 else weights
    units = _Units(amounts, powers, lower, upper, divisor.signpost, divisor.signpost(total + 2))
    excess = sum(amounts) - total
    if excess:
        units.move(-excess)
    last, refused = units.ends(given=True), units.ends(given=False)
    if last and refused and units.due(last[0], -1) == units.due(refused[0], 0):
        for i in last:
            amounts[i] -= 1
        return amounts, None, [*last, *refused], len(last)
    if not last:
        return amounts, Fraction(0), [], 0
    least = units.multiplier(last[0], -1) / divisor.scale
    most = units.multiplier(refused[0], 0) / divisor.scale if refused else least + 1
    return amounts, _root_between(least, most, divisor.power), [], 0


def _rounded(
    weights: Sequence[int],
    lower: Sequence[int],
    upper: Sequence[int],
    level: Fraction,
    divisor: Divisor,
) -> list[int]:
    """Everyone's claim at this level by the method's own rounding, held within the bounds."""
    signpost, power = divisor.signpost, divisor.power
    p, q = level.numerator, level.denominator
    q_power = q**power
    amounts = []
    for weight, low, high in zip(weights, lower, upper, strict=True):
        claim = p * weight
        amount = claim // q
        if weight and divisor.scale * claim**power >= q_power * signpost(amount):
            amount += 1
        amounts.append(low if amount < low else min(amount, high))
    return amounts


@dataclass(slots=True)
class _Units:
    """Who was given how many units, and when each unit is due.

    A unit is due at signpost / powered weight. As a float that never contradicts the exact order
    and only leaves ties open; exactly, since signposts are at most `limit`, digits enough after
    the point of powered weight / signpost tell unequal ones apart as whole numbers.
    """

    amounts: list[int]
    powers: Sequence[int]
    lower: Sequence[int]
    upper: Sequence[int]
    signpost: Callable[[int], int]
    limit: int

    def due(self, i: int, step: int) -> int:
        """The later the greater: when unit `amount + step + 1` of recipient i is due."""
        post = self.signpost(self.amounts[i] + step)
        shift = 2 * self.limit.bit_length()
        return -((self.powers[i] << shift) // post) if post else -(max(self.powers) << shift + 1)

    def multiplier(self, i: int, step: int) -> Fraction:
        return Fraction(self.signpost(self.amounts[i] + step), self.powers[i])

    def keys(self, *, given: bool) -> list[float]:
        """When each one's last unit given, or first unit not given, is due, as a float.

        -inf or inf for a recipient that can lose or win none.
        """
        signpost = self.signpost
        if given:
            held = zip(self.amounts, self.powers, self.lower, strict=True)
            return [
                signpost(amount - 1) / power if amount > low and power else -inf
                for amount, power, low in held
            ]
        held = zip(self.amounts, self.powers, self.upper, strict=True)
        return [
            signpost(amount) / power if amount < high and power else inf
            for amount, power, high in held
        ]

    def ends(self, *, given: bool) -> list[int]:
        """Whose unit given is due last, or whose unit not given is due first: all that tie."""
        keys = self.keys(given=given)
        end = max(keys, default=-inf) if given else min(keys, default=inf)
        if end in (inf, -inf):
            return []
        close = [i for i, key in enumerate(keys) if key == end]
        if len(close) == 1:
            return close
        dues = [self.due(i, -1 if given else 0) for i in close]
        exact = max(dues) if given else min(dues)
        return [i for i, due in zip(close, dues, strict=True) if due == exact]

    def move(self, units: int) -> None:
        """Give `units` more, each to whom it is due first, or take as many back, last due first."""
        step, turn = (0, 1) if units > 0 else (-1, -1)
        keys = [turn * key for key in self.keys(given=units < 0)]
        enough = nth_smallest(keys, min(abs(units), len(keys)) - 1)
        bounds = self.upper if units > 0 else self.lower
        heap = [
            (turn * self.due(i, step), i)
            for i, key in enumerate(keys)
            if key <= enough and key != inf
        ]
        heapq.heapify(heap)
        for _ in range(abs(units)):
            _, i = heap[0]
            self.amounts[i] += turn
            if self.amounts[i] == bounds[i]:
                heapq.heappop(heap)
            else:
                heapq.heapreplace(heap, (turn * self.due(i, step), i))


def _root_between(least: Fraction, most: Fraction, power: int) -> Fraction:
    """A fraction whose power lies strictly between; the middle one for power 1."""
    middle = (least + most) / 2
    digits = 64
    while power == 2:
        root = Fraction(isqrt((middle.numerator << 2 * digits) // middle.denominator), 1 << digits)
        if least < root**2 < most:
            return root
        digits *= 2
    return middle
