"""The official workbook: exact values, the same bytes everywhere, text that stays text, layout."""

from __future__ import annotations

import functools
import hashlib
import io
import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from allocator import Fen, Recipients, Scheme, allocate, load
from allocator.excel.official import official_workbook
from allocator.fund.rules import Factor, Pool
from allocator.fund.scheme import DRAFT_MARK
from tests.conftest import DATA
from tests.excel.official.official_funds import FUNDS, answer_of, written
from tests.excel.stored import read_stored

ROOT = Path(__file__).parents[3]
INPUTS = ("镇街基础数据", "分配方案", "数据来源")


every_fund = pytest.mark.parametrize("name", FUNDS)


@functools.cache
def sheets(name: str, unit: str = "元") -> dict[str, Worksheet]:
    content = io.BytesIO(written(name, unit))
    return {sheet.title: sheet for sheet in openpyxl.load_workbook(content, data_only=True)}


def column(sheet: Worksheet, header: str, group: str = "") -> list[object]:
    """The cells under a header, from the first town to the last."""
    inside = not group
    for row in sheet.iter_rows(min_row=4, max_row=5):
        for cell in row:
            text = str(cell.value or "").replace("\n", "")
            above = sheet.cell(cell.row - 1, cell.column)
            inside = not group or _group(sheet, above.row, above.column) == group
            if text == header and inside:
                return _towns(sheet, cell.column)
    raise AssertionError(f"no column {group} {header}")


def _group(sheet: Worksheet, row: int, column: int) -> str:
    while column > 1 and sheet.cell(row, column).value is None:
        column -= 1
    return str(sheet.cell(row, column).value)


def _towns(sheet: Worksheet, column: int) -> list[object]:
    rows = [row for row in range(5, sheet.max_row + 1) if isinstance(sheet.cell(row, 1).value, int)]
    return [sheet.cell(row, column).value for row in rows]


def fen(cells: list[object], unit: int = 100) -> list[int]:
    """Stored numbers as fen: each the shortest decimal of its double, and whole fen exactly."""
    exact = [Fraction(repr(cell)) * unit if cell is not None else Fraction(0) for cell in cells]
    assert all(amount.denominator == 1 for amount in exact)
    return [amount.numerator for amount in exact]


@pytest.mark.parametrize(("unit", "factor"), [("元", 100), ("万元", 1_000_000)])
def test_stored_values_are_the_engines_fen(unit: str, factor: int) -> None:
    answer = answer_of("sample")
    projects, wishes = answer.pools
    settled, other = projects.settlement, answer.other_reading
    assert settled is not None
    assert other is not None
    book = sheets("sample", unit)
    first, pilot = book["附表1"], book["附表3"]
    expected = {
        ("应分配额", "民生微实事"): projects.entitlement,
        ("已拨试点经费", "民生微实事"): settled.advance,
        ("扣回", "民生微实事"): settled.recovered,
        ("待收回", "民生微实事"): settled.outstanding,
        ("本次核拨", "民生微实事"): projects.payment,
        ("民生微心愿核拨", ""): wishes.payment,
        ("市级本次核拨合计", ""): answer.payment,
        ("应配套金额", ""): tuple(match.required for match in answer.matching),
    }
    for (header, group), amounts in expected.items():
        assert fen(column(first, header, group), factor) == list(amounts), header
    assert fen(column(pilot, "本次核拨", "余额口径（对照）"), factor) == list(other.payment)
    assert fen(column(book["附表2-1"], "应分配额"), factor) == list(projects.entitlement)
    assert fen(column(book["附表2-2"], "应分配额"), factor) == list(wishes.entitlement)
    assert fen(column(book["附表4"], "应配套金额"), factor) == [
        match.required for match in answer.matching
    ]
    for j, source in enumerate(projects.pool.sources):
        amounts = [row[j] for row in projects.by_source]
        assert fen(column(book["附表5"], source.name), factor) == amounts


