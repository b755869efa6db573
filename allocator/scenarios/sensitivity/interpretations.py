"""口径敏感性: every open reading of the policy text against every other, through the engine.

A full factorial: each reading is taken as the scheme has it and the other way, in all
combinations; the main effect of a reading is the mean, over all combinations of the others, of
what taking it the other way changes. Source: G. E. P. Box, J. S. Hunter, W. G. Hunter,
Statistics for Experimenters, 2nd ed. 2005, ch. 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, Final

from allocator.allocation import allocate
from allocator.base.money import Fen
from allocator.base.problems import InputError
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.fund.words import CHOICES
from allocator.scenarios.comparisons.comparison import Measure, measured
from allocator.scenarios.comparisons.scenario import Scenario, apply

ReadingPayments = Mapping[Measure, tuple[Fen, ...]]

#: table and key of a reading, what it is called, and the two ways to take it.
_KEYS: Final = (
    ("pilot", "basis", "试点口径", ("share", "remainder")),
    ("pilot", "below_advance", "应分配额低于试点经费", ("keep", "carry")),
    ("pilot", "unspent", "扣回的试点剩余", ("retain", "redistribute")),
    ("matching", "base", "配套基数", ("paid", "before_recovery")),
)
#: The column whose direction the text leaves open.
_OPEN_COLUMN: Final = "gdp"


@dataclass(frozen=True, slots=True)
class Reading:
    """One open reading: how the scheme takes it, and the overrides that take it the other way."""

    name: str
    own: str
    other: str
    overrides: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Readings:
    """All combinations: `runs[(0, 1, …)]` has reading 1 taken the other way; None: no answer.

    `failures` says of combinations without an answer why they have none.
    """

    recipients: Recipients
    readings: tuple[Reading, ...]
    runs: Mapping[tuple[int, ...], ReadingPayments | None]
    failures: Mapping[tuple[int, ...], str]

    def effect(self, reading: int, measure: Measure = "payment") -> tuple[Fraction, ...] | None:
        """Main effect of taking a reading the other way, by town, in fen; over those combinations
        that have an answer both ways, None if there are none.
        """
        pairs = []
        for way, own in self.runs.items():
            other = self.runs[(*way[:reading], 1, *way[reading + 1 :])]
            if not way[reading] and own is not None and other is not None:
                pairs.append((own[measure], other[measure]))
        if not pairs:
            return None
        return tuple(
            Fraction(sum(other[i] - own[i] for own, other in pairs), len(pairs))
            for i in range(len(self.recipients))
        )

    def span(self, measure: Measure = "payment") -> tuple[tuple[Fen, ...], tuple[Fen, ...]]:
        """(least, most) by town over all combinations, in fen."""
        columns = zip(*(run[measure] for run in self.runs.values() if run), strict=True)
        spans = [(min(column), max(column)) for column in columns]
        return tuple(low for low, _ in spans), tuple(high for _, high in spans)


def open_readings(scheme: Scheme) -> tuple[Reading, ...]:
    """The readings that the scheme's own rules leave room for."""
    found = []
    tables = {"pilot": scheme.pilot, "matching": scheme.matching if scheme.pilot else None}
    for table, key, name, ways in _KEYS:
        rule = tables[table]
        if rule is not None:
            own = getattr(rule, key)
            other = next(way for way in ways if way != own)
            labels = CHOICES[key]
            found.append(Reading(name, labels[own], labels[other], {table: {key: other}}))
    for pool in scheme.pools:
        for factor in pool.factors:
            if factor.column == _OPEN_COLUMN:
                other = "direct" if factor.direction == "inverse" else "inverse"
                labels = CHOICES["direction"]
                change = {"pool": {pool.id: {"directions": {factor.name or factor.column: other}}}}
                name = f"{pool.name}·经济总量方向"
                found.append(Reading(name, labels[factor.direction], labels[other], change))
    return tuple(found)


def readings_factorial(
    recipients: Recipients, scheme: Scheme, readings: Sequence[Reading] | None = None
) -> Readings:
    """Run every combination of the open readings (2^n allocations).

    Raises `InputError` only when the scheme as it stands has no answer.
    """
    chosen = tuple(open_readings(scheme) if readings is None else readings)
    allocate(recipients, scheme)
    runs: dict[tuple[int, ...], ReadingPayments | None] = {}
    failures: dict[tuple[int, ...], str] = {}
    for ways in product((0, 1), repeat=len(chosen)):
        taken = [reading for reading, way in zip(chosen, ways, strict=True) if way]
        try:
            runs[ways] = _run(recipients, scheme, taken)
        except InputError as error:
            runs[ways], failures[ways] = None, error.problems[0].message
    return Readings(recipients, chosen, runs, failures)


def _run(recipients: Recipients, scheme: Scheme, taken: Sequence[Reading]) -> ReadingPayments:
    for reading in taken:
        scheme, problems = apply(scheme, Scenario(reading.name, reading.overrides))
        if problems:
            raise InputError(problems)
    answer = allocate(recipients, scheme)
    return {"payment": measured(answer, "payment"), "match": measured(answer, "match")}
