"""The cheapest whole numbers within bounds that keep some equations, exactly and in plain Python.

Every variable has two bounds, so any basis is dual feasible once each variable outside it stands at
the bound that its reduced cost prefers: the dual simplex method needs no first phase (R. E. Bixby,
Operations Research 50, 2002). The equations of linked tables are nearly a network, so a sparse
tableau keeps entries of -1, 0 and 1; what is not whole at the end is branched upon.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from copy import copy
from fractions import Fraction

#: An equation over variables: the sum of factor x variable is the number.
Equation = tuple[dict[int, int], int]
Number = int | Fraction

#: Bounds that are the same on every machine, as one of seconds is not.
_MOST_NODES = 16
#: Pivots by the largest fault; after these by the first place, which cannot go in circles.
_MOST_FREE_PIVOTS = 5_000


class Unfinished(ValueError):
    """The cheapest whole point was not reached within the branches allowed."""


def cheapest_whole(
    cost: Sequence[int], low: Sequence[int], high: Sequence[int], equations: Sequence[Equation]
) -> list[int] | None:
    """The cheapest whole point within the bounds; None where there is none.

    >>> cheapest_whole([3, 1, 2], [0, 0, 0], [1, 1, 1], [({0: 1, 1: 1, 2: 1}, 2)])
    [0, 1, 1]

    Raises `Unfinished` where it takes more than a few branches.
    """
    waiting: list[tuple[Number, int, _Tableau]] = []
    found = [_Tableau(cost, low, high, equations)]
    for count in range(0, 2 * _MOST_NODES, 2):
        for k, tableau in enumerate(found):
            if tableau.is_solved():
                worth = sum(c * x for c, x in zip(cost, tableau.at, strict=True))
                heapq.heappush(waiting, (worth, -count - k, tableau))
        if not waiting:
            return None
        cheapest = heapq.heappop(waiting)[2]
        broken = [j for j, x in enumerate(cheapest.at) if x.denominator != 1]
        if not broken:
            return [int(x) for x in cheapest.at]
        found = cheapest.halves(max(broken, key=lambda j: abs(cost[j])))
    raise Unfinished


class _Tableau:
    """Basic variables by the others: each row says basic + sum(factor x other) = a number."""

    def __init__(
        self,
        cost: Sequence[int],
        low: Sequence[int],
        high: Sequence[int],
        equations: Sequence[Equation],
    ) -> None:
        self.low, self.high = list(low), list(high)
        self.rows: dict[int, dict[int, Number]] = {}
        self.users: dict[int, set[int]] = {j: set() for j in range(len(cost))}
        self.numbers: dict[int, Number] = {}
        self.reduced: dict[int, Number] = dict(enumerate(cost))
        self.is_possible = all(self._added(*equation) for equation in equations)
        self.at: list[Number] = list(low)
        for j, worth in self.reduced.items():
            self.at[j] = low[j] if worth >= 0 else high[j]
        for basic, row in self.rows.items():
            self.at[basic] = self.numbers[basic] - sum(f * self.at[j] for j, f in row.items())

    def halves(self, j: int) -> list[_Tableau]:
        """The same with a variable, now between two whole numbers, below the one or above."""
        floor = self.at[j].numerator // self.at[j].denominator
        below, above = self._copy(), self._copy()
        below.high[j], above.low[j] = floor, floor + 1
        return [below, above]

    def _copy(self) -> _Tableau:
        other = copy(self)
        other.low, other.high, other.at = self.low.copy(), self.high.copy(), self.at.copy()
        other.rows = {basic: row.copy() for basic, row in self.rows.items()}
        other.users = {j: basics.copy() for j, basics in self.users.items()}
        other.reduced = self.reduced.copy()
        return other

    def is_solved(self) -> bool:
        """Go to the cheapest point within the bounds; False where the equations leave none."""
        if not self.is_possible or any(a > b for a, b in zip(self.low, self.high, strict=True)):
            return False
        for count in itertools.count():
            faults = {b: fault for b in self.rows if (fault := self._fault(b))}
            if not faults:
                return True
            if count < _MOST_FREE_PIVOTS:
                leaving = max(faults, key=lambda b: (abs(faults[b]), -b))
            else:
                leaving = min(faults)
            entering = self._entering(leaving, faults[leaving])
            if entering is None:
                return False
            self._move(leaving, entering, faults[leaving])
        raise AssertionError

    def _fault(self, basic: int) -> Number:
        """How far a variable must fall (above 0) or rise (below 0) to be within its bounds."""
        value = self.at[basic]
        return max(value - self.high[basic], 0) or min(value - self.low[basic], 0)

    def _entering(self, leaving: int, fault: Number) -> int | None:
        """The variable that mends the fault at the least cost a unit; the first of equal ones."""
        best: tuple[Number, int] | None = None
        for j, factor in self.rows[leaving].items():
            rises = (factor > 0) == (fault > 0)
            if self.low[j] == self.high[j] or self.at[j] == (self.high if rises else self.low)[j]:
                continue
            size, worth = factor * (1 if factor > 0 else -1), self.reduced[j]
            ratio = _over(worth if worth > 0 else -worth, size), j
            if best is None or ratio < best:
                best = ratio
        return best and best[1]

    def _move(self, leaving: int, entering: int, fault: Number) -> None:
        """Put the leaving variable to its bound by the entering one, and swap the two."""
        change = _over(fault, self.rows[leaving][entering])
        for basic in self.users[entering]:
            self.at[basic] -= self.rows[basic][entering] * change
        self.at[entering] += change
        row = self.rows.pop(leaving)
        for j in row:
            self.users[j].discard(leaving)
        self._enter({**row, leaving: 1}, entering)

    def _enter(self, row: dict[int, Number], entering: int) -> None:
        """Make a variable basic by an equation, and put it out of all other rows."""
        factor = row.pop(entering)
        row = {j: _over(f, factor) for j, f in row.items()}
        for basic in self.users.pop(entering):
            self._less(self.rows[basic], self.rows[basic].pop(entering), row, basic)
        self.users[entering] = set()
        self._less(self.reduced, self.reduced.pop(entering), row)
        self.rows[entering] = row
        for j in row:
            self.users[j].add(entering)

    def _less(
        self,
        target: dict[int, Number],
        times: Number,
        row: dict[int, Number],
        basic: int | None = None,
    ) -> None:
        for j, factor in row.items():
            value = target.get(j, 0) - times * factor
            if value or basic is None:
                target[j] = value
            else:
                del target[j]
            if basic is not None:
                (self.users[j].add if value else self.users[j].discard)(basic)

    def _added(self, terms: dict[int, int], number: Number) -> bool:
        """Take an equation in, with a basic variable of its own; False where nothing keeps it."""
        row: dict[int, Number] = {}
        for j, factor in terms.items():
            if self.low[j] == self.high[j]:
                number -= factor * self.low[j]
            elif j in self.rows:
                number -= factor * self.numbers[j]
                for k, f in self.rows[j].items():
                    row[k] = row.get(k, 0) - factor * f
            else:
                row[j] = row.get(j, 0) + factor
        row = {j: f for j, f in row.items() if f}
        if not row:
            return number == 0
        entering = min(row, key=lambda j: (abs(row[j]) != 1, len(self.users[j]), j))
        self.numbers[entering] = value = _over(number, row[entering])
        for basic in self.users[entering]:
            self.numbers[basic] -= self.rows[basic][entering] * value
        self._enter(row, entering)
        return True


def _over(number: Number, by: Number) -> Number:
    """The quotient, a plain integer where it is one: those are many times faster."""
    if abs(by) == 1:
        return number * by
    quotient = Fraction(number) / by
    return quotient.numerator if quotient.denominator == 1 else quotient
