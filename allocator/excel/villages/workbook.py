"""The workbook of a level below: an overview, a list, a sheet a parent, balances and the inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from allocator.allocation import Allocation
from allocator.base.money import Fen
from allocator.base.version import VERSION
from allocator.excel.kit.formula_columns import Field, Placed, place, summed, unit_of
from allocator.excel.kit.frame import TOP, Frame, finish
from allocator.excel.kit.layout import Cell, Run, Sheet, write_book
from allocator.excel.kit.tables_workbook import sheet_name
from allocator.excel.official.balances import HOLDS
from allocator.excel.official.context import TOWN_HEADER, Report, subject_title
from allocator.excel.official.paper.working_paper import working_paper
from allocator.excel.template.input_columns import filled_columns, number_cell
from allocator.excel.template.input_sheets import write_input_sheets
from allocator.excel.villages.child_table import CHILD_HEADER, CHILD_SHEET
from allocator.excel.villages.level_scheme import MATCHES, LevelScheme
from allocator.explain.record import canonical_sha256
from allocator.ledger.levels import LevelSplit, Money

if TYPE_CHECKING:
    from xlsxwriter import Workbook

OVERVIEW, LIST, BALANCES, NOTES = "附表1", "附表2", "平衡校验", "说明"
LEVEL_SHEET: Final = "村级分配方案"
PARENT_HEADER: Final = "镇街（园区）"
#: More parents than this have no sheet of their own: a workbook with them would not open.
MOST_SHEETS: Final = 120
FINGERPRINT: Final = "指纹：村级结果"
_UNIT: Final = unit_of("元", 2)


@dataclass(frozen=True, slots=True)
class Level:
    """All that one workbook of a level is made from."""

    above: Allocation
    split: LevelSplit
    rules: LevelScheme


@dataclass(slots=True)
class _Papers:
    """The sheets of the parents, and where each child's amount stands: by (parent, pool)."""

    sheets: list[Sheet] = field(default_factory=list)
    placed: dict[tuple[int, str], Placed] = field(default_factory=dict)


def level_workbook(level: Level) -> bytes:
    """The workbook as bytes; the same split gives the same bytes everywhere."""
    papers = _papers(level)
    sheets = [_overview(level, papers), _list(level, papers), *papers.sheets]
    sheets += [_balances(level), _notes(level)]

    def add_inputs(book: Workbook) -> None:
        _write_children(book, level.split)
        _write_rules(book, level.rules.text)
        write_input_sheets(book, level.above.recipients, level.above.scheme)

    return write_book(sheets, title=_title(level, "总表"), add_sheets=add_inputs)


def _title(level: Level, subject: str) -> str:
    return subject_title(level.split.scheme.name, subject)


def _frame(level: Level, name: str, subject: str, corner: str = "单位：元") -> Frame:
    return Frame(name, _title(level, subject), level.split.mark, corner)


def _papers(level: Level) -> _Papers:
    """One working paper a parent and pool, the very sheet of the level above."""
    split, found = level.split, _Papers()
    runs = [(i, group) for i, group in enumerate(split.groups) if group.answer]
    if len(runs) > MOST_SHEETS:
        return found
    taken = [OVERVIEW, LIST, BALANCES, NOTES]
    for i, group in runs:
        assert group.answer is not None  # noqa: S101 - chosen above
        answer = group.answer
        for result in answer.pools:
            title = group.parent
            if len(split.pools) > 1:
                title += f"-{result.pool.name}"
            name = sheet_name(title, i + 1, taken)
            taken.append(name)
            report = Report(answer, _UNIT, {f"paper:{result.pool.id}": name})
            sheet = working_paper(report, result)
            found.placed[i, result.pool.id] = report.placed[f"paper:{result.pool.id}"]
            found.sheets.append(_reworded(sheet, len(answer.recipients)))
    return found


def _reworded(sheet: Sheet, rows: int) -> Sheet:
    """The sheet's headers and notes speak of villages; names stay as they are."""
    last = sheet.header_rows[1]
    for (row, column), cell in sheet.cells.items():
        if (
            isinstance(cell, Cell)
            and isinstance(cell.value, str)
            and (1 < row <= last or row > last + rows)
        ):
            text = cell.value.replace(TOWN_HEADER, CHILD_HEADER).replace("镇街", CHILD_HEADER)
            sheet.cells[row, column] = replace(cell, value=text)
    return sheet


