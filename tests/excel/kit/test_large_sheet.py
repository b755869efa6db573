"""Rows written straight as XML are those that XlsxWriter writes."""

from __future__ import annotations

import io
import re
import zipfile
from array import array
from typing import Any

import pytest
from xlsxwriter import Workbook

from allocator.excel.kit import layout
from allocator.excel.kit.large_sheet import LargeSheet
from allocator.excel.kit.layout import Run, Sheet, write_book
from allocator.excel.kit.style import Style

ROWS = 5_200
_STRING = re.compile(r' t="(?:inlineStr"><is>(<t.*?</t>)</is>|s"><v>(\d+)</v>)', re.DOTALL)


def table() -> Sheet:
    """Every kind of cell: numbers, texts with signs and blanks, formulas, shaded and empty cells."""
    sheet = Sheet("表")
    sheet.put(0, 0, "标题 <甲&乙>", Style("title"))
    sheet.put(1, 2, 7.25, Style("money"), "SUM(C4:C9)")
    words = [f"镇{i}" if i % 3 else f" <{i}> & \n" for i in range(ROWS)]
    sheet.run(2, 0, Run(words, Style("text"), None, [i % 5 == 0 for i in range(ROWS)]))
    sheet.run(2, 1, Run(array("d", [i / 7 for i in range(ROWS)]), Style("share", 4)))
    values = [None if i % 11 == 0 else float(i) for i in range(ROWS)]
    sheet.run(2, 2, Run(values, Style("money", 2), lambda i: f"B{i + 3}<1" if i % 2 else ""))
    sheet.run(40, 4, Run([i % 2 or "一类" for i in range(ROWS - 100)], Style("center")))
    status = ["按占比"] * (ROWS - 100)
    sheet.run(40, 5, Run(status, Style("center"), lambda i: f'IF(A{i}>0,"按占比","")&""'))
    sheet.put(700, 9, "旁注", Style("note"))
    sheet.put(ROWS + 5, 0, "落款", Style("note"))
    sheet.heights |= dict.fromkeys(range(ROWS), 15.5) | {30: 31.0, ROWS + 9: 40.0}
    return sheet


class PlainSheet(LargeSheet):
    """The same table cell by cell, by XlsxWriter."""

    def write_table(self, rows: range, columns: Any, heights: Any) -> None:
        for row in rows:
            if row in heights:
                self.set_row(row, heights[row])
            for column in columns:
                i = row - column.row
                look = column.shaded if column.marked and column.marked[i] else column.look
                value, formula = column.values[i], column.formula and column.formula(i)
                if formula:
                    self.write_formula(row, column.at, f"={formula}", look, value)
                elif value is None:
                    self.write_blank(row, column.at, None, look)
                elif isinstance(value, str):
                    self.write_string(row, column.at, value, look)
                else:
                    number = layout.StoredNumber(value)
                    self.write_number(row, column.at, number, look)


def rows(content: bytes) -> list[str]:
    """The rows of the sheet's XML, with texts and looks in the place of their numbers."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        shared = archive.read("xl/sharedStrings.xml").decode()
        texts = re.findall(r"<si>(<t.*?</t>)</si>", shared, re.DOTALL)
        styles = archive.read("xl/styles.xml").decode().partition("<cellXfs")[2]
        looks = re.findall(r"<xf .*?(?:/>|</xf>)", styles)
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()

    def text(found: re.Match[str]) -> str:
        return f">{found[1] or texts[int(found[2])]}"

    def look(found: re.Match[str]) -> str:
        return looks[int(found[1])]

    return re.sub(r' s="(\d+)"', look, _STRING.sub(text, sheet)).split("<row")


def test_rows_are_those_of_xlsxwriter(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = write_book([table()], title="试验")
    plain = Workbook.add_worksheet

    def slow(book: Workbook, name: str, kind: Any = None) -> Any:
        return plain(book, name, PlainSheet if kind else None)

    monkeypatch.setattr(Workbook, "add_worksheet", slow)
    small = Sheet("短")
    small.put(0, 0, "共用文字的一格", Style("text"))
    theirs = write_book([table(), small], title="试验")
    assert rows(ours) == rows(theirs)


def test_the_same_bytes_every_time() -> None:
    assert write_book([table()], title="试验") == write_book([table()], title="试验")
