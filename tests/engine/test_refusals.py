"""What the engine refuses only once it computes."""

from __future__ import annotations

import pytest

from allocator import InputError, Recipients, Scheme, allocate


def test_a_group_with_a_budget_and_nobody_in_it() -> None:
    table = Recipients.from_columns(
        ["甲镇", "乙镇"], {"area": [1, 1]}, texts={"片区": ["东", "东"]}
    )
    pool = """
    [[pool]]
    id = "p"
    name = "资金"
    budget = { "东" = "10", "西" = "5", "南" = "0" }
    group = "片区"
    factors = [{ column = "area", weight = "1" }]
    """
    with pytest.raises(InputError, match="“资金”给西编了预算，却没有一处属于这一组"):
        allocate(table, Scheme.from_toml('[scheme]\nname = "试验"\n' + pool))
    kept = pool + 'surplus = "keep"'
    result = allocate(table, Scheme.from_toml('[scheme]\nname = "试验"\n' + kept)).pools[0]
    assert (result.entitlement, result.surplus) == ((500, 500), 500)
