"""Opening an input and what is made of it: the same bytes as the command's, mistakes at their cells."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from allocator import InputError, allocate, load
from allocator.excel.issue import IssueOptions, issue_workbook
from allocator.excel.official import official_workbook
from allocator.excel.template.template import draft_scheme, input_workbook
from tests.conftest import DATA

SAMPLE = DATA / "dongguan-2020.xlsx"


@pytest.fixture(scope="module")
def answer():
    return allocate(*load(SAMPLE))


def edited(path: Path, cells: dict[str, object]) -> Path:
    book = openpyxl.load_workbook(SAMPLE)
    for cell, value in cells.items():
        book["镇街基础数据"][cell] = value
    book.save(path)
    return path


def test_the_official_workbook_in_both_units(desk, answer) -> None:
    desk.open(SAMPLE)
    assert desk.download("#get-official") == (
        "dongguan-2020-分配结果.xlsx",
        official_workbook(answer),
    )
    desk.check(desk.page.get_by_label("万元", exact=True))
    name, content = desk.download("#get-official")
    assert name == "dongguan-2020-分配结果-万元.xlsx"
    assert content == official_workbook(answer, unit="万元")
    name, content = desk.download("#get-issue")
    assert name == "dongguan-2020-印发-万元.xlsx"
    assert content == issue_workbook(answer, IssueOptions("万元"))
    desk.check(desk.page.get_by_label("元", exact=True))
    name, content = desk.download("#get-issue")
    assert (name, content) == ("dongguan-2020-印发.xlsx", issue_workbook(answer))


def test_json_and_template_and_the_sample_inside(desk, answer) -> None:
    desk.sample()
    name, content = desk.download("#get-json")
    assert name == "dongguan-2020-结果.json"
    assert json.loads(content) == answer.to_record()
    desk.tab("打开")
    name, content = desk.download("#get-template")
    assert (name, content) == ("输入模板.xlsx", input_workbook(None, draft_scheme()))


def test_a_table_with_a_scheme_of_its_own(desk) -> None:
    table, rules = DATA / "dongguan-2020.csv", DATA / "dongguan-2020.toml"
    desk.open(table, rules)
    answer = allocate(*load(table, rules))
    assert desk.download("#get-official")[1] == official_workbook(answer)


def test_figures_first_then_every_town(desk, answer) -> None:
    desk.sample()
    assert desk.texts("#figures")[0].count("126,000,000.00") == 1
    desk.expect("#mark").to_contain_text(answer.mark)
    rows = desk.at("#result-table tbody tr")
    desk.expect(rows).to_have_count(len(answer.recipients) + 1)
    desk.expect("#map svg g").to_have_count(len(answer.recipients))
    desk.click(desk.page.get_by_role("button", name="市级本次核拨"))
    paid = max(range(len(answer.payment)), key=lambda i: answer.payment[i])
    desk.expect(rows.first).to_contain_text(answer.recipients.towns[paid])
    desk.fill("#result-table input[type=search]", "长安")
    desk.expect(rows).to_have_count(1)
    desk.fill("#result-table input[type=search]", "")
    desk.expect(rows).to_have_count(len(answer.recipients) + 1)


def test_a_towns_page_says_what_explain_says(desk, answer) -> None:
    desk.sample()
    desk.click(desk.at("#result-table").get_by_role("button", name="洪梅镇"))
    assert desk.at("#town pre").text_content() == answer.explain("洪梅镇")
    desk.expect("#town svg").to_contain_text("已拨试点经费")


def test_mistakes_stand_at_their_cells_and_in_the_marked_copy(desk, tmp_path: Path) -> None:
    wrong = edited(tmp_path / "有错.xlsx", {"C5": "约二十", "E7": -3})
    with pytest.raises(InputError) as caught:
        load(wrong)
    desk.open(wrong)
    desk.says("处错误")
    shown = desk.texts("#problems tbody tr")
    assert len(shown) == len(caught.value.problems)
    for problem in caught.value.problems:
        row = next(row for row in shown if f"\t{problem.place.cell}\t" in row)
        assert problem.message in row
        assert problem.remedy in row
    marked = tmp_path / "标注.xlsx"
    command = [sys.executable, "-m", "allocator", "run", str(wrong), "--marked", str(marked)]
    subprocess.run(command, check=False, capture_output=True)
    assert desk.download("#get-marked") == ("有错-标注.xlsx", marked.read_bytes())
    desk.tab("结果")
    desk.expect("#result .empty").to_be_visible()


def test_doubts_are_ticked_off(desk, answer) -> None:
    desk.sample()
    desk.expect("#doubts-left").to_contain_text(f"{len(answer.warnings)} 处未核对")
    desk.tab("打开")
    for box in desk.at("#problems .doubt").all():
        desk.check(box)
    desk.expect("#doubts-left").to_contain_text("全部核对")


def test_doubts_confirmed_here_are_those_of_the_sheet(desk, tmp_path: Path) -> None:
    desk.open(edited(tmp_path / "存疑.xlsx", {"D8": 362_000, "F5": 4_182_880_000}))
    desk.says("2 处存疑")
    desk.click("#sign-doubts")
    desk.says("还有 2 处存疑没有勾选")
    for box in desk.at("#problems .sign").all():
        desk.check(box)
    desk.fill(desk.at("#problems .sign-note").first, "含水库水面")
    desk.click("#sign-doubts")
    desk.says("请填写核对人")
    desk.fill("#sign-by", "张三")
    desk.click("#sign-doubts")
    desk.says("计算完毕")
    name, content = desk.download("#result .get-signed")
    path = tmp_path / name
    path.write_bytes(content)
    answer = allocate(*load(path))
    found = [(one.cell, one.by, one.note) for one in answer.recipients.confirmed]
    assert sorted(found) == [("D8", "张三", "含水库水面"), ("F5", "张三", "")]
    assert desk.download("#get-official") == (
        "存疑-已核对-分配结果.xlsx",
        official_workbook(answer),
    )
    desk.tab("打开")
    desk.expect("#problems .doubt:checked").to_have_count(2)
    desk.sample()
    desk.expect("#result .get-signed").to_be_hidden()


def test_old_formats_say_what_to_do(desk, tmp_path: Path) -> None:
    old = tmp_path / "旧表.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048))
    desk.open(old)
    desk.expect("#problems").to_contain_text("另存为 .xlsx")
