"""The two templates as Word documents with placeholders, which an office may edit in Word.

A placeholder is a word in double braces, `{{ 镇街 }}`; `{%p if 配套 %}` … `{%p endif %}` keep or drop
whole paragraphs, `{%tr for 行 in 明细 %}` repeats a line of a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from allocator.word.paper import SIZE_2, document_bytes, fill_cell, new_paper, red_line, set_font

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.text.paragraph import Paragraph

NOTICE, SLIP = "资金下达通知", "资金核拨通知单"

_HEADING, _BODY = "公文一级标题", "公文正文"
#: Paragraphs of the notice between addressees and signature: (style, text).
_NOTICE: Final = (
    (
        _BODY,
        (
            "{% if 依据文件 %}根据{{ 依据文件 }}，{% endif %}现将{{ 资金名称 }}下达给你们，本次核拨"
            "{{ 核拨总额 }}{{ 货币 }}（{{ 币种 }}{{ 核拨总额大写 }}），共{{ 单位数 }}个{{ 单位称谓 }}，"
            "各{{ 单位称谓 }}金额见附件1。"
            "有关事项通知如下："
        ),
    ),
    (_HEADING, "{{ 号.资金安排 }}、资金安排"),
    ("", "{%p for 池 in 资金池 %}"),
    (
        _BODY,
        (
            "（{{ 池.序号 }}）{{ 池.名称 }}。资金总额{{ 池.资金总额 }}{{ 货币 }}"
            "{% if 池.来源 %}（{{ 池.来源 }}）{% endif %}，"
            "{% if 池.预留调整 %}另由预留资金{{ 池.预留调整 }}{{ 货币 }}，{% endif %}"
            "{% if 池.因素 %}按{{ 池.因素 }}分配；{% endif %}"
            "{% if 池.此前已拨 %}应核拨{{ 池.应核拨 }}{{ 货币 }}，此前已拨{{ 池.此前已拨 }}{{ 货币 }}，"
            "{% if 池.多拨 %}其中多拨待收回{{ 池.多拨 }}{{ 货币 }}，{% endif %}{% endif %}"
            "本次核拨{{ 池.本次核拨 }}{{ 货币 }}"
            "{% if 池.依据 %}（依据：{{ 池.依据 }}）{% endif %}。"
        ),
    ),
    ("", "{%p endfor %}"),
    ("", "{%p if 试点 %}"),
    (_HEADING, "{{ 号.试点结算 }}、试点经费结算"),
    (
        _BODY,
        (
            "{{ 试点.名称 }}已向{{ 试点.个数 }}个试点{{ 单位称谓 }}拨付试点经费{{ 试点.已拨 }}{{ 货币 }}，本次扣回试点剩余"
            "{{ 试点.扣回 }}{{ 货币 }}{% if 试点.待收回 %}，另有{{ 试点.待收回 }}{{ 货币 }}待收回{% endif %}。"
        ),
    ),
    ("", "{%p endif %}"),
    ("", "{%p if 配套 %}"),
    (_HEADING, "{{ 号.配套资金 }}、配套资金"),
    (
        _BODY,
        (
            "各{{ 单位称谓 }}应配套资金合计{{ 配套.应配套 }}{{ 货币 }}（{{ 币种 }}{{ 配套.应配套大写 }}），"
            "各{{ 单位称谓 }}金额见附件。"
            "{% if 配套期限 %}请于{{ 配套期限 }}足额落实到位。{% else %}请足额落实到位。{% endif %}"
        ),
    ),
    ("", "{%p endif %}"),
    (_HEADING, "{{ 号.有关要求 }}、有关要求"),
    (
        _BODY,
        (
            "请按规定的用途使用资金，专款专用，不得截留、挤占、挪用，并做好绩效管理。"
            "{% if 联系人 or 联系电话 %}联系人：{{ 联系人 }}，联系电话：{{ 联系电话 }}。{% endif %}"
        ),
    ),
)

#: The slip after its table: (style, text).
_SLIP: Final = (
    ("单据标题行", "测算依据"),
    ("", "{%p for 句 in 测算依据 %}"),
    ("单据正文", "{{ 句 }}"),
    ("", "{%p endfor %}"),
    ("", "{%p if 配套 %}"),
    ("单据标题行", "配套资金"),
    (
        "单据正文",
        (
            "应配套{{ 配套.应配套 }}{{ 货币 }}（{{ 币种 }}{{ 配套.应配套大写 }}）："
            "基数{{ 配套.基数 }}{{ 货币 }}，配套比例"
            "{{ 配套.比例 }}{% if 配套.类别 %}（{{ 配套.类别 }}）{% endif %}"
            "{% if 配套.已配套 %}；已配套{{ 配套.已配套 }}{{ 货币 }}，缺口{{ 配套.缺口 }}{{ 货币 }}{% endif %}。"
            "{% if 配套期限 %}请于{{ 配套期限 }}落实到位。{% endif %}"
        ),
    ),
    ("", "{%p endif %}"),
    ("单据标题行", "收款账户"),
    ("单据正文", "户名：{{ 户名 }}　　开户银行：{{ 开户银行 }}　　账号：{{ 账号 }}"),
    ("", "{%p if 联系人 or 联系电话 %}"),
    ("单据正文", "联系人：{{ 联系人 }}　　联系电话：{{ 联系电话 }}"),
    ("", "{%p endif %}"),
    ("单据落款", "{{ 发文机关 }}"),
    ("单据落款", "{{ 成文日期 }}"),
)


def notice_template() -> bytes:
    """资金下达通知 in the layout of GB/T 9704."""
    paper = new_paper(is_numbered=True)
    _put(paper, "", "{%p if 标记 %}")
    _put(paper, "测算标记", "{{ 标记 }}")
    _put(paper, "", "{%p endif %}")
    _put(paper, "", "{%p if 发文机关标志 %}")
    _put(paper, "发文机关标志", "{{ 发文机关标志 }}")
    _put(paper, "公文附件", "")
    number = _put(paper, "公文附件", "{{ 发文字号 }}")
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    red_line(_put(paper, "公文附件", ""))
    _put(paper, "", "{%p endif %}")
    _put(paper, "公文附件", "")
    _put(paper, "公文标题", "{{ 标题 }}")
    _put(paper, "公文附件", "")
    _put(paper, "公文主送", "{{ 主送 }}：")
    for style, text in _NOTICE:
        _put(paper, style, text)
    _put(paper, "公文附件", "")
    _annex_list(paper)
    _put(paper, "公文附件", "")
    _put(paper, "公文落款", "{{ 发文机关 }}　　")
    _put(paper, "公文落款", "{{ 成文日期 }}　　")
    _put(paper, "", "{%p if 抄送 %}")
    _put(paper, "公文附件", "抄送：{{ 抄送 }}")
    _put(paper, "", "{%p endif %}")
    return document_bytes(paper)


def _annex_list(paper: Paper) -> None:
    """附件：1. … : two characters in, further lines below the first one's number, no full stop."""
    _put(paper, "", "{%p for 件 in 附件 %}")
    text = "{% if loop.first %}附件：{% else %}　　　{% endif %}{{ 件.序号 }}. {{ 件.名称 }}"
    line = _put(paper, "公文附件", text)
    line.paragraph_format.left_indent = Pt(16 * 6.3)
    line.paragraph_format.first_line_indent = Pt(-16 * 4.3)
    _put(paper, "", "{%p endfor %}")


