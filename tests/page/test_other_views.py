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
from tests.conftest import DATA
from tests.page.test_result import SAMPLE, edited


@pytest.fixture(scope="module")
def answer():
    return allocate(*load(SAMPLE))


@pytest.fixture
def trial(desk):
    """The view of the sliders on the sample as it is."""
    desk.sample()
    desk.tab("权重试算")
    desk.page.locator("#trial-table tbody tr").first.wait_for()
    return desk


def weights(desk) -> list[str]:
    boxes = desk.page.locator("#sliders input[type=text]:not([data-bound])")
    return [box.input_value() for box in boxes.all()]


def test_a_slider_moves_the_others_and_every_town(trial, answer) -> None:
    trial.page.locator("#sliders input[type=range]").first.focus()
    for _ in range(5):
        trial.page.keyboard.press("ArrowRight")
    trial.page.locator("#sliders input[type=text]").first.and_(
        trial.page.locator("[aria-label*=村]")
    ).wait_for()
    trial.page.wait_for_timeout(300)
    moved = [Fraction(text) for text in weights(trial)[:3]]
    assert moved[0] == Fraction("40.5")
    assert sum(moved) == 100
    scheme = answer.scheme.with_weights({"micro_projects": [w / 100 for w in moved]})
    tried = allocate(answer.recipients, replace(scheme, status="trial"))
    row = trial.page.locator("#trial-table tbody tr").first.inner_text().split("\t")
    assert row[1:4] == [
        format_yuan(answer.payment[0]),
        format_yuan(tried.payment[0]),
        format_yuan(tried.payment[0] - answer.payment[0]),
    ]
    assert trial.page.locator("#trial-classes tbody tr").count() == 5


def test_what_is_made_under_tried_rules_says_so(trial, answer) -> None:
    trial.page.locator("#sliders input[type=text]").first.fill("50")
    trial.page.keyboard.press("Tab")
    trial.page.get_by_label("余额口径").check()
    trial.page.locator("[data-bound=cap]").first.fill("6000000")
    trial.page.keyboard.press("Tab")
    trial.page.wait_for_timeout(300)
    name, content = trial.download("#get-trial")
    assert name == "dongguan-2020-情景方案.toml"
    scheme = Scheme.from_toml(content.decode())
    assert [f.weight for f in scheme.pools[0].factors] == [Fraction(n, 100) for n in (50, 25, 25)]
    assert (scheme.pools[0].cap, scheme.status) == (600_000_000, "trial")
    assert scheme.pilot is not None
    assert scheme.pilot.basis == "remainder"
    trial.page.locator("#show-trial").click()
    trial.page.locator("#mark", has_text=SCENARIO_MARK).wait_for()
    name, content = trial.download("#get-official")
    assert name == "dongguan-2020-情景-分配结果.xlsx"
    assert content == official_workbook(allocate(answer.recipients, scheme))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert SCENARIO_MARK in book["附表1"]["A3"].value
    trial.page.locator("#show-base").click()
    trial.page.locator("#mark", has_text=SCENARIO_MARK).wait_for(state="hidden")


def test_wrong_rules_are_told_and_change_nothing(trial) -> None:
    trial.page.locator("[data-bound=floor]").first.fill("9000000")
    trial.page.keyboard.press("Tab")
    trial.page.locator("#trial-said .error").first.wait_for()
    assert "保底" in trial.page.locator("#trial-said").inner_text()


def test_trials_side_by_side_and_a_scheme_file_read_back(trial, tmp_path: Path) -> None:
    trial.page.locator("#sliders input[type=text]").first.fill("60")
    trial.page.keyboard.press("Tab")
    trial.page.locator("#save-trial").click()
    trial.page.locator("#saved li").first.wait_for()
    path = tmp_path / "另一组.toml"
    rules = (DATA / "dongguan-2020.toml").read_text(encoding="utf-8")
    changed = allocate(*load(SAMPLE)).scheme.with_weights({"micro_projects": [Fraction(1, 3)] * 3})
    assert rules
    path.write_text(changed.to_toml(), encoding="utf-8")
    trial.put("trial", path)
    trial.page.locator("#saved li").nth(1).wait_for()
    assert weights(trial)[0] == "33.3333"
    heads = trial.texts("#saved-tables table")
    assert "试算 1" in heads[0]
    assert "另一组" in heads[0]


