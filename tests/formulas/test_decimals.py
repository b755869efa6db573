from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.formulas.values.decimals import logarithm, power, root


def exp_bounds(x: Fraction) -> tuple[Fraction, Fraction]:
    """e^x from its series at x/64, with the rest of the series bounded, raised again."""
    part, term, total = x / 64, Fraction(1), Fraction(1)
    for k in range(1, 30):
        term *= part / k
        total += term
    rest = 2 * abs(term * part)
    return (total - rest) ** 64, (total + rest) ** 64


positive = st.fractions(Fraction(1, 1000), 1000, max_denominator=1000)


@settings(max_examples=60, deadline=None)
@given(st.fractions(-9, 9, max_denominator=1000), st.integers(0, 12))
def test_powers_are_nearest(x: Fraction, decimals: int) -> None:
    low, high = exp_bounds(x)
    found = Fraction(power(x.numerator, x.denominator, decimals))
    assert found - Fraction(1, 2) <= high * 10**decimals
    assert found + Fraction(1, 2) >= low * 10**decimals


@settings(max_examples=60, deadline=None)
@given(positive, st.integers(0, 12))
def test_logarithms_are_nearest(x: Fraction, decimals: int) -> None:
    found = Fraction(logarithm(x.numerator, x.denominator, decimals))
    half = Fraction(1, 2)
    assert exp_bounds((found - half) / 10**decimals)[0] <= x
    assert exp_bounds((found + half) / 10**decimals)[1] >= x


@given(positive | st.just(Fraction(0)), st.integers(0, 15))
def test_roots_are_nearest(x: Fraction, decimals: int) -> None:
    found, scale = root(x.numerator, x.denominator, decimals), 10 ** (2 * decimals)
    assert (
        max(found - Fraction(1, 2), Fraction(0)) ** 2 <= x * scale < (found + Fraction(1, 2)) ** 2
    )


def test_the_neighbours_of_nothing() -> None:
    assert logarithm(10**40 + 1, 10**40, 15) == 0
    assert logarithm(10**15 + 1, 10**15, 15) == 1
    assert power(1, 10**60, 15) == 10**15
    assert power(-59, 1, 15) == 0


@pytest.mark.parametrize("decimals", [0, 3])
def test_a_hair_beside_a_tie_more_digits_decide(decimals: int) -> None:
    half = Decimal("0.5").scaleb(-decimals)
    tie = Context(prec=80).exp(half)
    unit = 10**60
    below = int(Context(prec=80).multiply(tie, unit))
    assert [logarithm(n, unit, decimals) for n in (below, below + 1)] == [0, 1]
