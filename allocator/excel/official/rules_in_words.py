"""The rules of a scheme in words, each with its article of the policy text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from allocator.allocation import Allocation
from allocator.base.money import Fen, format_number
from allocator.engine.pool import PoolAllocation
from allocator.engine.shares import factor_name
from allocator.engine.split.result import paid_word
from allocator.fund.derived.conflicts import is_percent
from allocator.fund.recipients import Recipients
from allocator.fund.rules import IN_WORDS, Factor, Pool, derived
from allocator.fund.words import BY_KEY, CHOICES

#: How an amount of fen is told, with its unit.
Teller = Callable[[int], str]
ToldRule = tuple[str, str, str]  # what it is about, the rule, its article


def rules(answer: Allocation, told: Teller) -> Iterator[ToldRule]:
    """Every rule of the scheme, in the order in which it is applied."""
    for name, text in answer.scheme.columns.items():
        yield f"计算列：{name}", text, ""
    for result in answer.pools:
        yield from _pool_rules(answer, result, told)
    yield from _deduction_rules(answer)
    yield from _pilot_rule(answer, told)
    yield from _matching_rule(answer, told)


def _pool_rules(answer: Allocation, result: PoolAllocation, told: Teller) -> Iterator[ToldRule]:
    pool, recipients = result.pool, answer.recipients
    sources = "、".join(f"{s.name} {told(s.amount)}" for s in pool.sources)
    text = f"{told(pool.budget)}" + (f"，其中：{sources}" if sources else "")
    text += "，依次用完" if sources and pool.source_order == "in_turn" else ""
    if pool.budgets:
        groups = "、".join(f"{name} {told(fen)}" for name, fen in pool.budgets.items())
        text += f"，按“{pool.group}”分组：{groups}"
    yield f"{pool.name}：资金总额", text, pool.cite
    table = result.table or recipients
    if factors := "；".join(_factor_text(table, factor) for factor in pool.factors):
        yield f"{pool.name}：因素和权重", factors, pool.cite
    own = answer.scheme.pool(pool.id)
    yield from _formula_rules(answer, result, own, told)
    if bounds := _bounds_text(recipients, own, told):
        yield f"{pool.name}：定额与限额", bounds, ""
    yield f"{pool.name}：取整", _rounding_text(answer, result, told), ""
    yield from _adjustment_rules(result, told)
    yield from _instalment_rules(result, told)


def _formula_rules(
    answer: Allocation, result: PoolAllocation, pool: Pool, told: Teller
) -> Iterator[ToldRule]:
    """The pool's formulas as the scheme has them, and who drops out, keeps or takes a difference."""
    texts = {
        "budget": pool.budget_formula,
        "eligible": pool.eligible,
        "fixed": pool.fixed,
        "adjust": pool.adjust,
        "amount": pool.amount,
        "least": told(pool.least) if isinstance(pool.least, int) else pool.least,
    }
    for key, text in texts.items():
        if text:
            yield f"{pool.name}：{BY_KEY['pool', key].words}", text, ""
    for group, level in (result.terms.level if result.terms else {}).items():
        name = f"{pool.name}：水平{f'（{group}）' if group else ''}"
        yield name, f"level 定为 {format_number(level, 8)}，使应补助额合计恰为预算", ""
    towns = answer.recipients.towns
    if result.dropped:
        names = "、".join(towns[i] for i in result.dropped)
        yield f"{pool.name}：低于起付额", f"{names}不予安排，由其余各处按占比再分", ""
    if result.surplus:
        yield f"{pool.name}：分不完", f"{told(result.surplus)}按规则分不出去，由市级留存", ""
    for part in result.parts.values() or (result,):
        if part.balance:
            who, fen = part.balance
            yield f"{pool.name}：尾差", f"{told(fen)}由{towns[who]}承担", ""


def _deduction_rules(answer: Allocation) -> Iterator[ToldRule]:
    """What is taken off what a pool gives."""
    for rule in answer.scheme.settlements:
        name = answer.scheme.pool(rule.pool).name
        short = CHOICES["short"][rule.short]
        yield (
            f"{name}：结算",
            f"从应分配额中扣减 {rule.deduct}（元）；不足扣减时：{short}",
            rule.cite,
        )


def _adjustment_rules(result: PoolAllocation, told: Teller) -> Iterator[ToldRule]:
    """Each adjustment with its reason, who bears it and who approved it."""
    for k, entry in enumerate(result.adjusted.entries if result.adjusted else (), 1):
        plus = "+" if entry.amount > 0 else ""
        text = (
            f"{entry.town} {plus}{told(entry.amount)}，由{entry.bearer}承担；理由：{entry.reason}"
        )
        yield f"{result.pool.name}：人工调整 {k}", text, entry.approval


def _instalment_rules(result: PoolAllocation, told: Teller) -> Iterator[ToldRule]:
    """The earlier rounds of payment."""
    for k, batch in enumerate(result.instalments.batches if result.instalments else (), 1):
        date = f"{batch.date.year}年{batch.date.month}月{batch.date.day}日" if batch.date else ""
        text = f"{date}已拨 {told(sum(batch.amounts))}"
        yield f"{result.pool.name}：此前第 {k} 批", text, batch.document


def _factor_text(recipients: Recipients, factor: Factor) -> str:
    """One factor with its weight and how its values are made."""
    name, weight = factor_name(recipients, factor), _percent(factor.weight)
    if factor.coefficients:
        table = "、".join(f"{k} {format_number(v)}" for k, v in factor.coefficients.items())
        how = f"按{recipients.header('economic_class')}取系数：{table}"
    else:
        how = recipients.header(factor.column)
    how = derived(factor, how, recipients.header, IN_WORDS)
    if factor.direction == "inverse":
        how = f"取倒数：{how}"
    return f"{name} {weight}" + (f"（{how}）" if how != name else "")


