"""From the bytes of an .xlsx to the workbook that a reader sees.

Read by the closed vocabulary alone; what it does not know ends the reading with a `Doubt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from allocator.excel.files.grid import MOST_CELLS
from allocator.excel.strict.beside import read_beside
from allocator.excel.strict.book import SeenBook, SeenSheet
from allocator.excel.strict.looks import is_plain_font, read_looks
from allocator.excel.strict.package import ClosedPackage, Doubt, tree, unpack
from allocator.excel.strict.sheet import read_sheet, read_strings
from allocator.excel.strict.vocabulary import Attributes, SheetNode, new_parser


def read_book(content: bytes, most_cells: int) -> SeenBook:
    """A workbook of at most so many cells that hold something. Raises `Doubt`."""
    package = unpack(content)
    part = package.of_kind("", "workbook")
    if not part:
        raise Doubt("文件", "没有工作簿")
    listing = tree(package, "workbook", part)
    strings_part, styles_part = (package.of_kind(part, k) for k in ("sharedStrings", "styles"))
    theme = _theme(package, package.of_kind(part, "theme"))
    if not styles_part:
        raise Doubt("工作簿", "没有样式")
    looks = read_looks(tree(package, "styles", styles_part), theme)
    strings = read_strings(package, strings_part) if strings_part else []
    book = SeenBook()
    numbers = [n.attributes.get("sheetId", "") for n in listing.all("workbook/sheets/sheet")]
    if len(set(numbers)) != len(numbers):
        raise Doubt("工作簿", "两张工作表的编号相同")
    for node in listing.all("workbook/sheets/sheet"):
        relation = package.relations[part].get(node.attributes.get("r:id", ""))
        name = node.attributes.get("name", "")
        if relation is None or relation.kind != "sheet" or name in book.by_name():
            raise Doubt(name, "工作表的引用无效或重名")
        sheet = SeenSheet(name, relation.part, node.attributes.get("state", "visible") != "visible")
        if any(sheet.part == other.part for other in book.sheets):
            raise Doubt(name, "两张工作表共用一个部分")
        most_cells -= read_sheet(package, sheet, strings, looks, most_cells)
        read_beside(package, sheet)
        if (
            sheet.cells
            and (max(r for r, _ in sheet.cells) * max(c for _, c in sheet.cells)) > MOST_CELLS
        ):
            raise Doubt(name, "有内容的格远在表外")
        book.sheets.append(sheet)
    _names(listing, book)
    return book


def _names(listing: SheetNode, book: SeenBook) -> None:
    """Print areas and titles; any other name is something that no program adds by itself."""
    seen: set[tuple[str, str]] = set()
    for node in listing.all("workbook/definedNames/definedName"):
        name, number = node.attributes.get("name", ""), node.attributes.get("localSheetId", "")
        if (name.lower(), number) in seen or not number or int(number) >= len(book.sheets):
            raise Doubt("工作簿", f"定义的名称“{name}”重复或不属于任何工作表")
        seen.add((name.lower(), number))
        sheet = book.sheets[int(number)]
        text = re.sub(r"[\s$]", "", node.text)
        own = {f"{quote}{sheet.name}{quote}!" for quote in ("", "'")}
        areas = [area for area in text.split(",") if any(area.startswith(o) for o in own)]
        local = ",".join(area.rpartition("!")[2] for area in areas)
        if len(areas) != len(text.split(",")) or name not in _KNOWN_NAMES:
            raise Doubt(sheet.name, f"定义的名称“{name}”（{node.text[:60]}）")
        if name == "_xlnm.Print_Area":
            sheet.print_area = local
        elif name == "_xlnm.Print_Titles":
            sheet.print_titles = local


_KNOWN_NAMES: Final = ("_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase")


_SYSTEM_COLOURS: Final = {"windowText": "000000", "window": "FFFFFF"}


def _theme(package: ClosedPackage, part: str) -> dict[str, str]:
    """Colours by their role, and the Latin fonts as `major font`, `minor font`; else empty.

    Every font of the theme that Chinese or Latin text may take must be a plain one.
    """
    if not part:
        return {}
    found: dict[str, str] = {}
    for path, a in _theme_events(package.members[part], part):
        place = path.split("/")
        if place[2:3] == ["a:clrScheme"] and len(place) > 5:
            raise Doubt(part, f"主题颜色 {place[3].removeprefix('a:')} 无法确定")
        if len(place) == 5 and place[2] == "a:clrScheme":
            role = place[3].removeprefix("a:")
            value = _theme_colour(place[4], a)
            if role in found or not re.fullmatch("[0-9A-Fa-f]{6}", value or ""):
                raise Doubt(part, f"主题颜色 {role} 无法确定")
            found[role] = (value or "").upper()
        elif len(place) == 5 and place[2] == "a:fontScheme":
            family = a.get("typeface", "")
            wanted = place[4] in ("a:latin", "a:ea") or a.get("script") == "Hans"
            if wanted and family and not is_plain_font(family):
                raise Doubt(part, f"主题字体“{family}”不是常用字体")
            if place[4] == "a:latin":
                found[f"{place[3].removeprefix('a:').removesuffix('Font')} font"] = family
    return found


def _theme_colour(kind: str, a: Attributes) -> str | None:
    """A colour of the theme; one of the system only where it is black on white everywhere."""
    if kind == "a:sysClr":
        value = a.get("lastClr", "")
        return value if _SYSTEM_COLOURS.get(a.get("val", "")) == value.upper() else None
    return a.get("val") if kind == "a:srgbClr" else None


def _theme_events(content: bytes, part: str) -> Iterator[tuple[str, Attributes]]:
    """(path, attributes) of each element of a theme, in the namespace of drawings alone."""
    events: list[tuple[str, Attributes]] = []
    within: list[str] = []
    space = "http://schemas.openxmlformats.org/drawingml/2006/main "

    def start(name: str, a: dict[str, str]) -> None:
        within.append(f"a:{name.removeprefix(space)}" if name.startswith(space) else name)
        events.append(("/".join(within), a))

    parser = new_parser(lambda words: Doubt(part, words))
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: within.pop()
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise Doubt(part, "内容不是完整的 XML") from None
    return iter(events)
