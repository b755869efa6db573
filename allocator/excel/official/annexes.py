"""附表1 总表, 附表4 配套资金表 and 附表5 资金来源拆分表."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from allocator.base.money import number_text
from allocator.engine.matching import Match
from allocator.engine.pool import PoolAllocation
from allocator.engine.split.result import paid_word
from allocator.excel.kit.formula_columns import Field, FormulaColumn, Spot, summed
from allocator.excel.kit.layout import Sheet
from allocator.excel.official.context import Report, percent_decimals, settled_topic, table_sheet
from allocator.excel.official.paper.columns import entitled, paid_line
from allocator.fund.rules import Matching

Named = dict[str, Spot | FormulaColumn]


def _payment_names(report: Report) -> Named:
    """`pay0`, `pay1` …: the columns that hold what each pool pays."""
    names: Named = {}
    for p, result in enumerate(report.answer.pools):
        names[f"pay{p}"] = paid_line(report, result)
        if result.adjusted:
            names[f"change{p}"] = report.placed[f"paper:{result.pool.id}"].line("change")
    return names


def payments_sheet(report: Report) -> Sheet:
    """附表1: every town's amounts, drawn from the other sheets."""
    answer, names = report.answer, _payment_names(report)
    fields = [*report.towns(), *report.classes()]
    for p, result in enumerate(answer.pools):
        if result.settlement:
            own = report.placed[settled_topic(result)].foreign()
            names |= {f"settled{p}_{k}": line for k, line in own.items()}
            fields += _settled_fields(report, result, p)
        else:
            fields += _plain_fields(result, p)
    city = "own0"
    if len(answer.pools) > 1:
        city = "city"
        parts = "+".join(f"{{own{p}}}" for p in range(len(answer.pools)))
        formula = f"ROUND({parts},{report.unit.places})"
        header = f"市级{paid_word(*answer.pools).removesuffix('核拨')}\n核拨合计"
        fields.append(summed(Field(city, header, "money", answer.payment, formula)))
    if "batches" in report.placed:
        fields += _instalment_fields(report, names)
    if answer.matching:
        names |= {f"match_{k}": line for k, line in report.placed["match"].foreign().items()}
        fields += _match_columns(report, city)
    title = report.title("分配总表")
    return table_sheet(report, "payments", title, fields, notes=_payment_notes(report), names=names)


def _instalment_fields(report: Report, names: Named) -> list[Field]:
    """What was paid in earlier rounds and what is paid now, over all pools."""
    answer, places = report.answer, report.unit.places
    names |= {f"round_{k}": line for k, line in report.placed["batches"].foreign().items()}
    paid, due = [], []
    for p, result in enumerate(answer.pools):
        if result.instalments:
            paid.append(f"{{round_paid{p}}}")
        due.append(f"{{round_due{p}}}" if result.instalments else f"{{own{p}}}")
    before = [result.instalments.paid for result in answer.pools if result.instalments]
    now = [result.due for result in answer.pools]
    columns = [
        ("before", "此前\n已拨合计", before, paid),
        ("due", "本次\n下达合计", now, due),
    ]
    return [
        summed(
            Field(
                *(key, header, "money", tuple(sum(town) for town in zip(*parts, strict=True))),
                f"ROUND({'+'.join(formulas)},{places})",
            )
        )
        for key, header, parts, formulas in columns
    ]


def _plain_fields(result: PoolAllocation, p: int) -> list[Field]:
    """What a pool without a pilot pays, and how much of it is an adjustment."""
    own = Field(f"own{p}", f"{result.pool.name}\n核拨", "money", result.payment, f"{{pay{p}}}")
    return [summed(own), *_change_field(result, p, "")]


def _change_field(result: PoolAllocation, p: int, group: str) -> list[Field]:
    """调整额, where the pool has adjustments."""
    if result.adjusted is None:
        return []
    header = "其中：\n调整额" if group else f"{result.pool.name}\n其中：调整额"
    values = tuple(fen or None for fen in result.adjusted.change)
    return [summed(Field(f"change_of{p}", header, "money", values, f"{{change{p}}}", group))]


