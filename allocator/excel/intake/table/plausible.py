"""Figures that cannot be right beside the others of their column and of their row.

A unit taken for another moves one figure by a known factor: it leaves the range of its column, or
its ratios to the row's other figures (per head, per km², per village) leave theirs, and divided by
the factor it fits in again. A large recipient is large in every column, so its ratios stay. What is
found is asked, never mended: a ratio may be what it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from heapq import nlargest, nsmallest
from itertools import combinations, permutations
from math import log10
from typing import Final

from allocator.base.money import format_number
from allocator.base.problems import Place, Problem
from allocator.excel.intake.table.exchanged import exchanged
from allocator.fund.columns import BY_NAME
from allocator.fund.recipients import Number, Recipients

_FEWEST: Final = 5
#: Figures of which a 0 may stand apart.
_FEWER: Final = 3
#: Columns whose ratios are compared; more say nothing new and cost the square of their number.
_MOST_COLUMNS: Final = 12
#: Rows from which one more extreme figure on either side is taken for another slip.
_MANY: Final = 12
#: Decades beyond all others: of a figure alone, of a figure whose ratios leave their range too, of
#: such ratios, and the margin within which a figure fits in again.
_ALONE, _WITH_RATIOS, _RATIO, _FITS = 1.0, 0.25, 0.45, 0.12
#: Decades beyond all others that are odd without any factor to explain them.
_NO_CAUSE: Final = 1.5
#: Counts below it may as well be 0.
_NEAR_ZERO: Final = 30
#: How often the rest of a table is looked at again once figures in it were found.
_ROUNDS: Final = 4
_FACTORS: Final = (1e2, 1.5e3, 1e3, 1e4, 1e5, 1e6, 1e8)
_CAUSES: Final = {
    ("area", 1e2): "可能是公顷",
    ("area", 1.5e3): "可能是亩",
    ("area", 1e6): "可能是平方米",
    ("gdp", 1e4): "可能是万元",
    ("gdp", 1e8): "可能是元",
}


class Range:
    """The values of one feature in decades, to ask how far one is beyond the others."""

    def __init__(self, values: Sequence[float]) -> None:
        self.count = len(values)
        spare = 1 if self.count >= _MANY else 0
        self._lows = nsmallest(spare + 2, values)[spare:]
        self._highs = nlargest(spare + 2, values)[spare:]

    def beyond(self, value: float, own: float) -> float:
        """Decades of `value` beyond all but `own`, which counts once, and the outermost."""
        low = self._lows[own <= self._lows[0]]
        high = self._highs[own >= self._highs[0]]
        return max(value - high, low - value, 0.0)

    def outer(self, values: Sequence[float | None]) -> set[int]:
        """The places of values that may be beyond the others: nearly all are seen not to be."""
        low, high = self._lows[0], self._highs[0]
        return {i for i, v in enumerate(values) if v is not None and not low < v < high}


class Logs:
    """The figures of a table in decades, and the ranges of them and of their ratios."""

    def __init__(
        self, recipients: Recipients, columns: Sequence[str], bad: Collection[Place]
    ) -> None:
        self.columns: dict[str, list[float | None]] = {}
        for name in [name for name in columns if not _is_ranks(recipients.numbers[name])][
            :_MOST_COLUMNS
        ]:
            figures = [
                log10(value)
                if value > 0 and not (bad and recipients.place(name, i) in bad)
                else None
                for i, value in enumerate(recipients.numbers[name])
            ]
            if sum(figure is not None for figure in figures) >= _FEWEST:
                self.columns[name] = figures
        self.ranges: dict[str, Range] = {}
        self.ratios: dict[tuple[str, str], Range] = {}
        #: Rows whose figure, or whose ratio, may be beyond the others.
        self.outer: dict[str, set[int]] = {}
        self.outer_ratios: dict[tuple[str, str], set[int]] = {}
        for name, figures in self.columns.items():
            self.ranges[name], self.outer[name] = _ranged(figures)
        for pair in permutations(self.columns, 2):
            ranged, outer = _ranged(_ratios(*(self.columns[name] for name in pair)))
            if ranged.count >= _FEWEST:
                self.ratios[pair], self.outer_ratios[pair] = ranged, outer

    def suspects(self, name: str) -> list[int]:
        """The rows of a column whose figure or one of whose ratios may be beyond the others."""
        pairs = [rows for (one, _), rows in self.outer_ratios.items() if one == name]
        return sorted(self.outer[name].union(*pairs))

    def value(self, one: str, other: str, i: int) -> float | None:
        """The ratio of figure `i` of a column to that of another."""
        figure, under = self.columns[one][i], self.columns[other][i]
        return None if figure is None or under is None else figure - under

    def beyond(self, name: str, i: int, shift: float = 0.0) -> tuple[float, list[float]]:
        """How far figure `i`, moved by `shift`, is beyond the others: itself, and its ratios."""
        figure = self.columns[name][i]
        assert figure is not None  # noqa: S101 - only positive figures are asked about
        alone = self.ranges[name].beyond(figure + shift, figure)
        ratios = []
        for (one, other), found in self.ratios.items():
            value = self.value(one, other, i) if one == name else None
            if value is not None:
                ratios.append(found.beyond(value + shift, value))
        return alone, ratios


def _is_ranks(values: Sequence[Number]) -> bool:
    """Whether a column numbers its rows: its figures measure nothing."""
    return max(values, default=0) == len(values) == len(set(values)) and min(values) == 1


def _ratios(over: Sequence[float | None], under: Sequence[float | None]) -> list[float | None]:
    return [None if a is None or b is None else a - b for a, b in zip(over, under, strict=True)]


def _ranged(values: Sequence[float | None]) -> tuple[Range, set[int]]:
    """The range of a feature, and the rows that may be beyond it."""
    found = Range([value for value in values if value is not None])
    return found, found.outer(values) if found.count >= _FEWEST else set()


def implausible(
    recipients: Recipients, columns: Sequence[str], bad: Collection[Place], needed: Collection[str]
) -> list[Problem]:
    """Doubts about single figures of the columns that are needed.

    The others only say what is usual; cells in `bad` have a mistake already.
    """
    found: list[Problem] = []
    if len(recipients) >= _FEWEST:
        logs, odd = _all_odd(recipients, columns, bad, needed)
        found += (_scale(recipients, *cells[0], i) for i, cells in odd.items() if len(cells) == 1)
        found += (_several(recipients, logs, cells, i) for i, cells in odd.items() if cells[1:])
        told = {recipients.place(name, i) for i, cells in odd.items() for name, _ in cells}
        found += _swapped(recipients, logs, told, needed)
        bad = {*bad, *told}
    for name in (name for name in columns if name in needed):
        found += _zeros(recipients, name, bad)
        found += _fractions(recipients, name, bad)
    return found


def _all_odd(
    recipients: Recipients, columns: Sequence[str], bad: Collection[Place], needed: Collection[str]
) -> tuple[Logs, dict[int, list[tuple[str, float | None]]]]:
    """The figures out of scale by row, and the table in decades.

    Those found are set aside and the rest is looked at again: beside one value in m² another in
    公顷 would not stand out.
    """
    logs = Logs(recipients, columns, bad)
    odd: dict[int, list[tuple[str, float | None]]] = {}
    rest, aside = logs, set(bad)
    for _ in range(_ROUNDS):
        seen = [
            (i, name, factor)
            for name in (name for name in rest.columns if name in needed)
            for i, factor in _out_of_scale(rest, name)
        ]
        if not seen:
            break
        for i, name, factor in seen:
            odd.setdefault(i, []).append((name, factor))
            aside.add(recipients.place(name, i))
        rest = Logs(recipients, columns, aside)
    return logs, odd


def _out_of_scale(logs: Logs, name: str) -> Iterator[tuple[int, float | None]]:
    """The figures of a column that are out of scale: row, and the factor that explains it."""
    for i in logs.suspects(name):
        alone, ratios = logs.beyond(name, i)
        if not _is_odd(alone, ratios):
            continue
        factor = _factor(logs, name, i)
        least = min(ratios, default=0.0)
        is_far = logs.ranges[name].count >= _MANY and min(alone, least) >= _RATIO
        is_far = is_far and alone + least >= _ALONE + _RATIO
        if factor is not None or is_far or alone >= _NO_CAUSE:
            yield i, factor


def _is_odd(alone: float, ratios: Sequence[float]) -> bool:
    """Whether a figure leaves the range of its column or of most of its ratios."""
    if not ratios:
        return alone >= _ALONE
    odd = sum(ratio >= _RATIO for ratio in ratios)
    mostly = 2 * odd > len(ratios) or (odd and len(ratios) == 2)
    return bool(mostly) or (alone >= _WITH_RATIOS and odd > 0)


def _factor(logs: Logs, name: str, i: int) -> float | None:
    """The factor without which the figure fits in: the one that leaves it least beyond."""
    best, left = None, _FITS
    for factor in (*_FACTORS, *(1 / factor for factor in _FACTORS)):
        alone, ratios = logs.beyond(name, i, -log10(factor))
        most = max((alone, *ratios))
        if most < left:
            best, left = factor, most
    return best


def _several(
    recipients: Recipients, logs: Logs, cells: Sequence[tuple[str, float | None]], i: int
) -> Problem:
    """Several figures of one row: two of them exchanged, or the row shifted by a column."""
    names = [name for name, _ in cells]
    for one, other in combinations(names, 2):
        first, second = logs.columns[one][i], logs.columns[other][i]
        if first is None or second is None:
            continue
        ranges = logs.ranges
        if ranges[one].beyond(second, first) <= _FITS >= ranges[other].beyond(first, second):
            return _exchanged(recipients, one, other, i)
    shown = "”、“".join(recipients.header(name) for name in names)
    message = f"{recipients.towns[i]}的“{shown}”都与其他镇街相差远超常情，像是错了列或用了别的单位"
    return _doubt(recipients, "table.scale", message, names[0], i, *names[1:])


def _scale(recipients: Recipients, name: str, factor: float | None, i: int) -> Problem:
    values = sorted(value for value in recipients.numbers[name] if value > 0)
    median, value = values[len(values) // 2], recipients.numbers[name][i]
    relation = "大于" if value > median else "小于"
    message = (
        f"{recipients.towns[i]}的“{recipients.header(name)}”与同列、同行的其他数相比远{relation}常情"
        f"（中位数 {format_number(median, 4)}）"
    )
    if factor:
        times = f"{factor:,.0f} 倍" if factor > 1 else f"{1 / factor:,.0f} 分之一"
        cause = _CAUSES.get((name, factor), "可能用了别的单位")
        message += f"，约是应有数的 {times}，{cause}"
    return _doubt(recipients, "table.scale", message, name, i)


def _doubt(
    recipients: Recipients, code: str, message: str, name: str, i: int, *others: str
) -> Problem:
    values = [format_number(recipients.numbers[one][i], 4) for one in (name, *others)]
    value = "、".join(values)
    remedy = "请核对单位、小数点和是否错行错列；确实如此的，请在“核对记录”中确认"
    return Problem(code, message, remedy, recipients.place(name, i), value, is_doubt=True)


def _swapped(
    recipients: Recipients, logs: Logs, known: Collection[Place], needed: Collection[str]
) -> Iterator[Problem]:
    """Two figures of a row that fit in only when they are exchanged."""
    for one, other, i in exchanged(logs.columns, logs.outer_ratios):
        if {one, other} & set(needed) and recipients.place(one, i) not in known:
            yield _exchanged(recipients, one, other, i)


def _exchanged(recipients: Recipients, one: str, other: str, i: int) -> Problem:
    """The doubt about two figures of a row that stand in each other's columns."""
    message = (
        f"{recipients.towns[i]}的“{recipients.header(one)}”与“{recipients.header(other)}”"
        "像是填反了：对调后才与其他镇街相近"
    )
    return _doubt(recipients, "table.ratio", message, one, i, other)


