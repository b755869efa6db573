"""Why a town gets its amount, in plain Chinese, each step checkable with a calculator.

Everything shown is taken from the answer or recomputed exactly from its data; figures that do
not end are cut, not rounded, and marked `…`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from allocator.base.money import (
    FEN_PER_YUAN,
    format_number,
    format_percent,
    format_yuan,
    signed_yuan,
)
from allocator.engine.answer import Answer
from allocator.engine.pool import PoolAllocation
from allocator.engine.settlement import Settlement
from allocator.engine.shares import FactorShares
from allocator.engine.split.result import paid_word
from allocator.explain.methods import (
    adjust_lines,
    kept_lines,
    method_lines,
    stated_lines,
    takes_part,
)
from allocator.explain.speech import speech_of
from allocator.fund.recipients import Recipients
from allocator.fund.rules import IN_WORDS, Factor, derived
from allocator.fund.words import CHOICES

#: Digits after the point of a share: enough for every fen of 100 亿元.
SHARE_DIGITS: Final = 16
NUMERALS: Final = "一二三四五六七八九十"
BASIS_WORDS: Final = {
    "share": "全额口径：全部预算参加分配，应分配额不低于已拨试点经费，核拨时减去已拨和试点剩余",
    "remainder": "余额口径：预算先减去全部试点经费，其余参加分配，核拨时减去试点剩余",
}


def explain(answer: Answer, town: str) -> str:
    """The whole way to one town's amounts, as text; raises `KeyError` for an unknown town."""
    if town not in answer.recipients.towns:
        raise KeyError(town)
    i = answer.recipients.towns.index(town)
    head = f"{town}（序号 {i + 1}）：{answer.scheme.name}"
    sections = [(_pool_title(result), _pool_lines(answer, result, i)) for result in answer.pools]
    if answer.matching:
        sections.append(("配套资金" + _cited(answer.scheme.matching), _match_lines(answer, i)))
    sections.append(("合计", _total_lines(answer, i)))
    lines = [head, *([answer.mark] if answer.mark else [])]
    for number, (title, body) in enumerate(sections):
        numeral = NUMERALS[number] if number < len(NUMERALS) else str(number + 1)
        lines += ["", f"{numeral}、{title}", *(f"  {line}" for line in body)]
    speech = speech_of(answer.scheme, answer.recipients)
    return speech.said("\n".join(lines) + "\n")


def _cited(rule: object) -> str:
    cite = getattr(rule, "cite", "")
    return f"（依据：{cite}）" if cite else ""


def _pool_title(result: PoolAllocation) -> str:
    pool = result.pool
    is_open = result.terms is not None and result.terms.pool.is_open
    budget = "按应补助额安排，共" if is_open else "预算"
    return f"{pool.name}{_cited(pool)}：{budget} {format_yuan(pool.budget)} 元"


def _yuan(fen: Fraction) -> str:
    """An exact amount of fen in yuan with eight decimals, cut and marked where it goes on."""
    return format_number(fen / FEN_PER_YUAN, 8) + " 元"


def _pool_lines(answer: Answer, result: PoolAllocation, i: int) -> Iterator[str]:
    yield from method_lines(result, i)
    part = result.part_of(i) or result
    if not takes_part(result, i) or i in result.dropped:
        yield f"应分配额 = {format_yuan(result.split_amount[i])} 元"
    elif not result.shares.factors:
        yield from stated_lines(part, i)
    else:
        yield from _shared_lines(answer, part, i)
        given = result.split_amount[i]
        word = "应分配额" if result.adjusted is None else "调整前应分配额"
        yield from _rounding_lines(part, i, f"{word} = {format_yuan(given)} 元")
        yield from _balance_lines(answer, part, i)
    yield from kept_lines(result)
    yield from _tie_lines(answer, result, i)
    yield from _adjustment_lines(result, i, answer.recipients.towns)
    if result.settlement and result.settlement.is_deduction:
        yield from _deduction_lines(answer, result, result.settlement, i)
    else:
        yield from _settlement_lines(answer, result, i)
    yield from _instalment_lines(result, i)


