"""The trade-off between two aims: what more of one costs of the other.

Epsilon constraint: the second aim's number is held at evenly spread values between its best and
what it is at the first aim's best, and the first aim is optimised under each; then the second
again, so that no point is dominated. Between these points the curve itself is traced, corner by
corner (`search.curve`).
Source: Y. Haimes, L. Lasdon, D. Wismer, On a bicriterion formulation of the problems of integrated
system identification and system optimization, 1971; augmented: G. Mavrotas, 2009.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.base.money import (
    FEN_PER_WAN,
    FEN_PER_YUAN,
    format_number,
    format_percent,
    nearest,
)
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Table, TableColumn, TableValue
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize.answers.conflict import Conflict, find_conflict
from allocator.optimize.answers.told import Told
from allocator.optimize.answers.wording import factor_names, weights_text
from allocator.optimize.program.aims import NEAREST
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.objectives import Target
from allocator.optimize.question.conditions import Aim
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.optimize.search.branch_and_bound import SECONDS, Best, Progress, search
from allocator.optimize.search.curve import Curve, trace
from allocator.optimize.search.grid import allowed_points, is_small
from allocator.optimize.search.pose import Question, pose

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """One weighting on the curve and the numbers of both aims as shown."""

    amounts: Amounts
    first: Fraction
    second: Fraction


@dataclass(frozen=True, slots=True)
class Frontier(Told):
    """The curve from the first aim's best to the second's; no point is dominated by another.

    `is_proven`: every point is an exact optimum. `corners` are where the curve turns, exactly, in
    the same order, and it is straight in between; `is_traced` says that there are no others. A
    curve on a grid, and one of a distance of weights, has none. `current` is the scheme as it
    stands.
    """

    case: Case
    first: Target
    second: Target
    points: tuple[FrontierPoint, ...]
    current: FrontierPoint
    is_proven: bool
    corners: tuple[FrontierPoint, ...] = ()
    is_traced: bool = False

    def tables(self) -> list[Table]:
        """The answer as tables, for the terminal, the workbook and a notebook."""
        return _tables(self)

    def plot(self) -> Figure:
        """The curve, with the scheme as it stands apart."""
        from allocator.plots import CurvePoint, trade_off_curve

        case = self.case
        (x_label, x_scale), (y_label, y_scale) = _axis(case, self.second), _axis(case, self.first)
        *points, current = (
            CurvePoint(
                float(p.second * x_scale), float(p.first * y_scale), _short(p.amounts.weights)
            )
            for p in (*self.points, self.current)
        )
        names = "、".join(shares.name for shares in case.factors)
        note = f"点旁为各因素的权重（%），依次是：{names}。"
        given = (case.recipients, case.scheme, points, x_label, y_label)
        line = [(float(p.second * x_scale), float(p.first * y_scale)) for p in self.corners]
        return trade_off_curve(*given, current, note, line if self.is_traced else ())


def frontier(
    recipients: Recipients,
    scheme: Scheme,
    problem: WeightProblem,
    progress: Progress | None = None,
    seconds: float = SECONDS,
) -> Frontier | Conflict:
    """The trade-off curve of `problem.aim` and `problem.against` through `problem.points` points.

    After `seconds` what is left to prove is left, and said. Raises `InputError` as `optimize` does,
    and without a second aim.
    """
    if problem.against is None:
        message, remedy = "没有写明第二个目标", '请加上 [against] 和 kind = "min_spread" 等'
        raise InputError([Problem("problem.missing", message, remedy)])
    for aim in (problem.aim, problem.against):
        if aim.kind in ("leximin", "fit"):
            message, remedy = f"权衡曲线不能用目标“{aim.kind}”", "请改用 max_min 等单一数值的目标"
            raise InputError([Problem("problem.aim", message, remedy, aim.place)])
    aims = (problem.aim, problem.against, NEAREST, Aim("leximin"))
    question = pose(recipients, scheme, problem, aims)
    case, (first, second) = question.case, question.targets[:2]
    end = time.monotonic() + seconds
    traced = Curve((), is_proven=False)
    if is_small(question):
        found, is_proven = _counted(question, problem.points, progress), True
    else:
        found, is_proven = _constrained(question, problem.points, progress, end)
        is_linear = not (first.is_about_weights or second.is_about_weights)
        if found and is_proven and is_linear and question.step is None:
            traced = trace(question, found[0], found[-1], max(end - time.monotonic(), 0.0))
    if not found and is_proven:
        return find_conflict(question)
    return Frontier(
        case=case,
        first=first,
        second=second,
        points=tuple(_point(question, amounts) for amounts in found),
        current=_point(question, case.current_amounts),
        is_proven=is_proven,
        corners=tuple(_point(question, corner.amounts) for corner in traced.corners[::-1]),
        is_traced=traced.is_proven,
    )


def _point(question: Question, amounts: Amounts) -> FrontierPoint:
    a, b = question.targets[:2]
    numbers = (t.shown(t.measure(question.case, amounts)) for t in (a, b))
    return FrontierPoint(amounts, *numbers)


def _constrained(
    question: Question, points: int, progress: Progress | None, late: float
) -> tuple[list[Amounts], bool]:
    """(points from the first aim's best to the second's, whether each is an exact optimum)."""
    first, second, *rest = question.targets

    def ask(asked: Question) -> Best:
        return search(asked, seconds=max(late - time.monotonic(), 0.0))

    start = ask(question)
    end = ask(replace(question, targets=(second, first, *rest)))
    if start.amounts is None or end.amounts is None:
        return [], start.is_proven and end.is_proven
    worst = second.measure(question.case, start.amounts)
    best = second.measure(question.case, end.amounts)
    found, is_proven = [start.amounts], start.is_proven and end.is_proven
    for number in range(1, points - 1):
        limit = worst + (best - worst) * Fraction(number, points - 1)
        answer = ask(replace(question, limits=((second, limit),)))
        is_proven &= answer.is_proven
        if answer.amounts is not None:
            found.append(answer.amounts)
        if progress:
            progress(number + 2, points - number - 2)
    return _undominated(question, [*found, end.amounts]), is_proven


def _undominated(question: Question, found: Sequence[Amounts]) -> list[Amounts]:
    """The points that no other point equals or beats in both aims, the first aim's best first."""
    a, b = question.targets[:2]
    numbered = sorted(
        ((a.measure(question.case, x), b.measure(question.case, x), k) for k, x in enumerate(found))
    )
    kept: list[Amounts] = []
    least: Fraction | None = None
    for _, second, k in numbered:
        if least is None or second < least:
            kept.append(found[k])
            least = second
    return kept


