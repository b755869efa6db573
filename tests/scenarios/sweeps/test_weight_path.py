"""One weight along its way: at the present weight the present amounts, elsewhere the engine's."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator import Fen, InputError, Recipients, Scheme
from allocator.engine.pool import exact_amounts, open_split
from allocator.fund.rules import Factor, Pool
from allocator.scenarios.sweeps.weight_path import weight_path


def test_each_point_is_the_engines(recipients, scheme, allocation):
    path = weight_path(recipients, scheme, "micro_projects", "gdp", steps=10)
    assert path.cells[3] == allocation.pool("micro_projects").entitlement
    opened = open_split(recipients, scheme, "micro_projects")
    half = [Fraction(2, 7), Fraction(3, 14), Fraction(1, 2)]
    assert path.cells[5] == exact_amounts(opened, half)
    assert (
        path.to_frame("万元").loc[0.3, "虎门镇"] * 10**6
        == path.cells[3][recipients.towns.index("虎门镇")]
    )
    assert len(path.plot().get_axes()[0].get_lines()) == 8
    assert len(path.plot(["虎门镇"]).get_axes()[0].get_lines()) == 2
    with pytest.raises(InputError, match="gdp"):
        weight_path(recipients, scheme, "micro_projects", "gpd")


def test_pools_of_one_factor_and_of_all_weight_on_one():
    towns = Recipients(("甲", "乙"), {"a": (1, 3), "b": (1, 1)})
    one = Scheme("方案", (Pool("p", "资金", Fen(100), (Factor(Fraction(1), "a"),)),))
    assert weight_path(towns, one, "p", "a").cells == ((25, 75),)
    all_on_a = (Factor(Fraction(1), "a"), Factor(Fraction(0), "b"))
    two = Scheme("方案", (Pool("p", "资金", Fen(100), all_on_a),))
    assert weight_path(towns, two, "p", "a", steps=2).cells == ((50, 50), (37, 63), (25, 75))
