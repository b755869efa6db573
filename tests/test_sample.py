"""The sample fund against figures worked out by hand."""

from __future__ import annotations

from allocator import Allocation
from allocator.base.money import format_yuan


def test_dongcheng(allocation: Allocation) -> None:
    projects = allocation.pool("micro_projects")
    assert format_yuan(projects.entitlement[0]) == "4,959,844.41"
    assert format_yuan(projects.payment[0]) == "2,959,844.41"
    assert format_yuan(allocation.matching[0].required) == "4,086,231.62"


def test_hongmei_is_held_at_its_advance(allocation: Allocation) -> None:
    i = allocation.recipients.towns.index("洪梅镇")
    projects = allocation.pool("micro_projects")
    assert projects.bound(i) == "lower"
    assert format_yuan(projects.entitlement[i]) == "2,000,000.00"
    assert projects.payment[i] == 0
    assert projects.settlement is not None
    assert format_yuan(projects.settlement.outstanding[i]) == "356,000.00"


def test_totals_are_exact_to_the_fen(allocation: Allocation) -> None:
    assert [format_yuan(sum(p.entitlement)) for p in allocation.pools] == [
        "105,000,000.00",
        "21,000,000.00",
    ]
