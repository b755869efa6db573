"""Published ways to split a grant, each in the language of a scheme and again by hand.

The figures of the tables are invented, the rules are those of the laws and notices named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction as F  # noqa: N817 - formulas by hand read better
from itertools import pairwise

import pytest

from allocator import Recipients, Scheme, allocate

Columns = dict[str, list[int]]


def split(weights: Sequence[F], fen: int, unit: int = 1) -> list[int]:
    """By largest remainder."""
    claims = [F(w) * fen / sum(weights) / unit for w in weights]
    whole = [int(claim) for claim in claims]
    order = sorted(range(len(claims)), key=lambda i: (whole[i] - claims[i], -claims[i], i))
    for i in order[: fen // unit - sum(whole)]:
        whole[i] += 1
    return [units * unit for units in whole]


def half_up(yuan: F) -> int:
    return int(yuan * 100 + F(1, 2))


def shares(column: Sequence[int]) -> list[F]:
    return [F(value, sum(column)) for value in column]


def solve(total: Callable[[F], F], target: int, bends: Sequence[F]) -> F:
    """Where a line with bends meets the target: looked for piece by piece."""
    ends = [F(0), *sorted(bend for bend in bends if bend > 0)]
    ends.append(ends[-1] * 2 + 1000)
    for low, high in pairwise(ends):
        a, b = total(low), total(high)
        if min(a, b) <= target <= max(a, b) and a != b:
            return low + (target - a) * (high - low) / (b - a)
    raise AssertionError


def title_one() -> tuple[Columns, str, dict[str, list[int]]]:
    """US ESEA §1125: weighted counts by tiers of number or of rate, whichever is more."""
    count, children = [500, 1500, 9000, 40000], [2000, 9000, 30000, 90000]

    def tiers(x: F, limits: list[F], rates: list[str]) -> F:
        edges = [F(0), *limits, max(x, limits[-1])]
        parts = [max(min(x, b) - a, F(0)) for a, b in pairwise(edges)]
        return sum((p * F(r) for p, r in zip(parts, rates, strict=True)), F(0))

    by_count = [
        tiers(F(c), [F(691), F(2262), F(7851), F(35514)], ["1", "1.5", "2", "2.5", "3"])
        for c in count
    ]
    rates = [F("0.1558"), F("0.2211"), F("0.3016"), F("0.3824")]
    by_rate = [
        tiers(F(c), [rate * n for rate in rates], ["1", "1.75", "2.5", "3.25", "4"])
        for c, n in zip(count, children, strict=True)
    ]
    rule = """
