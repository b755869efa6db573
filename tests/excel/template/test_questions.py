"""A fund made by answering questions, from nothing to its workbook."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from allocator import InputError, allocate, load
from allocator.base.files import FileBytes
from allocator.cli import main
from allocator.excel.template.name_list import read_names
from allocator.excel.template.questions import factors, items, names, rates, sources, yuan

ANSWERS = """2024年义务教育补助资金
×财教〔2024〕5号
区县
甲区、乙区、丙区、丁县、戊县、己县、庚县
义务教育补助
教育部 2000万，财政部 500.5万
学生人数（人） 50%，校舍（平方米） 30%，人均财力（元） 19.98% 反向
学生人数（人） 50%，校舍（平方米） 30%，人均财力（元） 20% 反向
1000000
600万
100

30%
"""


def fill_in(path: Path) -> None:
    """What the officer types into the table."""
    book = openpyxl.load_workbook(path)
    sheet = book["镇街基础数据"]
    for cell in sheet[3]:
        wanted = cell.value and cell.value.startswith(("学生", "校舍", "人均"))
        if wanted and "状态" not in cell.value:
            for row in range(4, 11):
                sheet.cell(row, cell.column).value = 1000 + 37 * row * cell.column
    book.save(path)


def test_a_fund_of_seven_districts_without_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "教育.xlsx", tmp_path / "结果.xlsx"
    monkeypatch.setattr("sys.stdin", io.StringIO(ANSWERS))
    assert main(["template", "--new", "-o", str(path)]) == 0
    assert "权重合计为 99.98%，不是 100%" in capsys.readouterr().err
    fill_in(path)
    answer = allocate(*load(path))
    (pool,) = answer.pools
    assert sum(pool.entitlement) == 2_500_500_000
    assert {fen % 10_000 for fen in pool.entitlement} == {0}
    assert all(100_000_000 <= fen <= 600_000_000 for fen in pool.entitlement)
    assert {match.rate for match in answer.matching} == {Fraction(3, 10)}
    assert answer.scheme.naming.recipient == "区县"
    assert main(["run", str(path), "-o", str(out)]) == 0
    assert main(["verify", str(out), "--input", str(path)]) == 0


def test_questions_that_end_too_soon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("某资金\n"))
    assert main(["template", "--new", "-o", str(tmp_path / "新.xlsx")]) == 2


def test_what_is_typed() -> None:
    assert items("甲 1,000，乙 2；丙、丁") == ["甲 1,000", "乙 2", "丙", "丁"]
    assert names("甲区 乙区、丙区") == ("甲区", "乙区", "丙区")
    assert [s["amount"] for s in sources("甲部1.5亿元；乙部：3,000,000")] == [
        *("150000000.00", "3000000.00"),
    ]
    assert [f["weight"] for f in factors("人口 33.33%、面积（平方公里） 66.67％ 反向")] == [
        *("0.3333", "0.6667"),
    ]
    assert rates("30%") == {"rate": "30%"}
    assert rates("一类 100%，二类 50%") == {"rates": {"一类": "100%", "二类": "50%"}}
    assert rates("") == {}


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (yuan, "很多"),
        (yuan, "0.001"),
        (yuan, "100；600万"),
        (factors, "人口 1.2.3%"),
        (sources, "2000万"),
        (factors, "人口 一半"),
        (rates, "一半"),
    ],
)
def test_what_is_not_understood(read: object, text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):  # what is wrong is the text itself
        read(text)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("区县,电话\n甲区,1\n乙区,2\n合计,3\n", ("区县", ("甲区", "乙区"))),
        ("甲校\n乙校\n丙校\n", ("", ("甲校", "乙校", "丙校"))),
        ("1,甲校\n2,乙校\n", ("", ("甲校", "乙校"))),
    ],
)
def test_names_from_a_list(text: str, found: tuple[str, tuple[str, ...]]) -> None:
    assert read_names(FileBytes("名单.csv", text.encode())) == found


def test_a_list_without_names_or_with_one_twice() -> None:
    with pytest.raises(InputError, match="没有找到"):
        read_names(FileBytes("名单.csv", b"1,2\n3,4\n"))
    with pytest.raises(InputError, match="出现 2 次"):
        read_names(FileBytes("名单.csv", "区县\n甲区\n甲区\n".encode()))


def test_a_scheme_with_a_list(tmp_path: Path) -> None:
    data = Path(__file__).parents[3] / "data"
    towns, out = tmp_path / "名单.csv", tmp_path / "模板.xlsx"
    towns.write_text("区县\n甲区\n乙区\n", encoding="utf-8")
    scheme = str(data / "au-tas-2024-25.toml")
    assert main(["template", "--scheme", scheme, "--towns", str(towns), "-o", str(out)]) == 0
    sheet = openpyxl.load_workbook(out)["镇街基础数据"]
    assert [sheet.cell(r, 2).value for r in (3, 4, 5, 6)] == ["区县", "甲区", "乙区", None]
