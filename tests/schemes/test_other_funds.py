"""Other funds with no code: published grants from a table and a scheme, as they were published.

The sources are named in the schemes under data/.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import allocator
from allocator import Allocation

DATA = Path(__file__).parents[2] / "data"
DOLLAR = 100  # cents; the tables call them yuan and fen


def answer(name: str) -> Allocation:
    return allocator.allocate(*allocator.load(DATA / f"{name}.csv", DATA / f"{name}.toml"))


#: Millions of dollars, as published by the Treasury.
CRF = {
    "Alabama": 1901,
    "Alaska": 1250,
    "Arizona": 2822,
    "Arkansas": 1250,
    "California": 15321,
    "Colorado": 2233,
    "New Hampshire": 1250,
    "New Jersey": 3444,
    "New Mexico": 1250,
    "New York": 7543,
    "North Carolina": 4067,
    "North Dakota": 1250,
}


def test_coronavirus_relief_fund_by_population_with_a_least_sum() -> None:
    (states,) = answer("us-crf-2020").pools
    towns = answer("us-crf-2020").recipients.towns
    assert sum(states.entitlement) == 139 * 10**9 * DOLLAR
    millions = {
        town: round(amount / (10**6 * DOLLAR))
        for town, amount in zip(towns, states.entitlement, strict=True)
    }
    assert {state: millions[state] for state in CRF} == CRF
    held = [i for i in range(50) if states.bound(i) == "lower"]
    assert {states.entitlement[i] for i in held} == {1_250_000_000 * DOLLAR}
    assert len(held) == 21


#: Base grants before caps and collars, and balances of road grants, in dollars.
TAS_BASE = [
    1644592,
    1665573,
    2130454,
    3300641,
    1380789,
    1602714,
    1612267,
    1773396,
    1712618,
    1602122,
    1315626,
    1471028,
    334726,
    1286714,
    1417290,
    2123752,
    1975566,
    1027238,
    1042859,
    1280150,
    1818033,
    2593520,
    1312326,
    1372997,
    2280731,
    755319,
    2274475,
    1865693,
    2410759,
]
TAS_ROAD_BALANCE = [
    305715,
    117751,
    245537,
    412801,
    299172,
    423814,
    335474,
    174110,
    208805,
    385244,
    157497,
    167306,
    200168,
    261938,
    282049,
    334584,
    248683,
    211582,
    304280,
    170337,
    534605,
    459076,
    504317,
    196902,
    343151,
    108233,
    298628,
    134833,
    266248,
]


def test_tasmania_by_needs_with_a_least_sum_per_head() -> None:
    """The published table was itself rounded row by row: a dollar either way."""
    base = answer("au-tas-2024-25").pool("base")
    dollars = [amount // DOLLAR for amount in base.entitlement]
    assert sum(dollars) == sum(TAS_BASE)
    assert max(abs(ours - theirs) for ours, theirs in zip(dollars, TAS_BASE, strict=True)) == 1
    at_least = [
        town for i, town in enumerate(answer("au-tas-2024-25").recipients.towns) if base.bound(i)
    ]
    assert at_least == ["Clarence", "Glenorchy", "Hobart", "Kingborough", "Launceston"]


def test_tasmania_settles_what_was_advanced() -> None:
    road = answer("au-tas-2024-25").pool("road")
    assert [amount / DOLLAR for amount in road.payment] == TAS_ROAD_BALANCE
    assert road.settlement is not None
    assert not any(road.settlement.carried)


#: Euros; in each year a lot was drawn among four Länder for the last two.
KITA = {
    "y2013": [
        42987304,
        49980784,
        15218827,
        9079686,
        2555496,
        7761381,
        24273929,
        6191286,
        30073277,
        69538787,
        14955135,
        3325278,
        16265767,
        8181973,
        10743264,
        8142826,
    ],
    "y2014": [
        35171430,
        40893368,
        12451768,
        7428833,
        2090861,
        6350221,
        19860487,
        5065597,
        24605409,
        56895372,
        12236020,
        2720681,
        13308355,
        6694342,
        8789943,
        6662313,
    ],
}
DRAWN = {"Brandenburg", "Nordrhein-Westfalen", "Saarland", "Thüringen"}


@pytest.mark.parametrize("year", KITA)
def test_child_care_in_germany_ties_where_a_lot_was_drawn(year: str) -> None:
    result = answer("de-kita-2013-14")
    pool, towns = result.pool(year), result.recipients.towns
    (tie,) = pool.ties
    assert {towns[i] for i in tie.tied} == DRAWN
    assert len(tie.winners) == 2
    euros = dict(zip(towns, pool.entitlement, strict=True))
    published = dict(zip(towns, KITA[year], strict=True))
    assert sum(euros.values()) == sum(published.values()) * DOLLAR
    for town in set(towns) - DRAWN:
        assert euros[town] == published[town] * DOLLAR
    for town in DRAWN:
        assert abs(euros[town] - published[town] * DOLLAR) <= DOLLAR


def test_guangyuan_by_district_and_by_who_keeps_it() -> None:
    """Both margins of the published table, and all its cells, in 0.01 万元."""
    (fee,) = answer("guangyuan-2021").pools
    wan_cents = [amount // 10_000 for amount in fee.entitlement]
    assert wan_cents == [26230, 39723, 6872]
    by_source = [[cell // 10_000 for cell in row] for row in fee.by_source]
    assert by_source == [[5246, 7869, 13115], [7945, 11917, 19861], [1374, 2062, 3436]]
    assert [sum(column) for column in zip(*by_source, strict=True)] == [14565, 21848, 36412]


#: 本次应拨付 of the second batch, 万元, as the district published it.
DAZU = ["24.5", "10.5", "3.5", "3.5", "0", "3.5", "1.5", "10.5", "36.5", "30.25", "7.75"]


def test_dazu_pays_what_the_first_batch_left() -> None:
    paid = answer("cn-dazu-2022").payment
    assert list(paid) == [int(Fraction(wan) * 1_000_000) for wan in DAZU]


#: The three parts of some states, whole dollars, as published.
SRTS = {
    "Alabama": (219972, 1539802, 439943),
    "Arizona": (289683, 2027780, 579365),
    "California": (1806613, 12646292, 3613226),
    "Florida": (776304, 5434127, 1552607),
    "Mississippi": (147151, 1030058, 294303),
}


def test_safe_routes_keep_both_margins_and_come_to_the_published_parts() -> None:
    found = answer("us-srts-2008")
    (pool,) = found.pools
    assert [sum(part) for part in zip(*pool.by_source, strict=True)] == [
        source.amount for source in pool.pool.sources
    ]
    assert [sum(row) for row in pool.by_source] == list(pool.entitlement)
    rows = dict(zip(found.recipients.towns, pool.by_source, strict=True))
    for state, parts in SRTS.items():
        pairs = zip(rows[state], parts, strict=True)
        assert all(abs(fen // DOLLAR - dollars) <= 1 for fen, dollars in pairs), state


def test_india_devolves_by_the_shares_of_the_fifteenth_commission() -> None:
    found = answer("in-devolution-2021-22")
    crore = {
        town: Fraction(fen, 10**9)
        for town, fen in zip(found.recipients.towns, found.payment, strict=True)
    }
    assert sum(found.recipients.numbers["share"]) == 100
    assert (crore["Uttar Pradesh"], crore["Bihar"]) == (Fraction("119395.30"), Fraction("66942.30"))
    # Each state is rounded by itself.
    assert sum(crore.values()) == Fraction("665562.71")
