from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator.formulas import FormulaTable, evaluate, read_columns, read_formula, render
from allocator.formulas.tree import Formula, ResultKind
from tests.formulas.formula_trees import COLUMNS, formulas, tables
from tests.formulas.tree_walk import NoValueError, value

SPOKEN = {c.name: c.header for c in COLUMNS}


def formula(text: str, kind: ResultKind = ResultKind.NUMBER) -> Formula:
    reading = read_formula(text, COLUMNS, kind)
    assert reading.formula, reading.mistakes
    return reading.formula


TABLE = FormulaTable(
    3,
    {
        "population": (100, 200, 50),
        "spend": (Fraction(3, 2), Fraction(0), Fraction(-2)),
        "rate": (1, Fraction(1, 3), 2),
    },
    {"class": ("一类", "二类", "一类")},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max(标准支出 − 1, 0)", [Fraction(1, 2), 0, 0]),
        ("人口 × 系数 ÷ 2", [50, Fraction(100, 3), 50]),
        ("lookup(地区类别, 一类=0.2, 二类=50%)", [Fraction(1, 5), Fraction(1, 2), Fraction(1, 5)]),
        ("band(人口, {50: 1, 100: 2}, 3)", [2, 3, 1]),
        ("人口 ^ 2 × 系数 ^ −1", [10000, 120000, 1250]),
        ("(2 ^ 3) ^ 2 + 2 ^ 3 ^ 2", [128, 128, 128]),
        ("power(人口, 1/2, 1)", [10, Fraction(141, 10), Fraction(71, 10)]),
        ("tiers(人口, {60: 1, 150: 0.5}, 2)", [80, 205, 50]),
        ("interpolate(人口, {50: 1, 150: 2})", [Fraction(3, 2), 2, 1]),
        ("percentile(人口, 0.75) + percentile(人口, 1)", [350, 350, 350]),
        ("abs(标准支出)", [Fraction(3, 2), 0, 2]),
        ("median(人口) + median(人口, by = 地区类别)", [175, 300, 175]),
        (
            "if(OR(人口 > 60, 标准支出 > 1), 1, 0) + if(and(人口 > 1, 人口 > 2, 人口 > 60), 2, 0)",
            [3, 3, 0],
        ),
        ("share(人口)", [Fraction(2, 7), Fraction(4, 7), Fraction(1, 7)]),
        ("share(人口, by = 地区类别)", [Fraction(2, 3), 1, Fraction(1, 3)]),
        ("share(人口, least = 0.2)", [Fraction(4, 15), Fraction(8, 15), Fraction(1, 5)]),
        ("rank(人口)", [2, 1, 3]),
        ("rank(if(人口 > 60, 1, 0))", [1, 1, 3]),
        ("large(人口, 2)", [100, 100, 100]),
        ("average(系数, weight = 人口)", [Fraction(16, 21)] * 3),
        (
            "round(-2.5, 0) + round(25, −1) + roundup(1.01, 1) + rounddown(−1.99, 1)",
            [Fraction(262, 10)] * 3,
        ),
        ("if(标准支出 = 0, 7, 3 / 标准支出)", [2, 7, Fraction(-3, 2)]),
        ("if(地区类别 = '一类' 且 非 (人口 < 60), 1, 0)", [1, 0, 0]),
        (
            "sqrt(2, 4) + ln(10, 3) + exp(1, 2)",
            [Fraction(64368, 10**4) + Fraction(4, 10**4) + 0] * 3,
        ),
        ("zscore(人口, 2)", [Fraction(-27, 100), Fraction(134, 100), Fraction(-107, 100)]),
        ("count(人口 > 60) + count()", [5, 5, 5]),
        ("sum(人口, by = 系数)", [100, 200, 50]),
    ],
)
def test_each_function_by_an_example(text: str, expected: list[Fraction]) -> None:
    if text.startswith("sqrt"):
        expected = [Fraction("1.4142") + Fraction("2.303") + Fraction("2.72")] * 3
    assert list(evaluate({"x": formula(text)}, TABLE)["x"].values) == expected


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(formulas, tables(), st.data())
def test_values_are_those_of_a_slow_walk(tree, table: FormulaTable, data: st.DataObject) -> None:
    eligible = data.draw(st.lists(st.booleans(), min_size=table.rows, max_size=table.rows))
    rows = [i for i, takes_part in enumerate(eligible) if takes_part]
    result = evaluate({"x": Formula("", tree, ResultKind.NUMBER, SPOKEN)}, table, eligible)["x"]
    expected: list[Fraction | int] = [0] * table.rows
    wrong = set()
    for i in rows:
        try:
            expected[i] = value(tree, table, rows, i)
        except NoValueError:
            wrong.add(i)
    assert bool(result.mistakes) == bool(wrong)
    if not wrong:
        assert list(result.values) == expected
    told = {m.recipient for m in result.mistakes} - {None}
    assert told <= set(rows)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(formulas)
