"""The answer as data: every amount and the steps that led to it.

`Allocation` adds the ways of telling it (explain, tables, plain data); what computes or words an
answer takes this one, so that nothing imports upwards.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from allocator.base.money import Fen
from allocator.base.problems import Problem
from allocator.engine.matching import Match
from allocator.engine.pool import PoolAllocation
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import PLACEHOLDER_MARK, Scheme


@dataclass(frozen=True, slots=True)
class Identity:
    """One balance: it holds when both sides are equal. Sides are texts as the report prints them."""

    name: str
    scope: str
    left: str
    right: str
    holds: bool


@dataclass(frozen=True)
class Answer:
    """Every amount in fen, by town in official order, with the identities it was held to.

    `other_reading` is the pilot's pool under the basis that the scheme did not choose, None
    without a pilot or where that reading has no solution (`other_reading_failure` says why).
    """

    recipients: Recipients
    scheme: Scheme
    pools: tuple[PoolAllocation, ...]
    other_reading: PoolAllocation | None
    other_reading_failure: str
    matching: tuple[Match, ...]
    identities: tuple[Identity, ...]
    warnings: tuple[Problem, ...]

    def pool(self, pool_id: str) -> PoolAllocation:
        """The result of the pool of that id; raises `KeyError`."""
        for result in self.pools:
            if result.pool.id == pool_id:
                return result
        raise KeyError(pool_id)

    @property
    def mark(self) -> str:
        """What everything made from this answer must say: a draft, a trial, placeholders, or nothing."""
        if mark := self.scheme.mark:
            return mark
        return PLACEHOLDER_MARK if self.recipients.placeholders() else ""

    @functools.cached_property
    def payment(self) -> tuple[Fen, ...]:
        """What the city pays each town now, over all pools."""
        return tuple(Fen(sum(town)) for town in zip(*(p.payment for p in self.pools), strict=True))

    @functools.cached_property
    def due(self) -> tuple[Fen, ...]:
        """What is paid this time, over all pools: the payments less earlier instalments."""
        return tuple(Fen(sum(town)) for town in zip(*(p.due for p in self.pools), strict=True))
