"""What is at hand as bytes is read like the file, by every reader."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from allocator import FileBytes, InputError, load
from allocator.excel.intake.marked_copy import painted_copy
from allocator.excel.official import official_workbook
from allocator.excel.verify.verify import verify
from tests.conftest import DATA

BOOK, TABLE, RULES = (DATA / f"dongguan-2020.{kind}" for kind in ("xlsx", "csv", "toml"))


def held(path: Path) -> FileBytes:
    return FileBytes(path.name, path.read_bytes())


def test_workbooks_tables_and_schemes() -> None:
    assert load(held(BOOK)) == load(BOOK)
    assert load(held(TABLE), held(RULES)) == load(TABLE, RULES)
    assert load(held(BOOK))[0].origin == load(BOOK)[0].origin


def test_verify_and_the_marked_copy(allocation) -> None:
    received = FileBytes("收到.xlsx", official_workbook(allocation))
    found = verify(received, held(TABLE), held(RULES))
    assert found.name == "收到.xlsx"
    assert not found.differences
    assert painted_copy(held(BOOK), []) == painted_copy(BOOK, [])


def test_too_large_is_said_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allocator.excel.files.open_book.MOST_FILE_BYTES", 10)
    with pytest.raises(InputError, match=r"大表\.xlsx"):
        load(FileBytes("大表.xlsx", b"PK" + b"0" * 20))


def test_old_formats_in_a_browser_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")
    with pytest.raises(InputError, match=r"另存为 \.xlsx"):
        load(FileBytes("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600))
