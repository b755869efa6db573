"""Of all weights that give the same amounts, those nearest to the scheme's own.

Equal factors, or towns all at their bounds, leave weights open that no amount depends on. Which
bound holds whom is known by then, so one linear program in the weights w and 1/λ is enough:
a free town has Σ_k w_k share_ik = amount / λ, one at its floor no more, one at its cap no less.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    size = len(case.factors)
    model = _same_amounts(question, amounts)
    far = [model.column(f"far{k}", 0, 1) for k in range(size)]
    for k, weight in enumerate(wanted):
        for sign in (1, -1):
            values: list[Number] = [0] * (2 * size + 1)
            values[k], values[far[k]] = sign, 1
            model.rows.append(whole_row(values, sign * weight))
    model.objective = dict.fromkeys(far, 1)
    solution = solve_exactly(model)
    again = case.split(solution.point[:size]) if solution.is_feasible else None
    if again is None or any(again[i] != amounts[i] for i in range(len(case))):
        return amounts
    return again if question.allows(again) else amounts


def _same_amounts(question: Question, amounts: Amounts) -> Model:
    """The program in w and 1/λ of all weights that give the amounts and keep the rules."""
    case, model = question.case, Model()
    size = len(case.factors)
    for k in range(size):
        model.column(f"w{k}", 0, 1)
    model.column("1/λ", 0, _MOST, float(1 / amounts.level) if amounts.level else 1.0)

    def at_least(values: Sequence[Number], least: Number) -> None:
        model.rows.append(whole_row(values, least))

    at_least([1] * size, 1)
    at_least([-1] * size, -1)
    for i in range(len(case)):
        above = amounts[i] - case.pool.base
        values = [*(factor.share(i) for factor in case.factors), -above]
        if above != case.lows[i]:
            at_least(values, 0)
        if case.highs is None or above != case.highs[i]:
            at_least([-v for v in values], 0)
    for rule in question.rules:
        for row in rule.requirements:
            if row.weights:
                at_least([row.weights.get(k, 0) for k in range(size)], row.least)
    return model
