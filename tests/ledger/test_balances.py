"""Balances against a slow sum of postings; nothing spent that is not there."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.base.money import Fen
from allocator.ledger.balances import balances, check_balances, flows, journal, statement
from allocator.ledger.entries import (
    CHARITY_FUND,
    TOWN_ACCOUNT,
    TREASURY_ACCOUNT,
    VILLAGE_ACCOUNT,
    Account,
    Assertion,
    Entry,
    Holders,
    posting,
)

HOLDERS = Holders(frozenset({"民生微心愿"}), {"甲镇": date(2020, 6, 30)})
START = date(2020, 1, 1)
POOL = "民生微实事"
VILLAGE = Account("甲镇", "一村", POOL, VILLAGE_ACCOUNT)
TOWN = Account("甲镇", "", POOL, TOWN_ACCOUNT)


def entry(
    day: int, kind: str, fen: int, village: str = "", source: str = "", pool: str = POOL
) -> Entry:
    return Entry(START + timedelta(days=day), kind, "甲镇", village, pool, Fen(fen), source)  # type: ignore[arg-type]


def lines() -> st.SearchStrategy[list[Entry]]:
    village = st.sampled_from(["", "一村", "二村"])
    source = st.sampled_from(["", "市财政", "镇级配套"])
    days, fen = st.integers(0, 20), st.integers(1, 1000)
    own = st.builds(entry, days, st.sampled_from(["grant", "match"]), fen, st.just(""), source)
    down = st.builds(
        entry, days, st.just("transfer"), fen, st.sampled_from(["一村", "二村"]), source
    )
    kinds = st.sampled_from(["spending", "donation", "return", "recovery", "carry"])
    other = st.builds(entry, days, kinds, fen, village, source)
    return st.lists(st.one_of(own, down, other), max_size=25)


@settings(max_examples=150, deadline=None)
@given(lines(), st.integers(0, 20))
def test_every_balance_is_the_sum_of_entries(given: list[Entry], day: int) -> None:
    date_ = START + timedelta(days=day)
    slow: Counter[object] = Counter()
    for e in given:
        if e.date <= date_:
            one = posting(e, HOLDERS)
            slow[one.source] -= e.amount
            slow[one.target] += e.amount
    book = journal(given, HOLDERS)
    found = balances(book, date_)
    assert {k: v for k, v in found.items() if v} == {k: v for k, v in slow.items() if v}
    assert sum(found.values()) == 0
    cells = flows(book, date_)
    for account in (TOWN, VILLAGE):
        held = sum(
            f.balance for k, f in cells.items() if k[:3] == (account.town, account.village, POOL)
        )
        assert held == found.get(account, 0)
    passed = [Counter({k[3]: 0}) for k in cells]
    for k, flow in cells.items():
        passed.append(Counter({k[3]: flow.passed_out}))
    out = sum(f.passed_out for f in cells.values())
    into = sum(f.passed_in for k, f in cells.items() if k[1])
    assert out == into
    for source in {k[3] for k in cells}:
        down = sum(f.passed_out for k, f in cells.items() if k[3] == source)
        assert down == sum(f.passed_in for k, f in cells.items() if k[1] and k[3] == source)
    for account in (TOWN, VILLAGE):
        rows = list(statement(book, account, date_))
        assert (rows[-1][1] if rows else 0) == found.get(account, 0)


def test_overspending_is_named_with_its_entry_and_nothing_else() -> None:
    book = journal(
        [
            entry(5, "spending", 60, "一村"),
            entry(3, "transfer", 50, "一村"),
            entry(1, "grant", 100),
            entry(5, "donation", 4, "一村"),
            entry(6, "spending", 10, "一村"),
        ],
        HOLDERS,
    )
    found = check_balances(book, [])
    assert [p.code for p in found] == ["ledger.overspent"] * 2
    assert "2020-01-06 支出 0.60 元" in found[0].message
    assert "差 0.06 元" in found[0].message
    assert "差 0.10 元" in found[1].message


def test_a_statement_is_checked_to_the_fen() -> None:
    book = journal([entry(1, "grant", 100), entry(2, "transfer", 30, "一村")], HOLDERS)
    day = START + timedelta(days=2)
    good = Assertion(day, TOWN, Fen(70))
    before = Assertion(START + timedelta(days=1), TOWN, Fen(100))
    wrong = Assertion(day, VILLAGE, Fen(31))
    assert check_balances(book, [good, before]) == []
    (found,) = check_balances(book, [wrong, good])
    assert "相差 0.01 元" in found.message


def test_wishes_are_held_by_the_treasury_until_the_fund_is_set_up() -> None:
    wish = "民生微心愿"
    book = journal(
        [
            entry(1, "grant", 9, pool=wish),
            entry(181, "move", 9, pool=wish),
            entry(182, "grant", 1, pool=wish),
        ],
        HOLDERS,
    )
    late = balances(book, date(2020, 12, 31))
    assert late[Account("甲镇", "", wish, TREASURY_ACCOUNT)] == 0
    assert late[Account("甲镇", "", wish, CHARITY_FUND)] == 10
