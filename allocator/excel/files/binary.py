"""Reading .xls, .xlsb and .ods in a process of its own.

A damaged binary file can make a library panic or ask for any amount of memory; the process bounds
both, and its death is one clear message. .xls and .xlsb give no formulas, so a formula that was
never computed counts with the value that is stored.
"""

from __future__ import annotations

import datetime
import io
import json
import subprocess
import sys
import zipfile
from typing import Any, Final

from allocator.base.problems import InputError
from allocator.excel.files.grid import CellValue, Grid, refuse
from allocator.excel.files.ods import read_ods
from allocator.excel.files.xls import Locked, read_xls
from allocator.excel.files.xlsb import read_xlsb

_SECONDS: Final = 120
#: The answer of the other process to a file with a password.
_LOCKED: Final = 3
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
    if child.returncode == _LOCKED:
        raise encrypted(file)
    if child.returncode:
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
    for number, cells in sheet["rows"]:
        values: list[CellValue] = [
            datetime.date.fromisoformat(cell["date"]) if isinstance(cell, dict) else cell
            for cell in cells
        ]
        grid.add(number, values)
    grid.merged = [tuple(area) for area in sheet["merged"]]
    grid.faults = {(row, column): text for row, column, text in sheet["faults"]}
    grid.hidden_rows, grid.hidden_columns = map(set, sheet["hidden_parts"])
    return grid


def serve() -> None:
    """The other process: a file on standard input, its sheets as JSON on standard output."""
    _limit_memory()
    content = sys.stdin.buffer.read()
    try:
        grids = _read(content)
    except Locked:
        raise SystemExit(_LOCKED) from None
    sheets = [
        {
            "name": grid.sheet,
            "hidden": grid.is_hidden,
            "rows": [(number, [*map(_plain, cells)]) for number, cells in grid.rows.items()],
            "merged": grid.merged,
            "faults": [(*at, text) for at, text in grid.faults.items()],
            "hidden_parts": [sorted(grid.hidden_rows), sorted(grid.hidden_columns)],
        }
        for grid in grids
    ]
    sys.stdout.write(json.dumps(sheets))


def _read(content: bytes) -> list[Grid]:
    if not content.startswith(b"PK"):
        return read_xls("", content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        is_open_document = "content.xml" in archive.namelist()
    return read_ods("", content) if is_open_document else read_xlsb("", content)


def _plain(value: CellValue) -> Any:
    return {"date": value.isoformat()} if isinstance(value, datetime.date) else value


def _limit_memory() -> None:
    """Bound this process where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
