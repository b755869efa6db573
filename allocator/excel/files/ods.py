"""Reading .ods from its XML: the libraries at hand give blanks for error cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Final

from allocator.excel.files.grid import MOST_CELLS, MOST_COLUMNS, NO_VALUE, CellValue, Grid
from allocator.excel.files.ooxml import parse
from allocator.excel.files.ooxml_sheet import iso_date
from allocator.excel.files.xls import Locked

_CHUNK: Final = 1 << 16
#: How a spreadsheet shows a formula that failed.
_ERROR: Final = re.compile(r"#[A-Z][A-Z0-9/]*[!?]?|Err:\d+|错误:\d+")
_HIDDEN: Final = ("collapse", "filter")


def read_ods(file: str, content: bytes) -> list[Grid]:
    """Every sheet. Raises `Locked`, and what zipfile and expat raise for a damaged file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "META-INF/manifest.xml" in archive.namelist():
            manifest = archive.read("META-INF/manifest.xml")
            if b"encryption-data" in manifest or b"EncryptedKey" in manifest:
                raise Locked
        reader = _Reader(file)
        parse(
            _chunks(archive, "content.xml"), reader.start, reader.end, reader.data, is_ooxml=False
        )
    return reader.grids


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


class _Reader:
    """Fills grids from the events of content.xml."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.grids: list[Grid] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.grid = Grid(file)
        self.row = self.column = self.repeated_rows = self.columns = self.count = 0
        self.cells: list[CellValue] = []
        self.faults: dict[int, str] = {}
        self.cell: Mapping[str, str] = {}
        self.lines: list[list[str]] = []
        self.is_in_text = False
        self.notes = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        a = {_local(key): value for key, value in attributes.items()}
        if name == "style":
            self.style = a.get("name", "")
        elif name == "table-properties" and a.get("display") == "false":
            self.hidden_styles.add(self.style)
        elif name == "table":
            self.grid = Grid(self.file, a.get("name", ""))
            self.grid.is_hidden = a.get("style-name") in self.hidden_styles
            self.grids.append(self.grid)
            self.row = self.columns = 0
        elif name == "table-column":
            self._start_column(a)
        elif name == "table-row":
            self._start_row(a)
        elif name in ("table-cell", "covered-table-cell"):
            self.cell = a if name == "table-cell" else {k: v for k, v in a.items() if "rep" in k}
            self.lines = []
        elif name == "annotation":
            self.notes += 1
        elif name == "p" and not self.notes:
            self.lines.append([])
            self.is_in_text = True
        elif name in ("s", "tab", "line-break") and self.is_in_text:
            self.lines[-1].append(" " * _count(a, "c"))

    def data(self, text: str) -> None:
        """Characters of a text."""
        if self.is_in_text:
            self.lines[-1].append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "p":
            self.is_in_text = False
        elif name == "annotation":
            self.notes -= 1
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name == "table-row":
            self._end_row()

    def _start_column(self, a: Mapping[str, str]) -> None:
        repeated = _count(a, "number-columns-repeated")
        if a.get("visibility") in _HIDDEN:
            last = min(self.columns + repeated, MOST_COLUMNS)
            self.grid.hidden_columns.update(range(self.columns, last))
        self.columns += repeated

    def _start_row(self, a: Mapping[str, str]) -> None:
        self.row += 1
        self.column = 0
        self.cells, self.faults = [], {}
        self.repeated_rows = _count(a, "number-rows-repeated")
        if a.get("visibility") in _HIDDEN:
            self.grid.hidden_rows.update(range(self.row, self.row + min(self.repeated_rows, 10**5)))

    def _end_cell(self) -> None:
        repeated = _count(self.cell, "number-columns-repeated")
        wide, tall = (
            _count(self.cell, "number-columns-spanned"),
            _count(self.cell, "number-rows-spanned"),
        )
        if wide * tall > 1:
            last = (self.row + tall - 1, self.column + wide - 1)
            self.grid.merged.append((self.row, self.column, *last))
        text = "\n".join("".join(line) for line in self.lines)
        value = self._value(text)
        if value is not None:
            if self.column + repeated > MOST_COLUMNS:
                raise ValueError("too many columns")
            self.cells += [None] * (self.column - len(self.cells)) + [value] * repeated
            if value == NO_VALUE or self._is_error(text):
                shown = str(value)
                self.faults |= dict.fromkeys(range(self.column, self.column + repeated), shown)
        self.column += repeated

    def _is_error(self, text: str) -> bool:
        failed = self.cell.get("calcext value-type") == "error"
        return failed or ("formula" in self.cell and bool(_ERROR.fullmatch(text)))

    def _value(self, text: str) -> CellValue:
        a, kind = self.cell, self.cell.get("value-type", "")
        if self._is_error(text) or ("formula" in a and not kind):
            return (text or "#错误") if kind else NO_VALUE
        if kind in ("float", "percentage", "currency") and "value" in a:
            number = float(a["value"])
            return int(number) if number.is_integer() and abs(number) < 1e15 else number
        if kind == "boolean":
            return a.get("boolean-value") == "true"
        if kind == "date" and "date-value" in a:
            return iso_date(a["date-value"])
        return a.get("string-value") or text or None

    def _end_row(self) -> None:
        if any(cell is not None for cell in self.cells):
            self.count += len(self.cells) * self.repeated_rows
            if self.count > MOST_CELLS:
                raise ValueError("too many cells")
            for row in range(self.row, self.row + self.repeated_rows):
                self.grid.rows[row] = list(self.cells)
                self.grid.faults |= {(row, column): text for column, text in self.faults.items()}
        self.row += self.repeated_rows - 1


def _local(name: str) -> str:
    """An attribute's name without its namespace; LibreOffice's own type of a cell stands apart."""
    space, _, local = name.rpartition(" ")
    return f"calcext {local}" if "calcext" in space else local


def _count(a: Mapping[str, str], key: str) -> int:
    text = a.get(key, "1")
    return int(text) if text.isdigit() and len(text) < 8 else 1
