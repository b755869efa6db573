"""The answer: its pools, its plain data, its table, its fingerprints."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from allocator import Allocation, Fen, Recipients, Scheme, allocate
from allocator.base.version import VERSION
from allocator.explain.record import canonical_sha256, recipients_record
from allocator.fund.rules import Factor, Pool

TABLE = Recipients.from_columns(["甲 <镇>", "乙"], {"area": [1, 1]})
POOL = Pool("a", "甲池", Fen(3), (Factor(Fraction(1), "area"),))


def test_the_record_has_all_that_was_promised(allocation: Allocation) -> None:
    record = json.loads(json.dumps(allocation.to_record()))
    assert set(record) == {
        *("status", "scheme", "pools", "matching", "identities", "warnings", "fingerprint")
    }
    pool = record["pools"][0]
    assert set(pool) == {"id", "name", "budget_fen", "method", "rows", "ties"}
    dongcheng = pool["rows"][0]
    assert set(dongcheng) == {
        *("town", "share", "entitlement_fen", "advance_fen", "recovered_fen", "outstanding_fen"),
        *("carried_fen", "redistributed_fen", "returned_fen", "payment_fen", "by_source_fen"),
    }
    assert (dongcheng["entitlement_fen"], dongcheng["payment_fen"]) == (495984441, 295984441)
    assert sum(Fraction(row["share"]) for row in pool["rows"]) == 1
    assert set(record["matching"][0]) == {
        *("town", "economic_class", "rate", "base_fen", "required_fen")
    }
    assert record["matching"][0]["required_fen"] == 408623162
    assert all(identity["holds"] for identity in record["identities"])
    assert record["fingerprint"]["version"] == VERSION
    assert record["status"] == "draft"


def test_ties_are_in_the_record() -> None:
    record = allocate(TABLE, Scheme("S", (POOL,))).to_record()
    assert record["pools"][0]["ties"] == [
        {"tied": ["甲 <镇>", "乙"], "winners": ["甲 <镇>"], "rule": "official_order"}
    ]
    assert [row["entitlement_fen"] for row in record["pools"][0]["rows"]] == [2, 1]


def test_pools_by_id(allocation: Allocation) -> None:
    assert allocation.pool("micro_wishes") is allocation.pools[1]
    with pytest.raises(KeyError):
        allocation.pool("nothing")


def test_a_frame_of_exact_yuan(allocation: Allocation) -> None:
    frame = allocation.to_frame()
    assert frame.index[0] == "东城街道"
    assert frame.loc["东城街道", "民生微实事·应分配额"] == Decimal("4959844.41")
    assert frame["民生微心愿·应分配额"].sum() == Decimal("21000000.00")
    assert list(frame.columns) == [
        "经济指标类别",
        "民生微实事·应分配额",
        "民生微实事·已拨试点经费",
        "民生微实事·已扣回",
        "民生微实事·待收回",
        "民生微实事·本次核拨额",
        "民生微心愿·应分配额",
        "市级本次核拨合计",
        "应配套金额",
    ]


def test_frame_in_any_unit_exact_or_to_draw_with(allocation: Allocation) -> None:
    exact = allocation.to_frame("万元")["市级本次核拨合计"]
    drawn = allocation.to_frame(unit="万元", exact=False)["市级本次核拨合计"]
    assert [int(amount * 10**6) for amount in exact] == list(allocation.payment)
    assert drawn.dtype == float
    assert drawn.iloc[0] == allocation.payment[0] / 10**6
    with pytest.raises(ValueError, match="万元"):
        allocation.to_frame("千元")


def test_a_plain_fund_has_a_plain_table() -> None:
    answer = allocate(TABLE, Scheme("方案 & 表", (POOL,), status="official"))
    frame = answer.to_frame()
    assert list(frame.columns) == ["甲池·应分配额", "市级本次核拨合计"]
    page = answer._repr_html_()
    assert "甲 &lt;镇&gt;" in page
    assert "<caption>方案 &amp; 表　单位：元</caption>" in page
    assert page.endswith(
        '<tr><td>合计</td><td style="text-align:right">0.03</td>'
        '<td style="text-align:right">0.03</td></tr></tbody></table>'
    )


def test_a_draft_says_so_in_a_notebook(allocation: Allocation) -> None:
    assert "测算稿 — 权重待核定" in allocation._repr_html_()


def test_words_for_a_town(allocation: Allocation) -> None:
    assert "4,959,844.41" in allocation.explain("东城街道")
    with pytest.raises(KeyError):
        allocation.explain("无此镇")


def test_sha256_of_one_canonical_form() -> None:
    known = "c96c33c36e2f864b272e41af6ab700599fcf457c7769655a4a7b85fc0cd4b9fe"
    assert canonical_sha256({"b": 1, "a": "镇"}) == known
    assert canonical_sha256({"b": 1, "a": "镇"}) == canonical_sha256({"a": "镇", "b": 1})


def test_everything_that_counts_changes_a_fingerprint(
    allocation: Allocation, recipients: Recipients, scheme: Scheme
) -> None:
    first = allocation.fingerprint
    again = allocate(recipients, scheme).fingerprint
    assert again == first
    other_table = replace(recipients, unspent=(Fen(1), *recipients.unspent[1:]))
    table = allocate(other_table, scheme).fingerprint
    assert table["input_sha256"] != first["input_sha256"]
    assert table["result_sha256"] != first["result_sha256"]
    assert table["scheme_sha256"] == first["scheme_sha256"]
    renamed = allocate(recipients, replace(scheme, document="x")).fingerprint
    assert renamed["scheme_sha256"] != first["scheme_sha256"]
    assert renamed["input_sha256"] == first["input_sha256"]


def test_the_record_of_a_table_holds_what_the_table_says() -> None:
    assert recipients_record(TABLE) == {
        "towns": ["甲 <镇>", "乙"],
        "numbers": {"area": ["1", "1"]},
        "status": {},
    }
    full = Recipients.from_columns(
        ["甲"],
        {"gdp": [Fraction(5, 2)]},
        economic_class=["一类"],
        pilot=[True],
        unspent=[Fen(105)],
        raised=[Fen(7)],
        match_rate=[Fraction(1, 3)],
        match_reason=["因"],
        status={"gdp": ["公布"]},
    )
    assert recipients_record(full) == {
        "towns": ["甲"],
        "numbers": {"gdp": ["2.5"]},
        "status": {"gdp": ["公布"]},
        "economic_class": ["一类"],
        "pilot": [True],
        "unspent": ["1.05"],
        "raised": ["0.07"],
        "match_rate": ["1/3"],
        "match_reason": ["因"],
    }
    half = replace(full, raised=(None,), match_rate=(None,))
    assert not {"raised", "match_rate", "match_reason"} & set(recipients_record(half))
    two = Recipients.from_columns(
        ["甲", "乙"], {}, raised=[None, Fen(7)], match_rate=[None, Fraction(1)]
    )
    assert recipients_record(two)["raised"] == [None, "0.07"]
    assert recipients_record(two)["match_rate"] == [None, "1"]


def test_placeholders_are_marked_even_under_an_official_scheme(
    recipients: Recipients, scheme: Scheme
) -> None:
    official = replace(scheme, status="official")
    placeholders = replace(recipients, status={"aid_demand": ("示例",) * 33})
    assert allocate(recipients, official).mark == ""
    assert allocate(placeholders, official).mark == "含示例数据 — 不作为核拨依据"
    assert allocate(placeholders, scheme).mark == "测算稿 — 权重待核定"
