"""What the engine refuses, in the user's words: bounds without a solution, ties, shortfalls.

In: facts and rules that may not go together. Out: `Problem`s. A mistake inside the table or the
scheme is `fund.checks`' business; this module adds what shows only once both are computed with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from allocator.base.money import Fen, format_yuan
from allocator.base.problems import Place, Problem
from allocator.engine.open_pool import pool_terms
from allocator.engine.shares import MOST_DIGITS
from allocator.fund import checks, words
from allocator.fund.derived.reading import Formulas, read_formulas
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Basis, Pool
from allocator.fund.scheme import Scheme, check_scheme


def check(recipients: Recipients, scheme: Scheme) -> list[Problem]:
    """Every mistake and warning of a table and a scheme."""
    return look(recipients, scheme)[1]


def look(recipients: Recipients, scheme: Scheme) -> tuple[Formulas, list[Problem]]:
    """The formulas of a scheme over a table, and every mistake and warning.

    A scheme built in Python is held to what one that was read is held to. The bounds are looked at
    last, and only in a sound table; those of a pool with formulas once these are worked out
    (`allocate`).
    """
    problems = [problem for problem in check_scheme(scheme) if not problem.is_warning]
    if problems:
        return Formulas(), problems
    problems = [problem for one in checks.CHECKS for problem in one(recipients, scheme)]
    formulas, found = read_formulas(recipients, scheme)
    problems += found
    if all(problem.is_warning for problem in problems) and not formulas.pilot:
        for pool in scheme.pools:
            if not formulas.of(pool):
                problems += check_bounds(recipients, scheme, pool, scheme.basis_of(pool))
    return formulas, problems


def check_bounds(
    recipients: Recipients, scheme: Scheme, pool: Pool, basis: Basis | None
) -> list[Problem]:
    """Whether floors, caps and advances leave a split of this pool, and by how much they do not."""
    set_aside, lower, upper = pool_terms(recipients, scheme, pool, basis)
    lower = tuple(max(low, pool.base) for low in lower)
    budget = pool.budget - set_aside
    number = next(p for p, one in enumerate(scheme.pools) if one.id == pool.id)
    place = scheme.places.get(f"pool[{number}].budget") or Place()
    pilot = basis is not None

    def problem(message: str, remedy: str) -> Problem:
        return Problem(
            "scheme.bounds", f"“{pool.name}”{message}", remedy, place, format_yuan(budget)
        )

    found = []
    if budget < 0:
        found.append(problem("的试点经费合计超过预算", "请核对试点经费与预算"))
    elif sum(lower) > budget:
        short = format_yuan(sum(lower) - budget)
        found.append(
            problem(
                f"的保底{'（含试点经费）' if pilot else ''}合计超出可分配额 {short} 元",
                "请降低保底或增加预算",
            )
        )
    if budget % pool.unit:
        remedy = f"请使预算{'和试点经费都' if pilot else ''}是取整单位的整数倍"
        found.append(problem("的可分配额不是取整单位的整数倍", remedy))
    if upper is not None:
        for i, (low, high) in enumerate(zip(lower, upper, strict=True)):
            if low > high:
                message = f"中{recipients.towns[i]}的下限高于上限 {format_yuan(high)} 元"
                found.append(problem(message, "请提高上限或降低下限"))
        if not found and sum(upper) < budget and pool.surplus == "error":
            short = format_yuan(budget - sum(upper))
            found.append(
                problem(f"的上限合计不足，尚有 {short} 元无法分配", "请提高上限或减少预算")
            )
    return found


def infeasible(pool: Pool, bound: str, missing: int) -> Problem:
    """Bounds that fail only once they are rounded to whole units, or leave nobody to pay."""
    words = {
        "lower": f"的下限取整后合计超出可分配额 {format_yuan(missing)} 元",
        "upper": f"的上限取整后合计不足，尚有 {format_yuan(missing)} 元无法分配",
        "crossed": "有镇街的下限取整后高于上限",
        "rest": f"四舍五入后相差 {format_yuan(missing)} 元，承担差额的镇街会超出其上下限",
    }
    remedy = "请调整上下限、预算或取整单位"
    return Problem("scheme.bounds", f"“{pool.name}”{words[bound]}", remedy)


def undecided(pool: Pool) -> Problem:
    """Shares without a usable common denominator, equal to the last digit that can be told."""
    return Problem(
        "tie.undecided",
        f"“{pool.name}”的人均或反向因素无法通分，取整时有镇街的尾数在 {MOST_DIGITS} 位有效数字内不分先后",
        "请先算出该因素的数值（保留有限位小数）填作一列，再以该列为因素",
    )


def refused_tie(recipients: Recipients, pool: Pool, tied: Sequence[int]) -> Problem:
    """The answer under `tie = "refuse"`: who ties for the last unit."""
    towns = "、".join(recipients.towns[i] for i in tied)
    return Problem(
        "tie",
        f"“{pool.name}”取整时 {towns} 的尾数完全相同，按方案停止",
        "请议定先后，或把方案的 tie 改为 larger_share 或 official_order",
        value=towns,
    )


def below_advance(recipients: Recipients, pool: Pool, carried: Sequence[int]) -> list[Problem]:
    """The answer under `below_advance = "error"`: whose entitlement falls short of its advance."""
    return [
        Problem(
            "pilot.below_advance",
            f"{recipients.towns[i]}在“{pool.name}”的应分配额比已拨试点经费少 {format_yuan(-short)} 元",
            "方案要求遇此停止；请改为 keep（保底）或 carry（结转）",
            recipients.place("pilot", i),
        )
        for i, short in enumerate(carried)
        if short
    ]


def nobody(pool: Pool) -> Problem:
    """Nobody has a share: all values, multipliers or amounts are 0, or all are below the least."""
    message = f"“{pool.name}”没有可分配的对象：因素值、系数或应补助额全部为 0，或都低于起付额"
    return Problem("scheme.nobody", message, "请核对数据、公式和起付额")


def fixed_too_much(pool: Pool, missing: Fen) -> Problem:
    """The fixed sums are more than the budget."""
    message = f"“{pool.name}”的定额补助合计超过可分配额 {format_yuan(missing)} 元"
    return Problem("scheme.bounds", message, "请降低定额补助或增加预算")


def fixed_in_parts(pool: Pool, rest: Fen) -> Problem:
    """What fixed sums leave cannot be split in whole units."""
    message = f"“{pool.name}”减去定额补助后可分配额为 {format_yuan(rest)} 元，不是取整单位的整数倍"
    return Problem("scheme.bounds", message, "请改定额补助、预算或取整单位")


def vacant_groups(pool: Pool, names: Sequence[str]) -> Problem:
    """Groups with a budget and nobody to take it."""
    groups = "、".join(names)
    message = f"“{pool.name}”给{groups}编了预算，却没有一处属于这一组"
    remedy = '请核对组名或数据；要把这笔钱留存的，写 surplus = "keep"'
    return Problem("scheme.group", message, remedy)


def base_in_parts(pool: Pool) -> Problem:
    """Divisor methods round what lies above a base, which must be in whole units."""
    message = f"“{pool.name}”的定额不是取整单位的整数倍，不能用{words.choice('pool', 'method', pool.method)}"
    remedy = "请改用最大余数法，或在公式中用 round(…) 取到取整单位"
    return Problem("scheme.method", message, remedy)


def unknown_rest(pool: Pool, *, takes_part: bool = True) -> Problem:
    """Who is to take the difference of rounding is not in the table, or has no share."""
    why = "数据表中没有这一处" if takes_part else "它不参加这次分配"
    message = f"“{pool.name}”的尾差归“{pool.rest}”，{why}"
    return Problem("scheme.rest", message, "请填数据表中的名称，或填 largest（金额最大者）")


def short_of(recipients: Recipients, pool: Pool, missing: Sequence[Fen]) -> list[Problem]:
    """The answer under `short = "error"`: whose entitlement is less than what is deducted."""
    return [
        Problem(
            "settlement.short",
            f"{recipients.towns[i]}在“{pool.name}”的应分配额比应扣减的少 {format_yuan(short)} 元",
            "方案要求遇此停止；请改 short 为 outstanding（待收回）或 negative（负数结转）",
        )
        for i, short in enumerate(missing)
        if short
    ]


#: Rules under which amounts are no piecewise linear function of the weights, by key and label.
_NOT_OPEN: Final = ("amount", "group", "fixed", "base_formula", "adjust", "least")


#: The code of that refusal.
NOT_OPEN: Final = "scheme.not_open"


def not_open(pool: Pool) -> Problem:
    """A pool whose weights cannot be left open: which of its rules is in the way."""
    keys = [key for key in _NOT_OPEN if getattr(pool, key)]
    keys += ["base"] if pool.base and (pool.eligible or pool.base % pool.unit) else []
    names = [words.BY_KEY["pool", key.removesuffix("_formula")].words for key in keys]
    if pool.method == "nearest":
        names.append(words.choice("pool", "method", "nearest"))
    if pool.surplus == "keep":
        names.append(words.BY_KEY["pool", "surplus"].words)
    message = f"“{pool.name}”用了“{'、'.join(names)}”，权重求解、区间和扫描不能精确处理"
    remedy = "请用 allocator compare 比较写好权重的几个方案"
    return Problem(NOT_OPEN, message, remedy)
