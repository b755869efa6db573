"""Published tables with misprints: the weights and the wrong rows must come back.

The sample's 33 towns, 万元 with two decimals, random weights in sevenths, thirds, multiples of 5 %,
2 % or 1 %, one or three wrong rows as typists make them. Published is the entitlement, what was
paid, or all pools together. Run the campaign: python -m tests.optimize.misprints --cases 50
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from fractions import Fraction
from pathlib import Path

from allocator import Fen, Recipients, Scheme, load
from allocator.optimize import Aim, WeightProblem, fit
from allocator.optimize.program.case import prepare
from allocator.optimize.question.conditions import MEASURES

DATA = Path(__file__).parents[2] / "data"
UNIT = 10_000  # fen in 0.01 万元
PARTS = (3, 7, 20, 50, 100)


def rounded(fen: int) -> int:
    """To whole units, half up."""
    return (2 * fen + UNIT) // (2 * UNIT) * UNIT


def misprinted(units: int, source: random.Random) -> int:
    """One digit wrong, two digits swapped, a digit lost, or the last digit off by one."""
    digits = list(str(units))
    while True:
        kind, k = source.randrange(4), source.randrange(len(digits))
        wrong = list(digits)
        if kind == 0:
            wrong[k] = str(source.randrange(10))
        elif kind == 1 and k + 1 < len(digits):
            wrong[k], wrong[k + 1] = wrong[k + 1], wrong[k]
        elif kind == 2:
            del wrong[k]
        else:
            return units + source.choice([-1, 1])
        if wrong != digits and wrong:
            return int("".join(wrong))


def table(
    recipients: Recipients, scheme: Scheme, seed: int
) -> tuple[WeightProblem, tuple[Fraction, ...], set[str]]:
    """(the question, the weights behind it, the towns whose rows are wrong)."""
    source = random.Random(seed)  # noqa: S311 - test data
    pool, parts = source.choice(scheme.pools).id, PARTS[seed % len(PARTS)]
    measure = list(MEASURES)[seed % len(MEASURES)]
    one, two = sorted(source.sample(range(1, parts), 2))
    weights = tuple(Fraction(w, parts) for w in (one, two - one, parts - two))
    aim = Aim("fit", reference="公布", unit=Fen(UNIT), of=measure)
    asked = WeightProblem(pool, aim, references={"公布": {}})
    case = prepare(recipients, scheme, asked)
    amounts = [rounded(fen) for fen in case.block(case.allocate(weights), measure)]
    bad = source.sample([i for i, fen in enumerate(amounts) if fen], (1, 3)[seed // 2 % 2])
    for i in bad:
        amounts[i] = misprinted(amounts[i] // UNIT, source) * UNIT
    printed = {"公布": dict(zip(recipients.towns, map(Fen, amounts), strict=True))}
    question = WeightProblem(pool, aim, references=printed)
    return question, weights, {recipients.towns[i] for i in bad}


def check(recipients: Recipients, scheme: Scheme, seed: int) -> str:
    """`found`, or what came back instead."""
    question, weights, bad = table(recipients, scheme, seed)
    found = fit(recipients, scheme, question)
    if found.weights != weights:
        return f"wrong: weights {found.weights} for {weights}"
    named = {row.town for row in found.misprints}
    return "found" if named == bad else f"wrong: rows {named} for {bad}"


def main() -> int:
    """Print how many tables gave their weights and their wrong rows back, and each that did not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=50)
    cases = parser.parse_args().cases
    recipients, scheme = load(DATA / "dongguan-2020.csv", DATA / "dongguan-2020.toml")
    start, found = time.monotonic(), 0
    for seed in range(cases):
        outcome = check(recipients, scheme, seed)
        found += outcome == "found"
        if outcome != "found":
            print(f"seed {seed}: {outcome}")
    print(f"{found} of {cases} tables, {time.monotonic() - start:.0f} s")
    return int(found < cases)


if __name__ == "__main__":
    sys.exit(main())
