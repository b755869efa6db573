"""Controlled rounding: both margins exact, every cell one of its two neighbours."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.rounding.two_way import round_two_way


@st.composite
def margins(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Row sums and column sums with one total: a random table's."""
    n, m = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    cell = st.one_of(st.integers(0, 9), st.integers(0, 10**12))
    table = [[draw(cell) for _ in range(m)] for _ in range(n)]
    return [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]


@given(margins())
def test_margins_are_exact_and_cells_are_neighbours(sums: tuple[list[int], list[int]]) -> None:
    rows, columns = sums
    table = round_two_way(rows, columns)
    assert [sum(line) for line in table] == rows
    assert [sum(column) for column in zip(*table, strict=True)] == columns
    total = sum(rows)
    for row, line in zip(rows, table, strict=True):
        for column, cell in zip(columns, line, strict=True):
            exact = Fraction(row * column, total) if total else Fraction(0)
            assert exact // 1 <= cell <= -(-exact // 1)


@pytest.mark.parametrize(
    ("rows", "columns", "table"),
    [
        ([5, 5], [3, 7], ((2, 3), (1, 4))),
        ([4, 6], [5, 5], ((2, 2), (3, 3))),
        ([0, 0], [0, 0], ((0, 0), (0, 0))),
        ([3], [1, 1, 1], ((1, 1, 1),)),
        ([], [], ()),
    ],
)
def test_by_hand(rows: list[int], columns: list[int], table: tuple[tuple[int, ...], ...]) -> None:
    assert round_two_way(rows, columns) == table


@pytest.mark.parametrize(("rows", "columns"), [([1, 2], [4]), ([-1, 2], [1]), ([1], [2, -1])])
def test_margins_that_do_not_agree(rows: list[int], columns: list[int]) -> None:
    with pytest.raises(ValueError, match="margins do not agree"):
        round_two_way(rows, columns)


def test_a_long_table_takes_no_quadratic_time() -> None:
    rows = [7 * i % 1001 for i in range(60_000)]
    first = sum(rows) // 3
    table = round_two_way(rows, [first, sum(rows) - first])
    assert sum(line[0] for line in table) == first
