"""One pool under one problem, ready to compute: columns as whole numbers, bounds in fen.

Amounts are entitlements (应分配额) before rounding: the engine's own water-filling, exactly. The
rounding afterwards moves no town by a whole unit (largest remainder) and is the engine's alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from allocator.allocation import Allocation, allocate
from allocator.base.money import FEN_PER_YUAN, Fen
from allocator.base.problems import InputError, Place, Problem
from allocator.engine.open_pool import OpenPool
from allocator.engine.pool import opened as open_the_pool
from allocator.engine.shares import FactorShares, combine
from allocator.fund.bounds import pilot_amounts
from allocator.fund.recipients import Number, Recipients
from allocator.fund.scheme import Pool, Scheme
from allocator.optimize.question.conditions import CURRENT, Group
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.rounding.water_filling import Infeasible, water_fill


@dataclass(frozen=True, slots=True)
class Amounts:
    """Exact entitlements in fen under some weights: whole numerators over one denominator.

    `level` is λ: a town whose share is q gets λ q above the base unless a bound holds it.
    """

    weights: tuple[Fraction, ...]
    numerators: tuple[int, ...]
    denominator: int
    level: Fraction = Fraction(0)

    def __getitem__(self, i: int) -> Fraction:
        return Fraction(self.numerators[i], self.denominator)


@dataclass(frozen=True, slots=True)
class MatchTerms:
    """Required match of town i before rounding: rate · (max(amount − offset, 0) + other), in fen."""

    rate: tuple[Fraction, ...]
    offset: tuple[int, ...]
    other: tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """The pool of a problem: `total`, `lows`, `highs` are fen above the flat `base`."""

    opened: OpenPool
    scheme: Scheme
    problem: WeightProblem
    current: Allocation
    #: The envelopes of a town's amount by (town, span): most regions share most of them.
    bent: dict[Any, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.recipients)

    @property
    def recipients(self) -> Recipients:
        """The table of towns."""
        return self.opened.recipients

    @property
    def pool(self) -> Pool:
        """The pool as the scheme has it."""
        return self.opened.pool

    @property
    def factors(self) -> tuple[FactorShares, ...]:
        """The factors, in the order of the pool."""
        return self.opened.factors

    @cached_property
    def total(self) -> int:
        """What is left to split by weights, floors included."""
        return self.opened.total * self.pool.unit

    @cached_property
    def lows(self) -> tuple[int, ...]:
        """The least of each town; 0 without a floor."""
        return tuple(low * self.pool.unit for low in self.opened.lows or (0,) * len(self))

    @cached_property
    def highs(self) -> tuple[int, ...] | None:
        """The most of each town, if the pool has caps."""
        if self.opened.highs is None:
            return None
        return tuple(high * self.pool.unit for high in self.opened.highs)

    @property
    def towns(self) -> tuple[str, ...]:
        """The towns in official order."""
        return self.recipients.towns

    def quotas(self, weights: Sequence[Fraction]) -> Amounts:
        """What the engine gives under these weights (which sum to 1), before rounding.

        Raises `water_filling.Infeasible` when the caps leave no split.
        """
        unit, lows, highs = self.pool.unit, self.opened.lows, self.opened.highs
        claims = combine(self.factors, weights).weights
        level = water_fill(self.opened.total, claims, lows, highs)
        p, q = level.numerator * unit, level.denominator
        amounts = [p * claim for claim in claims]
        if lows is not None:
            amounts = [max(a, q * unit * low) for a, low in zip(amounts, lows, strict=True)]
        if highs is not None:
            amounts = [min(a, q * unit * high) for a, high in zip(amounts, highs, strict=True)]
        base = self.pool.base * q
        reached = level * unit * sum(claims)
        return Amounts(tuple(weights), tuple([a + base for a in amounts]), q, reached)

    def split(self, weights: Sequence[Fraction]) -> Amounts | None:
        """`quotas`, or None when the caps leave no split under these weights."""
        try:
            return self.quotas(weights)
        except Infeasible:
            return None

    def rounded(self, answer: Allocation) -> Amounts:
        """The entitlements of an allocation of this pool as reported, in whole fen."""
        result = answer.pool(self.pool.id)
        weights = tuple(factor.weight for factor in result.pool.factors)
        return Amounts(weights, result.split_amount, 1)

    def with_weights(self, weights: Sequence[Fraction]) -> Scheme:
        """The scheme with these weights in the pool."""
        return self.scheme.with_weights({self.pool.id: weights})

    def allocate(self, weights: Sequence[Fraction]) -> Allocation:
        """The whole allocation under these weights: every amount in fen, by the engine."""
        return allocate(self.recipients, self.with_weights(weights))

    @cached_property
    def current_weights(self) -> tuple[Fraction, ...]:
        """The weights of the scheme as it stands."""
        return tuple(factor.weight for factor in self.pool.factors)

    @cached_property
    def current_amounts(self) -> Amounts:
        """The exact entitlements of the scheme as it stands."""
        return self.quotas(self.current_weights)

    def factor_number(self, name: str) -> int:
        """Which factor a name means: its own name, its header or its column. Raises `KeyError`."""
        for names in (
            [shares.name for shares in self.factors],
            [factor.name for factor in self.pool.factors],
            [factor.column for factor in self.pool.factors],
            [self.recipients.header(factor.column) for factor in self.pool.factors],
        ):
            if names.count(name) == 1:
                return names.index(name)
        raise KeyError(name)

    def members(self, group: Group) -> list[int]:
        """The towns of a group, in official order. Raises `KeyError` for an unknown name."""
        if not group.towns and not group.classes:
            return list(range(len(self)))
        for town in group.towns:
            self.town_number(town)
        classes = self.recipients.economic_class or ("",) * len(self)
        for name in group.classes:
            if name not in classes:
                raise KeyError(name)
        rows = zip(self.towns, classes, strict=True)
        return [i for i, (t, c) in enumerate(rows) if t in group.towns or c in group.classes]

    def town_number(self, town: str) -> int:
        """The position of a town. Raises `KeyError`."""
        if town not in self.towns:
            raise KeyError(town)
        return self.towns.index(town)

    def column(self, name: str) -> Sequence[Number]:
        """A numeric column by its name or header. Raises `KeyError`."""
        numbers = self.recipients.numbers
        if name in numbers:
            return numbers[name]
        return numbers[next((c for c in numbers if self.recipients.header(c) == name), name)]

    def per(self, name: str) -> Sequence[Number]:
        """The column that amounts are divided by; ones without a name."""
        return self.column(name) if name else (1,) * len(self)

    def per_name(self, name: str) -> str:
        """One unit of a column, as in 每…: 村（社区）, 人, 平方公里."""
        header = self.recipients.header(name)
        if header.endswith("）"):
            return header.rpartition("（")[2].removesuffix("）")
        return header.removesuffix("数量")

    def reference(self, name: str) -> dict[int, Fraction]:
        """Amounts to compare with, town → fen. Raises `KeyError` for an unknown name or town."""
        if name == CURRENT:
            return {i: self.current_amounts[i] for i in range(len(self))}
        table: Mapping[str, Fen] | None = self.problem.references.get(name)
        if table is not None:
            return {self.town_number(town): Fraction(fen) for town, fen in table.items()}
        return {i: Fraction(v) * FEN_PER_YUAN for i, v in enumerate(self.column(name))}

    @cached_property
    def match(self) -> MatchTerms | None:
        """What the required match depends on; None without a match, or where redistributed sums
        make it more than the town's own amount.
        """
        matching, pilot = self.scheme.matching, self.scheme.pilot
        result = self.current.pool(self.pool.id)
        settled = result.settlement
        if matching is None or (settled and pilot and pilot.unspent == "redistribute"):
            return None
        offset = [0] * len(self)
        if settled and pilot:
            advance, unspent = pilot_amounts(self.recipients, self.scheme)
            if settled.basis == "share":
                offset = [o + a for o, a in zip(offset, advance, strict=True)]
            if matching.base == "paid":
                offset = [o + u for o, u in zip(offset, unspent, strict=True)]
        own = result.payment
        if settled and matching.base == "before_recovery":
            own = settled.before_recovery
        other = (m.base - o for m, o in zip(self.current.matching, own, strict=True))
        rates = tuple(match.rate for match in self.current.matching)
        return MatchTerms(rates, tuple(offset), tuple(other))


def _pool(scheme: Scheme, name: str) -> Pool:
    """The pool of that id, or else of that name. Raises `KeyError`."""
    named = [pool for pool in scheme.pools if pool.name == name]
    return named[0] if len(named) == 1 else scheme.pool(name)


def prepare(recipients: Recipients, scheme: Scheme, problem: WeightProblem) -> Case:
    """Look up the pool, run the scheme as it stands and lay out what does not depend on weights.

    Raises `InputError` for an unknown pool and for every mistake that `allocate` finds.
    """
    current = allocate(recipients, scheme)
    try:
        pool = _pool(scheme, problem.pool)
    except KeyError:
        known = "、".join(p.id for p in scheme.pools)
        place = Place(problem.aim.place.file, "", "problem.pool")
        raise InputError(
            [
                Problem(
                    "problem.pool", "没有这个资金池", f"可用的资金池：{known}", place, problem.pool
                )
            ]
        ) from None
    opened = open_the_pool(recipients, scheme, pool)
    if opened.total <= sum(opened.lows or ()):
        remedy = "请降低保底、定额或试点下限，否则任何权重的结果都一样"
        message = f"“{pool.name}”扣除保底和定额后没有可按权重分配的金额"
        raise InputError([Problem("problem.nothing_left", message, remedy)])
    return Case(opened, scheme, problem, current)
