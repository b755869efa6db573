"""What a user is told that a mistake is."""

from __future__ import annotations

import pytest

from allocator.base.problems import Problem


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (Problem("a", "", ""), "错误"),
        (Problem("a", "", "", is_warning=True), "提醒"),
        (Problem("a", "", "", is_warning=True, is_note=True), "读入说明"),
        (Problem("a", "", "", is_doubt=True), "存疑"),
        (Problem("a", "", "", is_warning=True, is_doubt=True), "存疑"),
    ],
)
def test_a_problem_knows_its_kind(problem: Problem, kind: str) -> None:
    assert problem.kind == kind
