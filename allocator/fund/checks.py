"""What must be true of a town table under a scheme: small checks, listed at the bottom.

Each check takes (recipients, scheme) and returns the mistakes it finds, each at its cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from allocator.base.money import FEN_PER_YUAN, format_number, format_yuan
from allocator.base.problems import Place, Problem
from allocator.fund.bounds import pilot_amounts
from allocator.fund.recipients import Recipients
from allocator.fund.record_checks import check_adjustments, check_instalments
from allocator.fund.rules import Factor, Pool
from allocator.fund.scheme import Scheme

#: The longest name of a recipient: longer ones are notes.
MOST_NAME: Final = 200
TableCheck = Callable[[Recipients, Scheme], Iterator[Problem]]


def _factors(scheme: Scheme) -> Iterator[tuple[Pool, Factor, Place]]:
    for p, pool in enumerate(scheme.pools):
        for k, factor in enumerate(pool.factors):
            path = f"pool[{p}].factors[{k}].column"
            place = scheme.places.get(path) or Place(cell=path)
            yield pool, factor, place


def missing_columns(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Columns that the rules read and the table does not have."""
    missing: dict[str, tuple[Place, list[str]]] = {}
    for pool, factor, place in _factors(scheme):
        for column in factor.columns():
            if column not in recipients.numbers and column not in scheme.columns:
                missing.setdefault(column, (place, []))[1].append(f"“{pool.name}”")
    for column, (place, pools) in missing.items():
        header = recipients.header(column)
        named = "、".join(dict.fromkeys(pools))
        message = f"{named}的因素需要“{header}”一列，数据表中没有"
        remedy = "请在数据表中补上这一列，或改正分配方案中的列名"
        yield Problem("table.missing_column", message, remedy, place, header)
    by_class = scheme.matching and scheme.matching.rates
    needs_class = by_class or any(factor.coefficients for _, factor, _ in _factors(scheme))
    if needs_class and not recipients.economic_class:
        message = f"缺少“{recipients.header('economic_class')}”一列"
        remedy = "配套比例（或类别系数）按类别确定，请补上这一列"
        yield Problem("table.missing_column", message, remedy, recipients.place("economic_class"))


