"""What the page asks, without a browser: every fund opens, and trying its own rules moves nothing."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import allocate, load
from allocator.page import desk
from allocator.page.trial import balanced
from tests.conftest import DATA

FUNDS = ["dongguan-2020", "au-tas-2024-25", "de-kita-2013-14", "guangyuan-2021", "us-crf-2020"]


@pytest.mark.parametrize("fund", FUNDS)
def test_every_fund_opens_and_its_own_rules_move_nothing(fund: str) -> None:
    table, rules = DATA / f"{fund}.csv", DATA / f"{fund}.toml"
    facts = json.loads(
        desk.open_input(table.name, table.read_bytes(), rules.name, rules.read_bytes())
    )
    answer = allocate(*load(table, rules))
    shown = json.loads(desk.result("", "元"))
    assert facts["towns"] == list(answer.recipients.towns)
    assert shown["bars"] == [list(result.payment) for result in answer.pools]
    assert shown["fingerprint"] == answer.fingerprint["result_sha256"]
    tried = json.loads(desk.try_rules(json.dumps(facts["settings"])))
    assert {row[3] for row in tried["table"]["rows"]} == {"0.00"}
    assert json.loads(desk.town("", facts["towns"][0]))["text"] == answer.explain(facts["towns"][0])


def test_rules_without_weights_can_be_tried() -> None:
    rules = b'[scheme]\nname="x"\n[[pool]]\nid="p"\nbudget="100"\namount="a"\n'
    facts = json.loads(desk.open_input("t.csv", "镇街,a\n甲,30\n乙,40\n".encode(), "r.toml", rules))
    assert facts["settings"]["pools"][0]["weights"] == []
    assert "table" in json.loads(desk.try_rules(json.dumps(facts["settings"])))


tenths = st.lists(st.integers(0, 1000), min_size=2, max_size=6).filter(any)


@given(tenths, st.data())
def test_weights_always_sum_to_a_hundred_and_held_ones_stay(parts: list[int], data) -> None:
    total = sum(parts)
    weights = [f"{part * 100}/{total}" for part in parts]
    moved = data.draw(st.integers(0, len(parts) - 1))
    others = [k for k in range(len(parts)) if k != moved]
    held = data.draw(st.lists(st.sampled_from(others), unique=True))
    value = data.draw(st.integers(0, 1000))
    found = [Fraction(w) for w in balanced(weights, moved, f"{value}/10", held)]
    assert sum(found) == 100
    assert min(found) >= 0
    for k in held:
        assert found[k] == Fraction(weights[k])
