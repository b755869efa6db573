"""The ledger of one year: what is due, the entries, the projects; and how it is opened."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal

from allocator.base.money import Fen, format_yuan
from allocator.base.problems import Place, Problem
from allocator.engine.answer import Answer
from allocator.ledger.entries import Assertion, Entry, Holders, check_entries, near
from allocator.ledger.levels import MATCH_SOURCE, LevelSplit, match_by_pool, paid_by_source
from allocator.ledger.limits import LIMITS, Limit
from allocator.ledger.projects import Project, check_projects
from allocator.ledger.workdays import WorkCalendar
from allocator.rounding.apportion import apportion
from allocator.rounding.two_way import round_two_way

DueKind = Literal["grant", "match", "transfer"]
#: What is due, by its name in the sheet.
DUES: Final[Mapping[str, DueKind]] = MappingProxyType(
    {"应核拨": "grant", "应配套": "match", "应转拨到村": "transfer"}
)
CITY_SOURCE: Final = "市级资金"


@dataclass(frozen=True, slots=True)
class Due:
    """What a place is to have, in fen: from the city, as its match, or passed on by its town."""

    kind: DueKind
    town: str
    village: str
    pool: str
    source: str
    amount: Fen
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Filing:
    """A report that a town owes by a day, and when it came in."""

    town: str
    name: str
    due: datetime.date
    filed: datetime.date | None
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Ledger:
    """One fund's ledger. `villages` are those of each town in order; `pools` are names."""

    name: str
    villages: Mapping[str, tuple[str, ...]]
    pools: tuple[str, ...]
    dues: tuple[Due, ...] = ()
    entries: tuple[Entry, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    projects: tuple[Project, ...] = ()
    holders: Holders = Holders(frozenset(), MappingProxyType({}))
    filings: tuple[Filing, ...] = ()
    work: WorkCalendar = field(default_factory=WorkCalendar)
    limits: tuple[Limit, ...] = LIMITS
    mark: str = ""

    @property
    def towns(self) -> tuple[str, ...]:
        """The towns in official order."""
        return tuple(self.villages)


def open_ledger(
    answer: Answer,
    split: LevelSplit | None = None,
    *,
    date: datetime.date,
    wish_pools: Sequence[str] = (),
) -> Ledger:
    """A new ledger from an allocation: dues, payments, unspent pilot money.

    Earlier payments (已拨记录) stand on their own days, what they leave due on `date`.
    `wish_pools` are the names of pools whose money the charity's fund holds (五（三）).
    """
    villages: dict[str, list[str]] = {town: [] for town in answer.recipients.towns}
    if split is not None:
        for i, name in zip(split.parent_of, split.children.towns, strict=True):
            villages[split.given.parents[i]].append(name)
    grants = tuple(_grants(answer))
    dues = [*grants, *_matches(answer), *(_transfers(split) if split else ())]
    entries = [*_payments(answer, date), *_unspent(answer, date)]
    entries.sort(key=lambda entry: entry.date)
    return Ledger(
        name=answer.scheme.name,
        villages={town: tuple(names) for town, names in villages.items()},
        pools=tuple(result.pool.name for result in answer.pools),
        dues=tuple(dues),
        entries=tuple(entries),
        holders=Holders(frozenset(wish_pools), MappingProxyType({})),
        mark=answer.mark,
    )


def _grants(answer: Answer) -> Iterator[Due]:
    for result in answer.pools:
        names = [source.name for source in result.pool.sources] or [CITY_SOURCE]
        rows = paid_by_source(answer, result.pool.id)
        for town, row in zip(answer.recipients.towns, rows, strict=True):
            for name, fen in zip(names, row, strict=True):
                if fen > 0:
                    yield Due("grant", town, "", result.pool.name, name, fen)


def _payments(answer: Answer, date: datetime.date) -> Iterator[Entry]:
    """What was paid and is paid, by day and source: the days of a town sum to its grants.

    Who was paid more than it is due has had it all the same, the excess as the sources stand to
    each other.
    """
    for result in answer.pools:
        paid = paid_by_source(answer, result.pool.id)
        sources = result.pool.sources
        names = [source.name for source in sources] or [CITY_SOURCE]
        for i, town in enumerate(answer.recipients.towns):
            rounds, columns = [(date, "", result.payment[i])], [*map(int, paid[i])]
            if earlier := result.instalments:
                rounds = [(b.date or date, b.document, b.amounts[i]) for b in earlier.batches]
                rounds.append((date, "", earlier.due[i]))
                over = apportion(earlier.overpaid[i], [s.amount for s in sources] or [1]).amounts
                columns = [fen + more for fen, more in zip(columns, over, strict=True)]
            table = round_two_way([fen for _, _, fen in rounds], columns)
            for (day, document, _), row in zip(rounds, table, strict=True):
                note = f"市级核拨（{document}）" if document else "市级核拨"
                for name, fen in zip(names, row, strict=True):
                    if fen:
                        yield Entry(
                            day, "grant", town, "", result.pool.name, Fen(fen), name, note=note
                        )


def _matches(answer: Answer) -> Iterator[Due]:
    table = match_by_pool(answer, is_raised=False) if answer.matching else ()
    for town, row in zip(answer.recipients.towns, table, strict=False):
        for result, fen in zip(answer.pools, row, strict=True):
            if fen:
                yield Due("match", town, "", result.pool.name, MATCH_SOURCE, fen)


def _transfers(split: LevelSplit) -> Iterator[Due]:
    for money in split.pools:
        for k, row in enumerate(money.by_source):
            town = split.given.parents[split.parent_of[k]]
            for name, fen in zip(money.sources, row, strict=True):
                if fen:
                    yield Due("transfer", town, split.children.towns[k], money.name, name, fen)


def _unspent(answer: Answer, date: datetime.date) -> Iterator[Entry]:
    """五（一）1: what is left of the pilot's money stays with the town, the payment is less by it.

    So with what a `[[settlement]]` deducts: the town has it, from a pilot or otherwise.
    """
    for result in answer.pools:
        if result.settlement is None:
            continue
        sources = result.pool.sources
        name = sources[0].name if sources else CITY_SOURCE
        for town, fen in zip(answer.recipients.towns, result.settlement.unspent, strict=True):
            if fen:
                note = (
                    "试点经费剩余" if result.pilot_settlement else "此前已拨或应收回，从核拨中扣减"
                )
                yield Entry(date, "carry", town, "", result.pool.name, fen, name, note=note)


def check_ledger(ledger: Ledger) -> list[Problem]:
    """Every mistake of single lines; what the sums say is `check_balances`' work."""
    villages = {town: frozenset(names) for town, names in ledger.villages.items()}
    found = [
        *check_entries(ledger.entries, villages, ledger.pools),
        *check_projects(ledger.projects, villages),
        *_check_projects_of_entries(ledger),
    ]
    for filing in ledger.filings:
        if filing.town not in villages:
            message, remedy = f"没有“{filing.town}”这个镇街", near(filing.town, villages)
            found.append(Problem("ledger.town", message, remedy, filing.place))
    for assertion in ledger.assertions:
        account = assertion.account
        names = villages.get(account.town)
        if names is None or (account.village and account.village not in names):
            message = f"没有“{account}”这个账户"
            found.append(Problem("ledger.account", message, "请改正名称", assertion.place))
    return found


def _check_projects_of_entries(ledger: Ledger) -> Iterator[Problem]:
    """Spending names a project of the register, and one of its own town and pool."""
    known = {project.id: project for project in ledger.projects}
    for entry in ledger.entries:
        if not entry.project:
            continue
        project = known.get(entry.project)
        if project is None:
            message = f"项目台账中没有“{entry.project}”"
            remedy = "请改正项目编号，或先在项目台账登记"
            yield Problem("ledger.project", message, remedy, entry.at("项目编号"))
        elif (project.town, project.pool) != (entry.town, entry.pool):
            message = f"项目 {project.id} 属于{project.town}的{project.pool}"
            remedy = "请核对这一笔的镇街、资金池和项目编号"
            yield Problem("ledger.project", message, remedy, entry.at("项目编号"))


def overspent_projects(ledger: Ledger, spent: Mapping[str, int]) -> list[Problem]:
    """Projects that have cost more than their budget."""
    return [
        Problem(
            "project.overspent",
            f"项目 {p.id} 支出 {format_yuan(spent[p.id])} 元，超过预算 {format_yuan(p.budget)} 元",
            "请核对预算和支出；确需增加的，请按程序调整预算",
            p.place("预算（元）"),
        )
        for p in ledger.projects
        if spent.get(p.id, 0) > p.budget
    ]


def until(ledger: Ledger, date: datetime.date) -> Ledger:
    """The ledger as it stood at the end of a day: later entries and statements left out."""
    return replace(
        ledger,
        entries=tuple(entry for entry in ledger.entries if entry.date <= date),
        assertions=tuple(one for one in ledger.assertions if one.date <= date),
    )
