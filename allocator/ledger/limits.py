"""Time limits as data, each with its article, and what has become of them on a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from allocator.ledger.projects import DIRECT, MICRO, WISH, Project
from allocator.ledger.workdays import DayUnit, WorkCalendar

#: done: in time; late: done after the last day; overdue: not done, the last day is past; due: not
#: done, there is time; short: shown for fewer days than asked.
State = Literal["done", "late", "overdue", "due", "short"]
STATES: Final = {
    "done": "按期",
    "late": "逾期完成",
    "overdue": "逾期未办",
    "due": "待办",
    "short": "天数不足",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """From one step to the next within so many days, which do not count the first day.

    `pools`, `kinds` and `ways` say for which projects (empty: for all). With `is_least` the time
    between the two steps, both days counted, must be at least the amount. With `is_extended` a
    last day that is no working day gives way to the next one that is.
    """

    name: str
    start: str
    end: str
    amount: int
    unit: DayUnit
    article: str
    actor: str
    pools: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    is_least: bool = False
    is_extended: bool = False

    def holds_for(self, project: Project) -> bool:
        """Whether the article speaks of this project."""
        pairs = ((self.pools, project.pool), (self.kinds, project.kind), (self.ways, project.way))
        return all(not known or value in known for known, value in pairs)


#: 东府办〔2020〕22号 四, in the order of the text. Who acts is the place itself for 村（社区）.
LIMITS: Final = (
    Limit("村（社区）审议", "接收", "审议", 15, "日", "四（一）2", "村（社区）", pools=(MICRO,)),
    Limit(
        *("镇街审核", "提交", "审核确认", 5, "工作日", "四（一）3", "镇街牵头部门"),
        pools=(MICRO,),
    ),
    Limit(
        *("便民工程完工", "审核确认", "办结", 6, "月", "四（三）1", "村（社区）"),
        pools=(MICRO,),
        kinds=("便民工程",),
        ways=("莞家速递",),
    ),
    Limit(
        *("公益服务开展", "审核确认", "启动", 15, "日", "四（三）1", "村（社区）"),
        pools=(MICRO,),
        kinds=("公益服务",),
        ways=("莞家速递",),
    ),
    Limit(
        *("微心愿办理", "审核确认", "办结", 5, "工作日", "四（三）1", "镇街牵头部门"),
        pools=(WISH,),
        ways=("莞家速递",),
    ),
    Limit(
        *("直达项目公布", "审核确认", "公布", 10, "工作日", "四（三）2", "市牵头部门"),
        ways=(DIRECT,),
    ),
    Limit(*("认领后启动", "认领", "启动", 1, "月", "四（三）2", "镇街牵头部门"), ways=(DIRECT,)),
    Limit(
        *("项目公示", "公示开始", "公示结束", 5, "日", "四（四）1", "镇街牵头部门"),
        pools=(MICRO,),
        is_least=True,
    ),
    Limit("办结反馈", "办结", "反馈", 5, "工作日", "四（四）2", "镇街牵头部门"),
)


@dataclass(frozen=True, slots=True)
class LimitStep:
    """One limit of one project on a day.

    `days` are those late (in the limit's own days: working days where it counts them, else days of
    the calendar), or those missing for `short`.
    """

    project: Project
    limit: Limit
    start: datetime.date
    last: datetime.date
    taken: datetime.date | None
    state: State
    days: int = 0

    @property
    def days_text(self) -> str:
        """The days with what they count."""
        return f"{self.days} {'个工作日' if self.limit.unit == '工作日' else '天'}"

    @property
    def actor(self) -> str:
        """Who acts: the place, and its department."""
        where = self.project.village or self.project.town
        if self.limit.actor == "村（社区）":
            return where
        return self.limit.actor.replace("镇街", self.project.town)


def steps(
    projects: Sequence[Project],
    date: datetime.date,
    work: WorkCalendar,
    limits: Sequence[Limit] = LIMITS,
) -> Iterator[LimitStep]:
    """Every limit that runs or ran for every project, as it stands at the end of a day."""
    for project in projects:
        for limit in limits:
            start = project.at(limit.start, date)
            if start is not None and limit.holds_for(project):
                yield _step(project, limit, start, date, work)


def _step(
    project: Project, limit: Limit, start: datetime.date, date: datetime.date, work: WorkCalendar
) -> LimitStep:
    taken = project.at(limit.end, date)
    if limit.is_least:
        return _shown(project, limit, start, taken, work)
    last = work.deadline(start, limit.amount, limit.unit)
    if limit.is_extended:
        last = work.next_worked(last)
    until = taken or date
    if until <= last:
        return LimitStep(project, limit, start, last, taken, "done" if taken else "due")
    late = work.between(last, until) if limit.unit == "工作日" else (until - last).days
    return LimitStep(project, limit, start, last, taken, "late" if taken else "overdue", late)


def _shown(
    project: Project,
    limit: Limit,
    start: datetime.date,
    taken: datetime.date | None,
    work: WorkCalendar,
) -> LimitStep:
    """公示时间不少于 so many days: the first and the last day of showing both count."""
    before = start - datetime.timedelta(days=1)
    least = work.deadline(before, limit.amount, limit.unit)
    if taken is None:
        return LimitStep(project, limit, start, least, None, "due")
    is_workdays = limit.unit == "工作日"
    missing = work.between(taken, least) if is_workdays else (least - taken).days
    state: State = "short" if missing > 0 else "done"
    return LimitStep(project, limit, start, least, taken, state, max(missing, 0))


def due_soon(
    found: Sequence[LimitStep], date: datetime.date, work: WorkCalendar, days: int = 10
) -> list[LimitStep]:
    """What falls due within the next so many working days, the nearest first."""
    last = work.after(date, days)
    soon = [s for s in found if s.state == "due" and not s.limit.is_least and s.last <= last]
    return sorted(soon, key=lambda s: (s.last, s.project.town, s.project.id))
