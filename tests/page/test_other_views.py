"""Trying weights, the best weights, verifying and comparing: each as an officer does it."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from allocator import allocate, load
from allocator.base.money import format_yuan
from allocator.excel.kit.tables_workbook import tables_workbook
from allocator.excel.official import official_workbook
from allocator.fund.scheme import SCENARIO_MARK, Scheme
from allocator.scenarios.comparisons.difference import difference, difference_tables
from tests.page.test_result import SAMPLE, edited


@pytest.fixture(scope="module")
def answer():
    return allocate(*load(SAMPLE))


@pytest.fixture
def trial(desk):
    """The view of the sliders on the sample as it is."""
    desk.sample()
    desk.tab("权重试算")
    return desk


def weights(desk) -> list[str]:
    """What the boxes of the weights show, now that the page is settled."""
    boxes = desk.at("#sliders input[type=text]:not([data-bound])")
    return [box.input_value() for box in boxes.all()]


def test_a_slider_moves_the_others_and_every_town(trial, answer) -> None:
    trial.at("#sliders input[type=range]").first.focus()
    for _ in range(5):
        trial.page.keyboard.press("ArrowRight")
    trial.settled()
    moved = [Fraction(text) for text in weights(trial)[:3]]
    assert moved[0] == Fraction("40.5")
    assert sum(moved) == 100
    scheme = answer.scheme.with_weights({"micro_projects": [w / 100 for w in moved]})
    tried = allocate(answer.recipients, replace(scheme, status="trial"))
    row = trial.texts("#trial-table tbody tr")[0].split("\t")
    assert row[1:4] == [
        format_yuan(answer.payment[0]),
        format_yuan(tried.payment[0]),
        format_yuan(tried.payment[0] - answer.payment[0]),
    ]
    trial.expect("#trial-classes tbody tr").to_have_count(5)


def test_what_is_made_under_tried_rules_says_so(trial, answer) -> None:
    trial.fill(trial.at("#sliders input[type=text]").first, "50")
    trial.check(trial.page.get_by_label("余额口径"))
    trial.fill(trial.at("[data-bound=cap]").first, "6000000")
    name, content = trial.download("#get-trial")
    assert name == "dongguan-2020-情景方案.toml"
    scheme = Scheme.from_toml(content.decode())
    assert [f.weight for f in scheme.pools[0].factors] == [Fraction(n, 100) for n in (50, 25, 25)]
    assert (scheme.pools[0].cap, scheme.status) == (600_000_000, "trial")
    assert scheme.pilot is not None
    assert scheme.pilot.basis == "remainder"
    trial.click("#show-trial")
    trial.expect("#mark").to_contain_text(SCENARIO_MARK)
    name, content = trial.download("#get-official")
    assert name == "dongguan-2020-情景-分配结果.xlsx"
    assert content == official_workbook(allocate(answer.recipients, scheme))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert SCENARIO_MARK in book["附表1"]["A3"].value
    trial.click("#show-base")
    trial.expect("#mark").not_to_contain_text(SCENARIO_MARK)


def test_wrong_rules_are_told_and_change_nothing(trial) -> None:
    trial.fill(trial.at("[data-bound=floor]").first, "9000000")
    trial.expect("#trial-said").to_contain_text("保底")
    for button in ("#show-trial", "#save-trial", "#get-trial"):
        trial.click(button)
        trial.says("请先按提示改正")
        trial.expect("#trial").to_be_visible()
    trial.expect("#saved li").to_have_count(0)


def test_trials_side_by_side_and_a_scheme_file_read_back(trial, tmp_path: Path) -> None:
    trial.fill(trial.at("#sliders input[type=text]").first, "60")
    trial.click("#save-trial")
    trial.expect("#saved li").to_have_count(1)
    path = tmp_path / "另一组.toml"
    changed = allocate(*load(SAMPLE)).scheme.with_weights({"micro_projects": [Fraction(1, 3)] * 3})
    path.write_text(changed.to_toml(), encoding="utf-8")
    trial.put("trial", path)
    trial.expect("#saved li").to_have_count(2)
    assert weights(trial)[0] == "33.3333"
    for name in ("试算 1", "另一组"):
        trial.expect(trial.at("#saved-tables table").first).to_contain_text(name)


def test_the_best_weights_are_the_products(trial) -> None:
    from allocator.optimize import Aim, WeightProblem, bound, optimize

    recipients, scheme = load(SAMPLE)
    asked = WeightProblem(
        "micro_projects", Aim("max_min", per="population"), (bound("villages", "20%", "50%"),)
    )
    expected = optimize(recipients, scheme, asked)
    trial.tab("最优权重")
    trial.choose("#best-aim", "max_min")
    trial.choose("#best-per", "population")
    trial.fill(trial.page.get_by_label("村（社区）数量不低于"), "20%")
    trial.fill(trial.page.get_by_label("村（社区）数量不高于"), "50%")
    trial.click("#find-best")
    trial.click("#use-best")
    trial.expect("#trial-table").to_be_visible()
    shown = [Fraction(text) for text in weights(trial)[:3]]
    for one, other in zip(shown, expected.weights, strict=True):
        assert abs(one / 100 - other) <= Fraction(1, 10**6)


def test_conditions_that_contradict_each_other_are_named(trial) -> None:
    trial.tab("最优权重")
    trial.fill(trial.page.get_by_label("村（社区）数量不低于"), "60%")
    trial.fill(trial.page.get_by_label("行政区划面积（平方公里）不低于"), "50%")
    trial.click("#find-best")
    trial.expect("#best-found .error").to_have_text("没有符合全部条件的权重")


def test_a_planted_change_is_found_at_its_cell(desk, answer, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(official_workbook(answer)))
    cell = book["附表1"]["D8"]
    cell.value = 12345.67
    path = tmp_path / "收到.xlsx"
    book.save(path)
    desk.tab("核验")
    desk.put("check", path)
    desk.says("核验完毕")
    desk.expect("#verdict .verdict").to_contain_text("不一致")
    assert any("附表1!D8" in text for text in desk.texts("#verdict li"))


def test_an_untouched_one_is_consistent_and_from_this_input(desk, answer, tmp_path: Path) -> None:
    path = tmp_path / "收到.xlsx"
    path.write_bytes(official_workbook(answer))
    desk.tab("核验")
    desk.put("check", path)
    desk.put("given", SAMPLE)
    desk.expect("#verdict").to_contain_text("就是所用的输入")
    desk.expect("#verdict .verdict").to_have_text("一致")


def test_what_is_no_official_workbook_is_refused(desk) -> None:
    desk.tab("核验")
    desk.put("check", SAMPLE)
    desk.says("不能核验")
    desk.expect("#verdict").to_contain_text("不是 allocator 写出的正式工作簿")


def test_two_inputs_compared(desk, answer, tmp_path: Path) -> None:
    new = edited(tmp_path / "新.xlsx", {"C5": 30})
    desk.tab("比较两份")
    desk.put("old", SAMPLE)
    desk.put("new", new)
    desk.says("比较完毕")
    after = allocate(*load(new))
    tables = difference_tables(difference(answer, after))
    assert len(desk.texts("#differences table")) == len(tables)
    name, content = desk.download("#get-differences")
    title = f"{after.scheme.name}调整对照"
    assert (name, content) == (
        "新-调整对照.xlsx",
        tables_workbook(tables, title=title, mark=after.mark),
    )
