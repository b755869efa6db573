"""A workbook as it is stored: every value, formula, number format and what is hidden.

Values, not bytes: the same cells read alike whichever program saved the file last.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers.expat import ExpatError

from allocator.excel.grid import refuse
from allocator.excel.layout import column_letter
from allocator.excel.ooxml import Package, Refused, Strings
from allocator.excel.ooxml_sheet import position

Position = tuple[int, int]  # row from 1, column from 0
Stored = str | float | bool | None

#: Number formats without a code in the file (ECMA-376 18.8.30), as far as tables use them.
_BUILT_IN: Final = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "yyyy-mm-dd",
    49: "@",
}
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: Rows and columns thinner than this (points, characters) are as good as hidden.
_THIN_ROW: Final = 2.0
_THIN_COLUMN: Final = 0.5


@dataclass(frozen=True, slots=True)
class StoredCell:
    """What one cell holds; `formula` without `=`, `code` its number format."""

    value: Stored
    formula: str = ""
    code: str = ""


@dataclass(slots=True)
class StoredSheet:
    """One sheet; cells with neither value nor formula are left out."""

    name: str
    is_hidden: bool = False
    cells: dict[Position, StoredCell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    has_drawing: bool = False
    has_conditions: bool = False


def reference(place: Position) -> str:
    """A position as the letters and number of its cell.

    >>> reference((12, 5))
    'F12'
    """
    return f"{column_letter(place[1])}{place[0]}"


def read_stored(file: str, content: bytes) -> list[StoredSheet]:
    """Every worksheet of an .xlsx. Raises `InputError` for anything else."""
    remedy = "请给出 allocator run 写出的 .xlsx 文件"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = _read(Package(file, archive))
    except Refused:
        raise refuse(
            file, "declaration", "文件含有工作簿不应有的声明，已拒绝读取", remedy
        ) from None
    except (
        zipfile.BadZipFile,
        ExpatError,
        EOFError,
        OSError,
        ValueError,
        LookupError,
        RuntimeError,
    ):
        raise refuse(file, "damaged", "不是 .xlsx 工作簿，或文件已损坏", remedy) from None
    if not sheets:
        raise refuse(file, "damaged", "文件中没有工作表", remedy)
    return sheets


def _read(package: Package) -> list[StoredSheet]:
    workbook = package.workbook()
    listed: list[tuple[str, str, bool]] = []

    def on_sheet(name: str, a: Mapping[str, str]) -> None:
        if name == "sheet":
            relation = next((v for k, v in a.items() if k.endswith(" id")), "")
            listed.append((a.get("name", ""), relation, a.get("state", "visible") != "visible"))

    package.parse(workbook, on_sheet)
    relations = package.relations(workbook)
    parts = dict(relations.values())
    strings = Strings()
    if "sharedStrings" in parts:
        package.parse(parts["sharedStrings"], strings.start, strings.end, strings.data)
    codes = _number_formats(package, parts.get("styles", ""))
    sheets = []
    for name, relation, is_hidden in listed:
        kind, part = relations.get(relation, ("", ""))
        sheet = StoredSheet(name, is_hidden)
        if kind == "worksheet":
            reader = _SheetReader(sheet, strings.texts, codes)
            package.parse(part, reader.start, reader.end, reader.data)
        sheets.append(sheet)
    return sheets


def _number_formats(package: Package, part: str) -> list[str]:
    """The number format of every cell style."""
    own: dict[int, str] = {}
    styles: list[str] = []
    is_inside = False

    def start(name: str, a: Mapping[str, str]) -> None:
        nonlocal is_inside
        if name == "numFmt":
            own[int(a["numFmtId"])] = a.get("formatCode", "")
        elif name == "cellXfs":
            is_inside = True
        elif name == "xf" and is_inside:
            number = int(a.get("numFmtId", "0"))
            styles.append(own.get(number) or _BUILT_IN.get(number, str(number)))

    def end(name: str) -> None:
        nonlocal is_inside
        is_inside = is_inside and name != "cellXfs"

    package.parse(part, start, end)
    return styles


class _SheetReader:
    """Fills one sheet from the events of its part."""

    def __init__(self, sheet: StoredSheet, strings: list[str], codes: list[str]) -> None:
        self.sheet, self.strings, self.codes = sheet, strings, codes
        self.kind, self.code = "n", ""
        self.at: Position = (0, -1)
        self.text: list[str] = []
        self.formula: list[str] = []
        self.reading: list[str] | None = None
        self.shared_index = ""
        self.shared: dict[str, tuple[Position, str]] = {}

    def start(self, name: str, a: Mapping[str, str]) -> None:
        if name == "c":
            place = position(a.get("r", ""))
            self.at = place or (self.at[0], self.at[1] + 1)
            style = int(a.get("s", "0"))
            self.kind, self.code = a.get("t", "n"), self.codes[style] if self.codes else ""
            self.text, self.formula, self.shared_index = [], [], ""
        elif name in ("v", "t"):
            self.reading = self.text
        elif name == "f":
            self.reading = self.formula
            self.shared_index = a.get("si", "") if a.get("t") == "shared" else ""
        elif name == "row":
            self._row(a)
        elif name == "col":
            self._columns(a)
        elif name == "drawing":
            self.sheet.has_drawing = True
        elif name == "conditionalFormatting":
            self.sheet.has_conditions = True

    def _row(self, a: Mapping[str, str]) -> None:
        number = int(a.get("r", self.at[0] + 1))
        self.at = (number, -1)
        if a.get("hidden", "0") in ("1", "true") or float(a.get("ht", "15")) < _THIN_ROW:
            self.sheet.hidden_rows.add(number)

    def _columns(self, a: Mapping[str, str]) -> None:
        if a.get("hidden", "0") in ("1", "true") or float(a.get("width", "9")) < _THIN_COLUMN:
            self.sheet.hidden_columns |= set(range(int(a["min"]) - 1, int(a["max"])))

    def data(self, text: str) -> None:
        if self.reading is not None:
            self.reading.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "t", "f"):
            self.reading = None
        elif name == "c":
            value, formula = self._value(), self._formula()
            if formula or value not in (None, ""):
                self.sheet.cells[self.at] = StoredCell(value, formula, self.code)

    def _value(self) -> Stored:
        text = "".join(self.text)
        if self.kind == "s":
            return _unescape(self.strings[int(text)]) if text else None
        if self.kind in ("str", "inlineStr", "e"):
            return _unescape(text)
        if self.kind == "b":
            return text.strip() == "1"
        return float(text) if text.strip() else None

    def _formula(self) -> str:
        """The formula; one shared with the cells below is moved to where it stands."""
        text = "".join(self.formula)
        if not self.shared_index:
            return text
        if text:
            self.shared[self.shared_index] = self.at, text
            return text
        from openpyxl.formula.translate import Translator

        origin, text = self.shared[self.shared_index]
        moved = Translator(f"={text}", origin=reference(origin))
        return str(moved.translate_formula(reference(self.at))).removeprefix("=")


def _unescape(text: str) -> str:
    """`_x000D_` and the like stand for characters that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
