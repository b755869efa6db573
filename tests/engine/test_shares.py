"""Factor values and shares, by hand and against the definition."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import Fen, Recipients
from allocator.engine.shares import factor_name, factor_shares, factor_value, pool_shares
from allocator.fund.rules import Factor, Pool

TOWNS = Recipients.from_columns(
    ["甲", "乙", "丙"],
    {"area": [10, 20, 30], "gdp": [Fraction(5, 2), 5, 10], "people": [100, 50, 400]},
    economic_class=["一类", "二类", "一类"],
    headers={"area": "面积"},
)
ONE = Fraction(1)


@pytest.mark.parametrize(
    ("factor", "values"),
    [
        (Factor(ONE, "area"), [10, 20, 30]),
        (Factor(ONE, "gdp"), [Fraction(5, 2), 5, 10]),
        (Factor(ONE, "gdp", per="people"), [Fraction(1, 40), Fraction(1, 10), Fraction(1, 40)]),
        (Factor(ONE, "area", direction="inverse"), [Fraction(1, 10), Fraction(1, 20), "1/30"]),
        (Factor(ONE, "gdp", per="people", direction="inverse"), [40, 10, 40]),
        (Factor(ONE, "gdp", "people", "inverse", scale="people"), [4000, 500, 16000]),
        (Factor(ONE, "area", scale="people"), [1000, 1000, 12000]),
        (Factor(ONE, coefficients={"一类": ONE, "二类": Fraction(3, 2)}), [1, "3/2", 1]),
        (
            Factor(ONE, coefficients={"一类": ONE, "二类": Fraction(3, 2)}, scale="people"),
            [100, 75, 400],
        ),
    ],
)
def test_values_by_hand(factor: Factor, values: list[object]) -> None:
    exact = [Fraction(value) for value in values]  # type: ignore[arg-type]
    shares = factor_shares(TOWNS, factor)
    assert [factor_value(TOWNS, factor, i) for i in range(3)] == exact
    assert [shares.value(i) for i in range(3)] == exact
    assert [shares.share(i) for i in range(3)] == [value / sum(exact) for value in exact]
    assert not shares.is_rounded


def test_names() -> None:
    assert factor_name(TOWNS, Factor(ONE, "area")) == "面积"
    assert factor_name(TOWNS, Factor(ONE, "gdp")) == "经济总量（亿元）"
    assert factor_name(TOWNS, Factor(ONE, "gdp", name="财力")) == "财力"
    assert factor_name(TOWNS, Factor(ONE, coefficients={"一类": ONE})) == "类别系数"


def test_a_factor_that_sums_to_0() -> None:
    with pytest.raises(ZeroDivisionError, match="area sums to 0"):
        factor_shares(Recipients.from_columns(["甲"], {"area": [0]}), Factor(ONE, "area"))


columns = st.lists(st.one_of(st.integers(0, 9), st.fractions(0, 9)), min_size=3, max_size=3)


@given(columns, columns, st.fractions(0, 1))
def test_town_shares_are_the_weighted_factor_shares(
    first: list[Fraction], second: list[Fraction], weight: Fraction
) -> None:
    if not any(first) or not any(second):
        return
    table = Recipients.from_columns(["a", "b", "c"], {"first": first, "second": second})
    factors = (Factor(weight, "first"), Factor(1 - weight, "second"))
    shares = pool_shares(table, Pool("p", "P", Fen(1), factors))
    assert shares.error == 0
    for i in range(3):
        exact = weight * Fraction(first[i]) / sum(first)
        exact += (1 - weight) * Fraction(second[i]) / sum(second)
        assert shares.share(i) == exact
    assert sum(shares.share(i) for i in range(3)) == 1