def _shared_lines(answer: Answer, result: PoolAllocation, i: int) -> Iterator[str]:
    """From the factors to the amount before rounding."""
    yield "1. 占比 = 各因素“本镇数 ÷ 合计数 × 权重”之和"
    table = result.table or answer.recipients
    weighted = Fraction(0)
    for k, factor in enumerate(result.shares.factors, 1):
        yield from _factor_lines(table, factor, k, i)
        weighted += factor.share(i) * factor.factor.weight
    yield f"   占比合计 = {format_number(weighted, SHARE_DIGITS)}（{format_percent(weighted)}）"
    yield from adjust_lines(result, i)
    share = result.shares.share(i)
    if result.dropped:
        yield f"   去掉低于起付额的各处后，占比为 {format_number(share, SHARE_DIGITS)}（{format_percent(share)}）"
    yield from _quota_lines(answer, result, i)


def _balance_lines(answer: Answer, result: PoolAllocation, i: int) -> Iterator[str]:
    """The difference of rounding, and who takes it."""
    if result.balance is None:
        return
    who, fen = result.balance
    town = answer.recipients.towns[who]
    yield f"   各自四舍五入后合计与可分配额相差 {format_yuan(fen)} 元，由{town}承担" + (
        "（即本镇）" if who == i else ""
    )


def _factor_lines(table: Recipients, shares: FactorShares, k: int, i: int) -> Iterator[str]:
    factor, value = shares.factor, shares.value(i)
    total = Fraction(shares.total, shares.denominator)
    yield f"   （{k}）{shares.name}，权重 {format_percent(factor.weight, 2)}"
    if how := _derivation(table, factor, i):
        yield f"       本镇数：{how} = {format_number(value)}"
    yield (
        f"       {format_number(value)} ÷ {format_number(total)} × {format_number(factor.weight)}"
        f" = {format_number(shares.share(i) * factor.weight, SHARE_DIGITS)}"
    )


def _derivation(table: Recipients, factor: Factor, i: int) -> str:
    """How the factor's value comes from the table, where it is not simply its column."""
    if factor.coefficients:
        name = table.economic_class[i]
        text = f"{name}系数 {format_number(factor.coefficients[name])}"
    else:
        text = format_number(table.numbers[factor.column][i])

    def named(column: str) -> str:
        return f"{table.header(column)} {format_number(table.numbers[column][i])}"

    text = derived(factor, text, named, IN_WORDS)
    plain = factor.column and not factor.per and not factor.scale and factor.direction == "direct"
    return "" if plain else text


def _quota_lines(answer: Answer, result: PoolAllocation, i: int) -> Iterator[str]:
    """From the share to the exact amount: base, level and bounds."""
    pool, quota = result.pool, _yuan(result.quota(i))
    terms = result.terms
    fixed_sums = sum(terms.fixed) if terms else 0
    whole = pool.budget - result.set_aside - result.surplus - fixed_sums
    total = Fraction(whole - pool.base * len(result.entitlement))
    yield "2. 取整前的应分配额"
    if terms and terms.base:
        yield from _above_base_lines(result, i)
        return
    if result.set_aside:
        yield f"   先从预算中减去全部试点经费 {format_yuan(result.set_aside)} 元（余额口径）"
    if pool.base:
        yield f"   每镇先给定额 {format_yuan(pool.base)} 元，其余按占比分配"
    held = _held(result)
    if not held:
        yield f"   {_yuan(total)} × 占比" + (" + 定额" if pool.base else "") + f" = {quota}"
        return
    fixed = sum((result.quota(j) - pool.base for j in held), Fraction(0))
    free = 1 - sum((result.shares.share(j) for j in held), Fraction(0))
    names = "、".join(answer.recipients.towns[j] for j in held[:5])
    names += f"等 {len(held)} 个镇街" if len(held) > 5 else ""
    yield f"   {names}按上下限{_pilot_floor(answer)}确定，共 {_yuan(fixed)}"
    level = _yuan(result.multiplier)
    # Never all are held: at the level where the sum is reached, somebody just reaches a bound.
    rest = _yuan(total - fixed)
    yield f"   分配系数 = 其余资金 {rest} ÷ 其余镇街占比合计 {format_number(free, SHARE_DIGITS)}"
    yield f"            = {level}"
    plus = " + 定额" if pool.base else ""
    if bound := result.bound(i):
        word = "低于下限" if bound == "lower" else "高于上限"
        exact = _yuan(result.multiplier * result.shares.share(i) + pool.base)
        yield f"   本镇：分配系数 × 占比{plus} = {exact}"
        yield f"   {word}，取 {quota}"
    else:
        yield f"   本镇：分配系数 × 占比{plus} = {quota}"


