"""Which weights of several pools gave one published table of totals.

A total mixes the pools, and each pool's amounts bend where its bounds hold somebody. A program in
floats proposes: given who is held where, totals are linear in the claims of all pools, and the
least sum of deviations passes misprints by (as in `fitting`); who is held follows from its weights,
and so on until nothing changes. Round weights next to what it proposes are tried through the
engine, in every combination, and the shortest description wins, wrong rows included. What is told
of each pool is then `fit` with the others' weights known: exact, with ranges and misprints.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Final

from allocator.allocation import allocate
from allocator.base.problems import InputError, Problem
from allocator.base.tables import Table
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme
from allocator.optimize.answers.fitting import (
    DENOMINATORS,
    Fit,
    bits,
    engine_room,
    fit,
    multiples,
    row_bits,
    twice_half,
)
from allocator.optimize.answers.told import Told
from allocator.optimize.linear.highs import Outcome, propose
from allocator.optimize.linear.model import Model, whole_row
from allocator.optimize.program.case import Case, prepare
from allocator.optimize.question.weight_problem import WeightProblem

#: Round weights up to this denominator, and this near to what is proposed, are tried.
_FINEST: Final = 100
_NEAR: Final = Fraction(1, 300)
_ROUNDS: Final = 12
#: Combinations tried through the engine.
_MOST_TRIED: Final = 5_000


@dataclass(frozen=True, slots=True)
class FitOfPools(Told):
    """One `Fit` a pool, each with the weights of the others as found."""

    pools: tuple[Fit, ...]

    def scheme(self) -> Scheme:
        """The scheme with all weights found."""
        return self.pools[0].scheme()

    def tables(self) -> list[Table]:
        """The answers of all pools, the comparison with the table once."""
        weights = [replace(one.tables()[0], title=_title(one)) for one in self.pools]
        return [*weights, self.pools[0].tables()[1]]


def _title(one: Fit) -> str:
    return f"“{one.case.pool.name}”还原的权重"


def fit_pools(recipients: Recipients, scheme: Scheme, problem: WeightProblem) -> FitOfPools:
    """Recover the weights of `problem.pool` and of the pools in `problem.also` from one table.

    The aim is a `fit` of all pools together (`of` all_entitlements or all_payments). Raises
    `InputError` as `fit` does, and where no round weights give most rows back.
    """
    names = [problem.pool, *problem.also]
    own = {"all_entitlements": "entitlement", "all_payments": "payment"}
    aim = problem.aim
    of = own.get(aim.of or problem.of)
    if of is None:
        remedy = '请写 of = "all_payments" 或 "all_entitlements"'
        message = "几个资金池一起还原，公布的金额须是全部资金池的合计"
        raise InputError([Problem("problem.measure", message, remedy, aim.place)])
    part = replace(aim, kind="max_min", of=of)
    cases = [
        prepare(recipients, scheme, replace(problem, pool=name, aim=part, of=of, conditions=()))
        for name in names
    ]
    known = _known(cases, of)
    published = {i: fen - known[i] for i, fen in cases[0].reference(aim.reference, of).items()}
    near = _proposed(cases, published, of)
    best = _best(cases, published, near, scheme, of)
    found = scheme.with_weights(dict(zip((c.pool.id for c in cases), best, strict=True)))
    return FitOfPools(tuple(fit(recipients, found, replace(problem, pool=name)) for name in names))


def _known(cases: Sequence[Case], of: str) -> list[int]:
    """What the pools whose weights are known come to, by town."""
    ids = {case.pool.id for case in cases}
    others = [pool for pool in cases[0].current.pools if pool.pool.id not in ids]
    columns = [pool.payment if of == "payment" else pool.entitlement for pool in others]
    return [sum(town) for town in zip((0,) * len(cases[0]), *columns, strict=True)]


def _proposed(
    cases: Sequence[Case], published: dict[int, Fraction], of: str
) -> list[tuple[Fraction, ...]]:
    """Weights that nearly give the table, from the scheme's own on."""
    weights = [case.current_weights for case in cases]
    for _ in range(_ROUNDS):
        nearer = _step(cases, published, weights, of)
        if nearer == weights:
            break
        weights = nearer
    return weights


def _step(
    cases: Sequence[Case],
    published: dict[int, Fraction],
    weights: Sequence[tuple[Fraction, ...]],
    of: str,
) -> list[tuple[Fraction, ...]]:
    """The least sum of deviations while everybody stays where these weights hold it."""
    model = Model()
    columns = [
        [model.column(f.name, 0, 10 * case.total, case.total / f.total) for f in case.factors]
        for case in cases
    ]
    held = [_held(case, w, of) for case, w in zip(cases, weights, strict=True)]
    far = {i: model.column("far", 0, 10**15, float(cases[0].total)) for i in published}
    for i, fen in published.items():
        terms, rest = _total(cases, columns, held, i, len(model.columns))
        for sign in (1, -1):
            row = [sign * v for v in terms]
            row[far[i]] = 1
            model.rows.append(whole_row(row, sign * (fen - rest)))
    for case, own, states in zip(cases, columns, held, strict=True):
        total = [0] * len(model.columns)
        for k, factor in zip(own, case.factors, strict=True):
            total[k] = sum(factor.values[i] for i, at in enumerate(states) if at.entitled is None)
        left = case.total - sum(at.entitled or 0 for at in states)
        model.rows += [whole_row([s * v for v in total], s * left) for s in (1, -1)]
    costs = [0.0] * len(model.columns)
    for column in far.values():
        costs[column] = 1.0
    proposal = propose(model.columns, costs, model.rows)
    if proposal.outcome is not Outcome.OPTIMAL:
        return list(weights)
    return [_weights(case, own, proposal.point) for case, own in zip(cases, columns, strict=True)]


