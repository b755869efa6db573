"""Rules that do not go together, and rules in the wrong shape: each is named at its key."""

from __future__ import annotations

import pytest

from allocator import InputError, Scheme

FACTORS = 'factors = [{ column = "area", weight = "1" }]'
POOL = f'[[pool]]\nid = "a"\nname = "甲池"\nbudget = "10.00"\n{FACTORS}\n'
GROUPED = f'[[pool]]\nid = "a"\nname = "甲池"\n{FACTORS}\n'


def told(toml: str) -> list[tuple[str, str]]:
    """Where each mistake stands, and what is said of it."""
    with pytest.raises(InputError) as error:
        Scheme.from_toml('[scheme]\nname = "试验"\n' + toml)
    return [(problem.place.cell, problem.message) for problem in error.value.problems]


SETTLED = '[[settlement]]\npool = "甲池"\ndeduct = "advance"\n'
MATCHING = '[matching]\nrates = { "一类" = "1" }\n'
UNKNOWN = "资金池不存在"


@pytest.mark.parametrize(
    ("toml", "place", "message"),
    [
        (
            GROUPED + 'budget = { "东" = "5", "西" = "5" }',
            "pool[0].budget",
            "按组给了预算，却没有分组列",
        ),
        (
            GROUPED + 'unit = "2"\ngroup = "area"\nbudget = { "东" = "5", "西" = "5" }',
            "pool[0].budget.东",
            "“东”的预算不是取整单位的整数倍",
        ),
        (POOL + 'amount = "area"', "pool[0]", "“甲池”既有应补助额公式又有因素"),
        (POOL + 'group = "area"', "pool[0].group", "分组没有各组的预算"),
        (POOL + SETTLED.replace("甲池", "乙池"), "settlement[0].pool", UNKNOWN),
        (POOL + SETTLED + SETTLED, "settlement[1].pool", "结算重复"),
        (
            POOL + SETTLED + '[pilot]\npool = "a"\nadvance = "1"',
            "settlement[0].pool",
            "结算重复",
        ),
        (POOL + MATCHING + 'on = "甲池、乙池"', "matching.on", UNKNOWN),
        (POOL + MATCHING + "on = [1]", "matching.on", "这里应是一组文字"),
        (POOL + MATCHING + 'rate = "30%"', "matching.rate", "统一比例和各类别比例只能填一样"),
        ('columns = ["缺口"]\n' + POOL, "columns", "这里应是一张表（列名 = 公式）"),
    ],
)
def test_each_mistake_at_its_key(toml: str, place: str, message: str) -> None:
    if toml.startswith("columns"):
        with pytest.raises(InputError) as error:
            Scheme.from_toml(toml)
        found = [(one.place.cell, one.message) for one in error.value.problems]
    else:
        found = told(toml)
    assert (place, message) in found


def test_a_settlement_without_a_pool_is_told_once() -> None:
    """What is not given is missing, not unknown."""
    messages = [message for _, message in told(POOL + '[[settlement]]\ndeduct = "advance"\n')]
    assert UNKNOWN not in messages
    assert len(messages) == 1


def test_a_pilot_in_the_wrong_shape_beside_a_settlement() -> None:
    with pytest.raises(InputError) as error:
        Scheme.from_toml('pilot = "a"\n[scheme]\nname = "试验"\n' + POOL + SETTLED)
    assert "这里应是一张表（键 = 值）" in [one.message for one in error.value.problems]


def test_pools_to_match_in_one_text_or_as_a_list() -> None:
    pools = POOL + POOL.replace('"a"', '"b"').replace("甲池", "乙池")
    for on in ('"甲池、b"', '["a", "乙池"]'):
        matching = Scheme.from_toml(f'[scheme]\nname = "试验"\n{pools}{MATCHING}on = {on}').matching
        assert matching is not None
        assert matching.on == ("a", "b")
