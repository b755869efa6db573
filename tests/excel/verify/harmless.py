"""What officials and their programs do to a workbook without deceiving anyone."""

from __future__ import annotations

import random
import re

from allocator.excel.kit.frame import SIGNATURES
from tests.excel.verify.disguises import (
    BOOK,
    FIRST,
    STRINGS,
    Parts,
    Way,
    annexes,
    change,
    figure,
    insert_row,
    related,
    typed,
    with_style,
)

_NAMES = ("张三", "李四", "王小明", "陈　伟", "欧阳春")
_FONT = '<font><sz val="{}"/><color rgb="FF{}"/><name val="{}"/><family val="2"/></font>'
_SOLID = '<fill><patternFill patternType="solid"><fgColor rgb="FF{}"/><bgColor indexed="64"/></patternFill></fill>'


def signature(rng: random.Random, parts: Parts) -> None:
    a, b = rng.sample(_NAMES, 2)
    day = f"{rng.randint(2020, 2026)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    signed = f"填表人：{a}　　　　审核人：{b}　　　　日期：{day}"
    parts[STRINGS] = parts[STRINGS].replace(SIGNATURES, signed)


def comment(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(annexes(parts))
    cell = re.findall(r'<c r="([A-Z]+\d+)"', parts[name])[rng.randrange(20)]
    row, text = int(re.sub(r"\D", "", cell)) - 1, rng.choice(["已核对", "请财政所复核", "同意"])
    parts["xl/comments1.xml"] = (
        '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>甲'
        f'</author></authors><commentList><comment ref="{cell}" authorId="0"><text><r><rPr><sz val="9"/>'
        f'<rFont val="宋体"/></rPr><t>{text}</t></r></text></comment></commentList></comments>'
    )
    parts["xl/drawings/vmlDrawing1.vml"] = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025" type="#_x0000_t202" '
        'style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        f'<x:ClientData ObjectType="Note"><x:Row>{row}</x:Row><x:Column>1</x:Column></x:ClientData>'
        "</v:shape></xml>"
    )
    related(parts, name, "comments", "../comments1.xml")
    rels = name.replace("worksheets/", "worksheets/_rels/") + ".rels"
    vml = re.findall(r"<Relationship [^>]*/>", parts[rels])[-1]
    vml = vml.replace("rIdQ", "rIdV").replace("comments1.xml", "drawings/vmlDrawing1.vml")
    change(
        parts,
        rels,
        "</Relationships>",
        vml.replace("/comments", "/vmlDrawing") + "</Relationships>",
    )
    change(parts, name, "</worksheet>", '<legacyDrawing r:id="rIdV"/></worksheet>')
    typed(parts, "xl/comments1.xml", "openxmlformats-officedocument.spreadsheetml.comments")
    default = '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
    change(parts, "[Content_Types].xml", "<Default ", f"{default}<Default ")


def added_sheet(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(["备注", "Sheet1", "送审记录", "封面"])
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/worksheets/sheet77.xml"] = (
        f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>联系人</t></is></c>'
        f'<c r="B1"><v>{rng.randint(1, 99)}</v></c></row></sheetData></worksheet>'
    )
    related(parts, BOOK, "worksheet", "worksheets/sheet77.xml")
    typed(
        parts, "xl/worksheets/sheet77.xml", "openxmlformats-officedocument.spreadsheetml.worksheet"
    )
    change(parts, BOOK, "</sheets>", f'<sheet name="{name}" sheetId="77" r:id="rIdQ"/></sheets>')


