"""Dated entries as plain data, and where each one moves its money."""

from __future__ import annotations

import datetime
import functools
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from allocator.base.money import Fen
from allocator.base.problems import Place, Problem

EntryKind = Literal[
    "grant",
    "match",
    "donation",
    "transfer",
    "spending",
    "refund",
    "return",
    "recovery",
    "carry",
    "move",
]
#: Each kind of entry by its name in the sheet.
KINDS: Final[Mapping[str, EntryKind]] = MappingProxyType(
    {
        "核拨": "grant",
        "配套到位": "match",
        "社会捐赠": "donation",
        "转拨到村": "transfer",
        "支出": "spending",
        "支出退款": "refund",
        "退回": "return",
        "收回": "recovery",
        "结转": "carry",
        "转户": "move",
    }
)
NAMES: Final[Mapping[EntryKind, str]] = MappingProxyType(
    {kind: name for name, kind in KINDS.items()}
)

VILLAGE_ACCOUNT: Final = "村（社区）专用账户"
TOWN_ACCOUNT: Final = "镇街专项资金账户"
CHARITY_FUND: Final = "社区治理专项基金"
TREASURY_ACCOUNT: Final = "财政专户"
#: The other sides of money that enters or leaves the accounts, as texts of the export.
CITY, RAISED, DONATED, SPENT, CARRIED = "市级", "配套", "捐赠", "支出", "上年结转"
OUTSIDE: Final = (CITY, RAISED, DONATED, SPENT, CARRIED)
_FROM_OUTSIDE: Final[Mapping[str, str]] = MappingProxyType(
    {"grant": CITY, "match": RAISED, "donation": DONATED, "carry": CARRIED, "refund": SPENT}
)


class Account(NamedTuple):
    """One account that holds money: a town's or, with `village`, a village's, of one pool."""

    town: str
    village: str
    pool: str
    holder: str

    def __str__(self) -> str:
        place = f"{self.town}·{self.village}" if self.village else self.town
        return f"{place} {self.pool} {self.holder}"


_NO_LETTERS: Final[Mapping[str, str]] = MappingProxyType({})


