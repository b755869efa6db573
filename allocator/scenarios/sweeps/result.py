"""What a sweep found, and its tables and frame: drawn from the counts, nothing else computed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.base.money import Fen, amount_in, format_percent, nearest
from allocator.base.tables import Table, TableColumn, TableValue
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.sweeps.ranks import ranks_frame, ranks_table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Sweep:
    """The entitlements of one pool over `count` weightings, by recipient, in fen.

    `current` is the entitlement under the scheme's own weights; `gains` and `losses` count the
    weightings that give more and less than that. `bands[i]` are the exact quantiles of recipient
    i (the smallest amount that at least the share `quantiles[j]` of weightings does not exceed),
    None where they would need more memory than a sweep may take. `ranks[i][p]` counts the
    weightings in which recipient i comes (p + 1)-th; None beyond 512 recipients. `exact_rows`
    weightings went through the engine one by one, ties above all.
    """

    recipients: Recipients
    scheme: Scheme
    pool_id: str
    count: int
    exact_rows: int
    current: tuple[Fen, ...]
    mean: tuple[Fraction, ...]
    least: tuple[Fen, ...]
    most: tuple[Fen, ...]
    gains: tuple[int, ...]
    losses: tuple[int, ...]
    quantiles: tuple[Fraction, ...]
    bands: tuple[tuple[Fen, ...], ...] | None
    ranks: tuple[tuple[int, ...], ...] | None

    def tables(self) -> list[Table]:
        """Bands and gains by recipient; ranks by recipient."""
        return sweep_tables(self)

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables())

    def plot(self) -> Figure:
        """Each recipient's range over the weightings. Raises `ValueError` without quantiles."""
        from allocator.plots import quantile_bands

        if self.bands is None:
            raise ValueError("no quantiles were kept")
        quantiles = {
            float(level): [band[j] for band in self.bands] for j, level in enumerate(self.quantiles)
        }
        name = self.scheme.pool(self.pool_id).name
        note = f"{name}：{self.count:,} 组权重。"
        given = (self.recipients, self.scheme, quantiles, self.current)
        return quantile_bands(*given, f"{name}应分配额", note)

    def ranks_frame(self) -> pd.DataFrame:
        """How often each recipient comes at each rank: one row a recipient, a column a rank.

        Shares of all weightings. Raises `ValueError` where ranks were not counted.
        """
        if self.ranks is None:
            raise ValueError("ranks were not counted: too many recipients")
        return ranks_frame(self.recipients.towns, self.ranks, self.count)

    def to_frame(self, unit: str = "元", *, exact: bool = True) -> pd.DataFrame:
        """One row a recipient, Chinese headers; amounts are exact `Decimal`s in `unit`, or floats."""
        import pandas as pd

        def yuan(column: list[int]) -> list[Decimal]:
            return [amount_in(fen, unit) for fen in column]

        columns: dict[str, list[object]] = {"园区、镇（街道）": list(self.recipients.towns)}
        columns["现行方案"] = [*yuan(list(self.current))]
        columns["最低"] = [*yuan(list(self.least))]
        for j, quantile in enumerate(self.quantiles if self.bands else ()):
            columns[quantile_name(quantile)] = [*yuan([band[j] for band in self.bands or ()])]
        columns["最高"] = [*yuan(list(self.most))]
        columns["平均"] = [*yuan([nearest(mean) for mean in self.mean])]
        columns["增加的组合占比"] = [gains / self.count for gains in self.gains]
        columns["减少的组合占比"] = [losses / self.count for losses in self.losses]
        frame = pd.DataFrame(columns).set_index("园区、镇（街道）")
        return frame if exact else frame.astype(float)


def sweep_tables(swept: Sweep) -> list[Table]:
    """应分配额的分布, 增减, 名次; ranks only where they were counted."""
    found = [_bands(swept), _gains(swept)]
    return [*found, _ranks(swept)] if swept.ranks else found


def summary(swept: Sweep) -> Table:
    """The two outer bands, the middle and the gains: narrow enough for a terminal."""
    names = [quantile_name(quantile) for quantile in swept.quantiles]
    shown = sorted({0, len(names) // 2, len(names) - 1}) if swept.bands and names else []
    columns = (
        TableColumn("镇街（园区）"),
        TableColumn("现行方案", "fen"),
        *(TableColumn(names[j], "fen") for j in shown),
        TableColumn("增加占比", "percent"),
    )
    rows: list[tuple[TableValue, ...]] = [
        (
            town,
            swept.current[i],
            *(swept.bands[i][j] for j in shown if swept.bands),
            Fraction(swept.gains[i], swept.count),
        )
        for i, town in enumerate(swept.recipients.towns)
    ]
    notes = ("增加占比：应分配额高于现行方案的权重组合所占比例。",)
    return Table(_title(swept, "应分配额的分布"), columns, tuple(rows), notes=notes)


def _title(swept: Sweep, what: str) -> str:
    return f"{swept.scheme.pool(swept.pool_id).name}：{what}（{swept.count:,} 组权重，单位：元）"


def quantile_name(quantile: Fraction) -> str:
    """What a reader calls a quantile."""
    if quantile == Fraction(1, 2):
        return "中位数"
    places = 0 if (quantile * 100).denominator == 1 else 1
    return f"{format_percent(quantile, places)}分位"


def _bands(swept: Sweep) -> Table:
    names = [quantile_name(quantile) for quantile in swept.quantiles] if swept.bands else []
    headers = ["现行方案", "最低", *names, "最高", "平均"]
    rows: list[tuple[TableValue, ...]] = [
        (
            town,
            swept.current[i],
            swept.least[i],
            *(swept.bands[i] if swept.bands else ()),
            swept.most[i],
            nearest(swept.mean[i]),
        )
        for i, town in enumerate(swept.recipients.towns)
    ]
    notes = ["各列为该镇街在全部权重组合下的精确统计，取自不同组合，纵向不可加总。"]
    if swept.quantiles and not swept.bands:
        notes.append("单位过多，未统计分位数。")
    columns = (TableColumn("镇街（园区）"), *(TableColumn(header, "fen") for header in headers))
    return Table(_title(swept, "应分配额的分布"), columns, tuple(rows), notes=tuple(notes))


def _gains(swept: Sweep) -> Table:
    columns = (
        TableColumn("镇街（园区）"),
        TableColumn("增加的组合占比", "percent"),
        TableColumn("不变", "percent"),
        TableColumn("减少", "percent"),
        TableColumn("最多可增", "fen"),
        TableColumn("最多会减", "fen"),
    )
    rows: list[tuple[TableValue, ...]] = []
    for i, town in enumerate(swept.recipients.towns):
        gains, losses = swept.gains[i], swept.losses[i]
        parts = [
            Fraction(part, swept.count) for part in (gains, swept.count - gains - losses, losses)
        ]
        now = swept.current[i]
        rows.append((town, *parts, max(swept.most[i] - now, 0), min(swept.least[i] - now, 0)))
    return Table(_title(swept, "与现行方案相比的增减"), columns, tuple(rows))


def _ranks(swept: Sweep) -> Table:
    assert swept.ranks is not None  # noqa: S101 - asked for only where ranks were counted
    title = _title(swept, "名次的稳定性").replace("，单位：元", "")
    return ranks_table(title, swept.recipients.towns, swept.current, swept.ranks, swept.count)
