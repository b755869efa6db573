"""What lies over or beside the cells of a sheet: charts where ours stand, and comments.

A chart is the list of what it draws. A comment is a text that opens under the pointer; a box that
stays open covers what is under it and is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from allocator.excel.strict.book import Chart, SeenSheet
from allocator.excel.strict.looks import contrast, format_key, is_plain_font
from allocator.excel.strict.package import ClosedPackage, Doubt, tree
from allocator.excel.strict.vocabulary import SheetNode

#: Within a cell, in EMU: a row is at most 409 points high, a column at most 255 characters wide.
_MOST_OFFSET: Final = 409 * 12_700
_WHITE: Final = "FFFFFF"
_LEAST_CONTRAST: Final = 4.5
_LEAST_SIZE: Final = 600
#: What a chart says by an attribute of its own: these and no others decide what is drawn.
_SAYS: Final = ("c:barDir", "c:grouping", "c:legendPos", "c:order", "c:axPos")


def read_beside(package: ClosedPackage, sheet: SeenSheet) -> None:
    """Add the charts and comments of a sheet. Raises `Doubt`."""
    drawing, notes, shapes = (
        package.of_kind(sheet.part, kind) for kind in ("drawing", "comments", "vml")
    )
    if drawing:
        _charts(package, sheet, drawing)
    if shapes:
        _shapes(tree(package, "vml", shapes), shapes)
    if notes:
        for node in tree(package, "comments", notes).all("comments/commentList/comment"):
            text = "".join(t.text for t in node.deep("t"))
            sheet.comments[node.attributes.get("ref", "")] = text


def _shapes(root: SheetNode, part: str) -> None:
    """Every box must be hidden until the pointer asks for it."""
    for shape in root.deep("v:shape"):
        style = re.sub(r"\s", "", shape.attributes.get("style", "")).lower()
        said = [part for part in style.split(";") if part.startswith("visibility")]
        if said != ["visibility:hidden"] or not shape.find("x:ClientData"):
            raise Doubt(part, "有不隐藏的图形或批注框，可能遮盖内容")


def _charts(package: ClosedPackage, sheet: SeenSheet, part: str) -> None:
    for anchor in tree(package, "drawing", part).all("xdr:wsDr/xdr:twoCellAnchor"):
        frame = anchor.find("xdr:graphicFrame/a:graphic/a:graphicData/c:chart")
        corners = [
            int(node.text)
            for side in ("xdr:from", "xdr:to")
            for name in ("xdr:row", "xdr:col")
            if (node := anchor.find(f"{side}/{name}"))
        ]
        relation = package.relations.get(part, {}).get(frame.attributes["r:id"] if frame else "")
        offsets = [
            int(node.text)
            for side in ("xdr:from", "xdr:to")
            for name in ("xdr:rowOff", "xdr:colOff")
            if (node := anchor.find(f"{side}/{name}"))
        ]
        if any(not 0 <= offset <= _MOST_OFFSET for offset in offsets):
            raise Doubt(sheet.name, "图表的位置不合规范，可能遮盖内容")
        if relation is None or relation.kind != "chart" or len(corners) != 4:
            raise Doubt(sheet.name, "有不是图表的图形，可能遮盖内容")
        top, left, bottom, right = corners
        if (top, left, bottom, right) in sheet.charts:
            raise Doubt(sheet.name, "两张图表在同一位置，一张遮盖另一张")
        sheet.charts[top, left, bottom, right] = _chart(tree(package, "chart", relation.part))


def _chart(root: SheetNode) -> Chart:
    space = root.children[0]
    texts = ["".join(t.text for t in title.deep("a:t")) for title in space.deep("c:title")]
    says = [f"text {text}" for text in texts]
    says += [
        f"{name} {node.attributes.get('val', '')}" for name in _SAYS for node in space.deep(name)
    ]
    # Bars beside each other overlap by nothing whether a program says so or not.
    says += [f"overlap {v}" for n in space.deep("c:overlap") if (v := n.attributes["val"]) != "0"]
    for axis in space.deep("c:valAx"):
        says += [
            f"axis {format_key(n.attributes.get('formatCode', ''))} {_is_linked(n)}"
            for n in axis.all("c:numFmt")
        ]
    says += [
        f"series {k} {words}" for k, s in enumerate(space.deep("c:ser")) for words in _series(s)
    ]
    says += [*_illegible(space), *_odd_fonts(space)]
    caches = [
        (_plain(ref.text), _cache(data))
        for kind, cache in (("c:strRef", "c:strCache"), ("c:numRef", "c:numCache"))
        for node in space.deep(kind)
        if (ref := node.find("c:f")) and (data := node.find(cache))
    ]
    return Chart(tuple(sorted(says)), texts[0] if texts else "", tuple(caches))


def _is_linked(node: SheetNode) -> bool:
    """Whether an axis takes the format of the cells instead of its own."""
    return node.attributes.get("sourceLinked", "0") in ("1", "true")


def _cache(data: SheetNode) -> tuple[str, ...]:
    """The values in their order; where they are not numbered so, none can be told from another."""
    points = list(data.all("c:pt"))
    if [int(p.attributes.get("idx", "-1")) for p in points] != list(range(len(points))):
        return ("?",)
    return tuple(v.text for v in data.deep("c:v"))


def _plain(text: str) -> str:
    return re.sub(r"[\s'$]", "", text)


def _series(series: SheetNode) -> Iterator[str]:
    """Its name, the cells it draws and its fill."""
    name = series.find("c:tx/c:v") or series.find("c:tx/c:strRef/c:f")
    yield f"name {name.text.strip(chr(34)) if name else ''}"
    for what in ("c:cat", "c:val"):
        node = series.find(what)
        yield from (f"{what} {_plain(f.text)}" for f in (node.deep("c:f") if node else ()))
    shape = series.find("c:spPr")
    for node in shape.children if shape else ():
        if node.name != "a:ln":
            colours = [c.attributes.get("val", "").upper() for c in node.deep("a:srgbClr")]
            yield f"fill {node.name} {node.attributes.get('prst', '')} {colours}"


def _illegible(space: SheetNode) -> Iterator[str]:
    """Texts that cannot be read on white, and areas that are not white."""
    for node in [*space.deep("a:defRPr"), *space.deep("a:rPr")]:
        size = int(node.attributes.get("sz", "1000"))
        colours = [c.attributes.get("val", "") for c in node.deep("a:srgbClr")]
        if size < _LEAST_SIZE or any(not _is_dark(colour) for colour in colours):
            yield f"illegible {size} {colours}"
    for node in space.deep("a:bodyPr"):
        if node.attributes.get("rot", "0") not in ("0", "-5400000"):
            yield f"turned {node.attributes['rot']}"
    for path in (
        "c:spPr",
        "c:chart/c:plotArea/c:spPr",
        "c:chart/c:title/c:spPr",
        "c:chart/c:legend/c:spPr",
    ):
        shape = space.find(path)
        for node in shape.children if shape else ():
            painted = {c.attributes.get("val", "").upper() for c in node.deep("a:srgbClr")}
            if node.name != "a:ln" and not painted <= {_WHITE}:
                yield f"area {sorted(painted)}"


def _odd_fonts(space: SheetNode) -> Iterator[str]:
    for name in ("a:latin", "a:ea", "a:cs"):
        for node in space.deep(name):
            family = node.attributes.get("typeface", "")
            if not (is_plain_font(family) or re.fullmatch(r"(\+m[nj]-(lt|ea|cs))?", family)):
                yield f"illegible {family}"


def _is_dark(colour: str) -> bool:
    return (
        bool(re.fullmatch("[0-9A-Fa-f]{6}", colour)) and contrast(colour, _WHITE) >= _LEAST_CONTRAST
    )
