"""beancount itself reads the export, and agrees with every balance."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from allocator import InputError
from allocator.ledger.balances import balances, journal
from allocator.ledger.beancount import account_names, from_beancount, to_beancount
from tests.excel.ledger.small_ledger import TODAY, ledger

loader = pytest.importorskip("beancount.loader")


def test_beancount_agrees_with_every_balance() -> None:
    from beancount.core import realization

    made = ledger()
    entries, errors, _ = loader.load_string(to_beancount(made))
    assert errors == []
    names = account_names(made)
    root = realization.realize([e for e in entries if e.date <= TODAY])
    held = balances(journal(made.entries, made.holders), TODAY)
    for account, fen in held.items():
        node = realization.get(root, names[account])
        have = node.balance.get_currency_units("CNY").number if node is not None else Decimal(0)
        assert (have or 0) == Decimal(fen) / 100, account


def test_beancount_finds_a_wrong_statement() -> None:
    made = ledger()
    first = made.assertions[0]
    wrong = replace(first, balance=first.balance + 1)
    _, errors, _ = loader.load_string(to_beancount(replace(made, assertions=(wrong,))))
    assert len(errors) == 1


def test_import_gives_the_entries_back() -> None:
    made = ledger()
    entries, assertions = from_beancount(to_beancount(made))
    assert [replace(e, place=None) for e in entries] == [
        replace(e, place=None) for e in sorted(made.entries, key=lambda e: e.date)
    ]
    assert [(a.date, a.account, a.balance) for a in assertions] == [
        (a.date, a.account, a.balance) for a in made.assertions
    ]


def test_lines_that_are_not_ours_are_named() -> None:
    text = to_beancount(ledger())
    day = TODAY + timedelta(days=1)
    more = f'{day} price CNY  1 USD\n{day} * "支出" ""\n  Assets:Unknown  -1.00 CNY\n'
    with pytest.raises(InputError) as caught:
        from_beancount(text + more, "账.beancount")
    assert len(caught.value.problems) == 2
    assert all(p.place.file == "账.beancount" for p in caught.value.problems)
