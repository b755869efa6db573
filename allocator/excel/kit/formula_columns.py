"""Tables of a sheet: columns that name each other in their formulas, placed cell by cell.

A formula is a template: `{paid}` is the cell of column `paid` in the same row, `{paid:all}` the
column's cells, `{paid:sum}` its total, `{paid:lead}` the cell of the line above the first row.
Columns of other sheets and single cells are named in the same way.
"""

from __future__ import annotations

import string
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from allocator.base.money import FEN_PER_WAN, FEN_PER_YUAN
from allocator.excel.files.grid import column_letter
from allocator.excel.kit.layout import LARGE_ROWS, Run, Sheet
from allocator.excel.kit.style import BODY_SIZE, LINE_HEIGHT, Style, StyleKind, text_width
from allocator.fund.recipients import Number

Exact = str | Number | None
HEADER_LINE: Final = BODY_SIZE * 1.45

#: From here on a double no longer tells neighbouring fen apart in a spreadsheet's 15 digits.
MOST_FEN: Final = 10**15


@dataclass(frozen=True, slots=True)
class ColumnUnit:
    """What amounts are shown in: `places` decimals hold every fen, `decimals` are displayed."""

    name: str
    fen: int
    places: int
    decimals: int

    def number(self, fen: int | Fraction) -> float:
        """An amount as the nearest double, in this unit: the quotient of two whole numbers is."""
        return fen.numerator / (fen.denominator * self.fen)


