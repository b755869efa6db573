"""Speed, exactness and memory of sweeps on the sample: python benchmarks/scenarios.py PART.

speed   µs a weighting, against a loop over PyPI `apportionment`, a loop over the exact engine, and
        numpy's matrix product for the shares alone (one thread: set OPENBLAS_NUM_THREADS=1)
cells   10^4 random ones of 10^6 weightings of each pool, and tables full of ties, cell by cell
        against the exact engine
memory  peak memory of a sweep of 10^7 weightings with all statistics, by itself in a process
large   600,000 recipients under a few weightings
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from allocator import Fen, Recipients, Scheme, load
from allocator.engine.pool import exact_amounts, open_split
from allocator.fund.rules import Factor, Pool
from allocator.scenarios.sweeps.sweep import sweep
from allocator.scenarios.sweeps.vectorised import CELLS, Rounder
from allocator.scenarios.sweeps.weightings import PARTS, dirichlet, simplex_grid

DATA = Path(__file__).parent.parent / "data"
POOLS = ("micro_wishes", "micro_projects")


def sample() -> tuple[Recipients, Scheme]:
    return load(DATA / "dongguan-2020.csv", DATA / "dongguan-2020.toml")


def best(work: Callable[[], object], times: int = 12) -> float:
    """The shortest of some runs, in seconds of this process, so that other work counts little."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def speed() -> None:
    recipients, scheme = sample()
    weights = dirichlet(3, 32 * 1024, seed=1).block(0)
    rows = CELLS // len(recipients)
    for pool_id in POOLS:
        split = open_split(recipients, scheme, pool_id)
        rounder = Rounder(split)
        blocks = [weights[start : start + rows] for start in range(0, len(weights), rows)]
        ours = best(lambda b=blocks, r=rounder: stream(partial(r.amounts, denominator=PARTS), b))
        us = ours / len(weights) * 1e6
        print(f"{pool_id}: {us:.2f} µs a weighting, {len(weights):,} weightings")
        shares = np.array([[f.share(i) for i in range(33)] for f in split.factors], dtype=float)
        floats = [block / PARTS for block in blocks]
        product = best(lambda f=floats, s=shares: stream(lambda part: part @ s, f))
        print(f"  shares alone (numpy product): {ours / product:.1f} times as long as that")
        few = weights[:1000]
        exact = best(lambda s=split, w=few: [exact_amounts(s, fractions(row)) for row in w], 1)
        print(f"  loop over the exact engine: {exact / 1000 * 1e6 / us:.0f} times as long as ours")
        if pool_id == "micro_wishes":
            others = loop_over_apportionment(few / PARTS @ shares, split.total)
            print(f"  loop over PyPI apportionment: {others:.0f} µs, {others / us:.0f} times")
    for pool_id in POOLS:
        million = dirichlet(3, 10**6, seed=1)
        took = best(lambda p=pool_id, m=million: sweep(recipients, scheme, p, m, workers=1), 1)
        print(f"sweep of 10^6 with all statistics, {pool_id}, one process: {took:.1f} s")


def stream(work: Callable[[np.ndarray], object], blocks: list[np.ndarray]) -> None:
    """Each result is let go before the next, as in a sweep."""
    for block in blocks:
        work(block)


def fractions(row: np.ndarray) -> list[Fraction]:
    return [Fraction(int(part), PARTS) for part in row]


def loop_over_apportionment(shares: np.ndarray, total: int) -> float:
    """µs a call of the package's own largest remainder, in floats, its faster mode."""
    from apportionment.methods import compute

    votes = shares.tolist()
    return best(lambda: [compute("lrm", row, total) for row in votes], 3) / len(votes) * 1e6


