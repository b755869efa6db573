"""Every aim by name: its number, its program and its words; and an aim looked up in the table.

A new aim is one row of `AIMS` (and its name in `question.conditions.AIM_NAMES`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from allocator.base.money import FEN_PER_YUAN
from allocator.base.problems import InputError, Problem
from allocator.optimize.program.case import Case
from allocator.optimize.program.constraints import (
    MATCH_NEEDS,
    group_name,
    reference_name,
    unknown,
)
from allocator.optimize.program.objectives import (
    Objective,
    Target,
    deviation_implied,
    distance,
    each_unit,
    match_build,
    match_measure,
    max_deviation_build,
    max_deviation_measure,
    max_min_build,
    max_min_measure,
    min_implied,
    no_build,
    share_build,
    share_measure,
    spread_build,
    spread_measure,
    sum_build,
    sum_measure,
    total_deviation_build,
    total_deviation_measure,
)
from allocator.optimize.question.conditions import Aim, Group


def _burden_base(case: Case, aim: Aim) -> str:
    return case.recipients.header(aim.per or "gdp").partition("（")[0]


def _deviation_words(kind: str) -> Callable[[Case, Aim], str]:
    def words(case: Case, aim: Aim) -> str:
        each = each_unit(case, aim)
        return f"{group_name(aim.group)}{each}与{reference_name(aim.reference)}的{kind}最小"

    return words


AIMS: Final[Mapping[str, Objective]] = MappingProxyType(
    {
        "max_min": Objective(
            max_min_measure,
            max_min_build,
            lambda case, aim: f"{group_name(aim.group)}中{each_unit(case, aim)}最低的金额尽量高",
            "最低镇{each}金额",
            "最低镇{each}多",
            -1,
            implied=min_implied,
        ),
        "leximin": Objective(
            max_min_measure,
            max_min_build,
            lambda case, aim: (
                f"{group_name(aim.group)}{each_unit(case, aim)}的金额由低到高依次尽量高"
            ),
            "最低镇{each}金额",
            "最低镇{each}多",
            -1,
            implied=min_implied,
        ),
        "min_max_deviation": Objective(
            max_deviation_measure,
            max_deviation_build,
            _deviation_words("最大偏离"),
            "最大{each}偏离",
            "最大{each}偏离减少",
            implied=deviation_implied,
        ),
        "min_total_deviation": Objective(
            total_deviation_measure,
            total_deviation_build,
            _deviation_words("偏离合计"),
            "{each}偏离合计",
            "{each}偏离合计减少",
            implied=deviation_implied,
        ),
        "min_spread": Objective(
            spread_measure,
            spread_build,
            lambda case, aim: f"{group_name(aim.group)}{each_unit(case, aim)}金额的高低差最小",
            "{each}金额高低差",
            "{each}高低差缩小",
        ),
        "max_group_share": Objective(
            share_measure(-1),
            share_build(-1),
            lambda _, aim: f"{group_name(aim.group)}的合计占比尽量高",
            "合计占比",
            "合计占比提高",
            -1,
            "percent",
        ),
        "min_group_share": Objective(
            share_measure(1),
            share_build(1),
            lambda _, aim: f"{group_name(aim.group)}的合计占比尽量低",
            "合计占比",
            "合计占比降低",
            1,
            "percent",
        ),
        "nearest_weights": Objective(
            distance,
            no_build,
            lambda _, aim: f"权重与{'给定' if aim.weights else '现行'}权重相差之和尽量小",
            "权重相差之和",
            "权重相差之和减少",
            1,
            "percent",
            is_about_weights=True,
        ),
        "max_town": Objective(
            sum_measure(-1),
            sum_build(-1),
            lambda _, aim: f"{aim.town}的金额尽量多",
            "{town}金额",
            "{town}多",
            -1,
        ),
        "min_town": Objective(
            sum_measure(1),
            sum_build(1),
            lambda _, aim: f"{aim.town}的金额尽量少",
            "{town}金额",
            "{town}少",
        ),
        "min_match_burden": Objective(
            match_measure,
            match_build,
            lambda case, aim: f"应配套金额与{_burden_base(case, aim)}之比最高的镇尽量低",
            "最高配套负担率",
            "最高配套负担率降低",
            1,
            "percent",
        ),
    }
)
#: 亿元 to fen: the burden is match per GDP, both money.
_FEN_PER_YI: Final = FEN_PER_YUAN * 10**8
NEAREST: Final = Aim("min_total_deviation")


def resolve(case: Case, aim: Aim) -> Target:
    """Look the aim's terms up. Raises `InputError` naming everything unknown or missing."""
    objective = AIMS[aim.kind]
    problems: list[Problem] = []

    def need(present: object, what: str) -> None:
        if not present:
            message = f"目标“{aim.kind}”需要{what}"
            problems.append(Problem("problem.aim", message, "请在目标中补上", aim.place))

    group = Group((aim.town,)) if aim.kind in ("max_town", "min_town") else aim.group
    if aim.kind in ("max_town", "min_town"):
        need(aim.town, "“town”（哪个镇街）")
    if aim.kind.endswith("group_share"):
        need(aim.group.towns or aim.group.classes, "“classes”或“towns”（哪些镇街）")
    is_burden, is_deviation = aim.kind == "min_match_burden", "deviation" in aim.kind
    if is_burden:
        need(case.match, MATCH_NEEDS)
    try:
        column = case.per(aim.per or ("gdp" if is_burden else ""))
        members = [i for i in case.members(group) if column[i]]
        reference = case.reference(aim.reference, aim.of) if is_deviation else {}
    except KeyError as error:
        problems.append(unknown(case, aim.place, str(error.args[0])))
        raise InputError(problems) from None
    if is_deviation:
        members = [i for i in members if i in reference]
    need(members, "至少一个可比较的镇街")
    need(len(aim.weights) in (0, len(case.factors)), f" {len(case.factors)} 个权重")
    if problems:
        raise InputError(problems)
    scale = _FEN_PER_YI if is_burden and (aim.per or "gdp") == "gdp" else 1
    first = 0 if is_burden else case.first(aim.of)
    return Target(
        aim=aim,
        objective=objective,
        members=tuple(first + i for i in members),
        per={first + i: column[i] * scale for i in members},
        reference={first + i: fen for i, fen in reference.items()},
        whole=case.whole_of(aim.of) if aim.kind.endswith("group_share") else 0,
    )
