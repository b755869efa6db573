"""Controlled rounding of a two-way table: every row, every column and the total stay exact.

Source: L. H. Cox, A Constructive Procedure for Unbiased Controlled Rounding, JASA 82 (1987),
made deterministic: of the two ways round a loop of unrounded cells the shorter one is taken.
"""

from __future__ import annotations

from collections.abc import Sequence


def round_two_way(rows: Sequence[int], columns: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Split the row totals over the columns in proportion to the column totals.

    Cell (i, j) is exactly rows[i] · columns[j] / total before rounding and one of its two
    neighbouring whole numbers after it; row i sums to rows[i] and column j to columns[j].

    >>> round_two_way([5, 5], [3, 7])
    ((2, 3), (1, 4))

    Raises `ValueError` when the two margins have different sums or a negative entry.
    """
    total = sum(rows)
    if total != sum(columns) or min((*rows, *columns), default=0) < 0:
        raise ValueError(f"margins do not agree: {total} and {sum(columns)}")
    if not total:
        return tuple((0,) * len(columns) for _ in rows)
    cells = [[divmod(row * column, total) for column in columns] for row in rows]
    table = [[whole for whole, _ in line] for line in cells]
    rest = [[part for _, part in line] for line in cells]
    after = [list(range(len(rows) + 1)) for _ in columns]
    for i in range(len(rows)):
        while any(rest[i]):
            for row, column in _push(rest, _loop(rest, after, i), total):
                if rest[row][column] == total:
                    table[row][column] += 1
                    rest[row][column] = 0
    return tuple(map(tuple, table))


def _first_open(rest: list[list[int]], after: list[int], column: int, row: int) -> int:
    """The first row from `row` on with an unrounded cell in this column.

    `after[i]` is a row not before i below which no open row follows i; it is brought up to date on
    the way, so that rows once rounded are not looked at again.
    """
    found = row
    while found < len(rest) and not rest[found][column]:
        found = max(after[found], found + 1)
    while row < found:
        row, after[row] = max(after[row], row + 1), found
    return found


def _loop(rest: list[list[int]], after: list[list[int]], row: int) -> list[tuple[int, int]]:
    """A closed loop of unrounded cells, alternately along a row and along a column.

    It exists: the parts left of a line sum to whole units, so no line has just one open cell.
    """
    path: list[tuple[int, int]] = []
    row_seen: dict[int, int] = {}  # line -> where in the path it was first met
    column_seen: dict[int, int] = {}
    arrived = -1
    while row not in row_seen:
        row_seen[row] = len(path)
        column = next(j for j, part in enumerate(rest[row]) if part and j != arrived)
        path.append((row, column))
        if column in column_seen:
            return path[column_seen[column] :]
        column_seen[column] = len(path)
        first = _first_open(rest, after[column], column, 0)
        row = first if first != row else _first_open(rest, after[column], column, row + 1)
        path.append((row, column))
        arrived = column
    return path[row_seen[row] :]


def _push(rest: list[list[int]], loop: list[tuple[int, int]], total: int) -> list[tuple[int, int]]:
    """Shift parts round the loop until a cell is whole; return the cells that became whole."""
    ups, downs = loop[0::2], loop[1::2]
    forth = min(*(total - rest[i][j] for i, j in ups), *(rest[i][j] for i, j in downs))
    back = min(*(rest[i][j] for i, j in ups), *(total - rest[i][j] for i, j in downs))
    step = forth if forth <= back else -back
    for i, j in ups:
        rest[i][j] += step
    for i, j in downs:
        rest[i][j] -= step
    return [(i, j) for i, j in loop if rest[i][j] in (0, total)]
