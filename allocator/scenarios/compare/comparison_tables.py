"""A comparison as tables and as a frame: drawn from the result."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from allocator.base.money import exact_number, yuan_text
from allocator.base.rounded import fen_of, rounded
from allocator.base.tables import Column, Table, Value

if TYPE_CHECKING:
    import pandas as pd

    from allocator.scenarios.compare.comparison import Comparison, Measure

MEASURES: Final[dict[Measure, str]] = {
    "payment": "本次核拨额",
    "funding": "应分配合计（含试点经费）",
    "match": "应配套金额",
}


def tables(compared: Comparison) -> list[Table]:
    """情景概览, 公平性, and each town under each scenario by every measure."""
    measures = [m for m in MEASURES if any(map(any, compared.amounts(m)))]
    return [
        overview(compared),
        *fairness_tables(compared),
        *(side_by_side(compared, measure) for measure in measures),
    ]


def overview(compared: Comparison, measure: Measure = "payment") -> Table:
    """One row a scenario: totals, winners and losers, the largest changes."""
    columns = (
        Column("情景"),
        Column("合计", "fen"),
        Column("增加", "count"),
        Column("减少", "count"),
        Column("转移总额", "fen"),
        Column("增加最多"),
        Column("减少最多"),
    )
    amounts, towns = compared.amounts(measure), compared.recipients.towns
    rows: list[tuple[Value, ...]] = []
    for name, column in zip(compared.names, amounts, strict=True):
        change = [after - before for before, after in zip(amounts[0], column, strict=True)]
        best = max(range(len(towns)), key=lambda i: (change[i], -i))
        worst = min(range(len(towns)), key=lambda i: (change[i], i))
        rows.append(
            (
                name,
                sum(column),
                sum(c > 0 for c in change),
                sum(c < 0 for c in change),
                sum(c for c in change if c > 0),
                towns[best] if change[best] > 0 else "",
                towns[worst] if change[worst] < 0 else "",
            )
        )
    notes = ("增加、减少：镇街数。转移总额：各镇街增加额之和。",)
    return Table(f"情景概览：{MEASURES[measure]}（单位：元）", columns, tuple(rows), notes=notes)


def fairness_tables(compared: Comparison) -> list[Table]:
    """One table for each thing that fairness is measured over."""
    from allocator.scenarios.compare.comparison import UNITS

    found = []
    for column, figures in compared.fairness().items():
        unit = UNITS[column]
        columns = (
            Column("情景"),
            Column("基尼系数", "number", 4),
            Column("泰尔指数≈", "number", 4),
            Column("变异系数≈", "number", 4),
            Column("最低（元）", "fen"),
            Column("最高（元）", "fen"),
            Column("倍数", "number", 2),
        )
        rows: list[tuple[Value, ...]] = [
            (
                name,
                rounded(f.gini, 4),
                rounded(exact_number(f.theil), 4),
                rounded(exact_number(f.variation), 4),
                fen_of(f.least),
                fen_of(f.most),
                None if f.spread is None else rounded(f.spread, 2),
            )
            for name, f in zip(compared.names, figures, strict=True)
        ]
        title = f"公平性：按每{unit}所得的应分配合计（0 为完全均等）"
        found.append(
            Table(
                title,
                columns,
                tuple(rows),
                notes=("倍数：最高 ÷ 最低。≈ 为浮点近似，其余由精确值取整。",),
            )
        )
    return found


def side_by_side(compared: Comparison, measure: Measure = "payment") -> Table:
    """Each town under each scenario, with difference and %, and the totals."""
    columns = [Column("镇街（园区）"), Column(compared.names[0], "fen")]
    for name in compared.names[1:]:
        columns += [Column(name, "fen"), Column("差额", "fen"), Column("增减", "percent")]
    amounts = compared.amounts(measure)
    rows = [
        _row(town, [column[i] for column in amounts])
        for i, town in enumerate(compared.recipients.towns)
    ]
    sums = _row("合计", [sum(column) for column in amounts])
    title = f"各镇街{MEASURES[measure]}对照（单位：元）"
    return Table(title, tuple(columns), tuple(rows), sums)


def by_class(compared: Comparison, measure: Measure = "payment") -> Table | None:
    """Each economic class under each scenario: the sums of its towns; None without classes."""
    classes = compared.recipients.economic_class
    if not any(classes):
        return None
    amounts = compared.amounts(measure)
    names = sorted(set(classes), key=lambda name: (not name, _rank(name)))
    rows = [
        _row(name or "未分类", [sum(c[i] for i in _places(classes, name)) for c in amounts])
        for name in names
    ]
    table = side_by_side(compared, measure)
    columns = (Column("经济指标类别"), *table.columns[1:])
    title = f"各类别{MEASURES[measure]}对照（单位：元）"
    return Table(title, columns, tuple(rows), table.total)


def _rank(name: str) -> tuple[int, str]:
    """一类 before 二类, other names after those, by themselves."""
    number = "一二三四五六七八九".find(name[:1])
    return (number if name and number >= 0 else 9, name)


def _places(classes: Sequence[str], name: str) -> list[int]:
    return [i for i, one in enumerate(classes) if one == name]


def pair(compared: Comparison, scenario: int, measure: Measure = "payment") -> Table:
    """One scenario against the base, narrow enough for a terminal."""
    amounts, name = compared.amounts(measure), compared.names[scenario]
    before, after = amounts[0], amounts[scenario]
    columns = (
        Column("镇街（园区）"),
        Column(compared.names[0], "fen"),
        Column("情景", "fen"),
        Column("差额", "fen"),
        Column("增减", "percent"),
    )
    towns = compared.recipients.towns
    rows = [_row(town, [before[i], after[i]]) for i, town in enumerate(towns)]
    title = f"情景“{name}”：{MEASURES[measure]}（单位：元）"
    return Table(title, columns, tuple(rows), _row("合计", [sum(before), sum(after)]))


def _row(town: str, amounts: list[int]) -> tuple[Value, ...]:
    before, *others = amounts
    row: list[Value] = [town, before]
    for after in others:
        ratio = Fraction(after - before, before) if before else None
        row += [after, after - before, ratio]
    return tuple(row)


def frame(compared: Comparison) -> pd.DataFrame:
    """See `Comparison.to_frame`."""
    import pandas as pd

    columns = {
        (name, title): [Decimal(yuan_text(fen)) for fen in column]
        for measure, title in MEASURES.items()
        for name, column in zip(compared.names, compared.amounts(measure), strict=True)
    }
    index = pd.Index(compared.recipients.towns, name="园区、镇（街道）")
    return pd.DataFrame(columns, index=index)
