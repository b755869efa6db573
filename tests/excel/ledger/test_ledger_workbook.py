"""The ledger's workbook, in and out; every mistake at its cell; the report drawn from it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from allocator import InputError, allocate, load
from allocator.base.money import Fen
from allocator.cli import main
from allocator.excel.ledger.read import read_ledger
from allocator.excel.ledger.report_workbook import report_workbook
from allocator.fund.instalments import Instalment
from allocator.ledger.book import Ledger, open_ledger
from allocator.ledger.report import execution
from tests.excel.ledger.small_ledger import TODAY, entry, ledger, level, opened, project, written
from tests.excel.official.test_official_recalculation import PROFILE
from tests.excel.stored import read_stored


def plain(made: Ledger) -> Ledger:
    """Without the cells that its lines were read from."""
    lists = {
        name: tuple(replace(one, place=None) for one in getattr(made, name))
        for name in ("entries", "dues", "assertions", "filings")
    }
    return replace(made, **lists)


def test_writing_and_reading_gives_an_equal_ledger(tmp_path: Path) -> None:
    made = ledger()
    path = written(tmp_path, made)
    read = read_ledger(path)
    assert read.warnings == ()
    assert read.ledger.work.given == made.work.given
    same = replace(plain(read.ledger), work=made.work, dues=made.dues, holders=made.holders)
    assert same == plain(made)
    assert read.ledger.holders.opened == made.holders.opened
    assert load(path)[0].towns == ("甲镇", "乙镇", "丙园")  # next year starts from it


def test_a_ledger_opens_from_an_allocation(tmp_path: Path) -> None:
    made, two = opened(tmp_path), level(tmp_path)
    due = {kind: sum(d.amount for d in made.dues if d.kind == kind) for kind in ("grant", "match")}
    assert due["grant"] == sum(two.above.payment)
    assert due["match"] == sum(m.required for m in two.above.matching)
    passed = sum(d.amount for d in made.dues if d.kind == "transfer")
    assert passed == two.split.pools[0].total
    carried = [e for e in made.entries if e.kind == "carry"]
    assert [(e.town, e.amount) for e in carried] == [("甲镇", 10_000)]


#: (sheet, cell, value, what the message says); cells are those of the small ledger.
WRONG: list[tuple[str, str, Any, str]] = [
    ("流水", "A4", "昨天", "这里应是日期"),
    ("流水", "B5", "拨款", "没有“拨款”这一项"),
    ("流水", "G6", 1.005, "不是整分"),
    ("流水", "G7", None, "没有填"),
    ("流水", "J8", "张三 138 0013 8000", "手机号"),
    ("流水", "K9", "４４１９００１９８００１０１００１７", "身份证号"),
    ("项目台账", "F4", "陈某13800138000的心愿", "手机号"),
    ("项目台账", "K4", "很多", "这里应是数字"),
    ("项目台账", "M4", "市财政三万零一", ""),
    ("项目台账", "Y6", 190, "应在 0 到 100% 之间"),
    ("余额核对", "F4", "一百", "这里应是数字"),
    ("办理时限", "B4", "收件", "没有“收件”这个步骤"),
]


def test_every_mistake_is_told_at_its_cell_and_no_number_repeated(tmp_path: Path) -> None:
    path = written(tmp_path, ledger())
    book = openpyxl.load_workbook(path)
    for sheet, cell, value, _ in WRONG:
        book[sheet][cell] = value
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_ledger(path)
    told = {(p.place.sheet, p.place.cell): str(p) for p in caught.value.problems}
    for sheet, cell, _, said in WRONG:
        if said:
            assert said in told[sheet, cell], (sheet, cell)
    assert "138" not in "".join(told.values())
    assert "1980" not in "".join(told.values())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"town": "丁镇"}, "没有“丁镇”这个镇街"),
        ({"village": "九村"}, "没有“九村”这个村（社区）"),
        ({"project": "P9"}, "项目台账中没有“P9”"),
        ({"project": "X1"}, "属于甲镇的民生微心愿"),
        ({"amount": Fen(0)}, "金额应大于 0"),
    ],
)
def test_a_line_that_cannot_be_right_stops_the_report(change: dict[str, Any], said: str) -> None:
    made = ledger()
    bad = replace(entry("2020-08-01", "spending", "甲镇/一村", 5), **change)
    none, problems = execution(replace(made, entries=(*made.entries, bad)), TODAY)
    assert none is None
    assert any(said in p.message for p in problems)


def test_what_the_report_says() -> None:
    made, problems = execution(ledger(), TODAY)
    assert problems == []
    assert made is not None
    assert made.found == ()
    assert made.later == 1
    town = next(row for row in made.by_town if row.key == ("甲镇",))
    assert town.flow.received == 100_000 + 5_001 + 50_000 + 700 + 9_000
    assert town.flow.spent == 20_001 - 1 + 3_000
    assert town.flow.available == town.flow.received - 11
    for rows in (made.by_pool, made.by_source):
        assert sum(row.flow.balance for row in rows) == sum(r.flow.balance for r in made.by_town)
    late = {(s.project.id, s.limit.name): (s.state, s.days) for s in made.steps}
    assert late["P1", "村（社区）审议"] == ("done", 0)
    assert late["P1", "镇街审核"] == ("late", 1)
    assert late["P1", "便民工程完工"] == ("due", 0)
    assert late["X1", "办结反馈"] == ("overdue", 33)
    assert [(s.project.id, s.last) for s in made.due_soon] == [("P2", date(2020, 10, 12))]
    (promise,) = made.promises
    assert (promise.promised, promise.short) == (10_000, 0)
    assert [(f.is_missing, f.late) for f in made.filings] == [(False, 5), (True, 10)]


def test_promises_beyond_the_account_and_budgets_are_named() -> None:
    made = ledger()
    dates = {"审核确认": "2020-09-01"}
    more = project("P3", village="二村", dates=dates)
    spent = entry("2020-09-02", "spending", "甲镇/一村", 30_001, project="P2")
    made = replace(
        made, projects=(*made.projects, more), entries=(*made.entries, spent), assertions=()
    )
    found, _ = execution(made, TODAY)
    assert found is not None
    assert [p.short for p in found.promises if p.village == "二村"] == [30_000 - 3_333]
    assert [p.code for p in found.found] == ["project.overspent"]


def test_no_small_group_of_wishes_is_shown() -> None:
    made, _ = execution(ledger(), TODAY)
    assert made is not None
    book = read_stored(report_workbook(made))
    kinds = next(sheet for sheet in book if sheet.name == "分类别执行")
    row = next(r for (r, _), cell in kinds.cells.items() if cell.value == "特殊群体帮扶")
    assert {kinds.cells[row, column].value for column in range(3, 8)} == {"＊"}
    groups = next(sheet for sheet in book if sheet.name == "微心愿人群")
    assert 1.0 not in [c.value for (r, k), c in groups.cells.items() if k > 1]


def test_a_spreadsheet_program_recalculates_the_same(tmp_path: Path) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        assert not os.environ.get("ALLOCATOR_NEEDS_LIBREOFFICE"), "LibreOffice is not installed"
        pytest.skip("LibreOffice is not installed")
    made, _ = execution(ledger(), TODAY)
    assert made is not None
    path = tmp_path / "report.xlsx"
    path.write_bytes(report_workbook(made))
    profile = tmp_path / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    command = [program, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    expected, found = (
        {sheet.name: sheet for sheet in read_stored(p.read_bytes())}
        for p in (path, tmp_path / "out" / path.name)
    )
    for name, sheet in expected.items():
        for place, cell in sheet.cells.items():
            if isinstance(cell.value, float):
                other = found[name].cells[place].value
                assert other == pytest.approx(cell.value, abs=1e-9), (name, place, cell)


def test_the_commands_open_report_and_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, ledger())
    out, figures = tmp_path / "out.xlsx", tmp_path / "figures"
    command = ["report", str(path), "--date", "2020-09-30", "-o", str(out)]
    assert main([*command, "--plots", str(figures), "--beancount", str(tmp_path / "l.bean")]) == 0
    assert "逾期事项 1 项" in capsys.readouterr().out
    assert len(list(figures.iterdir())) == 3
    bad = replace(
        ledger(), entries=(*ledger().entries, entry("2020-09-03", "spending", "乙镇", 501))
    )
    written(tmp_path, bad)
    assert main(command) == 1
    assert "余额不足，差 0.01 元" in capsys.readouterr().err
    assert main([*command[:3], "九月", *command[4:]]) == 2
    files = [
        str(tmp_path / name) for name in ("towns.csv", "city.toml", "rules.toml", "villages.csv")
    ]
    result = str(tmp_path / "r.xlsx")
    assert main(["run", files[0], "--scheme", files[1], "-o", result]) == 0
    options = ["--scheme", files[2], "--villages", files[3], "-o", str(tmp_path / "new.xlsx")]
    assert main(["ledger", result, *options, "--date", "2020-06-30"]) == 0
    assert main(["ledger", result, *options]) == 2
    assert read_ledger(tmp_path / "new.xlsx").ledger.villages["甲镇"] == ("一村", "二村", "三村")


def test_earlier_payments_stand_on_their_own_days(tmp_path: Path) -> None:
    above = level(tmp_path).above
    early, late = date(2020, 3, 1), date(2020, 6, 30)
    paid = {"乙镇": above.pools[0].payment[1] - 3, "丙园": above.pools[0].payment[2] + 500}
    earlier = [Instalment(early, "财〔1〕", "micro", t, Fen(fen)) for t, fen in paid.items()]
    scheme = replace(above.scheme, instalments=tuple(earlier))
    grants = [
        e for e in open_ledger(allocate(above.recipients, scheme), date=late).entries
        if e.kind == "grant"
    ]  # fmt: skip

    def sums(*key: object) -> int:
        return sum(e.amount for e in grants if (e.town, e.date) == key)

    assert [(sums(town, early), sums(town, late)) for town in above.recipients.towns] == [
        (0, above.pools[0].payment[0]),
        (paid["乙镇"], 3),
        (paid["丙园"], 0),  # who has too much has it all the same
    ]
    assert all(e.amount > 0 for e in grants)
    assert {e.note for e in grants if e.date == early} == {"市级核拨（财〔1〕）"}


def test_cells_and_names_are_told_together(tmp_path: Path) -> None:
    path = written(tmp_path, ledger())
    book = openpyxl.load_workbook(path)
    lines, projects = book["流水"], book["项目台账"]
    lines["A4"], lines["D7"], lines["G8"], lines["H9"] = "七月", "一", -5, "P9"
    projects["L4"] = -1
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_ledger(path)
    assert {(p.place.sheet, p.place.cell) for p in caught.value.problems} >= {
        *(("流水", cell) for cell in ("A4", "D7", "G8", "H9")),
        ("项目台账", "L4"),
    }
    assert any("是否为：一村？" in p.remedy for p in caught.value.problems)
