"""Make dongguan-ledger-2020.xlsx: a made-up year of 33 towns, 595 villages and 1,500 projects.

Opened from the sample allocation and its villages; every date, project and payment after that is
invented (示例) from a fixed seed: most limits are kept, some are not. Run it from anywhere:
`python data/build_ledger.py`. It writes the same bytes every time.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from allocator import allocate, load
from allocator.base.files import write_whole
from allocator.base.money import Fen
from allocator.excel.ledger.write import ledger_workbook
from allocator.excel.villages.stored import split_villages
from allocator.ledger.balances import balances, journal
from allocator.ledger.book import Filing, Ledger, open_ledger
from allocator.ledger.entries import Account, Assertion, Entry, Holders
from allocator.ledger.projects import KINDS, MICRO, WISH, Project
from allocator.ledger.workdays import WorkCalendar

DATA = Path(__file__).parent
OPENED: Final = datetime.date(2020, 6, 30)
CLOSED: Final = datetime.date(2020, 12, 31)
MICROS, WISHES = 1_150, 350
NAMES: Final = {
    "便民工程": ("道路路面修复", "排水管道整治", "路灯安装", "小公园修建", "篮球场修缮"),
    "公益服务": ("长者日间照料", "课后兴趣辅导", "残疾人康复训练", "困难群众走访"),
}
GROUPS: Final = ("低保对象", "高龄老人", "残疾人", "困境儿童", "困难退役军人", "困难家庭")
LATE: Final = 0.06
WORK = WorkCalendar()


def build() -> bytes:
    """The ledger's workbook."""
    answer = allocate(*load(DATA / "dongguan-2020.csv", DATA / "dongguan-2020.toml"))
    level = split_villages(answer, DATA / "dongguan-villages-2020.toml", None)
    ledger = open_ledger(answer, level.split, date=OPENED, wish_pools=[WISH])
    made = Year(ledger).run()
    return ledger_workbook(made, answer.recipients, answer.scheme)


