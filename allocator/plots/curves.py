"""Lorenz and trade-off curves, and one amount over all weightings of three factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from allocator.base.money import Fen
from allocator.fund.recipients import Number, Recipients
from allocator.fund.scheme import Scheme
from allocator.plots.page import Picture, page, placeholder_note, plain_name
from allocator.plots.style import (
    COLOURS,
    HEAT,
    INK,
    LINE_COLOURS,
    MUTED,
    ON_GRID,
    RULE,
    heat,
    readable_on,
    styled,
)
from allocator.plots.town_rows import legend_above, plain_numbers, wan

_LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


@styled
def lorenz_curve(
    recipients: Recipients,
    scheme: Scheme,
    amounts: Mapping[str, Sequence[Fen]],
    column: str = "population",
    *,
    scenario: bool = False,
) -> Picture:
    """How evenly money falls on people (or villages …): one curve for each name in `amounts`.

    `column` of the town table counts them, amounts are fen by town; a town without any is left
    out. Raises `KeyError` for a table without the column.
    """
    units, per = recipients.numbers[column], plain_name(recipients.header(column))
    figure, axes = page(
        scheme,
        f"资金按{per}分布的洛伦兹曲线",
        (6.0, 6.9),
        unit="单位：%",
        notes=(
            f"按每单位{per}所得由少到多累计；曲线越接近对角线，分布越平均。",
            *placeholder_note(recipients),
        ),
        scenario=scenario,
    )
    axes.plot([0, 1], [0, 1], color=MUTED, lw=0.8, label="完全平均")
    for k, (name, amounts_fen) in enumerate(amounts.items()):
        x, y = lorenz_points(units, amounts_fen)
        axes.plot(
            x,
            y,
            color=LINE_COLOURS[k % len(LINE_COLOURS)],
            ls=_LINES[k % len(_LINES)],
            lw=1.8,
            label=name,
        )
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes.set_xlabel(f"{per}累计占比")
    axes.set_ylabel("资金累计占比")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(visible=True)
    legend_above(axes)
    return figure


def lorenz_points(
    units: Sequence[Number], amounts: Sequence[int]
) -> tuple[list[float], list[float]]:
    """Cumulative shares of units and of money, least money per unit first.

    >>> lorenz_points([1, 1], [300, 100])
    ([0.0, 0.5, 1.0], [0.0, 0.25, 1.0])
    """
    pairs = [(unit, fen) for unit, fen in zip(units, amounts, strict=True) if unit]
    pairs.sort(key=lambda pair: Fraction(pair[1]) / pair[0])
    people, money = zip((0, 0), *pairs, strict=True)
    return _cumulated(people), _cumulated(money)


def _cumulated(column: Sequence[Number]) -> list[float]:
    total = sum(column)
    return [float(Fraction(reached) / total) for reached in accumulate(column)]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of a trade-off curve, with what is written at it."""

    x: float
    y: float
    label: str = ""


@styled
def trade_off_curve(
    recipients: Recipients,
    scheme: Scheme,
    points: Sequence[CurvePoint],
    x_label: str,
    y_label: str,
    current: CurvePoint | None = None,
    note: str = "",
    line: Sequence[tuple[float, float]] = (),
) -> Picture:
    """How much of one aim another costs: points along the curve, the scheme as it stands apart.

    `line` are the corners of the curve, where they are known; else the points are joined. Axis labels name their units; `note` says what the labels at the points mean.
    """
    title, notes = "两个目标的权衡曲线", (*([note] if note else []), *placeholder_note(recipients))
    figure, axes = page(scheme, title, (7.5, 5.4), unit="单位见坐标轴", notes=notes, scenario=True)
    x, y = zip(*(line or [(p.x, p.y) for p in points]), strict=True)
    axes.plot(x, y, "-", color=COLOURS[0], lw=1.4)
    axes.plot([p.x for p in points], [p.y for p in points], "o", color=COLOURS[0], ms=4.5)
    rises = (points[-1].y - points[0].y) * (points[-1].x - points[0].x) > 0
    for point in points:
        axes.annotate(
            point.label,
            (point.x, point.y),
            xytext=(6, -5 if rises else 5),
            textcoords="offset points",
            va="top" if rises else "bottom",
            size=7.5,
            bbox=ON_GRID,
        )
    if current:
        axes.plot(current.x, current.y, "*", ms=12, mfc="white", mec=INK, ls="", label="现行方案")
        legend_above(axes)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(plain_numbers())
    axes.margins(y=0.12)
    least, most = min(p.x for p in points), max(p.x for p in points)
    spread = most - least or 1.0
    axes.set_xlim(least - 0.05 * spread, most + 0.2 * spread)  # labels stand to the right
    axes.grid(visible=True)
    return figure


