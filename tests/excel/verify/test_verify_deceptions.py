"""Nothing that makes a reader see another figure passes verification; saving anew does."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from allocator import load
from allocator.allocation import allocate
from allocator.excel.official import official_workbook
from allocator.excel.strict.looks import format_key
from allocator.excel.template.template import input_workbook
from allocator.excel.verify.findings import Finding
from allocator.excel.verify.proof import prove
from allocator.excel.verify.verify import Verification, verify
from tests.excel.verify.deceptions import ALTERATIONS, CONSISTENT_ALTERATIONS, HARMLESS, Alter
from tests.excel.verify.small import inputs, official

Edits = dict[str, Callable[[str], str]]


def checked(content: bytes, folder: Path) -> Verification:
    path = folder / "结果.xlsx"
    path.write_bytes(content)
    return verify(path)


def differences(content: bytes) -> list[Finding]:
    """What verification finds where the inputs inside are as they were."""
    findings = prove(content, official()).findings
    return [finding for finding in findings if finding.kind in ("changed", "unproven")]


def altered(alter: Alter) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(official()))
    alter(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def edited(edits: Edits, parts: dict[str, str] | None = None) -> bytes:
    """The workbook with the text of some parts changed, and some parts added."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(official())) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name in edits:
                after = edits[name](text.decode())
                assert after != text.decode(), name
                text = after.encode()
            new.writestr(name, text)
        for name, text_of_part in (parts or {}).items():
            new.writestr(name, text_of_part)
    return changed.getvalue()


