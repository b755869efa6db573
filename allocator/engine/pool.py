"""One pool: shares, bounds, rounding, settlement and sources, in that order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.base.money import Fen
from allocator.base.problems import InputError, stop_on_errors
from allocator.engine import refusals
from allocator.engine.adjustments import Adjusted, adjust
from allocator.engine.certainty import is_certain
from allocator.engine.instalments import Instalments, instalments
from allocator.engine.open_pool import OpenPool, in_units, open_pool, pool_terms
from allocator.engine.settlement import Settlement, redistribute, settle
from allocator.engine.shares import (
    DIGITS,
    MOST_DIGITS,
    PoolShares,
    claims_alike,
    combine,
    pool_shares,
)
from allocator.fund.bounds import pilot_amounts
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Basis, Pool, Scheme
from allocator.rounding.apportion import Apportionment, Tie, TieRefused, apportion
from allocator.rounding.two_way import round_two_way
from allocator.rounding.water_filling import Infeasible


def added(one: Sequence[Fen], other: Sequence[Fen]) -> tuple[Fen, ...]:
    """Two columns of fen, town by town.

    >>> added([Fen(1), Fen(2)], [Fen(10), Fen(-2)])
    (11, 0)
    """
    return tuple(Fen(a + b) for a, b in zip(one, other, strict=True))


class Uncertain(InputError):
    """The digits kept of the shares do not decide who gets the last units."""


@dataclass(frozen=True, slots=True)
class PoolAllocation:
    """One pool split and settled. All amounts by town, in fen, in official order.

    `set_aside` is what the reading keeps out of the split (all advances under `remainder`),
    `lower` and `upper` the bounds that held, `multiplier` the level λ: before rounding a town is
    entitled to `pool.base` + λ · its share, held within its bounds. `by_source[i][j]` is the part
    of town i's money (`funding`) that source j pays; what the payer's reserve adds is in none.
    `entitlement` holds the adjustments, `split_amount` is what the split alone gives.
    """

    pool: Pool
    shares: PoolShares
    set_aside: Fen
    lower: tuple[Fen, ...]
    upper: tuple[Fen, ...] | None
    multiplier: Fraction
    divisor_multiplier: Fraction | None
    entitlement: tuple[Fen, ...]
    ties: tuple[Tie, ...]
    settlement: Settlement | None
    by_source: tuple[tuple[Fen, ...], ...]
    adjusted: Adjusted | None = None
    instalments: Instalments | None = None

    @property
    def is_sourced_in_units(self) -> bool:
        """Whether the split by source is in whole units of the pool: sources and funding allow it."""
        amounts = (*(source.amount for source in self.pool.sources), *self.sourced)
        return not any(amount % self.pool.unit for amount in amounts)

    def quota(self, i: int) -> Fraction:
        """The exact entitlement of town i in fen, before rounding."""
        low = self.lower[i] - self.pool.base
        exact = max(self.multiplier * self.shares.share(i), Fraction(low))
        if self.upper is not None:
            exact = min(exact, Fraction(self.upper[i] - self.pool.base))
        return exact + self.pool.base

    def bound(self, i: int) -> str:
        """`lower`, `upper` or nothing: the bound that holds town i's entitlement."""
        exact = self.multiplier * self.shares.share(i) + self.pool.base
        if exact < self.lower[i]:
            return "lower"
        return "upper" if self.upper is not None and exact > self.upper[i] else ""

    @property
    def split_amount(self) -> tuple[Fen, ...]:
        """What the split by factors gives each town, before adjustments."""
        if self.adjusted is None:
            return self.entitlement
        pairs = zip(self.entitlement, self.adjusted.change, strict=True)
        return tuple(Fen(amount - change) for amount, change in pairs)

    @property
    def due(self) -> tuple[Fen, ...]:
        """What is paid this time: the payment less earlier instalments."""
        return self.instalments.due if self.instalments else self.payment

    @property
    def payment(self) -> tuple[Fen, ...]:
        """What the city pays now (本次核拨额)."""
        return self.settlement.payment if self.settlement else self.entitlement

    @property
    def funding(self) -> tuple[Fen, ...]:
        """All the pool's money a town is given: its entitlement, and advances set aside from it."""
        if self.settlement is None or self.settlement.basis == "share":
            return self.entitlement
        return added(self.entitlement, self.settlement.advance)

    @property
    def sourced(self) -> tuple[Fen, ...]:
        """The part of `funding` that the pool's sources pay: all but what the reserve adds."""
        if self.adjusted is None:
            return self.funding
        pairs = zip(self.funding, self.adjusted.from_reserve, strict=True)
        return tuple(Fen(fund - max(more, 0)) for fund, more in pairs)


def allocate_pool(
    recipients: Recipients, scheme: Scheme, pool: Pool, basis: Basis | None
) -> PoolAllocation:
    """Split one pool under one reading of the pilot (None: the pool has no pilot).

    Shares too long to be exact get more digits until every amount is certain.
    """
    digits = DIGITS
    while True:
        shares = pool_shares(recipients, pool, digits=digits)
        try:
            return _allocate(recipients, scheme, shares, pool, basis)
        except Uncertain:
            if digits >= MOST_DIGITS:
                raise
        digits *= 2


