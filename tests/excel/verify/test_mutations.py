"""Damaged files never give a traceback, a hang or a wrong total."""

from __future__ import annotations

from tests.excel.verify import mutations


def test_a_few_hundred_damaged_files() -> None:
    outcome = mutations.run(seed=2020, files=200)
    assert outcome.failures == []
    assert outcome.counts["refused"] > 50
    assert outcome.counts["read"] > 5