@dataclass(frozen=True, slots=True)
class _Held:
    """Where a town is: its entitlement above the base, and its measure, where either is fixed."""

    entitled: int | None
    measure: int | None


def _held(case: Case, weights: Sequence[Fraction], of: str) -> list[_Held]:
    amounts, found = case.split(weights), list[_Held]()
    first = case.first(of)
    for i in range(len(case)):
        claim = amounts.level * sum(
            (w * f.share(i) for w, f in zip(weights, case.factors, strict=True)), Fraction(0)
        ) if amounts else Fraction(0)  # fmt: skip
        ends: list[int | None] = []
        for clip in (case.clips[i], case.clips[first + i]):
            end = clip.low if claim <= clip.low and clip.low else None
            if clip.high is not None and claim >= clip.high:
                end = clip.high
            ends.append(end)
        measure = None if ends[1] is None else ends[1] + case.clips[first + i].shift
        found.append(_Held(ends[0], measure))
    return found


def _total(
    cases: Sequence[Case],
    columns: Sequence[Sequence[int]],
    held: Sequence[Sequence[_Held]],
    i: int,
    width: int,
) -> tuple[list[int], int]:
    """Town i's total of all pools as a function of the columns."""
    terms, rest = [0] * width, 0
    for case, own, states in zip(cases, columns, held, strict=True):
        fixed = states[i].measure
        if fixed is not None:
            rest += fixed
            continue
        rest += case.clips[case.first("") + i].shift
        for k, factor in zip(own, case.factors, strict=True):
            terms[k] = factor.values[i]
    return terms, rest


def _weights(case: Case, own: Sequence[int], point: Sequence[float]) -> tuple[Fraction, ...]:
    parts = [
        factor.total * max(Fraction(point[k]), Fraction(0))
        for k, factor in zip(own, case.factors, strict=True)
    ]
    whole = sum(parts, Fraction(0))
    return (
        tuple((part / whole).limit_denominator(10**9) for part in parts)
        if whole
        else case.current_weights
    )


def _best(
    cases: Sequence[Case],
    published: dict[int, Fraction],
    near: Sequence[tuple[Fraction, ...]],
    scheme: Scheme,
    of: str,
) -> tuple[tuple[Fraction, ...], ...]:
    """The combination of round weights with the shortest description, wrong rows included."""
    twice, a_row = twice_half(cases[0].problem.aim.unit), row_bits(cases[0])
    ids = [case.pool.id for case in cases]
    offers = [list(_round_ones(case, weights)) for case, weights in zip(cases, near, strict=True)]
    combined = sorted(
        product(*offers), key=lambda combination: sum(told for told, _ in combination)
    )
    best: tuple[tuple[Fraction, ...], ...] | None = None
    least = len(published) * a_row / 2
    nearly = _Nearly(cases, published, twice, of)
    for combination in combined[:_MOST_TRIED]:
        told = sum(bits_of for bits_of, _ in combination)
        if told >= least:
            break
        weights = tuple(w for _, w in combination)
        if told + nearly.surely_wrong(weights) * a_row >= least:
            continue
        answer = allocate(
            cases[0].recipients, scheme.with_weights(dict(zip(ids, weights, strict=True)))
        )
        given = [case.block(answer, of) for case in cases]
        wrong = sum(
            2 * abs(sum(block[i] for block in given) - fen) > twice for i, fen in published.items()
        )
        if told + wrong * a_row < least:
            best, least = weights, told + wrong * a_row
    if best is None:
        message = f"步长 1/{_FINEST} 以内没有整齐的权重能还原半数以上的行"
        raise InputError([Problem("problem.fit", message, "请只求一个资金池，或核对公布的表")])
    return best


class _Nearly:
    """How many rows some weights surely do not give back, before any rounding, in floats."""

    def __init__(
        self, cases: Sequence[Case], published: dict[int, Fraction], twice: int, of: str
    ) -> None:
        self.cases, self.of = cases, of
        self.published = {i: float(fen) for i, fen in published.items()}
        self.room = twice / 2 + sum(map(engine_room, cases)) + 1
        self.known: dict[tuple[int, tuple[Fraction, ...]], list[float]] = {}

    def amounts(self, c: int, weights: tuple[Fraction, ...]) -> list[float]:
        if (c, weights) not in self.known:
            case, found = self.cases[c], self.cases[c].split(weights)
            first = case.first(self.of)
            self.known[c, weights] = [
                float(found[first + i]) if found else float("inf") for i in range(len(case))
            ]
        return self.known[c, weights]

    def surely_wrong(self, weights: Sequence[tuple[Fraction, ...]]) -> int:
        columns = [self.amounts(c, own) for c, own in enumerate(weights)]
        return sum(
            abs(sum(column[i] for column in columns) - fen) > self.room
            for i, fen in self.published.items()
        )


def _round_ones(
    case: Case, near: Sequence[Fraction]
) -> Iterator[tuple[float, tuple[Fraction, ...]]]:
    """(bits, weights): round weights near these, each once, with its smallest denominator."""
    seen: set[tuple[Fraction, ...]] = set()
    ends = [(max(w - _NEAR, Fraction(0)), min(w + _NEAR, Fraction(1))) for w in near]
    for denominator in (d for d in DENOMINATORS if d <= _FINEST):
        for weights in multiples(denominator, ends):
            if weights not in seen:
                seen.add(weights)
                yield bits(case, denominator), weights
