"""Every planted mistake is named at its cell, with a remedy, in one run."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import InputError, Problem, load
from tests.excel.intake.planted import KINDS, Planted, plant

CHINESE = re.compile("[\u4e00-\u9fff]")


def problems_of(content: bytes) -> list[Problem]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "数据.xlsx"
        path.write_bytes(content)
        try:
            return list(load(path)[0].warnings)
        except InputError as error:
            return list(error.problems)


def missed(planted: list[Planted], problems: list[Problem]) -> list[Planted]:
    found = {(p.code, p.place.sheet, p.place.cell) for p in problems}
    return [one for one in planted if (one.code, one.sheet, one.cell) not in found]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone(kind: str) -> None:
    content, planted = plant([kind])
    problems = problems_of(content)
    assert not missed(planted, problems), "\n".join(map(str, problems))
    for problem in problems:
        assert CHINESE.search(problem.message)
        assert problem.is_note or CHINESE.search(problem.remedy)
        assert problem.place.file == "数据.xlsx"


def test_the_sample_itself_has_no_mistake() -> None:
    assert problems_of(plant([])[0]) == []


TWENTY = tuple(kind for kind in KINDS if kind not in ("missing column", "merged cell"))[::2][:20]


def test_twenty_of_twenty_in_one_run() -> None:
    content, planted = plant(TWENTY)
    assert len(planted) == 20
    assert missed(planted, problems_of(content)) == []


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(list(KINDS)), unique=True, max_size=16), st.integers(0, 2**32))
def test_any_set_of_mistakes(kinds: list[str], seed: int) -> None:
    content, planted = plant(kinds, seed)
    assert missed(planted, problems_of(content)) == []
