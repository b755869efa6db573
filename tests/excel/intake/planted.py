"""Workbooks with planted mistakes: each kind knows where it was put and what must be said of it.

Every kind has a town row (or a cell of the scheme) of its own, so any set of kinds fits into one
workbook and each must be found.
"""

from __future__ import annotations

import datetime
import functools
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
#: The last rows are kept for mistakes that take several.
_KEPT = 5
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


def merged_cell(book: Any, _: Rows) -> Planted:
    row = LAST_ROW
    book[TABLE].merge_cells(f"{POPULATION}{row - 1}:{POPULATION}{row}")
    return Planted("", "table.blank", TABLE, f"{POPULATION}{row}")


def by(code: str, column: str, change: Callable[[Any], Any]) -> Plant:
    """A figure changed."""

    def plant(book: Any, take_row: Rows) -> Planted:
        cell = book[TABLE][f"{column}{take_row(False)}"]
        cell.value = change(cell.value)
        return Planted("", code, TABLE, cell.coordinate)

    return plant


def swap(one: str, other: str, code: str) -> Plant:
    """Two figures of a row exchanged."""

    def plant(book: Any, take_row: Rows) -> Planted:
        row = take_row(False)
        first, second = book[TABLE][f"{one}{row}"], book[TABLE][f"{other}{row}"]
        first.value, second.value = second.value, first.value
        return Planted("", code, TABLE, first.coordinate)

    return plant


def shift(book: Any, take_row: Rows) -> Planted:
    """A row typed one column too far to the right."""
    row = take_row(False)
    cells = [book[TABLE][f"{column}{row}"] for column in (VILLAGES, AREA, GDP, POPULATION, AID)]
    values = [cell.value for cell in cells]
    for cell, value in zip(cells[1:], values, strict=False):
        cell.value = value
    return Planted("", "table.scale", TABLE, f"{POPULATION}{row}")


def added(code: str, name: str, first: int, last: int, more: int = 0, at: str = "") -> Plant:
    """A row below the others with the sums of some of them; `at` is the column it is named in."""

    def plant(book: Any, _: Rows) -> Planted:
        sheet = book[TABLE]
        row = sheet.max_row + 1
        sheet[f"{TOWN}{row}"].value = name
        for column in (VILLAGES, AREA, GDP, POPULATION, AID) if last else ():
            cells = [sheet[f"{column}{r}"].value for r in range(first, last + 1)]
            figures = [value for value in cells if isinstance(value, int | float)]
            sheet[f"{column}{row}"].value = round(sum(figures), 2) + more
        return Planted("", code, TABLE, f"{at}{row}" if at else f"第{row}行")

    return plant


def merged_yes(book: Any, _: Rows) -> Planted:
    row = LAST_ROW - 3
    book[TABLE][f"{PILOT}{row}"].value = "否"
    book[TABLE].merge_cells(f"{PILOT}{row}:{PILOT}{row + 1}")
    return Planted("", "read.cells", TABLE, f"{PILOT}{row}")


def hidden_row(book: Any, take_row: Rows) -> Planted:
    row = take_row(False)
    book[TABLE].row_dimensions[row].hidden = True
    return Planted("", "table.hidden_rows", TABLE, f"第{row}行")


def hidden_column(book: Any, _: Rows) -> Planted:
    book[TABLE].column_dimensions[POPULATION].hidden = True
    return Planted("", "table.hidden_columns", TABLE, f"{POPULATION}{HEADER_ROW}")


def hidden_sheet(book: Any, _: Rows) -> Planted:
    book.create_sheet("旧表").sheet_state = "hidden"
    return Planted("", "table.hidden_sheet", TABLE, "")


