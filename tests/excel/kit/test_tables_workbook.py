"""Result workbooks: values exact, marks on every sheet, the same bytes every time."""

from __future__ import annotations

import io
from fractions import Fraction

import openpyxl

from allocator.base.tables import Table, TableColumn, totals
from allocator.excel.kit.tables_workbook import tables_workbook
from allocator.fund.scheme import SCENARIO_MARK

COLUMNS = (
    TableColumn("镇街"),
    TableColumn("金额", "fen"),
    TableColumn("变动", "percent"),
    TableColumn("变动幅度", "points"),
    TableColumn("指数", "number", 4),
    TableColumn("个数", "count"),
)
ROWS = (
    ("=1+1", 1, Fraction(1, 8), Fraction(1, 200), Fraction(1, 3), 3),
    ("@甲", 123456789012345, None, Fraction(-1, 100), 2, 4),
)
TABLE = Table("对比/方案", COLUMNS, ROWS, totals(COLUMNS, ROWS), ("一条说明",))


def cells(content: bytes) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [list(row) for row in sheet.values] for sheet in book}


def test_values_notes_and_marks() -> None:
    empty = Table("", (TableColumn("项目"),), ())
    sheets = cells(tables_workbook([TABLE, TABLE, empty], title="比较", notes=("共同说明",)))
    assert list(sheets) == ["对比方案", "对比方案 2", "表3"]
    rows = sheets["对比方案"]
    assert rows[0][0] == "比较"
    assert rows[1][0] == "对比/方案"
    assert rows[2][0] == SCENARIO_MARK
    assert rows[2][5] == "单位：元"
    assert rows[3] == ["镇街", "金额", "变动", "变动幅度\n（百分点）", "指数", "个数"]
    assert rows[4] == ["=1+1", 0.01, 0.125, 0.5, 1 / 3, 3]
    assert rows[5] == ["@甲", 1234567890123.45, None, -1, 2, 4]
    assert rows[6] == ["合计", 1234567890123.46, None, None, None, 7]
    assert [rows[7][0], rows[8][0]] == ["一条说明", "共同说明"]
    assert all(sheet[2][0] == SCENARIO_MARK for sheet in sheets.values())


def test_text_is_never_a_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(tables_workbook([TABLE], title="比较")))
    assert all(cell.data_type != "f" for row in book.active for cell in row)


def test_an_amount_beyond_a_double_is_kept_to_the_fen() -> None:
    table = Table("大额", (TableColumn("金额", "fen"),), ((10**17 + 1,),))
    assert cells(tables_workbook([table], title="大额"))["大额"][4] == ["1,000,000,000,000,000.01"]


def test_same_bytes() -> None:
    assert tables_workbook([TABLE], title="比较") == tables_workbook([TABLE], title="比较")
