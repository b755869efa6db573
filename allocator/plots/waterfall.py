"""One town from its entitlement to its payment and its match, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from allocator.allocation import Allocation
from allocator.base.money import format_wan, wan_decimals
from allocator.engine.pool import PoolAllocation
from allocator.plots.page import Picture, page, placeholder_note
from allocator.plots.style import COLOURS, INK, MUTED, ON_GRID, styled
from allocator.plots.town_rows import amount_axis, legend_above, name_rows, size_of_rows, wan

Role = Literal["gain", "loss", "total"]

#: Colour, hatch and meaning of each kind of step.
_LOOKS: dict[Role, tuple[str, str, str]] = {
    "gain": (COLOURS[3], "", "增加"),
    "loss": (COLOURS[2], "////", "扣减"),
    "total": (COLOURS[0], "", "小计、合计"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: from `start` to `end`, in fen; its label is the change, or the total reached."""

    name: str
    role: Role
    start: int
    end: int

    @property
    def label_fen(self) -> int:
        """What is written at the bar."""
        return self.end if self.role == "total" else self.end - self.start


def waterfall_steps(answer: Allocation, i: int) -> list[Step]:
    """Town i's steps: 应分配 → 已拨 → 扣回 → 核拨 for each pool, then the city's sum and the match."""
    steps: list[Step] = []
    paid = 0
    for result in answer.pools:
        steps += _pool_steps(result, i, paid)
        paid += result.payment[i]
    if len(answer.pools) > 1:
        steps.append(Step("本次核拨合计", "total", 0, paid))
    if answer.matching:
        required = answer.matching[i].required
        steps.append(Step("应配套金额", "gain", paid, paid + required))
        steps.append(Step("核拨与配套合计", "total", 0, paid + required))
    return steps


def _pool_steps(result: PoolAllocation, i: int, start: int) -> list[Step]:
    name = result.pool.name
    level = start + result.split_amount[i]
    steps = [Step(f"{name}·应分配额", "gain", start, level)]
    if change := result.adjusted.change[i] if result.adjusted else 0:
        steps.append(Step("人工调整", "gain" if change > 0 else "loss", level, level + change))
        level += change
    settled = result.settlement
    if settled is None:
        return steps
    changes = [
        ("已拨试点经费", -settled.advance[i] if settled.basis == "share" else 0),
        ("结转（低于已拨）", -settled.carried[i]),
        ("扣回试点剩余", -settled.recovered[i]),
        ("扣回资金再分配", settled.redistributed[i]),
    ]
    for label, change in changes:
        if change:
            steps.append(Step(label, "gain" if change > 0 else "loss", level, level + change))
            level += change
    return [*steps, Step(f"{name}·本次核拨额", "total", start, level)]


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
    return (f"另有试点剩余待收回 {format_wan(fen, wan_decimals([fen]))} 万元。",) if fen else ()
