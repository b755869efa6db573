"""Rounding: whole units for everyone, the exact total, bounds kept, ties named.

Every method answers for any total (10^15 fen and more) in O(n log n) with integers only.

Sources: M. Balinski, H. P. Young, Fair Representation, 2nd ed. 2001 (methods, signposts);
F. Pukelsheim, Proportional Representation, 2nd ed. 2017, ch. 4 (jump-and-step with bounds).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import gcd, isqrt, lcm
from types import MappingProxyType
from typing import Final

from allocator.water_filling import water_fill


@dataclass(frozen=True, slots=True)
class Tie:
    """Recipients with the same claim to the last units: `winners` got one, by `rule`."""

    tied: tuple[int, ...]
    winners: tuple[int, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Apportionment:
    """The amounts, in units, and the ties on the way.

    `multiplier` is the level λ of the water-filling: the exact claim of a recipient is λ times
    its weight, held within its bounds. For a divisor method the amounts are the method's own
    rounding of weight times `divisor_multiplier`; None where a tie leaves no room for one.
    """

    amounts: tuple[int, ...]
    ties: tuple[Tie, ...]
    multiplier: Fraction
    divisor_multiplier: Fraction | None = None


class TieRefused(ValueError):
    """A tie under the rule `refuse`; `tied` are the positions of those concerned."""

    def __init__(self, tied: tuple[int, ...]) -> None:
        self.tied = tied
        super().__init__(f"tie between recipients at positions {tied}")


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
METHODS: Final = ("largest_remainder", *DIVISORS)


def apportion(
    total: int,
    weights: Sequence[int | Decimal | Fraction],
    *,
    method: str = "largest_remainder",
    lower: Sequence[int] | int | None = None,
    upper: Sequence[int] | int | None = None,
    tie: str = "larger_share",
    order: Sequence[int] | None = None,
) -> Apportionment:
    """Split `total` whole units in proportion to `weights`, each within its bounds.

    `method` is `largest_remainder` (everyone its whole part, the rest by largest fraction: never
    more than a unit from the exact claim, but see the Alabama paradox) or a divisor method
    (`webster`, `hill`, `dhondt`, `adams`: may leave the quota, never shows that paradox).
    `tie` says who comes first among equal claims: `larger_share` (then official order),
    `official_order`, or `refuse` (raise `TieRefused`). `order` holds each one's official
    position; without it, the position in `weights`.

    >>> apportion(10, [1, 1, 1]).amounts
    (4, 3, 3)
    >>> apportion(10, [1, 1, 1]).ties
    (Tie(tied=(0, 1, 2), winners=(0,), rule='official_order'),)
    >>> apportion(100, [1, 1, 8], lower=[20, 0, 0], method="webster").amounts
    (20, 9, 71)

    Raises `water_filling.Infeasible` when no split respects the bounds, `TypeError` for floats, `ValueError`
    for negative numbers and unknown methods.
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}, known: {', '.join(METHODS)}")
    whole, scale = whole_weights(weights)
    n = len(whole)
    lows = [lower] * n if isinstance(lower, int) else lower
    highs = [upper] * n if isinstance(upper, int) else upper
    if total < 0 or any(low < 0 for low in lows or ()):
        raise ValueError("total and lower bounds must not be negative")
    level = water_fill(total, whole, lows, highs)
    lows, highs = lows or [0] * n, highs or [total] * n
    if method == "largest_remainder":
        multiplier = None
        amounts, tied, left = _largest_remainder(total, whole, lows, highs, level)
    else:
        divisor = DIVISORS[method]
        amounts, multiplier, tied, left = _divisor(total, whole, lows, highs, level, divisor)
    ties = (_break_tie(amounts, tied, left, whole, tie, order),) if tied else ()
    given = None if multiplier is None else multiplier * scale
    return Apportionment(tuple(amounts), ties, level * scale, given)


