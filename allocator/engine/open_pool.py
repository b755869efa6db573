"""One pool with its weights left open: all of its split that no weighting changes.

In: a checked table and a scheme. Out: `OpenPool`, which scenarios split under thousands of
weightings and weight problems search over; `pool.exact_amounts` is the engine under one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.base.money import Fen
from allocator.engine.shares import FactorShares, factor_shares
from allocator.fund.bounds import entitlement_bounds, pilot_amounts
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Basis, Pool
from allocator.fund.scheme import Scheme


@dataclass(frozen=True, slots=True)
class OpenPool:
    """The split of `pool` (n recipients, K factors) with the weights left open.

    `budget`, `lower` and `upper` are fen as the engine takes them; `total`, `lows` and `highs`
    are whole units above the flat base, None where there is no such bound.
    """

    recipients: Recipients
    pool: Pool
    factors: tuple[FactorShares, ...]
    budget: Fen
    lower: tuple[Fen, ...]
    upper: tuple[Fen, ...] | None
    total: int
    lows: tuple[int, ...] | None
    highs: tuple[int, ...] | None

    @property
    def weights(self) -> tuple[Fraction, ...]:
        """The pool's own weights."""
        return tuple(factor.weight for factor in self.pool.factors)

    @property
    def names(self) -> tuple[str, ...]:
        """The factors' names as a user knows them."""
        return tuple(factor.name for factor in self.factors)


def open_pool(recipients: Recipients, scheme: Scheme, pool: Pool) -> OpenPool:
    """Leave the weights of a pool open, under the scheme's own bounds and pilot reading.

    The table and the scheme are sound (`refusals.check`); `pool.open_split` looks first.
    """
    set_aside, lower, upper = pool_terms(recipients, scheme, pool, scheme.basis_of(pool))
    budget = Fen(pool.budget - set_aside)
    total, lows, highs = in_units(recipients, pool, budget, lower, upper)
    return OpenPool(
        recipients=recipients,
        pool=pool,
        factors=tuple(factor_shares(recipients, factor) for factor in pool.factors),
        budget=budget,
        lower=lower,
        upper=upper,
        total=total,
        lows=None if lows is None else tuple(lows),
        highs=None if highs is None else tuple(highs),
    )


def pool_terms(
    recipients: Recipients, scheme: Scheme, pool: Pool, basis: Basis | None
) -> tuple[Fen, tuple[Fen, ...], tuple[Fen, ...] | None]:
    """(set aside from the split, lower, upper) in fen: what a reading leaves to split, and within
    which bounds; none of it depends on the weights.
    """
    advance = pilot_amounts(recipients, scheme)[0] if basis else ()
    set_aside = Fen(sum(advance)) if basis == "remainder" else Fen(0)
    keeps = scheme.pilot is not None and scheme.pilot.below_advance == "keep"
    held = advance if basis == "share" and keeps else ()
    return set_aside, *entitlement_bounds(recipients, pool, held)


def in_units(
    recipients: Recipients,
    pool: Pool,
    budget: Fen,
    lower: Sequence[Fen],
    upper: Sequence[Fen] | None,
) -> tuple[int, list[int] | None, list[int] | None]:
    """(total, lower, upper) above the flat base, in whole units of the pool; None: no such bound.

    A floor is rounded up and a cap down, so that what keeps the rounded bounds keeps the true ones.
    """
    base, unit = pool.base, pool.unit
    lows = [max(-(-(low - base) // unit), 0) for low in lower]
    highs = None if upper is None else [(high - base) // unit for high in upper]
    return (budget - base * len(recipients)) // unit, lows if any(lows) else None, highs
