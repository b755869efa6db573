"""Ten thousand random tables with ties and rows of nought: no margin is ever missed."""

from __future__ import annotations

import random

from allocator.rounding.two_way import round_two_way

TABLES = 10_000


def test_no_margin_is_ever_missed() -> None:
    rng = random.Random(14)  # noqa: S311 - tables, not secrets
    for _ in range(TABLES):
        rows = [rng.choice((0, 0, 1, 5, 5, rng.randrange(40))) for _ in range(rng.randint(1, 6))]
        left, columns = sum(rows), []
        for _ in range(rng.randint(0, 3)):
            columns.append(rng.choice((0, left // 2, rng.randint(0, left))))
            left -= columns[-1]
        columns.append(left)
        table = round_two_way(rows, columns)
        assert [sum(row) for row in table] == rows
        assert [sum(column) for column in zip(*table, strict=True)] == columns
        total = sum(rows) or 1
        for row, cells in zip(rows, table, strict=True):
            for column, cell in zip(columns, cells, strict=True):
                assert 0 <= cell * total - (row * column // total) * total <= total
