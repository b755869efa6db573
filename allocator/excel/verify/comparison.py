"""What differs between the genuine workbook and the one given, and what each difference means.

A difference is `changed` (a figure, name, formula or mark is not what it must be), `unproven` (a
reader may see something else, or it is not known what he sees) or `dressed` (all is seen as it must
be). What the sender added in words is `told`: nobody can check it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from allocator.excel.files.grid import column_letter
from allocator.excel.kit.frame import SIGNATURES
from allocator.excel.official.charts import SHEET as CHARTS
from allocator.excel.strict.book import Book, Cell, Chart, Sheet
from allocator.excel.strict.looks import compare_looks
from allocator.excel.strict.sheet import area_of, reference
from allocator.excel.verify.cells import moved, normal, row_map, same_value, shown

Kind = Literal["changed", "unproven", "dressed", "told"]
Maps = Mapping[str, Mapping[int, int]]

_EMPTY: Final = Cell(None)
#: A row or column of less than this part of its size may no longer show what it holds.
_LEAST_PART: Final = 0.85
_THIN: Final = 2.0
_BOOK: Final = "工作簿"
_PERSON: Final = r"[\s\u3000]*[\u4e00-\u9fff·]{0,8}[\s\u3000]*"
_DATE: Final = r"[\s\u3000\d年月日./-]{0,40}"
_SIGNED: Final = re.compile(
    "".join(
        re.escape(label) + (_DATE if label.startswith("日期") else _PERSON)
        for label in re.findall(r"[^\s\u3000：年月日]+：|日期：", SIGNATURES)
    )
)
#: In a header or footer: codes of pages, dates, names and looks, and no figure, unit or status.
_FOOTER_CODES: Final = re.compile(
    r'&"[^"]*"|&K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|&\d+|&[LCRPNDTFAZBIUES]|&\+|&-'
)
_FOOTER_CLAIMS: Final = re.compile(r"[^\W_]*\d(?!页)|[元稿废案]|单位|正式|更正|合计|金额|\S&G|&G")
_SAFE_DATES: Final = re.compile(r"\d{4}年(\d{1,2}月(\d{1,2}日)?)?|第\s*\d*\s*页|共\s*\d*\s*页")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written; `kind` says what it means.

    `is_figure` where a figure without a formula is changed; `may_follow` where the formula is the
    right one and only its value differs, as it does after another cell was changed.
    """

    place: str
    message: str
    kind: Kind = "changed"
    is_figure: bool = False
    may_follow: bool = False

    def __str__(self) -> str:
        return f"{self.place}：{self.message}"


def compare(want: Book, have: Book, may_lack: Sequence[str] = ()) -> tuple[list[Finding], Maps]:
    """Every difference, and where rows moved to; sheets in `may_lack` may be gone."""
    found = have.by_name()
    if any(sheet.name in may_lack and sheet.name not in found for sheet in want.sheets):
        for sheet in want.sheets:
            if sheet.name in found:
                _forget_references(sheet, found[sheet.name])
    maps = {s.name: row_map(s.cells, found[s.name].cells) for s in want.sheets if s.name in found}
    findings: list[Finding] = []
    for sheet in want.sheets:
        if sheet.name in found:
            findings += compare_sheet(sheet, found[sheet.name], maps, want)
        elif sheet.name == CHARTS or sheet.name in may_lack:
            findings.append(Finding(sheet.name, "这张工作表已删去", "dressed"))
        else:
            findings.append(Finding(sheet.name, "缺少这张工作表"))
    findings += _added(want, have)
    order = [sheet.name for sheet in want.sheets if sheet.name in found]
    if order != [sheet.name for sheet in have.sheets if sheet.name in maps]:
        findings.append(Finding(_BOOK, "工作表的次序被改动", "unproven"))
    return findings, maps


def _forget_references(want: Sheet, have: Sheet) -> None:
    """Where a sheet is gone that a formula reads, programs put #REF!: an error deceives nobody."""
    for place, cell in have.cells.items():
        other = want.cells.get(place)
        if (
            other
            and other.formula
            and cell.value in ("#REF!", None)
            and "#REF!" in (cell.value, cell.formula[-99:])
        ):
            want.cells[place] = Cell(cell.value, cell.formula, other.look)


