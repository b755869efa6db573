"""Published amounts give back the weights they were made with."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator import Allocation, Fen, Recipients, Scheme
from allocator.optimize import Aim, WeightProblem, fit


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
    assert found.deviation < 1


def test_amounts_that_no_weights_give_are_refused(
    recipients: Recipients, scheme: Scheme, allocation: Allocation
) -> None:
    amounts = list(allocation.pool("micro_wishes").entitlement)
    amounts[0] += 5_000_000
    amounts[1] -= 5_000_000
    found = fit(recipients, scheme, problem("micro_wishes", recipients.towns, amounts, 1))
    assert found.ranges == ()
    assert not found.is_exact
    assert found.town == "东城街道"
    assert 1_000_000 < found.deviation < 5_000_000
    weights, compared = found.tables()
    assert "没有任何权重能得出公布的金额" in weights.notes[0]
    assert compared.total[1] == 21_000_000_00


def test_a_table_of_some_towns_is_enough(
    recipients: Recipients, scheme: Scheme, allocation: Allocation
) -> None:
    amounts = allocation.pool("micro_projects").entitlement
    towns = recipients.towns[:4]
    found = fit(recipients, scheme, problem("micro_projects", towns, list(amounts[:4]), 1))
    assert found.weights == (Fraction(2, 5), Fraction(3, 10), Fraction(3, 10))
