"""The sample, the template and the painted copy, as the commands write them."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from allocator import InputError, Scheme, allocate, load
from allocator.base.money import format_yuan
from allocator.dongguan.roster import TOWNS
from allocator.excel.intake.marked_copy import painted_copy
from allocator.excel.template.template import draft_scheme
from tests.excel.files.packages import save
from tests.excel.intake.planted import TABLE, plant

DATA = Path(__file__).parents[3] / "data"
SAMPLE = DATA / "dongguan-2020.xlsx"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "allocator", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


class TestSample:
    def test_it_is_what_its_script_makes(self) -> None:
        spec = importlib.util.spec_from_file_location("build_sample", DATA / "build_sample.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert module.build() == SAMPLE.read_bytes()

    def test_hand_checked_figures(self) -> None:
        answer = allocate(*load(SAMPLE))
        projects = answer.pool("micro_projects")
        assert format_yuan(projects.entitlement[0]) == "4,959,844.41"
        assert format_yuan(projects.payment[0]) == "2,959,844.41"
        assert format_yuan(answer.matching[0].required) == "4,086,231.62"

    def test_workbook_and_table_with_scheme_are_one_input(self) -> None:
        table = allocate(*load(DATA / "dongguan-2020.csv", DATA / "dongguan-2020.toml"))
        assert allocate(*load(SAMPLE)).fingerprint == table.fingerprint

    def test_a_scheme_file_wins_over_the_sheet_and_it_is_said(self) -> None:
        recipients, _ = load(SAMPLE, DATA / "dongguan-2020.toml")
        assert "scheme.two" in {warning.code for warning in recipients.warnings}
        answer = allocate(recipients, draft_scheme())
        assert answer.warnings[0].code == "scheme.two"

    def test_where_it_was_read_from(self) -> None:
        recipients, _ = load(SAMPLE)
        origin = recipients.origin
        assert (origin.file, origin.sheet, origin.header_row) == (SAMPLE.name, TABLE, 3)
        assert recipients.place("gdp", 22).cell == "E26"
        assert recipients.place("gdp").cell == "E3"
        assert len(origin.file_sha256) == 64

    def test_placeholders_are_marked_as_long_as_their_status_says_so(self) -> None:
        book = openpyxl.load_workbook(SAMPLE)
        rules = {
            str(area.sqref): rule
            for area, rules in book[TABLE].conditional_formatting._cf_rules.items()
            for rule in rules
        }
        aid = rules["G4:G36"]
        status = next(c.column_letter for c in book[TABLE][3] if c.value == "帮扶需求·数据状态")
        assert aid.formula == [f'${status}4="示例"']
        assert "示例" in aid.dxf.numFmt.formatCode
        assert aid.dxf.fill.bgColor.rgb == "FFFFE699"
        assert load(SAMPLE)[0].placeholders() == {
            "aid_demand": 33,
            "economic_class": 33,
            "unspent": 10,
        }

    def test_every_column_has_a_source(self) -> None:
        sources = {line[0] for line in load(SAMPLE)[0].sources}
        numbers = ("村（社区）数量", "行政区划面积（平方公里）", "经济总量（亿元）", "人口（人）")
        assert sources >= {*numbers, "帮扶需求", "经济指标类别", "是否试点", "试点剩余（元）"}


class TestTemplate:
    def test_the_command(self, tmp_path: Path) -> None:
        first, second = tmp_path / "一.xlsx", tmp_path / "二.xlsx"
        assert run("template", "-o", first).returncode == 0
        assert run("template", "-o", second).returncode == 0
        assert first.read_bytes() == second.read_bytes()
        again = run("template", "-o", first)
        assert again.returncode == 2
        assert "文件已存在" in again.stderr
        assert run("template", "-o", first, "--force").returncode == 0

    def test_it_asks_for_every_column_and_no_more(self, tmp_path: Path) -> None:
        path = tmp_path / "模板.xlsx"
        run("template", "-o", path)
        with pytest.raises(InputError) as caught:
            load(path)
        errors = [p for p in caught.value.problems if not p.is_warning]
        assert {p.code for p in errors} == {"table.blank"}
        assert sorted(p.place.cell for p in errors) == ["C3", "D3", "E3", "F3", "G3", "H3"]

    def test_it_has_the_towns_and_checks_on_every_column(self, tmp_path: Path) -> None:
        path = tmp_path / "模板.xlsx"
        run("template", "-o", path)
        sheet = openpyxl.load_workbook(path)[TABLE]
        assert tuple(sheet[f"B{row}"].value for row in range(4, 37)) == TOWNS
        checks = {str(v.sqref)[0]: v for v in sheet.data_validations.dataValidation}
        headers = {cell.column_letter: cell.value for cell in sheet[3] if cell.value}
        assert set(checks) == set(headers)
        assert all(check.prompt for check in checks.values())
        kinds = {headers[letter]: check.type for letter, check in checks.items()}
        assert kinds["经济指标类别"] == kinds["是否试点"] == "list"
        assert kinds["人口（人）"] == kinds["试点剩余（元）"] == "decimal"

    def test_filled_in_it_is_an_input(self, tmp_path: Path) -> None:
        path = tmp_path / "模板.xlsx"
        run("template", "-o", path)
        book = openpyxl.load_workbook(path)
        sample = openpyxl.load_workbook(SAMPLE)[TABLE]
        columns = {cell.value: cell.column for cell in sample[3]}
        for header in book[TABLE][3]:
            if header.value in columns:
                for row in range(4, 37):
                    value = sample.cell(row, columns[header.value]).value
                    book[TABLE].cell(row, header.column).value = value
        book.save(path)
        assert allocate(*load(path)).fingerprint == allocate(*load(SAMPLE)).fingerprint

    def test_its_rules_are_the_draft_of_2020(self) -> None:
        text = (DATA / "dongguan-2020.toml").read_text(encoding="utf-8")
        assert draft_scheme() == Scheme.from_toml(text)
        assert draft_scheme().is_draft


class TestPaintedCopy:
    def test_wrong_cells_are_filled_and_annotated(self, tmp_path: Path) -> None:
        content, planted = plant(["text in a number", "negative number", "weights above 1"])
        path = save(tmp_path, "输入.xlsx", content)
        with pytest.raises(InputError) as caught:
            load(path)
        copy = openpyxl.load_workbook(io.BytesIO(painted_copy(path, caught.value.problems)))
        assert copy.sheetnames[0] == "错误清单"
        assert copy["错误清单"].max_row == len(caught.value.problems) + 1
        for one in planted:
            cell = copy[one.sheet][one.cell]
            assert cell.fill.fgColor.rgb == "FFFF7C80"
            assert cell.comment
        assert path.read_bytes() == content

    def test_a_table_of_text_is_painted_too(self, tmp_path: Path) -> None:
        table = save(tmp_path, "表.csv", "单位,人口\n=1+1,约\n".encode("gb18030"))
        scheme = save(tmp_path, "方案.toml", (DATA / "dongguan-2020.toml").read_bytes())
        copy = tmp_path / "标注.xlsx"
        result = run("run", table, "--scheme", scheme, "-o", tmp_path / "x.xlsx", "--marked", copy)
        assert result.returncode == 2
        sheet = openpyxl.load_workbook(copy).worksheets[1]
        assert sheet["B2"].fill.fgColor.rgb == "FFFF7C80"
        assert sheet["A2"].data_type == "s"
        assert not (tmp_path / "x.xlsx").exists()


def open_document(rows: str) -> bytes:
    """A small .ods."""
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{names}office:1.0" xmlns:table="{names}table:1.0" '
        f'xmlns:text="{names}text:1.0"><office:body><office:spreadsheet><table:table '
        f'table:name="表">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return packed.getvalue()


def test_open_document_tables(tmp_path: Path) -> None:
    def row(*cells: str | int) -> str:
        inner = "".join(
            f'<table:table-cell office:value-type="float" office:value="{c}"><text:p>{c}</text:p>'
            "</table:table-cell>"
            if isinstance(c, int)
            else f'<table:table-cell office:value-type="string"><text:p>{c}</text:p>'
            "</table:table-cell>"
            for c in cells
        )
        return f"<table:table-row>{inner}</table:table-row>"

    rows = row("单位", "人口") + row("甲", 5) + row("乙", 6)
    scheme = '[scheme]\nname="某"\n[[pool]]\nid="a"\nname="甲"\nbudget=1\nfactors=[{column="人口",weight=1}]'
    recipients, rules = load(
        save(tmp_path, "表.ods", open_document(rows)), save(tmp_path, "方案.toml", scheme.encode())
    )
    assert recipients.numbers == {"population": (5, 6)}
    assert recipients.place("population", 1).cell == "B3"
    assert rules.pools[0].factors[0].column == "population"
