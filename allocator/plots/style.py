"""Fonts, colours and settings of every figure, kept away from the user's own settings."""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from matplotlib import colormaps, font_manager, style
from matplotlib.figure import Figure

from allocator.base.problems import InputError, Problem

P = ParamSpec("P")
F = TypeVar("F", bound=Figure)

FONT: Final = "Noto Sans SC"
#: Series in the order they are used: far apart in lightness (L* 20, 86, 54, 70, 33), so that grey
#: prints and colour-blind readers can tell them apart.
COLOURS: Final = ("#1B2F5B", "#F2D680", "#D55E00", "#56B4E9", "#005A48")
#: Lines in the order they are used: none so pale that it is lost on white, no two alike.
LINE_COLOURS: Final = ("#1B2F5B", "#D55E00", "#56B4E9", "#005A48", "#B0468E", "#8C6D1F", "#7A7A7A")
#: The second sign beside colour, by series: ten series differ though colours come round again.
HATCHES: Final = ("", "", "////", "....", "xxxx", "////", "xxxx", "....", "////", "....")
#: Nested bands from the outside in (L* 86, 61, 26).
BANDS: Final = ("#C6DBEF", "#6A9BC3", "#1F3F6B")
INK, MUTED, RULE, WARNING = "#1A1A1A", "#555555", "#D9D9D9", "#B3261E"
#: Behind a figure that stands over grid lines.
ON_GRID: Final[dict[str, Any]] = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
#: Dark means much; lightness falls steadily, for grey print.
HEAT: Final = "YlGnBu"

_SETTINGS: Final[dict[str, Any]] = {
    "font.family": [FONT],
    "font.size": 8.5,
    "axes.unicode_minus": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "hatch.color": "#FFFFFF",
    "hatch.linewidth": 0.7,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "svg.hashsalt": "allocator",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}


@functools.cache
def font_file() -> Path:
    """The font file that comes with the package zhplot, whose import would change all settings."""
    spec = find_spec("zhplot")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("zhplot carries the Chinese font of the figures", name="zhplot")
    path = Path(spec.submodule_search_locations[0]) / "fonts" / "NotoSansSC-Regular.ttf"
    font_manager.fontManager.addfont(path)
    return path


@contextmanager
def settings() -> Iterator[None]:
    """Draw under our settings and no others; the user's come back afterwards.

    Raises `InputError` when a text has a character that the font lacks: no figure shows a box.
    """
    font_file()
    with style.context(["default", _SETTINGS]), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing from font")
        try:
            yield
        except UserWarning as warning:
            raise InputError([_missing(str(warning))]) from None


def styled(draw: Callable[P, F]) -> Callable[P, F]:
    """A drawing function run under our settings, and its figure laid out before it is returned.

    Laying it out makes every tick now: a tick made later would take the user's font.
    """

    @functools.wraps(draw)
    def drawn(*args: P.args, **options: P.kwargs) -> F:
        with settings():
            figure = draw(*args, **options)
            figure.draw_without_rendering()
            return figure

    return drawn


def _missing(warning: str) -> Problem:
    code = re.match(r"Glyph (\d+)", warning)
    character = chr(int(code[1])) if code else ""
    message = f"图中文字“{character}”在字体 {FONT} 里没有，图无法完整显示"
    return Problem("plot.glyph", message, "请改用常用字写法")


def heat(position: float) -> tuple[float, float, float, float]:
    """The colour at 0 (little) … 1 (much) of the heat scale."""
    return colormaps[HEAT](position)


def readable_on(colour: Sequence[float]) -> str:
    """Black or white, whichever stands out more on the colour (relative luminance, WCAG 2)."""
    return "#000000" if luminance(colour) > 0.179 else "#FFFFFF"


def luminance(colour: Sequence[float]) -> float:
    """Relative luminance of red, green, blue in 0 … 1: what grey print keeps of a colour."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3])
    return sum(part * c for part, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
