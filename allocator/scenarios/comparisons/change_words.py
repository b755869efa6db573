"""What changed between two inputs, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, Final

from allocator.base.money import format_number, format_percent, format_yuan, signed_yuan
from allocator.fund import words
from allocator.fund.columns import FIELDS, HEADERS, ColumnKind
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme, scheme_record

#: Towns named under one cause before the list is cut.
MOST_LINES: Final = 40


def describe(before: tuple[Recipients, Scheme], after: tuple[Recipients, Scheme]) -> Iterator[str]:
    """What changed between two inputs, a line each, old → new."""
    old, new = before[0], after[0]
    if old.towns != new.towns:
        gone, added = _missing(old.towns, new.towns), _missing(new.towns, old.towns)
        if gone:
            yield f"减少：{'、'.join(gone)}"
        if added:
            yield f"增加：{'、'.join(added)}"
        if not gone and not added:
            yield "镇街次序改变"
        return
    for name in dict.fromkeys((*old.numbers, *new.numbers)):
        yield from _changed(old.towns, old.numbers.get(name, ()), new.numbers.get(name, ()))
    for name in dict.fromkeys((*old.texts, *new.texts)):
        yield from _changed(old.towns, old.texts.get(name, ()), new.texts.get(name, ()))
    for one in FIELDS:
        yield from _changed(old.towns, getattr(old, one.name), getattr(new, one.name), one.kind)
    olds, news = scheme_record(before[1]), scheme_record(after[1])
    for key in ("adjustment", "paid"):
        olds.pop(key, None)
        news.pop(key, None)
    yield from _changed_rules(olds, news)
    yield from _changed_entries(before[1], after[1])


def _missing(towns: Iterable[str], others: Iterable[str]) -> list[str]:
    """The towns that are not among the others."""
    known = set(others)
    return [town for town in towns if town not in known]


def _changed_entries(old: Scheme, new: Scheme) -> Iterator[str]:
    """Adjustments one by one, earlier payments by batch: what was added and what was taken out."""
    for entries in (_adjustments, _batches):
        olds, news = list(entries(old)), list(entries(new))
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
    towns: tuple[str, ...],
    olds: tuple[Any, ...],
    news: tuple[Any, ...],
    kind: ColumnKind = "number",
) -> Iterator[str]:
    if olds == news:
        return
    blank = (None,) * len(towns)
    rows = zip(towns, olds or blank, news or blank, strict=True)
    shown = ((town, _shown(old, kind), _shown(new, kind)) for town, old, new in rows)
    changed = [(town, old, new) for town, old, new in shown if old != new]
    for town, old, new in changed[:MOST_LINES]:
        yield f"{town}：{old} → {new}"
    if len(changed) > MOST_LINES:
        yield f"…… 共 {len(changed)} 个镇街"


def _shown(value: Any, kind: ColumnKind) -> str:
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if kind == "money":
        return format_yuan(value)
    if kind == "rate":
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
        where = "·".join(words.in_words(path)[0])
        yield f"{where}：{_rule(old, path)} → {_rule(new, path)}"


def _rule(value: Any, path: tuple[str, ...]) -> str:
    """What a rule says, in words; a table as its rules one by one."""
    if value is None:
        return "无"
    if isinstance(value, list):
        return "；".join(_rule(item, path) for item in value)
    if isinstance(value, dict):
        parts = (
            (words.in_words((*path, key))[0][-1], _rule(v, (*path, key)))
            for key, v in value.items()
        )
        return "，".join(f"{name}={text}" for name, text in parts)
    rule = words.in_words(path)[1]
    if rule is None:
        return str(value)
    if rule.kind in ("column", "money_or_formula"):
        return HEADERS.get(value, value)
    return rule.choices.get(value, str(value))
