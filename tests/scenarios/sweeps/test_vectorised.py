"""Every cell of the vectorised split equals the exact engine's, ties and bounds included."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import Fen, InputError, Recipients, Scheme
from allocator.engine.open_pool import OpenPool
from allocator.engine.pool import exact_amounts, open_split
from allocator.fund.rules import Factor, Pool
from allocator.scenarios.sweeps.vectorised import Rounder
from allocator.scenarios.sweeps.weightings import dirichlet, simplex_grid


def expect_engine(split: OpenPool, weights: np.ndarray, denominator: int) -> int:
    """Compare every row with the engine; return how many rows the engine had to answer."""
    amounts, exact_rows = Rounder(split).amounts(weights, denominator)
    assert amounts.shape == (len(weights), len(split.recipients))
    for row, found in zip(weights.tolist(), amounts.tolist(), strict=True):
        exact = exact_amounts(split, [Fraction(part, denominator) for part in row])
        assert tuple(found) == exact, row
    return exact_rows


def small_fund(columns: list[list[int]], **rules: object) -> tuple[Recipients, Scheme]:
    """A table of whole numbers and a scheme with one equal factor a column."""
    names = [f"x{k}" for k in range(len(columns))]
    towns = [f"镇{i}" for i in range(len(columns[0]))]
    recipients = Recipients.from_columns(towns, dict(zip(names, columns, strict=True)))
    factors = tuple(Factor(Fraction(1, len(names)), column=name) for name in names)
    pool = Pool("p", "资金", factors=factors, **{"budget": Fen(100)} | rules)
    return recipients, Scheme("方案", (pool,))


@pytest.mark.parametrize("pool", ["micro_projects", "micro_wishes"])
def test_sample_pools_equal_the_engine(recipients, scheme, pool):
    split = open_split(recipients, scheme, pool)
    weights = dirichlet(3, 20_000, seed=7).block(0)
    amounts, exact_rows = Rounder(split).amounts(weights, 10**6)
    assert (amounts.sum(axis=1) == split.budget).all()
    assert exact_rows <= 20
    for row in range(0, 20_000, 100):
        exact = exact_amounts(split, [Fraction(int(part), 10**6) for part in weights[row]])
        assert tuple(amounts[row].tolist()) == exact


@pytest.mark.parametrize(
    ("rules", "basis"),
    [
        ({"floor": Fen(2_500_000_00)}, "share"),
        ({"floor": Fen(2_500_000_00), "cap": Fen(4_500_000_00)}, "share"),
        ({"cap": Fen(3_800_000_00), "unit": Fen(10_000)}, "remainder"),
        ({"base": Fen(1_000_000_00), "unit": Fen(100)}, "share"),
    ],
)
def test_floors_caps_units_and_readings_equal_the_engine(recipients, scheme, rules, basis):
    pools = (replace(scheme.pools[0], **rules), scheme.pools[1])
    changed = replace(scheme, pools=pools, pilot=replace(scheme.pilot, basis=basis))
    split = open_split(recipients, changed, "micro_projects")
    expect_engine(split, dirichlet(3, 150, seed=3).block(0), 10**6)


def test_ties_between_equal_towns_equal_the_engine():
    recipients, scheme = small_fund([[1, 1, 1, 2, 2], [2, 2, 2, 1, 1]], budget=Fen(11))
    split = open_split(recipients, scheme, "p")
    exact_rows = expect_engine(split, simplex_grid(2, "0.01").block(0), 100)
    assert exact_rows > 50  # the certificate must refuse a tie, not guess


def test_a_fund_of_ten_to_the_fifteen_fen_equals_the_engine(recipients, scheme):
    pool = replace(scheme.pools[1], budget=Fen(10**15 + 7), sources=())
    split = open_split(recipients, replace(scheme, pools=(scheme.pools[0], pool)), pool.id)
    weights = dirichlet(3, 300, seed=1).block(0)
    assert expect_engine(split, weights, 10**6) < 100


def test_an_amount_beyond_doubles_is_refused(recipients, scheme):
    pool = replace(scheme.pools[1], budget=Fen(2**53), sources=())
    with pytest.raises(InputError, match="超出批量测算"):
        Rounder(open_split(recipients, replace(scheme, pools=(scheme.pools[0], pool)), pool.id))


@pytest.mark.parametrize("method", ["webster", "hill", "dhondt", "adams"])
def test_other_methods_go_through_the_engine(method):
    recipients, scheme = small_fund([[5, 3, 1], [1, 1, 7]], method=method)
    split = open_split(recipients, scheme, "p")
    weights = simplex_grid(2, "0.25").block(0)
    assert expect_engine(split, weights, 4) == len(weights)


def test_a_refused_tie_stops_the_sweep():
    recipients, scheme = small_fund([[1, 1, 1]], tie="refuse")
    with pytest.raises(InputError, match="尾数完全相同"):
        Rounder(open_split(recipients, scheme, "p")).amounts(np.array([[1]]), 1)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_small_tables_full_of_ties_equal_the_engine(data):
    towns = data.draw(st.integers(1, 7))
    number = st.integers(0, 6)
    column = st.lists(number, min_size=towns, max_size=towns).filter(any)
    columns = data.draw(st.lists(column, min_size=1, max_size=3))
    unit = data.draw(st.sampled_from([1, 5]))
    lows = data.draw(st.integers(0, 3)) * unit
    budget = (lows * towns // unit + data.draw(st.integers(0, 60))) * unit
    cap = -(-budget // (towns * unit)) * unit + data.draw(st.integers(0, 9)) * unit
    rules = {"budget": Fen(budget), "unit": Fen(unit), "floor": Fen(lows) if lows else None}
    rules["cap"] = data.draw(st.sampled_from([None, Fen(cap)]))
    rules["tie"] = data.draw(st.sampled_from(["larger_share", "official_order"]))
    recipients, scheme = small_fund(columns, **rules)
    split = open_split(recipients, scheme, "p")
    steps = data.draw(st.sampled_from([4, 7, 10]))
    weights = simplex_grid(len(columns), Fraction(1, steps)).block(0)
    try:
        wanted = [
            exact_amounts(split, [Fraction(p, steps) for p in row]) for row in weights.tolist()
        ]
    except InputError:
        with pytest.raises(InputError):
            Rounder(split).amounts(weights, steps)
        return
    assert Rounder(split).amounts(weights, steps)[0].tolist() == [list(row) for row in wanted]


def test_near_ties_below_the_noise_of_doubles_equal_the_engine():
    """Remainders that differ by less than a double can tell, in both directions."""
    columns = [[10**15 + a, 10**15 + b, 10**15] for a, b in itertools.product(range(3), repeat=2)]
    for column in columns:
        recipients, scheme = small_fund([column, column[::-1]], budget=Fen(10**12 + 1))
        split = open_split(recipients, scheme, "p")
        expect_engine(split, simplex_grid(2, "0.1").block(0), 10)
