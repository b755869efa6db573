"""Questions about the sample and about small random funds."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest

from allocator import Fen, Recipients, Scheme
from allocator.fund.rules import Factor, Pool
from allocator.optimize.program import aims, case
from allocator.optimize.program import constraints as rules
from allocator.optimize.question.conditions import Aim, Condition
from allocator.optimize.question.weight_problem import WeightProblem
from allocator.optimize.search import branch_and_bound as search

Ask = Callable[..., search.Question]


@pytest.fixture(scope="session")
def ask(recipients: Recipients, scheme: Scheme) -> Ask:
    """A question about the sample's larger pool."""

    def build(
        aim: Aim, conditions: tuple[Condition, ...] = (), step: Fraction | None = None
    ) -> search.Question:
        equal = {"equal": dict.fromkeys(recipients.towns, Fen(318181818))}
        problem = WeightProblem("micro_projects", aim, conditions=conditions, references=equal)
        return question_about(recipients, scheme, problem, step)

    return build


def question_about(
    recipients: Recipients, scheme: Scheme, problem: WeightProblem, step: Fraction | None = None
) -> search.Question:
    prepared = case.prepare(recipients, scheme, problem)
    chosen = (problem.aim, aims.NEAREST, Aim("leximin", per=problem.aim.per))
    targets = tuple(aims.resolve(prepared, aim) for aim in chosen)
    return search.Question(prepared, rules.compile_rules(prepared), targets, step)


def grid(factors: int, units: int) -> list[tuple[Fraction, ...]]:
    """Every weighting in multiples of 1/units."""
    points = product(range(units + 1), repeat=factors - 1)
    return [
        (*(Fraction(p, units) for p in point), Fraction(units - sum(point), units))
        for point in points
        if sum(point) <= units
    ]


def best_grid_point(
    asked: search.Question, units: int
) -> tuple[search.Score, tuple[Fraction, ...]] | None:
    """Every point of the grid through the engine; the smallest value, None where none is allowed."""
    points = grid(len(asked.case.factors), units)
    amounts = [a for weights in points if (a := asked.case.split(weights))]
    return min(((asked.values(a), a.weights) for a in amounts if asked.allows(a)), default=None)


def random_fund(seed: int, towns: int = 6) -> tuple[Recipients, Scheme]:
    """A small fund with three factors, a floor, a cap, a flat base or none of them."""
    source = random.Random(seed)  # noqa: S311 - test data
    numbers = {
        name: [Fraction(source.randint(0 if i else 1, 40)) for i in range(towns)]
        for name in ("a", "b", "c")
    }
    recipients = Recipients.from_columns([f"镇{i}" for i in range(towns)], numbers)
    budget = Fen(1_000_00)
    pool = Pool(
        id="p",
        name="资金",
        budget=budget,
        factors=tuple(Factor(Fraction(1, 3), column=name) for name in numbers),
        base=Fen(source.choice([0, 0, 20_00])),
        floor=source.choice([None, Fen(90_00), Fen(120_00)]),
        cap=source.choice([None, Fen(220_00), Fen(300_00)]),
        unit=Fen(source.choice([1, 100])),
    )
    return recipients, Scheme("基金", (pool,))
