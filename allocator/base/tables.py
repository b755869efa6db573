"""A table as data: computed once, drawn by the terminal and by the workbook alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from allocator.base.money import format_number, format_percent, format_wan, format_yuan

#: fen: money, drawn in yuan; wan: money, drawn in 万元; percent: a ratio, drawn in per cent; points: a change of a ratio in
#: percentage points; number: an exact number; count: whole; text: as it is.
FigureKind = Literal["text", "fen", "wan", "percent", "points", "number", "count"]
TableValue = str | int | Fraction | None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A header and what stands under it; `decimals` is for the eye only."""

    header: str
    kind: FigureKind = "text"
    decimals: int = 2


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `total` is a last row set apart; `notes` stand below."""

    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[TableValue, ...], ...]
    total: tuple[TableValue, ...] = ()
    notes: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """The table for a notebook."""
        from html import escape  # a table of all entities of HTML: only where one is drawn

        rows = [*self.rows, *([self.total] if self.total else [])]
        headers = "".join(f"<th>{escape(column.header)}</th>" for column in self.columns)
        body = "".join(f"<tr>{''.join(map(_cell, row, self.columns))}</tr>" for row in rows)
        caption = f"<caption>{escape(self.title)}</caption>" if self.title else ""
        table = f"<table>{caption}<thead><tr>{headers}</tr></thead><tbody>{body}</tbody></table>"
        return table + "".join(f"<p>{escape(note)}</p>" for note in self.notes)


def _cell(value: TableValue, column: TableColumn) -> str:
    from html import escape

    side = "left" if column.kind == "text" else "right"
    return f'<td style="text-align:{side}">{escape(draw(value, column))}</td>'


def totals(
    columns: Sequence[TableColumn], rows: Sequence[Sequence[TableValue]]
) -> tuple[TableValue, ...]:
    """合计: the sums of the money and count columns, other cells empty."""
    sums: list[TableValue] = []
    for j, column in enumerate(columns):
        cells = [value for row in rows if isinstance(value := row[j], int)]
        sums.append(sum(cells) if column.kind in ("fen", "wan", "count") else None)
    return ("合计", *sums[1:])


def draw(value: TableValue, column: TableColumn) -> str:
    """A value as the text a reader sees.

    >>> draw(200000000, TableColumn("金额", "fen")), draw(Fraction(1, 3), TableColumn("占比", "percent"))
    ('2,000,000.00', '33.33%')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if column.kind in ("fen", "wan"):
        is_yuan = column.kind == "fen"
        return format_yuan(int(value)) if is_yuan else format_wan(int(value), column.decimals)
    if column.kind == "percent":
        return format_percent(value, column.decimals)
    if column.kind == "points":
        return format_percent(value, column.decimals).removesuffix("%")
    return format_number(value, 0 if column.kind == "count" else column.decimals)
