"""The least and the most a town may get, and what the pilot advanced it, by town in fen."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.base.money import FEN_PER_YUAN, Fen
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Pool
from allocator.fund.scheme import Scheme


def entitlement_bounds(
    recipients: Recipients, pool: Pool, held: Sequence[Fen] = ()
) -> tuple[tuple[Fen, ...], tuple[Fen, ...] | None]:
    """(lower, upper) of each entitlement in fen: floor and cap, and the advances in `held`."""
    lower = amounts(recipients, pool.floor, pool.base)
    if held:
        lower = tuple(map(max, lower, held))
    return lower, None if pool.cap is None else amounts(recipients, pool.cap, Fen(0))


def amounts(recipients: Recipients, value: Fen | str | None, default: Fen) -> tuple[Fen, ...]:
    """An amount for all, a column of yuan, or the default, as fen by town."""
    if isinstance(value, str):
        return tuple(Fen(int(yuan * FEN_PER_YUAN)) for yuan in recipients.numbers[value])
    return (default if value is None else value,) * len(recipients)


def pilot_amounts(
    recipients: Recipients, scheme: Scheme
) -> tuple[tuple[Fen, ...], tuple[Fen, ...]]:
    """(advance, unspent) by town in fen; 0 for towns outside the pilot."""
    zeros = (Fen(0),) * len(recipients)
    if scheme.pilot is None:
        return zeros, zeros
    advance = amounts(recipients, scheme.pilot.advance, Fen(0))
    if not isinstance(scheme.pilot.advance, str):
        pilot = recipients.pilot or (False,) * len(recipients)
        advance = tuple(a if p else Fen(0) for a, p in zip(advance, pilot, strict=True))
    return advance, recipients.unspent or zeros
