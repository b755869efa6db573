"""已拨记录: payments made before, by date and document, that the payment of now takes off."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from allocator.base.money import Fen, yuan_text
from allocator.base.plain_data import PlainReader, join
from allocator.base.problems import Place, Problem
from allocator.fund.adjustments import pool_id, unknown_town

if TYPE_CHECKING:
    from allocator.fund.recipients import Recipients
    from allocator.fund.scheme import Scheme

#: The columns of the sheet 已拨记录: label → key.
LABELS: Final[Mapping[str, str]] = {
    "日期": "date",
    "文号": "document",
    "资金池": "pool",
    "镇街": "town",
    "金额（元）": "amount",
}
KEYS: Final = tuple(LABELS.values())


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
            date=_date(reader, table.get("date"), join(path, "date")),
            document=reader.text(table, path, "document"),
            pool=pool_id(reader, table, path, pools),
            town=reader.text(table, path, "town", needed=True),
            amount=reader.amount(table, path, "amount"),
        )
        found.append(instalment)
    return found


def _date(reader: PlainReader, value: object, path: str) -> datetime.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime.date):
        return value.date() if isinstance(value, datetime.datetime) else value
    try:
        return datetime.date.fromisoformat(str(value).strip())
    except ValueError:
        reader.report("date", path, "日期无法识别", "请写成 2020-06-30 的样子", value)
        return None


def instalment_record(instalment: Instalment) -> dict[str, Any]:
    """One payment as plain data in the shape of the TOML file."""
    date = {"date": instalment.date.isoformat()} if instalment.date else {}
    return date | {
        "document": instalment.document,
        "pool": instalment.pool,
        "town": instalment.town,
        "amount": yuan_text(instalment.amount),
    }


def check_instalments(recipients: Recipients, scheme: Scheme) -> Iterator[Problem]:
    """Payments to recipients that the table does not have."""
    for k, instalment in enumerate(scheme.instalments):
        if instalment.town not in recipients.towns:
            path = f"paid[{k}].town"
            place = scheme.places.get(path) or Place(cell=path)
            yield unknown_town(instalment.town, recipients.towns, place)
