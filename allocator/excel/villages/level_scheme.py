"""The scheme of a level below: the same language, the budget given by the level above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from allocator.base.plain_data import read_toml, unknown_key
from allocator.base.problems import InputError, Place, Problem, stop_on_errors
from allocator.excel.files.open_book import file_name, read_bytes
from allocator.excel.files.plain_text import decode
from allocator.excel.intake.scheme_sheet import canonical_columns
from allocator.fund.scheme import Scheme, read_scheme

_KEYS: Final = ("parent", "child", "table", "match")
MATCHES: Final[Mapping[str, str]] = {
    "due": "应配套金额",
    "raised": "已配套金额",
    "none": "不含配套",
}


@dataclass(frozen=True, slots=True)
class LevelScheme:
    """The rules of one level, and `[level]`: headers of its table, its file, which match is passed on.

    `text` is the file as it was read, for the copy inside the workbook.
    """

    scheme: Scheme
    parent: str = ""
    child: str = ""
    table: str = ""
    match: str = "due"
    text: str = ""
    warnings: tuple[Problem, ...] = ()


def read_level_scheme(path: Path) -> LevelScheme:
    """The scheme of a TOML file; raises `InputError` with every mistake in it."""
    name = file_name(path)
    return level_scheme(decode(name, read_bytes(path)), name)


def level_scheme(text: str, name: str = "") -> LevelScheme:
    """The scheme of a TOML text, see `read_level_scheme`."""
    raw = read_toml(text, name)
    level = raw.pop("level", {})
    problems: list[Problem] = []
    if not isinstance(level, dict):
        message = "[level] 应是一张表（键 = 值）"
        raise InputError(
            [Problem("level.shape", message, "请照样例改写", Place(name, "", "level"))]
        )
    problems += [
        unknown_key(key, _KEYS, Place(name, "", f"level.{key}"))
        for key in level
        if key not in _KEYS
    ]
    match = str(level.get("match", "due"))
    match = next((key for key, word in MATCHES.items() if match == word), match)
    if match not in MATCHES:
        remedy = "可选：" + "、".join(f"{key}（{word}）" for key, word in MATCHES.items())
        place = Place(name, "", "level.match")
        problems.append(Problem("level.match", "没有这个选项", remedy, place, match))
    warnings = _without_money(raw, name)
    scheme, found = read_scheme(canonical_columns(raw), lambda key: Place(name, "", key))
    stop_on_errors([*problems, *found])
    words = {key: str(level.get(key, "")) for key in ("parent", "child", "table")}
    return LevelScheme(scheme, **words, match=match, text=text, warnings=warnings)


def _without_money(raw: dict[str, Any], name: str) -> tuple[Problem, ...]:
    """Take budgets and sources out of a raw scheme: the level above gives them; say so."""
    warnings = []
    pools = raw.get("pool")
    for k, pool in enumerate(pools if isinstance(pools, list) else []):
        if not isinstance(pool, dict):
            continue
        for key in ("budget", "sources"):
            if pool.pop(key, None) is not None:
                message = f"下级方案的 {key} 不采用：资金和来源以上一级的结果为准"
                place = Place(name, "", f"pool[{k}].{key}")
                warnings.append(
                    Problem("level.budget", message, "可以删去", place, is_warning=True)
                )
        pool["budget"] = pool.get("unit", "0.01")
        pool.setdefault("name", pool.get("id", ""))
    return tuple(warnings)
