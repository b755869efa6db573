"""Adjustments after the split: each is borne in full, inside the bounds, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allocator.base.money import Fen, format_yuan
from allocator.base.problems import InputError, Place, Problem
from allocator.fund.adjustments import Adjustment
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Pool
from allocator.fund.scheme import Scheme
from allocator.rounding.apportion import TieRefused, apportion


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What the adjustments of one pool change; amounts in fen by town.

    `parts[k]` is what adjustment `entries[k]` adds to every town, its bearers below 0 where the
    adjusted town gets more. Each sums to 0, or to the adjustment where the reserve bears it.
    """

    entries: tuple[Adjustment, ...]
    parts: tuple[tuple[Fen, ...], ...]

    @property
    def change(self) -> tuple[Fen, ...]:
        """What all adjustments together add to every town."""
        return tuple(Fen(sum(town)) for town in zip(*self.parts, strict=True))

    @property
    def from_reserve(self) -> tuple[Fen, ...]:
        """What the payer's reserve adds to every town; below 0 is given back to it."""
        zeros = (Fen(0),) * len(self.parts[0])
        borne = [
            part
            for entry, part in zip(self.entries, self.parts, strict=True)
            if entry.borne_by == "reserve"
        ]
        return tuple(Fen(sum(town)) for town in zip(zeros, *borne, strict=True))


def adjust(
    recipients: Recipients,
    scheme: Scheme,
    pool: Pool,
    weights: Sequence[int],
    entitlement: Sequence[Fen],
    lower: Sequence[Fen],
    upper: Sequence[Fen] | None,
) -> Adjusted | None:
    """Apply the pool's adjustments one after another; None where it has none.

    Bearers give (or get) by their shares (`weights`) in whole units of the pool, in fen where the
    adjustment is not a whole number of units, as far as their bounds let them: what one cannot
    bear goes to the others. Raises `InputError` with what breaks a bound.
    """
    chosen = [(k, one) for k, one in enumerate(scheme.adjustments) if one.pool == pool.id]
    if not chosen:
        return None
    amounts, parts, problems = list(entitlement), [], []
    bounds = lower, upper
    for k, one in chosen:
        place = scheme.places.get(f"adjustment[{k}].amount") or Place()
        part, why = _one(recipients, pool, one, [o for _, o in chosen], weights, amounts, bounds)
        if why:
            remedy = "请减少调整额、换承担方，或改上下限"
            message = f"“{pool.name}”{one.town}的人工调整{why}"
            problems.append(
                Problem("adjustment.bounds", message, remedy, place, format_yuan(one.amount))
            )
        parts.append(part)
        amounts = [Fen(a + p) for a, p in zip(amounts, part, strict=True)]
    if problems:
        raise InputError(problems)
    return Adjusted(tuple(one for _, one in chosen), tuple(parts))


def _one(
    recipients: Recipients,
    pool: Pool,
    one: Adjustment,
    every: Sequence[Adjustment],
    weights: Sequence[int],
    amounts: Sequence[Fen],
    bounds: tuple[Sequence[Fen], Sequence[Fen] | None],
) -> tuple[tuple[Fen, ...], str]:
    """What one adjustment adds to every town, and why it cannot be (nothing where it can)."""
    at = recipients.towns.index(one.town)
    lower, upper = bounds
    part = [Fen(0)] * len(amounts)
    part[at] = one.amount
    after = amounts[at] + one.amount
    if after < lower[at]:
        return tuple(part), f"后为 {format_yuan(after)} 元，低于下限 {format_yuan(lower[at])} 元"
    if upper is not None and after > upper[at]:
        return tuple(part), f"后为 {format_yuan(after)} 元，高于上限 {format_yuan(upper[at])} 元"
    if one.borne_by == "reserve":
        return tuple(part), ""
    borne, why = _bear(recipients, pool, one, every, weights, amounts, bounds)
    return tuple(Fen(p + b) for p, b in zip(part, borne, strict=True)), why


def _bear(
    recipients: Recipients,
    pool: Pool,
    one: Adjustment,
    every: Sequence[Adjustment],
    weights: Sequence[int],
    amounts: Sequence[Fen],
    bounds: tuple[Sequence[Fen], Sequence[Fen] | None],
) -> tuple[list[int], str]:
    """What the bearers give or get, in fen by town, and why they cannot (nothing where they can)."""
    unit = 1 if one.amount % pool.unit else pool.unit
    total = abs(one.amount) // unit
    borne = [0] * len(amounts)
    bearers = [i for i in _bearers(recipients, one, every) if weights[i]]
    if not bearers:
        return borne, "没有承担方"
    room = _room(bearers, amounts, bounds, unit, gives=one.amount > 0)
    if room is not None and sum(room) < total:
        most = format_yuan(sum(room) * unit)
        return borne, f"超出承担方在上下限内所能承担的 {most} 元"
    shares = [weights[i] for i in bearers]
    try:
        units = apportion(total, shares, upper=room, tie=pool.tie).amounts
    except TieRefused:
        return borne, "在承担方之间不能按占比分清"
    for i, count in zip(bearers, units, strict=True):
        borne[i] = (-unit if one.amount > 0 else unit) * count
    return borne, ""


def _bearers(recipients: Recipients, one: Adjustment, every: Sequence[Adjustment]) -> list[int]:
    """Who bears it: the towns named, else all that have no adjustment of their own."""
    own = {other.town for other in every}
    return [
        i
        for i, town in enumerate(recipients.towns)
        if (town not in own if one.borne_by == "others" else town in one.borne_by)
    ]


def _room(
    bearers: Sequence[int],
    amounts: Sequence[Fen],
    bounds: tuple[Sequence[Fen], Sequence[Fen] | None],
    unit: int,
    *,
    gives: bool,
) -> list[int] | None:
    """How many units each bearer can give (or get) inside its bounds; None: any number."""
    lower, upper = bounds
    if gives:
        return [max(amounts[i] - lower[i], 0) // unit for i in bearers]
    return None if upper is None else [max(upper[i] - amounts[i], 0) // unit for i in bearers]
