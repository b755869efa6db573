"""Labels of the sheet 分配方案: which rule one names, and the unit of the sums under it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction

from allocator.base.money import number_text
from allocator.base.problems import Problem, note
from allocator.excel.files.grid import CellValue, Grid
from allocator.excel.intake.cells import BadCell, number
from allocator.excel.intake.headers import comparable, read_header
from allocator.excel.intake.table.units import UNITS

Labels = Mapping[str, str]


def keys_of(known: Labels, texts: Mapping[int, str]) -> dict[int, str]:
    """Column → key of a line of labels; a label is known with or without its bracket."""
    loose = {comparable(label): key for label, key in known.items()}
    loose |= {comparable(label.partition("（")[0]): key for label, key in known.items()}
    loose |= {key: key for key in known.values()}
    found = {c: key for c, text in texts.items() if (key := loose.get(comparable(text)))}
    bases = {
        comparable(label.partition("（")[0]): key for label, key in known.items() if "元" in label
    }
    for column, text in texts.items():
        base = comparable(read_header(text).base)
        if column not in found and scale_of(text) != 1 and base in bases:
            found[column] = bases[base]
    return found


def scale_of(label: str) -> int:
    """How many yuan one unit of the sums under a label is; 1 where it names no larger unit.

    >>> scale_of("预算（万元）"), scale_of("预算（元）"), scale_of("下限（元或列名）")
    (10000, 1, 1)
    """
    kind, factor = UNITS.get(read_header(label).unit, ("", Fraction(1)))
    return int(factor) if kind == "money" else 1


def in_yuan(value: CellValue, scale: int) -> CellValue:
    """A sum in yuan; what is no number, as the name of a column, stands as it is."""
    if scale == 1 or isinstance(value, bool | datetime.date) or value is None:
        return value
    try:
        exact = Fraction(number(value)) * scale
    except BadCell:
        return value
    return number_text(exact)


def as_percent(value: CellValue) -> CellValue:
    """A number as the percentage that is shown of it; anything else as it stands.

    >>> as_percent(0.4), as_percent(1), as_percent("40%")
    ('40%', '100%', '40%')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{number_text(Fraction(number(value)) * 100)}%"


def converted(grid: Grid, row: int, texts: Mapping[int, str]) -> list[Problem]:
    """What is said of labels whose sums were converted."""
    return [
        note(
            "read.scheme",
            f"“{text}”的金额已由{read_header(text).unit}换算为元",
            grid.place(row, column),
        )
        for column, text in texts.items()
        if scale_of(text) != 1
    ]
