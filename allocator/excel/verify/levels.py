"""verify for a workbook of a level below: both levels computed again, cell by cell."""

from __future__ import annotations

import hashlib
from pathlib import Path

from allocator.base.problems import InputError
from allocator.excel.files.open_book import read_book, read_bytes
from allocator.excel.verify.comparison import compare, count_uncomputed
from allocator.excel.verify.stored_book import StoredSheet, read_stored
from allocator.excel.verify.verify import Verification
from allocator.excel.villages.stored import is_level_workbook, read_level
from allocator.excel.villages.workbook import NOTES, fingerprints, level_workbook


def is_of_levels(path: Path) -> bool:
    """Whether a file is a workbook of `allocator villages`."""
    try:
        return is_level_workbook(read_book(path))
    except InputError:
        return False


def verify_level(path: Path) -> Verification:
    """Recompute both levels from the inputs inside and compare every cell.

    Raises `InputError` when the file cannot be read.
    """
    content = read_bytes(path)
    found = read_stored(path.name, content)
    printed = _printed(found)
    digest = hashlib.sha256(content).hexdigest()
    try:
        level = read_level(path)
    except InputError as error:
        return Verification(path.name, digest, printed, problems=error.problems)
    expected = read_stored(path.name, level_workbook(level))
    return Verification(
        path.name,
        digest,
        printed,
        computed=fingerprints(level),
        differences=tuple(compare(expected, found)),
        sheets=len(expected),
        cells=sum(len(sheet.cells) for sheet in expected),
        uncomputed=count_uncomputed(expected, found),
    )


def _printed(sheets: list[StoredSheet]) -> dict[str, str]:
    """What 说明 says, by the words of its lines."""
    for sheet in sheets:
        if sheet.name == NOTES:
            cells = sheet.cells
            return {
                str(cell.value): str(cells[row, 1].value)
                for (row, column), cell in sorted(cells.items())
                if column == 0 and (row, 1) in cells
            }
    return {}
