"""`python tests/funds.py --funds 5000`: random funds against the slow reference, and verified.

Per-capita and inverse factors, floors, caps, all methods, 1 to 200 recipients: no traceback, every
amount that of the Fractions, `verify` of every official workbook 一致.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from allocator import Recipients, Scheme, allocate
from allocator.base.files import FileBytes
from allocator.excel.official import official_workbook
from allocator.excel.verify.verify import verify
from tests.engine import reference
from tests.engine.cases import METHODS

MOST_RECIPIENTS = 200
#: The reference hands out unit by unit for the divisor methods.
MOST_UNITS = 1500
#: A long campaign tells how far it is.
_TELL = 100


@dataclass(frozen=True)
class Fund:
    """The data by column, the rules in TOML, and what the reference needs of them (whole units)."""

    towns: list[str]
    columns: dict[str, list[int]]
    toml: str
    method: str
    units: int
    unit_fen: int
    weights: list[Fraction]
    low: int
    high: int


@dataclass
class Outcome:
    """How many funds came out right, and what went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def random_fund(rng: random.Random) -> Fund:
    n = min(int(1.03 ** rng.uniform(0, 180)), MOST_RECIPIENTS)
    columns = {
        name: [rng.randint(1, 10**6) for _ in range(n)] for name in ("people", "area", "need")
    }
    method = rng.choice(METHODS)
    units = rng.randint(n * 2, max(n * 2, MOST_UNITS))
    unit_fen = rng.choice([1, 100, 10_000])
    low = rng.choice([0, units // (2 * n), units // n])
    high = rng.choice([0, -(-units // n) + rng.randint(0, units)])
    parts = [rng.randint(1, 9) for _ in range(rng.randint(1, 3))]
    weights = [Fraction(0)] * n
    factors = []
    for part in parts:
        weight = Fraction(part, sum(parts))
        column, per = rng.choice(["people", "area", "need"]), rng.choice(["", "people", "area"])
        per = "" if per == column else per
        is_inverse = rng.random() < 0.4
        values = [Fraction(v, columns[per][i] if per else 1) for i, v in enumerate(columns[column])]
        values = [1 / v for v in values] if is_inverse else values
        whole = sum(values)
        weights = [w + weight * v / whole for w, v in zip(weights, values, strict=True)]
        says = f'column = "{column}", weight = "{weight}"'
        says += f', per = "{per}"' if per else ""
        says += ', direction = "inverse"' if is_inverse else ""
        factors.append(f"{{ {says} }}")
    bounds = f'floor = "{_yuan(low * unit_fen)}"\n' if low else ""
    bounds += f'cap = "{_yuan(high * unit_fen)}"\n' if high else ""
    toml = (
        f'[scheme]\nname = "试"\nstatus = "official"\n[[pool]]\nid = "a"\nname = "补助"\n'
        f'budget = "{_yuan(units * unit_fen)}"\nunit = "{_yuan(unit_fen)}"\nmethod = "{method}"\n'
        f"{bounds}factors = [{', '.join(factors)}]\n"
    )
    towns = [f"第{i}镇" for i in range(1, n + 1)]
    return Fund(towns, columns, toml, method, units, unit_fen, weights, low, high or units)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def judge(fund: Fund) -> str:
    """`right`, or what is wrong with the answer or its workbook."""
    n = len(fund.towns)
    answer = allocate(
        Recipients.from_columns(fund.towns, fund.columns), Scheme.from_toml(fund.toml)
    )
    amounts, _ = reference.apportion(
        fund.method, fund.units, fund.weights, [fund.low] * n, [fund.high] * n, "larger_share"
    )
    if list(answer.pools[0].entitlement) != [a * fund.unit_fen for a in amounts]:
        return "other amounts than the reference"
    result = verify(FileBytes("结果.xlsx", official_workbook(answer)))
    return "right" if result.verdict == "一致" else f"verify: {result.verdict}"


def run(seed: int, funds: int) -> Outcome:
    outcome = Outcome()
    for k in range(funds):
        fund = random_fund(random.Random(f"{seed}/{k}"))  # noqa: S311 - can be repeated
        try:
            result = judge(fund)
        except Exception:  # noqa: BLE001 - any exception is what is looked for
            result = f"traceback: {traceback.format_exc(limit=-2)}"
        outcome.counts[result.partition(":")[0]] += 1
        if result != "right":
            outcome.failures.append(f"{seed}/{k} {result}\n{fund.toml}")
        if (k + 1) % _TELL == 0:
            print(k + 1, dict(outcome.counts), flush=True)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--funds", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.monotonic()
    outcome = run(arguments.seed, arguments.funds)
    print(*outcome.failures[:20], sep="\n")
    print(dict(outcome.counts), f"{time.monotonic() - started:.0f} s")
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
