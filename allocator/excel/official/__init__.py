"""The official workbook: annexes as live formulas with exact stored values, ready to print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocator.allocation import Allocation
from allocator.base.money import Fen, wan_decimals
from allocator.excel.kit.formula_columns import ColumnUnit, unit_of
from allocator.excel.kit.layout import A3, Sheet, write_book
from allocator.excel.kit.retold import retold
from allocator.excel.official.annexes import match_sheet, payments_sheet, sources_sheet
from allocator.excel.official.balances import balances_sheet
from allocator.excel.official.batches import batches_sheet
from allocator.excel.official.charts import add_charts
from allocator.excel.official.context import Report, settled_topic
from allocator.excel.official.notes import notes_sheet
from allocator.excel.official.paper.working_paper import working_paper
from allocator.excel.official.pilot import settled_sheet
from allocator.excel.template.input_sheets import write_input_sheets

if TYPE_CHECKING:
    from xlsxwriter import Workbook

__all__ = ["annex_sheets", "official_workbook", "sheet_names"]


def official_workbook(answer: Allocation, *, unit: str = "元", wide_papers: bool = False) -> bytes:
    """The whole workbook as the bytes of an .xlsx file; `unit` is 元 or 万元.

    `wide_papers` sets the working papers on A3, everything else on A4.

    Every formula carries its exact value, and the same answer gives the same bytes everywhere.
    The last sheets are the input itself, so that the workbook can be read back and verified.
    Raises `ValueError` for another unit.
    """
    if unit not in ("元", "万元"):
        raise ValueError(f"unknown unit {unit!r}, known: 元, 万元")
    report = Report(answer, _unit(answer, unit), sheet_names(answer))
    sheets = [*annex_sheets(report), balances_sheet(report), notes_sheet(report)]
    papers = {name for topic, name in report.names.items() if topic.startswith("paper:")}
    for sheet in sheets:
        # 说明 breaks its own lines, which could part a word from its rest.
        if not report.speech.is_usual and sheet.name != report.names["notes"]:
            retold(sheet, report.speech.said)
        if wide_papers and sheet.name in papers:
            sheet.paper = A3

    def add_rest(book: Workbook) -> None:
        add_charts(book, report)
        write_input_sheets(book, answer.recipients, answer.scheme)

    return write_book(sheets, title=report.title("分配总表"), add_sheets=add_rest)


def annex_sheets(report: Report) -> list[Sheet]:
    """The annexes in the order of their numbers; `report` then knows where their figures stand."""
    answer = report.answer
    papers = [working_paper(report, result) for result in answer.pools]
    settled = [settled_sheet(report, result) for result in answer.pools if result.settlement]
    match = [match_sheet(report)] if "match" in report.names else []
    sources = [sources_sheet(report)] if "sources" in report.names else []
    batches = [batches_sheet(report)] if "batches" in report.names else []
    first = payments_sheet(report)
    return [first, *papers, *settled, *match, *sources, *batches]


def _unit(answer: Allocation, name: str) -> ColumnUnit:
    return unit_of(name, wan_decimals(_amounts(answer)) if name == "万元" else 2)


def _amounts(answer: Allocation) -> Iterator[Fen]:
    """Every amount that the workbook shows."""
    for result in answer.pools:
        yield from (result.pool.budget, result.pool.unit, result.pool.base)
    for result in (*answer.pools, *([answer.other_reading] if answer.other_reading else [])):
        yield from result.entitlement
        yield from result.adjusted.change if result.adjusted else ()
        yield from result.due
        yield from result.lower
        yield from result.upper or ()
        for row in result.by_source:
            yield from row
        if settled := result.settlement:
            yield from (*settled.advance, *settled.unspent, *settled.recovered)
            yield from (*settled.redistributed, *settled.payment)
    for match in answer.matching:
        yield from (match.base, match.required, match.raised or Fen(0))


def sheet_names(answer: Allocation) -> dict[str, str]:
    """The sheets by topic; annexes are numbered without gaps."""
    has_sources = any(result.by_source for result in answer.pools)
    topics = ["payments", "papers"]
    settled = [settled_topic(result) for result in answer.pools if result.settlement]
    topics += ["settled"] if settled else []
    topics += ["match"] if answer.matching else []
    topics += ["sources"] if has_sources else []
    topics += ["batches"] if any(result.instalments for result in answer.pools) else []
    names = {topic: f"附表{k}" for k, topic in enumerate(topics, 1)}
    paper = names.pop("papers")
    if settled:
        name = names.pop("settled")
        numbered = {topic: f"{name}-{k}" for k, topic in enumerate(settled, 1)}
        names |= numbered if len(settled) > 1 else {settled[0]: name}
    for p, result in enumerate(answer.pools, 1):
        names[f"paper:{result.pool.id}"] = paper if len(answer.pools) == 1 else f"{paper}-{p}"
    return names | {"balances": "平衡校验", "notes": "说明"}
