"""Reading .xlsx: one pass over each sheet that sees values, formulas, errors and what is hidden.

The libraries each lose something that matters here: values pass and formula pass of openpyxl read
the file twice and give nothing for strict ISO files, calamine has no formulas and shows errors as
blanks. The parts are small XML, so they are streamed through expat; a document type declaration,
which no workbook has, ends the reading before an entity can expand.

Example: `<c r="F4" t="s"><f>A1</f><v>60</v></c>` comes as five events (c, f, text, v, text) and ends
as shared string 60 at row 4, column 5; nothing of the part is kept but that value. A cell of
200 bytes of XML thus costs one reference in a list, whatever the sheet weighs.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote
from xml.parsers import expat

from allocator.base.problems import InputError
from allocator.excel.files.calamine import (
    LARGE_BYTES,
    compare_readers,
    count_plain_cells,
    read_values,
)
from allocator.excel.files.grid import (
    MOST_CELLS,
    MOST_SHEETS,
    MOST_XML_BYTES,
    Grid,
    Needed,
    refuse,
    too_many_cells,
)
from allocator.excel.files.number_formats import Styles
from allocator.excel.files.ooxml_sheet import SheetParser, has_pairs

_CHUNK: Final = 1 << 16
#: Bytes from one tag to the next: a text of a cell has at most 32,767 characters.
_LONGEST: Final = 1 << 20

#: Of these a workbook has one; of two, programs take the first or the last.
_SINGLE: Final = ("officeDocument", "sharedStrings", "styles")
#: Elements that Excel adds to the standard; some have the local names of standard ones.
_EXTENSION: Final = "schemas.microsoft.com"

Attributes = Mapping[str, str]


#: The namespaces of the parts that are read, in both forms of the standard.
_OWN: Final = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/package/2006/relationships",
    }
)
#: How the types of relationships that are followed begin, and the attribute that names one.
_RELATIONS: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_RELATION_IDS: Final = tuple(f"{space} id" for space in _RELATIONS)
#: Elements that hold what is read. In a foreign namespace they are for no program that keeps to the
#: standard, and for others they are the real ones: two programs then see two tables.
_TAKEN: Final = frozenset(
    [
        "worksheet",
        "sheetData",
        "row",
        "c",
        "v",
        "f",
        "is",
        "t",
        "r",
        "si",
        "sst",
        "mergeCell",
        "col",
        "numFmt",
        "xf",
        "cellXfs",
        "dxfs",
        "sheet",
        "workbookPr",
        "calcPr",
        "Relationship",
        "rPh",
    ]
)


class Ambiguous(Exception):
    """What one program reads in one way and another in another; the words say what."""


class Refused(Exception):
    """A part with a document type declaration, which may hold entities that expand."""


@dataclass(slots=True)
class Strings:
    """The shared strings; phonetic runs are not part of a text."""

    texts: list[str] = field(default_factory=list)
    _parts: list[str] | None = None
    _in_text: bool = False
    _in_phonetic: bool = False

    def start(self, name: str, _: Attributes) -> None:
        """A text or a run of one begins."""
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._in_phonetic = True
        elif name == "t":
            self._in_text = not self._in_phonetic

    def end(self, name: str) -> None:
        """A text or a run of one ends."""
        if name == "si":
            self.texts.append("".join(self._parts or ()))
            self._parts = None
        elif name == "rPh":
            self._in_phonetic = False
        elif name == "t":
            self._in_text = False

    def data(self, text: str) -> None:
        """Characters of a text."""
        if self._in_text and self._parts is not None:
            self._parts.append(text)


def parse(
    chunks: Iterator[bytes],
    start: Callable[[str, Attributes], object],
    end: Callable[[str], object] | None = None,
    data: Callable[[str], object] | None = None,
    *,
    is_ooxml: bool = True,
) -> None:
    """Stream XML to callbacks by local names.

    Of OOXML only elements of its own namespaces have short names; a foreign one that bears the name
    of one that is read raises `Ambiguous`. Raises `Refused` and `expat.ExpatError`.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    local: dict[str, str] = {}

    def short(name: str) -> str:
        if name not in local:
            namespace, _, last = name.rpartition(" ")
            is_own = not is_ooxml or namespace in _OWN
            if not is_own and _EXTENSION not in namespace and last in _TAKEN:
                raise Ambiguous(f"含有不属于表格的 {last}")
            local[name] = last if is_own else name
        return local[name]

    def refuse_declaration(*_: object) -> None:
        raise Refused

    def on_start(name: str, attributes: dict[str, str]) -> None:
        start(short(name), attributes)

    parser.StartElementHandler = on_start
    parser.StartDoctypeDeclHandler = refuse_declaration
    if end:
        on_end = end
        parser.EndElementHandler = lambda name: on_end(short(name))
    if data:
        parser.CharacterDataHandler = data
    open_bytes = 0  # a tag over many pieces is read again with each of them
    for chunk in chunks:
        end_of_tag = chunk.rfind(b">")
        open_bytes = open_bytes + len(chunk) if end_of_tag < 0 else len(chunk) - end_of_tag
        if open_bytes > _LONGEST:
            raise Refused
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def too_much_xml(file: str) -> InputError:
    """The answer to a file that grows beyond all bounds."""
    message = f"文件解压后超过 {MOST_XML_BYTES >> 20} MB"
    return refuse(file, "bomb", message, "请只保留需要的工作表，另存后再用")


