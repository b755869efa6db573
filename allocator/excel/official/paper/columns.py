"""The columns of a working paper: data, factor values, shares, bounds, claims and rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Final

from allocator.base.money import half_up
from allocator.engine.pool import PoolAllocation
from allocator.engine.shares import FactorShares
from allocator.excel.kit.formula_columns import Field, FormulaColumn, summed
from allocator.excel.official.context import Report, decimals_of, settled_topic
from allocator.excel.official.paper.certificate import (
    SHARE_DECIMALS,
    Digits,
    StoredClaims,
    rounded_rests,
)
from allocator.excel.official.paper.derived import Derived, stated_formula
from allocator.excel.official.paper.headers import broken, folded, short
from allocator.fund.rules import Arithmetic, Factor, Pool, derived

#: What is shown, for columns that are narrow enough to be read on paper; the formulas keep all.
_SHOWN_SHARE, _SHOWN_CLAIM = 6, 2  # decimals of a share; of a claim, beyond those of money
_IN_CELLS: Final[Arithmetic[str]] = Arithmetic("{}/{}".format, "1/({})".format, "{}*{}".format)
STATUS = {"lower": "按下限", "upper": "按上限", "": "按占比"}


@dataclass(frozen=True, slots=True)
class Paper:
    """One pool's working paper in the making; `digits` is None when it holds values only."""

    report: Report
    result: PoolAllocation
    claims: StoredClaims
    digits: Digits | None
    derived: Derived = Derived()

    @property
    def is_live(self) -> bool:
        """Whether the sheet computes, or only states."""
        return self.digits is not None

    @property
    def is_largest_remainder(self) -> bool:
        """Whether the pool is rounded by the default method."""
        return self.result.pool.method == "largest_remainder"

    @property
    def has_lower(self) -> bool:
        """Whether any town has a lower bound above its flat base."""
        return any(self.claims.lower)


def paper_fields(paper: Paper) -> list[Field]:
    """All columns, in order."""
    if not paper.result.shares.factors:
        return [*paper.report.towns(), *_stated(paper)]
    fields = [*paper.report.towns("权重"), *_data(paper), *_values(paper), *_shares(paper)]
    fields += _bounds(paper)
    if paper.result.pool.method == "nearest":
        return fields + _nearest(paper)
    return fields + (_remainders(paper) if paper.is_largest_remainder else _divisors(paper))


def data_columns(pool: Pool) -> list[str]:
    """The columns of the town table that a pool's factors use, in the order of the sheet."""
    return list(dict.fromkeys(c for factor in pool.factors for c in factor.columns()))


def _data(paper: Paper) -> list[Field]:
    recipients = paper.result.table or paper.report.answer.recipients
    fields = []
    if any(factor.coefficients for factor in paper.result.pool.factors):
        header = recipients.header("economic_class")
        classes = recipients.economic_class
        marked = paper.report.marked("economic_class")
        fields.append(Field("class", header, "center", classes, group="基础数据", marked=marked))
    computed = [_with_short_header(one) for one in paper.derived.computed]
    for k, column in enumerate(data_columns(paper.result.pool)):
        is_computed = column in paper.derived.names
        data = Field(
            key=f"d{k}",
            header=broken(recipients.header(column)),
            kind="number",
            values=recipients.numbers[column],
            formula=paper.derived.live.get(column, ""),
            group="计算列" if is_computed else "基础数据",
            decimals=decimals_of(recipients.numbers[column]),
            live=paper.derived.rows or None,
            marked=paper.report.marked(column),
            stands_alone=True,
        )
        (computed if is_computed else fields).append(summed(data))
    for k, factor in enumerate(paper.result.pool.factors):
        if factor.coefficients:
            numbers = tuple(factor.coefficients[name] for name in recipients.economic_class)
            header, places = f"{factor.name or '类别'}\n系数", decimals_of(numbers)
            fields.append(
                Field(f"c{k}", header, "number", numbers, group="基础数据", decimals=places)
            )
    return [*fields, *map(_with_short_header, paper.derived.read), *computed]


def _with_short_header(one: Field) -> Field:
    return replace(one, header=broken(one.header))


def _is_plain(factor: Factor) -> bool:
    return not (factor.coefficients or factor.per or factor.scale) and factor.direction == "direct"


