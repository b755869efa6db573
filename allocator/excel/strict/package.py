"""The parts of a workbook, unpacked so that every program finds the same ones.

Names that differ by case or by a backslash, gaps between members, relationships of a type that only
ends like a known one: each lets two programs open two workbooks in one file. All are told.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from allocator.excel.files.grid import MOST_XML_BYTES
from allocator.excel.strict.vocabulary import SheetNode, Unknown, new_parser, read_tree

_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/"
_MICROSOFT: Final = "http://schemas.microsoft.com/office/"
_SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_DRAWING: Final = "application/vnd.openxmlformats-officedocument.drawing"
#: Types of relationship in full → (kind, content type of its part; "" where nothing shows it).
_KINDS: Final = {
    f"{_RELATION}officeDocument": ("workbook", f"{_SPREADSHEET}sheet.main+xml"),
    f"{_RELATION}worksheet": ("sheet", f"{_SPREADSHEET}worksheet+xml"),
    f"{_RELATION}sharedStrings": ("sharedStrings", f"{_SPREADSHEET}sharedStrings+xml"),
    f"{_RELATION}styles": ("styles", f"{_SPREADSHEET}styles+xml"),
    f"{_RELATION}theme": ("theme", "application/vnd.openxmlformats-officedocument.theme+xml"),
    f"{_RELATION}drawing": ("drawing", f"{_DRAWING}+xml"),
    f"{_RELATION}chart": ("chart", f"{_DRAWING}ml.chart+xml"),
    f"{_RELATION}comments": ("comments", f"{_SPREADSHEET}comments+xml"),
    f"{_RELATION}vmlDrawing": (
        "vml",
        "application/vnd.openxmlformats-officedocument.vmlDrawing",
    ),
}
#: What no program shows on a sheet: properties, printers, the order of calculation, marks of firms.
_SILENT: Final = frozenset(
    {
        f"{_RELATION}extended-properties",
        f"{_RELATION}custom-properties",
        f"{_PACKAGE}relationships/metadata/core-properties",
        # As LibreOffice spells it in some files.
        f"{_RELATION}metadata/core-properties".replace("officeD", "officed"),
        f"{_PACKAGE}relationships/metadata/thumbnail",
        f"{_RELATION}printerSettings",
        f"{_RELATION}calcChain",
        f"{_RELATION}customXml",
        f"{_RELATION}customXmlProps",
        f"{_MICROSOFT}2011/relationships/chartStyle",
        f"{_MICROSOFT}2011/relationships/chartColorStyle",
        f"{_MICROSOFT}2020/02/relationships/classificationlabels",
    }
)
_TYPES_PART: Final = "[Content_Types].xml"
_NAME: Final = re.compile(r"[A-Za-z0-9_\-./\[\] ]+")
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_END: Final = struct.Struct("<4s4H2IH")
#: Fields beside a member's name: long sizes, times, owners, room to grow (APPNOTE 4.5, 4.6).
_EXTRAS: Final = frozenset({0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875, 0xA220, 0xCAFE})


@dataclass(frozen=True, slots=True)
class PartRelation:
    """A relationship: the kind of its part ("" where nothing shows it) and the part's name."""

    kind: str
    part: str


@dataclass(slots=True)
class ClosedPackage:
    """The members by name, the relationships by part."""

    members: Mapping[str, bytes]
    relations: dict[str, dict[str, PartRelation]] = field(default_factory=dict)

    def of_kind(self, part: str, kind: str) -> str:
        """The one part of a kind that a part refers to; empty where there is none."""
        found = [r.part for r in self.relations.get(part, {}).values() if r.kind == kind]
        if len(found) > 1:
            raise Doubt(part or "工作簿", f"有 {len(found)} 个 {kind} 部分，各程序取用的可能不同")
        return found[0] if found else ""


class Doubt(Exception):
    """What makes a whole workbook or part unprovable: where, and what was found."""

    def __init__(self, place: str, words: str) -> None:
        super().__init__(f"{place}：{words}")
        self.place = place
        self.words = words


