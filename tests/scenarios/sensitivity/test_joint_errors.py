"""Errors of all figures at once: every cell the engine's, and variance told apart by its cause."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from allocator import Fen, InputError, Recipients, Scheme, allocate
from allocator.fund.rules import Factor, Pool
from allocator.scenarios.sensitivity import joint_errors as module
from allocator.scenarios.sensitivity.data_errors import data_errors, figure_columns
from allocator.scenarios.sensitivity.joint_errors import joint_errors, sobol_indices


def one_by_one(recipients, scheme, names, error, count, seed):
    """The slow way: every table changed in fractions and allocated as a whole."""
    limit = int(error * 10**6)
    drawn = module._drawn(names, limit, (count, len(recipients)), seed)
    rows = []
    for row in range(count):
        numbers = dict(recipients.numbers)
        for name, parts in drawn.items():
            numbers[name] = tuple(
                number * (1 + Fraction(part, 10**6))
                for number, part in zip(numbers[name], parts[row].tolist(), strict=True)
            )
        answer = allocate(replace(recipients, numbers=numbers), scheme)
        rows.append([sum(p) for p in zip(*(r.entitlement for r in answer.pools), strict=True)])
    return np.array(rows)


@pytest.mark.parametrize("changes", [{}, {"floor": Fen(250_000_000)}, {"unit": Fen(10_000)}])
def test_every_cell_is_the_engines(recipients, scheme, changes):
    first = replace(scheme.pools[0], **changes)
    changed = replace(scheme, pools=(first, *scheme.pools[1:]))
    found = joint_errors(recipients, changed, "5%", count=40, seed=3)
    names = ("villages", "area", "gdp", "population", "aid_demand")
    cells = one_by_one(recipients, changed, names, Fraction(1, 20), 40, 3)
    assert found.least == tuple(cells.min(axis=0).tolist())
    assert found.most == tuple(cells.max(axis=0).tolist())
    middle = np.sort(cells, axis=0)[19]
    assert tuple(band[2] for band in found.bands) == tuple(middle.tolist())


def test_inverse_per_and_scaled_factors():
    towns = Recipients(
        tuple("甲乙丙丁"),
        {"a": (1, 2, 3, 4), "b": (5, 7, 11, 13), "c": (2, 3, 5, 7)},
    )
    factors = (
        Factor(Fraction(1, 3), "a", per="b", direction="inverse", scale="c"),
        Factor(Fraction(2, 3), "b"),
    )
    scheme = Scheme("方案", (Pool("p", "资金", Fen(10**9), factors),))
    found = joint_errors(towns, scheme, 0.1, count=30)
    cells = one_by_one(towns, scheme, ("a", "b", "c"), Fraction(1, 10), 30, 0)
    assert found.least == tuple(cells.min(axis=0).tolist())
    assert found.most == tuple(cells.max(axis=0).tolist())


def test_ties_go_through_the_engine():
    """No error at all: equal claims in every draw, which floats cannot decide."""
    towns = Recipients(tuple("甲乙丙"), {"a": (1, 1, 1), "b": (1, 2, 3)})
    pool = Pool("p", "资金", Fen(100), (Factor(Fraction(1), "a"),))
    other = Pool("q", "资金二", Fen(60), (Factor(Fraction(1), "b"),))
    found = joint_errors(towns, Scheme("方案", (pool, other)), "1%", columns=["b"], count=5)
    assert found.current == (34 + 10, 33 + 20, 33 + 30)


def test_variance_is_told_apart_by_its_cause():
    """Two pools, each moved by one column alone: its index is 1, the other's 0."""
    towns = Recipients(tuple("甲乙丙"), {"a": (1, 2, 3), "b": (0, 5, 0)})
    pools = (
        Pool("p", "资金", Fen(10**9), (Factor(Fraction(1), "a"),)),
        Pool("q", "资金二", Fen(10**9), (Factor(Fraction(1), "b"),)),
    )
    found = sobol_indices(towns, Scheme("方案", pools), "5%", count=500)
    assert (abs(found["a"] - 1) < 0.15).all().all()
    assert (abs(found["b"]) < 0.15).all().all()


def test_weights_as_an_input(recipients, scheme):
    found = sobol_indices(recipients, scheme, "1%", concentration=50.0, count=200)
    assert set(found.columns.get_level_values(0)) >= {"权重", "村（社区）数量"}
    assert found["权重", "合计"].median() > 0.5


@pytest.mark.parametrize(
    "options", [{"error": 0}, {"error": 2}, {"columns": ["gpd"]}, {"count": 0}]
)
def test_mistakes(recipients, scheme, options):
    with pytest.raises(InputError):
        joint_errors(recipients, scheme, options.pop("error", "5%"), **options)


def test_formulas_follow_the_figures_that_they_read():
    """A derived column, a factor by formula and a floor by formula, all read `a`."""
    towns = Recipients(tuple("甲乙丙"), {"a": (10, 20, 30), "b": (3, 2, 1)})
    factors = (Factor(Fraction(1, 2), value="sqrt_free"), Factor(Fraction(1, 2), "b"))
    pool = Pool("p", "资金", Fen(10**9), factors, floor="a * 10000")
    scheme = Scheme("方案", (pool,), columns={"sqrt_free": "a + b"})
    assert figure_columns(towns, scheme) == ("b", "a")
    found = joint_errors(towns, scheme, "5%", count=12)
    cells = one_by_one(towns, scheme, ("a", "b"), Fraction(1, 20), 12, 0)
    assert found.least == tuple(cells.min(axis=0).tolist())
    assert found.most == tuple(cells.max(axis=0).tolist())
    assert sobol_indices(towns, scheme, "5%", concentration=50.0, count=5).shape == (3, 6)
    assert any(one.own for one in data_errors(towns, scheme, "a", Fraction(1, 10)))
