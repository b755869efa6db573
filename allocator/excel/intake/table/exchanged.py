"""Two figures of a row that were put into each other's columns.

Each may be usual in its column by itself; together with the row's other figures it is not. The
logarithms of the figures of all other rows say which rows are usual (their means and how they move
together, a multivariate t distribution); a row is asked about when it would be far more usual with
the two exchanged. Figures that lie close to one another, or in columns that move independently of
all others, can be exchanged without a trace: no reader sees that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import log1p, log10
from typing import Final

#: Log likelihood by which a row must be more usual with two figures exchanged.
_FAR_LIKELIER: Final = 5.0
#: How far an exchanged row may be from the others, per column: it must be a usual row then.
_USUAL: Final = 3.0
#: Added to each variance, in squared decades: few rows are alike by chance.
_SPREAD: Final = 0.02 * log10(2.718281828) ** 2
#: Rows for each column that is compared.
_ROWS_A_COLUMN: Final = 3
_MOST_COLUMNS: Final = 6


class Moments:
    """The sums and products of rows, from which one can be taken away."""

    def __init__(self, rows: Sequence[Sequence[float]]) -> None:
        width = len(rows[0])
        self.count = len(rows)
        self.sums = [sum(row[c] for row in rows) for c in range(width)]
        self.products = [
            [sum(row[c] * row[d] for row in rows) for d in range(width)] for c in range(width)
        ]

    def distance(self, without: Sequence[float], point: Sequence[float]) -> float:
        """How far a point is from all rows but one, squared, in units of how those lie apart."""
        n, width = self.count - 1, len(point)
        means = [(self.sums[c] - without[c]) / n for c in range(width)]
        matrix = [
            [
                (self.products[c][d] - without[c] * without[d] - n * means[c] * means[d]) / (n - 1)
                + (_SPREAD if c == d else 0.0)
                for d in range(width)
            ]
            for c in range(width)
        ]
        away = [point[c] - means[c] for c in range(width)]
        return sum(a * s for a, s in zip(away, _solved(matrix, away), strict=True)) * n / (n + 1)


def _solved(matrix: list[list[float]], right: Sequence[float]) -> list[float]:
    """The solution of a positive definite system, by elimination."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    width = len(rows)
    for k in range(width):
        for i in range(k + 1, width):
            factor = rows[i][k] / rows[k][k]
            for j in range(k, width + 1):
                rows[i][j] -= factor * rows[k][j]
    found = [0.0] * width
    for k in reversed(range(width)):
        rest = sum(rows[k][j] * found[j] for j in range(k + 1, width))
        found[k] = (rows[k][width] - rest) / rows[k][k]
    return found


def exchanged(
    columns: Mapping[str, Sequence[float | None]], outer: Mapping[tuple[str, str], set[int]]
) -> list[tuple[str, str, int]]:
    """(column, other column, row) of figures that fit in only when they are exchanged.

    `columns` are the figures in decades; `outer` the rows whose ratio of two columns is one of the
    outermost, which are the only ones looked at.
    """
    names = list(columns)[:_MOST_COLUMNS]
    whole: dict[int, list[float]] = {}
    for i, figures in enumerate(zip(*(columns[name] for name in names), strict=True)):
        given = [figure for figure in figures if figure is not None]
        if len(given) == len(names):
            whole[i] = given
    if len(names) < 2 or len(whole) < _ROWS_A_COLUMN * len(names):
        return []
    moments = Moments([*whole.values()])
    return [
        (names[a], names[b], i)
        for a, b in combinations(range(len(names)), 2)
        for i in sorted(outer.get((names[a], names[b]), ()))
        if i in whole and _fits_exchanged(moments, whole[i], a, b)
    ]


def _fits_exchanged(moments: Moments, row: Sequence[float], a: int, b: int) -> bool:
    other = [*row]
    other[a], other[b] = row[b], row[a]
    n = moments.count - 1
    now = log1p(moments.distance(row, row) / (n - 1))
    if n / 2 * now < _FAR_LIKELIER:
        return False
    then = moments.distance(row, other)
    return then <= _USUAL * len(row) and n / 2 * (now - log1p(then / (n - 1))) >= _FAR_LIKELIER
