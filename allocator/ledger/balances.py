"""Balances: every balance on any date is the sum of entries up to the end of that day."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from allocator.base.money import Fen, format_yuan
from allocator.base.problems import Problem
from allocator.ledger.entries import (
    NAMES,
    Account,
    Assertion,
    Entry,
    Holders,
    Posting,
    posting,
)
from allocator.rounding.apportion import apportion

#: On one day money comes in before it goes out: the order of a day's lines is no statement.
_INCOMING: Final = ("grant", "match", "donation", "carry", "refund")
_ONWARD: Final = ("transfer", "move", "return", "recovery")


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry with the two sides that it moves money between."""

    entry: Entry
    posting: Posting


@dataclass(frozen=True, slots=True)
class Journal:
    """The entries in the order in which they count: by day, what comes in first."""

    moved: tuple[Moved, ...]
    holders: Holders

    def until(self, date: datetime.date) -> Iterator[Moved]:
        """What counts at the end of a day."""
        for one in self.moved:
            if one.entry.date > date:
                return
            yield one


def journal(entries: Sequence[Entry], holders: Holders) -> Journal:
    """Put entries in the order in which they count."""
    ordered = sorted(enumerate(entries), key=lambda pair: (*_order(pair[1]), pair[0]))
    return Journal(tuple(Moved(e, posting(e, holders)) for _, e in ordered), holders)


def _order(entry: Entry) -> tuple[datetime.date, int]:
    kind = entry.kind
    return entry.date, 0 if kind in _INCOMING else 1 if kind in _ONWARD else 2


def balances(book: Journal, date: datetime.date) -> dict[Account | str, Fen]:
    """Every account at the end of a day, in fen; outside ones too, so that all sum to 0."""
    held: dict[Account | str, int] = defaultdict(int)
    for one in book.until(date):
        held[one.posting.source] -= one.entry.amount
        held[one.posting.target] += one.entry.amount
    return {account: Fen(fen) for account, fen in held.items()}


def check_balances(book: Journal, assertions: Sequence[Assertion]) -> list[Problem]:
    """Spending of what is not there, and statements that the entries do not give, as mistakes."""
    held: dict[Account | str, int] = defaultdict(int)
    waiting = sorted(assertions, key=lambda a: a.date)
    found: list[Problem] = []
    done = 0
    for one in book.moved:
        while done < len(waiting) and waiting[done].date < one.entry.date:
            found += _differs(waiting[done], held)
            done += 1
        source, amount = one.posting.source, one.entry.amount
        held[one.posting.target] += amount
        held[source] -= amount
        if isinstance(source, Account) and held[source] < 0:
            found.append(_overspent(one.entry, source, Fen(min(amount, -held[source]))))
    for assertion in waiting[done:]:
        found += _differs(assertion, held)
    return found


def _overspent(entry: Entry, account: Account, short: Fen) -> Problem:
    about = f"，项目 {entry.project}" if entry.project else ""
    message = (
        f"{entry.date} {NAMES[entry.kind]} {format_yuan(entry.amount)} 元{about}："
        f"“{account}”余额不足，差 {format_yuan(short)} 元"
    )
    remedy = "请核对金额、日期和账户；收入漏记的请补记"
    return Problem("ledger.overspent", message, remedy, entry.place)


def _differs(assertion: Assertion, held: Mapping[Account | str, int]) -> list[Problem]:
    have = held.get(assertion.account, 0)
    if have == assertion.balance:
        return []
    message = (
        f"{assertion.date} “{assertion.account}”对账单余额 {format_yuan(assertion.balance)} 元，"
        f"流水合计 {format_yuan(have)} 元，相差 {format_yuan(assertion.balance - have)} 元"
    )
    remedy = "请核对此日以前的流水有无漏记、重记或记错金额"
    return [Problem("ledger.assertion", message, remedy, assertion.place)]


class Flow(NamedTuple):
    """What one place has of one pool and source, in fen."""

    granted: int = 0
    matched: int = 0
    donated: int = 0
    carried: int = 0
    passed_in: int = 0
    passed_out: int = 0
    given_back: int = 0
    spent: int = 0

    @property
    def received(self) -> int:
        """All that came in from outside the town."""
        return self.granted + self.matched + self.donated + self.carried

    @property
    def available(self) -> int:
        """What there was to spend: all that came in less what was passed on or given back."""
        return self.received + self.passed_in - self.passed_out - self.given_back

    @property
    def balance(self) -> int:
        """What is left."""
        return self.available - self.spent


def total(found: Iterable[Flow]) -> Flow:
    """Flows added up.

    >>> total([Flow(granted=1, spent=2), Flow(granted=3)]).granted
    4
    """
    return Flow(*map(sum, zip(*found, strict=True)))


