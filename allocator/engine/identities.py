"""The balances that every run must keep (平衡校验), stated as data and checked exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from allocator.base.money import format_number, format_yuan
from allocator.engine.answer import Answer, Identity
from allocator.engine.split.result import PoolAllocation, paid_word


class IdentityError(AssertionError):
    """A balance is false: a defect of the code, never of the input. Nothing is written."""

    def __init__(self, failed: tuple[Identity, ...]) -> None:
        self.failed = failed
        lines = [f"{i.scope} {i.name}：{i.left} ≠ {i.right}" for i in failed]
        super().__init__("平衡校验不通过\n" + "\n".join(lines))


def _equal(name: str, scope: str, left: int, right: int) -> Identity:
    return Identity(name, scope, format_yuan(left), format_yuan(right), left == right)


def _count(name: str, scope: str, exceptions: int, of: int) -> Identity:
    """Holds for each of `of` towns: the two sides are how many it holds for, and how many there are."""
    return Identity(name, scope, f"{of - exceptions} 个", f"{of} 个", exceptions == 0)


def shares_sum_to_one(answer: Answer) -> Iterator[Identity]:
    """Town shares of a pool sum to 1."""
    for result in answer.pools:
        shares = result.shares
        total = Fraction(sum(shares.weights), shares.total)
        yield Identity("各镇占比合计 = 1", result.pool.name, format_number(total), "1", total == 1)


def entitlements_sum_to_budget(answer: Answer) -> Iterator[Identity]:
    """Entitlements sum to the budget, less what the reading sets aside."""
    for result in answer.pools:
        right = result.pool.budget - result.set_aside - result.surplus + _from_reserve(result)
        name = "应分配额合计 = 预算" + (" − 预留试点经费" if result.set_aside else "")
        name += " − 分不完而留存" if result.surplus else ""
        name += " + 预留资金承担的调整" if _from_reserve(result) else ""
        yield _equal(name, result.pool.name, sum(result.entitlement), right)


def _from_reserve(result: PoolAllocation) -> int:
    """What the payer's reserve adds to the pool; below 0 is given back to it."""
    return sum(result.adjusted.from_reserve) if result.adjusted else 0


def adjustments_are_borne(answer: Answer) -> Iterator[Identity]:
    """Each adjustment is given in full, and what its bearers give up is no more and no less."""
    for result in answer.pools:
        if result.adjusted is None:
            continue
        rows = list(zip(result.adjusted.entries, result.adjusted.parts, strict=True))
        at = answer.recipients.towns.index
        missed = sum(part[at(entry.town)] != entry.amount for entry, part in rows)
        yield _count("人工调整 = 批准的调整额", result.pool.name, missed, len(rows))
        borne = [e.amount if e.borne_by == "reserve" else 0 for e, _ in rows]
        wrong = sum(sum(part) != own for (_, part), own in zip(rows, borne, strict=True))
        yield _count("调整额由承担方如数承担", result.pool.name, wrong, len(rows))
        split = sum(result.split_amount)
        budget = result.pool.budget - result.set_aside - result.surplus
        yield _equal("调整前应分配额合计 = 可分配额", result.pool.name, split, budget)


def instalments_make_the_payment(answer: Answer) -> Iterator[Identity]:
    """Every payment is what was paid in earlier rounds, what is due now, less what is overpaid."""
    for result in answer.pools:
        if rounds := result.instalments:
            rows = zip(result.payment, rounds.paid, rounds.due, rounds.overpaid, strict=True)
            wrong = sum(all_of_it != p + d - o for all_of_it, p, d, o in rows)
            name = "应核拨 = 此前已拨 + 本次下达 − 多拨"
            yield _count(name, result.pool.name, wrong, len(result.payment))


def entitlements_within_bounds(answer: Answer) -> Iterator[Identity]:
    """Every entitlement lies between its lower and its upper bound."""
    for result in answer.pools:
        high = result.upper or result.entitlement
        rows = zip(result.lower, result.entitlement, high, strict=True)
        wrong = sum(not low <= amount <= most for low, amount, most in rows)
        yield _count("下限 ≤ 应分配额 ≤ 上限", result.pool.name, wrong, len(result.entitlement))


def entitlements_are_settled(answer: Answer) -> Iterator[Identity]:
    """Every entitlement is the advance, the payment, what was recovered and what is carried over."""
    for result in answer.pools:
        settled = result.settlement
        if settled is None:
            continue
        advance = settled.advance if settled.basis == "share" else (0,) * len(settled.advance)
        rows = zip(
            *(result.entitlement, advance, settled.payment, settled.recovered, settled.carried),
            settled.redistributed,
            strict=True,
        )
        wrong = sum(e != a + p + r + c - back for e, a, p, r, c, back in rows)
        paid = paid_word(result)
        name = f"应分配额 = 已拨试点经费 + {paid} + 已扣回 + 结转 − 再分配"
        if settled.basis == "remainder":
            name = f"应分配额 = {paid} + 已扣回 − 再分配"
        if settled.is_deduction:
            name = f"应分配额 = {paid} + 已扣减"
        yield _count(name, result.pool.name, wrong, len(result.entitlement))


