"""From the grid of the town table to `Recipients`, with every mistake at its cell.

A value that cannot be used is reported and replaced by a harmless one, so that everything else is
still checked in the same run; a table with errors never reaches the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, TypeVar

from allocator.base.money import Fen
from allocator.base.problems import Problem, note
from allocator.excel.files.grid import CellValue, clean, column_letter
from allocator.excel.intake import cells
from allocator.excel.intake.cells import BadCell
from allocator.excel.intake.columns import Columns, assign_columns
from allocator.excel.intake.table.needed import (
    amount_columns,
    formula_columns,
    needed_columns,
    used_fields,
)
from allocator.excel.intake.table.plausible import implausible
from allocator.excel.intake.table.rows import find_rows
from allocator.excel.intake.table.said import (
    external_links,
    hidden_rows,
    lost_digits,
    not_used,
    said,
)
from allocator.excel.intake.table.towns import Towns, read_towns
from allocator.excel.intake.table_shape import Shape
from allocator.fund.columns import BY_NAME, HEADERS, NUMERIC, STATUSES
from allocator.fund.recipients import Number, Origin, Recipients
from allocator.fund.scheme import Scheme

#: Kinds of cells that say the same of every row they are merged over; a figure would count twice.
_SPREADING: Final = ("yes_no", "class", "text")
T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class TownTable:
    """A town table read, and every mistake found on the way."""

    recipients: Recipients
    problems: tuple[Problem, ...]


def read_table(shape: Shape, scheme: Scheme, file_sha256: str) -> TownTable:
    """Read the table of a sheet for a scheme."""
    return TableReader(shape, scheme).read(file_sha256)


class TableReader:
    """Reads one table; `problems` fills up on the way."""

    def __init__(self, shape: Shape, scheme: Scheme) -> None:
        self.shape = shape
        self.grid = shape.grid
        self.scheme = scheme
        self.needed = needed_columns(scheme)
        self.used = used_fields(scheme)
        rows = find_rows(shape)
        if rows.unit_below[0] and not shape.unit:
            self.shape = shape = replace(shape, unit_doubt=rows.unit_below)
        amounts = amount_columns(scheme)
        self.columns: Columns = assign_columns(shape, self.needed, amounts, self.used)
        self.towns: Towns = read_towns(shape, tuple(rows.towns), scheme.recipients)
        self.rows = self.towns.rows
        self.problems = [*self.columns.problems, *rows.problems, *self.towns.problems]
        self.text_columns = self._of_texts()

    def _of_texts(self) -> dict[int, str]:
        """Columns that formulas name and that hold texts alone: column → name."""
        found = {}
        for name in formula_columns(self.scheme):
            column = self.columns.by_name.get(name)
            if column is not None and name not in HEADERS:
                values = [self.grid.value(row, column) for row in self.rows]
                texts = [clean(value) for value in values if clean(value)]
                if texts and not any(cells.is_number(value) for value in values):
                    found[column] = name
        return found

    def _text_columns(self) -> dict[str, list[str]]:
        return {
            name: [self.grid.text(row, column) for row in self.rows]
            for column, name in self.text_columns.items()
        }

    def read(self, file_sha256: str) -> TownTable:
        """The table and every mistake in it."""
        numbers = self._all_numbers()
        order = self._order()
        recipients = Recipients.from_columns(
            self.towns.names,
            numbers,
            order=order,
            economic_class=self._classes(),
            pilot=(pilot := self._pilot()),
            unspent=self._unspent(pilot),
            raised=self._optional_money("raised"),
            match_rate=self._match_rates(),
            match_reason=self._texts("match_reason"),
            headers=self.columns.shown_headers(),
            status=self._statuses(numbers),
            texts=self._text_columns(),
            origin=self._origin(file_sha256),
        )
        self.problems += hidden_rows(self.grid, self.rows)
        self.problems += external_links(self.grid, self.rows, set(self.columns.by_name.values()))
        self.problems += self._no_unspent(pilot)
        bad = {problem.place for problem in self.problems if not problem.is_warning}
        self.problems += implausible(recipients, self._scale_columns(numbers), bad, self.needed)
        self.problems += said(self.shape, self.columns, {*self.needed, *self.used})
        return TownTable(recipients, tuple(self.problems))

    def _origin(self, file_sha256: str) -> Origin:
        columns = {name: column_letter(column) for name, column in self.columns.by_name.items()}
        last = self.shape.last_header_row
        return Origin(self.grid.file, self.grid.sheet, columns, self.rows, last, file_sha256)

    def _report(self, row: int, column: int, bad: BadCell) -> None:
        value = self.grid.value(row, column)
        header = self.shape.headers[column].text
        town = self.grid.text(row, self.shape.town)
        message = f"{town}的“{header}”：{bad.message}" if town else f"“{header}”：{bad.message}"
        place = self.grid.place(row, column)
        self.problems.append(Problem(bad.code, message, bad.remedy, place, cells.shown(value)))

    def _column(self, name: str, read: Callable[[CellValue], T], instead: U) -> list[T | U]:
        """A column read cell by cell; empty when the table has none, `instead` for a bad cell.

        One that no rule reads may hold anything: it counts only where all of it can be read.
        """
        if name in self.used:
            return [value for value, _ in self._cells(name, read, instead)]
        reported = len(self.problems)
        cells_read = self._cells(name, read, instead)
        odd, self.problems[reported:] = self.problems[reported:], []
        if any(bad for _, bad in cells_read):
            # Said where an error value stands: it may be the sign of a mistake elsewhere.
            self.problems += [not_used(one) for one in odd if one.code == "table.error_cell"]
            return []
        return [value for value, _ in cells_read]

    def _cells(
        self, name: str, read: Callable[[CellValue], T], instead: U
    ) -> list[tuple[T | U, BadCell | None]]:
        """As `_column`, each value with what was wrong with its cell."""
        column = self.columns.by_name.get(name)
        values: list[tuple[T | U, BadCell | None]] = []
        if column is None:
            return values
        for row in self.rows:
            try:
                if bad := cells.fault(self.grid, row, column):
                    raise bad
                values.append((read(self._value(name, row, column)), None))
            except BadCell as bad_cell:
                self._report(row, column, bad_cell)
                values.append((instead, bad_cell))
        return values

    def _value(self, name: str, row: int, column: int) -> CellValue:
        """A cell; a word merged over several rows counts for each of them."""
        value = self.grid.value(row, column)
        if value is None and self.grid.merged and BY_NAME[name].kind in _SPREADING:
            corner = self.grid.merged_with(row, column)
            if corner and corner[1] == column and corner[0] > self.shape.last_header_row:
                value = self.grid.value(*corner)
                header = self.shape.headers[column].text
                message = f"“{header}”的合并单元格“{cells.shown(value)}”按每行都是读入"
                said_once = note("read.cells", message, self.grid.place(*corner))
                if value is not None and said_once not in self.problems:
                    self.problems.append(said_once)
        return value

    def _pilot(self) -> list[bool]:
        """Who is in the pilot: a blank among cells that say 否 is open, else it means 否."""
        said_of = self._column("pilot", cells.yes_no_or_blank, False)
        column = self.columns.by_name.get("pilot")
        blanks = (
            [row for row, value in zip(self.rows, said_of, strict=True) if value is None]
            if said_of
            else []
        )
        if column is None or not blanks or not self.scheme.pilot or not any(said_of):
            return [bool(value) for value in said_of]
        # Only 是 or √ here and there leaves the rest to mean 否; few blanks were forgotten.
        is_marked = not any(value is False for value in said_of) and 2 * len(blanks) > len(said_of)
        if not is_marked:
            for row in blanks:
                bad = BadCell("table.blank", "没有填写，而其他镇街填了", "请填“是”或“否”")
                self._report(row, column, bad)
        else:
            header = self.shape.headers[column].text
            message = f"“{header}”的 {len(blanks)} 个空格按“否”读入"
            place = self.grid.place(self.shape.last_header_row, column)
            self.problems.append(note("read.cells", message, place))
        return [bool(value) for value in said_of]

    def _all_numbers(self) -> dict[str, list[Number]]:
        """The numeric columns: those the scheme needs, those known, and others that are numbers."""
        numbers = {}
        for name, column in self.columns.by_name.items():
            if name in HEADERS and name not in NUMERIC and name not in self.needed:
                continue
            if column in self.text_columns:
                continue
            is_needed = name in self.needed
            values = self._numbers(name, column) if is_needed else self._plain_numbers(column)
            if values is not None:
                numbers[name] = values
        return numbers

    def _numbers(self, name: str, column: int) -> list[Number]:
        """A column that must hold numbers."""
        blanks = [row for row in self.rows if not self.grid.text(row, column)]
        if blanks and len(blanks) == len(self.rows):
            self.problems.append(self._empty(column))
        else:
            for row in blanks:
                self._report(row, column, cells.blank(self.grid, row, column))
        scale = self.columns.scale(name)
        empty = set(blanks)
        found: list[Number] = []
        for row in self.rows:
            value = self.grid.value(row, column)
            try:
                if row in empty:
                    found.append(1)
                    continue
                if bad := cells.fault(self.grid, row, column):
                    raise bad
                number = cells.number(value)
            except BadCell as bad_cell:
                self._report(row, column, bad_cell)
                number = 1
            if cells.is_beyond_double(value):
                self.problems.append(lost_digits(self.grid, row, column))
            found.append(number if scale == 1 else _whole(number * scale))
        return found

    def _plain_numbers(self, column: int) -> list[Number] | None:
        """A column of the file's own, when every cell of it is a number."""
        scale = self.columns.scale_of(column)
        found: list[Number] = []
        for row in self.rows:
            value = self.grid.value(row, column)
            if (row, column) in self.grid.faults or value is None:
                return None
            try:
                number = cells.number(value)
            except BadCell:
                return None
            found.append(number if scale == 1 else _whole(number * scale))
        return found

    def _order(self) -> list[Number] | None:
        """The official order: the column of that name, else the roster's, else as it stands."""
        column = self.columns.by_name.get("order")
        if column is None or not any(self.grid.text(row, column) for row in self.rows):
            return list(self.towns.order) if self.towns.order else None

        def read(value: CellValue) -> Number:
            if not clean(value):
                raise BadCell("table.blank", "缺少序号", "请填写")
            return cells.number(value)

        values: list[tuple[Number, BadCell | None]] = self._cells("order", read, 0)
        seen: dict[Number, int] = {}
        for row, (value, bad) in zip(self.rows, values, strict=True):
            if bad is None and seen.setdefault(value, row) != row:
                twice = f"与第 {seen[value]} 行的序号重复"
                self._report(row, column, BadCell("table.order", twice, "每个镇街一个序号"))
        return [value for value, _ in values]

    def _classes(self) -> list[str]:
        scheme = self.scheme
        allowed = frozenset(
            {name for pool in scheme.pools for f in pool.factors for name in f.coefficients}
            | set(scheme.matching.rates if scheme.matching else ())
        )

        column = self.columns.by_name.get("economic_class")
        allowed = allowed if "economic_class" in self.used else frozenset()
        if column is not None and not any(self.grid.text(row, column) for row in self.rows):
            if allowed:
                self.problems.append(self._empty(column))
            return []

        def read(value: CellValue) -> str:
            return cells.class_name(clean(value), allowed)

        return self._column("economic_class", read, "")

    def _unspent(self, pilot: Sequence[bool]) -> list[Fen]:
        """What is left of the advances; a pilot town must say, the others may be blank."""
        scale = self.columns.scale("unspent")
        values = self._column(
            "unspent", lambda v: cells.fen(v, scale) if clean(v) else None, Fen(0)
        )
        column = self.columns.by_name.get("unspent")
        for i, row in enumerate(self.rows if self.scheme.pilot and pilot and values else ()):
            if pilot[i] and values[i] is None and column is not None:
                remedy = "请填试点结束时的剩余金额；没有剩余请填 0"
                self._report(row, column, BadCell("table.blank", "试点镇街缺少试点剩余", remedy))
        return [value or Fen(0) for value in values]

    def _no_unspent(self, pilot: Sequence[bool]) -> list[Problem]:
        """A misnamed column would leave every unspent sum unrecovered."""
        if self.scheme.pilot is None or not any(pilot) or "unspent" in self.columns.by_name:
            return []
        header = HEADERS["unspent"]
        message = f"有试点镇街，但没有“{header}”一列，按全部没有剩余计算"
        remedy = f"如有剩余，请把该列的列名改为“{header}”"
        place = self.grid.place(self.shape.last_header_row, self.shape.town)
        return [Problem("table.no_unspent", message, remedy, place, is_warning=True)]

    def _optional_money(self, name: str) -> list[Fen | None]:
        scale = self.columns.scale(name)
        return self._column(name, lambda v: cells.fen(v, scale) if clean(v) else None, None)

    def _match_rates(self) -> list[Fraction | None]:
        column = self.columns.by_name.get("match_rate")
        in_percent = column is not None and self.shape.headers[column].unit == "%"

        def read(value: CellValue) -> Fraction | None:
            if not clean(value):
                return None
            rate = Fraction(cells.number(value))
            if in_percent and not clean(value).endswith(("%", "％")):
                if 0 < rate <= 1:
                    message = "列名写有“%”，而这个数不大于 1，不知是百分数还是小数"
                    raise BadCell("table.rate", message, "请写成文字，如 50%")
                rate /= 100
            if rate > 10:
                remedy = "请填 0.5 或 50%"
                raise BadCell("table.rate", "配套比例超过 1000%", remedy)
            return rate

        return self._column("match_rate", read, None)

    def _texts(self, name: str) -> list[str]:
        return self._column(name, clean, "")

    def _statuses(self, numbers: dict[str, list[Number]]) -> dict[str, list[str]]:
        """What is said of single figures; a column that says nothing of any is left out."""
        found = {
            name: [self._status(row, c) for row in self.rows]
            for name, c in self.columns.status.items()
            if name in numbers or name in HEADERS
        }
        return {name: column for name, column in found.items() if any(column)}

    def _status(self, row: int, column: int) -> str:
        """How a figure came about; a word that is none of the known ones is asked about."""
        text = self.grid.text(row, column)
        word = cells.status_word(text)
        if word and word not in STATUSES:
            message = f"数据状态“{cells.shown(text)}”不是{'、'.join(STATUSES)}之一"
            remedy = "请改填其中之一；不是真实数据的请填“示例”"
            place, value = self.grid.place(row, column), cells.shown(text)
            self.problems.append(
                Problem("table.status", message, remedy, place, value, is_doubt=True)
            )
        return word

    def _scale_columns(self, numbers: dict[str, list[Number]]) -> list[str]:
        return [name for name in numbers if name in NUMERIC or name in self.needed]

    def _empty(self, column: int) -> Problem:
        message = f"“{self.shape.headers[column].text}”整列没有填写"
        place = self.grid.place(self.shape.last_header_row, column)
        return Problem("table.blank", message, "请逐行填写；确实为零的请填 0", place)


def _whole(number: Number) -> Number:
    return number.numerator if number.denominator == 1 else number
