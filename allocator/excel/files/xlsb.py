"""Reading .xlsb: values with calamine, and from the records what calamine takes for blanks, errors.

A worksheet part is a row of records: a number of one or two bytes, a length of up to four of seven
bits each, and the content ([MS-XLSB] 2.1.4).
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

from allocator.excel.files.grid import MOST_CELLS, MOST_COLUMNS, CellValue, Grid, plain_value
from allocator.excel.files.ooxml import Package

_ROW, _CELL_ERROR, _FORMULA_ERROR, _SHEET = 0, 3, 11, 156
_ERRORS: Final = MappingProxyType(
    {
        0x00: "#NULL!",
        0x07: "#DIV/0!",
        0x0F: "#VALUE!",
        0x17: "#REF!",
        0x1D: "#NAME?",
        0x24: "#NUM!",
        0x2A: "#N/A",
    }
)


def read_xlsb(file: str, content: bytes) -> list[Grid]:
    """Every worksheet. Raises what calamine, zipfile and struct raise for a damaged file."""
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _parts(Package(file, archive))
        grids = []
        for meta in book.sheets_metadata:
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            grid = Grid(file, meta.name)
            grid.is_hidden = meta.visible != calamine.SheetVisibleEnum.Visible
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.total_height * sheet.total_width > MOST_CELLS or sheet.width > MOST_COLUMNS:
                raise ValueError("too many cells")
            faults = errors(archive.read(parts[meta.name])) if meta.name in parts else {}
            _fill(grid, sheet.to_python(skip_empty_area=False), faults)
            ranges = sheet.merged_cell_ranges or ()
            grid.merged = [(top + 1, left, low + 1, right) for (top, left), (low, right) in ranges]
            grids.append(grid)
    return grids


def _fill(grid: Grid, rows: Sequence[Sequence[object]], faults: dict[tuple[int, int], str]) -> None:
    grid.faults = faults
    width = max((column + 1 for _, column in faults), default=0)
    height = max((row for row, _ in faults), default=0)
    for number in range(1, max(len(rows), height) + 1):
        cells = rows[number - 1] if number <= len(rows) else []
        values: list[CellValue] = [plain_value(cell) for cell in cells]
        values += [None] * (width - len(values))
        for column in range(width):
            values[column] = faults.get((number, column), values[column])
        grid.add(number, values)


def _parts(package: Package) -> dict[str, str]:
    """The name in the archive of each worksheet's part."""
    workbook = package.workbook()
    name = package.find(workbook if workbook.endswith(".bin") else "xl/workbook.bin")
    if name is None:
        return {}
    relations = package.relations(posixpath.join("xl", "workbook.bin"))
    found = {}
    for kind, data in records(package.archive.read(name)):
        if kind == _SHEET:
            relation, rest = _text(data[8:])
            title, _ = _text(rest)
            part = package.find(relations.get(relation, ("", ""))[1])
            if part:
                found[title] = part
    return found


def _text(data: bytes) -> tuple[str, bytes]:
    (length,) = struct.unpack_from("<I", data)
    end = 4 + 2 * length
    return data[4:end].decode("utf-16-le"), data[end:]


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, content) of each record."""
    at = 0
    while at < len(data):
        kind, at = data[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | (data[at] & 0x7F) << 7, at + 1
        length = shift = 0
        while True:
            byte, at = data[at], at + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        yield kind, data[at : at + length]
        at += length


def errors(data: bytes) -> dict[tuple[int, int], str]:
    """The error cells of a worksheet part by (row from 1, column from 0)."""
    found = {}
    row = 0
    for kind, content in records(data):
        if kind == _ROW:
            row = struct.unpack_from("<I", content)[0] + 1
        elif kind in (_CELL_ERROR, _FORMULA_ERROR):
            column = struct.unpack_from("<I", content)[0]
            found[row, column] = _ERRORS.get(content[8], "#错误")
    return found
