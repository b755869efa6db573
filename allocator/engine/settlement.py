"""Settlement: what was paid before or is owed, what of it is recovered, what is paid now.

东府办〔2020〕22号 五（一）1: each pilot town was advanced 2,000,000 yuan; 试点经费如仍有剩余，在核拨其余
资金时扣除剩余部分. The text allows two readings of 其余资金, see `Pilot.basis`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from allocator.base.money import Fen
from allocator.fund.rules import Basis, Short

#: Splits a sum of fen by the pool's shares, nobody above its room (None: no caps). It gives less
#: than the sum only where nobody who has a share has room left.
Split = Callable[[Fen, tuple[Fen, ...] | None], tuple[Fen, ...]]


@dataclass(frozen=True, slots=True)
class Settlement:
    """One reading of the settlement, by town, in fen.

    `carried` ≤ 0 is what an entitlement falls short of its advance (结转), `redistributed` what
    comes to the towns out of recovered sums, `returned` the part of it that was recovered again at
    once, since the town still owed (it is in `recovered` too). `is_deduction`: there is no pilot,
    `unspent` is what a `[[settlement]]` takes off.
    """

    basis: Basis
    advance: tuple[Fen, ...]
    unspent: tuple[Fen, ...]
    recovered: tuple[Fen, ...]
    outstanding: tuple[Fen, ...]
    carried: tuple[Fen, ...]
    redistributed: tuple[Fen, ...]
    returned: tuple[Fen, ...]
    payment: tuple[Fen, ...]
    is_deduction: bool = False

    @property
    def kept(self) -> Fen:
        """What the city keeps (结余): recovered sums not given back, less what is carried over."""
        return Fen(sum(self.recovered) + sum(self.carried) - sum(self.redistributed))

    @property
    def before_recovery(self) -> tuple[Fen, ...]:
        """What the payment would be had the town owed nothing."""
        rows = zip(self.payment, self.recovered, self.returned, strict=True)
        return tuple(Fen(paid + taken - again) for paid, taken, again in rows)

    @property
    def owes(self) -> tuple[bool, ...]:
        """Whether a town still owes: an unspent sum, or what it was paid beyond its entitlement."""
        rows = zip(self.outstanding, self.carried, strict=True)
        return tuple(open_sum > 0 or short < 0 for open_sum, short in rows)


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
    zeros = (Fen(0),) * len(entitlement)
    return Settlement(
        basis=basis,
        advance=tuple(advance),
        unspent=tuple(unspent),
        recovered=tuple(recovered for recovered, _ in split),
        outstanding=tuple(outstanding for _, outstanding in split),
        carried=carried,
        redistributed=zeros,
        returned=zeros,
        payment=tuple(Fen(d - r) for d, (r, _) in zip(positive, split, strict=True)),
    )


def deduct(entitlement: Sequence[Fen], taken: Sequence[Fen], short: Short) -> Settlement:
    """What was paid before or is owed is taken off each entitlement; nothing was set aside.

    Where it is more than the entitlement the rest stays outstanding, or (`short` is negative) is
    carried as a negative payment.

    >>> deduct([Fen(5), Fen(5)], [Fen(2), Fen(7)], "outstanding").payment
    (3, 0)
    >>> deduct([Fen(5), Fen(5)], [Fen(2), Fen(7)], "negative").payment
    (3, -2)
    """
    zeros = [Fen(0)] * len(entitlement)
    settled = replace(settle("remainder", entitlement, zeros, taken), is_deduction=True)
    if short != "negative":
        return settled
    return replace(
        settled,
        recovered=tuple(taken),
        outstanding=tuple(zeros),
        payment=tuple(Fen(e - t) for e, t in zip(entitlement, taken, strict=True)),
    )


def redistribute(
    settled: Settlement, split: Split, room: tuple[Fen, ...] | None = None
) -> Settlement:
    """Split the recovered sum again, round by round, until nobody who owes is paid.

    `room` is how far each town is below its cap. A town that still owes gives back what it is
    given, as far as it owes: that is recovered and split in the next round. Then what it was paid
    beyond its entitlement (结转) is made good, which stays with the city. Where all who have a
    share are at their caps, the rest stays with the city.

    Worked example: shares 3 : 1, 100 recovered, the second town owes 10 more. It is given 25 and
    gives back 10; of those 10 it is given 2, of them nothing is owed any more: 83 and 17.
    """
    pot = Fen(sum(settled.recovered))
    open_sums: list[int] = list(settled.outstanding)
    carried = list(settled.carried)
    given, returned = [0] * len(carried), [0] * len(carried)
    payment = list(settled.payment)
    net = [0] * len(carried)
    while pot:
        left = None if room is None else tuple(Fen(r - x) for r, x in zip(room, net, strict=True))
        gifts = split(pot, left)
        backs = [min(gift, owed) for gift, owed in zip(gifts, open_sums, strict=True)]
        rounds = _equal_rounds(gifts, backs, open_sums)
        for i, (gift, back) in enumerate(zip(gifts, backs, strict=True)):
            given[i] += gift * rounds
            returned[i] += back * rounds
            open_sums[i] -= back * rounds
            made_good = min(gift - back, -carried[i])
            carried[i] = Fen(carried[i] + made_good)
            payment[i] = Fen(payment[i] + gift - back - made_good)
            net[i] += gift - back
        pot = Fen(sum(backs))
    recovered = zip(settled.recovered, returned, strict=True)
    return replace(
        settled,
        recovered=tuple(Fen(first + again) for first, again in recovered),
        outstanding=tuple(map(Fen, open_sums)),
        carried=tuple(carried),
        redistributed=tuple(map(Fen, given)),
        returned=tuple(map(Fen, returned)),
        payment=tuple(payment),
    )


def _equal_rounds(gifts: Sequence[Fen], backs: Sequence[int], owed: Sequence[int]) -> int:
    """How many rounds in a row go the same way: all is given back, and it is owed so often."""
    if list(gifts) != list(backs) or not any(gifts):
        return 1
    return max(min(o // g for o, g in zip(owed, gifts, strict=True) if g), 1)
