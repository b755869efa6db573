"""Ways to alter an official workbook with openpyxl: deceptions, and what deceives nobody."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

Alter = Callable[[Any], None]

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
#: A figure, a text and the mark of a draft in the first annex.
FIGURE, MARK, UNIT = "H6", "A3", "L3"


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


#: What a program or an official may do without deceiving anyone.
HARMLESS: dict[str, Alter] = {
    "comment": on_first(lambda s: set_attribute(s[FIGURE], "comment", Comment("已核对", "甲"))),
    "protected": on_first(lambda s: s.protection.enable()),
    "bold and shaded": look(
        FIGURE,
        font=Font(name="宋体", size=11, bold=True),
        fill=PatternFill("solid", fgColor="FFFFFF00"),
    ),
    "wider": on_first(lambda s: set_attribute(s.column_dimensions["H"], "width", 40)),
    "tab": on_first(lambda s: set_attribute(s.sheet_properties, "tabColor", "FFFF0000")),
    "zoom": on_first(lambda s: set_attribute(s.sheet_view, "zoomScale", 70)),
    "portrait": on_first(lambda s: set_attribute(s.page_setup, "orientation", "portrait")),
    "saved later": lambda book: set_attribute(
        book.properties, "modified", datetime(2030, 1, 1, tzinfo=UTC)
    ),
}
