"""What an analyst asks, as frozen data: which weightings are allowed, and which one is best.

Names of columns, towns and classes are the table's; `allocator.optimize.case` looks them up.
Ratios are Fractions, amounts fen. Reading from TOML is `problem_reader`'s work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from allocator.base.money import Fen
from allocator.base.problems import Place

#: The reference that every problem knows: what the scheme as it stands gives before rounding.
CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Group:
    """Some towns: those named and those of the classes; without either, all."""

    towns: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WeightBound:
    """The least and the most that one factor may weigh."""

    factor: str
    least: Fraction | None = None
    most: Fraction | None = None
    name: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class WeightRelation:
    """A linear condition between weights, as written: `villages >= area + 0.1`."""

    text: str
    name: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class AmountBound:
    """A floor or a cap on each town's amount: fen, or a column of yuan; `per` a column's unit."""

    side: Literal["floor", "cap"]
    amount: Fen | str
    per: str = ""
    group: Group = Group()
    name: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Change:
    """Each town at most `down` below and `up` above the reference, as ratios of it."""

    reference: str = CURRENT
    down: Fraction | None = None
    up: Fraction | None = None
    group: Group = Group()
    name: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class GroupShare:
    """What part of the pool a group of towns gets together."""

    group: Group
    least: Fraction | None = None
    most: Fraction | None = None
    name: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Order:
    """Each town gets no less than the one named after it."""

    towns: tuple[str, ...]
    name: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Rank:
    """At most `rank` − 1 towns get more than this one."""

    town: str
    rank: int
    name: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class MatchCapacity:
    """Each town's required match, over all pools, stays within a column of yuan."""

    column: str
    group: Group = Group()
    name: str = ""
    place: Place = field(default=Place(), compare=False)


Condition = (
    WeightBound | WeightRelation | AmountBound | Change | GroupShare | Order | Rank | MatchCapacity
)


@dataclass(frozen=True, slots=True)
class Aim:
    """What is best: an aim of `aims.AIMS` by name, and the terms it needs.

    `fit` asks which weights gave the amounts of `reference`, published in whole `unit`s of fen.
    """

    kind: str
    per: str = ""
    reference: str = CURRENT
    town: str = ""
    group: Group = Group()
    unit: Fen = Fen(1)
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class WeightProblem:
    """One question about the weights of one pool.

    With `step` only multiples of it are allowed as weights, and the `best` best are listed.
    `against` is the second aim of the trade-off curve, drawn through `points` points.
    `references` are further tables of amounts, town → fen, by name.
    """

    pool: str
    aim: Aim
    name: str = ""
    conditions: tuple[Condition, ...] = ()
    step: Fraction | None = None
    best: int = 5
    against: Aim | None = None
    points: int = 11
    references: Mapping[str, Mapping[str, Fen]] = field(default_factory=dict)

    @classmethod
    def from_toml(cls, text: str, file: str = "") -> WeightProblem:
        """Read a problem from the text of a TOML file; `file` is its name in messages.

        Raises `InputError` with every mistake in it.
        """
        from allocator.optimize.question.reader import problem_from_toml

        return problem_from_toml(text, file)
