"""Workbooks with planted mistakes: each kind knows where it was put and what must be said of it.

Every kind has a town row (or a cell of the scheme) of its own, so any set of kinds fits into one
workbook and each must be found.
"""

from __future__ import annotations

import datetime
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl

SAMPLE = Path(__file__).parents[3] / "data" / "dongguan-2020.xlsx"
TABLE, SCHEME = "镇街基础数据", "分配方案"
HEADER_ROW, FIRST_ROW, LAST_ROW = 3, 4, 36
#: Columns of the sample table by what they hold.
ORDER, TOWN, VILLAGES, AREA, GDP, POPULATION, AID, CLASS, PILOT, UNSPENT = "ABCDEFGHIJ"


@dataclass(frozen=True)
class Planted:
    """What must be reported: the code of the problem, its sheet and cell."""

    kind: str
    code: str
    sheet: str
    cell: str


Rows = Callable[[bool], int]
Plant = Callable[[Any, Rows], Planted]


def in_table(code: str, column: str, value: object, *, pilot: bool = False) -> Plant:
    """A value put into a column of a town's row."""

    def plant(book: Any, take_row: Rows) -> Planted:
        cell = f"{column}{take_row(pilot)}"
        book[TABLE][cell].value = value
        if isinstance(value, str) and value.startswith("=cmd"):
            book[TABLE][cell].data_type = "s"
        return Planted("", code, TABLE, cell)

    return plant


def times(code: str, column: str, factor: float) -> Plant:
    """A number in the wrong unit."""

    def plant(book: Any, take_row: Rows) -> Planted:
        cell = book[TABLE][f"{column}{take_row(False)}"]
        cell.value *= factor
        return Planted("", code, TABLE, cell.coordinate)

    return plant


def duplicate_town(book: Any, take_row: Rows) -> Planted:
    first, second = sorted((take_row(False), take_row(False)))
    book[TABLE][f"{TOWN}{second}"].value = book[TABLE][f"{TOWN}{first}"].value
    return Planted("", "table.duplicate_town", TABLE, f"{TOWN}{second}")


def missing_town(book: Any, take_row: Rows) -> Planted:
    row = take_row(False)
    for cell in book[TABLE][row]:
        cell.value = None
    return Planted("", "table.missing_town", TABLE, f"{TOWN}{HEADER_ROW}")


def duplicate_order(book: Any, take_row: Rows) -> Planted:
    first, second = sorted((take_row(False), take_row(False)))
    book[TABLE][f"{ORDER}{second}"].value = book[TABLE][f"{ORDER}{first}"].value
    return Planted("", "table.order", TABLE, f"{ORDER}{second}")


def merged_cell(book: Any, _: Rows) -> Planted:
    row = LAST_ROW
    book[TABLE].merge_cells(f"{POPULATION}{row - 1}:{POPULATION}{row}")
    return Planted("", "table.blank", TABLE, f"{POPULATION}{row}")


def duplicate_header(book: Any, _: Rows) -> Planted:
    sheet = book[TABLE]
    cell = sheet.cell(HEADER_ROW, sheet.max_column + 1)
    cell.value = sheet[f"{AREA}{HEADER_ROW}"].value
    return Planted("", "table.duplicate_header", TABLE, cell.coordinate)


def missing_column(book: Any, _: Rows) -> Planted:
    book[TABLE][f"{AID}{HEADER_ROW}"].value = "其他事项"
    book[TABLE]["N3"].value = None
    return Planted("", "table.missing_column", SCHEME, find(book, "帮扶需求"))


def find(book: Any, text: str, nth: int = 1, shift: int = 0) -> str:
    """The cell of the scheme's sheet that holds a text, or one beside it."""
    seen = 0
    for row in book[SCHEME].iter_rows():
        for cell in row:
            if cell.value == text:
                seen += 1
                if seen == nth:
                    return book[SCHEME].cell(cell.row, cell.column + shift).coordinate
    raise LookupError(text)


def in_scheme(
    code: str, text: str, value: object, *, nth: int = 1, shift: int = 0, at: str = ""
) -> Plant:
    """A value put beside (or over) a text of the scheme's sheet; `at` is where it is reported."""

    def plant(book: Any, _: Rows) -> Planted:
        cell = find(book, text, nth, shift)
        place = find(book, at) if at else cell
        book[SCHEME][cell].value = value
        return Planted("", code, SCHEME, place)

    return plant


