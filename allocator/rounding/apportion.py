"""Rounding: whole units for everyone, the exact total, bounds kept, ties named.

Every method answers for any total (10^15 fen and more) in O(n log n), exactly.

Source: M. Balinski, H. P. Young, Fair Representation, 2nd ed. 2001.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import repeat
from math import gcd, lcm
from operator import truediv
from typing import Final

from allocator.base.money import nearest
from allocator.rounding.base_sums import AboveBase
from allocator.rounding.divisors import DIVISORS, round_by_divisor
from allocator.rounding.selection import nth_smallest
from allocator.rounding.water_filling import Infeasible, water_fill


@dataclass(frozen=True, slots=True)
class Tie:
    """Recipients with the same claim to the last units: `winners` got one, by `rule`."""

    tied: tuple[int, ...]
    winners: tuple[int, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Apportionment:
    """The amounts, in units, and the ties on the way.

    `multiplier` is the level λ of the water-filling: the exact claim of a recipient is its base
    plus λ times its weight, held within its bounds. `balance` says under `nearest` who took how
    many units of the difference (None: there was none). For a divisor method the amounts are the method's own
    rounding of weight times `divisor_multiplier`; None where a tie leaves no room for one.
    """

    amounts: tuple[int, ...]
    ties: tuple[Tie, ...]
    multiplier: Fraction
    divisor_multiplier: Fraction | None = None
    balance: tuple[int, int] | None = None


class TieRefused(ValueError):
    """A tie under the rule `refuse`; `tied` are the positions of those concerned."""

    def __init__(self, tied: tuple[int, ...]) -> None:
        self.tied = tied
        super().__init__(f"tie between recipients at positions {tied}")


METHODS: Final = ("largest_remainder", *DIVISORS, "nearest")


def apportion(
    total: int,
    weights: Sequence[int | Decimal | Fraction],
    *,
    method: str = "largest_remainder",
    lower: Sequence[int] | int | None = None,
    upper: Sequence[int] | int | None = None,
    base: Sequence[int | Fraction] | None = None,
    tie: str = "larger_share",
    order: Sequence[int] | None = None,
    rest: int | None = None,
) -> Apportionment:
    """Split `total` whole units in proportion to `weights`, each within its bounds.

    With `base` each has a sum of its own before the proportion applies: its claim is
    clip(base + λ · weight, lower, upper); divisor methods take whole bases only.

    `method` is `largest_remainder` (everyone its whole part, the rest by largest fraction: never
    more than a unit from the exact claim, but see the Alabama paradox), a divisor method
    (`webster`, `hill`, `dhondt`, `adams`: may leave the quota, never shows that paradox), or
    `nearest` (each claim half up by itself; the difference goes to `rest`, by default to the
    largest claim: the way tables are balanced by hand).
    `tie` says who comes first among equal claims: `larger_share` (then official order),
    `official_order`, or `refuse` (raise `TieRefused`). `order` holds each one's official
    position; without it, the position in `weights`.

    >>> apportion(10, [1, 1, 1]).amounts
    (4, 3, 3)
    >>> apportion(10, [1, 1, 1]).ties
    (Tie(tied=(0, 1, 2), winners=(0,), rule='official_order'),)
    >>> apportion(100, [1, 1, 8], lower=[20, 0, 0], method="webster").amounts
    (20, 9, 71)
    >>> apportion(8, [1, 1, 1], base=[-2, 0, 1]).amounts
    (1, 3, 4)
    >>> apportion(1000, [333, 333, 333], method="nearest").balance
    (0, 1)

    Raises `water_filling.Infeasible` when no split respects the bounds, `TypeError` for floats, `ValueError`
    for negative numbers and unknown methods.
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}, known: {', '.join(METHODS)}")
    whole, scale = whole_weights(weights)
    n = len(whole)
    lows = [lower] * n if isinstance(lower, int) else lower
    highs = [upper] * n if isinstance(upper, int) else upper
    if total < 0 or min(lows or (0,)) < 0:
        raise ValueError("total and lower bounds must not be negative")
    if base is not None or method == "nearest":
        above = AboveBase.of(total, base or [0] * n, lows or [0] * n, highs)
        level = above.level(whole)
        given = level * scale / above.parts
        if method == "nearest":
            return _nearest(total, whole, above, level, rest, given, (lows, highs))
    else:
        above, level = None, water_fill(total, whole, lows, highs)
        given = level * scale
    lows, highs = lows or [0] * n, highs or [total] * n
    multiplier = None
    if method == "largest_remainder":
        amounts, tied, left = _largest_remainder(total, whole, lows, highs, level, above)
    elif above is None:
        amounts, multiplier, tied, left = round_by_divisor(
            total, whole, lows, highs, level, DIVISORS[method]
        )
    elif above.parts == 1:
        amounts, multiplier, tied, left = round_by_divisor(
            above.total, whole, above.lower, above.upper, level, DIVISORS[method]
        )
        amounts = [start + more for start, more in zip(above.base, amounts, strict=True)]
    else:
        raise ValueError("divisor methods need base sums in whole units")
    ties = (_break_tie(amounts, tied, left, whole, tie, order),) if tied else ()
    return Apportionment(
        tuple(amounts), ties, given, None if multiplier is None else multiplier * scale
    )


