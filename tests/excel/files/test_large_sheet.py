"""The fast way gives what the careful way gives, and is not taken where it would lose something."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from allocator.excel.files import ooxml
from allocator.excel.files.grid import Grid
from allocator.excel.files.large_sheet import holds_values_only
from allocator.excel.files.open_book import read_book
from tests.excel.files.packages import save, sheet_xml


def table() -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("表")
    sheet.write_row(1, 1, ["单位", "人口", "面积", "核定"])
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for i in range(50):
        sheet.write_row(3 + i, 1, [f"镇{i} ", i * 7919, i / 7, i % 2 == 0])
        sheet.write_number(3 + i, 6, 44012 + i, day)
    book.close()
    return content.getvalue()


def read(folder: Path) -> Grid:
    return read_book(save(folder, "表.xlsx", table())).grids[0]


def test_both_ways_give_one_grid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    careful = read(tmp_path)
    taken = []

    def fast(content: bytes, grid: Grid) -> bool:
        taken.append(grid.sheet)
        return original(content, grid)

    original = ooxml.read_values
    monkeypatch.setattr(ooxml, "LARGE_BYTES", 0)
    monkeypatch.setattr(ooxml, "read_values", fast)
    assert read(tmp_path) == careful
    assert taken == ["表"]


@pytest.mark.parametrize(
    "part",
    [
        '<row r="1"><c r="A1"><f>1+1</f></c></row>',
        '<row r="1"><x:c xmlns:x="u" r="A1"><x:f>1</x:f></x:c></row>',
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>',
        "<row r='1' hidden='1'><c r='A1'><v>1</v></c></row>",
        '<mergeCell ref="A1:B1"/>',
        "<![CDATA[1]]>",
    ],
)
@pytest.mark.parametrize("cut", [1, 7, 10**6])
def test_what_needs_care(part: str, cut: int) -> None:
    data = sheet_xml(part).encode()
    pieces = [data[i : i + cut] for i in range(0, len(data), cut)]
    assert not holds_values_only(iter(pieces))
    plain = sheet_xml('<row r="1"><c r="A1" t="s"><v>1</v></c></row>').encode()
    assert holds_values_only(iter([plain]))
