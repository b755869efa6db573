from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.formulas import FormulaName, ResultKind, read_columns, read_formula, render

COLUMNS = (
    FormulaName("spend", "标准支出（万元）"),
    FormulaName("income", "标准收入（万元）"),
    FormulaName("population", "人口（人）"),
    FormulaName("class", "地区类别", is_text=True),
    FormulaName("formula children", "formula children"),
    FormulaName("2020年人口", "2020年人口（人）"),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("＝ＭＡＸ（标准支出－标准收入，０）", "max(标准支出 − 标准收入, 0)"),
        ("人口 * -2 + +3", "人口 × −2 + 3"),
        ("(人口 + 1) / (2 - (1 - 人口))", "(人口 + 1) / (2 − (1 − 人口))"),
        ("[Formula Children] × 30％", "[formula children] × 30%"),
        ("2020年人口 + 1.5e3", "2020年人口 + 1500"),
        (
            "lookup(地区类别, 一类=0.2, “甲 乙”=1, else=0)",
            "lookup(地区类别, 一类=0.2, '甲 乙'=1, else = 0)",
        ),
        ("band(人口，｛1/3：0.6；200: 0.8｝，4)", "band(人口, {1/3: 0.6, 200: 0.8}, 4)"),
        ("population", "人口"),
        ("lookup(地区类别, 3=1, else=0)", "lookup(地区类别, '3'=1, else = 0)"),
        ("lookup(人口, 3=1, −50%=2)", "lookup(人口, 3=1, -50%=2)"),
        ("if(not (人口 > 1), 2, 3)", "if(非 人口 > 1, 2, 3)"),
    ],
)
def test_what_officers_write_is_read(text: str, shown: str) -> None:
    reading = read_formula(text, COLUMNS)
    assert reading.formula, reading.mistakes
    spoken = reading.formula.spoken
    assert render(reading.formula.tree, spoken.__getitem__) == shown.replace(" / ", " ÷ ")


@pytest.mark.parametrize(
    "text",
    [
        "人口>3且人口≤9 或 not 人口 <> 4",
        "地区类别 ≠ '一类'",
        "1 == 人口",
        "if(人口 > 1, 人口 < 9, 人口 < 2)",
    ],
)
def test_conditions_are_read(text: str) -> None:
    assert read_formula(text.replace("3且", "3 且 "), COLUMNS, ResultKind.TRUTH).formula


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", [("empty", 0)]),
        ("人口 +", [("missing", 4)]),
        ("人口 人口", [("operator", 3)]),
        ("1,200 + 人囗", [("unexpected", 1), ("name", 8)]),
        ("max(人口", [("unclosed", 3)]),
        ("人口) + 1", [("unexpected", 2)]),
        ("maxx(1, 2) + 标准只出", [("function", 0), ("name", 13)]),
        ("标准只出 + 人囗", [("name", 0), ("name", 7)]),
        ("地区类别 + 1", [("kind", 0)]),
        ("人口 = '一类'", [("kind", 0), ("kind", 3)]),
        ("if(人口, 1, 2)", [("kind", 3)]),
        ("1 < 人口 < 3", [("chain", 7)]),
        ("round(人口, 0.5)", [("constant", 10)]),
        ("round(人口)", [("arguments", 0)]),
        ("band(人口, {2: 1, 1: 2}, 3)", [("order", 16)]),
        ("lookup(地区类别, 一类=1, 一类=2)", [("twice", 19)]),
        ("sum(人口, by = 人口 + 1)", [("by", 13)]),
        ("share(人口, least = 2)", [("least", 18)]),
        ("人口 ^ 0.5", [("exponent", 5)]),
        ("人口 ^ 标准支出", [("exponent", 5)]),
        ("人口 ^", [("missing", 4)]),
        ("人口 ^ 21", [("exponent", 5)]),
        ("−人口 ^ 2", [("minus", 0)]),
        ("2 × −人口 ^ 2 + 1 ^ 0", [("minus", 4), ("exponent", 18)]),
        ("power(人口, 标准支出, 2)", [("exponent", 10)]),
        ("percentile(人口, 75)", [("constant", 15)]),
        ("interpolate(人口, {1: 2}, 3)", [("arguments", 0)]),
        ("tiers(人口, {1: 2})", [("arguments", 0)]),
        ("tiers(人口, {3: 2, 1: 2}, 5)", [("order", 17)]),
        ("power(人口, 1/101, 2)", [("exponent", 10)]),
        ("power(人口, 1/2)", [("arguments", 0)]),
        ("if(AND(人口 > 1, OR(人口 < 3), 1, 2)", [("arguments", 0), ("unclosed", 2)]),
        ("'一类", [("unclosed", 0)]),
        ("1e99", [("number_size", 0)]),
        ("10万", [("name", 0)]),
        ("if(人口且人口 > 1, 1, 0)", [("name", 3)]),
        ("if((人口 > 1) = (人口 > 2), 1, 0)", [("kind", 12)]),
        ("if(地区类别 > '一类', 1, 0)", [("kind", 8)]),
        ("lookup(人口 > 1, 1 = 2)", [("kind", 0)]),
        ("lookup(人口, 一类 = 2)", [("kind", 11)]),
        ("lookup(人口, -", [("arguments", 0), ("unclosed", 6), ("case", 12)]),
        ("lookup(人口, 1)", [("case", 11), ("arguments", 0)]),
        ("lookup(人口, 1 2)", [("case", 11), ("arguments", 0)]),
        ("max(人口, )", [("missing", 8)]),
        ("sum(人口, by = 地区类别, by = 地区类别)", [("twice", 19)]),
        ("max(人口, 1, by = 地区类别)", [("arguments", 0)]),
        (
            "band(人口, {1: 2)",
            [("arguments", 0), ("unclosed", 4), ("unclosed", 9), ("unexpected", 14)],
        ),
        ("band(人口, {1: 2 3: 4}, 5)", [("operator", 15)]),
        ("max(人口 2)", [("operator", 7)]),
        ("band(人口, {标准支出: 2}, 5)", [("limit", 10)]),
        ("round(人口, *)", [("unexpected", 10)]),
    ],
)
def test_mistakes_are_told_at_their_character(text: str, told: list[tuple[str, int]]) -> None:
    mistakes = read_formula(text, COLUMNS).mistakes
    assert [(m.code.removeprefix("formula."), m.position) for m in mistakes] == sorted(
        told, key=lambda pair: pair[1]
    )
    assert all(m.message and m.remedy for m in mistakes)


