"""Largest remainder for many weightings at once, every cell identical to the exact engine.

Floats propose and a certificate disposes. The claims of a row are computed in binary floats with
a proven bound `error` on each; a row is accepted only when no rounding decision lies within that
bound: no claim that near a whole unit or a bound, no two remainders that near at the cut. Rows
that fail (some in 10,000 for 10^10 fen) go through the same code in extended precision, and
those that fail again, exact ties above all, one by one through the engine itself.

Example, 100 units over claims 33.34, 33.33, 33.33 with an error of 0.001 each: the whole parts leave
one unit, the remainders .34 and .33 differ by more than twice the error, so the first gets it for
certain. Claims 33.3334, 33.3333, 33.3333 leave that open: the row is computed again in extended
precision (error some 10^-6 of that). Claims of exactly a third each can never be told apart by
floats; they go to the engine, which knows them equal and breaks the tie by the pool's rule.

Source of the error bounds: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.
2002, §3.1 (sums of products), §4.2 (pairwise sums, as numpy sums the rows of an array).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from allocator.base.problems import InputError, Problem
from allocator.engine.open_pool import OpenPool
from allocator.engine.pool import exact_amounts

Floats = NDArray[np.floating[Any]]
Whole = NDArray[np.int64]
RowMask = NDArray[np.bool_]

#: Rows a block are split at once: their working arrays stay in the processor's cache.
CELLS: Final = 1024 * 33
_PRECISIONS: Final[tuple[type[np.floating[Any]], ...]] = (np.float64, np.longdouble)
#: Up to here sums of whole amounts are exact in doubles.
_LIMIT: Final = 2**53


@dataclass(frozen=True, slots=True)
class ClaimRows:
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


def claims_of(split: OpenPool, precision: type[np.floating[Any]]) -> ClaimRows:
    """The claims of a split, each entry the nearest number of this precision or its neighbour."""
    matrix = np.array(
        [
            [nearest_float(value * split.total, factor.total, precision) for value in factor.values]
            for factor in split.factors
        ],
        dtype=precision,
    )
    factors, towns = matrix.shape
    bounded = split.lows is not None or split.highs is not None
    # Entry and weight 2 units each, product and K sums, twice (claim and level), and the row sum.
    steps = factors + 6 + (factors + 8 + 24 + towns.bit_length() if bounded else 0)
    zeros = [0] * towns
    return ClaimRows(
        matrix=matrix,
        lows=np.array(split.lows or zeros, dtype=precision) if bounded else None,
        highs=np.array(split.highs, dtype=precision) if split.highs else None,
        total=split.total,
        has_zeros=bool((matrix == 0).any()),
        growth=float(steps * np.finfo(precision).eps),
        largest=float(matrix.max()),
    )


def nearest_float(
    over: int, under: int, precision: type[np.floating[Any]]
) -> np.floating[Any] | float:
    """Over / under as the nearest number of this precision or its neighbour."""
    high = over / under
    if precision is np.float64:
        return high
    top, bottom = high.as_integer_ratio()
    return precision(high) + precision((over * bottom - top * under) / (under * bottom))


class Rounder:
    """Splits one pool under many weightings. Raises `InputError` for amounts beyond 2^53 fen."""

    def __init__(self, split: OpenPool) -> None:
        if split.budget >= _LIMIT:
            remedy = "请改用 run 或 compare 逐个测算"
            raise InputError([Problem("sweep.size", "资金超出批量测算的范围（90 万亿元）", remedy)])
        self.split = split
        self._levels: dict[int, ClaimRows] = {}

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
            units, sure = split_rows(self.level(k), weights[left], denominator)
            if k == 0:
                amounts[...] = units
            else:
                amounts[left[sure]] = units[sure]
            left = left[~sure]
            if not len(left):
                break
        self._to_fen(amounts)
        for row in left:
            exact = [Fraction(int(part), denominator) for part in weights[row]]
            amounts[row] = exact_amounts(self.split, exact)
        return len(left)

    def level(self, k: int) -> ClaimRows:
        """The claims at precision k, the coarsest first, made when first asked for."""
        if k not in self._levels:
            self._levels[k] = claims_of(self.split, _PRECISIONS[k])
        return self._levels[k]

    def _to_fen(self, amounts: Whole) -> None:
        pool = self.split.pool
        if pool.unit != 1:
            amounts *= pool.unit
        if pool.base:
            amounts += pool.base


def split_rows(claims: ClaimRows, weights: Whole, denominator: int) -> tuple[Floats, RowMask]:
    """(whole units by row, rows that are certain); the units of other rows mean nothing."""
    parts = weights.astype(claims.matrix.dtype)
    parts /= denominator
    return round_claims(claims, parts @ claims.matrix)


def round_claims(claims: ClaimRows, exact: Floats) -> tuple[Floats, RowMask]:
    """The same for claims made elsewhere, (rows, n), each off by at most what `claims` says."""
    if claims.is_bounded:
        return _bounded(claims, exact)
    error = np.array([claims.growth * claims.largest])
    return _round(exact, exact != 0 if claims.has_zeros else None, claims.total, error)


def _round(
    exact: Floats, free: RowMask | None, total: int, error: Floats
) -> tuple[Floats, RowMask]:
    """Largest remainder by row. Claims outside `free` are whole and get no further unit."""
    rows, towns = exact.shape
    ranked = np.floor(exact)
    left = total - ranked.sum(axis=1)
    np.subtract(exact, ranked, out=ranked)
    if free is not None:
        # Just below every certain remainder: never reaches the cut, never looks doubtful.
        ranked = np.where(free, ranked, error[:, None])
    ranked.sort(axis=1)
    sure = (ranked[:, 0] >= error) & (ranked[:, -1] <= 1 - error) & (left > 0) & (left < towns)
    first = np.where(sure, towns - left, towns - 1).astype(np.intp) + np.arange(rows) * towns
    last, refused = ranked.ravel()[first], ranked.ravel()[first - 1]
    sure &= last - refused > 2 * error
    # One floor for all cells instead of picking the winners: 3.6, 2.5, 1.9 with two units left have
    # the cut between .6 and .5; lifted by 1 − .55 they are 4.05, 2.95, 2.35, and their floors 4, 2, 2
    # are the answer.
    exact += (1 - (last + refused) / 2)[:, None]
    return np.floor(exact, out=exact), sure


def _bounded(claims: ClaimRows, exact: Floats) -> tuple[Floats, RowMask]:
    """Water-filling by row, then rounding of those whom no bound holds.

    The level of a row is the one of its free recipients, the others held where `_levels` put
    them. It is the true one, and the bounds are the true ones, when at that level exactly the
    free lie within their bounds: the row is certain only if they do so by more than the error.
    So it does not matter how `_levels` came to its answer; a wrong guess only costs a second look.

    Example, 100 over claims 1, 1, 8 with floors 20, 0, 0: at level 10 the first is at 10 < 20 and is
    held; the others share 80 at level 80/9, 8.89 and 71.11, both above their floors: certain.
    """
    lows, highs = claims.lows, claims.highs
    assert lows is not None  # noqa: S101 - set whenever any bound is
    nothing = exact == 0 if claims.has_zeros else None
    free, level, placed = _levels(claims, exact)
    exact *= level[:, None]
    inside = np.maximum(exact, lows)
    if highs is not None:
        np.minimum(inside, highs, out=inside)
    error = claims.growth * np.maximum(exact.max(axis=1), lows.max())
    # A free claim beyond its bound by less than the error rounds to it, and is found by _round.
    as_found = (np.abs(np.subtract(exact, inside, out=exact)) > error[:, None]) != free
    if nothing is not None:
        as_found |= nothing
    if highs is not None:
        as_found &= free | (inside == placed)
    units, sure = _round(inside, free, claims.total, error)
    return units, sure & as_found.all(axis=1)


def _levels(claims: ClaimRows, exact: Floats) -> tuple[RowMask, Floats, Floats]:
    """(who is free, the level of the free, where the others are held) by row, by variable fixing:
    everyone beyond the side whose excess is larger is held for good, until nobody is beyond.

    Source: G. R. Bitran, A. C. Hax, Disaggregation and resource allocation using convex knapsack
    problems with bounded variables, Management Science 27 (1981).
    """
    assert claims.lows is not None  # noqa: S101 - see `_bounded`
    free = exact != 0
    placed = np.where(free, 0, claims.lows)
    level = np.empty(len(exact), dtype=exact.dtype)
    moving: slice | NDArray[np.intp] = slice(None)
    for _ in range(exact.shape[1] + 1):
        weights = exact[moving] * free[moving]
        slope, left = weights.sum(axis=1), claims.total - placed[moving].sum(axis=1)
        level[moving] = now = np.divide(left, slope, out=np.zeros_like(left), where=slope > 0)
        weights *= now[:, None]
        beyond, amount = _beyond(claims, weights, free[moving])
        moved = beyond.any(axis=1)
        if not moved.any():
            break
        free[moving] &= ~beyond
        placed[moving] += beyond * amount
        moving = np.arange(len(exact))[moving][moved]
    return free, level, placed


def _beyond(claims: ClaimRows, raised: Floats, free: RowMask) -> tuple[RowMask, Floats]:
    """Who is beyond the bound that is hurt more in the row, and the amount that holds them."""
    lows, highs = claims.lows, claims.highs
    assert lows is not None  # noqa: S101 - see `_bounded`
    low = (raised < lows) & free
    if highs is None:
        return low, lows
    high = (raised > highs) & free
    missing = np.where(low, lows - raised, 0).sum(axis=1)
    surplus = np.where(high, raised - highs, 0).sum(axis=1)
    lift = (missing >= surplus)[:, None]
    return np.where(lift, low, high), np.where(lift, lows, highs)
