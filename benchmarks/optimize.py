"""Weight programs against the solver alone, and leximin against one program per recipient.

Run: python benchmarks/optimize.py. Times are the best of a few runs in this process; imports are
not counted. Both sides start from the same whole numbers and end with the optimal weights; ours
ends with an exact proof. With cvxpy-leximin installed its 33 recipients take some minutes.
"""

from __future__ import annotations

import importlib.util
import random
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import highspy
import numpy as np

from allocator import Fen, Recipients, Scheme
from allocator.fund.scheme import Factor, Pool
from allocator.optimize import Aim, Optimum, Ranges, WeightProblem, optimize, ranges
from allocator.optimize.linear.highs import solve
from allocator.optimize.program.aims import resolve
from allocator.optimize.program.case import Case, prepare
from allocator.optimize.program.regions import whole_region
from allocator.optimize.program.relaxation import program
from allocator.optimize.search.leximin import leximin

FACTORS = 4


def fund(n: int) -> Case:
    """A table of n recipients with four factors and a population."""
    source = random.Random(n)  # noqa: S311 - test data
    numbers: dict[str, list[int | Fraction]] = {
        f"f{k}": [source.randint(1, 10_000) for _ in range(n)] for k in range(FACTORS)
    }
    numbers["population"] = [source.randint(100, 100_000) for _ in range(n)]
    recipients = Recipients.from_columns([str(i) for i in range(n)], numbers)
    factors = tuple(Factor(Fraction(1, FACTORS), column=f"f{k}") for k in range(FACTORS))
    pool = Pool("p", "资金", Fen(10**10), factors)
    problem = WeightProblem("p", Aim("max_min", per="population"))
    return prepare(recipients, Scheme("基金", (pool,)), problem)


def best_time(run: Callable[[], Any], times: int) -> tuple[float, Any]:
    best, result = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        result = run()
        best = min(best, time.perf_counter() - start)
    return best, result


def ours(case: Case) -> float:
    """Build and solve the largest least amount per head, exactly."""
    target = resolve(case, case.problem.aim)
    found = program(case, (), whole_region(case, ()))
    found.model.objective = target.objective.build(found, target)
    return -float(solve(found.model).value)


