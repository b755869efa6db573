"""The workbook of both levels: read back, recalculated, verified; and the table's mistakes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from allocator import InputError
from allocator.cli import main
from allocator.excel.strict.book import SeenSheet
from allocator.excel.verify.levels import is_of_levels, verify_level
from allocator.excel.villages.stored import read_level
from allocator.excel.villages.workbook import level_workbook
from allocator.ledger.levels import children_named, explain_child
from tests.excel.official.test_official_recalculation import PROFILE
from tests.excel.stored import compare, read_stored
from tests.excel.verify.test_verify_workbook import Edit, repacked
from tests.excel.villages.level_books import RULES, VILLAGES, files, level_of, written

INPUTS = ("村（社区）基础数据", "村级分配方案", "镇街基础数据", "分配方案", "数据来源")


def test_sums_of_villages_towns_and_sources(tmp_path: Path) -> None:
    level = level_of(tmp_path)
    split, above = level.split, level.above
    money = split.given.pools[0]
    paid = above.pools[0].payment
    assert tuple(sum(row[:2]) for row in money.by_source) == paid
    assert [row[2] for row in money.by_source] == [m.required for m in above.matching]
    assert sum(split.pools[0].amount(k) for k in range(5)) == money.amount(0) + money.amount(1)
    assert split.kept(2, money) == money.amount(2) > 0


def test_reading_back_gives_the_same_bytes(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert is_of_levels(path)
    assert level_workbook(read_level(path)) == path.read_bytes()
    result = verify_level(path)
    assert result.is_consistent
    assert all(result.printed[key] == value for key, value in result.computed.items())


def test_every_changed_money_cell_is_found(tmp_path: Path) -> None:
    path = written(tmp_path)
    expected = read_stored(path.read_bytes())
    for sheet in expected:
        if sheet.name in INPUTS:
            continue
        money = {
            place: replace(cell, value=cell.value + 0.01)
            for place, cell in sheet.cells.items()
            if isinstance(cell.value, float | int) and not isinstance(cell.value, bool)
        }
        changed: SeenSheet = replace(sheet, cells={**sheet.cells, **money})
        found = [changed if one is sheet else one for one in expected]
        places = {d.place for d in compare(expected, found)}
        assert len(places) == len(money), sheet.name


@pytest.mark.parametrize(
    ("sheet", "value"),
    [("附表1", r"\d+\.\d+"), ("附表2", r"\d+\.\d+"), ("乙镇", r"\d{3,}\.\d+"), (INPUTS[0], "7")],
)
def test_a_change_in_the_file_is_found(tmp_path: Path, sheet: str, value: str) -> None:
    path = written(tmp_path)
    names = [s.name for s in read_stored(path.read_bytes())]
    part = f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
    edits: dict[str, Edit] = {
        part: lambda text: re.sub(f"<v>{value}</v>", "<v>123</v>", text, count=1)
    }
    path.write_bytes(repacked(path.read_bytes(), edits))
    assert not verify_level(path).is_consistent


def test_a_spreadsheet_program_recalculates_the_same(tmp_path: Path) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        assert not os.environ.get("ALLOCATOR_NEEDS_LIBREOFFICE"), "LibreOffice is not installed"
        pytest.skip("LibreOffice is not installed")
    path = written(tmp_path)
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
                assert found[name].cells[place].value == pytest.approx(cell.value, abs=1e-9)


def test_one_village_explained(tmp_path: Path) -> None:
    split = level_of(tmp_path).split
    assert children_named(split, "一村") == [0, 3]
    (k,) = children_named(split, "乙镇/一村")
    text = explain_child(split, k)
    assert f"{split.given.parents[split.parent_of[k]]}本次核拨合计 = " in text
    assert "本镇" not in text
    assert "乙镇的资金" in text
    assert "镇级配套" in text
    assert "镇街" not in text


def test_mistakes_of_the_table_stand_at_their_cells(tmp_path: Path) -> None:
    wrong = VILLAGES.replace("乙镇,四村", ",四村").replace("10,2", "十,2")
    with pytest.raises(InputError) as caught:
        level_of(tmp_path, wrong)
    cells = {p.place.cell for p in caught.value.problems}
    assert {"A6", "C3"} <= cells
    with pytest.raises(InputError) as caught:
        level_of(tmp_path, VILLAGES.replace("乙镇", "丁镇"))
    assert {p.place.cell for p in caught.value.problems} == {"B5", "B6"}
    with pytest.raises(InputError, match="level"):
        level_of(tmp_path, rules=RULES + "[level]\nmatch = 'some'\n")


def test_the_command_splits_verifies_and_explains(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = files(tmp_path)
    result, out = tmp_path / "r.xlsx", tmp_path / "v.xlsx"
    assert (
        main(["run", str(at["towns.csv"]), "--scheme", str(at["city.toml"]), "-o", str(result)])
        == 0
    )
    options = ["--scheme", str(at["rules.toml"]), "--villages", str(at["villages.csv"])]
    command = ["villages", str(result), *options, "-o", str(out), "--inputs", str(tmp_path / "in")]
    assert main(command) == 0
    assert "丙园没有所辖村（社区）" in capsys.readouterr().out
    assert main(["verify", str(out)]) == 0
    assert main(["explain", str(out), "四村"]) == 0
    assert main(["explain", str(out), "一村"]) == 2
    capsys.readouterr()
    assert main(["explain", str(out), "乙镇/二村"]) == 2
    assert "乙镇没有“二村”这个村（社区）" in capsys.readouterr().err
    assert main(["run", str(tmp_path / "in" / "乙镇.xlsx"), "-o", str(tmp_path / "own.xlsx")]) == 0
    assert main([*command, "--town", "乙", "--against", str(at["rules.toml"])]) == 0
