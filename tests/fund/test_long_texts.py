"""Texts that no table has room for are refused where they are given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator import InputError, Recipients, Scheme, allocate
from allocator.fund.rules import Naming

SCHEME = """
[scheme]
name = "{name}"
[[pool]]
id = "p"
name = "资金"
budget = "100"
[[pool.factors]]
column = "need"
weight = "1"
"""


def towns(name: str = "甲镇") -> Recipients:
    return Recipients(towns=(name, "乙镇"), numbers={"need": (1, 2)})


@pytest.mark.parametrize("length", [4_000, 4_001, 40_000])
def test_a_text_of_a_scheme_has_a_longest_length(length: int) -> None:
    text = SCHEME.format(name="字" * length)
    if length <= 4_000:
        assert Scheme.from_toml(text).name == "字" * length
    else:
        with pytest.raises(InputError, match="超过 4,000 个"):
            Scheme.from_toml(text)


def test_words_of_a_fund_are_words_also_in_a_scheme_made_in_python() -> None:
    scheme = replace(Scheme.from_toml(SCHEME.format(name="甲")), naming=Naming(recipient="省" * 41))
    with pytest.raises(InputError, match="请写简称"):
        allocate(towns(), scheme)


def test_a_name_of_a_recipient_is_no_note() -> None:
    scheme = Scheme.from_toml(SCHEME.format(name="甲"))
    assert allocate(towns("镇" * 200), scheme)
    with pytest.raises(InputError, match="请写全称，不写说明"):
        allocate(towns("镇" * 201), scheme)
