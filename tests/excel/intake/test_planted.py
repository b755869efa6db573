"""Every planted mistake is named at its cell, with a remedy, in one run."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import InputError, Problem, load
from tests.excel.intake.planted import KINDS, SAMPLE, Planted, plant

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


#: Words of programs that an officer knows, and those that the workbook itself writes.
KNOWN_WORDS = {"Excel", "ROUND", "micro_projects", "micro_wishes", "calc", "TRUE"}
KNOWN_WORDS |= {"pool_micro_projects", "pool_micro_wishes"}  # what a formula calls them
#: Mistakes that leave nothing for others to be found in, or that others follow from.
APART = {
    *("missing town", "wrong number of towns", "merged cell", "missing column", "shifted row"),
    *("total that does not add up", "sum of a group", "subtotal", "part of the row above"),
    *("remark beside figures", "hidden column", "merged 否", "lost digits", "signature"),
    *("unit of no money", "column that is none", "aid of 0", "area of 0", "duplicate town"),
    *("area and population exchanged", "villages and population exchanged"),
    *(
        "gdp and population exchanged",
        "people × 100",
        "people in 万",
        "gdp in yuan",
        "advance in words",
        "source in words",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone(kind: str) -> None:
    """Found at its cell by one message, in the officer's own words."""
    content, planted = plant([kind])
    problems = problems_of(content)
    assert not missed(planted, problems), "\n".join(map(str, problems))
    assert sum(not problem.is_warning for problem in problems) <= 1, "\n".join(map(str, problems))
    for problem in problems:
        assert CHINESE.search(problem.message)
        assert problem.is_note or CHINESE.search(problem.remedy)
        assert problem.place.file == "数据.xlsx"
        assert set(re.findall("[A-Za-z_]{4,}", str(problem).partition("]")[2])) <= KNOWN_WORDS


def test_the_sample_itself_has_no_mistake() -> None:
    assert all(problem.is_warning for problem in problems_of(plant([])[0]))
    assert problems_of(SAMPLE.read_bytes()) == []


TOGETHER = tuple(kind for kind in KINDS if kind not in APART)
TWENTY = TOGETHER[::3][:20]


def test_twenty_of_twenty_in_one_run() -> None:
    content, planted = plant(TWENTY)
    assert len(planted) == 20
    assert missed(planted, problems_of(content)) == []


#: What is not planted beside what: both stand in one cell, or the first leaves nothing to compare.
HIDES = {
    ("weight in words", "negative weight"),
    ("negative budget", "text in a budget"),
    ("budget with mills", "sources below budget"),
    ("unknown label", "number of towns"),
}


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(TOGETHER), unique=True, max_size=16), st.integers(0, 2**32))
def test_any_set_of_mistakes(kinds: list[str], seed: int) -> None:
    shown = [kind for kind in kinds if not any((other, kind) in HIDES for other in kinds)]
    content, planted = plant(shown, seed)
    assert missed(planted, problems_of(content)) == []
