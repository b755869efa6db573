"""All siblings of all kinds."""

from __future__ import annotations

from collections.abc import Iterator

from tests.excel.intake.siblings import cells, figures, headers, rows, units
from tests.excel.intake.siblings.base import Sibling


def every() -> Iterator[Sibling]:
    """Each sibling, kind by kind; made anew, so that a sample costs what it takes of them."""
    for kind in (rows, cells, units, figures, headers):
        yield from kind.siblings()
