"""What makes a reader see something else than the genuine workbook, or one program than another."""

from __future__ import annotations

import random
import re

from tests.excel.verify.disguises import (
    BOOK,
    FIRST,
    RELATIONS,
    STRINGS,
    STYLES,
    Parts,
    Way,
    annexes,
    change,
    figure,
    other_number,
    related,
    text_cell,
    typed,
    with_style,
)

_FONT = (
    '<font><sz val="{size}"/>{more}<color {colour}/><name val="{name}"/><family val="2"/></font>'
)
_FILL = '<fill><patternFill patternType="{kind}"><fgColor {colour}/><bgColor {back}/></patternFill></fill>'
_FOREIGN = '<worksheet xmlns:e="urn:e" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="e" '


def figure_changed(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    change(parts, name, cell[0], cell[0].replace(cell[4], other_number(rng, cell[4])))


def value_for_formula(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    pasted = f'<c r="{cell[1]}" s="{cell[2]}"><v>{other_number(rng, cell[4])}</v></c>'
    change(parts, name, cell[0], pasted)


def formula_changed(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    own = cell[3] or "<f></f>"
    other = own.replace("</f>", rng.choice(["+0", "*1", "-0.01+0.01"]) + "</f>")
    other = other if len(own) > 7 else "<f>1+1</f>"
    change(
        parts,
        name,
        cell[0],
        cell[0].replace(cell[3] or "<v>", other + ("" if cell[3] else "<v>"), 1),
    )


def foreign_value(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    inside = rng.choice(
        [
            f"<e:v>{cell[4]}</e:v><v>9{cell[4]}</v>",
            f"<v>9{cell[4]}</v><e:v>{cell[4]}</e:v>",
            f"<e:v>1</e:v><v>{cell[4]}</v>",
        ]
    )
    change(parts, name, "<worksheet ", _FOREIGN)
    change(parts, name, f"<v>{cell[4]}</v></c>", f"{inside}</c>")


def foreign_cell(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    change(parts, name, "<worksheet ", _FOREIGN)
    twin = f'<e:c r="{cell[1]}" s="{cell[2]}"><e:v>{cell[4]}</e:v></e:c>'
    change(parts, name, cell[0], twin + cell[0].replace(cell[4], other_number(rng, cell[4])))


def foreign_text(_: random.Random, parts: Parts) -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    change(parts, STRINGS, f'<sst xmlns="{space}"', f'<sst xmlns:e="urn:e" xmlns="{space}"')
    change(parts, STRINGS, "<si><t", "<si><e:t>假</e:t><t")


def foreign_attribute(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    change(parts, name, "<worksheet ", _FOREIGN)
    change(parts, name, f'<c r="{cell[1]}"', f'<c e:r="A1" r="{cell[1]}"')


def number_text(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    v = cell[4]
    wide = v.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    ways = [
        f"{v[:1]}_{v[1:]}",
        wide,
        f"+{v}",
        f" {v}",
        f"{v} ",
        f"{v}e",
        f"{v}#",
        f"&#x200b;{v}",
        f"{v[:2]},{v[2:]}",
        f"０{v}",
        f"{v}\n",
        f"0x{v}",
        f"{v}f",
        f"<![CDATA[{v}]]>",
        f"<!-- -->{v}",
    ]
    change(parts, name, f"<v>{v}</v></c>", f"<v>{rng.choice(ways)}</v></c>")


def twice(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    other = cell[0].replace(f"<v>{cell[4]}<", f"<v>{other_number(rng, cell[4])}<")
    row = re.search(rf'<row r="{re.sub(r"[A-Z]", "", cell[1])}".*?</row>', parts[name])
    assert row
    way = rng.randrange(5)
    if way == 0:
        change(parts, name, cell[0], other + cell[0])
    elif way == 1:
        change(
            parts,
            name,
            f"<v>{cell[4]}</v></c>",
            f"<v>{other_number(rng, cell[4])}</v><v>{cell[4]}</v></c>",
        )
    elif way == 2:
        change(parts, name, row[0], row[0].replace(cell[0], other) + row[0])
    elif way == 3:
        data = re.search(r"<sheetData>.*</sheetData>", parts[name], re.DOTALL)
        assert data
        change(parts, name, data[0], data[0].replace(cell[0], other) + data[0])
    else:
        change(parts, name, cell[0], cell[0].replace(f'r="{cell[1]}"', f'r="{cell[1].lower()}"'))


def hidden(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    row = re.sub(r"[A-Z]", "", cell[1])
    ways = [
        'hidden="1"',
        'hidden=" 1 "',
        'hidden="true"',
        'hidden="on"',
        'ht="0" customHeight="1"',
        'ht="0.5" customHeight="1"',
        'ht="4" customHeight="1"',
    ]
    start = re.search(rf'<row r="{row}"[^>]*>', parts[name])
    assert start
    bare = re.sub(r' (ht|customHeight)="[^"]*"', "", start[0])
    change(parts, name, start[0], bare.replace(f'r="{row}"', f'r="{row}" {rng.choice(ways)}'))


def narrow(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(annexes(parts))
    columns = re.findall(r"<col [^>]*/>", parts[name])
    column = rng.choice(columns[1:6])
    other = rng.choice(
        [re.sub(r'width="[^"]*"', f'width="{w}"', column) for w in ("0", "0.3", "2")]
        + [column.replace("<col ", '<col hidden="1" ')]
    )
    change(parts, name, column, other)


def sheet_state(rng: random.Random, parts: Parts) -> None:
    state = rng.choice(["hidden", "veryHidden", " hidden "])
    number = rng.randint(1, len(annexes(parts)))
    parts[BOOK] = re.sub(
        rf'(<sheet name="[^"]*" sheetId="{number}")', rf'\1 state="{state}"', parts[BOOK]
    )


def pale(rng: random.Random, parts: Parts) -> None:
    name, cell = rng.choice([figure, text_cell])(rng, parts)
    colour = rng.choice(
        [
            'rgb="FFFFFFFF"',
            'rgb="FFF0F0F0"',
            'theme="0"',
            'indexed="9"',
            'indexed="1"',
            'indexed="26"',
            'auto="1" theme="0"',
            'rgb="FF000000" theme="0"',
            'theme="1" tint="0.95"',
            'indexed="65"',
            'rgb="FFFFFFCC"',
            'indexed="200"',
        ]
    )
    with_style(parts, name, cell, font=_FONT.format(size=11, more="", colour=colour, name="宋体"))


def dark(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    colour = rng.choice(
        [
            'rgb="FF000000"',
            'theme="1"',
            'indexed="8"',
            'indexed="63"',
            'rgb="FF222222"',
            'theme="0" tint="-0.9"',
        ]
    )
    kind = rng.choice(["solid", "solid", "darkGrid", "lightTrellis", "darkGray"])
    with_style(parts, name, cell, fill=_FILL.format(kind=kind, colour=colour, back='indexed="64"'))


def odd_font(rng: random.Random, parts: Parts) -> None:
    name, cell = rng.choice([figure, text_cell])(rng, parts)
    ways = [
        (1, "", "宋体"),
        (3, "", "Arial"),
        (11, "<strike/>", "宋体"),
        (11, "", "Wingdings"),
        (11, "", "Symbol"),
        (11, "", "Webdings 2"),
        (11, '<vertAlign val="superscript"/>', "宋体"),
        (90, "", "宋体"),
        (11, "<outline/>", "宋体"),
        (11, "", "My Digits"),
        (11, '<charset val="2"/>', "宋体"),
    ]
    size, more, family = rng.choice(ways)
    with_style(
        parts,
        name,
        cell,
        font=_FONT.format(size=size, more=more, colour='rgb="FF000000"', name=family),
    )


def odd_format(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    ways = [
        "#,##0.00,",
        ";;;",
        '"9,999.99"',
        "#,##0\\.00",
        '#,##0".00"',
        "0.00%",
        "#,##0.00,,",
        "@",
        "0",
        '#,##0.00"万"',
        '[<1e9]"0.00";0',
        "0.00E+00",
        "yyyy-mm-dd",
        "# ?/?",
        "#,##0.00;;",
        "[White]#,##0.00",
        "1#,##0.00",
        "#,##0.0",
        "[=2]0",
        "*x0",
        "[$-804]0.00",
        "[DBNum1]0",
    ]
    with_style(parts, name, cell, format=rng.choice(ways).replace("<", "&lt;"))


def odd_alignment(rng: random.Random, parts: Parts) -> None:
    name, cell = text_cell(rng, parts)
    ways = [
        'horizontal="fill"',
        'indent="60"',
        'textRotation="180"',
        'textRotation="90"',
        'horizontal="distributed" indent="9"',
        'readingOrder="2"',
        'horizontal="right" indent="40"',
    ]
    with_style(parts, name, cell, align=rng.choice(ways))


def condition(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    rule = rng.choice(
        [
            'type="expression" dxfId="0" priority="1"><formula>TRUE</formula',
            'type="cellIs" dxfId="0" priority="1" operator="greaterThan"><formula>0</formula',
            'type="dataBar" priority="1"><dataBar/',
        ]
    )
    xml = (
        f'<conditionalFormatting sqref="{cell[1]}"><cfRule {rule}></cfRule></conditionalFormatting>'
    )
    parts[name] = re.sub(
        r"(</sheetData>|<mergeCells.*?</mergeCells>)(?=<[^m])", rf"\1{xml}", parts[name], count=1
    )


def prompt(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    xml = f'<dataValidations count="1"><dataValidation type="whole" showInputMessage="1" prompt="实为万元" sqref="{cell[1]}"/></dataValidations>'
    change(parts, name, "<printOptions", f"{xml}<printOptions") if "<printOptions" in parts[
        name
    ] else change(parts, name, "<pageMargins", f"{xml}<pageMargins")


def cover(rng: random.Random, parts: Parts) -> None:
    """A shape, a picture, an open box or another chart over the cells."""
    name = rng.choice(annexes(parts))
    spaces = 'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    anchor = "<xdr:from><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>5</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>6</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
    shape = rng.choice(
        [
            "<xdr:sp><xdr:spPr/></xdr:sp>",
            "<xdr:pic/>",
            "<xdr:cxnSp/>",
            "<xdr:grpSp/>",
            "<xdr:graphicFrame/>",
        ]
    )
    kind = rng.choice(["twoCellAnchor", "absoluteAnchor", "oneCellAnchor"])
    parts["xl/drawings/drawing9.xml"] = (
        f"<xdr:wsDr {spaces}><xdr:{kind}>{anchor}{shape}<xdr:clientData/></xdr:{kind}></xdr:wsDr>"
    )
    related(parts, name, "drawing", "../drawings/drawing9.xml")
    typed(parts, "xl/drawings/drawing9.xml", "openxmlformats-officedocument.drawing")
    change(parts, name, "</worksheet>", '<drawing r:id="rIdQ"/></worksheet>')


def open_box(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(annexes(parts))
    style = rng.choice(
        ["position:absolute", "visibility:visible", "visibility:hidden;visibility:visible;mso-x:1"]
    )
    parts["xl/drawings/vmlDrawing1.vml"] = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<v:shape id="s" style="{style}" fillcolor="white"><x:ClientData ObjectType="Note"/></v:shape></xml>'
    )
    related(parts, name, "vmlDrawing", "../drawings/vmlDrawing1.vml")
    change(parts, name, "</worksheet>", '<legacyDrawing r:id="rIdQ"/></worksheet>')
    default = '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
    change(parts, "[Content_Types].xml", "<Default ", f"{default}<Default ")


def chart(rng: random.Random, parts: Parts) -> None:
    name = rng.choice([p for p in parts if re.fullmatch(r"xl/charts/chart\d\.xml", p)])
    scaling, orientation = "<c:scaling>", '<c:orientation val="minMax"/>'
    edits = [
        (
            scaling + orientation,
            f'{scaling}{orientation}<c:max val="3000000"/><c:min val="2000000"/>',
        ),
        (scaling + orientation, f'{scaling}<c:logBase val="10"/>{orientation}'),
        (scaling + orientation, f'{scaling}<c:orientation val="maxMin"/>'),
        ("$H$", "$I$"),
        ("0\\.0,", "0\\.0,,"),
        ("<c:delete val=", "<c:delete x="),
        ("1B2F5B", "FFFFFF"),
        ("（测算稿 — 权重待核定）", ""),
        ("金额（万元）", "金额（元）"),
        ("<c:plotVisOnly", "<c:dTable/><c:plotVisOnly"),
        ("stacked", "percentStacked"),
        (
            "</c:plotArea>",
            '<c:spPr><a:solidFill><a:srgbClr val="1B2F5B"/></a:solidFill></c:spPr></c:plotArea>',
        ),
    ]
    possible = [(old, new) for old, new in edits if old in parts[name] and old != new]
    old, new = rng.choice(possible)
    parts[name] = parts[name].replace(old, new)


def chart_cache(rng: random.Random, parts: Parts) -> None:
    name = rng.choice([p for p in parts if re.fullmatch(r"xl/charts/chart\d\.xml", p)])
    value = rng.choice(re.findall(r"<c:v>(\d{4,}\.\d+)</c:v>", parts[name]))
    parts[name] = parts[name].replace(f"<c:v>{value}<", f"<c:v>{other_number(rng, value)}<")


def chart_moved(rng: random.Random, parts: Parts) -> None:
    name = "xl/drawings/drawing1.xml"
    parts[name] = re.sub(
        r"<xdr:row>(\d+)", lambda f: f"<xdr:row>{int(f[1]) + rng.choice([3, 9])}", parts[name]
    )


def print_area(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(["_xlnm.Print_Area", "_xlnm.PRINT_AREA", "_XLNM.Print_Area"])
    number = rng.randint(0, len(annexes(parts)) - 1)
    found = re.search(
        rf'<definedName name="_xlnm.Print_Area" localSheetId="{number}">([^<]+)<', parts[BOOK]
    )
    assert found
    cut = re.sub(r"\d+$", "9", found[1])
    change(parts, BOOK, found[0], found[0].replace(found[1], cut).replace("_xlnm.Print_Area", name))


def defined_name(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(["合计", "SUM", "_xlnm.Criteria", "_xlfn.X"])
    change(
        parts,
        BOOK,
        "<definedNames>",
        f'<definedNames><definedName name="{name}">附表1!$A$1</definedName>',
    )


def header(rng: random.Random, parts: Parts) -> None:
    words = rng.choice(
        ["正式稿", "单位：万元", "合计 1,234,567.00", "本表金额以附件为准", "核拨 9 亿元", "废止"]
    )
    name = rng.choice(annexes(parts))
    parts[name] = re.sub(
        r"<headerFooter[^>]*>", rf"\g<0><oddHeader>&amp;C{words}</oddHeader>", parts[name]
    )


def view(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(annexes(parts))
    flag = rng.choice(
        [
            'showFormulas="1"',
            'showZeros="0"',
            'rightToLeft="1"',
            'topLeftCell="A30"',
            'zoomScale="10"',
            'showZeros=" 0"',
        ]
    )
    change(parts, name, "<sheetView ", f"<sheetView {flag} ")


def calculation(rng: random.Random, parts: Parts) -> None:
    ways = ['calcMode="manual"', 'fullPrecision="0"', 'iterate="1"', 'refMode="R1C1"']
    parts[BOOK] = re.sub(r"<calcPr[^>]*/>", f"<calcPr {rng.choice(ways)}/>", parts[BOOK])


def date_system(_: random.Random, parts: Parts) -> None:
    change(parts, BOOK, "<workbookPr ", '<workbookPr date1904="1" ')


def extension(rng: random.Random, parts: Parts) -> None:
    kind = rng.choice(["sparklineGroups", "conditionalFormattings", "slicerList"])
    name = rng.choice(annexes(parts))
    space = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    xml = f'<extLst><ext uri="{{x}}" xmlns:x14="{space}"><x14:{kind}/></ext></extLst></worksheet>'
    change(parts, name, "</worksheet>", xml)


def pale_run(rng: random.Random, parts: Parts) -> None:
    texts = re.findall(r"<si><t>([^<]{6,40})</t></si>", parts[STRINGS])
    text = rng.choice(texts)
    look = rng.choice(
        [
            '<color rgb="FFFFFFFF"/>',
            '<sz val="1"/>',
            "<strike/>",
            '<rFont val="Wingdings"/>',
            '<vertAlign val="superscript"/>',
        ]
    )
    runs = f"<r><t>{text[:2]}</t></r><r><rPr>{look}</rPr><t>{text[2:]}</t></r>"
    change(parts, STRINGS, f"<t>{text}</t>", runs)


def text_changed(rng: random.Random, parts: Parts) -> None:
    texts = re.findall(r"<si><t>([^<]{2,30})</t></si>", parts[STRINGS])
    old = rng.choice(["测算稿 — 权重待核定", "单位：元", rng.choice(texts)])
    parts[STRINGS] = parts[STRINGS].replace(f"<t>{old}</t>", f"<t>{old[:-1]}\u200b{old[-1]}x</t>")


def told(rng: random.Random, parts: Parts) -> None:
    """A false approval among what is only told, in the notes alone."""
    texts = re.findall(r"<t(?: [^>]*)?>([^<]*。[^<]*)</t>", parts[STRINGS])
    old = rng.choice([text for text in texts if "示例数据" in text] or texts)
    parts[STRINGS] = parts[STRINGS].replace(
        old, rng.choice(["全部数据已经财政局核定。", "本表已审核，为正式稿。"])
    )


def phonetic(rng: random.Random, parts: Parts) -> None:
    texts = re.findall(r"<si><t>([^<]{2,20})</t></si>", parts[STRINGS])
    text = rng.choice(texts)
    change(parts, STRINGS, f"<t>{text}</t>", f'<t>{text}</t><rPh sb="0" eb="1"><t>万元</t></rPh>')


def relation(rng: random.Random, parts: Parts) -> None:
    """Types of relationship that only end like a known one, second parts of a kind, links outside."""
    kind = rng.choice(["styles", "sharedStrings", "theme"])
    found = re.search(rf'<Relationship [^>]*/{kind}" Target="([^"]+)"/>', parts[RELATIONS])
    assert found
    twin = f"xl/{kind}9.xml"
    parts[twin] = parts[f"xl/{found[1]}"]
    type_ = rng.choice(
        [
            f"urn:x/{kind}",
            f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}",
            f"http://example.org/{kind}",
        ]
    )
    other = f'<Relationship Id="rIdZ" Type="{type_}" Target="{kind}9.xml"/>'
    place = rng.choice(["front", "back"])
    parts[RELATIONS] = parts[RELATIONS].replace(
        found[0], other + found[0] if place == "front" else found[0] + other
    )


def foreign_part(rng: random.Random, parts: Parts) -> None:
    kind = rng.choice(
        [
            "vbaProject",
            "externalLink",
            "connections",
            "hyperlink",
            "oleObject",
            "control",
            "image",
            "table",
            "pivotTable",
            "queryTable",
        ]
    )
    parts["xl/odd9.xml"] = "<odd/>"
    related(
        parts, rng.choice([FIRST, BOOK]), kind, "odd9.xml" if rng.random() < 0.5 else "/xl/odd9.xml"
    )


def twin_part(rng: random.Random, parts: Parts) -> None:
    name = rng.choice([FIRST, STRINGS, STYLES])
    twin = rng.choice(
        [
            name.replace("/", "\\"),
            name.upper(),
            f"{name} ",
            f"./{name}",
            f"/{name}",
            name.replace("xl/", "xl//"),
            name.replace("l", "%6c"),
        ]
    )
    parts[twin] = parts[name]


def content_type(rng: random.Random, parts: Parts) -> None:
    name = "[Content_Types].xml"
    old = rng.choice(["spreadsheetml.worksheet+xml", "spreadsheetml.styles+xml", "sheet.main+xml"])
    parts[name] = parts[name].replace(
        old, rng.choice(["spreadsheetml.chartsheet+xml", "x+xml", "sheet.macroEnabled.main+xml"]), 1
    )


def declaration(rng: random.Random, parts: Parts) -> None:
    name = rng.choice([FIRST, STRINGS, BOOK])
    extra = rng.choice(
        ['<!DOCTYPE x [<!ENTITY a "1">]>', "<?mso-application progid='x'?>", "<!-- x -->"]
    )
    parts[name] = re.sub(r"^(<\?xml[^>]*\?>)?\s*", rf"\g<0>{extra}", parts[name], count=1)


def merged(rng: random.Random, parts: Parts) -> None:
    name, cell = figure(rng, parts)
    row = re.sub(r"[A-Z]", "", cell[1])
    change(parts, name, "<mergeCells", "<mergeCells") if "<mergeCells" in parts[name] else None
    parts[name] = re.sub(
        r"<mergeCells[^>]*>",
        rf'<mergeCells><mergeCell ref="A{row}:{cell[1]}"/>',
        parts[name],
        count=1,
    )


def look_alike(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(["附表１", "附表 1", "附表1 (2)", "附表1.", "附表壹", "分配方案2"])
    parts["xl/worksheets/sheet77.xml"] = parts[FIRST]
    related(parts, BOOK, "worksheet", "worksheets/sheet77.xml")
    typed(
        parts, "xl/worksheets/sheet77.xml", "openxmlformats-officedocument.spreadsheetml.worksheet"
    )
    sheet = f'<sheet name="{name}" sheetId="77" r:id="rIdQ"/>'
    change(
        parts,
        BOOK,
        *rng.choice([("<sheets>", f"<sheets>{sheet}"), ("</sheets>", f"{sheet}</sheets>")]),
    )


def sheets_swapped(rng: random.Random, parts: Parts) -> None:
    names = re.findall(r'<sheet name="([^"]+)"', parts[BOOK])
    a, b = rng.sample(names[:3], 2)
    text = (
        parts[BOOK]
        .replace(f'<sheet name="{a}"', '<sheet name="?"')
        .replace(f'<sheet name="{b}"', f'<sheet name="{a}"')
    )
    parts[BOOK] = text.replace('<sheet name="?"', f'<sheet name="{b}"')


def more_content(rng: random.Random, parts: Parts) -> None:
    name = rng.choice(annexes(parts))
    last = max(int(r) for r in re.findall(r'<row r="(\d+)"', parts[name])) + rng.choice([1, 5, 900])
    words = rng.choice(["以上金额作废", "更正：合计 1.00 元", "正式稿"])
    row = f'<row r="{last}"><c r="{rng.choice("ABZ")}{last}" t="inlineStr"><is><t>{words}</t></is></c></row>'
    change(parts, name, "</sheetData>", f"{row}</sheetData>")


def theme(rng: random.Random, parts: Parts) -> None:
    name = "xl/theme/theme1.xml"
    way = rng.randrange(2)
    if way:
        parts[name] = re.sub(
            r"<a:dk1>.*?</a:dk1>", '<a:dk1><a:srgbClr val="FFFFFF"/></a:dk1>', parts[name]
        )
        with_style(
            parts,
            *figure(rng, parts),
            font=_FONT.format(size=11, more="", colour='theme="1"', name="宋体"),
        )
    else:
        parts[name] = re.sub(
            r'(<a:minorFont><a:latin typeface=")[^"]*', r"\1Wingdings", parts[name]
        )


DECEIVING_WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        *(figure_changed, value_for_formula, formula_changed, foreign_value, foreign_cell),
        *(foreign_text, foreign_attribute, number_text, twice, hidden, narrow, sheet_state, pale),
        *(dark, odd_font, odd_format, odd_alignment, condition, prompt, cover, open_box, chart),
        *(
            chart_cache,
            chart_moved,
            print_area,
            defined_name,
            header,
            view,
            calculation,
            date_system,
        ),
        *(extension, pale_run, text_changed, told, phonetic, relation, foreign_part, twin_part),
        *(content_type, declaration, merged, look_alike, sheets_swapped, more_content, theme),
    )
}
