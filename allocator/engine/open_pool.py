"""One pool's split as a function of the weights alone: what every weighting has in common.

`exact_amounts` is the engine itself, one weighting at a time; `rounding` answers many at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.base.money import Fen
from allocator.base.problems import stop_on_errors
from allocator.engine.pool import in_units, pool_terms, split_pool
from allocator.engine.refusals import check
from allocator.engine.shares import FactorShares, combine, factor_shares
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Basis, Pool, Scheme


@dataclass(frozen=True, slots=True)
class Split:
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


def pool_basis(scheme: Scheme, pool: Pool) -> Basis | None:
    """The pilot reading under which `pool` is split; None for a pool without a pilot."""
    return scheme.pilot.basis if scheme.pilot and scheme.pilot.pool == pool.id else None


def open_split(recipients: Recipients, scheme: Scheme, pool_id: str) -> Split:
    """The split of a pool under the scheme's own bounds and pilot reading.

    Raises `InputError` for mistakes in table or scheme, `KeyError` for an unknown pool.
    """
    stop_on_errors(check(recipients, scheme))
    pool = scheme.pool(pool_id)
    set_aside, lower, upper = pool_terms(recipients, scheme, pool, pool_basis(scheme, pool))
    budget = Fen(pool.budget - set_aside)
    total, lows, highs = in_units(recipients, pool, budget, lower, upper)
    return Split(
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


def exact_amounts(split: Split, weights: Sequence[Fraction]) -> tuple[Fen, ...]:
    """The entitlements in fen under one weighting, by the engine.

    Raises `InputError` for a tie under the rule `refuse` and for bounds that cannot be met.
    """
    pool = split.pool
    shares = combine(split.factors, weights)
    answer = split_pool(split.recipients, pool, shares, split.budget, split.lower, split.upper)
    return tuple(Fen(units * pool.unit + pool.base) for units in answer.amounts)
