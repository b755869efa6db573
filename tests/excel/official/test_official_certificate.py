"""Where the certificate allows live formulas, plain doubles give the exact amounts.

The working paper's formulas are computed here in Python's doubles, with sums added from the
left, from the right and without loss, as programs differ in that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from hypothesis import event, given, reject, settings
from hypothesis import strategies as st

from allocator import InputError, Recipients, allocate
from allocator.engine.pool import PoolAllocation
from allocator.excel.official.paper.certificate import Digits, claims_of, live_digits
from allocator.rounding.apportion import METHODS
from tests.excel.official.official_funds import made_up, pool, scheme

Add = Callable[[Sequence[float]], float]


def from_left(numbers: Sequence[float]) -> float:
    total = 0.0
    for number in numbers:
        total += number
    return total


def from_right(numbers: Sequence[float]) -> float:
    return from_left(numbers[::-1])


SUMS: tuple[Add, ...] = (from_left, from_right, math.fsum)


def rounded(number: float, decimals: int) -> float:
    """ROUND: half away from zero, of the double as it is."""
    scaled = abs(Fraction(number)) * 10**decimals
    whole = math.floor(scaled + Fraction(1, 2))
    return math.copysign(float(Fraction(whole, 10**decimals)), number)


def shares(recipients: Recipients, result: PoolAllocation, add: Add) -> list[float]:
    columns = [
        [float(v) for v in recipients.numbers[factor.column]] for factor in result.pool.factors
    ]
    parts = [[value / add(column) for value in column] for column in columns]
    weights = [float(factor.weight) for factor in result.pool.factors]
    return [
        add([w * p for w, p in zip(weights, town, strict=True)])
        for town in zip(*parts, strict=True)
    ]


def clipped_sum(t: float, q: list[float], low: list[float], high: list[float], add: Add) -> float:
    return add(
        [lo if t * one < lo else min(t * one, hi) for one, lo, hi in zip(q, low, high, strict=True)]
    )


def recalculated(
    recipients: Recipients, result: PoolAllocation, digits: Digits, add: Add
) -> list[float]:
    """The column 应分配额 as the sheet computes it, in yuan."""
    pool, claims = result.pool, claims_of(result)
    q = shares(recipients, result, add)
    unit, base, net = pool.unit / 100, pool.base / 100, claims.budget / 100
    low = [amount / 100 for amount in claims.lower]
    high = [amount / 100 for amount in claims.upper or (10**17,) * len(low)]
    if pool.method != "largest_remainder":
        level = float((result.divisor_multiplier or 0) / 100)
        return [
            divisor_amount(pool.method, level * one, unit, lo, hi) + base
            for one, lo, hi in zip(q, low, high, strict=True)
        ]
    status = []
    for one, lo, hi in zip(q, low, high, strict=True):
        if one == 0:
            status.append("lower" if lo else "")
        elif lo and clipped_sum(lo / one, q, low, high, add) >= net:
            status.append("lower")
        elif claims.upper and clipped_sum(hi / one, q, low, high, add) <= net:
            status.append("upper")
        else:
            status.append("")
    held = [lo if s == "lower" else hi for s, lo, hi in zip(status, low, high, strict=True) if s]
    level = (net - add(held)) / add([one for s, one in zip(status, q, strict=True) if not s])
    claim = [
        (lo if s == "lower" else hi if s == "upper" else level * one) + base
        for s, one, lo, hi in zip(status, q, low, high, strict=True)
    ]
    whole = [rounded(math.trunc(rounded(c / unit, digits.rank)) * unit, 2) for c in claim]
    rest = [rounded((c - w) / unit, digits.rank) for c, w in zip(claim, whole, strict=True)]
    by_share = pool.tie != "official_order"
    key = [
        (-r, -rounded(one, 12) if by_share else 0, i)
        for i, (r, one) in enumerate(zip(rest, q, strict=True))
    ]
    left = rounded((net - (add(whole) - base * len(q))) / unit, 0)
    rank = {place: k for k, (*_, place) in enumerate(sorted(key), 1)}
    return [rounded(w + (unit if rank[i] <= left else 0), 2) for i, w in enumerate(whole)]


def divisor_amount(method: str, amount: float, unit: float, low: float, high: float) -> float:
    units = amount / unit
    down = math.floor(units)
    count = {
        "webster": rounded(units, 0),
        "hill": down + (units > math.sqrt(down * (down + 1))),
        "dhondt": down,
        "adams": math.ceil(units),
    }[method]
    return rounded(min(high, max(low, count * unit)), 2)


def assert_doubles_are_exact(recipients: Recipients, result: PoolAllocation) -> bool:
    digits = live_digits(result, claims_of(result))
    if digits is None:
        return False
    expected = [amount / 100 for amount in result.entitlement]
    for add in SUMS:
        amounts = recalculated(recipients, result, digits, add)
        assert [rounded(amount, 2) for amount in amounts] == expected
    return True


@settings(max_examples=150, deadline=None)
@given(
    n=st.integers(1, 60),
    seed=st.integers(0, 10**6),
    fen=st.integers(10**6, 10**11),
    method=st.sampled_from(METHODS),
    rules=st.lists(
        st.sampled_from(['floor = "least"', 'cap = "most"', 'tie = "official_order"']), unique=True
    ),
    steps=st.sampled_from([1, 5, 100, 10_000]),
)
def test_doubles_give_the_exact_amounts(
    n: int, seed: int, fen: int, method: str, rules: list[str], steps: int
) -> None:
    recipients = made_up(n, seed)
    least = sum(recipients.numbers["least"]) * 100 if 'floor = "least"' in rules else 0
    most = sum(recipients.numbers["most"]) * 100 if 'cap = "most"' in rules else fen + least
    budget = min(least + fen, most) // steps * steps
    unit = f'unit = "{steps // 100}.{steps % 100:02d}"'
    text = pool(
        "x",
        f"{budget // 100}.{budget % 100:02d}",
        "\n".join([*rules, f'method = "{method}"', unit]),
    )
    try:
        [result] = allocate(recipients, scheme(text)).pools
    except InputError:  # floors or caps that leave no whole units
        reject()
    event("live" if assert_doubles_are_exact(recipients, result) else "values")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=12),
    st.integers(100, 5000),
    st.sampled_from(["larger_share", "official_order"]),
)
def test_ties_fall_as_the_engine_lets_them(people: list[int], fen: int, tie: str) -> None:
    towns = [f"第{i}镇" for i in range(len(people))]
    recipients = Recipients.from_columns(towns, {"people": people})
    factors = 'factors = [{ column = "people", weight = "1" }]'
    text = pool("x", f"{fen // 100}.{fen % 100:02d}", f'tie = "{tie}"', factors)
    [result] = allocate(recipients, scheme(text)).pools
    assert assert_doubles_are_exact(recipients, result)


def test_formulas_are_the_rule() -> None:
    """Ordinary funds of 33 towns are nearly always live; values are the exception."""
    live = 0
    for seed in range(40):
        recipients = made_up(33, seed)
        [result] = allocate(recipients, scheme(pool("x", "105000000.00"))).pools
        live += assert_doubles_are_exact(recipients, result)
    assert live >= 38
