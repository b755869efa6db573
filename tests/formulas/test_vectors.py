"""Columns of numbers without a small common denominator, against plain Fractions."""

from __future__ import annotations

from fractions import Fraction
from operator import add, mul

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.formulas.tree import MOST_BITS, MOST_WORK
from allocator.formulas.values import rows, whole
from allocator.formulas.values.vectors import (
    Meter,
    OversizeError,
    Vector,
    aligned,
    chosen,
    common,
    inverse,
    keys,
    plus,
    settled,
    times,
    vector_of,
)

WIDE = st.builds(Fraction, st.integers(-(10**60), 10**60), st.integers(1, 10**60))
NUMBERS = WIDE | st.integers(-9, 9) | st.fractions(-9, 9, max_denominator=12)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS, st.booleans()), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(PAIRS)
def test_columns_of_quotients_by_definition(pairs: list[tuple[Fraction, Fraction, bool]]) -> None:
    x, y, test = (list(column) for column in zip(*pairs, strict=True))
    a, b, meter = vector_of(x), vector_of(y), Meter()
    assert a.fractions() == x
    assert plus(a, b, meter).fractions() == list(map(add, x, y))
    assert times(a, b, meter).fractions() == list(map(mul, x, y))
    assert settled(times(times(a, b, meter), b, meter), meter).fractions() == [
        v * w * w for v, w in zip(x, y, strict=True)
    ]
    assert chosen(test, a, b, meter).fractions() == [
        v if t else w for v, w, t in zip(x, y, test, strict=True)
    ]
    assert rows.picked([a, b], [int(t) for t in test], meter).fractions() == [
        w if t else v for v, w, t in zip(x, y, test, strict=True)
    ]
    first, second = aligned(a, b, meter)
    assert (first.each(), first.fractions(), second.fractions()) == (second.each(), x, y)
    over, below = common(a, meter)
    assert [Fraction(n, below) for n in over] == x
    order = sorted(range(len(x)), key=x.__getitem__)
    assert sorted(range(len(x)), key=keys(a, meter).__getitem__) == order
    assert whole.rank(a, [range(len(x))], meter).fractions() == [
        1 + sum(other > v for other in x) for v in x
    ]


def test_one_denominator_each_that_both_share() -> None:
    a, b = Vector([1, 2], [3, 5]), Vector([4, 7], [3, 5])
    first, second = aligned(a, b, Meter())
    assert (first.n, first.d, second.n) == ([1, 2], [3, 5], [4, 7])


def test_the_inverse_of_nothing_is_a_mistake_of_its_row() -> None:
    result = inverse(vector_of([Fraction(2, 3), 0, -4]), lambda i: f"row {i}")  # type: ignore[arg-type, return-value]
    assert dict(result.bad) == {1: "row 1"}
    assert [result.at(i) for i in (0, 2)] == [Fraction(3, 2), Fraction(-1, 4)]


@pytest.mark.parametrize(("rows_", "bits"), [(1, MOST_BITS + 1), (MOST_WORK, 0)])
def test_work_beyond_the_bounds_is_not_begun(rows_: int, bits: int) -> None:
    with pytest.raises(OversizeError):
        Meter().spend(rows_, bits)