#: (town, village, pool, source): the finest cell of all sums; village is empty for the town's own.
BalanceKey = tuple[str, str, str, str]


def flows(book: Journal, date: datetime.date) -> dict[BalanceKey, Flow]:
    """Every cell's flow at the end of a day; they sum to the entries to the fen.

    What left an account without a named source is shared over the account's sources as they stand
    to each other in what it received, each place's margins exact.
    """
    tallies: dict[BalanceKey, list[int]] = defaultdict(lambda: [0] * len(_FIELDS))
    for one in book.until(date):
        entry = one.entry
        for field, village in _touched(entry):
            cell = (entry.town, village, entry.pool, entry.source)
            tallies[cell][field] += -entry.amount if entry.kind == "refund" else entry.amount
    return _sourced(tallies)


_FIELDS: Final = Flow._fields
_AT: Final = {name: k for k, name in enumerate(_FIELDS)}
_INTO: Final = {
    "grant": "granted",
    "match": "matched",
    "donation": "donated",
    "carry": "carried",
    "spending": "spent",
    "refund": "spent",
}


def _touched(entry: Entry) -> Iterator[tuple[int, str]]:
    """(field, village) of every cell that an entry changes."""
    if entry.kind in _INTO:
        yield _AT[_INTO[entry.kind]], entry.village
    elif entry.kind == "transfer":
        yield _AT["passed_out"], ""
        yield _AT["passed_in"], entry.village
    elif entry.kind in ("return", "recovery"):
        yield _AT["given_back"], entry.village
        if entry.village:
            yield _AT["passed_in"], ""


#: (town, village, pool), and what is known of it by source: tallies in the order of `Flow`.
Place3 = tuple[str, str, str]
Tallies = dict[str, list[int]]
UNNAMED: Final = "未注明来源"


def _sourced(cells: Mapping[BalanceKey, list[int]]) -> dict[BalanceKey, Flow]:
    """The cells with what has no source shared over the sources of its place.

    In the order in which money goes down: what a town passes to each village and what comes back
    is the same by source on both sides; then what is spent where it is.
    """
    places: dict[Place3, Tallies] = {}
    for (town, village, pool, source), tally in cells.items():
        places.setdefault((town, village, pool), {})[source] = tally
        places.setdefault((town, "", pool), {})
    opened = {key: Flow(*by_source.pop("", ())) for key, by_source in places.items()}
    for key, by_source in places.items():
        for name in ("granted", "matched", "donated", "carried"):
            _share(getattr(opened[key], name), by_source, name)
    for (town, village, pool), by_source in places.items():
        if village:
            own, above = opened[town, village, pool], places[town, "", pool]
            passed = _share(own.passed_in, above, "passed_out")
            _add(by_source, passed, "passed_in")
            back = _share(own.given_back, by_source, "given_back")
            _add(above, back, "passed_in")
    for key, by_source in places.items():
        if not key[1]:
            _share(opened[key].given_back, by_source, "given_back")
        _share(opened[key].spent, by_source, "spent")
    return {
        (*key, source): Flow(*tally)
        for key, by_source in places.items()
        for source, tally in by_source.items()
    }


def _share(fen: int, by_source: Tallies, name: str) -> dict[str, int]:
    """Add an amount to one field of the sources, as what is available of them stands to each other."""
    if not fen:
        return {}
    flows_of = {source: Flow(*tally) for source, tally in by_source.items()}
    left = {source: max(flow.balance, 0) for source, flow in flows_of.items()}
    if not any(left.values()):
        left = {s: max(flow.received + flow.passed_in, 0) for s, flow in flows_of.items()}
    if not any(left.values()):
        parts = {UNNAMED: fen}
    elif len(left) == 1:
        parts = dict.fromkeys(left, fen)
    else:
        sign = -1 if fen < 0 else 1
        amounts = apportion(abs(fen), list(left.values())).amounts
        parts = {s: sign * part for s, part in zip(left, amounts, strict=True) if part}
    _add(by_source, parts, name)
    return parts


def _add(by_source: Tallies, parts: Mapping[str, int], name: str) -> None:
    for source, fen in parts.items():
        by_source.setdefault(source, [0] * len(_FIELDS))[_AT[name]] += fen


def statement(book: Journal, account: Account, date: datetime.date) -> Iterator[tuple[Entry, Fen]]:
    """One account's lines up to a day, each with the balance after it."""
    held = 0
    for one in book.until(date):
        if account in one.posting:
            held += one.entry.amount * (1 if one.posting.target == account else -1)
            yield one.entry, Fen(held)
