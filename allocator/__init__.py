"""Exact, explainable and verifiable formula grants: split, settle, match, report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocator.base.lazy import names_at
from allocator.base.version import VERSION

if TYPE_CHECKING:
    from allocator.allocation import Allocation, allocate
    from allocator.base.files import AnyFile, FileBytes
    from allocator.base.money import Fen
    from allocator.base.problems import InputError, Problem
    from allocator.fund.recipients import Recipients
    from allocator.fund.scheme import Scheme
    from allocator.rounding.apportion import Apportionment, apportion

__all__ = [
    "Allocation",
    "Apportionment",
    "Fen",
    "FileBytes",
    "InputError",
    "Problem",
    "Recipients",
    "Scheme",
    "__version__",
    "allocate",
    "apportion",
    "load",
]


__version__ = VERSION

__getattr__ = names_at(
    __name__,
    {
        "allocation": ("Allocation", "allocate"),
        "base.files": ("FileBytes",),
        "base.money": ("Fen",),
        "base.problems": ("InputError", "Problem"),
        "fund.recipients": ("Recipients",),
        "fund.scheme": ("Scheme",),
        "rounding.apportion": ("Apportionment", "apportion"),
    },
)


def load(file: AnyFile, scheme: AnyFile | None = None) -> tuple[Recipients, Scheme]:
    """Read a workbook, or a table plus a scheme in TOML: (recipients, scheme).

    Either may be a path, or `FileBytes` where there is no disk.

    Raises `InputError` with every mistake in the input, each at its cell.
    """
    from allocator.excel import load as read

    return read(file, scheme)
