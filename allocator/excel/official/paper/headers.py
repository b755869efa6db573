"""Headers for columns that are narrow enough to be read on paper."""

from __future__ import annotations

from typing import Final

_FOLD: Final = 4  # characters of a header's first line


def short(name: str) -> str:
    """A factor's name without the unit in brackets."""
    return (name.rpartition("（")[0] if name.endswith("）") else "") or name


def broken(header: str) -> str:
    """A header with its unit on a line of its own, and a long name on two lines."""
    name = short(header)
    return f"{folded(name)}\n{header.removeprefix(name)}" if name != header else folded(name)


def folded(name: str) -> str:
    r"""A name of more than four characters on two lines, so that its column may be narrow.

    >>> folded("村（社区）数量"), folded("行政区划面积"), folded("人口")
    ('村（社区）\n数量', '行政区划\n面积', '人口')
    """
    first, bracket, rest = name.partition("）")
    if bracket and rest:
        return f"{first}）\n{rest}"
    is_long = _FOLD < len(name) <= 2 * _FOLD and not name.isascii()
    return f"{name[:_FOLD]}\n{name[_FOLD:]}" if is_long else name
