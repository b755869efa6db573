"""Weights from the data alone: the more a factor tells recipients apart, the more it weighs.

Every figure starts from the exact values v_ik of recipient i in factor k, as the engine takes them.
Logarithms and roots are taken to 60 digits; the weights are then rounded to stated decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from allocator.base.problems import InputError, Problem
from allocator.engine.pool import open_split
from allocator.engine.shares import FactorShares
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.proposals.proposal import (
    DECIMALS,
    PRECISE,
    Proposal,
    rounded_weights,
    shown,
)

#: What is left of equal numbers after roots and logarithms of 60 digits.
_NOISE: Final = Decimal("1e-50")
NamedFigures = tuple[tuple[str, list[Decimal]], ...]
WeightRule = Callable[[Sequence[FactorShares]], tuple[list[Decimal], NamedFigures]]


def entropy(factors: Sequence[FactorShares]) -> tuple[list[Decimal], NamedFigures]:
    """熵权法: w_k ∝ 1 − e_k, e_k = −Σ s_ik ln s_ik / ln n of the factor's shares; 0 ln 0 is 0.

    Source: C.-L. Hwang, K. Yoon, Multiple Attribute Decision Making, 1981, §2.5 (entropy method).
    """
    n = len(factors[0].values)
    whole = Decimal(n).ln() if n > 1 else Decimal(1)
    found = []
    for factor in factors:
        shares = [_decimal(factor.share(i)) for i in range(n)]
        terms = (s * s.ln() for s in shares if s)
        found.append(-sum(terms, Decimal(0)) / whole)
    left = [max(1 - e, Decimal(0)) for e in found]
    return left, (("信息熵", found), ("差异系数", left))


def variation(factors: Sequence[FactorShares]) -> tuple[list[Decimal], NamedFigures]:
    """变异系数法: w_k ∝ σ_k / mean_k (of the whole table, divided by n)."""
    found = []
    for factor in factors:
        n = len(factor.values)
        mean = Fraction(factor.total, n)
        variance = sum(((value - mean) ** 2 for value in factor.values), Fraction(0)) / n
        found.append(_decimal(variance / mean**2).sqrt())
    return found, (("变异系数", found),)


def critic(factors: Sequence[FactorShares]) -> tuple[list[Decimal], NamedFigures]:
    """CRITIC: w_k ∝ σ_k Σ_l (1 − r_kl), of values scaled to 0 … 1 between the least and the most.

    Source: D. Diakoulaki, G. Mavrotas, L. Papayannakis, Determining objective weights in multiple
    criteria problems: the CRITIC method, Computers & Operations Research 22 (1995), 763–770.
    """
    n = len(factors[0].values)
    centred: list[list[Fraction]] = []
    for factor in factors:
        low, high = min(factor.values), max(factor.values)
        scaled = [Fraction(value - low, high - low or 1) for value in factor.values]
        mean = sum(scaled, Fraction(0)) / n
        centred.append([value - mean for value in scaled])
    moments = [[_dot(one, other) / n for other in centred] for one in centred]
    sigma = [_decimal(moments[k][k]).sqrt() for k in range(len(factors))]
    conflict = []
    for k, row in enumerate(moments):
        parts = [
            1 - _decimal(m) / (sigma[k] * sigma[other])
            for other, m in enumerate(row)
            if other != k and sigma[k] and sigma[other]
        ]
        conflict.append(sum(parts, Decimal(0)))
    weights = [s * c for s, c in zip(sigma, conflict, strict=True)]
    return weights, (("标准差", sigma), ("冲突性", conflict))


def _dot(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


METHODS: Final[Mapping[str, tuple[str, WeightRule]]] = MappingProxyType(
    {
        "entropy": ("熵权法", entropy),
        "critic": ("CRITIC 法", critic),
        "variation": ("变异系数法", variation),
    }
)


def propose(
    recipients: Recipients,
    scheme: Scheme,
    pool_id: str,
    method: str = "entropy",
    *,
    decimals: int = DECIMALS,
) -> Proposal:
    """Weights of a pool from its data by `entropy`, `critic` or `variation`.

    Raises `InputError` for mistakes in the input, another method, and data that tell nobody apart;
    `KeyError` for an unknown pool.
    """
    opened = open_split(recipients, scheme, pool_id)
    if method not in METHODS:
        remedy = "可用：" + "、".join(f"{key}（{name}）" for key, (name, _) in METHODS.items())
        raise InputError([Problem("proposal.method", "没有这种赋权方法", remedy, value=method)])
    name, rule = METHODS[method]
    with localcontext(PRECISE):
        raw, figures = rule(opened.factors)
    if all(weight < _NOISE for weight in raw):
        remedy = "请换一种赋权方法"
        message = f"“{opened.pool.name}”各因素的数据没有差异，{name}得不出权重"
        raise InputError([Problem("proposal.alike", message, remedy)])
    return Proposal(
        method=name,
        scheme=scheme,
        pool=opened.pool,
        names=opened.names,
        weights=rounded_weights(raw, decimals),
        figures=tuple((header, shown(numbers)) for header, numbers in figures),
        notes=(f"按各因素数值计算，权重取到小数点后 {decimals} 位。",),
    )
