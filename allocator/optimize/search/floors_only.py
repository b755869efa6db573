"""The least and the most of every town at once, where floors are all that bounds a pool.

Write a town's claim as λ q(w): its share q is linear in the weights w, and 1/λ is convex in them,
since Σ max(floor / λ, q) = budget / λ bounds it from below by convex functions only. So each claim
is linear over convex, quasi-concave: its least over a polytope of weights is at a corner, and its
most is one linear program. No region needs to be cut.
Example: floor 40 of 100, shares 1 : 9 or 6 : 4. Town 1 has its least, the floor, at one corner,
its most, 60, at the other, and a broken rising line between them.
Source: S. Schaible, Fractional programming, 1983 (ratios of a linear and a convex function).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Final

from allocator.optimize.linear.exact_simplex import solve_exactly
from allocator.optimize.linear.highs import solve
from allocator.optimize.linear.model import Model, Row, whole_row
from allocator.optimize.linear.session import Session
from allocator.optimize.program.case import Amounts
from allocator.optimize.program.relaxation import Program, program
from allocator.optimize.search.pose import Question

#: More corners than this are not listed.
_MOST_CORNERS: Final = 3000


def is_floors_only(question: Question) -> bool:
    """Whether there are no caps and only conditions on weights, with few corners."""
    size = len(question.case.factors)
    rows = sum(len(rule.requirements) for rule in question.rules) + size
    return (
        question.case.highs is None
        and question.step is None
        and not question.limits
        and all(rule.is_about_weights for rule in question.rules)
        and comb(rows, size - 1) <= _MOST_CORNERS
    )


def extremes(question: Question) -> Iterator[tuple[Amounts, Amounts] | None]:
    """(amounts with its least, amounts with its most) for each town in turn; nothing where no
    weights keep the conditions, None for a town whose most is not what its program promised.
    """
    case = question.case
    corners = [case.quotas(weights) for weights in _corners(question)]
    if not corners:
        return
    found = program(case, question.rules, question.start())
    session = Session(found.model)
    for i in range(len(case)):
        least = min(corners, key=lambda amounts: amounts[i])
        most = _most(found, session, i)
        yield None if most is None else (least, max(most, *corners, key=lambda a: a[i]))


def _most(found: Program, session: Session, i: int) -> Amounts | None:
    """The amounts with the greatest claim of town i: more money never lowers it, so that spending
    at most the budget, which is convex, is as good as spending it all.
    """
    case = found.case
    costs = {k: -v for k, v in enumerate(found.values[i])}
    floated = session.minimise(costs)
    found.model.objective = costs
    solution = solve(found.model, floated.rows or None)
    if not solution.is_feasible:
        return None
    amounts = case.quotas(found.weights(solution.point))
    most = max(-solution.value, Fraction(case.lows[i])) + case.pool.base
    return amounts if amounts[i] == most else None


def _corners(question: Question) -> Iterator[tuple[Fraction, ...]]:
    """The corners of the weights that the conditions allow: each is where K − 1 rows are tight."""
    size = len(question.case.factors)
    rows = [whole_row([int(j == k) for j in range(size)], 0) for k in range(size)] + [
        whole_row([row.weights.get(k, 0) for k in range(size)], row.least)
        for rule in question.rules
        for row in rule.requirements
    ]
    seen: set[tuple[Fraction, ...]] = set()
    for tight in combinations(rows, size - 1):
        model = Model()
        for k in range(size):
            model.column(f"w{k}", 0, 1)
        one = Row((1,) * size, 1)
        equal = [one, *tight]
        back = [Row(tuple(-c for c in row.coefficients), -row.least) for row in equal]
        model.rows = [*rows, *equal, *back]
        solution = solve_exactly(model, [*equal, *back])
        if solution.is_feasible and solution.point not in seen:
            seen.add(solution.point)
            yield solution.point
