"""A level's workbook read back: both levels computed again from the inputs inside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from allocator.allocation import Allocation, allocate
from allocator.base.files import AnyFile
from allocator.base.problems import InputError, Place, Problem
from allocator.excel.files.grid import Book
from allocator.excel.files.open_book import names_of_sheets, read_book
from allocator.excel.intake.load import load
from allocator.excel.villages.child_table import (
    CHILD_SHEET,
    children_of,
    has_children,
)
from allocator.excel.villages.level_scheme import LevelScheme, level_scheme, read_level_scheme
from allocator.excel.villages.workbook import LEVEL_SHEET, Level
from allocator.fund.scheme import Scheme
from allocator.ledger.levels import given_by, split_level


def is_level_workbook(file: AnyFile) -> bool:
    """Whether a file is a workbook of a level below; raises `InputError`."""
    return {CHILD_SHEET, LEVEL_SHEET} <= {name.strip() for name in names_of_sheets(file)}


def read_level(path: Path) -> Level:
    """Compute a level's workbook again; raises `InputError` when its inputs no longer can be."""
    book = read_book(path)
    grid = next((grid for grid in book.grids if grid.sheet.strip() == LEVEL_SHEET), None)
    if grid is None:
        message = f"不是 allocator villages 写出的工作簿：没有“{LEVEL_SHEET}”表"
        raise InputError([Problem("level.file", message, "请核对文件", Place(book.file))])
    last = max(grid.rows, default=0)
    lines = (str(grid.value(row, 0) or "") for row in range(1, last + 1))
    rules = level_scheme("\n".join(lines), LEVEL_SHEET)
    above = allocate(*load(path))
    return _level(above, rules, book)


def split_villages(
    answer: Allocation, scheme: Path, table: Path | None, result: Path | None = None
) -> Level:
    """Split an allocation over the children of a table by a scheme file.

    The table is `table`, else the sheet 村（社区）基础数据 of the result, else the file that the scheme
    names. Raises `InputError`.
    """
    rules = read_level_scheme(scheme)
    if table is None and result is not None and has_children(book := read_book(result)):
        return _level(answer, rules, book)
    if table is None and rules.table:
        table = scheme.parent / rules.table
    if table is None:
        message = "没有村（社区）表"
        remedy = "请用 --villages 指定，或在村级方案的 [level] 中写明 table"
        raise InputError([Problem("level.table", message, remedy)])
    return _level(answer, rules, read_book(table))


def _level(answer: Allocation, rules: LevelScheme, book: Book) -> Level:
    given = given_by(answer, rules.match if answer.matching else "none")
    scheme = _named(answer, rules)
    found = children_of(book, scheme, given.parents, rules.parent, rules.child)
    split = split_level(given, found.children, found.parents, scheme)
    children = replace(split.children, warnings=(*rules.warnings, *found.warnings))
    return Level(answer, replace(split, children=children), replace(rules, scheme=scheme))


def _named(answer: Allocation, rules: LevelScheme) -> Scheme:
    """The rules with the names of the pools above where they give none of their own."""
    names = {result.pool.id: result.pool.name for result in answer.pools}
    pools = tuple(
        replace(pool, name=names[pool.id]) if pool.name == pool.id and pool.id in names else pool
        for pool in rules.scheme.pools
    )
    return replace(rules.scheme, pools=pools)
