"""Sets of weightings: exact, complete, within bounds, the same for the same seed."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from allocator import InputError
from allocator.scenarios.sweeps import weightings
from allocator.scenarios.sweeps.weightings import block_count, dirichlet, given_rows, simplex_grid


@pytest.mark.parametrize("factors", [1, 2, 3, 4])
def test_a_grid_holds_every_weighting_once_in_order(factors):
    grid = simplex_grid(factors, "0.1")
    wanted = [list(row) for row in itertools.product(range(11), repeat=factors) if sum(row) == 10]
    assert grid.block(0).tolist() == wanted
    assert grid.most == len(wanted)


def test_a_grid_within_bounds():
    grid = simplex_grid(3, "0.1", lower=["0.15", 0, 0], upper=[1, "0.5", 1])
    rows = grid.block(0)
    every = itertools.product(range(11), repeat=3)
    wanted = [list(r) for r in every if sum(r) == 10 and r[0] >= 2 and r[1] <= 5]
    assert rows.tolist() == wanted


def test_blocks_of_a_grid_join_up(monkeypatch):
    whole = simplex_grid(3, "0.05").block(0)
    monkeypatch.setattr(weightings, "BLOCK", 10)
    grid = simplex_grid(3, "0.05")
    parts = [grid.block(b) for b in range(block_count(grid))]
    assert len(parts) == 24
    assert np.concatenate(parts).tolist() == whole.tolist()


def test_a_step_that_does_not_divide_one_is_refused():
    with pytest.raises(InputError, match="不能整除"):
        simplex_grid(3, "0.3")


def test_a_sample_is_exact_seeded_and_within_bounds():
    lower, upper = ["0.2", "0", "0.1"], ["0.5", "0.3", "1"]
    sample = dirichlet(3, 5000, seed=4, lower=lower, upper=upper)
    rows = sample.block(0)
    assert rows.shape == (5000, 3)
    assert (rows.sum(axis=1) == 10**6).all()
    assert rows.min(axis=0).tolist() >= [200_000, 0, 100_000]
    assert (rows.max(axis=0) <= [500_000, 300_000, 10**6]).all()
    assert (rows == dirichlet(3, 5000, seed=4, lower=lower, upper=upper).block(0)).all()
    assert (rows != dirichlet(3, 5000, seed=5, lower=lower, upper=upper).block(0)).any()


def test_an_even_sample_is_uniform_on_the_simplex():
    """A weight w of three has P(w > t) = (1 − t)²."""
    rows = dirichlet(3, 60_000, seed=11).block(0)
    for t in (0.1, 0.5, 0.8):
        share = (rows > t * 10**6).mean(axis=0)
        assert abs(share - (1 - t) ** 2).max() < 0.008


def test_bounds_that_leave_no_weighting_are_refused():
    with pytest.raises(InputError, match="互相矛盾"):
        dirichlet(2, 10, seed=1, upper=["0.4", "0.4"])


def test_given_rows_are_exact_and_checked_together():
    rows = given_rows([[0.1, "0.9"], [Fraction(1, 3), Fraction(2, 3)]])
    assert rows.rows == ((3, 27), (10, 20))
    assert rows.denominator == 30
    with pytest.raises(InputError) as caught:
        given_rows([["0.5", "0.6"], ["0.5", "0.5"], ["-0.5", "1.5"], ["1"]])
    places = [problem.place.cell for problem in caught.value.problems]
    assert places == ["第 1 组", "第 3 组", "第 4 组"]


def test_bounds_and_centre_by_the_names_of_factors(scheme) -> None:
    pool = scheme.pool("micro_projects")
    named = dirichlet(
        pool, 5000, lower={"gdp": 0.1}, upper={"村（社区）数量": "60%"}, around="current"
    )
    assert named.lower == (0, 0, 100_000)
    assert named.upper == (600_000, 1_000_000, 1_000_000)
    rows = named.block(0)
    assert (rows.sum(axis=1) == 10**6).all()
    assert rows[:, 2].min() >= 100_000
    for mean, weight in zip(rows.mean(axis=0) / 10**6, (0.4, 0.3, 0.3), strict=True):
        assert abs(mean - weight) < 0.005
    assert simplex_grid(pool, "0.1", lower={"gdp": "0.3"}).lower == (0, 0, 3)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"lower": {"gpd": 0.1}}, "key"),
        ({"around": [0.5, 0.5, 0.5]}, "sweep.around"),
        ({"lower": {"gdp": 0.5}, "around": [0.4, 0.3, 0.3]}, "sweep.around"),
    ],
    ids=["misspelled", "no weighting", "below its bound"],
)
def test_what_cannot_be_drawn_is_refused(scheme, options, code) -> None:
    with pytest.raises(InputError) as caught:
        dirichlet(scheme.pool("micro_projects"), 10, **options)
    assert code in caught.value.problems[0].code


def test_rows_from_arrays_and_frames(scheme) -> None:
    pool = scheme.pool("micro_projects")
    frame = pd.DataFrame({"gdp": [0.5, 0.0], "villages": [0.3, 0.25], "area": [0.2, 0.75]})
    assert given_rows(frame, pool).block(0).tolist() == [[6, 4, 10], [5, 15, 0]]
    drawn = np.random.default_rng(0).dirichlet([1, 1, 1], size=50)
    assert any(sum(map(Fraction, row)) != 1 for row in drawn.tolist())
    found = given_rows(drawn)
    assert np.abs(found.block(0) / found.denominator - drawn).max() < 1e-11
