"""Controlled rounding of a two-way table: every row, every column and the total stay exact.

Each cell becomes one of its two neighbouring whole numbers, and of all tables that keep the
margins the one with the least total deviation is taken. That is a transportation problem with a
0/1 choice a cell, solved exactly: L. H. Cox, L. R. Ernst, Controlled Rounding, INFOR 20 (1982);
successive shortest paths after R. G. Busacker, P. J. Gowen (1961).
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

WholeTable = tuple[tuple[int, ...], ...]


def round_two_way(rows: Sequence[int], columns: Sequence[int]) -> WholeTable:
    """Split the row totals over the columns in proportion to the column totals.

    Cell (i, j) is exactly rows[i] · columns[j] / total before rounding and one of its two
    neighbouring whole numbers after it; row i sums to rows[i] and column j to columns[j]. Where
    several tables deviate as little, the earlier row keeps its larger part.

    >>> round_two_way([5, 5], [3, 7])
    ((2, 3), (1, 4))

    Raises `ValueError` when the two margins have different sums or a negative entry.
    """
    total = sum(rows)
    if total != sum(columns) or min((*rows, *columns), default=0) < 0:
        raise ValueError(f"margins do not agree: {total} and {sum(columns)}")
    if not total:
        return tuple((0,) * len(columns) for _ in rows)
    if len(columns) > len(rows):
        return tuple(zip(*round_two_way(columns, rows), strict=True))
    cells = [[divmod(row * column, total) for column in columns] for row in rows]
    rest = [[part for _, part in line] for line in cells]
    up = _two_columns(rest, total) if len(columns) == 2 else _Rounding(rest, total).nearest()
    return tuple(
        tuple(whole + more for (whole, _), more in zip(line, ups, strict=True))
        for line, ups in zip(cells, up, strict=True)
    )


def _two_columns(rest: Sequence[Sequence[int]], total: int) -> list[list[int]]:
    """Of two parts that sum to a whole unit one is rounded up: the first in the rows where it is
    largest, as often as its column needs.
    """
    wanted = sum(first for first, _ in rest) // total
    parted = sorted((i for i, (first, _) in enumerate(rest) if first), key=lambda i: -rest[i][0])
    first_up = set(parted[:wanted])
    return [
        [int(i in first_up), int(bool(first) and i not in first_up)]
        for i, (first, _) in enumerate(rest)
    ]


class _Rounding:
    """Which cells are rounded up (`up`), from `rest[i][j]` / `total`, the parts beyond whole units.

    At first every row takes its largest parts: nothing deviates less, but columns may hold too
    much or too little (`excess`). Then units are moved between columns along the cheapest chain
    of rows, one at a time; a chain that is cheapest at each step keeps the whole cheapest.

    Example: rest (6, 4), (7, 3), (7, 3) of 10, each row rounds one cell up: (1, 0) three times,
    one too many in the first column. Row 1 moves its unit at a cost of 2, the others at 4.
    """

    def __init__(self, rest: Sequence[Sequence[int]], total: int) -> None:
        self.rest = rest
        self.width = len(rest[0])
        self.up = [_largest(line, sum(line) // total) for line in rest]
        wanted = [sum(column) // total for column in zip(*rest, strict=True)]
        held = [sum(column) for column in zip(*self.up, strict=True)]
        self.excess = [have - want for have, want in zip(held, wanted, strict=True)]
        self.moves: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def nearest(self) -> list[list[int]]:
        """`up` once every column holds what it must."""
        if any(self.excess):
            for i in reversed(range(len(self.rest))):
                self._offer(i)
        while any(self.excess):
            for source, target, i in self._cheapest_chain():
                self.up[i][source], self.up[i][target] = 0, 1
                self.excess[source] -= 1
                self.excess[target] += 1
                self._offer(i)
        return self.up

    def _offer(self, i: int) -> None:
        """Put every move that row i can make now before the pairs of columns it concerns."""
        line, ups = self.rest[i], self.up[i]
        for source in range(self.width):
            if ups[source]:
                for target in range(self.width):
                    if not ups[target] and line[target]:
                        move = (line[source] - line[target], -i)
                        heappush(self.moves.setdefault((source, target), []), move)

    def _cheapest(self, source: int, target: int) -> tuple[int, int] | None:
        """(cost, row) of the cheapest move from a column to another; outdated offers are dropped."""
        moves = self.moves.get((source, target), [])
        while moves:
            cost, row = moves[0][0], -moves[0][1]
            if self.up[row][source] and not self.up[row][target]:
                return cost, row
            heappop(moves)
        return None

    def _cheapest_chain(self) -> list[tuple[int, int, int]]:
        """(from, to, row) of the moves that bring a unit from a full column to one that lacks it.

        Bellman and Ford's shortest path: a move may save what an earlier one cost.
        """
        edges = [
            (source, target, *move)
            for source in range(self.width)
            for target in range(self.width)
            if (move := self._cheapest(source, target))
        ]
        cost = {j: 0 for j, excess in enumerate(self.excess) if excess > 0}
        came: dict[int, tuple[int, int]] = {}
        for _ in range(self.width):
            for source, target, price, row in edges:
                reached = cost[source] + price if source in cost else None
                if reached is not None and (target not in cost or reached < cost[target]):
                    cost[target] = reached
                    came[target] = source, row
        lacking = (j for j, excess in enumerate(self.excess) if excess < 0 and j in cost)
        column = min(lacking, key=lambda j: (cost[j], j))
        chain = []
        while column in came:
            source, row = came[column]
            chain.append((source, column, row))
            column = source
        return chain


def _largest(line: Sequence[int], count: int) -> list[int]:
    """1 for the `count` largest parts of a line, the earlier of equal ones first; else 0."""
    first = sorted(range(len(line)), key=lambda j: -line[j])[:count]
    return [int(j in first) for j in range(len(line))]
