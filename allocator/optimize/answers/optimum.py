"""The answer to a weight problem: the best weights, what they give, what they cost, and why.

The linear programs only propose weights. Everything reported is computed by the engine from
these weights, and every condition is checked again on its figures, exactly and in whole fen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.allocation import Allocation
from allocator.base.money import Fen, format_yuan, nearest, number_text
from allocator.base.tables import Table, TableColumn, TableValue, totals
from allocator.fund.scheme import Scheme
from allocator.optimize.answers.told import Told, frame_of
from allocator.optimize.answers.wording import (
    factor_names,
    shown,
    units_text,
    weights_text,
)
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.constraints import LinearRule
from allocator.optimize.program.objectives import Target

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: Titles of the tables that the terminal leaves out.
PAYMENTS = "本次核拨与应配套"
EXACT = "权重的精确值"
WORKBOOK_ONLY = (PAYMENTS, EXACT)
#: Longer numerators and denominators are not for the eye.
_READABLE = 10**5


@dataclass(frozen=True, slots=True)
class ConditionCheck:
    """One condition at the answer: what is left in its units before rounding, where it is
    tightest, and whether it also holds for the rounded amounts (else by how much it does not).
    """

    rule: LinearRule
    slack: Fraction
    town: int | None
    holds_in_fen: bool
    slack_in_fen: Fraction


@dataclass(frozen=True, slots=True)
class Price:
    """What relaxing a binding condition by `units` would gain, in the aim's own number."""

    rule: LinearRule
    units: Fraction
    gain: Fraction


@dataclass(frozen=True, slots=True)
class Certificate:
    """How the optimum is known: all of `points` grid points counted out, or an exact bound over
    `regions` linear programs. `bound` is what no weights can beat; proven when it is reached.
    `is_settled`: among weights as good, all that settles ties was compared to the end.
    """

    points: int
    allowed: int
    regions: int
    bound: Fraction
    is_proven: bool
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class Optimum(Told):
    """The best weights and what follows from them.

    `amounts` are exact entitlements before rounding, `allocation` is the engine's own answer in
    fen. `best` lists the best grid points, this one first (without a grid just this one).
    """

    case: Case
    target: Target
    amounts: Amounts
    value: Fraction
    allocation: Allocation
    best: tuple[tuple[Fraction, Amounts], ...]
    checks: tuple[ConditionCheck, ...]
    prices: tuple[Price, ...]
    certificate: Certificate

    @property
    def weights(self) -> tuple[Fraction, ...]:
        """The weights, in the order of the pool's factors; they sum to 1."""
        return self.amounts.weights

    def scheme(self) -> Scheme:
        """The scheme with the weights found, everything else as it was."""
        return self.case.with_weights(self.weights)

    def to_toml(self) -> str:
        """That scheme as TOML."""
        return self.scheme().to_toml()

    def tables(self) -> list[Table]:
        """The answer as tables, for the terminal, the workbook and a notebook."""
        return _tables(self)

    def to_frame(self, unit: str = "元", *, exact: bool = True) -> pd.DataFrame:
        """Each town now and under the weights found; see `Told.to_frame`."""
        return frame_of(_amounts(self), unit, exact=exact)

    def plot(self) -> Figure:
        """Each town under the scheme as it stands and under the weights found."""
        from allocator.plots import dumbbell

        case, of = self.case, self.target.aim.of
        now, best = (
            (name, [Fen(fen) for fen in case.block(answer, of)])
            for name, answer in (("现行方案", case.current), ("最优权重", self.allocation))
        )
        return dumbbell(case.recipients, case.scheme, now, best, case.what(of))


def _tables(found: Optimum) -> list[Table]:
    """The optimum: aim, weights, amounts, conditions, prices and, on a grid, the next best."""
    tables = [_aim(found), _weights(found), _amounts(found), _payments(found)]
    if not all(_is_short(weight) for weight in found.weights):
        tables.append(_exact(found))
    if found.checks:
        tables.append(_checks(found))
    if found.prices:
        tables.append(_prices(found))
    if found.case.problem.step is not None and len(found.best) > 1:
        tables.append(_next_best(found))
    return tables


def _aim(found: Optimum) -> Table:
    case, target = found.case, found.target
    current = target.shown(target.measure(case, case.current_amounts))
    gain = target.objective.sign * (current - found.value)
    columns = (
        TableColumn("指标"),
        TableColumn("现行方案"),
        TableColumn("最优权重"),
        TableColumn("改善"),
    )
    row = (
        target.label(case),
        shown(target, current),
        shown(target, found.value),
        shown(target, gain),
    )
    notes = (
        f"目标：{target.words(case)}。",
        *_left_out(found),
        *_broken_now(found, gain),
        "并列时依次取：与现行方案移动的金额最少者，由低到高金额依次最高者，权重最接近现行者。",
        *_proof(found),
    )
    return Table(f"“{case.pool.name}”测算结果", columns, (row,), notes=notes)


