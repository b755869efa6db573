"""The columns of the sheet 镇街基础数据: from a town table, or empty ones for a template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from allocator.base.money import FEN_PER_YUAN, number_text
from allocator.dongguan.roster import TOWNS
from allocator.excel.intake.headers import column_name, read_header, same_column
from allocator.excel.intake.table.needed import needed_columns
from allocator.excel.kit.stored_number import StoredNumber
from allocator.fund.columns import FIELDS, HEADERS, ColumnKind, note
from allocator.fund.recipients import Number, Recipients
from allocator.fund.scheme import Scheme


@dataclass(frozen=True, slots=True)
class InputColumn:
    """One column; `values` are what stands in the cells, None is a blank."""

    name: str
    header: str
    kind: ColumnKind
    values: tuple[object, ...]

    @property
    def note(self) -> str:
        """What an officer is told about the column."""
        return note(self.name, self.kind)


def filled_columns(recipients: Recipients, town: str = "") -> list[InputColumn]:
    """The columns of a table, so that reading them back gives an equal table.

    `town` is the header of the names, where the scheme names their column.
    """
    names = tuple(range(1, len(recipients) + 1))
    columns = [
        InputColumn("order", HEADERS["order"], "count", names),
        InputColumn("town", town or HEADERS["town"], "town", recipients.towns),
    ]
    for name, values in recipients.numbers.items():
        columns.append(InputColumn(name, shown_column(recipients, name), "number", values))
    for name, words in recipients.texts.items():
        columns.append(InputColumn(name, shown_column(recipients, name), "text", words))
    for one in FIELDS:
        if values := getattr(recipients, one.name):
            header = shown_column(recipients, one.name)
            columns.append(InputColumn(one.name, header, one.kind, values))
    present = {column.name: column.header for column in columns}
    columns += _status_columns(recipients, present)
    return [_unspent_of_pilots(column, recipients) for column in columns]


def _status_columns(recipients: Recipients, present: dict[str, str]) -> Iterator[InputColumn]:
    for name, values in recipients.status.items():
        if name in present:
            yield InputColumn(name, _status_header(present[name]), "status", values)


def _status_header(header: str) -> str:
    return f"{read_header(header).base}·数据状态"


def _unspent_of_pilots(column: InputColumn, recipients: Recipients) -> InputColumn:
    """A town outside the pilot has no unspent sum: its cell stays blank, not 0."""
    if column.kind != "money" or column.name != "unspent":
        return column
    pilot = recipients.pilot or (True,) * len(recipients)
    values = (v if v or p else None for v, p in zip(column.values, pilot, strict=True))
    return InputColumn(column.name, column.header, column.kind, tuple(values))


def empty_columns(
    scheme: Scheme, towns: Sequence[str] = TOWNS, header: str = HEADERS["town"]
) -> list[InputColumn]:
    """The columns that a scheme asks for, with nothing filled in but the towns."""
    blank: tuple[object, ...] = (None,) * len(towns)
    columns = [
        InputColumn("order", HEADERS["order"], "count", tuple(range(1, len(towns) + 1))),
        InputColumn("town", header, "town", tuple(towns)),
    ]
    names = needed_columns(scheme)
    columns += [InputColumn(name, HEADERS.get(name, name), "number", blank) for name in names]
    wanted = {"raised", "match_rate", "match_reason"} if scheme.matching else set()
    if scheme.matching and scheme.matching.rates:
        wanted.add("economic_class")
    if any(factor.coefficients for pool in scheme.pools for factor in pool.factors):
        wanted.add("economic_class")
    if scheme.pilot:
        wanted |= {"pilot", "unspent"}
    columns += [
        InputColumn(one.name, one.header, one.kind, blank) for one in FIELDS if one.name in wanted
    ]
    stated = [*names, *(name for name in ("economic_class", "unspent") if name in wanted)]
    headers = {column.name: column.header for column in columns}
    columns += [
        InputColumn(name, _status_header(headers[name]), "status", blank) for name in stated
    ]
    return columns


def shown_column(recipients: Recipients | None, name: str) -> str:
    """A header for a column that is read back as the same column."""
    header = recipients.header(name) if recipients else HEADERS.get(name, name)
    for text in (header, HEADERS.get(name, name)):
        known = read_header(text).column
        if known == name or (known is None and name not in HEADERS and same_column(text, name)):
            return text
    return name


def reference(recipients: Recipients | None, name: str) -> str:
    """The text by which the scheme's sheet names a column."""
    text = shown_column(recipients, name)
    return text if column_name(text) == name else name


def number_cell(number: Number) -> StoredNumber | str:
    """What to store for an exact number: a number where a cell keeps all of it, else a text.

    A number without an end is written as `40÷3`.

    >>> number_cell(Fraction(1, 10)), number_cell(Fraction(40, 3)), number_cell(10**17 + 1)
    (0.1, '40÷3', '100000000000000001')
    """
    stored = StoredNumber(number)
    ratio = number.numerator, number.denominator
    if Decimal(format(float(stored), ".15g")).as_integer_ratio() == ratio:
        return stored
    return number_text(Fraction(number)).replace("/", "÷")


def money_cell(fen: int) -> StoredNumber | str:
    """An amount in yuan, see `number_cell`."""
    return number_cell(Fraction(fen, FEN_PER_YUAN))
