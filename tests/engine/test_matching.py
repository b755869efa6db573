"""Required match: rate times base, rounded as the rule says."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import Recipients
from allocator.base.money import Fen
from allocator.engine.matching import Match, match_towns, required_match
from allocator.fund.rules import Matching


@pytest.mark.parametrize(
    ("rate", "base", "unit", "rounding", "required"),
    [
        ("1/2", 101, 1, "up", 51),
        ("1/2", 100, 1, "up", 50),
        ("1/2", 101, 1, "nearest", 51),  # half goes up
        ("1/3", 100, 1, "nearest", 33),
        ("1/3", 100, 1, "up", 34),
        ("1/2", 10000, 10000, "up", 10000),
        ("1/2", 9999, 10000, "nearest", 0),
        ("0", 12345, 1, "up", 0),
    ],
)
def test_by_hand(rate: str, base: int, unit: int, rounding: str, required: int) -> None:
    assert required_match(Fraction(rate), Fen(base), Fen(unit), rounding) == required  # type: ignore[arg-type]


@given(st.fractions(0, 2), st.integers(0, 10**12), st.sampled_from([1, 100, 10**6]))
def test_up_is_the_least_and_nearest_the_closest_whole_unit(
    rate: Fraction, base: int, unit: int
) -> None:
    exact = rate * base
    up = required_match(rate, Fen(base), Fen(unit))
    nearest = required_match(rate, Fen(base), Fen(unit), "nearest")
    assert up % unit == nearest % unit == 0
    assert 0 <= up - exact < unit
    assert 2 * abs(exact - nearest) <= unit


#: US election security grants 2018 (HAVA): the match is 5 % of the award, in whole dollars.
#: Source: U.S. Election Assistance Commission, 2018 HAVA Election Security Funds.
HAVA = [
    ("Alabama", 6160393, 308020),
    ("Alaska", 3000000, 150000),
    ("Arizona", 7463675, 373184),
    ("Arkansas", 4475015, 223751),
    ("California", 34558874, 1727944),
    ("Colorado", 6342979, 317149),
    ("Connecticut", 5120554, 256028),
    ("Florida", 19187003, 959350),
    ("Georgia", 10305783, 515289),
]


@pytest.mark.parametrize(("state", "award", "match"), HAVA)
def test_five_percent_as_published(state: str, award: int, match: int) -> None:
    dollar = Fen(100)
    required = required_match(Fraction(1, 20), Fen(award * 100), dollar, "nearest")
    assert required == match * 100, state


def test_own_rate_before_the_rate_of_the_class_and_what_was_raised() -> None:
    towns = Recipients.from_columns(
        ["甲", "乙", "丙"],
        {},
        economic_class=["一类", "三类", "一类"],
        match_rate=[None, None, Fraction(1, 4)],
        raised=[Fen(40), None, Fen(100)],
    )
    rule = Matching({"一类": Fraction(1), "三类": Fraction(1, 2)})
    first, second, third = match_towns(towns, rule, [Fen(100), Fen(100), Fen(100)])
    assert first == Match("甲", "一类", Fraction(1), False, Fen(100), Fen(100), Fen(40))
    assert (first.gap, first.progress) == (60, Fraction(2, 5))
    assert (second.required, second.gap, second.progress) == (50, None, None)
    assert (third.is_own_rate, third.required, third.gap, third.progress) == (True, 25, 0, 4)


def test_nothing_required_is_raised_in_full() -> None:
    towns = Recipients.from_columns(["甲"], {}, match_rate=[Fraction(0)], raised=[Fen(0)])
    (match,) = match_towns(towns, Matching({}), [Fen(100)])
    assert (match.required, match.gap, match.progress, match.economic_class) == (0, 0, 1, "")