def unpack(content: bytes) -> ClosedPackage:
    """Every member and relationship. Raises `Doubt`."""
    package = ClosedPackage(_members(content))
    types = _content_types(package.members)
    waiting, known = [""], {_TYPES_PART}
    while waiting:
        part = waiting.pop()
        name = _relations_part(part)
        if name not in package.members:
            continue
        known.add(name)
        package.relations[part] = found = {}
        for key, type_, target in _relationships(name, package.members[name]):
            if key in found:
                raise Doubt(name, f"编号 {key} 重复")
            relation = found[key] = _relation(package, part, type_, target)
            _check_type(types, type_, relation.part)
            if relation.part not in known:
                known.add(relation.part)
                waiting.append(relation.part)
    if extra := sorted(package.members.keys() - known):
        raise Doubt(extra[0], "文件中多出的部分，与工作簿没有关系")
    return package


def _members(content: bytes) -> dict[str, bytes]:
    if not content.startswith(b"PK"):
        raise Doubt("文件", "不是 .xlsx，公式和外观无法核对；请另存为 .xlsx 后再核验")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MOST_XML_BYTES:
                raise Doubt("文件", f"解压后超过 {MOST_XML_BYTES >> 20} MB")
            _check_gaps(content, entries)
            members = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise Doubt("文件", "压缩包已损坏") from None
    folded = [name.lower() for name in members]
    if len(members) != len(entries) or len(set(folded)) != len(folded):
        raise Doubt("文件", "压缩包中有同名的部分，各程序读出的内容可能不同")
    for name in members:
        if not _NAME.fullmatch(name) or posixpath.normpath(name) != name or name.startswith("/"):
            raise Doubt(repr(name), "部分的名称不合规范，各程序读出的内容可能不同")
    return members


def _check_gaps(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Members follow each other from the first byte on, and both of their headers agree.

    A program that reads on from the front must find what one finds that reads the list at the end.
    """
    at = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        head = content[entry.header_offset : entry.header_offset + _LOCAL.size]
        if entry.header_offset != at or len(head) < _LOCAL.size:
            raise Doubt("文件", "压缩包的各部分之间夹有别的内容")
        sign, _, flags, method, *_, packed, size, name, extra = _LOCAL.unpack(head)
        is_late = bool(flags & 8)
        sizes = (packed, size)
        if sign != b"PK\3\4" or method not in (0, 8) or method != entry.compress_type:
            raise Doubt("文件", "压缩包的目录与内容不符")
        late = 0xFFFFFFFF
        if not is_late and sizes not in ((entry.compress_size, entry.file_size), (late, late)):
            raise Doubt("文件", "压缩包的目录与内容不符")
        own = entry.header_offset + _LOCAL.size + name
        for fields in (entry.extra, content[own : own + extra]):
            _check_extra(fields)
        at = own + extra + entry.compress_size
        if is_late:
            at += _descriptor(content, at, entry)
    _check_end(content, at)


def _check_end(content: bytes, at: int) -> None:
    """The one list of members follows the last of them, and nothing follows the list."""
    end = len(content) - _END.size
    if content[at : at + 4] != b"PK\1\2" or content[end : end + 4] != b"PK\5\6":
        raise Doubt("文件", "压缩包的各部分之间或末尾夹有别的内容")
    *_, size, offset, comment = _END.unpack(content[end:])
    if offset != at or offset + size != end or comment:
        raise Doubt("文件", "压缩包的目录与内容不符")


def _check_extra(extra: bytes) -> None:
    """Times, owners, long sizes: nothing that gives a member another name."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<2H", extra[:4])
        if kind not in _EXTRAS:
            raise Doubt("文件", "压缩包的目录中有不认识的字段")
        extra = extra[4 + size :]


def _descriptor(content: bytes, at: int, entry: zipfile.ZipInfo) -> int:
    """The length of what follows a member written as a stream: its sum and sizes once more."""
    for form in ("<4s3I", "<4sI2Q", "<3I", "<I2Q"):
        layout = struct.Struct(form)
        found = content[at : at + layout.size]
        if len(found) < layout.size:
            continue
        *sign, crc, packed, size = layout.unpack(found)
        if sign and sign[0] != b"PK\7\10":
            continue
        if (crc, packed, size) == (entry.CRC, entry.compress_size, entry.file_size):
            return layout.size
    raise Doubt("文件", "压缩包的目录与内容不符")


