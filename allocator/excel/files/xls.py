"""Reading .xls with xlrd: the one library that tells an error cell from a blank one in it."""

from __future__ import annotations

import io
from typing import Any

from allocator.excel.files.grid import MOST_CELLS, MOST_COLUMNS, CellValue, Grid


class Locked(Exception):
    """The file only opens with a password."""


def read_xls(file: str, content: bytes) -> list[Grid]:
    """Every worksheet. Raises `Locked`, and whatever xlrd raises for a damaged file."""
    import xlrd

    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, logfile=io.StringIO()
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise Locked from None
        raise
    return [_sheet(file, book, sheet) for sheet in book.sheets()]


def _sheet(file: str, book: Any, sheet: Any) -> Grid:
    grid = Grid(file, sheet.name, is_hidden=bool(sheet.visibility))
    if sheet.nrows * sheet.ncols > MOST_CELLS or sheet.ncols > MOST_COLUMNS:
        raise ValueError("too many cells")
    for r in range(sheet.nrows):
        values = [_value(grid, book, (r + 1, c), cell) for c, cell in enumerate(sheet.row(r))]
        grid.add(r + 1, values)
    grid.merged = [
        (top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells
    ]
    grid.hidden_rows = {r + 1 for r, info in sheet.rowinfo_map.items() if info.hidden}
    grid.hidden_columns = {c for c, info in sheet.colinfo_map.items() if info.hidden}
    return grid


def _value(grid: Grid, book: Any, at: tuple[int, int], cell: Any) -> CellValue:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_ERROR:
        grid.faults[at] = str(xlrd.error_text_from_code.get(cell.value, "#错误"))
        return grid.faults[at]
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, book.datemode).date()  # type: ignore[no-any-return]
        except (ValueError, OverflowError):
            return str(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        number = float(cell.value)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return str(cell.value) or None