def _allocate(
    recipients: Recipients, scheme: Scheme, shares: PoolShares, pool: Pool, basis: Basis | None
) -> PoolAllocation:
    advance, unspent = pilot_amounts(recipients, scheme) if basis else ((), ())
    set_aside, lower, upper = pool_terms(recipients, scheme, pool, basis)
    split = split_pool(recipients, pool, shares, Fen(pool.budget - set_aside), lower, upper)
    amounts = tuple(Fen(units * pool.unit + pool.base) for units in split.amounts)
    adjusted = adjust(recipients, scheme, pool, shares.weights, amounts, lower, upper)
    scale = pool.unit * shares.total
    result = PoolAllocation(
        pool=pool,
        shares=shares,
        set_aside=set_aside,
        lower=lower,
        upper=upper,
        multiplier=split.multiplier * scale,
        divisor_multiplier=split.divisor_multiplier and split.divisor_multiplier * scale,
        entitlement=amounts if adjusted is None else added(amounts, adjusted.change),
        ties=split.ties,
        settlement=None,
        by_source=(),
        adjusted=adjusted,
    )
    if basis:
        settlement, ties = _settle(recipients, scheme, result, basis, advance, unspent)
        result = replace(result, settlement=settlement, ties=result.ties + ties)
    return replace(
        result,
        by_source=_by_source(result),
        instalments=instalments(recipients, scheme, pool.id, result.payment),
    )


def _by_source(result: PoolAllocation) -> tuple[tuple[Fen, ...], ...]:
    """Who pays which part of each town's money: in the pool's units, or in fen where they differ.

    What adjustments give back to the payer's reserve is a line of its own, not shown.
    """
    pool = result.pool
    amounts = [source.amount for source in pool.sources]
    if not amounts:
        return ()
    funding = list(result.sourced)
    if kept := pool.budget - sum(funding):
        funding.append(Fen(kept))
    unit = pool.unit if result.is_sourced_in_units else 1
    table = round_two_way([fen // unit for fen in funding], [fen // unit for fen in amounts])
    rows = tuple(tuple(Fen(cell * unit) for cell in row) for row in table)
    return rows[: len(result.entitlement)]


def split_pool(
    recipients: Recipients,
    pool: Pool,
    shares: PoolShares,
    budget: Fen,
    lower: Sequence[Fen],
    upper: Sequence[Fen] | None,
) -> Apportionment:
    """Apportion `budget` fen, less the flat base, in whole units of the pool, inside the bounds.

    Raises `InputError` for bounds that cannot be met and refused ties, `Uncertain` where rounded
    shares leave an amount open.
    """
    total, lows, highs = in_units(recipients, pool, budget, lower, upper)
    method, weights = pool.method, shares.weights
    try:
        answer = apportion(total, weights, method=method, lower=lows, upper=highs, tie=pool.tie)
    except Infeasible as error:
        missing = Fen(error.missing * pool.unit)
        raise InputError([refusals.infeasible(pool, error.bound, missing)]) from None
    except TieRefused as tie:
        raise InputError([refusals.refused_tie(recipients, pool, tie.tied)]) from None
    ties_are_real = not shares.error or all(
        claims_alike(recipients, shares, tie.tied) for tie in answer.ties
    )
    if not ties_are_real or not is_certain(shares, total, lows, highs, method, answer):
        raise Uncertain([refusals.undecided(pool)])
    return answer


def open_split(recipients: Recipients, scheme: Scheme, pool_id: str) -> OpenPool:
    """A pool with its weights open, of a table and a scheme looked at first.

    Raises `InputError` for mistakes in table or scheme, `KeyError` for an unknown pool.
    """
    stop_on_errors(refusals.check(recipients, scheme))
    return open_pool(recipients, scheme, scheme.pool(pool_id))


def exact_amounts(opened: OpenPool, weights: Sequence[Fraction]) -> tuple[Fen, ...]:
    """The entitlements in fen under one weighting.

    Raises `InputError` for a tie under the rule `refuse` and for bounds that cannot be met.
    """
    pool = opened.pool
    shares = combine(opened.factors, weights)
    answer = split_pool(opened.recipients, pool, shares, opened.budget, opened.lower, opened.upper)
    return tuple(Fen(units * pool.unit + pool.base) for units in answer.amounts)


def _settle(
    recipients: Recipients,
    scheme: Scheme,
    result: PoolAllocation,
    basis: Basis,
    advance: tuple[Fen, ...],
    unspent: tuple[Fen, ...],
) -> tuple[Settlement, tuple[Tie, ...]]:
    pilot = scheme.pilot
    assert pilot is not None  # noqa: S101 - a basis is only given with a pilot
    settled = settle(basis, result.entitlement, advance, unspent)
    if pilot.below_advance == "error" and any(settled.carried):
        raise InputError(refusals.below_advance(recipients, result.pool, settled.carried))
    if pilot.unspent == "retain":
        return settled, ()
    ties: list[Tie] = []
    no_base = replace(result.pool, base=Fen(0))
    zeros = (Fen(0),) * len(recipients)

    def split(pot: Fen, room: tuple[Fen, ...] | None) -> tuple[Fen, ...]:
        whole = pot % no_base.unit == 0 and not any(r % no_base.unit for r in room or ())
        pool = no_base if whole else replace(no_base, unit=Fen(1))
        if room is not None:
            able = sum(r for r, weight in zip(room, result.shares.weights, strict=True) if weight)
            pot = Fen(min(pot, able))
        again = split_pool(recipients, pool, result.shares, pot, zeros, room)
        ties.extend(tie for tie in again.ties if tie not in ties)
        return tuple(Fen(units * pool.unit) for units in again.amounts)

    room = None
    if result.upper is not None:
        both = zip(result.upper, result.entitlement, strict=True)
        room = tuple(Fen(max(high - amount, 0)) for high, amount in both)
    return redistribute(settled, split, room), tuple(ties)
