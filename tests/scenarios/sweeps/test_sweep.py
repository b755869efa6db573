"""The statistics of a sweep against the plain ones over all its cells."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from allocator import Fen, InputError, Recipients, Scheme
from allocator.engine.pool import open_split
from allocator.fund.rules import Factor, Pool
from allocator.scenarios.sweeps import sweep as sweep_module
from allocator.scenarios.sweeps.sweep import QUANTILES, amounts, sweep
from allocator.scenarios.sweeps.tally import scale_of
from allocator.scenarios.sweeps.vectorised import Rounder
from allocator.scenarios.sweeps.weightings import dirichlet, given_rows, simplex_grid

SAMPLE = dirichlet(3, 6000, seed=2)


@pytest.fixture(scope="module", params=["micro_projects", "micro_wishes"])
def pool_id(request):
    return request.param


def test_statistics_equal_those_over_all_cells(recipients, scheme, allocation, pool_id):
    swept = sweep(recipients, scheme, pool_id, SAMPLE)
    cells = amounts(recipients, scheme, pool_id, SAMPLE)
    current = np.array(allocation.pool(pool_id).entitlement)
    assert swept.count == 6000
    assert swept.current == allocation.pool(pool_id).entitlement
    assert swept.least == tuple(cells.min(axis=0).tolist())
    assert swept.most == tuple(cells.max(axis=0).tolist())
    assert swept.mean == tuple(Fraction(int(total), 6000) for total in cells.sum(axis=0))
    assert swept.gains == tuple((cells > current).sum(axis=0).tolist())
    assert swept.losses == tuple((cells < current).sum(axis=0).tolist())
    ranked = np.sort(cells, axis=0)
    for j, quantile in enumerate(QUANTILES):
        wanted = ranked[math.ceil(quantile * 6000) - 1]
        assert tuple(band[j] for band in swept.bands) == tuple(wanted.tolist())
    order = np.argsort(-cells, axis=1, kind="stable")
    for place in (0, 4, 32):
        counts = np.bincount(order[:, place], minlength=33)
        assert [ranks[place] for ranks in swept.ranks] == counts.tolist()


def test_the_answer_does_not_depend_on_slices_or_executor(recipients, scheme, monkeypatch):
    """Slices of 30 rows through an executor that runs out of order."""

    class Later:
        def __init__(self, work, arguments):
            self.call = lambda: work(*arguments)

        def result(self):
            return self.call()

    class Executor:
        submitted = 0

        def submit(self, work, *arguments):
            Executor.submitted += 1
            return Later(work, arguments)

    sample = dirichlet(3, 200, seed=2)
    whole = sweep(recipients, scheme, "micro_projects", sample)
    monkeypatch.setattr(sweep_module, "_SLICE", 1000)
    monkeypatch.setattr(sweep_module, "_TOGETHER", 300)
    assert sweep(recipients, scheme, "micro_projects", sample, executor=Executor()) == whole
    assert Executor.submitted == 2 * 7


def test_processes_give_the_same_answer(recipients, scheme):
    sample = dirichlet(3, 300, seed=2)
    alone = sweep(recipients, scheme, "micro_wishes", sample, workers=1)
    assert sweep(recipients, scheme, "micro_wishes", sample, workers=2) == alone


def test_a_mistake_comes_back_from_a_process_as_it_was():
    columns = {"a": [1, 1, 1], "b": [3, 1, 1]}
    recipients = Recipients.from_columns(["甲", "乙", "丙"], columns)
    factors = (Factor(Fraction(0), column="a"), Factor(Fraction(1), column="b"))
    scheme = Scheme("方案", (Pool("p", "资金", Fen(100), factors, tie="refuse"),))
    with pytest.raises(InputError, match="甲、乙、丙 的尾数完全相同") as caught:
        sweep(recipients, scheme, "p", given_rows([["0", "1"], ["1", "0"]]), workers=2)
    assert [problem.code for problem in caught.value.problems] == ["tie"]


def test_weightings_of_another_pool_are_refused(recipients, scheme):
    with pytest.raises(InputError, match="每组有 2 个权重，“民生微心愿”有 3 个因素"):
        sweep(recipients, scheme, "micro_wishes", simplex_grid(2, "0.5"))


def test_progress_ends_at_all(recipients, scheme):
    seen = []
    grid = simplex_grid(3, "0.1", upper=["0.5", 1, 1])
    swept = sweep(
        recipients,
        scheme,
        "micro_wishes",
        grid,
        progress=lambda done, all_: seen.append((done, all_)),
    )
    assert seen[-1][0] == seen[-1][1] == 2 * grid.most
    assert swept.count == len(grid.block(0)) < grid.most


def test_amounts_stay_in_the_scale(recipients, scheme):
    for rules in ({}, {"cap": Fen(400_000_000)}, {"floor": Fen(1), "cap": Fen(10**9)}):
        pool = replace(scheme.pools[0], **rules)
        changed = replace(scheme, pools=(pool, scheme.pools[1]))
        scale = scale_of(Rounder(open_split(recipients, changed, "micro_projects")))
        cells = amounts(recipients, changed, "micro_projects", simplex_grid(3, "0.25"))
        bins = (cells - scale.low) >> scale.shift
        assert bins.min() >= 0
        assert bins.max() < scale.bins


def test_many_recipients_and_few_weightings():
    towns = 40_000
    columns = {
        "a": [1 + i * i % 977 for i in range(towns)],
        "b": [1 + i * 7919 % 1009 for i in range(towns)],
    }
    recipients = Recipients.from_columns([str(i) for i in range(towns)], columns)
    factors = (Factor(Fraction(1, 3), column="a"), Factor(Fraction(2, 3), column="b"))
    scheme = Scheme("大表", (Pool("p", "资金", Fen(10**11), factors, floor=Fen(10**5)),))
    grid = simplex_grid(2, "0.5")
    swept = sweep(recipients, scheme, "p", grid, quantiles=[Fraction(1, 2)])
    cells = amounts(recipients, scheme, "p", grid)
    assert (cells.sum(axis=1) == 10**11).all()
    assert swept.ranks is None
    assert [band[0] for band in swept.bands] == np.sort(cells, axis=0)[1].tolist()


def test_tables_say_what_the_sweep_holds(recipients, scheme):
    swept = sweep(recipients, scheme, "micro_wishes", simplex_grid(3, "0.1"))
    bands, gains, ranks = swept.tables()
    assert bands.title == "民生微心愿：应分配额的分布（66 组权重，单位：元）"
    assert [column.header for column in bands.columns][3:6] == ["5%分位", "25%分位", "中位数"]
    assert bands.rows[0][1:3] == (swept.current[0], swept.least[0])
    assert all(sum(row[1:4]) == 1 for row in gains.rows)
    assert [row[1] for row in ranks.rows] == sorted_places(swept.current)
    assert swept.to_frame()["中位数"].iloc[0] * 100 == swept.bands[0][2]


def sorted_places(amounts):
    return [1 + sum(other > mine for other in amounts) for mine in amounts]


def test_without_quantiles_one_pass_is_enough(recipients, scheme):
    seen = []
    grid = simplex_grid(3, "0.1")
    swept = sweep(
        recipients, scheme, "micro_wishes", grid, quantiles=(), progress=lambda *at: seen.append(at)
    )
    assert seen[-1] == (66, 66)
    assert swept.bands is None
    assert [c.header for c in swept.tables()[0].columns] == [
        "镇街（园区）",
        "现行方案",
        "最低",
        "最高",
        "平均",
    ]


def test_frames_count_in_any_unit_and_ranks_sum_to_one(recipients, scheme):
    swept = sweep(recipients, scheme, "micro_projects", dirichlet(3, 300))
    exact, drawn = swept.to_frame("万元"), swept.to_frame("万元", exact=False)
    assert exact["最高"].iloc[0] * 10**6 == swept.most[0]
    assert drawn["最高"].iloc[0] == float(exact["最高"].iloc[0])
    ranks = swept.ranks_frame()
    assert np.allclose(ranks.sum(axis=0), 1)
    assert np.allclose(ranks.sum(axis=1), 1)
    assert list(ranks.loc["虎门镇"] * 300) == list(swept.ranks[recipients.towns.index("虎门镇")])
    assert "现行方案" in swept._repr_html_()
    assert swept.plot().get_axes()
