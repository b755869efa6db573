"""`allocator plot`, started as a user starts it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

DATA = Path(__file__).parent.parent.parent / "data"
SAMPLE = (DATA / "dongguan-2020.csv", "--scheme", DATA / "dongguan-2020.toml")


def plot(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "allocator", "plot", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


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


def test_waterfall_takes_the_beginning_of_a_name(tmp_path: Path) -> None:
    picture = tmp_path / "东城.png"
    done = plot(*SAMPLE, "--kind", "waterfall", "--town", "东城", "-o", picture)
    assert done.returncode == 0
    assert picture.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--kind", "waterfall"), "请加 --town 镇街名称"),
        (("--kind", "waterfall", "--town", "广州市"), "没有“广州市”"),
        (("--kind", "pie"), "--kind 没有 'pie'"),
        (("--kind", "ranked", "-o", "图.gif"), "图片文件名须以 .png、.svg、.pdf 结尾"),
    ],
)
def test_mistakes_are_named_and_nothing_is_written(
    arguments: tuple[str, ...], message: str
) -> None:
    done = plot(*SAMPLE, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert not Path("图.gif").exists()


def test_other_funds_have_no_map_and_may_name_no_sources(tmp_path: Path) -> None:
    table, scheme = tmp_path / "表.csv", tmp_path / "方案.toml"
    table.write_text("县,人数\n甲县,1\n乙县,2\n", encoding="utf-8")
    scheme.write_text(
        '[scheme]\nname = "某基金"\nstatus = "official"\n[[pool]]\nid = "p"\nname = "池"\n'
        'budget = "3"\nfactors = [{ column = "人数", weight = "1" }]\n',
        encoding="utf-8",
    )
    for kind, message in (("map", "方格地图只适用于东莞市"), ("sources", "没有写资金来源")):
        done = plot(table, "--scheme", scheme, "--kind", kind, "-o", tmp_path / "图.png")
        assert done.returncode == 2
        assert message in done.stderr
    assert not (tmp_path / "图.png").exists()


def test_every_kind_is_in_the_help() -> None:
    help_text = plot("-h").stdout
    for kind in ("ranked", "sources", "waterfall", "map"):
        assert f"  {kind} " in help_text
