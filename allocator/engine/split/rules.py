"""Rules of a split that change who has which share, or need no share at all; pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from allocator.base.money import Fen, nearest
from allocator.engine.shares import PoolShares, combine
from allocator.fund.recipients import Number
from allocator.rounding.apportion import whole_weights
from allocator.rounding.base_sums import AboveBase
from allocator.rounding.water_filling import Infeasible


def adjusted_shares(shares: PoolShares, adjust: Sequence[Number]) -> PoolShares:
    """c_i · q_i, normalised again (财综〔2022〕37号: 任务量结合财政困难程度调节).

    `error` grows with the largest multiplier over the average one: rounding a share up moves a
    product and the total it is divided by.
    """
    if not any(adjust):
        raise ZeroDivisionError("every multiplier is 0")
    whole, _ = whole_weights([Fraction(value) for value in adjust])
    weights = tuple(w * c for w, c in zip(shares.weights, whole, strict=True))
    total = sum(weights)
    if not total:
        raise ZeroDivisionError("every adjusted share is 0")
    error = 2 * len(whole) * max(whole) * shares.error * Fraction(shares.total, total)
    return replace(shares, weights=weights, total=total, error=error)


def shares_among(shares: PoolShares, members: Sequence[bool]) -> PoolShares:
    """The shares of those who take part: each factor's total is theirs alone.

    Raises `ZeroDivisionError` where a factor is 0 for all of them.
    """
    factors = []
    for factor in shares.factors:
        values = tuple(v if m else 0 for v, m in zip(factor.values, members, strict=True))
        if not sum(values):
            raise ZeroDivisionError(f"factor {factor.name} sums to 0 among the members")
        factors.append(replace(factor, values=values, total=sum(values)))
    return combine(factors, [factor.factor.weight for factor in factors])


def kept_shares(shares: PoolShares, kept: Sequence[bool]) -> PoolShares:
    """The shares of those who are kept, normalised again; nobody else has any."""
    weights = tuple(w if is_kept else 0 for w, is_kept in zip(shares.weights, kept, strict=True))
    total = sum(weights)
    if not total:
        raise ZeroDivisionError("nobody is kept")
    return replace(
        shares, weights=weights, total=total, error=shares.error * Fraction(shares.total, total)
    )


def too_small(
    total: int,
    weights: Sequence[int],
    lower: Sequence[int],
    upper: Sequence[int] | None,
    base: Sequence[Fraction],
    least: Sequence[Fraction],
    *,
    keeps: bool = False,
) -> list[int]:
    """Who is not paid since its claim is below `least`: the smallest drops out, the others share
    again, until none is below. All in units, `least` and `base` exact.

    With `keeps` caps may leave a part of the total with the payer. Of equal smallest claims all drop out at once: none has more right to stay than the others.
    Where nobody has bounds or a base, the order in which they drop is that of their weights.

    >>> too_small(10, [6, 3, 1], [0] * 3, [10] * 3, [Fraction(0)] * 3, [Fraction(2)] * 3)
    [2]
    """
    active = list(weights)
    dropped: list[int] = []
    floors, starts = list(lower), list(base)
    while any(active):
        above = AboveBase.of(total, starts, floors, upper)
        try:
            level = above.level(active)
        except Infeasible as error:
            if not keeps or error.bound != "upper":
                raise
            # The caps hold everyone who has a share: what they leave stays with the payer.
            level = Fraction(max(above.upper))
        claims = [above.claim(i, level * weight) for i, weight in enumerate(active)]
        below = [i for i, w in enumerate(active) if (w or claims[i]) and claims[i] < least[i]]
        if not below:
            break
        smallest = min(claims[i] for i in below)
        for i in below:
            if claims[i] == smallest:
                dropped.append(i)
                active[i], floors[i], starts[i] = 0, 0, Fraction(0)
    return sorted(dropped)


def stated_amounts(
    amounts: Sequence[Fraction],
    lower: Sequence[Fraction] | None,
    upper: Sequence[Fraction] | None,
    unit: Fen,
) -> tuple[tuple[Fen, ...], tuple[Fraction, ...]]:
    """(amounts, exact): each entitlement within its bounds, then half up to the unit; in fen.

    Where a floor is above its cap the cap holds.
    """
    exact = within(amounts, lower, upper)
    return tuple(Fen(int(nearest(a / unit)) * unit) for a in exact), tuple(exact)


def within(
    amounts: Sequence[Fraction],
    lower: Sequence[Fraction] | None,
    upper: Sequence[Fraction] | None,
) -> list[Fraction]:
    """Each amount within its bounds, never below 0; where they cross the upper one holds."""
    exact = list(amounts)
    if lower is not None:
        exact = [max(amount, low) for amount, low in zip(exact, lower, strict=True)]
    if upper is not None:
        exact = [min(amount, high) for amount, high in zip(exact, upper, strict=True)]
    return [max(amount, Fraction(0)) for amount in exact]
