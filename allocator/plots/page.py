"""The sheet a figure is drawn on: title, draft mark, source note; and its way into a file."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

from allocator.base.files import write_whole
from allocator.base.problems import InputError, Place, Problem
from allocator.explain.speech import speech_of
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import DRAFT_MARK, SCENARIO_MARK, Scheme
from allocator.plots.style import INK, MUTED, WARNING, settings

FORMATS: Final = ("png", "svg", "pdf")

#: What keeps the bytes the same every time: no date, no version of the program that drew it.
_METADATA: Final[dict[str, dict[str, str | None]]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
_MARGIN, _TITLE_SIZE, _NOTE_SIZE, _LINE = 0.18, 13.0, 7.5, 1.45
_POINTS = 72
_PRINT, _SCREEN = 150, 90  # dots per inch of files, and of figures shown in a notebook


class Picture(Figure):
    """A figure that shows itself in a notebook, without any setting made there.

    Its texts are those of a Chinese city; `said` puts them in the words of the fund.
    """

    said: Callable[[str], str] = str

    def _repr_png_(self) -> bytes:
        return _render(self, "png", dpi=_SCREEN)


def page(
    scheme: Scheme,
    title: str,
    size: tuple[float, float],
    *,
    unit: str = "单位：万元",
    notes: Sequence[str] = (),
    scenario: bool = False,
) -> tuple[Picture, Axes]:
    """(figure, axes) of `size` inches: title, fund and marks above, notes and source below."""
    width, height = size
    figure = Picture(figsize=size)
    figure.said = said = speech_of(scheme).said
    title, unit, notes = said(title), said(unit), [said(note) for note in notes]
    marks = [DRAFT_MARK] if scheme.is_draft else []
    if scenario or scheme.status == "trial":
        marks.append(SCENARIO_MARK)
    room = (width - 2 * _MARGIN) * _POINTS
    top = _MARGIN + _head(figure, wrap(title, room, _TITLE_SIZE), scheme, unit, marks, room)
    lines = [line for note in (*notes, source(scheme)) for line in wrap(note, room, _NOTE_SIZE)]
    bottom = _MARGIN + len(lines) * _NOTE_SIZE * _LINE / _POINTS
    figure.text(
        _MARGIN / width,
        _MARGIN / height,
        "\n".join(lines),
        size=_NOTE_SIZE,
        color=MUTED,
        va="bottom",
        linespacing=_LINE - 0.2,
    )
    rect = (0.0, bottom / height, 1.0, 1 - (top + bottom) / height)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=rect, w_pad=_MARGIN, h_pad=0.1))
    return figure, figure.add_subplot()


def _head(
    figure: Figure, title: list[str], scheme: Scheme, unit: str, marks: list[str], room: float
) -> float:
    """Write title, fund, unit and marks; return the inches they take."""
    width, height = figure.get_size_inches()
    used = _MARGIN
    texts = [(title, _TITLE_SIZE, INK), (wrap(f"{scheme.name}　{unit}", room, 9), 9, MUTED)]
    if marks:
        texts.append((wrap("　".join(f"【{mark}】" for mark in marks), room, 10), 10, WARNING))
    for lines, points, colour in texts:
        for line in lines:
            x, y = _MARGIN / width, 1 - used / height
            figure.text(x, y, line, size=points, color=colour, va="top")
            used += points * _LINE / _POINTS
    return used - _MARGIN


def source(scheme: Scheme) -> str:
    """来源: document number and date of the scheme, as far as it names them."""
    parts = [f"依据：{scheme.document}"] if scheme.document else []
    if day := scheme.date:
        parts.append(f"日期：{day.year}年{day.month}月{day.day}日")
    return "　".join([*parts, "图中金额为显示值，以分配表为准。"])


def placeholder_note(recipients: Recipients) -> tuple[str, ...]:
    """What the reader must know of figures in the table that are not real, if there are any."""
    names = [plain_name(recipients.header(column)) for column in recipients.placeholders()]
    return (f"数据表含示例数据（{'、'.join(names)}），须换成核定数据。",) if names else ()


def plain_name(header: str) -> str:
    """A header without the unit it ends with.

    >>> plain_name("经济总量（亿元）"), plain_name("村（社区）数量")
    ('经济总量', '村（社区）数量')
    """
    return re.sub(r"[（(][^（()）]*[）)]$", "", header) or header


def wrap(text: str, room: float, points: float) -> list[str]:
    """The text in lines of at most `room` points: a Chinese character is one em, others half."""
    lines, line, used = [], "", 0.0
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WFA"
        step = points * (1.0 if wide else 0.6)
        if line and used + step > room and character not in "，。、；：）】":
            lines.append(line)
            line, used = "", 0.0
        line, used = line + character, used + step
    return [*lines, line] if line else lines


def save(figure: Figure, path: Path) -> None:
    """Write the figure as PNG, SVG or PDF by the name's ending, whole or not at all.

    The same figure gives the same bytes. Raises `InputError` for another ending, or where the
    file cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        remedy = f"图片文件名须以 {'、'.join('.' + known for known in FORMATS)} 结尾"
        problem = Problem("plot.format", "不认识的图片格式", remedy, Place(str(path)), path.suffix)
        raise InputError([problem])
    write_whole(path, _render(figure, kind))


def _render(figure: Figure, kind: str, dpi: int = _PRINT) -> bytes:
    buffer = io.BytesIO()
    if isinstance(figure, Picture):
        for text in figure.findobj(Text):
            text.set_text(figure.said(text.get_text()))
    with settings():
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=_METADATA[kind])
    return buffer.getvalue()
