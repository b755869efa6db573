"""Rounding for print against all tables of neighbouring numbers, tried one by one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.excel.issue.conventional import NoRounding, Rounded, round_together

STEP = 10
figures = st.lists(st.tuples(*[st.integers(-35, 99)] * 3), min_size=1, max_size=3)


def linked(rows: list[tuple[int, int, int]]) -> list[tuple[int, ...]]:
    """Columns a, b, c, a + b and a + b − c."""
    a, b, c = (tuple(column) for column in zip(*rows, strict=True))
    both = tuple(x + y for x, y in zip(a, b, strict=True))
    rest = tuple(x - y for x, y in zip(both, c, strict=True))
    return [a, b, c, both, rest]


RELATIONS = [((1, 0), (1, 1), (-1, 3)), ((1, 3), (-1, 2), (-1, 4))]


def exists(columns: list[tuple[int, ...]]) -> bool:
    """Whether some table of neighbours keeps every sum, totals being neighbours too."""
    choices = [
        [(v // STEP, v // STEP + 1) if v % STEP else (v // STEP,) for v in column]
        for column in columns[:3]
    ]
    for cells in itertools.product(*(itertools.product(*column) for column in choices)):
        table = linked(list(zip(*cells, strict=True)))
        if all(map(near, table, columns)):
            return True
    return False


def near(rounded: tuple[int, ...], exact: tuple[int, ...]) -> bool:
    pairs = [*zip(rounded, exact, strict=True), (sum(rounded), sum(exact))]
    return all(abs(r * STEP - e) < STEP for r, e in pairs)


@settings(max_examples=60, deadline=None)
@given(figures)
def test_every_sum_is_kept_and_every_figure_is_a_neighbour(
    rows: list[tuple[int, int, int]],
) -> None:
    columns = linked(rows)
    try:
        found = round_together(columns, RELATIONS, STEP)
    except NoRounding:
        assert not exists(columns)
        return
    values = [column.values for column in found]
    assert linked(list(zip(*values[:3], strict=True))) == values
    for column, exact in zip(found, columns, strict=True):
        assert column.total == sum(column.values)
        assert all(abs(v * STEP - e) < STEP for v, e in zip(column.values, exact, strict=True))
    if exists(columns):
        assert all(map(near, values, columns))


@settings(max_examples=60, deadline=None)
@given(figures)
def test_a_wish_moves_no_total_and_gives_way(rows: list[tuple[int, int, int]]) -> None:
    columns = linked(rows)
    try:
        plain = round_together(columns, RELATIONS, STEP)
    except NoRounding:
        return
    found = round_together(columns, RELATIONS, STEP, [((1, 0), (-1, 1))])
    assert [column.total for column in found] == [column.total for column in plain]
    values = [column.values for column in found]
    assert linked(list(zip(*values[:3], strict=True))) == values
    same = [a == b for a, b, _ in rows]
    kept = [x == y for x, y in zip(values[0], values[1], strict=True)]
    assert found == plain or all(k for s, k in zip(same, kept, strict=True) if s)


def test_a_relation_is_kept_only_where_it_holds() -> None:
    """A gap is required less raised, but never below 0; the totals then differ as well."""
    required, raised, gap = (15, 24), (8, 33), (7, 0)
    found = round_together([required, raised, gap], [((1, 0), (-1, 1), (-1, 2))], STEP)
    first = [column.values[0] for column in found]
    assert first[0] == first[1] + first[2]
    assert found[2].values[1] == 0


def test_figures_that_cannot_all_be_kept_are_refused() -> None:
    """Half a step, three times as much: 0 or 1 and 1 or 2 are never three to one."""
    with pytest.raises(NoRounding):
        round_together([(5,), (15,)], [((3, 0), (-1, 1))], STEP)


def test_nothing_to_round() -> None:
    assert round_together([(), ()], [], STEP) == [Rounded((), 0), Rounded((), 0)]
    assert round_together([(10, -20)], [], STEP) == [Rounded((1, -2), -1)]
