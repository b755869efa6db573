"""The rows of a table: recipients, and what is left out — totals, sums of groups, parts, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from allocator.base.money import format_number
from allocator.base.problems import Problem, note
from allocator.dongguan.roster import official_name
from allocator.excel.files.grid import Grid, clean
from allocator.excel.intake.cells import BadCell, number
from allocator.excel.intake.headers import read_header
from allocator.excel.intake.table import labels
from allocator.excel.intake.table.names import marked, stands_out
from allocator.excel.intake.table.sums import ColumnCells, Figures, SumMatch, sums_of_others
from allocator.excel.intake.table.units import unit_above
from allocator.excel.intake.table_shape import Shape
from allocator.fund.columns import BY_NAME
from allocator.fund.recipients import Number

#: Rows that chance would give in a hundred such tables: below, a sum is certain; above, chance.
_CERTAIN: Final = 0.01
_POSSIBLE: Final = 0.2
#: Columns of figures that are no amounts: the figure of all is not the sum of the figures of each.
_RATIO: Final = re.compile(
    r"率|比|人均|户均|亩均|平均|均价|密度|占|系数|指数|得分|分数|排名|名次|增减|增长|同比|%|％|等级|代码|编码|电话"
)
_SHOWN: Final = 4
#: A row within so much of the sum of all others is a total that does not add up.
_NEARLY: Final = Fraction(1, 100)
#: Others that a row must outweigh in every column to look like their total.
_FEW: Final = 4


@dataclass(slots=True)
class FoundRows:
    """The rows of the recipients, what was left out and why, and what is to be asked."""

    towns: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    asked: set[int] = field(default_factory=set)
    unit_below: tuple[int, str] = (0, "")


def find_rows(shape: Shape) -> FoundRows:
    """The rows of the recipients, up to the notes under the table."""
    found = FoundRows()
    totals: list[int] = []
    subtotals: list[int] = []
    for row, kind in _kinds(shape, found):
        {"total": totals, "subtotal": subtotals, "": found.towns}[kind].append(row)
    adding = _adding_columns(shape, found.towns)
    columns = list(adding)
    cells = {row: [figures[row] for figures in adding.values()] for row in found.towns}
    for row in (*totals, *subtotals):
        cells[row] = [_number(shape.grid, row, column) for column in columns]
    _ask_marked(shape, found)
    _leave_sums(shape, found, cells)
    _leave_groups(shape, found, cells, subtotals)
    _check_totals(shape, found, cells, totals, columns)
    _ask_like_totals(shape, found, cells)
    return found


def _kinds(shape: Shape, found: FoundRows) -> Iterator[tuple[int, str]]:
    """The rows under the header that are or may be recipients; all others are said on the way."""
    grid = shape.grid
    names = [shape.town, *(c for c, h in shape.headers.items() if h.column == "order")]
    used = sorted(shape.headers)
    notes: list[int] = []
    is_first = True
    for row in (row for row in sorted(grid.rows) if row > shape.last_header_row):
        label = next((text for c in names if (text := grid.text(row, c))), "")
        label = label or _first(grid, row)
        if _is_note(shape, row):
            notes.append(row)
        elif what := _left_out(shape, found, row, label, is_first=is_first):
            _say(found, grid, row, what)
        elif _is_header_again(shape, row):
            if _translates(shape, row):
                _say(found, grid, row, "表头的另一种文字")
            elif not _repeats(shape, row):
                found.problems.append(_second_table(grid, row))
                break
        elif label and (labels.is_total(label) or labels.is_subtotal(label)):
            yield row, "total" if labels.is_total(label) else "subtotal"
        elif any(grid.text(row, column) for column in used):
            is_first = False
            yield row, ""
    if notes:
        shown = "、".join(map(str, notes[:_SHOWN])) + (" 等" if len(notes) > _SHOWN else "")
        message = f"第 {shown} 行是说明或落款，未作为镇街"
        found.problems.append(note("read.rows", message, grid.place(notes[0])))
    found.unit_below = _unit_below(shape, notes)


def _left_out(
    shape: Shape, found: FoundRows, row: int, label: str, *, is_first: bool
) -> str | None:
    """What a row is that numbers the columns or repeats a part of another; None for others."""
    if is_first:
        numbers = labels.numbers_columns([shape.grid.text(row, c) for c in sorted(shape.headers)])
        if numbers:
            return "各列的编号（栏次）"
        if numbers is None and _is_odd_first(shape, row):
            found.problems.append(_odd_row(shape, row, "像是各列的编号（栏次）"))
            found.asked.add(row)
            return None
    return f"“{label}”，是上一行的一部分" if labels.is_part(label) else None


def _unit_below(shape: Shape, notes: Sequence[int]) -> tuple[int, str]:
    """The row of a note that states, or may state, a unit of money, and its text."""
    for row in notes:
        stated = unit_above(map(clean, shape.grid.rows[row]))
        if stated.unit != "元" and (stated.unit or stated.doubt):
            return row, stated.unit or stated.doubt
    return 0, ""


def _say(found: FoundRows, grid: Grid, row: int, what: str) -> None:
    found.problems.append(note("read.rows", f"第 {row} 行是{what}，未作为镇街", grid.place(row)))


def _first(grid: Grid, row: int) -> str:
    return next((text for cell in grid.rows[row] if (text := clean(cell))), "")


def _is_note(shape: Shape, row: int) -> bool:
    """Whether a row is a remark or a signature: it reads like one and has no figures.

    `填报人：某某` with a telephone number beside it is one as well.
    """
    grid = shape.grid
    first = _first(grid, row)
    if not labels.is_remark(first) or official_name(grid.text(row, shape.town)):
        return False
    figures = [c for c in shape.headers if c != shape.town and _number(grid, row, c) is not None]
    if not figures:
        return True
    return labels.is_signed(first) and len(figures) == 1 and len(shape.headers) > 2


def _number(grid: Grid, row: int, column: int) -> Number | None:
    value = grid.value(row, column)
    if value is None or isinstance(value, bool) or (row, column) in grid.faults:
        return None
    if isinstance(value, str) and clean(value).endswith(("%", "％")):
        return None
    try:
        return number(value)
    except BadCell:
        return None


def _adding_columns(shape: Shape, rows: Sequence[int]) -> dict[int, dict[int, Number | None]]:
    """The columns whose figures add up, row by row: amounts and counts, not ratios or codes."""
    found = {}
    for column, header in shape.headers.items():
        known = BY_NAME.get(header.column or "")
        if (
            header.status_of
            or header.unit == "%"
            or (known and known.kind not in ("number", "money"))
        ):
            continue
        if known is None and _RATIO.search(header.base):
            continue
        figures = {row: _number(shape.grid, row, column) for row in rows}
        empty = [row for row, figure in figures.items() if figure is None]
        if len(empty) < len(rows) and not any(shape.grid.text(row, column) for row in empty):
            found[column] = figures
    return found


def _leave_sums(shape: Shape, found: FoundRows, cells: Mapping[int, ColumnCells]) -> None:
    """Rows of any name that are sums of other rows, the strongest proof first.

    Sums of sums come to light once the rows that they sum are alone. Sums that share no row are
    left at once: a table of a whole country has a thousand of them.
    """
    while matches := _sums(shape, [row for row in found.towns if row not in found.asked], cells):
        taken: set[int] = set()
        for match in sorted(matches, key=lambda match: (match.by_chance, -len(match.parts))):
            if match.by_chance <= _CERTAIN and taken.isdisjoint((match.row, *match.parts)):
                taken.update((match.row, *match.parts))
                _leave(shape, found, match)
        if not taken:
            break
    for match in sorted(matches, key=lambda match: match.row):
        name = _name(shape, match.row)
        if match.by_chance <= _POSSIBLE or labels.may_be_group(name):
            found.asked.add(match.row)
            found.problems.append(_ask(shape, match))


def _sums(shape: Shape, towns: Sequence[int], cells: Mapping[int, ColumnCells]) -> list[SumMatch]:
    found = []
    for match in sums_of_others(Figures({row: cells[row] for row in towns}), towns):
        # A name that groups have is evidence of its own, a name of the roster against it.
        name = _name(shape, match.row)
        if official_name(name):
            continue
        weight = 0.005 if labels.may_be_group(name) else 1.0
        if stands_out(name, [_name(shape, row) for row in match.parts]):
            weight *= 0.02
        found.append(SumMatch(match.row, match.parts, match.by_chance * weight))
    return found


def _ask_marked(shape: Shape, found: FoundRows) -> None:
    """Names with a colon or a mark before them, as parts and remarks have, beside figures."""
    names = [_name(shape, row) for row in found.towns]
    for row in marked(names, found.towns) if len(names) > 2 else ():
        if row not in found.asked and (row, shape.town) not in shape.grid.faults:
            found.problems.append(_odd_row(shape, row, "像是其中项或说明"))
            found.asked.add(row)


def _ask_like_totals(shape: Shape, found: FoundRows, cells: Mapping[int, ColumnCells]) -> None:
    """Rows that look like the total of all others and do not add up."""
    rows = [row for row in found.towns if row not in found.asked]
    if len(rows) < 3:
        return
    figures = [c for c in range(len(cells[rows[0]])) if all(_plus(cells[r][c]) for r in rows)]
    if not figures:
        return
    totals = {c: sum(cells[row][c] or 0 for row in rows) for c in figures}
    first = figures[0]
    for row in (row for row in rows if 100 * (cells[row][first] or 0) >= 49 * totals[first]):
        others = [(cells[row][c] or 0, totals[c] - (cells[row][c] or 0)) for c in figures]
        if not all(value >= rest * (1 - _NEARLY) and rest for value, rest in others):
            continue
        name = _name(shape, row)
        is_odd = stands_out(name, [_name(shape, other) for other in rows if other != row])
        near = all(value <= rest * (1 + _NEARLY) for value, rest in others)
        if official_name(name) or not (is_odd or (len(rows) > _FEW and (near or len(others) > 1))):
            continue
        found.problems.append(
            _wrong_total(shape, row, "与其他各行之和相近或更大，像是合计而不相等")
        )


def _plus(value: Number | None) -> bool:
    return value is not None and value >= 0


def _is_odd_first(shape: Shape, row: int) -> bool:
    """Whether the first row is called 甲 or 1 where the others are called otherwise."""
    grid = shape.grid
    below = [text for r in sorted(grid.rows) if r > row and (text := grid.text(r, shape.town))]
    name = grid.text(row, shape.town)
    return bool(below) and len(name) < 2 and not any(len(text) < 2 for text in below)


def _odd_row(shape: Shape, row: int, what: str) -> Problem:
    name = _name(shape, row)
    remedy = "如不是镇街，请删去此行；如确是单独的镇街，请在“核对记录”中确认"
    place = shape.grid.place(row, shape.town)
    return Problem("table.odd_row", f"“{name}”{what}", remedy, place, name, is_doubt=True)


def _leave_groups(
    shape: Shape, found: FoundRows, cells: Mapping[int, ColumnCells], subtotals: Sequence[int]
) -> None:
    """小计: said where it is the sum of rows beside it, else asked."""
    for row in subtotals:
        rows = sorted({*found.towns, row})
        if (
            not any(cells[row])
            or _is_single(cells, row, found.towns)
            or sums_of_others(Figures({r: cells[r] for r in rows}), rows, row)
        ):
            _say(found, shape.grid, row, f"“{_name(shape, row)}”")
        else:
            found.problems.append(_wrong_total(shape, row))


def _is_single(cells: Mapping[int, ColumnCells], row: int, towns: Sequence[int]) -> bool:
    """Whether a 小计 repeats the one row beside it."""
    return any(cells[other] == cells[row] for other in towns if abs(other - row) == 1)


def _check_totals(
    shape: Shape,
    found: FoundRows,
    cells: Mapping[int, ColumnCells],
    totals: Sequence[int],
    columns: Sequence[int],
) -> None:
    """合计 rows: said where they are the sums of all recipients, else asked at each wrong cell."""
    figures = Figures({row: cells[row] for row in (*found.towns, *totals)})
    for row in totals:
        _say(found, shape.grid, row, f"“{_name(shape, row)}”")
        others = [other for other in totals if other != row]
        if figures.agrees(row, found.towns) is not None:
            continue
        if others and len(totals) > 2 and figures.agrees(row, others) is not None:
            continue
        wrong = list(_wrong_columns(cells, row, found.towns, columns))
        if wrong:
            found.problems.append(_unequal_total(shape, row, wrong))


def _wrong_columns(
    cells: Mapping[int, ColumnCells], row: int, towns: Sequence[int], columns: Sequence[int]
) -> Iterator[tuple[int, Number, Number]]:
    """(column, what a total states, what its rows sum to) where the two differ."""
    for k, column in enumerate(columns):
        stated = cells[row][k]
        parts = [value for town in towns if (value := cells[town][k]) is not None]
        single = Figures({r: [cells[r][k]] for r in (*towns, row)})
        if stated is None or not parts or single.agrees(row, towns) is not None:
            continue
        total = sum(parts)
        if stated != total:
            yield column, stated, total


def _unequal_total(shape: Shape, row: int, wrong: Sequence[tuple[int, Number, Number]]) -> Problem:
    """One message for a total, however many of its columns are wrong."""
    sums = "、".join(
        f"“{shape.headers[column].text}”与各镇街之和 {format_number(total, 4)}"
        for column, _, total in wrong
    )
    remedy = "请核对是否漏了镇街、填错数字，或有一行是其他行之和"
    shown = "、".join(format_number(stated, 4) for _, stated, _ in wrong)
    place = shape.grid.place(row, wrong[0][0])
    return Problem("table.total", f"合计行的{sums} 不等", remedy, place, shown, is_doubt=True)


def _name(shape: Shape, row: int) -> str:
    return shape.grid.text(row, shape.town) or _first(shape.grid, row)


def _leave(shape: Shape, found: FoundRows, match: SumMatch) -> None:
    found.towns.remove(match.row)
    name = _name(shape, match.row)
    _say(found, shape.grid, match.row, f"“{name}”，等于{_parts(shape, match)}之和")


def _parts(shape: Shape, match: SumMatch) -> str:
    rows = sorted(match.parts)
    names = "、".join(_name(shape, row) for row in rows[:3])
    return f"{names}等 {len(rows)} 行" if len(rows) > 3 else names


def _ask(shape: Shape, match: SumMatch) -> Problem:
    name = _name(shape, match.row)
    message = f"“{name}”恰好等于{_parts(shape, match)}之和，可能是合计或小计"
    remedy = "如是合计，请删去此行或把名称改为“小计”；如确是单独的镇街，请在“核对记录”中确认"
    place = shape.grid.place(match.row, shape.town)
    return Problem("table.sum_row", message, remedy, place, name, is_doubt=True)


def _wrong_total(shape: Shape, row: int, what: str = "不等于它旁边各行之和") -> Problem:
    name = _name(shape, row)
    message = f"“{name}”{what}"
    remedy = "请核对各行数字；如不是合计，请改名称"
    place = shape.grid.place(row, shape.town)
    return Problem("table.total", message, remedy, place, name, is_doubt=True)


def _is_header_again(shape: Shape, row: int) -> bool:
    texts = [text for c in shape.headers if (text := shape.grid.text(row, c))]
    least = max(2, len(texts) // 2)
    # Figures are no headers: nearly all rows are told at once.
    if sum(not text.replace(".", "", 1).isdigit() for text in texts) < least:
        return False
    if read_header(shape.grid.text(row, shape.town)).column != "town":
        return False
    return sum(read_header(text).column is not None for text in texts) >= least


def _translates(shape: Shape, row: int) -> bool:
    """Whether a row right under the header names the same columns in another language."""
    if row != shape.last_header_row + 1:
        return False
    named = {c: read_header(shape.grid.text(row, c)).column for c in shape.headers}
    return all(shape.headers[c].column in (name, None) for c, name in named.items() if name)


def _repeats(shape: Shape, row: int) -> bool:
    """Whether a row repeats the header, as the head of a printed page does."""
    grid = shape.grid
    rows = range(shape.header_row, shape.last_header_row + 1)
    return any(all(grid.text(row, c) == grid.text(head, c) for c in shape.headers) for head in rows)


def _second_table(grid: Grid, row: int) -> Problem:
    message = f"第 {row} 行起有第二张表"
    remedy = "一张工作表只放一张数据表，请把另一张移到别的工作表"
    return Problem("table.second_table", message, remedy, grid.place(row))
