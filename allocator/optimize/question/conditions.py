"""The parts of a question, as frozen data: which weightings are allowed, and what is best.

Names of columns, towns, classes, factors and pools are the table's and the scheme's;
`program.case` looks them up. `of` says what amounts mean (`MEASURES`), `penalty` how much a unit of
a condition counts when several must give way together. Ratios are Fractions, amounts fen. Each part
takes what people write (`"30%"`, `"1200000"` yuan, one name or several) and refuses what it cannot
mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final, Literal, TypedDict, Unpack

from allocator.base.money import Fen
from allocator.base.problems import Place
from allocator.optimize.question.taking import (
    refuse,
    take_amount,
    take_choice,
    take_names,
    take_ratio,
    take_yuan,
)

#: The reference that every problem knows: what the scheme as it stands gives before rounding.
CURRENT: Final = "current"
AIM_NAMES: Final = {
    "max_min": "最低者最高",
    "leximin": "由低到高依次最高",
    "min_max_deviation": "最大偏离最小",
    "min_total_deviation": "总偏离最小",
    "min_spread": "高低差最小",
    "max_group_share": "某类占比最高",
    "min_group_share": "某类占比最低",
    "max_town": "某镇最多",
    "min_town": "某镇最少",
    "min_match_burden": "最重配套负担最轻",
    "nearest_weights": "最接近某组权重",
    "fit": "还原权重",
}
#: What amounts mean: of the pool asked about, or of all pools together, the others as they stand.
MEASURES: Final = {
    "entitlement": "应分配额",
    "payment": "本次核拨额",
    "all_entitlements": "全部资金池应分配额",
    "all_payments": "全部资金池本次核拨额",
}


def take_measure(value: str, where: str) -> str:
    """One of `MEASURES`, in English or Chinese; empty stays empty: the problem's own."""
    return take_choice(value, MEASURES, where) if value else ""


def _set(part: object, **values: object) -> None:
    for name, value in values.items():
        object.__setattr__(part, name, value)


def _take(part: object, **takers: object) -> None:
    """Pass fields of a frozen part through what takes them."""
    for name, taker in takers.items():
        where = f"{type(part).__name__}.{name}"
        object.__setattr__(part, name, taker(getattr(part, name), where))  # type: ignore[operator]


def _need_a_side(part: object, low: str, high: str) -> None:
    if getattr(part, low) is None and getattr(part, high) is None:
        where = type(part).__name__
        refuse("missing", where, "没有写明界限", f"请填“{low}”或“{high}”，或两者都填")


@dataclass(frozen=True, slots=True)
class Group:
    """Some towns: those named and those of the classes; without either, all."""

    towns: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _take(self, towns=take_names, classes=take_names)


def take_group(value: object, where: str) -> Group:
    """A group, or a class by its name."""
    return value if isinstance(value, Group) else Group((), take_names(value, where))


@dataclass(frozen=True, slots=True)
class WeightBound:
    """The least and the most that one factor may weigh."""

    factor: str
    least: Fraction | None = None
    most: Fraction | None = None
    name: str = ""
    place: Place = field(default=Place(), compare=False)
    penalty: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        _take(self, least=take_ratio, most=take_ratio)
        _need_a_side(self, "least", "most")


@dataclass(frozen=True, slots=True)
class WeightRelation:
    """A linear condition between weights, as written: `villages >= area + 0.1`."""

    text: str
    name: str = ""
    place: Place = field(default=Place(), compare=False)
    penalty: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class AmountBound:
    """A floor or a cap on each town's amount: fen, or a column of yuan; `per` a column's unit."""

    side: Literal["floor", "cap"]
    amount: Fen | str
    per: str = ""
    group: Group = Group()
    name: str = ""
    of: str = ""
    place: Place = field(default=Place(), compare=False)
    penalty: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        if self.side not in ("floor", "cap"):
            refuse("choice", "AmountBound.side", "没有这个选项", "可选：floor、cap", self.side)
        _take(self, of=take_measure, group=take_group, amount=take_amount)


@dataclass(frozen=True, slots=True)
class Change:
    """Each town at most `down` below and `up` above the reference, as ratios of it."""

    reference: str = CURRENT
    down: Fraction | None = None
    up: Fraction | None = None
    group: Group = Group()
    name: str = ""
    of: str = ""
    place: Place = field(default=Place(), compare=False)
    penalty: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        _take(self, of=take_measure, group=take_group, down=take_ratio, up=take_ratio)
        _need_a_side(self, "down", "up")


@dataclass(frozen=True, slots=True)
class GroupShare:
    """What part of the whole a group of towns gets together."""

    group: Group
    least: Fraction | None = None
    most: Fraction | None = None
    name: str = ""
    of: str = ""
    place: Place = field(default=Place(), compare=False)
    penalty: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        _take(self, of=take_measure, group=take_group, least=take_ratio, most=take_ratio)
        _need_a_side(self, "least", "most")


@dataclass(frozen=True, slots=True)
class Order:
    """Each town gets no less than the one named after it."""

    towns: tuple[str, ...]
    name: str = ""
    of: str = ""
    place: Place = field(default=Place(), compare=False)
    penalty: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        _take(self, of=take_measure, towns=take_names)
        if len(self.towns) < 2:
            remedy = "请按应得金额从多到少写出至少两个镇街"
            refuse("missing", "Order.towns", "次序至少要两个镇街", remedy)


