"""Two more readers of the same file, each with code of its own: openpyxl and calamine.

What one reader is deceived about, another is not; so every cell must hold the same for all of them.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final

from allocator.excel.strict.book import Position, SeenBook, SeenCell, SeenSheet, Stored
from allocator.excel.strict.sheet import reference, serial_of, unescape
from allocator.excel.verify.cells import normal
from allocator.excel.verify.findings import Finding

_EMPTY: Final = SeenCell(None)
SeenValues = dict[Position, Any]


def other_readers(content: bytes, ours: SeenBook, names: set[str]) -> Iterator[Finding]:
    """Each cell of the sheets of these names that another reader sees otherwise."""
    for reader, read in (("openpyxl", _openpyxl), ("calamine", _calamine)):
        if read is _calamine and find_spec("python_calamine") is None:
            continue  # compiled: a browser has none
        try:
            sheets, formulas = read(content, names)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # noqa: BLE001 - a panic of the library is no Exception
            yield Finding("工作簿", f"{reader} 无法读取", "unproven")
            continue
        for sheet in ours.sheets:
            if sheet.name in names:
                yield from _differences(reader, sheet, sheets.get(sheet.name), formulas)


def _differences(
    reader: str, sheet: SeenSheet, values: SeenValues | None, formulas: dict[str, SeenValues] | None
) -> Iterator[Finding]:
    if values is None:
        yield Finding(sheet.name, f"{reader} 看不到这张工作表", "unproven")
        return
    own = formulas[sheet.name] if formulas is not None else {}
    for place in sorted(sheet.cells.keys() | values.keys() | own.keys()):
        cell, other = sheet.cells.get(place, _EMPTY), values.get(place)
        where = f"{sheet.name}!{reference(place)}"
        if not _is_same(cell.value, other):
            found = "空白" if other in (None, "") else str(other)
            seen = "空白" if cell.value in (None, "") else str(cell.value)
            message = f"各程序读出的内容不同：{reader} 读作 {found[:60]}，文件按标准为 {seen[:60]}"
            yield Finding(where, message, "unproven")
        elif formulas is not None and normal(cell.formula) != normal(str(own.get(place, ""))):
            message = f"各程序读出的公式不同：{reader} 读作 {str(own.get(place, '空白'))[:60]}"
            yield Finding(where, message, "unproven")


def _is_same(ours: Stored, theirs: Any) -> bool:
    if ours in (None, "") and theirs in (None, ""):
        return True
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, float):
        return isinstance(theirs, int | float) and float(theirs) == ours
    if not isinstance(ours, str) or not isinstance(theirs, str):
        return False
    texts = {theirs.replace("\r\n", "\n"), unescape(theirs).replace("\r\n", "\n")}
    return ours.replace("\r\n", "\n") in texts


def _number(value: Any) -> Any:
    """A date as the number that the cell holds."""
    serial = serial_of(value)
    return value if serial is None else serial


def _openpyxl(
    content: bytes, names: set[str]
) -> tuple[dict[str, SeenValues], dict[str, SeenValues]]:
    """Values and formulas by sheet."""
    from openpyxl import load_workbook

    found: list[dict[str, SeenValues]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for is_values in (True, False):
            book = load_workbook(io.BytesIO(content), data_only=is_values)
            found.append(
                {
                    sheet.title: {
                        (cell.row, cell.column - 1): _content(cell, is_values=is_values)
                        for row in sheet.iter_rows()
                        for cell in row
                        if cell.value is not None and (is_values or cell.data_type == "f")
                    }
                    for sheet in book.worksheets
                    if sheet.title in names
                }
            )
            with contextlib.suppress(Exception):
                book.close()
    return found[0], found[1]


def _content(cell: Any, *, is_values: bool) -> Any:
    if is_values:
        return _number(cell.value)
    return getattr(cell.value, "text", cell.value)  # of an array formula


def _calamine(content: bytes, names: set[str]) -> tuple[dict[str, SeenValues], None]:
    """Values by sheet; calamine gives no formulas."""
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    found: dict[str, SeenValues] = {}
    for name in book.sheet_names:
        if name in names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            found[name] = {
                (number, column): _number(value)
                for number, row in enumerate(rows, 1)
                for column, value in enumerate(row)
                if value != ""
            }
    return found, None
