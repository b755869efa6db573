"""The answers as tables, for the terminal and the workbook alike; nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from allocator.base.money import (
    FEN_PER_WAN,
    format_number,
    format_percent,
    format_yuan,
    number_text,
)
from allocator.base.tables import Column, Table, Value, totals
from allocator.optimize.answers.conflict import Conflict
from allocator.optimize.answers.fitting import Fit
from allocator.optimize.answers.frontier import Frontier
from allocator.optimize.answers.optimum import Optimum, Price
from allocator.optimize.answers.ranges import Ranges
from allocator.optimize.program.case import Amounts, Case
from allocator.optimize.program.constraints import Unit
from allocator.optimize.program.objectives import Target

#: The title of the table that the terminal leaves out.
PAYMENTS = "本次核拨与应配套"


def nearest(number: Fraction) -> int:
    """The nearest whole number, halves up: exact fen before rounding, for the eye."""
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def shown(target: Target, number: Fraction) -> str:
    """A number of an aim as text, with its unit."""
    if target.rule.unit == "percent":
        return format_percent(number)
    return f"{format_yuan(nearest(number))} 元"


def units_text(unit: Unit, units: Fraction) -> str:
    """So many units of a rule: 1.25 个百分点, 3.00 万元, 2 名."""
    if unit == "places":
        return f"{format_number(units, 0)} 名"
    if unit == "wan":
        return f"{format_number(Fraction(nearest(units * FEN_PER_WAN), FEN_PER_WAN), 6)} 万元"
    return f"{format_number(Fraction(nearest(units * 10**4), 10**4), 4)} 个百分点"


def weights_text(weights: Sequence[Fraction]) -> str:
    """Weights in per cent, in the order of the factors."""
    return " / ".join(format_percent(weight, 2) for weight in weights)


def optimum_tables(found: Optimum) -> list[Table]:
    """The optimum: aim, weights, amounts, conditions, prices and, on a grid, the next best."""
    tables = [_aim(found), _weights(found), _amounts(found), _payments(found)]
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
    gain = abs(found.value - current)
    columns = (Column("指标"), Column("现行方案"), Column("最优权重"), Column("改善"))
    row = (
        target.label(case),
        shown(target, current),
        shown(target, found.value),
        shown(target, gain),
    )
    notes = (
        f"目标：{target.words(case)}。",
        *_left_out(found),
        "并列时依次取：与现行方案移动的金额最少者，由低到高金额依次最高者。",
        *_proof(found),
    )
    return Table(f"“{case.pool.name}”测算结果", columns, (row,), notes=notes)


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
        bound = shown(found.target, proof.bound)
        yield f"最优性：求解 {proof.regions:,} 次后停止；可以确定任何权重都不会好于 {bound}。"
    yield "各镇金额由分配程序按所得权重重新计算，合计精确到分；条件用精确分数和整数分两次核验。"


def _weights(found: Optimum) -> Table:
    case = found.case
    columns = (
        Column("因素"),
        Column("现行权重", "percent", 2),
        Column("最优权重", "percent", 4),
        Column("变化（百分点）", "points", 4),
        Column("精确值"),
    )
    rows = tuple(
        (shares.name, old, new, new - old, number_text(new))
        for shares, old, new in zip(case.factors, case.current_weights, found.weights, strict=True)
    )
    return Table("最优权重", columns, rows)


def _amounts(found: Optimum) -> Table:
    case = found.case
    old, new = case.rounded(case.current).numerators, case.rounded(found.allocation).numerators
    columns = [
        Column(case.recipients.header("town")),
        Column("现行应分配额", "fen"),
        Column("应分配额", "fen"),
        Column("增减", "fen"),
        Column("增减幅度", "percent", 2),
    ]
    per = found.target.aim.per
    if per:
        columns.append(Column(f"每{case.per_name(per)}金额", "fen"))
    rows: list[tuple[Value, ...]] = []
    for i, town in enumerate(case.towns):
        change = Fraction(new[i] - old[i], old[i]) if old[i] else None
        row: list[Value] = [town, old[i], new[i], new[i] - old[i], change]
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
        Column(case.recipients.header("town")),
        Column("现行本次核拨", "fen"),
        Column("本次核拨", "fen"),
    ]
    money = [case.current.pool(case.pool.id).payment, new.pool(case.pool.id).payment]
    if new.matching:
        columns += [Column("现行应配套", "fen"), Column("应配套", "fen")]
        money += [tuple(m.required for m in a.matching) for a in (case.current, new)]
    rows = tuple(zip(case.towns, *money, strict=True))
    notes = ("应配套按全部资金池计算。",) if new.matching else ()
    return Table(PAYMENTS, tuple(columns), rows, totals(columns, rows), notes)


def _checks(found: Optimum) -> Table:
    columns = (
        Column("条件"),
        Column("取整前"),
        Column("余量"),
        Column("最紧的镇"),
        Column("按分核验"),
    )
    rows = []
    for check in found.checks:
        town = "" if check.town is None else found.case.towns[check.town]
        in_fen = "满足"
        if not check.holds_in_fen:
            in_fen = f"取整差 {units_text(check.rule.unit, -check.slack_in_fen)}"
        state = "恰好用尽" if check.slack == 0 else "满足"
        rows.append(
            (check.rule.name, state, units_text(check.rule.unit, check.slack), town, in_fen)
        )
    note = (
        "余量为 0 的条件限制了结果。取整使各镇金额变动不到 1 分，可能使恰好用尽的条件差不到 1 分。"
    )
    notes = (note,) if any(not check.holds_in_fen for check in found.checks) else ()
    return Table("条件核验", columns, tuple(rows), notes=notes)


def _prices(found: Optimum) -> Table:
    columns = (Column("起限制作用的条件"), Column("放宽的效果"))
    rows = tuple((price.rule.name, price_words(found, price)) for price in found.prices)
    return Table("放宽条件的效果", columns, rows)


def price_words(found: Optimum, price: Price) -> str:
    """What relaxing a condition gains, in one sentence."""
    eased = f"放宽 {units_text(price.rule.unit, price.units)}"
    if not price.gain:
        return f"{eased}，结果不变"
    gain = shown(found.target, price.gain)
    if found.target.rule.unit == "percent":
        gain = units_text("points", price.gain * 100)
    return f"{eased}，{found.target.gain(found.case)} {gain}"


def _next_best(found: Optimum) -> Table:
    case, target = found.case, found.target
    is_money = target.rule.unit == "fen"
    columns = (
        Column("名次", "count"),
        Column("权重"),
        Column(target.label(case), "fen" if is_money else "percent", 2 if is_money else 4),
        Column("比最优差", "fen" if is_money else "points", 2 if is_money else 4),
        Column("权重最大相差（百分点）", "points", 2),
        Column("镇间转移", "fen"),
    )
    rows: list[tuple[Value, ...]] = []
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
        f"权重依次为：{_factor_names(case)}。",
        "“镇间转移”指与第 1 名相比，从一些镇街移到另一些镇街的金额。",
    )
    return Table(f"最好的 {len(found.best)} 组权重", columns, tuple(rows), notes=notes)


def _factor_names(case: Case) -> str:
    return " / ".join(shares.name for shares in case.factors)


def _moved(case: Case, one: Amounts, other: Amounts) -> Fraction:
    return sum((abs(one[i] - other[i]) for i in range(len(case))), Fraction(0)) / 2


def conflict_tables(found: Conflict) -> list[Table]:
    """Which conditions contradict each other, and by how much each would have to give way."""
    columns = (Column("互相矛盾的条件"), Column("只放宽这一条，至少放宽"))
    rows = []
    for relaxation in found.relaxations:
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
        tables.append(Table(f"矛盾之 {number}", (Column("互相矛盾的条件"),), lines, notes=(note,)))
    return tables


def ranges_tables(found: Ranges) -> list[Table]:
    """The least and the most of every town."""
    case = found.case
    columns = (
        Column(case.recipients.header("town")),
        Column("现行应分配额", "fen"),
        Column("最少", "fen"),
        Column("最多", "fen"),
        Column("幅度", "fen"),
        Column("最少时的权重"),
        Column("最多时的权重"),
    )
    current = case.rounded(case.current).numerators
    rows = []
    for i, town in enumerate(found.towns):
        least, most = nearest(town.least), nearest(town.most)
        ends = (weights_text(town.least_weights), weights_text(town.most_weights))
        rows.append((town.town, current[i], least, most, most - least, *ends))
    how = f"求解 {found.regions:,} 个线性规划，上下限均有精确证明"
    if found.points:
        how = f"逐一计算 {found.points:,} 组满足条件的权重"
    notes = (f"权重依次为：{_factor_names(case)}。", f"{how}。金额为取整前的精确值，显示到分。")
    return [Table(f"“{case.pool.name}”各镇可得金额的范围", columns, tuple(rows), notes=notes)]


def frontier_tables(found: Frontier) -> list[Table]:
    """The points of the curve with their weights, the scheme as it stands last."""
    case = found.case

    def number(target: Target, value: Fraction) -> Value:
        return nearest(value) if target.rule.unit == "fen" else value

    def column(target: Target) -> Column:
        is_money = target.rule.unit == "fen"
        return Column(target.label(case), "fen" if is_money else "percent", 2 if is_money else 4)

    columns = (
        Column("点"),
        column(found.first),
        column(found.second),
        *(Column(shares.name, "percent", 2) for shares in case.factors),
    )
    points = [(str(k), point) for k, point in enumerate(found.points, 1)]
    rows = tuple(
        (
            name,
            number(found.first, point.first),
            number(found.second, point.second),
            *point.amounts.weights,
        )
        for name, point in (*points, ("现行", found.current))
    )
    notes = (
        f"目标一：{found.first.words(case)}。目标二：{found.second.words(case)}。",
        "曲线上任何一点，要改善一个目标就必须放弃另一个；每点都是精确的最优解。"
        if found.is_proven
        else "部分点在求解次数用尽后停止，未证明最优。",
    )
    return [Table("两个目标的权衡", columns, rows, notes=notes)]


def fit_tables(found: Fit) -> list[Table]:
    """The recovered weights, how sure they are, and what they give against the table."""
    case = found.case
    columns = (
        Column("因素"),
        Column("还原的权重", "percent", 6),
        Column("最小可能", "percent", 6),
        Column("最大可能", "percent", 6),
    )
    ends: Sequence[tuple[Value, Value]] = found.ranges or [(None, None)] * len(case.factors)
    rows = tuple(
        (shares.name, weight, *pair)
        for shares, weight, pair in zip(case.factors, found.weights, ends, strict=True)
    )
    published = case.reference(case.problem.aim.reference)
    given = case.rounded(found.allocation).numerators
    compared = (
        Column(case.recipients.header("town")),
        Column("公布金额", "fen"),
        Column("按还原权重", "fen"),
        Column("相差", "fen"),
    )
    lines = tuple(
        (case.towns[i], nearest(fen), given[i], given[i] - nearest(fen))
        for i, fen in published.items()
    )
    return [
        Table("还原的权重", columns, rows, notes=tuple(_fit_words(found))),
        Table("与公布金额对照", compared, lines, totals(compared, lines)),
    ]


def _fit_words(found: Fit) -> Iterator[str]:
    if found.is_exact:
        step = number_text(Fraction(1, found.denominator))
        if len(found.alternatives) == 1:
            yield f"步长 {step} 的权重中，只有这一组能逐镇还原公布的金额。"
        else:
            count = len(found.alternatives)
            yield f"步长 {step} 的权重中有 {count} 组能逐镇还原公布的金额，表中是第一组。"
        yield "“最小可能”“最大可能”是与公布金额不矛盾的全部权重的范围（已计入取整）。"
    elif found.ranges:
        yield "公布的金额与这些因素相符，但没有找到整齐的权重；表中为最接近的权重。"
    else:
        gap = format_yuan(nearest(found.deviation))
        yield f"没有任何权重能得出公布的金额：最接近时{found.town}仍差 {gap} 元。请核对因素、数据和试点规则。"
