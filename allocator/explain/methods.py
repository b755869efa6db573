"""The rules in formulas, told in words and in the recipient's own numbers."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.base.money import FEN_PER_YUAN, format_number, format_percent, format_yuan
from allocator.engine.pool import PoolAllocation
from allocator.engine.split.terms import HEADERS, Terms
from allocator.formulas import Working
from allocator.fund.derived.conflicts import percent_of
from allocator.fund.rules import Pool

#: Formulas that are told where they are used, not among the columns.
_APART = ("eligible", "fixed", "budget")


def takes_part(result: PoolAllocation, i: int) -> bool:
    """Whether the recipient shares in the pool: it is eligible, without a sum of its own."""
    terms = result.terms
    return terms is None or not terms.members or terms.members[i]


def method_lines(result: PoolAllocation, i: int) -> Iterator[str]:
    """Who takes part, sums of their own, groups, and every column that a formula gives."""
    terms, pool = result.terms, result.pool
    if terms is None:
        return
    if line := _line_of_all(terms, "budget", i):
        yield f"预算：{line}"
    yield from _condition_lines(terms, i)
    if terms.fixed and terms.fixed[i]:
        yield f"定额补助 {format_yuan(terms.fixed[i])} 元，直接安排，不参加按因素分配"
    elif terms.fixed and any(terms.fixed):
        yield f"先安排定额补助共 {format_yuan(sum(terms.fixed))} 元，其余按因素分配"
    if terms.groups and terms.groups[i]:
        group = terms.groups[i]
        yield f"按“{pool.group}”分组：属“{group}”，该组预算 {format_yuan(pool.budgets[group])} 元"
    if takes_part(result, i):
        yield from _column_lines(terms, i)
    if i in result.dropped:
        yield "算得的金额低于起付额，不予安排，由其余各处按占比再分"


def _condition_lines(terms: Terms, i: int) -> Iterator[str]:
    line = _line_of_all(terms, "eligible", i)
    if not line:
        return
    yield f"参加条件：{line}"
    joins = terms.members[i] or bool(terms.fixed and terms.fixed[i])
    if not joins:
        yield "不符合参加条件，不参加本资金池的分配"


def _line_of_all(terms: Terms, key: str, i: int) -> str:
    """A formula that looks at all recipients, worked out for one; empty where there is none."""
    if key not in terms.formulas or terms.table is None:
        return ""
    named = {key, *terms.derived}
    return Working({n: f for n, f in terms.formulas.items() if n in named}, terms.table).line(
        key, i
    )


def _column_lines(terms: Terms, i: int) -> Iterator[str]:
    """Every derived column and formula of the pool: `max(a − b, 0) = max(5 − 3, 0) = 2`."""
    if terms.table is None:
        return
    apart = {terms.columns.get(key, key) for key in _APART}
    formulas = {name: f for name, f in terms.formulas.items() if name not in apart}
    if not formulas:
        return
    work = Working(formulas, terms.table, terms.members or None)
    keys = {column: key for key, column in terms.columns.items()}
    for name, formula in formulas.items():
        label = _label(terms.pool, keys.get(name, ""), name)
        part = percent_of(formula.text)
        if name in keys and part is not None:
            yuan = part * terms.pool.budget / FEN_PER_YUAN
            yield f"{label}：预算的 {formula.text} = {format_number(yuan, 8)}"
        else:
            yield f"{label}：{work.line(name, i)}"


def _label(pool: Pool, key: str, name: str) -> str:
    if key.startswith("value"):
        return f"因素“{pool.factors[int(key.removeprefix('value'))].name}”的值"
    return HEADERS.get(key, name)


def adjust_lines(result: PoolAllocation, i: int) -> Iterator[str]:
    """The multiplier of the shares, where the pool has one."""
    terms = result.terms
    if terms is None or not terms.adjust:
        return
    yield "   各因素占比加权合计再乘以调节系数，并重新折算为占比（合计 100%）"
    share = result.shares.share(i)
    yield f"   本镇调节系数 {format_number(terms.adjust[i])}，调节后占比 {format_percent(share, 6)}"


def stated_lines(result: PoolAllocation, i: int) -> Iterator[str]:
    """An entitlement that a formula gives: whole, or its part of a budget that is too small."""
    pool = result.pool
    unit = format_yuan(pool.unit)
    if result.exact:
        yield f"应补助额在上下限之内，四舍五入到 {unit} 元"
    elif result.terms and result.terms.level:
        level, whole = format_number(result.terms.level[""], 8), format_yuan(pool.budget)
        yield f"水平（level）定为 {level}，应补助额合计恰为预算 {whole} 元"
        exact = format_number(result.quota(i) / FEN_PER_YUAN)
        yield f"在上下限之内为 {exact} 元，取整到 {unit} 元，合计不变"
    else:
        yield f"应补助额合计超过预算 {format_yuan(pool.budget)} 元，按应补助额的比例分配"
        yield f"占比 {format_percent(result.shares.share(i), 6)}，取整到 {unit} 元"
    yield f"应分配额 = {format_yuan(result.split_amount[i])} 元"


def kept_lines(result: PoolAllocation) -> Iterator[str]:
    """What nobody may take."""
    if result.surplus:
        yield f"   预算中有 {format_yuan(result.surplus)} 元按规则分不出去，由市级留存"