def _settled_fields(report: Report, result: PoolAllocation, p: int) -> list[Field]:
    settled, name = result.settlement, result.pool.name
    if settled is None:
        return []
    recovered: Sequence[int | None] = settled.recovered
    outstanding: Sequence[int | None] = settled.outstanding
    if not settled.is_deduction:
        recovered = blank_zeros(settled.recovered, settled.advance)
        outstanding = blank_zeros(settled.outstanding, settled.advance)
    sheet = report.placed[settled_topic(result)]
    columns = [
        ("entitlement", "应分配额", result.entitlement),
        ("advance", "已拨试点经费", blank_zeros(settled.advance, settled.advance)),
        ("recovered", "扣减" if settled.is_deduction else "扣回", recovered),
        ("outstanding", "待收回", outstanding),
        ("carried", "结转", blank_zeros(settled.carried, settled.advance)),
        ("redistributed", "再分配", settled.redistributed),
    ]
    fields = [
        Field(f"own{p}_{key}", header, "money", values, f"{{settled{p}_{key}}}", name)
        for key, header, values in columns
        if key in sheet.columns and (key in ("entitlement", "advance", "recovered") or any(values))
    ]
    pay = f"{{settled{p}_pay}}"
    paid = Field(f"own{p}", paid_word(result), "money", result.payment, pay, name)
    summed_fields = [summed(field) for field in (*fields, paid)]
    return [summed_fields[0], *_change_field(result, p, name), *summed_fields[1:]]


def blank_zeros(values: tuple[int, ...], where: tuple[int, ...]) -> tuple[int | None, ...]:
    """The values where the town has an advance; elsewhere nothing rather than a nought."""
    return tuple(v if v or w else None for v, w in zip(values, where, strict=True))


def _match_columns(report: Report, city: str) -> list[Field]:
    matching = report.answer.matching
    rates = tuple(match.rate for match in matching)
    required = tuple(match.required for match in matching)
    both = zip(report.answer.payment, required, strict=True)
    formula = f"ROUND({{{city}}}+{{required}},{report.unit.places})"
    decimals = percent_decimals(rates)
    rate = Field("rate", "配套\n比例", "percent", rates, "{match_rate}", decimals=decimals)
    return [
        rate,
        summed(Field("required", "应配套金额", "money", required, "{match_required}")),
        summed(Field("all", "资金合计", "money", tuple(a + b for a, b in both), formula)),
    ]


def _payment_notes(report: Report) -> list[str]:
    notes = []
    settled = [result for result in report.answer.pools if result.settlement]
    if settled:
        sheets = "、".join(report.names[settled_topic(result)] for result in settled)
        words = "扣回" if report.has_pilot else "扣减"
        notes.append(f"{words}、待收回等的计算见{sheets}。")
    if report.answer.matching:
        without = "，不含试点阶段已拨的经费" if report.has_pilot else ""
        word = paid_word(*report.answer.pools)
        notes.append(f"资金合计 = 市级{word}合计 + 应配套金额{without}。")
    if not notes:
        return []
    if len(notes) == 1:
        return [f"注：{notes[0]}"]
    return [f"{'注：' if k == 1 else '　　'}{k}. {note}" for k, note in enumerate(notes, 1)]


