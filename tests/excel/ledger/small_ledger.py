"""A small ledger that has one of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from allocator.base.money import Fen
from allocator.excel.ledger.write import ledger_workbook
from allocator.excel.villages.workbook import Level
from allocator.ledger.balances import balances, journal
from allocator.ledger.book import Filing, Ledger, open_ledger
from allocator.ledger.entries import Account, Assertion, Entry, Holders
from allocator.ledger.projects import MICRO, WISH, Project
from allocator.ledger.workdays import own_days
from tests.excel.villages.level_books import level_of

OPENED = date(2020, 6, 30)
TODAY = date(2020, 9, 30)


def level(folder: Path) -> Level:
    return level_of(folder)


def opened(folder: Path) -> Ledger:
    """Renamed to the pools of the policy, so that its limits hold."""
    made = level_of(folder)
    return open_ledger(made.above, made.split, date=OPENED)


def entry(day: str, kind: str, place: str, fen: int, **more: str) -> Entry:
    town, _, village = place.partition("/")
    return Entry(date.fromisoformat(day), kind, town, village, MICRO, Fen(fen), **more)  # type: ignore[arg-type]


def wish(day: str, kind: str, fen: int, **more: str) -> Entry:
    return Entry(date.fromisoformat(day), kind, "甲镇", "", WISH, Fen(fen), **more)  # type: ignore[arg-type]


ENTRIES = (
    entry("2020-07-01", "grant", "甲镇", 100_000, source="市财政"),
    entry("2020-07-01", "grant", "甲镇", 5_001, source="福彩"),
    entry("2020-07-05", "match", "甲镇", 50_000, source="镇级配套"),
    entry("2020-07-06", "transfer", "甲镇/一村", 70_000),
    entry("2020-07-07", "transfer", "甲镇/二村", 3_333, source="福彩"),
    entry("2020-08-01", "spending", "甲镇/一村", 20_001, project="P1", note='付"首款"\\'),
    entry("2020-08-02", "refund", "甲镇/一村", 1, project="P1"),
    entry("2020-08-03", "donation", "甲镇/一村", 700, source="社会捐赠"),
    entry("2020-08-04", "return", "甲镇/一村", 900),
    entry("2020-08-05", "recovery", "甲镇", 11),
    entry("2020-08-05", "carry", "乙镇", 500, source="市财政"),
    wish("2020-07-01", "grant", 9_000, source="市慈善会"),
    wish("2020-08-01", "spending", 1_000, project="X1"),
    wish("2020-08-15", "move", 8_000),
    wish("2020-09-01", "spending", 2_000, project="X1"),
    entry("2020-12-01", "spending", "甲镇/二村", 33),
)


def project(name: str, pool: str = MICRO, village: str = "一村", **more: object) -> Project:
    kind = "便民工程" if pool == MICRO else "特殊群体帮扶"
    dates = {k: date.fromisoformat(str(v)) for k, v in more.pop("dates", {}).items()}  # type: ignore[attr-defined]
    return Project(
        name, pool, kind, "甲镇", village, f"项目{name}", Fen(30_000), dates=dates, **more
    )  # type: ignore[arg-type]


PROJECTS = (
    project(
        "P1",
        way="莞家速递",
        channel="村",
        site="村口",
        people=120,
        sources={"市财政": Fen(20_000), "镇级配套": Fen(10_000)},
        dates={
            "接收": "2020-07-01",
            "审议": "2020-07-16",
            "提交": "2020-07-17",
            "审核确认": "2020-07-27",
        },
    ),
    project("P2", way="莞家直达", dates={"提交": "2020-09-28"}),
    project(
        *("X1", WISH, ""),
        way="莞家速递",
        group="高龄老人",
        people=1,
        satisfaction=Fraction(19, 20),
        dates={"审核确认": "2020-08-03", "办结": "2020-08-10"},
    ),
)


def ledger() -> Ledger:
    made = Ledger(
        name="试验专项资金分配方案",
        villages={"甲镇": ("一村", "二村"), "乙镇": ()},
        pools=(MICRO, WISH),
        entries=ENTRIES,
        projects=PROJECTS,
        holders=Holders(frozenset([WISH]), {"甲镇": date(2020, 8, 15)}),
        filings=(
            Filing("甲镇", "三季度", date(2020, 9, 20), date(2020, 9, 25)),
            Filing("乙镇", "三季度", date(2020, 9, 20), None),
        ),
        work=own_days([(date(2031, 1, 1), False)]),
        mark="测算稿 — 权重待核定",
    )
    book = journal(made.entries, made.holders)
    held = balances(book, TODAY)
    told = [Assertion(TODAY, a, fen) for a, fen in held.items() if isinstance(a, Account)]
    return replace(made, assertions=tuple(told))


def written(folder: Path, made: Ledger) -> Path:
    above = level_of(folder).above
    path = folder / "台账.xlsx"
    path.write_bytes(ledger_workbook(made, above.recipients, above.scheme))
    return path
