"""执行情况: rates, gaps, overdue steps and promises, computed once and drawn by others."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from allocator.base.problems import Problem
from allocator.ledger.balances import BalanceKey, Flow, check_balances, flows, journal, total
from allocator.ledger.book import Ledger, check_ledger, overspent_projects, until
from allocator.ledger.limits import LimitStep, State, due_soon, steps
from allocator.ledger.privacy import LEAST_GROUP
from allocator.ledger.projects import Project

#: (town, village, pool, source) to the key that a table sums by.
KeyOf = Callable[[str, str, str, str], tuple[str, ...]]
NO_PROJECT: Final = "未对应项目"


@dataclass(frozen=True, slots=True)
class Standing:
    """One row of a table: what was due, what moved, what is left. All in fen."""

    key: tuple[str, ...]
    granted_due: int
    match_due: int
    flow: Flow

    @property
    def match_gap(self) -> int:
        """What is still to be raised."""
        return max(self.match_due - self.flow.matched, 0)

    @property
    def match_rate(self) -> Fraction | None:
        """配套到位率; None where nothing is due."""
        return Fraction(self.flow.matched, self.match_due) if self.match_due else None

    @property
    def rate(self) -> Fraction | None:
        """执行率: spent of what there was to spend; None where there was nothing."""
        available = self.flow.available
        return Fraction(self.flow.spent, available) if available > 0 else None


@dataclass(frozen=True, slots=True)
class KindStanding:
    """One kind of project. `people` and `satisfaction` are None where nobody said."""

    pool: str
    kind: str
    count: int
    done: int
    budget: int
    spent: int
    people: int | None
    rated: int
    satisfaction: Fraction | None


@dataclass(frozen=True, slots=True)
class Promise:
    """A place's money of a pool against what its confirmed projects may still cost."""

    town: str
    village: str
    pool: str
    balance: int
    promised: int
    projects: int

    @property
    def short(self) -> int:
        """What is promised and not there."""
        return max(self.promised - self.balance, 0)


@dataclass(frozen=True, slots=True)
class FilingState:
    """A report owed: days late, None where it is not yet due; `is_missing` where it has not come."""

    town: str
    name: str
    due: datetime.date
    filed: datetime.date | None
    late: int
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Execution:
    """All that is told of a ledger on a day. `found` are faults of the sums, each at its entry."""

    ledger: Ledger
    date: datetime.date
    least: int
    later: int
    by_pool: tuple[Standing, ...]
    by_town: tuple[Standing, ...]
    by_town_pool: tuple[Standing, ...]
    by_village: tuple[Standing, ...]
    by_source: tuple[Standing, ...]
    by_kind: tuple[KindStanding, ...]
    steps: tuple[LimitStep, ...]
    due_soon: tuple[LimitStep, ...]
    promises: tuple[Promise, ...]
    filings: tuple[FilingState, ...]
    satisfaction: Mapping[str, tuple[int, Fraction]]
    curve: tuple[tuple[datetime.date, int, int], ...]
    found: tuple[Problem, ...]

    @property
    def overdue(self) -> tuple[LimitStep, ...]:
        """Steps not done in time and not done yet, or shown too briefly: the longest first."""
        return self._in_state("overdue", "short")

    @property
    def late(self) -> tuple[LimitStep, ...]:
        """Steps that were done, but after their last day: the longest first."""
        return self._in_state("late")

    def _in_state(self, *states: State) -> tuple[LimitStep, ...]:
        found = [s for s in self.steps if s.state in states]
        return tuple(sorted(found, key=lambda s: (-s.days, s.project.town, s.project.id)))

    def rank(self) -> dict[str, int]:
        """Towns by 执行率, 1 is the highest; equal rates share a rank."""
        rates = {s.key[0]: s.rate for s in self.by_town if s.rate is not None}
        ordered = sorted(rates.values(), reverse=True)
        return {town: 1 + ordered.index(rate) for town, rate in rates.items()}