def match_sheet(report: Report) -> Sheet:
    """附表4: what every town must raise, and what it has raised where that is known."""
    answer, matching = report.answer, report.answer.scheme.matching
    matches, names = answer.matching, _payment_names(report)
    fields = [*report.towns(), *report.classes()]
    parts = []
    for p, result in enumerate(answer.pools):
        if matching and matching.on and result.pool.id not in matching.on:
            continue
        parts.append(f"{{pay{p}}}")
        if matching and matching.base == "before_recovery" and result.settlement:
            sheet = report.placed[settled_topic(result)]
            names[f"recovered{p}"] = sheet.line("recovered")
            parts.append(f"{{recovered{p}}}")
            if "returned" in sheet.columns:
                names[f"returned{p}"] = sheet.line("returned")
                parts.append(f"-{{returned{p}}}")
    places = report.unit.places
    rates = tuple(match.rate for match in matches)
    base = tuple(match.base for match in matches)
    fields += [
        summed(
            Field(
                "base",
                "市级资金\n（不含试点经费）" if report.has_pilot else "市级资金",
                "money",
                base,
                f"ROUND({'+'.join(parts).replace('+-', '-')},{places})",
            )
        ),
        Field("rate", "配套比例", "percent", rates, decimals=percent_decimals(rates)),
    ]
    if matching:
        fields.append(_required_field(report, matching, matches))
    if any(match.raised is not None for match in matches):
        fields += _raised_fields(report, matches)
    if any(match.is_own_rate for match in matches):
        fields.append(_reason_field(report))
    title = report.title("配套资金表")
    return table_sheet(report, "match", title, fields, notes=_match_notes(report), names=names)


_GUARD = 4  # decimals of a rounding unit kept before rounding up, so that noise is not a unit


def _required_field(report: Report, matching: Matching, matches: tuple[Match, ...]) -> Field:
    unit, fen, places = matching.unit, report.unit.fen, report.unit.places
    rounding = "ROUNDUP" if matching.rounding == "up" else "ROUND"
    if unit * 10**places == fen:
        formula = f"{rounding}(ROUND({{base}}*{{rate}},{places + _GUARD}),{places})"
    else:
        step = number_text(Fraction(unit, fen))
        units = f"{rounding}(ROUND({{base}}*{{rate}}/{step},{_GUARD}),0)"
        formula = f"ROUND({units}*{step},{places})"
    required = tuple(match.required for match in matches)
    live = [_is_sure(match, matching) and not match.is_bounded for match in matches]
    return summed(Field("required", "应配套金额", "money", required, formula, live=live))


def _is_sure(match: Match, matching: Matching) -> bool:
    """Whether the rounded product stays on the right side of the boundary that decides.

    LibreOffice keeps 12 digits of a number before it rounds up, so a rest below those is lost.
    """
    units = match.rate * match.base / matching.unit
    digits = len(str(int(units)))
    rest, least = units % 1, max(Fraction(1, 10 ** (_GUARD - 1)), Fraction(10) ** (digits - 12))
    if matching.rounding == "up":
        return rest == 0 or least < rest < 1 - least
    gap = abs(rest - Fraction(1, 2))
    return gap == 0 or gap > least


def _raised_fields(report: Report, matches: tuple[Match, ...]) -> list[Field]:
    places = report.unit.places
    progress = tuple(match.progress for match in matches)
    return [
        summed(Field("raised", "已配套金额", "money", tuple(match.raised for match in matches))),
        summed(
            Field(
                *("gap", "缺口", "money", tuple(match.gap for match in matches)),
                f"ROUND(MAX({{required}}-{{raised}},0),{places})",
            )
        ),
        Field(
            *("progress", "到位率", "percent", progress, "IF({required}=0,1,{raised}/{required})"),
            decimals=2,
        ),
    ]


def _reason_field(report: Report) -> Field:
    reasons = report.answer.recipients.match_reason
    matches = report.answer.matching
    texts = tuple(
        (reasons[i] if reasons and reasons[i] else "未写明理由") if match.is_own_rate else None
        for i, match in enumerate(matches)
    )
    return Field("reason", "单独确定比例的理由", "text", texts)


