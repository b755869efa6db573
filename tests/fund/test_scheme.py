"""Schemes as data: written as TOML and read back the same."""

from __future__ import annotations

import datetime
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator import InputError, Recipients, Scheme, allocate
from allocator.base.money import Fen, exact_number, fen_from_yuan, number_text, yuan_text
from allocator.base.plain_data import one_line
from allocator.fund.rules import Factor, Matching, Pilot, Pool, Source
from allocator.fund.scheme import SCENARIO_MARK
from tests.engine.cases import METHODS

#: Whatever can stand in TOML and may trouble a writer; no blanks at the ends of names.
words = (
    st.text("滘埗ab1 .'\"\\=#[]{}\n\t\x00\x1f\x7f\u2028\U0001f600", min_size=1, max_size=6)
    .map(one_line)
    .filter(bool)
)
columns = words.filter(lambda text: not is_number(text))
maybe = st.one_of(st.just(""), words)
fen = st.integers(0, 10**16).map(Fen)
ratios = st.fractions(0, 5, max_denominator=60)


def is_number(text: str) -> bool:
    try:
        exact_number(text)
    except ValueError:
        return False
    return True


@st.composite
def pools(draw: st.DrawFn, number: int) -> Pool:
    cuts = sorted(draw(st.lists(st.fractions(0, 1, max_denominator=20), max_size=3)))
    weights = [b - a for a, b in zip([Fraction(0), *cuts], [*cuts, Fraction(1)], strict=True)]
    amounts = draw(st.lists(fen, max_size=3))
    unit = draw(st.sampled_from([1, 100, 10**6]))
    amounts = [Fen(amount - amount % unit) for amount in amounts]
    factor = st.one_of(
        st.builds(
            Factor,
            weight=st.just(Fraction(0)),
            column=columns,
            per=maybe,
            direction=st.sampled_from(["direct", "inverse"]),
            scale=maybe,
            name=maybe,
        ),
        st.builds(
            Factor,
            weight=st.just(Fraction(0)),
            coefficients=st.dictionaries(words, ratios, min_size=1, max_size=3),
            scale=maybe,
        ),
    )
    bound = st.one_of(st.none(), fen, columns)
    return Pool(
        id=f"p{number}" + draw(maybe),
        name=f"池{number}" + draw(maybe),
        budget=Fen(sum(amounts)) if amounts else Fen(draw(fen) // unit * unit),
        factors=tuple(replace(draw(factor), weight=weight) for weight in weights),
        sources=tuple(Source(draw(words), amount) for amount in amounts),
        unit=Fen(unit),
        method=draw(st.sampled_from(METHODS)),
        tie=draw(st.sampled_from(["larger_share", "official_order", "refuse"])),
        base=draw(fen),
        floor=draw(bound),
        cap=draw(bound),
        cite=draw(maybe),
    )


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    several = tuple(draw(pools(number)) for number in range(draw(st.integers(1, 3))))
    pilot = st.builds(
        Pilot,
        pool=st.sampled_from([pool.id for pool in several]),
        advance=st.one_of(fen, columns),
        basis=st.sampled_from(["share", "remainder"]),
        below_advance=st.sampled_from(["keep", "carry", "error"]),
        unspent=st.sampled_from(["retain", "redistribute"]),
        cite=maybe,
    )
    matching = st.builds(
        Matching,
        rates=st.dictionaries(words, ratios, min_size=1, max_size=4),
        base=st.sampled_from(["paid", "before_recovery"]),
        unit=st.integers(1, 10**6).map(Fen),
        rounding=st.sampled_from(["up", "nearest"]),
        cite=maybe,
    )
    return Scheme(
        name=draw(words),
        pools=several,
        status=draw(st.sampled_from(["draft", "official", "trial"])),
        document=draw(maybe),
        date=draw(st.one_of(st.none(), st.dates(datetime.date(1900, 1, 1)))),
        recipients=draw(st.one_of(st.none(), st.integers(1, 10**6))),
        pilot=draw(st.one_of(st.none(), pilot)),
        matching=draw(st.one_of(st.none(), matching)),
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(schemes())
def test_a_scheme_is_read_back_the_same(scheme: Scheme) -> None:
    assert Scheme.from_toml(scheme.to_toml()) == scheme


@given(st.fractions(-(10**6), 10**6))
def test_numbers_are_read_back_the_same(number: Fraction) -> None:
    over, _, under = number_text(number).partition("/")
    assert exact_number(over) / exact_number(under or 1) == number


@given(st.integers(-(10**12), 10**12))
def test_amounts_are_read_back_the_same(amount: int) -> None:
    assert fen_from_yuan(yuan_text(amount)) == amount


def test_other_weights_and_nothing_else(scheme: Scheme) -> None:
    third = [Fraction(1, 3)] * 3
    changed = scheme.with_weights({"micro_projects": third})
    assert [f.weight for f in changed.pool("micro_projects").factors] == third
    own = [f.weight for f in scheme.pool("micro_projects").factors]
    assert changed.with_weights({"micro_projects": own}) == scheme


def test_wrong_weights_are_all_named(scheme: Scheme) -> None:
    half = [Fraction(1, 2)]
    with pytest.raises(InputError) as caught:
        scheme.with_weights({"micro_projects": half * 3, "micro_wishes": half, "nobody": half})
    said = [problem.message for problem in caught.value.problems]
    assert said[0] == "“民生微实事”的权重合计为 150.00%"
    assert len(said) == 3


def test_a_trial_says_so(scheme: Scheme) -> None:
    trial = replace(scheme, status="trial")
    assert SCENARIO_MARK in trial.mark
    assert scheme.mark in trial.mark
    assert replace(scheme, status="official").mark == ""


POOL = Pool("p", "某资金", Fen(10_000), (Factor(Fraction(1), "area"),))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "offical"}, "scheme.choice"),
        ({"pools": (POOL, POOL)}, "scheme.duplicate"),
        ({"pools": (replace(POOL, method="hare"),)}, "scheme.choice"),
        ({"pools": (replace(POOL, factors=(Factor(Fraction(9, 10), "area"),)),)}, "scheme.weights"),
        (
            {"pools": (replace(POOL, factors=(Factor(Fraction(1), "area", direction="invers"),)),)},
            "scheme.choice",
        ),
        ({"pools": (replace(POOL, factors=(Factor(1.0, "area"),)),)}, "scheme.type"),
    ],
)
def test_a_scheme_built_in_python_is_checked_like_one_that_was_read(
    change: dict[str, Any], code: str
) -> None:
    scheme = replace(Scheme("某资金", (POOL,), status="official"), **change)
    with pytest.raises(InputError) as caught:
        allocate(Recipients.from_columns(("甲", "乙"), {"area": (1, 2)}), scheme)
    assert code in {problem.code for problem in caught.value.problems}
