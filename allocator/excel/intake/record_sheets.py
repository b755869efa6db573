"""The sheets 人工调整 and 已拨记录: one line an entry, as raw data of the scheme."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from allocator.base.problems import Place, Problem
from allocator.excel.files.grid import Book, Grid, clean
from allocator.excel.intake.cells import fault
from allocator.excel.intake.headers import comparable
from allocator.fund import adjustments, instalments, words
from allocator.fund.scheme import Scheme
from allocator.fund.scheme_reader import SchemeReader

ADJUSTMENT_SHEET: Final = "人工调整"
PAID_SHEET: Final = "已拨记录"
RECORD_SHEETS: Final = (ADJUSTMENT_SHEET, PAID_SHEET)
_LABELS: Final = {
    ADJUSTMENT_SHEET: ("adjustment", words.labels("adjustment")),
    PAID_SHEET: ("paid", words.labels("paid")),
}


def with_records(scheme: Scheme, book: Book) -> tuple[Scheme, list[Problem]]:
    """The scheme with what both sheets of the workbook add to it, and every mistake on them."""
    problems: list[Problem] = []
    raw: dict[str, list[dict[str, Any]]] = {"adjustment": [], "paid": []}
    places: dict[str, Place] = {}
    for grid in book.grids:
        if grid.sheet.strip() in _LABELS:
            key, labels = _LABELS[grid.sheet.strip()]
            _read_lines(grid, key, labels, raw[key], places, problems)
    if not any(raw.values()):
        return scheme, problems

    def locate(path: str) -> Place:
        return places.get(path) or places.get(path.partition(".")[0]) or Place(book.file)

    bad = {problem.place for problem in problems}
    reader = SchemeReader(locate)
    reader.labels = {
        name: label for _, labels in _LABELS.values() for label, name in labels.items()
    }
    pools = {pool.name: pool.id for pool in scheme.pools} | {p.id: p.id for p in scheme.pools}
    adjusted = adjustments.read_adjustments(reader, raw["adjustment"], pools)
    paid = instalments.read_instalments(reader, raw["paid"], pools)
    problems += [problem for problem in reader.problems if problem.place not in bad]
    shift = {"adjustment": len(scheme.adjustments), "paid": len(scheme.instalments)}
    found = dict(scheme.places) | {_shifted(path, shift): at for path, at in places.items()}
    return replace(
        scheme,
        adjustments=(*scheme.adjustments, *adjusted),
        instalments=(*scheme.instalments, *paid),
        places=found,
    ), problems


def _shifted(path: str, shift: Mapping[str, int]) -> str:
    """The path of an entry that stands behind those of the scheme itself."""
    key, _, rest = path.partition("[")
    number, _, tail = rest.partition("]")
    return f"{key}[{int(number) + shift[key]}]{tail}"


def _read_lines(
    grid: Grid,
    key: str,
    labels: Mapping[str, str],
    lines: list[dict[str, Any]],
    places: dict[str, Place],
    problems: list[Problem],
) -> None:
    """Every line below the labels that says something; blank lines and remarks are passed over."""
    known = {comparable(label): name for label, name in labels.items()}
    known |= {comparable(label.partition("（")[0]): name for label, name in labels.items()}
    columns: dict[int, str] = {}
    for row in sorted(grid.rows):
        texts = {c: grid.text(row, c) for c in range(len(grid.rows[row]))}
        found = {c: name for c, text in texts.items() if (name := known.get(comparable(text)))}
        if not columns:
            columns = found if len(found) > 1 else {}
            continue
        first = next((text for text in texts.values() if text), "")
        if first.startswith(("注", "※", "合计")) or not any(texts.get(c) for c in columns):
            continue
        path = f"{key}[{len(lines)}]"
        places[path] = grid.place(row)
        lines.append({})
        for c, name in columns.items():
            places[f"{path}.{name}"] = grid.place(row, c)
            if bad := fault(grid, row, c):
                problems.append(
                    Problem(bad.code, bad.message, bad.remedy, grid.place(row, c), texts.get(c, ""))
                )
            value = grid.value(row, c)
            is_plain = isinstance(value, int | float | datetime.date)
            lines[-1][name] = value if is_plain else clean(value)
    if not columns and any(not grid.is_blank(row) for row in grid.rows):
        remedy = f"请写一行列名：{'、'.join(labels)}"
        problems.append(Problem(f"{key}.labels", f"“{grid.sheet}”没有列名", remedy, grid.place(1)))
