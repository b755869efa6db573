"""Rows of a ledger's sheet as values, every mistake at its cell."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final

from allocator.base.problems import Place, Problem
from allocator.excel.files.grid import Book, CellValue, Grid, clean, column_letter
from allocator.excel.intake import cells
from allocator.excel.intake.cells import BadCell
from allocator.excel.intake.headers import comparable
from allocator.excel.ledger.columns import LedgerColumn, SheetPlan
from allocator.ledger.privacy import personal

_MOST_TITLE_ROWS: Final = 30
_DATE: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_FIRST_DAY: Final = datetime.date(1899, 12, 30)
_SERIALS: Final = range(36_526, 73_051)  # 2000 to 2099
_letter = functools.cache(column_letter)
_personal = functools.lru_cache(maxsize=65_536)(personal)


class LedgerRow(dict[str, Any]):
    """The values of one row by header, None where a cell is blank; `at` names its cells."""

    __slots__ = ("columns", "grid", "row")

    def __init__(self, grid: Grid, row: int, columns: dict[str, int]) -> None:
        super().__init__()
        self.grid, self.row, self.columns = grid, row, columns

    def at(self, header: str) -> Place:
        """The cell under a header."""
        column = self.columns.get(header)
        if column is None:
            return self.grid.place(self.row)
        return Place(self.grid.file, self.grid.sheet, f"{_letter(column)}{self.row}")

    def letters(self) -> dict[str, str]:
        """The letter of each header's column."""
        return {header: _letter(column) for header, column in self.columns.items()}

    def text(self, header: str) -> str:
        """A text, empty where the cell is blank."""
        return self.get(header) or ""


def sheet_of(book: Book, plan: SheetPlan) -> Grid | None:
    """The sheet of a plan."""
    return next((grid for grid in book.grids if grid.sheet.strip() == plan.name), None)


def read_sheet(book: Book, plan: SheetPlan, problems: list[Problem]) -> list[LedgerRow]:
    """Every row of a sheet with something in it; mistakes go to `problems`."""
    grid = sheet_of(book, plan)
    if grid is None:
        if not plan.is_optional:
            message = f"没有“{plan.name}”表"
            remedy = "请使用 allocator ledger 写出的台账工作簿，不要删除或改名工作表"
            problems.append(Problem("ledger.sheet", message, remedy, Place(book.file)))
        return []
    head = _header(grid, plan)
    if head is None:
        message = f"“{plan.name}”表找不到表头"
        names = "、".join(column.header for column in plan.columns if column.is_needed)
        place = Place(grid.file, grid.sheet)
        problems.append(Problem("ledger.header", message, f"表头应有：{names}", place))
        return []
    row, columns = head
    problems += _headers(grid, row, columns, plan)
    return [*_rows(grid, row, columns, plan, problems)]


def _header(grid: Grid, plan: SheetPlan) -> tuple[int, dict[str, int]] | None:
    known = {comparable(column.header): column.header for column in plan.columns}
    needed = {column.header for column in plan.columns if column.is_needed}
    for row in sorted(grid.rows)[:_MOST_TITLE_ROWS]:
        found: dict[str, int] = {}
        for c, value in enumerate(grid.rows[row]):
            name = known.get(comparable(clean(value))) if value is not None else None
            if name is not None:
                found.setdefault(name, c)
        if len(found) >= max(len(needed) - 1, 1) and len(found) * 2 > len(needed):
            return row, found
    return None


def _headers(grid: Grid, row: int, columns: dict[str, int], plan: SheetPlan) -> Iterator[Problem]:
    for column in plan.columns:
        if column.is_needed and column.header not in columns:
            message = f"“{plan.name}”缺少“{column.header}”一列"
            yield Problem("ledger.header", message, "请补上这一列", grid.place(row))
    used = set(columns.values())
    for c, value in enumerate(grid.rows[row]):
        if c not in used and (text := clean(value)):
            message = f"“{plan.name}”中不认识的列“{text}”，没有读入"
            remedy = "需要读入的请改用表头原有的名称"
            yield Problem("ledger.column", message, remedy, grid.place(row, c), is_warning=True)


