"""读入说明: what the reader made of a table, so that a user sees it without looking for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from allocator.base.problems import Problem
from allocator.excel.files.grid import Grid
from allocator.excel.intake.columns import Columns
from allocator.excel.intake.headers import Header
from allocator.excel.intake.table.units import CANONICAL_UNIT, UNITS
from allocator.excel.intake.table_shape import Shape
from allocator.fund.columns import BY_NAME, FIELDS
from allocator.fund.scheme import Scheme

_MOST_NAMED: Final = 8


def said(shape: Shape, columns: Columns, needed: Sequence[str], scheme: Scheme) -> list[Problem]:
    """The header rows, the units converted and the columns that no rule uses."""
    used = {"town", "order", *needed, *_fields(scheme)}
    return [
        *_header_rows(shape),
        *_conversions(shape, columns, used),
        *_unused(shape, columns, used),
    ]


def _fields(scheme: Scheme) -> Iterator[str]:
    """The columns that are read for a part of the rules of their own."""
    for column in FIELDS:
        if column.name in ("pilot", "unspent"):
            if scheme.pilot:
                yield column.name
        elif scheme.matching or column.name == "economic_class":
            yield column.name


def _note(shape: Shape, message: str, column: int | None = None) -> Problem:
    place = shape.grid.place(shape.last_header_row, column)
    return Problem("read.table", message, "", place, is_warning=True, is_note=True)


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
