"""One program kept warm in HiGHS: many objectives over the same rows, each with a proven bound.

The solver works in floats; what it says is only a proposal. Its multipliers, taken as exact
numbers, make one row out of the rows they belong to, and what that row leaves of the objective is
bounded by the columns' own bounds: a lower bound that holds whatever the solver got wrong.
Example: minimise x + y under 3x + 3y ≥ 2, x and y within 0 … 9. The solver says multiplier
0.3333333333333333; then x + y ≥ 0.3333333333333333 · 2 + 1e-16 · (0 + 0), just below 2/3.
Source: A. Neumaier, O. Shcherbina, Safe bounds in linear and mixed-integer programming, 2004.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from allocator.optimize.linear.model import Model, Row

if TYPE_CHECKING:
    from allocator.fund.recipients import Number

#: Rounds of cuts for the sums of one program; what is left open is only a weaker bound.
_ROUNDS: Final = 40
_TOLERANCE: Final = 1e-9
_FAR: Final = 1e15


@dataclass(frozen=True, slots=True)
class Floated:
    """The solver's point and a proven lower bound (None: none was proven).

    `rows` are those with a multiplier; `is_empty` says that they contradict each other, proven.
    """

    point: tuple[float, ...]
    bound: Fraction | None
    rows: tuple[Row, ...] = ()
    is_empty: bool = False


class Session:
    """A model in HiGHS with rows and columns brought to size 1."""

    def __init__(self, model: Model, known: Sequence[Row] = ()) -> None:
        import highspy
        import numpy as np

        self.model = model
        self.rows: list[Row] = []
        self.sizes: list[Fraction] = []
        self.scales = np.array([column.scale for column in model.columns])
        self.costs: dict[int, Number] = {}
        self.largest = Fraction(1)
        self.sums = [_FloatSum(row, len(model.columns)) for row in model.sums]
        self.highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("presolve", "off")
        infinity = highspy.kHighsInf
        lows = np.array([_float(c.low) / c.scale for c in model.columns])
        highs = np.array([_float(c.high) / c.scale for c in model.columns])
        lows[lows < -_FAR] = -infinity
        highs[highs > _FAR] = infinity
        self.width = len(model.columns)
        for low, high in zip(lows, highs, strict=True):
            self.highs.addVar(low, high)
        self.add([*model.rows, *known])

    def add(self, rows: Sequence[Row]) -> None:
        """More rows for all later programs."""
        import highspy
        import numpy as np

        if not rows:
            return
        values, leasts = [], []
        for row in rows:
            size = max(map(abs, row.coefficients), default=0) or 1
            padded = np.zeros(self.width)
            padded[: len(row.coefficients)] = [c / size for c in row.coefficients]
            padded *= self.scales
            again = float(np.abs(padded).max()) or 1.0
            self.sizes.append(size * Fraction(again))
            values.append(padded / again)
            leasts.append(_float(Fraction(row.least, size)) / again)
            self.rows.append(row)
        matrix = np.array(values)
        used = matrix != 0
        starts = np.concatenate([[0], np.cumsum(used.sum(axis=1))[:-1]]).astype(np.int32)
        columns = np.nonzero(used)[1].astype(np.int32)
        free = np.full(len(rows), highspy.kHighsInf)
        self.highs.addRows(
            len(rows), np.array(leasts), free, int(used.sum()), starts, columns, matrix[used]
        )

    def minimise(self, costs: Mapping[int, Number]) -> Floated:
        """The least Σ costs · x over the model, as the solver sees it, with its proven bound."""
        import numpy as np

        self.costs = {j: cost for j, cost in costs.items() if cost}
        self.largest = max((abs(Fraction(c)) for c in self.costs.values()), default=Fraction(1))
        floats = np.zeros(self.width)
        for j, cost in self.costs.items():
            floats[j] = float(cost / self.largest)
        floats *= self.scales
        again = float(np.abs(floats).max()) or 1.0
        self.largest *= Fraction(again)
        self.highs.changeColsCost(self.width, np.arange(self.width, dtype=np.int32), floats / again)
        return self._solve()

    def _solve(self) -> Floated:
        import highspy
        import numpy as np

        point = np.zeros(self.width)
        for _ in range(_ROUNDS):
            self.highs.run()
            status = self.highs.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return self._empty()
            if status != highspy.HighsModelStatus.kOptimal:
                return Floated((), None)
            solution: Any = self.highs.getSolution()
            point = np.array(solution.col_value) * self.scales
            cuts = [cut for row in self.sums if (cut := row.cut(point))]
            if not cuts:
                break
            self.add(cuts)
        duals = self.highs.getSolution().row_dual
        used = [(r, y) for r, y in enumerate(duals) if y > 0]
        bound = self._bound(used, self.costs, self.largest)
        return Floated(tuple(point.tolist()), bound, tuple(self.rows[r] for r, _ in used))

    def _empty(self) -> Floated:
        """The proof that there is no point at all, where the solver has one that holds."""
        found: Any = self.highs.getDualRay()
        ray = [(r, y) for r, y in enumerate(found[2]) if y > 0] if found[1] else []
        bound = self._bound(ray, {}, Fraction(1))
        return Floated(
            (), None, tuple(self.rows[r] for r, _ in ray), bound is not None and bound > 0
        )

    def _bound(
        self, used: Sequence[tuple[int, float]], costs: Mapping[int, Number], scale: Fraction
    ) -> Fraction | None:
        """Σ multiplier · least and what the columns' bounds make of the rest of the objective."""
        rest = [Fraction(costs.get(j, 0)) for j in range(self.width)]
        bound = Fraction(0)
        for r, y in used:
            if abs(y) == float("inf"):
                return None
            multiplier = Fraction(y) * scale / self.sizes[r]
            bound += multiplier * self.rows[r].least
            for j, coefficient in enumerate(self.rows[r].coefficients):
                if coefficient:
                    rest[j] -= multiplier * coefficient
        for left, column in zip(rest, self.model.columns, strict=True):
            if left:
                bound += left * (column.low if left > 0 else column.high)
        return bound


class _FloatSum:
    """A `SumRow` for floating points: which cut is tight there, if it is violated."""

    def __init__(self, row: Any, width: int) -> None:
        import numpy as np

        self.row = row
        most = max(map(len, row.terms), default=1)
        self.size = (
            max((abs(c) for term in row.terms for cs, _ in term for c in cs), default=1) or 1
        )
        self.values = np.zeros((len(row.terms), most, width))
        self.rests = np.full((len(row.terms), most), np.inf)
        for t, term in enumerate(row.terms):
            for p, (coefficients, rest) in enumerate(term):
                self.values[t, p, : len(coefficients)] = [c / self.size for c in coefficients]
                self.rests[t, p] = _float(Fraction(rest, self.size))
        self.least = _float(Fraction(row.least, self.size))

    def cut(self, point: Any) -> Row | None:
        levels = self.values @ point + self.rests
        chosen = levels.argmin(axis=1)
        total = float(levels.min(axis=1).sum())
        reach = abs(self.least) + float(abs(levels.min(axis=1)).sum())
        if total >= self.least - _TOLERANCE * reach:
            return None
        cut: Row = self.row.through(chosen.tolist())
        return cut


def _float(number: Fraction | int) -> float:
    """The nearest float, or one far beyond all that matters."""
    try:
        return float(number)
    except OverflowError:
        return 1e300 if number > 0 else -1e300
