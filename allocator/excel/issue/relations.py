"""Which columns of the annexes are sums of others, from the answer itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allocator.allocation import Allocation
from allocator.engine.pool import PoolAllocation

PrintedFigures = tuple[int, ...]
#: Columns that sum to 0 with these signs; a column is known by its exact figures.
Sum = tuple[tuple[int, PrintedFigures], ...]


def sums(answer: Allocation) -> Iterator[Sum]:
    """Every sum across columns that a reader of the annexes may add up."""
    for result in answer.pools:
        yield from _settled(result)
        yield from _sources(result)
    if other := answer.other_reading:
        yield from _settled(other)
        pilot = next(result for result in answer.pools if result.pilot_settlement)
        change = tuple(b - a for a, b in zip(pilot.payment, other.payment, strict=True))
        yield (1, change), (1, tuple(pilot.payment)), (-1, tuple(other.payment))
    yield (-1, tuple(answer.payment)), *((1, tuple(r.payment)) for r in answer.pools)
    funded = [result for result in answer.pools if result.by_source]
    yield (-1, _total([r.funding for r in funded])), *((1, tuple(r.funding)) for r in funded)
    yield from _matched(answer)
    yield from _rounds(answer)


def wishes(answer: Allocation) -> Iterator[Sum]:
    """What a reader expects to be equal, though no sum needs it: a match of 100 % is its base."""
    if answer.matching:
        base = tuple(match.base for match in answer.matching)
        yield (1, base), (-1, tuple(match.required for match in answer.matching))


def _rounds(answer: Allocation) -> Iterator[Sum]:
    """Payments in instalments: pool by pool, and over all pools."""
    rounds = [result.instalments for result in answer.pools if result.instalments]
    if not rounds:
        return
    for result in answer.pools:
        if one := result.instalments:
            batches = [(1, tuple(batch.amounts)) for batch in one.batches]
            yield (-1, tuple(one.paid)), *batches
            given = (1, tuple(one.paid)), (1, tuple(one.due)), (-1, tuple(one.overpaid))
            yield (-1, tuple(result.payment)), *given
    before = _total([one.paid for one in rounds])
    yield (-1, before), *((1, tuple(one.paid)) for one in rounds)
    due = [tuple(result.due) for result in answer.pools]
    yield (-1, _total(due)), *((1, column) for column in due)
    yield (-1, tuple(answer.payment)), (1, before), (1, _total(due))


def _total(columns: Sequence[Sequence[int]]) -> PrintedFigures:
    return tuple(sum(row) for row in zip(*columns, strict=True))


def _settled(result: PoolAllocation) -> Iterator[Sum]:
    settled = result.settlement
    if settled is None:
        return
    given = [(1, tuple(result.entitlement))]
    if settled.basis == "share":
        given.append((-1, tuple(settled.advance)))
    given += [(-1, tuple(settled.recovered)), (-1, tuple(settled.carried))]
    yield *given, (1, tuple(settled.redistributed)), (-1, tuple(settled.payment))
    yield (
        (1, tuple(settled.unspent)),
        (-1, tuple(settled.recovered)),
        (-1, tuple(settled.outstanding)),
    )


def _sources(result: PoolAllocation) -> Iterator[Sum]:
    if not result.by_source:
        return
    columns = [tuple(column) for column in zip(*result.by_source, strict=True)]
    yield (-1, tuple(result.funding)), *((1, column) for column in columns)
    settled = result.settlement
    if settled and settled.basis == "remainder":
        yield (
            (-1, tuple(result.funding)),
            (1, tuple(result.entitlement)),
            (1, tuple(settled.advance)),
        )


def _matched(answer: Allocation) -> Iterator[Sum]:
    if not answer.matching:
        return
    base = tuple(match.base for match in answer.matching)
    required = tuple(match.required for match in answer.matching)
    yield (-1, _total([answer.payment, required])), (1, tuple(answer.payment)), (1, required)
    recovered = [r.settlement.recovered for r in answer.pools if r.settlement]
    yield (-1, base), (1, tuple(answer.payment)), *((1, tuple(column)) for column in recovered)
    raised = tuple(match.raised or 0 for match in answer.matching)
    gap = tuple(match.gap or 0 for match in answer.matching)
    yield (-1, required), (1, raised), (1, gap)
