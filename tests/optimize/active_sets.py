"""Random problems against brute force: every way of meeting bounds is a linear program of its own.

Each recipient is at its floor, between its bounds or at its cap: 3^n programs, each solved exactly
by the plain simplex; the best of them is the optimum. Where the question is about what is paid, one
between its bounds is either paid nothing or paid something. Slow, obvious, and shares nothing with
the search but that simplex. Run the campaign: python -m tests.optimize.active_sets 1000
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product

from allocator import Fen, InputError, Recipients, Scheme
from allocator.fund.rules import Factor, Pilot, Pool
from allocator.optimize import Aim, Group, WeightProblem, bound, cap, change, floor, share
from allocator.optimize.answers.optimize import optimize
from allocator.optimize.answers.optimum import Optimum
from allocator.optimize.linear.exact_simplex import solve_exactly
from allocator.optimize.linear.model import Model, whole_row
from allocator.optimize.program.case import Case, prepare
from allocator.optimize.program.measures import Terms
from allocator.optimize.question.conditions import Condition

KINDS = (
    "max_min",
    "min_max_deviation",
    "min_total_deviation",
    "min_spread",
    "max_town",
    "min_town",
    "max_group_share",
)
#: Far beyond every claim that matters; an optimum does not rest on it.
FAR = 10**60


MEASURES = ("entitlement", "payment", "all_payments")


def settled(
    recipients: Recipients, scheme: Scheme, problem: WeightProblem, seed: int
) -> tuple[Recipients, Scheme, WeightProblem]:
    """The problem with a pilot, and perhaps a second pool, asked about what is paid."""
    measure = MEASURES[seed // 2 % 3]
    if measure == "entitlement":
        return recipients, scheme, problem
    source = random.Random(-seed)  # noqa: S311 - test data
    n, (pool,) = len(recipients), scheme.pools
    mean = pool.budget // n
    pilot = tuple(source.random() < 0.6 for _ in range(n))
    unspent = tuple(Fen(p and source.choice([0, 0, mean // 5])) for p in pilot)
    advance = Fen(source.choice([mean // 4, mean // 2, mean]))
    second = replace(pool, id="q", name="另一资金", floor=None, cap=None, budget=Fen(300_00))
    rule = Pilot(
        pool="p",
        advance=advance,
        basis=source.choice(("share", "share", "remainder")),
        below_advance=source.choice(("keep", "carry", "carry")),
    )
    pools = (pool, second) if measure == "all_payments" else (pool,)
    fund = replace(scheme, pools=pools, pilot=rule)
    return replace(recipients, pilot=pilot, unspent=unspent), fund, replace(problem, of=measure)


def random_problem(seed: int, *, extreme: bool) -> tuple[Recipients, Scheme, WeightProblem]:
    """Up to five recipients, two or three factors, floors and caps; `extreme`: values to 10^12."""
    source = random.Random(seed)  # noqa: S311 - test data
    towns, factors = source.randint(3, 5), source.randint(2, 3)

    def value() -> int:
        if not extreme:
            return source.randint(0, 40)
        return source.choice([0, 1, source.randint(1, 9), 10 ** source.randint(1, 12)])

    names = [f"f{k}" for k in range(factors)]
    numbers: dict[str, list[int | Fraction]] = {
        name: [value() for _ in range(towns)] for name in names
    }
    for name in names:
        numbers[name][source.randrange(towns)] += 1
    numbers["p"] = [source.randint(1, 50) for _ in range(towns)]
    numbers["ref"] = [source.randint(100, 400) for _ in range(towns)]
    groups = [source.choice(["一类", "二类"]) for _ in range(towns)]
    groups[0] = "一类"
    recipients = Recipients.from_columns(
        [f"镇{i}" for i in range(towns)], numbers, economic_class=groups
    )
    mean = 1000_00 // towns
    pool = Pool(
        id="p",
        name="资金",
        budget=Fen(1000_00),
        factors=tuple(Factor(Fraction(1, factors), column=name) for name in names),
        floor=source.choice([None, Fen(mean // 3), Fen(mean * 3 // 4)]),
        cap=source.choice([None, None, Fen(mean * 3 // 2), Fen(mean * 2)]),
    )
    kind = KINDS[seed % len(KINDS)]
    per = source.choice(["", "p"]) if kind in ("max_min", "min_spread") else ""
    aim = Aim(
        kind,
        per=per,
        reference="ref",
        town="镇1" if "town" in kind else "",
        group=Group(classes="一类") if "share" in kind else Group(),
    )
    offers: list[Condition] = [
        bound("f0", "10%", "80%"),
        floor(yuan=mean // 300, towns="镇0"),
        cap(yuan=mean // 60, towns="镇2"),
        change(down="60%"),
        share(least="20%", classes="一类"),
    ]
    conditions = [offer for offer in offers if source.random() < 0.2]
    return settled(recipients, Scheme("基金", (pool,)), WeightProblem("p", aim, conditions), seed)


def brute_force(recipients: Recipients, scheme: Scheme, problem: WeightProblem) -> Fraction | None:
    """The optimum over all active sets; None where no weights keep all conditions."""
    case = prepare(recipients, scheme, problem)
    found = (_piece(case, problem, states) for states in _states(case))
    values = [value for value in found if value is not None]
    return min(values, default=None)


def _states(case: Case) -> Iterator[tuple[str, ...]]:
    ways = ["lf" if case.highs is None else "lfh"] * len(case)
    if len(case.measures) > 1:
        taken = _terms(case).offset
        ways = [way + ("z" if off else "") for way, off in zip(ways, taken, strict=True)]
    yield from product(*ways)


def _terms(case: Case) -> Terms:
    return list(case.measures.values())[-1]


def _piece(case: Case, problem: WeightProblem, states: tuple[str, ...]) -> Fraction | None:
    model, n = Model(), len(case)
    for factor in case.factors:
        model.column("x", 0, FAR * case.total, case.total / factor.total)
    claims = [tuple(f.values[i] for f in case.factors) for i in range(n)]

    def at_least(values: tuple[int | Fraction, ...], least: int | Fraction) -> None:
        model.rows.append(whole_row(values, least))

    amounts = [_amount(case, i, state, claims[i], at_least) for i, state in enumerate(states)]
    for sign in (1, -1):
        total = tuple(sign * sum(column) for column in zip(*(v for v, _ in amounts), strict=True))
        at_least(total, sign * (case.total - sum(rest for _, rest in amounts)))
    if len(case.measures) > 1:
        amounts = [_paid(case, i, state, amounts[i]) for i, state in enumerate(states)]
    _conditions(case, problem, amounts, at_least)
    objective = _objective(case, problem.aim, amounts, model)
    model.objective = objective
    solution = solve_exactly(model)
    return solution.value if solution.is_feasible else None


def _amount(
    case: Case,
    i: int,
    state: str,
    claim: tuple[int, ...],
    at_least: Callable[[tuple[int | Fraction, ...], int | Fraction], None],
) -> tuple[tuple[int, ...], int]:
    """What a recipient in this state gets, as a function of the columns, and what its claim is."""
    low, high = case.lows[i], None if case.highs is None else case.highs[i]
    back, zeros = tuple(-v for v in claim), (0,) * len(claim)
    if state == "l":
        at_least(back, -low)
        return zeros, low
    if state == "h":
        assert high is not None
        at_least(claim, high)
        return zeros, high
    at_least(claim, low)
    if high is not None:
        at_least(back, -high)
    if len(case.measures) > 1:
        off = _terms(case).offset[i]
        at_least(*((back, -off) if state == "z" else (claim, off)))
    return claim, 0


def _paid(
    case: Case, i: int, state: str, amount: tuple[tuple[int, ...], int]
) -> tuple[tuple[int, ...], int]:
    off, other = _terms(case).offset[i], _terms(case).other[i]
    values, rest = amount
    if state == "z" or (state in "lh" and rest < off):
        return (0,) * len(values), other
    return values, rest - off + other


def _conditions(case, problem, amounts, at_least) -> None:  # type: ignore[no-untyped-def]
    for condition in problem.conditions:
        match type(condition).__name__:
            case "WeightBound":
                totals = [f.total for f in case.factors]
                k = case.factor_number(condition.factor)
                at_least(
                    tuple((int(j == k) - condition.least) * t for j, t in enumerate(totals)), 0
                )
                at_least(tuple((condition.most - int(j == k)) * t for j, t in enumerate(totals)), 0)
            case "AmountBound":
                (i,) = case.members(condition.group)
                sign = 1 if condition.side == "floor" else -1
                values, rest = amounts[i]
                at_least(tuple(sign * v for v in values), sign * (condition.amount - rest))
            case "Change":
                for i, (values, rest) in enumerate(amounts):
                    now = case.current_amounts[case.first("") + i]
                    at_least(values, now * (1 - condition.down) - rest)
            case "GroupShare":
                members = case.members(condition.group)
                total = tuple(map(sum, zip(*(amounts[i][0] for i in members), strict=True)))
                rests = sum(amounts[i][1] for i in members)
                at_least(total, condition.least * case.whole_of("") - rests)


def _objective(  # type: ignore[no-untyped-def]  # noqa: C901 - one case an aim
    case, aim, amounts, model
) -> dict[int, Fraction | int]:
    width, end = len(case.factors), 10**30
    per = [Fraction(v) for v in case.per(aim.per)]

    def row(values, extras, least) -> None:  # type: ignore[no-untyped-def]
        padded = [*values, *([0] * (len(model.columns) - width))]
        for j, c in extras.items():
            padded[j] += c
        model.rows.append(whole_row(padded, least))

    reference = [Fraction(v) * 100 for v in case.recipients.numbers["ref"]]
    if aim.kind == "max_min":
        t = model.column("t", -end, end)
        for i, (values, rest) in enumerate(amounts):
            row(values, {t: -per[i]}, -rest)
        return {t: -1}
    if aim.kind == "min_max_deviation":
        t = model.column("t", -end, end)
        for i, (values, rest) in enumerate(amounts):
            row(values, {t: 1}, reference[i] - rest)
            row([-v for v in values], {t: 1}, rest - reference[i])
        return {t: 1}
    if aim.kind == "min_total_deviation":
        columns = [model.column("t", -end, end) for _ in amounts]
        for i, (values, rest) in enumerate(amounts):
            row(values, {columns[i]: 1}, reference[i] - rest)
            row([-v for v in values], {columns[i]: 1}, rest - reference[i])
        return dict.fromkeys(columns, 1)
    if aim.kind == "min_spread":
        low, high = model.column("low", -end, end), model.column("high", -end, end)
        for i, (values, rest) in enumerate(amounts):
            row(values, {low: -per[i]}, -rest)
            row([-v for v in values], {high: per[i]}, rest)
        return {high: 1, low: -1}
    members = case.members(aim.group if "share" in aim.kind else Group((aim.town,)))
    sign = 1 if aim.kind == "min_town" else -1
    whole = case.whole_of("") if "share" in aim.kind else 1
    t = model.column("rest", 1, 1)
    rests = sum(amounts[i][1] for i in members)
    costs = {
        k: sign * Fraction(sum(amounts[i][0][k] for i in members), whole) for k in range(width)
    }
    return {**costs, t: Fraction(sign * rests, whole)}


def check(seed: int, *, extreme: bool) -> str:
    """`same`, `none` (rightly refused or contradictory) or what went wrong."""
    recipients, scheme, problem = random_problem(seed, extreme=extreme)
    try:
        expected = brute_force(recipients, scheme, problem)
        found = optimize(recipients, scheme, problem)
    except InputError:
        return "none"  # a table or scheme that the engine itself refuses
    if not isinstance(found, Optimum):
        return "none" if expected is None else f"wrong: no weights found, {expected} is possible"
    if expected is None:
        return "wrong: weights found where there are none"
    if not found.certificate.is_proven:
        return "unproven"
    value = found.target.shown(found.value)
    return "same" if value == expected else f"wrong: {value} for {expected}"


def main(cases: int, first: int = 0) -> int:
    """Print how many problems came out how, and each one that is wrong."""
    start, outcomes = time.monotonic(), dict[str, int]()
    for seed in range(first, first + cases):
        outcome = check(seed, extreme=seed % 2 == 1)
        kind = outcome.partition(":")[0]
        outcomes[kind] = outcomes.get(kind, 0) + 1
        if kind not in ("same", "none"):
            print(f"seed {seed}: {outcome}")
    print(f"{cases} problems, {time.monotonic() - start:.0f} s: {outcomes}")
    return int(set(outcomes) > {"same", "none"})


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
