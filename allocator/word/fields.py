"""What letters say: every placeholder of the templates with its text, drawn from the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from allocator.allocation import Allocation
from allocator.base.money import capital_amount, format_number, format_percent, format_yuan
from allocator.engine.pool import PoolAllocation
from allocator.engine.settlement import Settlement
from allocator.excel.kit.style import text_width
from allocator.excel.official.context import subject_title
from allocator.word.letter_info import BankAccount, LetterInfo, day

Texts = dict[str, Any]

NUMERALS: Final = "一二三四五六七八九十"
#: What stands where the sheets say nothing, to be filled in by hand.
_TITLE_WIDTH: Final = 40  # half-width characters of 2号 that a line of a title holds
BLANK: Final = "＿＿＿＿＿＿"
NO_DATE: Final = "　　　　年　　月　　日"


def common_fields(answer: Allocation, info: LetterInfo) -> Texts:
    """What the notice and every slip may say."""
    scheme = answer.scheme
    date = info.date or (day(scheme.date) if scheme.date else NO_DATE)
    return {
        "标记": answer.mark,
        "币种": "" if scheme.naming.currency else "人民币",
        "货币": scheme.naming.currency or "元",
        "单位称谓": scheme.naming.recipient or "单位",
        "资金名称": scheme.name.removesuffix("方案").removesuffix("分配"),
        "依据文件": scheme.document,
        "发文机关": info.office or BLANK,
        "发文机关标志": info.red_head,
        "发文字号": info.number,
        "成文日期": date,
        "主送": info.addressees or f"各有关{scheme.naming.recipient or '单位'}",
        "配套期限": info.deadline,
        "联系人": info.contact,
        "联系电话": info.telephone,
        "抄送": info.copies,
    }


def notice_fields(answer: Allocation, info: LetterInfo) -> Texts:
    """The texts of 资金下达通知."""
    total = sum(answer.due)
    has_pilot = any(result.pilot_settlement for result in answer.pools)
    sections = ["资金安排", *(["试点结算"] if has_pilot else [])]
    sections += [*(["配套资金"] if answer.matching else []), "有关要求"]
    return common_fields(answer, info) | {
        "标题": balanced(f"关于下达{subject_title(answer.scheme.name, '资金')}的通知"),
        "核拨总额": format_yuan(total),
        "核拨总额大写": capital_amount(total),
        "单位数": len(answer.recipients),
        "号": {name: NUMERALS[k] for k, name in enumerate(sections)},
        "资金池": [_pool_fields(result, k) for k, result in enumerate(answer.pools)],
        "试点": _pilot_fields(answer),
        "配套": _match_totals(answer),
        "附件": [
            {"序号": k, "名称": subject_title(answer.scheme.name, name)}
            for k, name in enumerate(_annexes(answer), 1)
        ],
    }


def balanced(title: str) -> str:
    r"""A title of more than one line, broken once near its middle where a phrase ends.

    >>> balanced("关于下达2020年东莞市“民生大莞家”专项资金的通知")
    '关于下达2020年东莞市\n“民生大莞家”专项资金的通知'
    """
    if text_width(title) <= _TITLE_WIDTH:
        return title
    ends = [
        m.start()
        for m in re.finditer("(?<=[年市县区”》，、])(?=.)|(?=“|《|专项|补助|的通知)", title)
    ]
    middle = len(title) / 2
    cut = min((end for end in ends if end), key=lambda end: abs(end - middle), default=0)
    return f"{title[:cut]}\n{title[cut:]}" if cut else title


def _rate(ratio: Fraction) -> str:
    """A rate in per cent with the decimals it has, at most six."""
    return f"{format_number(ratio * 100, 6)}%"


def _annexes(answer: Allocation) -> Iterator[str]:
    yield "分配总表"
    for result in answer.pools:
        if result.settlement:
            yield "试点经费结算表" if result.pilot_settlement else f"结算表（{result.pool.name}）"
    if answer.matching:
        yield "配套资金表"
    if any(result.by_source for result in answer.pools):
        yield "资金来源拆分表"
    if any(result.instalments for result in answer.pools):
        yield "分批下达情况表"


def _pool_fields(result: PoolAllocation, k: int) -> Texts:
    pool, rounds = result.pool, result.instalments
    factors = "、".join(
        f"{factor.name}（权重{_rate(factor.factor.weight)}）" for factor in result.shares.factors
    )
    return {
        "序号": NUMERALS[k] if k < len(NUMERALS) else str(k + 1),
        "名称": pool.name,
        "资金总额": format_yuan(pool.budget),
        "来源": "、".join(f"{s.name}{format_yuan(s.amount)}元" for s in pool.sources),
        "因素": factors,
        "依据": pool.cite,
        "预留调整": _from_reserve(result),
        "应核拨": format_yuan(sum(result.payment)),
        "此前已拨": format_yuan(sum(rounds.paid)) if rounds else "",
        "多拨": format_yuan(over) if rounds and (over := sum(rounds.overpaid)) else "",
        "本次核拨": format_yuan(sum(result.due)),
    }


def _from_reserve(result: PoolAllocation) -> str:
    """What adjustments leave to the payer's reserve, in words; nothing where others bear them."""
    net = sum(map(sum, result.adjusted.parts)) if result.adjusted else 0
    return f"{'调增' if net > 0 else '调减'}{format_yuan(abs(net))}" if net else ""


