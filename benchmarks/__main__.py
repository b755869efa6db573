"""Speed of the engine and of the main command, as ratios of one run: python -m benchmarks.

start   `import allocator`, seconds from the start of Python
run     `allocator run` on the sample, process start to finished workbook, against
        `python -c "import pandas"`
round   largest remainder and webster, with and without bounds, for 33, 3,000 and 600,000
        recipients, against PyPI `apportionment`: it has no bounds, divides in doubles, sums all
        amounts again for each recipient, and its divisor methods sort recipients × units
split   six factors with floors and caps for 600,000 recipients: shares, water-filling, rounding
columns   ten derived columns for 40,000 recipients, against the same columns given
quotient  a reciprocal and a per-head factor, certified, for 3,000 and 40,000 recipients

Give the names of parts to run only those. Times are medians of runs that take turns: of whole
processes by the clock, of calls in processor seconds.
"""

from __future__ import annotations

import compileall
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Final

import allocator
from allocator import Fen, Recipients, Scheme, allocate
from allocator.base.money import number_text
from allocator.engine.shares import pool_shares
from allocator.fund.rules import Factor, Pool
from allocator.rounding.apportion import apportion

SAMPLE: Final = Path(__file__).parent.parent / "data" / "dongguan-2020.xlsx"
WALL: Final = time.perf_counter
SEEDED: Final = random.Random(2020)  # noqa: S311 - the same figures every time


def medians(
    times: int, *works: Callable[[], object], clock: Callable[[], float] = time.process_time
) -> list[float]:
    """Seconds of each work, the median of several turns."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, taken in zip(works, seconds, strict=True):
            begun = clock()
            work()
            taken.append(clock() - begun)
    return [statistics.median(taken) for taken in seconds]


def python(*arguments: str) -> Callable[[], object]:
    """A fresh Python process."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def say(what: str, seconds: float, against: str = "") -> None:
    shown = f"{seconds:8.3f} s " if seconds >= 0.1 else f"{seconds * 1e6:8.0f} µs"
    print(f"{what:<66}{shown}  {against}".rstrip(), flush=True)


def start() -> None:
    empty, ours = medians(15, python("-c", "pass"), python("-c", "import allocator"), clock=WALL)
    say("python -c 'import allocator'", ours, f"goal ≤ 0.1 s; an empty Python {empty:.3f} s")


def run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder) / "out.xlsx")
        command = python("-m", "allocator", "run", str(SAMPLE), "-o", output)
        ours, pandas = medians(9, command, python("-c", "import pandas"), clock=WALL)
    say("python -c 'import pandas'", pandas)
    say("allocator run data/dongguan-2020.xlsx", ours, f"{ours / pandas:.2f} × pandas, goal ≤ 0.9")


def amounts(n: int) -> list[int]:
    return [SEEDED.randint(1, 10**6) for _ in range(n)]


def rounding() -> None:
    for n, units, times in ((33, 10_000, 101), (3_000, 30_000, 5), (600_000, 6 * 10**9, 3)):
        for method in ("largest_remainder", "webster"):
            round_one(method, amounts(n), units, times)


def round_one(method: str, weights: list[int], units: int, times: int) -> None:
    from apportionment.methods import compute

    n = len(weights)
    names, floor, cap = list(map(str, weights)), units // n // 4, units // n * 3 // 2

    def bare() -> object:
        return apportion(units, weights, method=method)

    def bounded() -> object:
        return apportion(units, weights, method=method, lower=floor, upper=cap)

    def theirs() -> object:
        return compute(method, weights, units, parties=names)

    if n > 3_000:
        ours, held = medians(times, bare, bounded)
        against = "apportionment: quadratic or n × units, does not end"
    else:
        ours, held, other = medians(times, bare, bounded, theirs)
        against = f"apportionment {other * 1e6:,.0f} µs, {other / ours:,.1f} ×"
    say(f"{method}, {n:,} recipients, {units:,} units", ours, against)
    say(f"{method}, {n:,} recipients, with floors and caps", held)


def wide_pool(n: int) -> tuple[Recipients, Pool]:
    """Six factors of different sizes, half of them with two decimals."""
    sizes = (10**2, 10**3, 10**4, 10**5, 10**6, 10**7)
    columns = {
        f"factor {k}": [
            SEEDED.randint(1, size) if k % 2 else Fraction(SEEDED.randint(1, size * 100), 100)
            for _ in range(n)
        ]
        for k, size in enumerate(sizes)
    }
    weights = ("0.30", "0.25", "0.20", "0.10", "0.10", "0.05")
    factors = tuple(Factor(Fraction(w), c) for w, c in zip(weights, columns, strict=True))
    return (
        Recipients.from_columns([str(i) for i in range(n)], columns),
        Pool("wide", "Wide", Fen(10**14), factors),
    )