def _rows(
    grid: Grid, head: int, columns: dict[str, int], plan: SheetPlan, problems: list[Problem]
) -> Iterator[LedgerRow]:
    wanted = [(c, columns[c.header], _READERS[c.kind]) for c in plan.columns if c.header in columns]
    others = sorted(set(range(max(map(len, grid.rows.values()), default=0))) - {*columns.values()})
    needed = [c.header for c in plan.columns if c.is_needed and c.header in columns]
    faults = {row for row, _ in grid.faults}
    for number in sorted(grid.rows):
        if number <= head:
            continue
        values = grid.rows[number]
        row, filled = LedgerRow(grid, number, columns), False
        bad: list[Problem] = []
        for column, c, read in wanted:
            value = values[c] if c < len(values) else None
            try:
                if number in faults and (wrong := cells.fault(grid, number, c)):
                    raise wrong
                row[column.header] = found = None if value is None else read(value, column)
            except BadCell as wrong:
                place = grid.place(number, c)
                message = f"“{plan.name}”的“{column.header}”：{wrong.message}"
                shown = "" if wrong.code == "ledger.personal" else cells.shown(value)
                bad.append(Problem(wrong.code, message, wrong.remedy, place, shown))
                row[column.header], filled = None, True
                continue
            filled = filled or found is not None
        if others:
            bad += _private(grid, number, others, values, plan)
        if filled or bad:
            is_short = any(row[header] is None for header in needed)
            missing = _missing(row, plan, {p.place.cell for p in bad}) if is_short else []
            problems += [*bad, *missing]
            if not bad and not missing:
                yield row


def _private(
    grid: Grid, number: int, others: list[int], values: list[CellValue], plan: SheetPlan
) -> Iterator[Problem]:
    """Columns that are not read may hold no personal data either: they stay in the file."""
    for c in others:
        if c < len(values) and values[c] is not None and (kind := _personal(clean(values[c]))):
            bad = _refused(kind)
            message = f"“{plan.name}”：{bad.message}"
            yield Problem(bad.code, message, bad.remedy, grid.place(number, c))


def _missing(row: LedgerRow, plan: SheetPlan, bad: set[str]) -> list[Problem]:
    found = []
    for column in plan.columns:
        is_blank = column.header in row and row[column.header] is None
        if column.is_needed and is_blank and row.at(column.header).cell not in bad:
            message = f"“{plan.name}”的“{column.header}”没有填"
            found.append(Problem("ledger.blank", message, "请填写", row.at(column.header)))
    return found


def _refused(kind: str) -> BadCell:
    message = f"含有{kind}，台账不登记个人信息"
    return BadCell("ledger.personal", message, "请删去姓名和号码，用编号代替")


def _text(value: CellValue, column: LedgerColumn) -> str | None:
    text = value.strip() if type(value) is str and value.isprintable() else clean(value)
    if kind := _personal(text):
        raise _refused(kind)
    if not text or not column.choices or text in column.choices:
        return text or None
    raise BadCell("ledger.choice", f"没有“{text}”这一项", f"可填：{'、'.join(column.choices)}")


def _money(value: CellValue, column: LedgerColumn) -> int | None:
    del column
    if type(value) is int:
        return value * 100
    if type(value) is float:
        fen = round(value * 100)
        if fen / 100 == value and abs(fen) < 10**15:
            return fen
    if isinstance(value, str) and not clean(value):
        return None
    if isinstance(value, str) and (kind := _personal(value)):
        raise _refused(kind)
    return cells.fen(value, Fraction(1))


def _date(value: CellValue, column: LedgerColumn) -> datetime.date | None:
    del column
    if isinstance(value, datetime.date):
        return value
    text = clean(value)
    if not text:
        return None
    found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    try:
        if found:
            year, month, day = map(int, found.groups())
            return datetime.date(year, month, day)
        if isinstance(value, int) and value in _SERIALS:
            return _FIRST_DAY + datetime.timedelta(days=value)
    except ValueError:
        pass
    raise BadCell("ledger.date", "这里应是日期", "请填日期，如 2020-09-30")


def _percent(value: CellValue, column: LedgerColumn) -> Fraction | None:
    """A rate of 0 to 1; `95` and `95%` are the same."""
    del column
    if isinstance(value, str) and not clean(value):
        return None
    number = Fraction(cells.number(value))
    number = number / 100 if number > 1 else number
    if not 0 <= number <= 1:
        raise BadCell("ledger.percent", "应在 0 到 100% 之间", "请填百分数，如 95%")
    return number


def _count(value: CellValue, column: LedgerColumn) -> int | None:
    del column
    if isinstance(value, str) and not clean(value):
        return None
    if isinstance(value, str) and (kind := _personal(value)):
        raise _refused(kind)
    number = cells.number(value)
    if not isinstance(number, int) or number < 0 or _personal(str(number)):
        raise BadCell("ledger.count", "这里应是不小于 0 的整数", "请填整数")
    return number


def _yes_no(value: CellValue, column: LedgerColumn) -> bool:
    del column
    return cells.yes_or_no(value)


_READERS: Final[dict[str, Callable[[CellValue, LedgerColumn], Any]]] = {
    "text": _text,
    "money": _money,
    "date": _date,
    "percent": _percent,
    "count": _count,
    "yes_no": _yes_no,
}
