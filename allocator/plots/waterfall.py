"""One town from its entitlement to its payment and its match, step by step."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from allocator.allocation import Allocation
from allocator.base.money import format_wan, wan_decimals
from allocator.explain.waterfall import Role, Step, waterfall_steps
from allocator.plots.page import Picture, page, placeholder_note
from allocator.plots.style import COLOURS, INK, MUTED, ON_GRID, styled
from allocator.plots.town_rows import amount_axis, legend_above, name_rows, size_of_rows, wan

#: Colour, hatch and meaning of each kind of step.
_LOOKS: dict[Role, tuple[str, str, str]] = {
    "gain": (COLOURS[3], "", "增加"),
    "loss": (COLOURS[2], "////", "扣减"),
    "total": (COLOURS[0], "", "小计、合计"),
}


@styled
def waterfall(answer: Allocation, town: str) -> Picture:
    """How one town's money comes about, exact in 万元. Raises `KeyError` for an unknown town."""
    if town not in answer.recipients.towns:
        raise KeyError(town)
    i = answer.recipients.towns.index(town)
    steps = waterfall_steps(answer, i)
    notes = (*_outstanding(answer, i), *placeholder_note(answer.recipients))
    size = size_of_rows(len(steps), 0.42)
    figure, axes = page(answer.scheme, f"{town}：从应分配到核拨、配套", size, notes=notes)
    _draw(axes, steps)
    name_rows(axes, [step.name for step in steps])
    amount_axis(axes, "金额（万元）")
    roles = {step.role for step in steps}
    legend_above(axes, [_key(role) for role in _LOOKS if role in roles])
    return figure


def _draw(axes: Axes, steps: list[Step]) -> None:
    decimals = wan_decimals(step.label_fen for step in steps)
    most = max(wan(max(step.start, step.end)) for step in steps) or 1.0
    for row, step in enumerate(steps):
        low, high = sorted((wan(step.start), wan(step.end)))
        colour, hatch, _ = _LOOKS[step.role]
        axes.barh(
            row, high - low, left=low, height=0.6, color=colour, hatch=hatch, edgecolor=INK, lw=0.4
        )
        sign = "+" if step.role == "gain" else ""
        text = sign + format_wan(step.label_fen, decimals)
        axes.text(high + most * 0.01, row, text, va="center", bbox=ON_GRID)
        if row + 1 < len(steps):
            x = wan(step.end)
            axes.plot([x, x], [row + 0.3, row + 0.7], color=MUTED, lw=0.8, ls=":")
    axes.set_xlim(min(0.0, *(wan(step.end) for step in steps)), most * 1.17)


def _key(role: Role) -> Patch:
    colour, hatch, meaning = _LOOKS[role]
    return Patch(facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.4, label=meaning)


def _outstanding(answer: Allocation, i: int) -> tuple[str, ...]:
    """待收回, which no payment covered and no bar shows."""
    fen = sum(p.settlement.outstanding[i] for p in answer.pools if p.settlement)
    what = (
        "" if any(p.settlement and p.settlement.is_deduction for p in answer.pools) else "试点剩余"
    )
    return (f"另有{what}待收回 {format_wan(fen, wan_decimals([fen]))} 万元。",) if fen else ()
