"""Functions over all recipients that take part, or over each group of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from itertools import accumulate

from allocator.formulas.tree import Mistake
from allocator.formulas.values.decimals import root
from allocator.formulas.values.vectors import (
    Meter,
    Vector,
    common,
    constant,
    inverse,
    keys,
    times,
    vector_of,
)

Groups = Sequence[Sequence[int]]
#: Makes the mistake of a call: code, message, remedy.
Wrong = Callable[[str, str, str], Mistake]


def groups_of(marks: Sequence[Hashable]) -> Groups:
    """The rows of each group, groups in order of appearance."""
    rows: dict[Hashable, list[int]] = {}
    for i, mark in enumerate(marks):
        rows.setdefault(mark, []).append(i)
    return list(rows.values())


def spread(groups: Groups, values: Sequence[int], rows: int) -> list[int]:
    """Each row gets the value of its group."""
    result = [0] * rows
    for members, value in zip(groups, values, strict=True):
        for i in members:
            result[i] = value
    return result


def total(a: Vector, groups: Groups, meter: Meter) -> Vector:
    """Σ a of the row's group."""
    n, d = common(a, meter)
    if len(groups) == 1:
        return Vector([sum(n)] * len(n), d)
    return Vector(spread(groups, [sum(n[i] for i in g) for g in groups], len(n)), d)


def count(marks: Sequence[bool], groups: Groups) -> Vector:
    """How many rows of the group are marked."""
    return Vector(spread(groups, [sum(marks[i] for i in g) for g in groups], len(marks)))


def share(a: Vector, groups: Groups, meter: Meter, wrong: Wrong) -> Vector:
    """A / Σ a."""
    zero = wrong("zero", "合计为 0，无法计算占比", "请核对这一列")
    return times(a, inverse(total(a, groups, meter), lambda _: zero), meter)


def average(a: Vector, weight: Vector | None, groups: Groups, meter: Meter, wrong: Wrong) -> Vector:
    """Σ a / n, or Σ w·a / Σ w."""
    zero = wrong("zero", "权数合计为 0，无法求平均", "请核对权数")
    if weight is None:
        weight = constant(1, len(a))
    sums = total(times(a, weight, meter), groups, meter)
    return times(sums, inverse(total(weight, groups, meter), lambda _: zero), meter)


def rank(a: Vector, groups: Groups, meter: Meter) -> Vector:
    """1 for the largest of the group; equal values share a rank, the next ones are skipped."""
    key, result = keys(a, meter), [0] * len(a)
    for members in groups:
        last, place = None, 0
        ordered = sorted(members, key=key.__getitem__, reverse=True)
        for k, i in enumerate(ordered, start=1):
            place = place if key[i] == last else k
            result[i], last = place, key[i]
    return Vector(result)


def large(a: Vector, place: int, groups: Groups, meter: Meter, wrong: Wrong) -> Vector:
    """The value at `place` from the largest of the group (1), or from the smallest (−1)."""
    key, each, size = keys(a, meter), a.each(), len(a)
    n, d = [0] * size, [1] * size
    bad: dict[int, Mistake] = {}
    few = wrong("few", f"参加的不足 {place} 个，没有第 {place} 大的数", "请改小 n")
    for members in filter(None, groups):
        if place > len(members):
            bad |= dict.fromkeys(members, few)
            continue
        best = _at_place(members, key, place)
        for i in members:
            n[i], d[i] = a.n[best], each[best]
    return Vector(n, a.d if isinstance(a.d, int) else d, bad)


def percentile(a: Vector, place: Fraction, groups: Groups, meter: Meter) -> Vector:
    """The value at a part of the way from the smallest to the largest (PERCENTILE.INC).

    Half way is the median: the middle value, or the mean of the two in the middle.
    """
    key, each = keys(a, meter), a.each()
    result: list[int | Fraction] = [0] * len(a)
    for members in filter(None, groups):
        ordered = sorted(members, key=key.__getitem__)
        way = place * (len(ordered) - 1)
        whole, rest = divmod(way.numerator, way.denominator)
        ends = ordered[whole], ordered[min(whole + 1, len(ordered) - 1)]
        low, high = (Fraction(a.n[i], each[i]) for i in ends)
        value = low + (high - low) * Fraction(rest, way.denominator)
        for i in members:
            result[i] = value
    return vector_of(result)


def _at_place(members: Sequence[int], key: Sequence[int], place: int) -> int:
    if place == 1:
        return max(members, key=key.__getitem__)
    if place == -1:
        return min(members, key=key.__getitem__)
    return sorted(members, key=key.__getitem__, reverse=True)[place - 1]


def zscore(a: Vector, decimals: int, groups: Groups, meter: Meter, wrong: Wrong) -> Vector:
    """(a − mean) / σ rounded to `decimals`; σ of the population, as Excel's STDEV.P.

    With S = Σ a and Q = N·Σ a² − S², the square of the score is (N·a − S)² / Q, in whole numbers.
    """
    n, _ = common(a, meter)
    bits = max((x.bit_length() for x in n), default=0) + 20
    meter.spend(4 * len(n), 2 * bits + 8 * decimals)
    result = [0] * len(n)
    bad: dict[int, Mistake] = {}
    same = wrong("zero", "各数相同，标准差为 0，没有标准分", "请核对这一列")
    for members in groups:
        size, sum_ = len(members), sum(n[i] for i in members)
        spread_ = size * sum(n[i] * n[i] for i in members) - sum_ * sum_
        if not spread_:
            bad |= dict.fromkeys(members, same)
            continue
        for i in members:
            distance = size * n[i] - sum_
            score = root(distance * distance, spread_, decimals)
            result[i] = -score if distance < 0 else score
    return Vector(result, 10**decimals, bad)


def share_at_least(
    a: Vector, least: Fraction, groups: Groups, meter: Meter, wrong: Wrong
) -> Vector:
    """Shares none of which is below `least`; the others share the rest in proportion.

    The smallest are lifted one after the other, until the next one's share of the rest is enough:
    filling up to a floor, as a hold-harmless does with amounts.
    """
    n, _ = common(a, meter)
    meter.spend(2 * len(n), max((x.bit_length() for x in n), default=0) + 64)
    result: list[int | Fraction] = [0] * len(n)
    bad: dict[int, Mistake] = {}
    many = wrong("least", "各自的最低占比合计超过 1", "请改小 least")
    zero = wrong("zero", "合计为 0，无法计算占比", "请核对这一列")
    for members in groups:
        rest = 1 - least * len(members)
        if rest < 0:
            bad |= dict.fromkeys(members, many)
            continue
        ordered = sorted(members, key=n.__getitem__)
        lifted = _lifted([n[i] for i in ordered], least)
        above = sum(n[i] for i in ordered[lifted:])
        left = 1 - least * lifted
        if above <= 0 and rest:
            bad |= dict.fromkeys(members, zero)
            continue
        for i in ordered[:lifted]:
            result[i] = least
        for i in ordered[lifted:]:
            result[i] = left * n[i] / above if above else least
    return vector_of(result, bad)


def _lifted(ordered: Sequence[int], least: Fraction) -> int:
    """How many of the smallest have a share of the rest below `least`."""
    sums = list(accumulate(reversed(ordered), initial=0))[::-1]
    p, q = least.numerator, least.denominator
    for k, value in enumerate(ordered):
        # (1 − k·least) · value / Σ above ≥ least, in whole numbers.
        if sums[k] > 0 and (q - k * p) * value >= p * sums[k]:
            return k
    return len(ordered)
