"""What holds for every figure: marks, source, legible and complete text."""

from __future__ import annotations

from itertools import combinations

import pytest
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from allocator.fund.scheme import DRAFT_MARK, SCENARIO_MARK
from allocator.plots.style import font_file

from .conftest import DRAWERS, SCENARIOS

KINDS = list(DRAWERS)


def undrawn(figure: Figure) -> set[Text]:
    """Labels of ticks that lie beyond the ends of their axis, or of an axis switched off."""
    hidden: set[Text] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            drawn = axis._update_ticks() if axes.axison else []
            hidden |= {tick.label1 for tick in axis.get_major_ticks() if tick not in drawn}
    return hidden


def texts(figure: Figure) -> list[Text]:
    found = figure.findobj(lambda artist: isinstance(artist, Text))
    hidden = undrawn(figure)
    return [t for t in found if t.get_text() and t.get_visible() and t not in hidden]


def words(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in texts(figure))


@pytest.mark.parametrize("kind", KINDS)
def test_draft_is_marked_and_official_is_not(
    kind: str, drawn: dict[str, Figure], drawn_officially: dict[str, Figure]
) -> None:
    assert DRAFT_MARK in words(drawn[kind])
    assert DRAFT_MARK not in words(drawn_officially[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_scenarios_are_marked(kind: str, drawn_officially: dict[str, Figure]) -> None:
    assert (SCENARIO_MARK in words(drawn_officially[kind])) == (kind in SCENARIOS)


@pytest.mark.parametrize("kind", KINDS)
def test_fund_document_and_date_stand_on_it(kind: str, drawn: dict[str, Figure]) -> None:
    text = words(drawn[kind])
    assert "2020年东莞市“民生大莞家”专项资金分配" in text
    assert "东府办〔2020〕22号" in text
    assert "2020年6月30日" in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_is_in_our_font_and_in_the_font(kind: str, drawn: dict[str, Figure]) -> None:
    glyphs = FT2Font(str(font_file())).get_charmap()
    for text in texts(drawn[kind]):
        assert text.get_fontname() == "Noto Sans SC"
        assert not [c for c in text.get_text() if c != "\n" and ord(c) not in glyphs]


def boxes(found: list[Text]) -> list[tuple[str, Bbox]]:
    return [(text.get_text(), text.get_window_extent()) for text in found]


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_is_cut_at_the_edge(kind: str, drawn: dict[str, Figure]) -> None:
    figure = drawn[kind]
    for text, box in boxes(texts(figure)):
        inside = (
            box.x0 >= 0
            and box.y0 >= 0
            and box.x1 <= figure.bbox.width
            and box.y1 <= figure.bbox.height
        )
        assert inside, text


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_lies_on_another(kind: str, drawn: dict[str, Figure]) -> None:
    """Rotated texts aside, whose boxes are larger than they are."""
    upright = [text for text in texts(drawn[kind]) if text.get_rotation() in (0.0, 90.0)]
    for (one, a), (two, b) in combinations(boxes(upright), 2):
        width = min(a.x1, b.x1) - max(a.x0, b.x0)
        height = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert not (width > 1.5 and height > 1.5), (one, two)


@pytest.mark.parametrize("kind", KINDS)
def test_text_is_large_enough_to_read(kind: str, drawn: dict[str, Figure]) -> None:
    assert min(text.get_fontsize() for text in texts(drawn[kind])) >= 7
