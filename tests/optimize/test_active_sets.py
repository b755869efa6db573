"""A small part of the campaign against brute force over all active sets (see `active_sets`)."""

from __future__ import annotations

import pytest

from tests.optimize.active_sets import check


@pytest.mark.parametrize("seed", range(14))
@pytest.mark.parametrize("extreme", [False, True], ids=["plain", "extreme"])
def test_the_optimum_is_that_of_the_best_active_set(seed: int, *, extreme: bool) -> None:
    assert check(seed, extreme=extreme) in {"same", "none"}


def test_half_ways_to_a_best_of_nothing_end() -> None:
    """The least spread of what is paid is 0, which halving the way to it never reaches."""
    assert check(458, extreme=False) == "same"