def _added(want: Book, have: Book) -> Iterator[Finding]:
    """Sheets of the sender's own: told, unless they pass for one of ours."""
    ours = want.by_name()
    names = {_skeleton(name) for name in ours}
    titles = {
        _skeleton(cell.value)
        for sheet in want.sheets
        for (row, _), cell in sheet.cells.items()
        if row <= 3 and isinstance(cell.value, str) and len(cell.value) > 8
    }
    for sheet in have.sheets:
        if sheet.name in ours:
            continue
        own = _skeleton(sheet.name)
        texts = {_skeleton(c.value) for c in sheet.cells.values() if isinstance(c.value, str)}
        hidden = "隐藏的" if sheet.is_hidden else ""
        if any(name in own or own in name for name in names) or "附表" in own or texts & titles:
            message = f"多出的{hidden}工作表，名称或标题与正式的表相近"
            yield Finding(sheet.name, message, "unproven")
        elif sheet.charts:
            yield Finding(sheet.name, f"多出的{hidden}工作表，带有图表", "unproven")
        else:
            yield Finding(sheet.name, f"多出的{hidden}工作表", "dressed")
            yield Finding(sheet.name, f"多出的{hidden}工作表，{len(sheet.cells):,} 格", "told")


def _skeleton(text: str) -> str:
    """A name without what the eye passes over: width, blanks, marks, case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def compare_sheet(want: Sheet, have: Sheet, maps: Maps, book: Book) -> Iterator[Finding]:
    """Values, formulas, looks in both directions, then what hides, covers or stands beside."""
    rows = maps[want.name]
    if rows:
        yield Finding(want.name, f"插入了空行，共移动 {_count_moved(rows)} 行", "dressed")
    yield from _cells(want, have, maps)
    if have.is_hidden and not want.is_hidden:
        yield Finding(want.name, "工作表被隐藏")
    yield from _hidden(want, have, rows)
    merges = {(rows.get(t, t), left, rows.get(b, b), right) for t, left, b, right in want.merges}
    for top, left, bottom, right in sorted(merges ^ have.merges):
        area = f"{reference((top, left))}:{reference((bottom, right))}"
        yield Finding(f"{want.name}!{area}", "合并单元格与应有的不同", "unproven")
    yield from _beside(want, have, rows)
    yield from _printed(want, have, rows)
    yield from _charts(want, have, book, maps)


def _count_moved(rows: Mapping[int, int]) -> int:
    return sum(row != place for row, place in rows.items())


def _cells(want: Sheet, have: Sheet, maps: Maps) -> Iterator[Finding]:
    """Cell by cell; what merely looks otherwise is counted for the whole sheet."""
    rows = maps[want.name]
    moved_rows = any(maps.values())
    dressed: Counter[str] = Counter()
    left = dict(have.cells)
    for (row, column), cell in sorted(want.cells.items()):
        place = rows.get(row, row), column
        other = left.pop(place, _EMPTY)
        if moved_rows and cell.formula:
            text = moved(cell.formula, want.name, lambda s, r: maps.get(s, {}).get(r, r))
            cell = Cell(cell.value, text, cell.look, cell.runs)  # noqa: PLW2901 - the cell as it stands there
        yield from _cell(f"{want.name}!{reference(place)}", cell, other, dressed)
    for place, cell in sorted(left.items()):
        where = f"{want.name}!{reference(place)}"
        if cell.value == "" and not cell.formula:
            yield Finding(where, "多出空文字，可能截断旁边的内容", "unproven")
        else:
            told = f"={cell.formula}" if cell.formula else shown(cell.value, None, cell.look.code)
            yield Finding(where, f"表内 {told}，应为 空白")
    for words, count in dressed.items():
        yield Finding(want.name, f"{words}（{count:,} 格）", "dressed")


def _cell(where: str, want: Cell, have: Cell, dressed: Counter[str]) -> Iterator[Finding]:
    if _is_signed(want.value, have.value) and not have.formula:
        yield Finding(where, "签名栏已填写", "dressed")
        yield Finding(where, str(have.value), "told")
    elif message := _value_message(want, have):
        is_figure = isinstance(want.value, float) and not want.formula
        follows = bool(want.formula) and normal(want.formula) == normal(have.formula)
        yield Finding(where, message, "changed", is_figure, follows)
        return
    elif have.value is None and have.formula and want.value is not None:
        dressed["公式没有保存计算结果，请打开重算后再看数字"] += 1
    elif want.formula and not have.formula:
        dressed["公式已贴成数值"] += 1
    for look in (have.look, *have.runs):
        unseen, words = compare_looks(want.look, look, want.value)
        if unseen:
            yield Finding(where, unseen, "unproven")
            return
        if words:
            dressed[words] += 1
            return


def _is_signed(want: object, have: object) -> bool:
    is_line = isinstance(want, str) and want == SIGNATURES and isinstance(have, str)
    return is_line and want != have and bool(_SIGNED.fullmatch(str(have)))


def _value_message(want: Cell, have: Cell) -> str:
    formulas = normal(want.formula), normal(have.formula)
    is_uncomputed = bool(want.formula) and formulas[0] == formulas[1] and have.value is None
    if not is_uncomputed and not same_value(want, have.value):
        found = shown(have.value, want.value, want.look.code)
        message = f"表内 {found}，应为 {shown(want.value, have.value, want.look.code)}"
        if have.value is not None and formulas[0] != formulas[1]:
            message += f"；{_formula_message(want, have)}"
        return message
    if formulas[0] != formulas[1] and have.formula:
        return _formula_message(want, have)
    return ""


def _formula_message(want: Cell, have: Cell) -> str:
    if not have.formula:
        return f"公式被改成数值，应为 ={want.formula}"
    if not want.formula:
        return f"应为数值，表内是公式 ={have.formula}"
    return f"公式不同，表内 ={have.formula}，应为 ={want.formula}"


def _hidden(want: Sheet, have: Sheet, rows: Mapping[int, int]) -> Iterator[Finding]:
    for row in sorted({row for row, _ in want.cells}):
        place = rows.get(row, row)
        yield from _cut(f"{want.name}!{place}:{place}", "行", want.height(row), have.height(place))
    for column in sorted({column for _, column in want.cells}):
        letter = column_letter(column)
        sizes = want.width(column), have.width(column)
        yield from _cut(f"{want.name}!{letter}:{letter}", "列", *sizes)


def _cut(place: str, what: str, want: float, have: float) -> Iterator[Finding]:
    if have >= _LEAST_PART * want:
        if have > 1.5 * want + 1:
            yield Finding(place, f"整{what}加{'高' if what == '行' else '宽'}", "dressed")
    elif have < (_THIN if what == "行" else _THIN / 4):
        yield Finding(place, f"整{what}被隐藏")
    else:
        yield Finding(place, f"整{what}被压缩，内容可能看不全", "unproven")


def _beside(want: Sheet, have: Sheet, rows: Mapping[int, int]) -> Iterator[Finding]:
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
    for key, text in have.footers.items():
        if re.sub(r"\s", "", text) != re.sub(r"\s", "", want.footers.get(key, "")):
            yield from _footer(want.name, text)


def _footer(sheet: str, text: str) -> Iterator[Finding]:
    bare = _SAFE_DATES.sub("", _FOOTER_CODES.sub("", text))
    words = re.sub(r"\s+", " ", _FOOTER_CODES.sub("", text)).strip()
    if _FOOTER_CLAIMS.search(bare):
        yield Finding(sheet, f"页眉或页脚“{words}”含有数字、单位或状态", "unproven")
        return
    yield Finding(sheet, "页眉或页脚改动", "dressed")
    if words:
        yield Finding(sheet, f"页眉或页脚：{words}", "told")


def _printed(want: Sheet, have: Sheet, rows: Mapping[int, int]) -> Iterator[Finding]:
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


def _charts(want: Sheet, have: Sheet, book: Book, maps: Maps) -> Iterator[Finding]:
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
    book: Book,
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


def _is_cache(text: str, values: tuple[str, ...], book: Book, maps: Maps) -> bool:
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


def _is_cached(cell: Cell, text: str) -> bool:
    if isinstance(cell.value, float):
        return bool(re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text)) and same_value(
            cell, float(text)
        )
    return isinstance(cell.value, str) and cell.value.split() == text.split()
