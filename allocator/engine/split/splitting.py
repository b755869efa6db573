"""One sum split by shares, inside bounds, in whole units: the engine's one call of the rounding."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from allocator.base.money import Fen
from allocator.base.problems import InputError
from allocator.engine import refusals
from allocator.engine.certainty import is_certain
from allocator.engine.open_pool import in_units
from allocator.engine.shares import PoolShares, claims_alike
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Pool
from allocator.rounding.apportion import Apportionment, TieRefused, apportion
from allocator.rounding.divisors import DIVISORS
from allocator.rounding.water_filling import Infeasible


class Uncertain(InputError):
    """The digits kept of the shares do not decide who gets the last units."""


def split_pool(
    recipients: Recipients,
    pool: Pool,
    shares: PoolShares,
    budget: Fen,
    lower: Sequence[Fen],
    upper: Sequence[Fen] | None,
    *,
    base: Sequence[Fraction] = (),
) -> Apportionment:
    """Apportion `budget` fen, less the flat base, in whole units of the pool, inside the bounds.

    With `base` (fen) each has a sum of its own before its share.
    Raises `InputError` for bounds that cannot be met and refused ties, `Uncertain` where rounded
    shares leave an amount open.
    """
    total, lows, highs = in_units(recipients, pool, budget, lower, upper)
    method, weights = pool.method, shares.weights
    if method in DIVISORS and any((amount / pool.unit).denominator != 1 for amount in base):
        raise InputError([refusals.base_in_parts(pool)])
    try:
        answer = apportion(
            total,
            weights,
            method=method,
            lower=lows,
            upper=highs,
            base=[amount / pool.unit for amount in base] if base else None,
            tie=pool.tie,
            rest=_named(recipients, pool, shares),
        )
    except Infeasible as error:
        missing = Fen(error.missing * pool.unit)
        raise InputError([refusals.infeasible(pool, error.bound, missing)]) from None
    except OverflowError:
        raise InputError([refusals.undecided(pool)]) from None
    except TieRefused as tie:
        raise InputError([refusals.refused_tie(recipients, pool, tie.tied)]) from None
    if shares.error and (base or method == "nearest"):
        raise Uncertain([refusals.undecided(pool)])
    ties_are_real = not shares.error or all(
        claims_alike(recipients, shares, tie.tied) for tie in answer.ties
    )
    if not ties_are_real or not is_certain(shares, total, lows, highs, method, answer):
        raise Uncertain([refusals.undecided(pool)])
    return answer


def _named(recipients: Recipients, pool: Pool, shares: PoolShares) -> int | None:
    """Who takes the difference of rounding; None: the largest."""
    if pool.rest in ("", "largest"):
        return None
    if pool.rest not in recipients.towns:
        raise InputError([refusals.unknown_rest(pool)])
    who = recipients.towns.index(pool.rest)
    if not shares.weights[who]:
        raise InputError([refusals.unknown_rest(pool, takes_part=False)])
    return who