def test_the_nearest_name_is_offered() -> None:
    (mistake,) = read_formula("标准只出", COLUMNS).mistakes
    assert mistake.remedy == "是否为“标准支出”？"
    (mistake,) = read_formula("averge(人口)", COLUMNS).mistakes
    assert mistake.remedy == "是否为 average？"
    (mistake,) = read_formula("if(人口且人口 > 1, 1, 0)", COLUMNS).mistakes
    assert mistake.remedy == "且、或、非的前后请空一格"
    assert str(mistake) == "第 4 个字符：没有“人口且人口”这一列。且、或、非的前后请空一格"


def test_a_name_near_none_shows_the_columns_and_nearest_ones_are_sought_a_hundred_times() -> None:
    texts = {
        column: " + ".join(f"x{k}" for k in range(20 * part, 20 * part + 20))
        for part, column in enumerate("甲乙丙丁戊己")
    }
    read = read_columns(texts, COLUMNS[:2])
    remedies = [mistake.remedy for found in read.mistakes.values() for mistake in found]
    shown = "可用的列：标准支出、标准收入、甲、乙、丙、丁、戊、己"
    assert remedies == [shown] * 100 + ["请核对列名"] * 20
    assert read_formula("x", []).mistakes[0].remedy == "表中没有可用的列"


def test_a_header_of_two_columns_must_be_written_whole() -> None:
    columns = [FormulaName("a", "上年（元）"), FormulaName("b", "上年（人）")]
    assert read_formula("上年", columns).mistakes[0].code == "formula.ambiguous"
    reading = read_formula("[上年（元）] + b", columns)
    assert reading.formula
    assert reading.formula.names == ("a", "b")


def test_a_circle_is_named_and_a_taken_name_too() -> None:
    texts = {"甲": "乙 + 1", "乙": "丙", "丙": "甲 × 2", "人口": "3", "丁": "标准支出"}
    read = read_columns(texts, COLUMNS)
    assert list(read.formulas) == ["人口", "丁"] or "丁" in read.formulas
    (mistake,) = [m for found in read.mistakes.values() for m in found if "circle" in m.code]
    assert set(mistake.message.split("：")[1].split(" → ")) == {"甲", "乙", "丙"}
    assert read.mistakes["人口"][0].code == "formula.name_taken"


def test_a_column_that_cannot_be_read_leaves_the_others() -> None:
    read = read_columns({"甲": "人口 +", "乙": "人口"}, COLUMNS)
    assert (list(read.formulas), list(read.mistakes)) == (["乙"], ["甲"])


PIECES = [
    "人口",
    "max(",
    "if(",
    "lookup(",
    "band(",
    "{",
    "}",
    ")",
    "(",
    ",",
    ":",
    "=",
    "by",
    "-",
    "+",
]
PIECES += [
    "'",
    '"',
    "[",
    "]",
    "1e",
    "9",
    "%",
    "且",
    "not ",
    "<",
    "==",
    "地区类别",
    " ",
    "？",
    "\x00",
    "²",
    "round(",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_no_text_raises(text: str) -> None:
    reading = read_formula(text, COLUMNS)
    assert (reading.formula is None) == bool(reading.mistakes)
    assert all(0 <= m.position <= len(text) for m in reading.mistakes)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4000,
        "-" * 4000,
        "1+" * 1999 + "1",
        "1/" * 1999 + "1",
        "max(" * 999,
        "not " * 999,
        "(1/" * 1300,
        "band(1,{" * 400,
        "[" * 4000,
        "if(1>0,1," * 400,
        "(" * 40 + "1+1+1" * 500,
        "人口 > " * 600,
        "x" * 5000,
        "max(1," + "1," * 1900,
        "9" * 3999,
        "1e999999999",
        "(1," * 1000,
    ],
    ids=range(17),
)
def test_no_size_raises(text: str) -> None:
    assert read_formula(text, COLUMNS).mistakes
