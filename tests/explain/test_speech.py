"""A fund's own words are put for the package's; what the user wrote stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator import Fen, Recipients, Scheme
from allocator.explain.speech import speech_of
from allocator.fund.adjustments import Adjustment
from allocator.fund.instalments import Instalment
from allocator.fund.rules import Naming

TABLE = Recipients.from_columns(
    ["市级新城"],
    {"a": [1]},
    economic_class=["市级一类"],
    texts={"片区": ["市级片"]},
    sources=[["市级数", "市级年鉴"]],
)
RULES = Scheme.from_toml(
    '[scheme]\nname = "市级资金"\n[columns]\n"市级得分" = "a"\n[[pool]]\nid = "a"\nname = "市级池"\n'
    'budget = "10"\nfactors = [{ column = "a", name = "市级因素", weight = "1" }]\n'
)
RULES = replace(
    RULES,
    naming=Naming(payer="州"),
    adjustments=(Adjustment("市级新城", "a", Fen(1), "others", "市级理由", ""),),
    instalments=(Instalment(None, "市级文", "a", "市级新城", Fen(1)),),
)
OWN = ("新城", "一类", "片", "数", "年鉴", "资金", "得分", "池", "因素", "理由", "文")


@pytest.mark.parametrize("text", OWN)
def test_what_the_user_named_stays(text: str) -> None:
    said = speech_of(RULES, TABLE).said
    assert said(f"市级出给市级{text}的") == f"州出给市级{text}的"


def test_a_fund_without_words_of_its_own_is_told_as_it_is_written() -> None:
    speech = speech_of(replace(RULES, naming=Naming()), TABLE)
    assert speech.is_usual
    assert speech.said("市级 5.00 元") == "市级 5.00 元"
