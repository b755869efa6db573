"""One worksheet by the closed vocabulary: its cells in order, each once, values of their types."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from allocator.excel.files.grid import column_letter
from allocator.excel.files.ooxml_sheet import position
from allocator.excel.strict.book import Area, Position, SeenCell, SeenSheet, Stored
from allocator.excel.strict.looks import Look, Looks
from allocator.excel.strict.package import ClosedPackage, Doubt, doubt_of
from allocator.excel.strict.vocabulary import Attributes, SheetNode, Unknown, read_part

_TRUE: Final = ("1", "true")
_NUMBER: Final = re.compile(r"-?[0-9]{1,17}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?")
_DAY_0: Final = datetime.date(1899, 12, 30)
_INDEX: Final = re.compile("[0-9]{1,9}")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROOT: Final = "worksheet"
_ROW, _CELL = f"{_ROOT}/sheetData/row", f"{_ROOT}/sheetData/row/c"
_RULE: Final = f"{_ROOT}/conditionalFormatting/cfRule"
_FOOTER: Final = f"{_ROOT}/headerFooter/"


@dataclass(frozen=True, slots=True)
class SharedText:
    """A text of the shared strings, with the fonts of its parts."""

    text: str
    runs: tuple[SheetNode | None, ...] = ()


def reference(place: Position) -> str:
    """A position as the letters and number of its cell.

    >>> reference((12, 5))
    'F12'
    """
    return f"{column_letter(place[1])}{place[0]}"


def area_of(text: str) -> Area:
    """An area by its corners: `A1:C4` is (1, 0, 4, 2), and `$1:$4` whole rows.

    >>> area_of("B2"), area_of("A1:C4")
    ((2, 1, 2, 1), (1, 0, 4, 2))
    """
    first, _, last = text.replace("$", "").partition(":")
    upper, lower = position(first), position(last or first)
    if upper is None or lower is None:
        raise Unknown(f"区域 {text} 无效")
    return (*upper, *lower)


def read_strings(package: ClosedPackage, part: str) -> list[SharedText]:
    """The shared strings in their order. Raises `Doubt`."""
    texts: list[SharedText] = []
    rich = _Rich("sst/si")

    def end(path: str, text: str) -> None:
        rich.end(path, text)
        if path == "sst/si":
            texts.append(rich.take())

    try:
        read_part("sharedStrings", package.members[part], rich.start, end)
    except Unknown as unknown:
        raise doubt_of(part, unknown) from None
    return texts


class _Rich:
    """Collects a text of one or more parts below a path."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.parts: list[str] = []
        self.runs: list[SheetNode | None] = []
        self.run: SheetNode | None = None

    def start(self, path: str, a: Attributes) -> None:
        if path == f"{self.path}/r/rPr":
            self.run = SheetNode("rPr")
        elif path.startswith(f"{self.path}/r/rPr/") and self.run is not None:
            self.run.children.append(SheetNode(path.rpartition("/")[2], dict(a)))

    def end(self, path: str, text: str) -> None:
        if path in (f"{self.path}/t", f"{self.path}/r/t"):
            self.parts.append(text)
        elif path == f"{self.path}/r":
            self.runs.append(self.run)
            self.run = None

    def take(self) -> SharedText:
        found = SharedText(unescape("".join(self.parts)), tuple(self.runs))
        self.parts, self.runs = [], []
        return found


def serial_of(value: object) -> float | None:
    """The number that a cell of a date or time holds (1900 system); None for anything else.

    >>> import datetime
    >>> serial_of(datetime.date(2020, 1, 1)), serial_of("2020")
    (43831.0, None)
    """
    if isinstance(value, datetime.timedelta):
        return value / datetime.timedelta(days=1)
    if isinstance(value, datetime.time):
        value = datetime.datetime.combine(_DAY_0, value)
    elif isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())
    if not isinstance(value, datetime.datetime):
        return None
    return (value - datetime.datetime.combine(_DAY_0, datetime.time())) / datetime.timedelta(days=1)


