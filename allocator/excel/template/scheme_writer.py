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
from allocator.excel.kit.style import BODY_FONT, BODY_SIZE, HEADER_FONT, TITLE_FONT
from allocator.excel.template.input_columns import InputColumn, money_cell, number_cell, reference
from allocator.fund import words
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Pool
from allocator.fund.scheme import DRAFT_MARK, Scheme

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

SchemeLine = Mapping[str, Any]

#: Sections that every fund has, or that the checks beside the pools name.
_ALWAYS: Final = ("基本信息", "资金池", "资金来源", "因素")

_WIDTHS: Final = (22, 34, 16, 22, 14, 12, 14, 18, 15, 12, 15, 15, 15, 10, 8)
_FIRST_EARLY_DATE: Final = datetime.date(1901, 1, 1)
_DRAFT_FILL: Final = "#FFE699"


def _look(value: object, section: words.Section, key: str) -> str:
    """How the value of a key is drawn."""
    rule = words.BY_KEY.get((section.table, key))
    if isinstance(value, str):
        return "text"
    if section.name == "分组预算" and key == "value":
        return "money"
    if rule and rule.kind in ("money", "money_or_formula"):
        return "money"
    return "ratio" if key == "value" or (rule and rule.kind == "ratio") else "text"


def _weight(number: Fraction) -> float | str:
    cell = number_cell(number)
    return number_text(number) if isinstance(cell, str) else cell


def scheme_lines(scheme: Scheme, recipients: Recipients | None) -> dict[str, list[SchemeLine]]:
    """What stands in each section, by key: cell values in the words of the sheet."""
    lines: dict[str, list[SchemeLine]] = {section.name: [] for section in words.SECTIONS}
    lines["基本信息"] = [_line("scheme", scheme, recipients)]
    names = {pool.id: pool.name for pool in scheme.pools}
    for pool in scheme.pools:
        _pool_lines(lines, pool, recipients)
    if pilot := scheme.pilot:
        lines["试点"] = [_line("pilot", pilot, recipients, pool=names[pilot.pool])]
    lines["结算"] = [
        _line("settlement", one, recipients, pool=names[one.pool]) for one in scheme.settlements
    ]
    lines["计算列"] = [{"name": name, "value": text} for name, text in scheme.columns.items()]
    naming = _line("table", scheme.naming, recipients)
    lines["称谓"] = [naming] if any(value is not None for value in naming.values()) else []
    if matching := scheme.matching:
        line = _line("matching", matching, recipients)
        if matching.rate_formula:
            line["rate"] = matching.rate_formula
        line["on"] = "、".join(names[one] for one in matching.on) or None
        lines["配套"] = [line]
        lines["配套比例"] = [
            {"class": name, "value": _weight(rate)} for name, rate in matching.rates.items()
        ]
    return lines


def _line(
    table: str, rules: object, recipients: Recipients | None, **links: object
) -> dict[str, Any]:
    """The rules of one table as cells; `links` say to what they belong."""
    cells = {
        rule.key: _cell(getattr(rules, rule.key), rule, recipients)
        for rule in words.rules_of(table)
    }
    return cells | links


def _cell(value: Any, rule: words.Rule, recipients: Recipients | None) -> Any:
    if value is None or value == "" or (rule.is_rare and value == rule.default):
        return None
    if rule.kind == "texts":
        return "、".join(value) or None
    if rule.kind == "choice":
        return rule.choices[value]
    if rule.kind == "ratio":
        return _weight(value)
    if rule.kind in ("money", "money_or_formula", "column"):
        return reference(recipients, value) if isinstance(value, str) else money_cell(value)
    return value


