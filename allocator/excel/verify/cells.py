"""When a cell says the same: values to the digits that programs keep, formulas however spelled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from allocator.excel.strict.book import SeenCell, Stored
from allocator.excel.verify.remarks import is_signed

#: An unrounded formula may differ in its last digits from program to program.
_LAST_DIGITS: Final = 1e-13
#: A number of more than 15 digits is cut to 15 when some programs save it.
_CUT_DIGITS: Final = 1e-14
_QUOTED: Final = re.compile(r'("[^"]*")')
_NAME: Final = r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\s'\"!()*/+,<>=&^-]+))!"
_REFERENCE: Final = re.compile(rf"(?:{_NAME})?\$?[A-Z]{{1,3}}\$?\d+")
#: A reference with its sheet, or the second corner of an area, with its row apart.
_ROWS: Final = re.compile(
    rf"(?:{_NAME})?(?P<column>\$?\b[A-Z]{{1,3}}\$?)(?P<row>\d{{1,7}})\b(?!\()"
)
RowMap = Callable[[str, int], int]  # sheet, row → row


def same_value(want: SeenCell, value: Stored) -> bool:
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
        part = re.sub(r"\s|'|_xlfn\.|_xlws\.", "", parts[k]).upper()
        parts[k] = part.replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")
    return "".join(parts)


def moved(formula: str, sheet: str, rows: RowMap) -> str:
    """A formula of a sheet after rows were inserted, as a program rewrites it.

    >>> moved("SUM(B6:B9)+'附表 3'!$C$2", "附表1", lambda sheet, row: row + (sheet == "附表1"))
    "SUM(B7:B10)+'附表 3'!$C$2"
    """
    parts = _QUOTED.split(formula)
    for k in range(0, len(parts), 2):
        parts[k] = _moved(parts[k], sheet, rows)
    return "".join(parts)


def _moved(text: str, sheet: str, rows: RowMap) -> str:
    last = [sheet, -1]

    def new(found: re.Match[str]) -> str:
        named = found["quoted"] or found["plain"]
        is_second = last[1] == found.start() - 1 and text[found.start() - 1] == ":"
        owner = named.replace("''", "'") if named else str(last[0]) if is_second else sheet
        last[:] = [owner, found.end()]
        prefix = found[0][: found.start("column") - found.start()]
        return f"{prefix}{found['column']}{rows(owner, int(found['row']))}"

    return _ROWS.sub(new, text)


def shown(value: Stored, other: Stored, code: str) -> str:
    """A value as the table shows it, with all digits where that would hide the difference."""
    if value is None or value == "":
        return "空白"
    if not isinstance(value, float):
        return str(value)
    decimals = len(re.sub(r"[^0].*", "", code.partition(".")[2]))
    if isinstance(other, float) and round(value, decimals) == round(other, decimals):
        return f"{value:,.15g}"
    return f"{value:,.{decimals}f}" if "0" in code else f"{value:,.15g}"


def row_map(
    want: Mapping[tuple[int, int], SeenCell], have: Mapping[tuple[int, int], SeenCell]
) -> dict[int, int]:
    """Where each row of a sheet stands after blank rows were inserted; empty where nothing moved.

    Rows keep their order. A row is found again by all that it holds; where one is not, the sheet is
    compared in place, so that a change is named at its own cell.
    """
    wanted, found = _by_row(want), _by_row(have)
    if all(_same_row(cells, found.get(row, {})) for row, cells in wanted.items()):
        return {}
    rows: dict[int, int] = {}
    free = iter(sorted(found))
    for row in sorted(wanted):
        place = next((r for r in free if _same_row(wanted[row], found[r])), None)
        if place is None:
            return {}
        rows[row] = place
    return rows


def _by_row(cells: Mapping[tuple[int, int], SeenCell]) -> dict[int, dict[int, SeenCell]]:
    rows: dict[int, dict[int, SeenCell]] = {}
    for (row, column), cell in cells.items():
        if cell.value not in (None, "") or cell.formula:
            rows.setdefault(row, {})[column] = cell
    return rows


def _same_row(want: Mapping[int, SeenCell], have: Mapping[int, SeenCell]) -> bool:
    return want.keys() <= have.keys() and all(
        same_value(cell, have[column].value)
        or is_signed(cell.value, have[column].value)
        or (have[column].formula and have[column].value is None)
        for column, cell in want.items()
    )
