"""Pilot settlement: what was advanced, what was left of it, what is paid now.

东府办〔2020〕22号 五（一）1: each pilot town was advanced 2,000,000 yuan; 试点经费如仍有剩余，在核拨其余
资金时扣除剩余部分. The text allows two readings of 其余资金, see `Pilot.basis`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allocator.base.money import Fen
from allocator.fund.scheme import Basis


@dataclass(frozen=True, slots=True)
class Settlement:
    """One reading of the settlement, by town, in fen.

    `carried` ≤ 0 is what an entitlement falls short of its advance (结转), `redistributed` what
    comes back to the towns out of recovered sums.
    """

    basis: Basis
    advance: tuple[Fen, ...]
    unspent: tuple[Fen, ...]
    recovered: tuple[Fen, ...]
    outstanding: tuple[Fen, ...]
    carried: tuple[Fen, ...]
    redistributed: tuple[Fen, ...]
    payment: tuple[Fen, ...]

    @property
    def kept(self) -> Fen:
        """What the city keeps (结余): recovered sums not given back, less what is carried over."""
        return Fen(sum(self.recovered) + sum(self.carried) - sum(self.redistributed))


def recover(due: Fen, unspent: Fen) -> tuple[Fen, Fen]:
    """(recovered, outstanding): the unspent sum is deducted from what is due, as far as it goes.

    >>> recover(Fen(295984441), Fen(10000)), recover(Fen(0), Fen(35600000))
    ((10000, 0), (0, 35600000))
    """
    recovered = min(unspent, due)
    return Fen(recovered), Fen(unspent - recovered)


def settle(
    basis: Basis,
    entitlement: Sequence[Fen],
    advance: Sequence[Fen],
    unspent: Sequence[Fen],
) -> Settlement:
    """Settle the advances against the entitlements under one reading, nothing redistributed yet.

    share: payment = max(entitlement − advance, 0) − recovered, a shortfall is carried.
    remainder: payment = entitlement − recovered.
    """
    if basis == "share":
        due = [Fen(e - a) for e, a in zip(entitlement, advance, strict=True)]
    else:
        due = list(entitlement)
    carried = tuple(Fen(min(d, 0)) for d in due)
    positive = [Fen(max(d, 0)) for d in due]
    split = [recover(d, left) for d, left in zip(positive, unspent, strict=True)]
    return Settlement(
        basis=basis,
        advance=tuple(advance),
        unspent=tuple(unspent),
        recovered=tuple(recovered for recovered, _ in split),
        outstanding=tuple(outstanding for _, outstanding in split),
        carried=carried,
        redistributed=(Fen(0),) * len(entitlement),
        payment=tuple(Fen(d - r) for d, (r, _) in zip(positive, split, strict=True)),
    )
