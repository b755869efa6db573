"""Tricks of the archive: two lists of members, twins, gaps, names told twice in different ways."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile

from tests.hostile.attacks import FIRST, STRINGS, Attack, Change, packed, unpacked

_LIE = "1234567.89"


def forged(content: bytes) -> bytes:
    """The first sheet with another amount."""
    return unpacked(content)[FIRST].replace(b"<v>4873686.46</v>", f"<v>{_LIE}</v>".encode())


def twin(name: str, *, front: bool = False) -> Change:
    """One more member whose name some programs take for the first sheet's."""

    def change(content: bytes) -> bytes:
        members = list(unpacked(content).items())
        members.insert(0 if front else len(members), (name, forged(content)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return packed(members)

    return change


def before(prefix: bytes) -> Change:
    return lambda content: prefix + content


def after(suffix: bytes) -> Change:
    return lambda content: content + suffix


def comment(content: bytes) -> bytes:
    """A second archive in the comment of the first: a program that looks from the end finds it."""
    other = dict(unpacked(content))
    other[FIRST] = forged(content)
    inner = packed(other.items())
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = inner[-60000:]
    return stream.getvalue()


def short_comment(content: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = b"x"
    return stream.getvalue()


def two_archives(content: bytes) -> bytes:
    """A whole archive before the other: offsets count from the second."""
    other = dict(unpacked(content))
    other[FIRST] = forged(content)
    return packed(other.items()) + content


def extra_field(kind: int, data: bytes) -> Change:
    """A field beside the name of the first sheet, such as another name in Unicode."""

    def change(content: bytes) -> bytes:
        members: list[tuple[str | zipfile.ZipInfo, bytes]] = []
        for name, part in unpacked(content).items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if name == FIRST:
                info.extra = struct.pack("<HH", kind, len(data)) + data
            members.append((info, part))
        return packed(members)

    return change


def _unicode_name(name: bytes) -> bytes:
    import zlib

    return b"\1" + struct.pack("<I", zlib.crc32(FIRST.encode())) + name


def local_name(content: bytes) -> bytes:
    """The name before the member is not the one in the list at the end."""
    at = content.index(FIRST.encode())
    return content[:at] + FIRST.replace("sheet1", "sheet2").encode() + content[at + len(FIRST) :]


def streamed(content: bytes) -> bytes:
    """Written as a stream, with another sum behind the member than in the list."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, part in unpacked(content).items():
            archive.writestr(zipfile.ZipInfo(name), part)
    data = bytes(pipe.data)
    at = data.index(b"PK\7\10") + 4
    return data[:at] + b"\0\0\0\0" + data[at + 4 :]


def zip64_end(content: bytes) -> bytes:
    """A second list of members that only programs find that know archives of more than 4 GB."""
    other = dict(unpacked(content))
    other[FIRST] = forged(content)
    second = packed(other.items())
    end = content.rindex(b"PK\5\6")
    size, offset = struct.unpack("<II", content[end + 12 : end + 20])
    count = struct.unpack("<H", content[end + 10 : end + 12])[0]
    body = content[:offset]
    del second
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, offset + size, 1)
    return body + content[offset:end] + record + locator + content[end:]


def folder_entry(content: bytes) -> bytes:
    return packed([*unpacked(content).items(), ("xl/extra/", b"")])


def other_method(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in unpacked(content).items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_BZIP2 if name == STRINGS else zipfile.ZIP_DEFLATED
            archive.writestr(info, part)
    return stream.getvalue()


def marked_as_locked(content: bytes) -> bytes:
    at = content.index(b"PK\1\2")
    flags = struct.unpack("<H", content[at + 8 : at + 10])[0]
    return content[: at + 8] + struct.pack("<H", flags | 1) + content[at + 10 :]


_TWINS = (
    *(FIRST, FIRST.upper(), "xl/Worksheets/sheet1.xml", FIRST.replace("/", "\\"), f"/{FIRST}"),
    *(f"./{FIRST}", "xl//worksheets/sheet1.xml", "xl/worksheets/../worksheets/sheet1.xml"),
    *("xl/worksheets/sheet%31.xml", "xl%2Fworksheets%2Fsheet1.xml", f"{FIRST} ", f"{FIRST}."),
    *("xl/worksheets/sheet１.xml", "xl/worksheets/[0].piece/sheet1.xml", f"{FIRST}/[0].last.piece"),
    *("xl\\worksheets/sheet1.xml", f"{FIRST}\u200b", f"C:{FIRST}", f"../{FIRST}"),
)
ATTACKS = [
    *(
        Attack("压缩包：同名部分", f"{name!r} {where}", twin(name, front=where == "前"))
        for name in _TWINS
        for where in ("前", "后")
    ),
    Attack("压缩包：夹带", "前面有别的字节", before(b"MZ" + b"\0" * 64)),
    Attack("压缩包：夹带", "后面有别的字节", after(b"\0" * 64)),
    Attack("压缩包：夹带", "后面接另一个压缩包", lambda c: c + packed([(FIRST, forged(c))])),
    Attack("压缩包：夹带", "注释里有另一个压缩包", comment),
    Attack("压缩包：夹带", "有注释", short_comment),
    Attack("压缩包：夹带", "两个压缩包相接", two_archives),
    Attack(
        "压缩包：目录",
        "另有 Unicode 名称",
        extra_field(0x7075, _unicode_name(b"xl/worksheets/sheet2.xml")),
    ),
    Attack("压缩包：目录", "不认识的附加字段", extra_field(0x4141, b"x")),
    Attack("压缩包：目录", "前后名称不同", local_name),
    Attack("压缩包：目录", "流式校验和不同", streamed),
    Attack("压缩包：目录", "zip64 目录", zip64_end),
    Attack("压缩包：目录", "多出文件夹", folder_entry),
    Attack("压缩包：目录", "少见的压缩方法", other_method),
    Attack("压缩包：目录", "标为加密", marked_as_locked),
]
