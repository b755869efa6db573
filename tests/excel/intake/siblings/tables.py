"""The table of five towns that siblings change: by population, as .csv and .xlsx, with a pilot."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.base.files import FileBytes
from tests.excel.files.packages import sheet_xml, text_cell, xlsx
from tests.excel.intake.siblings.base import PLAIN, Cell, Lines, Paid, shares

NAMES = ("甲镇", "乙镇", "丙镇", "丁镇", "戊镇")
PEOPLE = (200, 300, 500, 400, 600)
RIGHT = shares(NAMES, PEOPLE)
MATCHED = PLAIN + '[matching]\nbase = "paid"\n[matching.rates]\n"一类" = "100%"\n"二类" = "50%"\n'


def sheet_file(
    lines: Lines, merged: tuple[str, ...] = (), raw: Mapping[str, str] | None = None
) -> FileBytes:
    """Lines as .xlsx, with merged ranges; `raw` is what stands in the file for a number, by cell."""
    rows = ""
    for r, line in enumerate(lines, 1):
        cells = ""
        for c, value in enumerate(line):
            at = f"{chr(65 + c)}{r}"
            if raw and at in raw:
                cells += f'<c r="{at}"><v>{raw[at]}</v></c>'
            elif isinstance(value, str):
                cells += text_cell(at, value)
            elif isinstance(value, bool):
                cells += f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
            elif value is not None:
                cells += f'<c r="{at}"><v>{value}</v></c>'
        rows += f'<row r="{r}">{cells}</row>'
    ranges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    after = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
    return FileBytes("表.xlsx", xlsx({"表": sheet_xml(rows, after=after)}))


def table(*columns: tuple[str, tuple[Cell, ...]]) -> Lines:
    lines: Lines = [["镇街", "人口（人）", *(header for header, _ in columns)]]
    for i, (name, people) in enumerate(zip(NAMES, PEOPLE, strict=True)):
        lines.append([name, people, *(values[i] for _, values in columns)])
    return lines


def with_pilot(pilot: tuple[bool, ...], unspent: tuple[int, ...] = (0,) * 5) -> Paid:
    """Payments where pilot towns had 200,000 yuan before and kept some of it (in fen)."""
    return {
        name: 10 * paid - (20_000_000 if is_pilot else 0) - left
        for (name, paid), is_pilot, left in zip(RIGHT.items(), pilot, unspent, strict=True)
    }
