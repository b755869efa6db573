"""Factor shares and town shares of one pool, exactly (因素法).

Source of the rule: 东府办〔2020〕22号 五（一）, which names the factors; the weights are the scheme's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from allocator.recipients import Number, Recipients
from allocator.scheme import Factor, Pool


@dataclass(frozen=True, slots=True)
class FactorShares:
    """The values v_i of one factor, as whole numbers over one denominator, and their total."""

    factor: Factor
    name: str
    values: tuple[int, ...]
    denominator: int
    total: int

    def value(self, i: int) -> Fraction:
        """v_i, in the unit of its column."""
        return Fraction(self.values[i], self.denominator)

    def share(self, i: int) -> Fraction:
        """s_i = v_i / Σ v (因素占比)."""
        return Fraction(self.values[i], self.total)


@dataclass(frozen=True, slots=True)
class PoolShares:
    """Town shares q_i = Σ_k w_k s_ik as whole numbers over their total."""

    factors: tuple[FactorShares, ...]
    weights: tuple[int, ...]
    total: int

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
    if factor.per:
        value = Fraction(value) / recipients.numbers[factor.per][i]
    if factor.direction == "inverse":
        value = 1 / Fraction(value)
    return value * recipients.numbers[factor.scale][i] if factor.scale else value


def factor_name(recipients: Recipients, factor: Factor) -> str:
    """The name a user sees: the factor's own, else its column's header."""
    return factor.name or (recipients.header(factor.column) if factor.column else "类别系数")


def factor_shares(recipients: Recipients, factor: Factor) -> FactorShares:
    """The factor's column as shares. Raises `ZeroDivisionError` when its total is 0."""
    plain = not (factor.coefficients or factor.per or factor.scale)
    values: Sequence[Number]
    if plain and factor.direction == "direct":
        values = recipients.numbers[factor.column]
    else:
        values = [factor_value(recipients, factor, i) for i in range(len(recipients))]
    common = lcm(*{value.denominator for value in values})
    if common == 1:
        whole = tuple([value.numerator for value in values])
    else:
        whole = tuple([value.numerator * (common // value.denominator) for value in values])
    total = sum(whole)
    if total == 0:
        raise ZeroDivisionError(f"factor {factor.column} sums to 0")
    return FactorShares(factor, factor_name(recipients, factor), whole, common, total)


def combine(factors: Sequence[FactorShares], weights: Sequence[Fraction]) -> PoolShares:
    """Weigh the factors: q_i = Σ_k w_k s_ik, for weights that sum to 1."""
    scales = [weight / factor.total for factor, weight in zip(factors, weights, strict=True)]
    common = lcm(*(scale.denominator for scale in scales))
    whole = [scale.numerator * (common // scale.denominator) for scale in scales]
    divisor = gcd(*whole) or 1
    claims = [0] * len(factors[0].values)
    for factor, scale in zip(factors, whole, strict=True):
        coefficient = scale // divisor
        if coefficient:
            claims = [
                claim + coefficient * value
                for claim, value in zip(claims, factor.values, strict=True)
            ]
    return PoolShares(tuple(factors), tuple(claims), sum(claims))


def pool_shares(recipients: Recipients, pool: Pool) -> PoolShares:
    """The town shares of a pool under its own weights."""
    factors = [factor_shares(recipients, factor) for factor in pool.factors]
    return combine(factors, [factor.weight for factor in pool.factors])
