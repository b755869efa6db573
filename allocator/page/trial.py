"""Weights and rules that are tried out: what the sliders of the page mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from allocator.base.money import number_text
from allocator.base.plain_data import ratio
from allocator.base.problems import InputError, Problem, stop_on_errors
from allocator.fund.scheme import Scheme, scheme_record
from allocator.fund.words import CHOICES
from allocator.rounding.apportion import apportion
from allocator.scenarios.comparisons.scenario import Scenario, apply

#: The rules beside the weights that a trial may change.
_OF_POOLS: Final = ("floor", "cap")
_OF_PILOT: Final = "basis"


def settings(scheme: Scheme) -> dict[str, Any]:
    """What the page shows of a scheme's weights and rules, as texts that `tried` reads back."""
    record = scheme_record(scheme)
    pools = [
        {
            "id": pool.id,
            "name": pool.name,
            "weights": [number_text(f.weight * 100) for f in pool.factors],
            **{key: raw.get(key, "") for key in _OF_POOLS},
        }
        for pool, raw in zip(scheme.pools, record["pool"], strict=True)
    ]
    return {"pools": pools, "basis": scheme.pilot.basis if scheme.pilot else ""}


def choices(scheme: Scheme) -> list[dict[str, str]]:
    """The readings of the pilot rule, none without a pilot."""
    return [{"value": v, "name": n} for v, n in CHOICES["basis"].items()] if scheme.pilot else []


def tried(base: Scheme, asked: Mapping[str, Any]) -> Scheme:
    """The scheme under the settings of the page, marked as a trial.

    Raises `InputError` for what is no number, weights that do not sum to 1 and wrong rules.
    """
    before = {pool["id"]: pool for pool in settings(base)["pools"]}
    weights: dict[str, list[Fraction]] = {}
    changes: dict[str, dict[str, Any]] = {}
    problems = []
    for pool in asked["pools"]:
        known = before[pool["id"]]
        try:
            weights[pool["id"]] = [
                ratio(w.strip().removesuffix("%")) / 100 for w in pool["weights"]
            ]
        except (ValueError, ZeroDivisionError):
            message = f"“{known['name']}”的权重不是数"
            problems.append(Problem("trial.weight", message, "请填数字，如 30 或 33.3"))
        changed = {key: pool[key].strip() for key in _OF_POOLS if pool[key] != known[key]}
        if changed:
            changes[pool["id"]] = {key: value or None for key, value in changed.items()}
    if problems:
        raise InputError(problems)
    scheme = replace(base.with_weights(weights), status="trial")
    overrides: dict[str, Any] = {"pool": changes} if changes else {}
    if base.pilot and asked["basis"] != base.pilot.basis:
        overrides["pilot"] = {_OF_PILOT: asked["basis"]}
    if not overrides:
        return scheme
    scheme, found = apply(scheme, Scenario("试算", overrides))
    stop_on_errors(found)
    return scheme


def balanced(weights: Sequence[str], moved: int, value: str, held: Sequence[int]) -> list[str]:
    """The weights in per cent after one is moved to `value`: the others keep their proportions.

    Those `held` stay; the sum is 100 exactly, so the moved one stops where no other can give way.
    Weights are whole tenths of a per cent, except where nothing moves them.

    >>> balanced(["40", "30", "30"], 0, "50", [])
    ['50', '25', '25']
    >>> balanced(["40", "30", "30"], 0, "90", [1])
    ['70', '30', '0']
    """
    given = [ratio(weight) for weight in weights]
    free = [k for k in range(len(given)) if k != moved and k not in held]
    room = 100 - sum((given[k] for k in held if k != moved), Fraction(0))
    wanted = min(max(ratio(value), Fraction(0)), room)
    left = room - wanted
    if not free:
        return [*weights]
    # Tenths of a per cent; what does not fit them stays with the first of the others.
    units = left * 10 // 1
    parts = [given[k] for k in free]
    shared = apportion(units, parts if any(parts) else [1] * len(free)).amounts
    for k, unit in zip(free, shared, strict=True):
        given[k] = Fraction(unit, 10)
    given[free[0]] += left - Fraction(units, 10)
    given[moved] = wanted
    return [number_text(weight) for weight in given]
