"""Budgets that are formulas, and entitlements whose unknown level the budget decides."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import Allocation, InputError, Recipients, Scheme, allocate
from allocator.engine.split.level import NoLevelError, solved_level

TABLE = Recipients.from_columns(
    ["甲", "乙", "丙", "丁"],
    {"need": [400, 300, 200, 100], "own": [100, 250, 150, 10], "last": [100, 200, 300, 50]},
    texts={"region": ["x", "y", "x", "y"]},
)
NEED = 'factors = [{ column = "need", weight = "1" }]\n'


def run(rules: str, table: Recipients = TABLE) -> Allocation:
    return allocate(table, Scheme.from_toml(rules.replace("@", '[[pool]]\nid = "p"\n')))


small = st.integers(-20, 20).map(lambda n: Fraction(n, 3))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), small, small, small), min_size=1, max_size=5),
    st.integers(-(10**6), 10**6),
)
def test_a_level_is_found_exactly_where_there_is_one(rows, point) -> None:
    """Each amount rises by `slope` a step between two bounds: any sum on the way has a level."""

    def amounts(level: Fraction) -> list[Fraction]:
        return [
            min(max(slope * level + start, min(a, b)), max(a, b)) for slope, start, a, b in rows
        ]

    target = sum(amounts(Fraction(point, 1000)), Fraction(0))
    assert sum(amounts(solved_level(amounts, target)), Fraction(0)) == target


def test_without_a_level_the_reason_is_told() -> None:
    for amounts, why in (
        (lambda level: [min(level, Fraction(3))], "reach"),
        (lambda level: [Fraction(int(level))], "steps"),
        (lambda level: [level, -level / 2], "turns"),
    ):
        with pytest.raises(NoLevelError) as told:
            solved_level(amounts, Fraction(7, 2))
        assert told.value.why == why


@pytest.mark.parametrize(
    ("rules", "level", "amounts"),
    [
        # 0.9 · (G·1000 − 510) = 500
        ('budget = "500"\namount = "0.9 × max(level × need − own, 0)"', "959/900", None),
        # an equal cut for all
        ('budget = "500"\namount = "max(need − level, 0)"', "400/3", [26667, 16667, 6666, 0]),
        ('budget = "500"\namount = "need − level"\ncap = "200"', "100", [20000, 20000, 10000, 0]),
        (
            'budget = "610"\namount = "need − level"\nfloor = "own"',
            "200",
            [20000, 25000, 15000, 1000],
        ),
        ('budget = "420"\namount = "need − level"\nfloor = "own"', None, None),
        (
            'budget = "610"\namount = "level × need"\nfixed = "if(need = 300, 10, 0)"',
            "6/7",
            [34286, 1000, 17143, 8571],
        ),
        (
            'budget = "700"\namount = "level × need"\neligible = "own > 10"\nunit = "100"',
            "7/9",
            [30000, 20000, 20000, 0],
        ),
        # half-up amounts would leave a yuan over
        (
            'budget = "100"\nunit = "1"\namount = "level × own"',
            "10/51",
            [2000, 4900, 2900, 200],
        ),
        # tiers of a gap: 30 % up to 100, 90 % above
        (
            'budget = "300"\namount = "0.3 × max(level × need − own, 0) + 0.6 × max(level × need − own − 100, 0)"',
            None,
            None,
        ),
    ],
)
def test_amounts_come_to_the_budget(
    rules: str, level: str | None, amounts: list[int] | None
) -> None:
    if level is None and "420" in rules:
        with pytest.raises(InputError, match="最接近的是 510"):
            run("@" + rules)
        return
    result = run("@" + rules).pools[0]
    assert sum(result.entitlement) == result.pool.budget
    assert result.terms
    if level:
        assert result.terms.level == {"": Fraction(level)}
    if amounts:
        assert list(result.entitlement) == amounts
    for i, amount in enumerate(result.entitlement):
        assert abs(amount - result.quota(i)) < result.pool.unit


def test_each_group_has_its_own_level() -> None:
    answer = run(
        '@group = "region"\nbudget = { x = "500", y = "100" }\nfixed = "if(need = 100, 20, 0)"\n'
        'amount = "max(need × level − own, 0)"\n'
    )
    assert answer.pools[0].entitlement == (40000, 8000, 10000, 2000)
    assert "1.25" in answer.explain("甲")
    assert "1.1，" in answer.explain("乙")


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ('budget = "501"\namount = "round(need × level, −2)"', "跳跃"),
        ('budget = "5000"\namount = "need − level"\ncap = "200"', "最接近的是 800.00 元"),
        ('budget = "700"\namount = "(need − 200) × level + 200"\nfloor = "1"', "有升有降"),
        ('amount = "level × need"', "求不出水平"),
        ('budget = "5"\nleast = "1"\namount = "level × need"', "起付额同用"),
        ('budget = "5"\nfloor = "level"\n' + NEED, "没有“level”这一列"),
        ('budget = "5"\namount = "level ÷ (need − 400)"', "除数为 0"),
    ],
)
def test_what_has_no_level_is_named(rules: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        run("@" + rules)


def test_a_column_of_that_name_goes_before() -> None:
    table = Recipients.from_columns(["甲", "乙"], {"level": [3, 5], "budget": [7, 7]})
    result = run('@budget = "15"\namount = "level + budget"', table).pools[0]
    assert result.entitlement == (682, 818)


@pytest.mark.parametrize(
    ("rules", "budget"),
    [
        ('budget = "sum(need) − 400"', 60000),
        ('budget = "round(sum(need) ÷ 3, 2)"', 33333),
        ('budget = "max(own) × 2"\nunit = "100"', 50000),
        ('budget = "sum(need)"\nfloor = "0.15 × budget"', 100000),
        ('budget = "sum(need) + 0"\nbase = "last"\nsurplus = "keep"\ncap = "40% × 预算"', 100000),
    ],
)
def test_a_budget_by_formula(rules: str, budget: int) -> None:
    scheme = Scheme.from_toml(f'[[pool]]\nid = "p"\n{rules}\n{NEED}')
    assert Scheme.from_toml(scheme.to_toml()) == scheme
    answer = allocate(TABLE, scheme)
    assert answer.pools[0].pool.budget == budget
    assert sum(answer.pools[0].entitlement) == budget
    assert "预算：" in answer.explain("甲")


def test_what_a_pool_above_leaves_is_the_budget_of_the_next() -> None:
    answer = run(
        f'[columns]\n"total" = "10000"\n@amount = "need × 2"\n[[pool]]\nid = "q"\n'
        f'budget = "total − sum(pool_p)"\n{NEED}'
    )
    assert [sum(result.entitlement) for result in answer.pools] == [200000, 800000]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ('budget = "need × 2"', "对各处得出不同的数"),
        ('budget = "sum(need) ÷ 3"', "整分金额"),
        ('budget = "sum(need) + 1"\nunit = "10"', "不是取整单位的整数倍"),
        ('budget = "−sum(need)"', "金额无法识别"),
        ('budget = "0 − sum(need)"', "不小于 0"),
        ('budget = "sum(neeed)"', "是否为“need”"),
        ('budget = "12万x"', "金额无法识别"),
        ('budget = "budget × 2"', "没有“budget”这一列"),
        ('budget = "sum(need)"\nsources = [{ name = "a", amount = "5" }]', "各来源的金额无从核对"),
        ('budget = "sum(need)"\nfloor = "300"', "的保底合计超出可分配额 200.00 元"),
    ],
)
def test_a_budget_that_is_none_is_named(rules: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        run(f"@{rules}\n{NEED}")
