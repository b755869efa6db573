"""What the first text of a row says of it. A label is a hint; arithmetic is the proof (`sums`)."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_LONGEST_NAME: Final = 40
#: Marks of notes, numbers of rows and brackets behind a label: 合计①, 全市合计（33个）.
_TAIL: Final = re.compile(r"[\d*#:：、.+=\-—_\[\]()【】†‡^①-⑳]+$|(?<=.)\([^()]*\)$")
#: Marks and numbers of lists before it: ※合计, 一、合计, （合计）.
_HEAD: Final = re.compile(r"^(?:[^\w∑Σ%@=+]+|_+|\d+[.、)]|[a-z一二三四五六七八九十]+[、.])+(?=.)")
#: Words that stand in no name of a recipient.
_SUM_WORDS: Final = (
    r"合计(?!算|划|时)|总计(?!算|划)|共计(?!算)|总和|汇总|总合计|小计(?!算)|分计|合共|加总|"
    r"(?<![a-z])(?:totals?|totaal|totale|insgesamt)(?![a-z])|итого|всего|합계|총계"
)
_TOTAL: Final = re.compile(
    rf".*(?:{_SUM_WORDS}).*|[总累]计?(?:数|额|行|人口|人数|面积|量)?|计|总数|总体|总额|全部|"
    r"全[国省市县区镇州旗](?:\d+个.*|各.*|所有.*|总.*)?|本[市县区省]|共\d+个.*|[∑σ].*|"
    r"(?:grand|sub)?totals?|sums?|summe|suma|somme|somma|gesamt.*|ensemble|(?:all|overall)(?:\b.*)?|"
    r"together|zusammen",
)
_SUBTOTAL: Final = re.compile(
    r".*(?:小计(?!算)|分计(?!算)).*|.*\bsub-?totals?\b.*|zwischensumme|sous-?total"
)
#: Names that groups of recipients have; a single recipient may have one too (东城区, 喀什地区).
_GROUP: Final = re.compile(
    r".*(?:板块|片区?[一二三四五六七八九十\d]*|组团|组|区域|三角洲?|[东西南北中]部|经济[带区]|都市圈|[城市郊山]区县?|"
    r"市直|[市县]属|本级|地区|集团|类|合作区|[东西]翼|核心区|[城主]\w区)"
)
_PART: Final = re.compile(
    r"其中|内含|#(?!n/a|ref!|div/0!|name\?|null!|num!|value!)|\(?(?:of which|including|darunter|davon|dont|there:)|(?:内|含|包括|包含)[:]"
)
_NOTE: Final = re.compile(
    r"[注註]|说明|备注|附注|附:|填表|填报|制表|制单|编制|经办|审核|审批|复核|复查|核对|单位负责|单位领导|单位\(|分管|"
    r"主管|主办|负责人|联系|数据|资料来源|来源|日期|时间|打印|打表|\(?盖章|\(?公章|签[字名章发]|录入|报送|报出|上报|"
    r"会计|出纳|财务|科室|电话|统计[负口]|以下|\(以下|以上|上述|上表|本表|表内|表中|"
    r"note|source|quelle|remark|prepared|bemerkung|n\.b\.|[*※†‡△▲★☆■●◆①-⑳]|\(?\d+[.、)]|[a-z][.)]\s|"
    r"第?\d+页|共\d+页|[-—]\d+[-—]|(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?$|"
    r"[^:]{1,20}:",
)
_SIMPLE: Final = str.maketrans("計總註", "计总注")
_COLON: Final = re.compile(r"[:：]")
#: Words before the numbers of columns: they name no recipient.
_NUMBERING: Final = frozenset(
    [
        "栏次",
        "列次",
        "行次",
        "项次",
        "栏目",
        "栏号",
        "列号",
        "序列",
        "项目",
        "编号",
        "代码",
        "序号",
        "-",
        "—",
        "–",
    ]
)
_COLUMN_WORDS: Final = _NUMBERING | frozenset("甲乙丙丁戊")
_COUNTED: Final = re.compile(r"[(\[]?第?[a-z]?\d{1,3}栏?[)\]]?(?:=[\d()×x*+\-÷/%.]+)?")


@functools.lru_cache(4096)
def plain_label(text: str) -> str:
    """A label without blanks, brackets and marks around it.

    >>> plain_label("全 市"), plain_label("全市合计（33个）"), plain_label("—合计①：")
    ('全市', '全市合计', '合计')
    """
    text = re.sub(r"(?<=[^a-z])\s+|\s+(?=[^a-z])", "", _compatible(text))
    text = re.sub(r"\b(?:[a-z] )+[a-z]\b", lambda found: found[0].replace(" ", ""), text)
    text = _HEAD.sub("", text)
    while (shorter := _TAIL.sub("", text)) != text and shorter:
        text = shorter
    return text


@functools.lru_cache(4096)
def _compatible(text: str) -> str:
    """Plain forms of characters, but for the circled numbers of notes: they would become figures."""
    kept = re.sub(r"(?<=.)[①-⑳]+(?=[:：]?$)", "", text)
    plain = unicodedata.normalize("NFKC", re.sub("[①-⑳]", "※", kept))
    return plain.lower().translate(_SIMPLE).strip()


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
    label = _compatible(text)
    plain = re.sub(r"\s+", "", label)
    return bool(_PART.match(label)) or "其中" in plain or bool(_PART.match(plain))


def is_remark(text: str) -> bool:
    """Whether a text reads like a note or a signature, whatever stands beside it."""
    plain = re.sub(r"(?<=[^a-z.)])\s+(?=[^a-z])", "", _compatible(text))
    return bool(_NOTE.match(plain)) or len(text) > _LONGEST_NAME


def is_signed(text: str) -> bool:
    """A remark with its colon: 填报人：某某 is one even where a figure stands beside it."""
    return is_remark(text) and bool(_COLON.search(text[:12]))


def numbers_columns(texts: Sequence[str]) -> bool | None:
    """Whether the cells of a row number the columns: 栏次 or 甲 before 1, 2, 3=1×2; None: open.

    >>> numbers_columns(["栏次", "1", "2", "3=1×2"]), numbers_columns(["1", "2", "3=2×10"])
    (True, True)
    >>> numbers_columns(["甲", "1"]), numbers_columns(["甲镇", "1", "2", "3"])
    (None, False)
    """
    given = [re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)) for text in texts if text]
    labels = [text for text in given if text in _COLUMN_WORDS]
    counted = [text for text in given if text not in _COLUMN_WORDS]
    if not counted or not all(_COUNTED.fullmatch(text) for text in counted):
        return _is_lettered(given)
    order = [int(re.sub(r"\D", "", text.partition("=")[0])) for text in counted]
    if order != sorted(set(order)):
        return False
    if any(word in _NUMBERING for word in labels):
        return True
    is_gapless = order == list(range(order[0], order[0] + len(order)))
    if not is_gapless or order[0] > 2:
        return False
    # A recipient may be called 甲: without 乙 or a number for a name three columns must agree.
    least = 3 if labels == ["甲"] or not labels else 2
    return True if len(order) >= least else None


def _is_lettered(given: Sequence[str]) -> bool:
    """Whether the cells are 甲, 乙, 丙 or A, B, C=A×B from the first on."""
    first = [text.partition("=")[0].strip("()").upper() for text in given]
    return len(given) > 1 and any(
        first == list(letters[: len(first)])
        for letters in ("ABCDEFGHIJKLMNOP", "甲乙丙丁戊己庚辛壬癸", "一二三四五六七八九十", _ROMANS)
    )


_ROMANS: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
