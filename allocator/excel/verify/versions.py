"""A workbook that another version of the program wrote: its figures are compared, not its words.

Two versions lay out tables and word notes differently, so that a difference from cell to cell shows
no forgery. What can be said is whether each row still holds the figures that this version computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from allocator.base.files import FileBytes
from allocator.base.version import VERSION
from allocator.excel.files.grid import Grid
from allocator.excel.files.open_book import read_book
from allocator.excel.strict.book import Position, SeenBook, SeenCell, SeenSheet
from allocator.excel.strict.sheet import reference, serial_of
from allocator.excel.verify.cells import same_value, shown
from allocator.excel.verify.findings import Finding

_LONGEST_NAME: Final = 30
FigureRow = list[tuple[Position, float]]
_HOW: Final = (
    "要逐格核验，请用 {version} 版运行 allocator verify；或加 --rewrite 正本.xlsx，由所附数据按本版重新"
    "写出，以正本为准"
)


def of_other_version(
    version: str, want: SeenBook, content: bytes, findings: Sequence[Finding]
) -> list[Finding]:
    """What to tell instead of the differences from cell to cell; nothing of it is 不一致."""
    grids = {grid.sheet: grid for grid in read_book(FileBytes("工作簿", content)).grids}
    rows = [(s, grids[s.name]) for s in want.sheets if s.name in grids]
    differences = [found for sheet, grid in rows for found in _sheet(sheet, grid)]
    same = sum(len(row) for sheet, _ in rows for row in _by_label(_cells_of(sheet)).values())
    same -= len(differences)
    summary = Finding(
        "工作簿",
        f"由 {version or '未知'} 版程序写出，现用 {VERSION} 版：两版的表格和说明写法不同，逐格的不同不等于被改动，"
        f"不能由此判定不一致。按各行名称对照，{same:,} 个数相同，{len(differences):,} 个不同；另有文字、公式或"
        f"版面的不同 {len(findings):,} 处（含数的不同）。{_HOW.format(version=version or '原来的')}",
        "unproven",
    )
    return [summary, *differences, *(f for f in findings if f.kind == "told")]


def _sheet(want: SeenSheet, have: Grid) -> Iterator[Finding]:
    """Figures of a row that are not in the row of the same name, beside those in their stead."""
    found = _by_label(_cells_in(have))
    for label, row in _by_label(_cells_of(want)).items():
        left = list(found.get(label, ()))
        missing = []
        for place, value in row:
            twin = next((one for one in left if same_value(SeenCell(value), one[1])), None)
            if twin:
                left.remove(twin)
            elif value:  # a blank stands for nothing in some versions
                missing.append((place, value))
        for (place, value), other in zip(missing, (*left, *[None] * len(missing)), strict=False):
            code = want.cells[place].look.code
            at, own = (place, "空白") if other is None else (other[0], shown(other[1], value, code))
            words = f"{label[0]}：表内 {own}，本版算得 {shown(value, None, code)}"
            yield Finding(f"{want.name}!{reference(at)}", words, "unproven", is_figure=True)


def _cells_of(sheet: SeenSheet) -> Mapping[Position, object]:
    return {place: cell.value for place, cell in sheet.cells.items()}


def _cells_in(grid: Grid) -> Mapping[Position, object]:
    return {
        (row, column): value
        for row, values in grid.rows.items()
        for column, value in enumerate(values)
    }


def _by_label(cells: Mapping[Position, object]) -> dict[tuple[str, int], FigureRow]:
    """The figures of each row by the text that names it, and how often that stood above already.

    A row is named by its first text; beside a note, a figure is named by the text before it.
    """
    rows: dict[int, dict[str, FigureRow]] = {}
    names: dict[int, str] = {}
    for (row, column), value in sorted(cells.items()):
        if isinstance(value, str) and value.strip():
            if row not in names or len(names[row]) > _LONGEST_NAME:
                names[row] = "".join(value.split())
            continue
        number = float(value) if isinstance(value, int | float) else serial_of(value)
        if number is not None and not isinstance(value, bool):
            figures = rows.setdefault(row, {}).setdefault(names.get(row, ""), [])
            figures.append(((row, column), number))
    found: dict[tuple[str, int], FigureRow] = {}
    for named in rows.values():
        for name, figures in named.items():
            turn = 0
            while (name, turn) in found:
                turn += 1
            found[name, turn] = figures
    return found
