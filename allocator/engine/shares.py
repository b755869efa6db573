"""Factor shares and town shares of one pool, exactly (因素法).

Source of the rule: 东府办〔2020〕22号 五（一）, which names the factors; the weights are the scheme's.

Quotients of many recipients have no common denominator of a size that can be used: it has about
as many digits as all the divisors together. Such a factor is rounded up in a late decimal place,
the shares say how far they may be off, and `certainty` shows that no amount depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial, reduce
from itertools import repeat
from math import gcd, lcm
from operator import add, attrgetter, mul
from typing import Final, cast

from allocator.fund.recipients import Number, Recipients
from allocator.fund.rules import Arithmetic, Factor, Pool, derived

#: Significant decimal digits of the largest value of a rounded factor, at first and at most.
DIGITS: Final = 40
MOST_DIGITS: Final = 160
#: Binary digits of a pool's common denominators, and of those of all recipients together, up to
#: which shares are kept exact: beyond, they are neither printed nor computed with in good time.
_MOST_BITS: Final = 12_000
_MOST_BITS_TOGETHER: Final = 1 << 23
_OVER: Final = attrgetter("numerator")
_UNDER: Final = attrgetter("denominator")
_EXACT: Final[Arithmetic[Number]] = Arithmetic(
    over=lambda value, other: Fraction(value) / other,
    inverse=lambda value: 1 / Fraction(value),
    times=mul,
)


@dataclass(frozen=True, slots=True)
class FactorShares:
    """The values v_i of one factor, as whole numbers over one denominator, and their total.

    With `is_rounded` the exact values are up to one unit of the denominator smaller.
    """

    factor: Factor
    name: str
    values: tuple[int, ...]
    denominator: int
    total: int
    is_rounded: bool = False

    def value(self, i: int) -> Fraction:
        """v_i, in the unit of its column."""
        return Fraction(self.values[i], self.denominator)

    def share(self, i: int) -> Fraction:
        """s_i = v_i / Σ v (因素占比)."""
        return Fraction(self.values[i], self.total)


@dataclass(frozen=True, slots=True)
class PoolShares:
    """Town shares q_i = Σ_k w_k s_ik as whole numbers over their total.

    `error` is the most by which a share may differ from the exact one; a share is 0 only if the
    exact one is.
    """

    factors: tuple[FactorShares, ...]
    weights: tuple[int, ...]
    total: int
    error: Fraction = Fraction(0)

    def share(self, i: int) -> Fraction:
        """q_i; the shares of all towns sum to 1."""
        return Fraction(self.weights[i], self.total)


def factor_value(recipients: Recipients, factor: Factor, i: int) -> Number:
    """v_i: the number in the factor's column, `per`, `direction` and `scale` applied in that order.

    Raises `ZeroDivisionError` where `per` is 0 or an inverse value does not exist.
    """
    value: Number
    if factor.coefficients:
        value = factor.coefficients[recipients.economic_class[i]]
    else:
        value = recipients.numbers[factor.column][i]
    return derived(factor, value, lambda name: recipients.numbers[name][i], _EXACT)


def factor_name(recipients: Recipients, factor: Factor) -> str:
    """The name a user sees: the factor's own, else its column's header."""
    return factor.name or (recipients.header(factor.column) if factor.column else "类别系数")


def factor_shares(
    recipients: Recipients, factor: Factor, *, digits: int = DIGITS, among: int = 1
) -> FactorShares:
    """The factor's column as shares. Raises `ZeroDivisionError` when its total is 0.

    `among` is the number of factors whose denominators share what is kept exact.
    """
    plain = not (factor.coefficients or factor.per or factor.scale)
    values: Sequence[Number]
    if plain and factor.direction == "direct":
        values = recipients.numbers[factor.column]
    else:
        values = [factor_value(recipients, factor, i) for i in range(len(recipients))]
    whole, denominator, is_rounded = _whole_values(values, digits, among)
    total = sum(whole)
    if total == 0:
        raise ZeroDivisionError(f"factor {factor.column} sums to 0")
    name = factor_name(recipients, factor)
    return FactorShares(factor, name, whole, denominator, total, is_rounded)


def _whole_values(
    values: Sequence[Number], digits: int, among: int
) -> tuple[tuple[int, ...], int, bool]:
    """The values over their least common denominator; rounded up to `digits` if it is too long."""
    if set(map(type, values)) == {int}:
        return tuple(cast("Sequence[int]", values)), 1, False
    unders = list(map(_UNDER, values))
    kinds = set(unders)
    most = max(min(_MOST_BITS, _MOST_BITS_TOGETHER // max(len(values), 1)) // among, 128)
    common = 1
    for denominator in kinds:
        common = lcm(common, denominator)
        if common.bit_length() > most:
            fine = _fine_denominator(max(values), digits)
            return tuple([-(-v.numerator * fine // v.denominator) for v in values]), fine, True
    factors = {under: common // under for under in kinds}
    return tuple(map(mul, map(_OVER, values), map(factors.__getitem__, unders))), common, False


def _fine_denominator(largest: Number, digits: int) -> int:
    """A power of ten that gives the largest value at least so many digits."""
    before_point = len(str(largest.numerator)) - len(str(largest.denominator))
    denominator: int = 10 ** max(digits + 1 - before_point, 0)
    return denominator


def combine(factors: Sequence[FactorShares], weights: Sequence[Fraction]) -> PoolShares:
    """Weigh the factors: q_i = Σ_k w_k s_ik, for weights that sum to 1.

    Rounding a factor's n values up by less than 1 each moves a share by less than n / total.
    """
    scales = [weight / factor.total for factor, weight in zip(factors, weights, strict=True)]
    common = lcm(*(scale.denominator for scale in scales))
    whole = [scale.numerator * (common // scale.denominator) for scale in scales]
    divisor = gcd(*whole) or 1
    n = len(factors[0].values)
    parts = [
        map(mul, repeat(scale // divisor), factor.values)
        for factor, scale in zip(factors, whole, strict=True)
        if scale
    ]
    claims: Iterable[int] = reduce(partial(map, add), parts) if parts else repeat(0, n)
    error = sum((n * s for f, s in zip(factors, scales, strict=True) if f.is_rounded), Fraction(0))
    combined = tuple(claims)
    return PoolShares(tuple(factors), combined, sum(combined), error)


def pool_shares(recipients: Recipients, pool: Pool, *, digits: int = DIGITS) -> PoolShares:
    """The town shares of a pool under its own weights."""
    among = len(pool.factors)
    factors = [factor_shares(recipients, f, digits=digits, among=among) for f in pool.factors]
    return combine(factors, [factor.weight for factor in pool.factors])


def claims_alike(recipients: Recipients, shares: PoolShares, group: Sequence[int]) -> bool:
    """Whether every factor has the same exact value for all recipients of a group."""
    return all(
        len({factor_value(recipients, one.factor, i) for i in group}) == 1 for one in shares.factors
    )
