"""Whether a circulated issue copy says, and shows, what its input gives, figure by figure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final, Literal, get_args

from allocator.allocation import Allocation
from allocator.base.files import FileBytes
from allocator.excel.files.grid import MOST_CELLS, Book, Grid, clean, column_letter
from allocator.excel.files.open_book import names_of_sheets, read_book
from allocator.excel.intake.load import SCHEME_SHEET
from allocator.excel.issue import ANNEXES, IssueOptions, issue_workbook, topics_of
from allocator.excel.official import sheet_names
from allocator.excel.strict.book import SeenSheet
from allocator.excel.strict.looks import compare_looks
from allocator.excel.strict.package import Doubt
from allocator.excel.strict.reading import read_book as read_strictly
from allocator.excel.strict.sheet import reference
from allocator.excel.strict.vocabulary import Unknown

RowOrder = Literal["official", "amount"]
_MARK: Final = "附表"
_SIGNED: Final = "填表人："
#: A row or column of less than this part of its size may no longer show what it holds.
_LEAST_PART: Final = 0.85


@dataclass(frozen=True, slots=True)
class Changed:
    """One cell of the copy that does not say what it must."""

    sheet: str
    cell: str
    found: str
    expected: str

    @property
    def is_addition(self) -> bool:
        """Words that an office has put where nothing stood, or behind the signatures: no figure."""
        signed = self.expected.startswith(_SIGNED) and self.found.startswith(_SIGNED)
        is_figure = not self.found.strip("0123456789.,-%")
        return bool(self.cell) and not is_figure and (not self.expected or signed)

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}：现为 {self.found or '空'}，应为 {self.expected or '空'}"


def is_issue_copy(path: str | os.PathLike[str]) -> bool:
    """Whether a workbook holds annexes only: it can be checked against its input alone."""
    sheets = names_of_sheets(path)
    return SCHEME_SHEET not in sheets and bool(sheets) and all(s.startswith(_MARK) for s in sheets)


def check_issue(path: str | os.PathLike[str], answer: Allocation) -> tuple[int, list[Changed]]:
    """(cells compared, what differs) between a copy and the one that the answer gives.

    How the copy was drawn (annexes, unit, order) is taken from the copy itself: of all ways, the
    one that differs least.
    """
    found = read_book(path)
    best: tuple[int, list[Changed], bytes] | None = None
    for options in _ways(found, answer):
        genuine = issue_workbook(answer, options)
        expected = read_book(FileBytes("印发.xlsx", genuine))
        changed = list(_differences(expected, found))
        if best is None or len(changed) < len(best[1]):
            cells = sum(len(row) for grid in expected.grids for row in grid.rows.values())
            best = cells, changed, genuine
        if not changed:
            break
    assert best is not None  # noqa: S101 - there is always a way to draw a copy
    cells, changed, genuine = best
    return cells, [*changed, *_unseen(genuine, Path(path).read_bytes())]


def _unseen(genuine: bytes, copy: bytes) -> Iterator[Changed]:
    """What the copy holds but a reader does not see, or sees as another figure."""
    try:
        have = read_strictly(copy, MOST_CELLS).by_name()
    except Doubt as doubt:
        yield Changed(doubt.place, "", doubt.words, "能确定看到的内容（请另存为 .xlsx）")
        return
    except Unknown as unknown:
        yield Changed("工作簿", "", unknown.words, "能确定看到的内容（请另存为 .xlsx）")
        return
    for sheet in read_strictly(genuine, MOST_CELLS).sheets:
        if sheet.name in have:
            yield from _unseen_cells(sheet, have[sheet.name])


def _unseen_cells(want: SeenSheet, have: SeenSheet) -> Iterator[Changed]:
    if have.is_hidden:
        yield Changed(want.name, "", "工作表被隐藏", "显示")
    for row in sorted({row for row, _ in want.cells}):
        if have.height(row) < _LEAST_PART * want.height(row):
            yield Changed(want.name, f"{row}:{row}", "整行被隐藏或压缩", "全部显示")
    for column in sorted({column for _, column in want.cells}):
        if have.width(column) < _LEAST_PART * want.width(column):
            letter = column_letter(column)
            yield Changed(want.name, f"{letter}:{letter}", "整列被隐藏或压缩", "全部显示")
    for place, cell in sorted(want.cells.items()):
        other = have.cells.get(place)
        for look in (other.look, *other.runs) if other else ():
            if message := compare_looks(cell.look, look, cell.value)[0]:
                yield Changed(want.name, reference(place), message, "与正式表同样的显示")
                break


def _ways(found: Book, answer: Allocation) -> Iterator[IssueOptions]:
    texts = {clean(v) for grid in found.grids for row in grid.rows.values() for v in row}
    whole = read_book(FileBytes("印发.xlsx", issue_workbook(answer)))
    there = [grid.text(2, 0) for grid in whole.grids]
    names = [name for name in ANNEXES for _ in topics_of(name, sheet_names(answer))]
    chosen = tuple(name for name, title in zip(names, there, strict=True) if title in texts)
    units: list[tuple[Literal["元", "万元"], int]] = [("万元", 2), ("万元", 0)]
    if "单位：元" in texts:
        units = [("元", 2)]
    orders: tuple[RowOrder, ...] = get_args(RowOrder)
    for (unit, decimals), order in product(units, orders):
        yield IssueOptions(unit, decimals, chosen, order)


def _differences(expected: Book, found: Book) -> Iterator[Changed]:
    """Cell by cell; a sheet that is missing or too much is one difference."""
    sheets = {grid.sheet: grid for grid in found.grids}
    for grid in expected.grids:
        if grid.sheet in sheets:
            yield from _cells(grid, sheets.pop(grid.sheet))
        else:
            yield Changed(grid.sheet, "", "没有这张表", grid.text(2, 0))
    for name in sheets:
        yield Changed(name, "", "多出的表", "")


def _cells(expected: Grid, found: Grid) -> Iterator[Changed]:
    for row in sorted({*expected.rows, *found.rows}):
        wide = max(len(grid.rows.get(row, ())) for grid in (expected, found))
        for column in range(wide):
            texts = found.text(row, column), expected.text(row, column)
            values = found.value(row, column), expected.value(row, column)
            if texts[0] != texts[1] and not _is_cut(*values):
                yield Changed(expected.sheet, f"{column_letter(column)}{row}", *texts)


def _is_cut(found: object, expected: object) -> bool:
    """Whether a number was only cut to the 15 digits that some programs keep."""
    if not isinstance(found, float) or not isinstance(expected, float):
        return False
    return f"{found:.15g}" == f"{expected:.15g}"
