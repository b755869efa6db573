"""What can be promised: the least and the most each town can get over all allowed weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.base.problems import InputError, Problem
from allocator.base.tables import Table
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize.answers.conflict import Conflict, find_conflict
from allocator.optimize.program.case import Amounts, Case, prepare
from allocator.optimize.program.constraints import compile_rules
from allocator.optimize.program.objectives import resolve
from allocator.optimize.program.relaxation import start_region
from allocator.optimize.question.conditions import Aim, WeightProblem
from allocator.optimize.search.branch_and_bound import Question, search
from allocator.optimize.search.grid import allowed_points, is_small


@dataclass(frozen=True, slots=True)
class TownRange:
    """The exact least and most of one town, in fen before rounding, and weights that give them."""

    town: str
    least: Fraction
    least_weights: tuple[Fraction, ...]
    most: Fraction
    most_weights: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Ranges:
    """The range of every town, in official order; `points` > 0: that many grid points were tried,
    else `regions` linear programs.
    """

    case: Case
    towns: tuple[TownRange, ...]
    points: int
    regions: int

    def tables(self) -> list[Table]:
        """The answer as tables, for the terminal, the workbook and a notebook."""
        from allocator.optimize.answers.wording import ranges_tables

        return ranges_tables(self)


def ranges(
    recipients: Recipients,
    scheme: Scheme,
    problem: WeightProblem,
    progress: Callable[[int, int], None] | None = None,
) -> Ranges | Conflict:
    """The range of every town under the problem's conditions (its aim does not matter).

    `progress` is called with the towns (or grid points) done and left. Raises `InputError` as
    `optimize` does, and when a range stays open after too many programs.
    """
    case = prepare(recipients, scheme, problem)
    question = Question(case, compile_rules(case), (), problem.step)
    if is_small(question):
        return _on_grid(question, progress)
    start = start_region(case, question.rules)
    question = replace(question, region=start)
    towns, regions = [], 0
    for i, town in enumerate(case.towns):
        ends: list[Amounts] = []
        for kind in ("min_town", "max_town"):
            target = resolve(case, Aim(kind, town=town))
            found = search(replace(question, targets=(target,)))
            regions += found.regions
            if not found.is_proven:
                message = f"{town}的范围在 {found.regions} 次求解后仍未确定"
                remedy = "请收紧权重范围，或在 [problem] 填较大的 step"
                raise InputError([Problem("problem.undecided", message, remedy)])
            if found.amounts is None:
                return find_conflict(replace(question, region=None))
            ends.append(found.amounts)
        least, most = ends
        towns.append(TownRange(town, least[i], least.weights, most[i], most.weights))
        if progress:
            progress(i + 1, len(case) - i - 1)
    return Ranges(case, tuple(towns), 0, regions)


def _on_grid(question: Question, progress: Callable[[int, int], None] | None) -> Ranges | Conflict:
    case = question.case
    found: list[TownRange] = []
    points = 0
    for amounts in allowed_points(question, progress):
        points += 1
        weights = amounts.weights
        values = [amounts[i] for i in range(len(case))]
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
