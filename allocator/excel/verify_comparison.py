"""Cell by cell: what a sheet holds against what it must hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from allocator.excel.layout import column_letter
from allocator.excel.verify_reading import (
    Stored,
    StoredCell,
    StoredSheet,
    reference,
)

#: An unrounded formula may differ in its last digits from program to program.
_LAST_DIGITS: Final = 1e-13
#: A number of more than 15 digits is cut to 15 when some programs save it.
_CUT_DIGITS: Final = 1e-14
_QUOTED: Final = re.compile(r'("[^"]*")')
_REFERENCE: Final = re.compile(r"('[^']+'|[^'!()*/+,<>=-]+)!\$?[A-Z]+\$?\d+")
_EMPTY: Final = StoredCell(None)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it must be; `is_figure` where a figure without formula is."""

    place: str
    message: str
    is_figure: bool = False

    def __str__(self) -> str:
        return f"{self.place}：{self.message}"


def compare(expected: Sequence[StoredSheet], found: Sequence[StoredSheet]) -> list[Difference]:
    """Every difference, sheet by sheet in the order of the expected ones, then what is extra."""
    by_name = {sheet.name: sheet for sheet in found}
    differences: list[Difference] = []
    for sheet in expected:
        if sheet.name in by_name:
            differences += compare_sheet(sheet, by_name[sheet.name])
        else:
            differences.append(Difference(sheet.name, "缺少这张工作表"))
    known = {sheet.name for sheet in expected}
    for sheet in found:
        if sheet.name not in known:
            hidden = "隐藏的" if sheet.is_hidden else ""
            differences.append(Difference(sheet.name, f"多出的{hidden}工作表"))
    return differences


def compare_sheet(expected: StoredSheet, found: StoredSheet) -> Iterator[Difference]:
    """Values, formulas and number formats in both directions, then what hides figures."""
    for place in sorted(expected.cells.keys() | found.cells.keys()):
        want, have = expected.cells.get(place, _EMPTY), found.cells.get(place, _EMPTY)
        if want is not have and (message := _cell_message(want, have)):
            is_figure = isinstance(want.value, float) and not want.formula
            yield Difference(f"{expected.name}!{reference(place)}", message, is_figure)
    if found.is_hidden and not expected.is_hidden:
        yield Difference(expected.name, "工作表被隐藏")
    used = expected.cells.keys()
    for row in sorted((found.hidden_rows - expected.hidden_rows) & {row for row, _ in used}):
        yield Difference(f"{expected.name}!{row}:{row}", "整行被隐藏")
    columns = {column for _, column in used}
    for column in sorted((found.hidden_columns - expected.hidden_columns) & columns):
        letter = column_letter(column)
        yield Difference(f"{expected.name}!{letter}:{letter}", "整列被隐藏")
    if found.has_drawing and not expected.has_drawing:
        yield Difference(expected.name, "多出图形或图片，可能遮盖数字")
    if found.has_conditions and not expected.has_conditions:
        yield Difference(expected.name, "多出条件格式，可能改变显示的数字")


def _cell_message(want: StoredCell, have: StoredCell) -> str:
    if not _same_value(want, have.value):
        return f"表内 {_shown(have.value, want, have)}，应为 {_shown(want.value, have, want)}"
    if normal(want.formula) != normal(have.formula):
        if not have.formula:
            return f"公式被改成数值，应为 ={want.formula}"
        if not want.formula:
            return f"应为数值 {_shown(want.value, have, want)}，表内是公式 ={have.formula}"
        return f"公式不同，表内 ={have.formula}，应为 ={want.formula}"
    is_number = isinstance(want.value, float)
    if is_number and _format_key(want.code) != _format_key(have.code):
        return f"数字格式不同，表内 {have.code}，应为 {want.code}"
    return ""


def _same_value(want: StoredCell, value: Stored) -> bool:
    """Numbers to the 15 digits that spreadsheet programs keep; texts exactly."""
    expected = want.value
    if expected == value or (expected in (None, "") and value in (None, "")):
        return True
    if not isinstance(expected, float) or not isinstance(value, float):
        return False
    if f"{expected:.15g}" == f"{value:.15g}":
        return True
    is_longer = float(f"{expected:.15g}") != expected
    slack = _CUT_DIGITS if is_longer else 0.0
    if _is_unrounded(want.formula):
        slack = _LAST_DIGITS
    return abs(expected - value) <= slack * abs(expected)


def _is_unrounded(formula: str) -> bool:
    """Whether a formula computes on with all digits: neither ROUND(…) nor a mere reference."""
    return bool(formula) and not (formula.startswith("ROUND(") or _REFERENCE.fullmatch(formula))


def normal(formula: str) -> str:
    """A formula without what programs write in different ways: blanks, quotes, case, `TRUE()`.

    >>> normal("ROUND( '附表3'!E6, 2)") == normal("round(附表3!E6,2)")
    True
    """
    if not formula:
        return ""
    parts = _QUOTED.split(formula.removeprefix("="))
    for k in range(0, len(parts), 2):
        part = re.sub(r"\s|'|_xlfn\.", "", parts[k]).upper()
        parts[k] = part.replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")
    return "".join(parts)


def _format_key(code: str) -> str:
    """A number format without quotes and escapes, which programs set as they like."""
    return re.sub(r'["\\]', "", code).upper()


def _shown(value: Stored, other: StoredCell, cell: StoredCell) -> str:
    """A value as the table shows it, with all digits where that would hide the difference."""
    if value is None or value == "":
        return "空白"
    if not isinstance(value, float):
        return str(value)
    decimals = len(re.sub(r"[^0].*", "", cell.code.partition(".")[2]))
    if isinstance(other.value, float) and round(value, decimals) == round(other.value, decimals):
        return f"{value:,.15g}"
    return f"{value:,.{decimals}f}" if "0" in cell.code else f"{value:,.15g}"
