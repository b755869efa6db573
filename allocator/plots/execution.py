"""Figures of a ledger: progress by town, spending over the year, overdue steps."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

from matplotlib.dates import num2date
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from allocator.base.money import format_percent
from allocator.fund.scheme import DRAFT_MARK, Scheme
from allocator.ledger.report import Execution, Standing
from allocator.plots.page import Picture, page, save
from allocator.plots.style import COLOURS, INK, ON_GRID, styled
from allocator.plots.town_rows import (
    MOST_ROWS,
    left_out,
    legend_above,
    name_rows,
    plain_numbers,
    size_of_rows,
    wan,
)

_WIDTH: Final = 7.5


def write_figures(made: Execution, folder: Path) -> list[Path]:
    """Draw every figure into a folder; return the files."""
    figures = {
        "镇街进度": progress_by_town,
        "支出曲线": spending_curve,
        "逾期事项": overdue_by_step,
    }
    written = []
    for name, draw in figures.items():
        path = folder / f"{name}.png"
        save(draw(made), path)
        written.append(path)
    return written


def _scheme(made: Execution) -> Scheme:
    """The fund's name and mark, as the head of a figure takes them."""
    is_draft = made.ledger.mark == DRAFT_MARK
    return Scheme(made.ledger.name, (), status="draft" if is_draft else "official")


def _notes(made: Execution) -> tuple[str, ...]:
    mark = made.ledger.mark
    return (f"截至 {made.date}。", *([mark] if mark and mark != DRAFT_MARK else []))


@styled
def progress_by_town(made: Execution) -> Picture:
    """执行率 and 配套到位率 of each town, the highest rate of spending first."""
    rows = sorted(made.by_town, key=lambda row: -(row.rate or 0))[:MOST_ROWS]
    notes = (*left_out(len(made.by_town)), *_notes(made))
    title, size = "各镇街执行率和配套到位率", size_of_rows(len(rows))
    figure, axes = page(_scheme(made), title, size, unit="单位：%", notes=notes)
    axes.barh(
        range(len(rows)),
        [float(row.rate or 0) for row in rows],
        height=0.62,
        color=COLOURS[0],
        label="执行率",
    )
    axes.scatter(
        [float(row.match_rate or 0) for row in rows],
        range(len(rows)),
        marker="D",
        s=18,
        color=COLOURS[2],
        edgecolor=INK,
        linewidth=0.4,
        label="配套到位率",
        zorder=3,
    )
    for y, row in enumerate(rows):
        axes.text(float(row.rate or 0) + 0.008, y, _rate(row), va="center", size=7, bbox=ON_GRID)
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(visible=True, axis="x")
    axes.set_xlim(0, 1.05)
    name_rows(axes, [row.key[0] for row in rows])
    legend_above(axes)
    return figure


def _rate(row: Standing) -> str:
    return format_percent(row.rate, 1) if row.rate is not None else "—"


@styled
def spending_curve(made: Execution) -> Picture:
    """S 曲线: what had come in and what had been spent on each day, in 万元."""
    figure, axes = page(_scheme(made), "资金到位与支出累计", (_WIDTH, 4.6), notes=_notes(made))
    days = [day for day, _, _ in made.curve]
    received = [wan(fen) for _, fen, _ in made.curve]
    spent = [wan(fen) for _, _, fen in made.curve]
    axes.step(days, received, where="post", color=COLOURS[0], lw=1.6, label="累计到位")  # type: ignore[arg-type]
    axes.step(days, spent, where="post", color=COLOURS[2], lw=1.6, ls="--", label="累计支出")  # type: ignore[arg-type]
    axes.xaxis.set_major_formatter(FuncFormatter(_date_text))
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.yaxis.set_major_formatter(plain_numbers())
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.set_ylim(bottom=0)
    axes.grid(visible=True, axis="y")
    axes.set_ylabel("累计金额（万元）")
    legend_above(axes)
    return figure


def _date_text(day: float, _: int | None) -> str:
    return f"{num2date(day):%Y-%m-%d}"  # type: ignore[no-untyped-call]


@styled
def overdue_by_step(made: Execution) -> Picture:
    """How many steps of each limit are not done in time, and how many were done late."""
    open_, late = Counter[str](), Counter[str]()
    for step in made.steps:
        if step.state in ("overdue", "short"):
            open_[step.limit.name] += 1
        elif step.state == "late":
            late[step.limit.name] += 1
    names = [limit.name for limit in made.ledger.limits]
    size = size_of_rows(len(names), 0.36)
    notes = _notes(made)
    figure, axes = page(_scheme(made), "逾期事项（按时限）", size, unit="单位：项", notes=notes)
    first = [open_[name] for name in names]
    second = [late[name] for name in names]
    axes.barh(range(len(names)), first, height=0.6, color=COLOURS[2], label="逾期未办或天数不足")
    axes.barh(
        range(len(names)),
        second,
        left=first,
        height=0.6,
        color=COLOURS[1],
        edgecolor=INK,
        linewidth=0.4,
        label="逾期完成",
    )
    for y, (one, two) in enumerate(zip(first, second, strict=True)):
        axes.text(one + two + 0.15, y, f"{one}＋{two}", va="center", size=7.5, bbox=ON_GRID)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.set_xlim(0, max([a + b for a, b in zip(first, second, strict=True)] + [1]) * 1.12)
    axes.grid(visible=True, axis="x")
    name_rows(axes, names)
    legend_above(axes)
    return figure
