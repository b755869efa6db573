"""What each method promises, and the paradoxes of the one that does not, element by element.

Source: M. Balinski, H. P. Young, Fair Representation, 2nd ed. 2001, appendix A.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocator.rounding.apportion import apportion
from tests.engine.cases import METHODS, Case, feasible

DIVISOR_METHODS = METHODS[1:]
populations = st.lists(st.integers(1, 40), min_size=2, max_size=6)


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@settings(max_examples=50)
@given(case=feasible(), more=st.integers(1, 10))
def test_nobody_loses_when_the_total_grows(method: str, case: Case, more: int) -> None:
    """House monotonicity, within bounds too."""
    room = sum(
        high - low if weight else 0
        for weight, low, high in zip(case.weights, case.lower, case.upper, strict=True)
    )
    total = case.total + min(more, room - (case.total - sum(case.lower)))
    first, second = (
        apportion(t, case.weights, method=method, lower=case.lower, upper=case.upper).amounts
        for t in (case.total, total)
    )
    assert all(before <= after for before, after in zip(first, second, strict=True))


def test_the_alabama_paradox_of_largest_remainder() -> None:
    """With one unit more to give, the smallest gets one less: 1.43 → 1.36 while others pass it."""
    assert apportion(10, [6, 6, 2]).amounts == (4, 4, 2)
    assert apportion(11, [6, 6, 2]).amounts == (5, 5, 1)
    for method in DIVISOR_METHODS:
        first, second = (apportion(t, [6, 6, 2], method=method).amounts for t in (10, 11))
        assert all(a <= b for a, b in zip(first, second, strict=True)), method


@given(weights=populations, total=st.integers(0, 60))
def test_largest_remainder_keeps_the_quota(weights: list[int], total: int) -> None:
    amounts = apportion(total, weights).amounts
    for weight, amount in zip(weights, amounts, strict=True):
        assert abs(amount - Fraction(total * weight, sum(weights))) < 1


@settings(max_examples=50)
@given(case=feasible())
def test_largest_remainder_stays_next_to_the_bounded_claim(case: Case) -> None:
    answer = apportion(case.total, case.weights, lower=case.lower, upper=case.upper)
    rows = zip(case.weights, case.lower, case.upper, answer.amounts, strict=True)
    for weight, low, high, amount in rows:
        claim = min(max(answer.multiplier * weight, Fraction(low)), Fraction(high))
        assert abs(amount - (claim if weight else low)) < 1


@pytest.mark.parametrize("method", ["webster", "hill", "dhondt", "adams"])
def test_divisor_methods_may_leave_the_quota(method: str) -> None:
    """The price of what they promise: the first has 92.15 of 100."""
    weights = [9215, 159, 158, 157, 156, 155]
    amounts = apportion(100, weights, method=method).amounts
    assert abs(amounts[0] - Fraction(9215, 100)) > 1


@pytest.mark.parametrize("method", DIVISOR_METHODS)
@given(weights=populations, total=st.integers(0, 40), data=st.data())
def test_a_grower_never_loses_to_a_shrinker(
    method: str, weights: list[int], total: int, data: st.DataObject
) -> None:
    """Population monotonicity: i's weight grows, j's falls; then not i fewer and j more."""
    i, j = data.draw(st.permutations(range(len(weights))))[:2]
    changed = list(weights)
    changed[i] += data.draw(st.integers(1, 10))
    changed[j] -= data.draw(st.integers(0, changed[j] - 1))
    before = apportion(total, weights, method=method)
    after = apportion(total, changed, method=method)
    assume(not before.ties and not after.ties)
    assert not (after.amounts[i] < before.amounts[i] and after.amounts[j] > before.amounts[j])


def test_the_population_paradox_of_largest_remainder() -> None:
    """The first grows, the third shrinks, and a unit goes from the first to the third."""
    assert apportion(3, [14, 7, 5]).amounts == (2, 1, 0)
    assert apportion(3, [15, 15, 4]).amounts == (1, 1, 1)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=50)
@given(case=feasible())
def test_equals_differ_by_a_unit_at_most_and_only_in_a_named_tie(method: str, case: Case) -> None:
    """Exact symmetry: the same weight and bounds, the same amount but for a tie's last unit."""
    answer = apportion(case.total, case.weights, method=method, lower=case.lower, upper=case.upper)
    rows = list(zip(case.weights, case.lower, case.upper, strict=True))
    tied = {i for tie in answer.ties for i in tie.tied}
    for i, row in enumerate(rows):
        for k in range(i):
            if rows[k] == row:
                assert abs(answer.amounts[i] - answer.amounts[k]) <= 1
                assert answer.amounts[i] == answer.amounts[k] or {i, k} <= tied


@pytest.mark.parametrize("method", METHODS)
@given(weights=populations, factor=st.integers(1, 9))
def test_whole_claims_are_met_exactly(method: str, weights: list[int], factor: int) -> None:
    """Weak proportionality: where the exact split is whole, it is the answer."""
    answer = apportion(factor * sum(weights), weights, method=method)
    assert answer.amounts == tuple(factor * weight for weight in weights)
    assert answer.ties == ()


@given(weights=populations, total=st.integers(1, 60))
def test_adams_to_dhondt_the_larger_of_two_gains(weights: list[int], total: int) -> None:
    """Bias: of two, the larger gets no less by webster than by adams, by dhondt than by webster."""
    pair = sorted(weights[:2], reverse=True)
    larger = [apportion(total, pair, method=m).amounts[0] for m in ("adams", "webster", "dhondt")]
    assert larger == sorted(larger)