@dataclass(frozen=True, slots=True)
class Rank:
    """At most `rank` − 1 towns get more than this one."""

    town: str
    rank: int
    name: str = ""
    of: str = ""
    place: Place = field(default=Place(), compare=False)
    penalty: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        _take(self, of=take_measure)
        value: object = self.rank
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            refuse("number", "Rank.rank", "这里应是一个整数", "请填不小于 1 的整数", value)


@dataclass(frozen=True, slots=True)
class MatchCapacity:
    """Each town's required match, over all pools, stays within a column of yuan."""

    column: str
    group: Group = Group()
    name: str = ""
    place: Place = field(default=Place(), compare=False)
    penalty: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        _take(self, group=take_group)


Condition = (
    WeightBound | WeightRelation | AmountBound | Change | GroupShare | Order | Rank | MatchCapacity
)


@dataclass(frozen=True, slots=True)
class Aim:
    """What is best: an aim of `AIM_NAMES`, in English or Chinese, and the terms it needs.

    `group` is whose amounts count (a text is a class: `Aim("leximin", per="population", group="三类")`),
    `weights` are those that `nearest_weights` is held against, the
    scheme's own without any. `fit` asks which weights gave the amounts of `reference`, published
    in whole `unit`s of fen.
    """

    kind: str
    per: str = ""
    reference: str = CURRENT
    town: str = ""
    group: Group = Group()
    weights: tuple[Fraction, ...] = ()
    unit: Fen = Fen(1)
    of: str = ""
    place: Place = field(default=Place(), compare=False)

    def __post_init__(self) -> None:
        _set(self, kind=take_choice(self.kind, AIM_NAMES, "Aim.kind"))
        _take(self, of=take_measure, group=take_group)
        weights = tuple(take_ratio(weight, "Aim.weights") for weight in self.weights)
        if weights and sum(w for w in weights if w is not None) != 1:
            refuse("weights", "Aim.weights", "权重合计不是 1", "请改正", self.weights)
        _set(self, weights=weights)
        unit: object = self.unit
        if isinstance(unit, bool) or not isinstance(unit, int) or unit < 1:
            _set(self, unit=take_yuan(unit, "Aim.unit"))


def penalty(times: object, condition: Condition) -> Condition:
    """The condition with a unit of it counted so many times: `penalty(3, bound("gdp", "70%"))`."""
    number = take_ratio(times, "penalty(…)")
    if not number:
        refuse(
            "number", "penalty(…)", "这里应是一个大于 0 的数", "如 3，表示放宽一个单位算三个", times
        )
    return replace(condition, penalty=number)


def bound(factor: str, least: object = None, most: object = None, *, name: str = "") -> WeightBound:
    """The least and the most weight of a factor: `bound("gdp", most="30%")`."""
    where = "bound(…)"
    return WeightBound(factor, take_ratio(least, where), take_ratio(most, where), name)


def relation(text: str, *, name: str = "") -> WeightRelation:
    """A condition between weights: `relation("villages >= area")`."""
    return WeightRelation(text, name)


class Whom(TypedDict, total=False):
    """Of whom a condition speaks, and what it is called."""

    towns: str | Sequence[str]
    classes: str | Sequence[str]
    name: str


class Where(Whom, total=False):
    """The same, and what amounts mean in it."""

    of: str


def floor(
    yuan: object = None, *, column: str = "", per: str = "", **where: Unpack[Where]
) -> AmountBound:
    """At least so many yuan (or a column of yuan) for each town: `floor(yuan="1200000")`."""
    amount = column or take_yuan(yuan, "floor(yuan=…)")
    return AmountBound("floor", amount, per, **_shared(**where))


def cap(
    yuan: object = None, *, column: str = "", per: str = "", **where: Unpack[Where]
) -> AmountBound:
    """At most so many yuan (or a column of yuan) for each town: `cap(column="上限（元）")`."""
    amount = column or take_yuan(yuan, "cap(yuan=…)")
    return AmountBound("cap", amount, per, **_shared(**where))


def change(
    *, down: object = None, up: object = None, reference: str = CURRENT, **where: Unpack[Where]
) -> Change:
    """Each town within so much of a reference: `change(down="10%")`."""
    limits = take_ratio(down, "change(down=…)"), take_ratio(up, "change(up=…)")
    return Change(reference, *limits, **_shared(**where))


def share(least: object = None, most: object = None, **where: Unpack[Where]) -> GroupShare:
    """What part a group gets together: `share("33%", classes=["三类", "四类"])`."""
    low, high = take_ratio(least, "share(least=…)"), take_ratio(most, "share(most=…)")
    return GroupShare(least=low, most=high, **_shared(**where))


def order(*towns: str, name: str = "", of: str = "") -> Order:
    """Each town no less than the next: `order("虎门镇", "长安镇")`."""
    return Order(towns, name, of)


def rank(town: str, place: int, *, name: str = "", of: str = "") -> Rank:
    """A town among the first so many: `rank("虎门镇", 3)`."""
    return Rank(town, place, name, of)


def match(column: str, **whom: Unpack[Whom]) -> MatchCapacity:
    """The required match within a column of yuan: `match("配套能力")`."""
    return MatchCapacity(column, **_of_whom(**whom))


def _shared(*, of: str = "", **whom: Unpack[Whom]) -> dict[str, Any]:
    """The fields that most conditions share."""
    return {**_of_whom(**whom), "of": of}


def _of_whom(
    *, towns: str | Sequence[str] = (), classes: str | Sequence[str] = (), name: str = ""
) -> dict[str, Any]:
    """Towns and classes as a group, and the name. A keyword that is misspelt is no whole table:
    it raises `TypeError`.
    """
    group = Group(take_names(towns, "towns"), take_names(classes, "classes"))
    return {"group": group, "name": name}
