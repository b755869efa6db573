"""A sheet as it stands in a file: values by row, and what is odd about single cells."""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from allocator.base.plain_data import one_line
from allocator.base.problems import InputError, Place, Problem

CellValue = str | int | float | bool | datetime.date | None
#: Of the names of all sheets of a file, those of the sheets to be read.
Needed = Callable[[Sequence[str]], Collection[str]]

#: What a file may hold before it is refused: bounds on memory and time, far above real tables.
#: Cells count over all sheets, blank ones up to the last that is used in their row too: a file
#: of half a megabyte may unpack to millions, and each takes some 100 bytes while it is read.
MOST_FILE_BYTES: Final = 200 * 2**20
MOST_XML_BYTES: Final = 384 * 2**20
MOST_CELLS: Final = 5_000_000
MOST_COLUMNS: Final = 1_000
MOST_ROWS: Final = 1_048_576  # of a sheet, for every program
MOST_SHEETS: Final = 500

#: Rows below the first of a merged range up to which all count, not only those with values.
_TALL: Final = 100

#: The fault of a formula that was stored without its value.
NO_VALUE: Final = "公式没有计算结果"


@dataclass(slots=True)
class Grid:
    """One sheet. Rows count from 1 as in the sheet, columns from 0; empty rows are left out.

    `faults` names cells whose value cannot be used: error values (#REF!) and formulas stored
    without a value. `merged` holds (first row, first column, last row, last column),
    `percents` numbers that an .xlsx shows as percentages.
    """

    file: str
    sheet: str = ""
    rows: dict[int, list[CellValue]] = field(default_factory=dict)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    external: list[tuple[int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    percents: set[tuple[int, int]] = field(default_factory=set, compare=False)
    is_hidden: bool = False
    _over_rows: dict[int, list[tuple[int, int, tuple[int, int]]]] | None = field(
        default=None, compare=False, repr=False
    )

    def add(self, row: int, values: list[CellValue]) -> None:
        """Put a row that is padded to the width of its sheet, up to its last value."""
        while values and values[-1] is None:
            values.pop()
        if values:
            self.rows[row] = values

    def value(self, row: int, column: int) -> CellValue:
        """The value of a cell, None where there is none."""
        cells = self.rows.get(row, ())
        return cells[column] if column < len(cells) else None

    def text(self, row: int, column: int) -> str:
        """The cell as clean text."""
        return clean(self.value(row, column))

    def place(self, row: int, column: int | None = None) -> Place:
        """A cell, or a whole row, as the user finds it."""
        cell = f"第{row}行" if column is None else f"{column_letter(column)}{row}"
        return Place(self.file, self.sheet, cell)

    def merged_with(self, row: int, column: int) -> tuple[int, int] | None:
        """The upper left cell of the merged range that covers this cell."""
        if not self.merged:
            return None
        if self._over_rows is None:
            self._over_rows = self._merged_by_row()
        for left, right, corner in self._over_rows.get(row, ()):
            if left <= column <= right:
                return corner
        return None

    def _merged_by_row(self) -> dict[int, list[tuple[int, int, tuple[int, int]]]]:
        """The merged ranges over each row: a sheet may have ten thousand of them, and tall ones."""
        rows = sorted(self.rows)
        found: dict[int, list[tuple[int, int, tuple[int, int]]]] = {}
        for top, left, bottom, right in self.merged:
            near = min(bottom, top + _TALL)
            far = rows[bisect_left(rows, near + 1) : bisect_right(rows, bottom)]
            for row in (*range(top, near + 1), *far):
                found.setdefault(row, []).append((left, right, (top, left)))
        return found

    def is_blank(self, row: int) -> bool:
        """Whether the row has nothing to read."""
        return not any(map(clean, self.rows.get(row, ())))


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of one file, in their order, and what must be said about the file."""

    file: str
    grids: tuple[Grid, ...]
    sha256: str
    warnings: tuple[Problem, ...] = ()

    def visible(self) -> Iterator[Grid]:
        """The sheets that a user sees."""
        return (grid for grid in self.grids if not grid.is_hidden)


def refuse(file: str, code: str, message: str, remedy: str) -> InputError:
    """The answer to a file that cannot be read at all."""
    return InputError([Problem(f"file.{code}", message, remedy, Place(file))])


def too_many_cells(file: str, sheet: str = "") -> InputError:
    """The answer to a table larger than memory should hold."""
    where = f"工作表“{sheet}”以前" if sheet else ""
    message = f"{where}单元格超过 {MOST_CELLS // 10_000} 万个"
    return refuse(file, "too_large", message, "请只保留需要的工作表、行和列")


def column_letter(column: int) -> str:
    """The letter of a column.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def plain_value(value: Any) -> CellValue:
    """A value as calamine gives it, as a grid holds it."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if value == "":
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    return value  # type: ignore[no-any-return]


def clean(value: CellValue) -> str:
    r"""A value as text without blanks around it, invisible characters and line breaks.

    >>> clean(" 东城\u200b街道\n"), clean(3.0), clean(None)
    ('东城街道', '3', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return one_line(str(value))