def _value_key(paper: Paper, k: int) -> str:
    """The column that holds the values v of factor k."""
    factor = paper.result.pool.factors[k]
    if _is_plain(factor):
        return f"d{data_columns(paper.result.pool).index(factor.column)}"
    is_lookup = factor.coefficients and not factor.scale and factor.direction == "direct"
    return f"c{k}" if is_lookup and not factor.per else f"v{k}"


def _value_formula(paper: Paper, k: int) -> str:
    """per, direction and scale, in the order in which the engine applies them."""
    factor, columns = paper.result.pool.factors[k], data_columns(paper.result.pool)

    def cell(column: str) -> str:
        return f"{{d{columns.index(column)}}}"

    start = f"{{c{k}}}" if factor.coefficients else cell(factor.column)
    return derived(factor, start, cell, _IN_CELLS)


def _values(paper: Paper) -> list[Field]:
    fields = []
    for k, shares in enumerate(paper.result.shares.factors):
        if _value_key(paper, k) != f"v{k}":
            continue
        values = tuple(shares.value(i) for i in range(len(shares.values)))
        field = Field(
            key=f"v{k}",
            header=f"{short(shares.name)}\n因素值",
            kind="number",
            values=values,
            formula=_value_formula(paper, k),
            group="因素值",
            decimals=_value_decimals(shares),
        )
        fields.append(summed(field))
    return fields


def _value_decimals(shares: FactorShares) -> int:
    """Enough for six digits of the average value."""
    mean = Fraction(shares.total, shares.denominator * len(shares.values))
    return next((d for d in range(2, 12) if mean * 10**d >= 10**6), 12)


def _shares(paper: Paper) -> list[Field]:
    result, n = paper.result, len(paper.result.entitlement)
    fields = []
    for k, (factor, shares) in enumerate(
        zip(result.pool.factors, result.shares.factors, strict=True)
    ):
        key = _value_key(paper, k)
        field = Field(
            key=f"s{k}",
            header=folded(short(shares.name)),
            kind="share",
            values=tuple(shares.share(i) for i in range(n)),
            formula=f"{{{key}}}/SUM({{{key}:all}})",
            group="因素占比（首行为权重）",
            decimals=_SHOWN_SHARE,
            lead=factor.weight,
            total=Fraction(1),
        )
        fields.append(field)
    last = len(fields) - 1
    town = Field(
        key="q",
        header="综合占比",
        kind="share",
        values=tuple(result.shares.share(i) for i in range(n)),
        formula=f"SUMPRODUCT({{s0:lead}}:{{s{last}:lead}},{{s0}}:{{s{last}}})",
        group="因素占比（首行为权重）",
        decimals=_SHOWN_SHARE,
        lead=Fraction(1),
        lead_formula=f"SUM({{s0:lead}}:{{s{last}:lead}})".replace("$", ""),
    )
    return [*fields, summed(town)]


def _bounds(paper: Paper) -> list[Field]:
    claims, without = paper.claims, "\n（扣除定额后）" if paper.result.pool.base else ""
    fields = []
    if paper.has_lower:
        lower = tuple(low or None for low in claims.lower)
        fields.append(Field("low", f"下限{without}", "money", lower, group="限额"))
    if claims.upper is not None:
        fields.append(Field("high", f"上限{without}", "money", claims.upper, group="限额"))
    if fields and paper.is_largest_remainder:
        status = tuple(STATUS[name] for name in claims.status)
        formula = _status_formula(paper)
        fields.append(Field("status", "适用", "center", status, formula, group="限额"))
    return fields


def _sum_at(paper: Paper, level: str) -> str:
    """Σ clip(level · q, low, high) in one formula."""
    low = "({t}*{q:all}<{low:all})*{low:all}+" if paper.has_lower else ""
    high = "({t}*{q:all}>{high:all})*{high:all}+" if paper.claims.upper is not None else ""
    free = "({t}*{q:all}>={low:all})*" if low else ""
    free += "({t}*{q:all}<={high:all})*" if high else ""
    return f"SUMPRODUCT({low}{high}{free}{{t}}*{{q:all}})".replace("{t}", level)


def _status_formula(paper: Paper) -> str:
    """At its bound is a town for which the sum of all, at the level of its bound, passes the net."""
    lower, upper, free = STATUS["lower"], STATUS["upper"], STATUS[""]
    formula = f'"{free}"'
    if paper.claims.upper is not None:
        formula = f'IF({_sum_at(paper, "({high}/{q})")}<={{net}},"{upper}",{formula})'
    if paper.has_lower:
        held = f"IF({{low}}>0,{_sum_at(paper, '({low}/{q})')}>={{net}},1=0)"
        formula = f'IF({held},"{lower}",{formula})'
        return f'IF({{q}}=0,IF({{low}}>0,"{lower}","{free}"),{formula})'
    return f'IF({{q}}=0,"{free}",{formula})'


