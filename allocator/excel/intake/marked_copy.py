"""A copy of the input with every mistake painted at its cell."""

from __future__ import annotations

import io
import os
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Final

from allocator.base.archive import same_bytes
from allocator.base.files import AnyFile, FileBytes
from allocator.base.problems import Problem
from allocator.excel.files.grid import Book, refuse
from allocator.excel.files.ooxml_sheet import position
from allocator.excel.files.open_book import read_book, stored_file
from allocator.excel.intake.table.confirmations import (
    CHECK_SHEET,
    COLUMNS,
    LIST_SHEET,
    WIDTHS,
    key_of,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
    from openpyxl.worksheet.worksheet import Worksheet

_ERROR_FILL: Final = "FFFF7C80"
_WARNING_FILL: Final = "FFFFD966"
_LIST_WIDTHS: Final = {"A": 6, "B": 8, "C": 18, "D": 10, "E": 24, "F": 50, "G": 60}


def painted_copy(file: AnyFile, problems: Iterable[Problem]) -> bytes:
    """The input as .xlsx with each wrong cell filled and annotated, and a sheet that lists all.

    An .xlsx keeps its look; any other table comes as plain values. Raises `InputError` for a file
    that cannot be read at all.
    """
    stored = stored_file(file)
    book = read_book(stored)
    workbook = _open_copy(stored) if stored.content.startswith(b"PK") else None
    workbook = workbook or plain_copy(book)
    found = list(problems)
    shown = [problem for problem in found if not problem.is_note]
    by_cell: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in shown:
        by_cell[problem.place.sheet or workbook.sheetnames[0], problem.place.cell].append(problem)
    painted: dict[str, set[str]] = defaultdict(set)
    for (sheet, cell), here in by_cell.items():
        if sheet in workbook.sheetnames and position(cell):
            _paint(workbook, sheet, cell, here)
            painted[sheet].add(cell)
    for sheet, cells in painted.items():
        _take_off_conditions(workbook[sheet], cells)
    _add_checks(workbook, [problem for problem in found if problem.is_doubt])
    _add_list(workbook, found)
    content_out = io.BytesIO()
    workbook.save(content_out)
    return same_bytes(content_out.getvalue())


def _open_copy(file: FileBytes) -> Workbook | None:
    """The workbook with its look; None for a package that openpyxl shows as empty or not at all."""
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        for name in archive.namelist():
            head = archive.open(name).read(4096).upper().replace(b"\x00", b"")
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                message = "文件含有工作簿不应有的声明，无法标注"
                raise refuse(file.name, "declaration", message, "请用 Excel 或 WPS 另存为 .xlsx")
    try:
        workbook = _openpyxl().load_workbook(io.BytesIO(file.content))
    except Exception:  # noqa: BLE001 - whatever openpyxl cannot open is copied as plain values
        return None
    return workbook if workbook.worksheets and workbook.worksheets[0].max_row > 1 else None


def _openpyxl() -> ModuleType:
    """Openpyxl writing with the standard library's XML, so that lxml makes no other bytes."""
    os.environ.setdefault("OPENPYXL_LXML", "False")
    import openpyxl

    return openpyxl


def plain_copy(book: Book) -> Workbook:
    """The values of a table that is no .xlsx, as a workbook."""
    workbook: Workbook = _openpyxl().Workbook()
    workbook.remove(workbook.worksheets[0])
    for number, grid in enumerate(book.grids, 1):
        sheet = workbook.create_sheet(grid.sheet or f"Sheet{number}")
        for row, values in grid.rows.items():
            for column, value in enumerate(values, 1):
                cell: Cell = sheet.cell(row, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    return workbook


def _paint(workbook: Workbook, sheet: str, cell: str, problems: list[Problem]) -> None:
    from openpyxl.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    target = workbook[sheet][cell]
    color = _WARNING_FILL if all(p.is_warning or p.is_doubt for p in problems) else _ERROR_FILL
    target.fill = PatternFill("solid", fgColor=color)
    if not isinstance(target, MergedCell):
        text = "\n".join(f"{problem.message}。{problem.remedy}" for problem in problems)
        target.comment = Comment(text, "allocator", height=120, width=320)


def _take_off_conditions(sheet: Worksheet, cells: Collection[str]) -> None:
    """Conditional formats off the painted cells: they would hide the paint."""
    from openpyxl.formatting.formatting import ConditionalFormattingList

    rules = ConditionalFormattingList()
    for formatting in sheet.conditional_formatting:
        ranges = _without(formatting.sqref, cells)
        for rule in formatting.rules:
            for area in ranges:
                rules.add(area, rule)
    sheet.conditional_formatting = rules


def _without(areas: MultiCellRange, cells: Collection[str]) -> list[str]:
    """The ranges without some of their cells, cut into those above, beside and below."""
    from openpyxl.worksheet.cell_range import CellRange

    left = [CellRange(str(area)) for area in areas.ranges]
    for cell in cells:
        at = CellRange(cell)
        left = [piece for area in left for piece in _cut(area, at)]
    return [area.coord for area in left]


def _cut(area: CellRange, at: CellRange) -> list[CellRange]:
    from openpyxl.worksheet.cell_range import CellRange

    if area.isdisjoint(at):
        return [area]
    row, column = at.min_row, at.min_col
    bounds = (
        (area.min_col, area.min_row, area.max_col, row - 1),
        (area.min_col, row + 1, area.max_col, area.max_row),
        (area.min_col, row, column - 1, row),
        (column + 1, row, area.max_col, row),
    )
    return [
        CellRange(min_col=a, min_row=b, max_col=c, max_row=d)
        for a, b, c, d in bounds
        if a <= c and b <= d
    ]


def _add_checks(workbook: Workbook, doubts: Sequence[Problem]) -> None:
    """核对记录 with a line for each doubt, to be signed by whoever has looked at it."""
    if not doubts:
        return
    if CHECK_SHEET not in workbook.sheetnames:
        sheet = workbook.create_sheet(CHECK_SHEET)
        _put_line(sheet, 1, COLUMNS)
        for letter, width in zip("ABCDEF", WIDTHS, strict=True):
            sheet.column_dimensions[letter].width = width
    sheet = workbook[CHECK_SHEET]
    for row, problem in enumerate(doubts, sheet.max_row + 1):
        place, cell, value, doubt = key_of(problem)
        _put_line(sheet, row, (place or workbook.sheetnames[0], cell, value, doubt, "", ""))


def _put_line(sheet: Worksheet, row: int, line: Sequence[str]) -> None:
    for column, text in enumerate(line, 1):
        if text:
            cell: Cell = sheet.cell(row, column)  # type: ignore[assignment]
            cell.value = text
            cell.data_type = "s"


def _add_list(workbook: Workbook, problems: list[Problem]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.properties import PageSetupProperties

    name = LIST_SHEET
    while name in workbook.sheetnames:
        name += "1"
    sheet = workbook.create_sheet(name, 0)
    workbook.active = 0
    lines = [("序号", "性质", "工作表", "单元格", "现为", "问题", "怎样改正")]
    for number, p in enumerate(problems, 1):
        kind = "说明" if p.is_note else "提醒" if p.is_warning else "存疑" if p.is_doubt else "错误"
        place = p.place
        lines.append((str(number), kind, place.sheet, place.cell, p.value, p.message, p.remedy))
    for row, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            cell: Cell = sheet.cell(row, column)
            cell.value = text
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=row == 1)
    for letter, width in _LIST_WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
