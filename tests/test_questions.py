"""The analyst's questions in docs/情景与权重.md: each runs, and takes one to three lines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

DOC = Path(__file__).parent.parent / "docs" / "情景与权重.md"
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_every_question_is_answered_in_three_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOC.parent.parent)
    before, *questions = BLOCK.findall(DOC.read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    exec(before, names)  # noqa: S102 - our own page
    assert len(questions) >= 15
    for question in questions:
        lines = question.strip().splitlines()
        assert len(lines) <= 3, question
        *start, last = lines
        exec("\n".join(start), names)  # noqa: S102
        assert eval(last, names) is not None, question  # noqa: S307
