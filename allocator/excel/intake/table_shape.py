"""Where the table stands on a sheet: its header rows, its column of names, the unit above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from allocator.base.money import exact_number
from allocator.excel.files.grid import Grid, clean
from allocator.excel.intake.headers import Header, comparable, read_header
from allocator.excel.intake.table.labels import is_remark
from allocator.excel.intake.table.units import compact, unit_above, unit_of

_MOST_TITLE_ROWS: Final = 60
_MOST_HEADER_ROWS: Final = 3
_LONGEST_GROUP: Final = 12
#: Rows that tell which of several columns of names tells the recipients apart.
_LOOKED_AT: Final = 2_000
#: What stands under a name without changing what it means: 人口 over 人数 is 人口.
_PLAIN_PARTS: Final = frozenset(
    [
        "人数",
        "数量",
        "个数",
        "户数",
        "金额",
        "数",
        "合计",
        "总计",
        "总数",
        "小计",
        "本年",
        "当年",
        "年末",
    ]
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table found on a sheet: headers by column, header rows, and the unit of money in its title.

    `town` is the column of the names, `known` how many columns are known. `unit_doubt` is the row
    of a text that may or may not state the unit.
    """

    grid: Grid
    header_row: int
    last_header_row: int
    headers: Mapping[int, Header]
    unit: str = ""
    known: int = 0
    town: int = 0
    unit_doubt: tuple[int, str] = (0, "")


def find_shape(grid: Grid, wanted: Sequence[str] = (), named: str = "") -> Shape | None:
    """The rows that look most like a header, or None when no row names the recipients.

    `wanted` are columns of the fund's own, which count as known; `named` is the header of the
    column of names where it is no usual one. Without either the only column of texts has them.
    """
    names = {comparable(read_header(name).base) for name in wanted}
    best: Shape | None = None
    unit, doubt = "", (0, "")
    for row in sorted(grid.rows)[:_MOST_TITLE_ROWS]:
        # Under a header only a row of nothing but texts can be a better one.
        rows = range(row, row + (1 if best is None else 0))
        if _is_texts(grid, row):
            rows = range(row, row + _MOST_HEADER_ROWS)
        for last in rows:
            shape = _candidate(grid, row, last, names, named)
            if shape is None:
                continue
            is_better = best is None or shape.known > best.known
            completes = best is not None and best.header_row == row and shape.known == best.known
            if len(shape.headers) > 1 and (is_better or completes):
                best = replace(shape, unit=unit, unit_doubt=doubt)
        stated = unit_above(map(clean, grid.rows[row]))
        unit = stated.unit or unit
        doubt = (row, stated.doubt) if stated.doubt else doubt
    if best is None or best.unit:
        return best
    beside = _unit_beside(best)
    return replace(best, unit=beside[0], unit_doubt=beside[1] if beside[1][0] else best.unit_doubt)


def _candidate(grid: Grid, first: int, last: int, wanted: set[str], named: str) -> Shape | None:
    """The table under some rows taken as its header, if they can be that."""
    if last > first and not all(_is_texts(grid, row) for row in range(first + 1, last + 1)):
        return None
    headers = _headers(grid, first, last)
    known = [
        column
        for column, header in headers.items()
        if header.column
        or {comparable(header.base), comparable(header.bare), *header.also} & wanted
    ]
    towns = [c for c in headers if _names_recipients(headers[c], named)]
    if not towns and not named:
        towns = _only_texts(grid, last, headers, known)
    if not towns or (last > first and not _is_header(grid, first, last, towns)):
        return None
    town = max(towns, key=lambda column: (_distinct(grid, last, column), -column))
    columns = {headers[c].column or comparable(headers[c].text) for c in known}
    count = len(columns | {"town"})
    return Shape(grid, first, last, headers, known=count, town=town)


def _names_recipients(header: Header, named: str) -> bool:
    if named:
        return comparable(named) in (comparable(header.text), comparable(header.base))
    return header.column == "town"


def _only_texts(
    grid: Grid, last: int, headers: Mapping[int, Header], known: Sequence[int]
) -> list[int]:
    """The only column in which every row has a text of its own, beside columns that are known."""
    if not known:
        return []
    rows = [row for row in _rows_below(grid, last) if any(grid.text(row, c) for c in known)]
    found = []
    for column in headers:
        texts = [grid.text(row, column) for row in rows]
        is_whole = len(texts) > 1 and all(texts) and len(set(texts)) == len(texts)
        if column not in known and is_whole and not any(map(_is_number, texts)):
            found.append(column)
    return found if len(found) == 1 else []


def _distinct(grid: Grid, last: int, column: int) -> int:
    texts = (grid.text(row, column) for row in _rows_below(grid, last))
    return len({text for text in texts if text and not _is_number(text)})


def _rows_below(grid: Grid, last: int) -> list[int]:
    return [row for row in sorted(grid.rows) if row > last][:_LOOKED_AT]


