"""人工调整: what an authority adds to or takes from a recipient after the split, and who bears it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from allocator.base.money import Fen, fen_from_yuan, yuan_text
from allocator.base.plain_data import PlainReader, join
from allocator.base.problems import Place, Problem

if TYPE_CHECKING:
    from allocator.fund.recipients import Recipients
    from allocator.fund.scheme import Scheme

#: Who bears an adjustment, beside recipients that are named: the key and what a user reads.
BEARERS: Final[Mapping[str, str]] = {"others": "其他镇街按占比", "reserve": "预留资金"}
#: The columns of the sheet 人工调整: label → key.
LABELS: Final[Mapping[str, str]] = {
    "镇街": "town",
    "资金池": "pool",
    "调整额（元）": "amount",
    "承担方": "borne_by",
    "理由": "reason",
    "批准": "approval",
}
KEYS: Final = tuple(LABELS.values())
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
        remedy = f"可用的资金池：{'、'.join(ids)}"
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


def adjustment_record(adjustment: Adjustment) -> dict[str, Any]:
    """One adjustment as plain data in the shape of the TOML file."""
    bearers = adjustment.borne_by
    record: dict[str, Any] = {
        "town": adjustment.town,
        "pool": adjustment.pool,
        "amount": yuan_text(adjustment.amount),
        "borne_by": bearers if isinstance(bearers, str) else list(bearers),
        "reason": adjustment.reason,
    }
    return record | ({"approval": adjustment.approval} if adjustment.approval else {})


def check_adjustments(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Adjustments of recipients that the table does not have; those that nobody has approved."""
    for k, adjustment in enumerate(scheme.adjustments):
        path = f"adjustment[{k}]"
        names = [] if isinstance(adjustment.borne_by, str) else list(adjustment.borne_by)
        for key, town in [("town", adjustment.town), *(("borne_by", name) for name in names)]:
            if town not in recipients.towns:
                place = scheme.places.get(f"{path}.{key}") or Place(cell=f"{path}.{key}")
                yield unknown_town(town, recipients.towns, place)
        if adjustment.town in names:
            place = scheme.places.get(f"{path}.borne_by") or Place(cell=f"{path}.borne_by")
            message = f"{adjustment.town}的调整不能由它自己承担"
            yield Problem("adjustment.self", message, "请改填其他承担方", place)
        if not adjustment.approval:
            place = scheme.places.get(path) or Place(cell=path)
            message = f"{adjustment.town}的人工调整没有写批准文件"
            yield Problem("adjustment.approval", message, "请补填“批准”", place, is_warning=True)


def unknown_town(town: str, towns: Sequence[str], place: Place) -> Problem:
    """A recipient named outside the table that the table does not have."""
    near = get_close_matches(town, towns, n=3, cutoff=0.4)
    remedy = f"是否为：{'、'.join(near)}？" if near else "请与数据表的名称一致"
    return Problem("adjustment.town", f"数据表中没有“{town}”", remedy, place, town)
