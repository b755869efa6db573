"""平衡校验: every identity of the run, and the totals of the sheets compared by formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from allocator.engine.pool import PoolAllocation
from allocator.engine.split.result import paid_word
from allocator.excel.intake.load import TABLE_SHEET
from allocator.excel.kit.formula_columns import Field, FormulaColumn, Spot, fill, place, stored
from allocator.excel.kit.frame import TOP, finish
from allocator.excel.kit.layout import Sheet
from allocator.excel.kit.style import LINE_HEIGHT, Style, StyleKind
from allocator.excel.official.context import Report, settled_topic
from allocator.excel.official.paper.columns import data_columns, split_line
from allocator.excel.template.input_sheets import input_lines

HOLDS, FAILS = "相符", "不符"
_NOTES = (
    "注：1. 每次测算都逐项核对，有一项不符即停止，不写出表格。",
    "　　2. 表间核对由公式计算，改动数据或金额后，结果一列即显示是否仍然相符。",
    f"　　3. 因素测算底稿列有自己的数据，不随{TABLE_SHEET}自动改变；数据有改动的，请用 allocator run 重新测算。",
)


@dataclass(frozen=True, slots=True)
class BalanceCheck:
    """Two figures that must agree: the formulas of both sides and their amount (money in fen)."""

    scope: str
    name: str
    left: str
    right: str
    amount: int
    kind: StyleKind = "money"


def balances_sheet(report: Report) -> Sheet:
    """The identities with their two sides as the run evaluated them, then the live checks."""
    identities = report.answer.identities
    fields = [
        Field("order", "序号", "index", tuple(range(1, len(identities) + 1))),
        Field("scope", "范围", "text", tuple(identity.scope for identity in identities)),
        Field("name", "平衡关系", "text", tuple(identity.name for identity in identities)),
        Field("left", "左边", "right", tuple(identity.left for identity in identities)),
        Field("right", "右边", "right", tuple(identity.right for identity in identities)),
        Field("holds", "结果", "center", tuple(HOLDS if i.holds else FAILS for i in identities)),
    ]
    sheet = Sheet(report.names["balances"])
    place(sheet, TOP, fields, report.unit)
    header = sheet.header_rows
    _live_checks(sheet, report)
    sheet.header_rows = header
    title = report.title("平衡校验表")
    # The identities are in 元 whatever the tables are in; the live checks name their own unit.
    frame = replace(report.frame("balances", title), corner="单位：元")
    finish(sheet, frame, fields, _NOTES)
    return sheet


def _live_checks(sheet: Sheet, report: Report) -> None:
    """A second table below: each side a formula over the other sheets, the result as well."""
    if not report.is_live:
        return
    names = _names(report)
    row = sheet.last_row + 1
    sheet.span((row, 0), (row, 5), f"表间核对（金额单位：{report.unit.name}）", Style("header"))
    sheet.heights[row] = LINE_HEIGHT + 4
    for k, check in enumerate(_checks(report), 1):
        at = row + k
        amount = stored(check.amount, check.kind, report.unit)
        figure = Style(check.kind, report.unit.decimals if check.kind == "money" else 0)
        places = report.unit.places
        sheet.put(at, 0, k, Style("index"))
        sheet.put(at, 1, check.scope, Style("text"))
        sheet.put(at, 2, check.name, Style("text"))
        sheet.put(at, 3, amount, figure, f"ROUND({fill(check.left, names)},{places})")
        sheet.put(at, 4, amount, figure, f"ROUND({fill(check.right, names)},{places})")
        left, right = Spot("", 3, at), Spot("", 4, at)
        test = f'IF(ROUND({left}-{right},{places})=0,"{HOLDS}","{FAILS}")'
        sheet.put(at, 5, HOLDS, Style("center"), test.replace("$", ""))
        sheet.heights[at] = LINE_HEIGHT


def _names(report: Report) -> dict[str, Spot | FormulaColumn]:
    """Every placed column as `topic_key`, with pools by their number."""
    names: dict[str, Spot | FormulaColumn] = {}
    for topic in ("payments", "match", "sources"):
        if topic in report.placed:
            names |= {f"{topic}_{k}": v for k, v in report.placed[topic].foreign().items()}
    for p, result in enumerate(report.answer.pools):
        topic = f"paper:{result.pool.id}"
        names[f"amount{p}"] = split_line(report, result)
        if result.settlement:
            own = report.placed[settled_topic(result)].foreign()
            names |= {f"settled{p}_{k}": v for k, v in own.items()}
        names |= {f"{key}{p}": spot for key, spot in report.spots[topic].items()}
    return names


def _checks(report: Report) -> Iterator[BalanceCheck]:
    yield from _data_checks(report)
    yield from _total_checks(report)


def _data_checks(report: Report) -> Iterator[BalanceCheck]:
    """Town by town, whether the working papers hold the data of the input sheet."""
    recipients = report.answer.recipients
    inputs = input_lines(recipients)
    count = len(recipients)
    for result in report.answer.pools:
        placed = report.placed[f"paper:{result.pool.id}"]
        for k, column in enumerate(data_columns(result.pool)):
            if column in inputs:
                own = f"{placed.line(f'd{k}'):all}"
                name = f"底稿与{TABLE_SHEET}相同的镇街数：{recipients.header(column)}"
                same = f"SUMPRODUCT(({own}={inputs[column]:all})*1)"
                yield BalanceCheck(result.pool.name, name, same, str(count), count, "count")


def _total_checks(report: Report) -> Iterator[BalanceCheck]:
    answer = report.answer
    for p, result in enumerate(answer.pools):
        scope, total = result.pool.name, sum(result.split_amount)
        right = f"{{budget{p}}}" + (f"-{{aside{p}}}" if result.set_aside else "")
        right += f"-{{surplus{p}}}" if result.surplus else ""
        name = "测算底稿应分配额合计 = 资金总额" + ("减已拨试点经费" if result.set_aside else "")
        name += "减留存" if result.surplus else ""
        yield BalanceCheck(scope, name, f"{{amount{p}:sum}}", right, total)
        if result.settlement:
            yield _settled(result, p)
    if len(answer.pools) > 1:
        parts = "+".join(f"{{payments_own{p}:sum}}" for p in range(len(answer.pools)))
        total = sum(answer.payment)
        yield BalanceCheck(
            "全部",
            f"市级{paid_word(*answer.pools)}合计 = 各项核拨之和",
            "{payments_city:sum}",
            parts,
            total,
        )
    if answer.matching:
        name, total = (
            "总表应配套金额 = 配套资金表应配套金额",
            sum(m.required for m in answer.matching),
        )
        yield BalanceCheck(
            "配套资金", name, "{payments_required:sum}", "{match_required:sum}", total
        )
    for p, result in enumerate(answer.pools):
        if result.by_source and sum(result.sourced) == result.pool.budget:
            keys = [f"{{sources_source{p}_{j}:sum}}" for j in range(len(result.pool.sources))]
            name = "各来源拆分合计 = 资金总额"
            right = f"{{budget{p}}}"
            yield BalanceCheck(result.pool.name, name, "+".join(keys), right, result.pool.budget)


def _settled(result: PoolAllocation, p: int) -> BalanceCheck:
    """What was given equals what was paid, advanced, recovered and carried over."""
    settled = result.settlement
    word = "扣减" if settled is not None and settled.is_deduction else "扣回"
    parts = f"{{settled{p}_pay:sum}}+{{settled{p}_recovered:sum}}"
    name = f"应分配额合计 = {paid_word(result)} + {word}"
    if settled is not None and settled.basis == "share":
        parts, name = f"{parts}+{{settled{p}_advance:sum}}", f"{name} + 已拨试点经费"
    if settled is not None and any(settled.carried):
        parts, name = f"{parts}+{{settled{p}_carried:sum}}", f"{name} + 结转"
    if settled is not None and any(settled.redistributed):
        parts, name = f"{parts}-{{settled{p}_redistributed:sum}}", f"{name} − 再分配"
    total = sum(result.entitlement)
    return BalanceCheck(result.pool.name, name, f"{{settled{p}_entitlement:sum}}", parts, total)
