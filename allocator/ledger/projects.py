"""Projects (项目台账) as plain data, and what is wrong with single ones."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from allocator.base.money import Fen, format_yuan
from allocator.base.problems import Place, Problem
from allocator.ledger.entries import near, village_remedy

MICRO, WISH = "民生微实事", "民生微心愿"
#: 二: kinds of project of each pool.
KINDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {MICRO: ("便民工程", "公益服务"), WISH: ("特殊群体帮扶", "普惠型")}
)
#: Other spellings of a kind.
SAME_KIND: Final[Mapping[str, str]] = MappingProxyType({"普惠型服务": "普惠型"})
CHANNELS: Final = ("市", "镇", "村")
WAYS: Final = ("莞家速递", "莞家直达", "莞家驿站")
DIRECT: Final = "莞家直达"

#: The steps of a project in the order of 四, as columns of the sheet.
STEPS: Final = (
    *("接收", "审议", "提交", "审核确认", "公布", "认领"),
    *("公示开始", "公示结束", "启动", "办结", "反馈"),
)
#: Steps that come one after the other; shown and published run beside the rest.
_SEQUENCES: Final = (
    ("接收", "审议", "提交", "审核确认", "启动", "办结", "反馈"),
    ("审核确认", "公布", "认领", "启动"),
    ("公示开始", "公示结束"),
)


@dataclass(frozen=True, slots=True)
class Project:
    """One project. `village` is empty for a town's own; `dates` holds the steps that were taken.

    `budget` is fen; `sources` are who is to pay it, in fen, summing to the budget, or empty.
    `people` is how many benefit, `satisfaction` a rate from 0 to 1.
    """

    id: str
    pool: str
    kind: str
    town: str
    village: str
    name: str
    budget: Fen
    channel: str = ""
    way: str = ""
    site: str = ""
    group: str = ""
    people: int | None = None
    sources: Mapping[str, Fen] = field(default_factory=dict)
    dates: Mapping[str, datetime.date] = field(default_factory=dict)
    satisfaction: Fraction | None = None
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)

    def place(self, column: str) -> Place:
        """The cell of a column."""
        return self.places.get(column, Place())

    def at(self, step: str, date: datetime.date) -> datetime.date | None:
        """When a step was taken, None where it was not by that day."""
        taken = self.dates.get(step)
        return taken if taken is not None and taken <= date else None

    def is_confirmed(self, date: datetime.date) -> bool:
        """Whether its money is promised: confirmed, and not done yet."""
        return self.at("审核确认", date) is not None and self.at("办结", date) is None


def check_projects(
    projects: Sequence[Project], villages: Mapping[str, frozenset[str]]
) -> list[Problem]:
    """Every mistake of the register, each at its cell."""
    seen: dict[str, Place] = {}
    found: list[Problem] = []
    for project in projects:
        if project.id in seen:
            message = f"项目编号“{project.id}”与 {seen[project.id].cell} 重复"
            found.append(_problem(project, "项目编号", "twice", message, "每个项目用一个编号"))
        seen.setdefault(project.id, project.place("项目编号"))
        found += [*_words(project), *_where(project, villages), *_order(project), *_money(project)]
    return found


def _problem(project: Project, column: str, code: str, message: str, remedy: str) -> Problem:
    return Problem(f"project.{code}", f"{message}", remedy, project.place(column))


def _words(project: Project) -> Iterator[Problem]:
    choices = (
        ("资金池", project.pool, tuple(KINDS)),
        ("项目类别", project.kind, KINDS.get(project.pool, ())),
        ("征集渠道", project.channel, CHANNELS),
        ("办理方式", project.way, WAYS),
    )
    for column, value, known in choices:
        is_needed = column in ("资金池", "项目类别")
        if (value or is_needed) and known and value not in known:
            message = f"项目 {project.id} 的{column}没有“{value}”这一项"
            yield _problem(project, column, "choice", message, f"可填：{'、'.join(known)}")
    if project.way == "莞家驿站" and project.kind in ("便民工程", "特殊群体帮扶"):
        message = f"项目 {project.id}：莞家驿站只办公益服务和普惠型服务项目（四（三）3）"
        yield _problem(project, "办理方式", "way", message, "请核对办理方式或项目类别")


def _where(project: Project, villages: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    if project.town not in villages:
        message = f"项目 {project.id}：没有“{project.town}”这个镇街"
        yield _problem(project, "镇街", "town", message, near(project.town, villages))
    elif project.village and project.village not in villages[project.town]:
        message = f"项目 {project.id}：{project.town}没有“{project.village}”这个村（社区）"
        remedy = village_remedy(project.town, project.village, villages)
        yield _problem(project, "村（社区）", "village", message, remedy)


def _order(project: Project) -> Iterator[Problem]:
    for sequence in _SEQUENCES:
        taken = [(step, project.dates[step]) for step in sequence if step in project.dates]
        for (earlier, before), (later, after) in pairwise(taken):
            if after < before:
                message = f"项目 {project.id}：{later}（{after}）早于{earlier}（{before}）"
                yield _problem(project, later, "order", message, "请核对日期")


def _money(project: Project) -> Iterator[Problem]:
    if project.budget < 0 or any(amount < 0 for amount in project.sources.values()):
        column = "预算（元）" if project.budget < 0 else "资金来源"
        message = f"项目 {project.id}：{column.removesuffix('（元）')}不能小于 0"
        yield _problem(project, column, "negative", message, "请改正金额")
    total = sum(project.sources.values())
    if project.sources and total != project.budget:
        message = (
            f"项目 {project.id}：资金来源合计 {format_yuan(total)} 元，"
            f"与预算 {format_yuan(project.budget)} 元不符"
        )
        yield _problem(project, "资金来源", "sources", message, "请改正其中一项")
