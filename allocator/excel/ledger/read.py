"""From a ledger's workbook to a `Ledger`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from allocator.base.money import Fen, fen_from_yuan
from allocator.base.problems import Problem, stop_on_errors
from allocator.excel.files.grid import Book
from allocator.excel.files.open_book import read_book
from allocator.excel.ledger import columns as c
from allocator.excel.ledger.cells import LedgerRow, read_sheet
from allocator.ledger.book import DUES, Due, Filing, Ledger, check_ledger
from allocator.ledger.entries import (
    KINDS,
    VILLAGE_ACCOUNT,
    Account,
    Assertion,
    Entry,
    Holders,
    is_wish,
)
from allocator.ledger.limits import LIMITS, Limit
from allocator.ledger.projects import SAME_KIND, STEPS, Project
from allocator.ledger.workdays import WorkCalendar, own_days

#: A source defaults to these for what comes from one place only.
_SOURCES: Final[Mapping[str, str]] = {"match": "镇级配套", "donation": "社会捐赠"}
_PART: Final = re.compile(r"(.+?)[\s：:=]*([\d,，.]+)\s*元?")
NAME_CELL: Final = (1, 0)
MARK_CELL: Final = (2, 0)
GUIDE: Final = "填写说明"


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A ledger read, and what was odd about the file."""

    ledger: Ledger
    warnings: tuple[Problem, ...]


def read_ledger(path: Path) -> LedgerFile:
    """Read a ledger's workbook; raises `InputError` with every mistake, each at its cell."""
    return ledger_of(read_book(path))


def ledger_of(book: Book) -> LedgerFile:
    """The ledger of a workbook that is open, see `read_ledger`."""
    problems: list[Problem] = []
    rows = {plan.name: read_sheet(book, plan, problems) for plan in c.PLANS}
    opened = _opened(rows[c.ACCOUNTS.name])
    dues = tuple(_dues(rows[c.DUE.name]))
    pools = _pools(dues, rows)
    wishes = frozenset(filter(is_wish, pools))
    holders = Holders(wishes, opened)
    projects = tuple(_project(row, problems) for row in rows[c.PROJECTS.name])
    ledger = Ledger(
        name=_told(book, NAME_CELL),
        villages=_villages(rows[c.PLACES.name]),
        pools=pools,
        dues=dues,
        entries=_entries(rows[c.ENTRIES.name]),
        assertions=tuple(_assertion(row, holders) for row in rows[c.ASSERTIONS.name]),
        projects=projects,
        holders=holders,
        filings=tuple(map(_filing, rows[c.FILINGS.name])),
        work=_calendar(rows[c.HOLIDAYS.name]),
        limits=_limits(rows[c.LIMITS.name], problems) or LIMITS,
        mark=_told(book, MARK_CELL),
    )
    if any(not problem.is_warning for problem in problems):
        problems += _beside(ledger, problems)
    return LedgerFile(ledger, stop_on_errors(problems))


def _beside(ledger: Ledger, problems: Sequence[Problem]) -> list[Problem]:
    """What is wrong beside the cells that could not be read, so that all is told at once.

    A register with such a cell misses a row: what is not found in it may well be there.
    """
    broken = {problem.place.sheet.strip() for problem in problems if not problem.is_warning}
    if broken & {c.PLACES.name, c.DUE.name}:
        return []
    found = check_ledger(ledger)
    if c.PROJECTS.name in broken:
        found = [problem for problem in found if problem.code != "ledger.project"]
    return found


def _told(book: Book, cell: tuple[int, int]) -> str:
    grid = next((grid for grid in book.grids if grid.sheet.strip() == GUIDE), None)
    return grid.text(*cell) if grid else ""


def _pools(dues: Sequence[Due], rows: Mapping[str, Sequence[LedgerRow]]) -> tuple[str, ...]:
    """The pools of the dues; without dues those of the entries."""
    names = [due.pool for due in dues] or [row.text(c.POOL) for row in rows[c.ENTRIES.name]]
    return tuple(dict.fromkeys(names))


