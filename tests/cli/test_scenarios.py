"""The commands compare, sweep and sensitivity, as a user starts them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

DATA = Path(__file__).parents[2] / "data"
SAMPLE = [str(DATA / "dongguan-2020.csv"), "--scheme", str(DATA / "dongguan-2020.toml")]


def started(command, *options):
    return subprocess.run(
        [sys.executable, "-m", "allocator", command, *SAMPLE, *map(str, options)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_compare_prints_every_scenario_and_writes_a_workbook(tmp_path):
    output = tmp_path / "情景.xlsx"
    done = started("compare", "--scenarios", DATA / "scenarios.toml", "-o", output)
    assert done.returncode == 0, done.stderr
    assert "情景测算，不作为核拨依据　测算稿 — 权重待核定" in done.stdout
    assert done.stdout.count("情景“") == 4
    book = openpyxl.load_workbook(output)
    assert len(book.sheetnames) == 6
    for sheet in book:
        cells = [str(cell.value) for row in sheet.iter_rows(max_row=4) for cell in row]
        assert any("不作为核拨依据" in cell and "测算稿" in cell for cell in cells)


def test_compare_names_the_mistake_and_writes_nothing(tmp_path):
    scenarios = tmp_path / "s.toml"
    scenarios.write_text('[[scenario]]\nname = "甲"\npilott = 1\n', encoding="utf-8")
    done = started("compare", "--scenarios", scenarios, "-o", tmp_path / "x.xlsx")
    assert done.returncode == 2
    assert "[s.toml!情景“甲”!pilott] 不认识的项“pilott”。是否应为“pilot”？" in done.stderr
    assert not (tmp_path / "x.xlsx").exists()


def test_sweep_over_the_grid_of_one_pool(tmp_path):
    output = tmp_path / "扫描.xlsx"
    done = started("sweep", "--pool", "民生微心愿", "--step", "0.1", "-o", output)
    assert done.returncode == 0, done.stderr
    assert "民生微心愿：应分配额的分布（66 组权重，单位：元）" in done.stdout
    assert max(map(width, done.stdout.splitlines()[3:])) <= 80
    assert len(openpyxl.load_workbook(output).sheetnames) == 3
    assert done.stderr == f"已写出 {output}\n"


def width(line):
    from allocator.cli.terminal import width as columns

    return columns(line)


def test_a_sample_is_the_same_every_time():
    options = ("--samples", 500, "--seed", 3, "--bound", "gdp=0.1:0.4")
    first, second = started("sweep", *options), started("sweep", *options)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert first.stdout.count("500 组权重") == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--pool", "micro_wish"), "是否应为“micro_wishes”？"),
        (("--step", "0.3"), "权重步长不能整除 1"),
        (("--bound", "gdpp=0:1"), "是否应为“gdp”？"),
        (("--bound", "gdp=0.5"), "权重范围的写法无法识别"),
        (("--workers", "0"), "进程数应为正整数"),
        (("--samples", "0"), "组数应为正整数"),
    ],
)
def test_mistakes_of_a_sweep_are_named(options, message):
    done = started("sweep", *options)
    assert done.returncode == 2
    assert message in done.stderr


def test_sensitivity_prints_readings_and_slopes():
    done = started("sensitivity", "--error", "10%", "--overtake", "茶山", "高埗")
    assert done.returncode == 0, done.stderr
    for words in (
        "口径敏感性",
        "每移动一个百分点",
        "赶上占比前一名",
        "茶山镇与高埗镇占比相等",
        "数据误差的影响见工作簿",
    ):
        assert words in done.stdout