def whole_weights(weights: Sequence[int | Decimal | Fraction]) -> tuple[list[int], Fraction]:
    """The same proportions in whole numbers without a common divisor, and whole / given.

    >>> whole_weights([Decimal("0.4"), Fraction(1, 3), 2])
    ([6, 5, 30], Fraction(15, 1))

    Raises `TypeError` for floats, `ValueError` for negative weights.
    """
    kinds = set(map(type, weights))
    if any(issubclass(kind, float | bool) for kind in kinds):
        raise TypeError("binary floats are not exact: use int, Decimal or Fraction")
    common = 1
    if kinds == {int}:
        whole = list(map(int, weights))
    else:
        exact = [Fraction(weight) for weight in weights]
        common = lcm(*{weight.denominator for weight in exact})
        whole = [weight.numerator * (common // weight.denominator) for weight in exact]
    if min(whole, default=0) < 0:
        raise ValueError("weights must not be negative")
    divisor = gcd(*whole) or 1
    scaled = whole if divisor == 1 else [weight // divisor for weight in whole]
    return scaled, Fraction(common, divisor)


def _nearest(
    total: int,
    weights: list[int],
    above: AboveBase,
    level: Fraction,
    rest: int | None,
    given: Fraction,
    bounds: tuple[Sequence[int] | None, Sequence[int] | None],
) -> Apportionment:
    """Each claim half up; the difference goes to `rest`, the largest claim unless it is named."""
    claims = [above.claim(i, level * weight) for i, weight in enumerate(weights)]
    amounts = [nearest(claim) for claim in claims]
    difference = total - sum(amounts)
    if not difference:
        return Apportionment(tuple(amounts), (), given)
    who = max(range(len(claims)), key=lambda i: (claims[i], -i)) if rest is None else rest
    amounts[who] += difference
    lows, highs = bounds
    is_low = amounts[who] < (lows[who] if lows else 0)
    if is_low or (highs is not None and amounts[who] > highs[who]):
        raise Infeasible("the difference of rounding breaks a bound", abs(difference), "rest")
    return Apportionment(tuple(amounts), (), given, None, (who, difference))


def _largest_remainder(
    total: int,
    weights: list[int],
    lower: Sequence[int],
    upper: Sequence[int],
    level: Fraction,
    above: AboveBase | None,
) -> tuple[list[int], list[int], int]:
    """Whole parts plus certain units; then who ties for the last ones, and how many are left.

    All exact claims have one denominator, that of the level (and of the base sums), so remainders
    compare as whole numbers.
    """
    p, q = level.numerator, level.denominator
    starts: Iterable[int] = repeat(0)
    if above is not None:
        starts = [q * start for start in above.base]
        q *= above.parts
    amounts, remainders = [], []
    for weight, low, high, start in zip(weights, lower, upper, starts, strict=False):
        whole, part = divmod(start + p * weight, q)
        if whole < low:
            whole, part = low, 0
        elif whole >= high:
            whole, part = high, 0
        amounts.append(whole)
        remainders.append(part)
    left = total - sum(amounts)
    if not left:
        return amounts, [], 0
    # The nearest float never contradicts the exact order; equal floats are compared exactly.
    keys = list(map(truediv, remainders, repeat(q)))
    key = nth_smallest(keys, len(keys) - left)
    close = [i for i, k in enumerate(keys) if k == key]
    sure = [i for i, k in enumerate(keys) if k > key]
    left -= len(sure)
    cut = sorted([remainders[i] for i in close])[-left]
    sure += [i for i in close if remainders[i] > cut]
    tied = [i for i in close if remainders[i] == cut]
    left = total - sum(amounts) - len(sure)
    if len(tied) == left:
        sure, tied, left = sure + tied, [], 0
    for i in sure:
        amounts[i] += 1
    return amounts, tied, left


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
