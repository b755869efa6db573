"""The proof: the genuine workbook, written again, against the one that is given.

Equal byte for byte is the whole of it. Otherwise both are read by the closed vocabulary and compared,
and two more readers must see the same in every cell.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from allocator.base.version import VERSION
from allocator.excel.files.grid import MOST_CELLS
from allocator.excel.strict.book import SeenBook
from allocator.excel.strict.package import Doubt
from allocator.excel.strict.reading import read_book
from allocator.excel.strict.vocabulary import Unknown
from allocator.excel.verify.comparison import compare
from allocator.excel.verify.findings import Finding
from allocator.excel.verify.loose import compare_values
from allocator.excel.verify.readers import other_readers
from allocator.excel.verify.versions import of_other_version

#: A workbook may hold so many more cells than the genuine one before reading stops.
_MORE_CELLS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether the bytes are the genuine ones; if not, all that is otherwise. Counts of the genuine."""

    is_untouched: bool
    findings: tuple[Finding, ...] = ()
    sheets: int = 0
    cells: int = 0


def prove(
    content: bytes, genuine: bytes, may_lack: Sequence[str] = (), version: str = VERSION
) -> Proof:
    """Compare a workbook with the genuine one; sheets in `may_lack` may be gone.

    `version` is that of the program which wrote it, as it says itself.
    """
    if content == genuine:
        return Proof(True, (), *_size(genuine))
    try:
        want = read_book(genuine, MOST_CELLS)
    except Doubt as doubt:
        return Proof(False, (Finding(doubt.place, doubt.words, "unproven"),))
    cells = sum(len(sheet.cells) for sheet in want.sheets)
    findings = _examine(content, want, cells + _MORE_CELLS, may_lack)
    if not findings:
        message = "由别的程序另存过，或文件内部的排列不同；内容全部相同"
        findings = [Finding("文件", message, "dressed")]
    elif version != VERSION and any(f.kind in ("changed", "unproven") for f in findings):
        findings = of_other_version(version, want, content, findings)
    return Proof(False, tuple(findings), len(want.sheets), cells)


def _size(genuine: bytes) -> tuple[int, int]:
    """The sheets, and the cells with something in them, of a workbook that we wrote.

    What is equal byte for byte needs no reader: `</c>` ends a cell that holds something.
    """
    with zipfile.ZipFile(io.BytesIO(genuine)) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return len(parts), sum(archive.read(part).count(b"</c>") for part in parts)


def _examine(content: bytes, want: SeenBook, most: int, may_lack: Sequence[str]) -> list[Finding]:
    try:
        have = read_book(content, most)
        findings, maps = compare(want, have, may_lack)
    except Doubt as doubt:
        findings = [Finding(doubt.place, doubt.words, "unproven")]
        return [*findings, *compare_values(content, want, may_lack)]
    except Unknown as unknown:
        return [Finding("工作簿", unknown.words, "unproven")]
    return [*findings, *other_readers(content, have, set(maps))]
