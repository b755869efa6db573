"""Weight programs against the solver alone, and leximin against one program per recipient.

Run: python benchmarks/optimize.py. Times are the best of a few runs in this process; imports are
not counted. Questions with many floors are put to the version before as well, in a folder of its
own, with a time limit. Both sides start from the same whole numbers and end with the optimal
weights; ours ends with an exact proof. With cvxpy-leximin installed its 33 recipients take some
minutes.
"""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from allocator import Fen, Recipients, Scheme
from allocator.fund.rules import Factor, Pool
from allocator.optimize import Aim, WeightProblem
from allocator.optimize.linear.highs import solve
from allocator.optimize.program.aims import resolve
from allocator.optimize.program.case import Case, prepare
from allocator.optimize.program.regions import whole_region
from allocator.optimize.program.relaxation import program
from allocator.optimize.search.leximin import leximin

HERE = Path(__file__).parent
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


GOALS = (
    (200, 8, 62, "max_min", 20),
    (200, 8, 62, "min_max_deviation", 20),
    (400, 4, 225, "max_min", 10),
    (200, 4, 41, "ranges", 20),
    (200, 8, 0, "ranges", 5),
)
#: The version before the proofs were reworked, and the seconds it is given for a question.
OLD, LIMIT = "4fa822b", 60


@contextmanager
def old_version(commit: str) -> Iterator[Path | None]:
    """The files of another version in a folder of their own; None where it is not to be had."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        made = git("worktree", "add", "--detach", str(tree), commit)
        yield tree if made else None
        if made:
            git("worktree", "remove", "--force", str(tree))


def git(*words: str) -> bool:
    done = subprocess.run(["git", *words], cwd=HERE, capture_output=True, check=False)  # noqa: S607
    return done.returncode == 0


def timed(tree: Path, *question: object) -> tuple[float, float, bool] | None:
    """(seconds, of which of the processor, proven) of a version; None: not within the limit."""
    command = [sys.executable, str(HERE / "many_floors.py"), *map(str, question)]
    paths = {**os.environ, "PYTHONPATH": str(tree)}
    try:
        done = subprocess.run(
            command, env=paths, capture_output=True, text=True, timeout=LIMIT, check=True
        )
    except subprocess.TimeoutExpired:
        return None
    seconds, cpu, proven = done.stdout.split()
    return float(seconds), float(cpu), proven == "True"


def goals() -> None:
    """Proofs for many recipients at their floor, each against the seconds it may take, and against
    the version before the proofs were reworked.
    """
    print(
        "proofs   factors  at floor  question             seconds  of cpu   goal  proven   before"
    )
    with old_version(OLD) as tree:
        for *question, goal in GOALS:
            found = timed(HERE.parent, *question)
            before = "not here"
            if tree:
                old = timed(tree, *question)
                before = f"more than {LIMIT} s" if old is None else f"{old[0]:.1f} s"
                if found and not (old and old[2]):
                    before += f", unproven; more than {LIMIT / found[0]:.0f} times"
                elif found and old:
                    before += f", {old[0] / found[0]:.1f} times"
            n, factors, held, kind = question
            told = f"{kind:<18} more than {LIMIT} s"
            if found:
                told = f"{kind:<18} {found[0]:>9.1f} {found[1]:>7.1f} {goal:>6}  {found[2]!s:<6}"
            print(f"{n:>6} {factors:>9} {held:>9}  {told}   {before}", flush=True)


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
