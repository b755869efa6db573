"""All siblings of all kinds."""

from __future__ import annotations

from collections.abc import Iterator

from tests.excel.intake.siblings import cells, headers, rows
from tests.excel.intake.siblings.base import Sibling


def every() -> Iterator[Sibling]:
    """Each sibling, kind by kind; made anew, so that a sample costs what it takes of them."""
    for kind in (rows, cells, headers):
        yield from kind.siblings()
