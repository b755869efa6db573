"""What calamine reads: large worksheets, and every input a second time.

A sheet of two million cells takes some twenty seconds cell by cell and a few with calamine, which
drops formulas and errors. So the part is looked through first; one that has any, or hidden rows or
merged cells, or cells that are not written as programs write them, is read the careful way.

A file can be made so that one program shows 597,192 and another computes with 1,597,192. calamine has
its own code for everything from the zip archive up, so what both readers see is what is there.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, Final

from allocator.base.problems import InputError, Problem
from allocator.excel.files.grid import (
    MOST_CELLS,
    MOST_COLUMNS,
    CellValue,
    Grid,
    clean,
    plain_value,
    refuse,
)

_MOST_DIFFERENCES: Final = 20
#: Parts of fewer bytes are read the careful way in under two seconds.
LARGE_BYTES: Final = 8 * 2**20
_NEEDS_CARE: Final = re.compile(
    rb"<(\w+:)?(f|mergeCell|rPh|is)[\s>/]|<\w+:(c|v|row)[\s>/]|\st\s*=\s*[\"'](e|d|str)[\"']|\shidden\s*=|<!|\x00|_x",
    re.IGNORECASE,
)
#: One cell as spreadsheet programs write it, and a row of nothing but such cells. What is written
#: otherwise may be read otherwise: by whom is seen only the careful way.
_PLAIN: Final = (
    rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,5}")?(?:/>|></c>|'
    rb'(?: t="[nb]")?><v>(?:-?\d{1,17}(?:\.\d{1,17})?(?:[eE][+-]?\d{1,2})?)?</v></c>|'
    rb' t="s"><v>\d{1,9}</v></c>)\s*'
)
_CELLS: Final = re.compile(rb"\s*(?:" + _PLAIN + rb")*+")
_ROW: Final = re.compile(rb'<row r="(\d{1,7})"([^>]*?)(?:/>|>(.*?)</row>)', re.DOTALL)
#: What stands nowhere but in rows.
_IN_ROWS: Final = re.compile(rb"<(?:row|c|v)[\s>/]")
_PLACES: Final = re.compile(rb'<c r="([A-Z]+)(\d+)"')
#: No row of a thousand plain cells is longer.
_LONGEST_ROW: Final = 1 << 20


def count_plain_cells(chunks: Iterator[bytes]) -> int | None:
    """The cells of a worksheet part; None where anything is in it but plain values in their order.

    Pieces are joined behind their last whole row, so that no row is cut in two.
    """
    before, scan = b"", _Scan()
    for chunk in chunks:
        window = before + chunk
        cut = window.rfind(b"</row>") + len(b"</row>") if b"</row>" in window else 0
        whole, before = window[:cut], window[cut:]
        if len(before) > _LONGEST_ROW or not scan.takes(whole):
            return None
    return scan.count if scan.takes(before) else None


class _Scan:
    """Looks through a worksheet part piece by piece."""

    def __init__(self) -> None:
        self.count = self.row = 0
        self.columns: list[bytes] = []

    def takes(self, piece: bytes) -> bool:
        """Whether a piece has rows of plain cells alone, each at its place, below the last."""
        end = 0
        rest: list[bytes] = []
        for row in _ROW.finditer(piece):
            rest += (piece[end : row.start()], row[2])
            end = row.end()
            if not self._takes_row(int(row[1]), row[3] or b""):
                return False
        around = b" ".join((*rest, piece[end:]))
        return not _NEEDS_CARE.search(around) and not _IN_ROWS.search(around)

    def _takes_row(self, number: int, cells: bytes) -> bool:
        if number <= self.row or not _CELLS.fullmatch(cells):
            return False
        self.row = number
        places = _PLACES.findall(cells)
        self.count += len(places)
        columns = [column for column, _ in places]
        if columns != self.columns and columns != sorted(set(columns), key=lambda c: (len(c), c)):
            return False
        self.columns = columns
        return {row for _, row in places} <= {b"%d" % number}


def read_values(content: bytes, grid: Grid) -> bool:
    """Fill a grid with the values of its sheet; False when calamine cannot, or it is too large."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        sheet = book.get_sheet_by_name(grid.sheet)
        if sheet.width > MOST_COLUMNS or sheet.total_height * sheet.total_width > MOST_CELLS:
            return False
        rows = sheet.to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic of the library is no Exception
        return False
    for number, cells in enumerate(rows, 1):
        if any(isinstance(cell, datetime.time | datetime.timedelta) for cell in cells):
            grid.rows.clear()
            return False
        values: list[CellValue] = [plain_value(cell) for cell in cells]
        grid.add(number, values)
    return True


def compare_readers(content: bytes, grids: Sequence[Grid]) -> None:
    """Raise `InputError` with the cells that calamine reads otherwise; nothing where it cannot read.

    `grids` are those that were read cell by cell. Formulas without a value, errors and dates are left out: libraries differ about them openly.
    """
    for grid in grids:
        _check_area(grid)
    if not grids:
        return
    try:
        import python_calamine as calamine

        book = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = {
            grid.sheet: book.get_sheet_by_name(grid.sheet).to_python(skip_empty_area=False)
            for grid in grids
        }
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic of the library is no Exception; a browser has none
        return
    found = [problem for grid in grids for problem in _differences(grid, sheets[grid.sheet])]
    if found:
        raise InputError(found[:_MOST_DIFFERENCES])


def _check_area(grid: Grid) -> None:
    """A value far below or beside the table: calamine would fill all between with blanks."""
    last = max(grid.rows, default=0)
    if last * max(map(len, grid.rows.values()), default=0) > MOST_CELLS:
        message = f"工作表“{grid.sheet}”第 {last:,} 行有内容，远在表外"
        raise refuse(grid.file, "too_large", message, "请删去表格下方、右侧多余的内容")


def _differences(grid: Grid, rows: Sequence[Sequence[Any]]) -> Iterator[Problem]:
    for number, ours in grid.rows.items():
        theirs = rows[number - 1] if number <= len(rows) else ()
        for column, value in enumerate(ours):
            other = theirs[column] if column < len(theirs) else None
            if _plainly_same(value, other):
                continue
            if (number, column) not in grid.faults and _differ(value, other):
                message = f"这一格有两种读法：{_shown(value)}，或 {_shown(other)}"
                remedy = "请用 Excel 或 WPS 打开核对这一格，另存为新的 .xlsx 后再用"
                place = grid.place(number, column)
                yield Problem("file.ambiguous", message, remedy, place)


def _plainly_same(ours: CellValue, theirs: Any) -> bool:
    """Nearly all cells, without the cost of `_differ`, which would find no difference in them."""
    if ours is None:
        return type(theirs) is not float
    kind, other = type(ours), type(theirs)
    if kind is str:
        return other is str
    return (kind is float or kind is int) and other is float and bool(ours == theirs)


def _differ(ours: CellValue, theirs: Any) -> bool:
    """Of two values one at least must be a number: texts are compared where they are used."""
    if isinstance(ours, datetime.date) or isinstance(
        theirs, datetime.date | datetime.time | datetime.timedelta
    ):
        return False
    is_number = [isinstance(v, int | float) and not isinstance(v, bool) for v in (ours, theirs)]
    if all(is_number):
        return float(ours) != float(theirs)  # type: ignore[arg-type]
    if any(is_number):
        return clean(ours) != clean(theirs)
    return False


def _shown(value: Any) -> str:
    return clean(value) or "空白"
