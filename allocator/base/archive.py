"""The same bytes for the same workbook or document, on every run and machine."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import struct
import zipfile
from collections.abc import Mapping
from typing import BinaryIO, Final

#: The earliest time a zip archive can state.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_SYSTEM: Final = 3  # Unix, whatever the machine
_PERMISSIONS: Final = 0o600 << 16
#: Fields of the headers of a zip archive (APPNOTE.TXT 4.3.7, 4.3.12): time and date of a member, the
#: first ones there are; attributes; lengths of name, extra field and comment behind an entry.
_MOMENT: Final = struct.Struct("<HH")
_FIRST_MOMENT: Final = 0, 1 << 5 | 1
_ATTRIBUTES: Final = struct.Struct("<L")
_LENGTHS: Final = struct.Struct("<HHH")
_ENTRY_BYTES: Final = 46
_STAMP: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


#: One level for all compressed archives. The same version of zlib gives the same bytes; the content
#: of the members, which `content_sha256` tells, is the same under every version.
_LEVEL: Final = 6
_BLOCK: Final = 1 << 20


def same_bytes(content: bytes | BinaryIO, *, is_packed: bool = False) -> bytes:
    """Pack a workbook or document anew so that nothing of the moment or the machine remains in it.

    Members keep their order; times, systems and permissions are fixed, also the dates in
    docProps/core.xml. They are stored, since compressed bytes differ between versions of zlib,
    unless the archive is large (`is_packed`). Never is a whole archive unpacked in memory.
    """
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.infolist():
            info = _plain_info(member.filename, is_packed=is_packed)
            info.file_size = member.file_size
            with old.open(member) as data, new.open(info, "w") as out:
                if member.filename == "docProps/core.xml":
                    out.write(_STAMP.sub(rb"\g<1>2020-01-01T00:00:00Z\g<3>", data.read()))
                else:
                    shutil.copyfileobj(data, out, _BLOCK)
    return target.getvalue()


def stamp(content: io.BytesIO) -> None:
    """Give an archive, in place, the times, system and permissions that `packed` writes.

    So a large one need not be packed anew: only fields of fixed places in its headers change.
    """
    with zipfile.ZipFile(content) as archive:
        members, directory = archive.infolist(), archive.start_dir
    with content.getbuffer() as view:
        for member in members:
            _MOMENT.pack_into(view, member.header_offset + 10, *_FIRST_MOMENT)
            _MOMENT.pack_into(view, directory + 12, *_FIRST_MOMENT)
            view[directory + 5] = _SYSTEM
            _ATTRIBUTES.pack_into(view, directory + 38, _PERMISSIONS)
            directory += _ENTRY_BYTES + sum(_LENGTHS.unpack_from(view, directory + 28))


def _plain_info(name: str, *, is_packed: bool) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system = _SYSTEM
    info.external_attr = _PERMISSIONS
    info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
    info._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 - public from 3.13 on
    return info


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip archive of these files in this order, stored as they are, without times."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(_plain_info(name, is_packed=False), data)
    return content.getvalue()


def content_sha256(archive: bytes) -> str:
    """SHA-256 of the members' names and contents in their order, however they are compressed."""
    digest = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        for member in members.infolist():
            digest.update(f"{member.filename}\0{member.file_size}\0".encode())
            with members.open(member) as data:
                while block := data.read(_BLOCK):
                    digest.update(block)
    return digest.hexdigest()


def is_packed_here(content: bytes) -> bool:
    """Whether an archive is as `packed` made it: saved anew by another program it is not.

    >>> is_packed_here(packed({"a": b"1"})), is_packed_here(b"text")
    (True, False)
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    # Excel states the same time, but another system.
    return all(m.date_time == _EPOCH and m.create_system == _SYSTEM for m in members)