def _broken_now(found: Optimum, gain: Fraction) -> Iterator[str]:
    """Conditions that the scheme as it stands does not keep: it is no answer to compare with."""
    now = found.case.current_amounts
    broken = [check.rule.name for check in found.checks if not check.rule.holds(now)]
    if broken:
        worse = "，所以“改善”可以为负" if gain < 0 else ""
        yield f"现行方案不满足这些条件：{'；'.join(broken)}{worse}。"


def _left_out(found: Optimum) -> Iterator[str]:
    """Towns of which the aim's column is 0: they have no amount per unit."""
    case, per = found.case, found.target.aim.per
    towns = [case.towns[i] for i in case.members(found.target.aim.group) if not case.per(per)[i]]
    if towns:
        yield f"{'、'.join(towns)}的“{case.recipients.header(per)}”为 0，没有每单位金额，不参与比较。"


def _proof(found: Optimum) -> Iterator[str]:
    proof = found.certificate
    if proof.points:
        yield (
            f"最优性：权重步长 {number_text(found.case.problem.step or Fraction(1))}，"
            f"逐一计算 {proof.points:,} 组权重，{proof.allowed:,} 组满足全部条件，没有更好的。"
        )
    elif proof.is_proven:
        yield f"最优性：由 {proof.regions:,} 个线性规划的精确对偶界证明，没有更好的权重。"
    else:
        bound, gap = (shown(found.target, v) for v in (proof.bound, abs(proof.bound - found.value)))
        yield (
            f"最优性：求解 {proof.regions:,} 次后停止，表中是已找到的最好权重；可以确定任何权重都不会好于"
            f" {bound}，最多还能好 {gap}。可用 --seconds 增加秒数。"
        )
    if proof.is_proven and not proof.is_settled:
        yield "并列的权重没有比完（到时或并列太多）：可能另有同样好、按并列次序更靠前的权重。"
    yield "各镇金额由分配程序按所得权重重新计算，合计精确到分；条件用精确分数和整数分两次核验。"


def _weights(found: Optimum) -> Table:
    case = found.case
    columns = (
        TableColumn("因素"),
        TableColumn("现行权重", "percent", 2),
        TableColumn("最优权重", "percent", 4),
        TableColumn("变化（百分点）", "points", 4),
        TableColumn("精确值"),
    )
    rows = tuple(
        (shares.name, old, new, new - old, _readable(new))
        for shares, old, new in zip(case.factors, case.current_weights, found.weights, strict=True)
    )
    notes = () if all(_is_short(w) for w in found.weights) else (f"全部位数见“{EXACT}”。",)
    return Table("最优权重", columns, rows, notes=notes)


def _is_short(weight: Fraction) -> bool:
    return weight.denominator <= _READABLE or number_text(weight).count("/") == 0


def _readable(weight: Fraction) -> str:
    if _is_short(weight):
        return number_text(weight)
    return f"约 {number_text(weight.limit_denominator(_READABLE))}"


def _exact(found: Optimum) -> Table:
    names = [shares.name for shares in found.case.factors]
    rows = tuple(zip(names, map(number_text, found.weights), strict=True))
    return Table(EXACT, (TableColumn("因素"), TableColumn("权重")), rows)


def _amounts(found: Optimum) -> Table:
    case = found.case
    of = found.target.aim.of
    old, new = (case.block(answer, of) for answer in (case.current, found.allocation))
    columns = [
        TableColumn(case.recipients.header("town")),
        TableColumn(f"现行{case.told(of)}", "fen"),
        TableColumn(case.told(of), "fen"),
        TableColumn("增减", "fen"),
        TableColumn("增减幅度", "percent", 2),
    ]
    per = found.target.aim.per
    if per:
        columns.append(TableColumn(f"每{case.per_name(per)}金额", "fen"))
    rows: list[tuple[TableValue, ...]] = []
    for i, town in enumerate(case.towns):
        change = Fraction(new[i] - old[i], old[i]) if old[i] else None
        row: list[TableValue] = [town, old[i], new[i], new[i] - old[i], change]
        if per:
            divisor = case.column(per)[i]
            row.append(nearest(Fraction(new[i]) / divisor) if divisor else None)
        rows.append(tuple(row))
    total = list(totals(columns, rows))
    if per:
        total[-1] = None
    gains = sum(a > b for a, b in zip(new, old, strict=True))
    losses = sum(a < b for a, b in zip(new, old, strict=True))
    moved = sum(abs(a - b) for a, b in zip(new, old, strict=True)) // 2
    note = f"比现行方案增加的 {gains} 个，减少的 {losses} 个，镇间转移 {format_yuan(moved)} 元。"
    return Table("各镇金额", tuple(columns), tuple(rows), tuple(total), (note,))


