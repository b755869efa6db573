"""Writing the sheet 分配方案: the rules of a fund as an officer fills them in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from allocator.base.money import FEN_PER_YUAN, number_text
from allocator.excel.files.grid import column_letter
from allocator.excel.intake.load import SCHEME_SHEET, TABLE_SHEET
from allocator.excel.intake.scheme_sheet import COLUMN_KEYS, LISTS, PAIRS
from allocator.excel.kit.style import BODY_FONT, BODY_SIZE, HEADER_FONT, TITLE_FONT
from allocator.excel.template.input_columns import InputColumn, money_cell, number_cell, reference
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import DRAFT_MARK, Pool, Scheme
from allocator.fund.scheme_reader import CHOICES

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Line = Mapping[str, Any]

_WIDTHS: Final = (22, 34, 16, 22, 14, 12, 14, 18, 15, 12, 15, 10, 8)
_ORDER: Final = ("基本信息", "资金池", "资金来源", "因素", "类别系数", "试点", "配套", "配套比例")
_HINTS: Final = {
    "基本信息": "※ 方案状态：测算稿或正式；权重未经核定前请保持“测算稿”",
    "资金池": "※ 一个资金池一行；下限、上限可填金额（元），或填数据表的列名",
    "资金来源": "※ 各资金池的来源合计须等于预算",
    "因素": "※ 各资金池的权重合计须为 100%；数值 = 取自列 ÷ 除以列，反向取倒数，再 × 乘以列",
    "类别系数": "※ 某因素不取自列而按经济类别给系数时填写",
    "试点": "※ 没有试点的资金请整段留空",
    "配套": "※ 没有配套要求的资金请与“配套比例”一并留空",
    "配套比例": "※ 每个经济类别一行",
}
_MONEY_KEYS: Final = frozenset({"budget", "unit", "base", "floor", "cap", "amount", "advance"})
_FIRST_EARLY_DATE: Final = datetime.date(1901, 1, 1)
_DRAFT_FILL: Final = "#FFE699"


def _amount(value: int | str | None, recipients: Recipients | None) -> float | str | None:
    if value is None:
        return None
    return reference(recipients, value) if isinstance(value, str) else money_cell(value)


def _kind(value: object, key: str) -> str:
    """How the value of a key is drawn."""
    if isinstance(value, str):
        return "text"
    return "money" if key in _MONEY_KEYS else "ratio" if key in ("weight", "value") else "text"


def _weight(number: Fraction) -> float | str:
    cell = number_cell(number)
    return number_text(number) if isinstance(cell, str) else cell


def scheme_lines(scheme: Scheme, recipients: Recipients | None) -> dict[str, list[Line]]:
    """What stands in each section, by key: cell values in the words of the sheet."""
    lines: dict[str, list[Line]] = {name: [] for name in _ORDER}
    lines["基本信息"] = [
        {
            "name": scheme.name,
            "status": CHOICES["status"][scheme.status],
            "document": scheme.document,
            "date": scheme.date,
            "recipients": scheme.recipients,
        }
    ]
    for pool in scheme.pools:
        _pool_lines(lines, pool, recipients)
    if pilot := scheme.pilot:
        lines["试点"] = [
            {
                "pool": scheme.pool(pilot.pool).name,
                "advance": _amount(pilot.advance, recipients),
                "basis": CHOICES["basis"][pilot.basis],
                "below_advance": CHOICES["below_advance"][pilot.below_advance],
                "unspent": CHOICES["unspent"][pilot.unspent],
                "cite": pilot.cite,
            }
        ]
    if matching := scheme.matching:
        lines["配套"] = [
            {
                "base": CHOICES["base"][matching.base],
                "unit": money_cell(matching.unit),
                "rounding": CHOICES["rounding"][matching.rounding],
                "cite": matching.cite,
            }
        ]
        lines["配套比例"] = [
            {"class": name, "value": _weight(rate)} for name, rate in matching.rates.items()
        ]
    return lines


def _pool_lines(lines: dict[str, list[Line]], pool: Pool, recipients: Recipients | None) -> None:
    lines["资金池"].append(
        {
            "name": pool.name,
            "id": pool.id,
            "budget": money_cell(pool.budget),
            "unit": money_cell(pool.unit),
            "method": CHOICES["method"][pool.method],
            "tie": CHOICES["tie"][pool.tie],
            "base": money_cell(pool.base),
            "floor": _amount(pool.floor, recipients),
            "cap": _amount(pool.cap, recipients),
            "cite": pool.cite,
        }
    )
    lines["资金来源"] += [
        {"pool": pool.name, "name": source.name, "amount": money_cell(source.amount)}
        for source in pool.sources
    ]
    for number, factor in enumerate(pool.factors, 1):
        columns = {"column": factor.column, "per": factor.per, "scale": factor.scale}
        shown = {key: reference(recipients, name) for key, name in columns.items() if name}
        lines["因素"].append(
            {
                "pool": pool.name,
                "number": number,
                "weight": _weight(factor.weight),
                "direction": CHOICES["direction"][factor.direction],
                "name": factor.name,
                **shown,
            }
        )
        lines["类别系数"] += [
            {"pool": pool.name, "number": number, "class": name, "value": _weight(value)}
            for name, value in factor.coefficients.items()
        ]


@dataclass(slots=True)
class Block:
    """Where a list stands: its first and last line (from 0) and the column of each key."""

    first: int
    last: int
    columns: dict[str, int]

    def range(self, key: str, sheet: str = "") -> str:
        """The cells of a key."""
        column = column_letter(self.columns[key])
        return f"{sheet}${column}${self.first + 1}:${column}${self.last + 1}"


class Writer:
    """Draws the sheet from top to bottom."""

    def __init__(self, book: Workbook, columns: Sequence[InputColumn], spare: int) -> None:
        self.book = book
        self.sheet: Worksheet = book.add_worksheet(SCHEME_SHEET)
        self.columns = columns
        self.spare = spare
        self.row = 0
        self.blocks: dict[str, Block] = {}
        self.formats: dict[str, Any] = {}

    def look(self, kind: str) -> Any:
        """A cell format by name."""
        if kind not in self.formats:
            base: dict[str, Any] = {
                "font_name": BODY_FONT,
                "font_size": BODY_SIZE,
                "valign": "vcenter",
            }
            self.formats[kind] = self.book.add_format(base | _LOOKS[kind])
        return self.formats[kind]

    def put(self, row: int, column: int, value: Any, kind: str) -> None:
        """One cell; texts are never formulas."""
        look = self.look(kind)
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, look)
        elif isinstance(value, datetime.date) and value >= _FIRST_EARLY_DATE:
            self.sheet.write_datetime(row, column, value, self.look("date"))
        elif isinstance(value, int | float):
            self.sheet.write_number(row, column, value, look)
        else:
            self.sheet.write_string(row, column, str(value), look)

    def section(self, name: str, lines: Sequence[Line]) -> None:
        """One section with a blank line after it."""
        self.put(self.row, 0, f"【{name}】", "section")
        self.put(self.row, 1, _HINTS[name], "hint")
        self.row += 1
        if name in PAIRS:
            self._pairs(name, lines[0] if lines else {})
        else:
            self._list(name, lines)
        self.row += 1

    def _pairs(self, name: str, line: Line) -> None:
        self.blocks[name] = Block(self.row, self.row, {})
        for label, key in PAIRS[name].items():
            self.put(self.row, 0, label, "label")
            self.put(self.row, 1, line.get(key), _kind(line.get(key), key))
            self.check(self.row, self.row, 1, name, key)
            self.row += 1

    def _list(self, name: str, lines: Sequence[Line]) -> None:
        labels = LISTS[name]
        for c, label in enumerate(labels):
            self.put(self.row, c, label, "header")
        first = self.row + 1
        last = self.row + max(len(lines) + self.spare, 1)
        self.blocks[name] = Block(first, last, {key: c for c, key in enumerate(labels.values())})
        for c, key in enumerate(labels.values()):
            for row in range(first, last + 1):
                value = lines[row - first].get(key) if row - first < len(lines) else None
                self.put(row, c, value, _kind(value, key))
            self.check(first, last, c, name, key)
        self.row = last + 1

    def check(self, first: int, last: int, column: int, section: str, key: str) -> None:
        """The drop-down of a key."""
        source: list[str] | str = []
        if key in CHOICES and not (key == "base" and section == "资金池"):
            # A trial is what a program makes of a scheme; nobody has to choose it.
            source = [word for value, word in CHOICES[key].items() if value != "trial"]
        elif key == "pool":
            source = "=" + self.blocks["资金池"].range("name")
        elif key in COLUMN_KEYS - {"floor", "cap", "advance"}:
            source = f"='{TABLE_SHEET}'!$C$3:${column_letter(len(self.columns) - 1)}$3"
        if source:
            rule: dict[str, Any] = {"validate": "list", "source": source, "error_type": "warning"}
            self.sheet.data_validation(first, column, last, column, rule)
        elif section == "因素" and key == "weight":
            bounds = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
            rule = bounds | {"error_title": "请核对", "error_message": "权重应在 0 与 100% 之间"}
            self.sheet.data_validation(first, column, last, column, rule)


_LOOKS: Final[Mapping[str, dict[str, Any]]] = {
    "title": {"font_name": TITLE_FONT, "font_size": 16},
    "section": {"font_name": HEADER_FONT, "font_size": 12},
    "hint": {"font_color": "#7F7F7F"},
    "draft": {"font_name": HEADER_FONT, "font_color": "#C00000"},
    "label": {"border": 1, "bg_color": "#F2F2F2"},
    "header": {
        "font_name": HEADER_FONT,
        "border": 1,
        "bg_color": "#DDEBF7",
        "align": "center",
        "text_wrap": True,
    },
    "text": {"border": 1, "align": "left", "num_format": "@"},
    "money": {"border": 1, "align": "right", "num_format": "#,##0.00"},
    "ratio": {"border": 1, "align": "right", "num_format": "0.00####%"},
    "date": {"border": 1, "align": "left", "num_format": "yyyy-mm-dd"},
    "check": {"border": 1, "align": "right", "num_format": "#,##0.00", "font_color": "#7F7F7F"},
    "check_ratio": {
        "border": 1,
        "align": "right",
        "num_format": "0.00####%",
        "font_color": "#7F7F7F",
    },
    "verdict": {"border": 1, "align": "center"},
}


def write_scheme_sheet(
    book: Workbook,
    recipients: Recipients | None,
    scheme: Scheme,
    columns: Sequence[InputColumn],
    *,
    spare: int = 0,
) -> None:
    """Add the sheet 分配方案; reading it back gives an equal scheme."""
    writer = Writer(book, columns, spare)
    writer.put(0, 0, SCHEME_SHEET, "title")
    draft = f"※ {DRAFT_MARK}：黄底的权重是草案，核定后请改正权重，并把方案状态改为“正式”"
    writer.put(1, 0, draft if scheme.is_draft else "", "draft" if scheme.is_draft else "hint")
    writer.row = 3
    for name, lines in scheme_lines(scheme, recipients).items():
        writer.section(name, lines)
    _live_checks(writer, scheme)
    _mark_draft(writer)
    writer.sheet.set_default_row(18)
    for column, width in enumerate(_WIDTHS):
        writer.sheet.set_column(column, column, width)
    writer.sheet.set_landscape()
    writer.sheet.set_paper(9)
    writer.sheet.fit_to_pages(1, 1)
    writer.sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.5)
    writer.sheet.set_footer("&C第 &P 页 共 &N 页", {"margin": 0.3})


def _mark_draft(writer: Writer) -> None:
    """The weights are marked as long as the scheme is a draft."""
    status = writer.blocks["基本信息"].first + 1
    block = writer.blocks["因素"]
    column = block.columns["weight"]
    look = {"bg_color": _DRAFT_FILL, "num_format": '0.00####%"（待核定）"'}
    rule = {
        "type": "formula",
        "criteria": f'=AND($B${status + 1}="{CHOICES["status"]["draft"]}",{column_letter(column)}{block.first + 1}<>"")',
        "format": writer.book.add_format(look),
    }
    writer.sheet.conditional_format(block.first, column, block.last, column, rule)


def _live_checks(writer: Writer, scheme: Scheme) -> None:
    """Beside each pool: the sums of its sources and weights, and whether they are right."""
    pools = writer.blocks["资金池"]
    start = len(pools.columns)
    for c, label in enumerate(("来源合计（元）", "权重合计", "校验")):
        writer.put(pools.first - 1, start + c, label, "header")
    for i, pool in enumerate(scheme.pools):
        row = pools.first + i
        paid = sum(source.amount for source in pool.sources)
        weight = sum((factor.weight for factor in pool.factors), Fraction(0))
        cells = [
            *(money_cell(source.amount) for source in pool.sources),
            *(_weight(factor.weight) for factor in pool.factors),
            money_cell(pool.budget),
        ]
        is_plain = not any(isinstance(cell, str) for cell in cells) and _is_plain(pool.name)
        sums = {
            "资金来源": ("amount", 2, Fraction(paid, FEN_PER_YUAN), "check"),
            "因素": ("weight", 10, weight, "check_ratio"),
        }
        for c, (section, (key, places, total, kind)) in enumerate(sums.items()):
            block = writer.blocks[section]
            formula = (
                f"=ROUND(SUMIF({block.range('pool')},$A{row + 1},{block.range(key)}),{places})"
            )
            _formula(writer, row, start + c, formula if is_plain else "", float(total), kind)
        good = weight == 1 and (not pool.sources or paid == pool.budget)
        a, b = column_letter(start), column_letter(start + 1)
        budget = f"{column_letter(pools.columns['budget'])}{row + 1}"
        condition = f"AND({b}{row + 1}=1,OR({a}{row + 1}=0,{a}{row + 1}=ROUND({budget},2)))"
        formula = f'=IF({condition},"相符","不符")' if is_plain else ""
        _formula(writer, row, start + 2, formula, "相符" if good else "不符", "verdict")


def _is_plain(name: str) -> bool:
    """Whether SUMIF takes a name as it is: no wildcards, no comparison, not a number."""
    return not any(c in name for c in "*?~<>=") and not name[:1].isdigit() and len(name) < 200


def _formula(
    writer: Writer, row: int, column: int, formula: str, value: float | str, kind: str
) -> None:
    if formula:
        writer.sheet.write_formula(row, column, formula, writer.look(kind), value)
    else:
        writer.put(row, column, value, kind)
