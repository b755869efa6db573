"""What the first text of a row says of it. A label is a hint; arithmetic is the proof (`sums`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_LONGEST_NAME: Final = 40
#: Marks of notes, numbers of rows and brackets behind a label: 合计①, 全市合计（33个）.
_TAIL: Final = re.compile(r"[\d*#:：、.+\[\]†‡^①-⑳]+$|\([^()]*\)$")
_TOTAL: Final = re.compile(
    r"(?:总|合|共|累)计(?:数|额|行)?|总数|总和|汇总|合共|总额|加总|全[国省市县区镇州]|本市|"
    r".*(?:合计|总计|共计|总和|汇总)(?:数|额|行)?|(?:grand|sub)?totals?|total.*|.*total|sums?|summe|"
    r"gesamt.*|insgesamt|ensemble|totale|all|overall|together|zusammen",
)
_SUBTOTAL: Final = re.compile(r"小计(?:数|额|行)?|.*小计(?:数|额|行)?|sub-?totals?|zwischensumme")
#: Names that groups of recipients have; a single recipient may have one too (东城区, 喀什地区).
_GROUP: Final = re.compile(
    r".*(?:板块|片区|片|组团|组|区域|三角洲?|[东西南北中]部|经济带|经济区|都市圈|城区|市区|郊区|市直|"
    r"市辖区|市属|县属|本级|地区|集团|类|合作区|合计|小计)"
)
_PART: Final = re.compile(
    r"(?:其中|内含|#|＃|of which|including|darunter|davon|dont|there:)", re.IGNORECASE
)
_NOTE: Final = re.compile(
    r"注|说明|备注|附注|填表|填报|制表|制单|编制|经办|审核|审批|复核|复查|核对|单位负责|单位领导|分管|主管|负责人|联系|"
    r"数据来源|资料来源|来源|日期|时间|打印|打表|盖章|公章|签[字名章发]|录入|报送|上报|会计|出纳|财务|科室|电话|"
    r"note|source|quelle|remark|prepared|\*|※|†|‡|[①-⑳]|\(?\d+[.、)]|第?\d+页|共\d+页",
    re.IGNORECASE,
)
_COLON: Final = re.compile(r"[:：]")
_COLUMN_WORDS: Final = frozenset(
    ["栏次", "列次", "行次", "项次", "栏目", "序号", *"甲乙丙丁戊", "-", "—"]
)
_COUNTED: Final = re.compile(r"\(?\d{1,3}\)?(?:\s*=\s*[\d()×x*＊+\-÷/%.\s]+)?")


def plain_label(text: str) -> str:
    """A label without blanks, brackets and marks behind it.

    >>> plain_label("全 市"), plain_label("全市合计（33个）"), plain_label("合计①：")
    ('全市', '全市合计', '合计')
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", _circled(text))).lower()
    while (shorter := _TAIL.sub("", text)) != text and shorter:
        text = shorter
    return text


def _circled(text: str) -> str:
    """NFKC makes 合计① to 合计1; the mark goes first."""
    return re.sub(r"[①-⑳]+$", "", text)


def is_total(text: str) -> bool:
    """Whether a label is that of the sum of all."""
    label = plain_label(text)
    return bool(_TOTAL.fullmatch(label)) and not is_subtotal(text)


def is_subtotal(text: str) -> bool:
    """Whether a label is that of the sum of a group."""
    return bool(_SUBTOTAL.fullmatch(plain_label(text)))


def may_be_group(text: str) -> bool:
    """Whether a label is one that groups have; recipients may have it too."""
    return bool(_GROUP.fullmatch(plain_label(text)))


def is_part(text: str) -> bool:
    """Whether a row repeats a part of the one above it, as 其中：某社区 does."""
    return bool(_PART.match(text.strip()))


def is_remark(text: str) -> bool:
    """Whether a text reads like a note or a signature, whatever stands beside it."""
    return bool(_NOTE.match(text.replace("（", "("))) or len(text) > _LONGEST_NAME


def is_signed(text: str) -> bool:
    """A remark with its colon: 填报人：某某 is one even where a figure stands beside it."""
    return is_remark(text) and bool(_COLON.search(text[:12]))


def numbers_columns(texts: Sequence[str]) -> bool:
    """Whether the cells of a row number the columns: 栏次 or 甲 before 1, 2, 3=1×2.

    >>> numbers_columns(["栏次", "1", "2", "3=1×2"]), numbers_columns(["1", "2", "3=2×10"])
    (True, True)
    >>> numbers_columns(["甲", "1", "2"]), numbers_columns(["甲镇", "1", "2", "3"])
    (False, False)
    """
    given = [re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)) for text in texts if text]
    labels = [text for text in given if text in _COLUMN_WORDS]
    counted = [text for text in given if text not in _COLUMN_WORDS]
    if not counted or not all(_COUNTED.fullmatch(text) for text in counted):
        return False
    order = [int(re.sub(r"\D", "", text.partition("=")[0])) for text in counted]
    if order != sorted(set(order)) or order[0] > 2:
        return False
    if any(word in ("栏次", "列次", "行次", "项次", "栏目") for word in labels):
        return True
    is_gapless = order == list(range(order[0], order[0] + len(order)))
    # A recipient may be called 甲: without 栏次, 乙 or a number for a name three columns must agree.
    least = 3 if labels == ["甲"] else 2
    return is_gapless and len(order) >= least and (bool(labels) or len(order) > 2)
