"""What a mistake in one figure of the town table would do to everyone's money, recomputed exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.allocation import allocate
from allocator.base.money import Fen
from allocator.fund.derived.reading import read_formulas
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme


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


def figure_columns(recipients: Recipients, scheme: Scheme) -> tuple[str, ...]:
    """The columns of figures that any factor or formula reads, once each, factors' first."""
    formulas, _ = read_formulas(recipients, scheme)
    read = [c for pool in scheme.pools for factor in pool.factors for c in factor.columns()]
    for formula in formulas.all():
        read += formula.names
    return tuple(name for name in dict.fromkeys(read) if name in recipients.numbers)


def data_errors(
    recipients: Recipients, scheme: Scheme, column: str, ratio: Fraction
) -> tuple[DataError, ...]:
    """One mistake for every town: its own figure in `column` off by `ratio`, all else as it is.

    Raises `InputError` for mistakes in the input and when the scheme has no answer for a table so
    changed.
    """
    now = allocate(recipients, scheme).payment
    figures = recipients.numbers[column]
    errors = []
    for town, figure in enumerate(figures):
        changed = (*figures[:town], figure * (1 + ratio), *figures[town + 1 :])
        wrong = replace(recipients, numbers={**recipients.numbers, column: changed})
        payment = allocate(wrong, scheme).payment
        changes = tuple(Fen(after - before) for before, after in zip(now, payment, strict=True))
        errors.append(DataError(town, column, ratio, changes))
    return tuple(errors)
