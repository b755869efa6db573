"""A pool with its weights open is the engine itself under any weights."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import InputError, Recipients, Scheme, allocate
from allocator.engine.pool import exact_amounts, open_split

TABLE = Recipients.from_columns(
    ["甲镇", "乙镇", "丙镇"], {"people": [10, 20, 30], "area": [7, 5, 1]}
)
BOTH = 'factors = [{ column = "people", weight = "0.7" }, { column = "area", weight = "0.3" }]'


def fund(rule: str = "") -> Scheme:
    """A pool above, and one whose rules may name what that one gives."""
    pools = [
        f'[[pool]]\nid = "a"\nname = "甲池"\nbudget = "60.00"\n{BOTH}',
        f'[[pool]]\nid = "b"\nname = "乙池"\nbudget = "90.00"\n{BOTH}\n{rule}',
    ]
    return Scheme.from_toml('[scheme]\nname = "试验"\n' + "\n".join(pools))


RULES = ("", 'base = "3"\ncap = "50"', 'floor = "0.8 × pool_a"', 'unit = "10"')


@settings(max_examples=40)
@given(rule=st.sampled_from(RULES), weight=st.fractions(0, 1, max_denominator=20))
def test_it_splits_as_the_engine_does(rule: str, weight: Fraction) -> None:
    scheme, weights = fund(rule), (weight, 1 - weight)
    split = open_split(TABLE, scheme, "b")
    answer = allocate(TABLE, scheme)
    assert exact_amounts(split, split.weights) == answer.pool("b").entitlement
    changed = allocate(TABLE, scheme.with_weights({"b": weights}))
    assert exact_amounts(split, weights) == changed.pool("b").entitlement


def test_it_has_the_factors_of_its_pool() -> None:
    split = open_split(TABLE, fund(), "b")
    assert split.weights == (Fraction(7, 10), Fraction(3, 10))
    assert split.names == tuple(factor.name for factor in split.factors)


def test_rules_that_are_not_linear_in_the_weights_are_named() -> None:
    with pytest.raises(InputError, match="乙池"):
        open_split(TABLE, fund('least = "20"'), "b")
    with pytest.raises(KeyError):
        open_split(TABLE, fund(), "c")