def _headers(grid: Grid, first: int, last: int) -> dict[int, Header]:
    """The header of each column, of up to three rows read together."""
    rows = range(first, last + 1)
    width = max(len(grid.rows.get(row, ())) for row in rows)
    headers = {}
    for column in range(width):
        parts = [_spread(grid, row, column) for row in rows]
        if last > first and not parts[0]:
            parts[0] = _group(grid, first, column)
        parts = [part for i, part in enumerate(parts) if part and part not in parts[:i]]
        if parts and not _is_unit_line(grid, last, column, parts[-1]):
            headers[column] = _joined(parts)
    return headers


def _is_unit_line(grid: Grid, last: int, column: int, text: str) -> bool:
    """Whether a text beside the headers states the unit of money instead of naming a column."""
    if "单位" in text and compact(text).startswith("单位:"):
        return True
    stated = unit_above([text])
    # 经济总量（亿元） names a column, be it blank; 某某资金分配表（万元） beside a table does not.
    header = read_header(text)
    is_name = bool(header.unit and header.base) and bool(
        re.match(r"(?!.*(?:单位|表)).*[(（]", text)
    )
    if is_name or not (stated.unit or stated.doubt):
        return False
    return not any(grid.text(row, column) for row in _rows_below(grid, last))


def _group(grid: Grid, row: int, column: int) -> str:
    """The name of a group that stands above its first column only, without merged cells."""
    if not grid.text(row + 1, column):
        return ""
    while column > 0:
        column -= 1
        if text := grid.text(row, column):
            return text if grid.text(row + 1, column) else ""
    return ""


def _joined(parts: Sequence[str]) -> Header:
    """One header of the texts above each other: the last may be the unit of those before."""
    unit = unit_of(parts[-1]) if parts[-1] != "人数" else ""
    if unit and len(parts) > 1:
        name = _joined(parts[:-1])
        if name.unit:
            return name
        return Header(f"{name.text}（{unit}）", name.base, unit)
    for texts in _readings(parts):
        header = read_header(texts)
        if header.column:
            return header
    plain = [re.sub(r"[（(].*?[)）]$", "", part) for part in parts]
    ways = {comparable("".join(plain[start:])) for start in range(len(parts))}
    return replace(read_header("".join(parts)), also=frozenset(ways - {""}))


def _readings(parts: Sequence[str]) -> Iterator[str]:
    """The ways to read texts above each other: together, the lower ones, the plain upper ones."""
    for start in range(len(parts)):
        yield "".join(parts[start:])
    for stop in range(len(parts) - 1, 0, -1):
        if all(part in _PLAIN_PARTS for part in parts[stop:]):
            for start in range(stop):
                yield "".join(parts[start:stop])


def _spread(grid: Grid, row: int, column: int) -> str:
    """A cell of a header row; a merged one counts for every column it covers."""
    text = grid.text(row, column)
    if not text and (corner := grid.merged_with(row, column)) and corner[0] == row:
        return grid.text(*corner)
    return text


def _is_header(grid: Grid, first: int, last: int, towns: Sequence[int]) -> bool:
    """Whether rows under each other are one header: texts only, and one name over the recipients."""
    for row in range(first, last + 1):
        texts = [cell for cell in grid.rows.get(row, ()) if cell is not None]
        if not texts or not _is_texts(grid, row):
            return False
        if row == first and len(texts) < 2 and not _is_group(grid, row, towns[0]):  # a title
            return False
        if row > first and is_remark(clean(texts[0])):
            return False
    town = towns[0]
    return sum(bool(grid.text(row, town)) for row in range(first, last + 1)) == 1


def _is_group(grid: Grid, row: int, town: int) -> bool:
    """Whether the only text of a row names a group of columns; a title stands over the names too."""
    column = next(c for c, cell in enumerate(grid.rows[row]) if cell is not None)
    text = grid.text(row, column)
    if (
        column <= town
        or len(text) > _LONGEST_GROUP
        or re.search("[表:]|单位|日|年度|编制", compact(text))
    ):
        return False
    stated = unit_above([text])
    if stated.unit or stated.doubt:
        return False
    return grid.merged_with(row, town) is None


def _is_texts(grid: Grid, row: int) -> bool:
    cells = (cell for cell in grid.rows.get(row, ()) if cell is not None)
    return all(isinstance(cell, str) and not _is_number(cell) for cell in cells)


def _unit_beside(shape: Shape) -> tuple[str, tuple[int, str]]:
    """The unit of money stated to the right of the table or in its header rows, and what may be."""
    grid = shape.grid
    doubt = (0, "")
    for row in range(shape.header_row, shape.last_header_row + 4):
        cells = enumerate(grid.rows.get(row, ()))
        texts = [clean(cell) for column, cell in cells if column not in shape.headers]
        found = unit_above(texts)
        if found.unit and (row <= shape.last_header_row or "单位" in compact("".join(texts))):
            return found.unit, doubt
        doubt = (row, found.doubt) if found.doubt else doubt
    return "", doubt


def _is_number(text: str) -> bool:
    try:
        exact_number(text)
    except ValueError:
        return False
    return True
