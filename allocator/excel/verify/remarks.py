"""What officials write on a table: names, dates and consent, and what would be a claim about money.

Nobody can check a name. A figure, a unit or a status is another matter: it is not taken for a remark.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from allocator.excel.kit.frame import SIGNATURES

_PERSON: Final = r"(?:[\s\u3000]*[\u4e00-\u9fff·]){0,8}[\s\u3000]*"
_DATE: Final = r"[\s\u3000\d年月日./-]{0,40}"
_SIGNED: Final = re.compile(
    "".join(
        re.escape(label) + (_DATE if label.startswith("日期") else _PERSON)
        for label in re.findall(r"[^\s\u3000：年月日]+：|日期：", SIGNATURES)
    )
)
#: Surnames of nine in ten people, and those of two characters: 取消 and 不予 are nobody's name.
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董袁潘蒋蔡余于杜叶程苏魏吕丁沈任姚卢"
    "傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戚莫孔向汤温康施"
    "文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷"
)
_DOUBLE: Final = "欧阳|司徒|上官|司马|诸葛|东方|尉迟|皇甫|慕容|夏侯|令狐|端木|公孙|轩辕"
_NAME: Final = rf"(?:[{_SURNAMES}]\s*[\u4e00-\u9fff]\s*[\u4e00-\u9fff]?|(?:{_DOUBLE})\s*[\u4e00-\u9fff]{{1,2}})"
_ROLE: Final = (
    "填表人|审核人|复核人|经办人|负责人|单位负责人|分管领导|主要领导|制表人?|审批人|签收人|接收人|联系人|"
    "签字|签名|签章|盖章|公章|日期|意见"
)
_CONSENT: Final = (
    "同意|已阅|已核对?|已审核?|已复核|核对无误|情况属实|属实|无误|（盖章）|（公章）|（签字）"
)
_DAY: Final = r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?"
_REMARK: Final = re.compile(
    rf"(?:\s|(?:{_ROLE})(?:[：:]|(?=\s|$))|{_CONSENT}|{_DAY}|{_NAME}|[，。；、])+"
)
_CLAIMS: Final = re.compile(
    "[元稿废]|单位：|正式|更正|合计|金额|为准|核定|审定|核准|批准|生效|撤销|取消|追加|扣减|翻倍|&"
)
_SAFE_DATES: Final = re.compile(
    rf"{_DAY}|\d{{4}}年(\d{{1,2}}月(\d{{1,2}}日)?)?|第\s*\d*\s*页|共\s*\d*\s*页"
)
_MOST: Final = 60


def is_signed(want: object, have: object) -> bool:
    """Whether a text is the line for signatures with names and a date filled in."""
    if not isinstance(have, str) or want != SIGNATURES or want == have:
        return False
    return bool(_SIGNED.fullmatch(have)) and not _CLAIMS.search(have)


def is_remark(text: str) -> bool:
    """Whether a text is a signature, a date or a consent, and nothing else.

    >>> [is_remark(t) for t in ("张三", "审核人：欧阳春 2020年7月1日", "同意。李四", "（盖章）")]
    [True, True, True, True]
    >>> [is_remark(t) for t in ("取消", "合计 3", "东城街道", "同意追加", "本表作废")]
    [False, False, False, False, False]
    """
    return len(text) <= _MOST and bool(_REMARK.fullmatch(text)) and not _CLAIMS.search(text)


def claims(text: str) -> bool:
    """Whether words say a figure, a unit or a status; days and pages do not count.

    >>> claims("市民政局 2020年6月"), claims("三百万"), claims("正式"), claims("①")
    (False, True, True, True)
    """
    bare = _SAFE_DATES.sub("", text)
    return bool(_CLAIMS.search(bare)) or any(
        unicodedata.numeric(letter, None) is not None for letter in bare
    )
