"""Tricks of the eye: formats, colours, fonts, sizes, conditions, themes."""

from __future__ import annotations

import re

from tests.hostile.attacks import (
    FIRST,
    STYLES,
    THEME,
    Attack,
    Change,
    edited,
    resub,
    several,
    swap,
    with_style,
)

_FONT = (
    '<font><sz val="{size}"/>{more}<color {colour}/><name val="{name}"/><family val="2"/></font>'
)
_SOLID = '<fill><patternFill patternType="solid"><fgColor {}/><bgColor indexed="64"/></patternFill></fill>'
_FORMATS = (
    *("#,##0.00,", "#,##0.00,,", ";;;", ";;;@", '"9,999,999.99"', "#,##0\\.00", '#,##0".00"'),
    *("0.00%", "0", "0.0", "General", "@", "#,##0", "0.000", "0.00E+00", "yyyy-mm-dd", "# ?/?"),
    *("#,##0.00;;", "[White]#,##0.00", "[Color2]#,##0.00", "1#,##0.00", "#,##0.00\\0", '0.00"0"'),
    *("[<1]0.00;#,##0.00,", "[=4873686.46]1.00;0.00", "*x0", "[DBNum1]0", "[DBNum2][$-804]General"),
    *('"-"#,##0.00', "-#,##0.00", "(#,##0.00)", '#,##0.00"万元"', "0!.0,", "0\\.00,", "h:mm"),
    *("[h]:mm", "??????.00", ".00", "#.##", "[Black]#,##0.00;[White]-0.00", '""'),
    *("#,##0.00;#,##0.00", "#,##0.00;[Red]#,##0.00", "#,##0.00;-#,##0.00;", "#,##0.0_0", "0.0\\0"),
    *(
        "[$4-804]#,##0.00",
        "[$-x-sysdate]0",
        "[>1]#,##0.00;0",
        "#,##0.00[$9]",
        "\\9#,##0.00",
        "9#,##0.00",
    ),
    *("#,##0.00 ", "#,##0.00-", "０.00", "#,##0.00\u200b", "Standard", "G/通用格式", "0.00\r\n"),
)
_COLOURS = (
    *(
        'rgb="FFFFFFFF"',
        'rgb="FFFFFF"',
        'rgb="00FFFFFF"',
        'theme="0"',
        'indexed="1"',
        'indexed="9"',
    ),
    *(
        'indexed="65"',
        'rgb="FFF0F0F0"',
        'theme="1" tint="0.95"',
        'theme="0" tint="-0.1"',
        'auto="0"',
    ),
    *(
        'rgb="FF000000" theme="0"',
        'indexed="99"',
        'theme="99"',
        'theme="-1"',
        'rgb="white"',
        'rgb=""',
    ),
    *('indexed="64" rgb="FFFFFFFF"', 'theme="1" tint="2"', 'theme="1" tint="９"', 'indexed="８"'),
)
_FILLS = (
    *(_SOLID.format('rgb="FF000000"'), _SOLID.format('theme="1"'), _SOLID.format('indexed="8"')),
    *(
        _SOLID.format('rgb="FF202020"'),
        _SOLID.format('theme="0" tint="-1"'),
        _SOLID.format('auto="1"'),
    ),
    '<fill><patternFill patternType="darkGrid"><fgColor rgb="FF000000"/><bgColor rgb="FFFFFFFF"/></patternFill></fill>',
    '<fill><patternFill patternType="gray125"><fgColor rgb="FF000000"/></patternFill></fill>',
    '<fill><gradientFill degree="90"><stop position="0"><color rgb="FF000000"/></stop><stop position="1"><color rgb="FF000000"/></stop></gradientFill></fill>',
    '<fill><patternFill patternType="solid"/></fill>',
)
_FONTS = (
    *(
        (1, "", "宋体"),
        (3.9, "", "宋体"),
        (0, "", "宋体"),
        (409, "", "宋体"),
        (11, "<strike/>", "宋体"),
    ),
    *(
        (11, '<strike val="1"/>', "宋体"),
        (11, "", "Wingdings"),
        (11, "", "Wingdings 2"),
        (11, "", "Webdings"),
    ),
    *(
        (11, "", "Symbol"),
        (11, "", "MS Reference Specialty"),
        (11, "", "Marlett"),
        (11, "", "Bookshelf Symbol 7"),
    ),
    *(
        (11, "", "ZapfDingbats"),
        (11, "", "Arial Dingbats"),
        (11, "", "Noto Sans Symbols"),
        (11, "", ""),
    ),
    *(
        (11, '<vertAlign val="subscript"/>', "宋体"),
        (11, '<charset val="2"/>', "宋体"),
        (11, "<outline/>", "宋体"),
    ),
    *(
        (11, "<shadow/>", "宋体"),
        (11, "<condense/>", "宋体"),
        (11, '<scheme val="minor"/>', "Wingdings"),
    ),
    *(
        (11, "", "Free 3 of 9 Barcode"),
        (11, "", "宋体\u200b"),
        (11, "", " 宋体"),
        (11, "", "AdobeMing"),
    ),
)
_ALIGNS = (
    *(
        'horizontal="fill"',
        'horizontal="left" indent="250"',
        'textRotation="180"',
        'textRotation="90"',
    ),
    *(
        'textRotation="255"',
        'horizontal="distributed" indent="20"',
        'shrinkToFit="1"',
        'readingOrder="2"',
    ),
    *(
        'horizontal="centerContinuous"',
        'vertical="distributed"',
        'wrapText="1" indent="99"',
        'relativeIndent="99"',
    ),
    *('justifyLastLine="1"', 'horizontal="x"', 'indent="-5"', 'horizontal="right" indent="40"'),
)


