"""Next year's columns, budgets and bounds, each worked out by hand from a small ledger."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from allocator import InputError, Recipients, Scheme, allocate, load
from allocator.base.problems import Place
from allocator.cli import main
from allocator.fund.scheme import read_scheme
from allocator.ledger.next_year import history, next_year
from allocator.ledger.report import Execution, execution
from tests.excel.ledger.small_ledger import TODAY, ledger, written

TABLE = Recipients.from_columns(
    ["甲镇", "乙镇"],
    {"population": [30, 10]},
    economic_class=["一类", "三类"],
)
#: 甲镇 has 1,646.90 yuan of both pools to spend and spent 230.00 by the end of September.
AVAILABLE, SPENT = Fraction(164_690, 100), Fraction(23_000, 100)


@pytest.fixture(scope="module")
def made() -> Execution:
    found, _ = execution(ledger(), TODAY)
    assert found is not None
    return found


def read(table: dict[str, Any]) -> Scheme:
    scheme, problems = read_scheme(table, lambda key: Place("", "", key))
    if problems:
        raise InputError(problems)
    return scheme


def raw(**pool: Any) -> dict[str, Any]:
    plain = {"id": "m", "name": "民生微实事", "budget": "1000"}
    factors = [{"column": "population", "weight": "1"}]
    return {
        "scheme": {"name": "下年"},
        "pool": [plain | {"factors": factors} | pool],
    }


def test_the_columns_of_this_year(made: Execution) -> None:
    numbers = next_year(made, TABLE, raw(), read).recipients.numbers
    assert numbers["上年核拨"] == (Fraction(114_001, 100), 0)
    assert numbers["上年可用"] == (AVAILABLE, 5)
    assert numbers["上年支出"] == (SPENT, 0)
    assert numbers["上年结余"] == (AVAILABLE - SPENT, 5)
    assert numbers["上年执行率"][0] == Fraction(round(SPENT / AVAILABLE * 10**6), 10**6)
    assert numbers["上年支出·民生微心愿"] == (30, 0)


def test_a_budget_by_formula_and_its_sources(made: Execution) -> None:
    sources = [{"name": "甲", "amount": "2"}, {"name": "乙", "amount": "1"}]
    rule = "max(sum(上年支出) × 1.5, 100)"
    scheme = next_year(made, TABLE, raw(budget=rule, sources=sources), read).scheme
    assert scheme.pools[0].budget == 34_500
    assert [s.amount for s in scheme.pools[0].sources] == [23_000, 11_500]


def test_limits_on_gain_and_loss_and_performance(made: Execution) -> None:
    rule = raw(budget="2000", floor="0.9 × 上年核拨", cap="1.1 × 上年核拨 + 1000")
    rule["columns"] = {"绩效人口": "人口 × if(上年执行率 > 0.1, 1.2, 1)"}
    rule["pool"][0]["factors"][0]["column"] = "绩效人口"
    coming = next_year(made, TABLE, rule, read)
    assert coming.recipients.numbers["绩效人口"] == (36, 10)
    result = allocate(coming.recipients, coming.scheme).pools[0]
    assert result.lower == (102_601, 0)
    assert result.upper == (225_401, 100_000)
    assert result.entitlement == (156_522, 43_478)  # 36 : 10 of 2,000 yuan, within the limits


def test_unspent_money_is_deducted(made: Execution) -> None:
    rule = raw(budget="8000") | {"next_year": {"unspent": "抵减本年"}}
    coming = next_year(made, TABLE, rule, read)
    result = allocate(coming.recipients, coming.scheme).pools[0]
    assert [i.amount for i in coming.scheme.instalments] == [155_690 - 20_000, 500]
    pairs = zip(result.payment, result.due, strict=True)
    assert [payment - due for payment, due in pairs] == [135_690, 500]


def change(**pool: Any) -> Callable[[], dict[str, Any]]:
    return lambda: raw(**pool)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (change(budget="sum(去年支出)"), "去年支出"),
        (change(budget="上年支出 × 2"), "不能各镇街不同"),
        (change(floor="上年支出 ÷ 上年支出"), "下限"),
        (lambda: raw() | {"columns": {"甲": "乙", "乙": "甲"}}, "公式有误"),
        (lambda: raw() | {"next_year": {"unspent": "spend"}}, "没有这个选项"),
    ],
)
def test_mistakes_of_the_rules_are_named(
    made: Execution, rule: Callable[[], dict[str, Any]], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        next_year(made, TABLE, rule(), read)


def test_a_table_over_the_years(made: Execution) -> None:
    table = history([made, made])
    assert [column.header for column in table.columns][1] == "2020年核拨"
    assert table.rows[0][1] == table.rows[0][6] == 114_001
    assert table.total[2] == 23_000


def test_the_command_writes_an_input_that_runs_and_compares(tmp_path: Path) -> None:
    path = written(tmp_path, ledger())
    scheme = tmp_path / "2021.toml"
    scheme.write_text(
        """
[scheme]
name = "下年分配方案"
recipients = 3
[columns]
"绩效" = "1 + 上年执行率"
[[pool]]
id = "micro"
name = "民生微实事"
budget = "sum(上年支出) × 10"
factors = [{ column = "绩效", weight = "1" }]
cap = "上年核拨 + 1000"
""",
        encoding="utf-8",
    )
    out = tmp_path / "输入.xlsx"
    more = ["--date", "2020-09-30", "--history", str(tmp_path / "历年.xlsx")]
    assert main(["next-year", str(path), "--scheme", str(scheme), "-o", str(out), *more]) == 0
    recipients, rules = load(out)
    assert rules.pools[0].budget == 230_000
    assert recipients.numbers["上年支出"] == (230, 0, 0)
    scenarios = tmp_path / "情景.toml"
    scenarios.write_text('[[scenario]]\nname = "不设上限"\n', encoding="utf-8")
    assert main(["compare", str(out), "--scenarios", str(scenarios)]) == 0
