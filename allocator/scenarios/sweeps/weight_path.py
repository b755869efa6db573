"""One weight from 0 to 100 %, the others in their proportions: what a slider would show, as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from allocator.base.money import Fen, amount_in
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.by_factor import factor_number
from allocator.scenarios.sweeps.sweep import amounts
from allocator.scenarios.sweeps.weightings import given_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class WeightPath:
    """Entitlements in fen while the weight of one factor rises: `cells[j][i]` at `weights[j]`."""

    recipients: Recipients
    scheme: Scheme
    pool_id: str
    factor: int
    name: str
    weights: tuple[Fraction, ...]
    cells: tuple[tuple[Fen, ...], ...]

    def to_frame(self, unit: str = "元", *, exact: bool = True) -> pd.DataFrame:
        """One row a weight, a column a recipient; exact `Decimal`s in `unit`, or floats."""
        import pandas as pd

        rows = [[amount_in(fen, unit) for fen in row] for row in self.cells]
        index = pd.Index([float(weight) for weight in self.weights], name=f"{self.name}权重")
        frame = pd.DataFrame(rows, index=index, columns=list(self.recipients.towns))
        return frame if exact else frame.astype(float)

    def plot(self, towns: Sequence[str] = ()) -> Figure:
        """A line a town: those named, or the seven that move most.

        Raises `ValueError` for a town that is not in the table.
        """
        from allocator.plots import path_lines

        pool, all_towns = self.scheme.pool(self.pool_id), self.recipients.towns
        moved = [max(column) - min(column) for column in zip(*self.cells, strict=True)]
        most = sorted(range(len(moved)), key=lambda i: (-moved[i], i))[:7]
        chosen = [all_towns.index(town) for town in towns] or most
        lines = {all_towns[i]: [row[i] for row in self.cells] for i in chosen}
        return path_lines(
            self.recipients,
            self.scheme,
            self.weights,
            lines,
            pool.factors[self.factor].weight,
            f"{self.name}权重",
            f"{pool.name}应分配额",
        )


def weight_path(
    recipients: Recipients, scheme: Scheme, pool_id: str, factor: str, steps: int = 20
) -> WeightPath:
    """Split a pool with one factor's weight at 0, 1/steps, …, 1, the others keeping their proportions.

    Raises `InputError` for mistakes in the input and a factor that the pool does not have,
    `KeyError` for an unknown pool.
    """
    pool = scheme.pool(pool_id)
    k = factor_number(pool, factor)
    own = [one.weight for one in pool.factors]
    rest, others = 1 - own[k], len(own) - 1
    weights = tuple(Fraction(j, steps) for j in range(steps + 1)) if others else (Fraction(1),)
    parts = [w / rest if rest else Fraction(1, others or 1) for w in own]
    rows = [
        [weight if j == k else (1 - weight) * part for j, part in enumerate(parts)]
        for weight in weights
    ]
    cells = amounts(recipients, scheme, pool_id, given_rows(rows))
    found = tuple(tuple(map(Fen, row)) for row in cells.tolist())
    name = pool.factors[k].name or recipients.header(pool.factors[k].column)
    return WeightPath(recipients, scheme, pool_id, k, name, weights, found)
