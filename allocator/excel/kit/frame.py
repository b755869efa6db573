"""What stands around a table: mark, title, unit, notes and the line for signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from allocator.excel.kit.formula_columns import Field, set_header_heights
from allocator.excel.kit.layout import (
    ONE_PAGE_ROWS,
    Sheet,
    add_notes,
    fill_page,
    fit_heights,
    fit_widths,
)
from allocator.excel.kit.style import LINE_HEIGHT, Style, text_width

SIGNATURES: Final = (
    "填表人：　　　　　　　　　　审核人：　　　　　　　　　　日期：　　　　年　　月　　日"
)
#: The first row of a table: the frame's mark, title and line of the unit come before.
TOP: Final = 3
#: Rows up to which each is made as high as its texts need.
_MOST_FITTED: Final = 5_000
#: Columns that figures below a table take with their labels.
_BESIDE_COLUMNS: Final = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """The texts around a table; `warning` is the red mark on the left, `corner` on the right."""

    annex: str
    title: str
    warning: str = ""
    corner: str = ""
    is_signed: bool = True


def head(sheet: Sheet, frame: Frame, width: int) -> None:
    """Mark, title, warning and corner over a table `width` columns wide."""
    sheet.put(0, 0, frame.annex or None, Style("mark"))
    sheet.span((1, 0), (1, width - 1), frame.title, Style("title"))
    sheet.put(2, 0, frame.warning or None, Style("draft"))
    if frame.corner:
        sheet.put(2, width - 1, frame.corner, Style("corner"))
    sheet.heights |= {0: LINE_HEIGHT + 2, 1: 30, 2: LINE_HEIGHT + 2}


def finish(
    sheet: Sheet, frame: Frame, fields: Sequence[Field], notes: Sequence[str], beside: int = 0
) -> None:
    """Head, widths, notes and signatures of a sheet whose table is placed.

    The last `beside` rows in use hold figures below the right end of the table: the notes stand
    to their left, which leaves the table more of the page.
    """
    width, rows = len(fields), len(fields[0].values)
    fit_widths(sheet)
    head(sheet, frame, width)
    _widen(sheet, width, frame)
    set_header_heights(sheet, fields)
    last = sheet.last_row
    table_last = last - beside
    across = max(width - _BESIDE_COLUMNS, 1) if beside else width
    row = max(add_notes(sheet, table_last + 1, across, notes), last + 1)
    if frame.is_signed:
        sheet.span((row + 1, 0), (row + 1, width - 1), SIGNATURES, Style("note"))
        sheet.heights[row + 1] = LINE_HEIGHT + 3
    if rows <= _MOST_FITTED:
        fit_heights(sheet, sheet.header_rows[1] + 1, table_last)
    sheet.frozen_columns = min(2, width - 1)
    sheet.is_one_page = rows <= ONE_PAGE_ROWS
    if rows and sheet.is_one_page:
        fill_page(sheet, sheet.header_rows[1] + 1, table_last)


def _widen(sheet: Sheet, width: int, frame: Frame) -> None:
    """Spread a narrow table so that title, marks and signatures fit on a line each."""
    if (
        width == 2 and frame.warning and frame.corner
    ):  # no empty cell that the mark could reach into
        sheet.widths[0] = max(sheet.widths[0], text_width(frame.warning) * 1.1 + 1)
    marks = text_width(frame.warning) * 1.1 + text_width(frame.corner) * 1.1 + 4
    signed = text_width(SIGNATURES) * 1.1 if frame.is_signed else 0
    needed = max(text_width(frame.title) * 1.95 + 4, marks, signed)
    total = sum(sheet.widths[column] for column in range(width))
    if total < needed:
        spread = range(1, width) if width > 1 else range(1)
        for column in spread:
            more = (needed - total) / len(spread)
            sheet.widths[column] = round(sheet.widths[column] + more, 2)
