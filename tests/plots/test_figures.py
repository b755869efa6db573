"""What each figure shows: the amounts of the result and nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.text import Text

from allocator import Allocation, Recipients, Scheme, allocate, plots
from allocator.base.money import format_wan
from allocator.dongguan.tiles import tiles
from allocator.plots.curves import lorenz_points
from allocator.plots.town_rows import MOST_ROWS, wan_text
from allocator.plots.waterfall import waterfall_steps

from .conftest import DRAWERS

FEN = 1_000_000


def bars(figure: Figure) -> list[list[int]]:
    """Lengths in fen of each series of bars."""
    found = [c for c in figure.axes[0].containers if isinstance(c, BarContainer)]
    return [[round(bar.get_width() * FEN) for bar in series] for series in found]


def row_names(figure: Figure) -> list[str]:
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def labels(figure: Figure) -> set[str]:
    return {text.get_text() for text in figure.axes[0].texts}


def test_ranked_bars_show_every_payment(allocation: Allocation, drawn: dict[str, Figure]) -> None:
    towns, paid = allocation.recipients.towns, allocation.payment
    order = sorted(range(33), key=lambda i: -paid[i])
    assert row_names(drawn["ranked"]) == [towns[i] for i in order]
    assert bars(drawn["ranked"]) == [[p.payment[i] for i in order] for p in allocation.pools]
    assert labels(drawn["ranked"]) == {wan_text(fen) for fen in paid}


def test_sources_in_official_order(allocation: Allocation, drawn: dict[str, Figure]) -> None:
    assert row_names(drawn["sources"]) == list(allocation.recipients.towns)
    columns = [list(column) for p in allocation.pools for column in zip(*p.by_source, strict=True)]
    assert bars(drawn["sources"]) == columns
    names = [text.get_text() for text in drawn["sources"].axes[0].get_legend().get_texts()]
    assert names == ["市财政", "东莞福彩关爱基金", "市慈善会"]


def test_sources_need_sources(recipients: Recipients, scheme: Scheme) -> None:
    bare = replace(scheme, pools=tuple(replace(pool, sources=()) for pool in scheme.pools))
    with pytest.raises(ValueError, match="no sources"):
        plots.stacked_sources(allocate(recipients, bare))


PILOTS = [
    {},
    {"basis": "remainder"},
    {"below_advance": "carry"},
    {"unspent": "redistribute"},
]


@pytest.mark.parametrize("pilot", PILOTS)
def test_waterfall_steps_hang_together(
    recipients: Recipients, scheme: Scheme, pilot: dict[str, str]
) -> None:
    answer = allocate(recipients, replace(scheme, pilot=replace(scheme.pilot, **pilot)))
    for i in range(33):
        steps = waterfall_steps(answer, i)
        level = 0
        for step in steps:
            if step.role == "total":
                assert step.end == level
            else:
                assert step.start == level
                assert (step.end > step.start) == (step.role == "gain") or step.end == step.start
            level = step.end
        totals = {step.name: step.end for step in steps if step.role == "total"}
        assert totals["本次核拨合计"] == answer.payment[i]
        assert level == answer.payment[i] + answer.matching[i].required


def test_waterfall_of_dongcheng(allocation: Allocation) -> None:
    steps = waterfall_steps(allocation, 0)
    assert [(step.name, format_wan(step.label_fen)) for step in steps] == [
        ("民生微实事·应分配额", "495.984441"),
        ("已拨试点经费", "-200.000000"),
        ("民生微实事·本次核拨额", "295.984441"),
        ("民生微心愿·应分配额", "112.638721"),
        ("本次核拨合计", "408.623162"),
        ("应配套金额", "408.623162"),
        ("核拨与配套合计", "817.246324"),
    ]


def test_waterfall_says_what_is_outstanding(drawn: dict[str, Figure]) -> None:
    notes = "\n".join(text.get_text() for text in drawn["waterfall"].texts)
    assert "待收回 35.60 万元" in notes


def test_waterfall_of_an_unknown_town(allocation: Allocation) -> None:
    with pytest.raises(KeyError, match="广州市"):
        plots.waterfall(allocation, "广州市")


def test_every_town_has_its_own_square(recipients: Recipients) -> None:
    assert set(tiles()) == set(recipients.towns)
    assert len(set(tiles().values())) == 33


def test_map_shows_every_town(allocation: Allocation, drawn: dict[str, Figure]) -> None:
    shown = labels(drawn["map"])
    assert set(allocation.recipients.towns) <= shown
    assert {wan_text(fen) for fen in allocation.payment} <= shown


def some_fund(n: int) -> Allocation:
    scheme = Scheme.from_toml(
        '[scheme]\nname = "某基金"\nstatus = "official"\n[[pool]]\nid = "p"\nname = "池"\n'
        'budget = "10000000"\nfactors = [{ column = "people", weight = 1 }]\n'
    )
    towns = [f"第{i}县" for i in range(n)]
    return allocate(Recipients.from_columns(towns, {"people": range(1, n + 1)}), scheme)


def test_map_is_only_for_towns_with_a_layout() -> None:
    answer = some_fund(33)
    assert not plots.has_map(answer.recipients.towns)
    with pytest.raises(ValueError, match="no layout"):
        plots.tile_map(answer)


def test_long_lists_show_the_first_rows_and_say_so() -> None:
    figure = plots.ranked_bars(some_fund(200))
    assert len(row_names(figure)) == MOST_ROWS
    assert row_names(figure)[0] == "第199县"
    assert "共 200 个，只画出前 60 个" in "\n".join(text.get_text() for text in figure.texts)


def test_one_recipient_without_pilot_or_match(tmp_path: Path) -> None:
    answer = some_fund(1)
    plots.save(plots.ranked_bars(answer), tmp_path / "bars.pdf")
    assert [step.name for step in waterfall_steps(answer, 0)] == ["池·应分配额"]


@pytest.mark.parametrize("kind", list(DRAWERS))
def test_placeholders_are_named(kind: str, recipients: Recipients, scheme: Scheme) -> None:
    marked = replace(recipients, status={"aid_demand": ("示例",) * 33})
    figure = DRAWERS[kind](allocate(marked, scheme))
    notes = "\n".join(text.get_text() for text in figure.texts)
    assert "示例数据（帮扶需求）" in notes


def test_dumbbell_writes_the_differences(recipients: Recipients, scheme: Scheme) -> None:
    three = Recipients.from_columns(recipients.towns[:3], {})
    sides = ("甲", (300 * FEN, 200 * FEN, 0)), ("乙", (200 * FEN, 300 * FEN, 0))
    assert labels(plots.dumbbell(three, scheme, *sides)) == {"-100.00", "+100.00", "0.00"}


def test_bands_pair_the_levels_from_outside_in(scheme: Scheme) -> None:
    levels = {0.05: [1 * FEN], 0.25: [2 * FEN], 0.5: [4 * FEN], 0.75: [5 * FEN], 0.95: [9 * FEN]}
    one = Recipients.from_columns(["甲"], {})
    figure = plots.quantile_bands(one, scheme, levels, [3 * FEN])
    assert bars(figure) == [[8 * FEN], [3 * FEN]]
    names = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert names == ["5%–95% 分位", "25%–75% 分位", "中位数", "现行方案"]


def test_lorenz_encloses_the_gini_coefficient(allocation: Allocation) -> None:
    """Half the square less the area under the curve is half the Gini coefficient."""
    units, amounts = allocation.recipients.numbers["population"], allocation.payment
    x, y = lorenz_points(units, amounts)
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    area = sum(
        (b - a) * (c + d) / 2 for (a, b), (c, d) in zip(pairwise(x), pairwise(y), strict=True)
    )
    people, money = sum(units), sum(amounts)
    per_head = [a / p for a, p in zip(amounts, units, strict=True)]
    differences = sum(
        units[i] * units[j] * abs(per_head[i] - per_head[j]) for i in range(33) for j in range(33)
    )
    gini = differences / (2 * people * money)
    assert 1 - 2 * area == pytest.approx(float(gini), rel=1e-12)


def test_a_figure_shows_itself_in_a_notebook(drawn: dict[str, Figure]) -> None:
    assert drawn["lorenz"]._repr_png_().startswith(b"\x89PNG")


def test_a_deduction_is_no_pilot_and_a_round_is_not_all() -> None:
    table = Recipients.from_columns(["甲镇", "乙镇"], {"people": [1, 1], "owed": [5, 50]})
    text = """
scheme = { name = "资金" }
paid = [{ town = "甲镇", amount = "1" }]
settlement = [{ pool = "p", deduct = "owed" }]
[[pool]]
id = "p"
name = "资金"
budget = "60"
sources = [{ name = "市财政", amount = "60" }]
factors = [{ column = "people", weight = "1" }]
"""
    found = allocate(table, Scheme.from_toml(text))
    figures = plots.stacked_sources(found), plots.ranked_bars(found), plots.waterfall(found, "乙镇")
    told = ["\n".join(part.get_text() for part in one.findobj(Text)) for one in figures]
    assert not any("试点" in one or "本次核拨" in one for one in told)
    assert "应核拨额（由多到少）" in told[1]
    assert "扣减" in told[2]
    assert "另有待收回" in told[2]
