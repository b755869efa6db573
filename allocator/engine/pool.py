"""One pool: shares, bounds, rounding, settlement and sources, in that order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import get_args

from allocator.base.money import Fen
from allocator.base.problems import InputError, Problem, stop_on_errors
from allocator.engine import refusals
from allocator.engine.adjustments import adjust
from allocator.engine.instalments import instalments
from allocator.engine.open_pool import OpenPool, open_pool
from allocator.engine.settlement import Settlement, deduct, redistribute, settle
from allocator.engine.shares import combine
from allocator.engine.split.dividing import divided
from allocator.engine.split.other_formulas import deduction
from allocator.engine.split.result import PoolAllocation, added
from allocator.engine.split.splitting import split_pool
from allocator.engine.split.terms import Terms
from allocator.engine.split.work import terms_of
from allocator.fund.bounds import pilot_amounts
from allocator.fund.derived.reading import Formulas
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Basis, Pool
from allocator.fund.scheme import Scheme
from allocator.rounding.apportion import Tie
from allocator.rounding.two_way import round_two_way

__all__ = [
    "PoolAllocation",
    "added",
    "allocate_pool",
    "exact_amounts",
    "open_pools",
    "open_split",
    "other_reading",
    "with_deduction",
]


def allocate_pool(
    recipients: Recipients,
    scheme: Scheme,
    pool: Pool,
    basis: Basis | None,
    terms: Terms | None = None,
) -> PoolAllocation:
    """Split one pool under one reading of the pilot (None: the pool has no pilot).

    `terms` are its formulas worked out, if it has any. Shares too long to be exact get more digits
    until every amount is certain.
    """
    work = terms or Terms(recipients, pool)
    result = divided(scheme, work, basis)
    advance, unspent = pilot_amounts(recipients, scheme) if basis else ((), ())
    adjusted = adjust(
        *(recipients, scheme, work.pool, result.shares.weights, result.entitlement),
        *(result.lower, result.upper),
    )
    if adjusted is not None:
        changed = added(result.entitlement, adjusted.change)
        result = replace(result, adjusted=adjusted, entitlement=changed)
    if basis:
        settlement, ties = _settle(recipients, scheme, result, basis, advance, unspent)
        result = replace(result, settlement=settlement, ties=result.ties + ties)
    result = replace(result, terms=terms)
    return replace(
        result,
        by_source=_by_source(result),
        instalments=instalments(recipients, scheme, pool.id, result.payment),
    )


def allocate_pools(
    recipients: Recipients, scheme: Scheme, formulas: Formulas
) -> list[PoolAllocation]:
    """Every pool in order; a pool's formulas may name the entitlements of those above it."""
    results: list[PoolAllocation] = []
    above: dict[str, Sequence[Fen]] = {}
    for pool in scheme.pools:
        terms = terms_of(recipients, scheme, pool, formulas, above)
        basis = scheme.basis_of(pool)
        if terms.formulas and terms.is_plain:
            table = terms.recipients
            stop_on_errors(refusals.check_bounds(table, scheme, terms.pool, basis))
        special = terms.columns or terms.formulas or not terms.is_plain
        result = allocate_pool(recipients, scheme, pool, basis, terms if special else None)
        above[pool.id] = result.entitlement
        if scheme.deduction_of(pool):
            taken = deduction(recipients, scheme, pool, formulas, above)
            result = with_deduction(recipients, scheme, result, taken)
        results.append(result)
    return results


def other_reading(
    recipients: Recipients, scheme: Scheme, results: Sequence[PoolAllocation]
) -> tuple[PoolAllocation | None, str]:
    """The pool of the pilot under the reading that the scheme does not take, or why it cannot be."""
    pilot = scheme.pilot
    if pilot is None:
        return None, ""
    readings: tuple[Basis, ...] = get_args(Basis)
    basis = next(reading for reading in readings if reading != pilot.basis)
    pool = scheme.pool(pilot.pool)
    terms = next(result.terms for result in results if result.pool.id == pool.id)
    table, plain = (terms.recipients, terms.pool) if terms else (recipients, pool)
    problems = [p for p in refusals.check_bounds(table, scheme, plain, basis) if not p.is_warning]
    if problems:
        return None, problems[0].message
    try:
        return allocate_pool(recipients, scheme, pool, basis, terms), ""
    except InputError as error:
        return None, error.problems[0].message


