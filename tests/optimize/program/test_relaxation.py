"""Envelopes hold the amounts in; programs say what the engine does."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.optimize.program import regions, relaxation
from allocator.optimize.program.case import Case, Clip
from allocator.optimize.question.conditions import Aim
from tests.optimize.conftest import Ask, grid


@pytest.fixture(scope="module")
def sample(ask: Ask) -> Case:
    return ask(Aim("max_min")).case


@settings(max_examples=200, deadline=None)
@given(
    low=st.integers(0, 50),
    width=st.one_of(st.none(), st.integers(0, 60)),
    start=st.integers(0, 80),
    length=st.one_of(st.none(), st.integers(1, 90)),
    place=st.fractions(0, 1, max_denominator=50),
)
def test_clip_lies_between_its_envelopes(
    low: int, width: int | None, start: int, length: int | None, place: Fraction
) -> None:
    clip = Clip(low, None if width is None else low + width, 0)
    span = regions.Span(start, None if length is None else start + length)
    claim = start + place * (length or 500)
    amount = max(Fraction(low), claim if width is None else min(claim, Fraction(low + width)))
    under, over = relaxation.envelopes(clip, span)
    assert all(slope * claim + rest <= amount for slope, rest in under)
    assert all(slope * claim + rest >= amount for slope, rest in over)
    if not any(start < b and (length is None or b < start + length) for b in clip.bends()):
        assert under == over


def test_spans_hold_every_claim(sample: Case) -> None:
    """The region to start from leaves no weighting out."""
    start = regions.whole_region(sample, ())
    for weights in grid(3, 12):
        amounts = sample.quotas(weights)
        for i, span in start.spans.items():
            shares = zip(sample.factors, weights, strict=True)
            claim = amounts.level * sum(w * factor.share(i) for factor, w in shares)
            assert span.low <= claim
            assert span.high is None or claim <= span.high


def test_exact_quotas_are_the_engines(sample: Case) -> None:
    for weights in grid(3, 5):
        answer = sample.allocate(weights)
        exact = sample.quotas(weights)
        result = answer.pool("micro_projects")
        assert [exact[i] for i in range(len(sample))] == [
            result.quota(i) for i in range(len(sample))
        ]
