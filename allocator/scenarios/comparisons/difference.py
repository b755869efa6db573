"""Two allocations side by side, and how much of each change each cause explains.

The causes are applied to the old input one after another, in the order of `CAUSES`; what the
answer moves at a step is that cause's part. The parts of a town therefore add up exactly to its
change, but a part depends on the order, which is why the order is stated with the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from allocator.allocation import Allocation, allocate
from allocator.base.money import Fen, format_yuan
from allocator.base.problems import InputError
from allocator.base.tables import Table, TableColumn, TableValue, totals
from allocator.fund.columns import FIELDS
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Pool
from allocator.fund.scheme import Scheme
from allocator.scenarios.comparisons.change_words import describe


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that changed: its name, what it was and is, and each town's part of the change.

    `payment` and `required` are changes in fen by town, in the order of `Difference.towns`.
    """

    name: str
    details: tuple[str, ...]
    payment: tuple[Fen, ...]
    required: tuple[Fen, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Old and new amounts of every town of either side, in fen, and the causes between them.

    A town that one side does not have counts with 0 there.
    """

    old: Allocation
    new: Allocation
    towns: tuple[str, ...]
    causes: tuple[Cause, ...]

    def payments(self, answer: Allocation) -> tuple[Fen, ...]:
        """The payment of every town under one of the two answers."""
        return _by_town(answer, self.towns)[0]

    def required(self, answer: Allocation) -> tuple[Fen, ...]:
        """The required match of every town under one of the two answers."""
        return _by_town(answer, self.towns)[1]


GivenState = tuple[Recipients, Scheme]
ChangeStep = Callable[[GivenState, GivenState], GivenState]


def difference(old: Allocation, new: Allocation) -> Difference:
    """What changed between two allocations and what each change did.

    Causes whose state in between has no solution (a new factor without its column, say) are
    joined with the next ones.
    """
    towns = tuple(dict.fromkeys((*new.recipients.towns, *old.recipients.towns)))
    target: GivenState = (new.recipients, new.scheme)
    state: GivenState = (old.recipients, old.scheme)
    before = _by_town(old, towns)
    causes: list[Cause] = []
    waiting: list[tuple[str, tuple[str, ...]]] = []
    for name, step in _steps(old, new):
        following = step(state, target)
        details = tuple(describe(state, following))
        if not details:
            continue
        state = following
        waiting.append((name, details))
        try:
            after = _by_town(allocate(*state), towns)
        except InputError:
            continue
        causes.append(_cause(waiting, before, after))
        waiting, before = [], after
    after = _by_town(new, towns)
    if waiting or before != after:
        causes.append(_cause(waiting or [("其他", ())], before, after))
    return Difference(old, new, towns, tuple(causes))


def _cause(
    parts: list[tuple[str, tuple[str, ...]]],
    before: tuple[tuple[Fen, ...], tuple[Fen, ...]],
    after: tuple[tuple[Fen, ...], tuple[Fen, ...]],
) -> Cause:
    moved = [
        tuple(Fen(new - old) for old, new in zip(olds, news, strict=True))
        for olds, news in zip(before, after, strict=True)
    ]
    details = tuple(detail for _, found in parts for detail in found)
    return Cause("、".join(name for name, _ in parts), details, moved[0], moved[1])


def _by_town(answer: Allocation, towns: tuple[str, ...]) -> tuple[tuple[Fen, ...], tuple[Fen, ...]]:
    paid = dict(zip(answer.recipients.towns, answer.payment, strict=True))
    required = {match.town: match.required for match in answer.matching}
    zero = Fen(0)
    return (
        tuple(paid.get(town, zero) for town in towns),
        tuple(required.get(town, zero) for town in towns),
    )


def _steps(old: Allocation, new: Allocation) -> Iterator[tuple[str, ChangeStep]]:
    """The causes in their order: who takes part, then each column, then each part of the rules."""
    yield "镇街增减", _change_towns
    for kind in ("numbers", "texts"):
        names = dict.fromkeys((*getattr(old.recipients, kind), *getattr(new.recipients, kind)))
        for name in names:
            yield f"数据：{new.recipients.header(name)}", _change_named(kind, name)
    for one in FIELDS:
        yield f"数据：{one.header}", _change_column(one.name)
    ids = [pool.id for pool in new.scheme.pools]
    if ids != [pool.id for pool in old.scheme.pools]:
        yield "方案：资金池增减", lambda state, target: (state[0], target[1])
        return
    # A rule may need a new column, and an old column may be needed until the rules have changed.
    for name in new.scheme.columns:
        yield f"计算列：{name}", _change_formula(name)
    for pool in new.scheme.pools:
        for title, keys in _POOL_RULES:
            yield f"方案：{pool.name}{title}", _change_pool(pool.id, keys)
    for name in old.scheme.columns:
        if name not in new.scheme.columns:
            yield f"计算列：{name}", _change_formula(name)
    yield "方案：计算列次序", lambda s, t: (s[0], replace(s[1], columns=t[1].columns))
    yield "方案：结算规则", lambda s, t: (s[0], replace(s[1], settlements=t[1].settlements))
    yield "方案：试点规则", lambda s, t: (s[0], replace(s[1], pilot=t[1].pilot))
    yield "方案：配套规则", lambda s, t: (s[0], replace(s[1], matching=t[1].matching))
    yield "人工调整", lambda s, t: (s[0], replace(s[1], adjustments=t[1].adjustments))
    yield "已拨记录", lambda s, t: (s[0], replace(s[1], instalments=t[1].instalments))
    yield "方案：名称与状态", lambda s, t: (s[0], t[1])


_POOL_RULES: Final = (
    (
        "预算与来源",
        (
            *("budget", "budget_formula", "sources", "name", "cite"),
            *("budget_item", "project_code"),
            *("group", "budgets", "is_open", "surplus", "source_order"),
        ),
    ),
    ("因素与权重", ("factors", "adjust", "amount")),
    ("参加条件", ("eligible",)),
    ("定额与上下限", ("base", "base_formula", "fixed", "floor", "cap", "least")),
    ("取整", ("unit", "method", "tie", "rest")),
)
CAUSES: Final = "先镇街增减，再逐列数据，再逐个计算列，再逐项方案（各资金池的规则、结算、试点、配套），再人工调整和已拨记录"


def _change_towns(state: GivenState, target: GivenState) -> GivenState:
    """The target's towns in its order: old data where there is some, the target's elsewhere."""
    old, new = state[0], target[0]
    where = {town: i for i, town in enumerate(old.towns)}
    if old.towns == new.towns:
        return state

    def column(olds: tuple[Any, ...], news: tuple[Any, ...], default: Any) -> tuple[Any, ...]:
        if not olds and not news:
            return ()
        picked = []
        for j, town in enumerate(new.towns):
            source, at = (olds, where[town]) if town in where else (news, j)
            picked.append(source[at] if source else default)
        return tuple(picked)

    numbers: dict[str, Any] = {
        name: column(olds, new.numbers.get(name, ()), 0) for name, olds in old.numbers.items()
    }
    others: dict[str, Any] = {
        one.name: column(getattr(old, one.name), getattr(new, one.name), one.blank)
        for one in FIELDS
    }
    others["texts"] = {
        name: column(olds, new.texts.get(name, ()), "") for name, olds in old.texts.items()
    }
    merged = replace(old, towns=new.towns, numbers=numbers, status={}, origin=new.origin, **others)
    # Their stated number goes with the towns: with the other one nothing could be allocated.
    return merged, replace(state[1], recipients=target[1].recipients)


def _change_named(kind: str, name: str) -> ChangeStep:
    """One column of the figures (`numbers`) or of the texts that formulas look up (`texts`)."""

    def step(state: GivenState, target: GivenState) -> GivenState:
        values = getattr(target[0], kind).get(name)
        if values is None:  # the old rules may still need it
            return state
        columns = {**getattr(state[0], kind), name: values}
        changed: dict[str, Any] = {kind: columns}
        return replace(state[0], **changed), state[1]

    return step


def _change_column(name: str) -> ChangeStep:
    def step(state: GivenState, target: GivenState) -> GivenState:
        return replace(state[0], **{name: getattr(target[0], name)}), state[1]

    return step


def _change_formula(name: str) -> ChangeStep:
    def step(state: GivenState, target: GivenState) -> GivenState:
        columns = {key: text for key, text in state[1].columns.items() if key != name}
        if name in target[1].columns:
            columns = {**state[1].columns, name: target[1].columns[name]}
        return state[0], replace(state[1], columns=columns)

    return step


def _change_pool(pool_id: str, keys: tuple[str, ...]) -> ChangeStep:
    def step(state: GivenState, target: GivenState) -> GivenState:
        wanted = target[1].pool(pool_id)
        changed = {key: getattr(wanted, key) for key in keys}
        pools = tuple(replace(p, **changed) if p.id == pool_id else p for p in state[1].pools)
        return state[0], replace(state[1], pools=pools)

    return step


def difference_tables(found: Difference) -> list[Table]:
    """调整对照表 with its decomposition, for the payments and for the match, and the causes in words."""
    tables = _compare("", found, found.payments, [cause.payment for cause in found.causes])
    if found.old.matching or found.new.matching:
        required = [cause.required for cause in found.causes]
        tables += _compare("（应配套）", found, found.required, required)
    columns = (TableColumn("序号"), TableColumn("原因"), TableColumn("内容"))
    rows: list[tuple[TableValue, ...]] = [
        (str(number) if first else "", cause.name if first else "", detail)
        for number, cause in enumerate(found.causes, 1)
        for first, detail in _first_marked(cause.details)
    ]
    has_pilot = any(one.scheme.pilot for one in (found.old, found.new))
    order = CAUSES if has_pilot else CAUSES.replace("试点、", "")
    return [*tables, Table("变动原因", columns, tuple(rows), notes=(f"分解次序：{order}",))]


def _first_marked(details: tuple[str, ...]) -> Iterator[tuple[bool, str]]:
    for i, detail in enumerate(details):
        yield i == 0, detail


def _compare(
    suffix: str,
    found: Difference,
    amounts: Callable[[Allocation], tuple[Fen, ...]],
    parts: list[tuple[Fen, ...]],
) -> list[Table]:
    olds, news = amounts(found.old), amounts(found.new)
    names = [cause.name for cause in found.causes]
    money = [TableColumn(header, "fen") for header in ("原分配", "调整后", "增减")]
    columns = [TableColumn("镇街（园区）"), *money, TableColumn("原因")]
    columns_of_parts = [
        TableColumn("镇街（园区）"),
        money[2],
        *(TableColumn(name, "fen") for name in names),
    ]
    rows: list[tuple[TableValue, ...]] = []
    rows_of_parts: list[tuple[TableValue, ...]] = []
    for i, town in enumerate(found.towns):
        moved = [part[i] for part in parts]
        change = news[i] - olds[i]
        rows.append((town, olds[i], news[i], change, main_cause(names, moved)))
        rows_of_parts.append((town, change, *moved))
    notes = ("单位：元", "各原因之和等于增减，分解次序见“变动原因”")
    return [
        Table(f"调整对照表{suffix}", tuple(columns), tuple(rows), totals(columns, rows), notes[:1]),
        Table(
            f"变动分解表{suffix}",
            tuple(columns_of_parts),
            tuple(rows_of_parts),
            totals(columns_of_parts, rows_of_parts),
            notes,
        ),
    ]


def main_cause(names: list[str], moved: list[Fen]) -> str:
    """The cause with the largest part, with its sum, and how many there are beside it."""
    parts = [(fen, name) for name, fen in zip(names, moved, strict=True) if fen]
    if not parts:
        return "不变"
    fen, name = max(parts, key=lambda part: abs(part[0]))
    sign = "+" if fen > 0 else ""
    more = f" 等 {len(parts)} 项" if len(parts) > 1 else ""
    return f"{name} {sign}{format_yuan(fen)}{more}"


assert {f.name for f in fields(Pool)} - {"id"} == {k for _, keys in _POOL_RULES for k in keys}  # noqa: S101