def execution(
    ledger: Ledger, date: datetime.date, *, least: int = LEAST_GROUP
) -> tuple[Execution | None, list[Problem]]:
    """The report of a day, or None with the mistakes of single lines that stand in its way.

    Entries after the day are left out and counted (`later`); steps after it are not taken yet.
    """
    problems = check_ledger(ledger)
    if any(not problem.is_warning for problem in problems):
        return None, problems
    now = until(ledger, date)
    book = journal(now.entries, now.holders)
    cells = flows(book, date)
    spent = _spent_by_project(now)
    found = [*check_balances(book, now.assertions), *overspent_projects(now, spent)]
    running = tuple(steps(now.projects, date, now.work, now.limits))
    return (
        Execution(
            ledger=now,
            date=date,
            least=least,
            later=len(ledger.entries) - len(now.entries),
            by_pool=_standings(now, cells, _of_pool, now.pools),
            by_town=_standings(now, cells, _of_town, now.towns),
            by_town_pool=_standings(now, cells, _of_town_pool, ()),
            by_village=_villages(now, cells),
            by_source=_standings(now, cells, _of_source, ()),
            by_kind=tuple(_kinds(now, spent, date)),
            steps=running,
            due_soon=tuple(due_soon(running, date, now.work)),
            promises=tuple(_promises(now, cells, spent, date)),
            filings=tuple(_filings(now, date)),
            satisfaction=_satisfaction(now.projects, date),
            curve=_curve(now, date),
            found=tuple(found),
        ),
        problems,
    )


def _of_pool(town: str, village: str, pool: str, source: str) -> tuple[str, ...]:
    del town, village, source
    return (pool,)


def _of_town(town: str, village: str, pool: str, source: str) -> tuple[str, ...]:
    del village, pool, source
    return (town,)


def _of_town_pool(town: str, village: str, pool: str, source: str) -> tuple[str, ...]:
    del village, source
    return town, pool


def _of_source(town: str, village: str, pool: str, source: str) -> tuple[str, ...]:
    del town, village
    return pool, source


def _standings(
    ledger: Ledger,
    cells: Mapping[BalanceKey, Flow],
    key_of: KeyOf,
    order: Iterable[str],
) -> tuple[Standing, ...]:
    """Cells and dues summed by a key, in a given order first, the rest as they come."""
    groups: dict[tuple[str, ...], list[Flow]] = {(name,): [] for name in order}
    for cell, flow in cells.items():
        groups.setdefault(key_of(*cell), []).append(flow)
    granted: Counter[tuple[str, ...]] = Counter()
    matched: Counter[tuple[str, ...]] = Counter()
    for due in ledger.dues:
        key = key_of(due.town, due.village, due.pool, due.source)
        if due.kind != "transfer":
            (granted if due.kind == "grant" else matched)[key] += due.amount
            groups.setdefault(key, [])
    return tuple(
        Standing(key, granted[key], matched[key], total(found)) for key, found in groups.items()
    )


def _villages(ledger: Ledger, cells: Mapping[BalanceKey, Flow]) -> tuple[Standing, ...]:
    """Every village with what it is to be given; money for wishes is shown by town only."""
    hidden = ledger.holders.wish_pools
    groups: dict[tuple[str, str], list[Flow]] = {
        (town, name): [] for town, names in ledger.villages.items() for name in names
    }
    for (town, village, pool, _), flow in cells.items():
        if village and pool not in hidden:
            groups[town, village].append(flow)
    due: Counter[tuple[str, str]] = Counter()
    for one in ledger.dues:
        if one.kind == "transfer" and one.pool not in hidden:
            due[one.town, one.village] += one.amount
    return tuple(Standing(key, due[key], 0, total(found)) for key, found in groups.items())


def _spent_by_project(ledger: Ledger) -> dict[str, int]:
    spent: Counter[str] = Counter()
    for entry in ledger.entries:
        if entry.kind in ("spending", "refund"):
            spent[entry.project] += entry.amount if entry.kind == "spending" else -entry.amount
    return dict(spent)


