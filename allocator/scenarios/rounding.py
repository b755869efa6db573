"""Largest remainder for many weightings at once, every cell identical to the exact engine.

Floats propose and a certificate disposes. The claims of a row are computed in binary floats with
a proven bound `error` on each; a row is accepted only when no rounding decision lies within that
bound: no claim that near a whole unit or a bound, no two remainders that near at the cut. Rows
that fail (some in 10,000 for 10^10 fen) go through the same code in extended precision, and
those that fail again, exact ties above all, one by one through the engine itself.

Source of the error bounds: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.
2002, §3.1 (sums of products), §4.2 (pairwise sums, as numpy sums the rows of an array).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from allocator.problems import InputError, Problem
from allocator.scenarios.split import Split, exact_amounts

Floats = NDArray[np.floating[Any]]
Whole = NDArray[np.int64]
Rows = NDArray[np.bool_]

#: Rows a block are split at once: their working arrays stay in the processor's cache.
CELLS: Final = 1024 * 33
_PRECISIONS: Final[tuple[type[np.floating[Any]], ...]] = (np.float64, np.longdouble)
#: Up to here sums of whole amounts are exact in doubles.
_LIMIT: Final = 2**53


@dataclass(frozen=True, slots=True)
class Claims:
    """What a unit of weight claims, at one precision: (K, n) array in units of the pool.

    `growth` bounds the relative error of a claim, `largest` bounds any claim without bounds.
    """

    matrix: Floats
    lows: Floats | None
    highs: Floats | None
    total: int
    has_zeros: bool
    growth: float
    largest: float

    @property
    def is_bounded(self) -> bool:
        """Whether any recipient has a lower or an upper bound."""
        return self.lows is not None or self.highs is not None


def claims_of(split: Split, precision: type[np.floating[Any]]) -> Claims:
    """The claims of a split, each entry the nearest number of this precision or its neighbour."""
    matrix = np.array(
        [
            [_nearest(value * split.total, factor.total, precision) for value in factor.values]
            for factor in split.factors
        ],
        dtype=precision,
    )
    factors, towns = matrix.shape
    bounded = split.lows is not None or split.highs is not None
    # Entry and weight 2 units each, product and K sums, twice (claim and level), and the row sum.
    steps = factors + 6 + (factors + 8 + 24 + towns.bit_length() if bounded else 0)
    zeros = [0] * towns
    return Claims(
        matrix=matrix,
        lows=np.array(split.lows or zeros, dtype=precision) if bounded else None,
        highs=np.array(split.highs, dtype=precision) if split.highs else None,
        total=split.total,
        has_zeros=bool((matrix == 0).any()),
        growth=float(steps * np.finfo(precision).eps),
        largest=float(matrix.max()),
    )


def _nearest(over: int, under: int, precision: type[np.floating[Any]]) -> np.floating[Any] | float:
    high = over / under
    if precision is np.float64:
        return high
    top, bottom = high.as_integer_ratio()
    return precision(high) + precision((over * bottom - top * under) / (under * bottom))


class Rounder:
    """Splits one pool under many weightings. Raises `InputError` for amounts beyond 2^53 fen."""

    def __init__(self, split: Split) -> None:
        if split.budget >= _LIMIT:
            remedy = "请改用 run 或 compare 逐个测算"
            raise InputError([Problem("sweep.size", "资金超出批量测算的范围（90 万亿元）", remedy)])
        self.split = split
        self._levels: dict[int, Claims] = {}

    def amounts(self, weights: Whole, denominator: int) -> tuple[Whole, int]:
        """(entitlements in fen, (rows, n); how many rows the engine answered one by one).

        `weights` are whole parts of `denominator`, (rows, K). Other methods than largest remainder
        go through the engine row by row. Raises `InputError` for a tie under the rule `refuse` and
        for bounds that cannot be met.
        """
        rows, towns = len(weights), len(self.split.recipients)
        amounts = np.empty((rows, towns), dtype=np.int64)
        step = max(CELLS // towns, 1)
        blocks = [slice(start, start + step) for start in range(0, rows, step)]
        return amounts, sum(self._fill(amounts[b], weights[b], denominator) for b in blocks)

    def _fill(self, amounts: Whole, weights: Whole, denominator: int) -> int:
        left = np.arange(len(weights))
        is_vectorised = self.split.pool.method == "largest_remainder"
        for k in range(len(_PRECISIONS) if is_vectorised else 0):
            units, sure = split_rows(self._level(k), weights[left], denominator)
            if len(left) == len(weights):
                amounts[...] = self._fen(units)
            else:
                amounts[left[sure]] = self._fen(units[sure])
            if sure.all():
                return 0
            left = left[~sure]
        for row in left:
            exact = [Fraction(int(part), denominator) for part in weights[row]]
            amounts[row] = exact_amounts(self.split, exact)
        return len(left)

    def _level(self, k: int) -> Claims:
        if k not in self._levels:
            self._levels[k] = claims_of(self.split, _PRECISIONS[k])
        return self._levels[k]

    def _fen(self, units: Floats) -> Whole:
        fen = units.astype(np.int64)
        fen *= self.split.pool.unit
        fen += self.split.pool.base
        return fen


def split_rows(claims: Claims, weights: Whole, denominator: int) -> tuple[Floats, Rows]:
    """(whole units by row, rows that are certain); the units of other rows mean nothing."""
    parts = weights.astype(claims.matrix.dtype)
    parts /= denominator
    exact = parts @ claims.matrix
    rows = len(weights)
    if claims.is_bounded:
        return _bounded(claims, exact)
    error = np.full(rows, claims.growth * claims.largest)
    free = exact != 0 if claims.has_zeros else None
    return _round(exact, free, claims.total, error)


def _round(exact: Floats, free: Rows | None, total: int, error: Floats) -> tuple[Floats, Rows]:
    """Largest remainder by row. Claims outside `free` are whole and get no further unit."""
    towns = exact.shape[1]
    whole = np.floor(exact)
    rest = np.subtract(exact, whole, out=exact)
    if free is not None:
        # Just below every certain remainder: never reaches the cut, never looks doubtful.
        rest = np.where(free, rest, error[:, None])
    ranked = np.sort(rest, axis=1)
    left = total - whole.sum(axis=1)
    sure = (ranked[:, 0] >= error) & (ranked[:, -1] <= 1 - error) & (left > 0) & (left < towns)
    cut = np.where(sure, towns - left, towns - 1).astype(np.intp)
    rows = np.arange(len(ranked))
    last = ranked[rows, cut]
    sure &= last - ranked[rows, cut - 1] > 2 * error
    whole += rest >= last[:, None]
    return whole, sure


def _bounded(claims: Claims, exact: Floats) -> tuple[Floats, Rows]:
    """Water-filling by row, then rounding of those whom no bound holds.

    The level of a row is the one of its free recipients. It is the true one, and the bounds are
    the true ones, when at that level exactly those recipients lie within their bounds: the row is
    certain only if they do so by more than the error.
    """
    lows, highs = claims.lows, claims.highs
    assert lows is not None  # noqa: S101 - set whenever any bound is
    nothing = exact == 0
    free, level = _levels(claims, exact)
    raised = np.multiply(exact, level[:, None], out=exact)
    inside = np.maximum(raised, lows)
    if highs is not None:
        inside = np.minimum(inside, highs)
    held = inside != raised
    error = claims.growth * np.max(raised, axis=1)
    settled = (held != free) | nothing
    margin = np.where(held & ~nothing, np.abs(raised - inside), np.inf)
    certain = settled.all(axis=1) & (margin.min(axis=1) > error)
    units, sure = _round(inside, free, claims.total, error)
    return units, sure & certain


def _levels(claims: Claims, exact: Floats) -> tuple[Rows, Floats]:
    """(who is free, the level of the free) by row, by variable fixing: everyone beyond the side
    whose excess is larger is held for good, until nobody is beyond a bound.

    Source: G. R. Bitran, A. C. Hax, Disaggregation and resource allocation using convex knapsack
    problems with bounded variables, Management Science 27 (1981).
    """
    rows, towns = exact.shape
    free = exact != 0
    level = np.empty(rows, dtype=exact.dtype)
    assert claims.lows is not None  # noqa: S101 - see `_bounded`
    held = np.where(free, 0, claims.lows).sum(axis=1)
    open_rows = np.arange(rows)
    for _ in range(towns + 1):
        weights = np.where(free[open_rows], exact[open_rows], 0)
        slope, left = weights.sum(axis=1), claims.total - held[open_rows]
        level[open_rows] = np.divide(left, slope, out=np.zeros_like(left), where=slope > 0)
        raised = weights * level[open_rows][:, None]
        beyond, amount = _beyond(claims, raised, free[open_rows])
        moved = beyond.any(axis=1)
        if not moved.any():
            break
        free[open_rows] &= ~beyond
        held[open_rows] += np.where(beyond, amount, 0).sum(axis=1)
        open_rows = open_rows[moved]
    return free, level


def _beyond(claims: Claims, raised: Floats, free: Rows) -> tuple[Rows, Floats]:
    """Who is beyond the bound that is hurt more in the row, and the amount that holds them."""
    lows, highs = claims.lows, claims.highs
    assert lows is not None  # noqa: S101 - see `_bounded`
    low = free & (raised < lows)
    if highs is None:
        return low, lows
    high = free & (raised > highs)
    missing = np.where(low, lows - raised, 0).sum(axis=1)
    surplus = np.where(high, raised - highs, 0).sum(axis=1)
    lift = (missing >= surplus)[:, None]
    return np.where(lift, low, high), np.where(lift, lows, highs)
