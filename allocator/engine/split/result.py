"""What one pool comes to: its split, its settlement, its sources, by town in official order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from allocator.base.money import Fen
from allocator.engine.adjustments import Adjusted
from allocator.engine.instalments import Instalments
from allocator.engine.settlement import Settlement
from allocator.engine.shares import PoolShares
from allocator.engine.split.terms import Terms
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Pool
from allocator.rounding.apportion import Tie


def added(one: Sequence[Fen], other: Sequence[Fen]) -> tuple[Fen, ...]:
    """Two columns of fen, town by town.

    >>> added([Fen(1), Fen(2)], [Fen(10), Fen(-2)])
    (11, 0)
    """
    return tuple(Fen(a + b) for a, b in zip(one, other, strict=True))


@dataclass(frozen=True, slots=True)
class PoolAllocation:
    """One pool split and settled. All amounts by town, in fen, in official order.

    `set_aside` is what the reading keeps out of the split (all advances under `remainder`),
    `lower` and `upper` the bounds that held, `multiplier` the level λ: before rounding a town is
    entitled to `pool.base` + λ · its share, held within its bounds. `by_source[i][j]` is the part
    of town i's money (`funding`) that source j pays; what the payer's reserve adds is in none.
    `entitlement` holds the adjustments, `split_amount` is what the split alone gives.
    `terms` are the pool's formulas worked out; `exact` the claims before rounding where they do not
    follow from a level, `surplus` what nobody may take and stays with the payer, `dropped` who is
    below the least payment, `balance` who took which difference of rounding (fen), `parts` the
    split of each group.
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
    terms: Terms | None = None
    exact: tuple[Fraction, ...] = ()
    surplus: Fen = Fen(0)
    dropped: tuple[int, ...] = ()
    balance: tuple[int, Fen] | None = None
    parts: Mapping[str, PoolAllocation] = field(default_factory=dict)

    @property
    def table(self) -> Recipients | None:
        """The table with the derived columns and the formulas of this pool; None: the fund's own."""
        return self.terms.recipients if self.terms else None

    def part_of(self, i: int) -> PoolAllocation | None:
        """The split by group in which town i takes part."""
        groups = self.terms.groups if self.terms else ()
        return self.parts.get(groups[i]) if groups else None

    def base_of(self, i: int) -> Fraction:
        """What town i has before its share, in fen."""
        terms = self.terms
        if terms is None or not terms.base:
            return Fraction(self.pool.base)
        is_out = i in self.dropped or (terms.members and not terms.members[i])
        return Fraction(0) if is_out else terms.base[i]

    @property
    def is_sourced_in_units(self) -> bool:
        """Whether the split by source is in whole units of the pool: sources and funding allow it."""
        amounts = (*(source.amount for source in self.pool.sources), *self.sourced)
        return not any(amount % self.pool.unit for amount in amounts)

    def free_claims(self) -> tuple[list[int], int] | None:
        """What all would be entitled to without bounds, as (parts, q): parts[i] / q fen for town i.

        None where the claims do not follow from one level over one base. As many whole numbers
        take a tenth of the time of as many fractions.
        """
        if self.exact or self.parts or (self.terms and (self.terms.base or self.terms.fixed)):
            return None
        level = self.multiplier / self.shares.total
        p, q = level.numerator, level.denominator
        base = self.pool.base * q
        return [p * weight + base for weight in self.shares.weights], q

    def quota(self, i: int) -> Fraction:
        """The exact entitlement of town i in fen, before rounding."""
        if self.exact:
            return self.exact[i]
        if part := self.part_of(i):
            return part.quota(i)
        exact = max(self._free(i), Fraction(self.lower[i]))
        return exact if self.upper is None else min(exact, Fraction(self.upper[i]))

    def bound(self, i: int) -> str:
        """`lower`, `upper` or nothing: the bound that holds town i's entitlement."""
        if self.exact:
            return ""
        if part := self.part_of(i):
            return part.bound(i)
        if self.terms and self.terms.fixed and self.terms.fixed[i]:
            return ""
        exact = self._free(i)
        if exact < self.lower[i]:
            return "lower"
        return "upper" if self.upper is not None and exact > self.upper[i] else ""

    def _free(self, i: int) -> Fraction:
        """What town i would be entitled to without bounds."""
        return self.multiplier * self.shares.share(i) + self.base_of(i)

    @property
    def split_amount(self) -> tuple[Fen, ...]:
        """What the split by factors gives each town, before adjustments."""
        if self.adjusted is None:
            return self.entitlement
        pairs = zip(self.entitlement, self.adjusted.change, strict=True)
        return tuple(Fen(amount - change) for amount, change in pairs)

    @property
    def pilot_settlement(self) -> Settlement | None:
        """The settlement against a pilot's advances; None without one, as for a plain deduction."""
        settled = self.settlement
        return None if settled is None or settled.is_deduction else settled

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


def paid_word(*results: PoolAllocation) -> str:
    """What these pools give in all is called: paid in rounds, 本次 is only the last of them."""
    return "应核拨" if any(result.instalments for result in results) else "本次核拨"
