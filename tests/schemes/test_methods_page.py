"""docs/方法.md: every rule there comes to the amounts printed below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from allocator import Recipients, Scheme, allocate
from allocator.base.money import exact_number, format_yuan

PAGE = (Path(__file__).parents[2] / "docs" / "方法.md").read_text(encoding="utf-8")
RULES = re.findall(r"## (\d+\. .*?)\n.*?```toml\n(.*?)```\n\n结果：(.*?)\n", PAGE, re.DOTALL)
TEXTS = ("类别", "片区")


def table() -> Recipients:
    lines = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    header, rows = lines[0], lines[2:]
    columns = {name: [row[k] for row in rows] for k, name in enumerate(header)}
    towns = columns.pop("地区")
    texts = {name: columns.pop(name) for name in TEXTS}
    numbers = {name: [exact_number(text) for text in column] for name, column in columns.items()}
    return Recipients.from_columns(towns, numbers, texts=texts)


def with_id(rule: str) -> str:
    return rule if "id = " in rule else rule.replace("[[pool]]\n", '[[pool]]\nid = "p"\n')


def test_there_are_fourteen() -> None:
    assert len(RULES) == 14


@pytest.mark.parametrize(("title", "rule", "printed"), RULES, ids=[rule[0] for rule in RULES])
def test_a_rule_comes_to_what_the_page_says(title: str, rule: str, printed: str) -> None:
    assert title
    answer = allocate(table(), Scheme.from_toml(with_id(rule)))
    pairs = zip(answer.recipients.towns, answer.payment, strict=True)
    assert "；".join(f"{town} {format_yuan(fen)}" for town, fen in pairs) == printed