def split() -> None:
    n = 600_000
    recipients, pool = wide_pool(n)
    floors, caps = [pool.budget // n // 2] * n, [pool.budget // n * 3 // 2] * n

    def shares_to_fen() -> None:
        shares = pool_shares(recipients, pool)
        apportion(pool.budget, shares.weights, lower=floors, upper=caps)

    (seconds,) = medians(5, shares_to_fen)
    say(f"six factors, floors and caps, {n:,} recipients", seconds, "goal ≤ 1 s")


def quotient() -> None:
    for n, goal in ((3_000, "goal < 2 s"), (40_000, "")):
        columns = {"people": amounts(n), "gdp": [Fraction(gdp, 100) for gdp in amounts(n)]}
        recipients = Recipients.from_columns([str(i) for i in range(n)], columns)
        half = Fraction(1, 2)
        factors = (
            Factor(half, "gdp", per="people", direction="inverse", scale="people"),
            Factor(half, "gdp", per="people"),
        )
        even = Fen(10**8)
        pool = Pool("q", "Q", Fen(n * even), factors, floor=Fen(even // 4), cap=Fen(even * 3))
        scheme = Scheme("Quotients", (pool,))
        (seconds,) = medians(3, partial(allocate, recipients, scheme))
        say(f"reciprocal and per-head factor, {n:,} recipients, all of allocate()", seconds, goal)


#: Ten formulas of every kind over the columns a, b, c and e.
FORMULAS: Final = (
    *("max(a − 100000, 0)", "a + 2 × b", "band(a, {600000: 1, 800000: 2}, 3)", "round(a ÷ b, 4)"),
    *(
        "if(a > b, c, e)",
        "a × 0.3 + b × 0.7",
        "min(a, b, c)",
        "min(a) + b",
        "b + c − max(b, c)",
    ),
    "round(c × 1.1, 0)",
)


def written(value: int | Fraction) -> str:
    return number_text(Fraction(value))


def columns(n: int = 40_000) -> None:
    """Ten derived columns as factors: the whole command, and the same with them given."""
    names = [f"d{k}" for k in range(len(FORMULAS))]
    table = {name: [SEEDED.randint(500_000, 900_000) for _ in range(n)] for name in "abce"}
    head = "[columns]\n" + "\n".join(
        f'{name} = "{text}"' for name, text in zip(names, FORMULAS, strict=True)
    )
    factors = ", ".join(f'{{ column = "{name}", weight = "0.1" }}' for name in names)
    pool = f'\n[[pool]]\nid = "p"\nbudget = "100000000"\nfactors = [{factors}]\n'
    towns = [f"T{i}" for i in range(n)]
    answer = allocate(Recipients.from_columns(towns, dict(table)), Scheme.from_toml(head + pool))
    worked = answer.pools[0].table or answer.recipients
    with tempfile.TemporaryDirectory() as folder:
        runs = []
        for file, scheme, shown in (
            ("derived", head + pool, list(table)),
            ("given", pool, [*table, *names]),
        ):
            path = Path(folder) / file
            rows = zip(towns, *(map(written, worked.numbers[name]) for name in shown), strict=True)
            lines = [",".join(("镇街", *shown)), *map(",".join, rows)]
            path.with_suffix(".csv").write_text("\n".join(lines), encoding="utf-8")
            path.with_suffix(".toml").write_text(scheme, encoding="utf-8")
            options = "--scheme", f"{path}.toml", "-o", f"{path}.xlsx", "--force"
            runs.append(python("-m", "allocator", "run", f"{path}.csv", *options))
        derived, given = medians(1, *runs, clock=WALL)
    say(f"ten columns given, {n:,} recipients, the whole command", given)
    say("the same columns derived", derived, f"{derived / given:.2f} ×, goal ≤ 1.5")


PARTS: Final = {
    "start": start,
    "run": run,
    "round": rounding,
    "split": split,
    "quotient": quotient,
    "columns": columns,
}

if __name__ == "__main__":
    # As an installed package is: compiled once, not in every process that is measured.
    compileall.compile_dir(Path(allocator.__file__).parent, quiet=1)
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
