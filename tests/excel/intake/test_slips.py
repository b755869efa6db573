"""Slips of the hand in real-looking tables are stopped; good tables are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator import load
from tests.slips import SLIPS, run

DATA = Path(__file__).parents[3] / "data"
REAL = ("au-tas-2024-25", "cn-public-health-2020", "de-kita-2013-14", "dongguan-2020")


def test_a_sample_of_slips() -> None:
    wrong, stopped, unseen = run(8 * len(SLIPS), seed=7)
    assert stopped == 0
    # Two figures that each could be the other's are exchanged without a trace, for any reader.
    assert not set(wrong) - {"swap"}
    assert wrong["swap"] <= unseen


@pytest.mark.parametrize("name", [*REAL, "guangyuan-2021", "us-crf-2020"])
def test_real_tables_are_not_asked_about(name: str) -> None:
    recipients, _ = load(DATA / f"{name}.csv", DATA / f"{name}.toml")
    assert recipients.towns
    assert not any(warning.is_doubt for warning in recipients.warnings)
