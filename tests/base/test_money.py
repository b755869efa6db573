"""Exact numbers in, money as text out."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.base.money import (
    amount_in,
    exact_number,
    fen_from_yuan,
    format_number,
    format_percent,
    format_wan,
    format_yuan,
    wan_decimals,
    yuan_text,
)

fen_amounts = st.integers(-(10**20), 10**20)


@pytest.mark.parametrize(
    ("given_value", "number"),
    [
        (3, Fraction(3)),
        (Fraction(1, 3), Fraction(1, 3)),
        (0.1, Fraction(1, 10)),
        (1e22, Fraction(10**22)),
        (Decimal("1.10"), Fraction(11, 10)),
        (" １２，３４５．６０ ", Fraction(12345.6).limit_denominator(10)),
        ("1,234,567.", Fraction(1234567)),
        (".5", Fraction(1, 2)),
        ("+1e3", Fraction(1000)),
        ("－12％", Fraction(-12, 100)),
        ("12 %", Fraction(12, 100)),
        ("\N{NO-BREAK SPACE}7　", Fraction(7)),
    ],
)
def test_what_a_cell_means(given_value: object, number: Fraction) -> None:
    assert exact_number(given_value) == number


@pytest.mark.parametrize(
    "text",
    [
        *(
            True,
            None,
            [],
            b"1",
            "",
            " ",
            "abc",
            "1 2",
            "1,2",
            "1,23,456",
            "12,34",
            "0,450",
            "--1",
            "1e9999",
        ),
        *("%", "1%%", "0x10", "NaN", "inf", float("nan"), float("inf"), Decimal("NaN"), "1/2"),
    ],
)
def test_what_is_no_number(text: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        exact_number(text)


@pytest.mark.parametrize("yuan", ["0.001", 0.005, Fraction(1, 3), "1e-3"])
def test_parts_of_a_fen_are_an_error(yuan: object) -> None:
    with pytest.raises(ValueError, match="more than two decimals"):
        fen_from_yuan(yuan)


@given(fen_amounts)
def test_yuan_are_read_back_to_the_fen(fen: int) -> None:
    assert fen_from_yuan(format_yuan(fen)) == fen


@given(fen_amounts)
def test_wan_are_read_back_to_the_fen(fen: int) -> None:
    assert exact_number(format_wan(fen)) * 10**6 == fen


@given(st.lists(fen_amounts, max_size=4))
def test_wan_decimals_are_just_enough(amounts: list[int]) -> None:
    decimals = wan_decimals(amounts)
    assert [exact_number(format_wan(fen, decimals)) * 10**6 for fen in amounts] == amounts
    assert decimals == 2 or any(fen % 10 ** (7 - decimals) for fen in amounts)


@pytest.mark.parametrize(
    ("fen", "decimals", "text"),
    [(0, 6, "0.000000"), (-1234560000, 2, "-1,234.56"), (5_000_000, 0, "5")],
)
def test_wan(fen: int, decimals: int, text: str) -> None:
    assert format_wan(fen, decimals) == text


def test_wan_never_drop_a_fen() -> None:
    with pytest.raises(ValueError, match="does not fit 2 decimals"):
        format_wan(1, 2)


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (Fraction(-46, 10), 10, "-4.6"),
        (1234567, 2, "1,234,567"),
        (Fraction(2, 3), 2, "0.66…"),
        (Fraction(-2, 3), 0, "-0…"),
        (Fraction(5, 2), 0, "2…"),
        (7, 0, "7"),
    ],
)
def test_numbers_are_cut_and_marked(number: Fraction | int, decimals: int, text: str) -> None:
    assert format_number(number, decimals) == text


@given(st.fractions(-1000, 1000), st.integers(0, 8))
def test_percentages_are_rounded_half_up(ratio: Fraction, decimals: int) -> None:
    shown = exact_number(format_percent(ratio, decimals))
    half = Fraction(1, 200 * 10**decimals)
    assert -half < shown - ratio <= half


def test_percent_by_hand() -> None:
    assert format_percent(Fraction(-1, 3), 2) == "-33.33%"
    assert format_percent(12, 0) == "1,200%"


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="千元"):
        amount_in(1, "千元")


@pytest.mark.parametrize("fen", [0, 5, -5, 200_000_005, -200_000_005])
def test_a_yuan_text_is_read_back(fen: int) -> None:
    assert yuan_text(fen) == f"{Decimal(fen).scaleb(-2):.2f}"
    assert fen_from_yuan(yuan_text(fen)) == fen
