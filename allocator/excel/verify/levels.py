"""verify for a workbook of a level below: both levels computed again, cell by cell."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from allocator.base.problems import InputError
from allocator.excel.files.grid import Book
from allocator.excel.files.open_book import read_book, read_bytes
from allocator.excel.official.notes import FINGERPRINTS
from allocator.excel.verify.proof import prove
from allocator.excel.verify.verify import Verification
from allocator.excel.villages.stored import is_level_workbook, read_level
from allocator.excel.villages.workbook import NOTES, fingerprints, level_workbook


def is_of_levels(path: Path) -> bool:
    """Whether a file is a workbook of `allocator villages`."""
    try:
        return is_level_workbook(path)
    except InputError:
        return False


def verify_level(path: Path) -> Verification:
    """Write both levels again from the inputs inside and compare all of the workbook.

    Raises `InputError` when the file cannot be read.
    """
    content = read_bytes(path)
    printed = _printed(read_book(path))
    result = Verification(path.name, hashlib.sha256(content).hexdigest(), printed)
    try:
        level = read_level(path)
    except InputError as error:
        return replace(result, problems=error.problems)
    genuine = level_workbook(level)
    proof = prove(content, genuine, version=printed.get("version", ""))
    return replace(
        result,
        computed=fingerprints(level),
        findings=proof.findings,
        is_untouched=proof.is_untouched,
        sheets=proof.sheets,
        cells=proof.cells,
        told=tuple(str(finding) for finding in proof.findings if finding.kind == "told"),
        genuine=genuine,
    )


def _printed(book: Book) -> dict[str, str]:
    """What 说明 says, by the words of its lines, and the version by its key."""
    lines = {
        str(grid.value(row, 0)): str(grid.value(row, 1))
        for grid in book.grids
        if grid.sheet == NOTES
        for row in sorted(grid.rows)
        if grid.value(row, 0) is not None and grid.value(row, 1) is not None
    }
    return lines | {"version": lines.get(FINGERPRINTS["version"], "")}
