"""The rules of one fund as frozen data, part by part; the whole is `scheme.Scheme`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Generic, Literal, TypeVar

from allocator.base.money import Fen, number_text, yuan_text
from allocator.fund import words

T = TypeVar("T")

Direction = Literal["direct", "inverse"]
Basis = Literal["share", "remainder"]
BelowAdvance = Literal["keep", "carry", "error"]
Unspent = Literal["retain", "redistribute"]
MatchBase = Literal["paid", "before_recovery"]
Rounding = Literal["up", "nearest"]
TieRule = Literal["larger_share", "official_order", "refuse"]
Short = Literal["outstanding", "negative", "error"]
Surplus = Literal["error", "keep"]
SourceOrder = Literal["proportional", "in_turn"]
#: A trial is a scheme with rules that somebody tries out: nothing made from it may be paid by.
Status = Literal["draft", "official", "trial"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a pool: a column with a weight (因素法).

    The value of a town is its number in `column`, divided by `per`, turned into its reciprocal
    when `direction` is inverse, multiplied by `scale`. With `coefficients` the number is looked
    up by the town's economic class instead, and `scale` may follow. `value` is a formula in place
    of all of these.
    """

    weight: Fraction
    column: str = ""
    per: str = ""
    direction: Direction = "direct"
    scale: str = ""
    coefficients: Mapping[str, Fraction] = field(default_factory=dict)
    name: str = ""
    value: str = ""

    def columns(self) -> tuple[str, ...]:
        """The numeric columns of the town table that this factor reads."""
        return tuple(name for name in (self.column, self.per, self.scale) if name)


@dataclass(frozen=True, slots=True)
class Arithmetic(Generic[T]):
    """How a factor's value is put together: as a number, in words, or as a formula of cells."""

    over: Callable[[T, T], T]
    inverse: Callable[[T], T]
    times: Callable[[T, T], T]


#: In the words of reports and explanations.
IN_WORDS: Final[Arithmetic[str]] = Arithmetic(
    "{} ÷ {}".format, "1 ÷（{}）".format, "{} × {}".format
)


def derived(factor: Factor, value: T, column: Callable[[str], T], how: Arithmetic[T]) -> T:
    """The value of a factor from that in its column: `per`, `direction` and `scale` in that order.

    `column` gives what stands for another column.

    >>> inverse = Factor(Fraction(1), "gdp", per="population", direction="inverse", scale="area")
    >>> derived(inverse, "生产总值", {"population": "人口", "area": "面积"}.__getitem__, IN_WORDS)
    '1 ÷（生产总值 ÷ 人口） × 面积'
    """
    if factor.per:
        value = how.over(value, column(factor.per))
    if factor.direction == "inverse":
        value = how.inverse(value)
    return how.times(value, column(factor.scale)) if factor.scale else value


@dataclass(frozen=True, slots=True)
class Source:
    """Who pays a part of a pool."""

    name: str
    amount: Fen


@dataclass(frozen=True, slots=True)
class Pool:
    """One budget split by one set of factors; amounts in fen.

    `floor` and `cap` bound a town's entitlement: one amount for all, or a formula in yuan (a
    column's name is one). `base` comes before the share: one amount for all, or `base_formula`.
    The other formulas: `eligible` says who
    takes part, `fixed` (yuan) is a sum in place of the share, `adjust` multiplies the weighted sum
    of the factor shares, `least` (yuan) is the smallest share that is paid, `amount` (yuan) is an
    entitlement that no budget is split for (`is_open`: there is none, `budget` is 0).
    `budget_formula` (yuan, the same for all) is worked out to the budget when the pool's turn comes;
    `budgets` splits the budget over the texts of the column `group`; `rest` names who takes the
    difference under `nearest`. `budget_item` (预算科目) and `project_code` (项目代码) are what the
    money is booked under.
    """

    id: str
    name: str
    budget: Fen
    factors: tuple[Factor, ...]
    sources: tuple[Source, ...] = ()
    unit: Fen = Fen(1)
    method: str = "largest_remainder"
    tie: TieRule = "larger_share"
    base: Fen = Fen(0)
    floor: Fen | str | None = None
    cap: Fen | str | None = None
    cite: str = ""
    budget_item: str = ""
    project_code: str = ""
    base_formula: str = ""
    eligible: str = ""
    fixed: str = ""
    adjust: str = ""
    least: Fen | str | None = None
    amount: str = ""
    group: str = ""
    rest: str = ""
    surplus: Surplus = "error"
    source_order: SourceOrder = "proportional"
    budgets: Mapping[str, Fen] = field(default_factory=dict)
    is_open: bool = False
    budget_formula: str = ""


