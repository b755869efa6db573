"""The font, the colours, the user's own settings and the files."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb
from matplotlib.ft2font import FT2Font

from allocator import Allocation, InputError, plots
from allocator.plots.page import wrap
from allocator.plots.style import (
    BANDS,
    COLOURS,
    HATCHES,
    font_file,
    heat,
    luminance,
    readable_on,
    settings,
)


def lightness(colour: str | tuple[float, ...]) -> float:
    """L* of a colour on white (CIE 1976), what a grey print shows."""
    y = luminance(to_rgb(colour))
    return 903.3 * y if y <= 0.008856 else 116 * y ** (1 / 3) - 16


@pytest.mark.parametrize("palette", [COLOURS, BANDS])
def test_colours_differ_in_grey(palette: tuple[str, ...]) -> None:
    for one, two in combinations(palette, 2):
        assert abs(lightness(one) - lightness(two)) >= 12


def test_ten_series_differ() -> None:
    looks = {(COLOURS[k % len(COLOURS)], HATCHES[k % len(HATCHES)]) for k in range(10)}
    assert len(looks) == 10


def test_heat_darkens_steadily() -> None:
    scale = [lightness(heat(step / 50)[:3]) for step in range(51)]
    assert all(a > b for a, b in pairwise(scale))
    assert scale[0] - scale[-1] > 70


def test_text_stands_out_on_every_heat_colour() -> None:
    for step in range(51):
        colour = heat(step / 50)
        dark, light = sorted((luminance(colour), luminance(to_rgb(readable_on(colour)))))
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_font_has_every_town_and_all_of_gbk() -> None:
    glyphs = FT2Font(str(font_file())).get_charmap()
    gb = [bytes([a, b]) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF) if b != 0x7F]
    letters = {pair.decode("gbk", "ignore") for pair in gb}
    hanzi = {c for c in letters if len(c) == 1 and "\u4e00" <= c <= "\u9fa5"}
    assert len(hanzi) == 20902
    assert not [c for c in hanzi if ord(c) not in glyphs]


def test_every_town_and_rare_character_is_drawn(allocation: Allocation) -> None:
    with settings():
        figure = mpl.figure.Figure()
        figure.text(0, 0, "\n".join([*allocation.recipients.towns, "滘埗涌墩碣沥涡鹅漖"]))
        figure.draw_without_rendering()


def test_a_character_without_a_glyph_is_named(allocation: Allocation) -> None:
    points = [plots.CurvePoint(0, 0, "𪚥"), plots.CurvePoint(1, 1)]
    with pytest.raises(InputError, match="𪚥"):
        plots.trade_off_curve(allocation.recipients, allocation.scheme, points, "甲", "乙")


def test_users_settings_neither_change_nor_matter(allocation: Allocation, tmp_path: Path) -> None:
    plots.save(plots.waterfall(allocation, "东城街道"), tmp_path / "plain.png")
    hostile = {
        "font.family": ["serif"],
        "font.size": 30,
        "axes.unicode_minus": True,
        "figure.dpi": 40,
    }
    with mpl.rc_context(hostile):
        before = dict(mpl.rcParams)
        figure = plots.waterfall(allocation, "东城街道")
        plots.save(figure, tmp_path / "hostile.png")
        assert dict(mpl.rcParams) == before
    assert (tmp_path / "plain.png").read_bytes() == (tmp_path / "hostile.png").read_bytes()


DRAW = """
import sys
from pathlib import Path
from allocator import Recipients, Scheme, allocate, plots
towns = Recipients.from_columns(["道滘镇", "高埗镇"], {"n": [1, 2]})
pool = 'id = "p"\\nname = "池"\\nbudget = "3"\\nfactors = [{ column = "n", weight = 1 }]'
scheme = Scheme.from_toml(f'[scheme]\\nname = "基金"\\nstatus = "draft"\\n[[pool]]\\n{pool}\\n')
figure = plots.ranked_bars(allocate(towns, scheme))
for kind in ("png", "svg", "pdf"):
    plots.save(figure, Path(sys.argv[1]) / f"figure.{kind}")
print("zhplot" in sys.modules, "matplotlib.pyplot" in sys.modules)
"""


def draw_in_a_new_process(folder: Path, seed: str) -> tuple[str, list[str]]:
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", DRAW, str(folder)],
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    files = sorted(folder.iterdir())
    return done.stdout, [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


def test_same_figure_same_bytes_and_nothing_global_imported(tmp_path: Path) -> None:
    imported, first = draw_in_a_new_process(tmp_path / "one", "1")
    _, second = draw_in_a_new_process(tmp_path / "two", "2")
    assert imported == "False False\n"
    assert len(first) == 3
    assert first == second


def test_saving_twice_gives_the_same_bytes(allocation: Allocation, tmp_path: Path) -> None:
    figure = plots.waterfall(allocation, "东城街道")
    for name in ("a.svg", "b.svg"):
        plots.save(figure, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_other_formats_are_refused(allocation: Allocation, tmp_path: Path) -> None:
    figure = plots.waterfall(allocation, "东城街道")
    with pytest.raises(InputError, match=r"\.png、\.svg、\.pdf"):
        plots.save(figure, tmp_path / "figure.gif")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("东莞市", ["东莞市"]),
        ("东莞市财政局", ["东莞市财", "政局"]),
        ("东莞市财，政局", ["东莞市财，", "政局"]),
        ("", []),
    ],
)
def test_wrap(text: str, lines: list[str]) -> None:
    assert wrap(text, 40, 10) == lines
