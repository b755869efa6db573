"""The few figures of a fund, and the steps of one town."""

from __future__ import annotations

from allocator import Allocation
from allocator.base.money import format_yuan
from allocator.explain.summary import figures, summary_table
from allocator.explain.waterfall import waterfall_steps


def test_the_figures_of_the_sample(allocation: Allocation) -> None:
    found = {figure.name: figure for figure in figures(allocation)}
    assert format_yuan(found["预算"].fen) == "126,000,000.00"
    assert [name for name, _ in found["预算"].parts] == ["民生微实事", "民生微心愿"]
    assert found["本次核拨"].fen == sum(allocation.payment)
    assert found["应配套"].fen == sum(match.required for match in allocation.matching)
    settled = allocation.pool("micro_projects").settlement
    assert settled is not None
    assert found["待收回"].fen == sum(settled.outstanding)
    advanced, kept = found["已拨试点经费"].fen, found["市级结余"].fen
    assert found["预算"].fen == advanced + found["本次核拨"].fen + kept


def test_the_total_of_the_table_is_what_its_rows_add_up_to(allocation: Allocation) -> None:
    table = summary_table(allocation)
    for j, total in enumerate(table.total[1:], 1):
        assert total == sum(int(row[j] or 0) for row in table.rows)


def test_the_steps_end_at_the_payment_and_the_match(allocation: Allocation) -> None:
    for i, paid in enumerate(allocation.payment):
        steps = {step.name: step for step in waterfall_steps(allocation, i)}
        assert steps["本次核拨合计"].end == paid
        assert steps["核拨与配套合计"].end == paid + allocation.matching[i].required
