"""已拨记录: payments made before, by date and document, that the payment of now takes off."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from allocator.base.money import Fen
from allocator.base.plain_data import PlainReader
from allocator.fund.adjustments import pool_id


@dataclass(frozen=True, slots=True)
class Instalment:
    """`amount` fen paid to `town` out of the pool of id `pool`; those of one batch share date and document."""

    date: datetime.date | None
    document: str
    pool: str
    town: str
    amount: Fen


def read_instalments(
    reader: PlainReader, raw: object, pools: Mapping[str, str]
) -> list[Instalment]:
    """The payments of raw data; `pools` as for adjustments."""
    found = []
    for item, path in reader.tables(raw, "paid"):
        table = reader.table(item, path, "paid")
        instalment = Instalment(
            date=reader.date(table, path, "date"),
            document=reader.text(table, path, "document"),
            pool=pool_id(reader, table, path, pools),
            town=reader.text(table, path, "town", needed=True),
            amount=reader.amount(table, path, "amount"),
        )
        found.append(instalment)
    return found
