"""Payments in instalments: what was paid before is taken off, the rest is due now."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from allocator.base.money import Fen
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Batch:
    """One earlier payment round of a pool: fen by town."""

    date: datetime.date | None
    document: str
    amounts: tuple[Fen, ...]


@dataclass(frozen=True, slots=True)
class Instalments:
    """One pool's payment in rounds, by town in fen: payment = paid + due − overpaid."""

    batches: tuple[Batch, ...]
    paid: tuple[Fen, ...]
    due: tuple[Fen, ...]
    overpaid: tuple[Fen, ...]


def instalments(
    recipients: Recipients, scheme: Scheme, pool_id: str, payment: Sequence[Fen]
) -> Instalments | None:
    """What earlier rounds leave due of `payment`; None where the pool had none.

    Nobody is asked to pay back: who got more than the payment is overpaid (多拨), and named.
    """
    earlier = [one for one in scheme.instalments if one.pool == pool_id]
    if not earlier:
        return None
    at = {town: i for i, town in enumerate(recipients.towns)}
    rounds: dict[tuple[datetime.date | None, str], list[int]] = {}
    for one in earlier:
        amounts = rounds.setdefault((one.date, one.document), [0] * len(recipients))
        amounts[at[one.town]] += one.amount
    first = datetime.date.min
    batches = tuple(
        Batch(date, document, tuple(map(Fen, amounts)))
        for (date, document), amounts in sorted(
            rounds.items(), key=lambda item: (item[0][0] or first, item[0][1])
        )
    )
    paid = tuple(Fen(sum(town)) for town in zip(*(b.amounts for b in batches), strict=True))
    pairs = list(zip(payment, paid, strict=True))
    return Instalments(
        batches=batches,
        paid=paid,
        due=tuple(Fen(max(all_of_it - before, 0)) for all_of_it, before in pairs),
        overpaid=tuple(Fen(max(before - all_of_it, 0)) for all_of_it, before in pairs),
    )
