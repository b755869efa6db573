"""A proposed weighting: where it comes from, and the scenario it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from allocator.base.money import format_percent
from allocator.base.tables import Table, TableColumn, TableValue
from allocator.fund.rules import Pool
from allocator.fund.scheme import Scheme
from allocator.rounding.apportion import apportion
from allocator.scenarios.comparisons.scenario import Scenario, reweighted

#: Logarithms and roots are taken to so many digits, far beyond any that is kept.
PRECISE: Final = Context(prec=60)
DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """Weights of a pool's factors in its order, whole multiples of 10^-decimals that sum to 1.

    `figures` are what they were computed from, by factor: (header, numbers).
    """

    method: str
    scheme: Scheme
    pool: Pool
    names: tuple[str, ...]
    weights: tuple[Fraction, ...]
    figures: tuple[tuple[str, tuple[Fraction, ...]], ...]
    notes: tuple[str, ...]

    def scenario(self) -> Scenario:
        """The scheme with these weights in its pool, for `compare`."""
        return reweighted(self.method, self.scheme, self.pool.id, self.weights)

    def tables(self) -> list[Table]:
        """One table: each factor with what it was weighed by, its weight now and the proposed one."""
        columns = (
            TableColumn("因素"),
            *(TableColumn(header, "number", 4) for header, _ in self.figures),
            TableColumn("现行权重", "percent"),
            TableColumn("建议权重", "percent"),
        )
        rows: list[tuple[TableValue, ...]] = [
            (
                name,
                *(numbers[k] for _, numbers in self.figures),
                self.pool.factors[k].weight,
                self.weights[k],
            )
            for k, name in enumerate(self.names)
        ]
        notes = (*self.notes, "建议权重仅供比较，不是正式方案。")
        return [Table(f"{self.pool.name}：{self.method}", columns, tuple(rows), notes=notes)]

    def _repr_html_(self) -> str:
        return "".join(table._repr_html_() for table in self.tables())

    def __str__(self) -> str:
        pairs = zip(self.names, self.weights, strict=True)
        return "，".join(f"{name} {format_percent(weight, 2)}" for name, weight in pairs)


def rounded_weights(raw: Sequence[Decimal], decimals: int) -> tuple[Fraction, ...]:
    """The raw weights in proportion, as whole parts of 10^decimals by largest remainder.

    >>> [str(weight) for weight in rounded_weights([Decimal(1), Decimal(1), Decimal(1)], 2)]
    ['17/50', '33/100', '33/100']
    """
    whole = [int(PRECISE.scaleb(weight, 40)) for weight in raw]
    parts = apportion(10**decimals, whole).amounts
    return tuple(Fraction(part, 10**decimals) for part in parts)


def shown(numbers: Sequence[Decimal]) -> tuple[Fraction, ...]:
    """Numbers as a table keeps them: to ten decimals."""
    step = Decimal(1).scaleb(-10)
    return tuple(Fraction(PRECISE.quantize(number, step)) for number in numbers)
