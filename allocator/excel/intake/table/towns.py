"""The towns of a table: their names in the roster's spelling, who is missing, who is unknown."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from allocator.base.problems import Place, Problem
from allocator.dongguan.roster import TOWNS, nearest_name, official_name
from allocator.excel.files.grid import Grid
from allocator.excel.intake.cells import fault, shown
from allocator.excel.intake.headers import comparable
from allocator.excel.intake.table_shape import Shape

#: A table with so many names of the roster is meant to be a table of its units.
_ENOUGH: Final = (len(TOWNS) + 1) // 2
#: With fewer names nobody takes a table for that of all units.
_FEWEST: Final = 5
#: Letters of other scripts, figures and characters that are read for one another.
_ALIKE: Final = str.maketrans(
    "авекмнорстухіјѕԁɡαβεικνορτυχ01|ノ鎮區縣鄉東門",
    "abekmhopctyxijsdgabeikvoptuxoll丿镇区县乡东门",
    "—–―‐‑-~·.*#†‡'’`",
)
#: A table with more rows is one of other places, whatever some are called.
_MOST: Final = 10 * len(TOWNS)


@dataclass(frozen=True, slots=True)
class Towns:
    """Names by row; `order` is the roster's order when the table is one of its units."""

    names: tuple[str, ...]
    rows: tuple[int, ...]
    order: tuple[int, ...]
    problems: tuple[Problem, ...]


def read_towns(shape: Shape, rows: tuple[int, ...], stated: int | None) -> Towns:
    """The names in the column of towns. `stated` is how many recipients the scheme says there are."""
    grid, column = shape.grid, shape.town
    names = [grid.text(row, column) for row in rows]
    problems = []
    for row, name in zip(rows, names, strict=True):
        bad = fault(grid, row, column)
        if bad or not name:
            message = bad.message if bad else "此行有数据，但没有镇街名称"
            remedy = bad.remedy if bad else "请填写镇街名称，或删去此行"
            code = bad.code if bad else "table.no_name"
            problems.append(Problem(code, message, remedy, grid.place(row, column), shown(name)))
    official: list[str | None] = [None]
    if len(names) <= _MOST:
        official = [official_name(name) if name else None for name in names]
    if len(set(official) - {None}) < _ENOUGH:
        problems += _alike(grid, column, rows, names)
        if names and stated is None and None not in official:
            place = grid.place(shape.last_header_row, column)
            problems.append(_few(place, len(names)))
        return Towns(tuple(names), rows, (), tuple(problems))
    problems += _unknown(grid, column, rows, names, official, is_warning=stated == len(rows))
    if stated != len(rows):
        problems += _missing(grid.place(shape.last_header_row, column), official)
    known = [name or names[i] for i, name in enumerate(official)]
    rank = {town: i for i, town in enumerate(TOWNS)}
    order = tuple(rank.get(name, len(TOWNS) + i) for i, name in enumerate(known))
    return Towns(tuple(known), rows, order, tuple(problems))


def _unknown(
    grid: Grid,
    column: int,
    rows: tuple[int, ...],
    names: list[str],
    official: list[str | None],
    *,
    is_warning: bool,
) -> list[Problem]:
    found = []
    for row, name, known in zip(rows, names, official, strict=True):
        if name and known is None and (row, column) not in grid.faults:
            near = nearest_name(name)
            remedy = f"是否应为“{near}”？请改正" if near else "请填写 33 个园区、镇（街道）之一"
            place = grid.place(row, column)
            problem = Problem(
                "table.unknown_town", "不认识的镇街名称", remedy, place, shown(name), is_warning
            )
            found.append(problem)
    return found


def _alike(grid: Grid, column: int, rows: tuple[int, ...], names: list[str]) -> list[Problem]:
    """Names that differ in blanks, brackets, a mark of a note or in letters that look alike only."""
    found = []
    seen: dict[str, str] = {}
    for row, name in zip(rows, names, strict=True) if len(names) <= _MOST else ():
        first = seen.setdefault(_looks(name), name)
        if first != name:
            message = f"“{name}”像是前面的“{first}”"
            remedy = "如是同一个，请删去多余的一行；确是两个的，请在“核对记录”中确认"
            place = grid.place(row, column)
            found.append(Problem("table.alike", message, remedy, place, name, is_doubt=True))
    return found


def _looks(name: str) -> str:
    """A name in the form in which two that a reader takes for one are equal.

    >>> _looks("A镇") == _looks("\N{CYRILLIC CAPITAL LETTER A}镇"), _looks("O镇①") == _looks("0鎮")
    (True, True)
    """
    name = re.sub(r"(?<=.)[①-⑳]+$", "", name)
    letters = unicodedata.normalize("NFD", comparable(name).translate(_ALIKE)).translate(_ALIKE)
    return "".join(c for c in letters if unicodedata.category(c) not in ("Mn", "Cf", "Pd"))


def _few(place: Place, count: int) -> Problem:
    message = f"表中只有 {len(TOWNS)} 个园区、镇（街道）中的 {count} 个，资金全部分给这 {count} 个"
    few = count < _FEWEST
    remedy = f"如有遗漏请补上；确是如此的，请在分配方案中写明镇街数 {count}"
    return Problem("table.few_towns", message, remedy, place, is_warning=few, is_doubt=not few)


def _missing(place: Place, official: list[str | None]) -> list[Problem]:
    remedy = "请补上这一行；如本次不含该镇街，请在分配方案中写明镇街数"
    return [
        Problem("table.missing_town", f"缺少“{town}”", remedy, place)
        for town in TOWNS
        if town not in official
    ]