def _pool_lines(
    lines: dict[str, list[SchemeLine]], pool: Pool, recipients: Recipients | None
) -> None:
    line = _line("pool", pool, recipients)
    if pool.base_formula:
        line["base"] = pool.base_formula
    if pool.is_open or pool.budgets:
        line["budget"] = None
    if pool.budget_formula:
        line["budget"] = pool.budget_formula
    lines["资金池"].append(line)
    lines["分组预算"] += [
        {"pool": pool.name, "class": name, "value": money_cell(fen)}
        for name, fen in pool.budgets.items()
    ]
    lines["资金来源"] += [
        _line("source", source, recipients, pool=pool.name) for source in pool.sources
    ]
    for number, factor in enumerate(pool.factors, 1):
        links = {"pool": pool.name, "number": number}
        lines["因素"].append(_line("factor", factor, recipients, **links))
        lines["类别系数"] += [
            links | {"class": name, "value": _weight(value)}
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

    def section(self, section: words.Section, lines: Sequence[SchemeLine]) -> None:
        """One section with a blank line after it; what is rare only where something is given."""
        if section.is_rare and not lines:
            return
        self.put(self.row, 0, f"【{section.name}】", "section")
        self.put(self.row, 1, section.hint, "hint")
        self.row += 1
        hidden = section.rare - (section.offered if self.spare else frozenset())
        labels = {
            label: key
            for label, key in section.labels.items()
            if key not in hidden or any(line.get(key) is not None for line in lines)
        }
        if section.is_list:
            self._list(section, labels, lines)
        else:
            self._pairs(section, labels, lines[0] if lines else {})
        self.row += 1

    def _pairs(self, section: words.Section, labels: Mapping[str, str], line: SchemeLine) -> None:
        self.blocks[section.name] = Block(self.row, self.row, {})
        for label, key in labels.items():
            self.put(self.row, 0, label, "label")
            self.put(self.row, 1, line.get(key), _look(line.get(key), section, key))
            self.check(self.row, self.row, 1, section, key)
            self.row += 1

    def _list(
        self, section: words.Section, labels: Mapping[str, str], lines: Sequence[SchemeLine]
    ) -> None:
        for c, label in enumerate(labels):
            self.put(self.row, c, label, "header")
        first = self.row + 1
        last = self.row + max(len(lines) + self.spare, 1)
        self.blocks[section.name] = Block(
            first, last, {key: c for c, key in enumerate(labels.values())}
        )
        for c, key in enumerate(labels.values()):
            for row in range(first, last + 1):
                value = lines[row - first].get(key) if row - first < len(lines) else None
                self.put(row, c, value, _look(value, section, key))
            self.check(first, last, c, section, key)
        self.row = last + 1

    def check(self, first: int, last: int, column: int, section: words.Section, key: str) -> None:
        """The drop-down of a key."""
        rule = words.BY_KEY.get((section.table, key))
        source: list[str] | str = []
        if rule and rule.choices:
            source = [words for key, words in rule.choices.items() if key not in rule.unlisted]
        elif key == "pool":
            source = "=" + self.blocks["资金池"].range("name")
        elif rule and rule.kind == "column":
            source = f"='{TABLE_SHEET}'!$C$3:${column_letter(len(self.columns) - 1)}$3"
        if source:
            check: dict[str, Any] = {"validate": "list", "source": source, "error_type": "warning"}
            self.sheet.data_validation(first, column, last, column, check)
        elif rule and rule.kind == "ratio":
            check = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
            check |= {
                "error_title": "请核对",
                "error_message": f"{rule.words}应在 0 与 100% 之间",
            }
            self.sheet.data_validation(first, column, last, column, check)


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
    lines = scheme_lines(scheme, recipients)
    for section in words.SECTIONS:
        # Only a form to fill in speaks of what the fund does not have.
        if spare or lines[section.name] or section.name in _ALWAYS:
            writer.section(section, lines[section.name])
    _live_checks(writer, scheme)
    _mark_draft(writer)
    writer.sheet.set_default_row(18)
    for column, width in enumerate(_WIDTHS):
        writer.sheet.set_column(column, column, width)
    writer.sheet.set_landscape()
    writer.sheet.set_paper(9)
    writer.sheet.fit_to_pages(1, 1)
    writer.sheet.set_margins(left=0.4, right=0.4, top=0.65, bottom=0.5)
    writer.sheet.set_footer("&C第 &P 页 共 &N 页", {"margin": 0.3})


def _mark_draft(writer: Writer) -> None:
    """The weights are marked as long as the scheme is a draft."""
    status = writer.blocks["基本信息"].first + 1
    block = writer.blocks["因素"]
    column = block.columns["weight"]
    look = {"bg_color": _DRAFT_FILL, "num_format": '0.00####%"（待核定）"'}
    rule = {
        "type": "formula",
        "criteria": f'=AND($B${status + 1}="{words.choice("scheme", "status", "draft")}",{column_letter(column)}{block.first + 1}<>"")',
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
        is_plain = is_plain and not pool.budget_formula
        good = (weight == 1 or bool(pool.amount)) and (not pool.sources or paid == pool.budget)
        a, b = column_letter(start), column_letter(start + 1)
        budget = f"{column_letter(pools.columns['budget'])}{row + 1}"
        weights = "TRUE" if pool.amount else f"{b}{row + 1}=1"
        condition = f"AND({weights},OR({a}{row + 1}=0,{a}{row + 1}=ROUND({budget},2)))"
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
