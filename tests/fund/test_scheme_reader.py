"""Schemes from TOML: the right reading, or every mistake at once, each at its key."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest

from allocator import InputError, Scheme
from allocator.base.money import Fen
from allocator.base.problems import Problem
from allocator.fund.rules import Factor, Matching, Pilot, Pool, Source

GOOD = """
[scheme]
name = "测试资金"
[[pool]]
id = "a"
name = "甲池"
budget = "100.00"
factors = [{ column = "area", weight = 1 }]
"""


def problems(text: str) -> list[Problem]:
    with pytest.raises(InputError) as error:
        Scheme.from_toml(text, "方案.toml")
    return list(error.value.problems)


def codes(text: str) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.cell) for problem in problems(text)]


def test_the_least_scheme_has_the_documented_defaults() -> None:
    pool = Pool("a", "甲池", Fen(10000), (Factor(Fraction(1), "area"),))
    assert Scheme.from_toml(GOOD) == Scheme("测试资金", (pool,))
    assert pool.method == "largest_remainder"
    assert (pool.unit, pool.base, pool.floor, pool.cap) == (1, 0, None, None)


EVERYTHING = """
[scheme]
name = "全"
status = "正式"
document = "东府办〔2020〕22号"
date = 2020-06-30
recipients = 33
[[pool]]
id = "a"
name = "甲池"
budget = 1000
unit = "100.00"
method = "四舍五入除数法"
tie = "refuse"
base = "1.00"
floor = "least"
cap = "200,000.00"
cite = "五（一）"
sources = [{ name = "市", amount = "600" }, { name = "慈善会", amount = 400 }]
factors = [
  { column = "gdp", per = "people", direction = "反向", scale = "people", weight = "1/3", name = "财力" },
  { coefficients = { "一类" = "1.5", "二类" = 1 }, weight = "2/3" },
]
[pilot]
pool = "a"
advance = "paid_before"
basis = "余额口径"
below_advance = "carry"
unspent = "再分配"
cite = "五"
[matching]
base = "扣回前"
unit = "1.00"
rounding = "nearest"
rates = { "一类" = "100%", "二类" = "1/2" }
cite = "六"
"""
EVERYTHING_READ = Scheme(
    name="全",
    status="official",
    document="东府办〔2020〕22号",
    date=datetime.date(2020, 6, 30),
    recipients=33,
    pools=(
        Pool(
            id="a",
            name="甲池",
            budget=Fen(100000),
            unit=Fen(10000),
            method="webster",
            tie="refuse",
            base=Fen(100),
            floor="least",
            cap=Fen(20000000),
            cite="五（一）",
            sources=(Source("市", Fen(60000)), Source("慈善会", Fen(40000))),
            factors=(
                Factor(Fraction(1, 3), "gdp", "people", "inverse", "people", name="财力"),
                Factor(
                    Fraction(2, 3),
                    coefficients={"一类": Fraction(3, 2), "二类": Fraction(1)},
                ),
            ),
        ),
    ),
    pilot=Pilot("a", "paid_before", "remainder", "carry", "redistribute", "五"),
    matching=Matching(
        {"一类": Fraction(1), "二类": Fraction(1, 2)},
        "before_recovery",
        Fen(100),
        "nearest",
        "六",
    ),
)


def test_a_scheme_with_everything() -> None:
    scheme = Scheme.from_toml(EVERYTHING)
    assert scheme == EVERYTHING_READ
    assert not scheme.is_draft
    assert scheme.pool("a").name == "甲池"
    with pytest.raises(KeyError):
        scheme.pool("b")


@pytest.mark.parametrize(
    ("wrong", "code", "key"),
    [
        ("factors = 3", "scheme.shape", "pool[0].factors"),
        ("factors = []", "scheme.factors", "pool[0]"),
        ("factors = [7]", "scheme.shape", "pool[0].factors[0]"),
        ('factors = [{ column = "area", weight = 0.9 }]', "scheme.weights", "pool[0].factors"),
        ('factors = [{ column = "area" }]', "scheme.number", "pool[0].factors[0].weight"),
        (
            'factors = [{ column = "a", weight = "1/0" }]',
            "scheme.number",
            "pool[0].factors[0].weight",
        ),
        (
            'factors = [{ column = "a", weight = -1 }]',
            "scheme.negative",
            "pool[0].factors[0].weight",
        ),
        (
            'factors = [{ column = "a", weight = nan }]',
            "scheme.number",
            "pool[0].factors[0].weight",
        ),
        ("factors = [{ weight = 1 }]", "scheme.factor", "pool[0].factors[0]"),
        (
            'factors = [{ column = "a", coefficients = { x = 1 }, weight = 1 }]',
            "scheme.factor",
            "pool[0].factors[0]",
        ),
        (
            "factors = [{ coefficients = 5, weight = 1 }]",
            "scheme.shape",
            "pool[0].factors[0].coefficients",
        ),
        (
            'factors = [{ coefficients = { x = "多" }, weight = 1 }]',
            "scheme.number",
            "pool[0].factors[0].coefficients.x",
        ),
        (
            'factors = [{ column = "a", weight = 1, direction = "sideways" }]',
            "scheme.choice",
            "pool[0].factors[0].direction",
        ),
        (
            'factors = [{ column = ["a"], weight = 1 }]',
            "scheme.text",
            "pool[0].factors[0].column",
        ),
        ('method = ["webster"]', "scheme.text", "pool[0].method"),
        ('budget = "1.001"', "scheme.amount", "pool[0].budget"),
        ("budget = -1", "scheme.negative", "pool[0].budget"),
        ("budget = [1]", "scheme.amount", "pool[0].budget"),
        ("unit = 0", "scheme.unit", "pool[0].unit"),
        ("unit = 70", "scheme.unit", "pool[0].unit"),
        ('sources = [{ name = "市", amount = 99 }]', "scheme.sources", "pool[0].sources"),
        ("sources = [{ amount = 100 }]", "scheme.missing", "pool[0].sources[0].name"),
        ('sources = "市财政"', "scheme.shape", "pool[0].sources"),
        ("floor = -1", "scheme.negative", "pool[0].floor"),
        ('cap = "1.234"', "scheme.amount", "pool[0].cap"),
        ('id = ""', "scheme.missing", "pool[0].id"),
        ("budjet = 1", "scheme.unknown_key", "pool[0].budjet"),
    ],
)
def test_each_mistake_in_a_pool_is_found_at_its_key(wrong: str, code: str, key: str) -> None:
    name = wrong.split(" = ", maxsplit=1)[0]
    kept = [line for line in GOOD.splitlines() if not line.startswith(f"{name} =")]
    found = codes("\n".join([*kept, wrong]))
    assert (code, key) in found


@pytest.mark.parametrize(
    ("added", "found"),
    [
        ('[pilot]\nadvance = "1"', ("scheme.missing", "pilot.pool")),
        ('[pilot]\npool = "b"\nadvance = 1', ("scheme.pilot_pool", "pilot.pool")),
        ('[pilot]\npool = "a"', ("scheme.missing", "pilot.advance")),
        ('[pilot]\npool = "a"\nadvance = ""', ("scheme.missing", "pilot.advance")),
        ('[pilot]\npool = "a"\nadvance = 1\nbasis = "x"', ("scheme.choice", "pilot.basis")),
        ("[matching]", ("scheme.rates", "matching.rates")),
        ("[matching]\nrates = 1", ("scheme.rates", "matching.rates")),
        ("[matching]\nrates = { x = -1 }", ("scheme.negative", "matching.rates.x")),
        ("[matching]\nunit = 0\nrates = { x = 1 }", ("scheme.unit", "matching.unit")),
        ("[pilots]", ("scheme.unknown_key", "pilots")),
        (GOOD.split("[[pool]]")[1].join(["[[pool]]", ""]), ("scheme.duplicate", "pool[1].id")),
    ],
)
def test_each_mistake_beside_the_pools(added: str, found: tuple[str, str]) -> None:
    assert found in codes(GOOD + added)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('status = "final"', ("scheme.choice", "scheme.status")),
        ('date = "30.6.2020"', ("scheme.date", "scheme.date")),
        ("recipients = 1.5", ("scheme.number", "scheme.recipients")),
        ("recipients = 0", ("scheme.number", "scheme.recipients")),
        ('recipients = "many"', ("scheme.number", "scheme.recipients")),
        ("document = 2020-01-01", ("scheme.text", "scheme.document")),
    ],
)
def test_each_mistake_in_the_head(line: str, found: tuple[str, str]) -> None:
    text = GOOD.replace(
        'name = "测试资金"', line if line.startswith("name") else f"{line}\nname='x'"
    )
    assert found in codes(text)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ('date = "2020-06-30"', datetime.date(2020, 6, 30)),
        ("date = 2020-06-30T08:00:00", datetime.date(2020, 6, 30)),
        ('date = ""', None),
        ('recipients = ""', None),
    ],
)
def test_dates_and_blanks(line: str, date: datetime.date | None) -> None:
    scheme = Scheme.from_toml(GOOD.replace("[scheme]", f"[scheme]\n{line}"))
    assert (scheme.date, scheme.recipients) == (date, None)


def test_an_unknown_key_names_the_nearest_one() -> None:
    (near,) = problems(GOOD.replace("[scheme]", '[scheme]\ndocumnet = "x"'))
    assert str(near.place) == "方案.toml!scheme.documnet"
    assert near.remedy.startswith("是否应为“document”？可用的项：name、status、document")
    (far,) = problems(GOOD.replace("[scheme]", "[scheme]\nxyz = 1"))
    assert far.remedy.startswith("请删去。可用的项：")


def test_keys_of_other_parts_of_the_package_are_left_alone() -> None:
    Scheme.from_toml(GOOD + '[[scenario]]\nname = "x"\n[problem]\naim = "y"')


def test_every_mistake_at_once() -> None:
    text = """
    [scheme]
    status = "final"
    [[pool]]
    id = "a"
    name = "甲池"
    budget = "x"
    method = "divine"
    sources = [{ name = "市", amount = "1" }]
    factors = [{ column = "area", wieght = 1 }, { weight = "0.5" }]
    [matching]
    rates = {}
    """
    assert codes(text) == [
        ("scheme.unknown_key", "pool[0].factors[0].wieght"),
        ("scheme.number", "pool[0].factors[0].weight"),
        ("scheme.factor", "pool[0].factors[1]"),
        ("scheme.amount", "pool[0].budget"),
        ("scheme.choice", "pool[0].method"),
        ("scheme.choice", "scheme.status"),
        ("scheme.rates", "matching.rates"),
    ]


def test_weights_that_do_not_sum_to_1_are_shown_with_their_sum() -> None:
    (problem,) = problems(GOOD.replace("weight = 1", 'weight = "0.95"'))
    assert str(problem) == (
        "[方案.toml!pool[0].factors] “甲池”的权重合计为 0.95，不等于 1（现为：0.95）。"
        "合计 95%，比 100% 少 5 个百分点；请调整权重，使合计恰为 100%"
    )


def test_percentages_without_their_sign_are_told() -> None:
    (weights,) = problems(GOOD.replace("weight = 1", "weight = 100"))
    assert weights.remedy == "百分数请带百分号，如 40%，或写成小数 0.4"
    matching = '[matching]\nrates = { "一类" = 100, "二类" = 50, "三类" = "50%" }\n'
    found = problems(f"{GOOD}\n{matching}")
    assert [(p.code, p.place.cell, p.value) for p in found] == [
        ("scheme.rate", "matching.rates.一类", "100"),
        ("scheme.rate", "matching.rates.二类", "50"),
    ]


@pytest.mark.parametrize(
    "text",
    ["[scheme", "a = 1\na = 2", "x = " + "[" * 5000, "x = " + "9" * 5000],
    ids=["open", "twice", "deep", "long"],
)
def test_what_is_no_toml(text: str) -> None:
    (problem,) = problems(text)
    assert (problem.code, str(problem.place)) == ("toml", "方案.toml")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("scheme.pools", "pool")]),
        (
            "scheme = 1\npool = 2",
            [
                ("scheme.shape", "scheme"),
                ("scheme.shape", "pool"),
                ("scheme.pools", "pool"),
            ],
        ),
    ],
)
def test_next_to_nothing(text: str, found: list[tuple[str, str]]) -> None:
    assert codes(text) == found
