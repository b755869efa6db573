"""What the styles of a workbook make of its cells: number format, font, colours, alignment.

A look is either that of the genuine workbook, or one of the few changes that show the same: another
common font, a colour that keeps its contrast, a format with the same digits. All else is not shown
to be true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from allocator.excel.strict.vocabulary import Attributes, SheetNode

#: Number formats without a code in the file (ECMA-376 18.8.30), as far as tables use them.
_BUILT_IN: Final = {0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00"}
_BUILT_IN_MORE: Final = {9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 49: "@"}
_FIRST_CUSTOM: Final = 164
#: The palette of indexed colours (ECMA-376 18.8.27): eight basic ones twice, then the rest.
_BASIC: Final = "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF "
_REST: Final = (
    "800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 "
    "FF8080 0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF "
    "CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 "
    "969696 003366 339966 003300 333300 993300 993366 333399 333333"
)
_PALETTE: Final = (_BASIC + _BASIC + _REST).split()
_SYSTEM: Final = {64: "000000", 65: "FFFFFF"}
_BLACK, _WHITE = "000000", "FFFFFF"
#: Theme colours count the scheme's children with the first two pairs swapped (18.8.3).
_THEME_ORDER: Final = (
    *("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3"),
    *("accent4", "accent5", "accent6", "hlink", "folHlink"),
)
#: Fonts that draw every letter and digit as what it is, by how their names begin.
FONTS: Final = re.compile(
    "宋体|新宋体|仿宋|黑体|楷体|等线|微软雅黑|华文|方正|隶书|幼圆|文泉驿|思源|SimSun|NSimSun|SimHei|FangSong|"
    "KaiTi|Microsoft YaHei|DengXian|STSong|STFangsong|STKaiti|STHeiti|Arial|Calibri|Cambria|"
    "Times New Roman|Verdana|Tahoma|Courier New|Helvetica|Liberation|DejaVu|Noto (Sans|Serif)|"
    "Source Han|WenQuanYi|Droid Sans|Carlito|Caladea|Aptos|MS Sans Serif|ＭＳ Ｐゴシック"
)
_NO_LETTERS: Final = re.compile("symbol|ding|emoji|icon|barcode|music", re.IGNORECASE)
_LEAST_CONTRAST: Final = 4.5  # of luminances, as WCAG 2 asks of text; black on white is 21
_LEAST_SIZE: Final = 6.0
_FORMAT_SIGNS: Final = frozenset("0#?.,%/;@[]")
_PAINTED: Final = re.compile(r"\[(red|black)\]", re.IGNORECASE)
_FLAT: Final = re.compile(r"(#,##0|#,###0|0)(\.(0+))?(%?)")
_SIDES: Final = ("general", "left", "center", "right")
_HEIGHTS: Final = ("", "top", "center", "bottom")
_APPLIES: Final = {
    "applyNumberFormat": "numFmtId",
    "applyFont": "fontId",
    "applyFill": "fillId",
}
_TRUE: Final = ("1", "true")


@dataclass(frozen=True, slots=True)
class Look:
    """A cell style. A colour of None, or words in `doubt`, are not known for sure."""

    code: str = "General"
    font: str = ""
    size: float = 11.0
    colour: str | None = _BLACK
    fill: str | None = _WHITE
    side: str = "general"
    height: str = ""
    #: Wrapping, turning, indent, shrinking: what else an alignment does.
    bent: tuple[bool, int, int] = (False, 0, 0)
    is_shrunk: bool = False
    doubt: str = ""


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
        is_plain = sign in _FORMAT_SIGNS or (sign.isascii() and sign.isalpha())
        parts.append(sign.upper() if is_plain else f"\\{sign}")
        at += 1
    return "".join(parts)


def shows_same(want: str, have: str, value: object) -> bool:
    """Whether a cell shows the same figure or text under both formats.

    >>> shows_same("#,##0.00", "0.00_ ", 2.5), shows_same("#,##0.00", "#,##0.00,", 2.5)
    (True, False)
    >>> shows_same("#,##0", "General", 12.0), shows_same("@", "General", "甲")
    (True, True)
    """
    keys = format_key(want), format_key(have)
    if keys[0] == keys[1]:
        return True
    if not isinstance(value, float):
        return all(_leaves_texts(key) for key in keys)
    flat = _flat(want), _flat(have)
    if None not in flat:
        return flat[0] == flat[1]
    is_small = value.is_integer() and abs(value) < 10**10
    return is_small and flat[0] == (0, "") and keys[1] in ("GENERAL", "@")


def _leaves_texts(key: str) -> bool:
    """Whether a format shows a text as it is: the fourth section is for texts, or one with `@`."""
    return key == "@" or ("@" not in key and key.count(";") < 3 and "\\;" not in key)


def _flat(code: str) -> tuple[int, str] | None:
    """(decimals, per cent) of a format that shows plain digits with a minus; else None."""
    bare = re.sub(r"_.|\[(Red|Black)\]|\\ ", "", code)
    positive, *rest = bare.split(";")
    found = _FLAT.fullmatch(positive)
    if not found or len(rest) > 1 or (rest and rest[0].lstrip("\\") != f"-{positive}"):
        return None
    return len(found[3] or ""), found[4]


def compare_looks(want: Look, have: Look, value: object) -> tuple[str, str]:
    """(what a reader would see otherwise, what merely looks otherwise): words, or empty."""
    if have.doubt and have.doubt != want.doubt:
        return have.doubt, ""
    if value in (None, ""):
        return "", ""
    if not shows_same(want.code, have.code, value):
        return f"数字格式不同，表内 {have.code}，应为 {want.code}", ""
    for message in (_paint(want, have), _letters(want, have), _bend(want, have, value)):
        if message:
            return message, ""
    return "", _changes(want, have)


def _paint(want: Look, have: Look) -> str:
    if (want.colour, want.fill) == (have.colour, have.fill) and have.colour and have.fill:
        return ""
    if have.colour is None or have.fill is None:
        return "字体或底纹的颜色无法确定"
    if _PAINTED.search(have.code) and have.fill != _WHITE:
        return "数字格式另有颜色，在底色上可能看不清"
    if contrast(have.colour, have.fill) < _LEAST_CONTRAST:
        return "字体颜色与底色相近，看不清"
    return ""


def _letters(want: Look, have: Look) -> str:
    if have.font != want.font and not is_plain_font(have.font):
        return f"字体“{have.font}”不是常用字体，看到的字可能不同"
    if have.size < min(_LEAST_SIZE, want.size) or have.size > 3 * want.size:
        return f"字号 {have.size:g}，看不清或看不全"
    return ""


def _bend(want: Look, have: Look, value: object) -> str:
    if have.bent != want.bent and not (isinstance(value, float) and have.bent[1:] == want.bent[1:]):
        return "换行、旋转或缩进的设置不同，内容可能看不全"
    if have.is_shrunk and not want.is_shrunk and isinstance(value, str):
        return "文字会缩小到格宽以内，可能看不清"
    if have.side != want.side and have.side not in _SIDES:
        return f"对齐方式 {have.side}，内容可能看不全"
    if have.height != want.height and have.height not in _HEIGHTS:
        return f"垂直对齐方式 {have.height}，内容可能看不全"
    return ""


def _changes(want: Look, have: Look) -> str:
    named = {
        "字体": want.font != have.font or want.size != have.size,
        "颜色": (want.colour, want.fill) != (have.colour, have.fill),
        "数字格式（显示相同）": format_key(want.code) != format_key(have.code),
    }
    return "、".join(name for name, differs in named.items() if differs)


def is_plain_font(name: str) -> bool:
    """Whether a font is one that is known to show letters as they are."""
    return bool(FONTS.match(name)) and name.isprintable() and not _NO_LETTERS.search(name)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 counts it.

    >>> round(contrast("000000", "FFFFFF")), round(contrast("FFFFCC", "FFFFFF"), 2)
    (21, 1.03)
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@dataclass(frozen=True, slots=True)
class Looks:
    """The cell styles by their number in the cells, the conditional ones as comparable keys."""

    cells: Sequence[Look]
    conditional: Sequence[str]
    theme: Mapping[str, str]
    palette: Sequence[str] | None

    def colour(self, a: Attributes | None, usual: str) -> str | None:
        """A colour as RRGGBB; None where the file leaves it open which."""
        if not a:
            return usual
        named = [key for key in ("rgb", "theme", "indexed", "auto") if key in a]
        if len(named) != 1:
            return None
        key = named[0]
        if key == "auto":
            found: str | None = usual if a[key] in _TRUE else None
        elif key == "rgb":
            found = a[key][-6:].upper() if re.fullmatch("[0-9A-Fa-f]{6,8}", a[key]) else None
        elif not re.fullmatch("[0-9]{1,4}", a[key]):
            found = None
        elif key == "theme":
            number = int(a[key])
            found = self.theme.get(_THEME_ORDER[number]) if number < len(_THEME_ORDER) else None
        else:
            number = int(a[key])
            palette = self.palette or ()
            found = palette[number] if number < len(palette) else _SYSTEM.get(number)
        return _tinted(found, a.get("tint", "0"))

    def run_look(self, look: Look, run: SheetNode | None) -> Look:
        """The look of a part of a text that has a font of its own."""
        return look if run is None else _with_font(self, look, run, "rFont")


def _tinted(colour: str | None, tint: str) -> str | None:
    """A colour made lighter or darker, part by part; near enough for judging contrast."""
    try:
        by = float(tint)
    except ValueError:
        return None
    if colour is None or not -1 <= by <= 1:
        return None
    parts = [int(colour[k : k + 2], 16) for k in (0, 2, 4)]
    return "".join(f"{round(p + (255 - p) * by if by > 0 else p * (1 + by)):02X}" for p in parts)


def read_looks(styles: SheetNode, theme: Mapping[str, str]) -> Looks:
    """The styles of a workbook; `theme` holds the colours and fonts of its theme."""
    sheet = styles.children[0]
    palette: Sequence[str] | None = _PALETTE
    if custom := [
        n.attributes.get("rgb", "")[-6:] for n in sheet.all("colors/indexedColors/rgbColor")
    ]:
        palette = _PALETTE if [c.upper() for c in custom] == _PALETTE[: len(custom)] else None
    looks = Looks((), (), theme, palette)
    codes: dict[int, str] = _BUILT_IN | _BUILT_IN_MORE
    told: set[int] = set()
    for node in sheet.all("numFmts/numFmt"):
        number, code = int(node.attributes["numFmtId"]), node.attributes.get("formatCode", "")
        if number in told:  # some programs take the first, some the last
            codes.pop(number, None)
            continue
        told.add(number)
        # Programs that know a number below 164 by heart do not look at its code here.
        if number >= _FIRST_CUSTOM or codes.get(number) == code:
            codes[number] = code
        else:
            codes.pop(number, None)
    parts = _Parts(looks, codes, list(sheet.all("fonts/font")), list(sheet.all("fills/fill")))
    named = list(sheet.all("cellStyleXfs/xf"))
    cells = tuple(_cell_look(parts, xf, named) for xf in sheet.all("cellXfs/xf"))
    conditional = tuple(_conditional(looks, dxf) for dxf in sheet.all("dxfs/dxf"))
    return replace(looks, cells=cells, conditional=conditional)


@dataclass(frozen=True, slots=True)
class _Parts:
    looks: Looks
    codes: Mapping[int, str]
    fonts: Sequence[SheetNode]
    fills: Sequence[SheetNode]


def _cell_look(parts: _Parts, xf: SheetNode, named: Sequence[SheetNode]) -> Look:
    """A style; in doubt where a program may take something from the named style instead."""
    look = _look(parts, xf, xf.attributes)
    mixed = dict(xf.attributes)
    parent = int(mixed.get("xfId", "0"))
    if parent >= len(named):
        return look if not named else replace(look, doubt="样式的引用无效")
    for flag, key in _APPLIES.items():
        if mixed.get(flag, "1") not in _TRUE:
            mixed[key] = named[parent].attributes.get(key, "0")
    align = xf if mixed.get("applyAlignment", "1") in _TRUE else named[parent]
    other = _look(parts, align, mixed)
    return look if other == look else replace(look, doubt="样式有两种读法，各程序显示可能不同")


def _look(parts: _Parts, xf: SheetNode, a: Attributes) -> Look:
    code = parts.codes.get(int(a.get("numFmtId", "0")))
    font, fill = int(a.get("fontId", "0")), int(a.get("fillId", "0"))
    if code is None or font >= len(parts.fonts) or fill >= len(parts.fills):
        return Look(doubt=f"样式的引用无效（数字格式 {a.get('numFmtId')}）")
    look = _with_font(parts.looks, Look(code), parts.fonts[font], "name")
    look = replace(look, fill=_fill(parts.looks, parts.fills[fill].find("patternFill"), "fgColor"))
    align = xf.find("alignment")
    if align is None:
        return look
    b = align.attributes
    bent = (
        b.get("wrapText", "0") in _TRUE,
        int(b.get("textRotation", "0")),
        int(b.get("indent", "0")),
    )
    height = {"bottom": ""}.get(b.get("vertical", ""), b.get("vertical", ""))
    return replace(
        look,
        side=b.get("horizontal", "general"),
        height=height,
        bent=bent,
        is_shrunk=b.get("shrinkToFit", "0") in _TRUE,
    )


def _with_font(looks: Looks, look: Look, font: SheetNode, name: str) -> Look:
    def value(key: str, usual: str) -> str:
        node = font.find(key)
        return usual if node is None else node.attributes.get("val", usual)

    colour = font.find("color")
    family, charset = value(name, look.font), value("charset", "1")
    scheme = value("scheme", "none")
    doubt = look.doubt or ("字体的字符集是符号" if charset == "2" else "")
    # A font of the theme is drawn as the theme says by some programs, by its name here by others.
    if scheme in ("major", "minor"):
        doubt = doubt or ("" if is_plain_font(family) else f"字体“{family}”不是常用字体")
        family = looks.theme.get(f"{scheme} font", family) if looks.theme else family
    try:
        size = float(value("sz", f"{look.size:g}"))
    except ValueError:
        size = 0.0
    return replace(
        look,
        font=family,
        size=size,
        colour=looks.colour(colour.attributes, _BLACK) if colour else look.colour,
        doubt=doubt,
    )


def _fill(looks: Looks, pattern: SheetNode | None, key: str) -> str | None:
    if pattern is None or pattern.attributes.get("patternType", "none") == "none":
        return _WHITE
    if pattern.attributes["patternType"] != "solid":
        return None
    colour = pattern.find(key)
    return looks.colour(colour.attributes, _BLACK) if colour else None


def _conditional(looks: Looks, dxf: SheetNode) -> str:
    """A conditional style as a key: the same for the same look."""
    font, code = dxf.find("font"), dxf.find("numFmt")
    said: list[str] = []
    if code:
        said.append(format_key(code.attributes.get("formatCode", "")))
    if font:
        said.append(
            f"font {[(c.name, looks.colour(c.attributes, '') or dict(c.attributes)) for c in font.children]}"
        )
    if pattern := dxf.find("fill/patternFill"):
        kind = pattern.attributes.get("patternType", "solid")
        said += [] if kind == "solid" else [f"pattern {kind}"]
        colours = [looks.colour(c.attributes, "") for c in pattern.children if c.name == "bgColor"]
        said.append(f"fill {colours}")
    return " ".join(said)