def wrong_number(book: Any, _: Rows) -> Planted:
    book[SCHEME][find(book, "镇街数", shift=1)].value = 32
    return Planted("", "table.count", TABLE, f"{TOWN}{HEADER_ROW}")


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
        "figure with 万": in_table("table.text", GDP, "59.7万"),
        "two points": in_table("table.text", POPULATION, "1.234.567"),
        "dash": in_table("table.text", VILLAGES, "—"),
        "infinite": in_table("table.text", GDP, "inf"),
        "figure with a mark": in_table("table.text", POPULATION, "123456①"),
        "about": in_table("table.text", POPULATION, "12万左右"),
        "blank of a kind": in_table("table.blank", POPULATION, "\u200b"),
        "fraction of people": by("table.fraction", POPULATION, lambda value: value + 0.5),
        "fraction of villages": by("table.fraction", VILLAGES, lambda value: value + 0.5),
        "people in 万": times("table.scale", POPULATION, 0.0001),
        "people × 100": times("table.scale", POPULATION, 100),
        "hectares": times("table.scale", AREA, 100),
        "mu": times("table.scale", AREA, 1500),
        "gdp in yuan": times("table.scale", GDP, 100_000_000),
        "area of 0": in_table("table.zero_figure", AREA, 0),
        "aid of 0": in_table("table.zero_figure", AID, 0),
        "shifted row": shift,
        "area and population exchanged": swap(AREA, POPULATION, "table.ratio"),
        "villages and population exchanged": swap(VILLAGES, POPULATION, "table.ratio"),
        "gdp and population exchanged": swap(GDP, POPULATION, "table.ratio"),
        "pilot blank": in_table("table.blank", PILOT, None),
        "pilot open": in_table("table.yes_no", PILOT, "待定"),
        "pilot in error": in_table("table.error_cell", PILOT, "#N/A"),
        "class blank": in_table("table.unknown_class", CLASS, None),
        "class in error": in_table("table.error_cell", CLASS, "#REF!"),
        "unspent in error": in_table("table.error_cell", UNSPENT, "#N/A", pilot=True),
        "unspent with a unit": in_table("table.text", UNSPENT, "3万元", pilot=True),
        "name in error": in_table("table.error_cell", TOWN, "#N/A"),
        "two towns in one cell": in_table("table.unknown_town", TOWN, "石龙镇、石排镇"),
        "order blank": in_table("table.blank", ORDER, None),
        "status by another word": in_table("table.status", "K", "实测"),
        "lost digits": in_table("table.precision", POPULATION, 12345678901234568),
        "merged 否": merged_yes,
        "hidden row": hidden_row,
        "hidden column": hidden_column,
        "hidden sheet": hidden_sheet,
        "total that does not add up": added("table.total", "全市合计", 4, 36, 5, at=VILLAGES),
        "sum of a group": added("read.rows", "水乡片区", 4, 9),
        "subtotal": added("read.rows", "小计", 31, 36),
        "part of the row above": added("read.rows", "其中：某社区", 4, 4),
        "signature": added("read.rows", "填报人：某某", 0, 0),
        "remark beside figures": added("table.odd_row", "托管：含某镇", 4, 4, 3, at=TOWN),
        "unknown status": in_scheme("scheme.choice", "测算稿", "草稿"),
        "negative budget": in_scheme("scheme.negative", "micro_wishes", -1, shift=1),
        "budget with mills": in_scheme("scheme.amount", "micro_projects", 105000000.001, shift=1),
        "column that is none": in_scheme("table.missing_column", "帮扶需求", "救助需求"),
        "unknown direction": in_scheme("scheme.choice", "反向", "倒向"),
        "weight in words": in_scheme("scheme.number", "人口（人）", "四成", shift=-1),
        "unknown basis": in_scheme("scheme.choice", "全额口径", "半额口径"),
        "advance in words": in_scheme("formula.name", "每镇试点经费（元）", "两百万", shift=1),
        "unknown pool of the pilot": in_scheme(
            "scheme.pilot_pool", "试点所属资金池", "民生大事", shift=1
        ),
        "rate in words": in_scheme("scheme.number", "三类", "一半", shift=1),
        "rate below 0": in_scheme("scheme.negative", "四类", -0.5, shift=1),
        "number of towns": in_scheme("scheme.number", "镇街数", "三十三", shift=1),
        "wrong number of towns": wrong_number,
        "day that is none": in_scheme("scheme.date", "日期", "2020-06-31", shift=1),
        "source in words": in_scheme("scheme.amount", "市慈善会", "若干", shift=1),
        "unit of no money": in_scheme("scheme.unknown_key", "金额（元）", "金额（吨）"),
        "unknown label": in_scheme("scheme.unknown_key", "镇街数", "街道数"),
    }
)


@functools.cache
def _plain_sample() -> bytes:
    """The sample without looks and checks, which cost more than they say here."""
    full = openpyxl.load_workbook(SAMPLE)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in (full[TABLE], full[SCHEME]):
        plain = book.create_sheet(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and not str(cell.value).startswith("="):
                    plain[cell.coordinate].value = cell.value
                    plain[cell.coordinate].number_format = cell.number_format
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def plant(kinds: Sequence[str], seed: int = 0) -> tuple[bytes, list[Planted]]:
    """The sample workbook with one mistake of each kind, and what must be found."""
    book = openpyxl.load_workbook(io.BytesIO(_plain_sample()))
    book[SCHEME][find(book, "镇街数", shift=1)].value = 33
    sheet = book[TABLE]
    order = list(range(FIRST_ROW, LAST_ROW - _KEPT + 1))
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
