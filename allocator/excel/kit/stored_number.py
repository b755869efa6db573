"""Numbers as a workbook stores them."""

from __future__ import annotations

from typing import Final

#: Below this every whole number is a double, and is written without an exponent.
_WHOLE: Final = 1e15


class StoredNumber(float):
    """A number that XlsxWriter stores with every digit it has.

    It writes numbers with 16 digits, so the file would say 99999.99000000001 for 99999.99.

    >>> f"{99999.99:.16G}", f"{StoredNumber(99999.99):.16G}", f"{StoredNumber(3.0):.16G}"
    ('99999.99000000001', '99999.99', '3')
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """The shortest text that is read back as this number, whatever the format asked for."""
        return stored_text(self)


def stored_text(value: float) -> str:
    """A number with every digit it has, as a cell stores it.

    >>> stored_text(99999.99), stored_text(3.0), stored_text(7)
    ('99999.99', '3', '7')
    """
    if -_WHOLE < value < _WHOLE and value == (whole := int(value)):
        return str(whole)
    return repr(float(value))
