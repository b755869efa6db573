"""One question about the weights of one pool, whole: built in Python or read from TOML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from allocator.base.money import Fen
from allocator.base.plain_data import join, read_toml
from allocator.base.problems import InputError, Place
from allocator.optimize.question.conditions import (
    Aim,
    Condition,
    Group,
    take_group,
    take_measure,
)
from allocator.optimize.question.reader import ProblemReader
from allocator.optimize.question.taking import refuse, take_amount, take_names, take_ratio


@dataclass(frozen=True, slots=True)
class WeightProblem:
    """What is asked of one pool, which is named by its id or its name.

    With `step` only multiples of it are allowed as weights, and the `best` best are listed.
    `then` are aims that settle ties of the first, in this order. `against` is the second aim of
    the trade-off curve, drawn through `points` points. `references` are further tables of
    amounts, town → fen, by name; a text among them is yuan. `of` is what amounts mean wherever a
    part does not say so itself: `of="本次核拨额"` asks about what is paid.
    `groups` are those whose range `ranges` tells too; a text is a class. `also` are the other pools
    of which `fit_pools` seeks the weights.

    `WeightProblem("micro_projects", "max_min", [bound("gdp", most="30%")], step="5%")`
    """

    pool: str
    aim: Aim
    conditions: tuple[Condition, ...] = ()
    name: str = ""
    step: Fraction | None = None
    best: int = 5
    then: tuple[Aim, ...] = ()
    against: Aim | None = None
    points: int = 11
    references: Mapping[str, Mapping[str, Fen]] = field(default_factory=dict)
    of: str = "entitlement"
    groups: tuple[Group, ...] = ()
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("aim", _aim(self.aim))
        put("against", None if self.against is None else _aim(self.against))
        given: Any = self.then
        then = [given] if isinstance(given, str | Aim) else given
        put("then", tuple(_aim(aim) for aim in then))
        put("conditions", _conditions(self.conditions))
        put("groups", _groups(self.groups))
        put("also", take_names(self.also, "WeightProblem.also"))
        put("of", take_measure(self.of, "WeightProblem.of") or "entitlement")
        put("step", take_step(self.step, "WeightProblem.step"))
        for name, least in (("best", 1), ("points", 2)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                remedy = f"请填不小于 {least} 的整数"
                refuse("number", f"WeightProblem.{name}", "这里应是一个整数", remedy, value)
        tables = {
            name: {town: _fen(amount, name, town) for town, amount in table.items()}
            for name, table in self.references.items()
        }
        put("references", tables)

    @classmethod
    def from_toml(cls, text: str, file: str = "") -> WeightProblem:
        """Read a problem from the text of a TOML file; `file` is its name in messages.

        Raises `InputError` with every mistake in it.
        """
        reader = ProblemReader(lambda path: Place(file, "", path))
        parts = reader.parts(read_toml(text, file))
        if parts is None or reader.problems:
            raise InputError(reader.problems)
        return cls(**parts)


def take_step(value: object, where: str) -> Fraction | None:
    """The grid step: a number of which 1 is a multiple."""
    step = take_ratio(value, where)
    if step is not None and (step == 0 or (1 / step).denominator != 1):
        refuse("step", where, "权重步长必须整除 1", "请填能整除 1 的步长，如 0.05 或 0.01", value)
    return step


def _groups(value: object) -> tuple[Group, ...]:
    given: Any = (value,) if isinstance(value, str | Group) else value
    return tuple(take_group(one, "WeightProblem.groups") for one in given)


def _aim(value: Aim | str) -> Aim:
    return Aim(value) if isinstance(value, str) else value


def _conditions(value: Condition | Sequence[Condition]) -> tuple[Condition, ...]:
    conditions = (value,) if isinstance(value, Condition) else tuple(value)
    for condition in conditions:
        if not isinstance(condition, Condition):
            remedy = "请用 bound、relation、floor、cap、change、share、order、rank、match 写条件"
            refuse("condition", "WeightProblem.conditions", "这不是一个条件", remedy, condition)
    return conditions


def _fen(amount: Any, name: str, town: str) -> Fen:
    fen = take_amount(amount, join(f"references.{name}", town))
    if isinstance(fen, str):
        refuse("amount", join(f"references.{name}", town), "金额无法识别", "请填元", amount)
    return fen
