"""The texts of a sheet in other words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from allocator.excel.kit.layout import Run, Sheet


def retold(sheet: Sheet, said: Callable[[str], str]) -> None:
    """Put every text of the sheet into other words; formulas and numbers stay."""
    for place, cell in sheet.cells.items():
        if isinstance(cell, Run):
            if any(isinstance(value, str) for value in cell.values):
                values = [said(v) if isinstance(v, str) else v for v in cell.values]
                sheet.cells[place] = replace(cell, values=values)
        elif isinstance(cell.value, str):
            sheet.cells[place] = replace(cell, value=said(cell.value))
