"""人工调整: what an authority adds to or takes from a recipient after the split, and who bears it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from allocator.base.money import Fen, fen_from_yuan
from allocator.base.plain_data import PlainReader, join

#: Who bears an adjustment, beside recipients that are named: the key and what a user reads.
BEARERS: Final[Mapping[str, str]] = {"others": "其他镇街按占比", "reserve": "预留资金"}
_BETWEEN: Final = re.compile("[、,，;；]")


@dataclass(frozen=True, slots=True)
class Adjustment:
    """`amount` fen more (or less) for `town` in the pool of id `pool`.

    `borne_by`: `others` (all towns without an adjustment of their own in that pool, by share),
    `reserve` (the payer, out of money beyond the pool), or the names of those who bear it by share.
    """

    town: str
    pool: str
    amount: Fen
    borne_by: str | tuple[str, ...] = "others"
    reason: str = ""
    approval: str = ""

    @property
    def bearer(self) -> str:
        """Who bears it, in words."""
        names = self.borne_by
        return BEARERS[names] if isinstance(names, str) else "、".join(names)


def read_adjustments(
    reader: PlainReader, raw: object, pools: Mapping[str, str]
) -> list[Adjustment]:
    """The adjustments of raw data; `pools` holds name → id and id → id of the scheme's pools."""
    found = []
    for item, path in reader.tables(raw, "adjustment"):
        table = reader.table(item, path, "adjustment")
        adjustment = Adjustment(
            town=reader.text(table, path, "town", needed=True),
            pool=pool_id(reader, table, path, pools),
            amount=_signed(reader, table, path),
            borne_by=_bearers(table.get("borne_by")),
            reason=reader.text(table, path, "reason", needed=True),
            approval=reader.text(table, path, "approval"),
        )
        found.append(adjustment)
    return found


def pool_id(
    reader: PlainReader, table: Mapping[str, Any], path: str, pools: Mapping[str, str]
) -> str:
    """The id of the pool that a line names; where nothing is named, that of the only pool."""
    name = reader.text(table, path, "pool")
    ids = list(dict.fromkeys(pools.values()))
    if not name and len(ids) == 1:
        return ids[0]
    if name not in pools:
        known: dict[str, str] = {}
        for word, pool in pools.items():  # its name stands before its id
            known.setdefault(pool, word)
        remedy = f"可用的资金池：{'、'.join(known[pool] for pool in ids)}"
        reader.report("unknown_pool", join(path, "pool"), "资金池不存在", remedy, name)
    return pools.get(name, name)


def _signed(reader: PlainReader, table: Mapping[str, Any], path: str) -> Fen:
    value = table.get("amount")
    try:
        fen = fen_from_yuan(value)
    except ValueError:
        fen = Fen(0)
    if not fen:
        remedy = "请填以元为单位、最多两位小数、不为 0 的金额，减少的写负数"
        reader.report("amount", join(path, "amount"), "调整额无法识别", remedy, value)
    return fen


def _bearers(value: object) -> str | tuple[str, ...]:
    """`others`, `reserve`, or the recipients named; nothing means the others."""
    names = value if isinstance(value, list | tuple) else _BETWEEN.split(str(value or ""))
    texts = tuple(text for name in names if (text := str(name).strip()))
    for key, words in BEARERS.items():
        if texts in ((key,), (words,)):
            return key
    return texts or "others"