def _percent(ratio: Fraction) -> str:
    return f"{format_number(ratio * 100, 6)}%"


def _bounds_text(recipients: Recipients, pool: Pool, told: Teller) -> str:
    def amount(value: Fen | str) -> str:
        if isinstance(value, str) and value in recipients.numbers:
            return f"按“{recipients.header(value)}”一列"
        if isinstance(value, str):
            return f" {value}（{'预算的百分数' if is_percent(value) else '元'}）"
        return f"{told(value)}"

    parts = []
    if pool.base_formula:
        parts.append(f"每处先有定额 {pool.base_formula}（元），余下按因素分配")
    if pool.base:
        parts.append(f"每个镇街先定额安排 {told(pool.base)}，余下按因素分配")
    if pool.floor is not None:
        parts.append(f"每个镇街不低于{amount(pool.floor)}")
    if pool.cap is not None:
        parts.append(f"每个镇街不高于{amount(pool.cap)}")
    return "；".join(parts)


def _rounding_text(answer: Allocation, result: PoolAllocation, told: Teller) -> str:
    pool, towns = result.pool, answer.recipients.towns
    method, tie = CHOICES["method"][pool.method], CHOICES["tie"][pool.tie]
    text = f"取整到 {told(pool.unit)}，用{method}；尾数相同时{tie}"
    if pool.tie == "larger_share":
        text += "，占比也相同时序号在前者先得"
    if not result.ties:
        return f"{text}。本次没有因尾数相同而决定先后的情形"
    for one in result.ties:
        tied = "、".join(towns[i] for i in one.tied)
        won = "、".join(towns[i] for i in one.winners)
        text += f"。本次 {tied} 尾数相同，按“{CHOICES['tie'][one.rule]}”由 {won} 各得一个取整单位"
    return text


def _pilot_rule(answer: Allocation, told: Teller) -> Iterator[ToldRule]:
    pilot = answer.scheme.pilot
    if pilot is None:
        return
    name = answer.scheme.pool(pilot.pool).name
    if isinstance(pilot.advance, str):
        advance = f"已拨试点经费按“{answer.recipients.header(pilot.advance)}”一列"
    else:
        advance = f"每个试点镇街已拨试点经费 {told(pilot.advance)}"
    basis = {
        "share": "按全额口径：资金总额按因素分配，减去已拨试点经费后核拨",
        "remainder": "按余额口径：资金总额减去已拨试点经费后，其余按因素分配",
    }[pilot.basis]
    below = {
        "keep": "应分配额不低于已拨试点经费",
        "carry": "应分配额低于已拨试点经费的，差额结转",
        "error": "应分配额低于已拨试点经费的，停止测算",
    }[pilot.below_advance]
    unspent = {"retain": "扣回资金由市级留存", "redistribute": "扣回资金按占比再分配"}
    parts = [advance, basis, *([below] if pilot.basis == "share" else [])]
    parts += ["试点剩余在核拨时扣除，不足扣除的列为待收回", unspent[pilot.unspent]]
    yield f"{name}：试点结算", "；".join(parts), pilot.cite


def _matching_rule(answer: Allocation, told: Teller) -> Iterator[ToldRule]:
    matching = answer.scheme.matching
    if matching is None:
        return
    rates = "、".join(f"{name} {_percent(rate)}" for name, rate in matching.rates.items())
    if matching.rate_formula:
        rates = f"配套比例 = {matching.rate_formula}"
    if matching.rate is not None:
        rates = f"配套比例 {_percent(matching.rate)}"
    base = {"paid": f"{paid_word(*answer.pools)}额", "before_recovery": "扣回前的核拨额"}[
        matching.base
    ]
    how = {"up": "向上取整", "nearest": "四舍五入"}[matching.rounding]
    without = "（不含试点经费）" if answer.scheme.pilot else ""
    text = f"以市级{base}{without}为基数，{rates}；{how}到 {told(matching.unit)}"
    if matching.on:
        text = f"{'、'.join(answer.scheme.pool(one).name for one in matching.on)}：{text}"
    for word, bound in (("不低于", matching.floor), ("不高于", matching.cap)):
        if bound is not None:
            text += f"；{word}{told(bound) if isinstance(bound, int) else f' {bound}（元）'}"
    own = sum(match.is_own_rate for match in answer.matching)
    if own:
        text += f"；{own} 个镇街单独确定比例，理由见配套资金表"
    yield "配套资金", text, matching.cite


def totals_text(answer: Allocation, told: Teller) -> str:
    """What is paid in all and what it amounts to."""
    text = f"市级{paid_word(*answer.pools)} {told(sum(answer.payment))}"
    if any(result.instalments for result in answer.pools):
        text += f"，本次下达 {told(sum(answer.due))}"
    for result in answer.pools:
        if result.surplus:
            text += f"，{result.pool.name}分不完而留存 {told(result.surplus)}"
        settled = result.settlement
        if settled and settled.is_deduction:
            text += f"，扣减 {told(sum(settled.recovered))}"
            text += f"，待收回 {told(left)}" if (left := sum(settled.outstanding)) else ""
        elif settled:
            text += f"，试点阶段已拨 {told(sum(settled.advance))}"
            text += f"，市级结余 {told(settled.kept)}"
            if left := sum(settled.outstanding):
                text += f"，待收回 {told(left)}"
    if answer.matching:
        text += f"；镇街应配套 {told(sum(m.required for m in answer.matching))}"
    return text
