"""What every answer can do besides holding its figures: be shown in a notebook, become a frame."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from allocator.base.money import amount_in
from allocator.base.tables import Table, TableColumn, TableValue

if TYPE_CHECKING:
    import pandas as pd


class Told:
    """An answer with tables; the first of them is the frame, unless an answer says otherwise."""

    __slots__ = ()

    def tables(self) -> list[Table]:
        """The answer as tables, for the terminal, the workbook and a notebook."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables())

    def to_frame(self, unit: str = "元", *, exact: bool = True) -> pd.DataFrame:
        """The first table, its first column as index: money as exact `Decimal`s in `unit` and ratios
        as Fractions, or all as floats.
        """
        return frame_of(self.tables()[0], unit, exact=exact)


def frame_of(table: Table, unit: str, *, exact: bool) -> pd.DataFrame:
    """A table as a frame, its first column as index."""
    import pandas as pd

    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.columns)
    data = {
        column.header: [_plain(value, column, unit, exact=exact) for value in values]
        for column, values in zip(table.columns, columns, strict=True)
    }
    return pd.DataFrame(data).set_index(table.columns[0].header)


def _plain(value: TableValue, column: TableColumn, unit: str, *, exact: bool) -> Any:
    if value is None or isinstance(value, str):
        return value
    plain = amount_in(int(value), unit) if column.kind == "fen" else value
    if column.kind == "count":
        return int(value)
    if exact:
        return plain if column.kind == "fen" else Fraction(value)
    return float(plain)
