"""The rules once more, slowly and by definition, in Fractions: what the package is tested against.

Nothing here is clever, and nothing is taken from the package but the shape of a tie.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

#: Unit a + 1 is due once (weight · multiplier) ** power reaches the signpost of a.
SIGNPOSTS = {
    "webster": (lambda a: Fraction(2 * a + 1, 2), 1),
    "hill": (lambda a: Fraction(a * (a + 1)), 2),
    "dhondt": (lambda a: Fraction(a + 1), 1),
    "adams": (Fraction, 1),
}


def clip(value: Fraction, low: int, high: int) -> Fraction:
    return max(Fraction(low), min(value, Fraction(high)))


def claims(
    total: int, weights: Sequence[Fraction], lower: Sequence[int], upper: Sequence[int]
) -> list[Fraction]:
    """clip(level · weight) that sum to the total: the sum at every bend, then a straight line."""

    def at(level: Fraction) -> list[Fraction]:
        rows = zip(weights, lower, upper, strict=True)
        return [clip(level * w, low, high) if w else Fraction(low) for w, low, high in rows]

    bends = {Fraction(0)}
    for w, low, high in zip(weights, lower, upper, strict=True):
        if w:
            bends |= {Fraction(low) / w, Fraction(high) / w}
    before = Fraction(0)
    for bend in sorted(bends):
        if (reached := sum(at(bend))) >= total:
            start = sum(at(before))
            if start >= total:
                return at(before)
            return at(before + (bend - before) * (total - start) / (reached - start))
        before = bend
    raise ValueError("the upper bounds fall short")


def first_by(rule: str, tied: Sequence[int], weights: Sequence[Fraction]) -> list[int]:
    if rule == "larger_share":
        return sorted(tied, key=lambda i: (-weights[i], i))
    return sorted(tied)


def largest_remainder(
    total: int,
    weights: Sequence[Fraction],
    lower: Sequence[int],
    upper: Sequence[int],
    rule: str = "larger_share",
) -> tuple[list[int], tuple[int, ...]]:
    """(amounts, tied): everyone the whole part of the claim, the rest by largest fraction."""
    exact = claims(total, weights, lower, upper)
    amounts = [int(claim) for claim in exact]
    rest = [claim - amount for claim, amount in zip(exact, amounts, strict=True)]
    left = total - sum(amounts)
    ranked = sorted(first_by(rule, range(len(rest)), weights), key=lambda i: -rest[i])
    for i in ranked[:left]:
        amounts[i] += 1
    if 0 < left < len(ranked) and rest[ranked[left - 1]] == rest[ranked[left]]:
        cut = rest[ranked[left]]
        return amounts, tuple(i for i, part in enumerate(rest) if part == cut)
    return amounts, ()


def divisor(
    method: str,
    total: int,
    weights: Sequence[Fraction],
    lower: Sequence[int],
    upper: Sequence[int],
    rule: str = "larger_share",
) -> tuple[list[int], tuple[int, ...]]:
    """(amounts, tied): from the lower bounds on, each unit to whom it is due first."""
    signpost, power = SIGNPOSTS[method]
    amounts = list(lower)

    def due(i: int, unit: int) -> Fraction:
        return signpost(unit) / weights[i] ** power

    for _ in range(total - sum(lower)):
        able = [i for i, w in enumerate(weights) if w and amounts[i] < upper[i]]
        soonest = min(due(i, amounts[i]) for i in able)
        tied = [i for i in able if due(i, amounts[i]) == soonest]
        amounts[first_by(rule, tied, weights)[0]] += 1

    rows = [i for i, w in enumerate(weights) if w]
    given = {i: due(i, amounts[i] - 1) for i in rows if amounts[i] > lower[i]}
    refused = {i: due(i, amounts[i]) for i in rows if amounts[i] < upper[i]}
    if given and refused and max(given.values()) == min(refused.values()):
        cut = min(refused.values())
        both = [i for i in rows if given.get(i) == cut or refused.get(i) == cut]
        return amounts, tuple(both)
    return amounts, ()


def apportion(
    method: str,
    total: int,
    weights: Sequence[Fraction],
    lower: Sequence[int],
    upper: Sequence[int],
    rule: str = "larger_share",
) -> tuple[list[int], tuple[int, ...]]:
    """(amounts, tied) by any method."""
    if method == "largest_remainder":
        return largest_remainder(total, weights, lower, upper, rule)
    return divisor(method, total, weights, lower, upper, rule)
