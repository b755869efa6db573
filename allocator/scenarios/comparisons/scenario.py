"""A scenario: a name, and what it changes in a scheme.

Overrides have the shape of the scheme file, so they are laid over the scheme's own record and
read again by the scheme's reader, which finds the mistakes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from allocator.base.money import fen_from_yuan, yuan_text
from allocator.base.plain_data import ratio, read_toml, unknown_key
from allocator.base.problems import InputError, Place, Problem
from allocator.fund.columns import HEADERS
from allocator.fund.rules import factor_record
from allocator.fund.scheme import Scheme, read_scheme, scheme_record
from allocator.fund.words import KEYS
from allocator.rounding.apportion import apportion

#: What a scenario may change: `pool.ID.…`, and whole keys of the other tables.
_TABLES: Final = ("pool", "pilot", "matching")
#: Shorthands for one key of single factors, by column or name.
_BY_FACTOR: Final[Mapping[str, str]] = {"weights": "weight", "directions": "direction"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named set of overrides.

    `overrides` may hold `pool` (id → any key of a pool, and `weights` or `directions` by factor),
    `pilot` and `matching` (any key; False drops the rule). Of `weights` and `rates` only what
    changes need be given; a new `budget` without `sources` keeps the sources' proportions.

    >>> Scenario("村数加权", {"pool": {"micro_projects": {"weights": {"villages": "0.5", "area": "0.2"}}}})
    Scenario(name='村数加权')
    """

    name: str
    overrides: Mapping[str, Any] = field(repr=False)
    place: Place = field(default=Place(), repr=False, compare=False)


def reweighted(name: str, scheme: Scheme, pool_id: str, weights: Sequence[Any]) -> Scenario:
    """The scheme with other weights in a pool, by the order of its factors: for `compare`.

    Weights are those of an answer of `allocator.optimize`, or numbers and texts such as "30%".
    Raises `InputError` as `Scheme.with_weights` does.
    """
    changed = scheme.with_weights({pool_id: [ratio(weight) for weight in weights]})
    factors = [factor_record(factor) for factor in changed.pool(pool_id).factors]
    return Scenario(name, {"pool": {pool_id: {"factors": factors}}})


def scenarios_from_toml(text: str, file: str = "") -> tuple[Scenario, ...]:
    """The `[[scenario]]` tables of a TOML file; other tables are left to their readers.

    Raises `InputError` for TOML that cannot be read, no scenario, and names missing or repeated.
    """
    raw = read_toml(text, file).get("scenario")
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw) or not raw:
        remedy = "请按样例写一段或多段 [[scenario]]"
        raise InputError([Problem("scenario.none", "文件中没有情景", remedy, Place(file))])
    scenarios = tuple(
        Scenario(
            name=str(item.get("name", "")).strip(),
            overrides={key: value for key, value in item.items() if key != "name"},
            place=Place(file, "", f"scenario[{i}]"),
        )
        for i, item in enumerate(raw)
    )
    check_names(scenarios)
    return scenarios


def check_names(scenarios: Sequence[Scenario]) -> None:
    """Raise `InputError` for every scenario without a name of its own."""
    names = [scenario.name for scenario in scenarios]
    problems = [
        Problem(
            "scenario.name", "情景没有名称，或与前面的重名", "请写上不同的 name", s.place, s.name
        )
        for i, s in enumerate(scenarios)
        if not s.name or s.name in names[:i]
    ]
    if problems:
        raise InputError(problems)


def apply(base: Scheme, scenario: Scenario) -> tuple[Scheme, list[Problem]]:
    """The base scheme with the overrides, and every mistake in them."""
    overlay = _Overlay(scheme_record(base), scenario)
    overlay.lay()
    if overlay.problems:
        return base, overlay.problems
    return read_scheme(overlay.record, overlay.locate)


