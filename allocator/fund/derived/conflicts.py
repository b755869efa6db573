"""Rules of a pool that do not go together, or would silently mean something else than is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from allocator.fund.rules import Pool

_PERCENT: Final = re.compile(r"\s*(\d+(?:[.．]\d*)?|[.．]\d+)\s*[%％]\s*")

#: The key at which it stands, what is wrong, what to do.
RuleConflict = tuple[str, str, str]


def conflicts(pool: Pool) -> Iterator[RuleConflict]:
    """Every such rule of a pool."""
    yield from _of_amount(pool)
    if pool.budget_formula and pool.sources:
        remedy = "请写明预算的金额，或删去资金来源"
        yield "sources", "的预算由公式给出，各来源的金额无从核对", remedy
    if pool.rest and pool.method != "nearest":
        remedy = '请写 method = "nearest"，或删去“rest”'
        yield "rest", "指定了尾差归谁，取整方法却不产生尾差", remedy
    if is_percent(pool.fixed):
        yield "fixed", "的定额补助只写了一个百分数", "请写金额（元）或公式，如 0.3 × 上年"


def _of_amount(pool: Pool) -> Iterator[RuleConflict]:
    """What an entitlement given by a formula does not go with."""
    if not pool.amount:
        return
    if pool.base or pool.base_formula:
        yield "base", "的应补助额由公式给出，定额不起作用", "请把定额写进“amount”的公式"
    if pool.adjust:
        yield "adjust", "的应补助额由公式给出，调节系数不起作用", "请把系数写进“amount”的公式"
    if is_percent(pool.amount):
        yield "amount", "的应补助额只写了一个百分数", "请写金额（元）或公式，如 0.3 × 上年"
    if not pool.is_open:
        return
    if pool.sources:
        yield "sources", "没有预算，各来源的金额无从核对", "请写预算“budget”，或删去资金来源"
    for key in ("floor", "cap", "least"):
        if is_percent(getattr(pool, key)):
            yield key, "没有预算，百分数没有所指", "请写金额（元）或公式"


def is_arithmetic(text: str) -> bool:
    """Whether a text is an operation or a call, not a number, a name or a slip of the pen.

    >>> is_arithmetic("5000000 − sum(pool_a)"), is_arithmetic("120万 元"), is_arithmetic("总额")
    (True, False, False)
    """
    from allocator.formulas.reading.parser import parse
    from allocator.formulas.tree import Binary, Call

    tree, mistakes = parse(text)
    return not mistakes and isinstance(tree, Binary | Call)


def is_percent(value: object) -> bool:
    """A bare percentage: a part of nothing in particular.

    >>> is_percent("1%"), is_percent("1% × 上年")
    (True, False)
    """
    return percent_of(value) is not None


def percent_of(value: object) -> Fraction | None:
    """The ratio that a bare percentage states; None for all else.

    >>> percent_of(" 1.5 %"), percent_of(".5％"), percent_of("1 2%")
    (Fraction(3, 200), Fraction(1, 200), None)
    """
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    return Fraction(found[1].replace("．", ".")) / 100 if found else None