def _target(text: str) -> str:
    """A target or a name of a part with plain slashes and characters."""
    return unquote(text).replace("\\", "/")


def _part_name(text: str) -> str:
    """The form in which two spellings of a part's name are equal."""
    return _target(text).lower().lstrip("/")


class Package:
    """The parts of one .xlsx, found by their relationships."""

    def __init__(self, file: str, archive: zipfile.ZipFile) -> None:
        self.file = file
        self.archive = archive
        self.names = {_part_name(name): name for name in archive.namelist()}
        if len(self.names) != len(archive.namelist()):
            raise Ambiguous("压缩包中有同名的部分")
        # Of two archives in one file, programs take the first or the last.
        if min((m.header_offset for m in archive.infolist()), default=0):
            raise Ambiguous("压缩包前面另有内容")
        self.bytes_left = MOST_XML_BYTES

    def find(self, part: str) -> str | None:
        """The name of a part in the archive."""
        return self.names.get(_part_name(part))

    def large_and_plain(self, part: str) -> int | None:
        """The cells of a worksheet that is worth the fast way, and safe with it; else None."""
        name = self.find(part)
        if name is None or self.archive.getinfo(name).file_size < LARGE_BYTES:
            return None
        left = self.bytes_left
        count = count_plain_cells(self.chunks(name))
        self.bytes_left = left
        return count

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part piece by piece; what all parts may hold together is bounded."""
        with self.archive.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                self.bytes_left -= len(chunk)
                if self.bytes_left < 0:
                    raise too_much_xml(self.file)
                yield chunk

    def parse(
        self,
        part: str,
        start: Callable[[str, Attributes], object],
        end: Callable[[str], object] | None = None,
        data: Callable[[str], object] | None = None,
    ) -> bool:
        """Stream a part to callbacks; False when there is none of that name."""
        name = self.find(part)
        if name is None:
            return False
        parse(self.chunks(name), start, end, data)
        return True

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relationship id → (last word of its type, target part)."""
        folder, base = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, a: Attributes) -> None:
            if name == "Relationship" and a.get("TargetMode") != "External":
                given = _target(a.get("Target", ""))
                target = posixpath.normpath(posixpath.join("/", folder, given))
                space, _, kind = a.get("Type", "").rpartition("/")
                if space not in _RELATIONS:
                    return
                if kind in _SINGLE and any(kind == other for other, _ in found.values()):
                    raise Ambiguous(f"有不止一个 {kind} 部分")
                if a.get("Id", "") in found:
                    raise Ambiguous(f"编号 {a.get('Id', '')} 重复")
                found[a.get("Id", "")] = kind, target.lstrip("/")

        self.parse(posixpath.join(folder, "_rels", f"{base}.rels"), start)
        return found

    def workbook(self) -> str:
        """The part that lists the sheets."""
        kinds = self.relations("").values()
        return next((part for kind, part in kinds if kind == "officeDocument"), "xl/workbook.xml")


