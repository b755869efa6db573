"""From TOML to a `WeightProblem`, with every mistake named at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from allocator.base.money import Fen
from allocator.base.plain_data import Locate, PlainReader, join, read_toml
from allocator.base.problems import InputError, Place
from allocator.optimize.question import conditions as data

AIM_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "max_min": "最低者最高",
        "leximin": "由低到高依次最高",
        "min_max_deviation": "最大偏离最小",
        "min_total_deviation": "总偏离最小",
        "min_spread": "高低差最小",
        "max_group_share": "某类占比最高",
        "max_town": "某镇最多",
        "min_town": "某镇最少",
        "min_match_burden": "最重配套负担最轻",
        "fit": "还原权重",
    }
)
_GROUP: Final = ("towns", "classes")
KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "": ("problem", "aim", "against", "bound", "condition", "reference"),
        "problem": ("name", "pool", "step", "best", "points"),
        "aim": ("kind", "per", "reference", "town", "unit", *_GROUP),
        "bound": ("factor", "least", "most", "name"),
        "condition": ("kind", "name"),
        "weights": ("kind", "relation", "name"),
        "floor": ("kind", "amount", "per", *_GROUP, "name"),
        "cap": ("kind", "amount", "per", *_GROUP, "name"),
        "change": ("kind", "reference", "down", "up", *_GROUP, "name"),
        "share": ("kind", *_GROUP, "least", "most", "name"),
        "order": ("kind", "towns", "name"),
        "rank": ("kind", "town", "rank", "name"),
        "match": ("kind", "column", *_GROUP, "name"),
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
        self.choices = {key: names}
        before = len(self.problems)
        value: str = self.choice(raw, path, key, "")
        return value if len(self.problems) == before else None

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

    def count(self, raw: Mapping[str, Any], path: str, key: str, default: int, least: int) -> int:
        """A whole number from `least` on."""
        value = raw.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            remedy = f"请填不小于 {least} 的整数"
            self.report("number", join(path, key), "这里应是一个整数", remedy, value)
            return default
        return value

    def aim(self, raw: object, path: str) -> data.Aim:
        """An aim with its terms."""
        table = self.table(raw, path, "aim")
        kind = self.option(table, path, "kind", AIM_NAMES) or "max_min"
        return data.Aim(
            kind=kind,
            per=self.text(table, path, "per"),
            reference=self.text(table, path, "reference") or data.CURRENT,
            town=self.text(table, path, "town"),
            group=self.group(table, path),
            unit=self.amount(table, path, "unit", "0.01") or Fen(1),
            place=self.locate(path),
        )

    def sides(
        self, raw: Mapping[str, Any], path: str, low: str, high: str
    ) -> tuple[Fraction | None, Fraction | None]:
        """Two limits of which at least one must be given, the lower not above the upper."""
        least, most = self.maybe(raw, path, low), self.maybe(raw, path, high)
        if least is None and most is None:
            remedy = f"请填“{low}”或“{high}”，或两者都填"
            self.report("missing", path, "没有写明界限", remedy)
        return least, most

    def bound(self, raw: object, path: str) -> data.WeightBound:
        """The bounds of one weight."""
        table = self.table(raw, path, "bound")
        least, most = self.sides(table, path, "least", "most")
        factor = self.text(table, path, "factor", needed=True)
        return data.WeightBound(
            factor, least, most, self.text(table, path, "name"), self.locate(path)
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
        return _CONDITIONS[kind](self, table, path, name, place)

    def problem(self, raw: object) -> data.WeightProblem:
        """The whole problem."""
        table = self.table(raw, "", "")
        head = self.table(table.get("problem", {}), "problem", "problem")
        bounds = [
            self.bound(item, path) for item, path in self.tables(table.get("bound", []), "bound")
        ]
        conditions = [
            self.condition(item, path)
            for item, path in self.tables(table.get("condition", []), "condition")
        ]
        if "aim" not in table:
            remedy = '请加上 [aim] 和 kind = "max_min" 等'
            self.report("missing", "aim", "没有写明目标", remedy)
        return data.WeightProblem(
            pool=self.text(head, "problem", "pool", needed=True),
            aim=self.aim(table["aim"], "aim") if "aim" in table else data.Aim("max_min"),
            name=self.text(head, "problem", "name"),
            conditions=(*bounds, *(c for c in conditions if c is not None)),
            step=self.step(head),
            best=self.count(head, "problem", "best", 5, 1),
            against=self.aim(table["against"], "against") if "against" in table else None,
            points=self.count(head, "problem", "points", 11, 2),
            references=self.references(table.get("reference", {})),
        )

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


def _amount_bound(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition:
    amount = reader.amount_or_column(raw, path, "amount")
    if amount is None:
        remedy = "请填金额（元）或数据表中的一列"
        reader.report("missing", join(path, "amount"), "缺少“amount”", remedy)
    per = reader.text(raw, path, "per")
    side = "floor" if raw["kind"] in ("floor", CONDITION_NAMES["floor"]) else "cap"
    return data.AmountBound(
        side,  # type: ignore[arg-type]
        Fen(0) if amount is None else amount,
        per,
        reader.group(raw, path),
        name,
        place,
    )


def _change(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition:
    down, up = reader.sides(raw, path, "down", "up")
    reference = reader.text(raw, path, "reference") or data.CURRENT
    return data.Change(reference, down, up, reader.group(raw, path), name, place)


def _share(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition:
    least, most = reader.sides(raw, path, "least", "most")
    return data.GroupShare(reader.group(raw, path), least, most, name, place)


def _order(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition:
    towns = reader.names(raw, path, "towns")
    if len(towns) < 2:
        remedy = "请按应得金额从多到少写出至少两个镇街"
        reader.report("missing", join(path, "towns"), "次序至少要两个镇街", remedy)
    return data.Order(towns, name, place)


def _rank(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition:
    town = reader.text(raw, path, "town", needed=True)
    return data.Rank(town, reader.count(raw, path, "rank", 1, 1), name, place)


def _match(
    reader: ProblemReader, raw: Mapping[str, Any], path: str, name: str, place: Place
) -> data.Condition:
    column = reader.text(raw, path, "column", needed=True)
    return data.MatchCapacity(column, reader.group(raw, path), name, place)


_Read = Callable[[ProblemReader, Mapping[str, Any], str, str, Place], data.Condition]
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


def problem_from_toml(text: str, file: str = "") -> data.WeightProblem:
    """See `WeightProblem.from_toml`."""
    reader = ProblemReader(lambda path: Place(file, "", path))
    found = reader.problem(read_toml(text, file))
    if reader.problems:
        raise InputError(reader.problems)
    return found
