"""Problem files: what they say, and every mistake in them at once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from allocator import InputError
from allocator.optimize import (
    Aim,
    Change,
    Group,
    GroupShare,
    WeightBound,
    WeightProblem,
    WeightRelation,
)

DATA = Path(__file__).parents[3] / "data"


def test_the_example_reads_as_it_is_written() -> None:
    text = (DATA / "problem-max-min.toml").read_text(encoding="utf-8")
    problem = WeightProblem.from_toml(text)
    assert problem == WeightProblem(
        pool="micro_projects",
        aim=Aim("max_min", per="population"),
        name="每人最低额尽量高",
        conditions=(
            WeightBound("villages", Fraction("0.2"), Fraction("0.5")),
            WeightBound("gdp", None, Fraction("0.4")),
            WeightRelation("villages >= area"),
            Change(down=Fraction("0.1")),
            GroupShare(Group(classes=("三类", "四类")), Fraction("0.33")),
        ),
        against=Aim("min_max_deviation"),
        points=6,
    )


def test_chinese_names_of_kinds_are_understood() -> None:
    text = """
    [problem]
    pool = "p"
    [aim]
    kind = "由低到高依次最高"
    [[condition]]
    kind = "保底"
    amount = "2000000"
    """
    problem = WeightProblem.from_toml(text)
    assert problem.aim.kind == "leximin"
    assert problem.conditions[0].side == "floor"  # type: ignore[union-attr]


MISTAKES = """
[problem]
step = "0.3"
best = 0

[aim]
kind = "max_mim"

[[bound]]
factor = "villages"

[[condition]]
kind = "flor"

[[condition]]
kind   = "floor"
amont  = "2000000"

[[condition]]
kind  = "order"
towns = ["东城街道"]

[[condition]]
kind = "change"
down = "-5%"

[reference."去年"]
"东城街道" = "1.005"
"""


def test_every_mistake_is_told_at_its_place() -> None:
    with pytest.raises(InputError) as caught:
        WeightProblem.from_toml(MISTAKES, "p.toml")
    found = [(problem.code, problem.place.cell) for problem in caught.value.problems]
    assert found == [
        ("problem.missing", "bound[0]"),
        ("problem.choice", "condition[0].kind"),
        ("scheme.unknown_key", "condition[1].amont"),
        ("problem.missing", "condition[1].amount"),
        ("problem.missing", "condition[2].towns"),
        ("problem.negative", "condition[3].down"),
        ("problem.missing", "problem.pool"),
        ("problem.choice", "aim.kind"),
        ("problem.step", "problem.step"),
        ("problem.number", "problem.best"),
        ("problem.amount", "reference.去年.东城街道"),
    ]
    assert "amount" in caught.value.problems[2].remedy


def test_broken_toml_is_told_with_its_line() -> None:
    with pytest.raises(InputError, match="不是有效的 TOML"):
        WeightProblem.from_toml("[problem", "p.toml")
