"""The balances that every run must keep (平衡校验), stated as data and checked exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Final

from allocator.base.money import format_number, format_yuan
from allocator.engine.answer import Answer, Identity


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
        right = result.pool.budget - result.set_aside
        name = "应分配额合计 = 预算 − 预留试点经费" if result.set_aside else "应分配额合计 = 预算"
        yield _equal(name, result.pool.name, sum(result.entitlement), right)


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
        name = "应分配额 = 已拨试点经费 + 本次核拨 + 已扣回 + 结转 − 再分配"
        if settled.basis == "remainder":
            name = "应分配额 = 本次核拨 + 已扣回 − 再分配"
        yield _count(name, result.pool.name, wrong, len(result.entitlement))


def budget_is_accounted_for(answer: Answer) -> Iterator[Identity]:
    """The budget is what was advanced, what is paid now and what the city keeps."""
    for result in answer.pools:
        advances = sum(result.settlement.advance) if result.settlement else 0
        kept = result.settlement.kept if result.settlement else 0
        total = advances + sum(result.payment) + kept
        name = "预算 = 已拨试点经费 + 本次核拨 + 市级结余"
        yield _equal(name, result.pool.name, result.pool.budget, total)


def unspent_is_accounted_for(answer: Answer) -> Iterator[Identity]:
    """What was left of the advances is recovered or outstanding."""
    for result in answer.pools:
        if settled := result.settlement:
            total = sum(settled.recovered) + sum(settled.outstanding)
            yield _equal(
                "试点剩余 = 已扣回 + 待收回", result.pool.name, sum(settled.unspent), total
            )


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
        for j, source in enumerate(result.pool.sources):
            column = sum(row[j] for row in result.by_source)
            yield _equal(f"{source.name}合计 = 来源金额", result.pool.name, column, source.amount)
        if result.pool.sources:
            rows = zip(result.by_source, result.funding, strict=True)
            wrong = sum(sum(row) != funding for row, funding in rows)
            yield _count("各镇来源合计 = 该镇资金", result.pool.name, wrong, len(result.funding))


def payments_are_not_negative(answer: Answer) -> Iterator[Identity]:
    """No town is asked to pay back."""
    for result in answer.pools:
        wrong = sum(amount < 0 for amount in result.payment)
        yield _count("本次核拨 ≥ 0", result.pool.name, wrong, len(result.payment))


def matches_are_just_enough(answer: Answer) -> Iterator[Identity]:
    """Each required match is rate times base, rounded by less than one unit."""
    matching = answer.scheme.matching
    if matching is None:
        return
    excess = [match.required - match.rate * match.base for match in answer.matching]
    if matching.rounding == "up":
        wrong = sum(not 0 <= e < matching.unit for e in excess)
        yield _count("0 ≤ 应配套 − 比例 × 基数 < 1 个取整单位", "配套资金", wrong, len(excess))
    else:
        wrong = sum(abs(e) * 2 > matching.unit for e in excess)
        yield _count("应配套 = 比例 × 基数（四舍五入）", "配套资金", wrong, len(excess))


def towns_appear_once(answer: Answer) -> Iterator[Identity]:
    """No town has two rows."""
    towns = answer.recipients.towns
    yield _count("每个镇街只出现一次", "全部", len(towns) - len(set(towns)), len(towns))


CHECKS: Final[tuple[Callable[[Answer], Iterator[Identity]], ...]] = (
    shares_sum_to_one,
    entitlements_sum_to_budget,
    entitlements_within_bounds,
    entitlements_are_settled,
    budget_is_accounted_for,
    unspent_is_accounted_for,
    nobody_who_owes_is_given,
    sources_fill_the_table,
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