def _format_on_a_fill(colour: str, code: str) -> Change:
    """The format's own colour on a fill of that colour."""
    return with_style("H6", fill=_SOLID.format(f'rgb="FF{colour}"'), code=code)


def _formats_twice(first: str, second: str) -> Change:
    """Two formats of one number: some programs take the first, others the last."""

    def edit(text: str) -> str:
        money = re.search(r'<numFmt numFmtId="(\d+)" formatCode="#,##0.00_ "/>', text)
        assert money
        pair = "".join(
            f'<numFmt numFmtId="{money[1]}" formatCode="{code}"/>' for code in (first, second)
        )
        return text.replace(money[0], pair)

    return edited(STYLES, edit)


def _theme(pattern: str, new: str) -> Change:
    return edited(THEME, resub(pattern, new))


_DARK = r"<a:dk1>.*?</a:dk1>"
_THEMES = {
    "深色是白": '<a:dk1><a:srgbClr val="FFFFFF"/></a:dk1>',
    "系统颜色与记录不同": '<a:dk1><a:sysClr val="window" lastClr="000000"/></a:dk1>',
    "系统灰字": '<a:dk1><a:sysClr val="highlightText" lastClr="000000"/></a:dk1>',
    "颜色再调亮": '<a:dk1><a:srgbClr val="000000"><a:lumOff val="100000"/></a:srgbClr></a:dk1>',
    "颜色再调淡": '<a:dk1><a:srgbClr val="000000"><a:tint val="1000"/></a:srgbClr></a:dk1>',
    "透明": '<a:dk1><a:srgbClr val="000000"><a:alpha val="0"/></a:srgbClr></a:dk1>',
    "预设颜色": '<a:dk1><a:prstClr val="white"/></a:dk1>',
    "另一种颜色": '<a:dk1><a:hslClr hue="0" sat="0" lum="100000"/></a:dk1>',
    "两个深色": '<a:dk1><a:srgbClr val="000000"/></a:dk1><a:dk1><a:srgbClr val="FFFFFF"/></a:dk1>',
    "一处两色": '<a:dk1><a:srgbClr val="FFFFFF"/><a:srgbClr val="000000"/></a:dk1>',
    "没有颜色": "<a:dk1/>",
}


