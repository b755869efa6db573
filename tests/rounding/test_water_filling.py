"""One level for everyone: against the sum at every bend, and through the sample of large tables."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.rounding import water_filling
from allocator.rounding.water_filling import Infeasible, water_fill
from tests.engine import reference
from tests.engine.cases import Case, feasible


@pytest.fixture(params=[2000, 4], ids=["all bends at once", "near a sampled level"])
def sampling(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(water_filling, "_FEW", request.param)
        yield


def filled(case: Case, *, lower: bool = True, upper: bool = True) -> list[Fraction]:
    weights = [int(w * 10**6 // 1) for w in case.weights]
    lows = case.lower if lower else None
    highs = case.upper if upper else None
    level = water_fill(case.total, weights, lows, highs)
    rows = zip(weights, case.lower, case.upper, strict=True)
    return [
        reference.clip(level * w, low if lower else 0, high if upper else case.total)
        if w
        else Fraction(low if lower else 0)
        for w, low, high in rows
    ]


@pytest.mark.usefixtures("sampling")
@settings(max_examples=60)
@given(case=feasible(most=25), lower=st.booleans(), upper=st.booleans())
def test_the_reference_gives_the_same_amounts(case: Case, *, lower: bool, upper: bool) -> None:
    weights = [Fraction(int(w * 10**6 // 1)) for w in case.weights]
    if not any(weights):
        return
    lows = case.lower if lower else (0,) * len(weights)
    highs = case.upper if upper else (case.total,) * len(weights)
    amounts = filled(case, lower=lower, upper=upper)
    assert sum(amounts) == case.total
    assert amounts == reference.claims(case.total, weights, lows, highs)


@pytest.mark.usefixtures("sampling")
@given(feasible(most=25))
def test_levels_that_agree_in_double_precision_are_told_apart(case: Case) -> None:
    """Weights of 10^30 and a little more: all bends of one height share a float."""
    weights = [10**30 + 10**6 * i if w else 0 for i, w in enumerate(case.weights)]
    level = water_fill(case.total, weights, case.lower, case.upper)
    rows = zip(weights, case.lower, case.upper, strict=True)
    amounts = [reference.clip(level * w, low, high) for w, low, high in rows if w]
    at_0 = sum(low for w, low in zip(weights, case.lower, strict=True) if not w)
    assert sum(amounts) + at_0 == case.total


@pytest.mark.parametrize("big", [0, 1, 1999])
def test_one_recipient_that_the_sample_may_miss(big: int) -> None:
    """Half of all weight rests on one row of 3,000, wherever it stands."""
    weights = [1] * 3000
    weights[big] = 3000
    level = water_fill(10**6, weights, [200] * 3000, [10**6] * 3000)
    assert sum(reference.clip(level * w, 200, 10**6) for w in weights) == 10**6


def test_a_sample_that_points_too_high() -> None:
    """Every third row is sampled, and only the others have large weights."""
    weights = [1 if i % 3 == 0 else 1000 for i in range(3000)]
    lower = [i % 50 for i in range(3000)]
    level = water_fill(300_000, weights, lower)
    rows = zip(weights, lower, strict=True)
    assert sum(max(level * weight, low) for weight, low in rows) == 300_000


def test_a_sample_that_points_too_low() -> None:
    """Only the rows sampled have large weights, and soon reach their caps."""
    weights = [1000 if i % 3 == 0 else 1 for i in range(3000)]
    upper = [200 + i % 800 for i in range(3000)]
    level = water_fill(300_000, weights, None, upper)
    rows = zip(weights, upper, strict=True)
    assert sum(min(level * weight, high) for weight, high in rows) == 300_000


@pytest.mark.parametrize(
    ("total", "lower", "upper", "level"),
    [
        (100, [20, 0, 0], None, Fraction(80, 9)),
        (100, None, [100, 100, 50], Fraction(25)),
        (100, [20, 20, 60], [30, 30, 90], Fraction(15, 2)),  # all held at their lower bound
        (100, [0, 0, 0], [10, 10, 80], Fraction(10)),  # all held at their upper bound
        (0, None, None, Fraction(0)),
        (0, [0, 0, 0], [0, 0, 0], Fraction(0)),
    ],
)
def test_by_hand(
    total: int, lower: list[int] | None, upper: list[int] | None, level: Fraction
) -> None:
    """Weights 1, 1, 8."""
    assert water_fill(total, [1, 1, 8], lower, upper) == level


@pytest.mark.parametrize(
    ("total", "weights", "lower", "upper", "bound", "missing"),
    [
        (10, [1, 1], [6, 6], None, "lower", 2),
        (10, [1, 1], None, [4, 4], "upper", 2),
        (10, [1, 0], [0, 3], [5, 9], "upper", 2),  # weight 0 stays at 3, whatever its cap
        (10, [1, 1], [4, 3], [3, 9], "crossed", 0),
        (10, [0, 0], None, None, "upper", 10),
        (10, [0, 0], [4, 4], None, "upper", 2),
    ],
)
def test_bounds_that_leave_no_split(
    total: int,
    weights: list[int],
    lower: list[int] | None,
    upper: list[int] | None,
    bound: str,
    missing: int,
) -> None:
    with pytest.raises(Infeasible) as infeasible:
        water_fill(total, weights, lower, upper)
    assert (infeasible.value.bound, infeasible.value.missing) == (bound, missing)


def test_everyone_has_weight_0_and_its_lower_bound() -> None:
    assert water_fill(7, [0, 0], [3, 4]) == 0
    assert water_fill(0, [0, 0]) == 0


def test_shares_with_a_cap_as_published() -> None:
    """500 : 300 : 160, ten to split, nobody above 5 (votelib, test of PureProportionality)."""
    level = water_fill(10, [500, 300, 160], None, [5, 5, 5])
    assert [min(level * w, 5) for w in (500, 300, 160)] == [5, Fraction(75, 23), Fraction(40, 23)]


def test_prior_awards_as_published() -> None:
    """Who holds 3, 1, 2 already keeps it: payable now 2, 2, 0 (votelib, prev_gains)."""
    held = [3, 1, 2]
    level = water_fill(10, [500, 300, 160], held)
    entitled = [max(level * w, h) for w, h in zip((500, 300, 160), held, strict=True)]
    assert [e - h for e, h in zip(entitled, held, strict=True)] == [2, 2, 0]


def test_a_sample_that_misleads_is_not_followed() -> None:
    """Every fourth of 4,000 has a floor: the sample holds those alone."""
    lower = [10 if i % 4 == 0 else 0 for i in range(4000)]
    assert water_filling.water_fill(12_000, [1] * 4000, lower) == Fraction(2, 3)
