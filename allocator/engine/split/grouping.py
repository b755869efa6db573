"""Which group's budget each recipient shares in."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.base.money import Fen
from allocator.base.problems import InputError, Problem
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Pool


def groups_of(
    recipients: Recipients, pool: Pool, members: Sequence[bool], fixed: Sequence[Fen]
) -> tuple[str, ...]:
    """The group of each recipient, '' for those who are given nothing; empty without groups."""
    if not pool.budgets:
        return ()
    texts = {**recipients.texts, "economic_class": recipients.economic_class}
    names = {recipients.header(name): name for name in texts}
    found = texts.get(pool.group) or texts.get(names.get(pool.group, ""), ())
    if not found:
        message = f"“{pool.name}”按“{pool.group}”分组，数据表中没有这一列文字"
        raise InputError([Problem("table.missing_column", message, "请补上这一列，或改正列名")])
    if members and any(fixed):
        members = [bool(m or own) for m, own in zip(members, fixed, strict=True)]
    strangers = [
        i
        for i, name in enumerate(found)
        if name not in pool.budgets and (not members or members[i])
    ]
    if strangers:
        remedy = f"可填：{'、'.join(pool.budgets)}"
        column = names.get(pool.group, pool.group)
        raise InputError(
            [
                Problem(
                    "table.unknown_group",
                    f"{recipients.towns[i]}的“{pool.group}”没有预算",
                    remedy,
                    recipients.place(column, i),
                    found[i] or "空白",
                )
                for i in strangers
            ]
        )
    return tuple(name if not members or members[i] else "" for i, name in enumerate(found))
