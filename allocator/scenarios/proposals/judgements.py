"""AHP (层次分析法): weights from judgements on pairs of factors, and how consistent these are.

Source: T. L. Saaty, The Analytic Hierarchy Process, 1980: the weights are the principal eigenvector
of the matrix of judgements, CI = (λ − n) / (n − 1), CR = CI / RI, below 0.10 held consistent.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

from allocator.base.money import exact_number, format_number, rounded
from allocator.base.problems import InputError, Place, Problem
from allocator.engine.pool import open_split
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.scenarios.by_factor import factor_number
from allocator.scenarios.proposals.proposal import (
    DECIMALS,
    PRECISE,
    Proposal,
    rounded_weights,
    shown,
)

#: Mean consistency index of random matrices of n = 1, 2, … (Saaty 1980, table 1.2).
RANDOM_INDEX: Final = tuple(
    map(
        Fraction,
        [
            "0",
            "0",
            "0.58",
            "0.90",
            "1.12",
            "1.24",
            "1.32",
            "1.41",
            "1.45",
            "1.49",
            "1.51",
            "1.48",
            "1.56",
            "1.57",
            "1.59",
        ],
    )
)
CONSISTENT: Final = Fraction(1, 10)
_STEPS, _CLOSE = 5000, Decimal("1e-45")


def ahp(
    recipients: Recipients,
    scheme: Scheme,
    pool_id: str,
    judgements: Mapping[tuple[str, str], Any],
    *,
    decimals: int = DECIMALS,
) -> Proposal:
    """Weights from judgements: {(a, b): 3} says that factor a matters three times as much as b.

    Every pair of factors once, in either order; a judgement between 1/9 and 9, "1/3" as well.

    Raises `InputError` with every judgement that is missing, given twice, or out of range;
    `KeyError` for an unknown pool.
    """
    opened = open_split(recipients, scheme, pool_id)
    n, names = len(opened.factors), opened.names
    matrix = [[Fraction(1)] * n for _ in range(n)]
    seen: dict[tuple[int, int], int] = {}
    problems = []
    for (one, other), given in judgements.items():
        i, j = factor_number(opened.pool, one), factor_number(opened.pool, other)
        value, place = _judgement(given), Place(cell=f"{one} 比 {other}")
        pair = (min(i, j), max(i, j))
        if i == j or not Fraction(1, 9) <= value <= 9:
            remedy = "请写两个不同因素的比，1/9 至 9 之间"
            problems.append(Problem("ahp.value", "判断不合适", remedy, place, str(given)))
        elif pair in seen:
            problems.append(Problem("ahp.twice", "这一对因素判断了两次", "请只留一次", place))
        else:
            seen[pair] = 1
            matrix[i][j], matrix[j][i] = value, 1 / value
    for i, j in combinations(range(n), 2):
        if (i, j) not in seen and not problems:
            message = f"没有判断“{names[i]}”与“{names[j]}”哪个更重要"
            problems.append(Problem("ahp.missing", message, "请补上这一对"))
    if problems:
        raise InputError(problems)
    weights, largest = principal(matrix)
    ratio = consistency_ratio(largest, n)
    note = f"一致性比率 CR = {format_number(rounded(ratio, 4))}，"
    note += "小于 0.10，判断一致。" if ratio < CONSISTENT else "不小于 0.10，判断前后不一，请复核。"
    return Proposal(
        method="层次分析法",
        scheme=scheme,
        pool=opened.pool,
        names=names,
        weights=rounded_weights(weights, decimals),
        figures=(("特征向量", shown(weights)),),
        notes=(note, f"权重取到小数点后 {decimals} 位。"),
    )


def _judgement(given: Any) -> Fraction:
    if isinstance(given, str) and "/" in given:
        over, _, under = given.partition("/")
        return exact_number(over) / exact_number(under)
    return exact_number(given)


def principal(matrix: list[list[Fraction]]) -> tuple[list[Decimal], Fraction]:
    """(principal eigenvector with sum 1, eigenvalue) of a positive matrix, by power iteration.

    >>> weights, largest = principal([[Fraction(1), Fraction(3)], [Fraction(1, 3), Fraction(1)]])
    >>> [float(weight) for weight in weights], float(largest)
    ([0.75, 0.25], 2.0)
    """
    n = len(matrix)
    with localcontext(PRECISE):
        rows = [[Decimal(v.numerator) / Decimal(v.denominator) for v in row] for row in matrix]
        weights, total = [Decimal(1) / n] * n, Decimal(n)
        for _ in range(_STEPS):
            raised = [
                sum((a * w for a, w in zip(row, weights, strict=True)), Decimal(0)) for row in rows
            ]
            total = sum(raised, Decimal(0))
            before, weights = weights, [value / total for value in raised]
            if max(abs(a - b) for a, b in zip(before, weights, strict=True)) < _CLOSE:
                break
    return weights, Fraction(total)


def consistency_ratio(largest: Fraction, n: int) -> Fraction:
    """CR of a matrix of n factors with this principal eigenvalue; 0 up to two factors."""
    if n <= 2:
        return Fraction(0)
    index = RANDOM_INDEX[min(n, len(RANDOM_INDEX)) - 1]
    return max((largest - n) / (n - 1) / index, Fraction(0))
