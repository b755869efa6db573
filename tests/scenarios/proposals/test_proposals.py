"""Weights from data and judgements, against plain numpy and figures from the literature."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from allocator import InputError, Recipients, Scheme
from allocator.base.money import Fen
from allocator.fund.rules import Factor, Pool
from allocator.scenarios.comparisons.comparison import compare
from allocator.scenarios.proposals.from_data import propose
from allocator.scenarios.proposals.judgements import ahp, consistency_ratio, principal


def fund(**columns: tuple[int, ...]) -> tuple[Recipients, Scheme]:
    n = len(columns)
    factors = tuple(Factor(Fraction(1, n), name) for name in columns)
    towns = tuple(f"镇{i}" for i in range(len(next(iter(columns.values())))))
    return Recipients(towns, columns), Scheme("方案", (Pool("p", "资金", Fen(100), factors),))


def in_floats(recipients: Recipients, scheme: Scheme, pool_id: str, method: str) -> np.ndarray:
    names = [factor.column for factor in scheme.pool(pool_id).factors]
    x = np.array([[float(v) for v in recipients.numbers[name]] for name in names]).T
    if method == "entropy":
        s = x / x.sum(axis=0)
        terms = np.where(s > 0, s * np.log(np.where(s > 0, s, 1)), 0)
        raw = 1 + terms.sum(axis=0) / np.log(len(x))
    elif method == "variation":
        raw = x.std(axis=0) / x.mean(axis=0)
    else:
        z = (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))
        raw = z.std(axis=0) * (1 - np.corrcoef(z.T)).sum(axis=1)
    return raw / raw.sum()


@pytest.mark.parametrize("method", ["entropy", "critic", "variation"])
def test_methods_equal_floats_to_the_decimals_stated(recipients, scheme, method) -> None:
    proposed = propose(recipients, scheme, "micro_projects", method, decimals=6)
    assert sum(proposed.weights) == 1
    wanted = in_floats(recipients, scheme, "micro_projects", method)
    assert np.abs([float(w) for w in proposed.weights] - wanted).max() < 2e-6
    small = fund(a=(0, 1, 5), b=(2, 2, 3), c=(9, 1, 1))
    found = [float(w) for w in propose(*small, "p", method, decimals=8).weights]
    assert np.abs(found - in_floats(*small, "p", method)).max() < 2e-8


def test_a_factor_that_tells_nobody_apart_weighs_nothing() -> None:
    for method in ("entropy", "critic", "variation"):
        weights = propose(*fund(a=(1, 2, 3), b=(7, 7, 7), c=(3, 1, 1)), "p", method).weights
        assert weights[1] == 0
        with pytest.raises(InputError, match="没有差异"):
            propose(*fund(a=(1, 1), b=(2, 2)), "p", method)


def test_saatys_example_of_three_levels_of_distance() -> None:
    """Fully consistent judgements give back the weights that they were made from."""
    table = fund(a=(1, 2), b=(2, 1), c=(1, 1))
    exact = ahp(*table, "p", {("a", "b"): 2, ("b", "c"): 2, ("a", "c"): 4})
    assert exact.weights == (Fraction(5714, 10**4), Fraction(2857, 10**4), Fraction(1429, 10**4))
    assert "CR = 0，" in exact.notes[0]


def test_the_eigenvector_and_the_ratio_of_consistency() -> None:
    matrix = [[1, 5, 9], ["1/5", 1, 3], ["1/9", "1/3", 1]]
    weights, largest = principal([[Fraction(v) for v in row] for row in matrix])
    values, vectors = np.linalg.eig(np.array([[float(Fraction(v)) for v in r] for r in matrix]))
    top = np.argmax(values.real)
    wanted = vectors[:, top].real / vectors[:, top].real.sum()
    assert np.abs([float(w) for w in weights] - wanted).max() < 1e-12
    assert float(consistency_ratio(largest, 3)) == pytest.approx(
        (values[top].real - 3) / 2 / 0.58, abs=1e-9
    )


@pytest.mark.parametrize(
    ("judgements", "codes"),
    [
        ({("a", "b"): 2}, ["ahp.missing"] * 2),
        ({("a", "b"): 10, ("b", "c"): 0, ("a", "a"): 1}, ["ahp.value"] * 3),
        ({("a", "b"): 2, ("b", "a"): 3, ("a", "c"): 1, ("b", "c"): 1}, ["ahp.twice"]),
    ],
)
def test_judgements_that_cannot_be_used(judgements, codes) -> None:
    with pytest.raises(InputError) as caught:
        ahp(*fund(a=(1, 2), b=(2, 1), c=(1, 1)), "p", judgements)
    assert len(caught.value.problems) >= 1
    assert [problem.code for problem in caught.value.problems][: len(codes)][0] == codes[0]


def test_contradictory_judgements_are_named(recipients, scheme) -> None:
    cyclic = {("villages", "area"): 5, ("area", "gdp"): 5, ("gdp", "villages"): 5}
    assert "请复核" in ahp(recipients, scheme, "micro_projects", cyclic).notes[0]


def test_a_proposal_is_compared_as_a_scenario(recipients, scheme) -> None:
    proposed = propose(recipients, scheme, "micro_projects")
    compared = compare(recipients, scheme, [proposed.scenario()])
    used = compared.allocations[1].scheme.pool("micro_projects").factors
    assert tuple(factor.weight for factor in used) == proposed.weights
    assert compared.allocations[1].payment != compared.allocations[0].payment
    assert "建议权重" in proposed._repr_html_()
