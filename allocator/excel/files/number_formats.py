"""What a number format makes of a number: a date, the number itself, or another figure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

#: Number formats that show a date, of those that have no code in the file (ECMA-376 18.8.30).
_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_DATE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_LITERAL: Final = re.compile(r'"([^"]*)"|[\\!](.)')
_PADDING: Final = re.compile(r"_.|\*.")
#: Words of the unit that a format scales to, as in `0!.0,"万"`.
_SCALES: Final = re.compile("[千万亿百十kKmMbB]")


def shows_date(code: str) -> bool:
    """Whether a number format shows a date or a time.

    >>> shows_date("yyyy/m/d"), shows_date('0.00"d"'), shows_date("[Red]#,##0")
    (True, False, False)
    """
    return bool(re.search(r"[ymdhs]", _NOT_DATE.sub("", code.lower()).replace("general", "")))


def shows_other_figure(code: str) -> bool:
    r"""Whether a format shows a positive number as nothing or with digits that are not its own.

    A unit in words may scale it: who writes 万 beside the figure deceives nobody.

    >>> honest = ("#,##0.00_ ", '0.0,"千元"', "0%", "General", '0"元"', "_(* #,##0_)", "")
    >>> [code for code in honest if shows_other_figure(code)]
    []
    >>> lies = ("0,", ";;;", '"597,192"', "1#,##0", r"0\.00", '0"00"', '"-"0', "[>1]0;0,", "0[$9]")
    >>> [code for code in lies if not shows_other_figure(code)]
    []
    """
    words = "".join(a or b for a, b in _LITERAL.findall(code))
    if not code or _SCALES.search(words):
        return False
    if re.search(r"\d", words) or re.search(r"\[\$[^\]-]*\d", code):
        return True
    sections = _PADDING.sub("", _LITERAL.sub(_kept, code)).split(";")
    is_conditional = re.search(r"\[[<>=]", code)
    return any(map(_lies, sections if is_conditional else sections[:1]))


def _kept(literal: re.Match[str]) -> str:
    """Of the letters of a literal only those that read as a part of the figure."""
    return (
        re.sub(r"[^-−(（.,]", "", literal[1] or literal[2] or "")
        .replace(".", "\0")
        .replace(",", "\0")
    )


def _lies(section: str) -> bool:
    if not section:
        return True
    section = re.sub(r"\[[^\]]*\]", "", section)
    if not section or re.search("general|standard|通用|@", section, re.IGNORECASE):
        return "\0" in section
    first = re.search(r"[0#?]", section)
    if first is None or "\0" in section or re.search(r"[-−(（]", section[: first.start()]):
        return True
    digits = re.search(r"[1-9]", re.sub(r"/\d+", "", section))
    return bool(digits or re.search(r"[0#?],+(?![0#?,])", section))


@dataclass(slots=True)
class Styles:
    """What the number formats of the cell styles show."""

    _dates: set[int] = field(default_factory=lambda: set(_DATES))
    _others: set[int] = field(default_factory=set)
    _percents: set[int] = field(default_factory=lambda: {9, 10})
    _told: set[int] = field(default_factory=set)
    _cells: list[int] = field(default_factory=list)
    _within: str = ""

    def start(self, name: str, a: Mapping[str, str]) -> None:
        """A format, or a style of cells; those of conditions count by numbers of their own."""
        if name in ("dxfs", "cellXfs"):
            self._within = name
        elif self._within == "cellXfs" and name == "xf":
            number = a.get("numFmtId", "0")
            self._cells.append(int(number) if number.isdigit() else 0)
        elif self._within != "dxfs" and name == "numFmt" and a.get("numFmtId", "").isdigit():
            self._format(int(a["numFmtId"]), a.get("formatCode", ""))

    def end(self, name: str) -> None:
        """The end of a list."""
        if name == self._within:
            self._within = ""

    def _format(self, number: int, code: str) -> None:
        is_date = shows_date(code)
        # Of two codes of one number, programs take the first or the last.
        is_other = number in self._told or (not is_date and shows_other_figure(code))
        (self._dates.add if is_date else self._dates.discard)(number)
        (self._others.add if is_other else self._others.discard)(number)
        is_percent = not is_date and "%" in _LITERAL.sub("", code)
        (self._percents.add if is_percent else self._percents.discard)(number)
        self._told.add(number)

    def dates(self) -> frozenset[int]:
        """The cell styles that show a date."""
        return self._of(self._dates)

    def percents(self) -> frozenset[int]:
        """The cell styles that show a number as a percentage."""
        return self._of(self._percents)

    def others(self) -> frozenset[int]:
        """The cell styles that show another figure than the cell holds."""
        return self._of(self._others)

    def _of(self, formats: set[int]) -> frozenset[int]:
        return frozenset(i for i, number in enumerate(self._cells) if number in formats)
