"""The n-th smallest number, also where the sample points elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.rounding.selection import nth_smallest


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.data())
def test_few(numbers: list[float], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(numbers) - 1))
    assert nth_smallest(numbers, n) == sorted(numbers)[n]


LONG = [
    [float(i * 7919 % 10_007) for i in range(10_007)],
    [0.0] * 9_000,
    [float(i % 9 == 0) * i for i in range(9_000)],  # every row sampled is an exception
    [float("inf")] * 6_000 + [1.0],
]


@pytest.mark.parametrize("numbers", LONG, ids=["spread", "equal", "odd sample", "infinite"])
@pytest.mark.parametrize("part", [0, 0.001, 0.25, 0.5, 0.999, 1])
def test_many(numbers: list[float], part: float) -> None:
    n = int(part * (len(numbers) - 1))
    assert nth_smallest(numbers, n) == sorted(numbers)[n]
