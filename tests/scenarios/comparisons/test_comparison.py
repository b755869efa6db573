"""Comparison: differences, winners and losers, and inequality by hand-checked figures."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import Allocation, allocate
from allocator.scenarios.comparisons.comparison import Comparison, by_class, compare, pair
from allocator.scenarios.comparisons.fairness import fairness
from allocator.scenarios.comparisons.scenario import Scenario, apply

REMAINDER = Scenario("余额", {"pilot": {"basis": "remainder"}})
BIGGER = Scenario("增资", {"pool": {"micro_wishes": {"budget": "25000000"}}})


@pytest.fixture(scope="module")
def compared(recipients, scheme):
    return compare(recipients, scheme, [REMAINDER, BIGGER])


def test_each_scenario_is_the_engines_own_answer(recipients, scheme, compared):
    remainder = allocate(recipients, apply(scheme, REMAINDER)[0])
    assert compared.amounts()[1] == remainder.payment
    assert compared.amounts("match")[1] == tuple(match.required for match in remainder.matching)
    funding = [sum(town) for town in zip(*(p.funding for p in remainder.pools), strict=True)]
    assert list(compared.amounts("funding")[1]) == funding


def test_overview_counts_winners_losers_and_totals(compared):
    overview = compared.tables()[0]
    base, bigger = overview.rows[0], overview.rows[2]
    assert base[2:] == (0, 0, 0, "", "")
    assert bigger[1] - base[1] == 400_000_000
    assert bigger[2:5] == (33, 0, 400_000_000)
    changes = [b - a for a, b in zip(*compared.amounts()[:2], strict=True)]
    moved = sum(change for change in changes if change > 0)
    assert overview.rows[1][2:5] == (
        sum(c > 0 for c in changes),
        sum(c < 0 for c in changes),
        moved,
    )


def test_side_by_side_and_pair_agree(compared):
    wide = next(table for table in compared.tables() if table.title.startswith("各镇街本次核拨额"))
    narrow = pair(compared, 2)
    assert [(row[0], row[1], *row[5:8]) for row in wide.rows] == list(narrow.rows)
    _, before, after, change, ratio = narrow.rows[7]
    assert (change, ratio) == (after - before, Fraction(after - before, before))
    assert narrow.total[3] == sum(row[3] for row in narrow.rows) == 400_000_000


def test_frame_holds_yuan(compared):
    frame = compared.to_frame()
    assert frame.shape == (33, 9)
    assert int(frame["增资", "本次核拨额"].iloc[0] * 100) == compared.amounts()[2][0]


def test_inequality_by_hand():
    """Two towns of 1 and 3 people get 100 and 100: 100 and 33⅓ a head.

    Lorenz curve through (3/4, 1/2): Gini = 1 − (3/4 · 1/2 + 1/4 · (1/2 + 1)) = 1/4.
    """
    found = fairness([100, 100], [1, 3])
    assert found.gini == Fraction(1, 4)
    assert found.spread == 3
    assert found.least == Fraction(100, 3)
    assert math.isclose(found.theil, 0.5 * math.log(2) + 0.5 * math.log(2 / 3))
    assert math.isclose(found.variation, math.sqrt(0.25 * 1 + 0.75 / 9))


amounts = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), min_size=2, max_size=7)


@given(amounts.filter(lambda rows: any(amount for amount, _ in rows)))
def test_gini_is_half_the_mean_difference_between_single_units(rows):
    """Each unit on its own: G = Σ|x − y| / (2 n² mean)."""
    single = [Fraction(amount, units) for amount, units in rows for _ in range(units)]
    differences = sum(abs(x - y) for x in single for y in single)
    wanted = differences / (2 * len(single) * sum(single))
    found = fairness([amount for amount, _ in rows], [units for _, units in rows])
    assert found.gini == wanted
    assert found.theil > -1e-12
    assert (found.spread is None) == (min(single) == 0)


def test_classes_add_up_to_all_towns(allocation: Allocation) -> None:
    compared = Comparison(("现行方案", "同"), (allocation, allocation))
    table = by_class(compared)
    assert table is not None
    assert [row[0] for row in table.rows] == ["一类", "二类", "三类", "四类"]
    for j in (1, 2, 3):
        assert table.total[j] == sum(int(row[j] or 0) for row in table.rows)
