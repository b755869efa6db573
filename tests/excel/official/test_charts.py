"""The sheet 图表: native charts that name the cells of the annexes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from allocator import Allocation, Recipients, Scheme, allocate
from allocator.base.money import FEN_PER_WAN, FEN_PER_YUAN
from allocator.excel.official import official_workbook
from allocator.excel.official.charts import COLOURS, MOST_TOWNS, PATTERNS
from allocator.plots import style

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def charts(book: bytes) -> list[ET.Element]:
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        names = sorted(
            name for name in package.namelist() if "/chart" in name and "rels" not in name
        )
        return [ET.fromstring(package.read(name)) for name in names]  # noqa: S314 - our own file


def title(chart: ET.Element) -> str:
    a = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    return "".join(t.text or "" for t in chart.find(f".//{C}title").iter(f"{a}t"))


def series(chart: ET.Element) -> dict[str, tuple[str, str]]:
    """Name → (range of the names, range of the values)."""
    found = {}
    for one in chart.iter(f"{C}ser"):
        name = one.findtext(f"{C}tx//{C}v")
        found[name] = (one.findtext(f"{C}cat//{C}f"), one.findtext(f"{C}val//{C}f"))
    return found


def cells(book: bytes, reference: str) -> list[object]:
    workbook = openpyxl.load_workbook(io.BytesIO(book), data_only=True)
    sheet, area = re.fullmatch(r"'?(.*?)'?!(.*)", reference).groups()
    return [cell.value for (cell,) in workbook[sheet][area.replace("$", "")]]


@pytest.fixture(scope="module")
def book(allocation: Allocation) -> bytes:
    return official_workbook(allocation)


def test_three_charts_with_the_draft_mark(book: bytes) -> None:
    assert [title(chart) for chart in charts(book)] == [
        "2020年东莞市“民生大莞家”专项资金本次核拨额（测算稿 — 权重待核定）",
        "2020年东莞市“民生大莞家”专项资金来源构成（含已拨试点经费）（测算稿 — 权重待核定）",
        "2020年东莞市“民生大莞家”专项资金核拨与应配套金额（测算稿 — 权重待核定）",
    ]


def test_official_scheme_has_no_mark(recipients: Recipients, scheme: Scheme) -> None:
    book = official_workbook(allocate(recipients, replace(scheme, status="official")))
    assert not any("测算稿" in title(chart) for chart in charts(book))


def test_placeholders_are_named_above_each_chart(recipients: Recipients, scheme: Scheme) -> None:
    marked = replace(recipients, status={"aid_demand": ("示例",) * 33})
    book = official_workbook(allocate(marked, scheme))
    sheet = openpyxl.load_workbook(io.BytesIO(book))["图表"]
    said = [cell.value for (cell,) in sheet.iter_rows(max_col=1) if cell.value]
    assert said == ["测算稿 — 权重待核定　含示例数据：帮扶需求"] * 3


@pytest.mark.parametrize(("unit", "fen"), [("元", FEN_PER_YUAN), ("万元", FEN_PER_WAN)])
def test_every_series_names_the_cells_of_its_amounts(
    allocation: Allocation, unit: str, fen: int
) -> None:
    book = official_workbook(allocation, unit=unit)
    paid, sources, match = charts(book)
    expected = [
        (paid, [(p.pool.name, p.payment) for p in allocation.pools]),
        (
            sources,
            [
                (source.name, [row[j] for row in p.by_source])
                for p in allocation.pools
                for j, source in enumerate(p.pool.sources)
            ],
        ),
        (
            match,
            [
                ("市级本次核拨合计", allocation.payment),
                ("应配套金额", [m.required for m in allocation.matching]),
            ],
        ),
    ]
    for chart, columns in expected:
        found = series(chart)
        assert list(found) == [name for name, _ in columns]
        for name, amounts in columns:
            towns, values = found[name]
            assert cells(book, towns) == list(allocation.recipients.towns)
            assert [round(value * fen) for value in cells(book, values)] == list(amounts)


def test_axis_is_in_wan_whatever_the_unit_of_the_tables(allocation: Allocation) -> None:
    for unit, form in (("元", r"0\.0,"), ("万元", "#,##0.0")):
        for chart in charts(official_workbook(allocation, unit=unit)):
            axis = chart.find(f".//{C}valAx")
            assert axis.find(f"{C}numFmt").get("formatCode") == form


def test_long_tables_have_no_charts() -> None:
    scheme = Scheme.from_toml(
        '[scheme]\nname = "某基金"\nstatus = "official"\n[[pool]]\nid = "p"\nname = "池"\n'
        'budget = "1000"\nfactors = [{ column = "people", weight = 1 }]\n'
    )
    for n in (MOST_TOWNS, MOST_TOWNS + 1):
        table = Recipients.from_columns([f"{i}县" for i in range(n)], {"people": range(1, n + 1)})
        book = official_workbook(allocate(table, scheme))
        assert len(charts(book)) == (n <= MOST_TOWNS)


def test_ten_series_differ_in_the_colours_of_the_figures() -> None:
    looks = {(COLOURS[k % len(COLOURS)], PATTERNS[k % len(PATTERNS)]) for k in range(10)}
    assert len(looks) == 10
    assert COLOURS == style.COLOURS
