"""Headers: which column one names, and the unit it carries."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from allocator.excel.intake.table.units import CANONICAL_UNIT, UNITS, unit_of
from allocator.fund.columns import BY_NAME, COLUMNS

_STATUS: Final = re.compile(r"(.+?)[·•・．.\-—_ ]?(数据状态|_status|status)$")
_BRACKETS: Final = re.compile(r"（([^（）]*)）$")
_YEAR: Final = re.compile(r"[（(]?(19|20)\d\d(年度|年末|年底|年)?[）)]?")
_YEAR_BEHIND: Final = re.compile(r"\((19|20)\d\d(年度|年末|年底|年)?\)$")
#: The number of a list before a header, a colon behind it.
_NUMBERED: Final = re.compile(r"^(?:[一二三四五六七八九十]{1,2}、|\d{1,2}[.、]\s*(?=\D))|[:：]$")
#: Chinese with English behind or before it.
_TWO_LANGUAGES: Final = (
    re.compile(
        r"([^a-zA-Z]*[\u4e00-\u9fff][^a-zA-Z]*?)[\s/|(（-]+[a-zA-Z][a-zA-Z\s.,()'/²]*[)）]?"
    ),
    re.compile(
        r"[a-zA-Z][a-zA-Z\s.,()'/²]*[\s/|(（-]+([^a-zA-Z]*[\u4e00-\u9fff][^a-zA-Z]*?)[)）]?"
    ),
)
#: Marks of notes behind a header, and brackets that are written for round ones.
_MARKS: Final = re.compile(r"[*＊①-⑳※†\s]+$")
_ROUND: Final = str.maketrans("()[]【】〔〕［］", "（）（）（）（）（）")
_UNITS_LONG_FIRST: Final = sorted(
    (unit for unit, (kind, _) in UNITS.items() if kind), key=len, reverse=True
)
_LOOSE: Final = re.compile(r"[\s_/、·*＊]+")


@functools.lru_cache(4096)
def comparable(text: str) -> str:
    """A header in the form in which two spellings of it are equal.

    >>> comparable("村(社区)　数量") == comparable("村（社区）数量")
    True
    """
    text = unicodedata.normalize("NFKC", text).lower().replace("(", "（").replace(")", "）")
    return _LOOSE.sub("", text)


@dataclass(frozen=True, slots=True)
class Header:
    """One header read: its text, the text without its unit, and the unit.

    `bare` is the text without its last bracket, whatever stands in it: 任务量（吨） is 任务量. `also` are
    the other ways to read texts that stand above each other, in comparable form.
    """

    text: str
    base: str
    unit: str
    bare: str = ""
    also: frozenset[str] = frozenset()

    @property
    def column(self) -> str | None:
        """The canonical column it names, None when it is a column of the fund's own."""
        for text in (self.text, self.base, _plain(self.base)):
            if found := _known().get(comparable(text)):
                return found
        year = _YEAR_BEHIND.sub("", unicodedata.normalize("NFKC", self.text).strip())
        return read_header(year).column if year and year != self.text and "(" in self.text else None

    @property
    def status_of(self) -> str | None:
        """For the header of a status column: the header of the column it speaks of."""
        found = _STATUS.fullmatch(self.text)
        return found[1] if found else None

    def scale(self, unit: str = "") -> Fraction:
        """What one unit of this column is in the canonical unit; `unit` holds where none is named."""
        kind, factor = UNITS.get(self.unit or unit, ("", Fraction(1)))
        own = _own_unit(self.column)
        return factor / UNITS[own][1] if own and UNITS[own][0] == kind else factor

    @property
    def canonical_text(self) -> str:
        """The header with its unit replaced by the one the values are held in."""
        kind = UNITS[self.unit][0] if self.unit else ""
        own = _own_unit(self.column)
        unit = own if own and UNITS[own][0] == kind else CANONICAL_UNIT.get(kind, "")
        return f"{self.base}（{unit}）" if unit else self.text


@functools.lru_cache(4096)
def _plain(text: str) -> str:
    """A header without its year, its number and its other language: 一、2020年人口 Population.

    >>> _plain("一、2020年人口 Population"), _plain("Town 镇街：")
    ('人口', '镇街')
    """
    text = _NUMBERED.sub("", _YEAR.sub("", unicodedata.normalize("NFKC", text).strip()))
    for pattern in _TWO_LANGUAGES:
        if found := pattern.fullmatch(text):
            return found[1].strip()
    return text


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


@functools.lru_cache(4096)
def read_header(text: str) -> Header:
    """A header with the unit in its brackets set apart.

    >>> read_header("GDP(万元)").column, read_header("GDP(万元)").scale()
    ('gdp', Fraction(1, 10000))
    >>> read_header("低保人数（万人）").canonical_text
    '低保人数（人）'
    """
    shape = _MARKS.sub("", text.translate(_ROUND).strip())
    found = _BRACKETS.search(shape)
    if not found:
        return _unit_behind(text, shape)
    bare, unit = shape[: found.start()].strip(), unit_of(found[1])
    return Header(text, bare, unit) if unit else Header(text, text, "", bare)


def _unit_behind(text: str, shape: str) -> Header:
    """A header whose unit stands behind it without brackets: 试点剩余/万元, GDP万元."""
    lowered = shape.lower()
    for unit in _UNITS_LONG_FIRST:
        if not lowered.endswith(unit):
            continue
        whole = shape[: -len(unit)]
        base = whole.rstrip(" \u3000/／,，:：;；-—_·")
        known = comparable(_plain(base)) in _known()
        if base and (known if whole == base else known or len(unit) > 1):
            return Header(text, base, unit)
    return Header(text, shape if shape != text and comparable(shape) in _known() else text, "")


def same_column(left: str, right: str) -> bool:
    """Whether two names mean one column: by canonical name, or as texts without units."""
    one, other = read_header(left), read_header(right)
    if one.column or other.column:
        return one.column == other.column
    return comparable(one.base) == comparable(other.base)


def column_name(text: str) -> str:
    """The canonical name that a text stands for, else the text itself."""
    return read_header(text).column or text