def _pilot_fields(answer: Allocation) -> Texts | None:
    for result in answer.pools:
        if settled := result.pilot_settlement:
            return {
                "名称": result.pool.name,
                "个数": sum(1 for advance in settled.advance if advance),
                "已拨": format_yuan(sum(settled.advance)),
                "扣回": format_yuan(sum(settled.recovered)),
                "待收回": format_yuan(left) if (left := sum(settled.outstanding)) else "",
            }
    return None


def _match_totals(answer: Allocation) -> Texts | None:
    if not answer.matching:
        return None
    total = sum(match.required for match in answer.matching)
    return {"应配套": format_yuan(total), "应配套大写": capital_amount(total)}


def slip_fields(answer: Allocation, info: LetterInfo, i: int) -> Texts:
    """The texts of the 资金核拨通知单 of recipient `i`."""
    town, paid = answer.recipients.towns[i], answer.due[i]
    account = info.accounts.get(town, BankAccount())
    return common_fields(answer, info) | {
        "序号": i + 1,
        "镇街": town,
        "明细": [line for result in answer.pools for line in _amount_lines(answer, result, i)],
        "核拨合计": format_yuan(paid),
        "核拨大写": capital_amount(paid),
        "测算依据": [_reason(result, i) for result in answer.pools],
        "配套": _match_fields(answer, i),
        "户名": account.holder or BLANK,
        "开户银行": account.bank or BLANK,
        "账号": account.number or BLANK,
    }


def _amount_lines(answer: Allocation, result: PoolAllocation, i: int) -> Iterator[Texts]:
    """The lines of the slip's table for one pool: what is due, what is deducted, what is paid."""
    name, share = result.pool.name, f"综合占比 {format_percent(result.shares.share(i))}"
    settled, rounds = result.settlement, result.instalments
    if settled is None and rounds is None and not _changes(answer, result, i):
        yield _line(f"{name}：本次核拨", result.payment[i], share)
        return
    yield _line(f"{name}：应分配额", result.split_amount[i], share)
    yield from _changes(answer, result, i)
    if settled is not None:
        yield from _settled_lines(settled, i)
    for batch in rounds.batches if rounds else ():
        if batch.amounts[i]:
            note = " ".join(filter(None, [day(batch.date) if batch.date else "", batch.document]))
            yield _line("　减：此前已拨", batch.amounts[i], note)
    if rounds and rounds.overpaid[i]:
        yield _line("　加：多拨待收回", rounds.overpaid[i], "此前已拨多于应核拨")
    yield _line(f"{name}：本次核拨", result.due[i], "")


def _changes(answer: Allocation, result: PoolAllocation, i: int) -> list[Texts]:
    """The adjustments that this recipient gets or bears."""
    if result.adjusted is None:
        return []
    lines, town = [], answer.recipients.towns[i]
    for entry, part in zip(result.adjusted.entries, result.adjusted.parts, strict=True):
        if part[i]:
            told = entry.reason if entry.town == town else f"承担{entry.town}的调整"
            lines.append(_line(f"　{'加' if part[i] > 0 else '减'}：人工调整", abs(part[i]), told))
    return lines


def _settled_lines(settled: Settlement, i: int) -> Iterator[Texts]:
    if settled.advance[i] and settled.basis == "share":
        yield _line("　减：已拨试点经费", settled.advance[i], "试点阶段已拨付")
    if settled.is_deduction:
        if settled.unspent[i]:
            note = f"待收回 {format_yuan(left)} 元" if (left := settled.outstanding[i]) else ""
            yield _line("　减：扣减", settled.recovered[i], note)
        return
    if settled.unspent[i]:
        left = settled.outstanding[i]
        note = f"待收回 {format_yuan(left)} 元" if left else "试点剩余全部扣回"
        yield _line("　减：扣回试点剩余", settled.recovered[i], note)
    if settled.carried[i]:
        yield _line("　加：结转下期", -settled.carried[i], "应分配额低于已拨试点经费")
    if settled.redistributed[i]:
        yield _line("　加：再分配", settled.redistributed[i], "扣回资金按占比再分配")


def _line(what: str, fen: int, note: str) -> Texts:
    return {"项目": what, "金额": format_yuan(fen), "说明": note}


def _reason(result: PoolAllocation, i: int) -> str:
    """Why the recipient gets this much, in one sentence."""
    factors = "；".join(
        f"{shares.name} {format_number(shares.value(i), 4)}，占 {format_percent(shares.share(i))}"
        f"（权重{_rate(shares.factor.weight)}）"
        for shares in result.shares.factors
    )
    text = f"{result.pool.name}：{factors or '按方案规定的算式计算'}。"
    pilot = "（含不低于已拨试点经费）" if result.pilot_settlement else ""
    bound = {"lower": f"按下限{pilot}", "upper": "按上限"}.get(result.bound(i))
    if bound:
        return f"{text}{bound}确定应分配额。"
    return text


def _match_fields(answer: Allocation, i: int) -> Texts | None:
    if not answer.matching:
        return None
    match, rules = answer.matching[i], answer.scheme.matching
    by_class = rules is not None and bool(rules.rates)
    return {
        "类别": "单独确定" if match.is_own_rate else match.economic_class if by_class else "",
        "比例": _rate(match.rate),
        "基数": format_yuan(match.base),
        "应配套": format_yuan(match.required),
        "应配套大写": capital_amount(match.required),
        "已配套": "" if match.raised is None else format_yuan(match.raised),
        "缺口": "" if match.gap is None else format_yuan(match.gap),
    }
