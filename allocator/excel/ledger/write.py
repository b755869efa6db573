"""The ledger as a workbook: prefilled where something is known, with room and checks for the rest."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from allocator.base.archive import same_bytes
from allocator.base.money import yuan_text
from allocator.excel.kit.layout import A3, A4, LARGE_ROWS
from allocator.excel.kit.stored_number import StoredNumber
from allocator.excel.kit.style import BODY_FONT, BODY_SIZE, HEADER_FONT, TITLE_FONT
from allocator.excel.ledger import columns as c
from allocator.excel.ledger.columns import LedgerColumn, SheetPlan
from allocator.excel.ledger.read import GUIDE, MARK_CELL, NAME_CELL
from allocator.excel.template.input_sheets import write_input_sheets
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.ledger.book import DUES, Ledger
from allocator.ledger.entries import NAMES
from allocator.ledger.limits import Limit
from allocator.ledger.projects import STEPS, Project

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

LedgerLine = Sequence[Any]
HEADER_ROW: Final = 2
#: The width of a sheet in characters above which A4 is too small to read.
_WIDE: Final = 220
#: Rows with drop-downs and checks below what is filled in.
_SPARE: Final = 2_000
_FORMATS: Final = {"money": "#,##0.00", "date": "yyyy-mm-dd", "percent": "0.##%", "count": "0"}
_EMPTY: Final = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)


def ledger_workbook(ledger: Ledger, recipients: Recipients, scheme: Scheme) -> bytes:
    """The workbook as bytes; its last sheets are the input that the ledger was opened from."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties({"title": f"{ledger.name}台账", "author": "", "created": _EMPTY})
    _write_guide(book, ledger)
    for plan in c.PLANS:
        _write_sheet(book, plan, [*_LINES[plan.name](ledger)], ledger.mark)
    write_input_sheets(book, recipients, scheme)
    book.close()
    is_packed = len(ledger.entries) + len(ledger.projects) > LARGE_ROWS
    return same_bytes(content.getvalue(), is_packed=is_packed)


def _write_guide(book: Workbook, ledger: Ledger) -> None:
    sheet = book.add_worksheet(GUIDE)
    body = {"font_name": BODY_FONT, "font_size": BODY_SIZE, "valign": "top", "text_wrap": True}
    title = book.add_format({**body, "font_name": TITLE_FONT, "font_size": 16, "text_wrap": False})
    bold = book.add_format({**body, "font_name": HEADER_FONT})
    red = book.add_format({**body, "font_name": HEADER_FONT, "font_color": "#C00000"})
    look = book.add_format(body)
    sheet.write_string(NAME_CELL[0] - 1, NAME_CELL[1], ledger.name, title)
    if ledger.mark:
        sheet.write_string(MARK_CELL[0] - 1, MARK_CELL[1], ledger.mark, red)
    rows = [
        ("每天记账", "在“流水”表逐笔登记；在“项目台账”登记项目和各步骤的日期。"),
        ("每月对账", "在“余额核对”表按银行对账单填余额，运行 allocator report 核对到分。"),
        (
            "个人信息",
            "任何一格都不登记姓名加身份证号或电话；微心愿用编号。含有这类号码的格会被拒绝。",
        ),
        *((plan.name, plan.told) for plan in c.PLANS),
    ]
    for row, (name, text) in enumerate(rows, 3):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, text, look)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 96)
    sheet.set_row(0, 26)
    _set_on_paper(sheet, 16 + 96, "")


def _write_sheet(book: Workbook, plan: SheetPlan, lines: Sequence[LedgerLine], mark: str) -> None:
    sheet = book.add_worksheet(plan.name)
    base = {"font_name": BODY_FONT, "font_size": BODY_SIZE, "valign": "vcenter"}
    title = book.add_format({**base, "font_name": TITLE_FONT, "font_size": 16})
    told = book.add_format(base)
    header = {**base, "font_name": HEADER_FONT, "border": 1, "align": "center", "text_wrap": True}
    plain = book.add_format({**header, "bg_color": "#F2F2F2"})
    needed = book.add_format({**header, "bg_color": "#DDEBF7"})
    sheet.write_string(0, 0, plan.name, title)
    sheet.write_string(1, 0, f"{plan.told}蓝底的列必填。", told)
    for j in range(1, len(plan.columns)):
        # Above the table the columns' own borders would run through the texts.
        sheet.write_blank(0, j, None, told)
        sheet.write_blank(1, j, None, told)
    looks = {
        kind: book.add_format({**base, "border": 1, "num_format": _FORMATS.get(kind, "@")})
        for kind in {column.kind for column in plan.columns}
    }
    last = HEADER_ROW + len(lines) + _SPARE
    for j, column in enumerate(plan.columns):
        look = looks[column.kind]
        sheet.write_string(HEADER_ROW, j, column.header, needed if column.is_needed else plain)
        sheet.set_column(j, j, column.width, look)
        _add_check(sheet, j, column, last)
        for i, line in enumerate(lines, HEADER_ROW + 1):
            _write_cell(sheet, i, j, line[j], look)
    sheet.set_row(0, 26)
    sheet.set_row(HEADER_ROW, 32)
    sheet.freeze_panes(HEADER_ROW + 1, min(2, len(plan.columns) - 1))
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(len(lines), 1), len(plan.columns) - 1)
    sheet.repeat_rows(HEADER_ROW)
    _set_on_paper(sheet, sum(column.width for column in plan.columns), mark)


