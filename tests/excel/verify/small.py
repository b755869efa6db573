"""The sample with its first towns only, so that every workbook is small."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from allocator import load
from allocator.allocation import allocate
from allocator.excel.official import official_workbook
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from tests.conftest import DATA

TOWNS = 8


@functools.cache
def inputs() -> tuple[Recipients, Scheme]:
    """The sample with its first towns only, so that every workbook is small."""
    recipients, scheme = load(DATA / "dongguan-2020.xlsx")
    changes: dict[str, Any] = {}
    for one in fields(recipients):
        column = getattr(recipients, one.name)
        if isinstance(column, tuple) and len(column) == len(recipients):
            changes[one.name] = column[:TOWNS]
        elif isinstance(column, Mapping):
            changes[one.name] = {
                key: values[:TOWNS] if isinstance(values, tuple) else values
                for key, values in column.items()
            }
    return replace(recipients, **changes), scheme


@functools.cache
def official() -> bytes:
    return official_workbook(allocate(*inputs()))
