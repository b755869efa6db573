"""One recipient's way from the entitlement to the payment and the match, as steps in fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from allocator.engine.answer import Answer
from allocator.engine.pool import PoolAllocation
from allocator.engine.split.result import paid_word

Role = Literal["gain", "loss", "total"]


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


def waterfall_steps(answer: Answer, i: int) -> list[Step]:
    """Town i's steps: 应分配 → 已拨 → 扣回 → 核拨 for each pool, then the city's sum and the match."""
    steps: list[Step] = []
    paid = 0
    for result in answer.pools:
        steps += _pool_steps(result, i, paid)
        paid += result.payment[i]
    if len(answer.pools) > 1:
        steps.append(Step(f"{paid_word(*answer.pools)}合计", "total", 0, paid))
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
        ("扣减" if settled.is_deduction else "扣回试点剩余", -settled.recovered[i]),
        ("扣回资金再分配", settled.redistributed[i]),
    ]
    for label, change in changes:
        if change:
            steps.append(Step(label, "gain" if change > 0 else "loss", level, level + change))
            level += change
    return [*steps, Step(f"{name}·{paid_word(result)}额", "total", start, level)]