def slip_template() -> bytes:
    """资金核拨通知单: one page for one recipient."""
    paper = new_paper(is_numbered=False)
    section = paper.sections[0]
    section.top_margin, section.bottom_margin = Mm(25), Mm(20)
    _put(paper, "", "{%p if 标记 %}")
    _put(paper, "测算标记", "{{ 标记 }}")
    _put(paper, "", "{%p endif %}")
    title = _put(paper, "公文标题", "")
    set_font(title.add_run(SLIP), "方正小标宋简体", SIZE_2)
    under = _put(paper, "单据正文", "{{ 资金名称 }}{% if 发文字号 %}　{{ 发文字号 }}{% endif %}")
    under.alignment = WD_ALIGN_PARAGRAPH.CENTER
    under.paragraph_format.space_after = Pt(8)
    _put(paper, "单据标题行", "{{ 镇街 }}：")
    _put(
        paper,
        "单据正文",
        (
            "{% if 依据文件 %}根据{{ 依据文件 }}，{% endif %}现核拨你{{ 单位称谓 }}{{ 核拨合计 }}{{ 货币 }}"
            "（{{ 币种 }}{{ 核拨大写 }}），明细如下："
        ),
    )
    _slip_table(paper)
    _put(paper, "单据正文", "").paragraph_format.line_spacing = Pt(8)
    for style, text in _SLIP:
        _put(paper, style, text)
    return document_bytes(paper)


def _slip_table(paper: Paper) -> None:
    lines = (
        ("项目", "金额（{{ 货币 }}）", "说明"),
        ("{%tr for 行 in 明细 %}", "", ""),
        ("{{ 行.项目 }}", "{{ 行.金额 }}", "{{ 行.说明 }}"),
        ("{%tr endfor %}", "", ""),
        ("本次核拨合计", "{{ 核拨合计 }}", "{{ 币种 }}{{ 核拨大写 }}"),
    )
    table = paper.add_table(len(lines), 3, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for row, texts in zip(table.rows, lines, strict=True):
        side_of = WD_ALIGN_PARAGRAPH
        sides = (side_of.LEFT, side_of.RIGHT, side_of.LEFT)
        if texts == lines[0]:
            sides = (side_of.CENTER, side_of.CENTER, side_of.CENTER)
        cells = zip(row.cells, texts, sides, (Mm(56), Mm(36), Mm(64)), strict=True)
        for cell, text, side, width in cells:
            cell.width = width
            fill_cell(cell, text, side=side)


def _put(paper: Paper, style: str, text: str) -> Paragraph:
    return paper.add_paragraph(text, style=style or None)
