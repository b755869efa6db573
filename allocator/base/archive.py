"""The same bytes for the same workbook or document, on every run and machine."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Final

#: The earliest time a zip archive can state.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_STAMP: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def same_bytes(content: bytes) -> bytes:
    """Pack a workbook or document anew so that nothing of the moment or the machine remains in it.

    Members keep their order and are stored, since compressed bytes differ between versions of
    zlib; times, systems and permissions are fixed, also the dates in docProps/core.xml.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        members = {member.filename: old.read(member) for member in old.infolist()}
    core = "docProps/core.xml"
    if core in members:
        members[core] = _STAMP.sub(rb"\g<1>2020-01-01T00:00:00Z\g<3>", members[core])
    return packed(members)


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip archive of these files in this order, stored as they are, without times."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3
            info.external_attr = 0o600 << 16
            archive.writestr(info, data, zipfile.ZIP_STORED)
    return content.getvalue()
