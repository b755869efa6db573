"""The fast way gives what the careful way gives, and is not taken where it would lose something."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from allocator import InputError
from allocator.base.files import FileBytes
from allocator.excel.files import ooxml
from allocator.excel.files.calamine import count_plain_cells
from allocator.excel.files.grid import Grid
from allocator.excel.files.open_book import read_book
from tests.excel.files.packages import save, sheet_xml, xlsx
from tests.excel.files.quirks import books


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


def test_both_ways_read_every_quirk_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """However a cell is written: the fast way reads it as the other, or leaves it to it."""
    made = {name: FileBytes("表.xlsx", content) for name, content in books().items()}
    careful = {name: _read_or_refused(file) for name, file in made.items()}
    taken = []

    def fast(content: bytes, grid: Grid) -> bool:
        taken.append(grid)
        return original(content, grid)

    original = ooxml.read_values
    monkeypatch.setattr(ooxml, "LARGE_BYTES", 0)
    monkeypatch.setattr(ooxml, "read_values", fast)
    found = {name: _read_or_refused(file) for name, file in made.items()}
    assert [name for name in made if found[name] != careful[name]] == []
    assert len(taken) > len(made) // 4


def _read_or_refused(file: FileBytes) -> object:
    try:
        return read_book(file).grids
    except InputError as error:
        return error.problems


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
    assert count_plain_cells(iter(pieces)) is None
    plain = sheet_xml('<row r="1"><c r="A1" t="s"><v>1</v></c></row>').encode()
    for size in (1, 7, 60, len(plain)):
        pieces = [plain[i : i + size] for i in range(0, len(plain), size)]
        assert count_plain_cells(iter(pieces)) == 1


def test_cells_are_bounded_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>1</v></c></row>' for i in range(1, 40))
    path = save(tmp_path, "many.xlsx", xlsx({"表": sheet_xml(rows)}))
    for large in (1, 1 << 30):
        monkeypatch.setattr(ooxml, "LARGE_BYTES", large)
        monkeypatch.setattr(ooxml, "MOST_CELLS", 39)
        assert len(read_book(path).grids[0].rows) == 39
        monkeypatch.setattr(ooxml, "MOST_CELLS", 38)
        with pytest.raises(InputError, match="单元格超过"):
            read_book(path)
