"""What changed between two inputs, in words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from allocator.money import format_number, format_percent, format_yuan
from allocator.recipients import Recipients
from allocator.scheme import Scheme, scheme_record

#: The columns of `Recipients` beside its numbers that the rules look at.
OTHER_COLUMNS: Final = (
    *("economic_class", "pilot", "unspent", "raised", "match_rate", "match_reason"),
)
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
    yield from _changed_rules(scheme_record(before[1]), scheme_record(after[1]), "")


def _changed(
    towns: tuple[str, ...], olds: tuple[Any, ...], news: tuple[Any, ...], name: str = ""
) -> Iterator[str]:
    if olds == news:
        return
    blank = (None,) * len(towns)
    rows = zip(towns, olds or blank, news or blank, strict=True)
    changed = [(town, old, new) for town, old, new in rows if old != new]
    for town, old, new in changed[:MOST_LINES]:
        yield f"{town}：{_shown(old, name)} → {_shown(new, name)}"
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


def _changed_rules(old: Any, new: Any, path: str) -> Iterator[str]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _changed_rules(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _changed_rules(one, other, f"{path}[{i + 1}]")
    else:
        yield f"{path}：{_rule(old)} → {_rule(new)}"


def _rule(value: Any) -> str:
    if value is None:
        return "无"
    if isinstance(value, list):
        return "；".join(map(_rule, value))
    if isinstance(value, dict):
        return "，".join(f"{k}={_rule(v)}" for k, v in value.items())
    return str(value)
