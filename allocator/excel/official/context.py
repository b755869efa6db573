"""What all sheets of one official workbook share: the answer, the unit, names and titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from allocator.allocation import Allocation
from allocator.engine.pool import PoolAllocation
from allocator.excel.kit.formula_columns import (
    ColumnUnit,
    Exact,
    Field,
    NamedSpots,
    Placed,
    Spot,
    place,
)
from allocator.excel.kit.frame import TOP, Frame, finish
from allocator.excel.kit.layout import Sheet
from allocator.explain.speech import Speech, speech_of
from allocator.fund.columns import PLACEHOLDER

#: Tables with more rows hold values: a program takes minutes to recalculate them.
LIVE_ROWS: Final = 20_000
TOWN_HEADER: Final = "园区、镇\n（街道）"


@dataclass(frozen=True, slots=True)
class Annex:
    """One annex as data: its title, its columns in fen, and the notes below."""

    title: str
    fields: Sequence[Field]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to be reported. `names` are the sheet names by topic (`payments`, `match` …).

    `placed`, `spots` and `annexes` fill up as sheets are laid out: tables, single figures and what
    the tables were made from, by topic.
    """

    answer: Allocation
    unit: ColumnUnit
    names: dict[str, str]
    placed: dict[str, Placed] = field(default_factory=dict)
    spots: dict[str, dict[str, Spot]] = field(default_factory=dict)
    annexes: dict[str, Annex] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        """Whether the tables hold live formulas: few rows enough for a spreadsheet program to keep
        up, and sums and differences of doubles exact to the fen, that is below 10^13 fen.
        """
        answer = self.answer
        if len(answer.recipients) > LIVE_ROWS:
            return False
        budgets = sum(result.pool.budget for result in answer.pools)
        matches = sum(match.required + (match.raised or 0) for match in answer.matching)
        return budgets + matches < 10**13

    @property
    def has_pilot(self) -> bool:
        """Whether anything was advanced in a pilot: without one no sheet speaks of it."""
        return self.answer.scheme.pilot is not None

    @property
    def speech(self) -> Speech:
        """What this fund calls who receives, who pays, and the currency."""
        return speech_of(self.answer.scheme, self.answer.recipients)

    def title(self, subject: str) -> str:
        """The title of a sheet: the fund's name and what the sheet shows."""
        return subject_title(self.answer.scheme.name, subject)

    def draft_mark(self) -> str:
        """What every sheet must say, see `Allocation.mark`."""
        return self.answer.mark

    def frame(self, topic: str, title: str) -> Frame:
        """The texts around the table of a topic."""
        return Frame(self.names[topic], title, self.draft_mark(), f"单位：{self.unit.name}")

    def marked(self, column: str) -> list[bool]:
        """Town by town, whether the figure in a column of the input is a placeholder."""
        return [s == PLACEHOLDER for s in self.answer.recipients.status.get(column, ())]

    def classes(self) -> list[Field]:
        """经济类别, where the table has classes."""
        classes = self.answer.recipients.economic_class
        marked = self.marked("economic_class")
        return [Field("class", "经济\n类别", "center", classes, marked=marked)] if classes else []

    def towns(self, lead: str | None = None) -> list[Field]:
        """序号 and 园区、镇（街道）; `lead` stands above the first town."""
        towns = self.answer.recipients.towns
        return [
            Field("order", "序号", "index", tuple(range(1, len(towns) + 1))),
            Field("town", TOWN_HEADER, "text", towns, lead=lead, total="合计"),
        ]


def settled_topic(result: PoolAllocation) -> str:
    """The topic of the sheet on which a pool is settled; that of a pilot is `pilot`."""
    return "pilot" if result.pilot_settlement else f"settled:{result.pool.id}"


def subject_title(name: str, subject: str) -> str:
    """The title of what shows `subject` of the fund of that name.

    >>> subject_title("2020年试验专项资金分配方案", "资金来源拆分表")
    '2020年试验专项资金来源拆分表'
    """
    for ending in ("分配方案", "方案", "分配"):
        name = name.removesuffix(ending)
    if name.endswith("资金"):
        subject = subject.removeprefix("资金")
    return f"{name}{subject}"


def table_sheet(
    report: Report,
    topic: str,
    title: str,
    fields: Sequence[Field],
    *,
    notes: Sequence[str] = (),
    names: NamedSpots | None = None,
) -> Sheet:
    """A whole annex: head, one table, notes and signatures."""
    sheet = Sheet(report.names[topic])
    speech = report.speech
    if not speech.is_usual:
        title, notes = speech.said(title), [speech.said(note) for note in notes]
        fields = [
            replace(f, header=speech.said(f.header), group=speech.said(f.group)) for f in fields
        ]
    report.annexes[topic] = Annex(title, fields, notes)
    report.placed[topic] = place(sheet, TOP, fields, report.unit, names, is_live=report.is_live)
    finish(
        sheet,
        report.frame(topic, title),
        fields,
        [*notes, *_values_note(report), *marked_note(fields)],
    )
    return sheet


def _values_note(report: Report) -> list[str]:
    """Why a table holds no formulas, where it does not."""
    if report.is_live:
        return []
    rows = len(report.answer.recipients) > LIVE_ROWS
    why = f"超过 {LIVE_ROWS:,} 行" if rows else "金额超过电子表格的计算精度"
    return [f"　　{why}，本表为数值，不带公式；请用 allocator verify 核验。"]


def marked_note(fields: Sequence[Field]) -> list[str]:
    """What the shade means, where a column has shaded cells."""
    has_marks = any(any(field.marked) for field in fields)
    return ["　　浅黄底色的为示例数据，不是真实数据。"] if has_marks else []


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