def _held(result: PoolAllocation) -> list[int]:
    """Who is held by a bound."""
    claims = result.free_claims()
    if claims is None:
        return [j for j in range(len(result.entitlement)) if result.bound(j)]
    parts, q = claims
    lows = {
        j for j, (part, low) in enumerate(zip(parts, result.lower, strict=True)) if part < low * q
    }
    pairs = zip(parts, result.upper or (), strict=False)
    return sorted(lows | {j for j, (part, high) in enumerate(pairs) if part > high * q})


def _rests(result: PoolAllocation) -> tuple[Sequence[int | Fraction], int]:
    """(rests, parts): what is left of each exact amount above whole units, in parts of a unit."""
    unit, claims = result.pool.unit, result.free_claims()
    if claims is None:
        return [(result.quota(j) / unit) % 1 for j in range(len(result.entitlement))], 1
    parts, q = claims
    # What a bound holds may itself be no whole number of units.
    held = {j: int(result.quota(j) * q) for j in _held(result)}
    return [held.get(j, part) % (q * unit) for j, part in enumerate(parts)], q * unit


def _above_base_lines(result: PoolAllocation, i: int) -> Iterator[str]:
    """The amount where each has a sum of its own before its share."""
    base, level = result.base_of(i), result.multiplier
    exact = base + level * result.shares.share(i)
    yield "   每处 = 定额 + 分配系数 × 占比，在上下限之内（没有下限的不低于 0）；分配系数使合计恰为可分配额"
    yield f"   本镇：定额 {_yuan(base)} + 分配系数 {_yuan(level)} × 占比 = {_yuan(exact)}"
    if word := {"lower": "低于下限", "upper": "高于上限"}.get(result.bound(i)):
        yield f"   {word}，取 {_yuan(result.quota(i))}"


def _pilot_floor(answer: Answer) -> str:
    return "（含不低于已拨试点经费）" if answer.scheme.pilot else ""


def _rounding_lines(result: PoolAllocation, i: int, amount: str) -> Iterator[str]:
    """How the exact amount becomes whole units; `amount` says what it comes to."""
    pool = result.pool
    unit = f"{format_yuan(pool.unit)} 元"
    given = result.split_amount[i]
    yield f"3. 取整到 {unit}（{CHOICES['method'][pool.method]}）"
    if pool.method != "largest_remainder":
        if result.divisor_multiplier is not None:
            yield f"   占比 × 取整系数 {_yuan(result.divisor_multiplier)}，取整后合计恰好等于预算"
        yield f"   {amount}"
        return
    rests, parts = _rests(result)
    left = Fraction(sum(rests)) / parts
    whole = format_yuan(int(result.quota(i) / pool.unit) * pool.unit)
    if not rests[i]:
        yield f"   恰为整数，不需取整；{amount}"
        return
    rank = 1 + sum(rest > rests[i] for rest in rests)
    got = given > result.quota(i)
    yield f"   整数部分 {whole} 元，尾数 {format_number(Fraction(rests[i]) / parts, 8)} 个单位"
    yield f"   各镇取整数部分后还剩 {left} 个单位，给尾数最大的 {left} 个镇街各 1 个"
    yield f"   本镇尾数排第 {rank}，{'得' if got else '不得'}；{amount}"