def whole_weights(weights: Sequence[int | Decimal | Fraction]) -> tuple[list[int], Fraction]:
    """The same proportions in whole numbers without a common divisor, and whole / given.

    >>> whole_weights([Decimal("0.4"), Fraction(1, 3), 2])
    ([6, 5, 30], Fraction(15, 1))

    Raises `TypeError` for floats, `ValueError` for negative weights.
    """
    if any(isinstance(weight, float | bool) for weight in weights):
        raise TypeError("binary floats are not exact: use int, Decimal or Fraction")
    exact = [Fraction(w) if isinstance(w, Decimal) else w for w in weights]
    if any(weight < 0 for weight in exact):
        raise ValueError("weights must not be negative")
    common = lcm(*{weight.denominator for weight in exact})
    whole = [weight.numerator * (common // weight.denominator) for weight in exact]
    divisor = gcd(*whole) or 1
    scaled = whole if divisor == 1 else [weight // divisor for weight in whole]
    return scaled, Fraction(common, divisor)


def _largest_remainder(
    total: int, weights: list[int], lower: Sequence[int], upper: Sequence[int], level: Fraction
) -> tuple[list[int], list[int], int]:
    """Whole parts plus certain units; then who ties for the last ones, and how many are left.

    All exact claims have the denominator of the level, so remainders compare as whole numbers.
    """
    p, q = level.numerator, level.denominator
    amounts, remainders = [], []
    for weight, low, high in zip(weights, lower, upper, strict=True):
        whole, rest = divmod(p * weight, q)
        if whole < low:
            whole, rest = low, 0
        elif whole >= high:
            whole, rest = high, 0
        amounts.append(whole)
        remainders.append(rest)
    left = total - sum(amounts)
    if not left:
        return amounts, [], 0
    # The nearest float never contradicts the exact order; equal floats are compared exactly.
    keys = [rest / q for rest in remainders]
    key = sorted(keys, reverse=True)[left - 1]
    close = [i for i, k in enumerate(keys) if k == key]
    for i, k in enumerate(keys):
        if k > key:
            amounts[i] += 1
            left -= 1
    ranked = sorted((remainders[i] for i in close), reverse=True)
    cut = ranked[left - 1]
    for i in close:
        if remainders[i] > cut:
            amounts[i] += 1
            left -= 1
    tied = [i for i in close if remainders[i] == cut]
    if len(tied) == left:
        for i in tied:
            amounts[i] += 1
        return amounts, [], 0
    return amounts, tied, left


def _divisor(
    total: int,
    weights: list[int],
    lower: Sequence[int],
    upper: Sequence[int],
    level: Fraction,
    divisor: Divisor,
) -> tuple[list[int], Fraction | None, list[int], int]:
    """Round at the water-filling level, then move single units until the total is met.

    Rounding at one common multiplier is optimal for its own total, and so is every state reached
    by granting the unit with the highest priority or taking back the one with the lowest.
    Priorities are fractions weight^power / signpost; as their denominators are at most `limit`,
    `shift` binary digits after the point tell unequal ones apart, so they compare as integers.
    """
    signpost, scale, power = divisor.signpost, divisor.scale, divisor.power
    p, q = level.numerator**power * scale, level.denominator**power
    powers = weights if power == 1 else [weight**power for weight in weights]
    amounts = []
    for weight, powered, low, high in zip(weights, powers, lower, upper, strict=True):
        amount = level.numerator * weight // level.denominator
        if weight and p * powered >= q * signpost(amount):
            amount += 1
        amounts.append(min(max(amount, low), high))
    limit = signpost(total + 2)
    shift = 2 * limit.bit_length()
    infinite = max(powers, default=0) << (shift + 1)

    def priority(i: int, unit: int) -> int:
        post = signpost(unit)
        return (powers[i] << shift) // post if post else infinite

    def upward(i: int) -> int | None:
        return -priority(i, amounts[i]) if amounts[i] < upper[i] else None

    def downward(i: int) -> int | None:
        return priority(i, amounts[i] - 1) if amounts[i] > lower[i] else None

    excess = sum(amounts) - total
    if excess < 0:
        _move(amounts, weights, -excess, 1, upward)
    elif excess > 0:
        _move(amounts, weights, excess, -1, downward)

    granted = [(k, i) for i, weight in enumerate(weights) if weight and (k := downward(i))]
    refused = [(-k, i) for i, weight in enumerate(weights) if weight and (k := upward(i))]
    last, first = min(granted, default=None), max(refused, default=None)
    if last and first and last[0] == first[0]:
        winners = [i for k, i in granted if k == last[0]]
        for i in winners:
            amounts[i] -= 1
        return amounts, None, [*winners, *(i for k, i in refused if k == last[0])], len(winners)

    def due(i: int, unit: int) -> Fraction:
        return Fraction(signpost(unit), scale * powers[i])

    least = due(last[1], amounts[last[1]] - 1) if last else Fraction(0)
    most = due(first[1], amounts[first[1]]) if first else least + 1
    return amounts, _root_between(least, most, power), [], 0


def _move(
    amounts: list[int],
    weights: list[int],
    units: int,
    step: int,
    key: Callable[[int], int | None],
) -> None:
    """Move `units` single units, each time where `key` is least."""
    heap = [(k, i) for i, weight in enumerate(weights) if weight and (k := key(i)) is not None]
    heapq.heapify(heap)
    for _ in range(units):
        _, i = heap[0]
        amounts[i] += step
        following = key(i)
        if following is None:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, (following, i))


def _root_between(least: Fraction, most: Fraction, power: int) -> Fraction | None:
    """A fraction whose power lies strictly between; the middle one for power 1."""
    if least >= most:
        return None
    middle = (least + most) / 2
    digits = 64
    while power == 2:
        root = Fraction(isqrt((middle.numerator << 2 * digits) // middle.denominator), 1 << digits)
        if least < root**2 < most:
            return root
        digits *= 2
    return middle


def _break_tie(
    amounts: list[int],
    tied: list[int],
    units: int,
    weights: list[int],
    rule: str,
    order: Sequence[int] | None,
) -> Tie:
    """Give the last units to the first by `rule` among the tied, and say which rule decided."""
    position = order or range(len(weights))
    if rule == "refuse":
        raise TieRefused(tuple(sorted(tied, key=lambda i: position[i])))
    if rule == "larger_share":
        ranked = sorted(tied, key=lambda i: (-weights[i], position[i]))
        if weights[ranked[units - 1]] == weights[ranked[units]]:
            rule = "official_order"
    else:
        ranked = sorted(tied, key=lambda i: position[i])
    for i in ranked[:units]:
        amounts[i] += 1
    by_position = sorted(tied, key=lambda i: position[i])
    winners = sorted(ranked[:units], key=lambda i: position[i])
    return Tie(tuple(by_position), tuple(winners), rule)
