"""What all answers say alike: an aim's number with its unit, units of a rule, weights."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from allocator.base.money import (
    FEN_PER_WAN,
    FEN_PER_YUAN,
    format_number,
    format_percent,
    format_yuan,
    nearest,
)
from allocator.optimize.program.case import Case
from allocator.optimize.program.constraints import LimitUnit
from allocator.optimize.program.objectives import Target


def shown(target: Target, number: Fraction) -> str:
    """A number of an aim as text, with its unit."""
    if target.objective.unit == "percent":
        return format_percent(number)
    return f"{format_yuan(nearest(number))} 元"


def units_text(unit: LimitUnit, units: Fraction) -> str:
    """So many units of a rule: 1.25 个百分点, 3.00 万元, 2 名."""
    if unit == "places":
        return f"{format_number(units, 0)} 名"
    if unit == "yuan":
        return f"{format_yuan(nearest(units * FEN_PER_YUAN))} 元"
    if unit == "wan":
        return f"{format_number(Fraction(nearest(units * FEN_PER_WAN), FEN_PER_WAN), 6)} 万元"
    return f"{format_number(Fraction(nearest(units * 10**4), 10**4), 4)} 个百分点"


def weights_text(weights: Sequence[Fraction]) -> str:
    """Weights in per cent, in the order of the factors."""
    return " / ".join(format_percent(weight, 2) for weight in weights)


def factor_names(case: Case) -> str:
    """The factors in the order in which weights are told."""
    return " / ".join(shares.name for shares in case.factors)
