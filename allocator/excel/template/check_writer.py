"""Writing the sheet 核对记录: the confirmed doubts, at the cells where their figures now stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from allocator.excel.files.grid import column_letter
from allocator.excel.intake.load import TABLE_SHEET
from allocator.excel.intake.table.confirmations import CHECK_SHEET, COLUMNS
from allocator.excel.kit.layout import A4
from allocator.excel.kit.style import BODY_FONT, BODY_SIZE, HEADER_FONT, TITLE_FONT
from allocator.excel.template.input_columns import InputColumn
from allocator.fund.recipients import Confirmation

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_WIDTHS: Final = (18, 10, 20, 14, 14, 50)
_HEADER_ROW: Final = 2
_HINT: Final = "※ 已有人核对、确认无误的数。数值改变后，确认不再有效"


def write_check_sheet(
    book: Workbook,
    confirmed: Sequence[Confirmation],
    columns: Sequence[InputColumn],
    header_row: int,
) -> None:
    """Add the sheet where anything was confirmed; `columns` stand below `header_row` (from 1)."""
    letters = {one.name: column_letter(c) for c, one in enumerate(columns) if one.kind != "status"}
    towns = next(column.values for column in columns if column.name == "town")
    rows = {str(town): header_row + 1 + i for i, town in enumerate(towns)}
    lines = [
        (
            TABLE_SHEET,
            f"{letters[one.column]}{rows[one.town]}",
            one.value,
            one.doubt,
            one.by,
            one.note,
        )
        for one in confirmed
        if one.column in letters and one.town in rows
    ]
    if not lines:
        return
    base = {"font_name": BODY_FONT, "font_size": BODY_SIZE, "valign": "vcenter"}
    head = {"font_name": HEADER_FONT, "border": 1, "bg_color": "#DDEBF7", "align": "center"}
    header = book.add_format({**base, **head})
    text = book.add_format({**base, "border": 1, "num_format": "@", "text_wrap": True})
    sheet = book.add_worksheet(CHECK_SHEET)
    sheet.write_string(
        0, 0, CHECK_SHEET, book.add_format({**base, "font_name": TITLE_FONT, "font_size": 16})
    )
    sheet.write_string(1, 0, _HINT, book.add_format({**base, "font_color": "#7F7F7F"}))
    for c, label in enumerate(COLUMNS):
        sheet.write_string(_HEADER_ROW, c, label, header)
        sheet.set_column(c, c, _WIDTHS[c])
    for r, line in enumerate(lines, _HEADER_ROW + 1):
        for c, cell in enumerate(line):
            sheet.write_string(r, c, cell, text)
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
