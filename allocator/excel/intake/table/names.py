"""What the names of a table have in common, and which of them stand out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final

#: Names of at least so large a part of a table must be alike for another to stand out.
_MOSTLY: Final = 0.8
_LEVELS: Final = (
    ("镇", ("镇", "乡", "街道", "街", "街道办", "办事处")),
    ("县", ("县", "区", "市", "旗")),
    ("州", ("州", "盟", "省")),
    ("村", ("村", "社区", "居委会")),
    ("校", ("学校", "小学", "中学", "园", "大学", "学院")),
)
#: What a name never begins with, or holds, unless all do.
_MARKED: Final = re.compile(r"^[^\w《“\"'‘(（=+@-]|^_|[:：]")


def form(name: str) -> str:
    """What kind of name one is: the level of the place that ends it, else its script.

    >>> form("甲镇"), form("某街道"), form("东翼"), form("Ohio"), form("∑")
    ('镇', '镇', 'CJK', 'LATIN', '')
    """
    plain = re.sub(r"[（(].*?[)）]$|\s", "", name) or name
    for level, ends in _LEVELS:
        if len(plain) > 1 and plain.endswith(ends):
            return level
    letters = (unicodedata.name(c, "").split(" ")[0] for c in plain if c.isalpha())
    return next(letters, "")


def stands_out(name: str, others: Sequence[str]) -> bool:
    """Whether nearly all others are of one kind, and this one is of another."""
    if len(others) < 2:
        return False
    usual, count = Counter(map(form, others)).most_common(1)[0]
    return count >= _MOSTLY * len(others) and form(name) != usual


def marked(names: Sequence[str], rows: Sequence[int]) -> list[int]:
    """The rows whose names hold a colon or begin with a mark, where few do."""
    found = [row for row, name in zip(rows, names, strict=True) if _MARKED.search(name)]
    return found if len(found) <= max(1, (1 - _MOSTLY) * len(names)) else []
