"""The columns of the sheet 镇街基础数据: from a town table, or empty ones for a template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal

from allocator.base.money import FEN_PER_YUAN, number_text
from allocator.dongguan.roster import TOWNS
from allocator.excel.intake.headers import column_name, read_header, same_column
from allocator.excel.intake.town_table import needed_columns
from allocator.excel.kit.stored_number import StoredNumber
from allocator.fund.recipients import HEADERS, Number, Recipients
from allocator.fund.scheme import Scheme

Kind = Literal["count", "town", "number", "class", "yes_no", "money", "rate", "text", "status"]

#: What an officer is told about a column.
NOTES: Final = MappingProxyType(
    {
        "order": "按正式文件的镇街顺序编号，不重复。尾数相同时以此为先后。",
        "town": "每个园区、镇（街道）一行，名称不重复。",
        "villages": "所辖村和社区的总数，填整数。",
        "area": "行政区划面积，单位：平方公里。如用公顷或亩，请同时改列名括号中的单位。",
        "gdp": "本镇街地区生产总值，单位：亿元。如用万元，请同时改列名括号中的单位。",
        "population": "人口数，单位：人。如用万人，请同时改列名括号中的单位。",
        "aid_demand": "需要帮扶的人数或户数，各镇街口径须一致。",
        "economic_class": "经济指标类别，须与分配方案“配套比例”中的类别一致。",
        "pilot": "试点镇街填“是”，其余填“否”。",
        "unspent": "试点结束时试点经费的剩余金额，单位：元。试点镇街必填，没有剩余填 0；非试点镇街留空。",
        "raised": "已筹集到位的配套资金，单位：元。没有数据留空。",
        "match_rate": "只在该镇街不按类别比例配套时填写，如 50%。",
        "match_reason": "单独确定配套比例的依据。",
    }
)
STATUSES: Final = ("公布", "折算", "估算", "边界计算", "示例")
STATUS_NOTE: Final = (
    "左边同名一列的数字从何而来：公布、折算、估算、边界计算；“示例”表示不是真实数据。"
)


@dataclass(frozen=True, slots=True)
class InputColumn:
    """One column; `values` are what stands in the cells, None is a blank."""

    name: str
    header: str
    kind: Kind
    values: tuple[object, ...]

    @property
    def note(self) -> str:
        """What an officer is told about the column."""
        if self.kind == "status":
            return STATUS_NOTE
        return NOTES.get(self.name, "本方案采用的数据，填数字。")


_KINDS: Final[tuple[tuple[str, Kind], ...]] = (
    ("economic_class", "class"),
    ("pilot", "yes_no"),
    ("unspent", "money"),
    ("raised", "money"),
    ("match_rate", "rate"),
    ("match_reason", "text"),
)


def filled_columns(recipients: Recipients) -> list[InputColumn]:
    """The columns of a table, so that reading them back gives an equal table."""
    names = tuple(range(1, len(recipients) + 1))
    columns = [
        InputColumn("order", HEADERS["order"], "count", names),
        InputColumn("town", HEADERS["town"], "town", recipients.towns),
    ]
    for name, values in recipients.numbers.items():
        columns.append(InputColumn(name, shown_column(recipients, name), "number", values))
    for name, kind in _KINDS:
        if values := getattr(recipients, name):
            columns.append(InputColumn(name, shown_column(recipients, name), kind, values))
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


def empty_columns(scheme: Scheme, towns: Sequence[str] = TOWNS) -> list[InputColumn]:
    """The columns that a scheme asks for, with nothing filled in but the towns."""
    blank: tuple[object, ...] = (None,) * len(towns)
    columns = [
        InputColumn("order", HEADERS["order"], "count", tuple(range(1, len(towns) + 1))),
        InputColumn("town", HEADERS["town"], "town", tuple(towns)),
    ]
    names = needed_columns(scheme)
    columns += [InputColumn(name, HEADERS.get(name, name), "number", blank) for name in names]
    wanted = (
        {"raised", "match_rate", "match_reason", "economic_class"} if scheme.matching else set()
    )
    if any(factor.coefficients for pool in scheme.pools for factor in pool.factors):
        wanted.add("economic_class")
    if scheme.pilot:
        wanted |= {"pilot", "unspent"}
    columns += [
        InputColumn(name, HEADERS[name], kind, blank) for name, kind in _KINDS if name in wanted
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
    if Fraction(Decimal(repr(float(stored)))) == number:
        return stored
    return number_text(Fraction(number)).replace("/", "÷")


def money_cell(fen: int) -> StoredNumber | str:
    """An amount in yuan, see `number_cell`."""
    return number_cell(Fraction(fen, FEN_PER_YUAN))
