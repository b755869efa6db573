"""Tricks beside the cells: objects, charts, names, headers, prompts, settings of the workbook."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.hostile.attacks import (
    BOOK,
    FIRST,
    TYPES,
    Attack,
    Change,
    edited,
    packed,
    related,
    resub,
    several,
    swap,
    unpacked,
)

_CHART, _DRAWING = "xl/charts/chart1.xml", "xl/drawings/drawing1.xml"
_SHEET_RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
_DRAWING_TYPE = '<Override PartName="/xl/drawings/drawing9.xml" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/></Types>'
_SPACES = 'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def _corner(name: str, column: int, row: int) -> str:
    return f"<xdr:{name}><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{name}>"


def _shape(kind: str, shape: str) -> Change:
    """An object over the amounts of the first sheet."""
    anchor = _corner("from", 3, 5) + _corner("to", 8, 9)
    drawing = (
        f"<xdr:wsDr {_SPACES}><xdr:{kind}>{anchor}{shape}<xdr:clientData/></xdr:{kind}></xdr:wsDr>"
    )
    return several(
        {
            FIRST: swap("</worksheet>", '<drawing r:id="rIdQ"/></worksheet>'),
            _SHEET_RELATIONS: related("drawing", "../drawings/drawing9.xml"),
            TYPES: swap("</Types>", _DRAWING_TYPE),
        },
        {"xl/drawings/drawing9.xml": drawing},
    )


def _box(style: str, data: str = '<x:ClientData ObjectType="Note"/>', more: str = "") -> Change:
    vml = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="s"{more} style="{style}" fillcolor="white">{data}</v:shape></xml>'
    )
    default = '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/><Default '
    return several(
        {
            FIRST: swap("</worksheet>", '<legacyDrawing r:id="rIdQ"/></worksheet>'),
            _SHEET_RELATIONS: related("vmlDrawing", "../drawings/vml9.vml"),
            TYPES: swap("<Default ", default),
        },
        {"xl/drawings/vml9.vml": vml},
    )


def _second_chart(content: bytes) -> bytes:
    """Another chart at the very place of ours, under it or over it."""
    parts = unpacked(content)
    parts["xl/charts/chart9.xml"] = parts[_CHART].replace(b">23131106.7<", b">1.0<")
    drawing = parts[_DRAWING].decode()
    anchor = re.search(r"<xdr:twoCellAnchor.*?</xdr:twoCellAnchor>", drawing, re.DOTALL)
    assert anchor
    forged = anchor[0].replace('r:id="rId1"', 'r:id="rId9"')
    parts[_DRAWING] = drawing.replace(anchor[0], forged + anchor[0]).encode()
    relations = "xl/drawings/_rels/drawing1.xml.rels"
    parts[relations] = related("chart", "../charts/chart9.xml", id_="rId9")(
        parts[relations].decode()
    ).encode()
    override = '<Override PartName="/xl/charts/chart9.xml" ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/></Types>'
    parts[TYPES] = parts[TYPES].decode().replace("</Types>", override).encode()
    return packed(parts.items())


_CHART_EDITS: dict[str, Callable[[str], str]] = {
    "缓存的数": swap(">23131106.7<", ">93131106.7<"),
    "缓存的名称": swap("<c:v>东城街道<", "<c:v>南城街道<"),
    "缓存的次序": lambda t: (
        t.replace('<c:pt idx="0"><c:v>23131106.7', '<c:pt idx="?"><c:v>23131106.7')
        .replace('<c:pt idx="1"><c:v>17377156.87', '<c:pt idx="0"><c:v>17377156.87')
        .replace('idx="?"', 'idx="1"')
    ),
    "缓存少一个": lambda t: t.replace('<c:pt idx="7"><c:v>10205815.35</c:v></c:pt>', ""),
    "缓存格式": lambda t: re.sub(
        r'sourceLinked="\d"',
        'sourceLinked="1"',
        t.replace("<c:formatCode>General", "<c:formatCode>0,"),
    ),
    "引用": swap("附表1!$G$6", "附表1!$I$6"),
    "引用别的表": swap("附表1!$G$6:$G$13", "附表4!$C$5:$C$12"),
    "系列名": swap("<c:v>民生微实事<", "<c:v>民生微心愿<"),
    "标题": swap("（测算稿 — 权重待核定）", ""),
    "标题白字": resub(
        r'(<a:rPr lang="en-US" sz="1300"[^>]*>)',
        r'\1<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>',
    ),
    "标题符号字体": swap(
        '<a:latin typeface="黑体"/></a:rPr>', '<a:latin typeface="Wingdings"/></a:rPr>'
    ),
    "标题小字": lambda t: t.replace(
        '<a:rPr lang="en-US" sz="1300"', '<a:rPr lang="en-US" sz="100"'
    ),
    "轴最大": swap(
        '<c:orientation val="minMax"/>', '<c:orientation val="minMax"/><c:max val="9"/>'
    ),
    "轴对数": swap(
        '<c:orientation val="minMax"/>', '<c:logBase val="10"/><c:orientation val="minMax"/>'
    ),
    "轴反向": swap('<c:orientation val="minMax"/>', '<c:orientation val="maxMin"/>'),
    "轴格式": lambda t: re.sub(r'(<c:numFmt formatCode=")[^"]*', r"\g<1>0,,,", t),
    "轴格式随数据": lambda t: re.sub(
        r'(<c:numFmt formatCode="[^"]*" sourceLinked=")\d', r"\g<1>1", t
    ),
    "轴删去": lambda t: (
        re.sub(r"<c:delete val=\"\d\"/>", '<c:delete val="1"/>', t)
        if "<c:delete" in t
        else t.replace("<c:axPos", '<c:delete val="1"/><c:axPos', 1)
    ),
    "百分比堆积": swap('grouping val="stacked"', 'grouping val="percentStacked"'),
    "重叠": swap('overlap val="100"', 'overlap val="0"'),
    "白色的柱": swap('srgbClr val="1B2F5B"', 'srgbClr val="FFFFFF"'),
    "颜色对调": lambda t: (
        t.replace("1B2F5B", "??????").replace("F2D680", "1B2F5B").replace("??????", "F2D680")
    ),
    "背景": swap(
        "</c:plotArea>",
        '<c:spPr><a:solidFill><a:srgbClr val="000000"/></a:solidFill></c:spPr></c:plotArea>',
    ),
    "数据标签": swap("<c:gapWidth", '<c:dLbls><c:showVal val="1"/></c:dLbls><c:gapWidth'),
    "用户图形": swap("</c:chartSpace>", '<c:userShapes r:id="rId1"/></c:chartSpace>'),
    "外部数据": swap("</c:chartSpace>", '<c:externalData r:id="rId1"/></c:chartSpace>'),
    "趋势线": swap("<c:cat>", "<c:trendline/><c:cat>"),
    "次坐标": lambda t: t.replace('<c:axId val="50010002"/>', '<c:axId val="50010003"/>', 1),
    "间距": swap('gapWidth val="45"', 'gapWidth val="45000"'),
}
_NAMES = {
    "打印区域切掉": (r"(附表1!\$A\$1:\$L\$)19", r"\g<1>9"),
    "打印区域切列": (r"附表1!\$A\$1:\$L", "附表1!$A$1:$G"),
    "打印区域两块": (r"(附表1!\$A\$1:\$L\$19)", r"\1,附表1!$A$1"),
    "打印区域大写": (r'_xlnm.Print_Area" localSheetId="0"', '_xlnm.PRINT_AREA" localSheetId="0"'),
    "打印区域公式": (r"附表1!\$A\$1:\$L\$19", "OFFSET(附表1!$A$1,0,0,5,5)"),
    "打印区域别的表": (r"附表1!\$A\$1:\$L\$19", "附表4!$A$1:$L$19"),
    "打印区域错误": (r"附表1!\$A\$1:\$L\$19", "#REF!"),
    "打印区域重复": (
        r"<definedNames>",
        '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">附表1!$A$1:$B$2</definedName>',
    ),
    "打印标题": (r"附表1!\$1:\$5", "附表1!$9:$9"),
    "自定义名称": (
        r"<definedNames>",
        '<definedNames><definedName name="合计">附表1!$A$1</definedName>',
    ),
    "函数名称": (
        r"<definedNames>",
        '<definedNames><definedName name="ROUND" function="1">附表1!$A$1</definedName>',
    ),
    "宏名称": (
        r"<definedNames>",
        '<definedNames><definedName name="Auto_Open" hidden="1" xlm="1">附表1!$A$1</definedName>',
    ),
    "本表名称": (
        r"<definedNames>",
        '<definedNames><definedName name="附表3" localSheetId="0">附表1!$A$1</definedName>',
    ),
}
_SETTINGS = {
    "日期从 1904 年": (r"<workbookPr ", '<workbookPr date1904="1" '),
    "手动计算": (r"<calcPr ", '<calcPr calcMode="manual" '),
    "以显示精度": (r"<calcPr ", '<calcPr fullPrecision="0" '),
    "迭代": (r"<calcPr ", '<calcPr iterate="1" '),
    "引用样式": (r"<calcPr ", '<calcPr refMode="R1C1" '),
    "隐藏窗口": (r"<workbookView ", '<workbookView visibility="hidden" '),
    "最小化": (r"<workbookView ", '<workbookView minimized="1" '),
    "不显示对象": (r"<workbookPr ", '<workbookPr showObjects="none" '),
    "函数组": (
        r"</definedNames>",
        '</definedNames><functionGroups><functionGroup name="x"/></functionGroups>',
    ),
    "外部引用": (
        r"</sheets>",
        '</sheets><externalReferences><externalReference r:id="rIdQ"/></externalReferences>',
    ),
    "网页发布": (r"</workbook>", "<webPublishing/></workbook>"),
    "自定义视图": (
        r"<calcPr",
        '<customWorkbookViews><customWorkbookView name="x" guid="{1}"/></customWorkbookViews><calcPr',
    ),
    "透视缓存": (
        r"</workbook>",
        '<pivotCaches><pivotCache cacheId="1" r:id="rIdQ"/></pivotCaches></workbook>',
    ),
    "恢复信息": (r"</workbook>", '<fileRecoveryPr repairLoad="1"/></workbook>'),
}
_HEADERS = (
    *(
        "&amp;C正式稿",
        "&amp;C单位：万元",
        "&amp;C合计 1,234,567.00",
        "&amp;L以附件为准",
        "&amp;C作废",
    ),
    *(
        "&amp;C东城街道应得三百万",
        "&amp;C金额以会议纪要确定",
        "&amp;C已核定",
        "&amp;G",
        "&amp;C壹佰万元整",
    ),
    *(
        "&amp;K00+000&amp;C１２３",
        "&amp;C①②③",
        "&amp;C更正稿",
        "&amp;C批准执行",
        "&amp;CⅣ类",
        "&amp;C审定稿",
    ),
    *(
        '&amp;C&amp;"Wingdings,常规"第 &amp;P 页 共 &amp;N 页',
        "&amp;C&amp;1第 &amp;P 页 共 &amp;N 页",
        "&amp;C&amp;KFFFFFF第 &amp;P 页 共 &amp;N 页",
    ),
)
_PROMPT = '<dataValidations count="1"><dataValidation type="whole" showInputMessage="1" {} sqref="H6"><formula1>0</formula1></dataValidation></dataValidations><printOptions'
ATTACKS = [
    *(
        Attack("遮盖", f"{kind} {shape[:12]}", _shape(kind, shape))
        for kind in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
        for shape in (
            "<xdr:sp/>",
            "<xdr:pic/>",
            "<xdr:cxnSp/>",
            "<xdr:grpSp/>",
            "<xdr:graphicFrame/>",
            "<xdr:contentPart/>",
        )
    ),
    *(
        Attack("遮盖", f"批注框 {style}", _box(style))
        for style in (
            "position:absolute",
            "visibility:visible",
            "visibility:hidden;visibility:visible",
            "VISIBILITY:Visible",
            "visibility : visible",
            "visibility:inherit",
            "",
            "a:b;c",
        )
    ),
    Attack(
        "遮盖",
        "批注框总是显示",
        _box("visibility:hidden", '<x:ClientData ObjectType="Note"><x:Visible/></x:ClientData>'),
    ),
    Attack("遮盖", "按钮", _box("visibility:hidden", '<x:ClientData ObjectType="Button"/>')),
    Attack("遮盖", "没有数据的框", _box("visibility:hidden", "")),
    Attack("图表", "同一位置两张", _second_chart),
    *(Attack("图表", name, edited(_CHART, edit)) for name, edit in _CHART_EDITS.items()),
    Attack("图表", "移动", edited(_DRAWING, swap("<xdr:row>1<", "<xdr:row>9<"))),
    Attack("图表", "偏移", edited(_DRAWING, swap("<xdr:colOff>0<", "<xdr:colOff>99999999<"))),
    Attack(
        "图表",
        "不打印",
        edited(_DRAWING, swap("<xdr:clientData/>", '<xdr:clientData fPrintsWithSheet="0"/>')),
    ),
    Attack("图表", "挂宏", edited(_DRAWING, swap('macro=""', 'macro="x"'))),
    Attack("图表", "隐藏", edited(_DRAWING, swap('name="Chart 1"', 'name="Chart 1" hidden="1"'))),
    *(Attack("名称和打印区域", name, edited(BOOK, resub(*pair))) for name, pair in _NAMES.items()),
    *(Attack("工作簿设置", name, edited(BOOK, resub(*pair))) for name, pair in _SETTINGS.items()),
    *(
        Attack(
            "页眉页脚",
            words,
            edited(
                FIRST,
                resub(
                    "<headerFooter>.*?</headerFooter>",
                    f"<headerFooter><oddHeader>{words}</oddHeader><oddFooter>&amp;C第 &amp;P 页 共 &amp;N 页</oddFooter></headerFooter>",
                ),
            ),
        )
        for words in _HEADERS
    ),
    Attack(
        "页眉页脚",
        "首页不同",
        edited(FIRST, swap("<headerFooter>", '<headerFooter differentFirst="1">')),
    ),
    *(
        Attack("输入提示", words, edited(FIRST, swap("<printOptions", _PROMPT.format(words))))
        for words in ('prompt="实为万元"', 'promptTitle="更正"')
    ),
]
