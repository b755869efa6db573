"""Whether amounts that were computed from rounded shares are those of the exact shares.

Each claim, and with it each comparison that rounding makes, lies in an interval around its
rounded value. Where no interval leaves a comparison open the amounts are certain; a tie is one
when those concerned have the same exact shares. Where one is open, more digits may close it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from allocator.engine.shares import PoolShares
from allocator.rounding.apportion import Apportionment
from allocator.rounding.divisors import DIVISORS
from allocator.rounding.water_filling import water_fill


@dataclass(frozen=True, slots=True)
class _Claim:
    """Between which two whole numbers a claim to a unit lies; the greater goes first."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class _Claims:
    """Claims to units that were given, that tie, and that were refused."""

    given: list[_Claim]
    tied: list[_Claim]
    refused: list[_Claim]

    def are_apart(self) -> bool:
        """Whether each kind certainly goes before the next."""
        return _are_apart(self.given, self.tied) and _are_apart(
            self.given + self.tied, self.refused
        )


def is_certain(
    shares: PoolShares,
    total: int,
    lower: Sequence[int] | None,
    upper: Sequence[int] | None,
    method: str,
    answer: Apportionment,
) -> bool:
    """Whether the answer is right for all shares that differ from these by up to their error.

    Its ties are taken to be between recipients with the same exact shares.
    """
    if not shares.error:
        return True
    error = ceil(shares.error * shares.total)
    least = [max(weight - error, 0) for weight in shares.weights]
    most = [weight + error if weight else 0 for weight in shares.weights]
    if least.count(0) > most.count(0):
        return False
    digits = (shares.error.denominator // shares.error.numerator).bit_length()
    lower, upper = lower or [0] * len(least), upper or [total] * len(least)
    if method == "largest_remainder":
        claims = _remainders(total, lower, upper, least, most, answer, digits)
    else:
        claims = _priorities(lower, upper, method, least, most, answer, digits)
    return claims is not None and claims.are_apart()


def _remainders(
    total: int,
    lower: Sequence[int],
    upper: Sequence[int],
    least: list[int],
    most: list[int],
    answer: Apportionment,
    digits: int,
) -> _Claims | None:
    """The remainders, in units cut to `digits` binary digits; None if a whole part is open.

    The true level lies between those of the largest and of the smallest possible weights.
    """
    levels = [water_fill(total, weights, lower, upper) for weights in (most, least)]
    low, high = min(levels), max(levels)
    bounded = []
    for weight_low, weight_high, bottom, top in zip(least, most, lower, upper, strict=True):
        first = (low.numerator * weight_low << digits) // low.denominator
        last = -(-(high.numerator * weight_high << digits) // high.denominator)
        floor, cap = bottom << digits, top << digits
        bounded.append((min(max(first, floor), cap), min(max(last, floor), cap)))
    # All claims sum to the total: what the others leave is a second pair of bounds.
    under = (total << digits) - sum(last for _, last in bounded)
    over = (total << digits) - sum(first for first, _ in bounded)
    tied = {i for tie in answer.ties for i in tie.tied}
    claims = _Claims([], [], [])
    for i, (amount, (low_end, high_end)) in enumerate(zip(answer.amounts, bounded, strict=True)):
        first, last = max(low_end, under + high_end), min(high_end, over + low_end)
        whole = first >> digits
        if last >> digits != whole or not 0 <= amount - whole <= 1:
            return None
        remainder = _Claim(first - (whole << digits), last - (whole << digits))
        if i in tied:
            claims.tied.append(remainder)
        else:
            (claims.given if amount > whole else claims.refused).append(remainder)
    return claims


def _priorities(
    lower: Sequence[int],
    upper: Sequence[int],
    method: str,
    least: list[int],
    most: list[int],
    answer: Apportionment,
    digits: int,
) -> _Claims:
    """weight^power / signpost of the last unit given to each and of the next one."""
    signpost, power = DIVISORS[method].signpost, DIVISORS[method].power
    beyond_all = (max(most) ** power << digits) + 1

    def claim(i: int, unit: int) -> _Claim:
        if not (post := signpost(unit)):
            return _Claim(beyond_all, beyond_all)
        first = (least[i] ** power << digits) // post
        return _Claim(first, -(-(most[i] ** power << digits) // post))

    winners = {i for tie in answer.ties for i in tie.winners}
    losers = {i for tie in answer.ties for i in tie.tied} - winners
    claims = _Claims([], [], [])
    for i, amount in enumerate(answer.amounts):
        if least[i] and amount > lower[i]:
            (claims.tied if i in winners else claims.given).append(claim(i, amount - 1))
        if least[i] and amount < upper[i]:
            (claims.tied if i in losers else claims.refused).append(claim(i, amount))
    return claims


def _are_apart(before: Sequence[_Claim], after: Sequence[_Claim]) -> bool:
    """Whether every claim of the first is certainly greater than every one of the second."""
    if not before or not after:
        return True
    return min(claim.least for claim in before) > max(claim.most for claim in after)
