"""Input workbooks as bytes: an empty one to fill in, and one filled from a table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib import resources
from typing import Final

from allocator.base.archive import same_bytes
from allocator.excel.template.input_sheets import SheetNames, write_input_sheets
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme

#: Blank lines for more entries in each list of the scheme's sheet.
SPARE_LINES: Final = 3


def draft_scheme() -> Scheme:
    """The rules a template starts with: the fund of 2020 with draft weights, marked as a draft."""
    file = resources.files("allocator.dongguan") / "draft_scheme.toml"
    return Scheme.from_toml(file.read_text(encoding="utf-8"))


def input_workbook(
    recipients: Recipients | None,
    scheme: Scheme,
    *,
    sources: Sequence[Sequence[str]] = (),
    names: SheetNames | None = None,
) -> bytes:
    """The input sheets as a workbook.

    Without `recipients` they are empty but for the names: `names`, else the 33 towns.
    """
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    write_input_sheets(book, recipients, scheme, sources=sources, spare=SPARE_LINES, names=names)
    book.close()
    return same_bytes(content.getvalue())
