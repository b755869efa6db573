"""Writing the sheets 人工调整 and 已拨记录, as they are read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from allocator.excel.intake.load import TABLE_SHEET
from allocator.excel.intake.record_sheets import ADJUSTMENT_SHEET, PAID_SHEET
from allocator.excel.kit.style import BODY_FONT, BODY_SIZE, HEADER_FONT, TITLE_FONT
from allocator.excel.template.input_columns import money_cell
from allocator.fund import words
from allocator.fund.adjustments import BEARERS
from allocator.fund.scheme import Scheme

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_HEADER_ROW: Final = 2
_WIDTHS: Final = {"reason": 44, "approval": 28, "borne_by": 26, "document": 24}
_HINTS: Final = {
    ADJUSTMENT_SHEET: f"※ 分配之后的增减，一项一行；减少的写负数。承担方填“{'”“'.join(BEARERS.values())}”，"
    "或镇街名称（多个用顿号分开）；上下限不得突破。没有调整留空",
    PAID_SHEET: "※ 本方案内此前已经下达的各批资金，一笔一行（试点经费不必重复填写）；本次下达时扣除。没有留空",
}


def write_record_sheets(
    book: Workbook, scheme: Scheme, towns: Sequence[str], *, spare: int
) -> None:
    """Add both sheets; without spare lines only those that have entries."""
    names = {pool.id: pool.name for pool in scheme.pools}
    sheets: tuple[tuple[str, Mapping[str, str], list[dict[str, Any]]], ...] = (
        (ADJUSTMENT_SHEET, words.labels("adjustment"), list(_adjustments(scheme, names))),
        (PAID_SHEET, words.labels("paid"), list(_instalments(scheme, names))),
    )
    for name, labels, lines in sheets:
        if lines or spare:
            _write(book, name, labels, lines, scheme, len(towns), spare)


def _adjustments(scheme: Scheme, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for one in scheme.adjustments:
        yield {
            "town": one.town,
            "pool": names.get(one.pool, one.pool),
            "amount": money_cell(one.amount),
            "borne_by": one.bearer,
            "reason": one.reason,
            "approval": one.approval,
        }


def _instalments(scheme: Scheme, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for one in scheme.instalments:
        yield {
            "date": one.date.isoformat() if one.date else "",
            "document": one.document,
            "pool": names.get(one.pool, one.pool),
            "town": one.town,
            "amount": money_cell(one.amount),
        }


def _write(
    book: Workbook,
    name: str,
    labels: Mapping[str, str],
    lines: Sequence[Mapping[str, Any]],
    scheme: Scheme,
    towns: int,
    spare: int,
) -> None:
    base = {"font_name": BODY_FONT, "font_size": BODY_SIZE, "valign": "vcenter"}
    head = {"font_name": HEADER_FONT, "border": 1, "bg_color": "#DDEBF7", "align": "center"}
    header = book.add_format({**base, **head})
    text = book.add_format({**base, "border": 1, "num_format": "@", "text_wrap": True})
    money = book.add_format({**base, "border": 1, "num_format": "#,##0.00"})
    sheet = book.add_worksheet(name)
    title = {**base, "font_name": TITLE_FONT, "font_size": 16}
    sheet.write_string(0, 0, name, book.add_format(title))
    hint = book.add_format({**base, "font_color": "#7F7F7F", "text_wrap": True})
    sheet.merge_range(1, 0, 1, len(labels) - 1, _HINTS[name], hint)
    sheet.set_row(1, 32)
    last = _HEADER_ROW + max(len(lines) + spare, 1)
    for c, (label, key) in enumerate(labels.items()):
        sheet.write_string(_HEADER_ROW, c, label, header)
        sheet.set_column(c, c, _WIDTHS.get(key, 18))
        for row in range(_HEADER_ROW + 1, last + 1):
            at = row - _HEADER_ROW - 1
            value = lines[at][key] if at < len(lines) else None
            look = money if key == "amount" else text
            if value is None or value == "":
                sheet.write_blank(row, c, None, look)
            elif isinstance(value, str):
                sheet.write_string(row, c, value, look)
            else:
                sheet.write_number(row, c, value, look)
        _add_choice(sheet, (_HEADER_ROW + 1, c, last, c), key, scheme, towns)
    _set_on_paper(sheet)


def _add_choice(
    sheet: Worksheet, cells: tuple[int, int, int, int], key: str, scheme: Scheme, towns: int
) -> None:
    """The drop-down of a column."""
    source: list[str] | str = []
    if key == "pool":
        source = [pool.name for pool in scheme.pools]
    elif key == "borne_by":
        source = list(BEARERS.values())
    elif key == "town" and towns:
        source = f"='{TABLE_SHEET}'!$B$4:$B${towns + 3}"
    if source and len(",".join(source) if isinstance(source, list) else "") <= 255:
        rule = {"validate": "list", "source": source, "error_type": "warning"}
        sheet.data_validation(*cells, rule)


def _set_on_paper(sheet: Worksheet) -> None:
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
