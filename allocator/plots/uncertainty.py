"""How sure an answer is: ranges by town, how often each rank, and what moves one town most.

The figures take plain columns by town, amounts in fen, so that any lab result can be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from allocator.base.money import FEN_PER_YUAN, Fen, format_yuan
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.plots.page import Picture, page, placeholder_note, plain_name
from allocator.plots.style import (
    BANDS,
    COLOURS,
    HATCHES,
    HEAT,
    INK,
    RULE,
    heat,
    readable_on,
    styled,
)
from allocator.plots.town_rows import (
    MOST_ROWS,
    amount_axis,
    colour_bar,
    left_out,
    legend_above,
    name_rows,
    ranked,
    size_of_rows,
    wan,
)

#: Shares from which a cell of the heat map is written out, and ranks up to which there is room.
_WRITTEN, _MOST_WRITTEN = 0.095, 40


@styled
def range_bars(
    recipients: Recipients,
    scheme: Scheme,
    least: Sequence[int],
    most: Sequence[int],
    base: Sequence[Fen],
    what: str = "应分配额",
    note: str = "",
) -> Picture:
    """Each town from its least to its most (fen by town), with the scheme as it stands (`base`)."""
    order, towns = ranked(base), recipients.towns
    notes = (*([note] if note else []), *left_out(len(towns)), *placeholder_note(recipients))
    title = f"{what}的可能范围"
    figure, axes = page(scheme, title, size_of_rows(len(order)), notes=notes, scenario=True)
    lows = [wan(least[i]) for i in order]
    widths = [wan(most[i]) - low for i, low in zip(order, lows, strict=True)]
    rows = range(len(order))
    axes.barh(rows, widths, left=lows, height=0.5, color=BANDS[0], ec=INK, lw=0.3)
    axes.plot([wan(base[i]) for i in order], rows, "D", ms=4.6, mfc="white", mec=INK)
    furthest = max(*map(wan, base), *map(wan, most))
    axes.set_xlim(min(0.0, *lows), (furthest or 1.0) * 1.04)  # no mark is cut at the end
    name_rows(axes, [towns[i] for i in order])
    amount_axis(axes, f"{what}（万元）")
    legend_above(
        axes,
        [
            Patch(facecolor=BANDS[0], edgecolor=INK, linewidth=0.3, label="最少至最多"),
            Line2D([], [], ls="", marker="D", mfc="white", mec=INK, label="现行方案"),
        ],
    )
    return figure


@styled
def index_bars(
    recipients: Recipients,
    scheme: Scheme,
    alone: Mapping[str, Sequence[float]],
    note: str = "",
) -> Picture:
    """What causes a town's uncertainty: the first-order index (0 … 1) of each input, by town.

    Estimates a hair below 0 count as 0; what the inputs do together is what is left to 1.
    """
    rows = range(min(len(recipients), MOST_ROWS))
    notes = (
        *([note] if note else []),
        "每段是这项输入单独造成的方差占比（Sobol 一阶指数，抽样估计）；余下的是共同作用和抽样误差。",
        *left_out(len(recipients)),
        *placeholder_note(recipients),
    )
    size = size_of_rows(len(rows))
    figure, axes = page(scheme, "不确定性的来源", size, unit="单位：%", notes=notes, scenario=True)
    reached, colours = np.zeros(len(rows)), (*COLOURS, RULE)
    for k, (name, column) in enumerate(alone.items()):
        parts = np.clip(np.nan_to_num(np.array([column[i] for i in rows])), 0, 1)
        parts = np.minimum(parts, 1 - reached)
        axes.barh(
            rows,
            parts,
            left=reached,
            height=0.68,
            color=colours[k % len(colours)],
            hatch=HATCHES[k % len(HATCHES)],
            ec=INK,
            lw=0.4,
            label=plain_name(name),
        )
        reached = reached + parts
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel("占应分配额方差的比例")
    axes.grid(visible=True, axis="x")
    name_rows(axes, [recipients.towns[i] for i in rows])
    legend_above(axes)
    return figure


@styled
def rank_heat_map(
    recipients: Recipients,
    scheme: Scheme,
    shares: Sequence[Sequence[float]],
    base: Sequence[Fen],
    what: str = "应分配额",
    note: str = "",
) -> Picture:
    """How often each town comes at each rank: `shares[i][p]` in 0 … 1; the frame marks the present rank.

    `base` is the scheme's own answer, which orders the rows.
    """
    order, towns = ranked(base), recipients.towns
    n, ranks = len(order), min(len(towns), 60)
    notes = (
        *([note] if note else []),
        "框内为现行方案的名次；颜色越深，占全部权重组合的比例越高。",
        *left_out(len(towns)),
        *placeholder_note(recipients),
    )
    width = max(7.5, 1.6 + ranks * 0.23)
    size = (width, 1.95 + n * 0.23)
    title = f"{what}的名次分布"
    figure, axes = page(scheme, title, size, unit="单位：%", notes=notes, scenario=True)
    cells = np.array([[shares[i][p] for p in range(ranks)] for i in order])
    top = max(float(cells.max()), 0.01)
    scale = Normalize(0, top)
    axes.imshow(cells, cmap=HEAT, norm=scale, aspect="auto", interpolation="nearest")
    _write_cells(axes, cells, scale)
    for row in range(n):
        axes.plot(
            [row - 0.5, row + 0.5, row + 0.5, row - 0.5, row - 0.5],
            [row - 0.5, row - 0.5, row + 0.5, row + 0.5, row - 0.5],
            color=COLOURS[2],
            lw=1.1,
        )
    name_rows(axes, [towns[i] for i in order])
    axes.set_ylim(n - 0.5, -0.5)
    axes.set_xlim(-0.5, ranks - 0.5)
    marks = [0, *range(4, ranks, 5)]
    axes.set_xticks(marks, [str(mark + 1) for mark in marks])
    axes.set_xlabel("名次")
    colour_bar(axes, Normalize(0, 100 * top), "占比（%）")
    return figure


def _write_cells(
    axes: Axes, cells: np.ndarray[tuple[int, int], np.dtype[np.float64]], scale: Normalize
) -> None:
    if cells.shape[1] > _MOST_WRITTEN:
        return
    for (row, rank), share in np.ndenumerate(cells):
        if share >= _WRITTEN:
            ink = readable_on(heat(float(scale(share))))
            axes.text(rank, row, f"{100 * share:.0f}", ha="center", va="center", size=7, color=ink)


@styled
def tornado(
    recipients: Recipients,
    scheme: Scheme,
    town: str,
    swings: Sequence[tuple[str, int, int]],
    what: str = "应分配额",
    note: str = "",
) -> Picture:
    """What moves one town most: (change, fen forth, fen back) by row, the widest on top."""
    rows = sorted(swings, key=lambda swing: -max(abs(swing[1]), abs(swing[2])))[:20]
    notes = (*([note] if note else []), *placeholder_note(recipients))
    title = f"{town}：{what}对各项变动的敏感程度"
    size = size_of_rows(len(rows), 0.4)
    figure, axes = page(scheme, title, size, unit="单位：元", notes=notes, scenario=True)
    for side, name in ((1, "正向"), (2, "反向")):
        values = [int(swing[side]) / FEN_PER_YUAN for swing in rows]
        colour, hatch = COLOURS[0 if side == 1 else 2], HATCHES[0 if side == 1 else 2]
        axes.barh(
            range(len(rows)),
            values,
            height=0.6,
            color=colour,
            hatch=hatch,
            ec=INK,
            lw=0.4,
            label=name,
        )
        for row, swing in enumerate(rows):
            fen = int(swing[side])
            axes.annotate(
                f"{'+' if fen > 0 else ''}{format_yuan(fen)}",
                (fen / FEN_PER_YUAN, row),
                xytext=(
                    4 if fen >= 0 else -4,
                    0 if swing[1] * swing[2] < 0 else 5 - 10 * (side - 1),
                ),
                textcoords="offset points",
                ha="left" if fen >= 0 else "right",
                va="center",
                size=7.5,
            )
    axes.axvline(0, color=INK, lw=0.8)
    axes.margins(x=0.22)
    name_rows(axes, [swing[0] for swing in rows])
    amount_axis(axes, f"{what}的变化（元）")
    legend_above(axes)
    return figure
