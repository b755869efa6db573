"""The weight problem of these recipients: what every answer starts from.

`pose` is the one way in: it looks the pool, the conditions and the aims up in table and scheme.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize.program.aims import resolve
from allocator.optimize.program.case import Amounts, Case, prepare
from allocator.optimize.program.constraints import LinearRule, compile_rules
from allocator.optimize.program.objectives import Target
from allocator.optimize.program.regions import Region, whole_region
from allocator.optimize.question.conditions import Aim
from allocator.optimize.question.weight_problem import WeightProblem

#: What amounts are worth, compared from the left: the aim, then the aims that settle ties.
Score = tuple[Fraction | tuple[Fraction, ...], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What to minimise, in order, over which weights; `step` restricts them to a grid.

    `limits` are targets whose number may not exceed a value, `region` where to look (by default
    wherever the bounds of single weights allow).
    """

    case: Case
    rules: tuple[LinearRule, ...]
    targets: tuple[Target, ...]
    step: Fraction | None = None
    limits: tuple[tuple[Target, Fraction], ...] = ()
    region: Region | None = None

    def start(self) -> Region:
        """Where to look: `region`, or all weights that the bounds of single weights allow."""
        matter = self.step is not None or any(target.is_about_weights for target in self.targets)
        if self.region is not None and not matter:
            return self.region
        return whole_region(self.case, self.rules, weights_matter=matter)

    def values(self, amounts: Amounts) -> Score:
        """What the amounts are worth, exactly."""
        return tuple(measure(self.case, target, amounts) for target in self.targets)

    def allows(self, amounts: Amounts) -> bool:
        """Whether weights and amounts keep every rule and lie on the grid."""
        on_grid = self.step is None or all(
            (w / self.step).denominator == 1 for w in amounts.weights
        )
        return (
            on_grid
            and all(rule.holds(amounts) for rule in self.rules)
            and all(t.measure(self.case, amounts) <= limit for t, limit in self.limits)
        )


def measure(case: Case, target: Target, amounts: Amounts) -> Fraction | tuple[Fraction, ...]:
    """What amounts are worth to one aim: a number, or for leximin the levels, all negative."""
    if target.aim.kind != "leximin":
        return target.measure(case, amounts)
    levels = sorted(amounts[i] / target.per[i] for i in target.members)
    return tuple(-level for level in levels)


def pose(
    recipients: Recipients, scheme: Scheme, problem: WeightProblem, aims: Sequence[Aim]
) -> Question:
    """The question of a problem: its rules, its grid and these aims, the first before the others.

    Raises `InputError` for unknown names and for every mistake that `allocate` finds.
    """
    case = prepare(recipients, scheme, problem)
    rules = compile_rules(case)
    return Question(case, rules, tuple(resolve(case, aim) for aim in aims), problem.step)
