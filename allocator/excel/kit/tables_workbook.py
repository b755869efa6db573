"""Result workbooks in the official style: each table a sheet, each sheet with its mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from allocator.base.tables import Table, TableColumn, TableValue
from allocator.excel.kit.formula_columns import Exact, Field, place, unit_of
from allocator.excel.kit.frame import TOP, Frame, finish
from allocator.excel.kit.layout import Sheet, write_book
from allocator.excel.kit.style import StyleKind
from allocator.fund.scheme import SCENARIO_MARK

_KINDS: Final[dict[str, StyleKind]] = {
    "text": "text",
    "fen": "money",
    "percent": "percent",
    "points": "number",
    "number": "number",
    "count": "count",
}
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME: Final = 31


def tables_workbook(
    tables: Sequence[Table], *, title: str, mark: str = SCENARIO_MARK, notes: Sequence[str] = ()
) -> bytes:
    """The tables as the bytes of an .xlsx file: values only, the same bytes every time.

    `mark` stands in red on every sheet (add the draft mark there too where the scheme is one),
    `notes` below every table after the table's own. A sheet is named after its table.
    """
    sheets: list[Sheet] = []
    for number, table in enumerate(tables, 1):
        name = sheet_name(table.title, number, [sheet.name for sheet in sheets])
        sheets.append(_sheet(name, table, title, mark, notes))
    return write_book(sheets, title=title)


def sheet_name(title: str, number: int, taken: Sequence[str]) -> str:
    """A name that a sheet may have: at most 31 characters, none forbidden, not yet taken.

    >>> sheet_name("甲/乙 对比", 1, []), sheet_name("", 2, []), sheet_name("表", 3, ["表"])
    ('甲乙 对比', '表2', '表 3')
    """
    name = _FORBIDDEN.sub("", title).strip()[:_LONGEST_NAME] or f"表{number}"
    lowered = {other.lower() for other in taken}
    return f"{name[: _LONGEST_NAME - 4]} {number}" if name.lower() in lowered else name


def _sheet(name: str, table: Table, title: str, mark: str, notes: Sequence[str]) -> Sheet:
    sheet = Sheet(name)
    fields = [_field(table, j, column) for j, column in enumerate(table.columns)]
    place(sheet, TOP, fields, unit_of("元", 2), is_live=False)
    has_money = any(column.kind == "fen" for column in table.columns)
    heading = table.title or title
    annex = title if title != heading else ""
    frame = Frame(annex, heading, mark, "单位：元" if has_money else "", is_signed=False)
    finish(sheet, frame, fields, [*table.notes, *notes])
    return sheet


def _field(table: Table, j: int, column: TableColumn) -> Field:
    values = tuple(_exact(row[j], column) for row in table.rows)
    decimals = column.decimals if column.kind in ("percent", "points", "number") else 0
    total = _exact(table.total[j], column) if table.total else None
    return Field(
        key=f"c{j}",
        header=_header(column),
        kind=_KINDS[column.kind],
        values=values,
        decimals=decimals,
        total=total,
    )


def _header(column: TableColumn) -> str:
    return f"{column.header}\n（百分点）" if column.kind == "points" else column.header


def _exact(value: TableValue, column: TableColumn) -> Exact:
    if column.kind == "points" and isinstance(value, int | Fraction):
        return value * 100
    return value