def test_the_best_weights_are_the_products(trial) -> None:
    from allocator.optimize import Aim, WeightProblem, bound, optimize

    recipients, scheme = load(SAMPLE)
    asked = WeightProblem(
        "micro_projects", Aim("max_min", per="population"), (bound("villages", "20%", "50%"),)
    )
    expected = optimize(recipients, scheme, asked)
    trial.tab("最优权重")
    trial.page.locator("#best-aim").select_option("max_min")
    trial.page.locator("#best-per").select_option("population")
    trial.page.get_by_label("村（社区）数量不低于").fill("20%")
    trial.page.get_by_label("村（社区）数量不高于").fill("50%")
    trial.page.locator("#find-best").click()
    trial.page.locator("#use-best").wait_for(timeout=60000)
    trial.page.locator("#use-best").click()
    trial.page.locator("#trial-table").wait_for()
    shown = [Fraction(text) for text in weights(trial)[:3]]
    for one, other in zip(shown, expected.weights, strict=True):
        assert abs(one / 100 - other) <= Fraction(1, 10**6)


def test_conditions_that_contradict_each_other_are_named(trial) -> None:
    trial.tab("最优权重")
    trial.page.get_by_label("村（社区）数量不低于").fill("60%")
    trial.page.get_by_label("行政区划面积（平方公里）不低于").fill("50%")
    trial.page.locator("#find-best").click()
    trial.page.locator("#best-found .error").wait_for(timeout=60000)
    assert "没有符合全部条件的权重" in trial.page.locator("#best-found").inner_text()


def test_a_planted_change_is_found_at_its_cell(desk, answer, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(official_workbook(answer)))
    cell = book["附表1"]["D8"]
    cell.value = 12345.67
    path = tmp_path / "收到.xlsx"
    book.save(path)
    desk.tab("核验")
    desk.put("check", path)
    desk.waits("核验完毕")
    verdict = desk.page.locator("#verdict")
    assert "不一致" in verdict.inner_text()
    assert any("附表1!D8" in text for text in desk.texts("#verdict li"))


def test_an_untouched_one_is_consistent_and_from_this_input(desk, answer, tmp_path: Path) -> None:
    path = tmp_path / "收到.xlsx"
    path.write_bytes(official_workbook(answer))
    desk.tab("核验")
    desk.put("check", path)
    desk.put("given", SAMPLE)
    desk.page.locator("#verdict", has_text="就是所用的输入").wait_for()
    assert desk.page.locator("#verdict .verdict").inner_text() == "一致"


def test_what_is_no_official_workbook_is_refused(desk) -> None:
    desk.tab("核验")
    desk.put("check", SAMPLE)
    desk.waits("不能核验")
    assert "不是 allocator 写出的正式工作簿" in desk.page.locator("#verdict").inner_text()


def test_two_inputs_compared(desk, answer, tmp_path: Path) -> None:
    new = edited(tmp_path / "新.xlsx", {"C5": 30})
    desk.tab("比较两份")
    desk.put("old", SAMPLE)
    desk.put("new", new)
    desk.waits("比较完毕")
    after = allocate(*load(new))
    tables = difference_tables(difference(answer, after))
    assert len(desk.texts("#differences table")) == len(tables)
    name, content = desk.download("#get-differences")
    title = f"{after.scheme.name}调整对照"
    assert (name, content) == (
        "新-调整对照.xlsx",
        tables_workbook(tables, title=title, mark=after.mark),
    )
