"""A doubt is asked about, confirmed once in the input itself, and comes back with another value."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from allocator import InputError, Problem, allocate, load
from allocator.base.files import FileBytes
from allocator.excel.intake.marked_copy import painted_copy
from allocator.excel.official import official_workbook
from allocator.excel.verify.verify import verify
from tests.slips import HEADER, SCHEME

LINES = [
    f"镇{name},{10 + 3 * k},{50 + 11.5 * k},{100 + 17.25 * k},{80_000 + 9_173 * k},{'是' if k else '否'}"
    for k, name in enumerate("甲乙丙丁戊己庚")
]
RULES = FileBytes("方案.toml", SCHEME.encode())


def table(area: str) -> FileBytes:
    lines = [",".join(HEADER), *LINES]
    lines[3] = lines[3].replace("73.0", area)
    return FileBytes("表.csv", "\n".join(lines).encode())


def doubts(file: FileBytes) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        load(file, RULES)
    return [problem for problem in caught.value.problems if problem.is_doubt]


def signed(file: FileBytes, by: str, value: str = "") -> FileBytes:
    """The marked copy with every line of 核对记录 signed, and the doubtful figure changed."""
    with pytest.raises(InputError) as caught:
        load(file, RULES)
    book = openpyxl.load_workbook(io.BytesIO(painted_copy(file, caught.value.problems)))
    sheet = book["核对记录"]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 5).value = by
        sheet.cell(row, 6).value = "已查原件"
        if value:
            book[sheet.cell(row, 1).value][sheet.cell(row, 2).value].value = value
    content = io.BytesIO()
    book.save(content)
    return FileBytes("副本.xlsx", content.getvalue())


def test_a_doubt_is_named_with_its_likely_cause() -> None:
    (doubt,) = doubts(table("7300"))
    assert (doubt.code, doubt.place.cell) == ("table.scale", "C4")
    assert "公顷" in doubt.message
    assert load(table("73.0"), RULES)[0].towns


def test_a_confirmed_doubt_stops_no_run_and_is_told(tmp_path: Path) -> None:
    recipients, scheme = load(signed(table("7300"), "王某"), RULES)
    assert any("王某已核对：已查原件" in warning.message for warning in recipients.warnings)
    official = tmp_path / "正式.xlsx"
    official.write_bytes(official_workbook(allocate(recipients, scheme)))
    assert "核对记录" in openpyxl.load_workbook(official).sheetnames
    assert verify(official).is_consistent
    again, _ = load(official)
    assert again.numbers == recipients.numbers


def test_without_a_name_or_with_another_value_it_is_asked_again() -> None:
    assert len(doubts(signed(table("7300"), ""))) == 1
    assert len(doubts(signed(table("7300"), "王某", "9300"))) == 1
