"""How an official table looks: fonts, number formats, borders and column widths."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final, Literal

#: Fonts of Chinese official documents. Where one is not installed, the spreadsheet program puts
#: the nearest one it has in its place; widths leave room for that.
TITLE_FONT: Final = "方正小标宋简体"
HEADER_FONT: Final = "黑体"
BODY_FONT: Final = "仿宋_GB2312"
FIGURE_FONT: Final = "Times New Roman"
FONT_NOTE: Final = (
    "标题用方正小标宋简体，表头用黑体，正文用仿宋_GB2312，数字用 Times New Roman；"
    "未安装的字体由打开文件的程序以近似字体代替，不影响数字。"
)

BODY_SIZE: Final = 11
LINE_HEIGHT: Final = 15.5  # points, of one line of body text
LEAST_HEIGHT: Final = 14.0  # of a line in a table that must share its page with many

#: money, number: thousands separators and fixed decimals; share: decimals, for ratios that feed
#: amounts; percent: rates; count, index: whole; text, center: texts. The rest is set apart.
StyleKind = Literal[
    "money",
    "number",
    "share",
    "percent",
    "count",
    "index",
    "text",
    "center",
    "right",
    "title",
    "mark",
    "draft",
    "corner",
    "header",
    "note",
    "label",
]
_TEXTS: Final = (
    "text",
    "center",
    "right",
    "title",
    "mark",
    "draft",
    "corner",
    "header",
    "note",
    "label",
)
_BARE: Final = ("title", "mark", "draft", "corner", "note", "label")
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "title": {"font_name": TITLE_FONT, "font_size": 18, "align": "center", "text_wrap": True},
    "mark": {"font_name": HEADER_FONT, "font_size": 12, "align": "left"},
    "draft": {"font_name": HEADER_FONT, "font_color": "#C00000", "align": "left"},
    "corner": {"align": "right"},
    "header": {"font_name": HEADER_FONT, "align": "center", "text_wrap": True},
    "note": {"align": "left", "text_wrap": True, "valign": "top"},
    "label": {"align": "right"},
    "text": {"align": "left", "text_wrap": True},
    "center": {"align": "center"},
    "right": {"align": "right"},
    "index": {"align": "center"},
    "percent": {"align": "center"},
}


@dataclass(frozen=True, slots=True)
class Style:
    """How one cell looks; `decimals` is for the eye only, `marked` is a placeholder's shade."""

    kind: StyleKind
    decimals: int = 0
    is_total: bool = False
    is_marked: bool = False
    has_border: bool = True


def number_format(kind: StyleKind, decimals: int) -> str:
    """The number format of a cell.

    Figures at the right border keep the width of a blank from it.

    >>> number_format("money", 2), number_format("percent", 0), number_format("text", 0)
    ('#,##0.00_ ', '0%', '@')
    """
    tail = "." + "0" * decimals if decimals else ""
    if kind in _TEXTS:
        return "@"
    if kind == "percent":
        return f"0{tail}%"
    if kind == "index":
        return f"0{tail}"
    return f"0{tail}_ " if kind == "share" else f"#,##0{tail}_ "


def properties(style: Style) -> dict[str, Any]:
    """The style in the words of XlsxWriter."""
    is_text = style.kind in _TEXTS
    look: dict[str, Any] = {
        "font_name": BODY_FONT if is_text and style.kind != "right" else FIGURE_FONT,
        "bold": style.is_total,
        "font_size": BODY_SIZE,
        "valign": "vcenter",
        "num_format": number_format(style.kind, style.decimals),
    }
    look |= _LOOKS.get(style.kind, {"align": "right"})
    if style.kind not in _BARE and style.has_border:
        look["border"] = 1
    if style.is_marked:
        look["bg_color"] = "#FFF2CC"
    return look


def shown(value: float | str | None, style: Style) -> str:
    """The text that a spreadsheet program shows, to measure its width."""
    if value is None or isinstance(value, str):
        return value or ""
    if style.kind == "percent":
        return f"{value * 100:.{style.decimals}f}%"
    return f"{value:,.{style.decimals}f}"


@functools.lru_cache(4096)
def text_width(text: str) -> int:
    """Width in half-width characters; a Chinese character and its punctuation take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


#: Signs that may not begin a line, and those that may not end one.
_NO_START: Final = frozenset("，。、；：！？）》〉」』”’％…—·,.;:!?)%")
_NO_END: Final = frozenset("（《〈「『“‘(")
_TOKENS: Final = re.compile(r"[A-Za-z0-9_.,%+\-/]+|.", re.DOTALL)


def broken_lines(text: str, width: float) -> list[str]:
    """A text in lines of at most `width` half-width characters, broken as Chinese is set.

    No line begins with a closing sign or ends with an opening one; numbers and words stay whole.

    >>> broken_lines("扣回、待收回的计算见附表3。", 20)
    ['扣回、待收回的计算见', '附表3。']
    >>> broken_lines("甲乙丙丁，戊己", 8)
    ['甲乙丙', '丁，戊己']
    """
    lines = []
    for paragraph in text.split("\n"):
        tokens, line, used = _TOKENS.findall(paragraph), list[str](), 0
        for token in tokens:
            used += text_width(token)
            if line and used > width:
                moved: list[str] = []
                while len(line) > 1 and (token[0] in _NO_START or line[-1][-1] in _NO_END):
                    token, moved = line[-1], [token, *moved]  # noqa: PLW2901 - goes along
                    line.pop()
                lines.append("".join(line))
                line = [token, *moved]
                used = sum(map(text_width, line))
            else:
                line.append(token)
        lines.append("".join(line))
    return lines


def wrapped_lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of that width."""
    return sum(max(-(-text_width(line) // max(int(width), 2)), 1) for line in text.split("\n"))
