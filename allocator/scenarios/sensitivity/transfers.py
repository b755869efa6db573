"""What moving weight from one factor to another does, exactly.

With the bounds that hold now, a town's claim before rounding is a ratio of two straight lines in
the weight moved: a_i(t) = free budget · q_i(t) / Σ_free q(t), straight itself where no bound
holds, since then the sum is 1. So slopes, the range in which they are true, and the weights at
which one town overtakes another are exact fractions, not differences of two runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from allocator.base.money import Fen
from allocator.engine.open_pool import OpenPool
from allocator.engine.pool import exact_amounts
from allocator.engine.shares import combine
from allocator.rounding.water_filling import water_fill

POINT = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Move:
    """Weight moved from factor `source` to factor `target` (positions in the pool).

    `slope[i]` is the change of recipient i's claim in fen per percentage point at the present
    weights, `is_linear` whether it stays the same over the whole range. From `least` to `most`
    points (negative: the other way) no weight falls below 0 and the same bounds hold.
    """

    source: int
    target: int
    slope: tuple[Fraction, ...]
    is_linear: bool
    least: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Moving `points` percentage points makes the shares of recipients `behind` and `ahead` equal,
    at these `weights`; beyond, the former is ahead.
    """

    behind: int
    ahead: int
    source: int
    target: int
    points: Fraction
    weights: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Swing:
    """What one recipient's entitlement changes by, in fen, when weight moves forth and back.

    Recomputed by the engine, rounding and bounds included; None where a weight would be negative.
    """

    source: int
    target: int
    forth: Fen | None
    back: Fen | None

    @property
    def reach(self) -> int:
        """The larger of the two changes, for ranking."""
        return max(abs(self.forth or 0), abs(self.back or 0))


@dataclass(frozen=True, slots=True)
class _Level:
    """The present water level: shares q_i, who is free (0), held low (−1) or high (1)."""

    shares: tuple[Fraction, ...]
    side: tuple[int, ...]
    lows: tuple[int, ...]
    highs: tuple[int, ...]
    free_budget: int


def _level(split: OpenPool) -> _Level:
    combined = combine(split.factors, split.weights)
    towns = len(combined.weights)
    level = water_fill(split.total, combined.weights, split.lows, split.highs)
    lows, highs = split.lows or (0,) * towns, split.highs or (split.total,) * towns
    side, held = [], 0
    for weight, low, high in zip(combined.weights, lows, highs, strict=True):
        claim = level * weight
        at = -1 if low and claim <= low else 1 if split.highs and claim >= high else 0
        held += low if at < 0 else high if at > 0 else 0
        side.append(at)
    shares = tuple(combined.share(i) for i in range(towns))
    return _Level(shares, tuple(side), lows, highs, split.total - held)


def moves(split: OpenPool) -> tuple[Move, ...]:
    """One move for every pair of factors, in the order of the pool."""
    level = _level(split)
    return tuple(
        _move(split, level, source, target)
        for source, target in combinations(range(len(split.factors)), 2)
    )


def _tilt(split: OpenPool, source: int, target: int) -> list[Fraction]:
    """The change of each share per unit of weight moved."""
    gain, loss = split.factors[target], split.factors[source]
    return [gain.share(i) - loss.share(i) for i in range(len(split.recipients))]


def _move(split: OpenPool, level: _Level, source: int, target: int) -> Move:
    tilt = _tilt(split, source, target)
    free = [i for i, side in enumerate(level.side) if not side]
    total = sum((level.shares[i] for i in free), Fraction(0))
    drift = sum((tilt[i] for i in free), Fraction(0))
    slope = [Fraction(0)] * len(tilt)
    for i in free:
        growth = tilt[i] * total - level.shares[i] * drift
        slope[i] = level.free_budget * growth / total**2 * split.pool.unit * POINT
    least, most = -split.weights[target], split.weights[source]
    for start, change in _conditions(level, tilt, total, drift):
        if change > 0:
            least = max(least, -start / change)
        elif change < 0:
            most = min(most, -start / change)
    return Move(source, target, tuple(slope), drift == 0, least / POINT, most / POINT)


def _conditions(
    level: _Level, tilt: list[Fraction], total: Fraction, drift: Fraction
) -> Iterator[tuple[Fraction, Fraction]]:
    """(at 0, per unit of weight) of what must stay ≥ 0 for the same bounds to hold."""
    budget = level.free_budget
    for i, side in enumerate(level.side):
        over_low = budget * level.shares[i] - level.lows[i] * total
        over_low_change = budget * tilt[i] - level.lows[i] * drift
        under_high = level.highs[i] * total - budget * level.shares[i]
        under_high_change = level.highs[i] * drift - budget * tilt[i]
        if side >= 0:
            sign = -1 if side else 1
            yield sign * under_high, sign * under_high_change
        if side <= 0:
            sign = -1 if side else 1
            yield sign * over_low, sign * over_low_change


def break_even(split: OpenPool, behind: int, ahead: int) -> tuple[BreakEven, ...]:
    """Every single move that makes `behind` reach the share of `ahead`, the shortest first.

    Shares are compared, before bounds and rounding: two towns of the same bounds then have the
    same amount too.
    """
    found = []
    combined = combine(split.factors, split.weights)
    lead = combined.share(ahead) - combined.share(behind)
    for source, target in combinations(range(len(split.factors)), 2):
        tilt = _tilt(split, source, target)
        closing = tilt[behind] - tilt[ahead]
        if not closing:
            continue
        moved = lead / closing
        weights = list(split.weights)
        weights[source] -= moved
        weights[target] += moved
        if min(weights) >= 0:
            points = moved / POINT
            found.append(BreakEven(behind, ahead, source, target, points, tuple(weights)))
    return tuple(sorted(found, key=lambda at: abs(at.points)))


def nearest_overtaking(split: OpenPool) -> tuple[BreakEven | None, ...]:
    """By recipient: the shortest move that lifts it level with the one next ahead of it in shares;
    None for the first, and where no single move does.
    """
    combined = combine(split.factors, split.weights)
    order = sorted(range(len(combined.weights)), key=lambda i: (-combined.weights[i], i))
    nearest: list[BreakEven | None] = [None] * len(order)
    for ahead, behind in pairwise(order):
        nearest[behind] = next(iter(break_even(split, behind, ahead)), None)
    return tuple(nearest)


def tornado(split: OpenPool, points: Fraction = Fraction(1)) -> tuple[tuple[Swing, ...], ...]:
    """By recipient: what each move of `points` percentage points changes, the largest first."""
    now = exact_amounts(split, split.weights)
    runs = [
        (
            (source, target),
            _moved(split, source, target, points),
            _moved(split, target, source, points),
        )
        for source, target in combinations(range(len(split.factors)), 2)
    ]

    def swings(i: int) -> list[Swing]:
        return [
            Swing(*pair, _change(now, forth, i), _change(now, back, i))
            for pair, forth, back in runs
        ]

    return tuple(tuple(sorted(swings(i), key=lambda swing: -swing.reach)) for i in range(len(now)))


def _change(now: Sequence[Fen], then: Sequence[Fen] | None, i: int) -> Fen | None:
    return None if then is None else Fen(then[i] - now[i])


def _moved(split: OpenPool, source: int, target: int, points: Fraction) -> tuple[Fen, ...] | None:
    weights = list(split.weights)
    weights[source] -= points * POINT
    weights[target] += points * POINT
    return exact_amounts(split, weights) if weights[source] >= 0 else None
