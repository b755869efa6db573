"""Personal numbers in many shapes, and groups that stay hidden."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.ledger.privacy import hidden_cells, personal


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("张三13800138000", "手机号"),
        ("李四 138 0013 8000", "手机号"),
        ("王五（１３８００１３８０００）", "手机号"),
        ("+86-138-0013-8000", "手机号"),
        ("陈某441900198001010017", "身份证号"),
        ("44190019800101001x", "身份证号"),
        ("441900800101001", "身份证号"),
        ("0769-22334455", "电话号码"),
        ("微心愿 2020-0001", ""),
        ("441900003001", ""),
        ("2020-09-30", ""),
        ("1,234,567.89", ""),
        ("张三", ""),
        ("138", ""),
    ],
)
def test_what_is_personal(text: str, kind: str) -> None:
    assert personal(text) == kind


@given(st.lists(st.integers(0, 30), min_size=2, max_size=7), st.integers(2, 10))
def test_no_small_group_can_be_told_from_the_total(counts: list[int], least: int) -> None:
    hidden = hidden_cells(counts, least)
    kept = [c for c, h in zip(counts, hidden, strict=True) if not h]
    assert all(c == 0 or c >= least for c in kept)
    inside = [c for c, h in zip(counts, hidden, strict=True) if h]
    shown_all = not kept or not any(c >= least for c in kept)
    assert len(inside) != 1 or shown_all
    assert sum(inside) == 0 or sum(inside) >= least or shown_all
    assert all(a <= b for a, b in pairwise(sorted(counts)))
