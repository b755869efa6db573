"""Workbooks as the strict reader sees them, for tests."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.excel.strict.book import SeenBook, SeenSheet
from allocator.excel.strict.reading import read_book
from allocator.excel.verify.comparison import compare as compare_books
from allocator.excel.verify.findings import Finding


def read_stored(content: bytes) -> list[SeenSheet]:
    return read_book(content, 10**6).sheets


def compare(want: Sequence[SeenSheet], have: Sequence[SeenSheet]) -> list[Finding]:
    """What is not, or not shown to be, as it must be."""
    findings, _ = compare_books(SeenBook(list(want)), SeenBook(list(have)))
    return [finding for finding in findings if finding.kind in ("changed", "unproven")]
