"""Units: in brackets of a header, in a row of their own, and above the table for sums of money."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

#: Unit → (what is measured, how many of the canonical unit one is). Canonical are 平方公里, 人 and,
#: for sums of money, 元, unless the column is held in another unit (`fund.columns`).
UNITS: Final = MappingProxyType(
    {
        **dict.fromkeys(
            ("平方公里", "平方千米", "km2", "km²", "sqkm", "平方公里(km2)"), ("area", Fraction(1))
        ),
        **dict.fromkeys(("公顷", "ha"), ("area", Fraction(1, 100))),
        "万公顷": ("area", Fraction(100)),
        **dict.fromkeys(("平方米", "m2"), ("area", Fraction(1, 1_000_000))),
        "万平方米": ("area", Fraction(1, 100)),
        "亩": ("area", Fraction(1, 1500)),
        "万亩": ("area", Fraction(20, 3)),
        "人": ("people", Fraction(1)),
        "百人": ("people", Fraction(100)),
        "千人": ("people", Fraction(1_000)),
        **dict.fromkeys(("万人", "万"), ("people", Fraction(10_000))),
        **dict.fromkeys(("元", "yuan", "rmb", "人民币元"), ("money", Fraction(1))),
        "百元": ("money", Fraction(100)),
        "千元": ("money", Fraction(1_000)),
        **dict.fromkeys(("万元", "万元人民币", "人民币万元"), ("money", Fraction(10_000))),
        "百万元": ("money", Fraction(1_000_000)),
        "千万元": ("money", Fraction(10_000_000)),
        **dict.fromkeys(("亿元", "亿"), ("money", Fraction(100_000_000))),
        **dict.fromkeys(("个", "户", "项", "%", "名", "家"), ("", Fraction(1))),
    }
)
CANONICAL_UNIT: Final = MappingProxyType({"area": "平方公里", "people": "人", "money": "元"})
#: Between the units of a title that states several.
SEVERAL: Final = "或"

_WORDS: Final = "百元|千元|百万元|千万元|万元|亿元|元"
#: A unit of money that a line states, alone or among other units: 单位：万元、人.
_STATED: Final = re.compile(
    rf"(?:^|[:、,;/(]|人民币|金额)({_WORDS})(?=$|[、,;/).。]|\(|人民币|日期|时间|编制|填报|制表)"
)
#: A line that is nothing but a unit, with or without brackets: （万元）, 人民币万元.
_ALONE: Final = re.compile(
    rf"\(?(?:以|按)?(?:人民币|金额)?:?({_WORDS})(?:计|为单位)?(?:\(?人民币\)?)?\)?"
)
#: At the end of a title: 某某资金分配表（万元）; in a remark: 以万元计.
_IN_TITLE: Final = re.compile(rf"\(({_WORDS})\)$|(?:以|按)({_WORDS})(?:计|为单位)")
#: A unit of money that is no part of an amount such as 1000万元.
_MENTIONED: Final = re.compile(
    r"(?<![\d.零〇一二三四五六七八九十百千两余多])(百万元|千万元|万元|千元|亿元)"
    r"|单位[^\d]{0,3}[\d,.]+万?元|(?:unit|in|'000|thousand|million|10,?000).*(?:yuan|rmb|cny|￥|¥)",
    re.IGNORECASE,
)


_SIMPLE: Final = str.maketrans("萬億單畝頃〔〕【】[]", "万亿单亩顷()()()")


@functools.lru_cache(4096)
def compact(text: str) -> str:
    """A text with plain brackets and without any blanks.

    >>> compact("单 　位：万元（人民币）")
    '单位:万元(人民币)'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_SIMPLE)


def unit_of(text: str) -> str:
    """The known unit that a text states, e.g. 亿元, （亿元）, 单位：亿元; else nothing."""
    plain = compact(text).lower().strip("()[]【】")
    plain = plain.removeprefix("计量").removeprefix("单位").lstrip(":")
    return plain if plain in UNITS else ""


@dataclass(frozen=True, slots=True)
class TitleUnit:
    """The unit of money above a table, several joined by `SEVERAL`.

    `doubt` is a text there that mentions one in a way that may or may not be meant as the unit.
    """

    unit: str = ""
    doubt: str = ""


def unit_above(texts: Iterable[str]) -> TitleUnit:
    """The unit of money that the cells of a line state.

    >>> unit_above(["填报单位：某局 单  位：万元、人"]), unit_above(["单位：", "", "万元"]).unit
    (TitleUnit(unit='万元', doubt=''), '万元')
    >>> unit_above(["单位：万元（人民币）"]).unit, unit_above(["（万元）"]).unit
    ('万元', '万元')
    >>> unit_above(["下达 1000万元"]), unit_above(["万元表"]).doubt
    (TitleUnit(unit='', doubt=''), '万元表')
    """
    cells = [text for text in texts if text]
    line = " ".join(cells)
    _, stated, after = compact(line).partition("单位")
    found: list[str] = []
    while stated:
        # A unit that holds stands right behind its colon; 填报单位：某局 states none.
        found += _STATED.findall(after.partition("单位")[0].lstrip(":"))
        _, stated, after = after.partition("单位")
    if not found:
        for cell in cells:
            alone = _ALONE.fullmatch(compact(cell)) or _IN_TITLE.search(compact(cell))
            found += [word for word in alone.groups() if word] if alone else []
    if found:
        return TitleUnit(SEVERAL.join(dict.fromkeys(found)))
    doubtful = next((cell for cell in (*cells, line) if _MENTIONED.search(compact(cell))), "")
    return TitleUnit("", doubtful)
