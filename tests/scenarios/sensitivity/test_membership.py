"""Whose order turns when a town leaves or joins, against plain allocations."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest

from allocator import Fen, InputError, Recipients, Scheme, allocate
from allocator.fund.rules import Factor, Pool
from allocator.scenarios.sensitivity.membership import joined, rank_reversals

# 丙 has nearly all of `b`: without it, the small differences in b weigh as much as those in a.
TOWNS = Recipients(tuple("甲乙丙"), {"a": (30, 29, 1), "b": (1, 3, 96)})
SCHEME = Scheme(
    "方案",
    (Pool("p", "资金", Fen(1000), (Factor(Fraction(1, 2), "a"), Factor(Fraction(1, 2), "b"))),),
)


def test_a_leaver_turns_two_others() -> None:
    before = allocate(TOWNS, SCHEME).payment
    assert before[0] < before[1] < before[2]
    weights = (Factor(Fraction(7, 10), "a"), Factor(Fraction(3, 10), "b"))
    scheme = replace(SCHEME, pools=(replace(SCHEME.pools[0], factors=weights),))
    assert allocate(TOWNS, scheme).payment[:2] == (353, 347)
    found = rank_reversals(TOWNS, scheme)
    assert [(one.town, one.reversed) for one in found.changes] == [
        ("甲", ()),
        ("乙", ()),
        ("丙", (("甲", "乙"),)),
    ]
    assert "甲 → 乙" in found._repr_html_()


def test_a_newcomer_turns_them_back() -> None:
    two = Recipients(("甲", "乙"), {"a": (30, 29), "b": (1, 3)})
    new = Recipients(("丁", "丙"), {"a": (1, 1), "b": (1, 96)})
    weights = (Factor(Fraction(7, 10), "a"), Factor(Fraction(3, 10), "b"))
    scheme = replace(SCHEME, pools=(replace(SCHEME.pools[0], factors=weights),))
    found = rank_reversals(two, scheme, new)
    assert [(c.town, c.joins, c.reversed) for c in found.changes][2:] == [
        ("丁", True, ()),
        ("丙", True, (("乙", "甲"),)),
    ]
    with pytest.raises(InputError, match="b"):
        joined(two, Recipients(("丙",), {"a": (1,)}), 0)


def test_every_pair_of_the_sample_by_plain_comparison(
    recipients: Recipients, scheme: Scheme
) -> None:
    found = rank_reversals(recipients, scheme).changes
    assert [one.town for one in found] == list(recipients.towns)
    before = dict(zip(recipients.towns, _funding(recipients, scheme), strict=True))
    for i in (0, 17, 32):
        rows = [j for j in range(33) if j != i]
        table = Recipients.from_columns(
            [recipients.towns[j] for j in rows],
            {name: [column[j] for j in rows] for name, column in recipients.numbers.items()},
            economic_class=[recipients.economic_class[j] for j in rows],
            pilot=[recipients.pilot[j] for j in rows],
            unspent=[recipients.unspent[j] for j in rows],
        )
        after = dict(
            zip(table.towns, _funding(table, replace(scheme, recipients=None)), strict=True)
        )
        turned = {
            frozenset(pair)
            for pair in combinations(table.towns, 2)
            if (before[pair[0]] - before[pair[1]]) * (after[pair[0]] - after[pair[1]]) < 0
        }
        assert {frozenset(pair) for pair in found[i].reversed} == turned


def _funding(recipients: Recipients, scheme: Scheme) -> list[int]:
    pools = allocate(recipients, scheme).pools
    return [sum(town) for town in zip(*(pool.funding for pool in pools), strict=True)]
