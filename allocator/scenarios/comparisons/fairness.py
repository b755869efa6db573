"""How evenly money falls on people, or on villages: inequality of amounts per unit.

Every unit (a person, a village) counts once and is taken to receive its town's amount per unit,
so a large town weighs more than a small one. Shares of money s_i and of units p_i:

Gini = 1 − Σ p_i (L_i + L_{i−1}) over towns by rising amount per unit, L the cumulated s: exact.
Theil = Σ s_i ln(s_i / p_i), and CV = √(Σ p_i (s_i / p_i − 1)²): floats, marked as such.

Source: F. A. Cowell, Measuring Inequality, 3rd ed. 2011, ch. 2 and 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.fund.recipients import Number


@dataclass(frozen=True, slots=True)
class Fairness:
    """Inequality of amounts per unit; `theil` and `variation` (CV) are floating approximations.

    `least` and `most` are fen per unit, `spread` their ratio; None where someone gets nothing.
    """

    gini: Fraction
    theil: float
    variation: float
    least: Fraction
    most: Fraction
    spread: Fraction | None


def fairness(amounts: Sequence[int], units: Sequence[Number]) -> Fairness:
    """The inequality of `amounts` (fen) over `units`; recipients without units are left out.

    >>> equal = fairness([100, 200], [1, 2])
    >>> equal.gini, equal.theil, equal.spread
    (Fraction(0, 1), 0.0, Fraction(1, 1))
    >>> fairness([0, 100], [1, 1]).gini
    Fraction(1, 2)

    Raises `ZeroDivisionError` when nothing is paid or nobody has units.
    """
    pairs = sorted(
        (Fraction(amount) / unit, amount, unit)
        for amount, unit in zip(amounts, units, strict=True)
        if unit
    )
    money, everyone = sum(amount for _, amount, _ in pairs), sum(unit for *_, unit in pairs)
    shares = [Fraction(amount, money) for _, amount, _ in pairs]
    parts = [Fraction(unit) / everyone for *_, unit in pairs]
    reached, area = Fraction(0), Fraction(0)
    for share, part in zip(shares, parts, strict=True):
        area += part * (2 * reached + share)
        reached += share
    ratios = [float(share / part) for share, part in zip(shares, parts, strict=True)]
    weights = [float(part) for part in parts]
    theil = math.fsum(w * r * math.log(r) for w, r in zip(weights, ratios, strict=True) if r)
    variance = math.fsum(w * (r - 1) ** 2 for w, r in zip(weights, ratios, strict=True))
    least, most = pairs[0][0], pairs[-1][0]
    spread = most / least if least else None
    return Fairness(1 - area, theil, math.sqrt(variance), least, most, spread)
