"""大写金额, read back by the slow way: units are taken apart from the largest to the smallest."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.base.money import capital_amount

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = (("亿", 10**8), ("万", 10**4), ("仟", 1000), ("佰", 100), ("拾", 10))


def read_whole(text: str) -> int:
    for unit, worth in UNITS:
        if unit in text:
            high, _, low = text.rpartition(unit)
            return read_whole(high) * worth + read_whole(low)
    text = text.removeprefix("零")
    return DIGITS.index(text) if text else 0


def read_back(text: str) -> int:
    sign, text = (-1, text[1:]) if text.startswith("负") else (1, text)
    yuan, _, rest = text.rpartition("元")
    tenths = re.search("(.)角", rest)
    hundredths = re.search("(.)分", rest)
    parts = [DIGITS.index(found[1]) if found else 0 for found in (tenths, hundredths)]
    return sign * (read_whole(yuan) * 100 + parts[0] * 10 + parts[1])


@given(st.one_of(st.integers(-(10**4), 10**6), st.integers(0, 10**22)))
def test_an_amount_in_capitals_reads_back(fen: int) -> None:
    text = capital_amount(fen)
    assert read_back(text) == fen
    assert "零零" not in text
    assert not text.startswith("零") or fen == 0
    assert text.endswith("整") == (fen % 100 == 0)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (30, "叁角"),
        (1000, "壹拾元整"),
        (140950, "壹仟肆佰零玖元伍角"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元零叁角贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (10_001_000_000, "壹亿零壹万元整"),
        (10**14, "壹万亿元整"),
        (-100, "负壹元整"),
    ],
)
def test_the_examples_of_the_rule(fen: int, text: str) -> None:
    assert capital_amount(fen) == text
