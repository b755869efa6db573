"""sweep(): one pool under very many weightings, its statistics exact, its memory constant."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from multiprocessing import get_context
from typing import Any, Final

import numpy as np

from allocator.base.money import Fen
from allocator.base.problems import InputError, Problem
from allocator.engine.open_pool import OpenPool
from allocator.engine.pool import exact_amounts, open_split
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.sweeps import tally
from allocator.scenarios.sweeps.result import Sweep
from allocator.scenarios.sweeps.vectorised import Rounder
from allocator.scenarios.sweeps.weightings import BLOCK, Weightings, block_count

#: done, all: weightings counted so far, over both passes.
Progress = Callable[[int, int], None]

QUANTILES: Final = (
    Fraction(5, 100),
    Fraction(1, 4),
    Fraction(1, 2),
    Fraction(3, 4),
    Fraction(95, 100),
)
#: Cells to a slice of work, and its least rows, since every slice carries the table with it.
_SLICE: Final = 1 << 22
_LEAST_ROWS: Final = 16
#: Cells in memory together, cells from which all cores are used, amounts kept for the quantiles.
_TOGETHER: Final = 1 << 19
_LARGE: Final = 1 << 27
_KEPT: Final = 20_000_000


def sweep(
    recipients: Recipients,
    scheme: Scheme,
    pool_id: str,
    weightings: Weightings,
    *,
    quantiles: Sequence[Fraction] = QUANTILES,
    executor: Any = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """OpenPool the pool under every weighting, identical to the engine in every cell, and count.

    A large sweep runs on all cores (`workers` of them; 1: in this process), or on `executor`:
    anything with `submit`, such as a Dask client. The answer is the same everywhere. As always
    with processes, a script that starts a large sweep needs `if __name__ == "__main__":`.

    Raises `InputError` for mistakes in the input and for a weighting that has no split.
    """
    split = open_split(recipients, scheme, pool_id)
    _check_factors(split, weightings)
    rounder = Rounder(split)
    scale = tally.scale_of(rounder)
    current = np.array(exact_amounts(split, split.weights), dtype=np.int64)
    slices = _slices(weightings, len(recipients))
    passes = 2 if _keeps_quantiles(weightings, scale, quantiles) else 1
    report = _counting(progress, passes * sum(stop - start for _, start, stop in slices))
    with _executor(executor, workers, weightings.most * len(recipients)) as pool:
        counts = tally.empty(len(recipients), scale)
        given = (rounder, weightings, current, scale)
        for part in _results(pool, _tally_slice, given, slices, report):
            counts.add(part)
        bands = None
        if passes == 2 and counts.rows:
            wanted = tally.targets(counts, scale, quantiles)
            looked = (rounder, weightings, scale, wanted)
            keys = tally.gather(_results(pool, _look_into_slice, looked, slices, report))
            bands = tally.quantile_amounts(scale, wanted, *keys)
    return _answer(scheme, split, counts, current, tuple(quantiles), bands)


def amounts(
    recipients: Recipients, scheme: Scheme, pool_id: str, weightings: Weightings
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """All entitlements in fen, (weightings, n): for pictures, where the cells themselves are shown."""
    split = open_split(recipients, scheme, pool_id)
    _check_factors(split, weightings)
    rounder = Rounder(split)
    blocks = (weightings.block(b) for b in range(block_count(weightings)))
    parts = [rounder.amounts(rows, weightings.denominator)[0] for rows in blocks]
    result: np.ndarray[tuple[int, int], np.dtype[np.int64]] = np.concatenate(parts)
    return result


def _check_factors(split: OpenPool, weightings: Weightings) -> None:
    if weightings.factors != len(split.factors):
        message = (
            f"每组有 {weightings.factors} 个权重，“{split.pool.name}”有 {len(split.factors)} 个因素"
        )
        raise InputError([Problem("sweep.weights", message, "请按因素的个数给出权重")])


Slice = tuple[int, int, int]


def _slices(weightings: Weightings, towns: int) -> list[Slice]:
    """(block, start, stop): pieces of work whose cells fit the memory of one core."""
    step = min(max(_SLICE // towns, _LEAST_ROWS), BLOCK)
    return [
        (b, start, min(start + step, weightings.most - b * BLOCK, BLOCK))
        for b in range(block_count(weightings))
        for start in range(0, min(BLOCK, weightings.most - b * BLOCK), step)
    ]


def _keeps_quantiles(
    weightings: Weightings, scale: tally.Scale, quantiles: Sequence[Fraction]
) -> bool:
    if not quantiles:
        return False
    share = min(1.0, 2 * len(quantiles) / scale.bins)
    keys_fit = scale.shift + (len(scale.low) * len(quantiles)).bit_length() < 63
    return keys_fit and weightings.most * len(scale.low) * share <= _KEPT


def _tally_slice(
    rounder: Rounder,
    weightings: Weightings,
    current: tally.Whole,
    scale: tally.Scale,
    piece: Slice,
) -> tally.Tally:
    counts = tally.empty(len(current), scale)
    for cells, exact_rows in _cells(rounder, weightings, piece):
        tally.count(counts, cells, exact_rows, current, scale)
    counts.bins = counts.bins.astype(np.uint32)  # a slice has fewer rows, and it travels
    return counts


def _look_into_slice(
    rounder: Rounder,
    weightings: Weightings,
    scale: tally.Scale,
    wanted: tally.Targets,
    piece: Slice,
) -> tuple[tally.Whole, tally.Whole]:
    parts = _cells(rounder, weightings, piece)
    return tally.gather(tally.look_into(cells, scale, wanted) for cells, _ in parts)


def _cells(
    rounder: Rounder, weightings: Weightings, piece: Slice
) -> Iterator[tuple[tally.Whole, int]]:
    """The amounts of a slice, some rows at a time, and how many of them the engine answered."""
    block, start, stop = piece
    rows = weightings.block(block)[start:stop]
    step = max(_TOGETHER // len(rounder.split.recipients), 1)
    for first in range(0, len(rows), step):
        yield rounder.amounts(rows[first : first + step], weightings.denominator)


def _counting(progress: Progress | None, everything: int) -> Callable[[int], None]:
    done = 0

    def report(rows: int) -> None:
        nonlocal done
        done += rows
        if progress:
            progress(done, everything)

    return report


@contextmanager
def _executor(given: Any, workers: int | None, cells: int) -> Iterator[Any]:
    wanted = workers or os.cpu_count() or 1
    if given is not None or wanted == 1 or (workers is None and cells < _LARGE):
        yield given
        return
    # Spawned, since a forked process may inherit locks held by the threads of the libraries.
    with ProcessPoolExecutor(wanted, mp_context=get_context("spawn")) as pool:
        yield pool


def _results(
    executor: Any,
    work: Callable[..., Any],
    given: tuple[Any, ...],
    slices: Sequence[Slice],
    report: Callable[[int], None],
) -> Iterator[Any]:
    """The results of all slices in order, a few of them under way at a time."""
    if executor is None:
        for piece in slices:
            yield work(*given, piece)
            report(piece[2] - piece[1])
        return
    cores = sum(executor.ncores().values()) if hasattr(executor, "ncores") else os.cpu_count()
    waiting: deque[tuple[Slice, Any]] = deque()
    for piece in slices:
        waiting.append((piece, executor.submit(work, *given, piece)))
        if len(waiting) > 2 * (cores or 1):
            done, future = waiting.popleft()
            yield future.result()
            report(done[2] - done[1])
    for done, future in waiting:
        yield future.result()
        report(done[2] - done[1])


def _answer(
    scheme: Scheme,
    split: OpenPool,
    counts: tally.Tally,
    current: tally.Whole,
    quantiles: tuple[Fraction, ...],
    bands: tally.Whole | None,
) -> Sweep:
    def fen(column: Any) -> tuple[Fen, ...]:
        return tuple(map(Fen, column.tolist()))

    return Sweep(
        recipients=split.recipients,
        scheme=scheme,
        pool_id=split.pool.id,
        count=counts.rows,
        exact_rows=counts.exact_rows,
        current=fen(current),
        mean=tuple(counts.mean(i) for i in range(len(current))) if counts.rows else (),
        least=fen(counts.least),
        most=fen(counts.most),
        gains=tuple(counts.gains.tolist()),
        losses=tuple(counts.losses.tolist()),
        quantiles=quantiles,
        bands=None if bands is None else tuple(map(fen, bands)),
        ranks=None if counts.ranks is None else tuple(map(tuple, counts.ranks.tolist())),
    )
