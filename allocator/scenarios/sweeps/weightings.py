"""Many weightings of K factors as whole parts of one denominator, so that each is exact.

A set of weightings is a list of blocks; a block is made from its number alone, on any machine
and in any order, so that a sweep has the same answer on one core and on many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb, floor, lcm
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from allocator.base.money import exact_number, format_number
from allocator.base.problems import InputError, Place, Problem
from allocator.fund.rules import Pool
from allocator.rounding.apportion import apportion
from allocator.scenarios.by_factor import ByFactor, by_factor, factor_number

if TYPE_CHECKING:
    import pandas as pd

Whole = NDArray[np.int64]
Bounds = ByFactor | None

#: Weightings to a block: the unit of work that goes to a core.
BLOCK: Final = 1 << 17
#: Weights of a sample are whole millionths.
PARTS: Final = 10**6
_MOST_PARTS: Final = 2**52
#: How far a row of floats may be from 1 to be taken to the nearest row of whole `_FINE` parts.
_FLOAT_GAP: Final = Fraction(1, 10**9)
_FINE: Final = 10**12
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
    factors: int | Pool, step: Fraction | str, lower: Bounds = None, upper: Bounds = None
) -> SimplexGrid:
    """The grid of weights in multiples of `step`, which must be 1 over a whole number.

    With a pool instead of a number, bounds may be given by the names of factors.

    >>> simplex_grid(3, "0.5").block(0).tolist()
    [[0, 0, 2], [0, 1, 1], [0, 2, 0], [1, 0, 1], [1, 1, 0], [2, 0, 0]]
    """
    size = exact_number(step)
    if size <= 0 or (1 / size).denominator != 1:
        remedy = "请填能整除 1 的步长，如 0.05、0.02、0.01"
        raise InputError([Problem("sweep.step", "权重步长不能整除 1", remedy, value=str(step))])
    steps = (1 / size).numerator
    grid = SimplexGrid(_number(factors), steps, *_whole_bounds(factors, steps, lower, upper))
    if grid.most >= _MOST_PARTS // BLOCK:
        remedy = "请加大步长，或改用 --samples 抽样"
        raise InputError([Problem("sweep.size", f"网格有 {grid.most:,} 组权重，过多", remedy)])
    return grid


def dirichlet(
    factors: int | Pool,
    count: int,
    seed: int = 0,
    *,
    alpha: Sequence[float] | None = None,
    lower: Bounds = None,
    upper: Bounds = None,
    around: ByFactor | Literal["current"] | None = None,
    concentration: float = 100.0,
) -> DirichletSample:
    """`count` random weightings within bounds; `alpha` all 1 (uniform on the simplex) unless given.

    With a pool instead of a number, numbers by factor may be given by the names of factors.
    `around` are weights to draw near: the sample's mean, a weight w scattering by about
    √(w (1 − w) / (`concentration` + 1)), 5 points at w = 50 % for 100; "current" are the pool's own.

    >>> dirichlet(2, 3, seed=1, lower=["0.2", 0]).lower
    (200000, 0)
    """
    lows, highs = _whole_bounds(factors, PARTS, lower, upper)
    if around is not None:
        alpha = _alpha_around(factors, around, lows, concentration)
    return DirichletSample(count, seed, tuple(alpha or (1.0,) * len(lows)), lows, highs)


def _alpha_around(
    factors: int | Pool,
    around: ByFactor | Literal["current"],
    lows: Sequence[int],
    concentration: float,
) -> list[float]:
    """Parameters that make the mean of the sample `around`, which lies above the lower bounds."""
    if isinstance(around, str):
        assert isinstance(factors, Pool)  # noqa: S101 - only a pool has current weights
        centre = [factor.weight for factor in factors.factors]
    else:
        centre = [exact_number(weight) for weight in by_factor(factors, around, 0)]
    free = 1 - Fraction(sum(lows), PARTS)
    above = [weight - Fraction(low, PARTS) for weight, low in zip(centre, lows, strict=True)]
    if sum(centre) != 1 or min(above) < 0 or not free:
        message = "要围绕的权重合计不为 1，或低于下限"
        raise InputError([Problem("sweep.around", message, "请改正 around 或 lower")])
    return [float(part / free) * concentration for part in above]


def given_rows(
    rows: Sequence[Sequence[Any]] | NDArray[Any] | pd.DataFrame, pool: Pool | None = None
) -> GivenRows:
    """Weightings as the user gives them: rows, an array, or a frame with a column a factor.

    Floats mean their shortest decimal; a row of floats that misses 1 only by what floats are off is
    taken to the nearest 10^-12 that sums to 1. Of a frame with a `pool` the columns may be named as
    the factors and come in any order.

    Raises `InputError` naming every row that has a negative weight or does not sum to 1.

    >>> given_rows([["0.5", "0.5"], [0.3, 0.7]])
    GivenRows(rows=((5, 5), (3, 7)), denominator=10)
    """
    table: Any = rows
    if hasattr(table, "columns"):
        if pool is not None and all(isinstance(label, str) for label in table.columns):
            places = [factor_number(pool, label) for label in table.columns]
            table = table.iloc[:, sorted(range(len(places)), key=places.__getitem__)]
        table = table.to_numpy()
    if hasattr(table, "tolist"):
        table = table.tolist()
    exact = [_exact_row(row) for row in table]
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


def _exact_row(row: Sequence[Any]) -> list[Fraction]:
    exact = [exact_number(weight) for weight in row]
    common = lcm(*(weight.denominator for weight in exact))
    gap = abs(sum(exact, Fraction(0)) - 1)
    is_drawn = all(isinstance(weight, float) for weight in row) and (gap or common > _FINE)
    if is_drawn and gap < _FLOAT_GAP and min(exact) >= 0:
        parts = apportion(_FINE, [int(weight * common) for weight in exact]).amounts
        return [Fraction(part, _FINE) for part in parts]
    return exact


def _number(factors: int | Pool) -> int:
    return factors if isinstance(factors, int) else len(factors.factors)


def _whole_bounds(
    factors: int | Pool, parts: int, lower: Bounds, upper: Bounds
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    n = _number(factors)
    lows = tuple(
        ceil(exact_number(low) * parts)
        for low in by_factor(factors, (0,) * n if lower is None else lower, 0)
    )
    highs = tuple(
        floor(exact_number(high) * parts)
        for high in by_factor(factors, (1,) * n if upper is None else upper, 1)
    )
    crossed = any(low > high for low, high in zip(lows, highs, strict=True))
    if crossed or min(lows) < 0 or sum(lows) > parts or sum(highs) < parts:
        message = "权重的上下限互相矛盾：没有一组权重能合计为 1"
        raise InputError([Problem("sweep.bounds", message, "请放宽权重的上下限")])
    return lows, highs
