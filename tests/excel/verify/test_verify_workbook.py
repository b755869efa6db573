"""verify(): an untouched workbook passes, every single change is found and named."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from allocator import InputError
from allocator.base.version import VERSION
from allocator.excel.files.grid import column_letter
from allocator.excel.strict.book import SeenBook, SeenCell, SeenSheet
from allocator.excel.verify.cells import normal
from allocator.excel.verify.comparison import compare_sheet
from allocator.excel.verify.verify import verify
from tests.conftest import DATA
from tests.excel.official.official_funds import FUNDS, written
from tests.excel.stored import compare, read_stored

SAMPLE_INPUT = DATA / "dongguan-2020.xlsx"
MONEY = {"元": "#,##0.00_ ", "万元": "#,##0.000000_ "}
Edit = Callable[[str], str]


def stored(name: str = "sample", unit: str = "元") -> list[SeenSheet]:
    return read_stored(written(name, unit))


def changed_sheet(sheet: SeenSheet, place: tuple[int, int], cell: SeenCell | None) -> SeenSheet:
    cells = dict(sheet.cells)
    if cell is None:
        del cells[place]
    else:
        cells[place] = cell
    return replace(sheet, cells=cells)


def repacked(content: bytes, edits: dict[str, Edit]) -> bytes:
    """The workbook with the text of some parts changed, and nothing else."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.infolist():
            text = old.read(member)
            if edit := edits.get(member.filename):
                before = text.decode()
                after = edit(before)
                assert after != before, member.filename
                text = after.encode()
            new.writestr(member.filename, text)
    return changed.getvalue()


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[dict[str, Edit]], Path]:
    def make(edits: dict[str, Edit]) -> Path:
        path = tmp_path / "out.xlsx"
        path.write_bytes(repacked(written("sample"), edits))
        return path

    return make