def _zeros(recipients: Recipients, name: str, bad: Collection[Place]) -> Iterator[Problem]:
    """A single 0 where every other figure is far from it."""
    values = recipients.numbers[name]
    zeros = [i for i, value in enumerate(values) if value == 0]
    if not zeros or len(zeros) > max(1, len(values) // 20):
        return
    others = sorted(
        value
        for i, value in enumerate(values)
        if value > 0 and not (bad and recipients.place(name, i) in bad)
    )
    column = BY_NAME.get(name)
    is_count = bool(column and column.is_count)
    if len(others) < _FEWER or not _is_far_from_zero(others, is_count=is_count):
        return
    if len(others) >= _FEWEST and others[0] * 50 < others[len(others) // 2]:
        return
    if len(others) >= _FEWEST or _is_narrow(others):
        for i in zeros:
            if recipients.place(name, i) not in bad:
                message = (
                    f"{recipients.towns[i]}的“{recipients.header(name)}”为 0，其他镇街都不为 0"
                )
                yield _doubt(recipients, "table.zero_figure", message, name, i)


def _is_far_from_zero(others: Sequence[Number], *, is_count: bool) -> bool:
    """Whether 0 is no likely neighbour of the smallest: of 7 and 18 it is, of 570 and 1200 not."""
    has_decimals = not is_count and any(value.denominator > 1 for value in others)
    return has_decimals or others[0] >= _NEAR_ZERO or _is_narrow(others)


def _is_narrow(others: Sequence[Number]) -> bool:
    """Whether the smallest is further from 0 than from the largest: 3, 4, 5."""
    return others[0] > others[-1] - others[0]


def _fractions(recipients: Recipients, name: str, bad: Collection[Place]) -> Iterator[Problem]:
    """Fractions where things are counted."""
    column = BY_NAME.get(name)
    if column is None or not column.is_count:
        return
    odd = [i for i, value in enumerate(recipients.numbers[name]) if value.denominator > 1]
    for i in odd:
        if recipients.place(name, i) not in bad:
            message = f"{recipients.towns[i]}的“{recipients.header(name)}”不是整数"
            yield _doubt(recipients, "table.fraction", message, name, i)
