"""A copy of the input in which doubts are confirmed: the sheet 核对记录, and nothing else changed.

The sheet is put into the package beside the parts that are there, which stay as they are byte for
byte: a library that reads and writes the workbook would lose the stored values of its formulas.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Final
from xml.etree import ElementTree as ET

from allocator.base.files import AnyFile
from allocator.excel.files.grid import refuse
from allocator.excel.files.ooxml import Listing, Package
from allocator.excel.files.open_book import read_book, stored_file
from allocator.excel.intake.marked_copy import plain_copy
from allocator.excel.intake.table.confirmations import (
    CHECK_SHEET,
    COLUMNS,
    WIDTHS,
    key_of_line,
    read_confirmations,
)
from allocator.fund.recipients import Confirmation

_PART: Final = "xl/worksheets/confirmed.xml"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
#: Characters that a text of a workbook holds in the form _xHHHH_ (ECMA-376 22.9.2.19).
_ESCAPED: Final = re.compile(r"[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")


def signed_copy(file: AnyFile, lines: Sequence[Confirmation]) -> bytes:
    """The input as .xlsx with these lines on its sheet 核对记录, after those that stand there.

    A line without a sheet is of the only table. Any other file than .xlsx comes as plain values.
    Raises `InputError` for a file that cannot be read or has a form that nothing can be added to.
    """
    stored = stored_file(file)
    book = read_book(stored)
    only = book.grids[0].sheet or "Sheet1"
    new = [line if line.sheet else replace(line, sheet=only) for line in lines]
    keys = {key_of_line(line) for line in new}
    before = [line for line in read_confirmations(book) if key_of_line(line) not in keys]
    content = stored.content
    if not _is_workbook(content):
        plain = io.BytesIO()
        plain_copy(book).save(plain)
        content = plain.getvalue()
    try:
        return _with_sheet(content, [*before, *new])
    except (KeyError, ValueError, ET.ParseError):
        message = "不能在这个文件中写入核对记录"
        remedy = "请用 Excel 或 WPS 另存为 .xlsx 后再放入"
        raise refuse(stored.name, "signing", message, remedy) from None


def _is_workbook(content: bytes) -> bool:
    if not content.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "[Content_Types].xml" in archive.namelist()


def _with_sheet(content: bytes, lines: Sequence[Confirmation]) -> bytes:
    """Raises `KeyError`, `ValueError` or `ParseError` for a package that is not as usual."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
        package = Package("", archive)
        main = package.workbook()
        folder, name = posixpath.split(main)
        links = f"{folder}/_rels/{name}.rels"
        tree = ET.fromstring(parts[main])  # noqa: S314 - declarations were refused on reading
        space = tree.tag[1:].partition("}")[0]
        sheet = _sheet(lines, space)
        # Where an earlier signing put the sheet it is announced already, also under our own name.
        there = _part_of_sheet(package, main)
        changed = {there or _PART: sheet}
        if there is None:
            changed |= _announced(parts, main, links, tree)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as copy:
            for info in archive.infolist():
                copy.writestr(info, changed.pop(info.filename, parts[info.filename]))
            for added, text in changed.items():
                copy.writestr(zipfile.ZipInfo(added), text)
    return target.getvalue()


def _part_of_sheet(package: Package, main: str) -> str | None:
    """Where the sheet 核对记录 lies, if the workbook has one."""
    listing = Listing()
    package.parse(main, listing.start)
    relations = [relation for name, relation, _ in listing.sheets if name.strip() == CHECK_SHEET]
    return package.relations(main)[relations[0]][1] if relations else None


def _announced(
    parts: Mapping[str, bytes], main: str, links: str, tree: ET.Element
) -> dict[str, bytes]:
    """The parts that must name a new sheet, with its name put at the end of each list."""
    strict = "purl.oclc.org" in tree.tag
    base = "purl.oclc.org/ooxml" if strict else "schemas.openxmlformats.org"
    relations = f"http://{base}/officeDocument/{'' if strict else '2006/'}relationships"
    numbers = [int(e.get("sheetId", "0")) for e in tree.iter() if e.tag.endswith("}sheet")]
    entry = (
        f'sheet name="{CHECK_SHEET}" sheetId="{max(numbers) + 1}" '
        f'xmlns:of="{relations}" of:id="confirmed"/'
    )
    link = f'Relationship Id="confirmed" Type="{relations}/worksheet" Target="/{_PART}"/'
    kind = f'Override PartName="/{_PART}" ContentType="{_SHEET_TYPE}"/'
    return {
        main: _put(parts[main], "sheets", entry),
        links: _put(parts[links], "Relationships", link),
        "[Content_Types].xml": _put(parts["[Content_Types].xml"], "Types", kind),
    }


def _put(content: bytes, parent: str, element: str) -> bytes:
    """The element as the last of its parent, under the prefix that the parent has."""
    text = content.decode("utf-8")
    ends = list(re.finditer(rf"</((?:[\w.-]+:)?){parent}\s*>", text))
    if len(ends) != 1:
        raise ValueError(parent)
    at = ends[0].start()
    return f"{text[:at]}<{ends[0][1]}{element}>{text[at:]}".encode()


def _sheet(lines: Sequence[Confirmation], space: str) -> bytes:
    rows = [
        COLUMNS,
        *((one.sheet, one.cell, one.value, one.doubt, one.by, one.note) for one in lines),
    ]
    widths = "".join(
        f'<col min="{c}" max="{c}" width="{width}" customWidth="1"/>'
        for c, width in enumerate(WIDTHS, 1)
    )
    data = "".join(
        f'<row r="{r}">'
        + "".join(
            f'<c r="{letter}{r}" t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>'
            for letter, cell in zip("ABCDEF", row, strict=True)
            if cell
        )
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return (
        f'{head}<worksheet xmlns="{space}"><cols>{widths}</cols><sheetData>{data}</sheetData>'
        "</worksheet>"
    ).encode()


def _text(text: str) -> str:
    return escape(_ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text), quote=False)
