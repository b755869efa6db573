"""A map of equal squares, one a town, laid out roughly as the towns lie."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from allocator.allocation import Allocation
from allocator.dongguan.tiles import has_map, tiles
from allocator.engine.split.result import paid_word
from allocator.plots.page import Picture, page, placeholder_note
from allocator.plots.style import INK, heat, readable_on, styled
from allocator.plots.town_rows import colour_bar, wan, wan_text


@styled
def tile_map(answer: Allocation) -> Picture:
    """What the city pays each town now, as a map. Raises `ValueError` for towns without a layout."""
    towns = answer.recipients.towns
    if not has_map(towns):
        raise ValueError("no layout for these towns")
    notes = (
        "方格示意各镇街的大致方位，不表示面积和边界。",
        *placeholder_note(answer.recipients),
    )
    word = paid_word(*answer.pools)
    figure, axes = page(answer.scheme, f"{word}额（方格地图）", (7.5, 8.6), notes=notes)
    amounts = [wan(fen) for fen in answer.payment]
    scale = Normalize(min(0.0, *amounts), max(amounts) or 1.0)
    for town, fen in zip(towns, answer.payment, strict=True):
        _tile(axes, town, wan_text(fen), tiles()[town], heat(scale(wan(fen))))
    columns, rows = zip(*tiles().values(), strict=True)
    axes.set_xlim(min(columns) - 0.5, max(columns) + 0.5)
    axes.set_ylim(max(rows) + 0.5, min(rows) - 0.5)
    axes.set_aspect("equal")
    axes.axis("off")
    colour_bar(axes, scale, f"{word}额（万元），颜色越深金额越大")
    return figure


def _tile(
    axes: Axes, town: str, text: str, place: tuple[int, int], colour: tuple[float, ...]
) -> None:
    x, y = place
    axes.add_patch(
        Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, facecolor=colour, edgecolor=INK, lw=0.4)
    )
    ink = readable_on(colour)
    axes.text(x, y - 0.13, town, ha="center", va="center", size=10, color=ink)
    axes.text(x, y + 0.2, text, ha="center", va="center", size=9, color=ink)
