"""Scenarios and sweeps town by town: two scenarios side by side, and bands of many weightings.

The figures take plain columns by town, amounts in fen, so that any lab result can be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from allocator.base.money import Fen
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.plots.page import Picture, page, placeholder_note
from allocator.plots.style import BANDS, COLOURS, INK, ON_GRID, styled
from allocator.plots.town_rows import (
    amount_axis,
    left_out,
    legend_above,
    name_rows,
    plain_numbers,
    ranked,
    size_of_rows,
    wan,
    wan_text,
)

Side = tuple[str, Sequence[Fen]]


@styled
def dumbbell(
    recipients: Recipients, scheme: Scheme, before: Side, after: Side, what: str = "本次核拨额"
) -> Picture:
    """Two scenarios (name, amounts in fen by town), ranked by the first, with the differences."""
    order, towns = ranked(before[1]), recipients.towns
    figure, axes = page(
        scheme,
        f"{what}：“{before[0]}”与“{after[0]}”",
        size_of_rows(len(order)),
        notes=(*left_out(len(towns)), *placeholder_note(recipients)),
        scenario=True,
    )
    most = max(*map(wan, before[1]), *map(wan, after[1])) or 1.0
    for row, i in enumerate(order):
        _change(axes, row, before[1][i], after[1][i], most)
    axes.set_xlim(min(0.0, *map(wan, before[1]), *map(wan, after[1])), most * 1.16)
    name_rows(axes, [towns[i] for i in order])
    amount_axis(axes, f"{what}（万元）")
    legend_above(axes, [*_ends(before[0], after[0]), *_directions()])
    return figure


def _change(axes: Axes, row: int, before: int, after: int, most: float) -> None:
    gains = after >= before
    axes.plot(
        [wan(before), wan(after)],
        [row, row],
        color=COLOURS[0] if gains else COLOURS[2],
        ls="-" if gains else (0, (2, 1)),
        lw=2,
        zorder=2,
    )
    axes.plot(wan(before), row, "o", ms=5.5, mfc="white", mec=INK, mew=0.9, zorder=3)
    axes.plot(wan(after), row, "o", ms=5.5, mfc=INK, mec=INK, mew=0.9, zorder=3)
    sign = "+" if after > before else ""
    x = max(wan(before), wan(after)) + most * 0.015
    axes.text(x, row, sign + wan_text(after - before), va="center", size=7.5, bbox=ON_GRID)


def _ends(before: str, after: str) -> list[Line2D]:
    return [
        Line2D([], [], ls="", marker="o", mfc=fill, mec=INK, label=name)
        for name, fill in ((before, "white"), (after, INK))
    ]


def _directions() -> list[Line2D]:
    return [
        Line2D([], [], color=COLOURS[0], lw=2, label="增加"),
        Line2D([], [], color=COLOURS[2], lw=2, ls=(0, (2, 1)), label="减少"),
    ]


@styled
def quantile_bands(
    recipients: Recipients,
    scheme: Scheme,
    quantiles: Mapping[float, Sequence[int]],
    base: Sequence[Fen],
    what: str = "应分配额",
    note: str = "",
    title: str = "",
) -> Picture:
    """Each town's range over many weightings: level (0 … 1) → amounts in fen by town.

    Levels pair from the outside in (0.05 with 0.95, …); an odd one in the middle is the median.
    `base` is the scheme's own answer, which also ranks the rows.
    """
    order, levels, towns = ranked(base), sorted(quantiles), recipients.towns
    pairs = list(zip(levels, reversed(levels), strict=True))[: len(levels) // 2]
    figure, axes = page(
        scheme,
        title or f"权重变动时{what}的范围",
        size_of_rows(len(order)),
        notes=(*([note] if note else []), *left_out(len(towns)), *placeholder_note(recipients)),
        scenario=True,
    )
    for depth, (low, high) in enumerate(pairs):
        lows = [wan(int(quantiles[low][i])) for i in order]
        widths = [wan(int(quantiles[high][i])) - x for i, x in zip(order, lows, strict=True)]
        height, colour = 0.62 - 0.16 * depth, BANDS[depth % len(BANDS)]
        axes.barh(range(len(order)), widths, left=lows, height=height, color=colour, ec=INK, lw=0.3)
    if len(levels) % 2:
        middle = [wan(int(quantiles[levels[len(levels) // 2]][i])) for i in order]
        axes.plot(middle, range(len(order)), "|", ms=8, mew=1.6, color=INK)
    axes.plot([wan(base[i]) for i in order], range(len(order)), "D", ms=4.6, mfc="white", mec=INK)
    # Room on the right: a mark at the end of the axis would be cut in two.
    furthest = max(*map(wan, base), *(wan(int(q)) for column in quantiles.values() for q in column))
    axes.set_xlim(0, (furthest or 1.0) * 1.04)
    name_rows(axes, [towns[i] for i in order])
    amount_axis(axes, f"{what}（万元）")
    legend_above(axes, _band_keys(pairs, has_median=bool(len(levels) % 2)))
    return figure


def _band_keys(pairs: Sequence[tuple[float, float]], *, has_median: bool) -> list[Patch | Line2D]:
    percent = plain_numbers()
    keys: list[Patch | Line2D] = [
        Patch(
            facecolor=BANDS[depth % len(BANDS)],
            edgecolor=INK,
            linewidth=0.3,
            label=f"{percent(low * 100)}%–{percent(high * 100)}% 分位",
        )
        for depth, (low, high) in enumerate(pairs)
    ]
    if has_median:
        keys.append(Line2D([], [], ls="", marker="|", ms=8, mew=1.6, color=INK, label="中位数"))
    keys.append(Line2D([], [], ls="", marker="D", mfc="white", mec=INK, label="现行方案"))
    return keys
