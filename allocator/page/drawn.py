"""Tables and problems as plain data for the page: texts to show, numbers only to sort and scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from allocator.base.money import format_wan, format_yuan, wan_decimals
from allocator.base.problems import PROBLEM_KINDS, Problem
from allocator.base.tables import Table, TableColumn, TableValue, draw
from allocator.excel.intake.table.confirmations import DOUBTS

YUAN: Final = "元"
WAN: Final = "万元"


def drawn(table: Table, unit: str = YUAN) -> dict[str, Any]:
    """A table with every cell as text in the unit; `keys` are what its columns sort by."""
    amounts = [
        int(value)
        for row in (*table.rows, table.total)
        for value, column in zip(row, table.columns, strict=False)
        if column.kind == "fen" and isinstance(value, int)
    ]
    decimals = wan_decimals(amounts)

    def cell(value: TableValue, column: TableColumn) -> str:
        if unit == WAN and column.kind == "fen" and isinstance(value, int):
            return format_wan(value, decimals)
        return draw(value, column)

    def line(row: Sequence[TableValue]) -> list[str]:
        return [cell(value, column) for value, column in zip(row, table.columns, strict=True)]

    return {
        "title": in_unit(table.title, unit),
        "columns": [{"header": c.header, "kind": c.kind} for c in table.columns],
        "rows": [line(row) for row in table.rows],
        "keys": [
            [None if value is None or isinstance(value, str) else float(value) for value in row]
            for row in table.rows
        ],
        "total": line(table.total) if table.total else None,
        "notes": [in_unit(note, unit) for note in table.notes],
    }


def in_unit(text: str, unit: str) -> str:
    """What a table says of its unit, in the unit that it is drawn in."""
    return text.replace("单位：元", f"单位：{unit}")


def amounts_in(fens: Iterable[int], unit: str) -> list[str]:
    """Amounts as texts of one precision."""
    known = list(fens)
    decimals = wan_decimals(known)
    return [format_wan(fen, decimals) if unit == WAN else format_yuan(fen) for fen in known]


def problems(found: Iterable[Problem]) -> list[dict[str, Any]]:
    """Mistakes, doubts, warnings and notes with their places, in this order."""
    ordered = sorted(found, key=lambda problem: PROBLEM_KINDS.index(problem.kind))
    return [
        {
            "warning": problem.is_warning,
            "kind": problem.kind,
            "file": problem.place.file,
            "sheet": problem.place.sheet,
            "cell": problem.place.cell,
            "value": problem.value,
            "message": problem.message,
            "remedy": problem.remedy,
            "doubt": DOUBTS.get(problem.code, problem.code),
            "confirmed": problem.is_warning and problem.code in DOUBTS and not problem.remedy,
        }
        for problem in ordered
    ]
