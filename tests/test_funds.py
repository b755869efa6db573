"""A small sample of the campaign of `python tests/funds.py`."""

from __future__ import annotations

from tests.funds import run


def test_random_funds_are_computed_and_verified() -> None:
    outcome = run(2, 6)
    assert outcome.failures == []
