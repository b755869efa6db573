"""One table of totals gives back the weights of both pools, floors and advances known."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from allocator import Fen, InputError, Recipients, Scheme, allocate
from allocator.optimize import Aim, WeightProblem, fit_pools

UNIT = 10_000


@pytest.mark.parametrize(
    ("seed", "of"), [(0, "all_payments"), (1, "all_entitlements"), (2, "all_payments")]
)
def test_both_pools_come_back_from_their_totals(
    recipients: Recipients, scheme: Scheme, seed: int, of: str
) -> None:
    """万元 with two decimals, weights in sevenths to hundredths, none to three rows wrong."""
    source = random.Random(seed)  # noqa: S311 - test data
    parts = {"micro_projects": (20, 7, 100, 3, 50)[seed], "micro_wishes": (10, 20, 5, 100, 7)[seed]}
    weights = {}
    for pool, whole in parts.items():
        one, two = sorted(source.sample(range(1, whole), 2))
        weights[pool] = tuple(Fraction(w, whole) for w in (one, two - one, whole - two))
    made = allocate(recipients, scheme.with_weights(weights))
    columns = [p.payment if of == "all_payments" else p.entitlement for p in made.pools]
    totals = [sum(town) for town in zip(*columns, strict=True)]
    amounts = [(2 * fen + UNIT) // (2 * UNIT) * UNIT for fen in totals]
    bad = source.sample(range(33), seed % 4)
    for i in bad:
        amounts[i] += source.choice([-1, 1]) * source.choice([90_000, 900_000, 18_000_000])
    table = {"公布": dict(zip(recipients.towns, map(Fen, amounts), strict=True))}
    aim = Aim("fit", reference="公布", unit=Fen(UNIT), of=of)
    problem = WeightProblem(
        "micro_projects",
        aim,
        references=table,
        also="micro_wishes",  # type: ignore[arg-type]
    )
    found = fit_pools(recipients, scheme, problem)
    assert {one.case.pool.id: one.weights for one in found.pools} == weights
    for one in found.pools:
        assert {row.town for row in one.misprints} == {recipients.towns[i] for i in bad}
    assert len(found.tables()) == 3


def test_totals_are_needed(recipients: Recipients, scheme: Scheme) -> None:
    with pytest.raises(InputError, match="合计"):
        fit_pools(
            recipients, scheme, WeightProblem("micro_projects", "fit", also=("micro_wishes",))
        )  # type: ignore[arg-type]