def first(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def test_saved_by_another_program_without_values(tmp_path: Path) -> None:
    result = checked(altered(lambda _: None), tmp_path)
    assert result.differences == ()
    assert result.is_consistent
    assert result.verdict == "金额一致，表面有改动"


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_alteration_is_found(name: str) -> None:
    assert differences(altered(ALTERATIONS[name]))


@pytest.mark.parametrize("name", CONSISTENT_ALTERATIONS)
def test_an_alteration_of_the_inputs_is_found(name: str, tmp_path: Path) -> None:
    result = checked(altered(CONSISTENT_ALTERATIONS[name]), tmp_path)
    assert not result.is_consistent
    assert result.differences


RELATION = (
    '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{kind}" Target="{target}"/></Relationships>'
)
EXTENSION = (
    '<extLst><ext uri="{{x}}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/'
    'main"><x14:{name}/></ext></extLst></worksheet>'
)
SHEET = "xl/worksheets/sheet1.xml"
WHITE_THEME = {
    "xl/theme/theme1.xml": lambda text: re.sub(
        r"<a:dk1>.*?</a:dk1>", '<a:dk1><a:srgbClr val="FFFFFF"/></a:dk1>', text
    )
}
EDITS: dict[str, Edits] = {
    "value under its formula": {SHEET: first("4873686.46<", "4573686.46<")},
    "text colour of the theme": WHITE_THEME,
    "built-in format under a false code": {
        "xl/styles.xml": lambda text: text.replace(
            'numFmtId="165" formatCode="#,##0.00"', 'numFmtId="9" formatCode="#,##0.00"'
        ).replace('xf numFmtId="165"', 'xf numFmtId="9"')
    },
    "part of a text in white": {
        "xl/sharedStrings.xml": first(
            "<t>测算稿 — 权重待核定</t>",
            '<r><t>测</t></r><r><rPr><color rgb="FFFFFFFF"/></rPr><t>算稿 — 权重待核定</t></r>',
        )
    },
    "rows hidden by default": {
        "xl/worksheets/sheet9.xml": first("defaultRowHeight=", 'zeroHeight="1" defaultRowHeight=')
    },
    "array formula": {SHEET: first("<f>", '<f t="array" ref="D6">')},
    "merged over a figure": {
        SHEET: lambda text: re.sub(
            r"<mergeCells[^>]*>", '<mergeCells><mergeCell ref="G6:H6"/>', text, count=1
        )
    },
    "condition of an extension": {
        SHEET: first("</worksheet>", EXTENSION.format(name="conditionalFormatting"))
    },
    "sparklines": {SHEET: first("</worksheet>", EXTENSION.format(name="sparklineGroups"))},
    "macros": {
        "xl/_rels/workbook.xml.rels": first(
            "</Relationships>", RELATION.format(kind="vbaProject", target="vbaProject.bin")
        )
    },
    "links to other files": {
        "xl/_rels/workbook.xml.rels": first(
            "</Relationships>", RELATION.format(kind="externalLink", target="externalLinks/1.xml")
        )
    },
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_the_file_is_found(name: str) -> None:
    assert differences(edited(EDITS[name]))


def test_shapes_of_old_programs_are_found() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + RELATION.format(kind="vmlDrawing", target="../drawings/vmlDrawing1.vml")
    )
    content = edited({}, {"xl/worksheets/_rels/sheet1.xml.rels": relations})
    [difference] = differences(content)
    assert difference.kind == "unproven"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_programs_may_read_in_two_ways_is_refused() -> None:
    twice = edited({}, {SHEET: "<worksheet/>"})
    cell = edited({SHEET: lambda text: re.sub(r'(<c r="H6".*?</c>)', r"\1\1", text, count=1)})
    for content, words in ((twice, "同名的部分"), (cell, "次序颠倒、重复")):
        assert words in str(differences(content)[0])


def test_a_forgery_computed_from_other_data_shows_by_its_input(tmp_path: Path) -> None:
    recipients, scheme = inputs()
    scheme = replace(scheme, recipients=len(recipients))
    true, changed = tmp_path / "真.xlsx", tmp_path / "改.xlsx"
    true.write_bytes(input_workbook(recipients, scheme))
    book = openpyxl.load_workbook(true)
    book["镇街基础数据"]["F4"].value += 10_000
    book.save(changed)
    forged = tmp_path / "伪造.xlsx"
    forged.write_bytes(official_workbook(allocate(*load(changed))))
    assert verify(forged).is_consistent
    found = verify(forged, true)
    assert not found.is_consistent
    assert found.given
    assert not found.given.same_table
    genuine = allocate(recipients, scheme).fingerprint
    assert found.printed["input_sha256"] != genuine["input_sha256"]
    assert found.printed["result_sha256"] != genuine["result_sha256"]


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_change_is_no_alarm(name: str) -> None:
    assert differences(altered(HARMLESS[name])) == []


REWRITES: dict[str, Edits] = {
    "number with an exponent": {SHEET: first("<v>4873686.46</v>", "<v>4.87368646E6</v>")},
    "inline string": {
        SHEET: lambda text: re.sub(
            r'<c r="A3" s="(\d+)" t="s"><v>\d+</v></c>',
            r'<c r="A3" s="\1" t="inlineStr"><is><t>测算稿 — 权重待核定</t></is></c>',
            text,
        )
    },
    "part of a text in another font": {
        "xl/sharedStrings.xml": first(
            "<t>测算稿 — 权重待核定</t>",
            '<r><t>测算稿</t></r><r><rPr><sz val="11"/><color rgb="FFC00000"/><rFont val="宋体"/>'
            '</rPr><t xml:space="preserve"> — 权重待核定</t></r>',
        )
    },
    "shared formula": {
        SHEET: lambda text: text.replace(
            "<f>附表4!F5</f>", '<f t="shared" ref="K6:K7" si="0">附表4!F5</f>'
        ).replace("<f>附表4!F6</f>", '<f t="shared" si="0"/>')
    },
}


@pytest.mark.parametrize("name", REWRITES)
def test_another_way_of_writing_is_no_alarm(name: str) -> None:
    assert differences(edited(REWRITES[name])) == []


def test_number_formats_by_what_they_show() -> None:
    assert format_key("#,##0.00") != format_key("#,##0\\.00")
    assert format_key('0" 元"') == format_key("0\\ \\元")
    assert format_key("0_)") != format_key("0)")
