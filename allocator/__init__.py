"""Exact, explainable and verifiable formula grants: split, settle, match, report."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

#: Where each name is at home. It is imported when it is first asked for, so that a command that
#: needs one room does not load the others.
_HOMES = {
    "Allocation": "allocation",
    "Apportionment": "rounding.apportion",
    "Fen": "base.money",
    "FileBytes": "base.files",
    "InputError": "base.problems",
    "Problem": "base.problems",
    "Recipients": "fund.recipients",
    "Scheme": "fund.scheme",
    "allocate": "allocation",
    "apportion": "rounding.apportion",
}


def __getattr__(name: str) -> Any:
    if home := _HOMES.get(name):
        return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load(file: AnyFile, scheme: AnyFile | None = None) -> tuple[Recipients, Scheme]:
    """Read a workbook, or a table plus a scheme in TOML: (recipients, scheme).

    Either may be a path, or `FileBytes` where there is no disk.

    Raises `InputError` with every mistake in the input, each at its cell.
    """
    from allocator.excel import load as read

    return read(file, scheme)
