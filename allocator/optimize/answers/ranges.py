"""What can be promised: the least and the most each town can get over all allowed weights."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.base.money import Fen, format_yuan, nearest
from allocator.base.problems import InputError, Place, Problem
from allocator.base.tables import Table, TableColumn
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize.answers.conflict import Conflict, find_conflict
from allocator.optimize.answers.told import Told
from allocator.optimize.answers.wording import (
    factor_names,
    weights_text,
)
from allocator.optimize.program.aims import resolve
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.constraints import group_name, unknown
from allocator.optimize.program.objectives import Target
from allocator.optimize.question.conditions import Aim
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.optimize.search.bounding import tighten
from allocator.optimize.search.branch_and_bound import SECONDS, Progress, search
from allocator.optimize.search.floors_only import extremes, is_floors_only
from allocator.optimize.search.grid import allowed_points, is_small
from allocator.optimize.search.pose import Question, pose

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class TownRange:
    """The exact least and most of one town, in fen before rounding, and weights that give them.

    What amounts mean is the problem's `of`; `town` may be a group of towns, with what it gets
    together. Where time ran out, `surely` are limits that no weights go beyond.
    """

    town: str
    least: Fraction
    least_weights: tuple[Fraction, ...]
    most: Fraction
    most_weights: tuple[Fraction, ...]
    surely: tuple[Fraction, Fraction] | None = None


@dataclass(frozen=True, slots=True)
class Ranges(Told):
    """The range of every town, in official order, and of the problem's groups; `points` > 0: that
    many grid points were tried, else `regions` linear programs.
    """

    case: Case
    towns: tuple[TownRange, ...]
    points: int
    regions: int
    groups: tuple[TownRange, ...] = ()

    @property
    def is_proven(self) -> bool:
        """Whether all ends are exact; else time ran out."""
        return not any(one.surely for one in (*self.towns, *self.groups))

    def tables(self) -> list[Table]:
        """The answer as tables, for the terminal, the workbook and a notebook."""
        return _tables(self)

    def plot(self) -> Figure:
        """Each town from its least to its most, with the scheme as it stands."""
        from allocator.plots import range_bars

        case = self.case
        least, most = ([nearest(v) for v in vs] for vs in self._ends())
        base = [Fen(fen) for fen in case.block(case.current, "")]
        return range_bars(case.recipients, case.scheme, least, most, base, case.what(""))

    def _ends(self) -> tuple[list[Fraction], list[Fraction]]:
        return [town.least for town in self.towns], [town.most for town in self.towns]


def ranges(
    recipients: Recipients,
    scheme: Scheme,
    problem: WeightProblem,
    progress: Progress | None = None,
    seconds: float = SECONDS,
) -> Ranges | Conflict:
    """The range of every town and group under the problem's conditions (its aim does not matter).

    After `seconds` ranges that are still open are given as far as they are known, and say so.
    `progress` is called with the towns (or grid points) done and left. Raises `InputError` as
    `optimize` does, and where not even one weighting was found in time.
    """
    question = pose(recipients, scheme, problem, ())
    case, end = question.case, time.monotonic() + seconds
    every = [(town, (i,)) for i, town in enumerate(case.towns)]
    groups = _groups(case)
    if is_small(question):
        found, points = _on_grid(question, [*every, *groups], progress)
        return _ranges(case, found, points, 0) if found else find_conflict(question)
    at_once = _at_once(question, progress) if is_floors_only(question) else None
    if at_once is not None and not at_once:
        return find_conflict(question)
    left = groups if at_once else [*every, *groups]
    more, regions = _one_by_one(question, left, progress, end)
    if more is None:
        return find_conflict(question)
    return _ranges(case, [*(at_once or ()), *more], 0, regions + len(at_once or ()))


Wanted = tuple[str, tuple[int, ...]]  # a name and its towns


def _groups(case: Case) -> list[Wanted]:
    try:
        named = [(group, case.members(group)) for group in case.problem.groups]
    except KeyError as error:
        raise InputError([unknown(case, Place(), str(error.args[0]))]) from None
    return [(group_name(group), tuple(members)) for group, members in named]


def _ranges(case: Case, found: Sequence[TownRange], points: int, regions: int) -> Ranges:
    n = len(case)
    return Ranges(case, tuple(found[:n]), points, regions, tuple(found[n:]))


def _sum(case: Case, towns: Sequence[int], amounts: Amounts) -> Fraction:
    first = case.first("")
    return Fraction(sum(amounts.numerators[first + i] for i in towns), amounts.denominator)


def _range(case: Case, wanted: Wanted, least: Amounts, most: Amounts) -> TownRange:
    name, towns = wanted
    return TownRange(
        town=name,
        least=_sum(case, towns, least),
        least_weights=least.weights,
        most=_sum(case, towns, most),
        most_weights=most.weights,
    )


def _at_once(question: Question, progress: Progress | None) -> tuple[TownRange, ...] | None:
    """Every range by the structure of floors; None where a program did not bear it out."""
    case, towns = question.case, list[TownRange]()
    for i, ends in enumerate(extremes(question)):
        if ends is None:
            return None
        towns.append(_range(case, (case.towns[i], (i,)), *ends))
        if progress:
            progress(i + 1, len(case) - i - 1)
    return tuple(towns)


def _one_by_one(
    question: Question, left: Sequence[Wanted], progress: Progress | None, end: float
) -> tuple[list[TownRange] | None, int]:
    """(two searches for each of these, programs solved), in the region that holds all allowed
    weights; None where there are none.
    """
    if not left:
        return [], 0
    region = tighten(question, question.start(), None, (), None)
    if region is None:
        return None, 0
    asked, found, regions = replace(question, region=region), list[TownRange](), 0
    for number, wanted in enumerate(left):
        share = max(end - time.monotonic(), 0.0) / (2 * (len(left) - number))
        ends = [search(replace(asked, targets=(_sum_of(question.case, wanted, kind),)), seconds=share)
                for kind in ("min_town", "max_town")]  # fmt: skip
        regions += sum(best.regions for best in ends)
        least, most = (best.amounts for best in ends)
        if least is None or most is None:
            if all(best.is_proven for best in ends):
                return None, regions
            message, remedy = f"{wanted[0]}的范围没有在规定的秒数内找到", "请用 --seconds 增加秒数"
            raise InputError([Problem("problem.undecided", message, remedy)])
        one = _range(question.case, wanted, least, most)
        if not all(best.is_proven for best in ends):
            low, high = (best.bound[0] for best in ends)
            assert isinstance(low, Fraction) and isinstance(high, Fraction)  # noqa: S101, PT018 - no leximin
            one = replace(one, surely=(low, -high))
        found.append(one)
        if progress:
            progress(number + 1, len(left) - number - 1)
    return found, regions


def _sum_of(case: Case, wanted: Wanted, kind: str) -> Target:
    """What some towns get together, as an aim."""
    name, towns = wanted
    one = resolve(case, Aim(kind, town=case.towns[towns[0]]))
    first = case.first("")
    members = tuple(first + i for i in towns)
    return replace(
        one, aim=replace(one.aim, town=name), members=members, per=dict.fromkeys(members, 1)
    )


def _on_grid(
    question: Question, every: Sequence[Wanted], progress: Progress | None
) -> tuple[list[TownRange], int]:
    """(the ranges over all allowed points, how many these are)."""
    case, found, points = question.case, list[TownRange](), 0
    for amounts in allowed_points(question, progress):
        points += 1
        weights = amounts.weights
        values = [_sum(case, towns, amounts) for _, towns in every]
        if not found:
            rows = zip(every, values, strict=True)
            found = [TownRange(name, v, weights, v, weights) for (name, _), v in rows]
            continue
        for i, value in enumerate(values):
            if value < found[i].least:
                found[i] = replace(found[i], least=value, least_weights=weights)
            elif value > found[i].most:
                found[i] = replace(found[i], most=value, most_weights=weights)
    return found, points


def _tables(found: Ranges) -> list[Table]:
    """The least and the most of every town."""
    case = found.case
    columns = (
        TableColumn(case.recipients.header("town")),
        TableColumn(f"现行{case.told('')}", "fen"),
        TableColumn("最少", "fen"),
        TableColumn("最多", "fen"),
        TableColumn("幅度", "fen"),
        TableColumn("最少时的权重"),
        TableColumn("最多时的权重"),
    )
    current = case.block(case.current, "")
    rows = []
    sums = [sum(current[i] for i in towns) for _, towns in _groups(case)]
    for now, town in zip((*current, *sums), (*found.towns, *found.groups), strict=True):
        least, most = nearest(town.least), nearest(town.most)
        ends = (weights_text(town.least_weights), weights_text(town.most_weights))
        rows.append((town.town, now, least, most, most - least, *ends))
    how = f"求解 {found.regions:,} 个线性规划"
    how += "，上下限均有精确证明" if found.is_proven else ""
    if found.points:
        how = f"逐一计算 {found.points:,} 组满足条件的权重"
    notes = [f"权重依次为：{factor_names(case)}。", f"{how}。金额为取整前的精确值，显示到分。"]
    notes += [_open(town) for town in (*found.towns, *found.groups) if town.surely]
    title = f"各镇{case.told('')}的范围（“{case.pool.name}”的权重变动时）"
    return [Table(title, columns, tuple(rows), notes=tuple(notes))]


def _open(town: TownRange) -> str:
    assert town.surely is not None  # noqa: S101 - asked for open ranges only
    low, high = (format_yuan(nearest(limit)) for limit in town.surely)
    return f"到时停止，{town.town}的范围没有证明到底：表中是已找到的，任何权重都不会超出 {low} 至 {high} 元。"
