"""Where the table stands on a sheet: its header rows, its towns, its totals, its notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from allocator.base.money import exact_number
from allocator.base.problems import Problem
from allocator.dongguan.roster import official_name
from allocator.excel.files.grid import Grid, clean
from allocator.excel.intake.headers import Header, comparable, read_header, unit_of, unit_of_title

_MOST_TITLE_ROWS: Final = 60
_LONGEST_NAME: Final = 40
_TOTAL: Final = re.compile(
    r"((总|合|小|共|累)\s*计|总数|汇总)([（(].*)?|全[国省市县区镇]|.*(合计|总计|小计|总数)[）)]?|(grand |sub)?total\b.*|sum",
    re.IGNORECASE,
)
_NOTE: Final = re.compile(
    r"(注|说明|备注|填表|审核|制表|复核|单位负责|负责人|联系|数据来源|资料来源|来源|日期|note|source|\*|※|#|（?\d+[.、）])",
    re.IGNORECASE,
)

_COLUMN_WORDS: Final = frozenset(["栏次", "列次", "序号", *"甲乙丙丁戊"])


@dataclass(frozen=True, slots=True)
class Shape:
    """A table found on a sheet: headers by column, header rows, and the unit of money in its title.

    `known` is how many of its columns are known.
    """

    grid: Grid
    header_row: int
    last_header_row: int
    headers: dict[int, Header]
    unit: str = ""
    known: int = 0

    @property
    def town(self) -> int:
        """The column of the towns."""
        return next(c for c, header in self.headers.items() if header.column == "town")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table: towns, and grand totals."""

    towns: tuple[int, ...]
    totals: tuple[int, ...]
    problems: tuple[Problem, ...]


def find_shape(grid: Grid, wanted: Sequence[str] = ()) -> Shape | None:
    """The rows that look most like a header, or None when no row names the towns.

    `wanted` are columns of the fund's own, which count as known.
    """
    names = {comparable(read_header(name).base) for name in wanted}
    best: Shape | None = None
    unit = ""
    for row in sorted(grid.rows)[:_MOST_TITLE_ROWS]:
        for last in (row, row + 1):
            shape = Shape(grid, row, last, _headers(grid, row, last), unit)
            known = _score(shape, names)
            is_better = best is None or known > best.known
            completes = best is not None and best.header_row == row and known == best.known
            if known and len(shape.headers) > 1 and (is_better or completes):
                best = replace(shape, known=known)
        unit = unit_of_title(" ".join(map(clean, grid.rows[row]))) or unit
    return best


def _score(shape: Shape, wanted: set[str]) -> int:
    """How many columns are known; 0 without a column of towns."""
    known = [h for h in shape.headers.values() if h.column or comparable(h.base) in wanted]
    if not any(header.column == "town" for header in known):
        return 0
    if shape.last_header_row > shape.header_row and not _is_second_header(shape):
        return 0
    return len({header.column or comparable(header.base) for header in known})


def _headers(grid: Grid, first: int, last: int) -> dict[int, Header]:
    """The header of each column, of one row or of two rows read together."""
    width = max(len(grid.rows.get(row, ())) for row in (first, last))
    headers = {}
    for column in range(width):
        upper = _spread(grid, first, column)
        header = read_header(upper) if upper else None
        if last > first and (lower := grid.text(last, column)):
            header = _two_rows(upper, lower)
        if header:
            headers[column] = header
    return headers


def _two_rows(upper: str, lower: str) -> Header:
    if unit := unit_of(lower):
        return Header(f"{upper}（{unit}）", upper, unit) if upper else read_header(lower)
    for text in (upper + lower, lower, upper):
        header = read_header(text)
        if text and header.column:
            return header
    return read_header(upper + lower)


def _spread(grid: Grid, row: int, column: int) -> str:
    """A cell of a header row; a merged one counts for every column it covers."""
    text = grid.text(row, column)
    if not text and (corner := grid.merged_with(row, column)) and corner[0] == row:
        return grid.text(*corner)
    return text


