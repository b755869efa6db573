"""Tricks of a cell: how its number is written, what it holds twice, its formula, its text."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.hostile.attacks import (
    BOOK,
    FIRST,
    STRINGS,
    Attack,
    Change,
    edited,
    inline,
    new_sheet,
    swap,
)

_TRUE = "4873686.46"
_VALUE = f"<v>{_TRUE}</v>"
_CELL = re.compile(r'<c r="H6" s="(\d+)">(<f>[^<]*</f>)(<v>[^<]*</v>)</c>')
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def cell(pattern: str) -> Change:
    """The first amount written otherwise: {s} its style, {f} its formula, {v} its value."""

    def edit(text: str) -> str:
        found = _CELL.search(text)
        assert found
        new = pattern.replace("{s}", found[1]).replace("{f}", found[2]).replace("{v}", found[3])
        return text.replace(found[0], new)

    return edited(FIRST, edit)


def number(text: str) -> Change:
    return cell(f'<c r="H6" s="{{s}}">{{f}}<v>{text}</v></c>')


_NUMBERS = (
    *("4_873686.46", _TRUE.translate(_WIDE), _TRUE.translate(_ARABIC), f" {_TRUE} ", f"+{_TRUE}"),
    *("0x4A5DB6", "1234567.89", "4873686.4", "4873686.464", "487368646e-2x", "4873686,46"),
    *("4,873,686.46", "4873686.46.", "--4873686.46", "(4873686.46)", "NaN", "Infinity", "1e999"),
    *("-4873686.46", "4873686.46f", "4873686.46\u200b", "\ufeff4873686.46", "&#160;4873686.46"),
    *("4873686.46&#0;", "1234567.89<!-- -->", "4873686<![CDATA[.46]]>", "<![CDATA[4873686.46]]>"),
    *("4873686.46%", "¥4873686.46", "4873686.46元", "true", "4.87368646D6", "4873686。46", "²"),
)
_CELLS = {
    "两个 v": '<c r="H6" s="{s}">{f}<v>1234567.89</v>{v}</c>',
    "两个 v，假的在后": '<c r="H6" s="{s}">{f}{v}<v>1234567.89</v></c>',
    "v 和 is": '<c r="H6" s="{s}">{f}{v}<is><t>1234567.89</t></is></c>',
    "写两次": '<c r="H6" s="{s}"><v>1234567.89</v></c><c r="H6" s="{s}">{f}{v}</c>',
    "写两次，假的在后": '<c r="H6" s="{s}">{f}{v}</c><c r="H6" s="{s}"><v>1234567.89</v></c>',
    "没有位置": '<c s="{s}">{f}{v}</c>',
    "位置小写": '<c r="h6" s="{s}">{f}{v}</c>',
    "位置带 $": '<c r="$H$6" s="{s}">{f}{v}</c>',
    "位置带零": '<c r="H06" s="{s}">{f}{v}</c>',
    "别的行": '<c r="H7" s="{s}">{f}{v}</c>',
    "次序颠倒": '<c r="Z6" s="{s}"><v>1</v></c><c r="H6" s="{s}">{f}{v}</c>',
    "文字型数字": f'<c r="H6" s="{{s}}" t="str">{{f}}<v>{_TRUE}</v></c>',
    "内联文字": f'<c r="H6" s="{{s}}" t="inlineStr"><is><t>{_TRUE}</t></is></c>',
    "内联文字带空格": f'<c r="H6" s="{{s}}" t="inlineStr"><is><t> {_TRUE} </t></is></c>',
    "类型空白": '<c r="H6" s="{s}" t="">{f}{v}</c>',
    "类型大写": '<c r="H6" s="{s}" t="N">{f}{v}</c>',
    "布尔": '<c r="H6" s="{s}" t="b">{f}<v>1</v></c>',
    "错误": '<c r="H6" s="{s}" t="e">{f}<v>#N/A</v></c>',
    "日期": '<c r="H6" s="{s}" t="d">{f}<v>2020-06-30</v></c>',
    "文字编号": '<c r="H6" s="{s}" t="s">{f}<v>3</v></c>',
    "文字编号越界": '<c r="H6" s="{s}" t="s"><v>99999</v></c>',
    "公式在后": '<c r="H6" s="{s}">{v}{f}</c>',
    "扩展": '<c r="H6" s="{s}">{f}{v}<extLst><ext uri="x"/></extLst></c>',
    "元数据": '<c r="H6" s="{s}" cm="1" vm="1">{f}{v}</c>',
    "样式越界": '<c r="H6" s="9999">{f}{v}</c>',
    "样式负数": '<c r="H6" s="-1">{f}{v}</c>',
    "样式带空格": '<c r="H6" s=" {s} ">{f}{v}</c>',
    "数组公式": '<c r="H6" s="{s}"><f t="array" ref="H6">1</f>{v}</c>',
    "模拟运算": '<c r="H6" s="{s}"><f t="dataTable" ref="H6" dt2D="1"/>{v}</c>',
    "共用公式无主": '<c r="H6" s="{s}"><f t="shared" si="9"/>{v}</c>',
    "共用公式换内容": '<c r="H6" s="{s}"><f t="shared" si="9" ref="H6:H7">附表3!E6</f>{v}</c>',
    "公式为空": '<c r="H6" s="{s}"><f></f><v>1234567.89</v></c>',
    "公式赋值": '<c r="H6" s="{s}"><f bx="1">4873686.46</f>{v}</c>',
    "公式引用外部": '<c r="H6" s="{s}"><f>[1]附表1!H6</f>{v}</c>',
    "公式 DDE": '<c r="H6" s="{s}"><f>cmd|\'/c calc\'!A0</f>{v}</c>',
    "公式网络": '<c r="H6" s="{s}"><f>WEBSERVICE("http://example.org")</f>{v}</c>',
    "公式链接": '<c r="H6" s="{s}"><f>HYPERLINK("http://example.org",4873686.46)</f>{v}</c>',
    "公式常数": '<c r="H6" s="{s}"><f>4873686.46</f>{v}</c>',
    "公式大小写": '<c r="H6" s="{s}"><f>\'附表2-2\'!O7+N("x")</f>{v}</c>',
    "公式随时间": '<c r="H6" s="{s}"><f>IF(TODAY()&gt;50000,1,\'附表2-2\'!O7)</f>{v}</c>',
    "公式没有值": '<c r="H6" s="{s}"><f>1+1</f></c>',
    "注音开": '<c r="H6" s="{s}" ph="1">{f}{v}</c>',
}


def row(edit: Callable[[str], str]) -> Change:
    def change(text: str) -> str:
        found = re.search(r'<row r="6".*?</row>', text, re.DOTALL)
        assert found
        after = edit(found[0])
        assert after != found[0]
        return text.replace(found[0], after)

    return edited(FIRST, change)


_ROWS: dict[str, Callable[[str], str]] = {
    "写两次": lambda r: r.replace(_TRUE, "1234567.89") + r,
    "写两次，假的在后": lambda r: r + r.replace(_TRUE, "1234567.89"),
    "没有行号": swap('r="6" ', ""),
    "行号越界": lambda r: r + '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
    "行号为零": lambda r: '<row r="0"/>' + r,
    "行号带空格": swap('r="6"', 'r=" 6 "'),
    "行号全角": swap('r="6"', 'r="６"'),
    "夹别的内容": lambda r: f"{r}<v>1</v>",
    "夹文字": lambda r: f"{r}1234567.89",
    "隐藏": swap('r="6"', 'r="6" hidden="1"'),
    "隐藏带空格": swap('r="6"', 'r="6" hidden=" 1 "'),
    "隐藏大写": swap('r="6"', 'r="6" hidden="TRUE"'),
    "隐藏 on": swap('r="6"', 'r="6" hidden="on"'),
    "高度为零": lambda r: re.sub(r'ht="[^"]*"', 'ht="0"', r, count=1),
    "高度极小": lambda r: re.sub(r'ht="[^"]*"', 'ht="0.75"', r, count=1),
    "高度负数": lambda r: re.sub(r'ht="[^"]*"', 'ht="-1"', r, count=1),
    "高度科学记数": lambda r: re.sub(r'ht="[^"]*"', 'ht="1e-9"', r, count=1),
    "高度全角": lambda r: re.sub(r'ht="[^"]*"', 'ht="０"', r, count=1),
    "折叠并隐藏": swap('r="6"', 'r="6" outlineLevel="1" hidden="true"'),
}


def shared(old: str, new: str) -> Change:
    return edited(STRINGS, swap(old, new))


def text(cell_: str, xml: str) -> Change:
    """A cell of the first sheet as an inline text of its own."""

    def edit(sheet: str) -> str:
        return re.sub(
            rf'<c r="{cell_}" s="(\d+)" t="s"><v>\d+</v></c>',
            lambda f: f'<c r="{cell_}" s="{f[1]}" t="inlineStr"><is>{xml}</is></c>',
            sheet,
        )

    return edited(FIRST, edit)


_MARK = "测算稿 — 权重待核定"
_TEXTS = {
    "标注删字": f"<t>{_MARK[:3]}</t>",
    "标注零宽字符": f"<t>{_MARK[:3]}\u200b{_MARK[3:]}</t>",
    "标注反向字符": f"<t>\u202e{_MARK[::-1]}</t>",
    "标注后加文字": f"<t>{_MARK}（已核定）</t>",
    "标注转义": "<t>正式_x0000_</t>",
    "标注注音": f'<t>{_MARK}</t><rPh sb="0" eb="3"><t>正式稿</t></rPh>',
    "标注两段": f"<t>{_MARK}</t><t>正式</t>",
    "标注白字": f'<r><rPr><color rgb="FFFFFFFF"/></rPr><t>{_MARK}</t></r>',
    "标注小字": f'<r><rPr><sz val="1"/></rPr><t>{_MARK}</t></r>',
    "标注删除线": f"<r><rPr><strike/></rPr><t>{_MARK}</t></r>",
    "标注上标": f'<r><rPr><vertAlign val="superscript"/></rPr><t>{_MARK}</t></r>',
    "标注符号字体": f'<r><rPr><rFont val="Wingdings"/></rPr><t>{_MARK}</t></r>',
    "标注符号字符集": f'<r><rPr><rFont val="宋体"/><charset val="2"/></rPr><t>{_MARK}</t></r>',
    "标注主题白": f'<r><rPr><color theme="0"/></rPr><t>{_MARK}</t></r>',
    "标注淡化": f'<r><rPr><color theme="1" tint="0.95"/></rPr><t>{_MARK}</t></r>',
    "标注调色板": f'<r><rPr><color indexed="9"/></rPr><t>{_MARK}</t></r>',
    "标注首尾空白": f'<t xml:space="preserve">{" " * 400}{_MARK}</t>',
    "标注换行": f'<t xml:space="preserve">{chr(10) * 30}{_MARK}</t>',
}
_TOWNS = "".join(
    f'<row r="{k + 2}">{inline(f"A{k + 2}", name)}<c r="B{k + 2}"><v>{9_000_000 - k}</v></c></row>'
    for k, name in enumerate(("东城街道", "南城街道", "万江街道", "莞城街道"))
)
ATTACKS = [
    *(Attack("数字写法", repr(one), number(one)) for one in _NUMBERS),
    *(Attack("一格的写法", name, cell(pattern)) for name, pattern in _CELLS.items()),
    *(Attack("一行的写法", name, row(edit)) for name, edit in _ROWS.items()),
    *(Attack("文字", name, text("A3", xml)) for name, xml in _TEXTS.items()),
    Attack(
        "文字",
        "两个单位对调",
        edited(
            STRINGS,
            lambda t: (
                t.replace("<t>东城街道<", "<t>?<")
                .replace("<t>南城街道<", "<t>东城街道<")
                .replace("<t>?<", "<t>南城街道<")
            ),
        ),
    ),
    Attack("文字", "单位形近字", shared("<t>东城街道<", "<t>東城街道<")),
    Attack("文字", "金额单位", shared("单位：元<", "单位：万元<")),
    Attack(
        "文字",
        "表外加字",
        edited(
            FIRST, swap("</sheetData>", f'<row r="60">{inline("A60", "正式稿")}</row></sheetData>')
        ),
    ),
    Attack(
        "文字",
        "表右加字",
        edited(FIRST, swap('</row><row r="7"', f'{inline("AA6", "以本格为准")}</row><row r="7"')),
    ),
    Attack(
        "多出的表",
        "另一张分配结果",
        new_sheet(
            "结果（正式）",
            inline_title := f'<row r="1">{inline("A1", "分配结果")}</row>{_TOWNS}',
            first=True,
        ),
    ),
    Attack("多出的表", "另一张分配结果在后", new_sheet("汇总", inline_title)),
    Attack("多出的表", "名称形近", new_sheet("附表1 ", "", first=True)),
    Attack("多出的表", "名称全角", new_sheet("附表１", "", first=True)),
    Attack("多出的表", "名称繁体", new_sheet("附錶1", _TOWNS, first=True)),
    Attack("多出的表", "名称零宽", new_sheet("附\u200b表1", "", first=True)),
    Attack("工作表", "藏起", edited(BOOK, swap('sheetId="1"', 'sheetId="1" state="hidden"'))),
    Attack("工作表", "深藏", edited(BOOK, swap('sheetId="1"', 'sheetId="1" state="veryHidden"'))),
    Attack("工作表", "状态大写", edited(BOOK, swap('sheetId="1"', 'sheetId="1" state="Hidden"'))),
    Attack(
        "工作表", "状态带空格", edited(BOOK, swap('sheetId="1"', 'sheetId="1" state=" hidden "'))
    ),
    Attack("工作表", "改名", edited(BOOK, swap('name="附表1"', 'name="附表一"'))),
    Attack("工作表", "两张同名", edited(BOOK, swap('name="附表3"', 'name="附表1"'))),
    Attack("工作表", "两张同一部分", edited(BOOK, swap('r:id="rId4"', 'r:id="rId1"'))),
    Attack("工作表", "编号重复", edited(BOOK, swap('sheetId="2"', 'sheetId="1"'))),
    Attack("工作表", "没有部分", edited(BOOK, swap('r:id="rId4"', 'r:id="rId444"'))),
    Attack(
        "工作表",
        "次序",
        edited(BOOK, lambda t: re.sub(r"(<sheet [^>]*/>)(<sheet [^>]*/>)", r"\2\1", t, count=1)),
    ),
]