def _payments(found: Optimum) -> Table:
    """What follows for the payment and the match, beside the scheme as it stands."""
    case, new = found.case, found.allocation
    columns = [
        TableColumn(case.recipients.header("town")),
        TableColumn("现行本次核拨", "fen"),
        TableColumn("本次核拨", "fen"),
    ]
    money = [case.current.pool(case.pool.id).payment, new.pool(case.pool.id).payment]
    if new.matching:
        columns += [TableColumn("现行应配套", "fen"), TableColumn("应配套", "fen")]
        money += [tuple(m.required for m in a.matching) for a in (case.current, new)]
    rows = tuple(zip(case.towns, *money, strict=True))
    notes = ("应配套按全部资金池计算。",) if new.matching else ()
    return Table(PAYMENTS, tuple(columns), rows, totals(columns, rows), notes)


def _checks(found: Optimum) -> Table:
    columns = (
        TableColumn("条件"),
        TableColumn("取整前"),
        TableColumn("余量"),
        TableColumn("最紧的镇"),
        TableColumn("按分核验"),
    )
    rows = []
    for check in found.checks:
        town = "" if check.town is None else found.case.towns[check.town]
        in_fen = "满足"
        if not check.holds_in_fen:
            short = units_text(check.rule.unit, -check.slack_in_fen)
            in_fen = "取整差极小" if short.startswith("0 ") else f"取整差 {short}"
        state = "恰好用尽" if check.slack == 0 else "满足"
        rows.append(
            (check.rule.name, state, units_text(check.rule.unit, check.slack), town, in_fen)
        )
    note = (
        "余量为 0 的条件限制了结果。取整使各镇金额变动不到 1 分，可能使恰好用尽的条件差不到 1 分。"
    )
    notes = [note] if any(not check.holds_in_fen for check in found.checks) else []
    if found.case.scheme.basis_of(found.case.pool) == "remainder":
        notes.append("占比和金额都按扣除试点经费后的可分配金额计算，不含试点已拨部分。")
    return Table("条件核验", columns, tuple(rows), notes=tuple(notes))


def _prices(found: Optimum) -> Table:
    columns = (TableColumn("起限制作用的条件"), TableColumn("放宽的效果"))
    rows = tuple((price.rule.name, price_words(found, price)) for price in found.prices)
    return Table("放宽条件的效果", columns, rows)


def price_words(found: Optimum, price: Price) -> str:
    """What relaxing a condition gains, in one sentence."""
    eased = f"放宽 {units_text(price.rule.unit, price.units)}"
    if not price.gain:
        return f"{eased}，结果不变"
    gain = shown(found.target, price.gain)
    if found.target.objective.unit == "percent":
        gain = units_text("points", price.gain * 100)
    return f"{eased}，{found.target.gain(found.case)} {gain}"


def _next_best(found: Optimum) -> Table:
    case, target = found.case, found.target
    is_money = target.objective.unit == "fen"
    columns = (
        TableColumn("名次", "count"),
        TableColumn("权重"),
        TableColumn(target.label(case), "fen" if is_money else "percent", 2 if is_money else 4),
        TableColumn("比最优差", "fen" if is_money else "points", 2 if is_money else 4),
        TableColumn("权重最大相差（百分点）", "points", 2),
        TableColumn("镇间转移", "fen"),
    )
    rows: list[tuple[TableValue, ...]] = []
    for rank, (value, amounts) in enumerate(found.best, 1):
        far = max(abs(a - b) for a, b in zip(amounts.weights, found.weights, strict=True))
        behind = abs(found.value - value)
        rows.append(
            (
                rank,
                weights_text(amounts.weights),
                nearest(value) if is_money else value,
                nearest(behind) if is_money else behind,
                far,
                nearest(_moved(case, amounts, found.amounts)),
            )
        )
    notes = (
        f"权重依次为：{factor_names(case)}。",
        "“镇间转移”指与第 1 名相比，从一些镇街移到另一些镇街的金额。",
    )
    return Table(f"最好的 {len(found.best)} 组权重", columns, tuple(rows), notes=notes)


def _moved(case: Case, one: Amounts, other: Amounts) -> Fraction:
    return sum((abs(one[i] - other[i]) for i in range(len(case))), Fraction(0)) / 2
