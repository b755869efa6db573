"""Figures of results, in Chinese, each a matplotlib `Figure` that no global setting touches."""

from allocator.dongguan.tiles import has_map
from allocator.plots.bars import ranked_bars, stacked_sources
from allocator.plots.comparisons import dumbbell, quantile_bands
from allocator.plots.curves import (
    CurvePoint,
    lorenz_curve,
    path_lines,
    ternary_map,
    trade_off_curve,
)
from allocator.plots.page import save
from allocator.plots.tile_map import tile_map
from allocator.plots.uncertainty import index_bars, range_bars, rank_heat_map, tornado
from allocator.plots.waterfall import waterfall

__all__ = [
    "CurvePoint",
    "dumbbell",
    "has_map",
    "index_bars",
    "lorenz_curve",
    "path_lines",
    "quantile_bands",
    "range_bars",
    "rank_heat_map",
    "ranked_bars",
    "save",
    "stacked_sources",
    "ternary_map",
    "tile_map",
    "tornado",
    "trade_off_curve",
    "waterfall",
]