def with_deduction(
    recipients: Recipients, scheme: Scheme, result: PoolAllocation, taken: Sequence[Fen]
) -> PoolAllocation:
    """The pool settled against what was paid before or is owed, by its `[[settlement]]`."""
    rule = scheme.deduction_of(result.pool)
    assert rule is not None  # noqa: S101 - called for a pool with such a rule
    settled = deduct(result.entitlement, taken, rule.short)
    if rule.short == "error" and any(settled.outstanding):
        raise InputError(refusals.short_of(recipients, result.pool, settled.outstanding))
    return replace(
        result,
        settlement=settled,
        instalments=instalments(recipients, scheme, result.pool.id, settled.payment),
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
    if pool.source_order == "in_turn":
        return _in_turn(funding, amounts)
    if kept := pool.budget - sum(funding):
        funding.append(Fen(kept))
    unit = pool.unit if result.is_sourced_in_units else 1
    table = round_two_way([fen // unit for fen in funding], [fen // unit for fen in amounts])
    rows = tuple(tuple(Fen(cell * unit) for cell in row) for row in table)
    return rows[: len(result.entitlement)]


def _in_turn(funding: Sequence[Fen], amounts: Sequence[Fen]) -> tuple[tuple[Fen, ...], ...]:
    """The first source is used up before the next, in official order (优先使用上级资金).

    >>> _in_turn([Fen(5), Fen(4)], [Fen(6), Fen(3)])
    ((5, 0), (1, 3))
    """
    left, table = list(amounts), []
    for fen in funding:
        row, open_sum = [], fen
        for j, rest in enumerate(left):
            part = Fen(min(rest, open_sum))
            row.append(part)
            left[j] = Fen(rest - part)
            open_sum = Fen(open_sum - part)
        table.append(tuple(row))
    return tuple(table)


def open_split(recipients: Recipients, scheme: Scheme, pool_id: str) -> OpenPool:
    """A pool with its weights open, of a table and a scheme looked at first.

    Raises `InputError` for mistakes in table or scheme, `KeyError` for an unknown pool.
    """
    return opened(recipients, scheme, scheme.pool(pool_id), _formulas(recipients, scheme))


def _formulas(recipients: Recipients, scheme: Scheme) -> Formulas:
    """The formulas of a table and a scheme looked at first; raises `InputError` for mistakes."""
    formulas, found = refusals.look(recipients, scheme)
    stop_on_errors(found)
    return formulas


def open_pools(
    recipients: Recipients, scheme: Scheme, pools: Sequence[Pool]
) -> tuple[tuple[Pool, ...], tuple[Problem, ...]]:
    """Those of the pools whose weights can be left open, and why the others' cannot.

    Raises `InputError` for mistakes in table and scheme, and where no pool can be.
    """
    formulas = _formulas(recipients, scheme)
    found: list[Pool] = []
    refused: list[Problem] = []
    for pool in pools:
        try:
            opened(recipients, scheme, pool, formulas)
        except InputError as error:
            if any(problem.code != refusals.NOT_OPEN for problem in error.problems):
                raise
            refused += error.problems
        else:
            found.append(pool)
    if refused and not found:
        raise InputError(refused)
    return tuple(found), tuple(refused)


def opened(recipients: Recipients, scheme: Scheme, pool: Pool, formulas: Formulas) -> OpenPool:
    """A pool of a sound table and scheme with its weights open, its `formulas` worked out.

    Raises `InputError` for a pool whose rules do not leave the amounts a function of the weights
    that is linear between bounds; the rule is named.
    """
    before = scheme.pools[: scheme.pools.index(pool)]
    above: dict[str, Sequence[Fen]] = {}
    if any(formulas.pools.values()) and before:
        results = allocate_pools(recipients, replace(scheme, pools=before, matching=None), formulas)
        above = {result.pool.id: result.entitlement for result in results}
    terms = terms_of(recipients, scheme, pool, formulas, above)
    if not terms.is_plain:
        raise InputError([refusals.not_open(pool)])
    pools = tuple(terms.pool if one.id == pool.id else one for one in scheme.pools)
    return open_pool(terms.recipients, replace(scheme, pools=pools), terms.pool)


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