@every_fund
def test_entitlements_and_payments_of_every_fund(name: str) -> None:
    answer, book = answer_of(name), sheets(name)
    for p, result in enumerate(answer.pools, 1):
        paper = "附表2" if len(answer.pools) == 1 else f"附表2-{p}"
        assert fen(column(book[paper], "应分配额")) == list(result.entitlement)
    word = "应" if any(result.instalments for result in answer.pools) else "本次"
    if len(answer.pools) > 1:
        payer = answer.scheme.naming.payer or "市级"
        assert fen(column(book["附表1"], f"{payer}{word}核拨合计")) == list(answer.payment)


@pytest.mark.parametrize("name", ["sample", "methods", "adjusted"])
def test_the_notes_are_paragraphs_with_fingerprints_at_the_end(name: str) -> None:
    sheet = sheets(name)["说明"]
    lines = [str(row[0].value) for row in sheet.iter_rows(min_row=4)]
    headings = [line for line in lines if re.match("[一二三四五六]、", line)]
    assert [heading[0] for heading in headings] == list("一二三四五六")[: len(headings)]
    assert headings[-1].endswith("指纹（SHA-256）")
    prose = lines[: lines.index(headings[-1])]
    assert not [line for line in prose if line[0] in "，。、；：！？）》”％"]
    rows = [k for k, line in enumerate(prose, 4) if line not in headings]
    assert {sheet.row_dimensions[row].height for row in rows} == {15.75}
    tail = dict(row[:2] for row in sheet.iter_rows(min_row=4, values_only=True))
    assert tail["指纹：结果"] == answer_of(name).fingerprint["result_sha256"]


