"""An issue copy is checked against its input, whatever way it was drawn."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from allocator.cli import main
from allocator.excel.issue import IssueOptions, issue_workbook
from allocator.excel.issue.check import check_issue, is_issue_copy
from allocator.excel.official import official_workbook
from tests.excel.official.official_funds import answer_of

WAYS = [
    IssueOptions(),
    IssueOptions("万元", 2, (), "amount"),
    IssueOptions("万元", 0, ("总表",)),
    IssueOptions("元", 2, ("配套表", "分批表"), "amount"),
]


@pytest.mark.parametrize("options", WAYS)
def test_a_copy_agrees_with_its_input(tmp_path: Path, options: IssueOptions) -> None:
    answer = answer_of("adjusted")
    path = tmp_path / "印发.xlsx"
    path.write_bytes(issue_workbook(answer, options))
    assert is_issue_copy(path)
    cells, changed = check_issue(path, answer)
    assert cells > 100
    assert changed == []


@pytest.mark.parametrize("cell", ["B8", "E7", "A2"])
def test_a_changed_cell_is_named(tmp_path: Path, cell: str) -> None:
    answer = answer_of("adjusted")
    book = openpyxl.load_workbook(io.BytesIO(issue_workbook(answer, WAYS[1])))
    book["附表1"][cell] = "改过"
    path = tmp_path / "印发.xlsx"
    book.save(path)
    _, changed = check_issue(path, answer)
    assert (changed[0].cell, changed[0].found) == (cell, "改过") or cell == "A2"
    assert changed


def test_a_rate_cut_to_15_digits_is_the_same(tmp_path: Path) -> None:
    answer = answer_of("adjusted")
    book = openpyxl.load_workbook(io.BytesIO(issue_workbook(answer, WAYS[1])))
    cells = [c for row in book["附表1"].iter_rows() for c in row if c.value == 1 / 3]
    assert cells
    for cell in cells:
        cell.value = 0.333333333333333
    path = tmp_path / "印发.xlsx"
    book.save(path)
    assert check_issue(path, answer)[1] == []


def _hide_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[8].hidden = True


def _hide_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["E"].hidden = True


def _hide_digits(sheet: Worksheet) -> None:
    sheet["E8"].number_format = "#,##0,"


@pytest.mark.parametrize(
    ("edit", "place", "told"),
    [
        (_hide_row, "8:8", "整行被隐藏"),
        (_hide_column, "E:E", "整列被隐藏"),
        (_hide_digits, "E8", "数字格式不同"),
    ],
)
def test_what_a_copy_hides_is_told(
    tmp_path: Path, edit: Callable[[Worksheet], None], place: str, told: str
) -> None:
    answer = answer_of("adjusted")
    book = openpyxl.load_workbook(io.BytesIO(issue_workbook(answer, WAYS[1])))
    path = tmp_path / "印发.xlsx"
    book.save(path)
    assert check_issue(path, answer)[1] == []
    edit(book["附表1"])
    book.save(path)
    [changed] = check_issue(path, answer)[1]
    assert (changed.sheet, changed.cell) == ("附表1", place)
    assert told in changed.found
    assert not changed.is_addition


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = answer_of("adjusted")
    copy, whole = tmp_path / "印发.xlsx", tmp_path / "正式.xlsx"
    copy.write_bytes(issue_workbook(answer, WAYS[2]))
    whole.write_bytes(official_workbook(answer))
    assert not is_issue_copy(whole)
    assert main(["verify", str(copy)]) == 2
    assert main(["verify", str(copy), "--input", str(whole)]) == 0
    assert "结论：一致" in capsys.readouterr().out


def test_signatures_and_remarks_are_additions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = answer_of("adjusted")
    whole = tmp_path / "正式.xlsx"
    whole.write_bytes(official_workbook(answer))
    book = openpyxl.load_workbook(io.BytesIO(issue_workbook(answer, WAYS[1])))
    sheet = book["附表1"]
    signed = next(row[0] for row in sheet.iter_rows() if str(row[0].value).startswith("填表人："))
    signed.value = "填表人：张三　审核人：李四　日期：2020年7月1日"
    sheet["A60"] = "已阅，2020年7月2日"
    path = tmp_path / "印发.xlsx"
    book.save(path)
    assert main(["verify", str(path), "--input", str(whole)]) == 0
    assert "另加的文字 2 处" in capsys.readouterr().out
    sheet["A61"] = 12345.67
    book.save(path)
    assert main(["verify", str(path), "--input", str(whole)]) == 1
