"""Sheets as data: cells with values, formulas and styles; XlsxWriter draws them.

A sheet is laid out completely before it is written, so that formulas can refer to cells of
other sheets and column widths follow from the text.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from allocator.base.archive import same_bytes, stamp
from allocator.excel.kit.stored_number import StoredNumber
from allocator.excel.kit.style import (
    LEAST_HEIGHT,
    LINE_HEIGHT,
    Style,
    broken_lines,
    properties,
    shown,
    text_width,
    wrapped_lines,
)

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    from allocator.excel.kit.large_sheet import LargeColumn, LargeSheet

#: Sizes of paper by their numbers in a workbook.
A4: Final = 9
A3: Final = 8
#: Tables up to this many rows are set on a single page.
ONE_PAGE_ROWS: Final = 45
#: Sheets with more rows are written row by row, and their workbooks are compressed.
LARGE_ROWS: Final = 500
#: No date of the day of writing goes into a workbook: the same input gives the same bytes.
_CREATED: Final = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
_PADDING: Final = 1.06, 2.4  # column units of a half-width character; margins of a cell
_LEAST_SCALE: Final = 0.66  # text of 11 points keeps 7 on paper
_WIDER: Final = 1.2  # columns where Arial is missing, as a mean of the fonts in its place
_NOTE_FILL: Final = 0.93  # of a note's width is used: fonts of other machines are wider
#: What A4 landscape leaves inside the margins, in points.
_PAPER: Final = 770.0, 512.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A stored value, how it looks, and the formula (without `=`) that gives it, if any."""

    value: float | str | None
    style: Style
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Cells below each other that share a style: stored values, and the formula of each if any.

    `formula` gives the formula of a row of the run, empty where the cell holds a plain value;
    `marked` says which cells are shaded as placeholders.
    """

    values: Sequence[float | str | None]
    style: Style
    formula: Callable[[int], str] | None = None
    marked: Sequence[bool] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def styles(self) -> tuple[Style, Style]:
        """The style of plain and of marked cells."""
        return self.style, replace(self.style, is_marked=True) if self.marked else self.style

    def cell(self, i: int) -> Cell:
        """Cell number `i` of the run."""
        plain, shaded = self.styles
        look = shaded if self.marked and self.marked[i] else plain
        return Cell(self.values[i], look, self.formula(i) if self.formula else "")


@dataclass(slots=True)
class Sheet:
    """One sheet: cells and runs of cells by (row, column) from 0, and how it is set on paper."""

    name: str
    cells: dict[tuple[int, int], Cell | Run] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    header_rows: tuple[int, int] = (0, 0)
    frozen_columns: int = 0
    is_one_page: bool = True
    is_paged_alone: bool = False
    paper: int = A4

    def put(
        self, row: int, column: int, value: float | str | None, style: Style, formula: str = ""
    ) -> None:
        """Set one cell."""
        self.cells[row, column] = Cell(value, style, formula)

    def run(self, row: int, column: int, run: Run) -> None:
        """Set the cells of a run, from its first one down."""
        self.cells[row, column] = run

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
        ends = (
            row + len(c) - 1 if isinstance(c, Run) else row for (row, _), c in self.cells.items()
        )
        return max(ends, default=-1)

    @property
    def is_large(self) -> bool:
        """Whether it is written row by row, so that it never stands in memory as a whole."""
        return self.last_row > LARGE_ROWS


def fit_widths(sheet: Sheet, *, least: float = 4, most: float = 60) -> None:
    """Give every column the width of its widest text; headers may take several lines."""
    factor, margin = _PADDING
    merged = {(row, first) for row, first, _, last in sheet.merges if first != last}
    widths: dict[int, float] = {}
    wide: float
    for position, cell in sheet.cells.items():
        if position in merged or cell.style.kind in ("mark", "draft", "corner", "label", "note"):
            continue
        if isinstance(cell, Run):
            wide = max((text_width(shown(v, cell.style)) for v in _widest(cell.values)), default=0)
            widths[position[1]] = max(widths.get(position[1], least), wide)
            continue
        text = shown(cell.value, cell.style)
        if cell.style.kind == "header":
            wide = max(_header_width(line) for line in text.split("\n"))
        else:
            wide = text_width(text)
        widths[position[1]] = max(widths.get(position[1], least), wide)
    for column, wide in widths.items():
        sheet.widths[column] = round(min(wide * factor + margin, most), 2)


def _widest(values: Sequence[float | str | None]) -> Sequence[float | str | None]:
    """Values among which is one of the widest: of numbers the extremes, of texts all.

    Fixed decimals make a number's text the longer the farther it is from 0.
    """
    numbers = [v for v in values if v is not None and not isinstance(v, str)]
    texts = [v for v in values if isinstance(v, str)]
    return [*texts, *((min(numbers), max(numbers)) if numbers else ())]


def _header_width(line: str) -> int:
    """Headers of more than eight characters may break in two."""
    width = text_width(line)
    return width if width <= 16 else -(-width // 4) * 2


def fill_page(sheet: Sheet, first: int, last: int) -> None:
    """Raise the rows `first` to `last` so that a table on one page uses its height."""
    wide = sum((width * 7 + 5) * 0.75 for width in sheet.widths.values()) * _WIDER
    tall = min(max(wide / _PAPER[0], 1) * 0.97, 1 / _LEAST_SCALE) * _PAPER[1]
    others = [row for row in range(sheet.last_row + 1) if not first <= row <= last]
    left = tall - sum(sheet.heights.get(row, LINE_HEIGHT) for row in others)
    height = round(min(max(left / (last - first + 1), LEAST_HEIGHT), 1.6 * LINE_HEIGHT), 2)
    # Rows of several lines keep the room for them.
    sheet.heights |= {
        row: max(height, tall) if (tall := sheet.heights.get(row, 0)) > LINE_HEIGHT else height
        for row in range(first, last + 1)
    }


def fit_heights(sheet: Sheet, first: int, last: int) -> None:
    """Give rows with texts longer than their column the room for all their lines."""
    for (top, column), cell in sheet.cells.items():
        if cell.style.kind != "text":
            continue
        width = sheet.widths.get(column, 8.0) * _NOTE_FILL
        for row, value in enumerate(cell.values if isinstance(cell, Run) else [cell.value], top):
            lines = wrapped_lines(str(value or ""), width)
            if lines > 1 and first <= row <= last:
                sheet.heights[row] = max(LINE_HEIGHT * lines + 2, sheet.heights.get(row, 0))


def add_notes(sheet: Sheet, row: int, columns: int, notes: Sequence[str]) -> int:
    """Put notes below a table over its whole width, a row each line; return the next free row."""
    width = sum(sheet.widths.get(column, 8.0) for column in range(columns)) / _PADDING[0]
    for note in notes:
        for line in broken_lines(note, max(width * _NOTE_FILL, 24)):
            sheet.span((row, 0), (row, columns - 1), line, Style("note"))
            sheet.heights[row] = max(LINE_HEIGHT, sheet.heights.get(row, 0))
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
    is_large = any(sheet.is_large for sheet in sheets)
    options = {"in_memory": not is_large, "default_format_properties": font}
    book = xlsxwriter.Workbook(content, options)
    book.set_properties({"title": title, "author": "", "created": _CREATED})
    formats: dict[Style, Any] = {}
    for sheet in sheets:
        for style in _styles(sheet):
            if style not in formats:
                formats[style] = book.add_format(properties(style))
        target = add_sheet(book, sheet.name, is_large=sheet.is_large)
        (_write_large if sheet.is_large else _write_sheet)(target, sheet, formats)
    if add_sheets:
        add_sheets(book)
    book.close()
    if not is_large:
        return same_bytes(content)
    stamp(content)
    return content.getvalue()


def add_sheet(book: xlsxwriter.Workbook, name: str, *, is_large: bool) -> Any:
    """A sheet of the workbook; a large one is a `LargeSheet`, written row by row to a file.

    XlsxWriter knows this as `constant_memory`, for all sheets of a workbook or none; small sheets
    keep their shared texts, with which every reader is at home.
    """
    from allocator.excel.kit.large_sheet import LargeSheet, PlainSheet

    if not is_large:
        return book.add_worksheet(name, PlainSheet)
    before, book.constant_memory = book.constant_memory, True
    sheet = book.add_worksheet(name, LargeSheet)
    book.constant_memory = before
    return sheet


def _styles(sheet: Sheet) -> Iterator[Style]:
    for cell in sheet.cells.values():
        if isinstance(cell, Run):
            # In the order of the cells: the first look of a run is that of its first cell.
            plain, shaded = cell.styles
            yield from (shaded, plain) if cell.marked and cell.marked[0] else (plain,)
            if any(cell.marked):
                yield shaded
        else:
            yield cell.style


def _write_sheet(target: Worksheet, sheet: Sheet, formats: dict[Style, Any]) -> None:
    for first_row, first_column, last_row, last_column in sheet.merges:
        first = sheet.cells[first_row, first_column]
        look = formats[first.style]
        target.merge_range(first_row, first_column, last_row, last_column, "", look)
    for (row, column), cell in sheet.cells.items():
        if isinstance(cell, Run):
            for i in range(len(cell)):
                _write_cell(target, row + i, column, cell.cell(i), formats)
        else:
            _write_cell(target, row, column, cell, formats)
    for row, height in sheet.heights.items():
        target.set_row(row, height)
    _set_widths(target, sheet)
    _set_on_paper(target, sheet)


def _write_large(target: LargeSheet, sheet: Sheet, formats: dict[Style, Any]) -> None:
    """Row after row, for a sheet that is not held in memory.

    A merge over two rows would write into a row that is gone, so merges are only noted; their
    cells have all been set by `Sheet.span`.
    """
    target.merge.extend(list(merge) for merge in sheet.merges)
    single: dict[int, list[tuple[int, Cell]]] = {}
    runs: list[tuple[range, int, Run]] = []
    for (row, column), cell in sheet.cells.items():
        if isinstance(cell, Run):
            runs.append((range(row, row + len(cell)), column, cell))
        else:
            single.setdefault(row, []).append((column, cell))
    ends = {end for rows, _, _ in runs for end in (rows.start, rows.stop)}
    ends |= {end for row in single for end in (row, row + 1)} | {0, sheet.last_row + 1}
    for first, end in pairwise(sorted(ends)):
        active = [run for run in runs if first in run[0]]
        if active and first not in single:
            columns = [_large_column(*run, formats) for run in active]
            target.write_table(range(first, end), columns, sheet.heights)
            continue
        for row in range(first, end):
            if row in sheet.heights:
                target.set_row(row, sheet.heights[row])
        cells = [(column, run.cell(first - rows.start)) for rows, column, run in active]
        for column, cell in (*cells, *single.get(first, ())):
            _write_cell(target, first, column, cell, formats)
    _set_widths(target, sheet)
    _set_on_paper(target, sheet)


def _large_column(rows: range, column: int, run: Run, formats: dict[Style, Any]) -> LargeColumn:
    from allocator.excel.kit.large_sheet import LargeColumn

    plain, shaded = (formats.get(style) for style in run.styles)
    return LargeColumn(rows.start, column, run.values, plain, run.formula, run.marked, shaded)


def _write_cell(
    target: Worksheet, row: int, column: int, cell: Cell, formats: dict[Style, Any]
) -> None:
    look = formats[cell.style]
    if cell.formula:
        target.write_formula(row, column, f"={cell.formula}", look, cell.value)
    elif cell.value is None:
        target.write_blank(row, column, None, look)
    elif isinstance(cell.value, str):
        target.write_string(row, column, cell.value, look)
    else:
        target.write_number(row, column, StoredNumber(cell.value), look)


def _set_widths(target: Worksheet, sheet: Sheet) -> None:
    for column, width in sheet.widths.items():
        target.set_column(column, column, width)


def _set_on_paper(target: Worksheet, sheet: Sheet) -> None:
    target.set_paper(sheet.paper)
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
