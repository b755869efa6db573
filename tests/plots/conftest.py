"""Every kind of figure, drawn once from the sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from matplotlib.figure import Figure

from allocator import Allocation, Recipients, Scheme, allocate, plots

Drawer = Callable[[Allocation], Figure]


def weighted(scheme: Scheme, *weights: Fraction) -> Scheme:
    pool = scheme.pools[0]
    factors = tuple(replace(f, weight=w) for f, w in zip(pool.factors, weights, strict=True))
    return replace(scheme, pools=(replace(pool, factors=factors), *scheme.pools[1:]))


def other(answer: Allocation) -> Allocation:
    scheme = weighted(answer.scheme, Fraction(1, 5), Fraction(3, 10), Fraction(1, 2))
    return allocate(answer.recipients, scheme)


def dumbbell(answer: Allocation) -> Figure:
    sides = ("现行方案", answer.payment), ("经济总量 50%", other(answer).payment)
    return plots.dumbbell(answer.recipients, answer.scheme, *sides)


def quantile_bands(answer: Allocation) -> Figure:
    base = answer.pools[0].entitlement
    quantiles = {level: [int(a * (0.5 + level)) for a in base] for level in (0.05, 0.5, 0.95)}
    return plots.quantile_bands(answer.recipients, answer.scheme, quantiles, base)


def ternary(answer: Allocation) -> Figure:
    grid = [(i / 10, j / 10, (10 - i - j) / 10) for i in range(11) for j in range(11 - i)]
    amounts = [round(1e8 * (a + 2 * b + 3 * c)) for a, b, c in grid]
    names = ("村（社区）数量", "行政区划面积", "经济总量")
    given = (answer.recipients, answer.scheme, names, grid, amounts)
    return plots.ternary_map(*given, "虎门镇应分配额", (0.4, 0.3, 0.3))


def lorenz(answer: Allocation) -> Figure:
    return plots.lorenz_curve(answer.recipients, answer.scheme, {"现行方案": answer.payment})


def trade_off(answer: Allocation) -> Figure:
    points = [plots.CurvePoint(x, 300 - 200 / (x + 1), f"下限 {x} 万元") for x in range(6)]
    labels = "总偏离（万元）", "最少一镇所得（万元）"
    return plots.trade_off_curve(answer.recipients, answer.scheme, points, *labels, points[0])


def ranges(answer: Allocation) -> Figure:
    base = answer.pools[0].entitlement
    least, most = [fen // 2 for fen in base], [fen * 2 for fen in base]
    return plots.range_bars(answer.recipients, answer.scheme, least, most, base)


def heat_map(answer: Allocation) -> Figure:
    n = len(answer.recipients)
    shares = [[0.7 if i == p else 0.3 / (n - 1) for p in range(n)] for i in range(n)]
    return plots.rank_heat_map(answer.recipients, answer.scheme, shares, answer.payment)


def tornado(answer: Allocation) -> Figure:
    swings = [("村数 → 面积", 2_165_113, -2_165_254), ("面积 → 经济总量", 50, 7)]
    return plots.tornado(answer.recipients, answer.scheme, "虎门镇", swings)


def path(answer: Allocation) -> Figure:
    weights = [Fraction(j, 4) for j in range(5)]
    lines = {
        town: [fen * (j + 1) for j in range(5)] for town, fen in zip("甲乙", (9, 7), strict=True)
    }
    given = (answer.recipients, answer.scheme, weights, lines, weights[1])
    return plots.path_lines(*given, "经济总量权重", "应分配额")


def indices(answer: Allocation) -> Figure:
    n = len(answer.recipients)
    alone = {"村（社区）数量": [0.2] * n, "经济总量（亿元）": [-0.01] * n, "权重": [0.6] * n}
    return plots.index_bars(answer.recipients, answer.scheme, alone)


DRAWERS: dict[str, Drawer] = {
    "ranked": plots.ranked_bars,
    "sources": plots.stacked_sources,
    "map": plots.tile_map,
    "waterfall": lambda answer: plots.waterfall(answer, "洪梅镇"),
    "dumbbell": dumbbell,
    "bands": quantile_bands,
    "ternary": ternary,
    "lorenz": lorenz,
    "trade-off": trade_off,
    "ranges": ranges,
    "heat map": heat_map,
    "tornado": tornado,
    "path": path,
    "indices": indices,
}
SCENARIOS = {
    "dumbbell",
    "bands",
    "ternary",
    "trade-off",
    "ranges",
    "heat map",
    "tornado",
    "path",
    "indices",
}


@pytest.fixture(scope="session")
def drawn(allocation: Allocation) -> dict[str, Figure]:
    """Every figure of the draft scheme."""
    return {name: draw(allocation) for name, draw in DRAWERS.items()}


@pytest.fixture(scope="session")
def drawn_officially(recipients: Recipients, scheme: Scheme) -> dict[str, Figure]:
    """Every figure of the same scheme, once it is official."""
    answer = allocate(recipients, replace(scheme, status="official"))
    return {name: draw(answer) for name, draw in DRAWERS.items()}
