"""The split of one pool alone: stated amounts, group by group, or all together by shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from allocator.base.money import Fen
from allocator.base.problems import InputError
from allocator.engine import refusals
from allocator.engine.open_pool import in_units, pool_terms
from allocator.engine.shares import DIGITS, MOST_DIGITS, PoolShares, pool_shares
from allocator.engine.split.result import PoolAllocation, added
from allocator.engine.split.rules import (
    adjusted_shares,
    kept_shares,
    shares_among,
    stated_amounts,
    too_small,
)
from allocator.engine.split.splitting import Uncertain, split_pool
from allocator.engine.split.terms import Terms
from allocator.fund.bounds import entitlement_bounds
from allocator.fund.rules import Basis, Pool
from allocator.fund.scheme import Scheme
from allocator.rounding.apportion import whole_weights
from allocator.rounding.water_filling import Infeasible

Amount = TypeVar("Amount", Fen, Fraction)


def divided(scheme: Scheme, work: Terms, basis: Basis | None) -> PoolAllocation:
    """The split alone: stated amounts, group by group, or all together."""
    if work.groups:
        return _by_group(scheme, work, basis)
    if work.amounts:
        return _stated(work)
    digits = DIGITS
    while True:
        try:
            shares = pool_shares(work.recipients, work.pool, digits=digits)
            return _shared(scheme, work, shares, basis)
        except Uncertain:
            if digits >= MOST_DIGITS:
                raise
        except ZeroDivisionError:
            raise InputError([refusals.nobody(work.pool)]) from None
        digits *= 2


def _shared(scheme: Scheme, work: Terms, shares: PoolShares, basis: Basis | None) -> PoolAllocation:
    """Split what fixed sums leave by the shares, inside the bounds."""
    pool, recipients = work.pool, work.recipients
    set_aside, lower, upper = pool_terms(recipients, scheme, pool, basis)
    if work.members:
        shares = shares_among(shares, work.members)
        lower = _where(work.members, lower, Fen(0))
    if work.adjust:
        shares = adjusted_shares(shares, work.adjust)
    budget = _left(pool, set_aside, work.fixed)
    dropped: list[int] = []
    base = work.base
    if base and work.members:
        base = _where(work.members, base, Fraction(0))
    if work.least:
        dropped = _too_small(work, shares, budget, lower, upper, base)
        kept = _all_but(dropped, len(recipients))
        shares, lower = kept_shares(shares, kept), _where(kept, lower, Fen(0))
        base = _where(kept, base, Fraction(0)) if base else ()
    surplus = Fen(0)
    if pool.surplus == "keep" and upper is not None:
        able = _able(pool, shares, lower, upper, base)
        surplus = Fen(max(budget - able, 0))
    split = split_pool(recipients, pool, shares, Fen(budget - surplus), lower, upper, base=base)
    amounts = tuple(
        Fen(units * pool.unit + (pool.base if not base else 0)) for units in split.amounts
    )
    if work.fixed:
        amounts = added(amounts, work.fixed)
        lower = added(lower, work.fixed)
        if upper is not None:
            upper = tuple(f or high for f, high in zip(work.fixed, upper, strict=True))
    scale = pool.unit * shares.total
    balance = split.balance and (split.balance[0], Fen(split.balance[1] * pool.unit))
    return PoolAllocation(
        pool=pool,
        shares=shares,
        set_aside=set_aside,
        lower=lower,
        upper=upper,
        multiplier=split.multiplier * scale,
        divisor_multiplier=split.divisor_multiplier and split.divisor_multiplier * scale,
        entitlement=amounts,
        ties=split.ties,
        settlement=None,
        by_source=(),
        surplus=surplus,
        dropped=tuple(dropped),
        balance=balance,
    )


def _left(pool: Pool, set_aside: Fen, fixed: Sequence[Fen]) -> Fen:
    """What is split by shares: the budget less what is set aside and fixed sums."""
    budget = Fen(pool.budget - set_aside - sum(fixed))
    if budget < 0:
        raise InputError([refusals.fixed_too_much(pool, Fen(-budget))])
    if budget % pool.unit:
        raise InputError([refusals.fixed_in_parts(pool, budget)])
    return budget


def _where(kept: Sequence[bool], amounts: Sequence[Amount], zero: Amount) -> tuple[Amount, ...]:
    return tuple(amount if is_kept else zero for amount, is_kept in zip(amounts, kept, strict=True))


def _all_but(dropped: Sequence[int], n: int) -> tuple[bool, ...]:
    out = set(dropped)
    return tuple(i not in out for i in range(n))


def _able(
    pool: Pool,
    shares: PoolShares,
    lower: Sequence[Fen],
    upper: Sequence[Fen],
    base: Sequence[Fraction],
) -> Fen:
    """The most that caps let the pool pay in whole units: who has no share has its base only."""
    most = Fraction(0)
    for i, high in enumerate(upper):
        units = Fraction(high // pool.unit)
        if not shares.weights[i]:
            own = base[i] if base else Fraction(0)
            units = min(max(own / pool.unit, Fraction(-(-lower[i] // pool.unit))), units)
        most += units
    return Fen(int(most) * pool.unit)


def _too_small(
    work: Terms,
    shares: PoolShares,
    budget: Fen,
    lower: Sequence[Fen],
    upper: Sequence[Fen] | None,
    base: Sequence[Fraction],
) -> list[int]:
    """Who is below the least payment, in official order."""
    pool = work.pool
    total, lows, highs = in_units(work.recipients, pool, budget, lower, upper)
    n = len(work.recipients)
    own = [amount / pool.unit for amount in base] or [Fraction(0)] * n
    least = [amount / pool.unit for amount in work.least]
    try:
        keeps = pool.surplus == "keep"
        return too_small(total, shares.weights, lows or [0] * n, highs, own, least, keeps=keeps)
    except Infeasible as error:
        missing = Fen(error.missing * pool.unit)
        raise InputError([refusals.infeasible(pool, error.bound, missing)]) from None


def _stated(work: Terms) -> PoolAllocation:
    """Amounts that a formula states: paid whole, or a budget that is too small in proportion."""
    pool, recipients = work.pool, work.recipients
    lower, upper = entitlement_bounds(recipients, pool)
    low = None if pool.floor is None else list(map(Fraction, lower))
    high = None if upper is None else list(map(Fraction, upper))
    amounts, exact = stated_amounts(work.amounts, low, high, pool.unit)
    if work.members:
        amounts = _where(work.members, amounts, Fen(0))
        exact = _where(work.members, exact, Fraction(0))
    dropped = [i for i, least in enumerate(work.least) if 0 < exact[i] < least]
    if dropped:
        kept = _all_but(dropped, len(exact))
        amounts, exact = _where(kept, amounts, Fen(0)), _where(kept, exact, Fraction(0))
    if not any(amounts):
        raise InputError([refusals.nobody(pool)])
    fixed = work.fixed or _zeros(work)
    total = Fen(sum(amounts) + sum(fixed))
    whole, _ = whole_weights(exact)
    shares = PoolShares((), tuple(whole), sum(whole))
    plain = PoolAllocation(
        pool=replace(pool, budget=total, is_open=False) if pool.is_open else pool,
        shares=shares,
        set_aside=Fen(0),
        lower=fixed,
        upper=None,
        multiplier=Fraction(0),
        divisor_multiplier=None,
        entitlement=added(amounts, fixed),
        ties=(),
        settlement=None,
        by_source=(),
        exact=tuple(e + f for e, f in zip(exact, fixed, strict=True)),
        surplus=Fen(0) if pool.is_open or work.level else Fen(max(pool.budget - total, 0)),
        dropped=tuple(dropped),
    )
    if pool.is_open or (total <= pool.budget and not work.level):
        return plain
    bare = replace(pool, floor=None, cap=None)
    budget = _left(pool, Fen(0), fixed)
    split = split_pool(recipients, bare, shares, budget, _zeros(work), None)
    balance = split.balance and (split.balance[0], Fen(split.balance[1] * pool.unit))
    return replace(
        plain,
        entitlement=added([Fen(units * pool.unit) for units in split.amounts], fixed),
        balance=balance,
        multiplier=split.multiplier * pool.unit * shares.total,
        ties=split.ties,
        exact=(),
    )


def _by_group(scheme: Scheme, work: Terms, basis: Basis | None) -> PoolAllocation:
    """Each group's budget split among its own, then all put together.

    A share of the whole is a share of the group times the group's part of the budget.
    """
    pool, recipients = work.pool, work.recipients
    parts: dict[str, PoolAllocation] = {}
    groups = list(dict.fromkeys(filter(None, work.groups)))
    vacant = [name for name, fen in pool.budgets.items() if fen and name not in groups]
    if vacant and pool.surplus != "keep":
        raise InputError([refusals.vacant_groups(pool, vacant)])
    for name in groups:
        own = tuple(group == name for group in work.groups)
        members = tuple(o and m for o, m in zip(own, work.members or own, strict=True))
        fixed = _where(own, work.fixed, Fen(0)) if work.fixed else ()
        # Who is to take the difference of rounding stands in one group; the largest in the others.
        outside = pool.rest in recipients.towns and not own[recipients.towns.index(pool.rest)]
        rest = "largest" if outside else pool.rest
        part_of_it = replace(pool, budget=pool.budgets[name], sources=(), budgets={}, rest=rest)
        fixed = fixed if any(fixed) else ()
        level = {"": work.level[name]} if name in work.level else {}
        part = replace(work, pool=part_of_it, members=members, groups=(), fixed=fixed, level=level)
        try:
            parts[name] = replace(divided(scheme, part, basis), terms=part)
        except InputError as error:
            found = [replace(p, message=f"{name}：{p.message}") for p in error.problems]
            raise InputError(found) from None
    split = list(parts.values())
    uppers = {name: part.upper for name, part in parts.items() if part.upper is not None}
    return PoolAllocation(
        pool=pool,
        shares=_joined([part.shares for part in split], [part.pool.budget for part in split]),
        set_aside=Fen(0),
        lower=tuple(Fen(max(town)) for town in zip(*(p.lower for p in split), strict=True)),
        upper=tuple(uppers[group or groups[0]][i] for i, group in enumerate(work.groups))
        if uppers
        else None,
        multiplier=Fraction(pool.budget),
        divisor_multiplier=None,
        entitlement=tuple(Fen(sum(t)) for t in zip(*(p.entitlement for p in split), strict=True)),
        ties=tuple(tie for part in split for tie in part.ties),
        settlement=None,
        by_source=(),
        surplus=Fen(sum(p.surplus for p in split) + sum(pool.budgets[name] for name in vacant)),
        dropped=tuple(sorted(i for part in split for i in part.dropped)),
        parts=parts,
    )


def _zeros(work: Terms) -> tuple[Fen, ...]:
    return (Fen(0),) * len(work.recipients)


def _joined(parts: Sequence[PoolShares], budgets: Sequence[Fen]) -> PoolShares:
    """Shares of several splits as shares of all their budgets together."""
    if not any(budgets):  # nothing to split: every group counts the same
        budgets = [Fen(1)] * len(parts)
    total = sum(budgets)
    exact = [
        sum(
            (
                Fraction(b, total) * Fraction(w, p.total)
                for p, b, w in zip(parts, budgets, town, strict=True)
            ),
            Fraction(0),
        )
        for town in zip(*(p.weights for p in parts), strict=True)
    ]
    whole, _ = whole_weights(exact)
    return PoolShares(parts[0].factors, tuple(whole), sum(whole))