def _sheet(old: str, new: str) -> Change:
    return edited(FIRST, swap(old, new))


_CONDITION = (
    '<conditionalFormatting sqref="H6"><cfRule {}</cfRule></conditionalFormatting><printOptions'
)
_CONDITIONS = (
    'type="expression" dxfId="0" priority="1"><formula>TRUE</formula>',
    'type="cellIs" operator="greaterThan" dxfId="0" priority="1"><formula>0</formula>',
    'type="dataBar" priority="1"><dataBar><cfvo type="min"/><cfvo type="max"/><color rgb="FFFFFFFF"/></dataBar>',
    'type="iconSet" priority="1"><iconSet showValue="0"><cfvo type="percent" val="0"/></iconSet>',
    'type="colorScale" priority="1"><colorScale><cfvo type="min"/><color rgb="FF000000"/></colorScale>',
    'type="duplicateValues" dxfId="0" priority="1">',
    'type="expression" dxfId="999" priority="1"><formula>TRUE</formula>',
)


def _dxf(new: str) -> Change:
    """What a condition of the inputs' sheet paints."""
    return edited(STYLES, resub(r"<dxfs count=\"\d+\"><dxf>.*?</dxf>", new))


_COLUMNS = {
    "隐藏": (r'(<col min="8" max="8")', r'\1 hidden="1"'),
    "隐藏带空格": (r'(<col min="8" max="8")', r'\1 hidden=" 1 "'),
    "宽度为零": (r'(<col min="8" max="8" width=")[^"]*', r"\g<1>0"),
    "宽度极小": (r'(<col min="8" max="8" width=")[^"]*', r"\g<1>0.4"),
    "宽度不足": (r'(<col min="8" max="8" width=")[^"]*', r"\g<1>6"),
    "写两次": (r'(<col min="8"[^>]*>)', r'\1<col min="8" max="8" width="0" hidden="1"/>'),
    "范围覆盖": (r"<cols>", '<cols><col min="1" max="16384" width="0.1" customWidth="1"/>'),
    "默认宽度为零": (r"<cols>.*?</cols>", ""),
    "默认行高为零": (r'defaultRowHeight="15"', 'defaultRowHeight="0" zeroHeight="1"'),
}
_VIEWS = {
    "显示公式": ("<sheetView ", '<sheetView showFormulas="1" '),
    "不显示零": ("<sheetView ", '<sheetView showZeros="0" '),
    "不显示零 false": ("<sheetView ", '<sheetView showZeros="false" '),
    "从右到左": ("<sheetView ", '<sheetView rightToLeft="1" '),
    "冻结后滚动": ('workbookViewId="0">', 'workbookViewId="0" topLeftCell="A9">'),
    "冻结很多行": ('ySplit="5"', 'ySplit="400"'),
    "缩到极小": ("<sheetView ", '<sheetView zoomScale="10" '),
    "两个视图": ("</sheetViews>", '<sheetView workbookViewId="0" showFormulas="1"/></sheetViews>'),
    "自定义视图": (
        "<printOptions",
        '<customSheetViews><customSheetView guid="{0}"/></customSheetViews><printOptions',
    ),
    "筛选中": (
        "<printOptions",
        '<autoFilter ref="A5:L13"><filterColumn colId="0"><filters><filter val="1"/></filters></filterColumn></autoFilter><printOptions',
    ),
    "背景图": ("</worksheet>", '<picture r:id="rIdQ"/></worksheet>'),
    "方案管理": (
        "<mergeCells",
        '<scenarios><scenario name="x"><inputCells r="H6" val="1"/></scenario></scenarios><mergeCells',
    ),
    "控件": ("</worksheet>", '<controls><control shapeId="1" r:id="rIdQ"/></controls></worksheet>'),
    "表对象": (
        "</worksheet>",
        '<tableParts count="1"><tablePart r:id="rIdQ"/></tableParts></worksheet>',
    ),
    "扩展": ("</worksheet>", '<extLst><ext uri="{x}"/></extLst></worksheet>'),
    "打印缩到极小": ("<pageSetup ", '<pageSetup scale="20" '),
    "打印草稿": ("<pageSetup ", '<pageSetup draft="1" '),
    "打印空白代替错误": ("<pageSetup ", '<pageSetup errors="blank" '),
    "链接": (
        "<printOptions",
        '<hyperlinks><hyperlink ref="H6" location="附表5!A1" display="1.00"/></hyperlinks><printOptions',
    ),
    "合并盖住": ('<mergeCells count="14">', '<mergeCells count="15"><mergeCell ref="G6:H6"/>'),
    "合并重叠": ('<mergeCells count="14">', '<mergeCells count="15"><mergeCell ref="D4:H5"/>'),
    "脚注图片": ("</worksheet>", '<legacyDrawingHF r:id="rIdQ"/></worksheet>'),
}
ATTACKS = [
    *(Attack("数字格式", repr(code), with_style("H6", code=code)) for code in _FORMATS),
    *(
        Attack("文字格式", repr(code), with_style("A3", code=code))
        for code in (
            ";;;",
            '@;@;@;"正式稿"',
            '"正式稿"@',
            ";;;\\ ",
            '0;0;0;"x"',
            "@*x",
            "[White]@",
            '0.00;0.00;0.00;""',
        )
    ),
    *(
        Attack("数字格式", f"红字红底 {code}", _format_on_a_fill(colour, code))
        for colour, code in (
            ("FF0000", "[Red]#,##0.00"),
            ("E00000", "[Red]#,##0.00;[Red]-#,##0.00"),
        )
    ),
    Attack("数字格式", "同号两种，假的在前", _formats_twice("#,##0.00,", "#,##0.00_ ")),
    Attack("数字格式", "同号两种，假的在后", _formats_twice("#,##0.00_ ", "#,##0.00,")),
    *(
        Attack(
            "字体颜色",
            colour,
            with_style("H6", font=_FONT.format(size=11, more="", colour=colour, name="宋体")),
        )
        for colour in _COLOURS
    ),
    *(Attack("底纹", fill[20:90], with_style("H6", fill=fill)) for fill in _FILLS),
    *(
        Attack(
            "字体",
            f"{size} {more} {name!r}",
            with_style(
                "H6", font=_FONT.format(size=size, more=more, colour='rgb="FF000000"', name=name)
            ),
        )
        for size, more, name in _FONTS
    ),
    *(Attack("对齐", align, with_style("A3", align=align)) for align in _ALIGNS),
    *(Attack("主题", name, _theme(_DARK, new)) for name, new in _THEMES.items()),
    Attack("主题", "字体", _theme(r'(<a:minorFont><a:latin typeface=")[^"]*', r"\1Wingdings")),
    *(
        Attack("条件格式", rule[:40], _sheet("<printOptions", _CONDITION.format(rule)))
        for rule in _CONDITIONS
    ),
    Attack(
        "条件格式",
        "改样式的图案",
        _dxf(
            '<dxfs count="9"><dxf><fill><patternFill patternType="darkGrid"><fgColor rgb="FF000000"/><bgColor rgb="FF000000"/></patternFill></fill></dxf>'
        ),
    ),
    Attack(
        "条件格式",
        "改样式为白字",
        _dxf('<dxfs count="9"><dxf><font><color rgb="FFFFFFFF"/></font></dxf>'),
    ),
    *(Attack("列", name, edited(FIRST, resub(*pair))) for name, pair in _COLUMNS.items()),
    *(Attack("视图和页面", name, _sheet(*pair)) for name, pair in _VIEWS.items()),
    Attack(
        "调色板",
        "换颜色",
        several(
            {
                STYLES: lambda t: t.replace(
                    "</styleSheet>",
                    '<colors><indexedColors><rgbColor rgb="00FFFFFF"/></indexedColors></colors></styleSheet>',
                ).replace('<color theme="1"/>', '<color indexed="0"/>')
            }
        ),
    ),
]