def unescape(text: str) -> str:
    """`_x000D_` and the like stand for characters that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def read_sheet(
    package: ClosedPackage, sheet: SeenSheet, strings: Sequence[SharedText], looks: Looks, most: int
) -> int:
    """Fill a sheet from its part; how many cells it has that hold something. Raises `Doubt`."""
    reader = _Reader(sheet, strings, looks, most)
    try:
        read_part("sheet", package.members[sheet.part], reader.start, reader.end)
    except Unknown as unknown:
        raise doubt_of(sheet.name, unknown) from None
    return len(sheet.cells)


@dataclass(slots=True)
class _Shared:
    at: Position
    text: str


@dataclass(slots=True)
class _Reader:
    """Follows the elements of one sheet."""

    sheet: SeenSheet
    strings: Sequence[SharedText]
    looks: Looks
    most: int
    row: int = 0
    at: Position = (0, -1)
    cell: Attributes = field(default_factory=dict)
    value: str | None = None
    formula: str | None = None
    formula_says: Attributes = field(default_factory=dict)
    shared: dict[str, _Shared] = field(default_factory=dict)
    rich: _Rich = field(default_factory=lambda: _Rich(f"{_CELL}/is"))
    inline: SharedText | None = None
    area: str = ""
    rule: list[str] = field(default_factory=list)
    starts: dict[str, Callable[[Attributes], None]] = field(init=False)

    def __post_init__(self) -> None:
        self.starts = {
            _ROW: self._row,
            _CELL: self._cell,
            f"{_CELL}/f": self._formula,
            f"{_ROOT}/cols/col": self._columns,
            f"{_ROOT}/sheetFormatPr": self._usual,
            f"{_ROOT}/mergeCells/mergeCell": self._merge,
            f"{_ROOT}/sheetViews/sheetView": self._view,
            f"{_ROOT}/sheetViews/sheetView/pane": self._pane,
            f"{_ROOT}/conditionalFormatting": self._conditional,
            _RULE: self._rule,
            f"{_ROOT}/dataValidations/dataValidation": self._validation,
        }

    def start(self, path: str, a: Attributes) -> None:
        if path.startswith(f"{_CELL}/is"):
            self.rich.start(path, a)
        elif (action := self.starts.get(path)) is not None:
            action(a)

    def end(self, path: str, text: str) -> None:
        if path == _CELL:
            self._end_cell()
        elif path == f"{_CELL}/v":
            self.value = text
        elif path == f"{_CELL}/f":
            self.formula = text
        elif path == f"{_CELL}/is":
            self.inline = self.rich.take()
        elif path.startswith(f"{_CELL}/is/"):
            self.rich.end(path, text)
        elif path == f"{_RULE}/formula":
            self.rule.append(re.sub(r"[\s']", "", text))
        elif path == _RULE:
            self.sheet.conditions.add(tuple(self.rule))
        elif path.startswith(_FOOTER) and text:
            self.sheet.footers[path.rpartition("/")[2]] = text

    def _row(self, a: Attributes) -> None:
        number = int(a.get("r", "0"))
        if number <= self.row:
            raise Unknown(f"第 {number} 行没有行号，或次序颠倒、重复", f"第 {self.row} 行")
        self.row, self.at = number, (number, -1)
        if a.get("hidden", "0") in _TRUE:
            self.sheet.heights[number] = 0.0
        elif "ht" in a:
            self.sheet.heights[number] = float(a["ht"])

    def _cell(self, a: Attributes) -> None:
        place = position(a.get("r", ""))
        if place is None or place[0] != self.row or place[1] <= self.at[1]:
            raise Unknown("格没有位置，或次序颠倒、重复", a.get("r", f"第 {self.row} 行"))
        self.at, self.cell = place, a
        self.value = self.formula = self.inline = None
        self.formula_says = {}

    def _formula(self, a: Attributes) -> None:
        self.formula_says = a

    def _end_cell(self) -> None:
        kind, style = self.cell.get("t", "n"), int(self.cell.get("s", "0"))
        if style >= len(self.looks.cells):
            raise Unknown("格的样式不存在", reference(self.at))
        if self.inline is not None and (kind != "inlineStr" or self.value is not None):
            raise Unknown("格的类型与内容不符", reference(self.at))
        look = self.looks.cells[style]
        value, runs = self._stored(kind)
        formula = self._own_formula()
        if formula or value is not None:
            if len(self.sheet.cells) >= self.most:
                raise Unknown("有内容的格比应有的多得多", reference(self.at))
            looks = tuple(self.looks.run_look(look, run) for run in runs)
            self.sheet.cells[self.at] = SeenCell(value, formula, look, looks)

    def _stored(self, kind: str) -> tuple[Stored, tuple[SheetNode | None, ...]]:
        """The value, and the fonts of its parts where it is a text that has some."""
        text = self.value
        if self.inline is not None:
            return self.inline.text, self.inline.runs
        if kind == "s" and text and _INDEX.fullmatch(text) and int(text) < len(self.strings):
            return self.strings[int(text)].text, self.strings[int(text)].runs
        is_uncomputed = not text and kind == "n" and self.formula is not None
        return None if text is None or is_uncomputed else self._plain(kind, text), ()

    def _plain(self, kind: str, text: str) -> Stored:
        if kind in ("str", "e"):
            return unescape(text)
        if kind == "b" and text in ("0", "1"):
            return text == "1"
        if kind == "n" and _NUMBER.fullmatch(text):
            return float(text)
        raise Unknown(f"值“{text[:40]}”不是这种格应有的", reference(self.at))

    def _own_formula(self) -> str:
        """The formula; one shared with the cells below is moved to where it stands."""
        if self.formula is None:
            return ""
        if self.formula_says.get("t", "normal") == "normal":
            return self.formula
        key = self.formula_says.get("si", "")
        if self.formula:
            if key in self.shared:
                raise Unknown("共用公式的编号重复", reference(self.at))
            self.shared[key] = _Shared(self.at, self.formula)
            return self.formula
        if key not in self.shared:
            raise Unknown("共用公式没有内容", reference(self.at))
        from openpyxl.formula.translate import Translator

        origin = self.shared[key]
        moved = Translator(f"={origin.text}", origin=reference(origin.at))
        return str(moved.translate_formula(reference(self.at))).removeprefix("=")

    def _columns(self, a: Attributes) -> None:
        width = float(a.get("width", self.sheet.usual_width))
        first, last = int(a["min"]) - 1, min(int(a["max"]), 16384)
        for column in range(first, last):
            if column in self.sheet.widths:
                raise Unknown(f"列 {column_letter(column)} 的列宽重复")
            self.sheet.widths[column] = 0.0 if a.get("hidden", "0") in _TRUE else width

    def _usual(self, a: Attributes) -> None:
        self.sheet.usual_height = float(a.get("defaultRowHeight", "15"))
        self.sheet.usual_width = float(a.get("defaultColWidth", a.get("baseColWidth", "8.43")))

    def _merge(self, a: Attributes) -> None:
        self.sheet.merges.add(area_of(a.get("ref", "")))

    def _view(self, a: Attributes) -> None:
        self.sheet.view_from = a.get("topLeftCell", "A1")

    def _pane(self, a: Attributes) -> None:
        if a.get("state", "split") in ("frozen", "frozenSplit"):
            self.sheet.frozen = float(a.get("xSplit", "0")), float(a.get("ySplit", "0"))

    def _conditional(self, a: Attributes) -> None:
        self.area = " ".join(sorted(a.get("sqref", "").split()))

    def _rule(self, a: Attributes) -> None:
        number = int(a.get("dxfId", "-1"))
        if number >= len(self.looks.conditional):
            raise Unknown("条件格式的样式不存在")
        style = self.looks.conditional[number] if number >= 0 else ""
        self.rule = [self.area, style]

    def _validation(self, a: Attributes) -> None:
        words = (a.get("promptTitle", "") + "\n" + a.get("prompt", "")).strip()
        if words:
            self.sheet.prompts.add((" ".join(sorted(a.get("sqref", "").split())), words))


__all__ = ["Doubt", "Look", "area_of", "read_sheet", "read_strings", "reference"]