def matrix(case: Case) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Shares by recipient and factor, and the population."""
    shares = np.array([factor.values for factor in case.factors], dtype=float).T
    shares /= shares.sum(axis=0)
    return shares, np.array(case.column("population"), dtype=float)


def solver(case: Case) -> tuple[highspy.Highs, int]:
    """HiGHS with the whole matrix at once: weights, then the level, which is maximised."""
    shares, people = matrix(case)
    n, k = shares.shape
    scale = people.sum()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    for _ in range(k):
        highs.addVar(0, highspy.kHighsInf)
    highs.addVar(-highspy.kHighsInf, highspy.kHighsInf)
    highs.changeColCost(k, -1.0)
    rows = np.hstack([shares * n, -(people * n / scale)[:, None]])
    starts = np.arange(n) * (k + 1)
    columns = np.tile(np.arange(k + 1), n)
    free = np.full(n, highspy.kHighsInf)
    highs.addRows(n, np.zeros(n), free, rows.size, starts, columns, rows.ravel())
    highs.addRow(1, 1, k, list(range(k)), [1.0] * k)
    return highs, k


def alone(case: Case) -> float:
    highs, k = solver(case)
    highs.run()
    _, people = matrix(case)
    return highs.getSolution().col_value[k] * case.total / people.sum()


def exact_leximin(case: Case) -> list[float]:
    found = leximin(program(case, (), whole_region(case, ())), resolve(case, case.problem.aim))
    return [float(level) for level in found.levels] if found else []


def package_leximin(case: Case) -> list[float]:
    """The package cvxpy_leximin: one program for each recipient and round."""
    import cvxpy
    from cvxpy_leximin import Leximin, Problem

    shares, people = matrix(case)
    weights = cvxpy.Variable(FACTORS, nonneg=True)
    per_head = shares @ weights / people * people.sum()
    problem = Problem(Leximin(list(per_head)), [cvxpy.sum(weights) == 1])
    problem.solve(solver=cvxpy.HIGHS)
    found = shares @ weights.value / people * case.total
    return sorted(found.tolist())


def held_fund(n: int, factors: int, held: int) -> tuple[Recipients, Scheme]:
    """n recipients of very different sizes of which about `held` rest on one common floor."""
    source = random.Random(n * 10 + factors)  # noqa: S311 - test data
    numbers: dict[str, list[int | Fraction]] = {
        f"f{k}": [int(source.lognormvariate(7, 1)) + 1 for _ in range(n)] for k in range(factors)
    }
    numbers["population"] = [int(source.lognormvariate(9, 1)) + 100 for _ in range(n)]
    columns = [numbers[f"f{k}"] for k in range(factors)]
    shares = sorted(sum(float(c[i]) / float(sum(c)) for c in columns) / factors for i in range(n))
    budget, floor = 10**10, 0
    if held:
        level = budget * (1 - shares[held] * held) / sum(shares[held:])
        floor = int(level * shares[held])
    numbers["reference"] = [
        Fraction(int(budget * source.uniform(0.6, 1.5) / n)) / 100 for _ in range(n)
    ]
    recipients = Recipients.from_columns([f"t{i}" for i in range(n)], numbers)
    weights = tuple(Factor(Fraction(1, factors), column=f"f{k}") for k in range(factors))
    pool = Pool("p", "资金", Fen(budget), weights, floor=Fen(floor) if floor else None)
    return recipients, Scheme("基金", (pool,))


GOALS = (
    (200, 8, 62, "max_min", 20),
    (200, 8, 62, "min_max_deviation", 20),
    (400, 4, 225, "max_min", 10),
    (200, 4, 41, "ranges", 20),
    (200, 8, 0, "ranges", 5),
)


def goals() -> None:
    """Proofs for many recipients at their floor, each against the seconds it may take."""
    print("proofs            factors  at floor  question            seconds   goal   proven")
    for n, factors, held, kind, goal in GOALS:
        recipients, scheme = held_fund(n, factors, held)
        start = time.perf_counter()
        if kind == "ranges":
            proven = isinstance(ranges(recipients, scheme, WeightProblem("p", "max_min")), Ranges)
        else:
            aim = Aim(kind, per="population" if kind == "max_min" else "", reference="reference")
            found = optimize(recipients, scheme, WeightProblem("p", aim))
            proven = isinstance(found, Optimum) and found.certificate.is_proven
        taken = time.perf_counter() - start
        print(f"{n:>7} {factors:>17} {held:>9}  {kind:<18} {taken:>8.1f} {goal:>6}   {proven}")


def main() -> None:
    goals()
    print("build + solve     ours     solver alone   ratio   agree")
    for n, times in ((33, 20), (600, 5), (40_000, 3)):
        case = fund(n)
        mine, value = best_time(partial(ours, case), times)
        plain, other = best_time(partial(alone, case), times)
        close = abs(value - other) <= 1e-6 * abs(value)
        print(f"{n:>7}      {mine:9.4f} s  {plain:9.4f} s    {mine / plain:5.2f}   {close}")
    has_package = importlib.util.find_spec("cvxpy_leximin") is not None
    print("leximin           ours     cvxpy_leximin   ratio   agree")
    for n in (12, 33) if has_package else (33, 120):
        case = fund(n)
        mine, levels = best_time(partial(exact_leximin, case), 5)
        if not has_package:
            print(f"{n:>7}      {mine:9.4f} s  (pip install cvxpy-leximin to compare)")
            continue
        theirs, others = best_time(partial(package_leximin, case), 1)
        far = max(abs(a - b) / a for a, b in zip(levels, others, strict=True))
        print(f"{n:>7}      {mine:9.4f} s  {theirs:9.4f} s   {theirs / mine:6.0f}   {far < 1e-4}")
    case = fund(40_000)
    mine, _ = best_time(partial(exact_leximin, case), 1)
    print(f"  40000      {mine:9.4f} s")


if __name__ == "__main__":
    main()
