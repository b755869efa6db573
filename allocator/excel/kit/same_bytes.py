"""The same bytes for the same workbook, on every run and machine."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

#: The earliest time a zip archive can state.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_STAMP: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


class StoredNumber(float):
    """A number that XlsxWriter stores with every digit it has.

    It writes numbers with 16 digits, so the file would say 99999.99000000001 for 99999.99.

    >>> f"{99999.99:.16G}", f"{StoredNumber(99999.99):.16G}", f"{StoredNumber(3.0):.16G}"
    ('99999.99000000001', '99999.99', '3')
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """The shortest text that is read back as this number, whatever the format asked for."""
        return str(int(self)) if self.is_integer() and abs(self) < 1e15 else repr(float(self))


def same_bytes(content: bytes) -> bytes:
    """Pack a workbook anew so that nothing of the moment or the machine remains in it.

    Members keep their order and are stored, since compressed bytes differ between versions of
    zlib; times, systems and permissions are fixed, also the dates in docProps/core.xml.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "docProps/core.xml":
                data = _STAMP.sub(rb"\g<1>2020-01-01T00:00:00Z\g<3>", data)
            info = zipfile.ZipInfo(member.filename, _EPOCH)
            info.create_system = 3
            info.external_attr = 0o600 << 16
            new.writestr(info, data, zipfile.ZIP_STORED)
    return packed.getvalue()
