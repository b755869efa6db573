"""The columns of the report's tables, drawn from an `Execution`; small groups stay hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Final

from allocator.excel.kit.formula_columns import Exact, Field, summed
from allocator.ledger.limits import STATES, LimitStep
from allocator.ledger.privacy import HIDDEN, hidden_cells
from allocator.ledger.report import Execution, Standing, wish_groups

Fields = list[Field]
_RATE: Final = 2


def order(count: int) -> Field:
    """序号."""
    return Field("order", "序号", "index", tuple(range(1, count + 1)))


def texts(key: str, header: str, values: Iterable[str], total: str | None = None) -> Field:
    """A column of texts."""
    return Field(key, header, "text", tuple(values), total=total)


def _money(key: str, header: str, rows: Sequence[Standing], of: Callable[[Standing], int]) -> Field:
    return summed(Field(key, header, "money", tuple(of(row) for row in rows)))


def _rate(key: str, header: str, values: Iterable[Fraction | None], formula: str) -> Field:
    return Field(key, header, "percent", tuple(values), formula, decimals=_RATE)


def money_fields(rows: Sequence[Standing]) -> Fields:
    """What was due, what came, what was spent: of pools, towns and sources."""
    return [
        _money("grant_due", "市级\n应核拨", rows, lambda r: r.granted_due),
        _money("granted", "市级\n已核拨", rows, lambda r: r.flow.granted),
        _money("match_due", "应配套", rows, lambda r: r.match_due),
        _money("matched", "配套\n已到位", rows, lambda r: r.flow.matched),
        _rate("match_rate", "配套\n到位率", (r.match_rate for r in rows), "{matched}/{match_due}"),
        _gap(rows),
        _money("donated", "社会捐赠", rows, lambda r: r.flow.donated),
        _money("carried", "上年结转", rows, lambda r: r.flow.carried),
        _money("back", "退回\n收回", rows, lambda r: r.flow.received - r.flow.available),
        summed(
            Field(
                *("available", "可用资金", "money", tuple(r.flow.available for r in rows)),
                "ROUND({granted}+{matched}+{donated}+{carried}-{back},2)",
            )
        ),
        _money("spent", "支出", rows, lambda r: r.flow.spent),
        _rate("rate", "执行率", (r.rate for r in rows), "{spent}/{available}"),
        summed(
            Field(
                *("left", "结余", "money", tuple(r.flow.balance for r in rows)),
                "ROUND({available}-{spent},2)",
            )
        ),
    ]


def _gap(rows: Sequence[Standing]) -> Field:
    """缺口 of the match."""
    values = tuple(r.match_gap for r in rows)
    formula = "MAX(ROUND({match_due}-{matched},2),0)"
    return summed(Field("gap", "配套\n缺口", "money", values, formula))


def pools(made: Execution) -> Fields:
    """执行总览."""
    rows = made.by_pool
    names = texts("pool", "资金池", (r.key[0] for r in rows), "合计")
    return [order(len(rows)), names, *money_fields(rows)]


def towns(made: Execution) -> Fields:
    """分镇街执行, with rank, satisfaction and the number of overdue steps."""
    rows, rank = made.by_town, made.rank()
    overdue = [s.project.town for s in made.overdue]
    rated = [made.satisfaction.get(r.key[0], (0, Fraction(0))) for r in rows]
    shown = tuple(mean if n >= made.least else None for n, mean in rated)
    names = texts("town", "镇街", (r.key[0] for r in rows), "合计")
    return [
        *(order(len(rows)), names, *money_fields(rows)),
        Field("rank", "执行率\n名次", "index", tuple(rank.get(r.key[0]) for r in rows)),
        summed(
            Field("overdue", "逾期\n事项", "count", tuple(overdue.count(r.key[0]) for r in rows))
        ),
        Field("satisfied", "满意度", "percent", shown, decimals=1),
    ]


def sources(made: Execution) -> Fields:
    """分来源执行."""
    rows = [r for r in made.by_source if any((r.granted_due, r.match_due, r.flow.available))]
    at = {name: i for i, name in enumerate(made.ledger.pools)}
    rows.sort(key=lambda row: at.get(row.key[0], len(at)))
    names = [
        texts("pool", "资金池", (r.key[0] for r in rows), "合计"),
        texts("source", "来源", (r.key[1] for r in rows)),
    ]
    return [order(len(rows)), *names, *money_fields(rows)]


def villages(made: Execution) -> Fields:
    """分村执行."""
    rows = made.by_village
    return [
        order(len(rows)),
        texts("town", "镇街", (r.key[0] for r in rows), "合计"),
        texts("village", "村（社区）", (r.key[1] for r in rows)),
        _money("due", "应转拨", rows, lambda r: r.granted_due),
        _money("passed", "已转拨", rows, lambda r: r.flow.passed_in),
        _money("donated", "社会捐赠", rows, lambda r: r.flow.donated),
        _money("carried", "上年结转", rows, lambda r: r.flow.carried),
        _money("back", "退回\n收回", rows, lambda r: r.flow.given_back),
        summed(
            Field(
                *("available", "可用资金", "money", tuple(r.flow.available for r in rows)),
                "ROUND({passed}+{donated}+{carried}-{back},2)",
            )
        ),
        _money("spent", "支出", rows, lambda r: r.flow.spent),
        _rate("rate", "执行率", (r.rate for r in rows), "{spent}/{available}"),
        summed(
            Field(
                *("left", "结余", "money", tuple(r.flow.balance for r in rows)),
                "ROUND({available}-{spent},2)",
            )
        ),
    ]


def kinds(made: Execution) -> Fields:
    """分类别执行: kinds of wishes with few projects are hidden, and none can be told from others."""
    rows = made.by_kind
    hidden = [False] * len(rows)
    for pool in made.ledger.holders.wish_pools:
        at = [k for k, row in enumerate(rows) if row.pool == pool]
        flags = hidden_cells([rows[k].count for k in at], made.least)
        for k, flag in zip(at, flags, strict=True):
            hidden[k] = flag

    def column(values: Iterable[Exact]) -> tuple[Exact, ...]:
        return tuple(HIDDEN if h else v for h, v in zip(hidden, values, strict=True))

    rated = (
        r.satisfaction if r.satisfaction is not None and r.rated >= made.least else None
        for r in rows
    )
    share = (Fraction(r.spent, r.budget) if r.budget else None for r in rows)
    return [
        order(len(rows)),
        texts("pool", "资金池", (r.pool for r in rows)),
        texts("kind", "项目类别", (r.kind for r in rows)),
        Field("count", "项目数", "count", column(r.count for r in rows)),
        Field("done", "已办结", "count", column(r.done for r in rows)),
        Field("budget", "预算", "money", column(r.budget for r in rows)),
        Field("spent", "支出", "money", column(r.spent for r in rows)),
        Field("share", "支出占预算", "percent", column(share), decimals=_RATE),
        Field("people", "受益人数", "count", column(r.people for r in rows)),
        Field("satisfied", "满意度", "percent", column(rated), decimals=1),
    ]


def step_fields(found: Sequence[LimitStep], *, is_due: bool = False) -> Fields:
    """逾期事项 or 近期到期: projects by their numbers only."""
    days = "剩余天数" if is_due else "逾期\n（不足）天数"
    return [
        order(len(found)),
        texts("town", "镇街", (s.project.town for s in found)),
        texts("village", "村（社区）", (s.project.village for s in found)),
        texts("id", "项目编号", (s.project.id for s in found)),
        texts("kind", "资金池", (s.project.pool for s in found)),
        texts("limit", "时限", (s.limit.name for s in found)),
        texts("article", "依据", (s.limit.article for s in found)),
        texts("rule", "规定", (_rule(s) for s in found)),
        Field("start", "起算日", "center", tuple(s.start.isoformat() for s in found)),
        Field("last", "最后期限", "center", tuple(s.last.isoformat() for s in found)),
        *([] if is_due else [Field("days", days, "count", tuple(s.days for s in found))]),
        *([] if is_due else [texts("state", "状态", (STATES[s.state] for s in found))]),
        texts("actor", "责任单位", (s.actor for s in found)),
    ]


def _rule(step: LimitStep) -> str:
    limit = step.limit
    word = "不少于" if limit.is_least else "内"
    amount = f"{limit.amount}个{limit.unit}" if limit.unit != "日" else f"{limit.amount}日"
    return f"{word}{amount}" if limit.is_least else f"{amount}{word}"


def promises(made: Execution) -> Fields:
    """承诺与余额: a wish alone would show what one person is given."""
    rows = made.promises
    hidden = [r.pool in made.ledger.holders.wish_pools and r.projects < made.least for r in rows]

    def column(values: Iterable[int]) -> tuple[Exact, ...]:
        return tuple(HIDDEN if h else v for h, v in zip(hidden, values, strict=True))

    short = "MAX(ROUND({promised}-{balance},2),0)"
    live = tuple(not h for h in hidden)
    return [
        order(len(rows)),
        texts("town", "镇街", (r.town for r in rows)),
        texts("village", "村（社区）", (r.village for r in rows)),
        texts("pool", "资金池", (r.pool for r in rows)),
        Field("count", "已确认未办结\n项目数", "count", column(r.projects for r in rows)),
        Field("promised", "尚需支出", "money", column(r.promised for r in rows)),
        Field("balance", "账户余额", "money", tuple(r.balance for r in rows)),
        Field("short", "缺口", "money", column(r.short for r in rows), short, live=live),
    ]


def filings(made: Execution) -> Fields:
    """报送情况: what is missing and what came late, first."""
    rows = sorted(made.filings, key=lambda f: (not f.is_missing, -f.late, f.due))
    states = (
        "未报" if f.is_missing else "迟报" if f.late else "已报" if f.filed else "未到期"
        for f in rows
    )
    return [
        order(len(rows)),
        texts("town", "镇街", (f.town for f in rows)),
        texts("name", "报送材料", (f.name for f in rows)),
        Field("due", "应报日期", "center", tuple(f.due.isoformat() for f in rows)),
        Field(
            *("filed", "报送日期", "center"),
            tuple(f.filed.isoformat() if f.filed else None for f in rows),
        ),
        texts("state", "状态", states),
        Field("late", "迟报天数", "count", tuple(f.late or None for f in rows)),
    ]


def wishes(made: Execution) -> Fields:
    """微心愿人群: one line a town, groups of fewer than the stated number hidden."""
    found = wish_groups(made)
    if not found:
        return [order(0)]
    names = sorted({group for counts in found.values() for group in counts})
    lines = []
    for counts in found.values():
        cells = [counts[name] for name in names]
        flags = hidden_cells(cells, made.least)
        total: Exact = sum(cells) if sum(cells) >= made.least else HIDDEN
        lines.append([*(HIDDEN if h else n for n, h in zip(cells, flags, strict=True)), total])
    columns = zip(*lines, strict=True)
    return [
        order(len(found)),
        texts("town", "镇街", found),
        *(
            Field(f"g{k}", name, "count", tuple(column))
            for k, (name, column) in enumerate(zip([*names, "合计"], columns, strict=True))
        ),
    ]


def faults(made: Execution) -> Fields:
    """账务问题: overspending, statements that differ, each at its entry."""
    return [
        order(len(made.found)),
        texts("place", "位置", (str(p.place) for p in made.found)),
        texts("what", "问题", (p.message for p in made.found)),
        texts("remedy", "处理", (p.remedy for p in made.found)),
    ]


_PAGE: Final[
    tuple[tuple[str, Callable[[Standing], int], Callable[[Standing], Fraction | None] | None], ...]
] = (
    ("市级应核拨", lambda r: r.granted_due, None),
    ("市级已核拨", lambda r: r.flow.granted, None),
    ("应配套", lambda r: r.match_due, None),
    ("配套已到位（到位率）", lambda r: r.flow.matched, lambda r: r.match_rate),
    ("配套缺口", lambda r: r.match_gap, None),
    ("社会捐赠", lambda r: r.flow.donated, None),
    ("上年结转", lambda r: r.flow.carried, None),
    ("可用资金", lambda r: r.flow.available, None),
    ("支出（执行率）", lambda r: r.flow.spent, lambda r: r.rate),
    ("结余", lambda r: r.flow.balance, None),
)
#: Overdue and coming steps on a town's page; the sheets have them all.
_MOST_STEPS: Final = 14


def town_page(made: Execution, town: str) -> Fields:
    """One page a town: its figures by pool, what is overdue, what comes next."""
    lines: list[tuple[str, str, Exact, Exact, str]] = []
    for row in made.by_town_pool:
        if row.key[0] == town:
            for label, amount, rate in _PAGE:
                lines.append((row.key[1], label, amount(row), rate and rate(row), ""))
    overdue = [s for s in made.overdue if s.project.town == town]
    coming = [s for s in made.due_soon if s.project.town == town]
    for title, found in (("逾期事项", overdue), ("近期到期", coming)):
        lines.append((title, f"共 {len(found)} 项", None, None, ""))
        for s in found[:_MOST_STEPS]:
            late = f"，{STATES[s.state]} {s.days_text}" if s.days else ""
            text = f"期限 {s.last}{late}；{s.actor}"
            lines.append((title, f"{s.project.id} {s.limit.name}", None, None, text))
        if len(found) > _MOST_STEPS:
            lines.append((title, f"其余 {len(found) - _MOST_STEPS} 项见汇总表", None, None, ""))
    missing = [f for f in made.filings if f.town == town and (f.is_missing or f.late)]
    for f in missing:
        state = "未报" if f.is_missing else f"迟报 {f.late} 天"
        lines.append(("报送", f.name, None, None, f"应报 {f.due}，{state}"))
    columns = list(zip(*lines, strict=True))
    return [
        Field("topic", "类别", "text", columns[0]),
        Field("item", "事项", "text", columns[1]),
        Field("amount", "金额", "money", columns[2]),
        Field("rate", "比率", "percent", columns[3], decimals=_RATE),
        Field("note", "说明", "text", columns[4]),
    ]