def _counted(question: Question, points: int, progress: Progress | None) -> list[Amounts]:
    """The undominated points of the grid, thinned to those nearest to evenly spread values."""
    kept = _undominated(question, list(allowed_points(question, progress)))
    if len(kept) <= points:
        return kept
    values = [question.targets[1].measure(question.case, amounts) for amounts in kept]
    chosen = set()
    for number in range(points):
        level = values[0] + (values[-1] - values[0]) * Fraction(number, points - 1)
        chosen.add(min(range(len(kept)), key=lambda k: abs(values[k] - level)))
    return [kept[k] for k in sorted(chosen)]


def _tables(found: Frontier) -> list[Table]:
    """The points of the curve with their weights, the scheme as it stands last."""
    case = found.case

    def column(target: Target) -> TableColumn:
        is_money = target.objective.unit == "fen"
        return TableColumn(
            target.label(case), "fen" if is_money else "percent", 2 if is_money else 4
        )

    columns = (
        TableColumn("点"),
        column(found.first),
        column(found.second),
        *(TableColumn(shares.name, "percent", 2) for shares in case.factors),
    )
    points = [(str(k), point) for k, point in enumerate(found.points, 1)]
    rows = tuple(
        (
            name,
            _number(found.first, point.first),
            _number(found.second, point.second),
            *point.amounts.weights,
        )
        for name, point in (*points, ("现行", found.current))
    )
    notes = (
        f"目标一：{found.first.words(case)}。目标二：{found.second.words(case)}。",
        "曲线上任何一点，要改善一个目标就必须放弃另一个；每点都是精确的最优解。"
        if found.is_proven
        else "到时停止，部分点未证明最优；可用 --seconds 增加求解的秒数。",
    )
    tables = [Table("两个目标的权衡", columns, rows, notes=notes)]
    if len(found.corners) > 1:
        tables.append(_corners(found, columns[1:3]))
    return tables


def _number(target: Target, value: Fraction) -> TableValue:
    """An aim's number as it stands in a table: money in whole fen."""
    return nearest(value) if target.objective.unit == "fen" else value


def _corners(found: Frontier, numbers: tuple[TableColumn, ...]) -> Table:
    """Where the curve turns, and what a unit of the second aim buys of the first up to there."""
    case = found.case
    columns = (
        TableColumn("拐点"),
        *numbers,
        TableColumn("权重"),
        TableColumn(f"到下一拐点：{found.second.label(case)}每放宽 {_unit(found.second)[0]}"),
    )
    rows: list[tuple[TableValue, ...]] = []
    for k, point in enumerate(found.corners):
        buys = ""
        if k + 1 < len(found.corners):
            buys = _exchange(found, point, found.corners[k + 1])
        pair = ((found.first, point.first), (found.second, point.second))
        values = (_number(target, value) for target, value in pair)
        rows.append((str(k + 1), *values, weights_text(point.amounts.weights), buys))
    proof = "拐点之间是直线，没有别的拐点，已精确证明。"
    if not found.is_traced:
        proof = "到时停止，可能还有别的拐点；可用 --seconds 增加求解的秒数。"
    notes = (f"权重依次为：{factor_names(case)}。", proof)
    return Table("权衡曲线的拐点", columns, tuple(rows), notes=notes)


def _unit(target: Target) -> tuple[str, Fraction]:
    """A step of an aim's number to speak of, and its size."""
    if target.objective.unit == "percent":
        return "0.01 个百分点", Fraction(1, 10**4)
    return ("1 元", Fraction(FEN_PER_YUAN)) if target.aim.per else ("1 万元", Fraction(FEN_PER_WAN))


def _exchange(found: Frontier, one: FrontierPoint, other: FrontierPoint) -> str:
    rate = abs((one.first - other.first) / (one.second - other.second))
    gain = rate * _unit(found.second)[1]
    if found.first.objective.unit == "percent":
        text = f"{format_number(Fraction(nearest(gain * 10**8), 10**6), 6)} 个百分点"
    else:
        text = f"{format_number(Fraction(nearest(gain * 10**4), 10**4 * FEN_PER_YUAN), 6)} 元"
    return f"{found.first.gain(found.case)} {text}"


def _axis(case: Case, target: Target) -> tuple[str, Fraction]:
    """The label of an aim's number with its unit, and what its number is multiplied by."""
    label = target.label(case)
    if target.objective.unit == "percent":
        return f"{label}（%）", Fraction(100)
    if target.aim.per:
        return f"{label}（元）", Fraction(1, FEN_PER_YUAN)
    return f"{label}（万元）", Fraction(1, FEN_PER_WAN)


def _short(weights: Sequence[Fraction]) -> str:
    return " / ".join(format_percent(weight, 1).removesuffix("%") for weight in weights)
