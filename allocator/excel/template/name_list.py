"""The names of recipients from any list: a workbook or text file with one name a row."""

from __future__ import annotations

from typing import Final

from allocator.base.files import AnyFile
from allocator.base.problems import InputError, Place, Problem
from allocator.excel.files.grid import Grid
from allocator.excel.files.open_book import read_book
from allocator.excel.intake.headers import read_header

_TOTALS: Final = ("合计", "总计", "小计", "全市", "全省", "全区", "total")


def read_names(file: AnyFile) -> tuple[str, tuple[str, ...]]:
    """(header, names) of the first sheet with a column of names.

    It is the column under a header that is known for names, else the first column of texts.
    Raises `InputError` where there is none, or a name stands twice.
    """
    book = read_book(file)
    for grid in book.visible():
        header, names, row = _names(grid)
        if len(names) < 2:
            continue
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            message = f"名单中“{twice[0]}”出现 {names.count(twice[0])} 次"
            place = Place(book.file, grid.sheet)
            raise InputError([Problem("names.twice", message, "请删去重复的", place)])
        return header if row else "", tuple(names)
    message, remedy = "名单文件中没有找到一列名称", "请每行写一个单位名称"
    raise InputError([Problem("names.none", message, remedy, Place(book.file))])


def _names(grid: Grid) -> tuple[str, list[str], int]:
    """(header, names, row of the header; 0: none)."""
    for row in sorted(grid.rows):
        for column in range(len(grid.rows[row])):
            if read_header(grid.text(row, column)).column == "town":
                return grid.text(row, column), _below(grid, row, column), row
    width = max((len(row) for row in grid.rows.values()), default=0)
    for column in range(width):
        names = _below(grid, 0, column)
        if len(names) > 1:
            return "", names, 0
    return "", [], 0


def _below(grid: Grid, row: int, column: int) -> list[str]:
    texts = [grid.text(r, column) for r in sorted(grid.rows) if r > row]
    return [t for t in texts if t and not _is_number(t) and t.lower() not in _TOTALS]


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace(",", "").replace("-", "").isdigit()
