"""执行情况 as a workbook: tables with live totals and rates, one page a town."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from allocator.excel.kit.formula_columns import Field, place, unit_of
from allocator.excel.kit.frame import TOP, Frame, finish
from allocator.excel.kit.layout import Sheet, write_book
from allocator.excel.kit.tables_workbook import sheet_name
from allocator.excel.ledger import report_fields as fields
from allocator.excel.official.context import subject_title
from allocator.ledger.report import Execution

_UNIT: Final = unit_of("元", 2)
#: More towns than this have a page only when they are asked for.
MOST_PAGES: Final = 60
#: Longer tables hold values only: a spreadsheet program would take long to open them.
MOST_LIVE: Final = 5_000
_TABLES: Final[tuple[tuple[str, Callable[[Execution], list[Field]]], ...]] = (
    ("执行总览", fields.pools),
    ("分镇街执行", fields.towns),
    ("分来源执行", fields.sources),
    ("分类别执行", fields.kinds),
    ("分村执行", fields.villages),
    ("逾期事项", lambda made: fields.step_fields(made.overdue)),
    ("逾期完成", lambda made: fields.step_fields(made.late)),
    ("近期到期", lambda made: fields.step_fields(made.due_soon, is_due=True)),
    ("承诺与余额", fields.promises),
    ("报送情况", fields.filings),
    ("微心愿人群", fields.wishes),
    ("账务问题", fields.faults),
)


def report_workbook(made: Execution, towns: Sequence[str] | None = None) -> bytes:
    """The report as bytes. `towns` have a page each; None: all of them, where they are not many."""
    pages = made.ledger.towns if towns is None else towns
    if towns is None and len(pages) > MOST_PAGES:
        pages = ()
    sheets = [
        _sheet(made, name, columns, name)
        for name, draw in _TABLES
        if (columns := draw(made))[0].values or name in ("逾期事项", "账务问题")
    ]
    for k, town in enumerate(pages):
        name = sheet_name(town, k + 1, [sheet.name for sheet in sheets])
        sheets.append(_sheet(made, name, fields.town_page(made, town), f"{town}执行情况"))
    return write_book(sheets, title=subject_title(made.ledger.name, "执行情况"))


def _sheet(made: Execution, name: str, columns: list[Field], subject: str) -> Sheet:
    sheet = Sheet(name)
    columns = columns if columns[0].values else _nothing(columns)
    place(sheet, TOP, columns, _UNIT, is_live=len(columns[0].values) <= MOST_LIVE)
    has_money = any(column.kind == "money" for column in columns)
    corner = f"{'单位：元　' if has_money else ''}截至 {made.date}"
    title = subject_title(made.ledger.name, subject)
    frame = Frame("", title, made.ledger.mark, corner, is_signed=False)
    finish(sheet, frame, columns, [*_notes(made, name)])
    return sheet


def _nothing(columns: Sequence[Field]) -> list[Field]:
    """A table without rows says so in one."""
    first = [Field("none", columns[1].header, "text", ("没有",))]
    return [Field("order", "序号", "index", (None,)), *first]


def _notes(made: Execution, name: str) -> list[str]:
    notes = {
        "执行总览": [
            "注：可用资金 = 已核拨 + 配套已到位 + 社会捐赠 + 上年结转 − 退回收回；执行率 = 支出 ÷ 可用资金。",
            "　　支出未注明来源的，按所在账户已收各来源的余额比例计算。",
            *([f"　　流水中有 {made.later} 笔晚于截止日，未计入。"] if made.later else []),
        ],
        "分村执行": ["注：微心愿资金不分村列示。"],
        "分类别执行": [f"注：“＊”为少于 {made.least} 件而不列示的微心愿类别，及由此可推算的类别。"],
        "微心愿人群": [f"注：“＊”为少于 {made.least} 件而不列示的，及由此可推算的。"],
        "承诺与余额": [f"注：“＊”为少于 {made.least} 件的微心愿，不列示金额。"],
        "逾期事项": [
            "注：截至该日没有办结、已超过期限的，以及公示天数不足的。超过期限后已办的见“逾期完成”。",
            "　　按工作日计的时限，逾期天数也按工作日计。",
        ],
        "逾期完成": ["注：按工作日计的时限，逾期天数也按工作日计。"],
    }
    return notes.get(name, [])
