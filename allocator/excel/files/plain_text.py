"""Reading .csv and .tsv in the encodings that Chinese offices produce."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from allocator.excel.files.grid import (
    MOST_CELLS,
    MOST_COLUMNS,
    CellValue,
    Grid,
    refuse,
    too_many_cells,
)

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_HANZI: Final = re.compile("[\u3400-\u9fff]")
_BESIDE_LATIN: Final = re.compile("[A-Za-z][\u3400-\u9fff]|[\u3400-\u9fff][A-Za-z]")
#: A character of three or more bytes in UTF-8.
_UTF8: Final = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
#: A tab after each value keeps Excel from turning long digits into numbers.
_TAB_AFTER: Final = re.compile(r"\t(?=[,;，]|\r?\n?$)")
_COMMA: Final = re.compile("[,;，]")
_MARKUP: Final = re.compile(
    r"\s*(<!doctype\s+html|<html|<table|<head|<body|<meta|<\?xml|<style)", re.IGNORECASE
)

#: Names under which a text without any delimiter is no table.
_BINARY: Final = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".et")
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
        if encoding == "gb18030" and (line := _doubtful_line(content, text)):
            message = f"第 {line} 行的文字既不是 UTF-8，也不像 GB18030（GBK），读出会是乱码"
            remedy = "请用 Excel 或 WPS 打开，另存为“CSV UTF-8”或 .xlsx"
            raise refuse(file, "encoding", message, remedy)
        if not _NOT_TEXT.search(text):
            return text
    message = "不是表格文件，或文字编码无法识别"
    remedy = "请用 .xlsx、.xls、.ods，或以 UTF-8 或 GB18030 编码的 .csv"
    raise refuse(file, "unknown_format", message, remedy)


def _doubtful_line(content: bytes, text: str) -> int:
    """The first line that GB18030 decodes to what nobody writes; 0 when there is none.

    Nearly any bytes are some GB18030. What gives another encoding away: a rare character right
    beside a Latin letter (`Köln` in Western code pages is `K鰈n`), a text that is UTF-8 but for
    single bytes, and more rare characters than common ones (Big5, Shift-JIS).
    """
    for at in _BESIDE_LATIN.finditer(text):
        if not _is_common(max(at[0])):
            return text.count("\n", 0, at.start()) + 1
    whole = _UTF8.findall(content)
    broken = len(re.findall("\ufffd", content.decode("utf-8", errors="replace")))
    if len(whole) > 2 * broken:
        good = content.decode("utf-8", errors="replace")
        return good.count("\n", 0, max(good.find("\ufffd"), 0)) + 1
    hanzi = _HANZI.findall(text)
    rare = [character for character in hanzi if not _is_common(character)]
    if 3 * len(rare) > len(hanzi):
        return text.count("\n", 0, text.index(rare[0])) + 1
    return 0


def _is_common(character: str) -> bool:
    """Whether GB 2312 has the character: nearly every one in use, but not 滘 or 埗."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def read_text(file: str, content: bytes) -> list[Grid]:
    """The one table of a text file. Raises `InputError`."""
    text = decode(file, content)
    if _MARKUP.match(text):
        message = "这是网页（HTML 或 XML）文件，只是改了扩展名"
        raise refuse(file, "markup", message, "请用 Excel 或 WPS 打开后另存为 .xlsx，再重新运行")
    if file.lower().endswith(_BINARY) and not any(mark in text for mark in "\t,;，"):
        message = "这是一段文字，只是用了表格文件的扩展名"
        raise refuse(file, "unknown_format", message, "请换成有内容的表格文件")
    grid = Grid(file)
    count = number = 0
    # Lines end as csv knows them; a vertical tab or U+2028 inside a value ends none.
    lines = list(io.StringIO(text, newline=""))
    head = [line for line in lines[:_HEAD] if "\t" in line]
    if any(_COMMA.search(line) for line in head) and not any(
        "\t" in _TAB_AFTER.sub("", line) for line in head
    ):
        lines = [_TAB_AFTER.sub("", line) for line in lines]
    reader = csv.reader(lines, delimiter=_delimiter(lines), strict=True)
    try:
        while True:
            row = next(reader, None)
            if row is None:
                break
            number += 1  # as a spreadsheet counts: a line break within a value begins no row
            count += len(row)
            if count > MOST_CELLS:
                raise too_many_cells(file)
            if len(row) > MOST_COLUMNS:
                message = f"第 {number} 行超过 {MOST_COLUMNS:,} 列"
                raise refuse(file, "too_large", message, "请只保留需要的列")
            cells: list[CellValue] = [cell or None for cell in row]
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