def cells() -> None:
    recipients, scheme = sample()
    million = dirichlet(3, 10**6, seed=2)
    chosen = sorted(random.Random(0).sample(range(10**6), 10**4))  # noqa: S311 - not for secrets
    for pool_id in POOLS:
        split = open_split(recipients, scheme, pool_id)
        rounder, engine_rows, checked, different = Rounder(split), 0, 0, 0
        for b in range(8):
            weights = million.block(b)
            amounts, exact_rows = rounder.amounts(weights, PARTS)
            engine_rows += exact_rows
            mine = [i - b * 131_072 for i in chosen if b * 131_072 <= i < (b + 1) * 131_072]
            for i in mine:
                checked += 33
                exact = exact_amounts(split, fractions(weights[i]))
                different += sum(x != y for x, y in zip(amounts[i].tolist(), exact, strict=True))
        print(f"{pool_id}: {checked:,} cells of {len(chosen):,} weightings, {different} different")
        print(f"  of 10^6 weightings {engine_rows} went through the engine")
    ties()


def ties() -> None:
    """Small whole numbers, equal towns, floors and caps, every weighting of a grid."""
    dice = random.Random(1)  # noqa: S311 - not for secrets
    checked = different = 0
    for _ in range(400):
        towns = dice.randint(2, 9)
        columns = {name: [dice.randint(1, 4) for _ in range(towns)] for name in "abc"}
        budget = dice.randint(towns, 90)
        floor = Fen(dice.randint(0, budget // towns)) if dice.random() < 0.5 else None
        cap = Fen(-(-budget // towns) + dice.randint(0, 5)) if dice.random() < 0.5 else None
        factors = tuple(Factor(Fraction(1, 3), column=name) for name in "abc")
        scheme = Scheme("-", (Pool("p", "-", Fen(budget), factors, floor=floor, cap=cap),))
        recipients = Recipients.from_columns([str(i) for i in range(towns)], columns)
        split = open_split(recipients, scheme, "p")
        weights = simplex_grid(3, "0.1").block(0)
        amounts, _ = Rounder(split).amounts(weights, 10)
        for row, found in zip(weights.tolist(), amounts.tolist(), strict=True):
            exact = exact_amounts(split, [Fraction(part, 10) for part in row])
            checked += towns
            different += sum(x != y for x, y in zip(found, exact, strict=True))
    print(f"ties: {checked:,} cells of 400 small tables, {different} different")


def memory(count: int) -> None:
    code = f"from scenarios import memory_here; memory_here({count})"
    folder = Path(__file__).parent
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)


def memory_here(count: int) -> None:
    recipients, scheme = sample()
    start = time.process_time()
    swept = sweep(recipients, scheme, "micro_projects", dirichlet(3, count, seed=1), workers=1)
    took = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{swept.count:,} weightings, all statistics, one process: {took:.0f} s of a core, peak {peak:.0f} MB"
    )
    print(f"  {swept.exact_rows} went through the engine")


def large() -> None:
    towns = 600_000
    dice = np.random.default_rng(0)
    columns = {name: dice.integers(1, 10**7, towns).tolist() for name in ("a", "b", "c")}
    recipients = Recipients.from_columns([str(i) for i in range(towns)], columns)
    factors = tuple(Factor(Fraction(1, 3), column=name) for name in columns)
    scheme = Scheme("-", (Pool("p", "-", Fen(10**13), factors, floor=Fen(10**6)),))
    grid = simplex_grid(3, "0.25")
    start = time.perf_counter()
    swept = sweep(recipients, scheme, "p", grid)
    took = time.perf_counter() - start
    print(f"{towns:,} recipients, {swept.count} weightings: {took:.1f} s", end="")
    print(f", {swept.exact_rows} went through the engine")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["speed", "cells", "memory", "large"])
    parser.add_argument("--count", type=int, default=10**7, help="weightings for memory (10^8 too)")
    arguments = parser.parse_args()
    parts = {"speed": speed, "cells": cells, "large": large}
    parts.get(arguments.part, lambda: memory(arguments.count))()


if __name__ == "__main__":
    main()
