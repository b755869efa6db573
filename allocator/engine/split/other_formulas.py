"""The formulas of a scheme beside the splits: what is deducted, advanced and matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from allocator.base.money import FEN_PER_YUAN, Fen
from allocator.engine.split.work import Work
from allocator.fund.derived.reading import Formulas
from allocator.fund.recipients import Recipients
from allocator.fund.rules import Pool
from allocator.fund.scheme import Scheme


def deduction(
    recipients: Recipients,
    scheme: Scheme,
    pool: Pool,
    formulas: Formulas,
    above: Mapping[str, Sequence[Fen]],
) -> tuple[Fen, ...]:
    """What is taken off each entitlement of the pool, in fen; `above` holds the pool itself too."""
    sites = {"deduct": formulas.of(pool)["deduct"]}
    work = Work(recipients, scheme, pool, formulas, sites, above)
    return work.whole_fen("deduct", work.given("deduct", ()))


def with_advances(recipients: Recipients, scheme: Scheme, formulas: Formulas) -> Recipients:
    """The table with the pilot's advance as the column that the scheme names, if it is a formula."""
    site = formulas.pilot
    if site is None:
        return recipients
    work = Work(recipients, scheme, scheme.pools[0], formulas, {"advance": site}, {})
    values = work.given("advance", ())
    work.whole_fen("advance", values)
    return replace(recipients, numbers={**recipients.numbers, site.text: values})


def match_formulas(
    recipients: Recipients,
    scheme: Scheme,
    formulas: Formulas,
    above: Mapping[str, Sequence[Fen]],
) -> dict[str, tuple[Fraction, ...]]:
    """The formulas of the matching rule: the rate as a number, bounds in fen (flat ones too)."""
    matching = scheme.matching
    if matching is None:
        return {}
    found = {
        key: (Fraction(flat),) * len(recipients)
        for key, flat in (("floor", matching.floor), ("cap", matching.cap))
        if isinstance(flat, int)
    }
    if formulas.match:
        work = Work(recipients, scheme, scheme.pools[0], formulas, formulas.match, above)
        for key in formulas.match:
            scale = 1 if key == "rate" else FEN_PER_YUAN
            found[key] = tuple(Fraction(value) * scale for value in work.given(key, ()))
    return found