def _money_fields(money: Money, p: int, kept: Sequence[Fen] = ()) -> list[Field]:
    """The columns of one pool: each source, the sum."""
    columns = [
        summed(
            Field(
                *(f"p{p}s{j}", source, "money", tuple(row[j] for row in money.by_source)),
                group=money.name,
            )
        )
        for j, source in enumerate(money.sources)
    ]
    parts = "+".join(f"{{p{p}s{j}}}" for j in range(len(money.sources)))
    amounts = tuple(money.amount(i) for i in range(len(money.by_source)))
    total = Field(f"p{p}", "合计", "money", amounts, f"ROUND({parts},2)", money.name)
    columns.append(summed(total))
    if kept:
        passed = tuple(Fen(a - k) for a, k in zip(amounts, kept, strict=True))
        columns += [
            summed(Field(f"p{p}down", "已分配到\n村（社区）", "money", passed, group=money.name)),
            summed(
                Field(
                    *(f"p{p}kept", "本级留用", "money", tuple(kept)),
                    *(f"ROUND({{p{p}}}-{{p{p}down}},2)", money.name),
                )
            ),
        ]
    return columns


def _overview(level: Level, papers: _Papers) -> Sheet:
    split = level.split
    counts = tuple(len(group.rows) for group in split.groups)
    fields = [
        Field("order", "序号", "index", tuple(range(1, len(counts) + 1))),
        Field("town", TOWN_HEADER, "text", split.given.parents, total="合计"),
        summed(Field("count", "村（社区）\n个数", "count", counts)),
    ]
    for p, money in enumerate(split.given.pools):
        kept = [split.kept(i, money) for i in range(len(counts))]
        fields += _money_fields(money, p, kept)
    sheet = Sheet(OVERVIEW)
    placed = place(sheet, TOP, fields, _UNIT)
    for p, money in enumerate(split.given.pools):
        formulas = [
            f"{paper.line('amount'):sum}" if (paper := papers.placed.get((i, money.pool))) else ""
            for i in range(len(counts))
        ]
        _set_formulas(sheet, placed, f"p{p}down", formulas)
    notes = [f"注：1. 各镇街资金为市级本次核拨与{MATCHES[level.rules.match]}之和。"]
    alone = [g.parent for g in split.groups if not g.rows]
    if alone:
        notes.append(f"　　2. {'、'.join(alone)}没有所辖村（社区），资金由本级留用。")
    if any(split.kept(i, m) for i, g in enumerate(split.groups) if g.rows for m in split.pools):
        notes.append("　　有分不完（上限低于资金）或不足一个取整单位的，余额由本级留用。")
    if len(split.groups) and not papers.sheets:
        notes.append(f"　　镇街超过 {MOST_SHEETS} 个，不另列各镇街的测算底稿。")
    finish(sheet, _frame(level, OVERVIEW, "总表"), fields, notes)
    return sheet


def _set_formulas(sheet: Sheet, placed: Placed, key: str, formulas: Sequence[str]) -> None:
    """Give each cell of a column a formula of its own; an empty one leaves the value."""
    at = placed.first, placed.columns[key]
    run = sheet.cells[at]
    assert isinstance(run, Run)  # noqa: S101 - columns are placed as runs
    sheet.cells[at] = replace(run, formula=formulas.__getitem__)


def _list(level: Level, papers: _Papers) -> Sheet:
    """Every child with its money by source; sums drawn from the parents' sheets."""
    split = level.split
    order = [k for group in split.groups for k in group.rows]
    parents = tuple(split.given.parents[split.parent_of[k]] for k in order)
    names = tuple(split.children.towns[k] for k in order)
    fields = [
        Field("order", "序号", "index", tuple(range(1, len(order) + 1))),
        Field("town", TOWN_HEADER, "text", parents, total="合计"),
        Field("child", CHILD_HEADER, "text", names),
    ]
    for p, money in enumerate(split.pools):
        ordered = replace(money, by_source=tuple(money.by_source[k] for k in order))
        fields += _money_fields(ordered, p)
    sheet = Sheet(LIST)
    placed = place(sheet, TOP, fields, _UNIT)
    at = {k: n for n, k in enumerate(order)}
    for p, money in enumerate(split.pools):
        formulas = [""] * len(order)
        for i, group in enumerate(split.groups):
            if paper := papers.placed.get((i, money.pool)):
                for n, k in enumerate(group.rows):
                    formulas[at[k]] = f"{replace(paper.line('amount'), i=n)}"
        if any(formulas):
            _set_formulas(sheet, placed, f"p{p}", formulas)
    finish(sheet, _frame(level, LIST, "明细表"), fields, ["注：合计取自各镇街的测算底稿。"])
    sheet.frozen_columns = 3
    return sheet


