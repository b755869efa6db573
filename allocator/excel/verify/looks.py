"""What the styles of a workbook do to its cells: number formats, and what makes them illegible.

An official may set another font or shade a cell; what is looked for here is a look that makes a
reader see something else than what is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from allocator.excel.files.ooxml import Package

#: Number formats without a code in the file (ECMA-376 18.8.30), as far as tables use them.
_BUILT_IN: Final = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "yyyy-mm-dd",
    49: "@",
}
#: The palette of indexed colours (ECMA-376 18.8.27), as far as it is black or white; 64, 65: system.
_INDEXED: Final = {0: "000000", 1: "FFFFFF", 8: "000000", 9: "FFFFFF", 64: "000000", 65: "FFFFFF"}
#: Theme colours count the scheme's children with the first two pairs swapped (18.8.3).
_THEME_ORDER: Final = ("lt1", "dk1", "lt2", "dk2")
_BLACK, _WHITE = "000000", "FFFFFF"
_SYMBOLS: Final = ("wingdings", "webdings", "symbol", "marlett", "zapfdingbats", "opensymbol")
_PLAIN_PATTERNS: Final = ("none", "solid", "gray125", "gray0625")
_FALSE: Final = ("0", "false")
_LEAST_CONTRAST: Final = 2.0  # of luminances, as WCAG 2 counts it: black on white is 21
_LEAST_SIZE: Final = 5.0
_MOST_INDENT: Final = 6
_FORMAT_SIGNS: Final = frozenset("0#?.,%/;@[]")


Says = Mapping[str, Mapping[str, str]]  # elements by their path, with their attributes


@dataclass(frozen=True, slots=True)
class Look:
    """A cell style: its number format, and why a reader cannot trust the eye ("" if he can)."""

    code: str
    flaw: str = ""


@dataclass(slots=True)
class Looks:
    """The styles by their number in the cells; `conditional` by number, as comparable keys.

    `run_flaw` judges the font of a part of a text by its elements.
    """

    cells: list[Look] = field(default_factory=list)
    conditional: list[str] = field(default_factory=list)
    run_flaw: Callable[[Says], str] = lambda _: ""


def format_key(code: str) -> str:
    r"""A number format with its literals told from its signs, however they are written.

    >>> format_key('yyyy-mm-dd"（示例）"') == format_key("yyyy\\-mm\\-dd（示例）")
    True
    >>> format_key("#,##0.00") == format_key("#,##0\\.00")
    False
    """
    parts: list[str] = []
    at = 0
    while at < len(code):
        sign = code[at]
        if sign == '"':
            end = code.find('"', at + 1)
            end = len(code) if end < 0 else end
            parts += [f"\\{letter}" for letter in code[at + 1 : end]]
            at = end + 1
            continue
        if sign in "\\_*":
            parts.append(("\\" if sign == "\\" else sign) + code[at + 1 : at + 2])
            at += 2
            continue
        is_plain = sign in _FORMAT_SIGNS or _is_letter(sign)
        parts.append(sign.upper() if is_plain else f"\\{sign}")
        at += 1
    return "".join(parts)


def _is_letter(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


def read_looks(package: Package, part: str, theme: str) -> Looks:
    """The styles of a workbook; `theme` is the part with its colours."""
    styles = _Styles(_theme_colours(package, theme))
    package.parse(part, styles.start, styles.end)
    looks = [styles.look(xf) for xf in styles.cells]
    keys = [styles.conditional_key(dxf) for dxf in styles.conditional]
    return Looks(looks, keys, lambda font: styles.font_flaw(font, _WHITE))


def _theme_colours(package: Package, part: str) -> dict[str, str]:
    """dk1, lt1 … → RRGGBB."""
    colours: dict[str, str] = {}
    inside = [""]

    def start(name: str, a: Mapping[str, str]) -> None:
        if name in ("sysClr", "srgbClr") and inside[0]:
            system = {"windowText": _BLACK, "window": _WHITE}.get(a.get("val", ""))
            colours.setdefault(inside[0], system or a.get("lastClr") or a.get("val", _BLACK))
        elif re.fullmatch(r"(dk|lt)[12]|accent[1-6]|(fol)?[hH]link", name):
            inside[0] = name

    def end(name: str) -> None:
        if name == inside[0]:
            inside[0] = ""

    if part:
        package.parse(part, start, end)
    return colours


@dataclass(slots=True)
class _Entry:
    """A font, fill, cell style or conditional style: what its elements say."""

    says: dict[str, Mapping[str, str]] = field(default_factory=dict)


class _Styles:
    """Collects xl/styles.xml."""

    def __init__(self, theme: Mapping[str, str]) -> None:
        self.theme = theme
        self.codes: dict[int, str] = {}
        self.indexed: list[str] = []
        self.lists: dict[str, list[_Entry]] = {k: [] for k in ("fonts", "fills", "cellXfs", "dxfs")}
        self.within: list[str] = []

    @property
    def cells(self) -> list[_Entry]:
        return self.lists["cellXfs"]

    @property
    def conditional(self) -> list[_Entry]:
        return self.lists["dxfs"]

    def start(self, name: str, a: Mapping[str, str]) -> None:
        if name == "numFmt" and "dxf" not in self.within:
            self.codes[int(a["numFmtId"])] = a.get("formatCode", "")
        elif name == "rgbColor":
            self.indexed.append(a.get("rgb", "")[-6:])
        owner = next((k for k in self.within if k in self.lists), "")
        if owner and self.within[-1] == owner:
            self.lists[owner].append(_Entry({"": dict(a)}))
        elif owner:
            path = "/".join([*self.within[self.within.index(owner) + 2 :], name])
            self.lists[owner][-1].says[path] = dict(a)
        self.within.append(name)

    def end(self, _: str) -> None:
        self.within.pop()

    def colour(self, a: Mapping[str, str] | None, default: str) -> str:
        """RRGGBB of a colour element, however it is named."""
        if a is None or a.get("auto") in ("1", "true"):
            return default
        if "rgb" in a:
            return _tinted(a["rgb"][-6:].upper(), a)
        if "theme" in a:
            number = int(a["theme"])
            name = _THEME_ORDER[number] if number < 4 else f"accent{number - 3}"
            usual = {"lt1": _WHITE, "dk1": _BLACK}.get(name, default)
            return _tinted(self.theme.get(name, usual).upper(), a)
        if "indexed" in a:
            number = int(a["indexed"])
            if number < len(self.indexed):
                return self.indexed[number].upper()
            return _INDEXED.get(number, default)
        return default

    def look(self, xf: _Entry) -> Look:
        own = xf.says[""]
        number = int(own.get("numFmtId", "0"))
        usual, stated = _BUILT_IN.get(number), self.codes.get(number)
        code = stated or usual or str(number)
        if stated and usual and format_key(stated) != format_key(usual):
            code = f"{usual} {stated}"  # which of the two is shown depends on the program
        font = self._entry("fonts", own.get("fontId"))
        fill = self._entry("fills", own.get("fillId"))
        return Look(code, self._flaw(font.says, fill.says, xf.says.get("alignment", {})))

    def _entry(self, kind: str, number: str | None) -> _Entry:
        entries = self.lists[kind]
        return entries[int(number or 0)] if entries else _Entry()

    def _flaw(self, font: Says, fill: Says, alignment: Mapping[str, str]) -> str:
        pattern = fill.get("patternFill", {}).get("patternType", "none")
        if pattern not in _PLAIN_PATTERNS or any(p.startswith("gradientFill") for p in fill):
            return "底纹遮盖文字"
        ground = _WHITE
        if pattern == "solid":
            ground = self.colour(fill.get("patternFill/fgColor"), _WHITE)
        if alignment.get("horizontal") == "fill":
            return "“填充”对齐，文字会重复显示"
        if int(alignment.get("indent", "0")) > _MOST_INDENT:
            return "缩进过大，文字看不全"
        return self.font_flaw(font, ground)

    def font_flaw(self, font: Says, ground: str) -> str:
        """What makes a font on a ground illegible."""
        name = font.get("name", font.get("rFont", {})).get("val", "").lower()
        colour = self.colour(font.get("color"), _BLACK)
        flaws = {
            "字色与底色相近，看不清": _contrast(colour, ground) < _LEAST_CONTRAST,
            "字号过小，看不清": float(font.get("sz", {}).get("val", "11")) < _LEAST_SIZE,
            "文字被划去": font.get("strike", {"val": "0"}).get("val", "1") not in _FALSE,
            "用了符号字体，显示的不是原字": name.startswith(_SYMBOLS)
            or font.get("charset", {}).get("val") == "2",
        }
        return next((words for words, holds in flaws.items() if holds), "")

    def conditional_key(self, dxf: _Entry) -> str:
        """A conditional style by what it does: number format, font and ground colour."""
        says = dxf.says
        code = format_key(says.get("numFmt", {}).get("formatCode", ""))
        ink = self.colour(says.get("font/color"), _BLACK)  # black is also said by saying nothing
        parts = [code, "" if ink == _BLACK else ink]
        parts.append(self.colour(says.get("fill/patternFill/bgColor"), ""))
        return " ".join([*parts, "strike" if "font/strike" in says else ""]).strip()


class Runs:
    """Judges the parts of a text that have a font of their own, from the events of the XML."""

    def __init__(self, flaw_of: Callable[[Says], str]) -> None:
        self.flaw_of = flaw_of
        self.says: dict[str, Mapping[str, str]] | None = None

    def start(self, name: str, a: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "rPr":
            self.says = {}
        elif self.says is not None:
            self.says[name] = dict(a)

    def end(self, name: str) -> str:
        """An element ends; what is wrong with the font of the run, if that was its font."""
        if name != "rPr" or self.says is None:
            return ""
        flaw, self.says = self.flaw_of(self.says), None
        return flaw


def _channels(colour: str) -> Sequence[float]:
    try:
        return [int(colour[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    except ValueError:
        return (0.0, 0.0, 0.0)


def _tinted(colour: str, a: Mapping[str, str]) -> str:
    """A colour made lighter (tint above 0) or darker, channel by channel."""
    tint = float(a.get("tint", "0"))
    if not tint:
        return colour
    mixed = [c + (1 - c) * tint if tint > 0 else c * (1 + tint) for c in _channels(colour)]
    return "".join(f"{round(255 * min(max(c, 0), 1)):02X}" for c in mixed)


def _contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 … 21 (WCAG 2.1)."""

    def luminance(colour: str) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
