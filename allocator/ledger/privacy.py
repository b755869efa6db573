"""No personal data in, no small groups out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

#: What output tables use when nothing else is stated: groups of fewer are not shown.
LEAST_GROUP: Final = 5
HIDDEN: Final = "＊"

_BETWEEN: Final = re.compile(r"(?<=[0-9Xx])[\s\-—_.·]+(?=[0-9Xx])")
#: 18 digits with a date of birth in the middle, or the 15 of the old kind.
_ID: Final = re.compile(
    r"(?<!\d)([1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
    r"|[1-9]\d{5}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?!\d)"
)
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)")
_LANDLINE: Final = re.compile(r"(?<!\d)0\d{2,3}[2-8]\d{6,7}(?!\d)")


def personal(text: str) -> str:
    """What kind of personal number a text holds: 身份证号, 手机号, 电话号码, or nothing.

    Full-width digits, blanks and hyphens between digits hide nothing.

    >>> personal("张某 138-0013-8000"), personal("４４１９００１９８００１０１００１Ｘ")
    ('手机号', '身份证号')
    >>> personal("441900003001"), personal("2020-09-30"), personal("1,050,000.00")
    ('', '', '')
    """
    plain = unicodedata.normalize("NFKC", text)
    for shape in (plain, _BETWEEN.sub("", plain)):
        if _ID.search(shape):
            return "身份证号"
        if _MOBILE.search(shape):
            return "手机号"
        if _LANDLINE.search(shape):
            return "电话号码"
    return ""


def hidden_cells(counts: Sequence[int], least: int) -> list[bool]:
    """Which groups of a row with a known total must be hidden.

    Groups of fewer than `least`, and where they could be told from the total, the smallest
    of the others too: at least two are hidden, and together they are at least `least`.

    >>> hidden_cells([12, 3, 0, 40], 5), hidden_cells([12, 8], 5), hidden_cells([3, 1, 20], 5)
    ([True, True, False, False], [False, False], [True, True, True])
    """
    hidden = [0 < count < least for count in counts]
    if not any(hidden):
        return hidden
    rest = sorted((k for k, c in enumerate(counts) if c >= least), key=lambda k: counts[k])
    while rest and (
        sum(hidden) < 2 or sum(c for c, h in zip(counts, hidden, strict=True) if h) < least
    ):
        hidden[rest.pop(0)] = True
    return hidden