def budget_is_accounted_for(answer: Answer) -> Iterator[Identity]:
    """The budget is what was advanced, what is paid now and what the city keeps."""
    for result in answer.pools:
        advances = sum(result.settlement.advance) if result.settlement else 0
        kept = result.settlement.kept if result.settlement else 0
        total = advances + sum(result.payment) + kept + result.surplus
        paid = paid_word(result)
        name = f"预算 = {paid}"
        if result.settlement:
            name = f"预算 = 已拨试点经费 + {paid} + 市级结余"
            name = f"预算 = {paid} + 已扣减" if result.settlement.is_deduction else name
        name += " + 分不完而留存" if result.surplus else ""
        more = _from_reserve(result)
        name = name.replace("预算", "预算 + 预留资金承担的调整") if more else name
        yield _equal(name, result.pool.name, result.pool.budget + more, total)


def unspent_is_accounted_for(answer: Answer) -> Iterator[Identity]:
    """What was left of the advances is recovered or outstanding."""
    for result in answer.pools:
        if settled := result.settlement:
            total = sum(settled.recovered) + sum(settled.outstanding)
            name = "试点剩余 = 已扣回 + 待收回"
            name = "应扣减 = 已扣减 + 待收回" if settled.is_deduction else name
            yield _equal(name, result.pool.name, sum(settled.unspent), total)


def nobody_who_owes_is_given(answer: Answer) -> Iterator[Identity]:
    """Redistributed money goes to nobody who still owes, and lifts nobody above its cap."""
    for result in answer.pools:
        settled = result.settlement
        if settled is None or not any(settled.redistributed):
            continue
        wrong = sum(
            owes and paid > 0 for owes, paid in zip(settled.owes, settled.payment, strict=True)
        )
        yield _count("尚有待收回的不再核拨", result.pool.name, wrong, len(settled.payment))
        if result.upper is not None:
            rows = zip(
                *(result.entitlement, settled.redistributed, settled.returned, result.upper),
                strict=True,
            )
            above = sum(e + given - back > most for e, given, back, most in rows)
            name = "应分配额 + 再分配 ≤ 上限"
            yield _count(name, result.pool.name, above, len(settled.payment))


def sources_fill_the_table(answer: Answer) -> Iterator[Identity]:
    """Each source pays its amount, and each town its money from the sources."""
    for result in answer.pools:
        kept = result.pool.budget - sum(result.sourced)
        for j, source in enumerate(result.pool.sources if not kept else ()):
            column = sum(row[j] for row in result.by_source)
            yield _equal(f"{source.name}合计 = 来源金额", result.pool.name, column, source.amount)
        if kept and result.pool.sources:
            name, total = "各来源合计 = 预算 − 转回预留", sum(map(sum, result.by_source))
            yield _equal(name, result.pool.name, total, result.pool.budget - kept)
        if result.pool.sources:
            rows = zip(result.by_source, result.sourced, strict=True)
            wrong = sum(sum(row) != funding for row, funding in rows)
            yield _count("各镇来源合计 = 该镇资金", result.pool.name, wrong, len(result.funding))


def payments_are_not_negative(answer: Answer) -> Iterator[Identity]:
    """No town is asked to pay back, unless the rules carry what is short as a negative payment."""
    for result in answer.pools:
        rule = answer.scheme.deduction_of(result.pool)
        if rule and rule.short == "negative":
            continue
        wrong = sum(amount < 0 for amount in result.payment)
        yield _count(f"{paid_word(result)} ≥ 0", result.pool.name, wrong, len(result.payment))


def matches_are_just_enough(answer: Answer) -> Iterator[Identity]:
    """Each required match is rate times base, rounded by less than one unit."""
    matching = answer.scheme.matching
    if matching is None:
        return
    free = [match for match in answer.matching if not match.is_bounded]
    # As (excess, one unit), both in fen times the denominator of the rate: whole numbers.
    excess = [
        (m.required * (q := m.rate.denominator) - m.rate.numerator * m.base, matching.unit * q)
        for m in free
    ]
    if matching.rounding == "up":
        wrong = sum(not 0 <= e < unit for e, unit in excess)
        yield _count("0 ≤ 应配套 − 比例 × 基数 < 1 个取整单位", "配套资金", wrong, len(excess))
    else:
        wrong = sum(abs(e) * 2 > unit for e, unit in excess)
        yield _count("应配套 = 比例 × 基数（四舍五入）", "配套资金", wrong, len(excess))


def towns_appear_once(answer: Answer) -> Iterator[Identity]:
    """No town has two rows."""
    towns = answer.recipients.towns
    yield _count("每个镇街只出现一次", "全部", len(towns) - len(set(towns)), len(towns))


CHECKS: Final[tuple[Callable[[Answer], Iterator[Identity]], ...]] = (
    shares_sum_to_one,
    entitlements_sum_to_budget,
    entitlements_within_bounds,
    adjustments_are_borne,
    entitlements_are_settled,
    budget_is_accounted_for,
    unspent_is_accounted_for,
    nobody_who_owes_is_given,
    sources_fill_the_table,
    instalments_make_the_payment,
    payments_are_not_negative,
    matches_are_just_enough,
    towns_appear_once,
)


def check(answer: Answer) -> tuple[Identity, ...]:
    """Every balance of the answer; raises `IdentityError` when one is false."""
    found = tuple(identity for one in CHECKS for identity in one(answer))
    if failed := tuple(identity for identity in found if not identity.holds):
        raise IdentityError(failed)
    return found
