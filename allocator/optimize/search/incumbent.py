"""The best answer so far, each one through the engine, and what it took."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.optimize.program.case import Amounts
from allocator.optimize.search.bounding import Level
from allocator.optimize.search.pose import Question, Score, measure
from allocator.rounding.apportion import apportion


@dataclass(slots=True)
class Incumbent:
    """The best so far and what it took."""

    question: Question
    end: float
    amounts: Amounts | None = None
    score: Score = ()
    regions: int = 0
    polished: Fraction | None = None

    @property
    def is_late(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.end

    def attempt(self, weights: Sequence[Fraction]) -> Amounts | None:
        """What the engine gives under these weights (or the grid point next to them), kept if it
        is allowed and better than all before.
        """
        amounts = self.question.case.split(_on_grid(self.question, weights))
        if amounts is not None and self.question.allows(amounts):
            targets = self.question.targets
            if self.amounts is not None and targets:
                first: Level = measure(self.question.case, targets[0], amounts)
                if first > self.score[0]:
                    return amounts
            score = self.question.values(amounts)
            if self.amounts is None or score < self.score:
                self.amounts, self.score = amounts, score
        return amounts


def _on_grid(question: Question, weights: Sequence[Fraction]) -> Sequence[Fraction]:
    """The weights themselves, or the grid point next to them."""
    if question.step is None:
        return weights
    near = apportion(int(1 / question.step), weights).amounts
    return tuple(unit * question.step for unit in near)