@dataclass(frozen=True, slots=True)
class Pilot:
    """What was advanced in the pilot and how it is settled; `advance` for all, or a column."""

    pool: str
    advance: Fen | str
    basis: Basis = "share"
    below_advance: BelowAdvance = "keep"
    unspent: Unspent = "retain"
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Deduction:
    """What was paid before out of a pool, or is owed: the formula `deduct` (yuan) is taken off.

    `short` says what happens where it is more than the entitlement: the rest is outstanding
    (待收回), carried as a negative payment, or stops the run.
    """

    pool: str
    deduct: str
    short: Short = "outstanding"
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Naming:
    """What the tables of a fund call things: the column of names, who receives, who pays, in what."""

    name: str = ""
    recipient: str = ""
    payer: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Matching:
    """What towns must raise: a rate times what the city gives out of the pools `on` (none: all).

    The rate is one for all (`rate`, or what `rate_formula` gives), else that of the economic class
    (`rates`); `floor` and `cap`
    bound the match: one amount for all, or a formula in yuan.
    """

    rates: Mapping[str, Fraction] = field(default_factory=dict)
    base: MatchBase = "paid"
    unit: Fen = Fen(1)
    rounding: Rounding = "up"
    cite: str = ""
    rate: Fraction | None = None
    rate_formula: str = ""
    on: tuple[str, ...] = ()
    floor: Fen | str | None = None
    cap: Fen | str | None = None


def record_of(table: str, rules: object) -> dict[str, Any]:
    """The values of one table of the TOML file as texts: amounts in yuan, numbers exact.

    What says nothing is left out; tables inside it are the caller's.
    """
    record = {}
    for rule in words.rules_of(table):
        text = _text(getattr(rules, rule.key), rule.kind)
        is_silent = not text or (rule.is_rare and text == rule.default)
        if not is_silent or rule.is_always:
            record[rule.key] = text
    return record


def _text(value: Any, kind: words.RuleKind) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if kind in ("money", "money_or_formula") and isinstance(value, int):
        return yuan_text(value)
    if kind == "ratio":
        return None if value is None else number_text(value)
    return value.isoformat() if kind == "date" and value else value


def factor_record(factor: Factor) -> dict[str, Any]:
    """One factor as plain data in the shape of the TOML file."""
    record = record_of("factor", factor)
    if factor.coefficients:
        record["coefficients"] = {k: number_text(v) for k, v in factor.coefficients.items()}
    return record


def pool_record(pool: Pool) -> dict[str, Any]:
    """One pool as plain data in the shape of the TOML file."""
    budget: dict[str, Any] = {}
    if pool.budgets:
        budget = {"budget": {name: yuan_text(fen) for name, fen in pool.budgets.items()}}
    record = record_of("pool", pool) | budget
    if pool.base_formula:
        record["base"] = pool.base_formula
    if pool.budget_formula:
        record["budget"] = pool.budget_formula
    if pool.is_open:
        del record["budget"]
    return record | {
        "sources": [record_of("source", source) for source in pool.sources],
        "factors": [factor_record(factor) for factor in pool.factors],
    }
