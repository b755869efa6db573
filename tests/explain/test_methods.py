"""What is told of formulas: in words, and in the recipient's own numbers."""

from __future__ import annotations

import pytest

from allocator import Recipients, Scheme, allocate

TABLE = Recipients.from_columns(
    ["甲州", "乙州", "丙州"],
    {"a": [1, 2, 3], "b": [2, 1, 1], "had": [0, 5, 90]},
    texts={"片区": ["东", "西", "西"]},
)
BY_A = 'factors = [{ column = "a", weight = 1 }]'
TOLD = [
    ('budget = "60"\neligible = "a > 1"', "甲州", ["a > 1 = 1 > 1 = 否", "不符合参加条件"]),
    ('budget = "60"\nfixed = "if(a = 1, 7, 0)"', "甲州", ["定额补助 7.00 元", "应分配额 = 7.00"]),
    ('budget = "60"\nfixed = "if(a = 1, 7, 0)"', "乙州", ["定额补助共 7.00 元", "53 元 × 占比"]),
    ('budget = "60"\nbase = "5 × b"', "甲州", ["5 × b = 5 × 2 = 10", "定额 10 元 + 分配系数"]),
    ('budget = "60"\nadjust = "b"', "甲州", ["调节系数：b = 2", "调节后占比"]),
    ('budget = "60"\nfloor = "30%"', "甲州", ["下限（元）：预算的 30% = 18", "低于下限，取 18 元"]),
    ('budget = "60"\nleast = "15"', "甲州", ["低于起付额，不予安排", "应分配额 = 0.00"]),
    ('budget = "60"\nleast = "15"', "乙州", ["去掉低于起付额的各处后"]),
    ('budget = "60"\ncap = "5"\nsurplus = "keep"', "甲州", ["有 45.00 元按规则分不出去"]),
    ('budget = "65"\nunit = "1"\nmethod = "nearest"', "丙州", ["相差", "由丙州承担（即本镇）"]),
    ('group = "片区"\nbudget = { "东" = "6", "西" = "50" }', "乙州", ["属“西”，该组预算 50.00 元"]),
    (
        'budget = "60"\n[[settlement]]\npool = "p"\ndeduct = "had"',
        "丙州",
        ["应扣减 had = 90", "待收回"],
    ),
    ('budget = "60"\n[matching]\nrate = "b ÷ 10"\ncap = "1"', "甲州", ["按公式 b ÷ 10", "上下限"]),
]


def told(rules: str, town: str, head: str = "") -> str:
    first, bracket, rest = rules.partition("\n[")
    text = f'{head}\n[[pool]]\nid = "p"\n{first}\n{BY_A}\n{bracket}{rest}'
    return allocate(TABLE, Scheme.from_toml(text)).explain(town)


@pytest.mark.parametrize(("rules", "town", "lines"), TOLD)
def test_every_rule_is_told_in_the_recipients_own_numbers(
    rules: str, town: str, lines: list[str]
) -> None:
    text = told(rules, town)
    assert [line for line in lines if line not in text] == []
    assert "试点" not in text


def test_stated_amounts_and_a_budget_that_is_too_small() -> None:
    def stated(budget: str) -> str:
        text = f'[[pool]]\nid = "p"\namount = "10 × a"\n{budget}'
        return allocate(TABLE, Scheme.from_toml(text)).explain("乙州")

    assert "应补助额（元）：10 × a = 10 × 2 = 20" in stated("")
    assert "应补助额合计超过预算 30.00 元" in stated('budget = "30"')


def test_the_words_of_the_fund() -> None:
    head = '[table]\nwords = { recipient = "州", payer = "联邦", currency = "美元" }'
    text = told('budget = "60"\nbase = "1"', "甲州", head)
    assert [word for word in ("镇", "市级") if word in text] == []
    assert text.count("元") == text.count("美元")
    assert "联邦本次核拨合计" in text