class _Overlay:
    """Lays overrides over a scheme's record; `problems` fills up on the way."""

    def __init__(self, record: dict[str, Any], scenario: Scenario) -> None:
        self.record = record
        self.scenario = scenario
        self.problems: list[Problem] = []

    def locate(self, path: str) -> Place:
        """A key of this scenario, as its user finds it."""
        place = self.scenario.place
        return Place(place.file, f"情景“{self.scenario.name}”", path)

    def lay(self) -> None:
        for key, value in self.scenario.overrides.items():
            if key == "pool":
                self._pools(value)
            elif key in _TABLES:
                self._table(key, value)
            else:
                known = ("name", *_TABLES)
                self.problems.append(unknown_key(str(key), known, self.locate(str(key))))

    def _is_table(self, value: object, path: str) -> bool:
        if isinstance(value, Mapping):
            return True
        problem = Problem(
            "scheme.shape",
            "这里应是一张表（键 = 值）",
            "请照样例改写",
            self.locate(path),
            str(value),
        )
        self.problems.append(problem)
        return False

    def _table(self, key: str, value: Any) -> None:
        if value is False:
            self.record.pop(key, None)
        elif self._is_table(value, key):
            merged = {**self.record.get(key, {}), **value}
            rates = self.record.get(key, {}).get("rates")
            if rates and isinstance(value.get("rates"), Mapping):
                merged["rates"] = {**rates, **value["rates"]}
            self.record[key] = merged

    def _pools(self, value: Any) -> None:
        pools = {pool["id"]: pool for pool in self.record["pool"]}
        if not self._is_table(value, "pool"):
            return
        for pool_id, changes in value.items():
            path = f"pool.{pool_id}"
            if pool_id not in pools:
                self.problems.append(unknown_key(str(pool_id), tuple(pools), self.locate(path)))
            elif self._is_table(changes, path):
                self._pool(pools[pool_id], changes, path)

    def _pool(self, pool: dict[str, Any], changes: Mapping[str, Any], path: str) -> None:
        known = (*(key for key in KEYS["pool"] if key != "id"), *_BY_FACTOR)
        for key, value in changes.items():
            if key not in known:
                place = self.locate(f"{path}.{key}")
                self.problems.append(unknown_key(str(key), known, place))
            elif key == "budget" and "sources" not in changes:
                self._budget(pool, value, path)
            elif key not in _BY_FACTOR:
                pool[key] = value
        for key, field_name in _BY_FACTOR.items():
            if key in changes and self._is_table(changes[key], f"{path}.{key}"):
                self._factors(pool["factors"], changes[key], field_name, f"{path}.{key}")

    def _budget(self, pool: dict[str, Any], value: Any, path: str) -> None:
        pool["budget"] = value
        try:
            budget = fen_from_yuan(value)
            parts = [fen_from_yuan(source["amount"]) for source in pool["sources"]]
            scaled = apportion(budget, parts).amounts if parts else ()
        except ValueError:
            message, remedy = "金额无法识别", "请填以元为单位、最多两位小数的金额，如 2000000.00"
            place = self.locate(f"{path}.budget")
            self.problems.append(Problem("scheme.amount", message, remedy, place, str(value)))
            return
        for source, amount in zip(pool["sources"], scaled, strict=True):
            source["amount"] = yuan_text(amount)

    def _factors(
        self, factors: list[dict[str, Any]], changes: Mapping[str, Any], key: str, path: str
    ) -> None:
        for name, value in changes.items():
            found = [factor for factor in factors if name in _names(factor)]
            place = self.locate(f"{path}.{name}")
            if len(found) == 1:
                found[0][key] = value
            elif found:
                message, remedy = f"“{name}”对应多个因素", "请改用因素各自的 name"
                self.problems.append(Problem("scenario.factor", message, remedy, place))
            else:
                known = [factor.get("column") or factor.get("name", "") for factor in factors]
                self.problems.append(unknown_key(str(name), known, place))


def _names(factor: Mapping[str, Any]) -> tuple[str, ...]:
    column = factor.get("column", "")
    return tuple(n for n in (factor.get("name"), column, HEADERS.get(column)) if n)
