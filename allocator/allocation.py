"""allocate(): the one pipeline from facts and rules to the answer, and the answer itself."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from allocator.base.money import Fen
from allocator.base.problems import stop_on_errors
from allocator.engine import identities, refusals
from allocator.engine.answer import Answer
from allocator.engine.matching import Match, match_towns
from allocator.engine.pool import PoolAllocation, allocate_pools, other_reading
from allocator.engine.split.other_formulas import match_formulas, with_advances
from allocator.explain import record
from allocator.fund.recipients import Recipients
from allocator.fund.scheme import Scheme

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Allocation(Answer):
    """The answer with the ways of telling it: in words, as a table, as plain data."""

    @functools.cached_property
    def fingerprint(self) -> Mapping[str, str]:
        """SHA-256 of the inputs, the scheme and the result, and the version that computed them."""
        return record.fingerprint(self)

    def to_record(self) -> dict[str, Any]:
        """The answer as plain data: what `--json` writes."""
        return record.allocation_record(self)

    def explain(self, town: str) -> str:
        """Why this town gets this amount, in Chinese; raises `KeyError` for an unknown town."""
        from allocator.explain.why import explain

        return explain(self, town)

    def to_frame(self, unit: str = "元", *, exact: bool = True) -> pd.DataFrame:
        """One row a town, Chinese headers, index 园区、镇（街道）.

        Amounts are exact `Decimal`s in `unit` (元, 万元, 亿元), or floats to go on computing and
        drawing with. Raises `ValueError` for another unit.
        """
        import pandas as pd

        columns = record.table(self, unit)
        frame = pd.DataFrame(columns).set_index(next(iter(columns)))
        frame.attrs["unit"] = unit
        if exact:
            return frame
        money = [name for name in frame if isinstance(columns[str(name)][0], Decimal)]
        return frame.astype(dict.fromkeys(money, float))

    def _repr_html_(self) -> str:
        return record.html(self)


def allocate(recipients: Recipients, scheme: Scheme) -> Allocation:
    """Split every pool, settle the pilot, derive the match and check every identity.

    Raises `InputError` with every mistake in table and scheme, bounds that cannot be met and ties
    refused; `identities.IdentityError` if a balance fails, which would be a defect of this code.
    """
    formulas, found = refusals.look(recipients, scheme)
    warnings = (*recipients.warnings, *stop_on_errors(found))
    table = with_advances(recipients, scheme, formulas)
    results = allocate_pools(table, scheme, formulas)
    other, failure = other_reading(table, scheme, results)
    matches: tuple[Match, ...] = ()
    if scheme.matching:
        above = {result.pool.id: result.entitlement for result in results}
        given = match_formulas(table, scheme, formulas, above)
        base = _match_base(scheme, results)
        matches = match_towns(table, scheme.matching, base, given)
    answer = Allocation(recipients, scheme, tuple(results), other, failure, matches, (), warnings)
    return replace(answer, identities=identities.check(answer))


def _match_base(scheme: Scheme, results: Sequence[PoolAllocation]) -> list[Fen]:
    """City funds without pilot money: what is paid now, or that before recovery."""
    assert scheme.matching is not None  # noqa: S101 - called for a scheme with a match only
    columns = []
    on = scheme.matching.on or tuple(pool.id for pool in scheme.pools)
    for result in (one for one in results if one.pool.id in on):
        column = list(result.payment)
        if result.settlement and scheme.matching.base == "before_recovery":
            column = list(result.settlement.before_recovery)
        columns.append(column)
    return [Fen(sum(town)) for town in zip(*columns, strict=True)]
