"""附表2 因素测算底稿: one pool from the data to the fen, every step a formula."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.engine.pool import PoolAllocation
from allocator.excel.kit.formula_columns import (
    Exact,
    FormulaColumn,
    Spot,
    fill,
    place,
    quoted,
    stored,
)
from allocator.excel.kit.frame import TOP, finish
from allocator.excel.kit.layout import Sheet
from allocator.excel.kit.style import LINE_HEIGHT, Style, StyleKind
from allocator.excel.official.context import Report, marked_note
from allocator.excel.official.paper.certificate import MOST_FEN, MOST_ROWS, claims_of, live_digits
from allocator.excel.official.paper.columns import STATUS, Paper, data_columns, paper_fields
from allocator.excel.official.paper.derived import derived_of, roundings, stated_formula
from allocator.fund.words import CHOICES


@dataclass(frozen=True, slots=True)
class Parameter:
    """A line below the table: a label and one figure that the formulas name."""

    key: str
    label: str
    value: Exact
    formula: str = ""
    kind: StyleKind = "money"
    decimals: int = 0


def working_paper(report: Report, result: PoolAllocation) -> Sheet:
    """The sheet of one pool."""
    derived = derived_of(result, data_columns(result.pool))
    claims = replace(claims_of(result), steps=roundings(derived))
    is_plain = result.terms is None or result.terms.is_plain
    paper = Paper(
        report, result, claims, live_digits(result, claims) if is_plain else None, derived
    )
    topic = f"paper:{result.pool.id}"
    sheet = Sheet(report.names[topic])
    fields = paper_fields(paper)
    parameters = _parameters(paper)
    last, below = len(fields) - 1, TOP + 4 + len(result.entitlement)
    spots = {p.key: Spot("", last, below + k) for k, p in enumerate(parameters)}
    placed = place(sheet, TOP, fields, report.unit, spots, is_live=paper.is_live)
    report.placed[topic] = placed
    at = {p.key: Spot(f"{quoted(sheet.name)}!", last, below + k) for k, p in enumerate(parameters)}
    report.spots[topic] = at
    names: dict[str, Spot | FormulaColumn] = {**placed.own(), **spots}
    for k, parameter in enumerate(parameters):
        decimals = parameter.decimals or (report.unit.decimals if parameter.kind == "money" else 0)
        style = Style(parameter.kind, decimals, has_border=False)
        value = stored(parameter.value, parameter.kind, report.unit)
        formula = fill(parameter.formula, names) if paper.is_live else ""
        sheet.put(below + k, last, value, style, formula)
        sheet.put(below + k, last - 1, parameter.label, Style("label"))
        sheet.heights[below + k] = LINE_HEIGHT
    title = report.title(f"因素测算底稿（{result.pool.name}）")
    notes = [*_notes(paper), *marked_note(fields)]
    finish(sheet, report.frame(topic, title), fields, notes, beside=len(parameters))
    return sheet


def _parameters(paper: Paper) -> list[Parameter]:
    result, claims, unit = paper.result, paper.claims, paper.report.unit
    pool, n = result.pool, len(result.entitlement)
    total = Fraction(pool.budget - result.set_aside)
    lines = [Parameter("budget", "资金总额", pool.budget)]
    if result.set_aside:
        lines.append(Parameter("aside", "减：已拨试点经费（余额口径）", result.set_aside))
    gross = "{budget}-{aside}" if result.set_aside else "{budget}"
    if result.surplus:
        lines.append(Parameter("surplus", "减：分不完而留存", result.surplus))
        gross += "-{surplus}"
    if not result.shares.factors:
        return [*lines, Parameter("unit", "取整单位", pool.unit, decimals=unit.places)]
    if pool.base:
        lines.append(Parameter("base", "每个镇街定额", pool.base))
        gross += f"-{{base}}*{n}"
    formula = f"ROUND({gross},{unit.places})" if gross != "{budget}" else "{budget}"
    lines += [
        Parameter("net", "按因素分配的金额", claims.budget, formula),
        Parameter("unit", "取整单位", pool.unit, decimals=unit.places),
    ]
    if not paper.is_largest_remainder:
        level = result.divisor_multiplier
        if level is not None:
            value = _in_unit(level, unit.fen)
            lines.append(Parameter("level", "使合计恰好相符的乘数", value, "", "number", 8))
        return lines
    level_value = _in_unit(result.multiplier, unit.fen)
    label = "占比 100% 对应的金额" + ("（不含按限额的）" if _has_status(paper) else "")
    lines.append(Parameter("level", label, level_value, _level_formula(paper), "number", 2))
    left = (total - sum(_wholes(paper))) / pool.unit
    base = f"-{{base}}*{n}" if pool.base else ""
    whole = f"SUM({{whole:all}}){base}"
    formula = (
        f"ROUND(({{net}}-({whole}))/{{unit}},0)" if base else f"ROUND(({{net}}-{whole})/{{unit}},0)"
    )
    lines.append(
        Parameter("left", "舍尾后余下、按尾数名次各加一个的单位数", int(left), formula, "count")
    )
    return lines


def _in_unit(level: Fraction, fen: int) -> Fraction:
    """A level in fen, in the unit of the sheet."""
    return level / fen


def _wholes(paper: Paper) -> list[int]:
    unit, base = paper.result.pool.unit, paper.result.pool.base
    return [claim // unit * unit + base for claim in paper.claims.claims]


def _has_status(paper: Paper) -> bool:
    return paper.has_lower or paper.claims.upper is not None


def _level_formula(paper: Paper) -> str:
    """λ = (net − what the bounds hold) / the shares of those held by none."""
    if not _has_status(paper):
        return "{net}/{q:sum}"
    held = ""
    if paper.has_lower:
        held += f'-SUMIF({{status:all}},"{STATUS["lower"]}",{{low:all}})'
    if paper.claims.upper is not None:
        held += f'-SUMIF({{status:all}},"{STATUS["upper"]}",{{high:all}})'
    return f'({{net}}{held})/SUMIF({{status:all}},"{STATUS[""]}",{{q:all}})'


def _notes(paper: Paper) -> list[str]:
    pool = paper.result.pool
    if not paper.result.shares.factors:
        notes = [f"注：{_stated_words(paper)}"]
        if not stated_formula(paper.result, paper.derived, paper.report.unit):
            notes.append(f"　　{_why_values(paper)}")
        return [*notes, *_why_columns(paper)]
    method = CHOICES["method"][pool.method]
    notes = ["注：1. 因素占比 = 该镇街因素值 ÷ 全部镇街因素值合计；综合占比 = Σ 权重 × 因素占比。"]
    if _has_status(paper):
        notes.append(
            "　　2. 按占比计算低于下限的按下限、高于上限的按上限，其余镇街按占比分配余下的金额。"
        )
    number = len(notes) + 1
    if paper.is_largest_remainder:
        tie = CHOICES["tie"][pool.tie]
        text = f"取整用{method}：先舍去不足一个取整单位的尾数，余下的单位按尾数从大到小每个镇街加一个；尾数相同时{tie}。"
    elif pool.method == "nearest":
        text = "取整用四舍五入：各自按取整单位四舍五入，与分配金额的差额列为尾差，由一处承担。"
    else:
        text = f"取整用{method}：综合占比 × 乘数后取整，乘数使合计恰为分配金额。"
    notes.append(f"　　{number}. {text}")
    if not paper.is_live:
        notes.append(f"　　{number + 1}. {_why_values(paper)}")
    return [*notes, *_why_columns(paper)]


def _stated_words(paper: Paper) -> str:
    """How amounts that a formula states come to what is paid."""
    result = paper.result
    how = "应补助额按方案中的公式计算，在上下限之内"
    if result.terms and result.terms.level:
        return f"{how}；水平（level）使合计恰为预算，尾数按最大余数法取整。"
    if result.exact:
        return f"{how}，四舍五入到取整单位。"
    return f"{how}；合计超过预算，按应补助额的比例分配。"


def _why_columns(paper: Paper) -> list[str]:
    """Which columns of formulas stand as values, and why."""
    by_reason: dict[str, list[str]] = {}
    for name, why in paper.derived.reasons.items():
        by_reason.setdefault(why, []).append(f"“{name}”")
    told = "；".join(f"{'、'.join(names)}为数值（{why}）" for why, names in by_reason.items())
    return [f"　　计算列：{told}。"] if told else []


def _why_values(paper: Paper) -> str:
    result = paper.result
    if len(result.entitlement) > MOST_ROWS:
        why = f"镇街超过 {MOST_ROWS:,} 个"
    elif result.pool.budget > MOST_FEN:
        why = "金额超过 10 亿元，电子表格的计算精度不足"
    elif result.terms is not None and not result.terms.is_plain:
        why = "本资金池的规则（公式、定额或分组）没有电子表格中可靠的写法"
    elif result.pool.method == "nearest":
        why = "四舍五入恰在半个单位时电子表格的计算精度不足以分辨"
    elif not paper.is_largest_remainder and result.divisor_multiplier is None:
        why = "有镇街尾数相同，没有一个乘数能使合计恰为分配金额"
    else:
        why = "限额占满全部资金，或个别尾数过于接近，电子表格的计算精度不足以分辨"
    rest = "计算列以外的各栏为数值" if paper.derived.live else "本表为数值，不带公式"
    return f"{why}，{rest}；请用 allocator verify 核验。"