def no_towns(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """An empty table, or another number of towns than the scheme says."""
    if not recipients.towns:
        yield Problem(
            "table.empty", "数据表中没有镇街", "请每行填写一个镇街", recipients.place("town")
        )
    elif scheme.recipients is not None and scheme.recipients != len(recipients):
        yield Problem(
            "table.count",
            f"数据表有 {len(recipients)} 个镇街，分配方案写明 {scheme.recipients} 个",
            "请补齐或删去镇街，或改正方案中的镇街数",
            recipients.place("town"),
        )


def duplicate_towns(recipients: Recipients, _: Scheme) -> Iterator[Problem]:
    """Towns with more than one row."""
    counts = Counter(recipients.towns)
    seen: set[str] = set()
    for i, town in enumerate(recipients.towns):
        if counts[town] > 1 and town in seen:
            message, remedy = f"“{town}”重复出现", "每个镇街只能有一行，请删去多余的一行"
            yield Problem(
                "table.duplicate_town", message, remedy, recipients.place("town", i), town
            )
        seen.add(town)


def long_names(recipients: Recipients, _: Scheme) -> Iterator[Problem]:
    """Names that no table has room for."""
    for i, town in enumerate(recipients.towns):
        if len(town) > MOST_NAME:
            message = f"名称有 {len(town):,} 个字，超过 {MOST_NAME} 个"
            place = recipients.place("town", i)
            yield Problem("table.long_name", message, "请写全称，不写说明", place, f"{town[:20]}…")


def negative_numbers(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Negative figures in a column that is a factor or an amount; others are nobody's business."""
    used = {column for _, factor, _ in _factors(scheme) for column in factor.columns()}
    amounts = [value for pool in scheme.pools for value in (pool.floor, pool.cap)]
    amounts += [scheme.pilot.advance] if scheme.pilot else []
    used |= {value for value in amounts if isinstance(value, str)}
    for column, values in recipients.numbers.items():
        for i, value in enumerate(values if column in used else ()):
            if value < 0:
                yield Problem(
                    "table.negative",
                    f"{recipients.towns[i]}的“{recipients.header(column)}”为负数",
                    "请改为不小于 0 的数",
                    recipients.place(column, i),
                    format_number(value),
                )


def zero_divisors(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Zero where a reciprocal or a quotient is taken."""
    reported: set[tuple[str, int]] = set()
    for pool, factor, place in _factors(scheme):
        if pool.eligible or pool.fixed:  # only who takes part is divided by; the engine looks
            continue
        is_inverse = factor.direction == "inverse"
        for column in (factor.per, factor.column if is_inverse else ""):
            for i, value in enumerate(recipients.numbers.get(column, ())):
                if value == 0 and (column, i) not in reported:
                    reported.add((column, i))
                    yield Problem(
                        "table.zero",
                        f"{recipients.towns[i]}的“{recipients.header(column)}”为 0，"
                        f"而“{pool.name}”要以它作除数",
                        "请填大于 0 的数，或调整该因素的算法",
                        recipients.place(column, i),
                        "0",
                    )
        if is_inverse and (zeros := [name for name, c in factor.coefficients.items() if not c]):
            message = f"“{pool.name}”的反向因素要以类别系数作除数，{'、'.join(zeros)}的系数为 0"
            yield Problem("table.zero", message, "请填大于 0 的系数，或改为正向", place, "0")


def zero_totals(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Factors without any value above 0: nobody would have a share of them."""
    n = len(recipients)
    for _, factor, place in _factors(scheme):
        names = [factor.scale] if factor.scale else []
        if factor.direction == "direct" and factor.column:
            names.insert(0, factor.column)
        columns = [recipients.numbers[name] for name in names if name in recipients.numbers]
        if factor.direction == "direct" and factor.coefficients:
            classes = recipients.economic_class or ("",) * n
            columns.append(tuple(factor.coefficients.get(name, 1) for name in classes))
        if n and columns and not any(map(all, zip(*columns, strict=True))):
            shown = "×".join(recipients.header(name) for name in names) or "类别系数"
            message = f"“{shown}”全部为 0，无法计算占比"
            remedy = "请填写数据，或从方案中删去该因素"
            yield Problem("table.zero_total", message, remedy, place, "0")


def unknown_classes(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Economic classes for which a rate or a coefficient is missing."""
    known = [factor.coefficients for _, factor, _ in _factors(scheme) if factor.coefficients]
    if scheme.matching and scheme.matching.rates:
        known.append(scheme.matching.rates)
    if not known:
        return
    allowed = [name for name in known[0] if all(name in table for table in known)]
    for i, name in enumerate(recipients.economic_class):
        if name not in allowed:
            yield Problem(
                "table.unknown_class",
                f"{recipients.towns[i]}的“{recipients.header('economic_class')}”不在分配方案之列",
                f"可填：{'、'.join(allowed)}",
                recipients.place("economic_class", i),
                name or "空白",
            )


def unspent_sums(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Unspent sums below 0, above the advance, or of a town outside the pilot."""
    if scheme.pilot is None or not recipients.unspent:
        return
    column = scheme.pilot.advance
    if isinstance(column, str) and column not in recipients.numbers:
        return
    advances, _ = pilot_amounts(recipients, scheme)
    for i, (unspent, advance) in enumerate(zip(recipients.unspent, advances, strict=True)):
        town = recipients.towns[i]
        if unspent < 0:
            code, message, remedy = "table.negative", f"{town}的试点剩余为负数", "请填 0 或正数"
        elif unspent > advance == 0:
            code, message = "table.unspent", f"{town}不是试点镇街，却填有试点剩余"
            remedy = "请清空此格，或在“是否试点”填“是”"
        elif unspent > advance:
            code = "table.unspent"
            message = f"{town}的试点剩余超过已拨试点经费 {format_yuan(advance)} 元"
            remedy = "试点剩余应在 0 与已拨试点经费之间，请核对"
        else:
            continue
        yield Problem(code, message, remedy, recipients.place("unspent", i), format_yuan(unspent))


def pilot_towns(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """A pilot rule without a pilot town (a warning)."""
    if scheme.pilot and not isinstance(scheme.pilot.advance, str) and not any(recipients.pilot):
        yield Problem(
            "table.no_pilot",
            "分配方案有试点规则，但数据表中没有试点镇街",
            "如有试点，请在“是否试点”一列填“是”",
            recipients.place("pilot"),
            is_warning=True,
        )


def yuan_columns(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Amounts with a fraction of a fen."""
    columns = {value for pool in scheme.pools for value in (pool.floor, pool.cap)}
    columns |= {scheme.pilot.advance} if scheme.pilot else set()
    for column in sorted(name for name in columns if isinstance(name, str)):
        for i, value in enumerate(recipients.numbers.get(column, ())):
            if (value * FEN_PER_YUAN).denominator != 1:
                message = f"{recipients.towns[i]}的“{recipients.header(column)}”不是整分"
                remedy = "金额最多两位小数（单位：元）"
                place = recipients.place(column, i)
                yield Problem("table.decimals", message, remedy, place, format_number(value))


def match_rates(recipients: Recipients, _: Scheme) -> Iterator[Problem]:
    """Rates of single towns: negative ones, and ones without a reason (a warning)."""
    for i, rate in enumerate(recipients.match_rate):
        if rate is None:
            continue
        place, town = recipients.place("match_rate", i), recipients.towns[i]
        if rate < 0:
            message, remedy = f"{town}的单独配套比例为负数", "请改为不小于 0 的比例，如 50%"
            yield Problem("table.negative", message, remedy, place, format_number(rate))
        elif not recipients.match_reason or not recipients.match_reason[i]:
            message, remedy = f"{town}单独确定了配套比例，但没有理由", "请在“单独配套理由”写明依据"
            yield Problem(
                "table.reason", message, remedy, place, format_number(rate), is_warning=True
            )


def placeholders(recipients: Recipients, _: Scheme) -> Iterator[Problem]:
    """Figures that are not real (示例; a warning)."""
    for column, count in recipients.placeholders().items():
        yield Problem(
            "table.placeholder",
            f"“{recipients.header(column)}”有 {count} 个示例数据，不是真实数据",
            "正式使用前请换成核定数据，并改正其数据状态",
            recipients.place(column),
            is_warning=True,
        )


def whole_units(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Amounts that are no whole number of a pool's rounding unit: what follows from them is none."""
    for pool in scheme.pools:
        unit, odd = pool.unit, []
        if unit <= 1:
            continue
        pilot = scheme.pilot
        is_known = pilot and (isinstance(pilot.advance, int) or pilot.advance in recipients.numbers)
        if pilot and pilot.pool == pool.id and is_known:
            advance, unspent = pilot_amounts(recipients, scheme)
            pairs = zip(recipients.towns, advance, unspent, strict=True)
            odd += [town for town, a, u in pairs if a % unit or u % unit]
        told = [
            (f"试点经费或试点剩余：{_some(odd)}", "本次核拨额", bool(odd)),
            ("资金来源的金额", "资金来源拆分", any(s.amount % unit for s in pool.sources)),
            (
                "人工调整：" + _some([a.town for a in scheme.adjustments if a.pool == pool.id]),
                "应分配额",
                any(a.amount % unit for a in scheme.adjustments if a.pool == pool.id),
            ),
            (
                "已拨记录",
                "本次下达额",
                any(p.amount % unit for p in scheme.instalments if p.pool == pool.id),
            ),
        ]
        for what, follows, is_odd in told:
            if is_odd:
                step = f"{format_yuan(unit)} 元"
                yield Problem(
                    "scheme.whole_units",
                    f"“{pool.name}”取整到 {step}，但{what}不是它的整数倍，相应的{follows}也不是",
                    "如应是整数倍，请核对这些金额",
                    is_warning=True,
                )


def _some(names: list[str]) -> str:
    """The first names, and how many there are."""
    shown = "、".join(names[:5])
    return f"{shown}等 {len(names)} 个" if len(names) > 5 else shown


CHECKS: Final[tuple[TableCheck, ...]] = (
    no_towns,
    missing_columns,
    duplicate_towns,
    long_names,
    negative_numbers,
    zero_divisors,
    zero_totals,
    unknown_classes,
    unspent_sums,
    pilot_towns,
    yuan_columns,
    match_rates,
    placeholders,
    whole_units,
    check_adjustments,
    check_instalments,
)