def _claim_formula(paper: Paper) -> str:
    formula = "{level}*{q}"
    if paper.claims.upper is not None:
        formula = f'IF({{status}}="{STATUS["upper"]}",{{high}},{formula})'
    if paper.has_lower:
        formula = f'IF({{status}}="{STATUS["lower"]}",{{low}},{formula})'
    return f"{formula}+{{base}}" if paper.result.pool.base else formula


def _claim(paper: Paper, header: str, values: Sequence[Fraction], formula: str) -> Field:
    base, unit = paper.result.pool.base, paper.report.unit
    claims = tuple(value + base for value in values)
    return Field("claim", header, "money", claims, formula, "取整", unit.places + _SHOWN_CLAIM)


def _remainders(paper: Paper) -> list[Field]:
    result, claims, places = paper.result, paper.claims, paper.report.unit.places
    unit, base = result.pool.unit, result.pool.base
    digits = paper.digits or Digits(8, 4)
    wholes = [c.numerator // (c.denominator * unit) * unit + base for c in claims.claims]
    rests = rounded_rests(claims.claims, unit, digits.rest)
    exact = rests
    if digits.rank != digits.rest:
        exact = rounded_rests(claims.claims, unit, digits.rank)
    rank = _rank_formula(result.pool.tie, digits)
    rest_name = "尾数\n（分）" if unit == 1 else "尾数\n（取整单位）"
    # INT, not ROUNDDOWN: LibreOffice keeps only 12 digits before it rounds down or up.
    whole = f"ROUND(INT(ROUND({{claim}}/{{unit}},{digits.rank}))*{{unit}},{places})"
    rest = f"ROUND(({{claim}}-{{whole}})/{{unit}},{digits.rest})"
    amount = f"ROUND({{whole}}+IF({{rank}}<={{left}},{{unit}},0),{places})"
    rest_values = tuple(Fraction(rest, 10**digits.rest) for rest in rests)
    ranks = _ranks(result, exact)
    return [
        _claim(paper, "理论额", claims.claims, _claim_formula(paper)),
        summed(Field("whole", "舍尾额", "money", wholes, whole, "取整")),
        Field("rest", rest_name, "share", rest_values, rest, "取整", digits.rest),
        Field("rank", "尾数\n名次", "index", ranks, rank, "取整"),
        *_amounts(paper, amount),
    ]


def _amounts(paper: Paper, formula: str, key: str = "amount") -> list[Field]:
    """What the split gives; with adjustments also what they change, and what comes to it."""
    result, places = paper.result, paper.report.unit.places
    if result.adjusted is None:
        return [summed(Field(key, "应分配额", "money", result.entitlement, formula))]
    change = tuple(fen or None for fen in result.adjusted.change)
    total = f"ROUND({{{key}}}+{{change}},{places})" if paper.is_live else ""
    return [
        summed(Field(key, "调整前\n应分配额", "money", result.split_amount, formula)),
        summed(Field("change", "人工\n调整额", "money", change)),
        summed(Field("adjusted", "应分配额", "money", result.entitlement, total)),
    ]


def entitled(report: Report, result: PoolAllocation) -> FormulaColumn:
    """The column of the working paper that holds the entitlements, adjustments included."""
    if result.adjusted is None:
        return split_line(report, result)
    return report.placed[f"paper:{result.pool.id}"].line("adjusted")


def paid_line(report: Report, result: PoolAllocation) -> FormulaColumn:
    """The column that holds what a pool pays: of its settlement, or its entitlements."""
    if result.settlement is None:
        return entitled(report, result)
    return report.placed[settled_topic(result)].line("pay")


def split_line(report: Report, result: PoolAllocation) -> FormulaColumn:
    """The column of the working paper that holds what the split alone gives, in whole units."""
    placed = report.placed[f"paper:{result.pool.id}"]
    return placed.line("entitlement" if "entitlement" in placed.columns else "amount")


def _rank_formula(tie: str, digits: Digits) -> str:
    """1 + how many towns come before: larger remainder, then larger share, then official order."""
    share = f"ROUND({{q:all}},{SHARE_DECIMALS})", f"ROUND({{q}},{SHARE_DECIMALS})"
    rest = "{rest:all}", "{rest}"
    if digits.rank != digits.rest:
        rest = (
            f"ROUND(({{claim:all}}-{{whole:all}})/{{unit}},{digits.rank})",
            f"ROUND(({{claim}}-{{whole}})/{{unit}},{digits.rank})",
        )
    earlier = "({order:all}<{order})"
    if tie != "official_order":
        earlier = f"(({share[0]}>{share[1]})+({share[0]}={share[1]})*{earlier})"
    return f"1+SUMPRODUCT(({rest[0]}>{rest[1]})+({rest[0]}={rest[1]})*{earlier})"


def _ranks(result: PoolAllocation, rests: Sequence[int]) -> tuple[int, ...]:
    """The rank that the formula gives: by remainder, then by share, then by official order."""
    scale, is_by_share = 10**SHARE_DECIMALS, result.pool.tie != "official_order"

    def share(i: int) -> int:
        weight, total = result.shares.weights[i], result.shares.total
        return half_up(weight * scale, total) if is_by_share else 0

    ranked = sorted(range(len(rests)), key=lambda i: (-rests[i], -share(i), i))
    places = {i: place for place, i in enumerate(ranked, 1)}
    return tuple(places[i] for i in range(len(rests)))


def _stated(paper: Paper) -> list[Field]:
    """Amounts that a formula states: what it reads, the bounds, and what they come to."""
    result, terms = paper.result, paper.result.terms
    if terms is None:
        raise ValueError("stated amounts come from a formula")
    numbers, fields = terms.recipients.numbers, _data(paper)
    for key, column in terms.columns.items():
        if column in paper.derived.names or key == "level":
            continue
        values = tuple(Fraction(value) * 100 for value in numbers[column])
        header = short(terms.recipients.header(column))
        fields.append(summed(Field(key, header, "money", values, group="计算")))
    if not any(result.exact):
        fields.append(Field("share", "占比", "share", _town_shares(result), decimals=_SHOWN_SHARE))
    formula = stated_formula(result, paper.derived, paper.report.unit)
    first, *others = _amounts(paper, formula, "entitlement")
    out = set(result.dropped) | {i for i, fen in enumerate(terms.fixed) if fen}
    rows = paper.derived.rows or (True,) * len(first.values)
    live = tuple(m and i not in out for i, m in enumerate(rows))
    return [*fields, replace(first, live=live, stands_alone=True), *others]


def _town_shares(result: PoolAllocation) -> tuple[Fraction, ...]:
    return tuple(result.shares.share(i) for i in range(len(result.entitlement)))


def _nearest(paper: Paper) -> list[Field]:
    """Each claim half up by itself, and who took the difference."""
    result, unit = paper.result, paper.result.pool.unit
    claims = [claim + result.pool.base for claim in paper.claims.claims]
    alone = [floor(claim / unit + Fraction(1, 2)) * unit for claim in claims]
    rest = tuple(a - r or None for a, r in zip(result.split_amount, alone, strict=True))
    return [
        _claim(paper, "理论额", paper.claims.claims, ""),
        summed(Field("alone", "四舍五入额", "money", alone, group="取整")),
        summed(Field("difference", "尾差", "money", rest, group="取整")),
        *_amounts(paper, ""),
    ]


def _divisors(paper: Paper) -> list[Field]:
    result, places = paper.result, paper.report.unit.places
    units = "{claim}/{unit}" if not result.pool.base else "({claim}-{base})/{unit}"
    rounded = _DIVISOR_FORMULAS[result.pool.method].format(units=f"({units})")
    amount = f"{rounded}*{{unit}}"
    if paper.has_lower:
        amount = f"MAX({{low}},{amount})"
    if paper.claims.upper is not None:
        amount = f"MIN({{high}},{amount})"
    if result.pool.base:
        amount += "+{base}"
    formula = "{level}*{q}" + ("+{base}" if result.pool.base else "")
    return [
        _claim(paper, "取整前金额", paper.claims.free, formula),
        *_amounts(paper, f"ROUND({amount},{places})"),
    ]


_DIVISOR_FORMULAS = {
    "webster": "ROUND({units},0)",
    "hill": "(INT({units})+({units}>SQRT(INT({units})*(INT({units})+1))))",
    "dhondt": "INT({units})",
    "adams": "-INT(-{units})",
}
