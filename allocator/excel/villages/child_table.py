"""The table of a level below: every row a child with its parent, read like the main table.

The sheet is read by the reader of the main table: the children's column takes the place of the
column of recipients, so that every check and every cell of a message stays what it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from allocator.base.problems import Place, Problem, stop_on_errors
from allocator.dongguan.roster import official_name
from allocator.excel.files.grid import Book, CellValue, Grid
from allocator.excel.intake.headers import comparable, read_header
from allocator.excel.intake.load import OTHER_SHEETS, TABLE_SHEET
from allocator.excel.intake.table.needed import needed_columns
from allocator.excel.intake.table_shape import find_shape
from allocator.excel.intake.town_table import read_table
from allocator.fund.columns import HEADERS
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme

CHILD_SHEET: Final = "村（社区）基础数据"
CHILD_HEADER: Final = "村（社区）"
_CHILD_NAMES: Final = frozenset(
    comparable(name)
    for name in [
        "村（社区）",
        "村（社区）名称",
        "村",
        "社区",
        "村居",
        "村社区",
        "村（居）",
        "村名",
        "村名称",
        "社区名称",
        "村居名称",
        "行政村",
        "village",
        "village_name",
        "child",
        "学校",
        "单位名称",
        "名称",
        "单位",
        "name",
        "受款单位",
    ]
)
_MOST_TITLE_ROWS: Final = 60
#: Between a parent and its child while the table is read; no name holds it.
_JOINT: Final = "·"


@dataclass(frozen=True, slots=True)
class ChildTable:
    """The children in the order of the sheet, the parent of each, and what was odd."""

    children: Recipients
    parents: tuple[str, ...]
    warnings: tuple[Problem, ...]


def children_of(
    book: Book, scheme: Scheme, parents: tuple[str, ...], parent: str = "", child: str = ""
) -> ChildTable:
    """Read the table of children of a workbook. `parent` and `child` are headers, if not usual ones.

    Raises `InputError` with every mistake in it.
    """
    grid, head = _find(book, parent, child)
    if grid is None or head is None:
        known = f"“{parent}”" if parent else "镇街（园区）"
        message = f"找不到村（社区）表：没有一行表头同时写有{known}和“{child or CHILD_HEADER}”"
        remedy = "请用 --villages 指定村（社区）表；列名特殊的，在村级方案的 [level] 中写明 parent 和 child"
        stop_on_errors([Problem("level.table", message, remedy, Place(book.file))])
        raise AssertionError
    row, at_parent, at_child = head
    joined, problems = _joined(grid, row, at_parent, at_child, parents)
    shape = find_shape(joined, needed_columns(scheme))
    assert shape is not None  # noqa: S101 - the header row holds the recipients' header
    # However many rows it has, no table of children is one of the city's own units.
    table = read_table(shape, replace(scheme, recipients=len(joined.rows)), book.sha256)
    warnings = stop_on_errors([*problems, *table.problems])
    owners, names = zip(*(t.split(_JOINT, 1) for t in table.recipients.towns), strict=True)
    children = replace(table.recipients, towns=names, warnings=())
    return ChildTable(children, owners, warnings)


def has_children(book: Book) -> bool:
    """Whether a workbook carries a table of children of its own."""
    return any(grid.sheet.strip() == CHILD_SHEET for grid in book.grids)


def _find(book: Book, parent: str, child: str) -> tuple[Grid | None, tuple[int, int, int] | None]:
    named = [grid for grid in book.grids if grid.sheet.strip() == CHILD_SHEET]
    others = [g for g in book.visible() if g.sheet.strip() not in (*OTHER_SHEETS, TABLE_SHEET)]
    for grid in named or others:
        if head := _header(grid, parent, child):
            return grid, head
    return None, None


def _header(grid: Grid, parent: str, child: str) -> tuple[int, int, int] | None:
    """(row, column of the parent, column of the child) of the header."""
    for row in sorted(grid.rows)[:_MOST_TITLE_ROWS]:
        texts = [grid.text(row, column) for column in range(len(grid.rows[row]))]
        at_child = _at(texts, child, is_parent=False)
        at_parent = _at(texts, parent, is_parent=True, but=at_child)
        if at_child is not None and at_parent is not None:
            return row, at_parent, at_child
    return None


def _at(texts: list[str], wanted: str, *, is_parent: bool, but: int | None = None) -> int | None:
    for column, text in enumerate(texts):
        if column == but or not text:
            continue
        if wanted:
            if comparable(text) == comparable(wanted):
                return column
        elif is_parent:
            base = text.removeprefix("所属").removeprefix("所在")
            if read_header(base or text).column == "town":
                return column
        elif comparable(text) in _CHILD_NAMES:
            return column
    return None


def _joined(
    grid: Grid, head: int, at_parent: int, at_child: int, parents: tuple[str, ...]
) -> tuple[Grid, list[Problem]]:
    """The sheet with `parent·child` in the children's column, and rows without a parent named."""
    rows = {row: list(cells) for row, cells in grid.rows.items() if row >= head}
    rows[head][at_child] = HEADERS["town"]
    rows[head][at_parent] = "所属单位"
    problems = []
    for row, cells in rows.items():
        if row == head or len(cells) <= at_child or not grid.text(row, at_child):
            if row != head:
                _keep_label(cells, at_parent, at_child)
            continue
        owner = _owner(grid, row, at_parent)
        if not owner:
            message = f"“{grid.text(row, at_child)}”没有写明所属的镇街"
            place = grid.place(row, at_parent)
            problems.append(Problem("level.no_parent", message, "请填写", place))
        known = official_name(owner) if owner not in parents else owner
        name = known if known in parents else owner
        cells[at_child] = f"{name}{_JOINT}{grid.text(row, at_child)}"
    kept = {row: cells for row, cells in rows.items() if any(c is not None for c in cells)}
    return replace(grid, rows=kept), problems


def _keep_label(cells: list[CellValue], at_parent: int, at_child: int) -> None:
    """A row of totals has its label under the parents: the reader looks for it under the children."""
    if len(cells) > at_child and len(cells) > at_parent and cells[at_parent]:
        cells[at_child] = cells[at_parent]


def _owner(grid: Grid, row: int, column: int) -> str:
    text = grid.text(row, column)
    corner = grid.merged_with(row, column)
    return text or (grid.text(*corner) if corner else "")
