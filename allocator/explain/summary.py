"""The answer at a glance: the few figures of the whole fund, and one row a recipient."""

from __future__ import annotations

from dataclasses import dataclass, replace

from allocator.base.money import Fen, wan_decimals
from allocator.base.tables import Table, TableColumn, TableValue, totals
from allocator.engine.answer import Answer
from allocator.engine.split.result import paid_word
from allocator.explain.speech import speech_of


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the whole fund, in fen, and what it is made of in words."""

    name: str
    fen: Fen
    parts: tuple[tuple[str, Fen], ...] = ()


def figures(answer: Answer) -> list[Figure]:
    """Budgets, what is paid now and what was advanced, the match, what is kept and still owed.

    Those that this fund does not have are left out.
    """
    pools = [(result.pool.name, result) for result in answer.pools]
    rounds = [result.instalments for result in answer.pools if result.instalments]
    settled = [result.settlement for result in answer.pools if result.settlement]
    found = [
        _figure("预算", [(name, result.pool.budget) for name, result in pools]),
        _figure(
            paid_word(*answer.pools),
            [(name, Fen(sum(result.payment))) for name, result in pools],
        ),
    ]
    if rounds:
        found += [
            _figure("此前已拨", [("", Fen(sum(r.paid))) for r in rounds]),
            _figure("本次下达", [("", Fen(sum(answer.due)))]),
        ]
    if answer.matching:
        found.append(_figure("应配套", [("", Fen(sum(m.required for m in answer.matching)))]))
    deducted = [s for s in settled if s.is_deduction]
    settled = [s for s in settled if not s.is_deduction]
    if deducted:
        found += [
            _figure("扣减", [("", Fen(sum(s.recovered))) for s in deducted]),
            _figure("待收回", [("", Fen(sum(s.outstanding))) for s in deducted]),
        ]
    if kept := Fen(sum(result.surplus for result in answer.pools)):
        found.append(_figure("分不完而留存", [("", kept)]))
    if settled:
        found += [
            _figure("已拨试点经费", [("", Fen(sum(s.advance))) for s in settled]),
            _figure("市级结余", [("", s.kept) for s in settled]),
            _figure("待收回", [("", Fen(sum(s.outstanding))) for s in settled]),
        ]
    return found


def _figure(name: str, parts: list[tuple[str, Fen]]) -> Figure:
    total = Fen(sum(fen for _, fen in parts))
    return Figure(name, total, tuple(parts) if len(parts) > 1 else ())


def summary_table(answer: Answer, unit: str = "元") -> Table:
    """Every recipient's payments and match in fen, with totals, drawn in 元 or 万元."""
    said = speech_of(answer.scheme, answer.recipients).said
    columns = [TableColumn(said("镇街（园区）"))]
    columns += [TableColumn(f"{result.pool.name}核拨", "fen") for result in answer.pools]
    is_in_rounds = any(result.instalments for result in answer.pools)
    columns.append(TableColumn(said(f"市级{paid_word(*answer.pools)}"), "fen"))
    if is_in_rounds:
        columns.append(TableColumn("本次下达", "fen"))
    if answer.matching:
        columns.append(TableColumn("应配套金额", "fen"))
    rows: list[tuple[TableValue, ...]] = []
    for i, (town, paid) in enumerate(zip(answer.recipients.towns, answer.payment, strict=True)):
        match = [answer.matching[i].required] if answer.matching else []
        due = [answer.due[i]] if is_in_rounds else []
        rows.append((town, *(p.payment[i] for p in answer.pools), paid, *due, *match))
    if unit == "万元":
        places = wan_decimals(value for row in rows for value in row if isinstance(value, int))
        columns[1:] = [replace(column, kind="wan", decimals=places) for column in columns[1:]]
    return Table("", tuple(columns), tuple(rows), totals(columns, rows), (f"单位：{unit}",))
