"""Fifteen problems of the sample, each with its exact figure: no change of the solver moves one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator import Fen, Recipients, Scheme
from allocator.optimize import (
    Aim,
    Condition,
    Conflict,
    Group,
    Optimum,
    WeightProblem,
    bound,
    change,
    floor,
    optimize,
    relation,
    share,
)

POOR = Group(classes=("三类", "四类"))
#: The conditions of data/problem-max-min.toml.
USUAL: tuple[Condition, ...] = (
    bound("villages", "20%", "50%"),
    bound("gdp", most="40%"),
    relation("villages >= area"),
    change(down="10%"),
    share("33%", classes=["三类", "四类"]),
)
PER_HEAD = Aim("max_min", per="population")
#: (pool, aim, conditions, step, the number in fen or as a ratio, rounded to six decimals)
TABLE = [
    ("micro_projects", PER_HEAD, USUAL, None, "640.505763"),
    ("micro_projects", PER_HEAD, (), None, "756.236038"),
    ("micro_projects", Aim("max_min"), (), None, "157773365.965948"),
    ("micro_projects", Aim("leximin", per="villages"), USUAL, None, "11382813.737572"),
    ("micro_projects", Aim("min_max_deviation", reference="equal"), (), None, "243626753.743734"),
    (
        "micro_projects",
        Aim("min_total_deviation", reference="equal"),
        (),
        None,
        "2983535270.356774",
    ),
    ("micro_projects", Aim("min_spread", per="population"), (), None, "2379.981115"),
    ("micro_projects", Aim("max_group_share", group=POOR), USUAL, None, "0.357441"),
    ("micro_projects", Aim("max_town", town="长安镇"), (), None, "855495178.645270"),
    ("micro_projects", Aim("min_town", town="长安镇"), (), None, "228888888.888889"),
    ("micro_projects", Aim("min_match_burden"), USUAL, None, "0.000151"),
    ("micro_wishes", PER_HEAD, (bound("population", "20%"),), None, "200.637741"),
    ("micro_wishes", Aim("min_total_deviation"), (bound("gdp", "50%"),), None, "111409044.376299"),
    ("micro_projects", PER_HEAD, USUAL, "5%", "636.240647"),
    ("micro_projects", Aim("min_spread"), (floor(yuan="2100000"),), None, None),
]


@pytest.mark.parametrize(("pool", "aim", "conditions", "step", "figure"), TABLE)
def test_the_figure_is_proven(
    recipients: Recipients,
    scheme: Scheme,
    pool: str,
    aim: Aim,
    conditions: tuple[Condition, ...],
    step: str | None,
    figure: str | None,
) -> None:
    equal = {"equal": dict.fromkeys(recipients.towns, Fen(318181818))}
    problem = WeightProblem(pool, aim, conditions, step=step, references=equal)  # type: ignore[arg-type]
    found = optimize(recipients, scheme, problem)
    if figure is None:
        assert isinstance(found, Conflict)
        return
    assert isinstance(found, Optimum)
    assert found.certificate.is_proven
    assert round(found.value, 6) == Fraction(figure)
