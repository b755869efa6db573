"""Rounding tables for print so that what is printed adds up: rows, columns and totals.

Every cell becomes one of its two neighbouring whole numbers, and the printed figures keep each sum
that the exact ones keep: down each column to its total, and across a row wherever columns are the
sum or difference of others. This is controlled rounding (L. H. Cox, L. R. Ernst, INFOR 20, 1982) of
several linked tables; as an integer program its relaxation is nearly a network, so HiGHS needs
milliseconds. Whatever it proposes is checked here in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from allocator.excel.issue.dual_simplex import Equation, Unfinished, cheapest_whole

#: A sum across columns that is 0 in a row: (sign, column) pairs.
SumRelation = tuple[tuple[int, int], ...]

#: Above a column's total only: a total this much nearer is worth a cell that is less near.
_TOTALS_FIRST = 4
_WIDER = 2
_NEARLY_WHOLE = 1e-6
#: What is told apart by costs weighs this much less than one row's worth of distance.
_FINER = 1_000_000
#: Figures with a choice: more of them take plain Python too long.
_MOST_EXACT = 1_000
#: A bound that is the same on every machine, as one of seconds is not.
_MOST_NODES = 2_000
#: Cells of a table whose wishes are tried; one twice as large takes seconds more.
_MOST_WISHED = 10_000


@dataclass(frozen=True, slots=True)
class Rounded:
    """A column in whole steps, and its total, which is their sum."""

    values: tuple[int, ...]
    total: int


class NoRounding(ValueError):
    """No table of neighbouring numbers keeps every sum."""


class TooLarge(ValueError):
    """The table needs a solver that is not installed here."""


def round_together(
    columns: Sequence[Sequence[int]],
    relations: Sequence[SumRelation],
    step: int,
    wishes: Sequence[SumRelation] = (),
) -> list[Rounded]:
    """Round each column to whole `step`s, all of them together.

    A relation is kept in each row, and in the line of totals, where the exact figures keep it. Cells
    are rounded to a neighbour; a total may be one step further off where nothing else adds up.
    Wishes are kept as well where that moves no total (all or none; not in tables of thousands).

    >>> parts = [(6, 6), (6, 6), (12, 12)]
    >>> first, second, both = round_together(parts, [((1, 0), (1, 1), (-1, 2))], 10)
    >>> sorted([first.values, second.values]), both.values
    ([(0, 1), (1, 0)], (1, 1))

    Raises `NoRounding` where there is none, `TooLarge` for one that needs HiGHS where there is none.
    """
    table = [[*column, sum(column)] for column in columns]
    if not table or len(table[0]) == 1:
        return [Rounded((), 0) for _ in table]
    if not any(value % step for line in table for value in line):
        whole = [[value // step for value in line] for line in table]
        return [Rounded(tuple(line[:-1]), line[-1]) for line in whole]
    sums = list(_sums(table, relations))
    for slack in (0, _WIDER):
        totals = [(-slack, slack + (line[-1] % step > 0)) for line in table]
        plain = _kept(table, sums, step, totals)
        if plain is None:
            continue
        if not wishes or len(table) * len(table[0]) > _MOST_WISHED:
            return plain
        fixed = [
            (one.total - line[-1] // step,) * 2 for one, line in zip(plain, table, strict=True)
        ]
        return _kept(table, [*sums, *_sums(table, wishes)], step, fixed) or plain
    raise NoRounding("no rounding keeps every sum")


def _kept(
    table: Sequence[Sequence[int]],
    sums: Sequence[Sequence[Term]],
    step: int,
    totals: Sequence[tuple[int, int]],
) -> list[Rounded] | None:
    """The table rounded with every sum kept; `totals` are the steps each may lie above its floor."""
    ups = _propose(table, sums, step, totals)
    if ups is None:
        return None
    rounded = [
        [value // step + up for value, up in zip(line, more, strict=True)]
        for line, more in zip(table, ups, strict=True)
    ]
    if any(sum(s * rounded[c][i] for s, c, i in terms) for terms in sums):
        return None
    return [Rounded(tuple(line[:-1]), line[-1]) for line in rounded]


Term = tuple[int, int, int]  # sign, column, row (the last row is the total)


def _sums(
    table: Sequence[Sequence[int]], relations: Sequence[SumRelation]
) -> Iterator[tuple[Term, ...]]:
    """Every sum that must stay 0: each column less its total, each relation where it holds."""
    rows = len(table[0])
    for c in range(len(table)):
        yield (*((1, c, i) for i in range(rows - 1)), (-1, c, rows - 1))
    for relation in map(_merged, relations):
        for i in range(rows if relation else 0):
            if sum(sign * table[c][i] for sign, c in relation) == 0:
                yield tuple((sign, c, i) for sign, c in relation)


def _merged(relation: SumRelation) -> SumRelation:
    """A relation that names each column once; those that cancel out are left out."""
    signs: dict[int, int] = {}
    for sign, column in relation:
        signs[column] = signs.get(column, 0) + sign
    return tuple((sign, column) for column, sign in signs.items() if sign)


def _propose(
    table: Sequence[Sequence[int]],
    sums: Sequence[Sequence[Term]],
    step: int,
    totals: Sequence[tuple[int, int]],
) -> list[list[int]] | None:
    """How many steps above its floor each figure goes; None where nothing is found."""
    rows = len(table[0])
    cost, low, high = [], [], []
    for line, (least, most) in zip(table, totals, strict=True):
        for i, value in enumerate(line):
            part = value % step
            is_total = i == rows - 1
            weight = _TOTALS_FIRST * rows if is_total else 1
            # Equal costs are told apart, so that the same table is rounded the same way anywhere.
            cost.append(weight * (step - 2 * part) * rows * _FINER + step * (i + 1))
            low.append(least if is_total else 0)
            high.append(most if is_total else int(part > 0))
    equations = [
        (
            {c * rows + i: sign for sign, c, i in terms},
            -sum(sign * (table[c][i] // step) for sign, c, i in terms),
        )
        for terms in sums
    ]
    free = sum(a != b for a, b in zip(low, high, strict=True))
    found = _solved(cost, low, high, equations, is_small=free <= _MOST_EXACT)
    if found is None:
        return None
    return [found[c * rows : (c + 1) * rows] for c in range(len(table))]


def _solved(
    cost: Sequence[int],
    low: Sequence[int],
    high: Sequence[int],
    equations: Sequence[Equation],
    *,
    is_small: bool,
) -> list[int] | None:
    """In plain Python where that ends soon: then a browser and a command give the same."""
    if is_small:
        try:
            return cheapest_whole(cost, low, high, equations)
        except Unfinished:
            pass
    return _by_highs(cost, low, high, equations)


def _by_highs(
    cost: Sequence[int], low: Sequence[int], high: Sequence[int], equations: Sequence[Equation]
) -> list[int] | None:
    """The same as `cheapest_whole` by HiGHS, for what takes plain Python too long."""
    if find_spec("highspy") is None:
        raise TooLarge("this table needs HiGHS")
    import highspy
    import numpy as np

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_max_nodes", _MOST_NODES)
    count = len(cost)
    unit = max(map(abs, cost))
    solver.addVars(count, np.array(low, dtype=float), np.array(high, dtype=float))
    places = np.arange(count, dtype=np.int32)
    solver.changeColsCost(count, places, np.array([c / unit for c in cost]))
    starts = np.cumsum([0, *(len(terms) for terms, _ in equations[:-1])], dtype=np.int32)
    at = np.array([j for terms, _ in equations for j in terms], dtype=np.int32)
    signs = np.array([float(sign) for terms, _ in equations for sign in terms.values()])
    needed = np.array([float(number) for _, number in equations])
    solver.addRows(len(equations), needed, needed, len(at), starts, at, signs)
    # The corner that the linear program ends at is whole, but for rare tables: only those branch.
    whole = np.full(count, highspy.HighsVarType.kInteger)
    for is_whole in (False, True):
        if is_whole:
            solver.changeColsIntegrality(count, places, whole)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values = solver.getSolution().col_value
        found = [round(value) for value in values]
        if max(abs(v - f) for v, f in zip(values, found, strict=True)) < _NEARLY_WHOLE:
            break
    return found
