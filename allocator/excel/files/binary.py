"""Reading .xls, .xlsb and .ods with calamine, in a process of its own.

A damaged binary file can make the library panic or ask for any amount of memory; the process
bounds both, and its death is one clear message. These formats give no formulas, and error cells
come as blanks, so whoever needs a cell must take a blank for an error.
"""

from __future__ import annotations

import datetime
import io
import json
import subprocess
import sys
from typing import Any, Final

from allocator.base.problems import InputError
from allocator.excel.files.grid import MOST_CELLS, MOST_COLUMNS, Grid, Value, plain_value, refuse

_SECONDS: Final = 120
_MEMORY_BYTES: Final = 2 << 30


def read_foreign(file: str, content: bytes) -> list[Grid]:
    """Every worksheet of an .xls, .xlsb or .ods. Raises `InputError`, always so in a browser."""
    if sys.platform == "emscripten":  # no processes there, and no calamine
        message = "网页中不能读取 .xls、.xlsb、.ods 等旧格式或其他格式"
        remedy = "请用 Excel 或 WPS 打开后另存为 .xlsx，再放入"
        raise refuse(file, "foreign", message, remedy)
    command = [sys.executable, "-I", "-c", f"import sys; sys.path[:] = {sys.path!r}; "]
    command[-1] += "from allocator.excel.files.binary import serve; serve()"
    try:
        child = subprocess.run(  # noqa: S603 - this interpreter and this module
            command, input=content, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _damaged(file) from None
    if child.returncode:
        if "password" in child.stderr.decode(errors="replace").lower():
            raise encrypted(file)
        raise _damaged(file)
    return [_grid(file, sheet) for sheet in json.loads(child.stdout)]


def encrypted(file: str) -> InputError:
    """The answer to a file that only opens with a password."""
    remedy = "请用 Excel 打开，取消密码后另存，再重新运行"
    return refuse(file, "password", "文件有打开密码，无法读取", remedy)


def _damaged(file: str) -> InputError:
    remedy = "请用 Excel 或 WPS 打开后另存为 .xlsx，再重新运行"
    return refuse(file, "damaged", "文件已损坏或不是表格，无法读取", remedy)


def _grid(file: str, sheet: dict[str, Any]) -> Grid:
    grid = Grid(file, sheet["name"], is_hidden=sheet["hidden"])
    for number, cells in enumerate(sheet["rows"], 1):
        values: list[Value] = [
            datetime.date.fromisoformat(cell["date"]) if isinstance(cell, dict) else cell
            for cell in cells
        ]
        grid.add(number, values)
    grid.merged = [
        (top + 1, left, bottom + 1, right) for top, left, bottom, right in sheet["merged"]
    ]
    return grid


def serve() -> None:
    """The other process: a file on standard input, its sheets as JSON on standard output."""
    import python_calamine as calamine

    _limit_memory()
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    sheets = []
    for meta in book.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.total_height * sheet.total_width > MOST_CELLS or sheet.width > MOST_COLUMNS:
            raise SystemExit(1)
        rows = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        sheets.append(
            {
                "name": meta.name,
                "hidden": meta.visible != calamine.SheetVisibleEnum.Visible,
                "rows": rows,
                "merged": [(*upper, *lower) for upper, lower in sheet.merged_cell_ranges or ()],
            }
        )
    sys.stdout.write(json.dumps(sheets))


def _plain(value: Any) -> Any:
    value = plain_value(value)
    return {"date": value.isoformat()} if isinstance(value, datetime.date) else value


def _limit_memory() -> None:
    """Bound this process where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
