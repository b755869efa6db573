"""`allocator plot`, started as a user starts it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from allocator.cli import main
from allocator.cli.plot import KINDS

DATA = Path(__file__).parent.parent.parent / "data"
SAMPLE = (DATA / "dongguan-2020.csv", "--scheme", DATA / "dongguan-2020.toml")


def plot(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "allocator", "plot", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def plot_here(*arguments: str | Path) -> int:
    """The same without a new process, for speed: the exit code."""
    try:
        return main(["plot", *map(str, arguments)])
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.mark.parametrize(
    ("kind", "ending", "begins"),
    [("ranked", "png", b"\x89PNG"), ("sources", "svg", b"<?xml"), ("map", "pdf", b"%PDF")],
)
def test_kinds_and_formats(kind: str, ending: str, begins: bytes, tmp_path: Path) -> None:
    picture = tmp_path / f"图.{ending}"
    done = plot(*SAMPLE, "--kind", kind, "-o", picture)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"已写出 {picture}" in done.stderr
    assert picture.read_bytes().startswith(begins)


SCENARIOS = ("--scenarios", DATA / "scenarios.toml")


@pytest.mark.parametrize(
    "arguments",
    [
        ("dumbbell", *SCENARIOS, "--scenario", "余额口径"),
        ("lorenz", *SCENARIOS),
        ("bands", "--pool", "民生微心愿"),
        ("ternary", "--town", "虎门"),
        ("trade-off", "--problem", DATA / "problem-max-min.toml"),
        ("ranges", "--problem", DATA / "problem-max-min.toml"),
        ("optimum", "--problem", DATA / "problem-max-min.toml"),
        ("tornado", "--town", "虎门"),
        ("path", "--factor", "gdp"),
        ("ranks",),
        ("errors", "--error", "3%"),
        ("sobol",),
    ],
)
def test_kinds_of_the_laboratory(arguments: tuple[str | Path, ...], tmp_path: Path) -> None:
    picture = tmp_path / "图.png"
    assert plot_here(*SAMPLE, "-o", picture, "--kind", *arguments) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_waterfall_takes_the_beginning_of_a_name(tmp_path: Path) -> None:
    picture = tmp_path / "东城.png"
    assert plot_here(*SAMPLE, "--kind", "waterfall", "--town", "东城", "-o", picture) == 0
    assert picture.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--kind", "waterfall"), "请加 --town 镇街名称"),
        (("--kind", "waterfall", "--town", "广州市"), "没有“广州市”"),
        (("--kind", "ternary"), "请加 --town 镇街名称"),
        (("--kind", "dumbbell"), "请加 --scenarios 情景.toml"),
        (("--kind", "dumbbell", *SCENARIOS, "--scenario", "无"), "可选：村数权重提高"),
        (("--kind", "bands", "--pool", "无"), "可选：micro_projects、micro_wishes"),
        (("--kind", "trade-off"), "请加 --problem 问题.toml"),
        (("--kind", "tornado"), "请加 --town 镇街名称"),
        (("--kind", "dumbbell", "--scenarios", "无.toml"), "无法读取情景文件"),
        (("--kind", "pie"), "--kind 没有 'pie'"),
        (("--kind", "ranked", "-o", "图.gif"), "图片文件名须以 .png、.svg、.pdf 结尾"),
    ],
)
def test_mistakes_are_named_and_nothing_is_written(
    arguments: tuple[str | Path, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plot_here(*SAMPLE, *arguments) == 2
    assert message in capsys.readouterr().err
    assert not Path("图.gif").exists()


def test_other_funds_have_no_map_and_may_name_no_sources(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, scheme = tmp_path / "表.csv", tmp_path / "方案.toml"
    table.write_text("县,人数\n甲县,1\n乙县,2\n", encoding="utf-8")
    scheme.write_text(
        '[scheme]\nname = "某基金"\nstatus = "official"\n[[pool]]\nid = "p"\nname = "池"\n'
        'budget = "3"\nfactors = [{ column = "人数", weight = "1" }]\n',
        encoding="utf-8",
    )
    for kind, message in (
        ("map", "只适用于东莞市"),
        ("lorenz", "没有人口"),
        ("ternary", "只能画三个"),
        ("sources", "没有写资金来源"),
    ):
        picture = tmp_path / "图.png"
        given = (table, "--scheme", scheme, "--kind", kind, "--town", "甲县", "-o", picture)
        assert plot_here(*given) == 2
        assert message in capsys.readouterr().err
    assert not (tmp_path / "图.png").exists()


def test_contradictory_conditions_have_no_curve(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = tmp_path / "问题.toml"
    text = (DATA / "problem-conflict.toml").read_text(encoding="utf-8")
    problem.write_text(text + '\n[against]\nkind = "min_max_deviation"\n', encoding="utf-8")
    picture = tmp_path / "图.png"
    assert plot_here(*SAMPLE, "--kind", "trade-off", "--problem", problem, "-o", picture) == 2
    assert "没有一组权重能满足全部条件" in capsys.readouterr().err
    assert not picture.exists()


def test_every_kind_is_in_the_help() -> None:
    help_text = plot("-h").stdout
    for kind in KINDS:
        assert f"  {kind} " in help_text
