"""Whether a circulated issue copy says what its input gives, figure by figure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal, get_args

from allocator.allocation import Allocation
from allocator.base.files import FileBytes
from allocator.excel.files.grid import Book, Grid, clean, column_letter
from allocator.excel.files.open_book import read_book
from allocator.excel.intake.load import SCHEME_SHEET
from allocator.excel.issue import ANNEXES, IssueOptions, issue_workbook, topics_of
from allocator.excel.official import sheet_names

Order = Literal["official", "amount"]
_MARK: Final = "附表"
_SIGNED: Final = "填表人："


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
    sheets = [grid.sheet for grid in read_book(path).grids]
    return SCHEME_SHEET not in sheets and bool(sheets) and all(s.startswith(_MARK) for s in sheets)


def check_issue(path: str | os.PathLike[str], answer: Allocation) -> tuple[int, list[Changed]]:
    """(cells compared, what differs) between a copy and the one that the answer gives.

    How the copy was drawn (annexes, unit, order) is taken from the copy itself: of all ways, the
    one that differs least.
    """
    found = read_book(path)
    best: tuple[int, list[Changed]] | None = None
    for options in _ways(found, answer):
        expected = read_book(FileBytes("印发.xlsx", issue_workbook(answer, options)))
        changed = list(_differences(expected, found))
        if best is None or len(changed) < len(best[1]):
            best = sum(len(row) for grid in expected.grids for row in grid.rows.values()), changed
        if not changed:
            break
    assert best is not None  # noqa: S101 - there is always a way to draw a copy
    return best


def _ways(found: Book, answer: Allocation) -> Iterator[IssueOptions]:
    texts = {clean(v) for grid in found.grids for row in grid.rows.values() for v in row}
    whole = read_book(FileBytes("印发.xlsx", issue_workbook(answer)))
    there = [grid.text(2, 0) for grid in whole.grids]
    names = [name for name in ANNEXES for _ in topics_of(name, sheet_names(answer))]
    chosen = tuple(name for name, title in zip(names, there, strict=True) if title in texts)
    units: list[tuple[Literal["元", "万元"], int]] = [("万元", 2), ("万元", 0)]
    if "单位：元" in texts:
        units = [("元", 2)]
    orders: tuple[Order, ...] = get_args(Order)
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
            if texts[0] != texts[1]:
                yield Changed(expected.sheet, f"{column_letter(column)}{row}", *texts)
