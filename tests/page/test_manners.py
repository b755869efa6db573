"""The page answers while it works, keeps what is open, and is reached by keyboard and reader."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from tests.conftest import DATA

CONTROLS = "button, input, select, a[href], [role=tab]"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """2,000 recipients with the sample's scheme."""
    rows = list(csv.reader(io.StringIO((DATA / "dongguan-2020.csv").read_text("utf-8-sig"))))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(rows[0])
    name, order = rows[0].index("镇街（园区）"), rows[0].index("序号")
    pilot = rows[0].index("是否试点")
    unspent = rows[0].index("试点剩余（元）")
    for i in range(2_000):
        row = list(rows[1 + i % (len(rows) - 1)])
        row[name], row[order] = f"第{i + 1}村", str(i + 1)
        row[pilot], row[unspent] = "否", "0"
        writer.writerow(row)
    folder = tmp_path_factory.mktemp("many")
    table, rules = folder / "许多.csv", folder / "方案.toml"
    table.write_text(text.getvalue(), encoding="utf-8")
    scheme = (DATA / "dongguan-2020.toml").read_text(encoding="utf-8")
    rules.write_text(re.sub(r"(?m)^recipients *=.*\n", "", scheme), encoding="utf-8")
    return [table, rules]


def test_many_a_job_stopped_and_nothing_lost(new_page, many: list[Path]) -> None:
    desk = new_page()
    desk.open(*many)
    desk.says("计算完毕")
    desk.expect("#result-table tbody tr").to_have_count(201)
    desk.click(desk.page.get_by_role("button", name="全部显示"))
    desk.expect("#result-table tbody tr").to_have_count(2_001)
    desk.at("#get-official").click()
    desk.click("#stop")
    desk.says("已放入的文件和试算都还在")
    desk.click("#result-table [data-town=第7村]")
    desk.expect("#town pre").to_be_visible()
    assert desk.errors == []
    desk.page.context.close()


def test_the_page_answers_while_python_writes(desk) -> None:
    """Were Python in the page's own thread, it would take no turn before the work is done."""
    desk.sample()
    desk.page.evaluate(
        """() => { window.turns = 0; window.counting = setInterval(() => {
        if (document.body.dataset.busy !== undefined) turns += 1; }, 1); }"""
    )
    desk.download("#get-official")
    assert desk.page.evaluate("() => { clearInterval(counting); return turns; }") >= 3


def test_tabs_by_the_arrow_keys(desk) -> None:
    desk.tab("打开")
    desk.press("ArrowRight")
    desk.expect("#result").to_be_visible()
    desk.press("ArrowLeft")
    desk.press("ArrowLeft")
    desk.expect("#about").to_be_visible()


def test_the_keyboard_goes_from_the_sample_to_a_town_and_is_never_covered(desk) -> None:
    desk.tab("打开")
    desk.at("#use-sample").focus()
    desk.press("Enter")
    desk.expect("#tab-result").to_be_focused()
    town = "document.activeElement.dataset.town"
    covered = (
        "(() => { const at = document.activeElement.getBoundingClientRect();"
        " return at.bottom > document.querySelector('footer').getBoundingClientRect().top; })()"
    )
    for _ in range(60):
        desk.press("Tab")
        assert not desk.page.evaluate(covered), desk.page.evaluate(town)
        if desk.page.evaluate(town) == "道滘镇":
            break
    desk.press("Enter")
    desk.expect("#town").to_be_focused()


def test_every_control_has_a_name(desk) -> None:
    desk.sample()
    desk.tab("权重试算")
    nameless = desk.page.evaluate(
        """(controls) => [...document.querySelectorAll(controls)].filter((c) =>
        !(c.textContent.trim() || c.getAttribute("aria-label") || c.title || (c.labels && c.labels[0]
        && c.labels[0].textContent.trim()))).map((c) => c.outerHTML.slice(0, 120))""",
        CONTROLS,
    )
    assert nameless == []


def test_colours_are_readable() -> None:
    """WCAG AA: 4.5 to 1 for each text colour on white and on the pale ground."""
    css = (Path(__file__).parents[2] / "allocator/page/page.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", css))

    def light(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
        parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for ground in ("#ffffff", colours["pale"]):
        for name in ("ink", "quiet", "blue", "red", "green"):
            contrast = (light(ground) + 0.05) / (light(colours[name]) + 0.05)
            assert contrast >= 4.5, (name, ground)


def test_printed_on_a4_it_is_the_result_alone(desk) -> None:
    desk.sample()
    desk.page.emulate_media(media="print")
    for hidden in ("nav", "footer", "#get-official", "#bars"):
        desk.expect(hidden).to_be_hidden()
    desk.expect("#result-table table").to_be_visible()
    desk.page.emulate_media(media="screen")


@pytest.mark.parametrize("width", [390, 911, 1093, 1366])
def test_nothing_is_wider_than_the_window(desk, width: int) -> None:
    """A phone, and 1366 pixels at 150 %, 125 % and 100 %."""
    desk.sample()
    desk.resize(width, 700)
    for name in ("打开", "结果", "权重试算", "最优权重", "核验", "比较两份", "说明"):
        desk.tab(name)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, name
    desk.resize(1366, 768)


def test_a_defect_is_told_with_a_report_and_nothing_is_lost(new_page) -> None:
    desk = new_page()
    desk.sample()
    first = desk.at("#result-table [data-town]").first
    first.evaluate("b => { b.dataset.town = '没有的镇'; }")
    desk.click(first)
    desk.says("程序出错")
    name, content = desk.download("#get-report")
    assert name == "错误报告.txt"
    assert "ValueError" in content.decode()
    assert "东城街道" not in content.decode()
    assert desk.download("#get-json")[0] == "dongguan-2020-结果.json"
    desk.page.context.close()
