"""What many splits of one pool come to, without keeping them: exact counts that add up.

Every figure is a whole number that does not depend on the order of the weightings, so slices
may be counted anywhere and merged. Quantiles take two passes: the first counts amounts in wide
bins, the second looks into the few bins that hold a quantile. They are exact order statistics.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from allocator.scenarios.sweeps.vectorised import CELLS, Rounder

Whole = NDArray[np.int64]

#: Bins over all recipients, and recipients up to which ranks are counted.
_BINS: Final = 1 << 21
_MOST_RANKED: Final = 512
_HALF: Final = 31


@dataclass(frozen=True, slots=True)
class Scale:
    """Where amounts can lie: `low` fen by recipient, and bins of 2^shift fen, `bins` to each."""

    low: Whole
    shift: int
    bins: int

    def index(self, amounts: Whole) -> Whole:
        """The bin of each amount, numbered over all recipients; (rows, n) in and out."""
        index = amounts - self.low
        index >>= self.shift
        index += np.arange(len(self.low)) * self.bins
        return index


def scale_of(rounder: Rounder) -> Scale:
    """Bins over the amounts that any weighting can give."""
    split = rounder.split
    low, high = _span(rounder)
    unit, base = split.pool.unit, split.pool.base
    widest = max(int((high - low).max()) * unit, 1).bit_length()
    bits = min(max(_BINS // len(low), 1).bit_length() - 1, widest)
    return Scale(low * unit + base, widest - bits, 1 << bits)


def _span(rounder: Rounder) -> tuple[Whole, Whole]:
    """The least and the most units by recipient: a weighted mean of the factors' claims, raised
    by caps on others, lowered by floors of others, held within its own bounds.
    """
    split = rounder.split
    towns = len(split.recipients)
    lows = np.array(split.lows or (0,) * towns, dtype=np.int64)
    highs = np.array([min(high, split.total) for high in split.highs or (split.total,) * towns])
    if split.pool.method != "largest_remainder" or (split.lows and split.highs):
        return lows, highs
    claims = rounder.level(0)
    slack = ceil(claims.growth * claims.largest) + 1
    least = np.floor(claims.matrix.min(axis=0)).astype(np.int64) - slack
    most = np.ceil(claims.matrix.max(axis=0)).astype(np.int64) + slack
    if split.lows:
        return lows, np.maximum(most, lows)
    if split.highs:
        return np.minimum(np.maximum(least, 0), highs), highs
    return np.maximum(least, 0), most


@dataclass(slots=True)
class Tally:
    """Counts over `rows` weightings, by recipient; amounts in fen.

    The sum of all amounts is `sum_high` · 2^31 + `sum_low`. `ranks[i, p]` counts the weightings
    in which recipient i has the (p + 1)-largest amount (equal amounts in official order).
    """

    rows: int
    exact_rows: int
    sum_high: Whole
    sum_low: Whole
    least: Whole
    most: Whole
    gains: Whole
    losses: Whole
    bins: NDArray[np.integer[Any]]
    ranks: Whole | None

    def add(self, other: Tally) -> None:
        """Take in the counts of further weightings."""
        self.rows += other.rows
        self.exact_rows += other.exact_rows
        self.sum_high += other.sum_high
        self.sum_low += other.sum_low
        np.minimum(self.least, other.least, out=self.least)
        np.maximum(self.most, other.most, out=self.most)
        self.gains += other.gains
        self.losses += other.losses
        self.bins += other.bins
        if self.ranks is not None and other.ranks is not None:
            self.ranks += other.ranks

    def mean(self, i: int) -> Fraction:
        """The exact mean amount of recipient i, in fen."""
        return Fraction((int(self.sum_high[i]) << _HALF) + int(self.sum_low[i]), self.rows)


def empty(towns: int, scale: Scale) -> Tally:
    """A tally of no weighting."""
    zeros = np.zeros((6, towns), dtype=np.int64)
    bins = np.zeros(towns * scale.bins, dtype=np.int64)
    ranks = np.zeros((towns, towns), dtype=np.int64) if towns <= _MOST_RANKED else None
    least = np.full(towns, np.iinfo(np.int64).max)
    return Tally(0, 0, zeros[0], zeros[1], least, zeros[3], zeros[4], zeros[5], bins, ranks)


def count(counts: Tally, amounts: Whole, exact_rows: int, current: Whole, scale: Scale) -> None:
    """Count the amounts, (rows, n), against the `current` ones."""
    rows, towns = amounts.shape
    counts.rows += rows
    counts.exact_rows += exact_rows
    step = max(CELLS // towns, 1)
    for start in range(0, rows, step):
        _count_block(counts, amounts[start : start + step], current)
    index = scale.index(amounts)
    counts.bins += np.bincount(index.ravel(), minlength=towns * scale.bins)


def _count_block(counts: Tally, amounts: Whole, current: Whole) -> None:
    counts.sum_high += (amounts >> _HALF).sum(axis=0)
    counts.sum_low += (amounts & ((1 << _HALF) - 1)).sum(axis=0)
    np.minimum(counts.least, amounts.min(axis=0), out=counts.least)
    np.maximum(counts.most, amounts.max(axis=0), out=counts.most)
    counts.gains += (amounts > current).sum(axis=0)
    counts.losses += (amounts < current).sum(axis=0)
    if counts.ranks is not None:
        towns = amounts.shape[1]
        # No two keys of a row are equal, so the fast sort is as good as a stable one.
        order = np.argsort(np.arange(towns) - amounts * towns, axis=1)
        cells = np.bincount((order * towns + np.arange(towns)).ravel(), minlength=towns**2)
        counts.ranks += cells.reshape(towns, towns)


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the quantiles lie: `bins` sorted numbers of bins; by recipient and quantile its place
    in `bins` and how many amounts of that bin it is up to.
    """

    bins: Whole
    slot: Whole
    within: Whole


