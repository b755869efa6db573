"""One worksheet part as a `Grid`, cell by cell."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Final

from allocator.excel.files.grid import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    NO_VALUE,
    CellValue,
    Grid,
    refuse,
    too_many_cells,
)

_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_PAIR: Final = re.compile(r"_x([Dd][89ABab][0-9A-Fa-f]{2})__x([Dd][C-Fc-f][0-9A-Fa-f]{2})_")
#: A lone half of a pair is no character: its text stands as it is.
_ESCAPED: Final = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_EXTERNAL: Final = re.compile(r"\[\d+\]|\[[^\]]+\.xl\w+\]")
_MOST_MERGED: Final = 10_000


def position(reference: str) -> tuple[int, int] | None:
    """(row, column) of a cell reference, column from 0; None when it is none.

    >>> position("AB12")
    (12, 27)
    """
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return None
    column = 0
    for character in found[1].upper():
        column = column * 26 + ord(character) - 64
    return int(found[2]), column - 1


def date_of(serial: float, *, is_1904: bool) -> datetime.date | None:
    """The day of a serial number under either date system; None when there is none.

    >>> date_of(43831, is_1904=False), date_of(42369, is_1904=True)
    (datetime.date(2020, 1, 1), datetime.date(2020, 1, 1))
    """
    start = datetime.date(1904, 1, 1) if is_1904 else datetime.date(1899, 12, 30)
    try:
        return start + datetime.timedelta(days=int(serial))
    except (OverflowError, ValueError):
        return None


class SheetParser:
    """Fills one grid from the events of its part.

    `is_stale`: the workbook asks to be computed when it is opened, so that a formula stored with 0
    has never been computed (what writes such files stores 0 for every formula).
    """

    def __init__(
        self,
        grid: Grid,
        strings: Sequence[str],
        dates: frozenset[int],
        others: frozenset[int] = frozenset(),
        percents: frozenset[int] = frozenset(),
        *,
        is_1904: bool,
        is_stale: bool = False,
        most: int = MOST_CELLS,
    ) -> None:
        self.grid = grid
        self.strings = strings
        self.dates = dates
        self.others = others
        self.percents = percents
        self.is_1904 = is_1904
        self.is_stale = is_stale
        self.row = 0
        self.cells: list[CellValue] = []
        self.most = most
        self.count = 0
        self.kind = self.style = ""
        self.at = (0, -1)
        self.has_formula = self.has_value = self.is_twice = self.is_misplaced = False
        self.text: list[str] = []
        self.inline: list[str] = []
        self.formula: list[str] = []
        self.reading: list[str] | None = None
        self.is_phonetic = False

    def start(self, name: str, a: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "c":
            self._start_cell(a)
        elif name == "v":
            self.is_twice = self.is_twice or bool(self.text)
            self.has_value, self.reading = True, self.text
        elif name == "t" and not self.is_phonetic:
            self.has_value, self.reading = True, self.inline
        elif name == "f":
            self.has_formula, self.reading = True, self.formula
        elif name == "rPh":
            self.is_phonetic = True
        elif name == "row":
            self._start_row(a)
        elif name == "mergeCell":
            self._merge(a.get("ref", ""))
        elif name == "col" and a.get("hidden", "0").strip() in ("1", "true"):
            self._hide(a.get("min", ""), a.get("max", ""))

    def data(self, text: str) -> None:
        """Characters of a value or a formula."""
        if self.reading is not None:
            self.reading.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "c":
            self._end_cell()
        elif name in ("v", "t", "f"):
            self.reading = None
        elif name == "rPh":
            self.is_phonetic = False
        elif name == "row":
            if any(cell is not None for cell in self.cells):
                self.grid.rows[self.row] = self.cells
            self.cells = []

    def _start_row(self, a: Mapping[str, str]) -> None:
        number = a.get("r", "")
        is_number = number.isascii() and number.isdigit() and len(number) < 8
        self.row = int(number) if is_number else self.row + 1
        if self.row > MOST_ROWS:
            message = f"工作表“{self.grid.sheet}”的数据超出第 {MOST_ROWS:,} 行"
            raise refuse(self.grid.file, "too_tall", message, "请删去表格下方多余的内容")
        self.cells = self.grid.rows.get(self.row, [])
        self.at = (self.row, -1)
        if a.get("hidden", "0").strip() in ("1", "true"):
            self.grid.hidden_rows.add(self.row)

    def _start_cell(self, a: Mapping[str, str]) -> None:
        self.kind, self.style = a.get("t", "n"), a.get("s", "")
        reference = a.get("r", "")
        place = position(reference)
        # Some programs go by the place in the file, others by the reference.
        self.is_misplaced = bool(reference) and (
            place is None or place[0] != self.row or "$" in reference
        )
        self.at = (self.row, place[1] if place else self.at[1] + 1)
        self.has_formula = self.has_value = self.is_twice = False
        self.text, self.inline, self.formula, self.reading = [], [], [], None

    def _end_cell(self) -> None:
        if not (self.has_value or self.has_formula):
            return
        row, column = self.at
        if column >= MOST_COLUMNS:
            message = f"工作表“{self.grid.sheet}”第 {row} 行的数据超出第 {MOST_COLUMNS} 列"
            raise refuse(self.grid.file, "too_wide", message, "请删去表格右侧多余的内容")
        if self.formula and _EXTERNAL.search("".join(self.formula)):
            self.grid.external.append(self.at)
        value = self._value(self._stored())
        if value is None:
            return
        cells = self.cells
        missing = column + 1 - len(cells)
        if missing > 0:
            self.count += missing
            if self.count > self.most:
                raise too_many_cells(self.grid.file, self.grid.sheet)
            cells.extend([None] * missing)
        if self.is_twice or cells[column] is not None:
            self.grid.faults[self.at] = "这一格在文件中写了两次，各程序读出的可能不同"
        elif self.is_misplaced:
            self.grid.faults[self.at] = "这一格写明的位置不是它所在的行，各程序读出的可能不同"
        cells[column] = value

    def _stored(self) -> str:
        """The text that counts where a cell holds both `v` and `is`: that of its type."""
        text, inline = "".join(self.text), "".join(self.inline)
        return (inline or text) if self.kind == "inlineStr" else (text or inline)

    def _value(self, text: str) -> CellValue:
        """The cell's value; an unusable one is noted as a fault and shown as its error text."""
        kind = self.kind
        is_text = kind in ("str", "inlineStr")
        if kind == "e":
            self.grid.faults[self.at] = text or "#错误"
            return text or "#错误"
        if self.has_formula and self._is_not_computed(text):
            self.grid.faults[self.at] = NO_VALUE
            return NO_VALUE
        if kind == "s" or is_text:
            return _unescape(text if is_text else self._shared(text)) or None
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "d":
            return iso_date(text)
        if kind != "n":
            self.grid.faults[self.at] = f"类型“{kind[:20]}”不合规范，各程序读出的可能不同"
        return self._number(text)

    def _is_not_computed(self, text: str) -> bool:
        """Whether a formula was stored without its value, or with the 0 of one never computed."""
        if not self.has_value or (not text and self.kind != "str"):
            return True
        return self.is_stale and self.kind == "n" and not text.strip("0.")

    def _shared(self, text: str) -> str:
        if not text.strip():
            return ""
        index = int(text) if text.strip().isdigit() and len(text) < 10 else -1
        if 0 <= index < len(self.strings):
            return self.strings[index]
        self.grid.faults[self.at] = "文字丢失（文件已损坏）"
        return "文字丢失（文件已损坏）"

    def _number(self, text: str) -> CellValue:
        text = text.strip(" \t\r\n")
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            self.grid.faults[self.at] = "数字的写法不合规范，各程序读出的可能不同"
            return text
        number = float(text)
        style = int(self.style) if self.style.isdigit() else -1
        if style in self.others and number:
            self.grid.faults[self.at] = "数字格式使这一格显示的不是它的数"
        if style in self.percents:
            self.grid.percents.add(self.at)
        if style in self.dates and (day := date_of(number, is_1904=self.is_1904)):
            return day
        return int(text) if text.isdigit() and len(text) < 16 else number

    def _hide(self, first: str, last: str) -> None:
        if first.isdigit() and last.isdigit():
            columns = range(int(first) - 1, min(int(last), MOST_COLUMNS))
            self.grid.hidden_columns.update(columns)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        upper, lower = position(first), position(last or first)
        if upper and lower and len(self.grid.merged) < _MOST_MERGED:
            self.grid.merged.append((*upper, *lower))


def has_pairs(texts: Sequence[str]) -> bool:
    """Whether a text writes a character as two halves, which other readers leave as they stand."""
    return any("_x" in text and _PAIR.search(text) for text in texts)


def _unescape(text: str) -> str:
    r"""`_x000D_` and the like stand for characters that XML cannot hold, two for one beyond U+FFFF.

    >>> _unescape("a_x000D_b_xD842__xDFB7_"), _unescape("_xD842_")
    ('a\rb𠮷', '_xD842_')
    """
    if "_x" not in text:
        return text
    text = _PAIR.sub(lambda found: _character(found[1], found[2]), text)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _character(high: str, low: str) -> str:
    return bytes.fromhex(high + low).decode("utf-16-be")


def iso_date(text: str) -> CellValue:
    """The day of an ISO text; the text itself when it is none."""
    try:
        return datetime.datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return text
