"""Ranks of the whole fund against a plain count over all cells."""

from __future__ import annotations

from collections import Counter

import pytest

from allocator import InputError
from allocator.scenarios.sweeps.acceptability import rank_acceptability
from allocator.scenarios.sweeps.sweep import amounts
from allocator.scenarios.sweeps.weightings import dirichlet


def test_ranks_equal_a_plain_count(recipients, scheme, allocation):
    drawn = {pool.id: dirichlet(pool, 200, 7 + k) for k, pool in enumerate(scheme.pools)}
    found = rank_acceptability(recipients, scheme, drawn)
    assert found.ranks == rank_acceptability(recipients, scheme, count=200, seed=7).ranks
    cells = sum(amounts(recipients, scheme, name, one) for name, one in drawn.items())
    seen = [Counter() for _ in recipients.towns]
    for row in cells.tolist():
        for rank, i in enumerate(sorted(range(33), key=lambda i: (-row[i], i))):
            seen[i][rank] += 1
    assert [dict(c) for c in seen] == [{r: c for r, c in enumerate(rs) if c} for rs in found.ranks]
    assert found.current == tuple(
        sum(t) for t in zip(*(p.entitlement for p in allocation.pools), strict=True)
    )
    assert abs(found.to_frame().to_numpy().sum() - 33) < 1e-9
    assert found.plot().get_axes()
    assert "保持现名次" in found._repr_html_()


def test_near_the_present_weights_ranks_stay(recipients, scheme):
    near = rank_acceptability(recipients, scheme, count=200, concentration=1e6)
    wide = rank_acceptability(recipients, scheme, count=200)
    assert sum(max(counts) for counts in near.ranks) > sum(max(counts) for counts in wide.ranks)


def test_sizes_that_differ_are_refused(recipients, scheme):
    with pytest.raises(InputError, match="组数"):
        rank_acceptability(recipients, scheme, {"micro_wishes": dirichlet(3, 5)}, count=6)
    with pytest.raises(InputError):
        rank_acceptability(recipients, scheme, {"没有": dirichlet(3, 6)}, count=6)
