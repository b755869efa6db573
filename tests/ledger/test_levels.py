"""Splits one level down: sums by source at every level, whatever the margins."""

from __future__ import annotations

import random

import pytest

from allocator import Allocation, InputError, Recipients, Scheme, allocate
from allocator.base.money import Fen
from allocator.ledger.levels import (
    LevelGiven,
    Money,
    given_by,
    match_by_pool,
    paid_by_source,
    rows_of,
    split_level,
)

SCHEME = Scheme.from_toml("""
[scheme]
name = "村级分配"
status = "official"
[[pool]]
id = "micro_projects"
name = "民生微实事"
budget = "1"
factors = [{ column = "人口", weight = "0.6" }, { column = "面积", weight = "0.4" }]
""")


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a table, not a secret


def table(rng: random.Random, parents: int, most: int) -> tuple[LevelGiven, Recipients, list[str]]:
    names = [f"镇{i}" for i in range(parents)]
    rows = tuple(
        tuple(Fen(rng.choice([0, 0, 1, rng.randrange(10**6)])) for _ in range(3)) for _ in names
    )
    owner = [name for name in names for _ in range(rng.randrange(most))]
    children = Recipients.from_columns(
        [f"村{k}" for k in range(len(owner))],
        {
            "人口": [rng.choice([7, 7, rng.randrange(1, 99)]) for _ in owner],
            "面积": [rng.choice([1, rng.randrange(1, 99)]) for _ in owner],
        },
    )
    return (
        LevelGiven(names, (Money("micro_projects", "民生微实事", ("甲", "乙", "丙"), rows),)),
        children,
        owner,
    )


@pytest.mark.parametrize("seed", range(40))
def test_children_sum_to_their_parent_by_source(seed: int) -> None:
    given, children, owner = table(seeded(seed), 7, 6)
    split = split_level(given, children, owner, SCHEME)
    above = given.pools[0].by_source
    for i, parent in enumerate(given.parents):
        rows = [split.pools[0].by_source[k] for k, name in enumerate(owner) if name == parent]
        if rows:
            assert tuple(map(sum, zip(*rows, strict=True))) == above[i]
            own = rows_of(children, [k for k, name in enumerate(owner) if name == parent])
            if sum(above[i]):
                pool = SCHEME.pools[0]
                alone = Scheme(
                    SCHEME.name, (type(pool)(pool.id, pool.name, Fen(sum(above[i])), pool.factors),)
                )
                assert tuple(map(sum, rows)) == allocate(own, alone).pools[0].entitlement
        else:
            assert split.kept(i, given.pools[0]) == sum(above[i])
    assert all(identity.holds for identity in split.identities)


def test_what_fills_no_unit_or_no_cap_stays_with_the_parent() -> None:
    rules = """
[scheme]
name = "整百元"
status = "official"
[[pool]]
id = "micro_projects"
name = "民生微实事"
unit = "100"
budget = "100"
surplus = "keep"
cap = "300"
factors = [{ value = "1", weight = "1" }]
"""
    money = Money(
        "micro_projects", "民生微实事", ("甲", "乙"), ((Fen(50_050), Fen(7)), (Fen(90_000), Fen(5)))
    )
    children = Recipients.from_columns(["a", "b", "c"], {"人口": [1, 1, 1]})
    scheme = Scheme.from_toml(rules)
    split = split_level(LevelGiven(("镇", "乡"), (money,)), children, ["镇", "镇", "乡"], scheme)
    assert [split.pools[0].amount(k) for k in range(3)] == [30_000, 20_000, 30_000]
    assert [split.kept(i, money) for i in range(2)] == [57, 60_005]
    assert split.kept_money[0].by_source[0] == (50, 7)


def test_the_same_call_goes_down_any_number_of_levels() -> None:
    rng = seeded(1)
    given, children, owner = table(rng, 4, 5)
    total = given.pools[0].total
    for _ in range(3):
        split = split_level(given, children, owner, SCHEME)
        kept = sum(split.kept(i, given.pools[0]) for i in range(len(given.parents)))
        assert sum(split.pools[0].amount(k) for k in range(len(owner))) + kept == total
        given = split.next_given()
        total = given.pools[0].total
        owner = [name for name in given.parents for _ in range(2)]
        children = Recipients.from_columns(
            [f"户{k}" for k in range(len(owner))],
            {"人口": [rng.randrange(1, 9) for _ in owner], "面积": [1] * len(owner)},
        )


def test_every_parent_s_mistakes_are_told() -> None:
    given, children, owner = table(seeded(3), 4, 5)
    with pytest.raises(InputError) as caught:
        split_level(given, children, ["别处", *owner[1:]], SCHEME)
    assert [p.code for p in caught.value.problems] == ["level.parent"]
    empty = Recipients.from_columns(
        children.towns, {"人口": [0] * len(owner), "面积": [1] * len(owner)}
    )
    with pytest.raises(InputError) as caught:
        split_level(given, empty, owner, SCHEME)
    parents = {p.message.partition("：")[0] for p in caught.value.problems}
    assert parents == {
        name for i, name in enumerate(given.parents) if name in owner and given.pools[0].amount(i)
    }


def test_what_towns_have_to_pass_on(allocation: Allocation) -> None:
    for result in allocation.pools:
        rows = paid_by_source(allocation, result.pool.id)
        assert tuple(map(sum, rows)) == result.payment
        assert min(min(row) for row in rows) >= 0
    parts = match_by_pool(allocation, is_raised=False)
    assert [sum(row) for row in parts] == [match.required for match in allocation.matching]
    due, none = given_by(allocation), given_by(allocation, "none")
    assert due.pools[0].total - none.pools[0].total == sum(row[0] for row in parts)