def unit_of(name: str, decimals: int) -> ColumnUnit:
    """元, or 万元 with as many decimals as the amounts need."""
    if name == "元":
        return ColumnUnit(name, FEN_PER_YUAN, 2, 2)
    return ColumnUnit(name, FEN_PER_WAN, 6, decimals)


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its exact values (money in fen) and the formula that gives them, if any.

    `live` says row by row whether the formula stands (None: in every row with a value). `lead`
    is a value of its own above the first row, `total` the exact total under the last one, with
    a SUM formula; None leaves the cell empty. A formula that `stands_alone` is live in a table of
    values too.
    """

    key: str
    header: str
    kind: StyleKind
    values: Sequence[Exact]
    formula: str = ""
    group: str = ""
    decimals: int = 0
    live: Sequence[bool] | None = None
    lead: Exact = None
    lead_formula: str = ""
    total: Exact = None
    marked: Sequence[bool] = ()
    stands_alone: bool = False


def summed(field: Field) -> Field:
    """The field with its total."""
    return replace(field, total=sum(v for v in field.values if isinstance(v, int | Fraction)))


@dataclass(frozen=True, slots=True)
class Spot:
    """A single cell that formulas name."""

    sheet: str
    column: int
    row: int

    def __format__(self, spec: str) -> str:
        return f"{self.sheet}${column_letter(self.column)}${self.row + 1}"


@dataclass(frozen=True, slots=True)
class FormulaColumn:
    """A placed column as seen from its row number `i`; `sheet` is empty on its own sheet."""

    sheet: str
    column: int
    first: int
    rows: int
    i: int = 0

    def __format__(self, spec: str) -> str:
        letter, first = column_letter(self.column), self.first + 1
        if spec == "all":
            return f"{self.sheet}${letter}${first}:${letter}${first + self.rows - 1}"
        if spec == "lead":
            return f"{self.sheet}${letter}${first - 1}"
        if spec == "sum":
            return f"{self.sheet}{letter}{first + self.rows}"
        return f"{self.sheet}{letter}{first + self.i}"


NamedSpots = Mapping[str, "Spot | FormulaColumn"]


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it: in quotes unless it is a plain word.

    >>> quoted("附表1"), quoted("附表2-1")
    ('附表1', "'附表2-1'")
    """
    return sheet if sheet.isidentifier() else "'" + sheet.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the columns of a table stand."""

    sheet: str
    columns: Mapping[str, int]
    first: int
    rows: int

    def line(self, key: str) -> FormulaColumn:
        """The column for formulas of other sheets."""
        return FormulaColumn(f"{quoted(self.sheet)}!", self.columns[key], self.first, self.rows)

    def foreign(self) -> dict[str, FormulaColumn]:
        """All columns for formulas of other sheets."""
        return {key: self.line(key) for key in self.columns}

    def own(self) -> dict[str, FormulaColumn]:
        """All columns for formulas of the same sheet."""
        return {key: FormulaColumn("", j, self.first, self.rows) for key, j in self.columns.items()}


def fill(template: str, names: NamedSpots, i: int = 0) -> str:
    """The formula of row `i`.

    >>> fill("{a}-{b:all}", {"a": FormulaColumn("", 1, 4, 3), "b": FormulaColumn("'表 2'!", 2, 4, 3)}, 1)
    "B6-'表 2'!$C$5:$C$7"
    """
    return prepared(template, names)(i)


def named_in(template: str, names: NamedSpots) -> NamedSpots:
    """Only the names that a template uses."""
    used = {part[1] for part in string.Formatter().parse(template) if part[1]}
    return {key: names[key] for key in used}


def place(
    sheet: Sheet,
    row: int,
    fields: Sequence[Field],
    unit: ColumnUnit,
    names: NamedSpots | None = None,
    *,
    is_live: bool = True,
) -> Placed:
    """Set a table: header lines from `row` on, the lead line if any, the rows and the totals.

    Without `is_live` it holds values only.
    """
    count = len(fields[0].values)
    has_groups = any(field.group for field in fields)
    has_lead = any(field.lead is not None for field in fields)
    header_last = row + has_groups
    first = header_last + 1 + has_lead
    placed = Placed(sheet.name, {f.key: j for j, f in enumerate(fields)}, first, count)
    own: dict[str, Spot | FormulaColumn] = dict(names or {})
    own |= {f.key: FormulaColumn("", j, first, count) for j, f in enumerate(fields)}
    _headers(sheet, row, fields, has_groups=has_groups)
    has_total = any(field.total is not None for field in fields)
    for j, field in enumerate(fields):
        style = Style(field.kind, _decimals(field, unit))
        if has_lead:
            formula = fill(field.lead_formula, own) if is_live else ""
            _set(sheet, first - 1, j, field.lead, style, unit, formula)
        shown = field if is_live or field.stands_alone else replace(field, formula="")
        _column(sheet, j, shown, placed, unit, own)
        if has_total:
            formula = _total_formula(field, unit, own) if is_live else ""
            kind: StyleKind = "center" if field.kind == "text" else field.kind
            total = replace(style, kind=kind, is_total=True)
            _set(sheet, first + count, j, field.total, total, unit, formula)
    for line in range(header_last + 1, first + count + has_total):
        sheet.heights[line] = LINE_HEIGHT
    sheet.header_rows = (0, header_last)
    return placed


def _column(
    sheet: Sheet,
    j: int,
    field: Field,
    placed: Placed,
    unit: ColumnUnit,
    names: Mapping[str, Spot | FormulaColumn],
) -> None:
    if not field.values:
        return
    style = Style(field.kind, _decimals(field, unit))
    values = _compact([stored(value, field.kind, unit) for value in field.values])
    formula = _formula_of(field, named_in(field.formula, names)) if field.formula else None
    marked = field.marked if any(field.marked) else ()
    sheet.run(placed.first, j, Run(values, style, formula, marked))


def _compact(values: list[float | str | None]) -> Sequence[float | str | None]:
    """Numbers alone as doubles side by side, a quarter of the memory of a list."""
    numbers = [v for v in values if isinstance(v, float | int)]
    return array("d", numbers) if len(numbers) == len(values) > LARGE_ROWS else values


def _formula_of(field: Field, names: NamedSpots) -> Callable[[int], str]:
    """The formula of each row where it stands, empty elsewhere; prepared once for the column."""
    text = prepared(field.formula, names)
    values, live = field.values, field.live

    def formula(i: int) -> str:
        stands = values[i] is not None and (live is None or live[i])
        return text(i) if stands else ""

    return formula


def prepared(template: str, names: NamedSpots) -> Callable[[int], str]:
    """The template as a function of the row: only the rows' numbers are left to be set.

    >>> prepared("{a}-{b:all}", {"a": FormulaColumn("", 1, 4, 3), "b": FormulaColumn("", 2, 4, 3)})(1)
    'B6-$C$5:$C$7'
    """
    parts, offsets = [], []
    for text, name, spec, _ in string.Formatter().parse(template):
        parts.append(text.replace("%", "%%"))
        if name is None:
            continue
        at = names[name]
        if isinstance(at, FormulaColumn) and not spec:
            parts.append(f"{at.sheet}{column_letter(at.column)}".replace("%", "%%") + "%d")
            offsets.append(at.first + 1)
        else:
            parts.append(format(at, spec or "").replace("%", "%%"))
    whole = "".join(parts)
    return lambda i: whole % tuple([offset + i for offset in offsets])


def _decimals(field: Field, unit: ColumnUnit) -> int:
    return field.decimals or (unit.decimals if field.kind == "money" else 0)


def _total_formula(field: Field, unit: ColumnUnit, names: NamedSpots) -> str:
    if field.total is None or isinstance(field.total, str):
        return ""
    template = f"SUM({{{field.key}:all}})"
    if field.kind == "money":
        template = f"ROUND({template},{unit.places})"
    return fill(template, named_in(template, names)).replace("$", "")


def _set(
    sheet: Sheet, row: int, column: int, value: Exact, style: Style, unit: ColumnUnit, formula: str
) -> None:
    sheet.put(row, column, stored(value, style.kind, unit), style, formula)


def stored(value: Exact, kind: StyleKind, unit: ColumnUnit) -> float | str | None:
    """An exact value as a cell stores it: the nearest double, whole numbers as they are.

    Amounts beyond 15 digits are set as text, since a number would lose their fen.
    """
    if value is None or isinstance(value, str):
        return value
    if kind == "money":
        is_short = -MOST_FEN < value < MOST_FEN
        return unit.number(value) if is_short else _long_text(Fraction(value), unit)
    return value.numerator if value.denominator == 1 else value.numerator / value.denominator


def _long_text(fen: Fraction, unit: ColumnUnit) -> str:
    scale = 10**unit.places
    whole, rest = divmod(abs(int(fen)) * scale // unit.fen, scale)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:0{unit.places}d}"


def _headers(sheet: Sheet, row: int, fields: Sequence[Field], *, has_groups: bool) -> None:
    style = Style("header")
    last = row + has_groups
    start = 0
    while has_groups and start < len(fields):
        end = start
        while end + 1 < len(fields) and fields[end + 1].group == fields[start].group != "":
            end += 1
        if fields[start].group:
            sheet.span((row, start), (row, end), fields[start].group, style)
        start = end + 1
    for j, field in enumerate(fields):
        if has_groups and not field.group:
            sheet.span((row, j), (last, j), field.header, style)
        else:
            sheet.put(last, j, field.header, style)


def set_header_heights(sheet: Sheet, fields: Sequence[Field]) -> None:
    """Room for headers of several lines, once the column widths are known."""
    last = sheet.header_rows[1]
    lines = 1
    for j, field in enumerate(fields):
        width = max(int(sheet.widths[j] / 1.06 - 1), 2)
        needed = sum(-(-text_width(part) // width) or 1 for part in field.header.split("\n"))
        lines = max(
            lines, needed if not (any(f.group for f in fields) and not field.group) else needed - 1
        )
    sheet.heights[last] = HEADER_LINE * lines + 6
    if any(field.group for field in fields):
        sheet.heights[last - 1] = HEADER_LINE + 6
