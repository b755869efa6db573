"""Published amounts give back the weights they were made with."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from allocator import Allocation, Fen, Recipients, Scheme, allocate
from allocator.fund.rules import Factor, Pool
from allocator.optimize import Aim, WeightProblem, fit
from allocator.optimize.search.pose import pose
from tests.optimize.misprints import check


def problem(pool: str, towns: tuple[str, ...], amounts: list[int], unit: int) -> WeightProblem:
    aim = Aim("fit", reference="公布", unit=Fen(unit))
    return WeightProblem(
        pool, aim, references={"公布": dict(zip(towns, map(Fen, amounts), strict=True))}
    )


def rounded(amounts: tuple[Fen, ...], unit: int) -> list[int]:
    return [(2 * fen + unit) // (2 * unit) * unit for fen in amounts]


@pytest.mark.parametrize("unit", [1, 10_000], ids=["分", "百元"])
@pytest.mark.parametrize("pool", ["micro_projects", "micro_wishes"])
def test_the_samples_own_weights_come_back(
    recipients: Recipients, scheme: Scheme, allocation: Allocation, pool: str, unit: int
) -> None:
    """From fen, and from 万元 with two decimals, where they are the only round ones within."""
    amounts = rounded(allocation.pool(pool).entitlement, unit)
    found = fit(recipients, scheme, problem(pool, recipients.towns, amounts, unit))
    weights = tuple(factor.weight for factor in scheme.pool(pool).factors)
    assert found.is_exact
    assert found.weights == weights
    assert found.alternatives == (weights,)
    widths = [high - low for low, high in found.ranges]
    assert all(low <= w <= high for w, (low, high) in zip(weights, found.ranges, strict=True))
    assert max(widths) < (Fraction(1, 10**7) if unit == 1 else Fraction(1, 10**3))
    assert max(widths) > 0


def test_weights_that_are_not_round_stay_an_interval(
    recipients: Recipients, scheme: Scheme
) -> None:
    odd = (Fraction(123457, 400000), Fraction(1, 3), 1 - Fraction(123457, 400000) - Fraction(1, 3))
    pool = scheme.pool("micro_wishes")
    made = problem("micro_wishes", recipients.towns, [0] * 33, 1)
    from allocator.optimize.program.case import prepare

    amounts = prepare(recipients, scheme, made).allocate(odd).pool(pool.id).entitlement
    found = fit(recipients, scheme, problem(pool.id, recipients.towns, list(amounts), 1))
    assert not found.is_exact
    assert all(low <= w <= high for w, (low, high) in zip(odd, found.ranges, strict=True))
    assert found.misprints == ()


@pytest.mark.parametrize("seed", range(3))
def test_misprinted_rows_are_named_and_the_weights_found_without_them(
    recipients: Recipients, scheme: Scheme, seed: int
) -> None:
    """万元 with two decimals, sevenths to hundredths, one or three rows wrong."""
    source = random.Random(seed)  # noqa: S311 - test data
    pool, parts, wrong = ("micro_wishes", "micro_projects")[seed % 2], (7, 20, 100)[seed], (1, 3)
    one, two = sorted(source.sample(range(1, parts), 2))
    weights = tuple(Fraction(w, parts) for w in (one, two - one, parts - two))
    made = problem(pool, recipients.towns, [0] * 33, 10_000)
    case = pose(recipients, scheme, made, ()).case
    amounts = rounded(case.allocate(weights).pool(pool).entitlement, 10_000)
    bad = source.sample(range(33), wrong[seed % 2])
    for i in bad:
        amounts[i] += source.choice([-1, 1]) * source.choice([90_000, 900_000, 18_000_000])
    found = fit(recipients, scheme, problem(pool, recipients.towns, amounts, 10_000))
    assert found.weights == weights
    assert {row.town for row in found.misprints} == {recipients.towns[i] for i in bad}
    notes = found.tables()[0].notes
    assert all(any(recipients.towns[i] in note for note in notes) for i in bad)
    assert any("共试" in note for note in notes)


@pytest.mark.parametrize("factors", range(3, 9))
def test_equal_weights_of_three_to_eight_factors_are_found(factors: int) -> None:
    source = random.Random(factors)  # noqa: S311 - test data
    columns = {f"f{k}": [source.randint(1, 999) for _ in range(33)] for k in range(factors)}
    towns = tuple(f"镇{i}" for i in range(33))
    table = Recipients.from_columns(towns, columns)
    equal = Fraction(1, factors)
    pool = Pool("p", "资金", Fen(10**10), tuple(Factor(equal, column=name) for name in columns))
    fund = Scheme("基金", (pool,))
    amounts = rounded(allocate(table, fund).pool("p").entitlement, 10_000)
    found = fit(table, fund, problem("p", towns, amounts, 10_000))
    assert found.weights == (equal,) * factors
    assert found.is_exact


def test_a_table_of_some_towns_is_enough(
    recipients: Recipients, scheme: Scheme, allocation: Allocation
) -> None:
    amounts = allocation.pool("micro_projects").entitlement
    towns = recipients.towns[:4]
    found = fit(recipients, scheme, problem("micro_projects", towns, list(amounts[:4]), 1))
    assert found.weights == (Fraction(2, 5), Fraction(3, 10), Fraction(3, 10))


@pytest.mark.parametrize("seed", [6, 10])
def test_a_row_wrong_by_one_unit_does_not_make_the_weights_odd(
    recipients: Recipients, scheme: Scheme, seed: int
) -> None:
    """Three wrong rows, one of which some odd weights would agree with (see `misprints`)."""
    assert check(recipients, scheme, seed) == "found"
