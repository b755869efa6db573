"""Bars with one row a town: what each is paid, and who pays it."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from allocator.allocation import Allocation
from allocator.engine.split.result import paid_word
from allocator.plots.page import Picture, page, placeholder_note
from allocator.plots.style import COLOURS, HATCHES, INK, ON_GRID, styled
from allocator.plots.town_rows import (
    MOST_ROWS,
    amount_axis,
    left_out,
    legend_above,
    name_rows,
    ranked,
    size_of_rows,
    wan,
    wan_text,
)


@styled
def ranked_bars(answer: Allocation) -> Picture:
    """What the city pays each town (本次核拨额; 应核拨额 in rounds), most first, one colour a pool."""
    series = [(result.pool.name, result.payment) for result in answer.pools]
    order = ranked(answer.payment)
    return _bars(answer, f"{paid_word(*answer.pools)}额（由多到少）", series, order)


@styled
def stacked_sources(answer: Allocation) -> Picture:
    """All the money each town is given, pilot money included, one colour a source.

    Raises `ValueError` for a fund that names no sources.
    """
    series = [
        (source.name, [row[j] for row in result.by_source])
        for result in answer.pools
        for j, source in enumerate(result.pool.sources)
    ]
    if not series:
        raise ValueError("the scheme names no sources")
    has_pilot = any(result.pilot_settlement for result in answer.pools)
    title = "资金来源构成（含已拨试点经费）" if has_pilot else "资金来源构成"
    return _bars(answer, title, series, range(min(len(answer.recipients), MOST_ROWS)))


def _bars(
    answer: Allocation,
    title: str,
    series: Sequence[tuple[str, Sequence[int]]],
    order: Sequence[int],
) -> Picture:
    towns = answer.recipients.towns
    notes = (*left_out(len(towns)), *placeholder_note(answer.recipients))
    figure, axes = page(answer.scheme, title, size_of_rows(len(order)), notes=notes)
    totals = _stack(axes, series, order)
    most = max(map(wan, totals)) or 1.0
    for row, total in enumerate(totals):
        x, text = wan(total) + most * 0.008, wan_text(total)
        axes.text(x, row, text, va="center", size=7.5, bbox=ON_GRID)
    axes.set_xlim(0, most * 1.09)
    name_rows(axes, [towns[i] for i in order])
    amount_axis(axes, "金额（万元）")
    legend_above(axes)
    return figure


def _stack(
    axes: Axes, series: Sequence[tuple[str, Sequence[int]]], order: Sequence[int]
) -> list[int]:
    """Draw the series side by side in each row; return the rows' totals in fen."""
    totals = [0] * len(order)
    for k, (name, column) in enumerate(series):
        amounts = [column[i] for i in order]
        axes.barh(
            range(len(order)),
            [wan(fen) for fen in amounts],
            left=[wan(fen) for fen in totals],
            height=0.68,
            color=COLOURS[k % len(COLOURS)],
            hatch=HATCHES[k % len(HATCHES)],
            edgecolor=INK,
            linewidth=0.4,
            label=name,
        )
        totals = [total + fen for total, fen in zip(totals, amounts, strict=True)]
    return totals
