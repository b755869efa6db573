"""Confirming doubts adds one sheet to the input and leaves all else as it is."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from allocator import FileBytes, InputError, Problem, allocate, load
from allocator.excel.intake.signed_copy import signed_copy
from allocator.excel.intake.table.confirmations import CHECK_SHEET, key_of
from allocator.excel.official import official_workbook
from allocator.fund.recipients import Confirmation
from tests.conftest import DATA

RULES = DATA / "dongguan-2020.toml"


def doubtful(cells: Sequence[str] = ("D8", "F5")) -> bytes:
    """The sample with figures ten thousand times too large."""
    book = openpyxl.load_workbook(DATA / "dongguan-2020.xlsx")
    for cell in cells:
        book["镇街基础数据"][cell].value *= 10_000
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def doubts(file: FileBytes, scheme: Path | None = None) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        load(file, scheme)
    return [problem for problem in caught.value.problems if problem.is_doubt]


def signed(file: FileBytes, found: Sequence[Problem], note: str = "") -> FileBytes:
    lines = [Confirmation(*key_of(problem), by="张三", note=note) for problem in found]
    return FileBytes("已核对.xlsx", signed_copy(file, lines))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def confirmed(file: FileBytes) -> list[tuple[str, str, str]]:
    recipients, scheme = load(file)
    assert official_workbook(allocate(recipients, scheme))
    return [(one.cell, one.by, one.note) for one in recipients.confirmed]


def test_confirmed_doubts_stop_nothing_and_nothing_else_is_changed() -> None:
    file = FileBytes("输入.xlsx", doubtful())
    note = '含水面 <3 & "4"；\x07 \'_x0041_ '
    copy = signed(file, doubts(file), note)
    # A text of a cell keeps its meaning; the blank at its end does not count.
    expected = note.replace("\x07", "").strip()
    assert [(c, by, n.replace("\x07", "")) for c, by, n in confirmed(copy)] == [
        ("D8", "张三", expected),
        ("F5", "张三", expected),
    ]
    before, after = parts(file.content), parts(copy.content)
    lists = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
    assert {name for name in before if before[name] != after[name]} == lists
    assert set(after) - set(before) == {"xl/worksheets/confirmed.xml"}
    assert openpyxl.load_workbook(io.BytesIO(copy.content)).sheetnames[-1] == CHECK_SHEET


def test_signed_one_after_the_other() -> None:
    file = FileBytes("输入.xlsx", doubtful())
    first, second = doubts(file)
    half = signed(file, [first])
    assert [problem.place.cell for problem in doubts(half)] == ["F5"]
    assert [cell for cell, _, _ in confirmed(signed(half, [second]))] == ["D8", "F5"]


def test_a_value_that_changes_later_is_doubted_again() -> None:
    file = FileBytes("输入.xlsx", doubtful())
    copy = signed(file, doubts(file))
    book = openpyxl.load_workbook(io.BytesIO(copy.content))
    book["镇街基础数据"]["D8"].value *= 2
    content = io.BytesIO()
    book.save(content)
    assert [p.place.cell for p in doubts(FileBytes("输入.xlsx", content.getvalue()))] == ["D8"]


def test_prefixes_of_other_programs_are_kept() -> None:
    members = parts(doubtful())
    text = members["xl/workbook.xml"].decode()
    text = re.sub(r"<(/?)(\w)", r"<\1x:\2", text).replace("xmlns=", "xmlns:x=", 1)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in (members | {"xl/workbook.xml": text.encode()}).items():
            archive.writestr(name, data)
    file = FileBytes("输入.xlsx", content.getvalue())
    assert len(confirmed(signed(file, doubts(file)))) == 2


def test_a_table_of_text_comes_as_a_workbook() -> None:
    text = (DATA / "dongguan-2020.csv").read_text("utf-8-sig").replace(",56.6,", ",566000,")
    file = FileBytes("表.csv", text.encode())
    copy = signed(file, doubts(file, RULES))
    recipients, _ = load(copy, RULES)
    assert [one.by for one in recipients.confirmed] == ["张三"] * len(recipients.confirmed)
    assert recipients.confirmed
