"""What differs between the genuine workbook and the one given, and what each difference means.

A difference is `changed` (a figure, name, formula or mark is not what it must be), `unproven` (a
reader may see something else, or it is not known what he sees) or `dressed` (all is seen as it must
be). What the sender added in words is `told`: nobody can check it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from allocator.excel.files.grid import column_letter
from allocator.excel.official.charts import SHEET as CHARTS
from allocator.excel.strict.book import SeenBook, SeenCell, SeenSheet
from allocator.excel.strict.looks import compare_looks
from allocator.excel.strict.sheet import reference
from allocator.excel.verify.around import Maps, beside, charts, printed
from allocator.excel.verify.cells import moved, normal, row_map, same_value, shown
from allocator.excel.verify.findings import Finding
from allocator.excel.verify.remarks import is_remark, is_signed

_EMPTY: Final = SeenCell(None)
#: A row or column of less than this part of its size may no longer show what it holds.
_LEAST_PART: Final = 0.85
_THIN: Final = 2.0
_LONGEST_NAME: Final = 20
_BOOK: Final = "工作簿"


def compare(
    want: SeenBook, have: SeenBook, may_lack: Sequence[str] = ()
) -> tuple[list[Finding], Maps]:
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


def _forget_references(want: SeenSheet, have: SeenSheet) -> None:
    """Where a sheet is gone that a formula reads, programs put #REF!: an error deceives nobody."""
    for place, cell in have.cells.items():
        other = want.cells.get(place)
        if (
            other
            and other.formula
            and cell.value in ("#REF!", None)
            and "#REF!" in (cell.value, cell.formula[-99:])
        ):
            want.cells[place] = SeenCell(cell.value, cell.formula, other.look)


def _added(want: SeenBook, have: SeenBook) -> Iterator[Finding]:
    """Sheets of the sender's own: told, unless they pass for one of ours."""
    ours = want.by_name()
    names = {_skeleton(name) for name in ours}
    titles = {
        _skeleton(cell.value)
        for sheet in want.sheets
        for (row, _), cell in sheet.cells.items()
        if row <= 3 and isinstance(cell.value, str) and len(cell.value) > 8
    }
    recipients = {name for sheet in want.sheets for name in _listed(sheet)}
    for sheet in have.sheets:
        if sheet.name in ours:
            continue
        own = _skeleton(sheet.name)
        texts = {_skeleton(c.value) for c in sheet.cells.values() if isinstance(c.value, str)}
        hidden = "隐藏的" if sheet.is_hidden else ""
        if any(name in own or own in name for name in names) or "附表" in own or texts & titles:
            message = f"多出的{hidden}工作表，名称或标题与正式的表相近"
            yield Finding(sheet.name, message, "unproven")
        elif len(listed := _listed(sheet) & recipients) > 1:
            message = (
                f"多出的{hidden}工作表列有{'、'.join(sorted(listed)[:3])}等的数，容易当作正式的表"
            )
            yield Finding(sheet.name, message, "unproven")
        elif sheet.charts:
            yield Finding(sheet.name, f"多出的{hidden}工作表，带有图表", "unproven")
        else:
            yield Finding(sheet.name, f"多出的{hidden}工作表", "dressed")
            yield Finding(sheet.name, f"多出的{hidden}工作表，{len(sheet.cells):,} 格", "told")


def _listed(sheet: SeenSheet) -> set[str]:
    """Short texts of rows that also hold figures: the names a table lists."""
    rows = {row for (row, _), cell in sheet.cells.items() if isinstance(cell.value, float)}
    texts = ((row, cell.value) for (row, _), cell in sheet.cells.items())
    names = {text for row, text in texts if row in rows and isinstance(text, str)}
    return {text for name in names if 1 < len(text := _skeleton(name)) < _LONGEST_NAME}


def _skeleton(text: str) -> str:
    """A name without what the eye passes over: width, blanks, marks, case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def compare_sheet(
    want: SeenSheet, have: SeenSheet, maps: Maps, book: SeenBook
) -> Iterator[Finding]:
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
    yield from beside(want, have, rows)
    yield from printed(want, have, rows)
    yield from charts(want, have, book, maps)


def _count_moved(rows: Mapping[int, int]) -> int:
    return sum(row != place for row, place in rows.items())


def _cells(want: SeenSheet, have: SeenSheet, maps: Maps) -> Iterator[Finding]:
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
            cell = SeenCell(cell.value, text, cell.look, cell.runs)  # noqa: PLW2901 - the cell as it stands there
        yield from _cell(f"{want.name}!{reference(place)}", cell, other, dressed)
    last = max(
        (rows.get(r, r) for r, _ in _figures(want)),
        default=max((r for r, _ in have.cells), default=0),
    )
    for place, cell in sorted(left.items()):
        yield from _extra(f"{want.name}!{reference(place)}", cell, is_below=place[0] > last)
    for words, count in dressed.items():
        yield Finding(want.name, f"{words}（{count:,} 格）", "dressed")


def _figures(sheet: SeenSheet) -> Iterator[tuple[int, int]]:
    return (place for place, cell in sheet.cells.items() if isinstance(cell.value, float))


def _extra(where: str, cell: SeenCell, *, is_below: bool) -> Iterator[Finding]:
    """What stands where nothing must be: names and dates under a table, or something else."""
    if cell.value == "" and not cell.formula:
        yield Finding(where, "多出空文字，可能截断旁边的内容", "unproven")
    elif isinstance(cell.value, str) and not cell.formula:
        is_plain = is_below and is_remark(cell.value)
        yield Finding(where, "空白处填了文字", "dressed" if is_plain else "unproven")
        yield Finding(where, cell.value[:200], "told")
    else:
        told = f"={cell.formula}" if cell.formula else shown(cell.value, None, cell.look.code)
        yield Finding(where, f"表内 {told}，应为 空白")


def _cell(where: str, want: SeenCell, have: SeenCell, dressed: Counter[str]) -> Iterator[Finding]:
    if is_signed(want.value, have.value) and not have.formula:
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


def _value_message(want: SeenCell, have: SeenCell) -> str:
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


def _formula_message(want: SeenCell, have: SeenCell) -> str:
    if not have.formula:
        return f"公式被改成数值，应为 ={want.formula}"
    if not want.formula:
        return f"应为数值，表内是公式 ={have.formula}"
    return f"公式不同，表内 ={have.formula}，应为 ={want.formula}"


def _hidden(want: SeenSheet, have: SeenSheet, rows: Mapping[int, int]) -> Iterator[Finding]:
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
