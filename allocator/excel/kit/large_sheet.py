"""Long tables written straight as XML, a column's cells at a time.

XlsxWriter takes each cell through a dozen calls and each formula through thirty searches for
functions of later versions of Excel, of which ours have none. The rows written here are, character
for character, those that it writes itself; texts are shared by all sheets, as in small ones.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.format import Format
from xlsxwriter.worksheet import RowInfo, Worksheet

from allocator.excel.files.grid import column_letter
from allocator.excel.kit.stored_number import stored_text

#: Rows that are put together at a time.
_BLOCK: Final = 4_096
_ERRORS: Final = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")

StoredValue = float | str | None


@dataclass(frozen=True, slots=True)
class LargeColumn:
    """Cells below each other, the first one in `row`: their values, formulas if any, and look.

    `marked` says which cells have the look `shaded`.
    """

    row: int
    at: int
    values: Sequence[StoredValue]
    look: Format
    formula: Callable[[int], str] | None = None
    marked: Sequence[bool] = ()
    shaded: Format | None = None


class PlainSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose formulas stand as they are: none of ours has a function of later versions."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        return formula.removeprefix("=")


class LargeSheet(PlainSheet):
    """A sheet that is written row by row, to which whole tables can be added."""

    fh: Any
    previous_row: int

    def write_table(
        self, rows: range, columns: Sequence[LargeColumn], heights: Mapping[int, float]
    ) -> None:
        """Write these rows of the sheet, of columns that have a cell in each of them.

        What stands above must have been written before, from the top down.
        """
        for row in (rows[0], rows[-1]):
            for column in columns:
                self._check_dimensions(row, column.at)
        if rows[0] > self.previous_row:
            self._write_single_row(rows[0])
        shared = self.str_table._get_shared_string_index  # noqa: SLF001 - XlsxWriter's own way
        ordered = sorted(columns, key=lambda column: column.at)
        openings: dict[float | None, str] = {}
        for start in range(rows[0], rows[-1] + 1, _BLOCK):
            block = range(start, min(start + _BLOCK, rows[-1] + 1))
            cells = [_cells(column, block, shared) for column in ordered]
            lines = map("".join, zip(*cells, strict=True))
            for row, line in zip(block, lines, strict=True):
                height = heights.get(row)
                if height not in openings:
                    openings[height] = self._opening(height)
                self.fh.write(f'<row r="{row + 1}"{openings[height]}{line}</row>')
        self.previous_row = rows[-1] + 1

    def _opening(self, height: float | None) -> str:
        """What follows the number in the opening tag of a row of that height in points."""
        info = None if height is None else RowInfo(height=int(height * 4 / 3 + 0.5))
        file, self.fh = self.fh, io.StringIO()
        self._write_row(0, None, info)
        text, self.fh = self.fh.getvalue(), file
        return str(text.removeprefix('<row r="1"'))


def _cells(column: LargeColumn, rows: range, shared: Callable[[str], int]) -> list[str]:
    """The cells of a column in these rows; `shared` gives a text's number in the workbook."""
    start, stop = rows[0] - column.row, rows[-1] + 1 - column.row
    values, number = column.values[start:stop], rows[0] + 1
    at = f'<c r="{column_letter(column.at)}'
    look = f'" s="{_index(column.look)}"'
    if column.formula is None and not column.marked:
        if isinstance(values, array):
            return [
                f"{at}{row}{look}><v>{stored_text(v)}</v></c>"
                for row, v in enumerate(values, number)
            ]
        return [f"{at}{row}{look}{_plain(v, shared)}" for row, v in enumerate(values, number)]
    shade = look if column.shaded is None else f'" s="{_index(column.shaded)}"'
    formula, marked = column.formula or _none, column.marked
    cells = []
    for i, (row, value) in enumerate(enumerate(values, number), start):
        text = formula(i)
        content = _computed(value, text) if text else _plain(value, shared)
        cells.append(f"{at}{row}{shade if marked and marked[i] else look}{content}")
    return cells


def _none(_: int) -> str:
    return ""


def _index(look: Format) -> int:
    return int(look._get_xf_index())  # noqa: SLF001 - the number under which a cell names its look


def _plain(value: StoredValue, shared: Callable[[str], int]) -> str:
    """What follows the reference and the look of a cell."""
    if value is None:
        return "/>"
    if isinstance(value, str):
        return f' t="s"><v>{shared(value)}</v></c>'
    return f"><v>{stored_text(value)}</v></c>"


def _computed(value: StoredValue, formula: str) -> str:
    if isinstance(value, str):
        kind = "" if not value else ' t="e"' if value in _ERRORS else ' t="str"'
        return f"{kind}><f>{_escaped(formula)}</f><v>{_escaped(value)}</v></c>"
    return f"><f>{_escaped(formula)}</f><v>{value}</v></c>"


def _escaped(text: str) -> str:
    """The text between tags.

    >>> _escaped("IF(A1<2,B1&C1)")
    'IF(A1&lt;2,B1&amp;C1)'
    """
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text
