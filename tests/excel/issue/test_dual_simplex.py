"""The cheapest whole point against all points, tried one by one."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.excel.issue.conventional import _by_highs
from allocator.excel.issue.dual_simplex import Equation, cheapest_whole

SIZE = 6
factors = st.lists(st.sampled_from([-1, 0, 0, 1, 2]), min_size=SIZE, max_size=SIZE)
equations = st.lists(st.tuples(factors, st.integers(-2, 3)), max_size=4)
costs = st.lists(st.integers(-9, 9), min_size=SIZE, max_size=SIZE)
bounds = st.lists(st.sampled_from([(0, 1), (0, 1), (0, 0), (-2, 2)]), min_size=SIZE, max_size=SIZE)


def worth(cost: list[int], point: tuple[int, ...] | list[int]) -> int:
    return sum(c * x for c, x in zip(cost, point, strict=True))


@settings(max_examples=200, deadline=None)
@given(costs, bounds, equations)
def test_nothing_is_cheaper(
    cost: list[int], ranges: list[tuple[int, int]], given_sums: list[tuple[list[int], int]]
) -> None:
    points = [
        point
        for point in itertools.product(*(range(a, b + 1) for a, b in ranges))
        if all(worth(row, point) == number for row, number in given_sums)
    ]
    sums: list[Equation] = [
        ({j: f for j, f in enumerate(row) if f}, number) for row, number in given_sums
    ]
    low, high = [a for a, _ in ranges], [b for _, b in ranges]
    found = cheapest_whole(cost, low, high, sums)
    if found is None:
        assert not points
        return
    assert tuple(found) in points
    assert worth(cost, found) == min(worth(cost, point) for point in points)


def test_the_other_solver_finds_nothing_cheaper() -> None:
    """A two-way table of thirds: each row and each column goes to one of its places."""
    cost = [(7 * j) % 11 - 5 for j in range(36)]
    rows: list[Equation] = [({6 * i + k: 1 for k in range(6)}, 2) for i in range(6)]
    columns: list[Equation] = [({6 * k + i: 1 for k in range(6)}, 2) for i in range(6)]
    args = cost, [0] * 36, [1] * 36, [*rows, *columns]
    mine, other = cheapest_whole(*args), _by_highs(*args)
    assert mine is not None
    assert other is not None
    assert worth(cost, mine) == worth(cost, other)
