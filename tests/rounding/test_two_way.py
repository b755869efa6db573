"""Controlled rounding: both margins exact, every cell one of its two neighbours."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
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


def deviation(rows: list[int], columns: list[int], table: Sequence[Sequence[int]]) -> Fraction:
    total = sum(rows) or 1
    exact = [[Fraction(row * column, total) for column in columns] for row in rows]
    chain = itertools.chain.from_iterable
    pairs = zip(chain(table), chain(exact), strict=True)
    return sum((abs(cell - part) for cell, part in pairs), Fraction(0))


def every_rounding(rows: list[int], columns: list[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """All tables of neighbours that keep the margins, by trying every cell both ways."""
    total = sum(rows) or 1
    cells = [Fraction(row * column, total) for row in rows for column in columns]
    m = len(columns)
    for flat in itertools.product(*({math.floor(c), math.ceil(c)} for c in cells)):
        table = tuple(flat[i * m : i * m + m] for i in range(len(rows)))
        if [sum(line) for line in table] == rows and [
            sum(column) for column in zip(*table, strict=True)
        ] == columns:
            yield table


@st.composite
def small_margins(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    n, m = draw(st.sampled_from([(2, 3), (3, 3), (3, 2), (5, 2), (2, 4), (4, 3)]))
    cell = st.integers(0, 6)
    table = [[draw(cell) for _ in range(m)] for _ in range(n)]
    return [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]


@given(small_margins())
@settings(max_examples=60, deadline=None)
def test_no_other_rounding_deviates_less(sums: tuple[list[int], list[int]]) -> None:
    table = round_two_way(*sums)
    least = min(deviation(*sums, other) for other in every_rounding(*sums))
    assert deviation(*sums, table) == least


def test_the_three_parts_of_a_published_table() -> None:
    """Equal rows leave the choice open: the column with the larger part is filled from the top."""
    rows, columns = [5, 5, 5], [9, 6]
    assert round_two_way(rows, columns) == ((3, 2), (3, 2), (3, 2))
    assert round_two_way([1, 1, 1], [2, 1]) == ((1, 0), (1, 0), (0, 1))


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
