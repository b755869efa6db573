"""Whether a spreadsheet's double arithmetic is sure to give the exact amounts.

A sheet of live formulas computes with doubles; every operation is off by at most one part in
2^53. With a bound on the sum of all these errors, each step of the working paper that decides
something (a bound that holds, a whole part, a rank, a rounding) is checked to come out the same
for every value within the error. Where that is not sure, the sheet is written as values.
Example: 100.00 yuan over three equal shares claim 33.33⅓ each. A double holds ⅓ with an error of
some 2^-55, so the remainder is 0.333333333… of a fen, give or take 10^-14: rounded to 8 digits all
three are equal for any such error, and the order of the sheet decides, as in the engine. Were one
share larger by 10^-16, the true order would be another and no double could tell: values are written.
Source of the error bounds: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.
2002, §3.1, §4.2.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from math import floor, isqrt
from typing import Final

from allocator.base.money import half_up
from allocator.engine.pool import PoolAllocation

#: Beyond these sizes a working paper holds values: ranks take time by the square of the rows,
#: and amounts need more digits than a double has to spare.
MOST_ROWS: Final = 5_000
MOST_FEN: Final = 100_000_000_000

_ULP: Final = Fraction(1, 2**53)
#: Of 1,023 bits of a double, what a sum of weights may take and what each must keep.
_MOST_BITS: Final = 900
_LEAST_BITS: Final = 100
SHARE_DECIMALS: Final = 12
_DECIMALS: Final = (8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class StoredClaims:
    """What the working paper computes, exactly, in fen and without the flat base.

    `lower` and `upper` are whole rounding units; `free` are the claims by share, `claims` those
    held within the bounds, `status` says which bound holds (`lower`, `upper` or nothing). `steps`
    are roundings that live columns of data add to a claim.
    """

    budget: int
    lower: tuple[int, ...]
    upper: tuple[int, ...] | None
    free: tuple[Fraction, ...]
    claims: tuple[Fraction, ...]
    status: tuple[str, ...]
    steps: int = 0


def claims_of(result: PoolAllocation) -> StoredClaims:
    """The claims before rounding; for a divisor method those at its own multiplier."""
    pool, shares = result.pool, result.shares
    unit, base, n = pool.unit, pool.base, len(result.lower)
    lower = tuple(max(-(-(low - base) // unit) * unit, 0) for low in result.lower)
    upper = None
    if result.upper is not None:
        upper = tuple((high - base) // unit * unit for high in result.upper)
    if result.terms is not None and not result.terms.is_plain:
        exact = tuple(result.quota(i) - base for i in range(n))
        status = tuple(result.bound(i) for i in range(n))
        net = pool.budget - result.set_aside - result.surplus - base * n
        return StoredClaims(net, lower, upper, exact, exact, status)
    level = result.divisor_multiplier or result.multiplier
    free = tuple(level * shares.share(i) for i in range(n))
    status = tuple(
        "lower" if free[i] < lower[i] else "upper" if upper and free[i] > upper[i] else ""
        for i in range(n)
    )
    claims = tuple(
        Fraction(lower[i]) if s == "lower" else Fraction(upper[i]) if s and upper else free[i]
        for i, s in enumerate(status)
    )
    budget = pool.budget - result.set_aside - base * n
    return StoredClaims(budget, lower, upper, free, claims, status)


@dataclass(frozen=True, slots=True)
class Digits:
    """Decimals to which remainders are rounded: for their rank, and for the eye."""

    rank: int
    rest: int


def live_digits(result: PoolAllocation, claims: StoredClaims) -> Digits | None:
    """The digits with which live formulas are sure to give the exact amounts.

    None where that is not sure, or the method has no certain divisor: values, not formulas.
    """
    n = len(claims.lower)
    if n > MOST_ROWS or result.pool.budget > MOST_FEN:
        return None
    noise = _relative_noise(result, claims)
    if result.pool.method != "largest_remainder":
        sure = result.divisor_multiplier is not None and _divisor_is_sure(result, claims, noise)
        return Digits(0, 0) if sure else None
    if noise is None or not _status_is_sure(result, claims, noise):
        return None
    return _steady_digits(result, claims, noise)


def _steady_digits(result: PoolAllocation, claims: StoredClaims, noise: Fraction) -> Digits | None:
    """Digits for which no recalculation changes a rank or a remainder shown.

    Amounts must withstand the greatest error possible, ranks and remainders the likely one.
    """
    n = len(claims.lower)
    likely = (8 + 2 * isqrt(n) + claims.steps) * _ULP
    rank = None
    for decimals in _DECIMALS:
        shown = [rest_keys(result, claims, i, likely, decimals) for i in range(n)]
        is_steady = all(least == most < 10**decimals for least, most in shown)
        if rank is None or is_steady:
            most = [rest_keys(result, claims, i, noise, decimals) for i in range(n)]
            is_sure = _order_is_steady(shown) and _ranks_are_sure(result, claims, most, decimals)
            if is_sure and is_steady:
                return Digits(decimals, decimals)
            rank = decimals if is_sure and rank is None else rank
        if rank is not None and is_steady:
            return Digits(rank, decimals)
    return None


def _order_is_steady(keys: Sequence[tuple[int, int]]) -> bool:
    """Whether remainders either keep apart or are the same."""
    ranked = sorted(keys)
    return all(b[0] > a[1] or (a == b and a[0] == a[1]) for a, b in pairwise(ranked))


def _relative_noise(result: PoolAllocation, claims: StoredClaims) -> Fraction | None:
    """A bound on the relative error of every claim; None where the budget is all bound."""
    n, factors = len(claims.lower), len(result.shares.factors)
    steps = 3 * n + 2 * factors + 50 + claims.steps
    if result.pool.method == "largest_remainder":
        pinned = sum(floor(c) for c, s in zip(claims.claims, claims.status, strict=True) if s)
        if pinned >= claims.budget:
            return None if claims.budget else Fraction(0)
        steps += (n + 4) * -(-(claims.budget + pinned) // (claims.budget - pinned))
    return steps * _ULP


def rest_keys(
    result: PoolAllocation, claims: StoredClaims, i: int, noise: Fraction, decimals: int
) -> tuple[int, int]:
    """The least and the most that the rounded remainder of town i can be, in 10^-decimals units.

    Below 0 or from 10^decimals on where even the whole part is not sure.
    """
    unit, scale, claim = result.pool.unit, 10**decimals, claims.claims[i]
    exact = claim / unit * scale
    error = 0 if claims.status[i] else 2 * noise * exact
    whole = floor(claim / unit) * scale
    least, most = floor(exact - error + Fraction(1, 2)), floor(exact + error + Fraction(1, 2))
    return least - whole, most - whole


def rounded_rests(claims: Sequence[Fraction], unit: int, decimals: int) -> list[int]:
    """The remainders of claims in units, half up to that many decimals, in 10^-decimals units.

    As `rest_keys` without noise, in whole numbers: there may be very many.

    >>> rounded_rests([Fraction(7, 2), Fraction(10, 3)], 1, 2)
    [50, 33]
    """
    scale = 10**decimals
    rests = []
    for claim in claims:
        below = claim.denominator * unit
        rests.append(half_up(claim.numerator % below * scale, below))
    return rests


def _ranks_are_sure(
    result: PoolAllocation, claims: StoredClaims, rests: Sequence[tuple[int, int]], decimals: int
) -> bool:
    """Whether whole parts and the order of remainders at the cut survive the errors."""
    pool = result.pool
    if any(least < 0 or most >= 10**decimals for least, most in rests):
        return False
    winners = [
        (amount - pool.base) // pool.unit > floor(claim / pool.unit)
        for amount, claim in zip(result.split_amount, claims.claims, strict=True)
    ]
    if not any(winners):
        return True
    weakest = min(least for (least, _), won in zip(rests, winners, strict=True) if won)
    losers = [most for (_, most), won in zip(rests, winners, strict=True) if not won]
    strongest = max(losers, default=-1)
    slack = (3 * len(rests) + 50 + claims.steps) * _ULP * 10**SHARE_DECIMALS
    return weakest > strongest or _tie_is_sure(result, rests, winners, (weakest, strongest), slack)


def _tie_is_sure(
    result: PoolAllocation,
    rests: Sequence[tuple[int, int]],
    winners: Sequence[bool],
    cut: tuple[int, int],
    slack: Fraction,
) -> bool:
    """Whether towns with the same rounded remainder are told apart as the engine did.

    `cut` are the least remainder that won and the largest that lost, `slack` a share's error.
    """
    weakest, strongest = cut
    close = [
        i
        for i, (least, most) in enumerate(rests)
        if (winners[i] and least <= strongest) or (not winners[i] and most >= weakest)
    ]
    order: dict[int, tuple[int, int]] = {}
    for i in close:
        share = result.shares.share(i) * 10**SHARE_DECIMALS
        least, most = floor(share - slack + Fraction(1, 2)), floor(share + slack + Fraction(1, 2))
        if least != most or rests[i] != (weakest, weakest):
            return False
        order[i] = (-least if result.pool.tie != "official_order" else 0, i)
    won = [order[i] for i in close if winners[i]]
    lost = [order[i] for i in close if not winners[i]]
    return max(won) < min(lost)


def _status_is_sure(result: PoolAllocation, claims: StoredClaims, noise: Fraction) -> bool:
    """Whether the sums that show which bounds hold keep clear of the budget."""
    if not any(claims.lower) and claims.upper is None:
        return True
    weights = _double_sized(result.shares.weights)
    if weights is None:
        return False
    sum_at = _sums(weights, claims)
    budget, slack = float(claims.budget), float(noise) + 1e-14
    for i, weight in enumerate(weights):
        ends = [(claims.lower[i], "lower")] if claims.lower[i] else []
        ends += [(claims.upper[i], "upper")] if claims.upper is not None else []
        for end, name in ends if weight else ():
            amount = sum_at(end / weight)
            if abs(amount - budget) <= slack * (amount + budget):
                return False
            is_held = amount > budget if name == "lower" else amount < budget
            if is_held != (claims.status[i] == name):
                return False
    return any(weights)


def _double_sized(weights: Sequence[int]) -> tuple[int, ...] | None:
    """The same weights, scaled by a power of two so that their sum fits a double.

    Weights per head stand over the product of all heads: of 70 towns they have over 1,100 bits,
    and no double holds more than 1,023. None where scaling would cost the least of them digits.

    >>> _double_sized((3 << 2000, 1 << 2000)) == (3 << 897, 1 << 897)
    True
    """
    shift = max(sum(weights).bit_length() - _MOST_BITS, 0)
    least = min((weight.bit_length() for weight in weights if weight), default=0)
    if shift and least - shift < _LEAST_BITS:
        return None
    return tuple(weight >> shift for weight in weights)


def _sums(weights: Sequence[int], claims: StoredClaims) -> Callable[[float], float]:
    """The function t ↦ Σ clip(t · weight, lower, upper) in doubles, from exact prefix sums."""
    rows = [(low, weight) for low, weight in zip(claims.lower, weights, strict=True) if weight]
    fixed = sum(low for low, weight in zip(claims.lower, weights, strict=True) if not weight)
    lows = sorted((low / weight, low, weight) for low, weight in rows)
    highs = sorted(
        (high / weight, high, weight)
        for high, weight in zip(claims.upper or (), weights, strict=False)
        if weight
    )
    low_keys, high_keys = [low[0] for low in lows], [high[0] for high in highs]
    low_sums = [0, *accumulate(low for _, low, _ in lows)]
    low_weights = [0, *accumulate(weight for *_, weight in lows)]
    high_sums = [0, *accumulate(high for _, high, _ in highs)]
    high_weights = [0, *accumulate(weight for *_, weight in highs)]

    def sum_at(t: float) -> float:
        left, capped = bisect_right(low_keys, t), bisect_left(high_keys, t)
        held = low_sums[-1] - low_sums[left] + high_sums[capped] + fixed
        return held + t * (low_weights[left] - high_weights[capped])

    return sum_at


def _divisor_is_sure(result: PoolAllocation, claims: StoredClaims, noise: Fraction | None) -> bool:
    """Whether every claim rounds to the engine's amount at both ends of its error."""
    unit, base = result.pool.unit, result.pool.base
    rule = ROUND_UNITS[result.pool.method]
    amounts = result.split_amount
    for i, free in enumerate(claims.free):
        units = free / unit
        error = units * (noise or 0)
        for end in (units - error, units + error):
            amount = max(rule(end) * unit, claims.lower[i])
            if claims.upper is not None:
                amount = min(amount, claims.upper[i])
            if amount + base != amounts[i]:
                return False
    return True


def _hill(units: Fraction) -> int:
    whole = floor(units)
    return whole + (units**2 > whole * (whole + 1))


#: How a divisor method rounds a number of units that lies on no boundary.
ROUND_UNITS: Final[dict[str, Callable[[Fraction], int]]] = {
    "webster": lambda units: floor(units + Fraction(1, 2)),
    "hill": _hill,
    "dhondt": floor,
    "adams": lambda units: -floor(-units),
}
