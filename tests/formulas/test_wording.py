from __future__ import annotations

from fractions import Fraction

import pytest

from allocator.formulas import (
    FormulaName,
    FormulaTable,
    ResultKind,
    Working,
    in_words,
    read_columns,
    read_formula,
)

COLUMNS = (
    FormulaName("spend", "标准支出（万元）"),
    FormulaName("income", "标准收入（万元）"),
    FormulaName("class", "地区类别", is_text=True),
)
TABLE = FormulaTable(
    3,
    {"spend": (1200, 500, Fraction(1, 3)), "income": (900, 700, -2)},
    {"class": ("一类", "二类", "一类")},
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max(标准支出 − 标准收入, 0)", "标准支出 − 标准收入 与 0 中的较大者"),
        ("lookup(地区类别, 一类=0.2, else=1)", "按地区类别：一类为 0.2，其他为 1"),
        ("band(标准支出, {100: 0.6}, 2)", "按标准支出分档：不超过 100 的为 0.6，超过的为 2"),
        ("2 × share(标准支出, by = 地区类别)", "2 × （同一地区类别内标准支出 占合计的比重）"),
        ("round(标准支出, −3)", "标准支出 四舍五入到 1,000 的整倍数"),
        ("if(地区类别 = '一类', 1, 0)", "地区类别 = '一类' 时为 1，否则为 0"),
        ("count(标准支出 > 3)", "符合“标准支出 > 3”的个数"),
        ("count()", "个数"),
        ("min(标准支出, 标准收入, 9)", "标准支出、标准收入 与 9 中的最小者"),
        ("max(标准支出) − sum(标准收入)", "（标准支出 的最大值） − （标准收入 的合计）"),
        ("rounddown(标准支出, 0)", "标准支出 向下舍去到整数"),
        ("sqrt(标准支出, 2)", "标准支出 的平方根（四舍五入到 2 位小数）"),
        ("average(标准支出, weight = 标准收入)", "以标准收入为权数的标准支出平均值"),
        ("share(标准支出, least = 0.1)", "标准支出 占合计的比重，各不低于 0.1"),
        ("large(标准支出, 2)", "标准支出 第 2 大的数"),
        (
            "tiers(标准支出, {100: 0.5}, 1)",
            "标准支出分段累进：100 以内的部分乘以 0.5，超过的部分乘以 1",
        ),
        (
            "interpolate(标准支出, {1: 2, 3: 4})",
            "按标准支出插值：1 时为 2，3 时为 4，其间按直线计算",
        ),
        ("abs(标准支出)", "标准支出 的绝对值"),
        ("power(标准支出, 0.5, 2)", "标准支出 的 0.5 次方（四舍五入到 2 位小数）"),
        ("percentile(标准支出, 0.75)", "标准支出 由小到大 0.75 处的数（百分位数）"),
        ("median(标准支出)", "标准支出 的中位数"),
        ("zscore(标准支出, 3)", "标准支出 的标准分（四舍五入到 3 位小数）"),
    ],
)
def test_a_formula_in_words(text: str, words: str) -> None:
    reading = read_formula(text, COLUMNS)
    assert reading.formula, reading.mistakes
    assert in_words(reading.formula) == words


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("max(标准支出 − 标准收入, 0)", "max(标准支出 − 标准收入, 0) = max(1,200 − 900, 0) = 300"),
        (
            "share(标准支出 + 1) × 2",
            "share(标准支出 + 1) × 2 = ((1,200 + 1) ÷ 1,703.3333333333…) × 2 = 1.4101761252…",
        ),
        (
            "lookup(地区类别, 一类=0.2, 二类=3) × 10",
            "lookup(地区类别, 一类=0.2, 二类=3) × 10 = 0.2（地区类别为“一类”） × 10 = 2",
        ),
        (
            "标准支出 ÷ average(标准收入, by = 地区类别)",
            "标准支出 ÷ average(标准收入, by = 地区类别) = 1,200 ÷ 449 = 2.6726057906…",
        ),
        ("标准支出", "标准支出 = 1,200"),
        (
            "band(标准支出, {100: 0.6}, 2)",
            "band(标准支出, {100: 0.6}, 2) = 2（标准支出为1,200）",
        ),
        (
            "max(1 ÷ (标准支出 − 1200), 0)",
            "max(1 ÷ (标准支出 − 1200), 0) = max(1 ÷ (1,200 − 1200), 0) = —",
        ),
    ],
)
def test_a_formula_in_one_recipient_s_numbers(text: str, line: str) -> None:
    columns = read_columns({"x": text}, COLUMNS)
    assert Working(columns.formulas, TABLE).line("x", 0) == line


def test_negative_numbers_stand_in_brackets_and_who_takes_no_part_has_no_line() -> None:
    columns = read_columns({"x": "标准支出 − 标准收入", "y": "x × 2"}, COLUMNS)
    working = Working(columns.formulas, TABLE, [True, False, True])
    assert working.line("x", 2) == "标准支出 − 标准收入 = 0.3333333333… − (−2) = 2.3333333333…"
    assert working.line("y", 0) == "x × 2 = 300 × 2 = 600"
    assert working.line("x", 1) == ""


def test_a_condition_is_answered_and_what_is_too_large_is_left_out() -> None:
    condition = read_formula("标准支出 > 标准收入", COLUMNS, ResultKind.TRUTH).formula
    assert condition
    working = Working({"x": condition}, TABLE)
    lines = [working.line("x", i) for i in range(2)]
    assert [line.split(" = ")[-1] for line in lines] == ["是", "否"]
    huge = FormulaTable(1, {"spend": (10**40_000,), "income": (1,)})
    columns = read_columns({"x": "标准收入 + 标准支出 × 标准支出"}, COLUMNS)
    assert Working(columns.formulas, huge).run.told
    columns = read_columns({"x": "标准收入 × sum(标准支出 × 标准支出)"}, COLUMNS)
    assert Working(columns.formulas, huge).line("x", 0).endswith("= 1 × … = …")
