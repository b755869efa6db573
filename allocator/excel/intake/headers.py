"""Headers: which column one names, and the unit it carries."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from allocator.fund.recipients import HEADERS

#: Unit → (what is measured, how many of the canonical unit one is). Canonical are 平方公里, 人 and,
#: for sums of money, 元; a column in `IN_YI` counts in 亿元.
_UNITS: Final = MappingProxyType(
    {
        **dict.fromkeys(("平方公里", "平方千米", "km2", "km²", "sqkm"), ("area", Fraction(1))),
        **dict.fromkeys(("公顷", "ha"), ("area", Fraction(1, 100))),
        "万公顷": ("area", Fraction(100)),
        "平方米": ("area", Fraction(1, 1_000_000)),
        "亩": ("area", Fraction(1, 1500)),
        "万亩": ("area", Fraction(20, 3)),
        **dict.fromkeys(("人", "人数"), ("people", Fraction(1))),
        "万人": ("people", Fraction(10_000)),
        **dict.fromkeys(("元", "yuan"), ("money", Fraction(1))),
        "千元": ("money", Fraction(1_000)),
        "万元": ("money", Fraction(10_000)),
        "百万元": ("money", Fraction(1_000_000)),
        **dict.fromkeys(("亿元", "亿"), ("money", Fraction(100_000_000))),
        **dict.fromkeys(("个", "户", "项", "%", "名"), ("", Fraction(1))),
    }
)
#: A unit of money that a title states, alone or among other units: 单位：万元、人.
_MONEY_IN_TITLE: Final = re.compile(
    r"(?:^|[:、,;/\s(]|人民币)(亿元|百万元|万元|千元|元)(?=$|[、,;/\s)])"
)
#: Between the units of a title that states several.
SEVERAL: Final = "或"
CANONICAL_UNIT: Final = MappingProxyType({"area": "平方公里", "people": "人", "money": "元"})
#: The one canonical column that counts money in 亿元.
IN_YI: Final = "gdp"

_NAMES: Final = MappingProxyType(
    {
        "order": "序号 编号 order no",
        "town": (
            "镇街（园区） 镇街 镇（街） 镇（街道） 镇街名称 园区、镇（街道） 园区/镇街 园区镇街 园区、镇街 园区（镇街） 镇 "
            "乡镇 乡镇（街道） 街道 单位 单位名称 名称 受款单位 项目单位 预算单位 地区 区域 县区 区县 县（市、区） "
            "市县 市 县 省份 学校 town name recipient municipality council county state region district "
            "school unit land city"
        ),
        "villages": (
            "村（社区）数量 村（社区）数 村社区数量 村社区数 村（居）数 村（居）数量 村居数 villages_and_communities villages"
        ),
        "area": "行政区划面积 区划面积 行政面积 面积 土地面积 辖区面积 area area_km2",
        "gdp": (
            "经济总量 地区生产总值 生产总值 地区生产总值（gdp） gdp gdp_2020_yi_yuan gdp_yi_yuan"
        ),
        "population": "人口 人口数 人口数量 常住人口 总人口 常住人口数 年末常住人口 population population_2020",
        "aid_demand": "帮扶需求 帮扶需求数 帮扶需求人数 实际帮扶需求 aid_demand",
        "economic_class": ("经济指标类别 经济类别 经济指标 类别 经济指标分类 economic_class class"),
        "pilot": "是否试点 试点 试点镇街 是否试点镇街 是否为试点 pilot",
        "unspent": (
            "试点剩余 试点剩余额 试点剩余金额 试点剩余经费 剩余试点经费 试点经费剩余 试点经费结余 试点结余 "
            "试点剩余资金 剩余经费 unspent pilot_unspent "
            "pilot_unspent_yuan"
        ),
        "raised": "已配套金额 已配套 已配套资金 已到位配套 已落实配套 raised",
        "match_rate": "单独配套比例 单独比例 特定配套比例 match_rate",
        "match_reason": "单独配套理由 单独比例理由 单独配套依据 match_reason",
    }
)
#: Headers that say more exactly what a column is than others of the same meaning beside them.
STRONGER: Final = frozenset({"villages_and_communities"})
_STATUS: Final = re.compile(r"(.+?)[·•・．.\-—_ ]?(数据状态|_status|status)$")
_BRACKETS: Final = re.compile(r"（([^（）]*)）$")
_YEAR: Final = re.compile(r"（?(19|20)\d\d(年度|年末|年底|年)?）?")
_LOOSE: Final = re.compile(r"[\s_/、·*＊]+")


def comparable(text: str) -> str:
    """A header in the form in which two spellings of it are equal.

    >>> comparable("村(社区)　数量") == comparable("村（社区）数量")
    True
    """
    text = unicodedata.normalize("NFKC", text).lower().replace("(", "（").replace(")", "）")
    return _LOOSE.sub("", text)


_COLUMNS: Final = MappingProxyType(
    {comparable(name): column for column, names in _NAMES.items() for name in names.split()}
    | {comparable(column): column for column in HEADERS}
)


@dataclass(frozen=True, slots=True)
class Header:
    """One header read: its text, the text without its unit, and the unit."""

    text: str
    base: str
    unit: str

    @property
    def column(self) -> str | None:
        """The canonical column it names, None when it is a column of the fund's own."""
        names = (self.text, self.base, _YEAR.sub("", self.base))
        return next((found for n in names if (found := _COLUMNS.get(comparable(n)))), None)

    @property
    def status_of(self) -> str | None:
        """For the header of a status column: the header of the column it speaks of."""
        found = _STATUS.fullmatch(self.text)
        return found[1] if found else None

    def scale(self, unit: str = "") -> Fraction:
        """What one unit of this column is in the canonical unit; `unit` holds where none is named."""
        kind, factor = _UNITS.get(self.unit or unit, ("", Fraction(1)))
        if self.column == IN_YI and kind == "money":
            return factor / _UNITS["亿元"][1]
        return factor

    @property
    def canonical_text(self) -> str:
        """The header with its unit replaced by the one the values are held in."""
        kind = _UNITS[self.unit][0] if self.unit else ""
        unit = "亿元" if self.column == IN_YI and kind == "money" else CANONICAL_UNIT.get(kind, "")
        return f"{self.base}（{unit}）" if unit else self.text


