"""One question about a table with many recipients at their floor, timed: for this version or another.

Run: python benchmarks/many_floors.py 200 8 62 max_min, with PYTHONPATH at the version to time. Only
the public interface is used, as it has been since the first version; prints seconds, seconds of
the processor and whether the answer is proven.
"""

from __future__ import annotations

import random
import sys
import time
from fractions import Fraction
from typing import Any

from allocator import Fen, Recipients, Scheme
from allocator.optimize import Aim, Optimum, Ranges, WeightProblem, optimize, ranges

try:
    from allocator.fund.rules import Factor, Pool
except ImportError:  # where it was before
    from allocator.scheme import Factor, Pool  # type: ignore[no-redef,import-not-found]


def held_fund(n: int, factors: int, held: int) -> tuple[Recipients, Scheme]:
    """n recipients of very different sizes of which about `held` rest on one common floor."""
    source = random.Random(n * 10 + factors)  # noqa: S311 - test data
    numbers: dict[str, list[int | Fraction]] = {
        f"f{k}": [int(source.lognormvariate(7, 1)) + 1 for _ in range(n)] for k in range(factors)
    }
    numbers["population"] = [int(source.lognormvariate(9, 1)) + 100 for _ in range(n)]
    columns = [numbers[f"f{k}"] for k in range(factors)]
    shares = sorted(sum(float(c[i]) / float(sum(c)) for c in columns) / factors for i in range(n))
    budget, floor = 10**10, 0
    if held:
        level = budget * (1 - shares[held] * held) / sum(shares[held:])
        floor = int(level * shares[held])
    numbers["reference"] = [
        Fraction(int(budget * source.uniform(0.6, 1.5) / n)) / 100 for _ in range(n)
    ]
    recipients = Recipients.from_columns([f"t{i}" for i in range(n)], numbers)
    weights = tuple(Factor(Fraction(1, factors), column=f"f{k}") for k in range(factors))
    pool = Pool("p", "资金", Fen(budget), weights, floor=Fen(floor) if floor else None)
    return recipients, Scheme("基金", (pool,))


def ask(n: int, factors: int, held: int, kind: str) -> tuple[float, float, bool]:
    """(seconds, of which of the processor, whether the answer is proven): an aim or all ranges."""
    recipients, scheme = held_fund(n, factors, held)
    start, cpu = time.perf_counter(), time.process_time()
    found: Any
    if kind == "ranges":
        found = ranges(recipients, scheme, WeightProblem("p", Aim("max_min")))
        # The first version gave ranges only where all of them were proven.
        is_proven = isinstance(found, Ranges) and getattr(found, "is_proven", True)
    else:
        aim = Aim(kind, per="population" if kind == "max_min" else "", reference="reference")
        found = optimize(recipients, scheme, WeightProblem("p", aim))
        is_proven = isinstance(found, Optimum) and found.certificate.is_proven
    return time.perf_counter() - start, time.process_time() - cpu, is_proven


if __name__ == "__main__":
    print(*ask(*map(int, sys.argv[1:4]), sys.argv[4]))
