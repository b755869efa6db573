"""The sensitivity of an allocation as tables: weights, overtaking, data errors, readings."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.base.money import format_number, nearest, rounded
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Table, TableColumn, TableValue
from allocator.engine.open_pool import OpenPool
from allocator.engine.pool import open_pools, open_split
from allocator.engine.shares import combine
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.sensitivity.data_errors import DataError, data_errors, figure_columns
from allocator.scenarios.sensitivity.interpretations import Readings, readings_factorial
from allocator.scenarios.sensitivity.transfers import (
    Move,
    Swing,
    break_even,
    moves,
    nearest_overtaking,
    tornado,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NUMERALS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class PoolSensitivity:
    """What one pool's entitlements are sensitive to, see `moves`."""

    scheme: Scheme
    split: OpenPool
    moves: tuple[Move, ...]
    swings: tuple[tuple[Swing, ...], ...]

    def plot(self, town: str) -> Figure:
        """What a percentage point moved between two factors changes for one town (龙卷风图).

        Raises `ValueError` for a town that is not in the table.
        """
        from allocator.plots import tornado as figure

        opened, i = self.split, self.split.recipients.towns.index(town)
        bars = [
            (f"{opened.names[s.source]} → {opened.names[s.target]}", s.forth or 0, s.back or 0)
            for s in self.swings[i]
        ]
        note = "每项把一个百分点的权重由前一因素移到后一因素（反向则移回），由引擎按分重算。"
        what = f"{opened.pool.name}应分配额"
        return figure(opened.recipients, self.scheme, town, bars, what, note)

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables())

    def tables(self) -> list[Table]:
        """Slopes, 龙卷风 and 赶超."""
        if not self.moves:
            return []
        return [slopes(self), tornado_table(self), overtaking(self)]


def pool_sensitivity(recipients: Recipients, scheme: Scheme, pool_id: str) -> PoolSensitivity:
    """Raises `InputError` for mistakes in the input, `KeyError` for an unknown pool."""
    split = open_split(recipients, scheme, pool_id)
    return PoolSensitivity(scheme, split, moves(split), tornado(split))


def sensitivity_tables(recipients: Recipients, scheme: Scheme, ratio: Fraction) -> list[Table]:
    """Every table of the command: readings, each pool, and figures off by ± `ratio`."""
    if not 0 < ratio < 1:
        remedy = "请填 0 与 100% 之间的误差，如 5%"
        raise InputError([Problem("sensitivity.ratio", "数据误差的幅度不合适", remedy)])
    found = readings_tables(readings_factorial(recipients, scheme))
    pools, refused = open_pools(recipients, scheme, scheme.pools)
    for pool in pools:
        found += pool_sensitivity(recipients, scheme, pool.id).tables()
    if refused:
        rows = tuple((problem.message,) for problem in refused)
        found.append(Table("权重的敏感性从略的资金池", (TableColumn("原因"),), rows))
    return [*found, data_error_table(recipients, scheme, ratio)]


def _arrow(source: int, target: int) -> str:
    return f"{_numeral(source)}→{_numeral(target)}"


def _points(points: Fraction) -> str:
    return format_number(rounded(points, 2))


def _numeral(k: int) -> str:
    return _NUMERALS[k] if k < len(_NUMERALS) else f"({k + 1})"


def _legend(split: OpenPool) -> str:
    return "　".join(f"{_numeral(k)}{name}" for k, name in enumerate(split.names))


def slopes(found: PoolSensitivity) -> Table:
    """Change of each town per percentage point moved, before rounding."""
    columns = [
        TableColumn("镇街（园区）"),
        *(TableColumn(_arrow(m.source, m.target), "fen") for m in found.moves),
    ]
    towns = found.split.recipients.towns
    rows: list[tuple[TableValue, ...]] = [
        (town, *(nearest(move.slope[i]) for move in found.moves)) for i, town in enumerate(towns)
    ]
    notes = [_legend(found.split)]
    for move in found.moves:
        kind = "处处相同" if move.is_linear else "为现行方案处的变化率"
        notes.append(
            f"{_arrow(move.source, move.target)}：移动 {_points(move.least)} 至 {_points(move.most)} "
            f"个百分点之内，受限额约束的镇街不变，{kind}"
        )
    title = f"{found.split.pool.name}：权重每移动一个百分点的变化（元）"
    return Table(title, tuple(columns), tuple(rows), notes=tuple(notes))


