"""Rounding: known answers, the slow reference, and what every method promises."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.rounding.apportion import Apportionment, TieRefused, apportion, whole_weights
from allocator.rounding.water_filling import Infeasible
from tests.engine import reference
from tests.engine.cases import METHODS, Case, feasible

every_method = pytest.mark.parametrize("method", METHODS)
RULES = ("larger_share", "official_order")


def run(method: str, case: Case, **options: object) -> Apportionment:
    return apportion(
        case.total,
        case.weights,
        method=method,
        lower=case.lower,
        upper=case.upper,
        **options,  # type: ignore[arg-type]
    )


@every_method
@settings(max_examples=40)
@given(case=feasible(), rule=st.sampled_from(RULES))
def test_the_reference_gives_the_same_amounts_and_ties(method: str, case: Case, rule: str) -> None:
    amounts, tied = reference.apportion(
        method, case.total, case.weights, case.lower, case.upper, rule
    )
    answer = run(method, case, tie=rule)
    assert list(answer.amounts) == amounts
    assert [tie.tied for tie in answer.ties] == ([tied] if tied else [])
    assert sum(answer.amounts) == case.total
    rows = zip(case.lower, answer.amounts, case.upper, strict=True)
    assert all(low <= amount <= high for low, amount, high in rows)


@every_method
@settings(max_examples=40)
@given(case=feasible(), rule=st.sampled_from(RULES), data=st.data())
def test_the_order_of_rows_does_not_matter(
    method: str, case: Case, rule: str, data: st.DataObject
) -> None:
    """Permuted rows that keep their official position get the same amounts and the same ties."""
    straight = run(method, case, tie=rule)
    rows = data.draw(st.permutations(range(len(case.weights))))
    mixed = apportion(
        case.total,
        [case.weights[i] for i in rows],
        method=method,
        lower=[case.lower[i] for i in rows],
        upper=[case.upper[i] for i in rows],
        tie=rule,
        order=list(rows),
    )
    assert [mixed.amounts[rows.index(i)] for i in range(len(rows))] == list(straight.amounts)
    there = [
        (tuple(rows[i] for i in t.tied), tuple(rows[i] for i in t.winners), t.rule)
        for t in mixed.ties
    ]
    assert there == [(t.tied, t.winners, t.rule) for t in straight.ties]


@every_method
@settings(max_examples=40)
@given(case=feasible())
def test_refuse_stops_exactly_where_a_tie_was_broken(method: str, case: Case) -> None:
    answer = run(method, case)
    if answer.ties:
        with pytest.raises(TieRefused) as refused:
            run(method, case, tie="refuse")
        assert refused.value.tied == answer.ties[0].tied
    else:
        assert run(method, case, tie="refuse") == answer


@every_method
@settings(max_examples=40)
@given(case=feasible(), factor=st.integers(1, 2**220))
def test_only_the_proportions_of_the_weights_count(method: str, case: Case, factor: int) -> None:
    scaled = Case(case.total, tuple(w * factor for w in case.weights), case.lower, case.upper)
    assert run(method, scaled).amounts == run(method, case).amounts


@every_method
@settings(max_examples=40)
@given(case=feasible())
def test_the_level_gives_the_exact_claims(method: str, case: Case) -> None:
    level = run(method, case).multiplier
    rows = list(zip(case.weights, case.lower, case.upper, strict=True))
    exact = [reference.clip(level * w, low, high) for w, low, high in rows if w]
    exact += [Fraction(low) for w, low, _ in rows if not w]
    assert sum(exact) == case.total


@pytest.mark.parametrize("method", METHODS[1:])
@settings(max_examples=40)
@given(case=feasible())
def test_the_divisor_multiplier_reproduces_the_amounts(method: str, case: Case) -> None:
    answer = run(method, case)
    if answer.divisor_multiplier is None:
        assert answer.ties
        return
    signpost, power = reference.SIGNPOSTS[method]
    rows = zip(case.weights, case.lower, case.upper, answer.amounts, strict=True)
    for weight, low, high, amount in rows:
        if weight:
            exact = (answer.divisor_multiplier * weight) ** power
            assert amount == low or exact >= signpost(amount - 1)
            assert amount == high or exact <= signpost(amount)


@every_method
@pytest.mark.parametrize("total", [10**15, 10**30 + 7])
def test_totals_of_any_size_are_exact(method: str, total: int) -> None:
    weights = [3, 1, 4, 1, 5, 9, 2, 6]
    amounts = apportion(total, weights, method=method).amounts
    assert sum(amounts) == total
    for amount, weight in zip(amounts, weights, strict=True):
        assert abs(amount - Fraction(total * weight, 31)) < 8


@every_method
def test_a_total_of_nothing_gives_nothing(method: str) -> None:
    answer = apportion(0, [1, 2, 3], method=method)
    assert (answer.amounts, answer.ties) == ((0, 0, 0), ())


@every_method
def test_everyone_at_a_bound(method: str) -> None:
    at_upper = apportion(6, [5, 1, 1], method=method, upper=[1, 2, 3])
    at_lower = apportion(6, [1, 1, 5], method=method, lower=[3, 2, 1])
    assert (at_upper.amounts, at_upper.ties) == ((1, 2, 3), ())
    assert (at_lower.amounts, at_lower.ties) == ((3, 2, 1), ())


@every_method
def test_weight_0_gets_its_lower_bound_and_no_more(method: str) -> None:
    assert apportion(12, [0, 1, 1], method=method, lower=[2, 0, 0]).amounts == (2, 5, 5)


@every_method
def test_a_bound_may_be_one_number_for_all(method: str) -> None:
    assert apportion(10, [98, 1, 1], method=method, lower=2, upper=6).amounts == (6, 2, 2)


@pytest.mark.parametrize(
    ("rule", "winners", "decided_by"),
    [
        ("larger_share", (1,), "larger_share"),
        ("official_order", (0,), "official_order"),
    ],
)
def test_a_tie_names_the_rule_that_broke_it(
    rule: str, winners: tuple[int, ...], decided_by: str
) -> None:
    # 1 · 2/4 = 0.5 and 3 · 2/4 = 1.5: the same fraction, one unit left.
    (tie,) = apportion(2, [1, 3], tie=rule).ties
    assert (tie.tied, tie.winners, tie.rule) == ((0, 1), winners, decided_by)


def test_larger_share_falls_back_to_the_official_order_among_equals() -> None:
    (tie,) = apportion(5, [1, 3, 3, 1], tie="larger_share", order=[3, 2, 1, 0]).ties
    assert (tie.tied, tie.winners, tie.rule) == ((3, 0), (3,), "official_order")


def test_a_remainder_too_fine_for_doubles_decides() -> None:
    """Two fractions that agree in double precision; the larger one is found, not the first."""
    fine = 10**40
    weights = [fine + 1, fine + 2, fine - 3]
    assert apportion(4, weights).amounts == (1, 2, 1)
    assert apportion(4, weights).ties == ()
    assert apportion(4, weights, method="webster").amounts == (1, 2, 1)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: apportion(1, [1], method="divine"), ValueError, "largest_remainder, webster"),
        (lambda: apportion(-1, [1]), ValueError, "must not be negative"),
        (lambda: apportion(1, [1], lower=-1), ValueError, "must not be negative"),
        (lambda: apportion(1, [-1, 2]), ValueError, "must not be negative"),
        (lambda: apportion(1, [Decimal("0.1"), 0.2]), TypeError, "binary floats"),
        (lambda: apportion(1, [True]), TypeError, "binary floats"),
        (lambda: apportion(5, [1, 1], lower=3), Infeasible, "lower bounds exceed"),
        (lambda: apportion(5, [1, 1], upper=2), Infeasible, "upper bounds fall short"),
        (lambda: apportion(5, [1, 1], lower=3, upper=2), Infeasible, "exceed"),
        (lambda: apportion(5, [0, 0]), Infeasible, "all weights are 0"),
        (lambda: apportion(5, []), Infeasible, "all weights are 0"),
    ],
)
def test_what_cannot_be_split(call: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()  # type: ignore[operator]


def test_nobody_and_nothing() -> None:
    assert apportion(0, []).amounts == ()
    assert apportion(0, [0, 0]).amounts == (0, 0)


def test_whole_weights_keep_the_proportions() -> None:
    whole, scale = whole_weights([Decimal("0.25"), Fraction(1, 3), 2])
    assert (whole, scale) == ([3, 4, 24], 12)
    assert whole_weights([6, 4, 2]) == ([3, 2, 1], Fraction(1, 2))
    assert whole_weights([0, 0]) == ([0, 0], 1)