def _balances(level: Level) -> Sheet:
    """Every identity of both levels with its two sides."""
    found = [*level.split.identities, *level.above.identities]
    levels = ["镇→村"] * len(level.split.identities) + ["市→镇"] * len(level.above.identities)
    fields = [
        Field("order", "序号", "index", tuple(range(1, len(found) + 1))),
        Field("level", "层级", "center", tuple(levels)),
        Field("scope", "范围", "text", tuple(i.scope for i in found)),
        Field("name", "平衡关系", "text", tuple(i.name for i in found)),
        Field("left", "左边", "right", tuple(i.left for i in found)),
        Field("right", "右边", "right", tuple(i.right for i in found)),
        Field("holds", "结果", "center", tuple(HOLDS for _ in found)),
    ]
    sheet = Sheet(BALANCES)
    place(sheet, TOP, fields, _UNIT)
    finish(sheet, _frame(level, BALANCES, "平衡校验表"), fields, [])
    return sheet


def _notes(level: Level) -> Sheet:
    lines = [*_told(level)]
    fields = [
        Field("key", "项目", "text", tuple(key for key, _ in lines)),
        Field("text", "内容", "text", tuple(text for _, text in lines)),
    ]
    sheet = Sheet(NOTES)
    place(sheet, TOP, fields, _UNIT)
    finish(sheet, replace(_frame(level, NOTES, "说明", ""), is_signed=False), fields, [])
    return sheet


def _told(level: Level) -> Iterator[tuple[str, str]]:
    yield "村级方案", level.split.scheme.name
    yield "镇级方案", level.above.scheme.name
    yield "资金", f"市级本次核拨与{MATCHES[level.rules.match]}"
    yield from fingerprints(level).items()
    yield "程序版本", VERSION
    yield (
        "如何核验",
        "运行 allocator verify 本文件：由所附两级数据和方案重新计算，逐格核对。",
    )


def fingerprints(level: Level) -> dict[str, str]:
    """SHA-256 of the children's table, the rules, and the amounts."""
    split = level.split
    children = split.children
    numbers = {name: list(map(str, column)) for name, column in children.numbers.items()}
    table = [list(split.parent_of), list(children.towns), numbers]
    amounts = [[money.pool, money.sources, money.by_source] for money in split.pools]
    return {
        "指纹：镇级结果": level.above.fingerprint["result_sha256"],
        "指纹：村级数据": canonical_sha256(table),
        "指纹：村级方案": canonical_sha256(level.rules.text.splitlines()),
        FINGERPRINT: canonical_sha256(amounts),
    }


def _write_children(book: Workbook, split: LevelSplit) -> None:
    """The children's table, as `children_of` reads it back."""
    sheet = book.add_worksheet(CHILD_SHEET)
    columns = filled_columns(split.children)
    owners = tuple(split.given.parents[i] for i in split.parent_of)
    headers = [columns[0].header, PARENT_HEADER, CHILD_HEADER]
    values: list[Sequence[Any]] = [columns[0].values, owners, split.children.towns]
    headers += [column.header for column in columns[2:]]
    values += [column.values for column in columns[2:]]
    bold = book.add_format({"bold": True, "text_wrap": True, "border": 1})
    for c, (header, column) in enumerate(zip(headers, values, strict=True)):
        sheet.write_string(0, c, header, bold)
        for row, value in enumerate(column, 1):
            stored = value if isinstance(value, str) else number_cell(value)
            if isinstance(stored, str):
                sheet.write_string(row, c, stored)
            else:
                sheet.write_number(row, c, stored)
        sheet.set_column(c, c, 24 if c in (1, 2) else 14)
    sheet.freeze_panes(1, 3)
    sheet.fit_to_pages(1, 0)


def _write_rules(book: Workbook, text: str) -> None:
    sheet = book.add_worksheet(LEVEL_SHEET)
    for row, line in enumerate(text.splitlines()):
        sheet.write_string(row, 0, line)
    sheet.set_column(0, 0, 110)