def tornado_table(found: PoolSensitivity) -> Table:
    """By town: the move that changes its entitlement most, a point forth and back."""
    columns = (
        TableColumn("镇街（园区）"),
        TableColumn("影响最大的调整"),
        TableColumn("正向一点", "fen"),
        TableColumn("反向一点", "fen"),
    )
    rows: list[tuple[TableValue, ...]] = [
        (town, _arrow(swings[0].source, swings[0].target), swings[0].forth, swings[0].back)
        for town, swings in zip(found.split.recipients.towns, found.swings, strict=True)
    ]
    title = f"{found.split.pool.name}：最敏感的权重调整（一个百分点，元）"
    return Table(title, columns, tuple(rows), notes=(_legend(found.split), "由引擎按分重算。"))


def overtaking(found: PoolSensitivity) -> Table:
    """By town: the shortest move that makes it draw level with the one ahead of it."""
    columns = (
        TableColumn("镇街（园区）"),
        TableColumn("占比上一名"),
        TableColumn("最近的调整"),
        TableColumn("百分点", "number", 2),
        TableColumn("其时权重"),
    )
    towns = found.split.recipients.towns
    combined = combine(found.split.factors, found.split.weights)
    first = max(range(len(towns)), key=lambda i: (combined.weights[i], -i))
    rows: list[tuple[TableValue, ...]] = []
    for town, at in zip(towns, nearest_overtaking(found.split), strict=True):
        if at is None:
            rows.append(
                (town, "", "首位" if town == towns[first] else "单独调整不能赶上", None, "")
            )
            continue
        ends = (at.source, at.target) if at.points >= 0 else (at.target, at.source)
        weights = " / ".join(format_number(rounded(weight, 4)) for weight in at.weights)
        rows.append((town, towns[at.ahead], _arrow(*ends), rounded(abs(at.points), 2), weights))
    title = f"{found.split.pool.name}：赶上占比前一名所需的最小权重调整"
    notes = (_legend(found.split), "按占比（限额与取整之前）比较，精确求解后取两位小数。")
    return Table(title, columns, tuple(rows), notes=notes)


def break_even_table(recipients: Recipients, scheme: Scheme, behind: str, ahead: str) -> Table:
    """Every single move that makes one town draw level with another, in every pool.

    Raises `ValueError` for a town that is not in the table.
    """
    towns = recipients.towns
    pair = towns.index(behind), towns.index(ahead)
    columns = (
        TableColumn("资金池"),
        TableColumn("权重移出"),
        TableColumn("移入"),
        TableColumn("百分点", "number", 4),
    )
    rows: list[tuple[TableValue, ...]] = []
    for pool in scheme.pools:
        split = open_split(recipients, scheme, pool.id)
        for at in break_even(split, *pair):
            source, target = split.names[at.source], split.names[at.target]
            if at.points < 0:
                source, target = target, source
            rows.append((pool.name, source, target, rounded(abs(at.points), 4)))
    notes = ["按占比（限额与取整之前）比较，精确求解后取四位小数；每次只在两个因素之间移动。"]
    if not rows:
        notes.append("只在两个因素之间移动权重，两镇街的占比不会相等。")
    title = f"{behind}与{ahead}占比相等时的权重"
    return Table(title, columns, tuple(rows), notes=tuple(notes))


