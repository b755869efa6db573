"""Headers: which column one names, and the unit it carries."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from allocator.fund.columns import BY_NAME, COLUMNS

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
        return next((found for n in names if (found := _known().get(comparable(n)))), None)

    @property
    def status_of(self) -> str | None:
        """For the header of a status column: the header of the column it speaks of."""
        found = _STATUS.fullmatch(self.text)
        return found[1] if found else None

    def scale(self, unit: str = "") -> Fraction:
        """What one unit of this column is in the canonical unit; `unit` holds where none is named."""
        kind, factor = _UNITS.get(self.unit or unit, ("", Fraction(1)))
        own = _own_unit(self.column)
        return factor / _UNITS[own][1] if own and _UNITS[own][0] == kind else factor

    @property
    def canonical_text(self) -> str:
        """The header with its unit replaced by the one the values are held in."""
        kind = _UNITS[self.unit][0] if self.unit else ""
        own = _own_unit(self.column)
        unit = own if own and _UNITS[own][0] == kind else CANONICAL_UNIT.get(kind, "")
        return f"{self.base}（{unit}）" if unit else self.text


def _own_unit(column: str | None) -> str:
    """The unit that the values of a canonical column are held in."""
    return BY_NAME[column].unit if column else ""


@functools.cache
def _known() -> dict[str, str]:
    """Canonical column by every header it is known by."""
    return {
        comparable(name): column.name
        for column in COLUMNS
        for name in (column.name, *column.names, read_header(column.header).base)
    }


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
