"""Adjustments name recipients of the table, or are told who may bear them."""

from __future__ import annotations

from fractions import Fraction

from allocator import Fen, Recipients, Scheme
from allocator.base.plain_data import PlainReader
from allocator.base.problems import Place
from allocator.fund.adjustments import Adjustment
from allocator.fund.record_checks import check_adjustments
from allocator.fund.rules import Factor, Pool

TOWNS = Recipients(towns=("甲镇", "乙镇"), numbers={"need": (1, 2)})
POOL = Pool("p", "资金", Fen(10_000), (Factor(Fraction(1), "need"),))


def test_a_bearer_that_is_no_recipient_is_told_what_may_stand_there() -> None:
    one = Adjustment("甲镇", "p", Fen(100), ("丙园区",), "灾情", "会议纪要")
    scheme = Scheme("某资金", (POOL,), adjustments=(one,))
    (problem,) = check_adjustments(TOWNS, scheme)
    assert problem.place.cell == "adjustment[0].borne_by"
    assert problem.remedy == "请填“其他镇街按占比”、“预留资金”，或数据表中的名称"


def test_a_whole_number_is_said_as_the_cell_shows_it() -> None:
    reader = PlainReader(lambda path: Place(cell=path), {}, {}, "scheme")
    reader.report("amount", "pool[0].budget", "金额不能为负数", "请改正", -100.0)
    assert [problem.value for problem in reader.problems] == ["-100"]
