"""Quotients without a usable common denominator: rounded shares, certain amounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import Fen, InputError, Recipients, Scheme, allocate
from allocator.engine import shares as formula
from allocator.engine.certainty import is_certain
from allocator.engine.pool import PoolAllocation
from allocator.engine.shares import PoolShares
from allocator.engine.split import dividing
from allocator.fund.rules import Factor, Pool
from allocator.rounding.apportion import apportion
from tests.engine.cases import METHODS

INVERSE = Factor(Fraction(1), "wealth", direction="inverse")


@pytest.fixture
def short_denominators() -> Iterator[None]:
    """Few digits at first, and denominators of a dozen towns are already too long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formula, "_MOST_BITS", 0)
        patch.setattr(dividing, "DIGITS", 2)
        yield


def fund(
    wealth: Sequence[int],
    budget: int,
    method: str = "largest_remainder",
    factors: Sequence[Factor] = (INVERSE,),
    **options: object,
) -> tuple[Recipients, Scheme]:
    numbers = {"wealth": wealth, "mirror": wealth[::-1], "people": [n % 97 + 1 for n in wealth]}
    towns = [f"T{i}" for i in range(len(wealth))]
    pool = Pool("p", "P", Fen(budget), tuple(factors), method=method)
    scheme = Scheme("S", (replace(pool, **options),))  # type: ignore[arg-type]
    return Recipients.from_columns(towns, numbers), scheme


def split(recipients: Recipients, scheme: Scheme) -> PoolAllocation:
    return allocate(recipients, scheme).pools[0]


def split_or_refusal(recipients: Recipients, scheme: Scheme) -> PoolAllocation | str:
    try:
        return split(recipients, scheme)
    except InputError as refused:
        return refused.problems[0].code


wealths = st.lists(st.integers(10**6, 10**6 + 400), min_size=12, max_size=16)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=30, deadline=None)
@given(wealth=wealths, budget=st.integers(0, 300), least=st.integers(0, 5), room=st.integers(1, 30))
def test_rounded_shares_give_the_exact_amounts(
    method: str, wealth: list[int], budget: int, least: int, room: int
) -> None:
    n = len(wealth)
    factors = (
        replace(INVERSE, weight=Fraction(1, 3), scale="people"),
        Factor(Fraction(2, 3), "people", per="wealth"),
    )
    floor, cap = min(least, budget // n), budget // n + room
    recipients, scheme = fund(wealth, budget, method, factors, floor=Fen(floor), cap=Fen(cap))
    exact = split(recipients, scheme)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formula, "_MOST_BITS", 0)
        patch.setattr(dividing, "DIGITS", 2)
        rounded = split_or_refusal(recipients, scheme)
    if isinstance(rounded, str):
        assert rounded == "tie.undecided"
        whole = (exact.quota(i).denominator == 1 and not exact.bound(i) for i in range(n))
        assert exact.ties or any(whole), "only what no digit decides may be refused"
        return
    assert rounded.entitlement == exact.entitlement
    assert rounded.ties == exact.ties
    assert exact.shares.error == 0
    for i in range(n):
        assert abs(rounded.shares.share(i) - exact.shares.share(i)) <= rounded.shares.error


@pytest.mark.usefixtures("short_denominators")
@pytest.mark.parametrize("method", METHODS)
def test_equal_towns_tie_as_ever(method: str) -> None:
    wealth = [*range(10**6, 10**6 + 12), 10**6, 10**6]
    result = split(*fund(wealth, 29 if method == "adams" else 15, method))
    assert result.shares.error > 0
    assert [tie.tied for tie in result.ties] == [(0, 12, 13)]


@pytest.mark.usefixtures("short_denominators")
def test_a_tie_of_unequal_towns_that_no_digit_decides_is_refused() -> None:
    """Town i has the wealth of its mirror image and the other way round: the same claim."""
    half = replace(INVERSE, weight=Fraction(1, 2))
    wealth = list(range(10**6, 10**6 + 16))
    with pytest.raises(InputError) as refused:
        split(*fund(wealth, 17, factors=(half, replace(half, column="mirror"))))
    (problem,) = refused.value.problems
    assert problem.code == "tie.undecided"
    assert "160 位" in problem.message
    assert "填作一列" in problem.remedy


@pytest.mark.usefixtures("short_denominators")
def test_more_digits_are_taken_until_everything_is_certain() -> None:
    result = split(*fund(list(range(10**6, 10**6 + 16)), 10**12))
    assert 0 < result.shares.error < Fraction(1, 10**12)


@pytest.mark.parametrize("method", METHODS)
def test_a_share_smaller_than_its_error_is_not_certain(method: str) -> None:
    shares = PoolShares((), (1, 999), 1000, error=Fraction(1, 1000))
    answer = apportion(10, shares.weights, method=method)
    assert not is_certain(shares, 10, None, None, method, answer)
    assert is_certain(replace(shares, error=Fraction(0)), 10, None, None, method, answer)


@pytest.mark.parametrize(
    ("method", "total"),
    [
        ("largest_remainder", 2),  # 1.002 and 0.998: is the whole part 1 or 0?
        ("largest_remainder", 1),  # 0.501 and 0.499: whose remainder is larger?
        ("webster", 1),
    ],
)
def test_claims_closer_than_the_error_are_not_certain(method: str, total: int) -> None:
    near = PoolShares((), (501 * 10**6, 499 * 10**6), 10**9, error=Fraction(1, 100))
    answer = apportion(total, near.weights, method=method)
    assert not is_certain(near, total, None, None, method, answer)
    fine = replace(near, error=Fraction(1, 10**6))
    assert is_certain(fine, total, None, None, method, answer)


@pytest.mark.parametrize("method", ["largest_remainder", "webster"])
def test_thousands_of_towns_by_a_reciprocal(method: str) -> None:
    wealth = [10**6 + k * k * k % 10**9 for k in range(3000)]
    result = split(*fund(wealth, 10**12, method, floor=Fen(10**7), cap=Fen(10**10)))
    assert sum(result.entitlement) == 10**12
    assert result.shares.total.bit_length() < 1000
    claims = [result.quota(i) for i in range(3000)]
    assert all(abs(a - c) < 2 for a, c in zip(result.entitlement, claims, strict=True))


def test_every_digit_printed_fits_what_python_prints() -> None:
    """Shares of many reciprocal factors stay short enough to be written as text."""
    wealth = [10**16 + k * k for k in range(1, 34)]
    many = [replace(INVERSE, weight=Fraction(1, 8), name=str(k)) for k in range(8)]
    recipients, scheme = fund(wealth, 10**6, factors=many)
    record = allocate(recipients, scheme).to_record()
    assert all("/" in row["share"] for row in record["pools"][0]["rows"])