def data_error_table(recipients: Recipients, scheme: Scheme, ratio: Fraction) -> Table:
    """By column and town: its own figure off by ± ratio, what it and the most hurt other get."""
    percent = format_number(ratio * 100)
    columns = (
        TableColumn("数据"),
        TableColumn("有误的镇街"),
        TableColumn(f"多报 {percent}%", "fen"),
        TableColumn(f"少报 {percent}%", "fen"),
        TableColumn("受损最大的他镇"),
        TableColumn("其减少（多报时）", "fen"),
    )
    rows: list[tuple[TableValue, ...]] = []
    for column in figure_columns(recipients, scheme):
        over = data_errors(recipients, scheme, column, ratio)
        under = data_errors(recipients, scheme, column, -ratio)
        rows += [_error_row(recipients, o, u) for o, u in zip(over, under, strict=True)]
    title = "一个镇街的一个数据有误时核拨额的变化（元）"
    return Table(
        title, columns, tuple(rows), notes=("每行只改这一个数，其余照旧，由引擎按分重算。",)
    )


def _error_row(recipients: Recipients, over: DataError, under: DataError) -> tuple[TableValue, ...]:
    hurt = over.most_hurt
    loss = over.changes[hurt]
    header, towns = recipients.header(over.column), recipients.towns
    other = (towns[hurt], loss) if loss < 0 else ("", None)
    return (header, towns[over.town], over.own, under.own, *other)


def readings_tables(found: Readings) -> list[Table]:
    """口径敏感性: main effects in total, then by town with the span over all combinations."""
    return [_readings_overview(found), _readings_by_town(found)] if found.readings else []


def _readings_overview(found: Readings) -> Table:
    columns = (
        TableColumn("口径"),
        TableColumn("现选"),
        TableColumn("另选"),
        TableColumn("核拨合计", "fen"),
        TableColumn("镇间转移", "fen"),
        TableColumn("变动最大"),
        TableColumn("其变动", "fen"),
        TableColumn("应配套合计", "fen"),
    )
    rows: list[tuple[TableValue, ...]] = []
    for k, reading in enumerate(found.readings):
        head = (reading.name, reading.own, reading.other)
        paid, matched = found.effect(k), found.effect(k, "match")
        if paid is None or matched is None:
            rows.append((*head, None, None, "另选无解", None, None))
            continue
        most = max(range(len(paid)), key=lambda i: (abs(paid[i]), -i))
        moved = (sum(map(abs, paid), Fraction(0)) - abs(sum(paid, Fraction(0)))) / 2
        town = found.recipients.towns[most] if paid[most] else ""
        rows.append(
            (
                *head,
                nearest(sum(paid, Fraction(0))),
                nearest(moved),
                town,
                nearest(paid[most]),
                nearest(sum(matched, Fraction(0))),
            )
        )
    answered = sum(run is not None for run in found.runs.values())
    notes = (
        f"口径改为“另选”的主效应：对其余口径全部组合取平均（共 {len(found.runs)} 种，{answered} 种有解）。",
        "镇间转移：扣除合计变动后，由减少的镇街移到增加的镇街的金额。",
    )
    return Table("口径敏感性（元）", columns, tuple(rows), notes=notes)


def _readings_by_town(found: Readings) -> Table:
    effects = [found.effect(k) for k in range(len(found.readings))]
    columns = [TableColumn("镇街（园区）"), TableColumn("现行方案", "fen")]
    columns += [TableColumn(reading.name, "fen") for reading in found.readings]
    columns += [TableColumn("各口径最低", "fen"), TableColumn("各口径最高", "fen")]
    own = found.runs[(0,) * len(found.readings)]
    low, high = found.span()
    rows: list[tuple[TableValue, ...]] = [
        (
            town,
            own["payment"][i] if own else None,
            *(None if effect is None else nearest(effect[i]) for effect in effects),
            low[i],
            high[i],
        )
        for i, town in enumerate(found.recipients.towns)
    ]
    return Table("口径敏感性：各镇街核拨额的主效应（元）", tuple(columns), tuple(rows))
