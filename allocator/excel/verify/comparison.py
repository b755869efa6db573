"""Cell by cell: what a sheet holds against what it must hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from allocator.excel.files.grid import column_letter
from allocator.excel.verify.looks import format_key
from allocator.excel.verify.stored_book import StoredBook
from allocator.excel.verify.stored_sheet import Stored, StoredCell, StoredSheet, reference

#: An unrounded formula may differ in its last digits from program to program.
_LAST_DIGITS: Final = 1e-13
#: A number of more than 15 digits is cut to 15 when some programs save it.
_CUT_DIGITS: Final = 1e-14
_QUOTED: Final = re.compile(r'("[^"]*")')
_REFERENCE: Final = re.compile(r"('[^']+'|[^'!()*/+,<>=-]+)!\$?[A-Z]+\$?\d+")
_EMPTY: Final = StoredCell(None)
#: Rows and columns thinner than this (points, characters) are as good as hidden.
_THIN_ROW: Final = 2.0
_THIN_COLUMN: Final = 0.5
#: A row or column of less than this part of its size no longer shows what it holds.
_LEAST_PART: Final = 0.6
#: Number formats that leave a text as it is.
_PLAIN_TEXT: Final = ("@", "GENERAL", "")
_BOOK: Final = "工作簿"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it must be; `is_figure` where a figure without formula is.

    `may_follow` where the formula is the right one and only its value differs, as it does after
    another cell was changed.
    """

    place: str
    message: str
    is_figure: bool = False
    may_follow: bool = False

    def __str__(self) -> str:
        return f"{self.place}：{self.message}"


def compare(expected: Sequence[StoredSheet], found: Sequence[StoredSheet]) -> list[Difference]:
    """Every difference, sheet by sheet in the order of the expected ones, then what is extra."""
    by_name = {sheet.name: sheet for sheet in reversed(found)}
    differences: list[Difference] = []
    for sheet in expected:
        if sheet.name in by_name:
            differences += compare_sheet(sheet, by_name[sheet.name])
        else:
            differences.append(Difference(sheet.name, "缺少这张工作表"))
    known = {sheet.name for sheet in expected}
    for sheet in found:
        if sheet.name not in known or sheet is not by_name[sheet.name]:
            hidden = "隐藏的" if sheet.is_hidden else ""
            differences.append(Difference(sheet.name, f"多出的{hidden}工作表"))
    order = [sheet.name for sheet in expected if sheet.name in by_name]
    if order != [name for name in dict.fromkeys(s.name for s in found) if name in known]:
        differences.append(Difference(_BOOK, "工作表的次序被改动"))
    if isinstance(expected, StoredBook) and isinstance(found, StoredBook):
        differences += _more(_BOOK, expected.extras, found.extras)
    return differences


def compare_sheet(expected: StoredSheet, found: StoredSheet) -> Iterator[Difference]:
    """Values, formulas and number formats in both directions, then what hides or covers them."""
    for place in sorted(expected.cells.keys() | found.cells.keys()):
        want, have = expected.cells.get(place, _EMPTY), found.cells.get(place, _EMPTY)
        if want is not have and (message := _cell_message(want, have)):
            is_figure = isinstance(want.value, float) and not want.formula
            follows = bool(want.formula) and normal(want.formula) == normal(have.formula)
            yield Difference(f"{expected.name}!{reference(place)}", message, is_figure, follows)
    if found.is_hidden and not expected.is_hidden:
        yield Difference(expected.name, "工作表被隐藏")
    yield from _hidden(expected, found)
    yield from _merged(expected, found)
    yield from _more(expected.name, expected.extras, found.extras)


def _hidden(expected: StoredSheet, found: StoredSheet) -> Iterator[Difference]:
    for row in sorted({row for row, _ in expected.cells}):
        words = _cut(expected.height(row), found.height(row), _THIN_ROW)
        if words:
            yield Difference(f"{expected.name}!{row}:{row}", f"整行{words}")
    for column in sorted({column for _, column in expected.cells}):
        words = _cut(expected.width(column), found.width(column), _THIN_COLUMN)
        if words:
            letter = column_letter(column)
            yield Difference(f"{expected.name}!{letter}:{letter}", f"整列{words}")


def _cut(want: float, have: float, thin: float) -> str:
    if want < thin or have >= max(_LEAST_PART * want, thin):
        return ""
    return "被隐藏" if have < thin else "被压缩，内容看不全"


def _merged(expected: StoredSheet, found: StoredSheet) -> Iterator[Difference]:
    for top, left, bottom, right in sorted(found.merges - expected.merges):
        if any(
            top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
            for row, column in expected.cells
        ):
            area = f"{reference((top, left))}:{reference((bottom, right))}"
            yield Difference(f"{expected.name}!{area}", "多出合并单元格，遮住了格内的内容")


def _more(place: str, expected: Mapping[str, str], found: Mapping[str, str]) -> list[Difference]:
    return [Difference(place, f"多出{found[key]}") for key in found if key not in expected]


def _cell_message(want: StoredCell, have: StoredCell) -> str:
    if not (is_uncomputed(want, have) or _same_value(want, have.value)):
        message = f"表内 {_shown(have.value, want, have)}，应为 {_shown(want.value, have, want)}"
        if have.value is not None and normal(want.formula) != normal(have.formula):
            message += f"；{_formula_message(want, have)}"
        return message
    if normal(want.formula) != normal(have.formula):
        return _formula_message(want, have)
    if want.value is None or want.value == "":
        return ""
    if not _same_format(want, have):
        return f"数字格式不同，表内 {have.code}，应为 {want.code}"
    return have.flaw if have.flaw != want.flaw else ""


def is_uncomputed(want: StoredCell, have: StoredCell) -> bool:
    """Whether a cell has its formula but no value, as programs that do not compute save it."""
    is_same = bool(want.formula) and normal(want.formula) == normal(have.formula)
    return is_same and have.value is None and want.value is not None


def count_uncomputed(expected: Sequence[StoredSheet], found: Sequence[StoredSheet]) -> int:
    """How many cells were saved without the value of their formula."""
    cells = {sheet.name: sheet.cells for sheet in found}
    return sum(
        is_uncomputed(want, cells.get(sheet.name, {}).get(place, _EMPTY))
        for sheet in expected
        for place, want in sheet.cells.items()
        if want.formula
    )


def _formula_message(want: StoredCell, have: StoredCell) -> str:
    if not have.formula:
        return f"公式被改成数值，应为 ={want.formula}"
    if not want.formula:
        return f"应为数值 {_shown(want.value, have, want)}，表内是公式 ={have.formula}"
    return f"公式不同，表内 ={have.formula}，应为 ={want.formula}"


def _same_format(want: StoredCell, have: StoredCell) -> bool:
    keys = format_key(want.code), format_key(have.code)
    is_plain = not isinstance(want.value, float) and set(keys) <= set(_PLAIN_TEXT)
    return is_plain or keys[0] == keys[1]


def _same_value(want: StoredCell, value: Stored) -> bool:
    """Numbers to the 15 digits that spreadsheet programs keep; texts exactly."""
    expected = want.value
    if isinstance(expected, bool) != isinstance(value, bool):
        return False
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
