"""What figures with one row a town share: the rows kept, their names, the axis in 万元."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.ticker import FuncFormatter, MaxNLocator

from allocator.base.money import FEN_PER_WAN, format_wan, half_up
from allocator.plots.style import HEAT

#: Rows of a figure that is still read; of longer lists the first ones are drawn, and it says so.
MOST_ROWS: Final = 60
ROW_HEIGHT: Final = 0.23
_WIDTH, _FRAME = 7.5, 1.75
#: Fewer rows are given the room of so many, else head and notes would press them together.
_LEAST_ROWS: Final = 5


def size_of_rows(n: int, row_height: float = ROW_HEIGHT) -> tuple[float, float]:
    """(width, height) in inches of a figure with `n` rows."""
    return _WIDTH, _FRAME + max(n, _LEAST_ROWS) * row_height


def wan(fen: int) -> float:
    """Fen as a position on an axis in 万元; never a reported figure."""
    return fen / FEN_PER_WAN


def wan_text(fen: int) -> str:
    """Fen in 万元 with two decimals, rounded half up for the eye.

    >>> wan_text(495984441), wan_text(-5000)
    ('495.98', '0.00')
    """
    step = FEN_PER_WAN // 100
    return format_wan(half_up(fen, step) * step, 2)


def ranked(amounts: Sequence[int]) -> list[int]:
    """Positions of the rows drawn, most first, equal ones in official order."""
    return sorted(range(len(amounts)), key=lambda i: (-amounts[i], i))[:MOST_ROWS]


def left_out(n: int) -> tuple[str, ...]:
    """The note of a figure that cannot show every row."""
    return (f"共 {n:,} 个，只画出前 {MOST_ROWS} 个。",) if n > MOST_ROWS else ()


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Names down the left, the first row on top, nothing of the frame around them."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def amount_axis(axes: Axes, label: str) -> None:
    """A horizontal axis in 万元 with a light grid."""
    axes.xaxis.set_major_locator(MaxNLocator(8))
    axes.xaxis.set_major_formatter(plain_numbers())
    axes.set_xlabel(label)
    axes.grid(visible=True, axis="x")


def plain_numbers() -> FuncFormatter:
    """Tick labels with separators, whole where they are whole."""
    return FuncFormatter(lambda value, _: f"{value:,.6f}".rstrip("0").rstrip("."))


def colour_bar(axes: Axes, scale: Normalize, label: str) -> None:
    """The key of a heat scale, below the drawing."""
    bar = axes.get_figure(root=True).colorbar(  # type: ignore[union-attr]
        ScalarMappable(scale, HEAT),
        ax=axes,
        location="bottom",
        shrink=0.6,
        aspect=38,
        format=plain_numbers(),
        pad=0.02,
    )
    bar.set_label(label)
    bar.outline.set_linewidth(0.4)


def legend_above(axes: Axes, handles: Sequence[Artist] = ()) -> None:
    """The key between the head and the drawing, where it never covers a figure."""
    axes.legend(
        handles=handles or axes.get_legend_handles_labels()[0],
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=4,
        borderaxespad=0.2,
        columnspacing=1.4,
        borderpad=0.1,
    )
