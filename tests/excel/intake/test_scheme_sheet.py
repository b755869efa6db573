"""Schemes and tables survive being written as sheets and read back."""

from __future__ import annotations

import datetime
import io
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import Recipients, Scheme, allocate, load
from allocator.base.money import Fen
from allocator.base.problems import Problem
from allocator.excel.files.grid import CellValue, Grid
from allocator.excel.files.open_book import read_book
from allocator.excel.intake.scheme_sheet import read_scheme_sheet
from allocator.excel.template.input_columns import filled_columns
from allocator.excel.template.scheme_writer import write_scheme_sheet
from allocator.excel.template.template import input_workbook
from allocator.fund.rules import Factor, Matching, Pilot, Pool, Source
from allocator.rounding.apportion import METHODS

#: Names as officers write them: Chinese, letters, digits, signs that mean something elsewhere.
NAMES = st.text(
    "民生微实事项目甲乙丙=+-@'\"；，、（）()abcXYZ019*?~.:/", min_size=1, max_size=8
).filter(lambda text: not text.startswith(("注", "（")))
COLUMNS = st.sampled_from(
    [
        "villages",
        "area",
        "gdp",
        "population",
        "aid_demand",
        "低保对象",
        "relative_needs",
        "道路里程",
    ]
)
FEN = st.integers(1, 10**13).map(Fen)


@st.composite
def weights(draw: st.DrawFn) -> list[Fraction]:
    parts = draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=4))
    return [Fraction(part, sum(parts)) for part in parts]


@st.composite
def factors(draw: st.DrawFn) -> tuple[Factor, ...]:
    made = []
    for weight in draw(weights()):
        scale = draw(st.one_of(st.just(""), COLUMNS))
        name = draw(st.one_of(st.just(""), NAMES))
        if draw(st.booleans()):
            direction = draw(st.sampled_from(["direct", "inverse"]))
            per = draw(st.one_of(st.just(""), COLUMNS))
            column = draw(COLUMNS)
            made.append(Factor(weight, column, per, direction, scale, name=name))
        else:
            coefficients = draw(st.dictionaries(NAMES, st.fractions(0, 5), min_size=1, max_size=3))
            made.append(Factor(weight, scale=scale, coefficients=coefficients, name=name))
    return tuple(made)


@st.composite
def pools(draw: st.DrawFn, name: str, pool_id: str) -> Pool:
    budget = draw(FEN)
    cut = draw(st.integers(0, budget))
    sources = [Source("甲", Fen(cut)), Source("乙=", Fen(budget - cut))]
    limit = st.one_of(st.none(), FEN, COLUMNS)
    return Pool(
        id=pool_id,
        name=name,
        budget=budget,
        factors=draw(factors()),
        sources=tuple(sources) if draw(st.booleans()) else (),
        method=draw(st.sampled_from(sorted(METHODS))),
        tie=draw(st.sampled_from(["larger_share", "official_order", "refuse"])),
        base=draw(FEN),
        floor=draw(limit),
        cap=draw(limit),
        cite=draw(st.one_of(st.just(""), NAMES)),
    )


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    count = draw(st.integers(1, 3))
    names = draw(st.lists(NAMES, min_size=count, max_size=count, unique=True))
    ids = draw(st.lists(NAMES, min_size=count, max_size=count, unique=True))
    made = tuple(draw(pools(name, one)) for name, one in zip(names, ids, strict=True))
    pilot = Pilot(
        pool=draw(st.sampled_from(ids)),
        advance=draw(st.one_of(FEN, COLUMNS)),
        basis=draw(st.sampled_from(["share", "remainder"])),
        below_advance=draw(st.sampled_from(["keep", "carry", "error"])),
        unspent=draw(st.sampled_from(["retain", "redistribute"])),
        cite=draw(st.one_of(st.just(""), NAMES)),
    )
    matching = Matching(
        rates=draw(st.dictionaries(NAMES, st.fractions(0, 3), min_size=1, max_size=5)),
        base=draw(st.sampled_from(["paid", "before_recovery"])),
        unit=draw(FEN),
        rounding=draw(st.sampled_from(["up", "nearest"])),
        cite=draw(st.one_of(st.just(""), NAMES)),
    )
    return Scheme(
        name=draw(NAMES),
        pools=made,
        status=draw(st.sampled_from(["draft", "official", "trial"])),
        document=draw(st.one_of(st.just(""), NAMES)),
        date=draw(st.one_of(st.none(), st.dates(datetime.date(1890, 1, 1)))),
        recipients=draw(st.one_of(st.none(), st.integers(1, 10**6))),
        pilot=pilot if draw(st.booleans()) else None,
        matching=matching if draw(st.booleans()) else None,
    )


def written(scheme: Scheme, recipients: Recipients | None, spare: int) -> Grid:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "方案.xlsx"
        book = xlsxwriter.Workbook(str(path))
        columns = filled_columns(recipients) if recipients else []
        write_scheme_sheet(book, recipients, scheme, columns or [None, None], spare=spare)  # type: ignore[list-item]
        book.close()
        return read_book(path).grids[0]


@settings(max_examples=40, deadline=None)
@given(schemes(), st.integers(0, 2))
def test_every_field_of_a_scheme_survives(scheme: Scheme, spare: int) -> None:
    read, problems = read_scheme_sheet(written(scheme, None, spare))
    assert problems == []
    assert read == scheme


