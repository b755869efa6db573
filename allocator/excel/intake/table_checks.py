"""What is odd about a table as a whole: sums, scales, hidden rows. All of it is only said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Final

from allocator.base.money import format_number
from allocator.base.problems import Place, Problem
from allocator.excel.files.grid import Grid
from allocator.excel.intake import cells
from allocator.excel.intake.cells import BadCell
from allocator.excel.intake.columns import Columns
from allocator.excel.intake.table_shape import Shape
from allocator.fund.recipients import Number, Recipients

#: How many times its column's median a value may be; 万元 for 亿元 is 10,000 times.
_SCALE: Final = 1_000
_FEWEST: Final = 5
_MOST_SUMMED: Final = 10_000
#: A sum that Excel computed in doubles may differ from the exact one by this part of it.
_DOUBLE_NOISE: Final = Fraction(1, 10**12)
_SHOWN_ROWS: Final = 10


def hidden_rows(grid: Grid, rows: Sequence[int]) -> list[Problem]:
    """Towns in rows that are hidden or filtered out: they are read, and named."""
    hidden = [row for row in rows if row in grid.hidden_rows]
    if not hidden:
        return []
    names = "、".join(str(row) for row in hidden[:_SHOWN_ROWS])
    more = f" 等 {len(hidden)} 行" if len(hidden) > _SHOWN_ROWS else " 行"
    message = f"第 {names}{more}是隐藏的（或被筛选），已一并读入"
    remedy = "请取消隐藏或筛选，核对这些行"
    place = grid.place(hidden[0])
    return [Problem("table.hidden_rows", message, remedy, place, is_warning=True)]


def out_of_scale(
    recipients: Recipients, columns: Sequence[str], bad: Collection[Place]
) -> list[Problem]:
    """Values a thousand times larger or smaller than their column's median."""
    found = []
    for column in columns:
        values = [float(value) for value in recipients.numbers[column]]
        usable = [i for i, value in enumerate(values) if value > 0]
        if bad:
            usable = [i for i in usable if recipients.place(column, i) not in bad]
        if len(usable) < _FEWEST:
            continue
        middle = sorted(usable, key=values.__getitem__)[len(usable) // 2]
        low, high = values[middle] / _SCALE, values[middle] * _SCALE
        median = recipients.numbers[column][middle]
        found += [
            _scale_problem(recipients, column, i, median)
            for i in usable
            if not low <= values[i] <= high
        ]
    return found


def sum_of_the_others(recipients: Recipients, columns: Sequence[str]) -> list[Problem]:
    """A row that holds the sum of all others in every column: a total without the word for it."""
    n = len(recipients)
    used = [name for name in columns if any(recipients.numbers[name])]
    if not _FEWEST - 1 <= n <= _MOST_SUMMED or len(used) < 2:
        return []
    suspects = set(range(n))
    for name in used:
        values = [float(value) for value in recipients.numbers[name]]
        total = sum(values)
        suspects = {i for i in suspects if abs(2 * values[i] - total) <= total / _SCALE}
    return [
        Problem(
            "table.sum_row",
            f"“{recipients.towns[i]}”各列都等于其他各行之和，像是合计行",
            "如是合计行，请删去，或把名称改为“合计”",
            recipients.place("town", i),
            recipients.towns[i],
            is_warning=True,
        )
        for i in sorted(suspects)
    ]


def _scale_problem(recipients: Recipients, column: str, i: int, median: Number) -> Problem:
    value = recipients.numbers[column][i]
    relation = "大于" if value > median else "小于"
    return Problem(
        "table.scale",
        f"{recipients.towns[i]}的“{recipients.header(column)}”远{relation}同列其他镇街"
        f"（中位数 {format_number(median, 4)}）",
        "请核对单位（如把万元填成了亿元）和小数点",
        recipients.place(column, i),
        format_number(value, 4),
        is_warning=True,
    )


def total_rows(
    shape: Shape, columns: Columns, rows: Sequence[int], totals: Sequence[int]
) -> list[Problem]:
    """The 合计 row under the table, where its figures are not the sums of the columns."""
    found = []
    for row in totals[:1]:
        for name, column in columns.by_name.items():
            if name in ("order", "town", "match_rate"):
                continue
            stated, total = _number(shape, row, column), _sum(shape, rows, column)
            if stated is None or total is None:
                continue
            if abs(Fraction(stated) - total) > _DOUBLE_NOISE * abs(Fraction(total)):
                header = shape.headers[column].text
                message = f"合计行的“{header}”与各镇街之和 {format_number(total, 4)} 不等"
                remedy = "请核对是否漏了镇街或填错数字；测算以各镇街的数为准"
                place = shape.grid.place(row, column)
                value = format_number(stated, 4)
                found.append(Problem("table.total", message, remedy, place, value, is_warning=True))
    return found


def _number(shape: Shape, row: int, column: int) -> Number | None:
    value = shape.grid.value(row, column)
    if value is None or (row, column) in shape.grid.faults:
        return None
    try:
        return cells.number(value)
    except BadCell:
        return None


def _sum(shape: Shape, rows: Sequence[int], column: int) -> Number | None:
    """The sum of the numbers in a column; None when there is none."""
    numbers = [n for row in rows if (n := _number(shape, row, column)) is not None]
    return sum(numbers, Fraction(0)) if numbers else None
