"""What a mistake in one figure of the town table would do to everyone's money, recomputed exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.base.money import Fen
from allocator.base.problems import stop_on_errors
from allocator.engine.pool import allocate_pool
from allocator.engine.refusals import check
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Pool, Scheme


@dataclass(frozen=True, slots=True)
class DataError:
    """Recipient `town`'s figure in `column` is larger by `ratio` (−1/10: a tenth too small).

    `changes[i]` is what that adds to the payment of recipient i, in fen.
    """

    town: int
    column: str
    ratio: Fraction
    changes: tuple[Fen, ...]

    @property
    def own(self) -> Fen:
        """What the mistaken town gains or loses itself."""
        return self.changes[self.town]

    @property
    def most_hurt(self) -> int:
        """The other town whose payment falls most."""
        others = (i for i in range(len(self.changes)) if i != self.town)
        return min(others, key=lambda i: (self.changes[i], i), default=self.town)


def factor_columns(scheme: Scheme) -> tuple[str, ...]:
    """The columns that any factor reads, once each, in the order of the pools."""
    every = (c for pool in scheme.pools for factor in pool.factors for c in factor.columns())
    return tuple(dict.fromkeys(every))


def data_errors(
    recipients: Recipients, scheme: Scheme, column: str, ratio: Fraction
) -> tuple[DataError, ...]:
    """One mistake for every town: its own figure in `column` off by `ratio`, all else as it is.

    Only the pools that read the column are split again. Raises `InputError` for mistakes in the
    input and when the scheme has no answer for a table so changed.
    """
    stop_on_errors(check(recipients, scheme))
    pools = [p for p in scheme.pools if column in {c for f in p.factors for c in f.columns()}]
    now = _paid(recipients, scheme, pools)
    figures = recipients.numbers[column]
    errors = []
    for town, figure in enumerate(figures):
        changed = (*figures[:town], figure * (1 + ratio), *figures[town + 1 :])
        wrong = replace(recipients, numbers={**recipients.numbers, column: changed})
        payment = _paid(wrong, scheme, pools)
        changes = tuple(Fen(after - before) for before, after in zip(now, payment, strict=True))
        errors.append(DataError(town, column, ratio, changes))
    return tuple(errors)


def _paid(recipients: Recipients, scheme: Scheme, pools: Sequence[Pool]) -> list[int]:
    columns = [
        allocate_pool(recipients, scheme, pool, scheme.basis_of(pool)).payment for pool in pools
    ]
    return [sum(town) for town in zip(*columns, strict=True)]
