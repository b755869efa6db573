"""run, explain, diff and verify, started as a user starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

from allocator import Fen, Recipients, Scheme, allocate
from allocator.cli import main
from allocator.cli.parsing import COMMANDS
from allocator.cli.run import summary
from allocator.fund.rules import Factor, Pool

DATA = Path(__file__).parents[2] / "data"
SAMPLE = DATA / "dongguan-2020.xlsx"


def start(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "allocator", *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=cwd,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "ascii"},  # a system without Chinese
    )


def test_run_writes_the_workbook_and_the_record(tmp_path: Path) -> None:
    out, record = tmp_path / "结果.xlsx", tmp_path / "结果.json"
    ran = start("run", SAMPLE, "-o", out, "--json", record)
    assert ran.returncode == 0, ran.stderr
    assert (
        "合计           84,062,389.56   21,000,000.00  105,062,389.56  87,794,591.13" in ran.stdout
    )
    assert "测算稿 — 权重待核定" in ran.stdout
    assert "示例数据" in ran.stderr
    answer = json.loads(record.read_text(encoding="utf-8"))
    assert answer["status"] == "draft"
    first = answer["pools"][0]["rows"][0]
    assert (first["town"], first["entitlement_fen"]) == ("东城街道", 495984441)
    assert first["share"] == "59387097971/1250769167725"
    assert all(identity["holds"] for identity in answer["identities"])
    checked = start("verify", out, "--input", SAMPLE)
    assert (checked.returncode, "结论：一致" in checked.stdout) == (0, True)


def test_the_default_name_is_in_reports(tmp_path: Path) -> None:
    ran = start("run", SAMPLE, cwd=tmp_path)
    assert ran.returncode == 0
    assert [path.name for path in (tmp_path / "reports").iterdir()] == [
        "dongguan-2020-分配结果.xlsx"
    ]


def test_json_alone_goes_to_the_screen_and_writes_nothing(tmp_path: Path) -> None:
    ran = start("run", SAMPLE, "--json", "-", cwd=tmp_path)
    assert json.loads(ran.stdout)["matching"][0]["required_fen"] == 408623162
    assert list(tmp_path.iterdir()) == []


def test_a_table_with_a_scheme_gives_the_same_result(tmp_path: Path) -> None:
    table = start(
        "run", DATA / "dongguan-2020.csv", "--scheme", DATA / "dongguan-2020.toml", "--json", "-"
    )
    book = start("run", SAMPLE, "--json", "-", cwd=tmp_path)
    assert json.loads(table.stdout)["fingerprint"] == json.loads(book.stdout)["fingerprint"]


def test_every_mistake_at_once_and_nothing_written(tmp_path: Path) -> None:
    text = (DATA / "dongguan-2020.csv").read_text(encoding="utf-8-sig")
    bad = tmp_path / "bad.csv"
    bad.write_text(
        text.replace(",595.62,", ",约595亿,").replace(",1769,", ",-5,"), encoding="utf-8"
    )
    scheme = tmp_path / "bad.toml"
    rules = (DATA / "dongguan-2020.toml").read_text(encoding="utf-8")
    scheme.write_text(rules.replace('weight = "0.30"', 'weight = "0.35"', 1), encoding="utf-8")
    out, marked = tmp_path / "out.xlsx", tmp_path / "标注.xlsx"
    out.write_bytes(b"old")
    ran = start("run", bad, "--scheme", scheme, "-o", out, "--marked", marked)
    assert ran.returncode == 2
    assert "错误 3 处" in ran.stderr
    assert "bad.csv!E2" in ran.stderr
    assert "bad.csv!G2" in ran.stderr
    assert "权重合计为 1.05，不等于 1" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert out.read_bytes() == b"old"
    assert marked.exists()


def test_the_input_is_never_written_to(tmp_path: Path) -> None:
    book = tmp_path / "in.xlsx"
    book.write_bytes(SAMPLE.read_bytes())
    for options in (["-o", book], ["--json", book]):
        ran = start("run", book, *options)
        assert ran.returncode == 2
        assert "同一个文件" in ran.stderr
    assert book.read_bytes() == SAMPLE.read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ["diff", SAMPLE, "in.xlsx", "-o", "in.xlsx"],
        ["diff", "in.xlsx", SAMPLE, "-o", "./in.xlsx"],
        ["sensitivity", "in.xlsx", "-o", "in.xlsx"],
        ["plot", "in.xlsx", "--kind", "ranked", "-o", "in.xlsx"],
        ["run", "in.xlsx", "--marked", "in.xlsx"],
    ],
)
def test_no_command_writes_to_its_input(tmp_path: Path, words: list[object]) -> None:
    book = tmp_path / "in.xlsx"
    book.write_bytes(SAMPLE.read_bytes())
    ran = start(*words, cwd=tmp_path)
    assert (ran.returncode, "同一个文件" in ran.stderr) == (2, True)
    assert book.read_bytes() == SAMPLE.read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "a.xlsx", "--json", "./a.xlsx"], "两项输出"),
        (["-o", "结果"], "请写成 结果.xlsx"),
        (["-o", "结果.xls"], "请写成 结果.xlsx"),
    ],
)
def test_outputs_that_would_be_of_no_use(tmp_path: Path, options: list[str], said: str) -> None:
    ran = start("run", SAMPLE, *options, cwd=tmp_path)
    assert (ran.returncode, said in ran.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes")
def test_an_input_with_a_name_in_gbk(tmp_path: Path) -> None:
    book = tmp_path / os.fsdecode("数据.xlsx".encode("gbk"))
    book.write_bytes(SAMPLE.read_bytes())
    ran = start("run", book, "-o", tmp_path / "a.xlsx", "--json", tmp_path / "a.json")
    assert ran.returncode == 0, ran.stderr
    assert start("verify", tmp_path / "a.xlsx").returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
@pytest.mark.parametrize(
    "words", [["run", SAMPLE], ["diff", SAMPLE, SAMPLE], ["sensitivity", SAMPLE]]
)
def test_a_closed_pipe_does_not_cost_the_workbook(tmp_path: Path, words: list[object]) -> None:
    out = tmp_path / "out.xlsx"
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "allocator", *map(str, words), "-o", str(out)]
    with os.fdopen(writer, "wb") as pipe:
        ran = subprocess.run(
            command, stdout=pipe, stderr=subprocess.PIPE, check=False, encoding="utf-8"
        )
    assert (ran.returncode, out.exists()) == (141, True)
    assert f"已写出 {out}" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr


def test_a_defect_never_looks_like_a_failed_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("allocator.cli.run.answer_for", fail)
    assert main(["run", str(SAMPLE)]) == 3
    assert "这是程序的缺陷" in capsys.readouterr().err


def test_the_summary_of_many_recipients_takes_no_time() -> None:
    n = 20_000
    towns = [f"单位{i}" for i in range(n)]
    pool = Pool("p", "资金", Fen(10**9), (Factor(Fraction(1), "人口"),))
    answer = allocate(
        Recipients.from_columns(towns, {"人口": range(1, n + 1)}), Scheme("测试", (pool,))
    )
    start_time = time.process_time()
    table = summary(answer)
    assert time.process_time() - start_time < 2  # row by row over all payments it takes minutes
    assert table.total[1:] == (10**9, 10**9)


@pytest.mark.parametrize("asked", ["道滘镇", "道窖", "东莞市道滘镇"])
def test_explain_knows_variants_of_a_name(asked: str) -> None:
    ran = start("explain", SAMPLE, asked)
    assert ran.returncode == 0
    assert ran.stdout.startswith("道滘镇（序号 27）")
    assert "待收回 67,840.05 元" in ran.stdout


def test_explain_names_near_towns() -> None:
    ran = start("explain", SAMPLE, "大岭镇")
    assert (ran.returncode, "是否为：大岭山镇" in ran.stderr) == (2, True)


def test_a_refused_tie_stops_with_its_towns(tmp_path: Path) -> None:
    table, scheme = tmp_path / "t.csv", tmp_path / "s.toml"
    table.write_text("镇街,人口（人）\n甲镇,1\n乙镇,1\n丙镇,1\n", encoding="utf-8")
    scheme.write_text(
        '[scheme]\nname="测试"\n[[pool]]\nid="p"\nname="资金"\nbudget="1.00"\n'
        'factors=[{column="population",weight="1"}]\n',
        encoding="utf-8",
    )
    ran = start("run", table, "--scheme", scheme, "--tie", "refuse", cwd=tmp_path)
    assert ran.returncode == 2
    assert "甲镇、乙镇、丙镇 的尾数完全相同" in ran.stderr
    told = start("run", table, "--scheme", scheme, cwd=tmp_path)
    assert "尾数相同：甲镇、乙镇、丙镇；按“序号在前者先得”由 甲镇 各得 1 个单位" in told.stdout


def test_diff_prints_and_writes_the_comparison(tmp_path: Path) -> None:
    scheme = tmp_path / "new.toml"
    rules = (DATA / "dongguan-2020.toml").read_text(encoding="utf-8")
    scheme.write_text(
        rules.replace('basis         = "share"', 'basis = "remainder"'), encoding="utf-8"
    )
    out = tmp_path / "对照.xlsx"
    ran = start("diff", SAMPLE, SAMPLE, "--new-scheme", scheme, "-o", out)
    assert ran.returncode == 0, ran.stderr
    assert "调整对照表" in ran.stdout
    assert "方案：试点规则 +1,075,994.86" in ran.stdout
    assert out.exists()
    same = start("diff", SAMPLE, SAMPLE)
    assert "金额没有变动" in same.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "缺少参数：命令"),
        (["run"], "缺少参数：输入"),
        (["run", SAMPLE, "--unit", "亿"], "--unit 没有 '亿'，可选"),
        (["run", SAMPLE, "--nonsense"], "不认识的参数：--nonsense"),
        (["frobnicate"], "没有 'frobnicate'"),
    ],
)
def test_a_wrong_command_line_is_answered_in_chinese(words: list[object], said: str) -> None:
    ran = start(*words)
    assert ran.returncode == 2
    assert said in ran.stderr


def test_a_missing_file() -> None:
    ran = start("run", "没有.xlsx")
    assert (ran.returncode, "找不到文件" in ran.stderr) == (2, True)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_its_help(command: str) -> None:
    told = start(*filter(None, [command]), "-h")
    assert told.returncode == 0, told.stderr
    assert "用法：allocator" in told.stdout


def test_a_file_of_somebody_else_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "结果.xlsx"
    out.write_bytes(b"work of an afternoon")
    command = ["run", str(SAMPLE), "-o", str(out)]
    assert main(command) == 2
    assert "--force" in capsys.readouterr().err
    assert out.read_bytes() == b"work of an afternoon"
    assert main([*command, "--force"]) == 0
    assert main(command) == 0  # our own is replaced without a word


@pytest.mark.parametrize("words", [["diff", SAMPLE, SAMPLE], ["sensitivity", SAMPLE]])
def test_every_command_keeps_a_file_of_somebody_else(tmp_path: Path, words: list[object]) -> None:
    out = tmp_path / "签字件.xlsx"
    out.write_bytes(b"signed")
    assert main([*map(str, words), "-o", str(out)]) == 2
    assert out.read_bytes() == b"signed"


def test_the_screen_speaks_in_the_unit_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["run", str(SAMPLE), "-o", str(tmp_path / "结果.xlsx"), "--unit", "万元"]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert "预算 10,500.00 万元" in printed
    assert "单位：万元" in printed
    assert "10,506.238956" in printed


def test_a_difference_from_a_draft_is_a_draft(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    official = tmp_path / "正式.toml"
    text = (DATA / "dongguan-2020.toml").read_text(encoding="utf-8")
    official.write_text(text.replace('"draft"', '"official"'), encoding="utf-8")
    table, draft = str(DATA / "dongguan-2020.csv"), str(DATA / "dongguan-2020.toml")
    command = ["diff", table, table, "--old-scheme", draft, "--new-scheme", str(official)]
    assert main(command) == 0
    assert "测算稿 — 权重待核定" in capsys.readouterr().out
