"""The issue copy: the annexes as they are circulated, values only, in 元 or in round 万元."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from allocator.allocation import Allocation
from allocator.base.money import FEN_PER_WAN, capital_amount, format_yuan
from allocator.base.problems import InputError, Problem
from allocator.excel.issue.conventional import (
    NoRounding,
    Rounded,
    SumRelation,
    TooLarge,
    round_together,
)
from allocator.excel.issue.relations import PrintedFigures, Sum, sums, wishes
from allocator.excel.kit.formula_columns import ColumnUnit, Field, place, unit_of
from allocator.excel.kit.frame import TOP, Frame, finish
from allocator.excel.kit.layout import Sheet, write_book
from allocator.excel.official import annex_sheets, sheet_names
from allocator.excel.official.context import Report, marked_note

__all__ = ["ANNEXES", "IssueOptions", "issue_workbook"]

#: The annexes by the names a user chooses them by, in their order.
ANNEXES: Final = {
    "总表": "payments",
    "结算表": "pilot",
    "配套表": "match",
    "来源表": "sources",
    "分批表": "batches",
}


@dataclass(frozen=True, slots=True)
class IssueOptions:
    """How the copy is drawn: `decimals` (2 or 0) of 万元, which annexes (none: all), which order."""

    unit: Literal["元", "万元"] = "元"
    decimals: int = 2
    annexes: tuple[str, ...] = ()
    order: Literal["official", "amount"] = "official"

    @property
    def step(self) -> int:
        """What amounts are rounded to, in fen; 1 leaves them as they are."""
        return 1 if self.unit == "元" else FEN_PER_WAN // 10**self.decimals


def issue_workbook(answer: Allocation, options: IssueOptions | None = None) -> bytes:
    """The chosen annexes as the bytes of an .xlsx file, numbered and paged on their own.

    Raises `InputError` for an annex that this fund does not have.
    """
    options = options or IssueOptions()
    report = Report(answer, unit_of("元", 2), sheet_names(answer))
    annex_sheets(report)
    topics = _topics(report, options)
    rounded = _rounded(report, topics, options)
    unit = _unit(options)
    order = sorted(range(len(answer.recipients)), key=lambda i: -answer.payment[i])
    rows = order if options.order == "amount" else range(len(order))
    sheets = []
    for number, topic in enumerate(topics, 1):
        name = f"附表{number}" if len(topics) > 1 else "附表"
        annex = report.annexes[topic]
        fields = [_issued(field, rounded, options, rows) for field in _with_codes(report, topic)]
        sheet = Sheet(name)
        place(sheet, TOP, fields, unit, is_live=False)
        notes = _notes(report, topic, options, unissued=set(report.annexes) - set(topics))
        frame = Frame(name, annex.title, report.draft_mark(), f"单位：{options.unit}")
        finish(sheet, frame, fields, [*notes, *marked_note(fields)])
        sheet.is_paged_alone = True
        sheets.append(sheet)
    return write_book(sheets, title=report.title("分配表"))


def _unit(options: IssueOptions) -> ColumnUnit:
    if options.unit == "元":
        return unit_of("元", 2)
    return ColumnUnit("万元", FEN_PER_WAN, options.decimals, options.decimals)


def _topics(report: Report, options: IssueOptions) -> list[str]:
    """The annexes to be issued; a name that the fund has no annex for is a mistake."""
    there = {name: topics for name in ANNEXES if (topics := topics_of(name, report.annexes))}
    missing = [name for name in options.annexes if name not in there]
    if missing:
        message = f"没有附表“{'、'.join(missing)}”"
        raise InputError([Problem("issue.annex", message, f"可选：{'、'.join(there)}")])
    chosen = (topics for name, topics in there.items() if name in (options.annexes or there))
    return [topic for topics in chosen for topic in topics]


def topics_of(name: str, known: Iterable[str]) -> list[str]:
    """The topics that a user's name of an annex means: every pool that is settled has its own."""
    topic = ANNEXES[name]
    return [t for t in known if t == topic or (topic == "pilot" and t.startswith("settled:"))]


def _figures(field: Field) -> PrintedFigures:
    return tuple(int(value) if isinstance(value, int) else 0 for value in field.values)