KINDS: MappingProxyType[str, Plant] = MappingProxyType(
    {
        "text in a number": in_table("table.text", VILLAGES, "约二十"),
        "unit in a number": in_table("table.text", POPULATION, "15万人"),
        "bad separators": in_table("table.text", POPULATION, "1,23,456"),
        "NaN as text": in_table("table.text", GDP, "NaN"),
        "negative number": in_table("table.negative", AREA, -5),
        "formula without value": in_table("table.formula", GDP, "=SUM(E4:E5)"),
        "error value": in_table("table.error_cell", POPULATION, "#REF!"),
        "not available": in_table("table.error_cell", VILLAGES, "#N/A"),
        "blank cell": in_table("table.blank", GDP, None),
        "blanks only": in_table("table.blank", AREA, "　\N{NO-BREAK SPACE}"),
        "date in a number": in_table("table.date", VILLAGES, datetime.date(2020, 5, 1)),
        "boolean in a number": in_table("table.boolean", AREA, True),
        "absurdly large": in_table("table.too_large", GDP, 1e308),
        "wan for yi": times("table.scale", GDP, 10_000),
        "square metres": times("table.scale", AREA, 1_000_000),
        "zero divisor": in_table("table.zero", POPULATION, 0),
        "duplicate town": duplicate_town,
        "unknown town": in_table("table.unknown_town", TOWN, "花城镇"),
        "formula as a name": in_table("table.unknown_town", TOWN, "=cmd|'/c calc'!A1"),
        "missing town": missing_town,
        "no name": in_table("table.no_name", TOWN, None),
        "unknown class": in_table("table.unknown_class", CLASS, "五类"),
        "neither yes nor no": in_table("table.yes_no", PILOT, "也许"),
        "unspent above advance": in_table("table.unspent", UNSPENT, 2000000.01, pilot=True),
        "unspent in thirds of a fen": in_table("table.decimals", UNSPENT, 100.003, pilot=True),
        "unspent as text": in_table("table.text", UNSPENT, "没有剩余", pilot=True),
        "unspent negative": in_table("table.negative", UNSPENT, -1, pilot=True),
        "unspent missing": in_table("table.blank", UNSPENT, None, pilot=True),
        "unspent outside the pilot": in_table("table.unspent", UNSPENT, 100),
        "text in the order": in_table("table.text", ORDER, "甲"),
        "merged cell": merged_cell,
        "duplicate header": duplicate_header,
        "missing column": missing_column,
        "weights above 1": in_scheme("scheme.weights", "村（社区）数量", 0.41, shift=-1),
        "negative weight": in_scheme("scheme.negative", "人口（人）", -0.4, shift=-1),
        "sources below budget": in_scheme("scheme.sources", "市财政", 99999999.99, shift=1),
        "unknown method": in_scheme("scheme.choice", "最大余数法", "四舍五入"),
        "text in a budget": in_scheme("scheme.amount", "micro_wishes", "两千一百万", shift=1),
        "unknown pool": in_scheme("scheme.unknown_pool", "市慈善会", "民生实事", shift=-1),
        "unknown date": in_scheme("scheme.date", "日期", "六月底", shift=1),
        "unknown label": in_scheme("scheme.unknown_key", "镇街数", "街道数"),
    }
)


def plant(kinds: Sequence[str], seed: int = 0) -> tuple[bytes, list[Planted]]:
    """The sample workbook with one mistake of each kind, and what must be found."""
    book = openpyxl.load_workbook(SAMPLE)
    book[SCHEME][find(book, "镇街数", shift=1)].value = 33
    sheet = book[TABLE]
    order = list(range(FIRST_ROW, LAST_ROW - 1))
    random.Random(seed).shuffle(order)  # noqa: S311 - a test that can be repeated
    rows = {
        is_pilot: [row for row in order if (sheet[f"{PILOT}{row}"].value == "是") is is_pilot]
        for is_pilot in (True, False)
    }
    planted = []
    for kind in kinds:
        found = KINDS[kind](book, lambda is_pilot: rows[is_pilot].pop())
        planted.append(Planted(kind, found.code, found.sheet, found.cell))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue(), planted
