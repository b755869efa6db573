"""compare(): the same towns under several schemes, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from allocator.allocation import Allocation, allocate
from allocator.base.money import Fen, amount_in, exact_number, nearest, rounded
from allocator.base.problems import InputError, Place, Problem
from allocator.base.tables import Table, TableColumn, TableValue
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.comparisons.fairness import Fairness, fairness
from allocator.scenarios.comparisons.scenario import Scenario, apply, check_names

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: funding: all money of the fund a town is given, advances included; payment: what is paid now;
#: match: what the town must raise.
Measure = Literal["funding", "payment", "match"]

MEASURES: Final[Mapping[Measure, str]] = {
    "payment": "本次核拨额",
    "funding": "应分配合计（含试点经费）",
    "match": "应配套金额",
}
#: The scheme as it stands, under the one name it has in every table and figure.
BASE: Final = "现行方案"
#: What fairness is measured over, where the table has the column.
UNITS: Final[Mapping[str, str]] = {"population": "人", "villages": "村（社区）"}


@dataclass(frozen=True)
class Comparison:
    """The base scheme (first, named 现行方案) and every scenario, each with its full allocation."""

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
        return comparison_tables(self)

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables())

    def plot(self, scenario: str = "", measure: Measure = "payment") -> Figure:
        """Every town under the scheme as it stands and under a scenario (the first by default).

        Raises `ValueError` for a scenario that was not compared.
        """
        from allocator.plots import dumbbell

        names, amounts = self.names, self.amounts(measure)
        k = names.index(scenario) if scenario else min(1, len(names) - 1)
        sides = (names[0], amounts[0]), (names[k], amounts[k])
        return dumbbell(self.recipients, self.allocations[0].scheme, *sides, MEASURES[measure])

    def to_frame(self, unit: str = "元", *, exact: bool = True) -> pd.DataFrame:
        """One row a town; columns (scenario, measure), exact `Decimal`s in `unit`, or floats."""
        import pandas as pd

        columns = {
            (name, title): [amount_in(fen, unit) for fen in column]
            for measure, title in MEASURES.items()
            for name, column in zip(self.names, self.amounts(measure), strict=True)
        }
        index = pd.Index(self.recipients.towns, name="园区、镇（街道）")
        frame = pd.DataFrame(columns, index=index)
        return frame if exact else frame.astype(float)


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


def comparison_tables(compared: Comparison) -> list[Table]:
    """情景概览, 公平性, and each town under each scenario by every measure."""
    measures = [m for m in MEASURES if any(map(any, compared.amounts(m)))]
    return [
        overview(compared),
        *fairness_tables(compared),
        *(side_by_side(compared, measure) for measure in measures),
    ]


def overview(compared: Comparison, measure: Measure = "payment") -> Table:
    """One row a scenario: totals, winners and losers, the largest changes."""
    columns = (
        TableColumn("情景"),
        TableColumn("合计", "fen"),
        TableColumn("增加", "count"),
        TableColumn("减少", "count"),
        TableColumn("转移总额", "fen"),
        TableColumn("增加最多"),
        TableColumn("减少最多"),
    )
    amounts, towns = compared.amounts(measure), compared.recipients.towns
    rows: list[tuple[TableValue, ...]] = []
    for name, column in zip(compared.names, amounts, strict=True):
        change = [after - before for before, after in zip(amounts[0], column, strict=True)]
        best = max(range(len(towns)), key=lambda i: (change[i], -i))
        worst = min(range(len(towns)), key=lambda i: (change[i], i))
        rows.append(
            (
                name,
                sum(column),
                sum(c > 0 for c in change),
                sum(c < 0 for c in change),
                sum(c for c in change if c > 0),
                towns[best] if change[best] > 0 else "",
                towns[worst] if change[worst] < 0 else "",
            )
        )
    notes = ("增加、减少：镇街数。转移总额：各镇街增加额之和。",)
    return Table(f"情景概览：{MEASURES[measure]}（单位：元）", columns, tuple(rows), notes=notes)


def fairness_tables(compared: Comparison) -> list[Table]:
    """One table for each thing that fairness is measured over."""
    found = []
    for column, figures in compared.fairness().items():
        unit = UNITS[column]
        columns = (
            TableColumn("情景"),
            TableColumn("基尼系数", "number", 4),
            TableColumn("泰尔指数≈", "number", 4),
            TableColumn("变异系数≈", "number", 4),
            TableColumn("最低（元）", "fen"),
            TableColumn("最高（元）", "fen"),
            TableColumn("倍数", "number", 2),
        )
        rows: list[tuple[TableValue, ...]] = [
            (
                name,
                rounded(f.gini, 4),
                rounded(exact_number(f.theil), 4),
                rounded(exact_number(f.variation), 4),
                nearest(f.least),
                nearest(f.most),
                None if f.spread is None else rounded(f.spread, 2),
            )
            for name, f in zip(compared.names, figures, strict=True)
        ]
        title = f"公平性：按每{unit}所得的应分配合计（0 为完全均等）"
        found.append(
            Table(
                title,
                columns,
                tuple(rows),
                notes=("倍数：最高 ÷ 最低。≈ 为浮点近似，其余由精确值取整。",),
            )
        )
    return found


def side_by_side(compared: Comparison, measure: Measure = "payment") -> Table:
    """Each town under each scenario, with difference and %, and the totals."""
    columns = [TableColumn("镇街（园区）"), TableColumn(compared.names[0], "fen")]
    for name in compared.names[1:]:
        columns += [
            TableColumn(name, "fen"),
            TableColumn("差额", "fen"),
            TableColumn("增减", "percent"),
        ]
    amounts = compared.amounts(measure)
    rows = [
        _row(town, [column[i] for column in amounts])
        for i, town in enumerate(compared.recipients.towns)
    ]
    sums = _row("合计", [sum(column) for column in amounts])
    title = f"各镇街{MEASURES[measure]}对照（单位：元）"
    return Table(title, tuple(columns), tuple(rows), sums)


def by_class(compared: Comparison, measure: Measure = "payment") -> Table | None:
    """Each economic class under each scenario: the sums of its towns; None without classes."""
    classes = compared.recipients.economic_class
    if not any(classes):
        return None
    amounts = compared.amounts(measure)
    names = sorted(set(classes), key=lambda name: (not name, _rank(name)))
    rows = [
        _row(name or "未分类", [sum(c[i] for i in _places(classes, name)) for c in amounts])
        for name in names
    ]
    table = side_by_side(compared, measure)
    columns = (TableColumn("经济指标类别"), *table.columns[1:])
    title = f"各类别{MEASURES[measure]}对照（单位：元）"
    return Table(title, columns, tuple(rows), table.total)


def _rank(name: str) -> tuple[int, str]:
    """一类 before 二类, other names after those, by themselves."""
    number = "一二三四五六七八九".find(name[:1])
    return (number if name and number >= 0 else 9, name)


def _places(classes: Sequence[str], name: str) -> list[int]:
    return [i for i, one in enumerate(classes) if one == name]


def pair(compared: Comparison, scenario: int, measure: Measure = "payment") -> Table:
    """One scenario against the base, narrow enough for a terminal."""
    amounts, name = compared.amounts(measure), compared.names[scenario]
    before, after = amounts[0], amounts[scenario]
    columns = (
        TableColumn("镇街（园区）"),
        TableColumn(compared.names[0], "fen"),
        TableColumn("情景", "fen"),
        TableColumn("差额", "fen"),
        TableColumn("增减", "percent"),
    )
    towns = compared.recipients.towns
    rows = [_row(town, [before[i], after[i]]) for i, town in enumerate(towns)]
    title = f"情景“{name}”：{MEASURES[measure]}（单位：元）"
    return Table(title, columns, tuple(rows), _row("合计", [sum(before), sum(after)]))


def _row(town: str, amounts: list[int]) -> tuple[TableValue, ...]:
    before, *others = amounts
    row: list[TableValue] = [town, before]
    for after in others:
        ratio = Fraction(after - before, before) if before else None
        row += [after, after - before, ratio]
    return tuple(row)
