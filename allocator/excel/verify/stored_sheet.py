"""One worksheet as it is stored: its cells, and what of them a reader gets to see."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from allocator.excel.files.grid import column_letter
from allocator.excel.files.ooxml_sheet import position
from allocator.excel.verify.looks import Look, Looks, Runs
from allocator.excel.verify.objects import Extras, footer_extras

Position = tuple[int, int]  # row from 1, column from 0
Stored = str | float | bool | None
Area = tuple[int, int, int, int]  # first row, first column, last row, last column

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLAIN: Final = Look("General")
_TRUE: Final = ("1", "true")
#: Elements that Excel keeps apart from the standard's, by the last word of their names.
_EXTENSIONS: Final = {
    "conditionalFormatting": "条件格式，可能改变显示的数字",
    "sparklineGroups": "迷你图，可能遮盖数字",
}
_VIEW_FLAGS: Final = {"showFormulas": "显示公式", "rightToLeft": "从右到左显示"}
_FOOTERS: Final = tuple(f"{p}{k}" for p in ("odd", "even", "first") for k in ("Header", "Footer"))


@dataclass(frozen=True, slots=True)
class StoredCell:
    """What one cell holds; `formula` without `=`, `code` its number format, `flaw` of its look."""

    value: Stored
    formula: str = ""
    code: str = ""
    flaw: str = ""


@dataclass(slots=True)
class StoredSheet:
    """One sheet; cells with neither value nor formula are left out.

    `heights` (points) and `widths` (characters) are 0 where hidden; rows and columns that state
    none have the usual ones. `extras` are the things that are not cells, by comparable keys.
    """

    name: str
    is_hidden: bool = False
    cells: dict[Position, StoredCell] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    usual_height: float = 15.0
    usual_width: float = 8.43
    merges: set[Area] = field(default_factory=set)
    extras: Extras = field(default_factory=dict)

    def height(self, row: int) -> float:
        """The height of a row; 0 when it is hidden."""
        return self.heights.get(row, self.usual_height)

    def width(self, column: int) -> float:
        """The width of a column; 0 when it is hidden."""
        return self.widths.get(column, self.usual_width)


def reference(place: Position) -> str:
    """A position as the letters and number of its cell.

    >>> reference((12, 5))
    'F12'
    """
    return f"{column_letter(place[1])}{place[0]}"


class SheetReader:
    """Fills one sheet from the events of its part.

    `strings` are the shared strings, `flaws` what is wrong with the look of some of them.
    """

    def __init__(
        self, sheet: StoredSheet, strings: Sequence[str], flaws: Mapping[int, str], looks: Looks
    ) -> None:
        self.sheet = sheet
        self.strings, self.flaws, self.looks = strings, flaws, looks
        self.runs = Runs(looks.run_flaw)
        self.kind, self.look, self.flaw = "n", _PLAIN, ""
        self.at: Position = (0, -1)
        self.seen: set[Position] = set()
        self.text: list[str] = []
        self.formula: list[str] = []
        self.reading: list[str] | None = None
        self.shared_index = self.formula_kind = ""
        self.shared: dict[str, tuple[Position, str]] = {}
        self.words: list[str] = []
        self.rule: list[str] = []
        self.area = ""
        self.is_frozen, self.view_from = False, "A1"

    def start(self, name: str, a: Mapping[str, str]) -> None:
        """An element begins."""
        self.runs.start(name, a)
        if name == "c":
            self._cell(a)
        elif name == ("t" if self.kind == "inlineStr" else "v"):
            self.reading = self.text
        elif name == "f":
            self.reading = self.formula
            self.formula_kind = a.get("t", "")
            self.shared_index = a.get("si", "") if self.formula_kind == "shared" else ""
        elif name == "row":
            self._row(a)
        elif name == "col":
            self._columns(a)
        elif name == "sheetFormatPr":
            self._usual(a)
        elif name == "mergeCell":
            self._merge(a.get("ref", ""))
        else:
            self._beside(name, a)

    def data(self, text: str) -> None:
        """Characters of an element."""
        if self.reading is not None:
            self.reading.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        self.flaw = self.runs.end(name) or self.flaw
        if name in ("v", "t", "f"):
            self.reading = None
        elif name == "c":
            self._end_cell()
        elif name in _FOOTERS:
            self.sheet.extras |= footer_extras(name, "".join(self.words))
            self.reading = None
        elif name == "formula":
            self.rule.append("".join(self.words))
            self.reading = None
        elif name == "cfRule":
            key = re.sub(r"[\s']", "", " | ".join(self.rule))
            self.sheet.extras[key] = f"条件格式（{self.rule[0]}），可能改变显示的数字"
        elif name == "sheetView" and self.is_frozen and self.view_from != "A1":
            self.sheet.extras[f"from {self.view_from}"] = (
                f"冻结窗格，{self.view_from} 以上或以左的内容看不到"
            )

    def _cell(self, a: Mapping[str, str]) -> None:
        self.at = position(a.get("r", "")) or (self.at[0], self.at[1] + 1)
        if self.at in self.seen:
            raise ValueError(f"cell {reference(self.at)} stands twice")
        self.seen.add(self.at)
        style = int(a.get("s", "0"))
        self.kind = a.get("t", "n")
        self.look = self.looks.cells[style] if self.looks.cells else _PLAIN
        self.text, self.formula, self.shared_index = [], [], ""
        self.formula_kind = ""
        self.flaw = "显示注音" if a.get("ph", "0") in _TRUE else self.look.flaw

    def _end_cell(self) -> None:
        value, formula = self._value(), self._formula()
        if formula or value not in (None, ""):
            self.sheet.cells[self.at] = StoredCell(value, formula, self.look.code, self.flaw)

    def _row(self, a: Mapping[str, str]) -> None:
        number = int(a.get("r", self.at[0] + 1))
        self.at = (number, -1)
        if a.get("hidden", "0") in _TRUE:
            self.sheet.heights[number] = 0.0
        elif "ht" in a:
            self.sheet.heights[number] = float(a["ht"])

    def _columns(self, a: Mapping[str, str]) -> None:
        width = float(a.get("width", self.sheet.usual_width))
        first, last = int(a["min"]) - 1, min(int(a["max"]), 16384)
        self.sheet.widths |= dict.fromkeys(
            range(first, last), 0.0 if a.get("hidden", "0") in _TRUE else width
        )

    def _usual(self, a: Mapping[str, str]) -> None:
        is_zero = a.get("zeroHeight", "0") in _TRUE
        self.sheet.usual_height = 0.0 if is_zero else float(a.get("defaultRowHeight", "15"))
        self.sheet.usual_width = float(a.get("defaultColWidth", a.get("baseColWidth", "8.43")))

    def _merge(self, area: str) -> None:
        first, _, last = area.partition(":")
        upper, lower = position(first), position(last or first)
        if upper and lower:
            self.sheet.merges.add((*upper, *lower))

    def _beside(self, name: str, a: Mapping[str, str]) -> None:
        """What is not a cell: conditions, prompts, headers, ways of viewing."""
        extras = self.sheet.extras
        if name in _FOOTERS or name == "formula":
            self.words = self.reading = []
        elif name == "conditionalFormatting":
            self.area = " ".join(sorted(a.get("sqref", "").split()))
        elif name == "cfRule":
            number = a.get("dxfId")
            style = self.looks.conditional[int(number)] if number else ""
            self.rule = [self.area, a.get("type", ""), a.get("operator", ""), style]
        elif name.endswith("dataValidation") and (a.get("prompt") or a.get("promptTitle")):
            words = a.get("promptTitle", "") + " " + a.get("prompt", "")
            extras[f"prompt {words}"] = f"输入提示“{words.strip()}”"
        elif name == "hyperlink":
            extras["hyperlink"] = "超链接"
        elif name == "sheetView":
            self._view(a)
        elif name == "pane":
            self.is_frozen = a.get("state", "").startswith("frozen")
        elif " " in name and (known := _EXTENSIONS.get(name.rpartition(" ")[2])):
            extras[name] = known

    def _view(self, a: Mapping[str, str]) -> None:
        self.view_from, self.is_frozen = a.get("topLeftCell", "A1"), False
        for flag, words in _VIEW_FLAGS.items():
            if a.get(flag, "0") in _TRUE:
                self.sheet.extras[flag] = f"“{words}”的设置"
        if a.get("showZeros", "1") not in _TRUE:
            self.sheet.extras["showZeros"] = "“不显示零值”的设置"

    def _value(self) -> Stored:
        text = "".join(self.text)
        if self.kind == "s":
            if not text:
                return None
            self.flaw = self.flaw or self.flaws.get(int(text), "")
            return unescape(self.strings[int(text)])
        if self.kind in ("str", "inlineStr", "e"):
            return unescape(text)
        if self.kind == "b":
            return text.strip() in _TRUE
        return float(text) if text.strip() else None

    def _formula(self) -> str:
        """The formula; one shared with the cells below is moved to where it stands."""
        text = "".join(self.formula)
        if self.formula_kind in ("array", "dataTable"):
            return f"{{{text}}}"
        if not self.shared_index:
            return text
        if text:
            self.shared[self.shared_index] = self.at, text
            return text
        from openpyxl.formula.translate import Translator

        origin, text = self.shared[self.shared_index]
        moved = Translator(f"={text}", origin=reference(origin))
        return str(moved.translate_formula(reference(self.at))).removeprefix("=")


def unescape(text: str) -> str:
    """`_x000D_` and the like stand for characters that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
