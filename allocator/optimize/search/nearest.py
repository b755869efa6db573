"""Of all weights that give the same amounts, those nearest to the scheme's own.

Equal factors, or towns all at their bounds, leave weights open that no amount depends on. Which
bound holds whom is known by then, so one linear program in the weights w and 1/λ is enough:
a free town has Σ_k w_k share_ik = amount / λ, one at its floor no more, one at its cap no less.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from allocator.fund.recipients import Number
from allocator.optimize.linear.exact_simplex import solve_exactly
from allocator.optimize.linear.model import Model, whole_row
from allocator.optimize.program.case import Amounts
from allocator.optimize.search.pose import Question

#: 1/λ ends here; nearer weights beyond are not looked for.
_MOST = 10**6


def nearest_weights(question: Question, amounts: Amounts) -> Amounts:
    """The same amounts under the weights nearest to the scheme's own, as far as rules allow."""
    case, wanted = question.case, question.case.current_weights
    if question.step is not None or amounts.weights == wanted:
        return amounts
    model = Model()
    size = len(case.factors)
    for k in range(size):
        model.column(f"w{k}", 0, 1)
    scale = float(1 / amounts.level) if amounts.level else 1.0
    model.column("1/λ", 0, _MOST, scale)
    far = [model.column(f"far{k}", 0, 1) for k in range(size)]

    def at_least(values: Sequence[Number], least: Number) -> None:
        model.rows.append(whole_row(values, least))

    def equal(values: Sequence[Number], least: Number) -> None:
        at_least(values, least)
        at_least([-v for v in values], -least)

    equal([1] * size, 1)
    for i in range(len(case)):
        shares: list[Number] = [factor.share(i) for factor in case.factors]
        above = amounts[i] - case.pool.base
        if above == case.lows[i]:
            at_least([*(-s for s in shares), above], 0)
        elif case.highs is not None and above == case.highs[i]:
            at_least([*shares, -above], 0)
        else:
            equal([*shares, -above], 0)
    for rule in question.rules:
        for row in rule.requirements:
            if row.weights:
                at_least([row.weights.get(k, 0) for k in range(size)], row.least)
    for k, weight in enumerate(wanted):
        for sign in (1, -1):
            values: list[Number] = [0] * (2 * size + 1)
            values[k], values[far[k]] = sign, 1
            at_least(values, sign * weight)
    model.objective = dict.fromkeys(far, 1)
    solution = solve_exactly(model)
    if not solution.is_feasible:
        return amounts
    again = case.split(solution.point[:size])
    same = again is not None and all(again[i] == amounts[i] for i in range(len(case)))
    return again if again is not None and same and question.allows(again) else amounts
