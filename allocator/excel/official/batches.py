"""分批下达情况表: what was paid in earlier rounds, the pilot first, and what is due now."""

from __future__ import annotations

from allocator.engine.pool import PoolAllocation
from allocator.excel.kit.formula_columns import Field, FormulaColumn, Spot, summed
from allocator.excel.kit.layout import Sheet
from allocator.excel.official.context import Report, table_sheet
from allocator.excel.official.paper.columns import paid_line

Named = dict[str, Spot | FormulaColumn]


def batches_sheet(report: Report) -> Sheet:
    """Every pool that was paid in rounds, with its rounds side by side."""
    names: Named = {}
    fields = report.towns()
    for p, result in enumerate(report.answer.pools):
        if result.instalments:
            fields += _pool_fields(report, result, p, names)
    title = report.title("分批下达情况表")
    return table_sheet(report, "batches", title, fields, notes=_NOTES, names=names)


_NOTES = [
    "注：本次下达 = 应核拨 − 此前各批已拨合计；此前已拨多于应核拨的，本次不下达，差额列为多拨待收回。应核拨已扣除试点经费和扣回。"
]


def _pool_fields(report: Report, result: PoolAllocation, p: int, names: Named) -> list[Field]:
    rounds, places = result.instalments, report.unit.places
    if rounds is None:
        return []
    name, fields = result.pool.name, []
    names[f"pay{p}"] = paid_line(report, result)
    if settled := result.pilot_settlement:
        advance = tuple(fen or None for fen in settled.advance)
        names[f"advance{p}"] = report.placed["pilot"].line("advance")
        live = [fen is not None for fen in advance]
        fields.append(
            Field(f"pilot{p}", "试点经费", "money", advance, f"{{advance{p}}}", name, live=live)
        )
    fields.append(Field(f"pay_of{p}", "应核拨", "money", result.payment, f"{{pay{p}}}", name))
    keys = []
    for k, batch in enumerate(rounds.batches, 1):
        told = [f"{batch.date:%Y-%m-%d}" if batch.date else "", batch.document]
        header = "\n".join([f"第{k}批", *(text for text in told if text)])
        values = tuple(fen or None for fen in batch.amounts)
        keys.append(f"batch{p}_{k}")
        fields.append(Field(keys[-1], header, "money", values, "", name))
    before = "+".join(f"{{{key}}}" for key in keys)
    rest = f"{{pay_of{p}}}-{{paid{p}}}"
    columns = [
        (f"paid{p}", "此前\n已拨合计", rounds.paid, f"ROUND({before},{places})"),
        (f"due{p}", "本次下达", rounds.due, f"ROUND(MAX({rest},0),{places})"),
    ]
    if any(rounds.overpaid):
        over = f"ROUND(MAX(-({rest}),0),{places})"
        columns.append((f"over{p}", "多拨\n待收回", rounds.overpaid, over))
    fields += [Field(key, text, "money", fen, formula, name) for key, text, fen, formula in columns]
    return [summed(field) for field in fields]
