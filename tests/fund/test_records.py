"""Adjustments and earlier payments as an officer writes them."""

from __future__ import annotations

import pytest

from allocator import Fen, InputError, Recipients, Scheme, allocate
from allocator.fund.adjustments import Adjustment

POOL = """
[[pool]]
id = "a"
name = "甲池"
budget = "10.00"
factors = [{ column = "area", weight = "1" }]
"""
TABLE = Recipients.from_columns(["甲镇", "乙镇"], {"area": [1, 1]})


def read(toml: str, pools: str = POOL) -> Scheme:
    return Scheme.from_toml('[scheme]\nname = "试验"\n' + pools + toml)


def adjusted(**given: str) -> str:
    lines = {"town": "甲镇", "amount": "1", "reason": "救灾", **given}
    return "[[adjustment]]\n" + "".join(f'{key} = "{text}"\n' for key, text in lines.items())


@pytest.mark.parametrize("pool", ["", "a", "甲池"])
def test_the_pool_by_id_by_name_or_the_only_one(pool: str) -> None:
    (one,) = read(adjusted(pool=pool)).adjustments
    assert one == Adjustment("甲镇", "a", Fen(100), "others", "救灾")


@pytest.mark.parametrize(
    ("written", "bearer", "words"),
    [
        ("", "others", "其他镇街按占比"),
        ("其他镇街按占比", "others", "其他镇街按占比"),
        ("预留资金", "reserve", "预留资金"),
        ("乙镇", ("乙镇",), "乙镇"),
        ("乙镇， 丙镇", ("乙镇", "丙镇"), "乙镇、丙镇"),
    ],
)
def test_who_bears_it(written: str, bearer: str | tuple[str, ...], words: str) -> None:
    (one,) = read(adjusted(borne_by=written)).adjustments
    assert (one.borne_by, one.bearer) == (bearer, words)


@pytest.mark.parametrize("amount", ["0", "", "若干", "0.001"])
def test_an_amount_that_moves_no_money_is_refused(amount: str) -> None:
    with pytest.raises(InputError, match="调整额无法识别"):
        read(adjusted(amount=amount))


def test_a_pool_that_is_not_there() -> None:
    with pytest.raises(InputError, match="资金池不存在"):
        read(adjusted(pool="丙池"))
    two = POOL + POOL.replace('"a"', '"b"').replace("甲池", "乙池")
    with pytest.raises(InputError, match="资金池不存在"):
        read(adjusted(), pools=two)  # which of the two?


def test_a_payment_to_a_town_that_is_not_there() -> None:
    paid = '[[paid]]\ntown = "{}"\namount = "1"\ndocument = "一号"\n'
    with pytest.raises(InputError, match="数据表中没有“丙镇”") as error:
        allocate(TABLE, read(paid.format("乙镇") + paid.format("丙镇")))
    assert error.value.problems[0].place.cell == "paid[1].town"
