"""compare(): the same towns under several schemes, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from allocator.allocation import Allocation, allocate
from allocator.base.money import Fen
from allocator.base.problems import InputError, Place, Problem
from allocator.base.tables import Table
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.compare import comparison_tables
from allocator.scenarios.compare.fairness import Fairness, fairness
from allocator.scenarios.compare.scenario import Scenario, apply, check_names

if TYPE_CHECKING:
    import pandas as pd

#: funding: all money of the fund a town is given, advances included; payment: what is paid now;
#: match: what the town must raise.
Measure = Literal["funding", "payment", "match"]

BASE: Final = "基准"
#: What fairness is measured over, where the table has the column.
UNITS: Final[Mapping[str, str]] = {"population": "人", "villages": "村（社区）"}


@dataclass(frozen=True)
class Comparison:
    """The base scheme (first, named 基准) and every scenario, each with its full allocation."""

    names: tuple[str, ...]
    allocations: tuple[Allocation, ...]

    @property
    def recipients(self) -> Recipients:
        """The town table, the same under every scenario."""
        return self.allocations[0].recipients

    def amounts(self, measure: Measure = "payment") -> tuple[tuple[Fen, ...], ...]:
        """By scenario, then by town, in fen."""
        return tuple(measured(allocation, measure) for allocation in self.allocations)

    def fairness(self) -> Mapping[str, tuple[Fairness, ...]]:
        """By column, then by scenario: how evenly the funding falls on what the column counts."""
        columns = {name: self.recipients.numbers.get(name, ()) for name in UNITS}
        return {
            name: tuple(fairness(amounts, units) for amounts in self.amounts("funding"))
            for name, units in columns.items()
            if any(units)
        }

    def tables(self) -> list[Table]:
        """Overview, fairness, and each town under each scenario by every measure."""
        return comparison_tables.tables(self)

    def to_frame(self) -> pd.DataFrame:
        """One row a town; columns (scenario, measure) in yuan as exact `Decimal`s."""
        return comparison_tables.frame(self)


def measured(allocation: Allocation, measure: Measure) -> tuple[Fen, ...]:
    """One measure of an allocation, by town, in fen; no match is a match of 0."""
    towns = len(allocation.recipients)
    if measure == "payment":
        return allocation.payment
    if measure == "match":
        return tuple(match.required for match in allocation.matching) or (Fen(0),) * towns
    columns = [pool.funding for pool in allocation.pools]
    return tuple(Fen(sum(town)) for town in zip(*columns, strict=True))


def compare(recipients: Recipients, base: Scheme, scenarios: Sequence[Scenario]) -> Comparison:
    """Allocate under the base and under every scenario.

    Raises `InputError` with the mistakes of all scenarios at once, each naming its scenario.
    """
    check_names(scenarios)
    allocations = [allocate(recipients, base)]
    problems: list[Problem] = []
    for scenario in scenarios:
        scheme, found = apply(base, scenario)
        if found:
            problems += found
            continue
        try:
            allocations.append(allocate(recipients, scheme))
        except InputError as error:
            problems += [_in_scenario(scenario, p) for p in error.problems if not p.is_warning]
    if problems:
        raise InputError(problems)
    return Comparison((BASE, *(s.name for s in scenarios)), tuple(allocations))


def _in_scenario(scenario: Scenario, problem: Problem) -> Problem:
    place = problem.place
    if place.sheet.startswith("情景"):
        return problem
    where = Place(scenario.place.file, f"情景“{scenario.name}”", str(place))
    return Problem(problem.code, problem.message, problem.remedy, where, problem.value)