def _set_on_paper(sheet: Worksheet, width: float, mark: str) -> None:
    """Landscape and one page wide, very wide sheets on A3; every page of a draft says so."""
    sheet.set_landscape()
    sheet.set_paper(A3 if width > _WIDE else A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.65, bottom=0.6)
    if mark:
        sheet.set_header(f"&L&KC00000{mark}", {"margin": 0.3})
    sheet.set_footer("&C第 &P 页 共 &N 页", {"margin": 0.3})


def _write_cell(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if value is None or value == "":
        return  # the column's own format draws it
    if isinstance(value, str):
        sheet.write_string(row, column, value, look)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value, look)
    else:
        sheet.write_number(row, column, StoredNumber(value), look)


def _add_check(sheet: Any, j: int, column: LedgerColumn, last: int) -> None:
    check: dict[str, Any] = {"validate": "any"}
    if column.kind == "date":
        check = {"validate": "date", "criteria": ">", "value": datetime.date(2000, 1, 1)}
    elif column.kind == "money":
        check = {"validate": "decimal", "criteria": ">=", "value": 0}
    elif column.kind == "yes_no":
        check = {"validate": "list", "source": ["是", "否"]}
    elif column.choices:
        check = {"validate": "list", "source": list(column.choices)}
    elif not column.note:
        return
    note = {"input_title": column.header[:32], "input_message": column.note} if column.note else {}
    sheet.data_validation(HEADER_ROW + 1, j, last, j, check | note)


def _yuan(fen: int) -> Fraction:
    return Fraction(fen, 100)


def _entries(ledger: Ledger) -> Iterator[LedgerLine]:
    for e in ledger.entries:
        place = (e.town, e.village, e.pool, e.source)
        yield (e.date, NAMES[e.kind], *place, _yuan(e.amount), e.project, e.holder, e.note)


def _dues(ledger: Ledger) -> Iterator[LedgerLine]:
    names = {kind: name for name, kind in DUES.items()}
    for due in ledger.dues:
        place = (due.town, due.village, due.pool, due.source)
        yield (names[due.kind], *place, _yuan(due.amount))


def _assertions(ledger: Ledger) -> Iterator[LedgerLine]:
    for one in ledger.assertions:
        town, village, pool, holder = one.account
        yield one.date, town, village, pool, holder, _yuan(one.balance)


def _projects(ledger: Ledger) -> Iterator[LedgerLine]:
    return map(_project, ledger.projects)


def _project(p: Project) -> LedgerLine:
    sources = "；".join(f"{name} {yuan_text(fen)}" for name, fen in p.sources.items())
    head = (p.id, p.pool, p.kind, p.town, p.village, p.name, p.channel, p.way, p.site, p.group)
    dates = (p.dates.get(step) for step in STEPS)
    return (*head, p.people, _yuan(p.budget), sources, *dates, p.satisfaction)


def _filings(ledger: Ledger) -> Iterator[LedgerLine]:
    return ((f.town, f.name, f.due, f.filed) for f in ledger.filings)


def _accounts(ledger: Ledger) -> Iterator[LedgerLine]:
    return ((town, ledger.holders.opened.get(town)) for town in ledger.towns)


def _holidays(ledger: Ledger) -> Iterator[LedgerLine]:
    return ((day, "上班" if is_worked else "放假") for day, is_worked in ledger.work.given.items())


def _limits(ledger: Ledger) -> Iterator[LedgerLine]:
    return map(_limit, ledger.limits)


def _limit(one: Limit) -> LedgerLine:
    scope = ("、".join(names) for names in (one.pools, one.kinds, one.ways))
    ends = ("是" if flag else "否" for flag in (one.is_least, one.is_extended))
    steps = (one.name, one.start, one.end, one.amount, one.unit)
    return (*steps, one.article, one.actor, *scope, *ends)


def _places(ledger: Ledger) -> Iterator[LedgerLine]:
    for town, names in ledger.villages.items():
        for name in names or ("",):
            yield town, name


_LINES: Final[dict[str, Callable[[Ledger], Iterator[LedgerLine]]]] = {
    c.ENTRIES.name: _entries,
    c.PROJECTS.name: _projects,
    c.ASSERTIONS.name: _assertions,
    c.FILINGS.name: _filings,
    c.DUE.name: _dues,
    c.ACCOUNTS.name: _accounts,
    c.HOLIDAYS.name: _holidays,
    c.LIMITS.name: _limits,
    c.PLACES.name: _places,
}
