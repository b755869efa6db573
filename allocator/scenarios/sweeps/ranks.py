"""Counts of ranks as a table and as a frame: how stable an order is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.base.money import Fen
from allocator.base.tables import Table, TableColumn, TableValue

if TYPE_CHECKING:
    import pandas as pd

Ranks = Sequence[Sequence[int]]


def ranks_table(
    title: str, towns: Sequence[str], current: Sequence[Fen], ranks: Ranks, count: int
) -> Table:
    """The present rank by `current` fen, the best, worst and usual one, and shares of `count`.

    `ranks[i][p]` counts the cases in which recipient i comes (p + 1)-th.
    """
    names = ("现名次", "最好名次", "最差名次", "最常名次")
    shares = ("保持现名次", "最常名次占比", "居前五占比", "居前十占比")
    columns = (
        TableColumn("镇街（园区）"),
        *(TableColumn(name, "count") for name in names),
        *(TableColumn(name, "percent") for name in shares),
    )
    order = sorted(range(len(current)), key=lambda i: (-current[i], i))
    place = {i: rank for rank, i in enumerate(order)}
    rows: list[tuple[TableValue, ...]] = []
    for i, town in enumerate(towns):
        counts = ranks[i]
        held = [rank for rank, cases in enumerate(counts) if cases]
        usual = max(range(len(counts)), key=counts.__getitem__)
        parts = (counts[place[i]], counts[usual], sum(counts[:5]), sum(counts[:10]))
        known = (place[i] + 1, held[0] + 1, held[-1] + 1, usual + 1)
        rows.append((town, *known, *(Fraction(part, count) for part in parts)))
    return Table(title, columns, tuple(rows), notes=("金额相同的，序号在前者名次在前。",))


def ranks_frame(towns: Sequence[str], ranks: Ranks, count: int) -> pd.DataFrame:
    """Shares of `count`: one row a recipient, a column a rank."""
    import pandas as pd

    index = pd.Index(towns, name="园区、镇（街道）")
    numbers = pd.Index(range(1, len(index) + 1), name="名次")
    return pd.DataFrame(list(ranks), index=index, columns=numbers) / count
