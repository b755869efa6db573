"""Numbers by factor, as a user writes them: in the order of the pool, or by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allocator.base.plain_data import unknown_key
from allocator.base.problems import InputError, Place, Problem
from allocator.fund.columns import HEADERS
from allocator.fund.rules import Pool

ByFactor = Sequence[Any] | Mapping[str, Any]


def by_factor(factors: int | Pool, given: ByFactor, default: Any) -> list[Any]:
    """Numbers by factor in the order of the pool; `default` for factors that are not named.

    Raises `InputError` for a name that the pool does not have.
    """
    if not isinstance(given, Mapping):
        return list(given)
    if isinstance(factors, int):
        remedy = "请把资金池（scheme.pool(...)）作为第一个参数，或按因素的次序逐个写出"
        raise InputError([Problem("sweep.bounds", "只有因素的个数，不能按名称写", remedy)])
    found = [default] * len(factors.factors)
    for name, value in given.items():
        found[factor_number(factors, name)] = value
    return found


def factor_number(pool: Pool, name: str) -> int:
    """Which factor of the pool a name means: its own, its column, or the column's header.

    Raises `InputError` for any other name.
    """
    for names in (
        [factor.name for factor in pool.factors],
        [factor.column for factor in pool.factors],
        [HEADERS.get(factor.column, "") for factor in pool.factors],
    ):
        if names.count(name) == 1:
            return names.index(name)
    known = [factor.column or factor.name for factor in pool.factors]
    raise InputError([unknown_key(name, known, Place(cell=pool.id))])
