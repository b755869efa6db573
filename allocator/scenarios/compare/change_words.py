"""What changed between two inputs, in words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from allocator.base.money import format_number, format_percent, format_yuan, signed_yuan
from allocator.fund.recipients import HEADERS, Recipients
from allocator.fund.scheme import Scheme, scheme_record
from allocator.fund.scheme_reader import CHOICES

#: The columns of `Recipients` beside its numbers that the rules look at.
OTHER_COLUMNS: Final = (
    *("economic_class", "pilot", "unspent", "raised", "match_rate", "match_reason"),
)
#: The keys of a scheme in words, and those that mean something else in one section.
_WORDS: Final = MappingProxyType(
    {
        "scheme": "方案",
        "name": "名称",
        "status": "状态",
        "document": "依据文件",
        "date": "日期",
        "recipients": "镇街数",
        "pool": "资金池",
        "id": "代码",
        "budget": "预算（元）",
        "unit": "取整单位（元）",
        "method": "取整方法",
        "tie": "尾数相同时",
        "base": "每镇定额（元）",
        "floor": "下限",
        "cap": "上限",
        "cite": "依据条款",
        "budget_item": "预算科目",
        "project_code": "项目代码",
        "sources": "资金来源",
        "amount": "金额（元）",
        "factors": "因素",
        "weight": "权重",
        "column": "取自列",
        "per": "除以列",
        "direction": "方向",
        "scale": "乘以列",
        "coefficients": "类别系数",
        "pilot": "试点",
        "advance": "每镇试点经费（元）",
        "basis": "结算口径",
        "below_advance": "应分配额低于试点经费时",
        "unspent": "扣回资金的去向",
        "matching": "配套",
        "rates": "配套比例",
        "rounding": "取整方式",
    }
)
_IN: Final = MappingProxyType(
    {("matching", "base"): "配套基数", ("pilot", "pool"): "试点所属资金池"}
)
_COLUMN_KEYS: Final = frozenset({"column", "per", "scale", "floor", "cap", "advance"})
#: Towns named under one cause before the list is cut.
MOST_LINES: Final = 40


def describe(before: tuple[Recipients, Scheme], after: tuple[Recipients, Scheme]) -> Iterator[str]:
    """What changed between two inputs, a line each, old → new."""
    old, new = before[0], after[0]
    if gone := [town for town in old.towns if town not in new.towns]:
        yield f"减少：{'、'.join(gone)}"
    if added := [town for town in new.towns if town not in old.towns]:
        yield f"增加：{'、'.join(added)}"
    if old.towns != new.towns:
        if not gone and not added:
            yield "镇街次序改变"
        return
    for name in dict.fromkeys((*old.numbers, *new.numbers)):
        yield from _changed(old.towns, old.numbers.get(name, ()), new.numbers.get(name, ()))
    for name in OTHER_COLUMNS:
        yield from _changed(old.towns, getattr(old, name), getattr(new, name), name)
    olds, news = scheme_record(before[1]), scheme_record(after[1])
    for key in ("adjustment", "paid"):
        olds.pop(key, None)
        news.pop(key, None)
    yield from _changed_rules(olds, news)
    yield from _changed_entries(before[1], after[1])


def _changed_entries(old: Scheme, new: Scheme) -> Iterator[str]:
    """Adjustments one by one, earlier payments by batch: what was added and what was taken out."""
    for words in (_adjustments, _batches):
        olds, news = list(words(old)), list(words(new))
        yield from (f"减少：{line}" for line in olds if line not in news)
        yield from (f"增加：{line}" for line in news if line not in olds)


def _adjustments(scheme: Scheme) -> Iterator[str]:
    for one in scheme.adjustments:
        cite = f"（{one.approval}）" if one.approval else ""
        name = scheme.pool(one.pool).name
        yield (
            f"{name}·{one.town} {signed_yuan(one.amount)} 元，由{one.bearer}承担；"
            f"理由：{one.reason}{cite}"
        )


def _batches(scheme: Scheme) -> Iterator[str]:
    rounds: dict[tuple[str, str, str], list[int]] = {}
    for one in scheme.instalments:
        date = one.date.isoformat() if one.date else "未填日期"
        key = date, one.document, scheme.pool(one.pool).name
        rounds.setdefault(key, []).append(one.amount)
    for key, amounts in rounds.items():
        told = " ".join(filter(None, key))
        yield f"{told}，{len(amounts)} 笔共 {format_yuan(sum(amounts))} 元"


def _changed(
    towns: tuple[str, ...], olds: tuple[Any, ...], news: tuple[Any, ...], name: str = ""
) -> Iterator[str]:
    if olds == news:
        return
    blank = (None,) * len(towns)
    rows = zip(towns, olds or blank, news or blank, strict=True)
    shown = ((town, _shown(old, name), _shown(new, name)) for town, old, new in rows)
    changed = [(town, old, new) for town, old, new in shown if old != new]
    for town, old, new in changed[:MOST_LINES]:
        yield f"{town}：{old} → {new}"
    if len(changed) > MOST_LINES:
        yield f"…… 共 {len(changed)} 个镇街"


def _shown(value: Any, name: str) -> str:
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if name in ("unspent", "raised"):
        return format_yuan(value)
    if name == "match_rate":
        return format_percent(value, 2)
    return format_number(value) if isinstance(value, int | Fraction) else str(value)


def _changed_rules(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _changed_rules(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (one, other) in enumerate(zip(old, new, strict=True), 1):
            yield from _changed_rules(one, other, (*path, str(one.get("name", i))))
    else:
        yield f"{_where(path)}：{_rule(old, path[-1])} → {_rule(new, path[-1])}"


def _where(path: tuple[str, ...]) -> str:
    sections = ("", *path)
    words = (
        _IN.get(pair) or _WORDS.get(pair[1], pair[1]) for pair in zip(sections, path, strict=False)
    )
    return "·".join(words)


def _rule(value: Any, key: str = "") -> str:
    if value is None:
        return "无"
    if isinstance(value, list):
        return "；".join(map(_rule, value))
    if isinstance(value, dict):
        return "，".join(f"{_WORDS.get(k, k)}={_rule(v, k)}" for k, v in value.items())
    text = CHOICES.get(key, {}).get(value, str(value))
    return HEADERS.get(text, text) if key in _COLUMN_KEYS else text
