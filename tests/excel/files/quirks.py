"""Ways to write the cells of a sheet, each a small workbook: what programs write and what none does."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from tests.excel.files.packages import sheet_xml, xlsx

#: Texts shared by the sheets: plain, empty, of runs, with a phonetic reading, escaped, with blanks.
STRINGS: Final = (
    "<si><t>镇街</t></si><si><t>人口</t></si><si><t/></si><si></si>"
    "<si><r><t>甲</t></r><r><rPr><b/></rPr><t>镇</t></r></si>"
    "<si><t>東</t><rPh sb='0' eb='1'><t>ヒガシ</t></rPh><phoneticPr fontId='1'/></si>"
    "<si><t>a_x000D_b</t></si><si><t xml:space='preserve'> 乙镇 </t></si><si><t>_x0041_</t></si>"
    "<si><t>a&#10;b</t></si><si><t>&lt;丙&gt;&amp;</t></si><si><t>123</t></si><si><t>#N/A</t></si>"
)
#: Formats of cells: 1 a date, 2 a date of its own, 3 percent, 4 text, 5 a time, 6 a count in red.
STYLES: Final = (
    "<numFmts count='3'><numFmt numFmtId='164' formatCode='yyyy年m月d日'/>"
    "<numFmt numFmtId='165' formatCode='[Red]0'/><numFmt numFmtId='166' formatCode='[h]:mm'/></numFmts>"
    "<cellXfs count='8'><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/><xf numFmtId='9'/>"
    "<xf numFmtId='49'/><xf numFmtId='20'/><xf numFmtId='165'/><xf numFmtId='166'/></cellXfs>"
    "<dxfs count='1'><dxf><numFmt numFmtId='14' formatCode='0.00%'/></dxf></dxfs>"
)
#: One cell each, written into B2 beside plain ones.
CELLS: Final = MappingProxyType(
    {
        "number": '<c r="B2"><v>200</v></c>',
        "number with type": '<c r="B2" t="n"><v>200</v></c>',
        "number without a place": "<c><v>5</v></c><c><v>200</v></c>",
        "row and column absolute": '<c r="$B$2"><v>200</v></c>',
        "lower case place": '<c r="b2"><v>200</v></c>',
        "decimals": '<c r="B2"><v>28.799999999999997</v></c>',
        "exponent": '<c r="B2"><v>2.0E2</v></c>',
        "plus": '<c r="B2"><v>+200</v></c>',
        "blanks around": '<c r="B2"><v> 200 </v></c>',
        "line break within": '<c r="B2"><v>\n200\n</v></c>',
        "leading zeros": '<c r="B2"><v>0200</v></c>',
        "fifteen digits": '<c r="B2"><v>123456789012345</v></c>',
        "seventeen digits": '<c r="B2"><v>12345678901234567</v></c>',
        "negative zero": '<c r="B2"><v>-0</v></c>',
        "tiny": '<c r="B2"><v>1E-300</v></c>',
        "huge": '<c r="B2"><v>1E+300</v></c>',
        "hexadecimal": '<c r="B2"><v>0x10</v></c>',
        "not a number": '<c r="B2"><v>NaN</v></c>',
        "infinite": '<c r="B2"><v>inf</v></c>',
        "comma": '<c r="B2"><v>1,5</v></c>',
        "empty value": '<c r="B2"><v></v></c>',
        "no value": '<c r="B2"/>',
        "style alone": '<c r="B2" s="3"/>',
        "percent": '<c r="B2" s="3"><v>0.4</v></c>',
        "text format": '<c r="B2" s="4"><v>200</v></c>',
        "red": '<c r="B2" s="6"><v>200</v></c>',
        "style that is none": '<c r="B2" s="99"><v>200</v></c>',
        "date": '<c r="B2" s="1"><v>44012</v></c>',
        "date of its own": '<c r="B2" s="2"><v>44012.5</v></c>',
        "time": '<c r="B2" s="5"><v>0.5</v></c>',
        "duration": '<c r="B2" s="7"><v>1.5</v></c>',
        "date below one": '<c r="B2" s="1"><v>0.25</v></c>',
        "date of serial 60": '<c r="B2" s="1"><v>60</v></c>',
        "date beyond all": '<c r="B2" s="1"><v>9999999</v></c>',
        "negative date": '<c r="B2" s="1"><v>-5</v></c>',
        "date as text": '<c r="B2" t="d"><v>2020-06-30</v></c>',
        "date and time as text": '<c r="B2" t="d"><v>2020-06-30T12:00:00</v></c>',
        "boolean": '<c r="B2" t="b"><v>1</v></c>',
        "boolean false": '<c r="B2" t="b"><v>0</v></c>',
        "boolean in words": '<c r="B2" t="b"><v>true</v></c>',
        "error": '<c r="B2" t="e"><v>#N/A</v></c>',
        "error without text": '<c r="B2" t="e"><v/></c>',
        "shared": '<c r="B2" t="s"><v>4</v></c>',
        "shared, empty text": '<c r="B2" t="s"><v>2</v></c>',
        "shared, empty item": '<c r="B2" t="s"><v>3</v></c>',
        "shared, no number": '<c r="B2" t="s"><v/></c>',
        "shared, no value": '<c r="B2" t="s"/>',
        "shared, beyond": '<c r="B2" t="s"><v>99</v></c>',
        "shared, negative": '<c r="B2" t="s"><v>-1</v></c>',
        "shared, phonetic": '<c r="B2" t="s"><v>5</v></c>',
        "shared, escaped": '<c r="B2" t="s"><v>6</v></c>',
        "shared, blanks": '<c r="B2" t="s"><v>7</v></c>',
        "shared, a letter escaped": '<c r="B2" t="s"><v>8</v></c>',
        "shared, line break": '<c r="B2" t="s"><v>9</v></c>',
        "shared, entities": '<c r="B2" t="s"><v>10</v></c>',
        "shared, digits": '<c r="B2" t="s"><v>11</v></c>',
        "shared, error text": '<c r="B2" t="s"><v>12</v></c>',
        "inline": '<c r="B2" t="inlineStr"><is><t>丁镇</t></is></c>',
        "inline of runs": '<c r="B2" t="inlineStr"><is><r><t>丁</t></r><r><t>镇</t></r></is></c>',
        "inline, phonetic": '<c r="B2" t="inlineStr"><is><t>東</t><rPh sb="0" eb="1"><t>ヒ</t></rPh></is></c>',
        "inline, escaped": '<c r="B2" t="inlineStr"><is><t>a_x000D_b</t></is></c>',
        "inline, surrogates": '<c r="B2" t="inlineStr"><is><t>_xD842__xDFB7_</t></is></c>',
        "inline, empty": '<c r="B2" t="inlineStr"><is><t/></is></c>',
        "inline, entities": '<c r="B2" t="inlineStr"><is><t>&#x4e01;&amp;</t></is></c>',
        "inline, CDATA": '<c r="B2" t="inlineStr"><is><t><![CDATA[丁镇]]></t></is></c>',
        "inline and value": '<c r="B2" t="inlineStr"><is><t>200</t></is><v>200</v></c>',
        "inline and another value": '<c r="B2" t="inlineStr"><is><t>200</t></is><v>260</v></c>',
        "text with inline": '<c r="B2" t="str"><v>260</v><is><t>200</t></is></c>',
        "number with inline": '<c r="B2"><v>200</v><is><t>300</t></is></c>',
        "value twice": '<c r="B2"><v>200</v><v>300</v></c>',
        "cell twice": '<c r="B2"><v>200</v></c><c r="B2"><v>300</v></c>',
        "text": '<c r="B2" t="str"><v>丁镇</v></c>',
        "text, empty": '<c r="B2" t="str"><v></v></c>',
        "formula": '<c r="B2"><f>100+100</f><v>200</v></c>',
        "formula without value": '<c r="B2"><f>100+100</f></c>',
        "formula with empty value": '<c r="B2"><f>100+100</f><v></v></c>',
        "formula of text": '<c r="B2" t="str"><f>"x"</f><v>x</v></c>',
        "formula of error": '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        "formula of another file": '<c r="B2"><f>[1]表!A1</f><v>200</v></c>',
        "shared formula": '<c r="B2"><f t="shared" si="0" ref="B2:B3">1+1</f><v>200</v></c>',
        "array formula": '<c r="B2"><f t="array" ref="B2">1+1</f><v>200</v></c>',
        "unknown type": '<c r="B2" t="z"><v>200</v></c>',
        "extra attributes": '<c r="B2" s="0" cm="1" vm="1" ph="1"><v>200</v></c>',
        "extension within": '<c r="B2"><v>200</v><extLst><ext uri="u"><v>9</v></ext></extLst></c>',
        "comment within": '<c r="B2"><v>2<!-- x -->00</v></c>',
        "far to the right": '<c r="ZZ2"><v>200</v></c>',
        "right before left": '<c r="C2"><v>1</v></c><c r="B2"><v>200</v></c>',
    }
)
#: Whole rows, and what stands behind them.
SHEETS: Final = MappingProxyType(
    {
        "rows without numbers": ('<row><c t="s"><v>0</v></c></row><row><c><v>5</v></c></row>', ""),
        "rows out of order": ('<row r="3"><c r="A3"><v>3</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>', ""),
        "row twice": ('<row r="2"><c r="A2"><v>3</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>', ""),
        "rows apart": ('<row r="2"><c r="A2"><v>3</v></c></row><row r="9"><c r="B9"><v>2</v></c></row>', ""),
        "hidden row": ('<row r="2" hidden="1"><c r="A2"><v>3</v></c></row>', ""),
        "hidden in words": ('<row r="2" hidden="true"><c r="A2"><v>3</v></c></row>', ""),
        "blank row": ('<row r="1"/><row r="2"><c r="A2"><v>3</v></c></row>', ""),
        "height": ('<row r="2" ht="20" customHeight="1" spans="1:3"><c r="A2"><v>3</v></c></row>', ""),
        "cell of another row": ('<row r="2"><c r="A7"><v>3</v></c></row>', ""),
        "merged": ('<row r="2"><c r="A2"><v>3</v></c></row>', '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'),
        "merged one cell": ('<row r="2"><c r="A2"><v>3</v></c></row>', '<mergeCells><mergeCell ref="A2"/></mergeCells>'),
        "conditional format": ('<row r="2"><c r="A2" s="1"><v>44012</v></c></row>', '<conditionalFormatting sqref="A2"><cfRule type="cellIs" dxfId="0" priority="1" operator="equal"><formula>1</formula></cfRule></conditionalFormatting>'),
        "filter": ('<row r="2"><c r="A2"><v>3</v></c></row>', '<autoFilter ref="A1:B2"/>'),
        "validation": ('<row r="2"><c r="A2"><v>3</v></c></row>', '<dataValidations><dataValidation type="list" sqref="A2"><formula1>"是,否"</formula1></dataValidation></dataValidations>'),
        "nothing": ("", ""),
    }
)  # fmt: skip


def books() -> dict[str, bytes]:
    """Each quirk as a workbook."""
    head = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    made: dict[str, bytes] = {}
    for name, cell in CELLS.items():
        row = f'<row r="2"><c r="A2" t="s"><v>4</v></c>{cell}</row><row r="3"><c r="B3"><v>7</v></c></row>'
        made[name] = _book(sheet_xml(head + row))
        made[f"{name}, 1904"] = _book(sheet_xml(head + row), is_1904=True)
        prefixed = (
            sheet_xml(head + row).replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
        )
        if "<x:!" not in prefixed:
            made[f"{name}, prefix"] = _book(prefixed.replace("xmlns=", "xmlns:x="))
    for name, (rows, after) in SHEETS.items():
        made[name] = _book(sheet_xml(rows, after=after))
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
    made["hidden column"] = _book(sheet_xml(head).replace("<sheetData>", f"{columns}<sheetData>"))
    made["strict"] = xlsx({"表": sheet_xml(head, strict=True)}, strict=True, strings=STRINGS)
    made["no shared texts"] = xlsx({"表": sheet_xml(head)})
    made["byte order mark"] = _book("\ufeff" + sheet_xml(head))
    halves = STRINGS.replace("<t>镇街</t>", "<t>_xD842__xDFB7_</t>")
    made["shared, surrogates"] = xlsx({"表": sheet_xml(head)}, strings=halves)
    made["declaration"] = _book(sheet_xml(head, before='<?xml version="1.0" standalone="yes"?>'))
    return made


def _book(sheet: str, *, is_1904: bool = False) -> bytes:
    return xlsx({"表": sheet}, strings=STRINGS, styles=STYLES, is_1904=is_1904)