@pytest.mark.parametrize(
    ("name", "unit"),
    [*((name, "元") for name in FUNDS), ("sample", "万元"), ("remainder", "万元")],
)
def test_an_untouched_workbook_is_consistent(name: str, unit: str, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(written(name, unit))
    result = verify(path)
    assert result.differences == ()
    assert result.is_consistent
    assert not result.is_other_version
    assert result.verdict == "一致"
    assert result.cells == sum(len(sheet.cells) for sheet in stored(name, unit))


@pytest.mark.parametrize(("unit", "fen"), [("元", 0.01), ("万元", 0.000001)])
def test_every_money_cell_changed_by_one_fen_is_found(unit: str, fen: float) -> None:
    """Each of them on its own, up and down, in every table and in the inputs."""
    count = 0
    for sheet in stored("sample", unit):
        for place, cell in sheet.cells.items():
            if not isinstance(cell.value, float) or cell.look.code != MONEY[unit]:
                continue
            count += 1
            for value in (cell.value + fen, cell.value - fen):
                other = replace(cell, value=round(value, 6))
                found = list(compare_one(sheet, place, other))
                assert len(found) == 1, (sheet.name, place, cell)
                assert found[0].startswith(
                    f"{sheet.name}!{column_letter(place[1])}{place[0]}：表内 "
                )
    assert count > 800


def compare_one(sheet: SeenSheet, place: tuple[int, int], cell: SeenCell | None) -> list[str]:
    """The differences of a sheet of which one cell was changed; only that cell is looked at."""
    alone = SeenSheet(sheet.name, cells={place: sheet.cells[place]})
    findings = compare_sheet(alone, changed_sheet(alone, place, cell), {sheet.name: {}}, SeenBook())
    return [str(found) for found in findings if found.kind != "told"]


def test_every_cell_of_any_kind_changed_or_cleared_is_found() -> None:
    for sheet in stored("remainder"):
        for place, cell in sheet.cells.items():
            value = f"{cell.value}改" if isinstance(cell.value, str) else 98765.4321
            assert len(compare_one(sheet, place, replace(cell, value=value))) == 1
            assert len(compare_one(sheet, place, None)) == 1


def test_every_formula_changed_or_replaced_by_its_value_is_found() -> None:
    for sheet in stored():
        for place, cell in sheet.cells.items():
            if cell.formula:
                constant = compare_one(sheet, place, replace(cell, formula=""))
                assert constant == [f"{sheet.name}：公式已贴成数值（1 格）"]
                gone = compare_one(sheet, place, replace(cell, formula="", value="改"))
                assert "公式被改成数值" in gone[0]
                other = replace(cell, formula=f"{cell.formula}+0")
                assert "公式不同" in compare_one(sheet, place, other)[0]


def test_a_changed_payment_is_named_with_both_figures() -> None:
    expected = stored()
    first = expected[0]
    place = next(p for p, c in sorted(first.cells.items()) if c.value == 2959844.41)
    altered = [
        changed_sheet(first, place, replace(first.cells[place], value=2559844.41)),
        *expected[1:],
    ]
    [difference] = compare(expected, altered)
    at = f"附表1!{column_letter(place[1])}{place[0]}"
    assert str(difference) == f"{at}：表内 2,559,844.41，应为 2,959,844.41"


def with_look(cell: SeenCell, **changes: str) -> SeenCell:
    return replace(cell, look=replace(cell.look, **changes))  # type: ignore[arg-type]


def test_formats_hidden_rows_columns_sheets_and_covers() -> None:
    expected = stored()
    first = expected[0]
    place = next(p for p, c in sorted(first.cells.items()) if c.value == 2959844.41)
    alterations = {
        "数字格式不同": changed_sheet(
            first, place, with_look(first.cells[place], code="#,##0.00,")
        ),
        "整行被隐藏": replace(first, heights={**first.heights, 9: 0.0}),
        "整列被隐藏": replace(first, widths={**first.widths, 7: 0.2}),
        "整行被压缩": replace(first, heights={**first.heights, 3: 5.0}),
        "工作表被隐藏": replace(first, is_hidden=True),
        "看不清": changed_sheet(first, place, with_look(first.cells[place], colour="F0F0F0")),
    }
    for message, sheet in alterations.items():
        [difference] = compare(expected, [sheet, *expected[1:]])
        assert message in difference.message
    extra = SeenSheet("附表6", is_hidden=True)
    assert [str(d) for d in compare(expected, [*expected, extra])] == [
        "附表6：多出的隐藏的工作表，名称或标题与正式的表相近"
    ]
    assert [str(d) for d in compare(expected, expected[1:])] == ["附表1：缺少这张工作表"]
    added = changed_sheet(first, (200, 3), SeenCell(1.0))
    [difference] = compare(expected, [added, *expected[1:]])
    assert str(difference) == "附表1!D200：表内 1，应为 空白"


def test_formulas_written_in_another_way_are_the_same() -> None:
    assert normal("ROUND(SUM('附表2-1'!A1:A3), 2)") == normal("=round(sum('附表2-1'!A1:A3),2)")
    assert normal('IF(A1="Ab c",TRUE(),1)') == normal('IF(A1="Ab c",TRUE,1)')
    assert normal('IF(A1="Ab c",1,2)') != normal('IF(A1="abc",1,2)')
    assert normal("A1+B1") != normal("A1-B1")


def test_a_value_changed_in_the_file_is_found(workbook: Callable[[dict[str, Edit]], Path]) -> None:
    edit = {"xl/worksheets/sheet1.xml": lambda text: text.replace("2959844.41<", "2559844.41<", 1)}
    result = verify(workbook(edit))
    assert not result.is_consistent
    assert not result.is_data_changed
    [difference] = result.differences
    assert difference.message == "表内 2,559,844.41，应为 2,959,844.41"


def test_a_hidden_row_and_sheet_in_the_file_are_found(
    workbook: Callable[[dict[str, Edit]], Path],
) -> None:
    edits: dict[str, Edit] = {
        "xl/worksheets/sheet1.xml": lambda text: text.replace(
            '<row r="9" ', '<row r="9" hidden="1" '
        ),
        "xl/workbook.xml": lambda text: text.replace(
            '<sheet name="附表3" ', '<sheet name="附表3" state="veryHidden" '
        ),
    }
    messages = [str(difference) for difference in verify(workbook(edits)).differences]
    assert messages == ["附表1!9:9：整行被隐藏", "附表3：工作表被隐藏"]


def test_altered_inputs_are_told_as_such(workbook: Callable[[dict[str, Edit]], Path]) -> None:
    """The area of a town in the embedded table: everything else then follows differently."""
    names = [sheet.name for sheet in stored()]
    part = f"xl/worksheets/sheet{names.index('镇街基础数据') + 1}.xml"
    result = verify(workbook({part: lambda text: text.replace("<v>56.6</v>", "<v>66.6</v>", 1)}))
    assert result.is_data_changed
    assert not result.is_consistent
    assert result.printed["input_sha256"] != result.computed["input_sha256"]
    assert [str(d) for d in result.changed_data] == ["附表2-1!D8：表内 56.60，应为 66.60"]
    assert len(result.differences) > 100


def test_altered_fingerprints_alone_are_one_line_of_the_notes(
    workbook: Callable[[dict[str, Edit]], Path],
) -> None:
    result = verify(workbook({"xl/sharedStrings.xml": _other_digest}))
    assert not result.is_consistent
    assert not result.is_data_changed
    [difference] = result.differences
    assert difference.place.startswith("说明!B")


def _other_digest(text: str) -> str:
    digest = re.search(r"[0-9a-f]{64}", text)
    assert digest
    return text.replace(digest[0], "0" * 64)


def test_inputs_that_can_no_longer_be_computed(workbook: Callable[[dict[str, Edit]], Path]) -> None:
    names = [sheet.name for sheet in stored()]
    part = f"xl/worksheets/sheet{names.index('镇街基础数据') + 1}.xml"
    result = verify(workbook({part: lambda text: text.replace("<v>56.6</v>", "<v>-56.6</v>", 1)}))
    assert [problem.place.sheet for problem in result.problems] == ["镇街基础数据"]
    assert result.is_data_changed
    assert not result.is_consistent


def _other_figure(text: str) -> str:
    return re.sub(r'(<c r="H6"[^>]*>(?:<f>[^<]*</f>)?<v>)\d', r"\g<1>9", text)


def test_another_version_is_compared_by_its_figures(
    workbook: Callable[[dict[str, Edit]], Path],
) -> None:
    """Other words and one row more are its layout; another figure is named in its row."""

    def older(text: str) -> str:
        assert f"<t>{VERSION}<" in text
        return text.replace(f"<t>{VERSION}<", "<t>0.0.9<").replace("先舍去不足一个", "先舍一个")

    result = verify(workbook({"xl/sharedStrings.xml": older}))
    assert (result.is_other_version, result.verdict) == (True, "不能证明")
    assert [f.place for f in result.differences] == ["工作簿"]
    assert "由 0.0.9 版程序写出" in str(result.differences[0])
    assert "--rewrite" in str(result.differences[0])

    first = "xl/worksheets/sheet1.xml"
    changed = workbook({"xl/sharedStrings.xml": older, first: _other_figure})
    assert [f.place for f in verify(changed).differences] == ["工作簿", "附表1!H6"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no workbook"])
def test_other_files_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError):
        verify(path)


def test_an_input_workbook_is_no_official_workbook() -> None:
    with pytest.raises(InputError, match="不是 allocator 写出的正式工作簿"):
        verify(SAMPLE_INPUT)


def allocator(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "allocator", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_command(tmp_path: Path) -> None:
    out, other = tmp_path / "out.xlsx", tmp_path / "other.csv"
    assert allocator("run", SAMPLE_INPUT, "-o", out).returncode == 0
    done = allocator("verify", out, "--input", SAMPLE_INPUT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "与重新写出的逐字节相同" in done.stdout
    assert "就是所用的输入（内容和文件都相同）" in done.stdout
    assert done.stdout.endswith("结论：一致\n")
    text = (DATA / "dongguan-2020.csv").read_text(encoding="utf-8-sig")
    other.write_text(text.replace("56.6", "57.6"), encoding="utf-8")
    given = allocator("verify", out, "--input", other, "--scheme", DATA / "dongguan-2020.toml")
    assert given.returncode == 1
    assert "不是所用的输入：数据不同" in given.stdout
    out.write_bytes(
        repacked(
            out.read_bytes(),
            {
                "xl/worksheets/sheet1.xml": lambda text: text.replace(
                    "2959844.41<", "2559844.41<", 1
                )
            },
        )
    )
    found = allocator("verify", out)
    assert found.returncode == 1
    assert "表内 2,559,844.41，应为 2,959,844.41" in found.stdout
    assert found.stdout.endswith("结论：不一致\n")
    assert allocator("verify", SAMPLE_INPUT).returncode == 2
