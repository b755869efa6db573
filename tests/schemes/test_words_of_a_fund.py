"""The workbook of a fund with words of its own says none of a Chinese city's."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from matplotlib.text import Text

import allocator
from allocator.cli import main
from allocator.excel.official import official_workbook
from allocator.plots.bars import stacked_sources
from allocator.plots.page import _render

DATA = Path(__file__).parents[2] / "data"
#: The sheets that hold the input as a form: their labels are what the program reads them by.
FORM = ("镇街基础数据", "分配方案", "数据来源")
#: Fund, and the words of a city that none of its sheets may say. 元 alone is Chinese money.
FUNDS = {
    "us-crf-2020": r"镇|市级|试点|(?<!美)元",
    "de-kita-2013-14": r"镇|市级|试点|(?<!欧)元",
    "au-tas-2024-25": r"镇街|市级|(?<!澳)元",
    "cn-public-health-2020": r"镇|市级|试点",
    "us-srts-2008": r"镇|市级|试点|(?<!美)元",
    "in-devolution-2021-22": r"镇|市级|试点|(?<!卢)元",
    "cn-dazu-2022": r"市级|试点",
}


def texts(name: str) -> Iterator[str]:
    answer = allocator.allocate(*allocator.load(DATA / f"{name}.csv", DATA / f"{name}.toml"))
    book = openpyxl.load_workbook(io.BytesIO(official_workbook(answer)))
    for sheet in book.worksheets:
        for row in sheet.iter_rows() if sheet.title not in FORM else ():
            for cell in row:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    yield f"{sheet.title} {cell.coordinate} {cell.value}"
    yield answer.explain(answer.recipients.towns[0])


@pytest.mark.parametrize(("name", "words"), FUNDS.items())
def test_no_word_of_a_city_in_the_workbook_of_a_fund_that_has_none(name: str, words: str) -> None:
    found = [text for text in texts(name) if re.search(words, text.replace("镇街基础数据", ""))]
    assert found == []


def terminal(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the commands print of a fund, warnings included."""
    table, rules = str(DATA / f"{name}.csv"), str(DATA / f"{name}.toml")
    given = [table, "--scheme", rules]
    first = allocator.load(table, rules)[0].towns[0]
    changed = tmp_path / "changed.toml"
    text = (DATA / f"{name}.toml").read_text(encoding="utf-8")
    changed.write_text(re.sub(r'name( +)= "', r'name\1= "B ', text, count=1), encoding="utf-8")
    book = tmp_path / "out.xlsx"
    commands = [
        ["run", *given, "-o", str(book)],
        ["explain", table, first, "--scheme", rules],
        ["diff", table, table, "--old-scheme", rules, "--new-scheme", str(changed)],
        ["verify", str(book)],
    ]
    if name == "us-crf-2020":
        commands.append(["sensitivity", *given])
    for command in commands:
        assert main(command) in (0, None), (command, capsys.readouterr().err)
    printed = capsys.readouterr()
    return printed.out + printed.err


@pytest.mark.parametrize(("name", "words"), FUNDS.items())
def test_no_word_of_a_city_on_the_terminal(
    name: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = terminal(name, tmp_path, capsys).splitlines()
    assert len(lines) > 20
    assert [line for line in lines if re.search(words, line.replace("镇街基础数据", ""))] == []


def test_no_word_of_a_city_in_a_figure() -> None:
    answer = allocator.allocate(
        *allocator.load(DATA / "us-srts-2008.csv", DATA / "us-srts-2008.toml")
    )
    figure = stacked_sources(answer)
    svg = _render(figure, "svg")
    texts = [text.get_text() for text in figure.findobj(Text)]
    assert svg
    assert [text for text in texts if re.search(FUNDS["us-srts-2008"], text)] == []
    assert any("美元" in text for text in texts)


def test_public_health_by_the_five_tiers_of_the_central_share() -> None:
    """74 yuan a head: 80 % of it for 青海's 5,923,957 people, 10 % for 北京's 21,893,095."""
    answer = allocator.allocate(
        *allocator.load(DATA / "cn-public-health-2020.csv", DATA / "cn-public-health-2020.toml")
    )
    amounts = dict(zip(answer.recipients.towns, answer.pools[0].entitlement, strict=True))
    wan = {town: amount // 1_000_000 for town, amount in amounts.items()}
    assert (wan["青海"], wan["北京"]) == (35_070, 16_201)
    assert sum(answer.recipients.numbers["population"]) == 1_409_778_724
