"""Figures of a workbook that cannot be read strictly: what differs is still named.

A file of another format, or with parts that the vocabulary does not know, is never proven; but a
wrong figure in it is a plain finding, whatever else the file holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allocator.base.files import FileBytes
from allocator.base.problems import InputError
from allocator.excel.files.grid import Grid
from allocator.excel.files.open_book import read_book
from allocator.excel.strict.book import Position, SeenBook, SeenCell, SeenSheet, Stored
from allocator.excel.strict.sheet import reference, serial_of
from allocator.excel.verify.cells import row_map, same_value, shown
from allocator.excel.verify.findings import Finding


def compare_values(content: bytes, want: SeenBook, may_lack: Sequence[str]) -> list[Finding]:
    """Each figure and text that is not the genuine one, as the reader of inputs sees it."""
    try:
        grids = {grid.sheet: grid for grid in read_book(FileBytes("工作簿", content)).grids}
    except InputError:
        return []
    findings: list[Finding] = []
    for sheet in want.sheets:
        if sheet.name in grids:
            findings += _sheet(sheet, grids[sheet.name])
        elif sheet.name not in may_lack and not sheet.charts:
            findings.append(Finding(sheet.name, "缺少这张工作表"))
    return findings


def _sheet(want: SeenSheet, grid: Grid) -> Iterator[Finding]:
    rows = row_map(want.cells, dict(_cells(grid)))
    for (at, column), cell in sorted(want.cells.items()):
        row = rows.get(at, at)
        value = _stored(grid, row, column)
        if (row, column) in grid.faults and cell.formula:
            continue  # stored without its value
        if not _is_same(cell, value):
            found = shown(value, cell.value, cell.look.code)
            wanted = shown(cell.value, value, cell.look.code)
            is_figure = isinstance(cell.value, float) and not cell.formula
            where = f"{want.name}!{reference((row, column))}"
            message = f"表内 {found}，应为 {wanted}"
            yield Finding(where, message, "changed", is_figure, may_follow=bool(cell.formula))


def _cells(grid: Grid) -> Iterator[tuple[Position, SeenCell]]:
    for row, values in grid.rows.items():
        for column in range(len(values)):
            if (value := _stored(grid, row, column)) not in (None, ""):
                has_fault = (row, column) in grid.faults
                yield (row, column), SeenCell(None, "?") if has_fault else SeenCell(value)


def _is_same(cell: SeenCell, value: Stored) -> bool:
    if isinstance(cell.value, str) and isinstance(value, str):
        return cell.value.split() == value.split()
    return same_value(cell, value)


def _stored(grid: Grid, row: int, column: int) -> Stored:
    value = grid.value(row, column)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if value is None or isinstance(value, str | float | bool):
        return value
    return serial_of(value)
