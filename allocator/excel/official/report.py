"""What all sheets of one official workbook share: the answer, the unit, names and titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from allocator.allocation import Allocation
from allocator.excel.fields import (
    Exact,
    Field,
    Names,
    Placed,
    Spot,
    Unit,
    place,
    set_header_heights,
)
from allocator.excel.layout import ONE_PAGE_ROWS, Sheet, add_notes, fill_page, fit_widths
from allocator.excel.style import LINE_HEIGHT, Style
from allocator.scheme import DRAFT_MARK

TOWN_HEADER = "园区、镇\n（街道）"
SIGNATURES = "填表人：　　　　　　　　　　审核人：　　　　　　　　　　日期：　　　　年　　月　　日"


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to be reported. `names` are the sheet names by topic (`payments`, `match` …)."""

    answer: Allocation
    unit: Unit
    names: dict[str, str]
    placed: dict[str, Placed] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)

    @property
    def is_small(self) -> bool:
        """Whether plain sums and differences of doubles are exact to the fen: below 10^13 fen."""
        answer = self.answer
        budgets = sum(result.pool.budget for result in answer.pools)
        matches = sum(match.required + (match.raised or 0) for match in answer.matching)
        return budgets + matches < 10**13

    def title(self, subject: str) -> str:
        """The title of a sheet: the fund's name and what the sheet shows."""
        name = self.answer.scheme.name
        for ending in ("分配方案", "方案", "分配"):
            name = name.removesuffix(ending)
        if name.endswith("资金"):
            subject = subject.removeprefix("资金")
        return f"{name}{subject}"

    def draft_mark(self) -> str:
        """测算稿 — 权重待核定, or nothing for an official scheme."""
        return DRAFT_MARK if self.answer.scheme.is_draft else ""

    def towns(self, lead: str | None = None) -> list[Field]:
        """序号 and 园区、镇（街道）; `lead` stands above the first town."""
        towns = self.answer.recipients.towns
        return [
            Field("order", "序号", "index", tuple(range(1, len(towns) + 1))),
            Field("town", TOWN_HEADER, "text", towns, lead=lead, total="合计"),
        ]


def head(
    sheet: Sheet, report: Report, *, annex: str, title: str, width: int, corner: str = ""
) -> None:
    """Mark, title, draft mark, date and unit over a table `width` columns wide."""
    sheet.put(0, 0, annex, Style("mark"))
    sheet.span((1, 0), (1, width - 1), title, Style("title"))
    sheet.put(2, 0, report.draft_mark(), Style("draft"))
    sheet.put(2, width - 1, corner or f"单位：{report.unit.name}", Style("corner"))
    sheet.heights |= {0: LINE_HEIGHT + 2, 1: 30, 2: LINE_HEIGHT + 2}


def table_sheet(
    report: Report,
    topic: str,
    title: str,
    fields: Sequence[Field],
    *,
    notes: Sequence[str] = (),
    names: Names | None = None,
) -> Sheet:
    """A whole annex: head, one table, notes and signatures."""
    sheet = Sheet(report.names[topic])
    report.placed[topic] = place(sheet, 3, fields, report.unit, names, is_live=report.is_small)
    finish(sheet, report, report.names[topic], title, fields, notes)
    return sheet


def finish(
    sheet: Sheet,
    report: Report,
    annex: str,
    title: str,
    fields: Sequence[Field],
    notes: Sequence[str],
) -> None:
    """Head, widths, notes and signatures of a sheet whose table is placed."""
    width, rows = len(fields), len(fields[0].values)
    fit_widths(sheet)
    head(sheet, report, annex=annex, title=title, width=width)
    widen_to_title(sheet, width, title)
    set_header_heights(sheet, fields)
    table_last = sheet.last_row
    row = add_notes(sheet, table_last + 1, width, notes)
    sheet.span((row + 1, 0), (row + 1, width - 1), SIGNATURES, Style("note"))
    sheet.heights[row + 1] = LINE_HEIGHT + 3
    sheet.frozen_columns = 2
    sheet.is_one_page = rows <= ONE_PAGE_ROWS
    if sheet.is_one_page:
        fill_page(sheet, sheet.header_rows[1] + 1, table_last)


def widen_to_title(sheet: Sheet, width: int, title: str) -> None:
    """Spread a narrow table so that its title fits on one line."""
    needed = len(title) * 3.9 + 4
    total = sum(sheet.widths[column] for column in range(width))
    if total < needed:
        for column in range(1, width):
            sheet.widths[column] = round(sheet.widths[column] + (needed - total) / (width - 1), 2)


def percent_decimals(rates: Sequence[Fraction]) -> int:
    """The decimals that rates in per cent need, at most two."""
    return decimals_of([rate * 100 for rate in rates], 2)


def decimals_of(values: Sequence[Exact], most: int = 4) -> int:
    """The decimals a column of numbers needs for the eye."""
    needed = 0
    for value in values:
        if isinstance(value, Fraction):
            while needed < most and (value * 10**needed).denominator != 1:
                needed += 1
    return needed
