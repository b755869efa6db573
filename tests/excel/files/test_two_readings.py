"""Inputs that two programs would read in two ways are refused, with the cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator import InputError
from allocator.excel.files.open_book import read_book
from tests.excel.files.packages import save, sheet_xml, xlsx

ROW = '<row r="1"><c r="A1">{}</c></row>'


@pytest.mark.parametrize(
    "inside",
    ['<e:v xmlns:e="urn:e">1</e:v><v>5</v>', '<v>5</v><e:v xmlns:e="urn:e">1</e:v>'],
)
def test_a_foreign_value_is_refused_at_its_cell(tmp_path: Path, inside: str) -> None:
    path = save(tmp_path, "a.xlsx", xlsx({"表": sheet_xml(ROW.format(inside))}))
    with pytest.raises(InputError, match=r"两种读法.*表!A1"):
        read_book(path)


@pytest.mark.parametrize("text", ["29_5", "５", "0x5", "1,5", "5f", "--5"])
def test_what_is_no_number_of_the_standard_is_a_fault(tmp_path: Path, text: str) -> None:
    path = save(tmp_path, "a.xlsx", xlsx({"表": sheet_xml(ROW.format(f"<v>{text}</v>"))}))
    try:
        faults = read_book(path).grids[0].faults
    except InputError as error:
        faults = {(1, 0): str(error)}
    assert (1, 0) in faults


@pytest.mark.parametrize(
    "rows",
    [
        ROW.format("<v>5</v><v>6</v>"),
        '<row r="1"><c r="A1"><v>5</v></c><c r="A1"><v>6</v></c></row>',
        ROW.format("<v>5</v>") + ROW.format("<v>6</v>"),
    ],
)
def test_a_cell_written_twice_is_a_fault(tmp_path: Path, rows: str) -> None:
    path = save(tmp_path, "a.xlsx", xlsx({"表": sheet_xml(rows)}))
    try:
        faults = read_book(path).grids[0].faults
    except InputError as error:
        faults = {(1, 0): str(error)}
    assert (1, 0) in faults


def test_twins_of_a_part_are_refused(tmp_path: Path) -> None:
    content = xlsx({"表": sheet_xml("")}, extra={"xl\\worksheets\\s1.xml": b"<worksheet/>"})
    with pytest.raises(InputError, match="同名的部分"):
        read_book(save(tmp_path, "a.xlsx", content))