@dataclass(slots=True)
class Listing:
    """What xl/workbook.xml says: (name, relationship, hidden) by sheet, and the date system."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    is_1904: bool = False
    is_stale: bool = False

    def start(self, name: str, a: Attributes) -> None:
        """A sheet, or the properties of the workbook."""
        if name == "sheet":
            relation = next((a[key] for key in _RELATION_IDS if key in a), "")
            hidden = a.get("state", "visible") != "visible"
            self.sheets.append((a.get("name", ""), relation, hidden))
        elif name == "workbookPr":
            self.is_1904 = a.get("date1904", "0") in ("1", "true", "on")
        elif name == "calcPr":
            self.is_stale = a.get("fullCalcOnLoad", "0") in ("1", "true", "on")


def _listing(package: Package, workbook: str) -> Listing:
    listing = Listing()
    if not package.parse(workbook, listing.start):
        message = "这个文件不是 Excel 工作簿（压缩包中没有工作簿）"
        remedy = "请用 Excel 或 WPS 打开后另存为 .xlsx"
        raise refuse(package.file, "no_workbook", message, remedy)
    if len(listing.sheets) > MOST_SHEETS:
        message = f"工作表超过 {MOST_SHEETS} 张"
        raise refuse(package.file, "too_many_sheets", message, "请只保留需要的工作表")
    return listing


def read_xlsx(
    file: str, archive: zipfile.ZipFile, content: bytes, needed: Needed | None = None
) -> list[Grid]:
    """The worksheets of an .xlsx; those that are not `needed` come empty, with their names.

    Raises `InputError`, `Refused`, `ExpatError`, zip errors.
    """
    package = Package(file, archive)
    workbook = package.workbook()
    listing = _listing(package, workbook)
    relations = package.relations(workbook)
    parts = dict(relations.values())
    strings = Strings()
    if "sharedStrings" in parts:
        package.parse(parts["sharedStrings"], strings.start, strings.end, strings.data)
    styles = Styles()
    if "styles" in parts:
        package.parse(parts["styles"], styles.start, styles.end)
    dates, others, percents = styles.dates(), styles.others(), styles.percents()
    names = [name for name, _, _ in listing.sheets]
    wanted = names if needed is None else needed(names)
    needs_care = bool(others) or has_pairs(strings.texts)
    grids, read_by_us = [], []
    left = MOST_CELLS
    for name, relation, hidden in listing.sheets:
        kind, part = relations.get(relation, ("", ""))
        if kind != "worksheet":
            continue
        grid = Grid(file, name, is_hidden=hidden)
        grids.append(grid)
        if name not in wanted:
            continue
        plain = None if needs_care else package.large_and_plain(part)
        if plain is not None and plain > left:
            raise too_many_cells(file, name)
        if plain is not None and read_values(content, grid):
            left -= plain
            continue
        read_by_us.append(grid)
        flags = {"is_1904": listing.is_1904, "is_stale": listing.is_stale}
        sheet = SheetParser(grid, strings.texts, dates, others, percents, **flags, most=left)
        try:
            is_there = package.parse(part, sheet.start, sheet.end, sheet.data)
        except Ambiguous as error:
            raise Ambiguous(f"{error}（{grid.place(*sheet.at)} 附近）") from None
        if not is_there:
            message = f"工作表“{name}”的内容缺失，文件已损坏"
            raise refuse(file, "damaged", message, "请用 Excel 或 WPS 打开后另存为 .xlsx")
        left -= sheet.count
    compare_readers(content, read_by_us)
    return grids
