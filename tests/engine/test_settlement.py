"""The pilot settled under every reading, by hand, and against the definition town by town."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import Allocation, Fen, InputError, Recipients, Scheme, allocate
from allocator.engine.settlement import Settlement, recover, redistribute, settle
from allocator.fund.rules import Basis, Factor, Matching, Pilot, Pool, Source
from tests.engine import reference

YUAN = 100


@dataclass(frozen=True)
class Table:
    """What a reading gives towns 甲, 乙, 丙, 丁, in yuan."""

    entitlement: tuple[int, ...]
    recovered: tuple[int, ...]
    carried: tuple[int, ...]
    outstanding: tuple[int, ...]
    before: tuple[int, ...]  # payment before recovery


# 1,050 yuan by villages 1 : 2 : 3 : 4; 甲 and 丁 were advanced 150 each and have 60 and 30 left.
ZEROS = (0, 0, 0, 0)
KEEP = Table((150, 200, 300, 400), (0, 0, 0, 30), ZEROS, (60, 0, 0, 0), (0, 200, 300, 250))
CARRY = Table(
    *((105, 210, 315, 420), (0, 0, 0, 30), (-45, 0, 0, 0), (60, 0, 0, 0)),
    (0, 210, 315, 270),
)
REMAINDER = Table((75, 150, 225, 300), (60, 0, 0, 30), ZEROS, ZEROS, (75, 150, 225, 300))
READINGS = {
    ("share", "keep"): KEEP,
    ("share", "carry"): CARRY,
    ("remainder", "keep"): REMAINDER,
    ("remainder", "carry"): REMAINDER,
    ("remainder", "error"): REMAINDER,
}
#: 甲 一类, 乙 二类, 丙 三类, 丁 一类 with a rate of its own.
SHARES = [Fraction(k) for k in (1, 2, 3, 4)]
RATES = (Fraction(1), Fraction(1), Fraction(1, 2), Fraction(1, 4))

TOWNS = Recipients.from_columns(
    ["甲", "乙", "丙", "丁"],
    {"villages": [1, 2, 3, 4], "paid_before": [150, 0, 0, 150]},
    economic_class=["一类", "二类", "三类", "一类"],
    pilot=[True, False, False, True],
    unspent=[Fen(60 * YUAN), Fen(0), Fen(0), Fen(30 * YUAN)],
    match_rate=[None, None, None, Fraction(1, 4)],
    match_reason=["", "", "", "财力薄弱"],
)
POOL = Pool("a", "甲池", Fen(1050 * YUAN), (Factor(Fraction(1), "villages"),))
PILOT = Pilot("a", Fen(150 * YUAN))
RULES = Scheme(
    "测试",
    (replace(POOL, sources=(Source("市", Fen(1000 * YUAN)), Source("会", Fen(50 * YUAN)))),),
    pilot=PILOT,
    matching=Matching({"一类": Fraction(1), "二类": Fraction(1), "三类": Fraction(1, 2)}),
)


def fen(yuan: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(amount * YUAN for amount in yuan)


@pytest.mark.parametrize("unspent", ["retain", "redistribute"])
@pytest.mark.parametrize("base", ["paid", "before_recovery"])
@pytest.mark.parametrize("advance", [Fen(150 * YUAN), "paid_before"])
@pytest.mark.parametrize(("basis", "below"), READINGS)
def test_every_reading_by_hand(
    basis: Basis, below: str, unspent: str, base: str, advance: Fen | str
) -> None:
    pilot = Pilot("a", advance, basis, below, unspent)  # type: ignore[arg-type]
    matching = replace(RULES.matching, base=base)  # type: ignore[type-var]
    answer = allocate(TOWNS, replace(RULES, pilot=pilot, matching=matching))
    hand = READINGS[basis, below]
    due = fen(hand.before)
    recovered, outstanding = list(fen(hand.recovered)), list(fen(hand.outstanding))
    carried, back = list(fen(hand.carried)), [0] * 4
    paid = [d - r for d, r in zip(due, recovered, strict=True)]
    again = [0] * 4
    pot = sum(recovered) if unspent == "redistribute" else 0
    while pot:  # by the definition: whoever owes gives back what it is given, as far as it goes
        gifts, _ = reference.largest_remainder(pot, SHARES, [0] * 4, [pot] * 4)
        pot = 0
        for i, gift in enumerate(gifts):
            taken = min(gift, outstanding[i])
            good = min(gift - taken, -carried[i])
            outstanding[i] -= taken
            recovered[i] += taken
            again[i] += taken
            carried[i] += good
            back[i] += gift
            paid[i] += gift - taken - good
            pot += taken

    (result,) = answer.pools
    settled = result.settlement
    assert settled is not None
    assert result.entitlement == fen(hand.entitlement)
    assert list(settled.recovered) == recovered
    assert list(settled.carried) == carried
    assert list(settled.outstanding) == outstanding
    assert list(settled.redistributed) == back
    assert list(settled.returned) == again
    assert list(result.payment) == list(settled.payment) == list(answer.payment) == paid
    assert not any(owes and p for owes, p in zip(settled.owes, paid, strict=True) if any(back))
    assert settled.kept == sum(recovered) + sum(carried) - sum(back)
    assert result.set_aside == (300 * YUAN if basis == "remainder" else 0)
    advances = (150, 0, 0, 150) if basis == "remainder" else ZEROS
    assert result.funding == fen(
        tuple(e + a for e, a in zip(hand.entitlement, advances, strict=True))
    )
    added = hand.recovered if base == "before_recovery" else ZEROS
    for match, rate, amount, more in zip(answer.matching, RATES, paid, fen(added), strict=True):
        assert match.base == amount + more
        assert match.required == -((-rate * match.base) // 1)


def test_a_shortfall_may_stop_the_run() -> None:
    with pytest.raises(InputError) as stopped:
        allocate(TOWNS, replace(RULES, pilot=replace(PILOT, below_advance="error")))
    (problem,) = stopped.value.problems
    assert problem.code == "pilot.below_advance"
    assert problem.message == "甲在“甲池”的应分配额比已拨试点经费少 45.00 元"


def test_the_other_reading_stands_beside_the_chosen_one() -> None:
    answer = allocate(TOWNS, RULES)
    assert answer.other_reading is not None
    assert answer.other_reading.entitlement == fen(REMAINDER.entitlement)
    other = replace(RULES, pilot=replace(PILOT, basis="remainder"))
    assert allocate(TOWNS, other).other_reading == answer.pools[0]


@pytest.mark.parametrize(
    ("pilot", "why"),
    [
        (Pilot("a", Fen(600 * YUAN), "share", "carry"), "“甲池”的试点经费合计超过预算"),
        (
            Pilot("a", Fen(110 * YUAN), "remainder", "error"),
            "甲在“甲池”的应分配额比已拨试点经费少 5.00 元",
        ),
    ],
)
def test_a_comparison_without_a_solution_says_why(pilot: Pilot, why: str) -> None:
    answer = allocate(replace(TOWNS, unspent=()), replace(RULES, pilot=pilot))
    assert (answer.other_reading, answer.other_reading_failure) == (None, why)


def test_recovered_sums_that_are_no_whole_units_are_redistributed_in_fen() -> None:
    towns = replace(TOWNS, unspent=(Fen(0), Fen(0), Fen(0), Fen(50)))
    pool = replace(POOL, unit=Fen(100))
    pilot = replace(PILOT, basis="remainder", unspent="redistribute")
    (result,) = allocate(towns, replace(RULES, pools=(pool,), pilot=pilot)).pools
    assert result.settlement is not None
    assert result.settlement.redistributed == (5, 10, 15, 20)


def test_redistribution_stops_at_the_caps_and_names_what_is_kept() -> None:
    """甲 at its cap takes nothing; where nobody has room the city keeps what was recovered."""
    towns = Recipients.from_columns(
        ["甲", "乙", "丙"],
        {"villages": [70, 20, 10]},
        pilot=[False, True, False],
        unspent=[Fen(0), Fen(1000 * YUAN), Fen(0)],
    )
    pool = replace(POOL, budget=Fen(10000 * YUAN), cap=Fen(5000 * YUAN))
    pilot = Pilot("a", Fen(1500 * YUAN), unspent="redistribute")
    (result,) = allocate(towns, Scheme("S", (pool,), pilot=pilot)).pools
    assert result.payment == (500000, 150000, 200000)
    tight = replace(pool, budget=Fen(9000 * YUAN), cap=Fen(3000 * YUAN))
    (result,) = allocate(towns, Scheme("S", (tight,), pilot=pilot)).pools
    assert result.settlement is not None
    assert result.settlement.redistributed == (0, 0, 0)
    assert result.settlement.kept == 1000 * YUAN


def test_a_long_debt_is_paid_off_round_after_round_without_counting_them() -> None:
    """One fen goes to the only town with a share, which owes a million: it comes back each time."""
    settled = Settlement("share", *([(Fen(0), Fen(0))] * 7), (Fen(0), Fen(0)))
    owing = replace(settled, recovered=(Fen(1), Fen(0)), outstanding=(Fen(10**9), Fen(0)))
    done = redistribute(owing, lambda pot, _: (pot, Fen(0)))
    assert done.outstanding == (0, 0)
    assert done.payment == (1, 0)
    assert done.recovered == (10**9 + 1, 0)


@given(due=st.integers(0, 50), unspent=st.integers(0, 50))
def test_recovery_goes_as_far_as_what_is_due(due: int, unspent: int) -> None:
    recovered, outstanding = recover(Fen(due), Fen(unspent))
    assert recovered + outstanding == unspent
    assert recovered <= due
    assert outstanding == 0 or recovered == due


amounts = st.integers(0, 30)


@given(
    basis=st.sampled_from(["share", "remainder"]),
    rows=st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=5),
)
def test_each_town_is_settled_by_the_definition(
    basis: Basis, rows: list[tuple[int, int, int]]
) -> None:
    entitlement, advance, unspent = (
        [Fen(row[k]) for row in rows] if k < 2 else [Fen(min(row[1], row[2])) for row in rows]
        for k in range(3)
    )
    settled = settle(basis, entitlement, advance, unspent)
    for i in range(len(rows)):
        due = entitlement[i] - (advance[i] if basis == "share" else 0)
        without_recovery = max(due, 0)
        assert settled.carried[i] == min(due, 0)
        assert settled.recovered[i] == min(unspent[i], without_recovery)
        assert settled.outstanding[i] == unspent[i] - settled.recovered[i]
        assert settled.payment[i] == without_recovery - settled.recovered[i]
        assert settled.redistributed[i] == 0
    assert settled.kept == sum(settled.recovered) + sum(settled.carried)


@settings(max_examples=60)
@given(data=st.data())
def test_random_funds_keep_every_balance_under_every_reading(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 5))
    column = st.lists(st.integers(1, 9), min_size=n, max_size=n)
    weights, left = data.draw(column), data.draw(column)
    pilot = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    advance, budget = 20, data.draw(st.integers(20 * n, 60 * n))
    towns = Recipients.from_columns(
        [f"T{i}" for i in range(n)],
        {"villages": weights},
        pilot=pilot,
        unspent=[Fen(u if p else 0) for u, p in zip(left, pilot, strict=True)],
    )
    pool = replace(POOL, budget=Fen(budget), sources=(Source("市", Fen(budget)),))
    readings = itertools.product(
        ("share", "remainder"), ("keep", "carry"), ("retain", "redistribute")
    )
    for basis, below, unspent in readings:
        rule = Pilot("a", Fen(advance), basis, below, unspent)  # type: ignore[arg-type]
        answer: Allocation = allocate(towns, Scheme("S", (pool,), pilot=rule))
        advances = [advance if p else 0 for p in pilot]
        held = basis == "share" and below == "keep"
        rest = budget - (sum(advances) if basis == "remainder" else 0)
        lower = advances if held else [0] * n
        shares = [Fraction(w) for w in weights]
        hand, _ = reference.largest_remainder(rest, shares, lower, [rest] * n)
        assert list(answer.pools[0].entitlement) == hand
        settled = answer.pools[0].settlement
        assert isinstance(settled, Settlement)
        assert sum(answer.payment) + sum(advances) + settled.kept == budget, (
            "what is paid, was paid and is kept is the budget"
        )