def test_a_rendered_formula_reads_as_the_same(tree) -> None:
    text = render(tree, SPOKEN.__getitem__)
    reading = read_formula(text, COLUMNS)
    assert reading.formula, (text, reading.mistakes)
    assert reading.formula.tree == tree


@pytest.mark.parametrize(
    ("text", "code", "rows"),
    [
        ("1 / 标准支出", "formula.zero", [1]),
        ("标准支出 ^ −2", "formula.zero", [1]),
        ("power(标准支出, −1/2, 3)", "formula.domain", [1, 2]),
        ("lookup(地区类别, 一类=1)", "formula.unlisted", [1]),
        ("sqrt(标准支出, 2)", "formula.domain", [2]),
        ("ln(标准支出, 2)", "formula.domain", [1, 2]),
        ("exp(人口 × 人口, 2)", "formula.domain", [0, 1, 2]),
        ("large(人口, 4)", "formula.few", [None]),
        ("share(人口 − 人口)", "formula.zero", [None]),
        ("zscore(1, 2)", "formula.zero", [None]),
        ("share(人口, least = 0.5)", "formula.least", [None]),
        ("sum(1 / 标准支出)", "formula.zero", [1]),
    ],
)
def test_a_row_without_a_value_is_named(text: str, code: str, rows: list[int | None]) -> None:
    result = evaluate({"x": formula(text)}, TABLE)["x"]
    assert [(m.code, m.recipient) for m in result.mistakes] == [(code, row) for row in rows]
    assert result.values == ()


def test_who_takes_no_part_is_in_no_total_and_in_no_mistake() -> None:
    result = evaluate({"x": formula("share(人口) / 标准支出")}, TABLE, [True, False, True])["x"]
    assert result.values == (Fraction(4, 9), 0, Fraction(-1, 6))


def test_columns_build_on_each_other_and_a_mistake_is_told_once() -> None:
    columns = read_columns({"b": "a × 2", "a": "1 / 标准支出"}, COLUMNS)
    assert list(columns.formulas) == ["a", "b"]
    result = evaluate(columns.formulas, TABLE)
    assert [m.recipient for m in result["a"].mistakes] == [1]
    assert result["b"].values == ()


@pytest.mark.parametrize("function", ["max", "min", "sum", "share", "rank", "average"])
def test_nobody_takes_part(function: str) -> None:
    result = evaluate({"x": formula(f"{function}(人口)")}, TABLE, [False] * 3)["x"]
    assert result.values == (0, 0, 0)
    assert evaluate({"x": formula("zscore(人口, 2) + large(人口, 2)")}, TABLE, [False] * 3)[
        "x"
    ].values


def test_conditions_hold_row_by_row_and_ask_only_what_matters() -> None:
    condition = formula("标准支出 ≠ 0 且 3 / 标准支出 > 1 或 人口 = 50", ResultKind.TRUTH)
    assert evaluate({"x": condition}, TABLE)["x"].holds == (True, False, True)


def test_a_blank_cell_is_a_mistake_of_its_row() -> None:
    table = FormulaTable(
        2, {"population": (1, None), "spend": (0, 0), "rate": (0, 0)}, {"class": ("", "")}
    )
    assert [m.recipient for m in evaluate({"x": formula("人口")}, table)["x"].mistakes] == [1]


def test_nothing_grows_without_bound() -> None:
    squares = {f"x{k + 1}": f"x{k} × x{k}" for k in range(40)} | {"x0": "人口 × 1.37"}
    result = evaluate(read_columns(squares, COLUMNS).formulas, TABLE)
    codes = {m.code for v in result.values() for m in v.mistakes}
    assert codes == {"formula.size"}


def test_a_choice_of_conditions_asks_the_branch_it_takes() -> None:
    condition = formula("if(标准支出 = 0, 人口 > 1, 3 / 标准支出 > 0)", ResultKind.TRUTH)
    assert evaluate({"x": condition}, TABLE)["x"].holds == (True, True, False)
    condition = formula("if(标准支出 = 0, 3 / 标准支出 > 0, 人口 > 60)", ResultKind.TRUTH)
    assert [m.recipient for m in evaluate({"x": condition}, TABLE)["x"].mistakes] == [1]


def test_after_twenty_rows_the_rest_is_counted() -> None:
    table = FormulaTable(30, {"population": (0,) * 30})
    *first, last = evaluate({"x": formula("1 / 人口")}, table)["x"].mistakes
    assert [m.recipient for m in first] == list(range(20))
    assert last.message == "另有 10 行同样有错"