def targets(counts: Tally, scale: Scale, quantiles: Sequence[Fraction]) -> Targets:
    """The bins that hold the quantiles: the smallest amount that ⌈p · rows⌉ weightings do not exceed."""
    towns = len(scale.low)
    reached = np.cumsum(counts.bins.reshape(towns, scale.bins), axis=1)
    wanted = np.array([max(ceil(p * counts.rows), 1) for p in quantiles])
    found = (reached[:, :, None] < wanted).sum(axis=1)
    before = np.take_along_axis(reached, np.maximum(found - 1, 0), axis=1)
    within = wanted - np.where(found > 0, before, 0)
    bins, slot = np.unique(found + np.arange(towns)[:, None] * scale.bins, return_inverse=True)
    return Targets(bins, slot.reshape(found.shape), within)


def look_into(amounts: Whole, scale: Scale, wanted: Targets) -> tuple[Whole, Whole]:
    """The amounts in the wanted bins as (distinct keys, counts); a key is slot · 2^shift + rest."""
    index = scale.index(amounts)
    is_wanted = np.zeros(len(scale.low) * scale.bins, dtype=np.bool_)
    is_wanted[wanted.bins] = True
    hits = is_wanted[index]
    slot = np.searchsorted(wanted.bins, index[hits])
    rest = (amounts - scale.low)[hits] & ((1 << scale.shift) - 1)
    keys, counts = np.unique((slot << scale.shift) + rest, return_counts=True)
    return keys, counts


def gather(parts: Iterable[tuple[Whole, Whole]]) -> tuple[Whole, Whole]:
    """Merge counted keys; memory stays near that of the distinct ones."""
    merged = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    waiting: list[tuple[Whole, Whole]] = []
    for part in parts:
        waiting.append(part)
        if sum(len(keys) for keys, _ in waiting) > max(len(merged[0]), 1 << 20):
            merged, waiting = _merge([merged, *waiting]), []
    return _merge([merged, *waiting])


def _merge(parts: Sequence[tuple[Whole, Whole]]) -> tuple[Whole, Whole]:
    keys, place = np.unique(np.concatenate([keys for keys, _ in parts]), return_inverse=True)
    counts = np.zeros(len(keys), dtype=np.int64)
    np.add.at(counts, place, np.concatenate([counts for _, counts in parts]))
    return keys, counts


def quantile_amounts(scale: Scale, wanted: Targets, keys: Whole, counts: Whole) -> Whole:
    """The quantiles in fen, (n, quantiles)."""
    first = np.searchsorted(keys, wanted.slot << scale.shift)
    reached = np.concatenate([[0], np.cumsum(counts)])
    found = np.searchsorted(reached, reached[first] + wanted.within) - 1
    town, bin_number = np.divmod(wanted.bins, scale.bins)
    start = scale.low[town] + (bin_number << scale.shift)
    result: Whole = start[wanted.slot] + (keys[found] & ((1 << scale.shift) - 1))
    return result
