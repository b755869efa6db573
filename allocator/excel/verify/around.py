"""What stands around the cells: panes, conditions, comments, headers, print areas, charts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from allocator.excel.strict.book import Chart, SeenBook, SeenCell, SeenSheet
from allocator.excel.strict.looks import contrast, is_plain_font
from allocator.excel.strict.sheet import area_of
from allocator.excel.verify.cells import moved, same_value
from allocator.excel.verify.findings import Finding
from allocator.excel.verify.remarks import claims

#: Of each sheet, where its rows stand; empty where none moved.
Maps = Mapping[str, Mapping[int, int]]

_FOOTER_LOOK: Final = re.compile(
    r'&"[^"]*"|&K(?P<colour>[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|&(?P<size>\d+)'
)
_WHITE, _LEAST_CONTRAST = "FFFFFF", 4.5
_LEAST_FOOTER, _MOST_FOOTER = 6, 30
#: In a header or footer: codes of pages, dates, names and looks, and no figure, unit or status.
_FOOTER_CODES: Final = re.compile(
    r'&"[^"]*"|&K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|&\d+|&[LCRPNDTFAZBIU]|&\+|&-'
)
_FOOTER_FONT: Final = re.compile(r'&"([^",]*)')


def beside(want: SeenSheet, have: SeenSheet, rows: Mapping[int, int]) -> Iterator[Finding]:
    """What is frozen, coloured by conditions, prompted, commented, in headers and footers."""
    if have.frozen is not None:
        if (
            want.frozen is None
            or have.frozen[0] != want.frozen[0]
            or have.frozen[1] not in (want.frozen[1], rows.get(int(want.frozen[1]), want.frozen[1]))
        ):
            yield Finding(want.name, "冻结窗格与应有的不同", "unproven")
        elif have.view_from != "A1":
            message = f"冻结窗格，{have.view_from} 以上或以左的内容看不到"
            yield Finding(want.name, message, "unproven")
    if want.conditions != have.conditions:
        yield Finding(want.name, "条件格式与应有的不同，可能改变显示的内容", "unproven")
    if extra := have.prompts - want.prompts:
        words = next(iter(extra))[1].replace("\n", " ")
        yield Finding(want.name, f"多出输入提示“{words[:60]}”", "unproven")
    for cell, text in have.comments.items():
        yield Finding(f"{want.name}!{cell}", "加了批注", "dressed")
        yield Finding(f"{want.name}!{cell}", f"批注：{text.strip()[:500]}", "told")
    for key in dict.fromkeys((*have.footers, *want.footers)):
        yield from _footer(want.name, have.footers.get(key, ""), want.footers.get(key, ""))


def _footer(sheet: str, text: str, usual: str) -> Iterator[Finding]:
    """Another header or footer: its words, or a look in which ours can no longer be read."""
    for found in _FOOTER_LOOK.finditer(text):
        colour, size = found["colour"], found["size"]
        is_faint = colour and colour != "01+000" and not _is_dark(colour)
        if is_faint or (size and not _LEAST_FOOTER <= int(size) <= _MOST_FOOTER):
            yield Finding(sheet, "页眉或页脚的字看不清", "unproven")
    for family in _FOOTER_FONT.findall(text):
        if family != "-" and family not in usual and not is_plain_font(family):
            yield Finding(sheet, f"页眉或页脚的字体“{family}”不是常用字体", "unproven")
    if _said(text) == _said(usual):
        return
    if (mark := _bare(usual)) and mark not in _bare(text):
        yield Finding(sheet, f"页眉或页脚的标注“{mark}”被删去", "unproven")
    words = _bare(text)
    if claims(_FOOTER_CODES.sub("", text)):
        yield Finding(sheet, f"页眉或页脚“{words}”含有数字、单位或状态", "unproven")
        return
    yield Finding(sheet, "页眉或页脚改动", "dressed")
    if words:
        yield Finding(sheet, f"页眉或页脚：{words}", "told")


def _is_dark(colour: str) -> bool:
    return len(colour) == 6 and "+" not in colour and contrast(colour, _WHITE) >= _LEAST_CONTRAST


def _bare(text: str) -> str:
    """The words of a header or footer, without page numbers."""
    return re.sub(r"\s+", " ", re.sub(r"第|页|共", "", _FOOTER_CODES.sub("", text))).strip()


def _said(text: str) -> str:
    return re.sub(r"\s|&[BIU]", "", _FOOTER_LOOK.sub("", text))


def printed(want: SeenSheet, have: SeenSheet, rows: Mapping[int, int]) -> Iterator[Finding]:
    """A print area must take in all that the sheet holds; titles are those of the sheet."""
    if have.print_area:
        areas = [area_of(_whole(area)) for area in have.print_area.split(",")]
        bounds = [(rows.get(r, r), c) for r, c in want.cells]
        is_one = len(areas) == 1 and all(
            areas[0][0] <= r <= areas[0][2] and areas[0][1] <= c <= areas[0][3] for r, c in bounds
        )
        if not is_one:
            message = f"打印区域 {have.print_area}，表的其余部分不打印"
            yield Finding(want.name, message, "unproven")
        elif have.print_area != want.print_area and not rows:
            yield Finding(want.name, "打印区域改动，仍包含全部内容", "dressed")
    if have.print_titles and have.print_titles != want.print_titles:
        last = moved(f"A{want.print_titles.rpartition(':')[2]}", "", lambda _, r: rows.get(r, r))
        if not rows or have.print_titles.rpartition(":")[2] != last.removeprefix("A"):
            yield Finding(want.name, f"打印标题 {have.print_titles} 与应有的不同", "unproven")


def _whole(area: str) -> str:
    """Whole rows or columns as the areas they are: `1:4` is `A1:XFD4`."""
    if found := re.fullmatch(r"(\d+):(\d+)", area):
        return f"A{found[1]}:XFD{found[2]}"
    if found := re.fullmatch(r"([A-Z]+):([A-Z]+)", area):
        return f"{found[1]}1:{found[2]}1048576"
    return area


def charts(want: SeenSheet, have: SeenSheet, book: SeenBook, maps: Maps) -> Iterator[Finding]:
    """Each chart draws what one of ours draws, where it stands; fewer may be there."""
    left = list(want.charts.items())
    for corner, chart in have.charts.items():
        same = [one for one in left if _is_chart(one, corner, chart, book, maps)]
        if same:
            left.remove(same[0])
            continue
        title = chart.title or "无标题"
        yield Finding(want.name, f"图表“{title}”与应有的不同，或其位置被改动", "unproven")
    if left and have.charts:
        yield Finding(want.name, f"删去 {len(left)} 张图表", "dressed")


def _is_chart(
    ours: tuple[tuple[int, int, int, int], Chart],
    corner: tuple[int, int, int, int],
    chart: Chart,
    book: SeenBook,
    maps: Maps,
) -> bool:
    place, want = ours
    if any(abs(a - b) > 1 for a, b in zip(place, corner, strict=True)):
        return False
    says = tuple(
        sorted(
            moved(text, "", lambda s, r: maps.get(s, {}).get(r, r)) if " c:" in text else text
            for text in want.says
        )
    )
    if says != chart.says:
        return False
    return all(_is_cache(text, values, book, maps) for text, values in chart.caches)


def _is_cache(text: str, values: tuple[str, ...], book: SeenBook, maps: Maps) -> bool:
    """Whether the values kept beside a reference are those of the genuine cells."""
    if text.startswith('"'):
        return values in ((), (text.strip('"'),))
    name, _, area = text.rpartition("!")
    sheet = book.by_name().get(name)
    if sheet is None or not area:
        return False
    top, left, bottom, right = area_of(area)
    back = {place: row for row, place in maps.get(name, {}).items()}
    cells = [
        sheet.cells[back.get(row, row), column]
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (back.get(row, row), column) in sheet.cells
    ]
    return not values or (len(cells) == len(values) and all(map(_is_cached, cells, values)))


def _is_cached(cell: SeenCell, text: str) -> bool:
    if isinstance(cell.value, float):
        return bool(re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text)) and same_value(
            cell, float(text)
        )
    return isinstance(cell.value, str) and cell.value.split() == text.split()
