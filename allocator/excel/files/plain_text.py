"""Reading .csv and .tsv in the encodings that Chinese offices produce."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Sequence
from typing import Final

from allocator.excel.files.grid import MOST_CELLS, MOST_COLUMNS, Grid, Value, refuse, too_many_cells

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_MARKUP: Final = re.compile(
    r"\s*(<!doctype\s+html|<html|<table|<head|<body|<meta|<\?xml|<style)", re.IGNORECASE
)

#: Lines that tell the delimiter.
_HEAD: Final = 60


def decode(file: str, content: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16 (with a mark), or else UTF-8 or GB18030."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            candidates, content = [encoding], content[len(mark) :]
            break
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NOT_TEXT.search(text):
            return text
    message = "不是表格文件，或文字编码无法识别"
    remedy = "请用 .xlsx、.xls、.ods，或以 UTF-8 或 GB18030 编码的 .csv"
    raise refuse(file, "unknown_format", message, remedy)


def read_text(file: str, content: bytes) -> list[Grid]:
    """The one table of a text file. Raises `InputError`."""
    text = decode(file, content)
    if _MARKUP.match(text):
        message = "这是网页（HTML 或 XML）文件，只是改了扩展名"
        raise refuse(file, "markup", message, "请用 Excel 或 WPS 打开后另存为 .xlsx，再重新运行")
    grid = Grid(file)
    count = 0
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=_delimiter(lines), strict=True)
    try:
        while True:
            number = reader.line_num + 1
            row = next(reader, None)
            if row is None:
                break
            count += len(row)
            if count > MOST_CELLS:
                raise too_many_cells(file)
            if len(row) > MOST_COLUMNS:
                message = f"第 {number} 行超过 {MOST_COLUMNS:,} 列"
                raise refuse(file, "too_large", message, "请只保留需要的列")
            cells: list[Value] = [cell or None for cell in row]
            if any(cells):
                grid.rows[number] = cells
    except csv.Error:
        message = f"第 {reader.line_num} 行的引号不成对，或一格的文字过长"
        raise refuse(file, "csv", message, "请改正引号，或用 Excel 另存为 .xlsx") from None
    return [grid]


def _delimiter(lines: Sequence[str]) -> str:
    """What stands in most of the first lines: a title may have none, figures have commas of their own."""
    head = [line for line in lines[:_HEAD] if line.strip()]
    return max(
        "\t,;，", key=lambda mark: (sum(mark in line for line in head), "".join(head).count(mark))
    )
