"""What has no answer once the formulas are worked out, each named for the user."""

from __future__ import annotations

import pytest

from allocator import InputError, Recipients, Scheme, allocate

TABLE = Recipients.from_columns(
    ["甲", "乙"],
    {"a": [1, 2], "b": [0, 1], "c": [1, 1]},
    texts={"片区": ["东", "西"]},
    pilot=[True, False],
)
BY_A = 'factors = [{ column = "a", weight = 1 }]'
BY_C = 'factors = [{ column = "c", weight = 1 }]'
COLUMN = '[columns]\n"差" = "b − a"\n"商" = "a × 2"\n'
REFUSED = [
    (f'group = "省"\nbudget = {{ "东" = "1", "西" = "1" }}\n{BY_A}', "没有这一列文字"),
    (f'group = "片区"\nbudget = {{ "东" = "1" }}\n{BY_A}', "乙的“片区”没有预算"),
    (f'group = "片区"\nbudget = {{ "东" = "1", "西" = "1", "北" = "3" }}\n{BY_A}', "给北编了预算"),
    (f'group = "片区"\nbudget = {{ "东" = "1", "西" = "9" }}\nfloor = "2"\n{BY_A}', "东：.*下限"),
    ('budget = "9"\nfactors = [{ column = "差", weight = 1 }]', "为负数"),
    ('budget = "9"\nfactors = [{ column = "商", per = "b", weight = 1 }]', "为 0"),
    (
        'budget = "9"\neligible = "a < 2"\nfactors = [{ column = "a", per = "b", weight = 1 }]',
        "要除以 0",
    ),
    (f'budget = "0.03"\ntie = "refuse"\nadjust = "c"\n{BY_C}', "尾数完全相同"),
    (f'budget = "9"\nbase = "5"\nadjust = "c"\nfloor = "6"\n{BY_C}', "下限"),
    (
        f'budget = "9"\nmethod = "nearest"\nrest = "甲"\neligible = "a > 1"\n{BY_A}',
        "不参加这次分配",
    ),
]


@pytest.mark.parametrize(("rules", "message"), REFUSED)
def test_it_is_named(rules: str, message: str) -> None:
    text = f'{COLUMN}[[pool]]\nid = "p"\n{rules}'
    with pytest.raises(InputError, match=message):
        allocate(TABLE, Scheme.from_toml(text))


def test_an_advance_by_formula_and_a_match_of_at_least_a_flat_sum() -> None:
    rules = '[pilot]\npool = "p"\nadvance = "2 × b"\n[matching]\nrate = "1"\nfloor = "4"\n'
    text = f'[[pool]]\nid = "p"\nbudget = "9"\n{BY_A}\n{rules}'
    answer = allocate(TABLE, Scheme.from_toml(text))
    assert answer.pools[0].payment == (300, 400)
    assert [match.required for match in answer.matching] == [400, 400]
