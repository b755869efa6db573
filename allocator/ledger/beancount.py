"""The ledger in the text format of beancount, and back; no library of theirs is used.

Format: https://beancount.github.io/docs/beancount_language_syntax.html. An account is named by
fixed English roots and by parts that begin with a letter, so that names of places are kept in the
metadata of `open` and read back from there.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Final

from allocator.base.money import Fen, fen_from_yuan
from allocator.base.problems import InputError, Place, Problem
from allocator.ledger.book import Ledger
from allocator.ledger.entries import (
    CARRIED,
    CITY,
    DONATED,
    KINDS,
    NAMES,
    RAISED,
    SPENT,
    Account,
    Assertion,
    Entry,
    posting,
)

_CURRENCY: Final = "CNY"
_OUTSIDE: Final = {
    CITY: "Income:City",
    RAISED: "Income:Match",
    DONATED: "Income:Donations",
    SPENT: "Expenses:Projects",
    CARRIED: "Equity:Carried",
}
_DAY: Final = datetime.timedelta(days=1)
_DATED: Final = re.compile(r"(\d{4}-\d\d-\d\d) (\S+)(.*)")
_META: Final = re.compile(r'\s+([a-z][\w-]*): "((?:[^"\\]|\\.)*)"')
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


def to_beancount(ledger: Ledger) -> str:
    """The entries and statements of a ledger as text: every balance there equals the one here.

    A statement is of the end of a day here and of its beginning there: its day is one later.
    """
    names = account_names(ledger)
    lines = [f'option "title" {_quoted(ledger.name)}', f'option "operating_currency" "{_CURRENCY}"']
    lines += [*_opened(ledger, names)]
    for entry in sorted(ledger.entries, key=lambda e: e.date):
        lines += _transaction(entry, ledger, names)
    for one in ledger.assertions:
        if one.account in names:
            day = one.date + _DAY
            account = names[one.account]
            # Its own tolerance is one fen; ours is none.
            lines.append(f"{day} balance {account}  {_yuan(one.balance)} ~ 0 {_CURRENCY}")
    return "\n".join(lines) + "\n"


def account_names(ledger: Ledger) -> dict[Account | str, str]:
    """The name there of every account here: Assets:Town001:Village002:Pool1:Fund: by number, in order of appearance."""
    names: dict[Account | str, str] = {}
    names.update(_OUTSIDE)
    towns = {town: f"Town{k:03d}" for k, town in enumerate(ledger.towns, 1)}
    villages = {
        (town, name): f"Village{k:03d}"
        for town, found in ledger.villages.items()
        for k, name in enumerate(found, 1)
    }
    pools = {pool: f"Pool{k}" for k, pool in enumerate(ledger.pools, 1)}
    holders: dict[str, str] = {}
    for account in _accounts(ledger):
        holder = holders.setdefault(account.holder, f"Holder{len(holders) + 1}")
        place = [towns[account.town]]
        place += [villages[account.town, account.village]] if account.village else ["Own"]
        names[account] = ":".join(["Assets", *place, pools[account.pool], holder])
    return names


def _accounts(ledger: Ledger) -> Iterator[Account]:
    for entry in ledger.entries:
        for side in posting(entry, ledger.holders):
            if isinstance(side, Account):
                yield side
    for one in ledger.assertions:
        yield one.account


def _opened(ledger: Ledger, names: dict[Account | str, str]) -> Iterator[str]:
    dates = [entry.date for entry in ledger.entries]
    first = min(dates, default=datetime.date(2020, 1, 1)) - _DAY
    for account, name in names.items():
        yield f"{first} open {name} {_CURRENCY}"
        if isinstance(account, Account):
            for key, value in zip(("town", "village", "pool", "holder"), account, strict=True):
                yield f"  {key}: {_quoted(value)}"


def _transaction(entry: Entry, ledger: Ledger, names: dict[Account | str, str]) -> Iterator[str]:
    source, target = posting(entry, ledger.holders)
    yield f"{entry.date} * {_quoted(NAMES[entry.kind])} {_quoted(entry.note)}"
    meta = {
        "source": entry.source,
        "project": entry.project,
        "village": entry.village if entry.kind == "transfer" else "",
        "holder": entry.holder,
    }
    for key, value in meta.items():
        if value:
            yield f"  {key}: {_quoted(value)}"
    yield f"  {names[source]}  -{_yuan(entry.amount)} {_CURRENCY}"
    yield f"  {names[target]}  {_yuan(entry.amount)} {_CURRENCY}"


def _yuan(fen: int) -> str:
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


class _Reader:
    """Reads what `to_beancount` writes, also after its users have added lines of the same kind."""

    def __init__(self, text: str, file: str) -> None:
        self.lines = text.splitlines()
        self.file = file
        self.accounts: dict[str, Account | str] = {name: side for side, name in _OUTSIDE.items()}
        self.problems: list[Problem] = []
        self.entries: list[Entry] = []
        self.assertions: list[Assertion] = []

    def read(self) -> None:
        """Every directive with the indented lines that belong to it."""
        blocks: list[tuple[int, list[str]]] = []
        for number, line in enumerate(self.lines, 1):
            if line[:1] in (" ", "\t") and blocks and line.strip():
                blocks[-1][1].append(line)
            elif line.strip() and not line.startswith((";", "*", "option", "include", "plugin")):
                blocks.append((number, [line]))
        for number, block in blocks:
            if block[0].split()[1:2] == ["open"]:
                self._open(number, block)
        for number, block in blocks:
            if block[0].split()[1:2] != ["open"]:
                self._directive(number, block)

    def _refuse(self, number: int, message: str, line: str) -> None:
        place = Place(self.file, "", f"第{number}行")
        remedy = "请照 allocator 导出的写法改正"
        self.problems.append(Problem("beancount", message, remedy, place, line.strip()[:60]))

    def _open(self, number: int, block: Sequence[str]) -> None:
        meta = _meta(block)
        name = block[0].split()[2] if len(block[0].split()) > 2 else ""
        if {"town", "village", "pool", "holder"} <= meta.keys():
            keys = ("town", "village", "pool", "holder")
            self.accounts[name] = Account(*(meta[key] for key in keys))
        elif name not in self.accounts:
            self._refuse(number, "账户没有写明 town、village、pool、holder", block[0])

    def _directive(self, number: int, block: Sequence[str]) -> None:
        found = _DATED.fullmatch(block[0])
        if not found:
            self._refuse(number, "这一行无法识别", block[0])
            return
        try:
            date = datetime.date.fromisoformat(found[1])
            if found[2] == "balance":
                self._balance(number, date, found[3].split())
            elif found[2] in ("*", "!", "txn"):
                self._transaction(number, date, found[3], block)
            else:
                self._refuse(number, f"不认识的指令“{found[2]}”，没有读入", block[0])
        except (ValueError, KeyError, IndexError):
            self._refuse(number, "这一行无法识别", block[0])

    def _balance(self, number: int, date: datetime.date, words: Sequence[str]) -> None:
        account = self.accounts[words[0]]
        if isinstance(account, Account):
            fen = fen_from_yuan(words[1])
            place = Place(self.file, "", f"第{number}行")
            self.assertions.append(Assertion(date - _DAY, account, fen, place))

    def _transaction(
        self, number: int, date: datetime.date, head: str, block: Sequence[str]
    ) -> None:
        texts = [_unquoted(text) for text in _STRING.findall(head)]
        meta = _meta(block)
        sides: list[tuple[Account | str, Fen]] = []
        for line in block[1:]:
            words = line.split()
            if words[0] in self.accounts:
                sides.append((self.accounts[words[0]], fen_from_yuan(words[1])))
        paid = [side for side, fen in sides if fen < 0]
        got = [(side, fen) for side, fen in sides if fen > 0]
        own = next(
            (side for side in (*paid, *(s for s, _ in got)) if isinstance(side, Account)), None
        )
        is_pair = len(paid) == len(got) == 1 and len(sides) == 2
        if own is None or not is_pair or sum(int(fen) for _, fen in sides) != 0:
            self._refuse(number, "一笔应恰有一个付款账户和一个收款账户，金额相等", block[0])
            return
        self.entries.append(
            Entry(
                date,
                KINDS[texts[0]],
                own.town,
                meta.get("village", own.village),
                own.pool,
                got[0][1],
                source=meta.get("source", ""),
                project=meta.get("project", ""),
                holder=meta.get("holder", ""),
                note=texts[1] if len(texts) > 1 else "",
                place=Place(self.file, "", f"第{number}行"),
            )
        )


def _meta(block: Sequence[str]) -> dict[str, str]:
    found = (_META.fullmatch(line) for line in block[1:])
    return {match[1]: _unquoted(match[2]) for match in found if match}


def from_beancount(text: str, file: str = "") -> tuple[tuple[Entry, ...], tuple[Assertion, ...]]:
    """(entries, statements) of a text that `to_beancount` wrote, or its users went on with.

    Raises `InputError` with every line that cannot be read.
    """
    reader = _Reader(text, file)
    reader.read()
    if reader.problems:
        raise InputError(reader.problems)
    return tuple(reader.entries), tuple(reader.assertions)
