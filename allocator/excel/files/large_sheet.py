"""The fast way for large worksheets that hold nothing but values.

A sheet of two million cells takes some twenty seconds cell by cell and two with calamine, which
drops formulas and errors. So the part is searched for either first; one that has any, or hidden
rows or merged cells, is read the careful way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from allocator.excel.files.grid import MOST_CELLS, MOST_COLUMNS, Grid, Value, plain_value

#: Parts of fewer bytes are read the careful way in under two seconds.
LARGE_BYTES: Final = 8 * 2**20
_NEEDS_CARE: Final = re.compile(
    rb"<(\w+:)?(f|mergeCell|rPh|is)[\s>/]|\st\s*=\s*[\"'](e|d|str)[\"']|\shidden\s*=|<!|\x00|_x",
    re.IGNORECASE,
)
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s>/]")


def count_plain_cells(chunks: Iterator[bytes]) -> int | None:
    """The cells of a worksheet part; None where it has a formula, error, hidden row or merged cell.

    Pieces are joined at their last `<`, so that no tag is cut in two: of `…<c r="A1"/><c r=` the
    second cell is counted with the piece that follows.
    """
    count = 0
    before = b""
    for chunk in chunks:
        window = before + chunk
        cut = max(window.rfind(b"<"), 0)
        whole, before = window[:cut], window[cut:]
        if _NEEDS_CARE.search(whole):
            return None
        count += len(_CELL.findall(whole))
    return None if _NEEDS_CARE.search(before) else count


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
        values: list[Value] = [plain_value(cell) for cell in cells]
        grid.add(number, values)
    return True