def wider(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(annexes(parts))
    by = rng.uniform(1, 2)
    parts[name] = re.sub(
        r'(<col [^>]*width=")([\d.]+)', lambda f: f"{f[1]}{float(f[2]) * by:.4f}", parts[name]
    )


def taller(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(annexes(parts))
    by = rng.uniform(0.95, 1.8)
    parts[name] = re.sub(r'(?<= ht=")[\d.]+', lambda f: f"{float(f[0]) * by:.2f}", parts[name])


def footer(rng: random.Random, parts: Parts) -> None:
    text = rng.choice(
        [
            "&amp;C第 &amp;P 页",
            "&amp;L市民政局&amp;R&amp;D",
            "&amp;R内部资料",
            "&amp;C2020年6月30日",
        ]
    )
    name = rng.choice(annexes(parts))
    parts[name] = re.sub(r"(?<=<oddFooter>)[^<]*", text, parts[name])


def print_area(rng: random.Random, parts: Parts) -> None:
    found = re.findall(r'Print_Area" localSheetId="\d+">([^<]+)', parts[BOOK])
    area = rng.choice(found)
    last = int(re.findall(r"\d+$", area)[0])
    change(parts, BOOK, f">{area}<", f">{re.sub(r'[0-9]+$', str(last + rng.randint(1, 9)), area)}<")


def pasted_values(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(annexes(parts))
    parts[name] = re.sub(
        r"<f>[^<]*</f>(?=<v>-?[\d.]+</v>)",
        lambda f: "" if rng.random() < 0.5 else f[0],
        parts[name],
    )


def plain_font(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    colour = rng.choice(["000000", "1F3864", "C00000"])
    font = _FONT.format(
        rng.choice([10, 11, 12]), colour, rng.choice(["宋体", "Arial", "仿宋", "微软雅黑"])
    )
    with_style(parts, name, cell, font=font)


def shading(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    with_style(parts, name, cell, fill=_SOLID.format(rng.choice(["FFFF99", "DDEBF7", "E2EFDA"])))


def same_format(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    if 'numFmtId="' not in parts["xl/styles.xml"]:
        return
    codes = ["#,##0.00_ ", "0.00", "#,##0.00;[Red]-#,##0.00", "0.00_);[Red]-0.00_)"]
    money = re.search(r'numFmtId="(\d+)" formatCode="#,##0.00"', parts["xl/styles.xml"])
    xfs = re.search(r"<cellXfs.*?</cellXfs>", parts["xl/styles.xml"], re.DOTALL)
    assert money
    assert xfs
    own = re.findall(r"<xf [^>]*", xfs[0])[int(cell[2])]
    if f'numFmtId="{money[1]}"' in own:
        code = rng.choice(codes[:3])
        with_style(parts, name, cell, format=code)


def exponent(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    digits = cell[4].replace(".", "").lstrip("0")
    power = len(cell[4].partition(".")[0]) - 1
    change(parts, name, f"<v>{cell[4]}</v></c>", f"<v>{digits[0]}.{digits[1:]}E{power}</v></c>")


def marks_of_excel(_: random.Random, parts: Parts) -> None:
    """Identities and heights that Excel notes for itself."""
    revision = "http://schemas.microsoft.com/office/spreadsheetml/2014/revision"
    accent = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    spaces = f'<worksheet xmlns:mc="{compatible}" mc:Ignorable="x14ac xr" xmlns:x14ac="{accent}" '
    for name in annexes(parts):
        change(parts, name, "<worksheet ", f'{spaces}xmlns:xr="{revision}" xr:uid="{{00-01}}" ')
        parts[name] = parts[name].replace("<row ", '<row x14ac:dyDescent="0.15" ')


def calc_chain(_: random.Random, parts: Parts) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{main}"><c r="A1" i="1"/></calcChain>'
    related(parts, BOOK, "calcChain", "calcChain.xml")
    typed(parts, "xl/calcChain.xml", "openxmlformats-officedocument.spreadsheetml.calcChain")


def view(rng: random.Random, parts: Parts) -> None:
    settings = [
        'zoomScale="85"',
        'showGridLines="0"',
        'view="pageBreakPreview"',
        'showRowColHeaders="0"',
    ]
    name = rng.choice(annexes(parts))
    if rng.choice(settings).split("=")[0] not in parts[name]:
        change(parts, name, "<sheetView ", f"<sheetView {rng.choice(settings[:1])} ")


def unfrozen(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(annexes(parts))
    parts[name] = re.sub(r"<pane[^>]*/>|<selection[^>]*/>", "", parts[name])


def portrait(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(annexes(parts))
    parts[name] = parts[name].replace('orientation="landscape"', 'orientation="portrait"')


def tab(rng: random.Random, parts: Parts) -> None:
    colour = rng.choice(["FFFF0000", "FF00B050"])
    change(parts, FIRST, "<sheetPr>", f'<sheetPr><tabColor rgb="{colour}"/>')


def protected(_: random.Random, parts: Parts) -> None:
    change(
        parts,
        FIRST,
        "</sheetData>",
        '</sheetData><sheetProtection password="CC1A" sheet="1" objects="1"/>',
    )


def nothing(_: random.Random, parts: Parts) -> None:
    """Only packed anew."""


HARMLESS_WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        *(signature, comment, added_sheet, wider, taller, footer, print_area, pasted_values),
        *(plain_font, shading, same_format, exponent, marks_of_excel, calc_chain, view, unfrozen),
        *(portrait, tab, protected, nothing, insert_row),
    )
}
