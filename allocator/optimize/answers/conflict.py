"""When no weighting will do: which conditions contradict each other, and what would help.

The conditions are taken away one by one as long as the rest still contradict each other; what
remains is irreducible (the deletion filter: J. W. Chinneck, Feasibility and Infeasibility in
Optimization, 2008, ch. 6). Where few conditions are stated, all smaller sets are tried as well, so
that the set is a smallest one. Every verdict rests on exact proofs, none on a solver's tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Final

from allocator.base.money import number_text
from allocator.base.tables import Table, TableColumn
from allocator.optimize.answers.told import Told
from allocator.optimize.answers.wording import factor_names, units_text, weights_text
from allocator.optimize.program.case import Case
from allocator.optimize.program.constraints import LinearRule
from allocator.optimize.search.elastic import (
    Joint,
    is_possible,
    least_relaxation,
    least_total,
    without,
)
from allocator.optimize.search.pose import Question

#: Sets of conditions tried in the hunt for a smaller one.
_MOST_SETS: Final = 300


@dataclass(frozen=True, slots=True)
class Easing:
    """What one condition must give way by, in its units, all others kept; None: not enough."""

    rule: LinearRule
    units: Fraction | None


@dataclass(frozen=True, slots=True)
class Conflict(Told):
    """The answer when no weighting keeps all conditions.

    No proper part of `rules` is contradictory; `is_smallest` says that no other set with fewer
    conditions is either. `others` are further contradictions among the remaining conditions, if
    any; each must be solved too. `joint` is the least that all conditions must give way together.
    `only_on_grid`: weights off the grid would do.
    """

    case: Case
    rules: tuple[LinearRule, ...]
    is_smallest: bool
    easings: tuple[Easing, ...]
    others: tuple[tuple[LinearRule, ...], ...]
    step: Fraction | None
    only_on_grid: bool
    joint: Joint | None

    def tables(self) -> list[Table]:
        """The answer as tables, for the terminal, the workbook and a notebook."""
        return _tables(self)


def find_conflict(question: Question) -> Conflict:
    """The contradiction in a question that has no answer."""
    only_on_grid = question.step is not None and is_possible(replace(question, step=None))
    found = _irreducible(question)
    smaller, is_smallest = _smaller(question, len(found))
    found = smaller or found
    easings = tuple(
        Easing(rule, least_relaxation(_less(question, (rule,)), rule)) for rule in found
    )
    others = _others(_less(question, found))
    step, joint = question.step, least_total(question)
    return Conflict(question.case, found, is_smallest, easings, others, step, only_on_grid, joint)


def _less(question: Question, rules: Sequence[LinearRule]) -> Question:
    kept = tuple(rule for rule in question.rules if rule not in rules)
    return replace(question, rules=kept)


def _others(question: Question) -> tuple[tuple[LinearRule, ...], ...]:
    if is_possible(question):
        return ()
    found = _irreducible(question)
    return found, *_others(_less(question, found))


def _irreducible(question: Question) -> tuple[LinearRule, ...]:
    kept = question.rules
    for rule in question.rules:
        rest = replace(question, rules=without(kept, rule))
        if not is_possible(rest):
            kept = rest.rules
    return kept


def _smaller(question: Question, size: int) -> tuple[tuple[LinearRule, ...] | None, bool]:
    """A contradictory set of fewer conditions, and whether all such sets were tried."""
    tried = 0
    for fewer in range(1, size):
        tried += comb(len(question.rules), fewer)
        if tried > _MOST_SETS:
            return None, False
        for rules in combinations(question.rules, fewer):
            if not is_possible(replace(question, rules=rules)):
                return rules, True
    return None, True


def _tables(found: Conflict) -> list[Table]:
    """Which conditions contradict each other, and by how much each would have to give way."""
    columns = (TableColumn("互相矛盾的条件"), TableColumn("只放宽这一条，至少放宽"))
    rows = []
    for relaxation in found.easings:
        units = relaxation.units
        text = "仅放宽这一条仍不够"
        if units is not None:
            text = units_text(relaxation.rule.unit, units)
        rows.append((relaxation.rule.name, text))
    notes = ["没有任何权重能同时满足这些条件；去掉其中任何一条，其余的就不再矛盾。"]
    if found.is_smallest:
        notes.append("已验证：没有条数更少的矛盾组合。")
    if found.only_on_grid:
        step = number_text(found.step or Fraction(1))
        notes.append(f"权重不限于步长 {step} 的整数倍时有解，可减小步长。")
    tables = [Table("没有可行的权重", columns, tuple(rows), notes=tuple(notes))]
    for number, rules in enumerate(found.others, 2):
        lines = tuple((rule.name,) for rule in rules)
        note = "与上一组无关的另一组矛盾，也要解决。"
        tables.append(
            Table(f"矛盾之 {number}", (TableColumn("互相矛盾的条件"),), lines, notes=(note,))
        )
    if found.joint is not None:
        tables.append(_together(found.case, found.joint))
    return tables


def _together(case: Case, joint: Joint) -> Table:
    """The least that all conditions give way, and the weights that this makes possible."""
    rows = tuple((rule.name, units_text(rule.unit, units)) for rule, units in joint.parts)
    least = "这是最少的一组" if joint.is_least else "只比较了单放宽权重条件、单放宽金额条件的办法"
    notes = (
        f"权重依次为：{factor_names(case)}。",
        f"放宽以后，这组权重满足全部条件：{weights_text(joint.amounts.weights)}。",
        f"{least}：各条放宽的单位数（1 个百分点、1 万元、1 元）乘以 penalty（不写为 1）后合计最小。",
    )
    return Table(
        "一起放宽，合计最少", (TableColumn("条件"), TableColumn("放宽")), rows, notes=notes
    )
