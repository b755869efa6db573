"""The exact simplex against every vertex, and its proofs against arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from random import Random

import pytest

from allocator.optimize.linear.exact_simplex import Solution, solve_exactly
from allocator.optimize.linear.highs import solve
from allocator.optimize.linear.model import Model, Row, whole_row, whole_sum


def random_model(seed: int) -> Model:
    source = Random(seed)  # noqa: S311 - test data
    model = Model()
    for j in range(2 + seed % 2):
        model.column(f"x{j}", 0, 20)
    for k in range(source.randint(1, 6)):
        coefficients = [source.randint(-4, 4) for _ in model.columns]
        model.rows.append(whole_row(coefficients, source.randint(-12, 12), k))
    model.objective = {j: source.randint(-3, 5) for j in range(len(model.columns))}
    return model


def determined(rows: tuple[Row, ...], size: int) -> list[Fraction] | None:
    """The one point where all these rows are tight, by elimination."""
    lines = []
    for row in rows:
        padded = (*row.coefficients, *(0,) * (size - len(row.coefficients)))
        lines.append([Fraction(c) for c in (*padded, row.least)])
    for j in range(size):
        pivot = next((i for i in range(j, size) if lines[i][j]), None)
        if pivot is None:
            return None
        lines[j], lines[pivot] = lines[pivot], lines[j]
        lines[j] = [value / lines[j][j] for value in lines[j]]
        for i in range(size):
            if i != j:
                factor = lines[i][j]
                lines[i] = [a - factor * b for a, b in zip(lines[i], lines[j], strict=True)]
    return [line[-1] for line in lines]


def best_vertex(model: Model) -> Fraction | None:
    rows = (*model.rows, *model.box())
    size = len(model.columns)
    values = []
    for chosen in combinations(rows, size):
        point = determined(chosen, size)
        if point and all(left(row, point) >= row.least for row in rows):
            values.append(sum(c * x for c, x in zip(model.costs(), point, strict=True)))
    return min(values, default=None)


def left(row: Row, point: list[Fraction] | tuple[Fraction, ...]) -> Fraction:
    return sum((c * x for c, x in zip(row.coefficients, point, strict=False)), Fraction(0))


def combined(solution: Solution, size: int) -> list[Fraction]:
    sums = [Fraction(0)] * size
    for row, multiplier in solution.proof:
        assert multiplier > 0
        for j, coefficient in enumerate(row.coefficients):
            sums[j] += multiplier * coefficient
    return sums


@pytest.mark.parametrize("seed", range(60))
def test_optimum_is_the_best_vertex_and_its_proof_adds_up(seed: int) -> None:
    model = random_model(seed)
    solution = solve_exactly(model)
    assert (solution.value if solution.is_feasible else None) == best_vertex(model)
    bound = sum(multiplier * row.least for row, multiplier in solution.proof)
    if solution.is_feasible:
        assert bound == solution.value
        assert combined(solution, len(model.columns)) == model.costs()
    else:
        assert bound > 0
        assert not any(combined(solution, len(model.columns)))


@pytest.mark.parametrize("seed", range(0, 60, 6))
def test_the_solvers_proposal_changes_nothing(seed: int) -> None:
    model = random_model(seed)
    proposed, alone = solve(model), solve_exactly(model)
    assert (proposed.is_feasible, proposed.value) == (alone.is_feasible, alone.value)
    if proposed.is_unique:
        assert proposed.point == alone.point


def test_rows_that_matter_only_late_are_found() -> None:
    """More rows than the solver is given at once."""
    model = Model()
    x, y = model.column("x", 0, 1000), model.column("y", 0, 1000)
    model.rows = [Row((k, 1000 - k), 1000 * k + 17 % (k + 1), k) for k in range(1000)]
    model.objective = {x: 1, y: 1}
    assert solve(model).value == solve_exactly(model).value


def test_a_sum_of_minima_is_met_by_cuts() -> None:
    """|x − 3| + |y − 5| ≤ 2 with x + y as small as can be."""
    model = Model()
    x, y = model.column("x", 0, 10), model.column("y", 0, 10)
    terms = [
        [((1,), -3), ((-1,), 3)],
        [((0, 1), -5), ((0, -1), 5)],
    ]
    model.sums.append(whole_sum(terms, -2))
    model.objective = {x: 1, y: 1}
    assert solve(model).value == 6


def test_a_contradiction_is_irreducible() -> None:
    model = Model()
    for name in "xy":
        model.column(name, 0, 10)
    model.rows = [
        Row((1, 1), 8, "sum"),
        Row((-1, 0), -3, "x"),
        Row((0, -1), -4, "y"),
        Row((1, -1), -9, "harmless"),
    ]
    solution = solve_exactly(model)
    assert not solution.is_feasible
    assert {row.tag for row, _ in solution.proof} == {"sum", "x", "y"}
