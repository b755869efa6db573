"""Rank reversal: whether the order of two towns turns when a third leaves or joins.

Shares are parts of sums over all towns, so that whoever comes or goes changes the weight that each
factor has in effect: of two towns, the one strong in a factor that the leaver was strong in gains.
Source of the question: V. Belton, T. Gear, On a short-coming of Saaty's method of analytic
hierarchies, Omega 11 (1983), 228–230.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from allocator.allocation import Allocation, allocate
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Table, TableColumn, TableValue
from allocator.fund.columns import FIELDS
from allocator.fund.recipients import Origin, Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.comparisons.comparison import Measure, measured

#: Pairs named in a row of the table.
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Membership:
    """One town that leaves (`joins` False) or joins, and whose order it turns.

    `reversed` are pairs (ahead before, ahead after); `failure` says why there is no answer.
    """

    town: str
    joins: bool
    reversed: tuple[tuple[str, str], ...]
    failure: str = ""


@dataclass(frozen=True, slots=True)
class RankReversals:
    """Every change of membership that was tried, one after another from the same start."""

    changes: tuple[Membership, ...]

    def tables(self) -> list[Table]:
        """One table: who comes or goes, how many pairs turn, and which."""
        columns = (
            TableColumn("变动的镇街"),
            TableColumn("变动"),
            TableColumn("次序颠倒的对数", "count"),
            TableColumn("颠倒的两镇（原在前 → 现在前）"),
        )
        rows: list[tuple[TableValue, ...]] = []
        for one in self.changes:
            pairs = [f"{ahead} → {now}" for ahead, now in one.reversed]
            more = f" 等 {len(pairs)} 对" if len(pairs) > _SHOWN else ""
            told = one.failure or "、".join(pairs[:_SHOWN]) + more
            count = None if one.failure else len(pairs)
            rows.append((one.town, "加入" if one.joins else "退出", count, told))
        title = "一个镇街加入或退出时，其余镇街的先后是否改变"
        notes = ("预算和规则不变，按应分配合计比较先后，金额相等不算颠倒。",)
        return [Table(title, columns, tuple(rows), notes=notes)]

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables())


def rank_reversals(
    recipients: Recipients,
    scheme: Scheme,
    newcomers: Recipients | None = None,
    *,
    measure: Measure = "funding",
) -> RankReversals:
    """Let every town leave alone and every newcomer join alone, and look for pairs that turn.

    `newcomers` is a table with the columns that the scheme needs, one row for each that may join.

    Raises `InputError` when the scheme as it stands has no answer, or a newcomer has no figure.
    """
    before = allocate(recipients, scheme)
    changes = [
        _changed(before, measure, town, _without(recipients, i), joins=False)
        for i, town in enumerate(recipients.towns)
        if len(recipients) > 1
    ]
    for i, town in enumerate(newcomers.towns if newcomers else ()):
        assert newcomers is not None  # noqa: S101 - has towns
        table = joined(recipients, newcomers, i)
        changes.append(_changed(before, measure, town, table, joins=True))
    return RankReversals(tuple(changes))


def _changed(
    before: Allocation, measure: Measure, town: str, table: Recipients, *, joins: bool
) -> Membership:
    scheme = replace(
        before.scheme,
        recipients=None,
        adjustments=tuple(a for a in before.scheme.adjustments if a.town in table.towns),
        instalments=tuple(a for a in before.scheme.instalments if a.town in table.towns),
    )
    try:
        after = allocate(table, scheme)
    except InputError as error:
        return Membership(town, joins, (), error.problems[0].message)
    return Membership(town, joins, reversed_pairs(before, after, measure))


def reversed_pairs(
    before: Allocation, after: Allocation, measure: Measure = "funding"
) -> tuple[tuple[str, str], ...]:
    """(ahead before, ahead after) of towns in both answers, equal amounts not counted."""
    old = dict(zip(before.recipients.towns, measured(before, measure), strict=True))
    new = dict(zip(after.recipients.towns, measured(after, measure), strict=True))
    order = sorted((town for town in old if town in new), key=lambda town: -old[town])
    return tuple(
        (one, other)
        for i, one in enumerate(order)
        for other in order[i + 1 :]
        if old[one] > old[other] and new[one] < new[other]
    )


def _without(recipients: Recipients, i: int) -> Recipients:
    def cut(column: Sequence[Any]) -> tuple[Any, ...]:
        return (*column[:i], *column[i + 1 :])

    found: dict[str, Any] = {one.name: cut(getattr(recipients, one.name)) for one in FIELDS}
    numbers = {name: cut(column) for name, column in recipients.numbers.items()}
    found["texts"] = {name: cut(column) for name, column in recipients.texts.items()}
    return replace(
        recipients,
        towns=cut(recipients.towns),
        numbers=numbers,
        status={},
        origin=Origin(),
        **found,
    )


def joined(recipients: Recipients, newcomers: Recipients, i: int) -> Recipients:
    """The table with row i of `newcomers` at its end. Raises `InputError` for missing figures."""
    missing = [name for name in recipients.numbers if name not in newcomers.numbers]
    if missing:
        names = "、".join(recipients.header(name) for name in missing)
        remedy = "请在新增镇街的表中补上"
        raise InputError([Problem("membership.column", f"新增镇街没有“{names}”", remedy)])
    numbers = {
        name: (*column, newcomers.numbers[name][i]) for name, column in recipients.numbers.items()
    }
    found: dict[str, Any] = {}
    for one in FIELDS:
        own, other = getattr(recipients, one.name), getattr(newcomers, one.name)
        if own or other:
            row = other[i] if other else one.blank
            found[one.name] = (*(own or (one.blank,) * len(recipients)), row)
    found["texts"] = {
        name: (*column, (newcomers.texts[name][i] if name in newcomers.texts else ""))
        for name, column in recipients.texts.items()
    }
    towns = (*recipients.towns, newcomers.towns[i])
    return replace(recipients, towns=towns, numbers=numbers, status={}, origin=Origin(), **found)
