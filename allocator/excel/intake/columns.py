"""Which column of a sheet holds what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from allocator.base.problems import Problem
from allocator.excel.intake.headers import (
    SEVERAL,
    Header,
    comparable,
    read_header,
    same_column,
)
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
    headers: dict[int, Header]
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


def assign_columns(shape: Shape, needed: Sequence[str], amounts: Sequence[str] = ()) -> Columns:
    """Name every column; two that claim one name are a mistake unless one says it more exactly.

    `amounts` are the columns of the fund's own that hold sums of money.
    """
    claims: dict[str, list[int]] = {}
    status: dict[str, int] = {}
    problems: list[Problem] = []
    for column, header in shape.headers.items():
        if header.status_of is None:
            claims.setdefault(_name(header, needed), []).append(column)
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
    money = frozenset(by_name[name] for name in (*_MONEY, *amounts) if name in by_name)
    problems += _open_units(shape, money)
    return Columns(by_name, status, shape.headers, shape.unit, money, tuple(problems))


def _open_units(shape: Shape, money: Iterable[int]) -> Iterator[Problem]:
    """Sums of money without a unit of their own under a title that states several."""
    if SEVERAL not in shape.unit:
        return
    for column in sorted(money):
        header = shape.headers[column]
        if not header.unit:
            message = f"“{header.text}”没有写单位，而表头上方写有“{shape.unit}”"
            remedy = "请在列名的括号中写明单位，如“（万元）”"
            place = shape.grid.place(shape.last_header_row, column)
            yield Problem("table.unit", message, remedy, place, header.text)


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
