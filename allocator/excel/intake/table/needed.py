"""The columns of the table that a scheme reads."""

from __future__ import annotations

from allocator.excel.intake.headers import column_name
from allocator.fund.columns import HEADERS, NUMERIC
from allocator.fund.derived.reading import earlier, formulas_of, names_in
from allocator.fund.scheme import Scheme


def needed_columns(scheme: Scheme) -> tuple[str, ...]:
    """The numeric columns that a scheme reads, without repetition."""
    factors = [factor for pool in scheme.pools for factor in pool.factors]
    names = [name for factor in factors for name in factor.columns()]
    named = (*names, *amount_columns(scheme), *formula_columns(scheme))
    return tuple(name for name in dict.fromkeys(named) if name not in scheme.columns)


def formula_columns(scheme: Scheme) -> tuple[str, ...]:
    """What the formulas of a scheme name, derived columns and pools left out; texts among them."""
    named = dict.fromkeys(
        column_name(name) for site in formulas_of(scheme) for name in names_in(site.text)
    )
    groups = [pool.group for pool in scheme.pools if pool.group]
    pools = {earlier(pool) for pool in scheme.pools}
    others = {*scheme.columns, *pools, *(name for name in HEADERS if name not in NUMERIC)}
    return tuple(name for name in (*named, *groups) if name not in others)


def used_fields(scheme: Scheme) -> frozenset[str]:
    """The columns with a meaning of their own that the rules of a scheme read."""
    factors = [factor for pool in scheme.pools for factor in pool.factors]
    used = {column_name(name) for site in formulas_of(scheme) for name in names_in(site.text)}
    used |= {column_name(pool.group) for pool in scheme.pools if pool.group}
    if scheme.pilot:
        used |= {"pilot", "unspent"}
    if scheme.matching:
        used |= {"economic_class", "raised", "match_rate", "match_reason"}
    if any(factor.coefficients for factor in factors):
        used.add("economic_class")
    if scheme.settlements:
        used |= {"pilot", "unspent"}
    return frozenset(used)


def amount_columns(scheme: Scheme) -> tuple[str, ...]:
    """The columns that a scheme reads as sums of money."""
    values = [value for pool in scheme.pools for value in (pool.floor, pool.cap)]
    values += [scheme.pilot.advance] if scheme.pilot else []
    texts = [v for v in values if isinstance(v, str) and v not in scheme.columns]
    return tuple(column_name(text) for text in texts if names_in(text) == (text,))