def _relations_part(part: str) -> str:
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _relation(package: ClosedPackage, part: str, type_: str, target: str) -> PartRelation:
    kind = "" if type_ in _SILENT else _KINDS.get(type_, ("?", ""))[0]
    if kind == "?":
        raise Doubt(
            part or "工作簿", f"不认识的附加内容 {type_.rpartition('/')[2] or type_}（{target}）"
        )
    base = "/" if target.startswith("/") else posixpath.join("/", posixpath.dirname(part))
    name = posixpath.normpath(posixpath.join(base, target)).lstrip("/")
    if name not in package.members:
        raise Doubt(part or "工作簿", f"所引用的部分 {target} 不存在")
    return PartRelation(kind, name)


def _check_type(types: Mapping[str, str], type_: str, part: str) -> None:
    wanted = _KINDS.get(type_, ("", ""))[1]
    found = types.get(f"/{part.lower()}", types.get(part.rpartition(".")[2].lower(), ""))
    if wanted and found != wanted:
        raise Doubt(part, f"内容类型是 {found or '空白'}，不是工作簿的这种部分应有的")


def _relationships(name: str, content: bytes) -> Iterator[tuple[str, str, str]]:
    """(id, type, target) of each relationship."""
    space = f"{_PACKAGE}relationships"
    known = {"Id", "Type", "Target", "TargetMode"}
    for tag, a in _flat(name, content, f"{space} Relationships", {f"{space} Relationship"}):
        if not a.keys() <= known or not {"Id", "Type", "Target"} <= a.keys():
            raise Doubt(name, f"不认识的设置 {tag.rpartition(' ')[2]}")
        if a.get("TargetMode", "Internal") != "Internal":
            raise Doubt(name, f"引用了外部内容 {a['Target'][:60]}")
        yield a["Id"], a["Type"], a["Target"]


def _content_types(members: Mapping[str, bytes]) -> dict[str, str]:
    """Content types by part (from `/`) or by extension."""
    space = f"{_PACKAGE}content-types"
    if _TYPES_PART not in members:
        raise Doubt("文件", "不是 .xlsx 工作簿")
    types: dict[str, str] = {}
    kinds = {f"{space} Default": "Extension", f"{space} Override": "PartName"}
    for tag, a in _flat(_TYPES_PART, members[_TYPES_PART], f"{space} Types", set(kinds)):
        if set(a) != {kinds[tag], "ContentType"}:
            raise Doubt(_TYPES_PART, "不认识的设置")
        key = a[kinds[tag]].lower()
        if key in types:
            raise Doubt(_TYPES_PART, f"{key} 的类型重复")
        types[key] = a["ContentType"]
    return types


def _flat(
    name: str, content: bytes, root: str, inside: set[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of a part that is one list and nothing else."""
    found: list[tuple[str, dict[str, str]]] = []
    depth = 0

    def start(tag: str, a: dict[str, str]) -> None:
        nonlocal depth
        if depth == 0 and tag == root and not a:
            pass
        elif depth == 1 and tag in inside:
            found.append((tag, a))
        else:
            raise Doubt(name, f"不认识的内容 {tag.rpartition(' ')[2]}")
        depth += 1

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def data(text: str) -> None:
        if text.strip():
            raise Doubt(name, f"多出的文字“{text.strip()[:30]}”")

    parser = new_parser(lambda words: Doubt(name, words))
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = data
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise Doubt(name, "内容不是完整的 XML") from None
    yield from found


def doubt_of(part: str, unknown: Unknown) -> Doubt:
    """What the vocabulary does not know, at its part and cell."""
    return Doubt(f"{part}（{unknown.at} 附近）" if unknown.at else part, unknown.words)


def tree(package: ClosedPackage, kind: str, part: str) -> SheetNode:
    """A part as a tree. Raises `Doubt`."""
    try:
        return read_tree(kind, package.members[part])
    except Unknown as unknown:
        raise doubt_of(part, unknown) from None
