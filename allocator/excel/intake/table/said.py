"""读入说明: what the reader made of a table, so that a user sees it without looking for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from allocator.base.problems import Problem, note
from allocator.excel.files.grid import Grid
from allocator.excel.intake.cells import shown
from allocator.excel.intake.columns import Columns
from allocator.excel.intake.headers import Header
from allocator.excel.intake.table.units import CANONICAL_UNIT, UNITS
from allocator.excel.intake.table_shape import Shape
from allocator.fund.columns import BY_NAME

_MOST_NAMED: Final = 8


def said(shape: Shape, columns: Columns, read: Collection[str]) -> list[Problem]:
    """The header rows, the units converted and the columns that no rule uses: those not in `read`."""
    used = {"town", "order", *read}
    return [
        *_header_rows(shape),
        *_conversions(shape, columns, used),
        *_unused(shape, columns, used),
    ]


def _note(shape: Shape, message: str, column: int | None = None) -> Problem:
    place = shape.grid.place(shape.last_header_row, column)
    return note("read.table", message, place)


def _header_rows(shape: Shape) -> Iterator[Problem]:
    if shape.last_header_row > shape.header_row:
        yield _note(shape, f"表头是第 {shape.header_row} 至 {shape.last_header_row} 行")


def _conversions(shape: Shape, columns: Columns, used: set[str]) -> Iterator[Problem]:
    for name, column in columns.by_name.items():
        header = shape.headers[column]
        if name in used and header.unit and header.scale() != 1:
            message = f"“{header.text}”已由{header.unit}换算为{_canonical(header)}"
            yield _note(shape, message, column)


def _canonical(header: Header) -> str:
    own = BY_NAME[header.column].unit if header.column else ""
    return own or CANONICAL_UNIT.get(UNITS[header.unit][0], header.unit)


def _unused(shape: Shape, columns: Columns, used: set[str]) -> Iterator[Problem]:
    taken = {column for name, column in columns.by_name.items() if name in used}
    taken |= set(columns.status.values())
    names = [h.text for column, h in shape.headers.items() if column not in taken]
    if names:
        shown = "、".join(names[:_MOST_NAMED])
        more = f" 等 {len(names)} 列" if len(names) > _MOST_NAMED else ""
        yield _note(shape, f"没有采用的列：{shown}{more}".replace("。", " "))


def hidden_rows(grid: Grid, rows: Sequence[int]) -> list[Problem]:
    """Recipients in rows that are hidden or filtered out: they are read, and named."""
    hidden = [row for row in rows if row in grid.hidden_rows]
    if not hidden:
        return []
    names = "、".join(str(row) for row in hidden[:_MOST_NAMED])
    more = f" 等 {len(hidden)} 行" if len(hidden) > _MOST_NAMED else " 行"
    message = f"第 {names}{more}是隐藏的（或被筛选），已一并读入"
    remedy = "请取消隐藏或筛选，核对这些行"
    place = grid.place(hidden[0])
    return [Problem("table.hidden_rows", message, remedy, place, is_warning=True)]


def not_used(problem: Problem) -> Problem:
    """A mistake in a column that no rule reads, as a warning."""
    message = f"{problem.message}；本方案不用这一列，未采用"
    return replace(problem, message=message, is_warning=True)


def external_links(grid: Grid, rows: Collection[int], used: Collection[int]) -> list[Problem]:
    """Cells whose formulas take their value from other files."""
    linked = [at for at in grid.external if at[0] in rows and at[1] in used]
    if not linked:
        return []
    message = f"有 {len(linked)} 个单元格的公式取自其他文件，按保存时的数值采用"
    remedy = "请核对这些数值是否为最新，或改为直接填入数值"
    return [Problem("table.external", message, remedy, grid.place(*linked[0]), is_warning=True)]


def lost_digits(grid: Grid, row: int, column: int) -> Problem:
    """A number that was longer than a cell can hold."""
    message = "数字超过 15 位，Excel 只保存前 15 位有效数字，其余已丢失"
    remedy = "如需全部位数，请把单元格设为文本后重新输入"
    place, value = grid.place(row, column), shown(grid.value(row, column))
    return Problem("table.precision", message, remedy, place, value, is_warning=True)