def _no_letters() -> Mapping[str, str]:
    """The columns of an entry that stands in no sheet: one object for all of them."""
    return _NO_LETTERS


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal (流水); `amount` is fen, more than 0. `pool` is the pool's name.

    `village` is empty for money of the town itself. `source` may be empty for what leaves an
    account: it is then paid by what the account has received, as the sources stand to each other.
    `holder` is empty for the account in use on that day.
    """

    date: datetime.date
    kind: EntryKind
    town: str
    village: str
    pool: str
    amount: Fen
    source: str = ""
    project: str = ""
    holder: str = ""
    note: str = ""
    place: Place = Place()
    letters: Mapping[str, str] = field(default_factory=_no_letters, compare=False, repr=False)

    def at(self, header: str) -> Place:
        """The cell under a header: `place` is its amount's, `letters` are its sheet's columns."""
        letter = self.letters.get(header)
        if letter is None:
            return self.place
        row = self.place.cell.lstrip(string.ascii_uppercase)
        return Place(self.place.file, self.place.sheet, f"{letter}{row}")


@dataclass(frozen=True, slots=True)
class Assertion:
    """核对: what a bank statement shows at the end of a day, in fen."""

    date: datetime.date
    account: Account
    balance: Fen
    place: Place = Place()


class Posting(NamedTuple):
    """Money from one side to another; a side is an account, or the name of an outside one."""

    source: Account | str
    target: Account | str


@dataclass(frozen=True, slots=True)
class Holders:
    """Which account holds a town's own money of a pool on a day.

    五（三）: money for 微心愿 is held by the charity's 社区治理专项基金; until that is set up, on
    `opened[town]`, by the town's 财政专户. Other pools have the town's own account.
    """

    wish_pools: frozenset[str]
    opened: Mapping[str, datetime.date]

    def on(self, date: datetime.date, town: str, pool: str) -> str:
        """The account's name.

        >>> day = datetime.date(2020, 6, 30)
        >>> Holders(frozenset({"民生微心愿"}), {"甲": day}).on(day, "甲", "民生微心愿")
        '社区治理专项基金'
        """
        if pool not in self.wish_pools:
            return TOWN_ACCOUNT
        opened = self.opened.get(town)
        return CHARITY_FUND if opened is not None and opened <= date else TREASURY_ACCOUNT


def is_wish(pool: str) -> bool:
    """Whether a pool's money is for wishes of persons, which the charity's fund holds: by its name."""
    return "心愿" in pool


def own_account(entry: Entry, holders: Holders) -> Account:
    """The account whose statement shows the entry."""
    if entry.village and entry.kind != "transfer":
        return _account(entry.town, entry.village, entry.pool, entry.holder or VILLAGE_ACCOUNT)
    holder = entry.holder or holders.on(entry.date, entry.town, entry.pool)
    return _account(entry.town, "", entry.pool, holder)


#: Every account is one object: a ledger names few accounts very often.
_account = functools.lru_cache(maxsize=1 << 18)(Account)


def posting(entry: Entry, holders: Holders) -> Posting:
    """Where the money of an entry comes from and where it goes.

    退回 and 收回 go one level up: from the village to its town, from the town to the city.
    """
    own, kind = own_account(entry, holders), entry.kind
    if outside := _FROM_OUTSIDE.get(kind):
        return Posting(outside, own)
    if kind == "spending":
        return Posting(own, SPENT)
    town, pool = entry.town, entry.pool
    if kind == "transfer":
        return Posting(own, _account(town, entry.village, pool, VILLAGE_ACCOUNT))
    if kind == "move":
        sides = (TREASURY_ACCOUNT, CHARITY_FUND)
        return Posting(*(_account(town, own.village, pool, holder) for holder in sides))
    if entry.village:
        return Posting(own, _account(town, "", pool, holders.on(entry.date, town, pool)))
    return Posting(own, CITY)


def check_entries(
    entries: Sequence[Entry], villages: Mapping[str, frozenset[str]], pools: Sequence[str]
) -> list[Problem]:
    """What cannot be right about single entries; `villages` are those of each town, by town."""
    found: list[Problem] = []
    for entry in entries:
        found += _check_entry(entry, villages, pools)
    return found


def near(name: str, names: Iterable[str]) -> str:
    """What to do about a name that is none of these: the likest of them.

    >>> near("岗贝", ["岗贝社区", "东泰社区"])
    '是否为：岗贝社区？'
    """
    known = list(names)
    found = [one for one in known if one.startswith(name)][:3] or get_close_matches(name, known)
    return f"是否为：{'、'.join(found)}？" if found else "请改正名称"


def village_remedy(town: str, village: str, villages: Mapping[str, frozenset[str]]) -> str:
    """What to do about a village that its town does not have: another town's, or misspelt."""
    homes = [name for name, its_own in villages.items() if village in its_own]
    if homes:
        return f"{village}属于{'、'.join(homes)}，请改正镇街或村（社区）"
    return near(village, sorted(villages[town]))


def _check_entry(
    entry: Entry, villages: Mapping[str, frozenset[str]], pools: Sequence[str]
) -> list[Problem]:
    found = []
    place = entry.at("村（社区）")
    if entry.town not in villages:
        message, remedy = f"没有“{entry.town}”这个镇街", near(entry.town, villages)
        found.append(Problem("ledger.town", message, remedy, entry.at("镇街")))
    elif entry.village and entry.village not in villages[entry.town]:
        message = f"{entry.town}没有“{entry.village}”这个村（社区）"
        remedy = village_remedy(entry.town, entry.village, villages)
        found.append(Problem("ledger.village", message, remedy, place))
    if entry.pool not in pools:
        message, remedy = f"没有“{entry.pool}”这个资金池", f"可填：{'、'.join(pools)}"
        found.append(Problem("ledger.pool", message, remedy, entry.at("资金池")))
    if entry.amount <= 0:
        remedy = "请填大于 0 的金额；退款、退回请另记一笔“支出退款”“退回”"
        found.append(Problem("ledger.amount", "金额应大于 0", remedy, entry.place))
    if entry.kind == "transfer" and not entry.village:
        remedy = "请填村（社区）名称"
        found.append(Problem("ledger.village", "转拨到村没有写明哪个村（社区）", remedy, place))
    if entry.village and entry.kind in ("grant", "match", "move"):
        message = f"“{NAMES[entry.kind]}”是镇街的账，不能写村（社区）"
        remedy = "请把村（社区）留空；拨给村的另记一笔“转拨到村”"
        found.append(Problem("ledger.village", message, remedy, place))
    return found
