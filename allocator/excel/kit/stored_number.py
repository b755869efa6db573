"""Numbers as a workbook stores them."""

from __future__ import annotations


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
