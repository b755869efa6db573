"""Nothing that makes a reader see another figure passes verification; saving anew does."""

from __future__ import annotations

import base64
import functools
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from allocator import InputError, load
from allocator.allocation import allocate
from allocator.excel.official import official_workbook
from allocator.excel.template import input_workbook
from allocator.excel.verify import Verification, verify
from allocator.excel.verify_comparison import Difference, compare
from allocator.excel.verify_looks import format_key
from allocator.excel.verify_reading import StoredBook, read_stored
from allocator.recipients import Recipients
from allocator.scheme import Scheme
from tests.conftest import DATA

Alter = Callable[[Any], None]
Edits = dict[str, Callable[[str], str]]

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
#: A figure, a text and the mark of a draft in the first annex.
FIGURE, MARK, UNIT = "H6", "A3", "L3"
TOWNS = 8


@functools.cache
def inputs() -> tuple[Recipients, Scheme]:
    """The sample with its first towns only, so that every workbook is small."""
    recipients, scheme = load(DATA / "dongguan-2020.xlsx")
    changes: dict[str, Any] = {}
    for one in fields(recipients):
        column = getattr(recipients, one.name)
        if isinstance(column, tuple) and len(column) == len(recipients):
            changes[one.name] = column[:TOWNS]
        elif isinstance(column, Mapping):
            changes[one.name] = {
                key: values[:TOWNS] if isinstance(values, tuple) else values
                for key, values in column.items()
            }
    return replace(recipients, **changes), scheme


@functools.cache
def official() -> bytes:
    return official_workbook(allocate(*inputs()))


def checked(content: bytes, folder: Path) -> Verification:
    path = folder / "结果.xlsx"
    path.write_bytes(content)
    return verify(path)


def differences(content: bytes) -> list[Difference]:
    """What verification finds where the inputs inside are as they were."""
    return compare(expected(), read_stored("", content))


@functools.cache
def expected() -> StoredBook:
    return read_stored("", official())


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
    assert result.uncomputed > 300


def look(cell: str, **attributes: Any) -> Alter:
    def alter(book: Any) -> None:
        for name, value in attributes.items():
            setattr(book["附表1"][cell], name, value)

    return alter


def on_first(action: Callable[[Any], object]) -> Alter:
    return lambda book: action(book["附表1"])


def add_picture(sheet: Any) -> None:
    sheet.add_image(Image(io.BytesIO(DOT)), FIGURE)


def add_prompt(sheet: Any) -> None:
    check = DataValidation(type="whole", operator="greaterThan", formula1="0")
    check.promptTitle, check.prompt, check.showInputMessage = "提示", "单位：万元", True
    check.add(FIGURE)
    sheet.add_data_validation(check)


def white_on_condition(sheet: Any) -> None:
    sheet.conditional_formatting.add(
        FIGURE, FormulaRule(["TRUE"], font=Font(color="FFFFFFFF"), fill=None)
    )


def other_format_on_condition(book: Any) -> None:
    """The input sheet has conditions of its own; one more must not hide among them."""
    rule = FormulaRule(["TRUE"], fill=PatternFill(bgColor="FFFFFFFF"))
    book["镇街基础数据"].conditional_formatting.add("D4:D11", rule)


def look_alike(book: Any) -> None:
    book.create_sheet("附表１", 0)["A1"].value = 1


def swap_headers(sheet: Any) -> None:
    sheet["E5"].value, sheet["F5"].value = sheet["F5"].value, sheet["E5"].value


def swap_series(book: Any) -> None:
    chart = book["图表"]._charts[0]
    one, other = chart.series
    one.val, other.val = other.val, one.val


def rename_series(book: Any) -> None:
    chart = book["图表"]._charts[0]
    one, other = chart.series
    one.tx, other.tx = other.tx, one.tx


def set_attribute(thing: Any, name: str, value: Any) -> None:
    setattr(thing, name, value)


