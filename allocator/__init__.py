"""Exact, explainable and verifiable formula grants: split, settle, match, report."""

from __future__ import annotations

from os import PathLike

from allocator.allocation import Allocation, allocate
from allocator.base.money import Fen
from allocator.base.problems import InputError, Problem
from allocator.base.version import VERSION
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.rounding.apportion import Apportionment, apportion

__all__ = [
    "Allocation",
    "Apportionment",
    "Fen",
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


def load(
    path: str | PathLike[str], scheme: str | PathLike[str] | None = None
) -> tuple[Recipients, Scheme]:
    """Read a workbook, or a table plus a scheme in TOML: (recipients, scheme).

    Raises `InputError` with every mistake in the input, each at its cell.
    """
    from allocator.excel import load as read

    return read(path, scheme)