def _tie_lines(answer: Answer, result: PoolAllocation, i: int) -> Iterator[str]:
    for tie in result.ties:
        if i in tie.tied:
            towns = "、".join(answer.recipients.towns[j] for j in tie.tied)
            word = "得" if i in tie.winners else "不得"
            yield f"   注意：{towns} 的尾数完全相同，按“{CHOICES['tie'][tie.rule]}”，本镇{word}"


def _last_step(result: PoolAllocation) -> str:
    """The number of the step after shares, bounds and rounding; stated amounts have none of these."""
    return "4. " if result.shares.factors else ""


def _settlement_lines(answer: Answer, result: PoolAllocation, i: int) -> Iterator[str]:
    settled = result.settlement
    if settled is None:
        yield f"{_last_step(result)}{paid_word(result)}额 = 应分配额 = {format_yuan(result.payment[i])} 元"
        return
    pilot = answer.scheme.pilot
    yield f"4. 试点结算{_cited(pilot)}"
    yield f"   {BASIS_WORDS[settled.basis]}"
    if not settled.advance[i]:
        yield "   本镇不是试点"
    elif settled.unspent[i]:
        yield (
            f"   试点剩余 {format_yuan(settled.unspent[i])} 元：扣回 "
            f"{format_yuan(settled.recovered[i])} 元，待收回 {format_yuan(settled.outstanding[i])} 元"
        )
    if settled.returned[i]:
        yield f"   扣回中有 {format_yuan(settled.returned[i])} 元来自再分配：先抵待收回，不付给本镇"
    terms = [f"应分配额 {format_yuan(result.entitlement[i])}"]
    if settled.basis == "share" and settled.advance[i]:
        terms.append(f"− 已拨 {format_yuan(settled.advance[i])}")
    if settled.recovered[i]:
        terms.append(f"− 扣回 {format_yuan(settled.recovered[i])}")
    if settled.carried[i]:
        terms.append(f"+ 结转下期 {format_yuan(-settled.carried[i])}")
    if settled.redistributed[i]:
        terms.append(f"+ 再分配 {format_yuan(settled.redistributed[i])}")
    yield f"   {paid_word(result)}额 = {' '.join(terms)} = {format_yuan(result.payment[i])} 元"
    if other := answer.other_reading:
        name = CHOICES["basis"][other.settlement.basis] if other.settlement else ""
        yield f"   （若按{name}，{paid_word(result)}额为 {format_yuan(other.payment[i])} 元）"


def _deduction_lines(
    answer: Answer, result: PoolAllocation, settled: Settlement, i: int
) -> Iterator[str]:
    """What was paid before, or is owed, and what remains to be paid."""
    rule = answer.scheme.deduction_of(result.pool)
    yield f"{_last_step(result)}结算{_cited(rule)}"
    taken = format_yuan(settled.unspent[i])
    yield f"   应扣减 {rule.deduct if rule else ''} = {taken} 元"
    entitled, paid = format_yuan(result.entitlement[i]), format_yuan(result.payment[i])
    recovered = format_yuan(settled.recovered[i])
    yield f"   {paid_word(result)}额 = 应分配额 {entitled} − 扣减 {recovered} = {paid} 元"
    if settled.outstanding[i]:
        yield f"   不足扣减的 {format_yuan(settled.outstanding[i])} 元列为待收回"


