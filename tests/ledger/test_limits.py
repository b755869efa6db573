"""Each article on its last day and one day late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from allocator.base.money import Fen
from allocator.ledger.limits import due_soon, steps
from allocator.ledger.projects import MICRO, WISH, Project, check_projects
from allocator.ledger.workdays import WorkCalendar

WORK = WorkCalendar()
DAY = timedelta(days=1)


def project(
    pool: str = MICRO, kind: str = "便民工程", way: str = "莞家速递", **dates: str
) -> Project:
    taken = {step: date.fromisoformat(text) for step, text in dates.items()}
    return Project("P1", pool, kind, "甲镇", "一村", "路灯", Fen(100), way=way, dates=taken)


CASES = [
    (project(接收="2020-09-16"), "审议", "四（一）2", date(2020, 10, 1)),
    (project(提交="2020-09-28"), "审核确认", "四（一）3", date(2020, 10, 12)),
    (project(审核确认="2020-04-10"), "办结", "四（三）1", date(2020, 10, 10)),
    (project(kind="公益服务", 审核确认="2020-09-20"), "启动", "四（三）1", date(2020, 10, 5)),
    (project(WISH, "特殊群体帮扶", 审核确认="2020-06-23"), "办结", "四（三）1", date(2020, 7, 1)),
    (project(way="莞家直达", 审核确认="2020-09-28"), "公布", "四（三）2", date(2020, 10, 19)),
    (project(way="莞家直达", 认领="2020-09-10"), "启动", "四（三）2", date(2020, 10, 10)),
    (project(办结="2020-04-30"), "反馈", "四（四）2", date(2020, 5, 11)),
]


def state(one: Project, day: date, article: str) -> tuple[str, int]:
    found = [s for s in steps([one], day, WORK) if s.limit.article == article]
    return found[0].state, found[0].days


@pytest.mark.parametrize(("given", "step", "article", "last"), CASES)
def test_on_the_last_day_and_one_day_late(
    given: Project, step: str, article: str, last: date
) -> None:
    def done(day: date) -> Project:
        return Project(
            *("P1", given.pool, given.kind, given.town, given.village, given.name, given.budget),
            way=given.way,
            dates={**given.dates, step: day},
        )

    is_workdays = article in ("四（一）3", "四（四）2") or given.pool == WISH or step == "公布"
    late = WORK.after(last, 1) if is_workdays else last + DAY
    assert state(given, last, article) == ("due", 0)
    assert state(given, late, article) == ("overdue", 1)
    assert state(done(last), late, article) == ("done", 0)
    assert state(done(late), late, article) == ("late", 1)
    assert state(done(late), last, article) == ("due", 0)  # as of a day, later steps are not taken


@pytest.mark.parametrize(
    ("end", "said"), [("2020-09-05", ("done", 0)), ("2020-09-03", ("short", 2))]
)
def test_shown_for_at_least_five_days(end: str, said: tuple[str, int]) -> None:
    one = project(公示开始="2020-09-01", 公示结束=end)
    assert state(one, date(2020, 9, 30), "四（四）1") == said


def test_a_limit_of_other_projects_does_not_hold() -> None:
    wish = project(WISH, "普惠型", way="莞家驿站", 接收="2020-01-02", 审核确认="2020-01-03")
    assert list(steps([wish], date(2020, 12, 31), WORK)) == []


def test_due_within_ten_working_days_over_the_holiday() -> None:
    running = list(steps([project(提交="2020-09-28")], date(2020, 9, 28), WORK))
    assert [s.last for s in due_soon(running, date(2020, 9, 28), WORK)] == [date(2020, 10, 12)]
    assert due_soon(running, date(2020, 9, 28), WORK, days=4) == []


def test_every_mistake_of_the_register_is_named() -> None:
    bad = Project(
        *("P1", MICRO, "修路", "乙镇", "", "", Fen(5)),
        way="快递",
        sources={"市财政": Fen(4)},
        dates={"审议": date(2020, 5, 2), "接收": date(2020, 5, 3)},
    )
    codes = [p.code for p in check_projects([bad, bad], {"甲镇": frozenset()})]
    once = ["choice", "choice", "town", "order", "sources"]
    assert codes == [f"project.{code}" for code in (*once, "twice", *once)]
