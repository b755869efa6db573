"""A workbook as it is stored: every value, formula and number format, and what hides or covers.

Values and what a reader sees of them, not bytes: the same cells read alike whichever program
saved the file last.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers.expat import ExpatError

from allocator.excel.files.binary import encrypted
from allocator.excel.files.grid import refuse
from allocator.excel.files.ooxml import Package, Refused, Strings
from allocator.excel.verify.looks import Looks, Runs, read_looks
from allocator.excel.verify.objects import (
    Extras,
    book_extras,
    calculation_extras,
    name_extras,
    sheet_extras,
)
from allocator.excel.verify.stored_sheet import SheetReader, StoredCell, StoredSheet, reference

__all__ = ["StoredBook", "StoredCell", "StoredSheet", "read_stored", "reference"]

_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


class StoredBook(list[StoredSheet]):
    """The sheets of a workbook in their order, with what belongs to none of them."""

    def __init__(self, sheets: list[StoredSheet], extras: Extras) -> None:
        super().__init__(sheets)
        self.extras = extras


def read_stored(file: str, content: bytes) -> StoredBook:
    """Every worksheet of an .xlsx. Raises `InputError` for anything else."""
    remedy = "请给出 allocator run 写出的 .xlsx 文件"
    if not content.startswith(b"PK") and _ENCRYPTED in content:
        raise encrypted(file)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name.lower() for name in archive.namelist()]
            if len(set(names)) != len(names):
                message = "压缩包中有同名的部分，各程序读出的内容可能不同"
                raise refuse(file, "damaged", message, remedy)
            book = _read(Package(file, archive))
    except Refused:
        raise refuse(
            file, "declaration", "文件含有工作簿不应有的声明，已拒绝读取", remedy
        ) from None
    except (
        zipfile.BadZipFile,
        ExpatError,
        EOFError,
        OSError,
        ValueError,
        LookupError,
        RuntimeError,
    ):
        raise refuse(file, "damaged", "不是 .xlsx 工作簿，或文件已损坏", remedy) from None
    if not book:
        raise refuse(file, "damaged", "文件中没有工作表", remedy)
    return book


class _Strings(Strings):
    """The shared strings, and what is wrong with the look of some of them."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self.flaws: dict[int, str] = {}
        self.runs = Runs(looks.run_flaw)

    def start(self, name: str, a: Mapping[str, str]) -> None:
        """A text, a run of one, or a part of its look begins."""
        self.runs.start(name, a)
        super().start(name, a)

    def end(self, name: str) -> None:
        """A text, a run of one, or a part of its look ends."""
        if flaw := self.runs.end(name):
            self.flaws[len(self.texts)] = flaw
        super().end(name)


@dataclass(slots=True)
class _Listing:
    """What the workbook part says: (name, relationship, hidden) by sheet; names by sheet."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    names: list[tuple[str, str, str]] = field(default_factory=list)
    extras: Extras = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def start(self, name: str, a: Mapping[str, str]) -> None:
        if name == "sheet":
            relation = next((v for k, v in a.items() if k.endswith(" id")), "")
            is_hidden = a.get("state", "visible") != "visible"
            self.sheets.append((a.get("name", ""), relation, is_hidden))
        elif name == "definedName":
            self.names.append((a.get("name", ""), a.get("localSheetId", ""), ""))
        elif name == "calcPr":
            self.extras |= calculation_extras(a)
        self.text = []

    def data(self, text: str) -> None:
        self.text.append(text)

    def end(self, name: str) -> None:
        if name == "definedName":
            self.names[-1] = (*self.names[-1][:2], "".join(self.text))


def _read(package: Package) -> StoredBook:
    workbook = package.workbook()
    listing = _Listing()
    package.parse(workbook, listing.start, listing.end, listing.data)
    relations = package.relations(workbook)
    parts = dict(relations.values())
    looks = read_looks(package, parts.get("styles", ""), parts.get("theme", ""))
    strings = _Strings(looks)
    if "sharedStrings" in parts:
        package.parse(parts["sharedStrings"], strings.start, strings.end, strings.data)
    book = StoredBook([], book_extras(parts) | listing.extras)
    for name, relation, is_hidden in listing.sheets:
        kind, part = relations.get(relation, ("", ""))
        sheet = StoredSheet(name, is_hidden)
        if kind == "worksheet":
            reader = SheetReader(sheet, strings.texts, strings.flaws, looks)
            package.parse(part, reader.start, reader.end, reader.data)
            sheet.extras |= sheet_extras(package, part)
        book.append(sheet)
    for name, number, refers_to in listing.names:
        owner = book[int(number)] if number else book
        owner.extras |= name_extras(name, refers_to)
    return book
