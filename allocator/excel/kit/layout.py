"""Sheets as data: cells with values, formulas and styles; XlsxWriter draws them.

A sheet is laid out completely before it is written, so that formulas can refer to cells of
other sheets and column widths follow from the text.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from allocator.base.archive import same_bytes
from allocator.excel.kit.stored_number import StoredNumber
from allocator.excel.kit.style import (
    LEAST_HEIGHT,
    LINE_HEIGHT,
    Style,
    properties,
    shown,
    text_width,
    wrapped_lines,
)

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

#: Tables up to this many rows are set on a single page.
ONE_PAGE_ROWS: Final = 45
#: No date of the day of writing goes into a workbook: the same input gives the same bytes.
_CREATED: Final = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
_PADDING: Final = 1.06, 1.9  # column units of a half-width character; margins of a cell
#: What A4 landscape leaves inside the margins, in points.
_PAPER: Final = 770.0, 512.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A stored value, how it looks, and the formula (without `=`) that gives it, if any."""

    value: float | str | None
    style: Style
    formula: str = ""


@dataclass(slots=True)
class Sheet:
    """One sheet: cells by (row, column) from 0, and how it is set on paper."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    header_rows: tuple[int, int] = (0, 0)
    frozen_columns: int = 0
    is_one_page: bool = True
    is_paged_alone: bool = False

    def put(
        self, row: int, column: int, value: float | str | None, style: Style, formula: str = ""
    ) -> None:
        """Set one cell."""
        self.cells[row, column] = Cell(value, style, formula)

    def span(self, first: tuple[int, int], last: tuple[int, int], text: str, style: Style) -> None:
        """A text over a block of cells."""
        for row in range(first[0], last[0] + 1):
            for column in range(first[1], last[1] + 1):
                self.put(row, column, None, style)
        self.put(*first, text, style)
        if first != last:
            self.merges.append((*first, *last))

    @property
    def last_row(self) -> int:
        """The lowest row in use."""
        return max((row for row, _ in self.cells), default=-1)


def fit_widths(sheet: Sheet, *, least: float = 4, most: float = 60) -> None:
    """Give every column the width of its widest text; headers may take several lines."""
    factor, margin = _PADDING
    merged = {(row, first) for row, first, _, last in sheet.merges if first != last}
    widths: dict[int, float] = {}
    wide: float
    for position, cell in sheet.cells.items():
        if position in merged or cell.style.kind in ("mark", "draft", "corner", "label", "note"):
            continue
        text = shown(cell.value, cell.style)
        if cell.style.kind == "header":
            wide = max(_header_width(line) for line in text.split("\n"))
        else:
            wide = text_width(text)
        widths[position[1]] = max(widths.get(position[1], least), wide)
    for column, wide in widths.items():
        sheet.widths[column] = round(min(wide * factor + margin, most), 2)


def _header_width(line: str) -> int:
    """Headers of more than eight characters may break in two."""
    width = text_width(line)
    return width if width <= 16 else -(-width // 4) * 2


def fill_page(sheet: Sheet, first: int, last: int) -> None:
    """Raise the rows `first` to `last` so that a table on one page uses its height."""
    wide = sum((width * 7 + 5) * 0.75 for width in sheet.widths.values())
    tall = max(wide / _PAPER[0], 1) * _PAPER[1] * 0.97
    others = [row for row in range(sheet.last_row + 1) if not first <= row <= last]
    left = tall - sum(sheet.heights.get(row, LINE_HEIGHT) for row in others)
    height = round(min(max(left / (last - first + 1), LEAST_HEIGHT), 1.6 * LINE_HEIGHT), 2)
    sheet.heights |= dict.fromkeys(range(first, last + 1), height)


def add_notes(sheet: Sheet, row: int, columns: int, notes: Sequence[str]) -> int:
    """Put notes below a table, each over its whole width; return the next free row."""
    width = sum(sheet.widths.get(column, 8.0) for column in range(columns)) / _PADDING[0]
    for note in notes:
        sheet.span((row, 0), (row, columns - 1), note, Style("note"))
        height = LINE_HEIGHT * wrapped_lines(note, width)
        sheet.heights[row] = max(height, sheet.heights.get(row, 0))
        row += 1
    return row


def write_book(
    sheets: Sequence[Sheet],
    *,
    title: str,
    add_sheets: Callable[[xlsxwriter.Workbook], None] | None = None,
) -> bytes:
    """The workbook of these sheets; the same bytes for the same sheets on every machine.

    `add_sheets` may append sheets of its own before the workbook is closed.
    """
    import xlsxwriter

    content = io.BytesIO()
    # Widths count digits of the default font: Arial and its metric twins are everywhere. XlsxWriter
    # writes into the dict it is given, so one kept for the next workbook would change its bytes.
    font = {"font_name": "Arial", "font_size": 10}
    options = {"in_memory": True, "default_format_properties": font}
    book = xlsxwriter.Workbook(content, options)
    book.set_properties({"title": title, "author": "", "created": _CREATED})
    formats: dict[Style, Any] = {}
    for sheet in sheets:
        for cell in sheet.cells.values():
            if cell.style not in formats:
                formats[cell.style] = book.add_format(properties(cell.style))
        _write_sheet(book.add_worksheet(sheet.name), sheet, formats)
    if add_sheets:
        add_sheets(book)
    book.close()
    return same_bytes(content.getvalue())


def _write_sheet(target: Worksheet, sheet: Sheet, formats: dict[Style, Any]) -> None:
    for first_row, first_column, last_row, last_column in sheet.merges:
        look = formats[sheet.cells[first_row, first_column].style]
        target.merge_range(first_row, first_column, last_row, last_column, "", look)
    for (row, column), cell in sheet.cells.items():
        look = formats[cell.style]
        if cell.formula:
            target.write_formula(row, column, f"={cell.formula}", look, cell.value)
        elif cell.value is None:
            target.write_blank(row, column, None, look)
        elif isinstance(cell.value, str):
            target.write_string(row, column, cell.value, look)
        else:
            target.write_number(row, column, StoredNumber(cell.value), look)
    for row, height in sheet.heights.items():
        target.set_row(row, height)
    for column, width in sheet.widths.items():
        target.set_column(column, column, width)
    _set_on_paper(target, sheet)


def _set_on_paper(target: Worksheet, sheet: Sheet) -> None:
    target.set_paper(9)
    target.set_landscape()
    target.set_margins(left=0.5, right=0.5, top=0.55, bottom=0.6)
    target.center_horizontally()
    target.fit_to_pages(1, 1 if sheet.is_one_page else 0)
    target.set_footer(
        "&C— &P —" if sheet.is_paged_alone else "&C第 &P 页 共 &N 页", {"margin": 0.3}
    )
    if sheet.is_paged_alone:
        target.set_start_page(1)
    first, last = sheet.header_rows
    target.repeat_rows(first, last)
    target.freeze_panes(last + 1, sheet.frozen_columns)
    columns = max((column for _, column in sheet.cells), default=0)
    target.print_area(0, 0, max(sheet.last_row, 0), columns)