def _match_notes(report: Report) -> list[str]:
    matching = report.answer.scheme.matching
    if matching is None:
        return []
    word = paid_word(*report.answer.pools)
    base = word if matching.base == "paid" else f"{word}加已扣回"
    how = "向上取整（不低于）" if matching.rounding == "up" else "四舍五入"
    cite = f"（{matching.cite}）" if matching.cite else ""
    pools = [result.pool for result in report.answer.pools]
    if matching.on:
        base += f"（{'、'.join(pool.name for pool in pools if pool.id in matching.on)}）"
    if any(match.is_bounded for match in report.answer.matching):
        cite = f"，并在规定的上下限之内{cite}"
    return [
        f"注：1. 应配套金额 = 市级资金 × 配套比例，{how}到取整单位{cite}。",
        f"　　2. 市级资金为{base}{'，不含试点经费' if report.has_pilot else ''}。",
    ]


def sources_sheet(report: Report) -> Sheet:
    """附表5: who pays how much of every town's money, with both margins."""
    answer, places = report.answer, report.unit.places
    fields, names, sums = report.towns(), {}, []
    pools = [(p, result) for p, result in enumerate(answer.pools) if result.by_source]
    for p, result in pools:
        names[f"paper{p}"] = entitled(report, result)
        keys = [f"source{p}_{j}" for j in range(len(result.pool.sources))]
        funding = f"{{paper{p}}}"
        if result.pilot_settlement and result.pilot_settlement.basis == "remainder":
            names["advance"] = report.placed["pilot"].line("advance")
            funding = f"ROUND({funding}+{{advance}},{places})"
        for j, (key, source) in enumerate(zip(keys, result.pool.sources, strict=True)):
            values = tuple(row[j] for row in result.by_source)
            formula = funding if len(keys) == 1 and result.sourced == result.funding else ""
            fields.append(
                summed(Field(key, source.name, "money", values, formula, result.pool.name))
            )
        if result.adjusted and any(more > 0 for more in result.adjusted.from_reserve):
            given = tuple(max(more, 0) or None for more in result.adjusted.from_reserve)
            keys.append(f"reserve{p}")
            header = "预留资金\n（调整）"
            fields.append(summed(Field(keys[-1], header, "money", given, "", result.pool.name)))
        sums += keys
        if len(keys) > 1:
            parts = "+".join(f"{{{key}}}" for key in keys)
            formula = f"ROUND({parts},{places})"
            fields.append(
                summed(Field(f"sub{p}", "小计", "money", result.funding, formula, result.pool.name))
            )
    if len(pools) > 1:
        parts = "+".join(f"{{{key}}}" for key in sums)
        total = tuple(sum(town) for town in zip(*(r.funding for _, r in pools), strict=True))
        fields.append(summed(Field("all", "合计", "money", total, f"ROUND({parts},{places})")))
    title = report.title("资金来源拆分表")
    return table_sheet(report, "sources", title, fields, notes=_source_notes(report), names=names)


def _source_notes(report: Report) -> list[str]:
    """How the split by source is rounded: in the pools' units, in fen where amounts are no multiples."""
    units = {
        result.pool.name: result.pool.unit if result.is_sourced_in_units else 1
        for result in report.answer.pools
        if result.by_source
    }
    steps = set(units.values())
    if len(steps) == 1:
        rounding = f"逐格取整到{_unit_text(steps.pop())}"
    else:
        rounding = "逐格取整（" + "、".join(
            f"{name}到{_unit_text(unit)}" for name, unit in units.items()
        )
        rounding += "）"
    pilot = "；试点资金含已拨试点经费" if report.has_pilot else ""
    in_turn = [r.pool.name for r in report.answer.pools if r.pool.source_order == "in_turn"]
    if in_turn:
        return [f"注：{'、'.join(in_turn)}的各来源按所列次序依次用完，每行、每列的合计与总额一致。"]
    return [
        f"注：各来源按其占资金总额的比例拆分到镇街，{rounding}，并使每行、每列的合计都与总额一致{pilot}。"
    ]


def _unit_text(fen: int) -> str:
    return "分" if fen == 1 else f" {number_text(Fraction(fen, 100))} 元"
