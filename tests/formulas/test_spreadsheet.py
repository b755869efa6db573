"""Live formulas: their text, and what LibreOffice makes of them against the exact values."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from fractions import Fraction
from math import inf

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

from allocator.formulas import (
    Cells,
    FormulaTable,
    ResultKind,
    evaluate,
    live_formula,
    read_formula,
    spreadsheet_errors,
)
from allocator.formulas.tree import Formula
from tests.formulas.formula_trees import COLUMNS, formulas

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item></oor:items>
"""
TABLE = FormulaTable(
    6,
    {
        "population": (120, 7, 33, 33, 50, 1),
        "spend": tuple(Fraction(n, 10) for n in (15, -3, 0, 28, 11, 20)),
        "rate": (
            Fraction(1),
            Fraction(1, 2),
            Fraction(4, 5),
            Fraction(-2),
            Fraction(4, 5),
            Fraction(0),
        ),
    },
    {"class": ("一类", "二类", "一类", "三类", "二类", "一类")},
)
LETTERS = {"population": "A", "spend": "B", "rate": "C", "class": "D"}
MASKS = (None, (True, False, True, True, True, True))
FIRST = 2
WRITTEN = [
    "rank(人口) + share(人口) × 100",
    "sum(max(标准支出 − 1, 0)) − min(系数, by = 地区类别)",
    "average(标准支出, weight = 人口, by = 地区类别)",
    "count(地区类别 = '一类' 且 人口 > 20)",
    "band(系数, {0.5: 1, 0.8: 2}, 3)",
    "lookup(系数, 1=1, 0.5=2, 0.8=3, -2=4, 0=5)",
    "if(标准支出 = 0, 0, 人口 ÷ 标准支出)",
    "tiers(标准支出, {0.5: 2, 1.5: 3}, 4) + sum(interpolate(人口, {10: 1, 60: 3}))",
    "median(标准支出) × percentile(系数, 0.3) + 人口 ^ 2 ÷ (标准支出 − 10) ^ 3 + abs(系数)",
    "round(标准支出 × 系数, 1) + roundup(人口 ÷ 7, 0)",
    "sum(lookup(地区类别, 一类=0.2, else=1) × 人口)",
    "sum(band(人口, {7: 1, 33: 2}, 3))",
    "large(人口, 1, by = 地区类别)",
    "sum(人口 × share(标准支出))",
    "人口 − (标准支出 − 系数) − share(人口) × (2 ÷ (1 + 人口))",
]


def written(masked: bool) -> Cells:  # noqa: FBT001
    last = FIRST + TABLE.rows - 1
    return Cells(
        lambda name: f"{LETTERS[name]}{FIRST}",
        lambda name: f"${LETTERS[name]}${FIRST}:${LETTERS[name]}${last}",
        TABLE.rows,
        f"$E${FIRST}:$E${last}" if masked else "",
    )


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("max(标准支出 − 人口, 0) × 2", "MAX(B2-A2,0)*2"),
        ("人口 ÷ sum(人口)", "A2/SUM($A$2:$A$7)"),
        ("人口 ÷ (标准支出 × 2)", "A2/(B2*2)"),
        ("sum(人口, by = 地区类别)", "SUMPRODUCT(EXACT($D$2:$D$7,D2)*($A$2:$A$7)*1)"),
        ("lookup(地区类别, 一类=20%, else=0)", 'IF(EXACT(D2,"一类"),0.2,0)'),
        ("band(人口, {10: 1}, 2)", "IF(A2<=10,1,2)"),
        ("tiers(人口, {9: 1}, 2)", "(MIN(A2,9)*1+MAX(A2-9,0)*2)"),
        ("interpolate(人口, {1: 2, 3: 3})", "(IF(A2<=1,2,IF(A2<=3,2+(A2-1)*0.5,3)))"),
        ("sum(abs(人口))", "SUMPRODUCT((ABS($A$2:$A$7))*1)"),
        ("2 × share(人口)", "2*((A2)/SUM($A$2:$A$7))"),
        (
            "max(人口) − min(人口) + large(人口, 2)",
            "MAX($A$2:$A$7)-MIN($A$2:$A$7)+LARGE($A$2:$A$7,2)",
        ),
        ("average(人口) × count()", "(SUM($A$2:$A$7)/6)*6"),
        (
            "count(if(人口 > 1, 人口 < 9, 人口 < 2))",
            "SUMPRODUCT(((($A$2:$A$7>1)*($A$2:$A$7<9)+(1-($A$2:$A$7>1))*($A$2:$A$7<2)))*1)",
        ),
        ("count(非 人口 > 1) + count(人口)", "SUMPRODUCT(((1-($A$2:$A$7>1)))*1)+6"),
        (
            "sum(lookup(人口, 1=2, 3=4))",
            "SUMPRODUCT(((($A$2:$A$7=1)*(2)+($A$2:$A$7=3)*(4)))*1)",
        ),
    ],
)
def test_the_text_of_a_live_formula(text: str, live: str) -> None:
    reading = read_formula(text, COLUMNS)
    assert reading.formula
    assert live_formula(reading.formula, written(masked=False)).text == live


