"""What is equal byte for byte is told without reading more of it than the inputs."""

from __future__ import annotations

import pytest

from allocator.base.files import FileBytes
from allocator.excel.files.grid import MOST_CELLS
from allocator.excel.strict.reading import read_book
from allocator.excel.verify import proof
from allocator.excel.verify.verify import verify
from tests.excel.official.official_funds import written


@pytest.mark.parametrize("unit", ["元", "万元"])
def test_no_strict_reader_is_asked(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = written("sample", unit)
    strict = read_book(content, MOST_CELLS)
    monkeypatch.delattr(proof, "read_book")
    found = verify(FileBytes("结果.xlsx", content))
    assert found.is_untouched
    assert found.sheets == len(strict.sheets)
    assert found.cells == sum(len(sheet.cells) for sheet in strict.sheets)
