"""One pool with its formulas worked out: plain columns and a few named vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from allocator.base.money import Fen
from allocator.fund.recipients import Number, Recipients
from allocator.fund.rules import Pool

if TYPE_CHECKING:
    from allocator.formulas import Formula, FormulaTable

#: What the columns made of a pool's formulas are called in tables.
HEADERS: Final = {
    "budget": "预算（元）",
    "level": "水平",
    "fixed": "定额补助（元）",
    "base": "定额（元）",
    "adjust": "调节系数",
    "floor": "下限（元）",
    "cap": "上限（元）",
    "least": "起付额（元）",
    "amount": "应补助额（元）",
    "deduct": "扣减（元）",
    "advance": "试点经费（元）",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """One pool (n recipients) with its formulas worked out.

    `recipients` has the derived columns and those of the pool's formulas (`columns`: key → name);
    `pool` names them. `members` says who takes part in the split (empty: all), `fixed` what others
    get instead (fen; empty: nothing), `base` comes before the share (fen; empty: the pool's own),
    `adjust` multiplies the weighted sum of the shares, `least` is the smallest share paid (fen),
    `amounts` are the entitlements that a formula states (fen), `groups` the group of each,
    `level` is the unknown of `amount`, by group where there are any,
    `table` what the formulas look at, `derived` the columns of the scheme that they need.
    """

    recipients: Recipients
    pool: Pool
    columns: Mapping[str, str] = field(default_factory=dict)
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    members: tuple[bool, ...] = ()
    fixed: tuple[Fen, ...] = ()
    base: tuple[Fraction, ...] = ()
    adjust: tuple[Number, ...] = ()
    least: tuple[Fraction, ...] = ()
    amounts: tuple[Fraction, ...] = ()
    groups: tuple[str, ...] = ()
    level: Mapping[str, Fraction] = field(default_factory=dict)
    table: FormulaTable | None = None
    derived: frozenset[str] = frozenset()

    @property
    def is_plain(self) -> bool:
        """Whether a split by shares inside bounds is all there is, the weights may stay open."""
        others = (self.fixed, self.base, self.adjust, self.least, self.amounts, self.groups)
        is_special = any(others) or self.pool.method == "nearest"
        return not is_special and self.pool.surplus == "error"

    def with_base_of_each(self) -> Terms:
        """A flat base as one of each, where not everybody has it or it is no whole number of units.

        It is only for who takes part; amounts are whole units whatever the base is.
        """
        is_whole = self.pool.base % max(self.pool.unit, 1) == 0
        if self.is_plain and is_whole and all(self.members or (True,)):
            return self
        if not self.pool.base:
            return self
        base = (Fraction(self.pool.base),) * len(self.recipients)
        return replace(self, base=base, pool=replace(self.pool, base=Fen(0)))