@pytest.mark.parametrize(
    "text",
    [
        "ln(人口, 2)",
        "zscore(人口, 2)",
        "share(人口, least = 1%)",
        "sum(rank(人口))",
        "sum(if(人口 = 0, 0, 1 ÷ 人口))",
        f"sum(max({', '.join(['人口'] * 20)}))",
        f"tiers(人口, {{{', '.join(f'{k}: {k}' for k in range(51))}}}, 0)",
        f"band(人口, {{{', '.join(f'{k}: {k}' for k in range(51))}}}, 0)",
    ],
)
def test_what_has_no_live_form_says_why(text: str) -> None:
    reading = read_formula(text, COLUMNS)
    assert reading.formula
    live = live_formula(reading.formula, written(masked=False))
    assert (live.text, bool(live.reason)) == ("", True)


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("人口 × 3 − 1", [0.0] * 6),
        ("round(标准支出 × 0.5, 1)", [None, inf, 0.0, None, inf, 0.0]),
        ("if(系数 = 0.8, 1, 2)", [0.0] * 6),
        ("if(标准支出 × 2 = 3, 1, 2)", [0.0] * 6),
        ("if(标准支出 × 3 = 8.4, 1, 2)", [0.0, 0.0, 0.0, inf, 0.0, 0.0]),
        ("ln(人口, 2)", [inf] * 6),
        ("zscore(人口, 2)", [inf] * 6),
        ("rank(系数)", [0.0] * 6),
        ("rank(系数 × 3)", [0.0, 0.0, inf, 0.0, inf, 0.0]),
        ("share(人口, least = 1%)", [inf] * 6),
        ("average(人口, weight = 标准支出 − 标准支出)", [inf] * 6),
        ("lookup('一类', 一类=1, else=0)", [0.0] * 6),
        ("round(sqrt(标准支出, 2), 0)", [0.0, inf, 0.0, 0.0, 0.0, 0.0]),
        ("人口" + " × 1e30" * 11, [inf] * 6),
    ],
)
def test_errors_of_doubles(text: str, errors: list[float | None]) -> None:
    reading = read_formula(text, COLUMNS)
    assert reading.formula
    found = spreadsheet_errors(reading.formula, TABLE)
    for error, expected in zip(found, errors, strict=True):
        assert error == expected or (expected is None and 0 < error < 1e-15)


def test_errors_of_a_column_that_is_a_live_formula_itself_add_up() -> None:
    reading = read_formula("标准支出 × 2", COLUMNS)
    assert reading.formula
    given_ = {"spend": [0.0, 1e-9, inf, 0.0, 0.0, 0.0]}
    found = spreadsheet_errors(reading.formula, TABLE, None, given_)
    assert 2e-9 <= found[1] < 2.001e-9
    assert found[2] == inf
    groups = read_formula("sum(人口, by = 标准支出)", COLUMNS)
    assert groups.formula
    assert spreadsheet_errors(groups.formula, TABLE, None, given_) == (inf,) * 6
    assert spreadsheet_errors(reading.formula, TABLE, [False] * 2 + [True] * 4, given_)[1:3] == (
        0.0,
        inf,
    )


def _collected() -> list[Formula]:
    trees = []

    @settings(
        max_examples=250,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(formulas)
    def collect(tree) -> None:
        trees.append(tree)

    collect()
    found = [
        Formula("", tree, ResultKind.NUMBER, {}, frozenset({"class"}))
        for tree in dict.fromkeys(trees)
    ]
    readings = [read_formula(text, COLUMNS) for text in WRITTEN]
    assert all(reading.formula for reading in readings), readings
    return [reading.formula for reading in readings if reading.formula] + found


def _workbook(batch: list[Formula]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    for mask in MASKS:
        sheet = book.add_worksheet()
        for i in range(TABLE.rows):
            row = FIRST - 1 + i
            for name, letter in LETTERS.items():
                given_ = (
                    TABLE.texts[name][i]
                    if name in TABLE.texts
                    else float(TABLE.numbers[name][i] or 0)
                )
                sheet.write(row, ord(letter) - ord("A"), given_)
            sheet.write(row, 4, 1 if mask is None or mask[i] else 0)
            for k, formula in enumerate(batch):
                last = FIRST + TABLE.rows - 1
                cells = Cells(
                    lambda name, row=row: f"{LETTERS[name]}{row + 1}",
                    lambda name: f"${LETTERS[name]}${FIRST}:${LETTERS[name]}${last}",  # noqa: B023
                    TABLE.rows,
                    f"$E${FIRST}:$E${last}" if mask else "",
                )
                live = live_formula(formula, cells)
                if live.text and (mask is None or mask[i]):
                    sheet.write_formula(row, 5 + k, f"={live.text}", None, -123456.0)
    book.close()
    return content.getvalue()


def test_libreoffice_computes_the_exact_values(tmp_path) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        assert not os.environ.get("ALLOCATOR_NEEDS_LIBREOFFICE"), "LibreOffice is not installed"
        pytest.skip("LibreOffice is not installed: nothing here can recalculate a workbook")
    batch = _collected()
    profile = tmp_path / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "live.xlsx").write_bytes(_workbook(batch))
    command = [program, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += [
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "live.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    book = openpyxl.load_workbook(tmp_path / "out" / "live.xlsx", data_only=True)
    compared = 0
    for mask, sheet in zip(MASKS, book.worksheets, strict=True):
        for k, formula in enumerate(batch):
            result = evaluate({"x": formula}, TABLE, mask)["x"]
            if result.mistakes:
                continue
            errors = spreadsheet_errors(formula, TABLE, mask)
            for i, (exact, error) in enumerate(zip(result.values, errors, strict=True)):
                computed = sheet.cell(FIRST + i, 6 + k).value
                if computed is None or error == inf or (mask and not mask[i]):
                    continue
                told = Fraction(error) + abs(Fraction(exact)) / 10**14
                shown = (formula.tree, i, computed, exact, error)
                assert isinstance(computed, int | float), shown
                assert abs(Fraction(computed) - exact) <= told, shown
                compared += 1
    assert compared > 1000
