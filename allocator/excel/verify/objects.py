"""What lies over or beside the cells of a sheet: charts, pictures, comments, names, headers.

Each thing is a key, the same whichever program saved the file, with the words that name it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from allocator.excel.files.ooxml import Package
from allocator.excel.verify.looks import format_key

Extras = dict[str, str]  # key → words

#: Relationships of a sheet that show nothing: printers, and what programs note for themselves.
_SILENT: Final = frozenset({"printerSettings", "drawing", "customProperty"})
_WORDS: Final = {
    "comments": "批注",
    "threadedComment": "批注",
    "vmlDrawing": "图形或批注，可能遮盖数字",
    "image": "背景图片",
    "table": "表格样式，可能改变显示的数字",
    "hyperlink": "超链接",
    "vbaProject": "宏程序",
    "externalLink": "外部链接",
    "connections": "外部数据连接",
}
_SHAPES: Final = frozenset({"pic", "sp", "cxnSp", "grpSp", "contentPart"})
_COVERS: Final = "图形或图片，可能遮盖数字"
#: Codes of a header or footer that set its font, size and colour.
_FOOTER_LOOK: Final = re.compile(r'&"[^"]*"|&K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|&\d+')
_BOOK_PARTS: Final = ("vbaProject", "externalLink", "connections", "xlMacrosheet")


def sheet_extras(package: Package, part: str) -> Extras:
    """What the relationships of a sheet add to it."""
    found: Extras = {}
    for kind, target in package.relations(part).values():
        if kind == "drawing":
            found |= _drawing(package, target)
        elif kind not in _SILENT:
            found[kind] = _WORDS.get(kind, f"附加内容（{kind}）")
    return found


def book_extras(kinds: Mapping[str, str]) -> Extras:
    """What the parts of the workbook add to it."""
    return {kind: _WORDS.get(kind, "宏程序") for kind in _BOOK_PARTS if kind in kinds}


def calculation_extras(a: Mapping[str, str]) -> Extras:
    """Ways of computing that leave other figures on the screen than the formulas give."""
    found = {}
    if a.get("calcMode") == "manual":
        found["manual"] = "“手动重算”的设置，公式改动后数字不变"
    if a.get("fullPrecision", "1") in ("0", "false"):
        found["precision"] = "“以显示精度为准”的设置，重算会改变数字"
    return found


def footer_extras(name: str, text: str) -> Extras:
    """A header or footer by its text, without its look."""
    words = re.sub(r"\s", "", _FOOTER_LOOK.sub("", text))
    return {f"{name} {words}": f"页眉或页脚“{words}”"} if words else {}


def name_extras(name: str, refers_to: str) -> Extras:
    """A defined name; those that programs keep for themselves say nothing."""
    plain = re.sub(r"[\s$']", "", refers_to)
    if name == "_xlnm.Print_Area":
        return {f"{name} {plain}": f"打印区域 {plain}，其余不打印"}
    if name == "_xlnm.Print_Titles":
        return {f"{name} {plain}": f"打印标题 {plain}"}
    return {} if name.startswith("_xl") else {f"name {name}": f"定义的名称“{name}”"}


def _drawing(package: Package, part: str) -> Extras:
    """Every shape, and every chart by what it draws."""
    found: Extras = {}
    charts: list[str] = []

    def start(name: str, a: Mapping[str, str]) -> None:
        is_other = name == "graphicData" and not a.get("uri", "").endswith("/chart")
        if name in _SHAPES or is_other:
            found[name] = _COVERS
        elif name == "chart":
            charts.append(next((v for k, v in a.items() if k.endswith(" id")), ""))

    package.parse(part, start)
    relations = package.relations(part)
    for relation in charts:
        chart = _Chart()
        target = relations.get(relation, ("", ""))[1]
        package.parse(target, chart.start, chart.end, chart.data)
        if package.relations(target) and _has_shapes(package, target):
            found["userShapes"] = _COVERS
        found[f"chart {chart.key()}"] = f"图表“{''.join(chart.texts)}”，或其所引单元格被改动"
    if not charts and not found:
        found["drawing"] = _COVERS
    return found


def _has_shapes(package: Package, part: str) -> bool:
    return any(kind == "chartUserShapes" for kind, _ in package.relations(part).values())


@dataclass(slots=True)
class _Chart:
    """What a chart draws: its texts, the cells and names of its series, how its axis counts."""

    texts: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    within: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def key(self) -> str:
        return " | ".join(["".join(self.texts), *self.drawn])

    def start(self, name: str, a: Mapping[str, str]) -> None:
        is_value_axis = "valAx" in self.within
        if name == "numFmt" and is_value_axis:
            self.drawn.append(f"axis {format_key(a.get('formatCode', ''))}")
        elif name in ("min", "max", "logBase", "dispUnits") and is_value_axis:
            self.drawn.append(f"{name} {a.get('val', '')}")
        elif name == "orientation" and a.get("val") != "minMax":
            self.drawn.append(f"orientation {a.get('val')}")
        elif name == "showVal" and a.get("val", "1") in ("1", "true"):
            self.drawn.append("labels")
        self.within.append(name)
        self.text = []

    def data(self, text: str) -> None:
        self.text.append(text)

    def end(self, name: str) -> None:
        self.within.pop()
        text, self.text = "".join(self.text), []
        if name == "t":
            self.texts.append(text)
        elif name == "f" and "tx" not in self.within:
            self.drawn.append(re.sub(r"[\s']", "", text))
        elif name == "v" and ("tx" in self.within or self.within[-2].endswith("Lit")):
            self.drawn.append(text)
