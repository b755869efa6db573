"""Writing the input: 镇街基础数据, 分配方案, 数据来源, as `load` reads them back.

The same three sheets are the template, the sample, and the inputs inside an official workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from allocator.dongguan.roster import TOWNS
from allocator.excel.files.grid import column_letter
from allocator.excel.intake.load import NO_SOURCES, SCHEME_SHEET, SOURCES_SHEET, TABLE_SHEET
from allocator.excel.intake.record_sheets import RECORD_SHEETS
from allocator.excel.kit.formula_columns import FormulaColumn
from allocator.excel.kit.layout import LARGE_ROWS, add_sheet
from allocator.excel.kit.style import (
    BODY_FONT,
    BODY_SIZE,
    HEADER_FONT,
    LINE_HEIGHT,
    TITLE_FONT,
    text_width,
    wrapped_lines,
)
from allocator.excel.template.check_writer import write_check_sheet
from allocator.excel.template.input_columns import (
    InputColumn,
    empty_columns,
    filled_columns,
    money_cell,
    number_cell,
)
from allocator.excel.template.record_writer import write_record_sheets
from allocator.excel.template.scheme_writer import write_scheme_sheet
from allocator.fund.columns import HEADERS, PLACEHOLDER, STATUSES
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import DRAFT_MARK, Scheme

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from allocator.excel.kit.large_sheet import LargeSheet

HEADER_ROW: Final = 3
_PLACEHOLDER_FILL: Final = "#FFE699"
_HEADER_FILL: Final = "#DDEBF7"
_MOST_WIDTH: Final = 30
_SOURCE_WIDTHS: Final = (26, 60, 60)
_FORMATS: Final = {
    "count": "0",
    "number": "#,##0.######",
    "money": "#,##0.00",
    "rate": "0.##%",
}
_LEGEND: Final = (
    f"每个单位一行。数据状态为“{PLACEHOLDER}”的格以黄底和“（{PLACEHOLDER}）”标出，不是真实数据；"
    "换成核定数据后，把状态改为“公布”等，标记即消失。"
)


@dataclass(frozen=True, slots=True)
class SheetNames:
    """Who receives in an empty template, and the header above them."""

    towns: tuple[str, ...] = TOWNS
    header: str = HEADERS["town"]


def write_input_sheets(
    book: Workbook,
    recipients: Recipients | None,
    scheme: Scheme,
    *,
    sources: Sequence[Sequence[str]] = (),
    spare: int = 0,
    names: SheetNames | None = None,
) -> None:
    """Add the three sheets to a workbook: a filled table, or an empty one without `recipients`.

    `spare` is how many blank lines each list of the scheme's sheet has for more entries.
    """
    names = names or SheetNames()
    columns = (
        filled_columns(recipients, scheme.naming.name)
        if recipients
        else empty_columns(scheme, names.towns, names.header)
    )
    _write_table(book, columns, scheme)
    write_scheme_sheet(book, recipients, scheme, columns, spare=spare)
    towns = next(column.values for column in columns if column.name == "town")
    write_record_sheets(book, scheme, [str(town) for town in towns], spare=spare)
    write_check_sheet(book, recipients.confirmed if recipients else (), columns, HEADER_ROW)
    _write_sources(book, sources or (recipients.sources if recipients else ()))
    if scheme.is_draft:
        for name in (TABLE_SHEET, SCHEME_SHEET, SOURCES_SHEET, *RECORD_SHEETS):
            if sheet := book.get_worksheet_by_name(name):
                sheet.set_header(f"&L&KC00000{DRAFT_MARK}", {"margin": 0.3})


def input_lines(recipients: Recipients) -> dict[str, FormulaColumn]:
    """The columns of numbers on 镇街基础数据, for formulas of other sheets.

    Left out are those with a number that has no end and so is written as text.
    """
    lines = {}
    for c, column in enumerate(filled_columns(recipients)):
        if column.kind == "number" and column.name in recipients.numbers:
            cells = (number_cell(value) for value in recipients.numbers[column.name])
            if not any(isinstance(cell, str) for cell in cells):
                lines[column.name] = FormulaColumn(
                    f"{TABLE_SHEET}!", c, HEADER_ROW, len(recipients)
                )
    return lines


def _write_table(book: Workbook, columns: Sequence[InputColumn], scheme: Scheme) -> None:
    is_large = len(columns[0].values) > LARGE_ROWS
    sheet = add_sheet(book, TABLE_SHEET, is_large=is_large)
    sheet.set_default_row(18)
    sheet.set_row(HEADER_ROW - 1, 45)
    base = {"font_name": BODY_FONT, "font_size": BODY_SIZE, "valign": "vcenter"}
    title = book.add_format({**base, "font_name": TITLE_FONT, "font_size": 16})
    marked = {"bg_color": _PLACEHOLDER_FILL} if _has_marks(columns) else {}
    legend = book.add_format({**base, **marked})
    header = book.add_format(
        {
            **base,
            "font_name": HEADER_FONT,
            "bg_color": _HEADER_FILL,
            "border": 1,
            "align": "center",
            "text_wrap": True,
        }
    )
    sheet.write_string(0, 0, TABLE_SHEET, title)
    sheet.write_string(1, 0, _LEGEND, legend)
    last = HEADER_ROW + max(len(columns[0].values), 1)
    bodies = []
    for column in columns:
        look = {**base, "border": 1, "num_format": _FORMATS.get(column.kind, "@")}
        look["align"] = "right" if column.kind in ("number", "money", "rate") else "center"
        bodies.append(book.add_format(look))
    for c, column in enumerate(columns):
        sheet.write_string(HEADER_ROW - 1, c, column.header, header)
        for i, value in enumerate(() if is_large else column.values):
            _write_cell(sheet, HEADER_ROW + i, c, _stored(column, value), bodies[c])
    if is_large:
        _write_large(sheet, columns, bodies)
    for c, column in enumerate(columns):
        sheet.set_column(c, c, _width(column))
        _add_check(sheet, c, last, column, scheme)
        if column.kind == "status":
            _mark_placeholders(book, sheet, columns, c, last)
    sheet.freeze_panes(HEADER_ROW, 2)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")


def _has_marks(columns: Sequence[InputColumn]) -> bool:
    return any(column.kind == "status" and PLACEHOLDER in column.values for column in columns)


def _write_large(sheet: LargeSheet, columns: Sequence[InputColumn], bodies: Sequence[Any]) -> None:
    from allocator.excel.kit.large_sheet import LargeColumn

    cells = [
        LargeColumn(HEADER_ROW, c, [_stored(column, value) for value in column.values], bodies[c])
        for c, column in enumerate(columns)
    ]
    rows = range(HEADER_ROW, HEADER_ROW + len(columns[0].values))
    sheet.write_table(rows, cells, heights={})


def _stored(column: InputColumn, value: Any) -> float | str | None:
    """What a cell holds; None where it stays blank."""
    if value is None or value == "":
        return None
    if column.kind == "yes_no":
        return "是" if value else "否"
    if column.kind == "money":
        return money_cell(value)
    return value if isinstance(value, str) else number_cell(value)


def _write_cell(sheet: Worksheet, row: int, c: int, stored: float | str | None, body: Any) -> None:
    if stored is None:
        sheet.write_blank(row, c, None, body)
    elif isinstance(stored, str):
        sheet.write_string(row, c, stored, body)
    else:
        sheet.write_number(row, c, stored, body)


#: Room for what will be typed into an empty column, in half-width characters.
_ROOM: Final = {"number": 10, "money": 13, "class": 4}


def _width(column: InputColumn) -> float:
    """Wide enough for the values with their mark; headers may take three lines."""
    values = max((text_width(_shown(column, v)) for v in column.values[:1000]), default=0)
    values = values or _ROOM.get(column.kind, 0)
    mark = 8 if column.kind in ("number", "money", "class") else 2
    header = max(8, -(-text_width(column.header) // 2) + 2)
    return float(min(max(values + mark, header), _MOST_WIDTH))


def _shown(column: InputColumn, value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if column.kind == "money":
        return f"{value / 100:,.2f}"
    return f"{float(value):,.6f}".rstrip("0") if column.kind == "number" else str(value)


def _add_check(sheet: Worksheet, c: int, last: int, column: InputColumn, scheme: Scheme) -> None:
    """The drop-down or number check of a column, with its note as the input message."""
    check: dict[str, Any] = {"validate": "any"}
    if column.kind == "yes_no":
        check = {"validate": "list", "source": ["是", "否"]}
    elif column.kind == "status":
        check = {"validate": "list", "source": list(STATUSES), "error_type": "warning"}
    elif column.kind == "class" and (names := _classes(scheme)):
        check = {"validate": "list", "source": names}
    elif column.kind == "money" and column.name == "unspent" and scheme.pilot:
        advance = scheme.pilot.advance
        most = advance / 100 if isinstance(advance, int) else 10**15
        check = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": most}
    elif column.kind in ("number", "money", "rate"):
        check = {"validate": "decimal", "criteria": ">=", "value": 0}
    elif column.kind == "count":
        check = {"validate": "integer", "criteria": ">=", "value": 1}
    check |= {
        "input_title": column.header[:32],
        "input_message": column.note[:255],
        "error_title": "请核对",
        "error_message": column.note[:255],
    }
    sheet.data_validation(HEADER_ROW, c, last - 1, c, check)


def _classes(scheme: Scheme) -> list[str]:
    """The classes for the drop-down, as far as Excel's limit of 255 characters allows."""
    names = list(scheme.matching.rates) if scheme.matching else []
    if not names:
        factors = [factor for pool in scheme.pools for factor in pool.factors]
        names = next((list(f.coefficients) for f in factors if f.coefficients), [])
    usable = names and len(",".join(names)) <= 255 and not any("," in name for name in names)
    return names if usable else []


