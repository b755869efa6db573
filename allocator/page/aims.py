"""The aims of the page's weight problems: what an officer fills in, as a `WeightProblem`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from allocator.base.money import number_text
from allocator.base.tables import Table
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize import (
    Aim,
    Conflict,
    Group,
    WeightProblem,
    bound,
    change,
    floor,
    optimize,
)
from allocator.optimize.question.conditions import AIM_NAMES

#: What an aim may or must have beside its name: a column to divide by, a town, classes.
_NEEDS: Final[Mapping[str, Sequence[str]]] = {
    "max_min": ("per",),
    "leximin": ("per",),
    "min_max_deviation": (),
    "min_total_deviation": (),
    "min_spread": ("per",),
    "max_group_share": ("classes",),
    "max_town": ("town",),
    "min_town": ("town",),
    "min_match_burden": (),
}
AIMS: Final = [
    {"kind": kind, "name": AIM_NAMES[kind], "needs": list(needs)} for kind, needs in _NEEDS.items()
]


@dataclass(frozen=True, slots=True)
class Found:
    """The tables to show; `weights` in per cent where there are any that keep all conditions."""

    tables: Sequence[Table]
    weights: Sequence[str]


def asked_problem(asked: Mapping[str, Any]) -> WeightProblem:
    """The problem of the form: {pool, kind, per, town, classes, bounds, change, floor, step}.

    Empty texts are conditions not set. Raises `InputError` for what is no number.
    """
    conditions: list[Any] = [
        bound(one["factor"], least=one["least"] or None, most=one["most"] or None)
        for one in asked["bounds"]
        if one["least"] or one["most"]
    ]
    if asked["change"]:
        conditions.append(change(down=asked["change"], up=asked["change"]))
    if asked["floor"]:
        conditions.append(floor(asked["floor"]))
    aim = Aim(
        asked["kind"],
        per=asked["per"],
        town=asked["town"],
        group=Group(classes=tuple(asked["classes"])),
    )
    return WeightProblem(asked["pool"], aim, tuple(conditions), step=asked["step"] or None)


def best(
    recipients: Recipients,
    scheme: Scheme,
    problem: WeightProblem,
    tell: Callable[[int, int], None],
) -> Found:
    """The best weights, or the conditions that contradict each other."""
    found = optimize(recipients, scheme, problem, progress=tell)
    if isinstance(found, Conflict):
        return Found(found.tables(), ())
    return Found(found.tables(), [number_text(weight * 100) for weight in found.weights])
