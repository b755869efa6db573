"""Workbooks as the strict reader sees them, for tests."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.excel.strict.book import Book, Sheet
from allocator.excel.strict.reading import read_book
from allocator.excel.verify.comparison import compare as compare_books
from allocator.excel.verify.findings import Finding


def read_stored(content: bytes) -> list[Sheet]:
    return read_book(content, 10**6).sheets


def compare(want: Sequence[Sheet], have: Sequence[Sheet]) -> list[Finding]:
    """What is not, or not shown to be, as it must be."""
    findings, _ = compare_books(Book(list(want)), Book(list(have)))
    return [finding for finding in findings if finding.kind in ("changed", "unproven")]