[columns]
"by count" = "tiers(count, {691: 1, 2262: 1.5, 7851: 2, 35514: 2.5}, 3)"
"by rate" = "children × tiers(count ÷ children, {15.58%: 1, 22.11%: 1.75, 30.16%: 2.5, 38.24%: 3.25}, 4)"
[[pool]]
id = "p"
budget = "10000000"
factors = [{ value = "max([by count], [by rate])", weight = 1 }]
"""
    weights = [max(a, b) for a, b in zip(by_count, by_rate, strict=True)]
    return {"count": count, "children": children}, rule, {"p": split(weights, 10**9)}


def medicaid() -> tuple[Columns, str, dict[str, list[int]]]:
    """US 42 USC 1396d(b): 1 − 0.45 · (income a head over the nation's)², from 50 % to 83 %."""
    income, people = [40000, 55000, 70000, 90000], [100, 300, 200, 400]
    spent = [1000000, 2000000, 1500000, 3000000]
    nation = F(sum(i * p for i, p in zip(income, people, strict=True)), sum(people))
    rates = [min(max(1 - F("0.45") * (i / nation) ** 2, F(1, 2)), F("0.83")) for i in income]
    rates = [F(int(rate * 10**4 + F(1, 2)), 10**4) for rate in rates]
    rule = """
[[pool]]
id = "p"
amount = "round(min(max(1 − 0.45 × (income ÷ average(income, weight = people)) ^ 2, 50%), 83%), 4) × spent"
"""
    amounts = [half_up(rate * sum_) for rate, sum_ in zip(rates, spent, strict=True)]
    return {"income": income, "people": people, "spent": spent}, rule, {"p": amounts}


def cdbg() -> tuple[Columns, str, dict[str, list[int]]]:
    """US 42 USC 5306(b): formula A or B, whichever is more, brought down to the money there is."""
    table = {
        "people": [50, 100, 60, 150],
        "poor": [3, 5, 2, 8],
        "crowded": [1, 4, 1, 6],
        "lag": [0, 10, 5, 1],
        "old": [9, 1, 3, 30],
    }
    s = {name: shares(column) for name, column in table.items()}
    a = [
        F(1, 4) * x + F(1, 2) * y + F(1, 4) * z
        for x, y, z in zip(s["people"], s["poor"], s["crowded"], strict=True)
    ]
    b = [
        F(1, 5) * x + F(3, 10) * y + F(1, 2) * z
        for x, y, z in zip(s["lag"], s["poor"], s["old"], strict=True)
    ]
    rule = """
[columns]
A = "25% × share(people) + 50% × share(poor) + 25% × share(crowded)"
B = "20% × share(lag) + 30% × share(poor) + 50% × share(old)"
[[pool]]
id = "p"
budget = "1000000"
unit = "1"
factors = [{ value = "max(A, B)", weight = 1 }]
"""
    return table, rule, {"p": split([max(x, y) for x, y in zip(a, b, strict=True)], 10**8, 100)}


def damping() -> tuple[Columns, str, dict[str, list[int]]]:
    """England, local government finance reports to 2013: a floor paid for by who stands above it."""
    last, need = [1000, 2000, 1500, 500], [900, 2500, 1400, 900]
    floors = [F(97, 100) * x for x in last]
    above = [max(x * 5000 - f, F(0)) for x, f in zip(shares(need), floors, strict=True)]
    kept = (5000 - sum(floors)) / sum(above)
    rule = """
[[pool]]
id = "p"
budget = "5000"
base = "0.97 × last"
factors = [{ value = "max(share(need) × budget − 0.97 × last, 0)", weight = 1 }]
"""
    amounts = [f + kept * a for f, a in zip(floors, above, strict=True)]
    return {"last": last, "need": need}, rule, {"p": split(amounts, 500000)}


def nrw() -> tuple[Columns, str, dict[str, list[int]]]:
    """GFG NRW §§ 7–9: 90 % of what need exceeds tax strength by; the Grundbetrag uses up the money."""
    people, tax = [10000, 30000, 80000, 600000], [8000000, 20000000, 90000000, 700000000]
    steps = [(25000, 100), (38000, 103), (60000, 106), (500000, 126), (634000, 130)]

    def scale(x: int) -> F:
        if x <= steps[0][0]:
            return F(1)
        (a, p), (b, q) = next(pair for pair in pairwise(steps) if x <= pair[1][0])
        return (p + F(q - p) * (x - a) / (b - a)) / 100

    need = [n * scale(n) for n in people]

    def amounts(level: F) -> list[F]:
        pairs = zip(need, tax, strict=True)
        return [F(9, 10) * max(level * n - t, F(0)) for n, t in pairs]

    bends = [t / n for t, n in zip(tax, need, strict=True)]
    level = solve(lambda at: sum(amounts(at), F(0)), 2 * 10**8, bends)
    rule = """
[columns]
"Hauptansatz" = "people × interpolate(people, {25000: 100%, 38000: 103%, 60000: 106%, 500000: 126%, 634000: 130%})"
[[pool]]
id = "p"
budget = "200000000"
unit = "1"
amount = "90% × max(level × Hauptansatz − tax, 0)"
"""
    fen = split(amounts(level), 2 * 10**10, 100)
    return {"people": people, "tax": tax}, rule, {"p": fen}


def canada() -> tuple[Columns, str, dict[str, list[int]]]:
    """Canada, Fiscal Arrangements Act: under the ceiling every receiver is cut by the same a head."""
    gap, people = [500, 300, 100, 0], [10, 20, 30, 40]

    def amounts(cut: F) -> list[F]:
        return [p * max(g - cut, F(0)) for p, g in zip(people, gap, strict=True)]

    cut = solve(lambda at: sum(amounts(at), F(0)), 10000, [F(g) for g in gap])
    rule = '[[pool]]\nid = "p"\nbudget = "10000"\namount = "people × max(gap − level, 0)"\n'
    return {"gap": gap, "people": people}, rule, {"p": split(amounts(cut), 10**6)}


def dsu() -> tuple[Columns, str, dict[str, list[int]]]:
    """France, CGCT L2334-15 ff.: the first two thirds by rank, who leaves keeps half of last year."""
    potential = [300, 500, 700, 900, 1100, 1300]
    people, last = [20000, 30000, 12000, 50000, 15000, 40000], [0, 0, 0, 0, 80000, 0]
    mean = F(sum(v * p for v, p in zip(potential, people, strict=True)), sum(people))
    weights = [
        p * mean / v * (4 - F(7, 2) * F(rank, 3)) if rank < 4 else F(0)
        for rank, (v, p) in enumerate(zip(potential, people, strict=True))
    ]
    rule = """
[columns]
"index" = "average(potential, weight = people) ÷ potential"
[[pool]]
id = "leaving"
amount = "if(rank(index) > 2/3 × count(), last ÷ 2, 0)"
[[pool]]
id = "p"
budget = "1000000 − sum(pool_leaving)"
eligible = "rank(index) ≤ 2/3 × count()"
factors = [{ value = "people × index × (4 − 3.5 × (rank(index) − 1) ÷ (count() − 1))", weight = 1 }]
"""
    expected = {"leaving": [0, 0, 0, 0, 4 * 10**6, 0], "p": split(weights, 96 * 10**6)}
    return {"potential": potential, "people": people, "last": last}, rule, expected


def finanzkraftausgleich() -> tuple[Columns, str, dict[str, list[int]]]:
    """FAG §§ 4–10 (from 2020): 63 % of the gap, what the strong give is what the weak get."""
    tax, people = [8000, 12000, 5000, 9000], [100, 100, 80, 90]
    mean = F(sum(tax), sum(people))
    given = [half_up(F("0.63") * max(t - mean * p, F(0))) for t, p in zip(tax, people, strict=True)]
    gaps = [max(mean * p - t, F(0)) for t, p in zip(tax, people, strict=True)]
    rule = """
[columns]
"measure" = "sum(tax) ÷ sum(people) × people"
[[pool]]
id = "given"
amount = "63% × max(tax − measure, 0)"
[[pool]]
id = "got"
budget = "sum(pool_given)"
amount = "level × max(measure − tax, 0)"
"""
    return {"tax": tax, "people": people}, rule, {"given": given, "got": split(gaps, sum(given))}


def urbanized() -> tuple[Columns, str, dict[str, list[int]]]:
    """US 49 USC 5336: parts of the total by size of the area; what is left by people of low income."""
    people, density, low = [60000, 150000, 250000, 3000000], [1, 2, 3, 4], [10, 20, 30, 40]
    small = [F(60, 210) / 2 + F(60, 360) / 2, F(150, 210) / 2 + F(300, 360) / 2]
    rule = """
[columns]
"total" = "1000000"
[[pool]]
id = "small"
budget = "9.32% × total"
eligible = "people < 200000"
factors = [{ column = "people", weight = "50%" }, { value = "people × density", weight = "50%" }]
[[pool]]
id = "low"
budget = "total − sum(pool_small)"
factors = [{ column = "low", weight = 1 }]
"""
    expected = {"small": [*split(small, 9320000), 0, 0], "low": split(list(map(F, low)), 90680000)}
    return {"people": people, "density": density, "low": low}, rule, expected


def excepted() -> tuple[Columns, str, dict[str, list[int]]]:
    """Rules that name a recipient: one is left out, another counts double (单列、除外)."""
    rule = """
[[pool]]
id = "p"
budget = "100"
eligible = "town <> 'B'"
factors = [{ value = "x × lookup(town, A=2, else=1)", weight = 1 }]
"""
    return {"x": [1, 2, 3]}, rule, {"p": [4000, 0, 6000]}


METHODS = (
    title_one,
    medicaid,
    cdbg,
    damping,
    nrw,
    canada,
    dsu,
    finanzkraftausgleich,
    urbanized,
    excepted,
)


@pytest.mark.parametrize("method", METHODS, ids=[method.__name__ for method in METHODS])
def test_the_rule_as_written_comes_to_the_amounts_by_hand(
    method: Callable[[], tuple[Columns, str, dict[str, list[int]]]],
) -> None:
    columns, rule, expected = method()
    towns = [chr(ord("A") + i) for i in range(len(next(iter(columns.values()))))]
    answer = allocate(Recipients.from_columns(towns, columns), Scheme.from_toml(rule))
    got = {result.pool.id: list(result.entitlement) for result in answer.pools}
    assert {name: got[name] for name in expected} == expected
