"""The real program: what it prints, writes and returns."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

DATA = Path(__file__).parents[2] / "data"


def run(command: str, problem: str, *more: str) -> subprocess.CompletedProcess[str]:
    files = ["dongguan-2020.csv", "--scheme", "dongguan-2020.toml", "--problem", problem]
    return subprocess.run(
        [sys.executable, "-m", "allocator", command, *files, *more],
        cwd=DATA,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_optimize_prints_the_answer_and_writes_a_marked_workbook(tmp_path: Path) -> None:
    output = tmp_path / "最优.xlsx"
    done = run("optimize", "problem-max-min.toml", "-o", str(output))
    assert (done.returncode, done.stderr) == (0, f"已写出 {output}\n")
    assert "情景测算，不作为核拨依据" in done.stdout
    assert "放宽 1 个百分点，最低镇每人多 0.06 元" in done.stdout
    assert "105,000,000.00" in done.stdout
    book = openpyxl.load_workbook(output)
    assert book.sheetnames[1:3] == ["最优权重", "各镇金额"]
    for sheet in book:
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
        assert any("情景测算，不作为核拨依据" in text for text in texts)


def test_a_contradiction_is_an_answer_with_its_own_exit_code() -> None:
    done = run("optimize", "problem-conflict.toml")
    assert (done.returncode, done.stderr) == (1, "")
    assert "“经济总量（亿元）”的权重不低于 40.00%" in done.stdout
    assert "三类、四类合计占比不低于 38.00%" in done.stdout
    assert "村（社区）数量 ≥" not in done.stdout


@pytest.mark.parametrize(
    ("command", "told"), [("ranges", "各镇应分配额的范围"), ("frontier", "两个目标的权衡")]
)
def test_ranges_and_frontier_print_their_table(command: str, told: str) -> None:
    done = run(command, "problem-max-min.toml")
    assert (done.returncode, done.stderr) == (0, "")
    assert told in done.stdout


def test_a_published_table_gives_its_weights_back() -> None:
    done = run("optimize", "problem-fit.toml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "步长 0.2 的权重中，只有这一组能逐镇还原公布的金额" in done.stdout


def test_a_missing_problem_file_is_bad_input() -> None:
    done = run("optimize", "nowhere.toml")
    assert done.returncode == 2
    assert "无法读取问题文件" in done.stderr