def test_what_is_paid_in_rounds_is_called_so_on_every_sheet() -> None:
    texts = [
        str(cell.value)
        for name, sheet in sheets("adjusted").items()
        if name.startswith("附表")
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert not [text for text in texts if "本次核拨" in text]
    pilot = next(s for s in sheets("adjusted").values() if "试点经费结算表" in str(s["A2"].value))
    assert fen(column(pilot, "应核拨")) == list(answer_of("adjusted").pools[0].payment)


@every_fund
def test_no_cell_is_an_error_and_no_formula_lacks_its_value(name: str) -> None:
    for sheet in read_stored(written(name)):
        for place, cell in sheet.cells.items():
            assert not str(cell.value).startswith("#"), (sheet.name, place)
            assert cell.value is not None, (sheet.name, place, cell.formula)


@every_fund
def test_inputs_can_be_read_back(name: str, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(written(name))
    recipients, scheme = load(path)
    assert scheme == answer_of(name).scheme
    assert allocate(recipients, scheme).fingerprint == answer_of(name).fingerprint


def test_text_stays_text() -> None:
    book = sheets("plain")
    texts = [book["附表1"].cell(row, 2) for row in (5, 6, 7, 8)]
    assert [cell.value for cell in texts] == ["=1+1", "+86", "-丙", "@丁"]
    assert all(cell.data_type == "s" for cell in texts)
    formulas = [c.formula for s in read_stored(written("plain")) for c in s.cells.values()]
    assert not any(formula.startswith(("1+1", "=")) for formula in formulas)


PROGRAM = """
import hashlib
from tests.conftest import DATA
from tests.excel.official.official_funds import FUNDS
from allocator.excel.official import official_workbook
for name in ("sample", "remainder"):
    print(hashlib.sha256(official_workbook(FUNDS[name]())).hexdigest())
"""


def test_same_bytes_in_every_process_zone_locale_and_hash_seed() -> None:
    runs = set()
    for zone, seed, locale in [("UTC", "0", "C"), ("Asia/Shanghai", "12345", "zh_CN.UTF-8")]:
        changed = {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, **changed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        runs.add(done.stdout)
    assert len(runs) == 1
    assert re.fullmatch(r"([0-9a-f]{64}\n){2}", runs.pop())


def test_same_bytes_after_other_workbooks() -> None:
    code = "from tests.excel.official.test_official_workbook import sample_digest; print(sample_digest())"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    sample_digest()
    assert run.stdout.strip() == sample_digest()


def sample_digest() -> str:
    answer = allocate(*load(ROOT / "data" / "dongguan-2020.xlsx"))
    return hashlib.sha256(official_workbook(answer)).hexdigest()


def test_every_annex_is_marked_and_set_for_paper() -> None:
    book = sheets("sample")
    annexes = [sheet for name, sheet in book.items() if name.startswith(("附表", "平衡", "说明"))]
    assert len(annexes) == 8
    for sheet in annexes:
        assert sheet["A3"].value == DRAFT_MARK, sheet.title
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)  # the default is 1
        assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert sheet["A2"].font.name == "方正小标宋简体"
    assert set(INPUTS) <= set(book)


def test_an_official_scheme_has_no_draft_mark() -> None:
    for title, sheet in sheets("carry").items():
        if title not in INPUTS:
            texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
            assert not any("测算稿" in text for text in texts), title


@every_fund
def test_columns_are_wide_enough_for_their_figures(name: str) -> None:
    """A figure that does not fit shows as ####; at 11 points a digit takes about one unit."""
    for title, sheet in sheets(name).items():
        if not title.startswith(("附表", "平衡")):
            continue
        widths = {}
        for dimension in sheet.column_dimensions.values():
            widths |= dict.fromkeys(range(dimension.min, dimension.max + 1), dimension.width)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    places = len(str(cell.number_format).partition(".")[2].rstrip("%"))
                    digits = len(f"{cell.value:,.{places}f}")
                    assert widths[cell.column] >= digits * 1.04 + 1, (title, cell.coordinate)


PAGE = 770, 512  # what A4 landscape leaves inside the margins, in points


def test_every_annex_can_be_read_on_paper() -> None:
    """Fitted on a page, its text of 11 points keeps at least 7."""
    for title, sheet in sheets("sample").items():
        if title.startswith("附表"):
            widths: dict[int, float] = {}
            for dimension in sheet.column_dimensions.values():
                widths |= dict.fromkeys(range(dimension.min, dimension.max + 1), dimension.width)
            wide = sum(0.75 * (7 * width + 5) for width in widths.values())
            tall = sum(d.height or 15 for d in sheet.row_dimensions.values())
            assert 11 * min(1, PAGE[0] / wide, PAGE[1] / tall) > 7, title
            texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
            assert sum(text.startswith("填表人：") for text in texts) == 1, title


def test_placeholders_are_shaded_wherever_they_are_shown() -> None:
    recipients, scheme = load(DATA / "dongguan-2020.csv", DATA / "dongguan-2020.toml")
    content = io.BytesIO(official_workbook(allocate(recipients, scheme)))
    book = openpyxl.load_workbook(content)
    shaded = {
        sheet.title: sum(c.fill.fgColor.rgb == "FFFFF2CC" for row in sheet.iter_rows() for c in row)
        for sheet in book
        if sheet.title.startswith("附表")
    }
    everyone, pilots = 33, 10
    assert shaded == {
        "附表1": everyone,
        "附表2-1": 0,
        "附表2-2": everyone,
        "附表3": pilots,
        "附表4": everyone,
        "附表5": 0,
    }


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown unit"):
        official_workbook(answer_of("plain"), unit="亿元")


def test_rounding_each_by_itself_says_who_took_the_difference() -> None:
    towns = Recipients.from_columns(["甲", "乙", "丙"], {"villages": [1, 1, 1]})
    pool = Pool("a", "甲池", Fen(100), (Factor(Fraction(1), "villages"),), method="nearest")
    content = official_workbook(allocate(towns, Scheme("S", (pool,))))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["附表2"]
    assert column(sheet, "尾差", "取整")[:3] == [0.01, None, None]


@pytest.mark.parametrize("name", ["every_method", "base_and_bounds", "coefficients", "many"])
def test_a_fund_without_a_pilot_does_not_speak_of_one(name: str) -> None:
    texts = [
        str(cell.value)
        for sheet in sheets(name).values()
        for row in sheet.iter_rows()
        for cell in row
    ]
    answer = answer_of(name)
    texts += [answer.explain(answer.recipients.towns[0]), *(i.name for i in answer.identities)]
    assert [text for text in texts if "试点" in text] == []