def read_header(text: str) -> Header:
    """A header with the unit in its brackets set apart.

    >>> read_header("GDP(万元)").column, read_header("GDP(万元)").scale()
    ('gdp', Fraction(1, 10000))
    >>> read_header("低保人数（万人）").canonical_text
    '低保人数（人）'
    """
    shape = text.replace("(", "（").replace(")", "）").strip().rstrip("*＊ ")
    found = _BRACKETS.search(shape)
    unit = unit_of(found[1]) if found else ""
    return (
        Header(text, shape[: found.start()].strip(), unit)
        if found and unit
        else Header(text, text, "")
    )


def unit_of(text: str) -> str:
    """The known unit that a text states, e.g. 亿元, （亿元）, 单位：亿元; else nothing."""
    text = unicodedata.normalize("NFKC", text).lower().replace(" ", "").strip("()[]")
    text = text.removeprefix("单位").lstrip(":")
    return text if text in _UNITS else ""


def unit_of_title(text: str) -> str:
    """The unit of money that a line above the table states, several joined by `SEVERAL`.

    >>> unit_of_title("填报单位：某局 单位：万元、人"), unit_of_title("单位：人"), unit_of_title("万元")
    ('万元', '', '')
    """
    stated = unicodedata.normalize("NFKC", text).partition("单位")[2]
    return SEVERAL.join(dict.fromkeys(_MONEY_IN_TITLE.findall(stated)))


def same_column(left: str, right: str) -> bool:
    """Whether two names mean one column: by canonical name, or as texts without units."""
    one, other = read_header(left), read_header(right)
    if one.column or other.column:
        return one.column == other.column
    return comparable(one.base) == comparable(other.base)


def column_name(text: str) -> str:
    """The canonical name that a text stands for, else the text itself."""
    return read_header(text).column or text
