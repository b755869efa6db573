"""A spreadsheet program, told to recalculate everything, changes no cell of the workbook."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from allocator.excel.strict.book import SeenCell
from tests.excel.official.official_funds import FUNDS, answer_of, written
from tests.excel.stored import compare, read_stored

IN_WAN = ("sample", "remainder", "by_formula")
CASES = [(name, "元") for name in FUNDS] + [(name, "万元") for name in IN_WAN]
#: 0: always recalculate on load. Any other value keeps what is stored, or writes nothing.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item></oor:items>
"""


Alter = Callable[[Any], None]


def put(sheet: str, **values: float) -> Alter:
    def alter(book: Any) -> None:
        for cell, value in values.items():
            book[sheet][cell] = value

    return alter


#: What an official may change by hand: a figure of the inputs, of a working paper, of an annex.
CHANGES: dict[str, Alter] = {
    "a datum of the inputs": put("镇街基础数据", D4=999.0),
    "a datum of the paper": put("附表2-1", D7=999.0),
    "an amount of the paper": put("附表2-1", P7=1.0),
    "a budget": put("附表2-1", P41=100_000_000),
    "a weight of nought": put("附表2-1", G6=0, H6=0.7),
    "a town of nought": put("附表2-1", C7=0, D7=0, E7=0),
    "an unspent sum": put("附表3", D6=123_456.78),
}
DATA = "底稿与镇街基础数据相同的镇街数"
BROKEN: dict[str, list[str]] = {
    "a datum of the inputs": [DATA],
    "a datum of the paper": [DATA],
    "an amount of the paper": ["测算底稿应分配额合计 = 资金总额"],
    "a budget": ["各来源拆分合计 = 资金总额"],
    "a weight of nought": [],
    "a town of nought": [DATA] * 3,
    "an unspent sum": [],
}


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    """All workbooks through LibreOffice in one start; a false cell proves that it recalculates."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        assert not os.environ.get("ALLOCATOR_NEEDS_LIBREOFFICE"), "LibreOffice is not installed"
        pytest.skip("LibreOffice is not installed: nothing here can recalculate a workbook")
    folder = tmp_path_factory.mktemp("recalculation")
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    names = {f"{k}.xlsx": case for k, case in enumerate(CASES)}
    for file, case in names.items():
        (folder / file).write_bytes(written(*case))
    for change, alter in CHANGES.items():
        names[f"{change}.xlsx"] = ("sample", change)
        (folder / f"{change}.xlsx").write_bytes(_changed(alter))
    (folder / "false.xlsx").write_bytes(_with_false_value())
    out = folder / "out"
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(out)]
    command += [str(folder / file) for file in (*names, "false.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    missing = [file for file in (*names, "false.xlsx") if not (out / file).exists()]
    assert not missing, f"LibreOffice wrote nothing for {missing}"
    probe = read_stored((out / "false.xlsx").read_bytes())[0].cells[2, 0]
    assert probe.value == 2, "LibreOffice did not recalculate"
    return {case: (out / file).read_bytes() for file, case in names.items()}


def _changed(alter: Callable[[Any], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(written("sample")))
    alter(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _with_false_value() -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet()
    sheet.write_number("A1", 1)
    sheet.write_formula("A2", "=A1+1", None, 99)
    book.close()
    return content.getvalue()


def _cells(content: bytes) -> dict[tuple[str, int, int], SeenCell]:
    return {(s.name, *place): cell for s in read_stored(content) for place, cell in s.cells.items()}


def _is_one_call(formula: str) -> bool:
    """Whether the first bracket closes at the end: ROUND(x,2), not ROUND(x,2)/ABS(y)."""
    depth = 0
    for place, sign in enumerate(formula):
        depth += (sign == "(") - (sign == ")")
        if sign == ")" and not depth:
            return place == len(formula) - 1
    return False


def _is_same(stored: SeenCell, computed: SeenCell) -> bool:
    """Rounded cells (amounts, ranks, remainders) to the last bit; shares to 14 digits of 15."""
    before, after = stored.value, computed.value
    if isinstance(before, float) and isinstance(after, float):
        is_rounded = stored.formula.startswith("ROUND(") and _is_one_call(stored.formula)
        return before == after or (not is_rounded and abs(before - after) <= 1e-14 * abs(before))
    return before == after


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_no_cell_changes(case: tuple[str, str], recalculated: dict[tuple[str, str], bytes]) -> None:
    before, after = _cells(written(*case)), _cells(recalculated[case])
    assert before.keys() == after.keys()
    assert {p: (c, after[p]) for p, c in before.items() if not _is_same(c, after[p])} == {}


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_saving_anew_is_no_alarm(
    case: tuple[str, str], recalculated: dict[tuple[str, str], bytes]
) -> None:
    assert compare(read_stored(written(*case)), read_stored(recalculated[case])) == []


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_runs_through_the_annexes_and_shows_where_totals_part(
    change: str, recalculated: dict[tuple[str, str], bytes]
) -> None:
    sheets = read_stored(recalculated["sample", change])
    texts = [str(c.value) for sheet in sheets for c in sheet.cells.values()]
    assert not any(text.startswith(("#", "Err:")) for text in texts)
    before = _cells(written("sample"))
    if change != "a datum of the inputs":
        after = _cells(recalculated["sample", change])
        assert any(before[p].value != c.value for p, c in after.items() if p[0] == "附表1")
    balances = next(sheet for sheet in sheets if sheet.name == "平衡校验").cells
    broken = [str(balances[row, 2].value) for (row, _), c in balances.items() if c.value == "不符"]
    assert [name.partition("：")[0] for name in broken] == BROKEN[change]


@pytest.mark.parametrize("name", FUNDS)
def test_formulas_are_given_up_only_for_a_reason(name: str) -> None:
    """By pool: everything held by bounds, more than 10 亿 yuan, a tie under a divisor method, `nearest`,
    and rules that leave no plain split and have no formula of their own to show.
    """
    without = {"all_held": [0], "large": [0], "ties": [2], "adjusted": [3]}
    without |= {"methods": [3], "by_groups": [1]}
    sheets = [s for s in read_stored(written(name)) if s.name.startswith("附表2")]
    values = [k for k, s in enumerate(sheets) if not any(c.formula for c in s.cells.values())]
    assert values == without.get(name, [])
    assert len(sheets) == len(answer_of(name).pools)


def test_a_column_that_no_double_can_tell_stands_as_values_and_says_why() -> None:
    sheet = next(s for s in read_stored(written("derived")) if s.name == "附表2")
    header, column = next((r, c) for (r, c), x in sheet.cells.items() if x.value == "相近")
    below = [c for (row, at), c in sheet.cells.items() if at == column and row > header + 1]
    assert {c.value for c in below} - {None, ""} == {0.0}
    assert not any(c.formula for c in below)
    notes = "".join(str(c.value) for c in sheet.cells.values() if "数值" in str(c.value))
    assert "“相近”为数值（相近的数相减" in notes