def _mark_placeholders(
    book: Workbook, sheet: Worksheet, columns: Sequence[InputColumn], c: int, last: int
) -> None:
    """Show 示例 on each figure whose status says so, as long as it says so."""
    at = next(
        i for i, one in enumerate(columns) if one.name == columns[c].name and one.kind != "status"
    )
    kind = columns[at].kind
    code = f'@"（{PLACEHOLDER}）"' if kind == "class" else f'{_FORMATS[kind]}"（{PLACEHOLDER}）"'
    mark = book.add_format({"bg_color": _PLACEHOLDER_FILL, "num_format": code})
    rule = {
        "type": "formula",
        "criteria": f'=${column_letter(c)}{HEADER_ROW + 1}="{PLACEHOLDER}"',
        "format": mark,
    }
    sheet.conditional_format(HEADER_ROW, at, last - 1, at, rule)


def _write_sources(book: Workbook, lines: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet(SOURCES_SHEET)
    wrap = {"font_name": BODY_FONT, "font_size": BODY_SIZE, "text_wrap": True, "valign": "top"}
    body = book.add_format({**wrap, "border": 1})
    for row, line in enumerate(lines or NO_SOURCES):
        for c, text in enumerate(line):
            sheet.write_string(row, c, text, body)
        widths = zip(line, _SOURCE_WIDTHS, strict=False)
        tall = max((wrapped_lines(text, width - 4) for text, width in widths), default=1)
        sheet.set_row(row, LINE_HEIGHT * tall + 3)
    for c, width in enumerate(_SOURCE_WIDTHS):
        sheet.set_column(c, c, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