class Year:
    """Invents a year. No account is ever overdrawn: budgets stay below what was passed on."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.random = random.Random(2020)  # noqa: S311 - made-up data, the same every time
        self.entries: list[Entry] = list(ledger.entries)
        self.left: dict[tuple[str, str, str], int] = {}

    def run(self) -> Ledger:
        """The ledger of the year."""
        self._matches()
        self._transfers()
        projects = [*self._micros(), *self._wishes()]
        self._others()
        holders = Holders(frozenset([WISH]), MappingProxyType(self._funds()))
        entries = sorted([*self.entries, *self._moves(holders)], key=lambda e: e.date)
        ledger = replace(
            self.ledger, entries=tuple(entries), projects=tuple(projects), holders=holders
        )
        return replace(
            ledger, assertions=tuple(self._statements(ledger)), filings=tuple(self._filings())
        )

    def _day(self, first: datetime.date, last: datetime.date) -> datetime.date:
        return first + datetime.timedelta(days=self.random.randint(0, (last - first).days))

    def _add(
        self, day: datetime.date, kind: Any, place: tuple[str, str, str], fen: int, **more: str
    ) -> None:
        town, village, pool = place
        self.entries.append(Entry(day, kind, town, village, pool, Fen(fen), **more))

    def _matches(self) -> None:
        """Most towns raise all in two parts, some only half."""
        for due in self.ledger.dues:
            if due.kind == "match":
                first = due.amount * self.random.randint(40, 60) // 100
                place = (due.town, "", due.pool)
                day = self._day(datetime.date(2020, 7, 10), datetime.date(2020, 8, 20))
                self._add(day, "match", place, first, source=due.source)
                if self.random.random() < 0.8:
                    day = self._day(datetime.date(2020, 9, 1), datetime.date(2020, 11, 20))
                    self._add(day, "match", place, due.amount - first, source=due.source)

    def _transfers(self) -> None:
        """The city's money goes down in July; the match stays with the town until it is all there."""
        for due in self.ledger.dues:
            if due.kind == "transfer" and due.source != "镇级配套":
                day = self._day(datetime.date(2020, 7, 1), datetime.date(2020, 7, 20))
                place = (due.town, due.village, due.pool)
                self._add(day, "transfer", place, due.amount, source=due.source)
                self.left[place] = self.left.get(place, 0) + due.amount * 85 // 100
            elif due.kind == "grant" and due.pool == WISH:
                place = (due.town, "", due.pool)
                self.left[place] = self.left.get(place, 0) + due.amount * 85 // 100

    def _micros(self) -> Iterator[Project]:
        places = [p for p, fen in self.left.items() if p[2] == MICRO and fen > 3_000_00]
        for n in range(MICROS):
            town, village, pool = self.random.choice(places)
            kind = self.random.choice(KINDS[MICRO])
            way = self.random.choice(("莞家速递", "莞家速递", "莞家直达"))
            if kind == "公益服务" and self.random.random() < 0.25:
                way = "莞家驿站"
            dates = self._steps(kind, way)
            yield self._project(f"SS{n + 1:04d}", (town, village, pool), kind, way, dates)

    def _wishes(self) -> Iterator[Project]:
        places = [p for p, fen in self.left.items() if p[2] == WISH and fen > 3_000_00]
        for n in range(WISHES):
            place = self.random.choice(places)
            kind = self.random.choice(("特殊群体帮扶", "特殊群体帮扶", "普惠型"))
            way = self.random.choice(("莞家速递", "莞家直达")) if kind != "普惠型" else "莞家驿站"
            yield self._project(f"XY{n + 1:04d}", place, kind, way, self._wish_steps(way))

    def _project(
        self,
        name: str,
        place: tuple[str, str, str],
        kind: str,
        way: str,
        dates: dict[str, datetime.date],
    ) -> Project:
        rng, pool = self.random, place[2]
        most = min(self.left[place] * 45 // 100, 8_000_000 if pool == MICRO else 500_000)
        budget = max(most * rng.randint(30, 100) // 100 // 10_000 * 10_000, 20_000)
        budget = min(budget, self.left[place])
        self.left[place] -= budget
        self._pay(name, place, budget, dates)
        done = "办结" in dates
        rate = Fraction(rng.randint(80, 100), 100) if done and rng.random() < 0.8 else None
        return Project(
            *(name, pool, kind, place[0], place[1]),
            rng.choice(NAMES[kind]) if pool == MICRO else f"微心愿{name}",
            Fen(budget),
            channel=rng.choice(("市", "镇", "村", "村")),
            way=way,
            group="全体村（居）民" if pool == MICRO else rng.choice(GROUPS),
            people=rng.randint(50, 3_000) if pool == MICRO else 1,
            dates={step: day for step, day in dates.items() if day <= CLOSED},
            satisfaction=rate,
        )

    def _pay(
        self, name: str, place: tuple[str, str, str], budget: int, dates: dict[str, datetime.date]
    ) -> None:
        """One to three payments from the start on, at most the budget."""
        start = dates.get("启动") or dates.get("办结")
        if start is None:
            return
        first = max(start, datetime.date(2020, 7, 21))
        done = dates.get("办结")
        parts = self.random.randint(1, 3)
        paid = budget if done else budget * self.random.randint(20, 60) // 100
        last = max(done, first) if done else CLOSED
        for k in range(parts):
            fen = paid * (k + 1) // parts - paid * k // parts
            day = self._day(first, max(first, min(last, CLOSED)))
            if day <= CLOSED and fen:
                self._add(
                    day, "spending", place, fen, project=name, note="工程款" if place[1] else "资助"
                )

    def _after(self, day: datetime.date, amount: int, unit: Any) -> datetime.date:
        """A day within a limit, and now and then beyond it."""
        last = WORK.deadline(day, amount, unit)
        if self.random.random() < LATE:
            return last + datetime.timedelta(days=self.random.randint(1, 20))
        return self._day(day, last)

    def _steps(self, kind: str, way: str) -> dict[str, datetime.date]:
        rng = self.random
        found = {"接收": self._day(datetime.date(2020, 5, 6), datetime.date(2020, 12, 20))}
        found["审议"] = self._after(found["接收"], 15, "日")
        found["提交"] = self._day(found["审议"], found["审议"] + datetime.timedelta(days=3))
        found["审核确认"] = self._after(found["提交"], 5, "工作日")
        confirmed = found["审核确认"]
        found["公示开始"] = self._day(confirmed, confirmed + datetime.timedelta(days=4))
        shown = rng.choice((4, 4, 5, 6, 2 if rng.random() < LATE else 4))
        found["公示结束"] = found["公示开始"] + datetime.timedelta(days=shown)
        start = confirmed
        if way == "莞家直达":
            found["公布"] = self._after(confirmed, 10, "工作日")
            found["认领"] = found["公布"] + datetime.timedelta(days=rng.randint(2, 25))
            start = found["认领"]
        found["启动"] = self._after(start, 15 if kind == "公益服务" else 30, "日")
        found["办结"] = self._after(found["启动"], 3, "月")
        found["反馈"] = self._after(found["办结"], 5, "工作日")
        return self._cut(found)

    def _wish_steps(self, way: str) -> dict[str, datetime.date]:
        found = {"接收": self._day(datetime.date(2020, 6, 1), datetime.date(2020, 12, 24))}
        found["审核确认"] = self._after(found["接收"], 10, "日")
        start = found["审核确认"]
        if way == "莞家直达":
            found["公布"] = self._after(start, 10, "工作日")
            found["认领"] = found["公布"] + datetime.timedelta(days=self.random.randint(1, 20))
            found["启动"] = self._after(found["认领"], 1, "月")
            start = found["启动"]
        found["办结"] = self._after(start, 5, "工作日")
        found["反馈"] = self._after(found["办结"], 5, "工作日")
        return self._cut(found)

    def _cut(self, dates: dict[str, datetime.date]) -> dict[str, datetime.date]:
        """Drop the steps after the year, and those that come before an earlier step."""
        return {step: day for step, day in dates.items() if day <= CLOSED}

    def _others(self) -> None:
        """A few donations, refunds and sums given back."""
        for town, names in list(self.ledger.villages.items())[::4]:
            if names:
                day = self._day(datetime.date(2020, 8, 1), CLOSED)
                self._add(day, "donation", (town, names[0], MICRO), 5_000_000, source="社会捐赠")
        grants = [d for d in self.ledger.dues if d.kind == "transfer" and d.source == "市财政"]
        for due in grants[::120]:
            day = self._day(datetime.date(2020, 12, 1), CLOSED)
            place = (due.town, due.village, due.pool)
            self._add(day, "return", place, due.amount * 5 // 100, source=due.source)

    def _funds(self) -> dict[str, datetime.date]:
        """Three towns in four set up the fund in autumn."""
        towns = [town for k, town in enumerate(self.ledger.towns) if k % 4]
        return {
            town: self._day(datetime.date(2020, 9, 1), datetime.date(2020, 10, 31))
            for town in towns
        }

    def _moves(self, holders: Holders) -> Iterator[Entry]:
        """On the day the fund is set up, the balance of the 财政专户 goes there."""
        for town, day in holders.opened.items():
            before = day - datetime.timedelta(days=1)
            held = sum(
                fen
                for account, fen in balances(journal(self.entries, holders), before).items()
                if isinstance(account, Account) and (account.town, account.pool) == (town, WISH)
            )
            if held > 0:
                yield Entry(day, "move", town, "", WISH, Fen(held), note="转入专项基金")

    def _statements(self, ledger: Ledger) -> Iterator[Assertion]:
        """Bank statements at the end of September and December for every town's accounts."""
        book = journal(ledger.entries, ledger.holders)
        for day in (datetime.date(2020, 9, 30), CLOSED):
            for account, fen in balances(book, day).items():
                if isinstance(account, Account) and not account.village:
                    yield Assertion(day, account, fen)

    def _filings(self) -> Iterator[Filing]:
        for town in self.ledger.towns:
            for name, due in (
                ("三季度执行情况", datetime.date(2020, 10, 10)),
                ("全年总结", CLOSED),
            ):
                filed = due + datetime.timedelta(days=self.random.randint(-6, 3))
                is_filed = self.random.random() < 0.93
                yield Filing(town, name, due, filed if is_filed else None)


if __name__ == "__main__":
    write_whole(DATA / "dongguan-ledger-2020.xlsx", build())
