"""Minimax regret: weights that are never far from the best, whichever scenario comes true.

The aim is the least amount of a recipient (per unit of a column), the higher the better. Under a
scenario, the regret of a weighting is what it falls short of the best weighting of the set there; the
weighting with the smallest largest regret is chosen, among equals the one nearest to the present
weights. Exact over the weightings given. Source: L. J. Savage, The theory of statistical decision,
Journal of the American Statistical Association 46 (1951), 55–67.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from allocator.base.money import Fen, format_percent, nearest
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Table, TableColumn, TableValue
from allocator.fund.recipients import Number, Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.comparisons.comparison import BASE
from allocator.scenarios.comparisons.scenario import Scenario, apply, check_names
from allocator.scenarios.sweeps.sweep import amounts
from allocator.scenarios.sweeps.weightings import Weightings, block_count, given_rows

if TYPE_CHECKING:
    from allocator.scenarios.sweeps.vectorised import Whole

_MOST: Final = 200_000
#: Floats this near to the least of a row are compared exactly.
_NEAR: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Regret:
    """The weights chosen, and by scenario (the scheme as it stands first) what they give.

    `chosen`, `present` and `best` are the least amounts, in exact fen per unit of `per`, under the
    chosen weights, the present ones and the best of that scenario.
    """

    scheme: Scheme
    pool_id: str
    per: str
    count: int
    scenarios: tuple[str, ...]
    factors: tuple[str, ...]
    weights: tuple[Fraction, ...]
    chosen: tuple[Fraction, ...]
    present: tuple[Fraction, ...]
    best: tuple[Fraction, ...]

    @property
    def regret(self) -> Fraction:
        """The largest regret of the chosen weights."""
        return max(b - c for b, c in zip(self.best, self.chosen, strict=True))

    def tables(self) -> list[Table]:
        """One row a scenario: present, chosen, best and the regrets; the weights below."""
        names = ("现行权重", "所选权重", "该情景最好", "现行的后悔值", "所选的后悔值")
        columns = (TableColumn("情景"), *(TableColumn(name, "fen") for name in names))
        rows: list[tuple[TableValue, ...]] = []
        for k, name in enumerate(self.scenarios):
            now, own, top = self.present[k], self.chosen[k], self.best[k]
            figures = (now, own, top, top - now, top - own)
            rows.append((name, *(nearest(figure) for figure in figures)))
        pairs = zip(self.factors, self.weights, strict=True)
        weights = "，".join(f"{name} {format_percent(weight, 2)}" for name, weight in pairs)
        what = f"每{self.per}" if self.per else ""
        pool = self.scheme.pool(self.pool_id).name
        title = f"{pool}：不论哪种情景都不会太差的权重（最低一镇{what}所得，元）"
        notes = (
            f"所选权重：{weights}。",
            f"在 {self.count:,} 组权重中，使各情景后悔值的最大值最小；后悔值是比该情景最好的权重少多少。",
        )
        return [Table(title, columns, tuple(rows), notes=notes)]

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables())


def minimax_regret(
    recipients: Recipients,
    scheme: Scheme,
    pool_id: str,
    weightings: Weightings,
    scenarios: Sequence[Scenario],
    *,
    per: str = "",
) -> Regret:
    """The weighting of the set whose least amount is never far below the best, in any scenario.

    `per` is the column that amounts are divided by, such as `population`; none: amounts themselves.

    Raises `InputError` for mistakes in the input and in scenarios, a column that is missing or has
    zeros, and too many weightings; `KeyError` for an unknown pool.
    """
    units = _units(recipients, per)
    if weightings.most > _MOST:
        message = f"{weightings.most:,} 组权重过多"
        raise InputError([Problem("sweep.size", message, f"请给出不超过 {_MOST:,} 组")])
    check_names(scenarios)
    schemes, problems = [scheme], []
    for scenario in scenarios:
        changed, found = apply(scheme, scenario)
        schemes.append(changed)
        problems += found
    if problems:
        raise InputError(problems)
    pool = scheme.pool(pool_id)
    own = [factor.weight for factor in pool.factors]
    rows = np.concatenate([weightings.block(b) for b in range(block_count(weightings))]).tolist()
    values, now = [], []
    for one in schemes:
        values.append(_least(amounts(recipients, one, pool_id, weightings), units))
        now.append(_least(amounts(recipients, one, pool_id, given_rows([own])), units)[0])
    best = [max(column) for column in values]
    weights = [[Fraction(part, weightings.denominator) for part in row] for row in rows]

    def rank(row: int) -> tuple[Fraction, Fraction]:
        regret = max(top - column[row] for top, column in zip(best, values, strict=True))
        return regret, sum(
            (abs(a - b) for a, b in zip(weights[row], own, strict=True)), Fraction(0)
        )

    chosen = min(range(len(rows)), key=rank)
    return Regret(
        scheme=scheme,
        pool_id=pool_id,
        per=_one_of(recipients.header(per)) if per else "",
        count=len(rows),
        scenarios=(BASE, *(scenario.name for scenario in scenarios)),
        factors=tuple(f.name or recipients.header(f.column) for f in pool.factors),
        weights=tuple(weights[chosen]),
        chosen=tuple(column[chosen] for column in values),
        present=tuple(now),
        best=tuple(best),
    )


def _one_of(header: str) -> str:
    """One unit of a column, as in 每…: 人口（人） gives 人, 村（社区）数量 gives 村（社区）."""
    if header.endswith("）"):
        return header.rpartition("（")[2].removesuffix("）")
    return header.removesuffix("数量")


def _units(recipients: Recipients, per: str) -> Sequence[Number]:
    if not per:
        return (1,) * len(recipients)
    units = recipients.numbers.get(per, ())
    if not units or min(units) <= 0:
        remedy = "请换一列，或补上大于 0 的数"
        raise InputError(
            [Problem("regret.per", "按这一列平均不了：没有这一列或有 0", remedy, value=per)]
        )
    return units


def _least(cells: Whole, units: Sequence[Number]) -> list[Fraction]:
    """The least amount per unit of each row, exact: floats find who may have it."""
    ratios = cells / np.array([float(unit) for unit in units])
    near = ratios <= ratios.min(axis=1, keepdims=True) * (1 + _NEAR)
    found = []
    for row, candidates in zip(cells, near, strict=True):
        places = np.flatnonzero(candidates).tolist()
        found.append(min(Fraction(Fen(int(row[i]))) / units[i] for i in places))
    return found