def _is_second_header(shape: Shape) -> bool:
    """Whether the row under a header belongs to it: texts only, and none under the towns."""
    grid, row = shape.grid, shape.last_header_row
    texts = [cell for cell in grid.rows.get(row, ()) if cell is not None]
    if not texts or grid.text(row, shape.town) or _is_note(grid, row, shape.town):
        return False
    return all(isinstance(cell, str) and not _is_number(cell) for cell in texts)


def _is_number(text: str) -> bool:
    try:
        exact_number(text)
    except ValueError:
        return False
    return True


def find_rows(shape: Shape) -> Rows:
    """The rows of the towns, up to the notes under the table."""
    grid, town = shape.grid, shape.town
    labels = [town, *(c for c, h in shape.headers.items() if h.column == "order")]
    used = sorted(shape.headers)
    towns: list[int] = []
    totals: list[int] = []
    problems: list[Problem] = []
    for row in _rows_below(shape):
        label = next((text for c in labels if (text := grid.text(row, c))), "")
        if label and _TOTAL.fullmatch(label.rstrip(":：")):
            if "小" not in label and "sub" not in label.lower():
                totals.append(row)
        elif _is_note(grid, row, town):
            continue
        elif not towns and _is_column_numbers(shape, row):
            problems.append(_column_numbers(grid, row))
        elif _is_header_again(shape, row):
            if not _repeats(shape, row):
                problems.append(_second_table(grid, row))
                break
        elif any(grid.text(row, column) for column in used):
            towns.append(row)
    return Rows(tuple(towns), tuple(totals), tuple(problems))


def _rows_below(shape: Shape) -> Iterator[int]:
    return (row for row in sorted(shape.grid.rows) if row > shape.last_header_row)


def _is_note(grid: Grid, row: int, town: int) -> bool:
    """Whether a row is a remark: its cells are all texts that read like one, or one long text."""
    texts = (text for cell in grid.rows[row] if (text := clean(cell)))
    first = next(texts, "")
    is_long, is_remark = len(first) > _LONGEST_NAME, bool(_NOTE.match(first))
    if not (is_long or is_remark) or official_name(grid.text(row, town)):
        return False
    rest = list(texts)
    if any(cell is not None and not isinstance(cell, str) for cell in grid.rows[row]):
        return False
    return (is_long and not rest) or (is_remark and not any(map(_is_number, (first, *rest))))


def _is_column_numbers(shape: Shape, row: int) -> bool:
    """Whether a row numbers the columns: 栏次 or 甲、乙 before 1, 2, 3 …, as statistical forms do."""
    texts = [shape.grid.text(row, column) for column in sorted(shape.headers)]
    numbers = [text for text in texts if text and text not in _COLUMN_WORDS]
    counted = [str(i) for i in range(1, len(numbers) + 1)]
    # A recipient may be called 甲: without 栏次, 乙 or a number for a name three columns must agree.
    least = 3 if texts[: -len(numbers)] == ["甲"] else 2
    return len(numbers) >= least and numbers == counted and "" not in texts[-len(numbers) :]


def _column_numbers(grid: Grid, row: int) -> Problem:
    message, remedy = f"第 {row} 行像是各列的编号（栏次），未作为镇街读入", "如是镇街，请核对名称"
    place = grid.place(row)
    return Problem("table.column_numbers", message, remedy, place, is_warning=True)


def _is_header_again(shape: Shape, row: int) -> bool:
    if read_header(shape.grid.text(row, shape.town)).column != "town":
        return False
    cells = [read_header(text) for c in shape.headers if (text := shape.grid.text(row, c))]
    return sum(header.column is not None for header in cells) >= max(2, len(cells) // 2)


def _repeats(shape: Shape, row: int) -> bool:
    """Whether a row repeats the header, as the head of a printed page does."""
    grid = shape.grid
    rows = range(shape.header_row, shape.last_header_row + 1)
    return any(all(grid.text(row, c) == grid.text(head, c) for c in shape.headers) for head in rows)


def _second_table(grid: Grid, row: int) -> Problem:
    message = f"第 {row} 行起有第二张表"
    remedy = "一张工作表只放一张数据表，请把另一张移到别的工作表"
    return Problem("table.second_table", message, remedy, grid.place(row))
