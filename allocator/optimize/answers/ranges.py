"""What can be promised: the least and the most each town can get over all allowed weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.base.money import Fen, nearest
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Column, Table
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
from allocator.optimize.question.conditions import Aim
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.optimize.search.bounding import tighten
from allocator.optimize.search.branch_and_bound import Progress, search
from allocator.optimize.search.floors_only import extremes, is_floors_only
from allocator.optimize.search.grid import allowed_points, is_small
from allocator.optimize.search.pose import Question, pose

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class TownRange:
    """The exact least and most of one town, in fen before rounding, and weights that give them.

    What amounts mean is the problem's `of`.
    """

    town: str
    least: Fraction
    least_weights: tuple[Fraction, ...]
    most: Fraction
    most_weights: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Ranges(Told):
    """The range of every town, in official order; `points` > 0: that many grid points were tried,
    else `regions` linear programs.
    """

    case: Case
    towns: tuple[TownRange, ...]
    points: int
    regions: int

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
) -> Ranges | Conflict:
    """The range of every town under the problem's conditions (its aim does not matter).

    `progress` is called with the towns (or grid points) done and left. Raises `InputError` as
    `optimize` does, and when a range stays open after too many programs.
    """
    question = pose(recipients, scheme, problem, ())
    case = question.case
    if is_small(question):
        return _on_grid(question, progress)
    if is_floors_only(question):
        towns = _at_once(question, progress)
        if towns is not None:
            return Ranges(case, towns, 0, len(case)) if towns else find_conflict(question)
    return _one_by_one(question, progress)


def _range(case: Case, i: int, least: Amounts, most: Amounts) -> TownRange:
    number = case.first("") + i
    return TownRange(case.towns[i], least[number], least.weights, most[number], most.weights)


def _at_once(question: Question, progress: Progress | None) -> tuple[TownRange, ...] | None:
    """Every range by the structure of floors; None where a program did not bear it out."""
    case, towns = question.case, list[TownRange]()
    for i, ends in enumerate(extremes(question)):
        if ends is None:
            return None
        towns.append(_range(case, i, *ends))
        if progress:
            progress(i + 1, len(case) - i - 1)
    return tuple(towns)


def _one_by_one(question: Question, progress: Progress | None) -> Ranges | Conflict:
    """Two searches a town, in the region that holds all allowed weights."""
    case = question.case
    region = tighten(question, question.start(), None, (), None)
    if region is None:
        return find_conflict(question)
    asked = replace(question, region=region)
    towns, regions = [], 0
    for i, town in enumerate(case.towns):
        ends: list[Amounts] = []
        for kind in ("min_town", "max_town"):
            target = resolve(case, Aim(kind, town=town))
            found = search(replace(asked, targets=(target,)))
            regions += found.regions
            if not found.is_proven:
                message = f"{town}的范围在 {found.regions} 次求解后仍未确定"
                remedy = "请收紧权重范围，或在 [problem] 填较大的 step"
                raise InputError([Problem("problem.undecided", message, remedy)])
            if found.amounts is None:
                return find_conflict(question)
            ends.append(found.amounts)
        towns.append(_range(case, i, *ends))
        if progress:
            progress(i + 1, len(case) - i - 1)
    return Ranges(case, tuple(towns), 0, regions)


def _on_grid(question: Question, progress: Progress | None) -> Ranges | Conflict:
    case = question.case
    found: list[TownRange] = []
    points = 0
    for amounts in allowed_points(question, progress):
        points += 1
        weights = amounts.weights
        first = case.first("")
        values = [amounts[first + i] for i in range(len(case))]
        if not found:
            rows = zip(case.towns, values, strict=True)
            found = [TownRange(town, v, weights, v, weights) for town, v in rows]
            continue
        for i, value in enumerate(values):
            if value < found[i].least:
                found[i] = replace(found[i], least=value, least_weights=weights)
            elif value > found[i].most:
                found[i] = replace(found[i], most=value, most_weights=weights)
    return Ranges(case, tuple(found), points, 0) if found else find_conflict(question)


def _tables(found: Ranges) -> list[Table]:
    """The least and the most of every town."""
    case = found.case
    columns = (
        Column(case.recipients.header("town")),
        Column(f"现行{case.told('')}", "fen"),
        Column("最少", "fen"),
        Column("最多", "fen"),
        Column("幅度", "fen"),
        Column("最少时的权重"),
        Column("最多时的权重"),
    )
    current = case.block(case.current, "")
    rows = []
    for i, town in enumerate(found.towns):
        least, most = nearest(town.least), nearest(town.most)
        ends = (weights_text(town.least_weights), weights_text(town.most_weights))
        rows.append((town.town, current[i], least, most, most - least, *ends))
    how = f"求解 {found.regions:,} 个线性规划，上下限均有精确证明"
    if found.points:
        how = f"逐一计算 {found.points:,} 组满足条件的权重"
    notes = (f"权重依次为：{factor_names(case)}。", f"{how}。金额为取整前的精确值，显示到分。")
    return [Table(f"“{case.pool.name}”各镇可得金额的范围", columns, tuple(rows), notes=notes)]