@styled
def path_lines(
    recipients: Recipients,
    scheme: Scheme,
    weights: Sequence[Fraction],
    lines: Mapping[str, Sequence[int]],
    current: Fraction,
    x_label: str,
    what: str,
) -> Picture:
    """Amounts in fen by town while one weight rises; `current` is that of the scheme as it stands."""
    title = f"{plain_name(x_label.removesuffix('权重'))}权重由 0 拉到 100% 时的{what}"
    notes = ("其余因素的权重按现行比例分担；每一点都按分重算。", *placeholder_note(recipients))
    figure, axes = page(scheme, title, (7.5, 5.8), notes=notes, scenario=True)
    x = [float(weight) for weight in weights]
    for k, (name, fens) in enumerate(lines.items()):
        colour, dash = LINE_COLOURS[k % len(LINE_COLOURS)], _LINES[k % len(_LINES)]
        axes.plot(x, [wan(int(fen)) for fen in fens], color=colour, ls=dash, lw=1.6, label=name)
    axes.axvline(float(current), color=MUTED, lw=0.9, ls=":", label="现行方案")
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.yaxis.set_major_formatter(plain_numbers())
    axes.set_xlabel(plain_name(x_label.removesuffix("权重")) + "权重")
    axes.set_ylabel(f"{what}（万元）")
    axes.grid(visible=True)
    legend_above(axes)
    return figure


@styled
def ternary_map(
    recipients: Recipients,
    scheme: Scheme,
    factors: Sequence[str],
    weights: Sequence[tuple[float, float, float]],
    amounts: Sequence[Fen],
    what: str,
    current: tuple[float, float, float] | None = None,
) -> Picture:
    """One amount in fen at each weighting of three factors; `current` is the scheme's weighting.

    Each corner is one factor with all the weight; `weights` must span the triangle.
    """
    title, notes = f"{what}随三个因素权重的变化", placeholder_note(recipients)
    figure, axes = page(scheme, title, (7.5, 6.9), notes=notes, scenario=True)
    x, y = _corner_position(weights)
    z = np.array([wan(fen) for fen in amounts])
    areas = axes.tricontourf(x, y, z, levels=12, cmap=HEAT)
    levels = np.asarray(areas.levels, dtype=float)
    lines = axes.tricontour(x, y, z, levels=levels, colors=INK, linewidths=0.4)
    inks = [readable_on(heat(float(p))) for p in np.linspace(0, 1, len(levels))]
    axes.clabel(lines, fmt=plain_numbers(), fontsize=7, colors=inks)
    _triangle(axes, [plain_name(name) for name in factors])
    if current:
        cx, cy = _corner_position([current])
        axes.plot(cx, cy, "*", ms=15, mfc="white", mec=INK, ls="", label="现行方案")
        axes.legend(loc="upper right")
    bar = figure.colorbar(areas, ax=axes, shrink=0.7, aspect=28, format=plain_numbers())
    bar.set_label("金额（万元）")
    return figure


def _corner_position(
    weights: Sequence[tuple[float, float, float]],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...]:
    """Weightings as points of a triangle: factor 1 left, 2 right, 3 on top."""
    shares = np.asarray(weights, dtype=float)
    return shares[:, 1] + shares[:, 2] / 2, shares[:, 2] * np.sqrt(3) / 2


def _triangle(axes: Axes, factors: Sequence[str]) -> None:
    """The frame, a light grid at each 20 %, and the corners' names."""
    for step in (0.2, 0.4, 0.6, 0.8):
        rest = 1 - step
        for ends in (
            [(step, rest, 0), (step, 0, rest)],
            [(rest, step, 0), (0, step, rest)],
            [(rest, 0, step), (0, rest, step)],
        ):
            axes.plot(*_corner_position(ends), color=RULE, lw=0.5)
        x, y = _corner_position([(rest, step, 0), (0, rest, step), (step, 0, rest)])
        percent = f"{step:.0%}"
        axes.text(x[0], y[0] - 0.015, percent, ha="center", va="top", size=7, color=MUTED)
        axes.text(x[1] + 0.015, y[1], percent, ha="left", va="center", size=7, color=MUTED)
        axes.text(x[2] - 0.015, y[2], percent, ha="right", va="center", size=7, color=MUTED)
    axes.plot(*_corner_position([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0)]), color=INK, lw=0.8)
    _name_corners(axes, factors)
    axes.set(xlim=(-0.12, 1.12), ylim=(-0.16, 0.93), aspect="equal")
    axes.axis("off")


def _name_corners(axes: Axes, factors: Sequence[str]) -> None:
    """Each corner named, and along each side the weight that its percentages count."""
    first, second, third = factors
    edges = (
        (second, 0.5, -0.055, 0),
        (third, 0.85, 0.47, -60),
        (first, 0.15, 0.47, 60),
    )
    for name, x, y, turn in edges:
        text = f"← {name}权重" if turn > 0 else f"{name}权重 →"
        axes.text(x, y, text, ha="center", va="center", rotation=turn, size=8, color=MUTED)
    corners = (
        (first, 0.0, -0.1, "left"),
        (second, 1.0, -0.1, "right"),
        (third, 0.5, 0.89, "center"),
    )
    for name, x, y, side in corners:
        axes.text(x, y, f"{name} 100%", ha=side, va="center", size=9)
