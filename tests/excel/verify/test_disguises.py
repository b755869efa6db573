"""A small sample of the campaign of `python tests/forge.py`: each way once or twice."""

from __future__ import annotations

from tests.excel.verify.deceiving import DECEIVING_WAYS
from tests.excel.verify.harmless import HARMLESS_WAYS
from tests.forge import run


def test_harmless_ways_are_never_called_changed() -> None:
    outcome = run(HARMLESS_WAYS, 8, 7, harmless=True)
    assert [wrong for wrong in outcome.wrong if wrong.startswith("WRONG")] == []
    assert outcome.counts["金额一致"] >= 6


def test_deceiving_ways_are_never_accepted() -> None:
    outcome = run(DECEIVING_WAYS, 12, 7, harmless=False)
    assert outcome.wrong == []
    assert sum(outcome.counts.values()) >= 10
