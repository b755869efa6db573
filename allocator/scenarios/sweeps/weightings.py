"""Many weightings of K factors as whole parts of one denominator, so that each is exact.

A set of weightings is a list of blocks; a block is made from its number alone, on any machine
and in any order, so that a sweep has the same answer on one core and on many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb, floor, lcm
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from allocator.base.money import exact_number, format_number
from allocator.base.problems import InputError, Place, Problem

Whole = NDArray[np.int64]
Bounds = Sequence[Fraction | int | str] | None

#: Weightings to a block: the unit of work that goes to a core.
BLOCK: Final = 1 << 17
#: Weights of a sample are whole millionths.
PARTS: Final = 10**6
_MOST_PARTS: Final = 2**52
_MOST_DRAWS: Final = 5000
_LEAST_DRAWN: Final = 1 << 13


class Weightings(Protocol):
    """A set of weightings: block b holds those from b · BLOCK onwards."""

    @property
    def factors(self) -> int:
        """K, the weights to a row."""
        ...

    @property
    def denominator(self) -> int:
        """What every row of whole parts sums to."""
        ...

    @property
    def most(self) -> int:
        """No set holds more weightings; a grid with upper bounds may hold fewer."""
        ...

    def block(self, b: int) -> Whole:
        """(rows, K), every row sums to `denominator`."""
        ...


def block_count(weightings: Weightings) -> int:
    """How many blocks hold the whole set."""
    return -(-weightings.most // BLOCK)


@dataclass(frozen=True, slots=True)
class SimplexGrid:
    """All weightings whose weights are whole multiples of 1 / `steps`, within bounds.

    `lower` and `upper` are whole steps by factor. Rows come in lexicographic order.
    """

    factors: int
    steps: int
    lower: tuple[int, ...]
    upper: tuple[int, ...]

    @property
    def denominator(self) -> int:
        """See `Weightings`."""
        return self.steps

    @property
    def most(self) -> int:
        """See `Weightings`."""
        return _compositions(self.steps - sum(self.lower), self.factors)

    def block(self, b: int) -> Whole:
        """Rows b · BLOCK onwards, those beyond an upper bound left out."""
        index = np.arange(b * BLOCK, min((b + 1) * BLOCK, self.most), dtype=np.int64)
        rest = np.full(len(index), self.steps - sum(self.lower), dtype=np.int64)
        rows = np.empty((len(index), self.factors), dtype=np.int64)
        for k, low in enumerate(self.lower):
            parts = self.factors - k
            if parts == 1:
                rows[:, k] = rest + low
                break
            # Rows whose weight k is v or more number compositions(rest − v): find the last v.
            table = np.array([_compositions(r, parts) for r in range(self.steps + 1)])
            after = np.searchsorted(table, table[rest] - index)
            index -= table[rest] - table[after]
            rows[:, k] = rest - after + low
            rest = after
        return rows[(rows <= np.array(self.upper)).all(axis=1)]


def _compositions(total: int, parts: int) -> int:
    return comb(total + parts - 1, parts - 1)


@dataclass(frozen=True, slots=True)
class DirichletSample:
    """`count` random weightings on a grid of millionths, the same for the same `seed`.

    Above the lower bounds the weights are Dirichlet with `alpha` (all 1: uniform on the simplex);
    rows beyond an upper bound are drawn again. The numbers are numpy's Philox stream of the block.
    """

    count: int
    seed: int
    alpha: tuple[float, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]

    @property
    def factors(self) -> int:
        """See `Weightings`."""
        return len(self.alpha)

    @property
    def denominator(self) -> int:
        """See `Weightings`."""
        return PARTS

    @property
    def most(self) -> int:
        """See `Weightings`."""
        return self.count

    def block(self, b: int) -> Whole:
        """Rows b · BLOCK onwards."""
        missing = min(self.count - b * BLOCK, BLOCK)
        stream = np.random.Generator(np.random.Philox(np.random.SeedSequence((self.seed, b))))
        found: list[Whole] = []
        for _ in range(_MOST_DRAWS):
            rows = self._draw(stream, max(missing, _LEAST_DRAWN))
            rows = rows[(rows <= np.array(self.upper)).all(axis=1)][:missing]
            found.append(rows)
            missing -= len(rows)
            if not missing:
                return np.concatenate(found)
        remedy = "请放宽权重上下限，或改用 --step 网格"
        raise InputError([Problem("sweep.bounds", "权重上下限过紧，几乎抽不到符合的权重", remedy)])

    def _draw(self, stream: np.random.Generator, rows: int) -> Whole:
        free = PARTS - sum(self.lower)
        sums = np.cumsum(stream.standard_gamma(self.alpha, size=(rows, len(self.alpha))), axis=1)
        marks = np.rint(sums / sums[:, -1:] * free).astype(np.int64)
        parts: Whole = np.diff(marks, axis=1, prepend=0) + np.array(self.lower)
        return parts


@dataclass(frozen=True, slots=True)
class GivenRows:
    """Weightings as given, each in whole parts of `denominator`."""

    rows: tuple[tuple[int, ...], ...]
    denominator: int

    @property
    def factors(self) -> int:
        """See `Weightings`."""
        return len(self.rows[0])

    @property
    def most(self) -> int:
        """See `Weightings`."""
        return len(self.rows)

    def block(self, b: int) -> Whole:
        """Rows b · BLOCK onwards."""
        return np.array(self.rows[b * BLOCK : (b + 1) * BLOCK], dtype=np.int64)


def simplex_grid(
    factors: int, step: Fraction | str, lower: Bounds = None, upper: Bounds = None
) -> SimplexGrid:
    """The grid of weights in multiples of `step`, which must be 1 over a whole number.

    >>> simplex_grid(3, "0.5").block(0).tolist()
    [[0, 0, 2], [0, 1, 1], [0, 2, 0], [1, 0, 1], [1, 1, 0], [2, 0, 0]]
    """
    size = exact_number(step)
    if size <= 0 or (1 / size).denominator != 1:
        remedy = "请填能整除 1 的步长，如 0.05、0.02、0.01"
        raise InputError([Problem("sweep.step", "权重步长不能整除 1", remedy, value=str(step))])
    steps = (1 / size).numerator
    grid = SimplexGrid(factors, steps, *_whole_bounds(factors, steps, lower, upper))
    if grid.most >= _MOST_PARTS // BLOCK:
        remedy = "请加大步长，或改用 --samples 抽样"
        raise InputError([Problem("sweep.size", f"网格有 {grid.most:,} 组权重，过多", remedy)])
    return grid


def dirichlet(
    factors: int,
    count: int,
    seed: int,
    *,
    alpha: Sequence[float] | None = None,
    lower: Bounds = None,
    upper: Bounds = None,
) -> DirichletSample:
    """`count` random weightings within bounds; `alpha` all 1 unless given."""
    bounds = _whole_bounds(factors, PARTS, lower, upper)
    return DirichletSample(count, seed, tuple(alpha or (1.0,) * factors), *bounds)


def given_rows(rows: Sequence[Sequence[Any]]) -> GivenRows:
    """Weightings as the user gives them; floats mean their shortest decimal.

    Raises `InputError` naming every row that has a negative weight or does not sum to 1.

    >>> given_rows([["0.5", "0.5"], [0.3, 0.7]])
    GivenRows(rows=((5, 5), (3, 7)), denominator=10)
    """
    exact = [[exact_number(weight) for weight in row] for row in rows]
    problems = [
        Problem(
            "sweep.weights",
            f"权重合计为 {format_number(sum(row, Fraction(0)))}，或有负数，或因素个数不同",
            "每组权重都应不小于 0，个数与因素相同，合计恰为 1",
            Place(cell=f"第 {number} 组"),
        )
        for number, row in enumerate(exact, 1)
        if sum(row, Fraction(0)) != 1 or min(row) < 0 or len(row) != len(exact[0])
    ]
    common = lcm(*{weight.denominator for row in exact for weight in row})
    if common > _MOST_PARTS:
        remedy = "请把权重取到小数点后不超过十二位"
        problems.append(Problem("sweep.weights", "权重的位数过多，无法一并测算", remedy))
    if problems:
        raise InputError(problems)
    parts = tuple(tuple(int(weight * common) for weight in row) for row in exact)
    return GivenRows(parts, common)


def _whole_bounds(
    factors: int, parts: int, lower: Bounds, upper: Bounds
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    lows = tuple(ceil(exact_number(low) * parts) for low in lower or (0,) * factors)
    highs = tuple(floor(exact_number(high) * parts) for high in upper or (1,) * factors)
    crossed = any(low > high for low, high in zip(lows, highs, strict=True))
    if crossed or min(lows) < 0 or sum(lows) > parts or sum(highs) < parts:
        message = "权重的上下限互相矛盾：没有一组权重能合计为 1"
        raise InputError([Problem("sweep.bounds", message, "请放宽权重的上下限")])
    return lows, highs
