"""From TOML to the parts of a problem, with every mistake named at its place.

What cannot be used is reported and comes back as None (or as a harmless value, where the field
needs one), so that the rest of the file is still checked in the same run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from allocator.base.money import Fen
from allocator.base.plain_data import Locate, PlainReader, join, ratio
from allocator.base.problems import Place
from allocator.optimize.question import conditions as data
from allocator.optimize.question.conditions import AIM_NAMES
from allocator.optimize.question.taking import choices_told

_GROUP: Final = ("towns", "classes")
KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "": ("problem", "aim", "then", "against", "bound", "condition", "reference", "group"),
        "problem": ("name", "pool", "also", "of", "step", "best", "points"),
        "aim": ("kind", "per", "reference", "town", "unit", "weights", "of", *_GROUP),
        "group": _GROUP,
        "bound": ("factor", "least", "most", "penalty", "name"),
        "condition": ("kind", "penalty", "name"),
        "weights": ("kind", "relation", "penalty", "name"),
        "floor": ("kind", "amount", "per", *_GROUP, "of", "penalty", "name"),
        "cap": ("kind", "amount", "per", *_GROUP, "of", "penalty", "name"),
        "change": ("kind", "reference", "down", "up", *_GROUP, "of", "penalty", "name"),
        "share": ("kind", *_GROUP, "least", "most", "of", "penalty", "name"),
        "order": ("kind", "towns", "of", "penalty", "name"),
        "rank": ("kind", "town", "rank", "of", "penalty", "name"),
        "match": ("kind", "column", *_GROUP, "penalty", "name"),
    }
)
CONDITION_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "weights": "权重之间的关系",
        "floor": "保底",
        "cap": "封顶",
        "change": "增减幅度",
        "share": "合计占比",
        "order": "先后次序",
        "rank": "名次",
        "match": "配套能力",
    }
)


class ProblemReader(PlainReader):
    """Reads one raw problem; `problems` fills up on the way."""

    def __init__(self, locate: Locate) -> None:
        super().__init__(locate, KEYS, {}, "problem", ("scheme", "pool", "pilot", "matching"))

    def option(
        self, raw: Mapping[str, Any], path: str, key: str, names: Mapping[str, str]
    ) -> str | None:
        """One of `names`, in English or Chinese; None, reported, for anything else."""
        value = self.text(raw, path, key)
        known = {**{name: name for name in names}, **{names[name]: name for name in names}}
        if value not in known:
            told = choices_told(value, dict(names))
            self.report("choice", join(path, key), "没有这个选项", told, value)
        return known.get(value)

    def measure(self, raw: Mapping[str, Any], path: str) -> str:
        """What amounts mean here; empty where nothing is said."""
        return (self.option(raw, path, "of", data.MEASURES) or "") if "of" in raw else ""

    def maybe(self, raw: Mapping[str, Any], path: str, key: str) -> Fraction | None:
        """The number under `key`, None where nothing is given."""
        return self.number(raw, path, key) if key in raw else None

    def names(self, raw: Mapping[str, Any], path: str, key: str) -> tuple[str, ...]:
        """A list of names, or a single one."""
        value = raw.get(key, ())
        if isinstance(value, str):
            return (value.strip(),)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(item.strip() for item in value)
        if value != ():
            remedy = '请写成 ["东城街道", "南城街道"] 的样子'
            self.report("shape", join(path, key), "这里应是一组名称", remedy, value)
        return ()

    def group(self, raw: Mapping[str, Any], path: str) -> data.Group:
        """The towns that `towns` and `classes` name."""
        return data.Group(self.names(raw, path, "towns"), self.names(raw, path, "classes"))

    def named_group(self, raw: object, path: str) -> data.Group | None:
        """A group whose range is asked for; None, reported, where it names nobody."""
        group = self.group(self.table(raw, path, "group"), path)
        if not group.towns and not group.classes:
            self.report("missing", path, "没有写明哪些镇街", "请填“towns”或“classes”")
            return None
        return group

    def count(self, raw: Mapping[str, Any], path: str, key: str, default: int, least: int) -> int:
        """A whole number from `least` on."""
        value = raw.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            remedy = f"请填不小于 {least} 的整数"
            self.report("number", join(path, key), "这里应是一个整数", remedy, value)
            return default
        return value

    def aim(self, raw: object, path: str) -> data.Aim | None:
        """An aim with its terms; None, reported, where its kind is unknown."""
        table = self.table(raw, path, "aim")
        kind = self.option(table, path, "kind", AIM_NAMES)
        unit = self.amount(table, path, "unit", "0.01") or Fen(1)
        weights = self.weights(table.get("weights", []), join(path, "weights"))
        if kind is None or weights is None:
            return None
        return data.Aim(
            kind=kind,
            per=self.text(table, path, "per"),
            reference=self.text(table, path, "reference") or data.CURRENT,
            town=self.text(table, path, "town"),
            group=self.group(table, path),
            weights=weights,
            unit=unit,
            of=self.measure(table, path),
            place=self.locate(path),
        )

    def weights(self, raw: object, path: str) -> tuple[Fraction, ...] | None:
        """A list of weights that sum to 1, or an empty one; None, reported, for anything else."""
        try:
            weights = tuple(ratio(value) for value in raw) if isinstance(raw, list) else None
        except (ValueError, ZeroDivisionError):
            weights = None
        if weights is None or (weights and (sum(weights) != 1 or min(weights) < 0)):
            remedy = '请按因素的次序写成 ["40%", "30%", "30%"] 的样子，合计为 1'
            self.report("weights", path, "这里应是一组权重", remedy, raw)
            return None
        return weights

    def sides(
        self, raw: Mapping[str, Any], path: str, low: str, high: str
    ) -> tuple[Fraction | None, Fraction | None] | None:
        """Two limits of which at least one must be given; None, reported, without either."""
        if low not in raw and high not in raw:
            remedy = f"请填“{low}”或“{high}”，或两者都填"
            self.report("missing", path, "没有写明界限", remedy)
            return None
        return self.maybe(raw, path, low), self.maybe(raw, path, high)

    def bound(self, raw: object, path: str) -> data.WeightBound | None:
        """The bounds of one weight; None, reported, without any."""
        table = self.table(raw, path, "bound")
        sides = self.sides(table, path, "least", "most")
        factor = self.text(table, path, "factor", needed=True)
        if sides is None:
            return None
        least, most = sides
        return data.WeightBound(
            factor=factor,
            least=least,
            most=most,
            name=self.text(table, path, "name"),
            place=self.locate(path),
            penalty=self.penalty(table, path),
        )

    def condition(self, raw: object, path: str) -> data.Condition | None:
        """One condition of any kind; None, reported, where the kind is unknown."""
        if not isinstance(raw, Mapping):
            self.report("shape", path, "这里应是一张表（键 = 值）", "请照样例改写", raw)
            return None
        kind = self.option(raw, path, "kind", CONDITION_NAMES)
        if kind is None:
            return None
        table = self.table(raw, path, kind)
        name, place = self.text(table, path, "name"), self.locate(path)
        found = _CONDITIONS[kind](self, table, path, name, place)
        return None if found is None else replace(found, penalty=self.penalty(table, path))

    def penalty(self, raw: Mapping[str, Any], path: str) -> Fraction:
        """How much a unit of a condition counts when several must give way."""
        times = self.maybe(raw, path, "penalty") if "penalty" in raw else Fraction(1)
        if times == 0:
            self.report("number", join(path, "penalty"), "这里应是一个大于 0 的数", "如 3")
        return times or Fraction(1)

    def parts(self, raw: object) -> dict[str, Any] | None:
        """What a `WeightProblem` is made of, by field; None, reported, without a usable aim."""
        table = self.table(raw, "", "")
        head = self.table(table.get("problem", {}), "problem", "problem")
        listed = {
            "bound": self.bound,
            "condition": self.condition,
            "then": self.aim,
            "group": self.named_group,
        }
        found = {
            key: [read(item, path) for item, path in self.tables(table.get(key, []), key)]
            for key, read in listed.items()
        }
        if "aim" not in table:
            remedy = '请加上 [aim] 和 kind = "max_min" 等'
            self.report("missing", "aim", "没有写明目标", remedy)
        parts = {
            "pool": self.text(head, "problem", "pool", needed=True),
            "aim": self.aim(table["aim"], "aim") if "aim" in table else None,
            "name": self.text(head, "problem", "name"),
            "of": self.measure(head, "problem"),
            "also": self.names(head, "problem", "also"),
            "conditions": [c for c in (*found["bound"], *found["condition"]) if c is not None],
            "step": self.step(head),
            "best": self.count(head, "problem", "best", 5, 1),
            "groups": [group for group in found["group"] if group is not None],
            "then": [aim for aim in found["then"] if aim is not None],
            "against": self.aim(table["against"], "against") if "against" in table else None,
            "points": self.count(head, "problem", "points", 11, 2),
            "references": self.references(table.get("reference", {})),
        }
        return parts if parts["aim"] is not None else None

    def step(self, head: Mapping[str, Any]) -> Fraction | None:
        """The grid step: a number of which 1 is a multiple."""
        step = self.maybe(head, "problem", "step")
        if step is not None and (step == 0 or (1 / step).denominator != 1):
            remedy = "请填能整除 1 的步长，如 0.05 或 0.01"
            self.report("step", "problem.step", "权重步长必须整除 1", remedy, head["step"])
            return None
        return step

    def references(self, raw: object) -> dict[str, dict[str, Fen]]:
        """Tables of amounts by name: town → yuan."""
        if not isinstance(raw, Mapping):
            self.report("shape", "reference", "这里应是一张表（键 = 值）", "请照样例改写", raw)
            return {}
        tables: dict[str, dict[str, Fen]] = {}
        for name, given in raw.items():
            path = join("reference", name)
            if isinstance(given, Mapping):
                tables[str(name)] = {str(town): self.amount(given, path, town) for town in given}
            else:
                remedy = '请写成 "东城街道" = "4959844.41" 的样子'
                self.report("shape", path, "这里应是一张表（镇街 = 元）", remedy, given)
        return tables


def _weights(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition:
    text = reader.text(raw, path, "relation", needed=True)
    return data.WeightRelation(text, name, place)


def _shared(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> dict[str, Any]:
    """The fields that most conditions share."""
    group, of = reader.group(raw, path), reader.measure(raw, path)
    return {"group": group, "name": name, "of": of, "place": place}


def _amount_bound(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition | None:
    amount = reader.amount_or_formula(raw, path, "amount")
    if amount is None:
        remedy = "请填金额（元）或数据表中的一列"
        reader.report("missing", join(path, "amount"), "缺少“amount”", remedy)
        return None
    return data.AmountBound(
        side="floor" if raw["kind"] in ("floor", CONDITION_NAMES["floor"]) else "cap",
        amount=amount,
        per=reader.text(raw, path, "per"),
        **_shared(reader, raw, path, name, place),
    )


def _change(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition | None:
    sides = reader.sides(raw, path, "down", "up")
    reference = reader.text(raw, path, "reference") or data.CURRENT
    shared = _shared(reader, raw, path, name, place)
    return None if sides is None else data.Change(reference, *sides, **shared)


def _share(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition | None:
    sides = reader.sides(raw, path, "least", "most")
    shared = _shared(reader, raw, path, name, place)
    return None if sides is None else data.GroupShare(least=sides[0], most=sides[1], **shared)


def _order(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition | None:
    towns = reader.names(raw, path, "towns")
    if len(towns) < 2:
        remedy = "请按应得金额从多到少写出至少两个镇街"
        reader.report("missing", join(path, "towns"), "次序至少要两个镇街", remedy)
        return None
    return data.Order(towns, name, reader.measure(raw, path), place)


def _rank(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition:
    town = reader.text(raw, path, "town", needed=True)
    place_of = reader.count(raw, path, "rank", 1, 1)
    return data.Rank(town, place_of, name, reader.measure(raw, path), place)


def _match(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition:
    column = reader.text(raw, path, "column", needed=True)
    return data.MatchCapacity(column, reader.group(raw, path), name, place)


_Read = Callable[[ProblemReader, Mapping[str, Any], str, str, Place], data.Condition | None]
_CONDITIONS: Final[Mapping[str, _Read]] = MappingProxyType(
    {
        "weights": _weights,
        "floor": _amount_bound,
        "cap": _amount_bound,
        "change": _change,
        "share": _share,
        "order": _order,
        "rank": _rank,
        "match": _match,
    }
)
