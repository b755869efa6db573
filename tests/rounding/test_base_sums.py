"""Splits above base sums, and rounding each by itself, against their definitions in Fractions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.rounding.apportion import apportion
from allocator.rounding.water_filling import Infeasible
from tests.engine import reference


@dataclass(frozen=True)
class Case:
    total: int
    base: tuple[Fraction, ...]
    weights: tuple[int, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]


def at(case: Case, level: Fraction) -> list[Fraction]:
    rows = zip(case.base, case.weights, case.lower, case.upper, strict=True)
    return [reference.clip(b + level * w, low, high) for b, w, low, high in rows]


def claims(case: Case) -> list[Fraction] | None:
    """The sum of the clipped lines at every bend, then a straight line; None without an answer."""
    bends = {Fraction(0)}
    for b, w, low, high in zip(case.base, case.weights, case.lower, case.upper, strict=True):
        bends |= {(bound - b) / w for bound in (low, high) if w and bound > b}
    if sum(at(case, Fraction(0))) > case.total:
        return None
    before = Fraction(0)
    for bend in sorted(bends):
        if (reached := sum(at(case, bend))) >= case.total:
            start = sum(at(case, before))
            if reached == start:
                return at(case, before)
            return at(case, before + (bend - before) * (case.total - start) / (reached - start))
        before = bend
    return None


@st.composite
def cases(draw: st.DrawFn) -> Case:
    n = draw(st.integers(1, 5))

    def column(each: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(each, min_size=n, max_size=n))

    base = draw(st.lists(st.fractions(-12, 12, max_denominator=4), min_size=n, max_size=n))
    lower = column(st.integers(0, 5))
    upper = [low + more for low, more in zip(lower, column(st.integers(0, 12)), strict=True)]
    weights = column(st.integers(0, 6))
    return Case(draw(st.integers(0, 40)), tuple(base), tuple(weights), tuple(lower), tuple(upper))


@settings(max_examples=300, deadline=None)
@given(case=cases())
def test_base_sums_by_definition(case: Case) -> None:
    exact = claims(case)
    options = {"lower": case.lower, "upper": case.upper, "base": case.base}
    if exact is None:
        with pytest.raises(Infeasible) as refused:
            apportion(case.total, case.weights, **options)  # type: ignore[arg-type]
        assert refused.value.missing > 0
        return
    answer = apportion(case.total, case.weights, **options)  # type: ignore[arg-type]
    assert sum(answer.amounts) == case.total
    rests = [claim % 1 for claim in exact]
    left = case.total - sum(map(math.floor, exact))
    for claim, amount in zip(exact, answer.amounts, strict=True):
        assert amount - math.floor(claim) in (0, 1)
    up = [r for r, c, a in zip(rests, exact, answer.amounts, strict=True) if a > math.floor(c)]
    assert sorted(up) == sorted(sorted(rests)[len(rests) - left :])
    assert at(case, answer.multiplier) == exact


@settings(max_examples=100, deadline=None)
@given(case=cases(), method=st.sampled_from(["webster", "hill", "dhondt", "adams"]))
def test_divisor_methods_round_what_lies_above_a_whole_base(case: Case, method: str) -> None:
    base = tuple(math.floor(b) for b in case.base)
    start = [min(b, high) for b, high in zip(base, case.upper, strict=True)]
    lower = [max(low - b, 0) for low, b in zip(case.lower, start, strict=True)]
    upper = [high - b for high, b in zip(case.upper, start, strict=True)]
    above = case.total - sum(start)
    try:
        plain = apportion(above, case.weights, method=method, lower=lower, upper=upper)
    except (Infeasible, ValueError):
        with pytest.raises(Infeasible):
            apportion(
                case.total,
                case.weights,
                method=method,
                lower=case.lower,
                upper=case.upper,
                base=base,
            )
        return
    answer = apportion(
        case.total, case.weights, method=method, lower=case.lower, upper=case.upper, base=base
    )
    assert answer.amounts == tuple(b + z for b, z in zip(start, plain.amounts, strict=True))


@settings(max_examples=200, deadline=None)
@given(case=cases(), named=st.booleans())
def test_nearest_rounds_each_and_gives_the_difference_to_one(case: Case, *, named: bool) -> None:
    exact = claims(case)
    options = {"lower": case.lower, "upper": case.upper, "base": case.base, "method": "nearest"}
    if exact is None:
        return
    amounts = [math.floor(claim + Fraction(1, 2)) for claim in exact]
    who = 0 if named else max(range(len(exact)), key=lambda i: (exact[i], -i))
    difference = case.total - sum(amounts)
    amounts[who] += difference
    rest = who if named else None
    if not case.lower[who] <= amounts[who] <= case.upper[who]:
        with pytest.raises(Infeasible, match="breaks a bound"):
            apportion(case.total, case.weights, rest=rest, **options)  # type: ignore[arg-type]
        return
    answer = apportion(case.total, case.weights, rest=rest, **options)  # type: ignore[arg-type]
    assert list(answer.amounts) == amounts
    assert answer.balance == ((who, difference) if difference else None)


def test_a_base_that_is_not_whole_is_not_for_divisor_methods() -> None:
    with pytest.raises(ValueError, match="whole units"):
        apportion(5, [1, 2], base=[Fraction(1, 2), 0], method="webster")


def test_bases_without_a_common_denominator_are_refused() -> None:
    base = [Fraction(1, 2**k * 3 + 1) for k in range(400)]
    with pytest.raises(OverflowError):
        apportion(500, [1] * 400, base=base)


def test_crossed_bounds_have_no_answer() -> None:
    with pytest.raises(Infeasible) as refused:
        apportion(5, [1, 1], lower=[3, 0], upper=[2, 9], base=[0, 0])
    assert refused.value.bound == "crossed"


def test_the_balance_may_take_a_base_below_itself_but_not_below_its_bound() -> None:
    half = Fraction(17, 2)
    assert apportion(17, [0, 0], base=[half, half], method="nearest").amounts == (8, 9)
    with pytest.raises(Infeasible, match="breaks a bound"):
        apportion(26, [0] * 3, base=[8, half, half], lower=[9, 0, 0], method="nearest")
