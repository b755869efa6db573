"""附表3 试点经费结算表 (both readings, side by side), or 结算表 of a pool from which is deducted."""

from __future__ import annotations

from allocator.engine.pool import PoolAllocation
from allocator.engine.settlement import Settlement
from allocator.engine.split.result import paid_word
from allocator.excel.kit.formula_columns import Field, FormulaColumn, Spot, summed
from allocator.excel.kit.layout import Sheet
from allocator.excel.official.annexes import blank_zeros
from allocator.excel.official.context import Report, settled_topic, table_sheet
from allocator.excel.official.paper.columns import entitled
from allocator.fund.words import CHOICES


def settled_sheet(report: Report, result: PoolAllocation) -> Sheet:
    """The settlement of a pool that has one."""
    settled = result.settlement
    if settled is None:
        raise ValueError(f"pool {result.pool.id} has no settlement")
    if settled.is_deduction:
        return _deduction_sheet(report, result, settled)
    return _pilot_sheet(report, result, settled)


def _deduction_sheet(report: Report, result: PoolAllocation, settled: Settlement) -> Sheet:
    """What is taken off every entitlement, and what remains to be paid or is still owed."""
    places = report.unit.places
    rule = report.answer.scheme.deduction_of(result.pool)
    is_carried = rule is not None and rule.short == "negative"
    taken = "{unspent}" if is_carried else "MIN({unspent},MAX({entitlement},0))"
    columns = [
        ("entitlement", "应分配额", result.entitlement, "{paper}"),
        ("unspent", "应扣减", settled.unspent, ""),
        ("recovered", "本次扣减", settled.recovered, f"ROUND({taken},{places})"),
    ]
    if any(settled.outstanding):
        formula = f"ROUND({{unspent}}-{{recovered}},{places})"
        columns.append(("outstanding", "待收回", settled.outstanding, formula))
    formula = f"ROUND({{entitlement}}-{{recovered}},{places})"
    columns.append(("pay", paid_word(result), settled.payment, formula))
    fields = [
        *report.towns(),
        *(summed(Field(key, text, "money", fen, live)) for key, text, fen, live in columns),
    ]
    names: dict[str, Spot | FormulaColumn] = {"paper": entitled(report, result)}
    formula_text = f"应扣减 = {rule.deduct}" if rule else "应扣减"
    notes = [f"注：1. {formula_text}（元）；{paid_word(result)} = 应分配额 − 本次扣减。"]
    last = "应分配额不足扣减的，差额列为待收回，不付为负数。"
    if is_carried:
        last = "应分配额不足扣减的，差额以负数结转。"
    notes.append(f"　　2. {last}")
    title = report.title(f"结算表（{result.pool.name}）")
    return table_sheet(report, settled_topic(result), title, fields, notes=notes, names=names)


def _pilot_sheet(report: Report, result: PoolAllocation, settled: Settlement) -> Sheet:
    """The settlement of every town under both readings, with the difference in what is paid."""
    other = report.answer.other_reading
    names: dict[str, Spot | FormulaColumn] = {"paper": entitled(report, result)}
    unspent, word = blank_zeros(settled.unspent, settled.advance), paid_word(result)
    fields = [
        *report.towns(),
        summed(
            Field("advance", "已拨试点经费", "money", blank_zeros(settled.advance, settled.advance))
        ),
        summed(Field("unspent", "试点剩余", "money", unspent, marked=report.marked("unspent"))),
        *_reading(report, result, word, "", "{paper}", "采用"),
    ]
    if other is not None:
        fields += _reading(report, other, word, "other_", "", "对照")
        change = tuple(b - a for a, b in zip(result.payment, other.payment, strict=True))
        formula = f"ROUND({{other_pay}}-{{pay}},{report.unit.places})"
        fields.append(
            summed(Field("change", "核拨额差异\n（对照 − 采用）", "money", change, formula))
        )
    title = report.title(f"试点经费结算表（{result.pool.name}）")
    return table_sheet(report, "pilot", title, fields, notes=_notes(report, result), names=names)


def _reading(
    report: Report, result: PoolAllocation, word: str, key: str, entitlement: str, role: str
) -> list[Field]:
    """The columns of one reading; `key` is the beginning of their names, `word` heads what is paid."""
    settled, places = result.settlement, report.unit.places
    if settled is None:
        return []
    group = f"{CHOICES['basis'][settled.basis]}（{role}）"
    due = f"{{{key}entitlement}}" + ("-{advance}" if settled.basis == "share" else "")
    # What is carried is the part of `due` below 0, less what redistribution made good of it.
    short = f"-{{{key}carried}}" if any(settled.carried) else ""
    paid = f"{due}{short}-{{{key}recovered}}"
    returned = f"+{{{key}returned}}" if any(settled.returned) else ""
    columns = [
        ("entitlement", "应分配额", result.entitlement, entitlement),
        (
            *("recovered", "扣回", blank_zeros(settled.recovered, settled.advance)),
            f"ROUND(MIN({{unspent}},MAX({due},0)){returned},{places})",
        ),
        (
            *("outstanding", "待收回", blank_zeros(settled.outstanding, settled.advance)),
            f"ROUND({{unspent}}-{{{key}recovered}},{places})",
        ),
    ]
    if any(settled.carried):
        carried = blank_zeros(settled.carried, settled.advance)
        formula = "" if _made_good(result, settled) else f"ROUND(MIN({due},0),{places})"
        columns.append(("carried", "结转", carried, formula))
    if any(settled.redistributed):
        columns.append(("redistributed", "再分配", settled.redistributed, ""))
        paid += f"+{{{key}redistributed}}"
    if any(settled.returned):
        columns.append(("returned", "其中再分配\n抵待收回", settled.returned, ""))
    columns.append(("pay", word, settled.payment, f"ROUND({paid},{places})"))
    return [
        summed(Field(f"{key}{name}", header, "money", values, formula, group))
        for name, header, values, formula in columns
    ]


def _made_good(result: PoolAllocation, settled: Settlement) -> bool:
    """Whether redistributed money made good a part of what is carried."""
    rows = zip(result.entitlement, settled.advance, settled.carried, strict=True)
    return any(short and short != min(e - a, 0) for e, a, short in rows)


def _notes(report: Report, result: PoolAllocation) -> list[str]:
    pilot, settled = report.answer.scheme.pilot, result.settlement
    if pilot is None or settled is None:
        return []
    word = paid_word(result)
    share = f"全额口径：资金总额按因素分配，{word} = 应分配额 − 已拨试点经费 − 扣回。"
    remainder = (
        f"余额口径：先从资金总额中减去已拨试点经费，其余资金按因素分配，{word} = 应分配额 − 扣回。"
    )
    notes = [
        share,
        remainder,
        "扣回 = 试点剩余与扣回前应拨额中较小者；不足扣回的部分列为待收回。",
    ]
    notes.append(
        {
            "keep": "应分配额不低于已拨试点经费（全额口径）。",
            "carry": "应分配额低于已拨试点经费的差额列为结转，以负数表示。",
            "error": "应分配额低于已拨试点经费时停止测算。",
        }[pilot.below_advance]
    )
    if pilot.unspent == "redistribute":
        notes.append("扣回的资金按综合占比再分配，不超过上限；尚有待收回的先抵待收回，不再付给。")
    if report.answer.other_reading is None:
        reason = report.answer.other_reading_failure
        notes.append(f"另一口径无法测算：{reason}。")
    return [f"{'注：' if k == 1 else '　　'}{k}. {note}" for k, note in enumerate(notes, 1)]
