"""Conditions written in Python: what they hold, and that nothing misspelt is passed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from allocator.optimize import cap, change, floor, match, share
from allocator.optimize.question.conditions import Group

WRITTEN: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (floor, {"yuan": "100"}),
    (cap, {"yuan": "100"}),
    (change, {"down": "10%"}),
    (share, {"least": "33%"}),
    (match, {"column": "配套能力"}),
]


@pytest.mark.parametrize(("write", "terms"), WRITTEN)
def test_whom_a_condition_means(write: Callable[..., Any], terms: dict[str, Any]) -> None:
    found = write(**terms, towns="长安镇", classes=["三类", "四类"], name="说明")
    assert found.group == Group(("长安镇",), ("三类", "四类"))
    assert found.name == "说明"


@pytest.mark.parametrize(("write", "terms"), WRITTEN)
def test_a_misspelt_keyword_does_not_mean_all_towns(
    write: Callable[..., Any], terms: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match="classe"):
        write(**terms, classe="三类")


def test_a_match_is_of_one_amount_only() -> None:
    with pytest.raises(TypeError, match="of"):
        match("配套能力", of="payment")  # type: ignore[call-arg]