def _villages(rows: Sequence[LedgerRow]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        names = found.setdefault(row.text(c.TOWN), [])
        if village := row.text(c.VILLAGE):
            names.append(village)
    return {town: tuple(names) for town, names in found.items()}


def _opened(rows: Sequence[LedgerRow]) -> dict[str, datetime.date]:
    pairs = ((row.text(c.TOWN), row.get("专项基金设立日期")) for row in rows)
    return {town: date for town, date in pairs if date is not None}


def _dues(rows: Sequence[LedgerRow]) -> list[Due]:
    return [
        Due(
            DUES[row.text("事项")],
            row.text(c.TOWN),
            row.text(c.VILLAGE),
            row.text(c.POOL),
            row.text("来源"),
            Fen(row["金额（元）"]),
            row.at("金额（元）"),
        )
        for row in rows
    ]


def _entries(rows: Sequence[LedgerRow]) -> tuple[Entry, ...]:
    letters = rows[0].letters() if rows else {}
    return tuple(_entry(row, letters) for row in rows)


def _entry(row: LedgerRow, letters: Mapping[str, str]) -> Entry:
    kind = KINDS[row["事项"]]
    source = row.get("来源") or _SOURCES.get(kind, "")
    return Entry(
        row["日期"],
        kind,
        row[c.TOWN],
        row.get(c.VILLAGE) or "",
        row[c.POOL],
        row["金额（元）"],
        source,
        row.get("项目编号") or "",
        row.get("账户") or "",
        row.get("摘要") or "",
        row.at("金额（元）"),
        letters,
    )


def _assertion(row: LedgerRow, holders: Holders) -> Assertion:
    date, town, pool = row["日期"], row.text(c.TOWN), row.text(c.POOL)
    village = row.text(c.VILLAGE)
    holder = row.text("账户") or (VILLAGE_ACCOUNT if village else holders.on(date, town, pool))
    account = Account(town, village, pool, holder)
    return Assertion(date, account, Fen(row["对账单余额（元）"]), row.at("对账单余额（元）"))


def _project(row: LedgerRow, problems: list[Problem]) -> Project:
    kind = row.text("项目类别")
    return Project(
        id=row.text("项目编号"),
        pool=row.text(c.POOL),
        kind=SAME_KIND.get(kind, kind),
        town=row.text(c.TOWN),
        village=row.text(c.VILLAGE),
        name=row.text("项目名称"),
        budget=Fen(row["预算（元）"]),
        channel=row.text("征集渠道"),
        way=row.text("办理方式"),
        site=row.text("实施地点"),
        group=row.text("受益人群"),
        people=row.get("受益人数"),
        sources=_parts(row, problems),
        dates={step: row[step] for step in STEPS if row.get(step) is not None},
        satisfaction=row.get("满意度"),
        places=_Places(row),
    )


class _Places(Mapping[str, Any]):
    """The cells of a row, named when they are asked for."""

    def __init__(self, row: LedgerRow) -> None:
        self.row = row

    def __getitem__(self, header: str) -> Any:
        return self.row.at(header)

    def __iter__(self) -> Any:
        return iter(self.row.columns)

    def __len__(self) -> int:
        return len(self.row.columns)


def _parts(row: LedgerRow, problems: list[Problem]) -> dict[str, Fen]:
    """`市财政 30000；镇级配套 20000` as sums; a name alone pays the whole budget."""
    text = row.text("资金来源")
    if not text:
        return {}
    if not any(character.isdigit() for character in text):
        names = [name.strip() for name in re.split(r"[；;、]", text) if name.strip()]
        return {names[0]: Fen(row["预算（元）"])} if len(names) == 1 else {}
    found: dict[str, Fen] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[；;]", text))):
        try:
            name, amount = _PART.fullmatch(part).groups()  # type: ignore[union-attr]
            found[name] = fen_from_yuan(amount.replace("，", ","))
        except (ValueError, AttributeError):
            remedy = "请写成“市财政 30000；镇级配套 20000”"
            place = row.at("资金来源")
            problems.append(Problem("project.sources", "资金来源无法识别", remedy, place, part))
    return found


def _filing(row: LedgerRow) -> Filing:
    return Filing(
        row.text(c.TOWN),
        row.text("报送材料"),
        row["应报日期"],
        row.get("报送日期"),
        row.at("应报日期"),
    )


def _calendar(rows: Sequence[LedgerRow]) -> WorkCalendar:
    return own_days((row["日期"], row.text("安排") == "上班") for row in rows)


def _limits(rows: Sequence[LedgerRow], problems: list[Problem]) -> tuple[Limit, ...]:
    found = []
    for row in rows:
        for header in ("起始步骤", "完成步骤"):
            if row.text(header) not in STEPS:
                remedy = f"可填：{'、'.join(STEPS)}"
                message = f"没有“{row.text(header)}”这个步骤"
                problems.append(Problem("ledger.step", message, remedy, row.at(header)))
        found.append(
            Limit(
                row.text("时限"),
                row.text("起始步骤"),
                row.text("完成步骤"),
                row["天数"],
                row["单位"],
                row.text("依据"),
                row.text("责任单位"),
                pools=_names(row.text("适用资金池")),
                kinds=_names(row.text("适用类别")),
                ways=_names(row.text("适用方式")),
                is_least=bool(row.get("至少")),
                is_extended=bool(row.get("末日遇休息日顺延")),
            )
        )
    return tuple(found)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[、；;,，\s]+", text) if part)