def wish_groups(made: Execution) -> dict[str, Counter[str]]:
    """How many wishes each town has by 受益人群: groups that must be hidden where they are small."""
    found: dict[str, Counter[str]] = {}
    for project in made.ledger.projects:
        if project.pool in made.ledger.holders.wish_pools:
            found.setdefault(project.town, Counter())[project.group or "未注明"] += 1
    return {town: found[town] for town in made.ledger.towns if town in found}


def _kinds(ledger: Ledger, spent: Mapping[str, int], date: datetime.date) -> Iterable[KindStanding]:
    groups: dict[tuple[str, str], list[Project]] = defaultdict(list)
    for project in ledger.projects:
        groups[project.pool, project.kind].append(project)
    for (pool, kind), found in sorted(groups.items()):
        rates = [p.satisfaction for p in found if p.satisfaction is not None]
        people = [p.people for p in found if p.people is not None]
        yield KindStanding(
            pool=pool,
            kind=kind,
            count=len(found),
            done=sum(p.at("办结", date) is not None for p in found),
            budget=sum(p.budget for p in found),
            spent=sum(spent.get(p.id, 0) for p in found),
            people=sum(people) if people else None,
            rated=len(rates),
            satisfaction=sum(rates, Fraction(0)) / len(rates) if rates else None,
        )
    if other := spent.get("", 0):
        yield KindStanding("", NO_PROJECT, 0, 0, 0, other, None, 0, None)


def _promises(
    ledger: Ledger, cells: Mapping[BalanceKey, Flow], spent: Mapping[str, int], date: datetime.date
) -> list[Promise]:
    """Where projects are confirmed and not done: shortest of money first."""
    balance: Counter[tuple[str, str, str]] = Counter()
    for (town, village, pool, _), flow in cells.items():
        balance[town, village, pool] += flow.balance
    promised: Counter[tuple[str, str, str]] = Counter()
    count: Counter[tuple[str, str, str]] = Counter()
    for project in ledger.projects:
        if project.is_confirmed(date):
            key = (project.town, project.village, project.pool)
            promised[key] += max(project.budget - spent.get(project.id, 0), 0)
            count[key] += 1
    found = [Promise(*key, balance[key], promised[key], n) for key, n in count.items()]
    return sorted(found, key=lambda p: (-p.short, p.town, p.village, p.pool))


def _filings(ledger: Ledger, date: datetime.date) -> Iterable[FilingState]:
    for one in ledger.filings:
        filed = one.filed if one.filed is not None and one.filed <= date else None
        late = max(((filed or date) - one.due).days, 0)
        is_missing = filed is None and date > one.due
        yield FilingState(one.town, one.name, one.due, filed, late, is_missing)


def _satisfaction(
    projects: Sequence[Project], date: datetime.date
) -> dict[str, tuple[int, Fraction]]:
    """(rated projects, mean) of each town."""
    rates: dict[str, list[Fraction]] = defaultdict(list)
    for project in projects:
        if project.satisfaction is not None and project.at("办结", date):
            rates[project.town].append(project.satisfaction)
    return {town: (len(r), sum(r, Fraction(0)) / len(r)) for town, r in rates.items()}


def _curve(ledger: Ledger, date: datetime.date) -> tuple[tuple[datetime.date, int, int], ...]:
    """(day, received, spent) summed up to each day on which money moved, and the last one."""
    received: Counter[datetime.date] = Counter()
    spent: Counter[datetime.date] = Counter()
    for entry in ledger.entries:
        if entry.kind in ("grant", "match", "donation", "carry"):
            received[entry.date] += entry.amount
        elif entry.kind in ("spending", "refund"):
            spent[entry.date] += entry.amount if entry.kind == "spending" else -entry.amount
    points, total, out = [], 0, 0
    for day in sorted({*received, *spent, date}):
        total, out = total + received[day], out + spent[day]
        points.append((day, total, out))
    return tuple(points)