def _rounded(
    report: Report, topics: Sequence[str], options: IssueOptions
) -> dict[PrintedFigures, Rounded]:
    """Every money column of the annexes in steps, by its exact figures: equal ones stay equal."""
    fields = [f for t in topics for f in report.annexes[t].fields if f.kind == "money"]
    columns = list(dict.fromkeys(_figures(field) for field in fields))
    at = {column: c for c, column in enumerate(columns)}

    def printed(given: Iterable[Sum]) -> list[SumRelation]:
        """The sums whose columns are all there, by the places of the columns."""
        known = [[(sign, column) for sign, column in one if any(column)] for one in given]
        return [
            tuple((sign, at[column]) for sign, column in one)
            for one in known
            if len(one) > 1 and all(column in at for _, column in one)
        ]

    kept, wished = printed(sums(report.answer)), printed(wishes(report.answer))
    try:
        found = round_together(columns, kept, options.step, wished)
    except NoRounding:
        message = f"金额无法同时按{options.unit}取整并使各行、各列都相符"
        raise InputError([Problem("issue.rounding", message, "请改用元，或两位小数")]) from None
    except TooLarge:
        message = f"金额太多，这里不能按{options.unit}取整"
        remedy = "请改用元，或在装有本程序的电脑上用命令 allocator run --issue --unit 万元"
        raise InputError([Problem("issue.solver", message, remedy)]) from None
    return dict(zip(columns, found, strict=True))


def _issued(
    field: Field, rounded: dict[PrintedFigures, Rounded], options: IssueOptions, rows: Sequence[int]
) -> Field:
    """A column as it is printed: rounded amounts, no formulas, in the order asked for."""
    values, total = list(field.values), field.total
    if field.kind == "money":
        steps = rounded[_figures(field)]
        values = [
            None if value is None else steps.values[i] * options.step
            for i, value in enumerate(values)
        ]
        total = None if total is None else steps.total * options.step
    if field.kind != "index":
        values = [values[i] for i in rows]
    marked = [field.marked[i] for i in rows] if field.marked else ()
    return replace(field, values=tuple(values), total=total, marked=marked, formula="", live=None)


def _with_codes(report: Report, topic: str) -> Iterator[Field]:
    """The columns of an annex; before each pool's payment what it is booked under, where given."""
    answer = report.answer
    for field in report.annexes[topic].fields:
        yield field
        if topic != "payments" or not field.key.removeprefix("own").isdecimal():
            continue
        result = answer.pools[int(field.key.removeprefix("own"))]
        for key, header in (("budget_item", "预算科目"), ("project_code", "项目代码")):
            if code := getattr(result.pool, key):
                texts = (code,) * len(answer.recipients)
                yield Field(f"{field.key}_{key}", header, "center", texts, group=field.group)


def _notes(report: Report, topic: str, options: IssueOptions, *, unissued: set[str]) -> list[str]:
    """The annex's own notes, but for those that point to an annex left out, then the sums in words."""
    gone = [report.names[other] for other in unissued if other in report.names]
    names = {report.names[t]: f"附表{k}" for k, t in enumerate(_topics(report, options), 1)}
    texts = [note for note in report.annexes[topic].notes if not any(g in note for g in gone)]
    texts = [_bare(_renamed(text, names)) for text in texts]
    if options.unit != "元":
        texts.append(
            f"金额以万元为单位，{'保留两位小数' if options.decimals else '取整数'}；"
            "各行、各列与合计一并取整，表内相加相符，单个数与精确数的差不超过末位一个单位。"
        )
    if topic in ("payments", "match"):
        texts.append(_in_capitals(report.answer, topic))
    if len(texts) == 1:
        return [f"注：{texts[0]}"]
    return [f"{'注：' if k == 1 else '　　'}{k}. {text}" for k, text in enumerate(texts, 1)]


def _renamed(text: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        if old in text:
            return text.replace(old, new)
    return text


def _bare(note: str) -> str:
    """A note without its number: it is counted anew.

    >>> _bare("注：1. 甲"), _bare("　　2. 乙"), _bare("注：丙")
    ('甲', '乙', '丙')
    """
    text = note.removeprefix("注：").strip("　")
    number, dot, rest = text.partition(". ")
    return rest if dot and number.isdecimal() else text


def _in_capitals(answer: Allocation, topic: str) -> str:
    """The totals in capitals, to the fen whatever unit the table is in."""
    parts = [("本次核拨合计", sum(answer.payment))]
    if any(result.instalments for result in answer.pools):
        parts = [("应核拨合计", sum(answer.payment)), ("本次下达合计", sum(answer.due))]
    if topic == "match":
        parts = []
    if answer.matching:
        parts.append(("应配套合计", sum(match.required for match in answer.matching)))
    told = [
        f"{name}{format_yuan(fen)}元（大写：人民币{capital_amount(fen)}）" for name, fen in parts
    ]
    return "；".join(told) + "。"
