"""Which column of a sheet holds what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from allocator.base.problems import Problem, note
from allocator.excel.intake.headers import (
    Header,
    comparable,
    read_header,
    same_column,
)
from allocator.excel.intake.table.units import SEVERAL
from allocator.excel.intake.table_shape import Shape
from allocator.fund.columns import COLUMNS, HEADERS

#: Canonical columns that hold sums of money.
_MONEY: Final = tuple(column.name for column in COLUMNS if column.is_money)
#: Headers that say more exactly what a column is than others of the same meaning beside them.
_STRONGER: Final = frozenset(name for column in COLUMNS for name in column.stronger)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by the name the rules know them by, status columns by the column they speak of."""

    by_name: dict[str, int]
    status: dict[str, int]
    headers: Mapping[int, Header]
    unit: str
    amounts: frozenset[int]
    problems: tuple[Problem, ...]

    def scale(self, name: str) -> Fraction:
        """What one unit of the file is in the canonical unit."""
        column = self.by_name.get(name)
        return Fraction(1) if column is None else self.scale_of(column)

    def scale_of(self, column: int) -> Fraction:
        """See `scale`; the unit in the title holds for sums of money that name none."""
        return self.headers[column].scale(self.unit if column in self.amounts else "")

    def shown_headers(self) -> dict[str, str]:
        """The headers a user knows the columns by, where they are not the usual ones."""
        shown = {}
        for name, column in self.by_name.items():
            text = self.headers[column].canonical_text
            if text not in (HEADERS.get(name), name) and not (name in HEADERS and text.isascii()):
                shown[name] = text
        return shown


def assign_columns(
    shape: Shape,
    needed: Sequence[str],
    amounts: Sequence[str] = (),
    fields: Collection[str] = frozenset(),
) -> Columns:
    """Name every column; two that claim one name are a mistake unless one says it more exactly.

    `amounts` are the columns of the fund's own that hold sums of money, `fields` those with a
    meaning of their own that the rules read.
    """
    claims: dict[str, list[int]] = {}
    status: dict[str, int] = {}
    problems: list[Problem] = []
    bare = _bare_names(shape, needed)
    for column, header in shape.headers.items():
        if header.status_of is not None or (header.column == "town" and column != shape.town):
            continue
        name = bare.get(column) or _name(header, needed)
        claims.setdefault("town" if column == shape.town else name, []).append(column)
    problems += _unconverted(shape, bare)
    by_name: dict[str, int] = {}
    for name, columns in claims.items():
        strong = [c for c in columns if shape.headers[c].text in _STRONGER] or columns
        by_name[name] = strong[0]
        weak = (column for column in columns if column != strong[0])
        problems += (_second(shape, c, strong[0], is_warning=len(strong) == 1) for c in weak)
    for column, header in shape.headers.items():
        if header.status_of is not None:
            name = _name(read_header(header.status_of), (*needed, *by_name))
            status.setdefault(name, column)
    problems += _hidden(shape, by_name)
    money = frozenset(by_name[name] for name in (*_MONEY, *amounts) if name in by_name)
    used = {column for name, column in by_name.items() if name in needed or name in fields}
    problems += _open_units(shape, money & used)
    return Columns(by_name, status, shape.headers, shape.unit, money, tuple(problems))


def _open_units(shape: Shape, money: Iterable[int]) -> Iterator[Problem]:
    """Sums of money without a unit of their own: said by the title, or open under it."""
    is_open = SEVERAL in shape.unit or (not shape.unit and shape.unit_doubt[1])
    for column in sorted(money):
        header = shape.headers[column]
        place = shape.grid.place(shape.last_header_row, column)
        if header.unit:
            continue
        if is_open:
            above = shape.unit or shape.unit_doubt[1]
            message = f"“{header.text}”没有写单位，而表外写有“{above}”"
            remedy = "请在列名的括号中写明单位，如“（万元）”"
            yield Problem("table.unit", message, remedy, place, header.text)
        elif shape.unit not in ("", "元"):
            message = f"“{header.text}”按表头上方的单位“{shape.unit}”读入"
            yield note("read.unit", message, place)


def _bare_names(shape: Shape, needed: Sequence[str]) -> dict[int, str]:
    """Columns that the scheme names otherwise: 任务量 for 任务量（吨）, 年内出生人数 under 人口情况."""
    found = {}
    for name in needed:
        exact = [h for h in shape.headers.values() if same_column(name, h.text)]
        loose = [
            column
            for column, header in shape.headers.items()
            if comparable(name) in (comparable(header.bare), comparable(header.base), *header.also)
            and not header.column
        ]
        if not exact and len(loose) == 1:
            found[loose[0]] = name
    return found


def _unconverted(shape: Shape, bare: Mapping[int, str]) -> Iterator[Problem]:
    for column, name in bare.items():
        text = shape.headers[column].text
        if not shape.headers[column].unit:
            message = f"“{text}”一列作为“{name}”采用，括号中的单位没有换算"
            place = shape.grid.place(shape.last_header_row, column)
            yield note("read.unit", message, place)


def _hidden(shape: Shape, by_name: Mapping[str, int]) -> Iterator[Problem]:
    """Columns that are hidden and read all the same."""
    hidden = sorted(c for c in by_name.values() if c in shape.grid.hidden_columns)
    if hidden:
        names = "、".join(shape.headers[column].text for column in hidden)
        message, remedy = f"{names}是隐藏的列，已一并读入", "请取消隐藏，核对这些列"
        place = shape.grid.place(shape.last_header_row, hidden[0])
        yield Problem("table.hidden_columns", message, remedy, place, is_warning=True)


def _name(header: Header, needed: Sequence[str]) -> str:
    """The canonical name, else the name the scheme uses, else the header without its unit."""
    wanted = next((name for name in needed if same_column(name, header.text)), None)
    return wanted or header.column or header.base


def _second(shape: Shape, column: int, first: int, *, is_warning: bool) -> Problem:
    text, other = shape.headers[column].text, shape.headers[first].text
    same = comparable(text) == comparable(other)
    message = f"列名“{text}”重复" if same else f"“{text}”与“{other}”是同一项数据的两列"
    if is_warning:
        message += f"，采用“{other}”"
    remedy = "请只保留一列，或把另一列改名"
    place = shape.grid.place(shape.last_header_row, column)
    return Problem("table.duplicate_header", message, remedy, place, text, is_warning)
