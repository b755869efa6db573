"""What a town's amount can mean: its entitlement, or what is paid of it; of one pool, or of all.

Settlement takes a fixed sum off each entitlement and mostly stops at 0, so that what is paid is
max(entitlement − offset, 0): one more bend of the same claim, a floor whose level is known. Other
pools keep the scheme's weights and add a fixed sum. What depends on the weights in other ways (a
recovered sum split again, a formula that names the entitlement) is refused by name.
Source of the settlement: `engine.settlement`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.allocation import Allocation
from allocator.base.money import Fen
from allocator.base.problems import InputError, Problem
from allocator.engine.pool import PoolAllocation
from allocator.fund.bounds import pilot_amounts
from allocator.fund.derived.reading import earlier, read_formulas
from allocator.fund.rules import Pool


@dataclass(frozen=True, slots=True)
class Terms:
    """A measure of town i is max(entitlement − offset[i], 0) + other[i], in fen.

    Without `stops_at_zero` what is taken off may leave less than nothing.
    """

    offset: tuple[int, ...]
    other: tuple[int, ...]
    stops_at_zero: bool

    def of(self, i: int, numerator: int, denominator: int) -> int:
        """The measure of town i, whose entitlement is numerator / denominator: over the same one.

        >>> Terms((200,), (5,), True).of(0, 500, 2), Terms((200,), (5,), True).of(0, 300, 2)
        (110, 10)
        """
        left = numerator - self.offset[i] * denominator
        if self.stops_at_zero:
            left = max(left, 0)
        return left + self.other[i] * denominator

    def entitlement(
        self, i: int, least: Fraction | None, most: Fraction | None
    ) -> tuple[Fraction | None, Fraction | None]:
        """Between which limits the entitlement is surely, where the measure is between these."""
        shift, other = self.offset[i] - self.other[i], self.other[i]
        if least is not None:
            least = None if self.stops_at_zero and least <= other else least + shift
        if most is not None:
            most = None if self.stops_at_zero and most < other else most + shift
        return least, most


@dataclass(frozen=True, slots=True)
class MatchTerms:
    """Required match of town i before rounding: rate · (max(amount − offset, 0) + other), in fen."""

    rate: tuple[Fraction, ...]
    offset: tuple[int, ...]
    other: tuple[int, ...]


def terms_of(current: Allocation, pool_id: str, measure: str) -> Terms:
    """How the measure follows from the entitlements of the pool, under all weights of it.

    Raises `InputError` naming the rule that makes it more than that.
    """
    result = current.pool(pool_id)
    zeros = (0,) * len(current.recipients)
    offset, other, stops = zeros, zeros, False
    if measure in ("payment", "all_payments"):
        offset, stops = _taken_off(current, result)
    if measure in ("all_entitlements", "all_payments"):
        _refuse(_named_below(current, pool_id))
        others = [p for p in current.pools if p.pool.id != pool_id]
        columns = [p.payment if measure == "all_payments" else p.entitlement for p in others]
        other = tuple(map(sum, zip(zeros, *columns, strict=True)))
    return Terms(offset, other, stops)


def _taken_off(current: Allocation, result: PoolAllocation) -> tuple[tuple[int, ...], bool]:
    """(what settlement takes off each entitlement, whether it stops at 0)."""
    settled, pilot = result.settlement, current.scheme.pilot
    if any(one.pool == result.pool.id for one in current.scheme.adjustments):
        _refuse(f"“{result.pool.name}”有人工调整")
    if settled is None:
        return (0,) * len(current.recipients), False
    if settled.is_deduction:
        if _names(current, result.pool, result.pool.id, "deduct"):
            _refuse("扣减的公式用到本资金池的应分配额")
        rule = current.scheme.deduction_of(result.pool)
        return settled.unspent, rule is None or rule.short != "negative"
    if pilot is not None and pilot.unspent == "redistribute":
        _refuse("收回的试点剩余要再分配")
    advance, unspent = pilot_amounts(current.recipients, current.scheme)
    if settled.basis == "share":
        return tuple(a + u for a, u in zip(advance, unspent, strict=True)), True
    return unspent, True


def match_terms(current: Allocation, pool_id: str) -> MatchTerms | None:
    """What the required match depends on; None without a match on this pool, or where it is more
    than a rate times what is paid (redistributed sums, bounds, formulas that name entitlements).
    """
    matching, pilot = current.scheme.matching, current.scheme.pilot
    result = current.pool(pool_id)
    if matching is None or pool_id not in (matching.on or [p.pool.id for p in current.pools]):
        return None
    if matching.floor or matching.cap or _match_names_a_pool(current):
        return None
    try:
        _refuse(_named_below(current, pool_id))
        offset, stops = _taken_off(current, result)
    except InputError:
        return None
    settled = result.settlement
    if not stops and any(offset):
        return None
    own: Sequence[int] = result.payment
    if settled and matching.base == "before_recovery":
        own, offset = settled.before_recovery, (0,) * len(own)
        if pilot and not settled.is_deduction and settled.basis == "share":
            offset = pilot_amounts(current.recipients, current.scheme)[0]
    other = (m.base - o for m, o in zip(current.matching, own, strict=True))
    rates = tuple(match.rate for match in current.matching)
    return MatchTerms(rates, tuple(offset), tuple(other))


def _match_names_a_pool(current: Allocation) -> bool:
    formulas, _ = read_formulas(current.recipients, current.scheme)
    names = {name for site in formulas.match.values() for name in site.read.names}
    return any(earlier(result.pool) in names for result in current.pools)


def _named_below(current: Allocation, pool_id: str) -> str:
    """Which pool's formulas name this one's entitlements; empty: none."""
    for result in current.pools:
        if result.pool.id != pool_id and _names(current, result.pool, pool_id):
            return f"“{result.pool.name}”的公式用到本资金池的应分配额"
    return ""


def _names(current: Allocation, pool: Pool, named: str, *keys: str) -> bool:
    """Whether formulas of a pool (those of `keys`, or any) name another pool's entitlements."""
    formulas, _ = read_formulas(current.recipients, current.scheme)
    column = earlier(current.scheme.pool(named))
    return any(
        column in site.read.names
        for key, site in formulas.of(pool).items()
        if not keys or key in keys
    )


def _refuse(why: str) -> None:
    if why:
        message = f"{why}，本次核拨额（或合计）不再是应分配额的分段线性函数，不能精确求解"
        remedy = "请改按“应分配额”求解，或用 allocator compare 比较写好权重的方案"
        raise InputError([Problem("problem.measure", message, remedy)])


def not_fixed(measure: str) -> Problem:
    """A part of a whole that moves with the weights."""
    message = f"有镇街的应分配额可能不够扣，“{measure}”的合计随权重变动，占比不能精确求解"
    return Problem("problem.measure", message, "占比请按“应分配额”求解")


def is_fixed(terms: Terms, lows: Sequence[int], base: Fen) -> bool:
    """Whether nobody's entitlement can be too small for what is taken off: then all together the
    measure is a fixed sum.
    """
    pairs = zip(terms.offset, lows, strict=True)
    return not terms.stops_at_zero or all(offset <= base + low for offset, low in pairs)