def test_places_are_the_cells_of_the_sheet(scheme: Scheme, recipients: Recipients) -> None:
    grid = written(scheme, recipients, 0)
    read, _ = read_scheme_sheet(grid)
    assert read == scheme
    place = read.places["pool[1].factors[1].weight"]
    row, column = int(place.cell[1:]), ord(place.cell[0]) - 65
    assert grid.value(row, column) == 0.2


def test_labels_and_order_are_free() -> None:
    lines = [
        ["资金池"],
        ["预算", "名称不认识的列", "资金池"],
        ["1,000,000", "x", "甲"],
        ["因素"],
        ["取自列", "权重"],
        ["人口", "60％"],
        ["面积（公顷）", "40%"],
        ["基本信息"],
        ["方案名称：", "某某资金"],
        ["方案状态", "正式"],
    ]
    grid = Grid("某.xlsx", "分配方案", dict(enumerate(lines, 1)))  # type: ignore[arg-type]
    scheme, problems = read_scheme_sheet(grid)
    assert [(p.code, p.place.cell, p.is_warning) for p in problems] == [
        ("scheme.unused", "B2", True)
    ]
    assert scheme.status == "official"
    assert [(f.column, f.weight) for f in scheme.pools[0].factors] == [
        ("population", Fraction(3, 5)),
        ("area", Fraction(2, 5)),
    ]
    assert (scheme.pools[0].id, scheme.pools[0].budget) == ("甲", 100_000_000)


def limits(
    header: str, value: CellValue, *percents: tuple[int, int]
) -> tuple[Scheme, list[Problem]]:
    rows: list[list[CellValue]] = [
        ["基本信息"],
        ["方案名称", "测试"],
        ["资金池"],
        ["资金池", "代码", "预算（元）", header, "权重合计", "备注", "※ 下限可不填"],
        ["资金", "p", 100, value, 1, "暂定"],
        ["因素"],
        ["资金池", "权重", "取自列"],
        ["资金", 1, "人口"],
    ]
    grid = Grid("a.xlsx", "分配方案", dict(enumerate(rows, 1)), percents=set(percents))
    return read_scheme_sheet(grid)


def test_a_column_of_a_list_is_never_passed_over() -> None:
    _, problems = limits("下限（吨）", 3)
    assert [(p.code, p.place.cell) for p in problems] == [("scheme.unknown_key", "D4")]
    assert problems[0].message == "“资金池”中没有“下限（吨）”这一项"


def test_sums_in_the_unit_of_their_header() -> None:
    scheme, problems = limits("下限（万元）", 0.0003)
    assert scheme.pools[0].floor == 300
    assert [(p.code, p.place.cell, p.is_note) for p in problems] == [("read.scheme", "D4", True)]


def test_a_percentage_is_no_sum() -> None:
    assert limits("下限（元或列名）", 0.3, (5, 3))[0] == limits("下限（元或列名）", "30%")[0]
    assert limits("下限（元或列名）", 0.3)[0].pools[0].floor == 30


def test_mistakes_speak_the_words_of_the_sheet() -> None:
    lines = [
        ["资金池"],
        ["资金池", "预算（元）"],
        ["甲", None],
        ["因素"],
        ["资金池", "权重"],
        ["甲", "1"],
    ]
    grid = Grid("某.xlsx", "分配方案", dict(enumerate(lines, 1)))  # type: ignore[arg-type]
    _, problems = read_scheme_sheet(grid)
    text = "\n".join(map(str, problems))
    assert "取自列" in text
    assert "column" not in text
    assert "预算" in text or "金额" in text


def test_a_table_and_a_scheme_survive(
    tmp_path: Path, recipients: Recipients, scheme: Scheme
) -> None:
    n = len(recipients)
    table = replace(
        recipients,
        numbers={**recipients.numbers, "道路里程": tuple(Fraction(i, 3) for i in range(n))},
        raised=tuple(None if i % 2 else Fen(i * 100_001) for i in range(n)),
        match_rate=tuple(Fraction(1, 3) if i == 3 else None for i in range(n)),
        match_reason=tuple("市政府批复" if i == 3 else "" for i in range(n)),
        status={"gdp": ("公布",) * n, "unspent": ("示例",) * n},
        sources=(("数据项", "来源"), ("人口", "=统计局")),
    )
    path = tmp_path / "输入.xlsx"
    path.write_bytes(input_workbook(table, scheme))
    read, rules = load(path)
    assert read == table
    assert rules == scheme
    assert allocate(read, rules).fingerprint == allocate(table, scheme).fingerprint
    assert input_workbook(read, rules) == input_workbook(table, scheme)


def test_texts_are_never_formulas(tmp_path: Path, scheme: Scheme) -> None:
    towns = ("=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)")
    numbers = dict.fromkeys(("villages", "area", "gdp", "population", "aid_demand"), (1, 2, 3, 4))
    table = Recipients.from_columns(towns, numbers, economic_class=("一类",) * 4)
    path = tmp_path / "输入.xlsx"
    path.write_bytes(input_workbook(table, scheme))
    assert load(path)[0].towns == towns
    content = io.BytesIO(path.read_bytes())
    import zipfile

    with zipfile.ZipFile(content) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
