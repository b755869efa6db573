"""One pool under one problem, ready to compute: columns as whole numbers, bounds in fen.

Amounts are entitlements (应分配额) before rounding: the engine's own water-filling, exactly. The
rounding afterwards moves no town by a whole unit (largest remainder) and is the engine's alone.
Where the problem speaks of other measures as well (what is paid, all pools together), they stand
behind the entitlements, n after n: amount number m·n + i is measure m of town i.
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
from allocator.fund.derived.reading import read_formulas
from allocator.fund.recipients import Number, Recipients
from allocator.fund.rules import Pool
from allocator.fund.scheme import Scheme
from allocator.optimize.program.measures import (
    MatchTerms,
    Terms,
    is_fixed,
    match_terms,
    not_fixed,
    terms_of,
)
from allocator.optimize.question.conditions import CURRENT, MEASURES, Group
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.rounding.water_filling import Infeasible, water_fill


@dataclass(frozen=True, slots=True)
class Amounts:
    """Exact entitlements in fen under some weights: whole numerators over one denominator.

    `level` is λ: a town whose share is q gets λ q above the base unless a bound holds it. The
    first `size` numbers are the towns' entitlements, other measures of them follow.
    """

    weights: tuple[Fraction, ...]
    numerators: tuple[int, ...]
    denominator: int
    size: int
    level: Fraction = Fraction(0)

    def __getitem__(self, i: int) -> Fraction:
        return Fraction(self.numerators[i], self.denominator)


@dataclass(frozen=True, slots=True)
class Clip:
    """One measure of one town: clip(claim, low, high) + shift, in fen; `high` None: no cap."""

    low: int
    high: int | None
    shift: int

    def bends(self) -> list[int]:
        """The claims at which it bends; a claim is never below 0."""
        if self.low == self.high:
            return []
        return [b for b in (self.low, self.high) if b]


@dataclass(frozen=True)
class Case:
    """The pool of a problem: `total`, `lows`, `highs` are fen above the flat `base`."""

    opened: OpenPool
    scheme: Scheme
    problem: WeightProblem
    current: Allocation
    #: What amounts mean, by name, entitlements first.
    measures: Mapping[str, Terms]
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
        return self._measured(weights, [a + base for a in amounts], q, reached)

    def _measured(
        self, weights: Sequence[Fraction], amounts: Sequence[int], q: int, level: Fraction
    ) -> Amounts:
        """Entitlements over q with the other measures of the problem behind them."""
        found = list(amounts)
        for terms in list(self.measures.values())[1:]:
            found += [terms.of(i, a, q) for i, a in enumerate(amounts)]
        return Amounts(tuple(weights), tuple(found), q, len(amounts), level)

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
        return self._measured(weights, result.split_amount, 1, Fraction(0))

    def measure(self, of: str) -> str:
        """What amounts mean: `of`, or what the problem says."""
        return of or self.problem.of

    def first(self, of: str) -> int:
        """The number of the first town's amount under a measure; the others follow it."""
        return list(self.measures).index(self.measure(of)) * len(self)

    def told(self, of: str) -> str:
        """What amounts mean, in Chinese."""
        return MEASURES[self.measure(of)]

    def what(self, of: str) -> str:
        """The title of a figure: 民生微实事应分配额; 全部资金池本次核拨额."""
        told = self.told(of)
        return told if self.measure(of).startswith("all") else f"{self.pool.name}{told}"

    def block(self, answer: Allocation, of: str) -> tuple[int, ...]:
        """One measure of every town in an allocation as reported, in whole fen."""
        first = self.first(of)
        return self.rounded(answer).numerators[first : first + len(self)]

    @cached_property
    def clips(self) -> tuple[Clip, ...]:
        """Every amount as a function of its town's claim.

        max(base + clip(claim, low, high) − offset, 0) is a clip whose low is at least offset − base.
        """
        found = []
        for terms in self.measures.values():
            for i, low in enumerate(self.lows):
                high = None if self.highs is None else self.highs[i]
                shift = self.pool.base - terms.offset[i] + terms.other[i]
                if terms.stops_at_zero:
                    low = max(low, terms.offset[i] - self.pool.base)  # noqa: PLW2901
                    high = None if high is None else max(low, high)
                found.append(Clip(low, high, shift))
        return tuple(found)

    @cached_property
    def bends(self) -> tuple[tuple[int, ...], ...]:
        """The claims at which any measure of a town bends, rising, by town."""
        n = len(self)
        return tuple(
            tuple(sorted({bend for clip in self.clips[i::n] for bend in clip.bends()}))
            for i in range(n)
        )

    @cached_property
    def whole(self) -> int:
        """All the money split, in fen with flat bases."""
        return self.total + self.pool.base * len(self)

    def whole_of(self, of: str) -> int:
        """What a measure of all towns comes to together. Raises `InputError` where weights move it."""
        terms = self.measures[self.measure(of)]
        if not is_fixed(terms, self.lows, self.pool.base):
            raise InputError([not_fixed(self.told(of))])
        return self.whole - sum(terms.offset) + sum(terms.other)

    @cached_property
    def reach(self) -> int:
        """No amount, and no sum of amounts of one measure, is further from 0, however relaxed."""
        more = (sum(terms.offset) + sum(map(abs, terms.other)) for terms in self.measures.values())
        return self.whole + max(more)

    def with_weights(self, weights: Sequence[Fraction]) -> Scheme:
        """The scheme with these weights in the pool."""
        return self.scheme.with_weights({self.pool.id: weights})

    def allocate(self, weights: Sequence[Fraction]) -> Allocation:
        """The whole allocation under these weights: every amount in fen, by the engine."""
        return allocate(self.current.recipients, self.with_weights(weights))

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

    def reference(self, name: str, of: str = "") -> dict[int, Fraction]:
        """Amounts to compare with, town → fen; the current ones are those of a measure.

        Raises `KeyError` for an unknown name or town.
        """
        if name == CURRENT:
            first = self.first(of)
            return {i: self.current_amounts[first + i] for i in range(len(self))}
        table: Mapping[str, Fen] | None = self.problem.references.get(name)
        if table is not None:
            return {self.town_number(town): Fraction(fen) for town, fen in table.items()}
        return {i: Fraction(v) * FEN_PER_YUAN for i, v in enumerate(self.column(name))}

    @cached_property
    def match(self) -> MatchTerms | None:
        """What the required match depends on; None where it cannot be told so."""
        return match_terms(self.current, self.pool.id)


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
    formulas, _ = read_formulas(recipients, scheme)
    opened = open_the_pool(recipients, scheme, pool, formulas)
    if opened.total <= sum(opened.lows or ()):
        remedy = "请降低保底、定额或试点下限，否则任何权重的结果都一样"
        message = f"“{pool.name}”扣除保底和定额后没有可按权重分配的金额"
        raise InputError([Problem("problem.nothing_left", message, remedy)])
    measures = {of: terms_of(current, pool.id, of) for of in _measures(problem)}
    return Case(opened, scheme, problem, current, measures)


def _measures(problem: WeightProblem) -> list[str]:
    """What amounts mean anywhere in the problem, entitlements first."""
    parts = (problem.aim, problem.against, *problem.then, *problem.conditions)
    named = [getattr(part, "of", "") for part in parts]
    return list(dict.fromkeys(["entitlement", problem.of, *filter(None, named)]))