ALTERATIONS: dict[str, Alter] = {
    "white font": look(FIGURE, font=Font(color="FFFFFFFF")),
    "nearly white font": look(FIGURE, font=Font(color="FFF0F0F0")),
    "black on black": look(FIGURE, fill=PatternFill("solid", fgColor="FF000000")),
    "pattern over the figure": look(FIGURE, fill=PatternFill("darkGrid", fgColor="FF000000")),
    "tiny font": look(MARK, font=Font(size=1)),
    "struck through": look(FIGURE, font=Font(strike=True)),
    "symbols for digits": look(FIGURE, font=Font(name="Wingdings")),
    "repeated by alignment": look(FIGURE, alignment=Alignment(horizontal="fill")),
    "pushed out of the cell": look(MARK, alignment=Alignment(indent=60)),
    "nothing shown": look(FIGURE, number_format=";;;"),
    "in thousands": look(FIGURE, number_format="#,##0.00,"),
    "literal point": look(FIGURE, number_format="#,##0\\.00"),
    "literal decimals": look(FIGURE, number_format='#,##0".00"'),
    "another figure as format": look(FIGURE, number_format='"9,999,999.99"'),
    "text hidden by its format": look(MARK, number_format=";;;"),
    "text replaced by its format": look(UNIT, number_format='@;@;@;"单位：万元"'),
    "mark removed": look(MARK, value=None),
    "unit changed": look(UNIT, value="单位：万元"),
    "title changed": look("A2", value="2021年东莞市“民生大莞家”专项资金分配总表"),
    "headers swapped": on_first(swap_headers),
    "formula of the same value": look(FIGURE, value="='附表2-2'!O7+0"),
    "far below": look("A9000", value=1),
    "far to the right": look("ZZ3", value=1),
    "row hidden": on_first(lambda s: set_attribute(s.row_dimensions[9], "hidden", True)),
    "row grouped": on_first(lambda s: s.row_dimensions.group(9, 9, hidden=True)),
    "row without height": on_first(lambda s: set_attribute(s.row_dimensions[9], "height", 0.1)),
    "mark cut off": on_first(lambda s: set_attribute(s.row_dimensions[3], "height", 6)),
    "column hidden": on_first(lambda s: set_attribute(s.column_dimensions["H"], "hidden", True)),
    "column without width": on_first(
        lambda s: set_attribute(s.column_dimensions["B"], "width", 0.6)
    ),
    "sheet hidden": on_first(lambda s: set_attribute(s, "sheet_state", "hidden")),
    "sheet very hidden": lambda book: set_attribute(book["附表3"], "sheet_state", "veryHidden"),
    "sheet renamed": on_first(lambda s: set_attribute(s, "title", "附表一")),
    "sheet removed": lambda book: book.remove(book["附表4"]),
    "sheets reordered": lambda book: book.move_sheet("附表5", -4),
    "look-alike sheet": look_alike,
    "comment": on_first(lambda s: set_attribute(s[FIGURE], "comment", Comment("实为万元", "甲"))),
    "picture": on_first(add_picture),
    "picture on the charts": lambda book: add_picture(book["图表"]),
    "chart of other cells": swap_series,
    "names of series swapped": rename_series,
    "axis cut": lambda book: set_attribute(
        book["图表"]._charts[0].y_axis.scaling, "min", 1_000_000
    ),
    "prompt": on_first(add_prompt),
    "condition": on_first(white_on_condition),
    "condition among conditions": other_format_on_condition,
    "hyperlink": on_first(lambda s: set_attribute(s[FIGURE], "hyperlink", "https://example.org/x")),
    "print area": on_first(lambda s: set_attribute(s, "print_area", "A1:G19")),
    "header": on_first(lambda s: set_attribute(s.oddHeader.center, "text", "正式稿")),
    "zeros not shown": on_first(lambda s: set_attribute(s.sheet_view, "showZeros", False)),
    "formulas shown": on_first(lambda s: set_attribute(s.sheet_view, "showFormulas", True)),
    "scrolled under the frozen rows": on_first(
        lambda s: set_attribute(s.sheet_view, "topLeftCell", "A4")
    ),
    "defined name": lambda book: book.defined_names.add(
        DefinedName("合计", attr_text="附表1!$M$14")
    ),
    "manual calculation": lambda book: set_attribute(book.calculation, "calcMode", "manual"),
    "precision as shown": lambda book: set_attribute(book.calculation, "fullPrecision", False),
}
CONSISTENT_ALTERATIONS: dict[str, Alter] = {
    "official in the rules only": lambda book: replace_text(book["分配方案"], "测算稿", "正式"),
    "source of data": lambda book: replace_everywhere(
        book, "没有找到分镇街的公开数据", "民政局公布"
    ),
}


def replace_text(sheet: Any, old: str, new: str) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == old:
                cell.value = new


def replace_everywhere(book: Any, old: str, new: str) -> None:
    """Consistently in every sheet, as a careful forger would."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and old in cell.value:
                    cell.value = cell.value.replace(old, new)


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
    assert str(difference) == "附表1：多出图形或批注，可能遮盖数字"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_programs_may_read_in_two_ways_is_refused() -> None:
    twice = edited({}, {SHEET: "<worksheet/>"})
    cell = edited({SHEET: lambda text: re.sub(r'(<c r="H6".*?</c>)', r"\1\1", text, count=1)})
    for content in (twice, cell):
        with pytest.raises(InputError, match=r"同名的部分|已损坏"):
            read_stored("", content)


def test_a_forgery_computed_from_other_data_shows_by_its_input(tmp_path: Path) -> None:
    recipients, scheme = inputs()
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


#: What a program or an official may do without deceiving anyone.
HARMLESS: dict[str, Alter] = {
    "protected": on_first(lambda s: s.protection.enable()),
    "bold and shaded": look(
        FIGURE, font=Font(bold=True), fill=PatternFill("solid", fgColor="FFFFFF00")
    ),
    "wider": on_first(lambda s: set_attribute(s.column_dimensions["H"], "width", 40)),
    "tab": on_first(lambda s: set_attribute(s.sheet_properties, "tabColor", "FFFF0000")),
    "zoom": on_first(lambda s: set_attribute(s.sheet_view, "zoomScale", 70)),
    "portrait": on_first(lambda s: set_attribute(s.page_setup, "orientation", "portrait")),
    "saved later": lambda book: set_attribute(
        book.properties, "modified", datetime(2030, 1, 1, tzinfo=UTC)
    ),
}


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