def _adjustment_lines(result: PoolAllocation, i: int, towns: Sequence[str]) -> Iterator[str]:
    adjusted = result.adjusted
    if adjusted is None or not any(part[i] for part in adjusted.parts):
        return
    yield "   人工调整"
    for entry, part in zip(adjusted.entries, adjusted.parts, strict=True):
        if not part[i]:
            continue
        whose = f"本镇 {signed_yuan(part[i])} 元，由{entry.bearer}承担"
        if entry.town != towns[i]:
            whose = f"承担{entry.town}的调整 {signed_yuan(part[i])} 元"
        cite = f"（{entry.approval}）" if entry.approval else ""
        yield f"   · {whose}；理由：{entry.reason}{cite}"
    before, after = format_yuan(result.split_amount[i]), format_yuan(result.entitlement[i])
    yield f"   应分配额 = {before} {_plus(adjusted.change[i])} = {after} 元"


def _plus(fen: int) -> str:
    return f"{'−' if fen < 0 else '+'} {format_yuan(abs(fen))}"


def _instalment_lines(result: PoolAllocation, i: int) -> Iterator[str]:
    rounds = result.instalments
    if rounds is None:
        return
    for number, batch in enumerate(rounds.batches, 1):
        if batch.amounts[i]:
            date = f"{batch.date:%Y-%m-%d} " if batch.date else ""
            told = f"（{date}{batch.document}）".replace(" ）", "）").replace("（）", "")
            yield f"   此前第 {number} 批已拨 {format_yuan(batch.amounts[i])} 元{told}"
    paid, due = format_yuan(rounds.paid[i]), format_yuan(rounds.due[i])
    equals = "，不足减，为" if rounds.overpaid[i] else " ="
    yield f"   本次下达 = {format_yuan(result.payment[i])} − 此前已拨 {paid}{equals} {due} 元"
    if rounds.overpaid[i]:
        yield f"   此前多拨 {format_yuan(rounds.overpaid[i])} 元，待收回"


def _match_lines(answer: Answer, i: int) -> Iterator[str]:
    match, matching = answer.matching[i], answer.scheme.matching
    of_class = f"经济指标{match.economic_class}"
    if matching is not None and matching.rate_formula:
        of_class = f"按公式 {matching.rate_formula}"
    if matching is not None and matching.rate is not None:
        of_class = "全部统一"
    whose = "本镇单独确定" if match.is_own_rate else of_class
    yield f"配套比例 {format_percent(match.rate, 0 if (match.rate * 100).denominator == 1 else 2)}（{whose}）"
    if match.is_own_rate and answer.recipients.match_reason:
        yield f"理由：{answer.recipients.match_reason[i] or '未填'}"
    is_paid = matching is not None and matching.base == "paid"
    without = "，不含试点经费" if answer.scheme.pilot else ""
    base = f"市级{paid_word(*answer.pools)}合计" if is_paid else f"市级核拨合计（扣回前{without}）"
    word = "向上取整" if matching is not None and matching.rounding == "up" else "四舍五入"
    yield (
        f"应配套金额 = {base} {format_yuan(match.base)} × {format_number(match.rate)}，{word}"
        f" = {format_yuan(match.required)} 元{'（已按配套的上下限）' if match.is_bounded else ''}"
    )
    if match.raised is not None and match.gap is not None and match.progress is not None:
        yield (
            f"已配套 {format_yuan(match.raised)} 元，缺口 {format_yuan(match.gap)} 元，"
            f"到位率 {format_percent(match.progress, 2)}"
        )


def _total_lines(answer: Answer, i: int) -> Iterator[str]:
    parts = [f"{result.pool.name} {format_yuan(result.payment[i])}" for result in answer.pools]
    yield f"市级{paid_word(*answer.pools)}合计 = {' + '.join(parts)} = {format_yuan(answer.payment[i])} 元"
    if any(result.instalments for result in answer.pools):
        yield f"其中本次下达 {format_yuan(answer.due[i])} 元，其余此前已拨"
    if answer.matching:
        required = answer.matching[i].required
        both = format_yuan(answer.payment[i] + required)
        yield f"加应配套 {format_yuan(required)} 元，资金合计 {both} 元"
