"""The town table: official order, headers, cells."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

from allocator import Fen, InputError, Problem, Recipients
from allocator.base.problems import Place, stop_on_errors
from allocator.fund.bounds import amounts, entitlement_bounds, pilot_amounts
from allocator.fund.recipients import Origin
from allocator.fund.rules import Factor, Pilot, Pool
from allocator.fund.scheme import Scheme
from tests.conftest import DATA

POOL = Pool("a", "甲池", Fen(100), (Factor(Fraction(1), "area"),))


def test_rows_are_put_into_official_order_with_all_that_stands_in_them() -> None:
    table = Recipients.from_columns(
        ["丙", "甲", "乙"],
        {"area": [3, 1, 2]},
        order=[3, 1, 2],
        economic_class=["三", "一", "二"],
        pilot=[False, True, False],
        unspent=[Fen(3), Fen(1), Fen(2)],
        raised=[None, Fen(1), Fen(2)],
        match_rate=[None, Fraction(1), None],
        match_reason=["", "因", ""],
        status={"area": ["示例", "公布", "示例"]},
        origin=Origin("f.xlsx", "s", {"area": "C"}, (7, 5, 6), 4),
    )
    assert (table.towns, table.numbers["area"]) == (("甲", "乙", "丙"), (1, 2, 3))
    assert table.economic_class == ("一", "二", "三")
    assert (table.pilot, table.unspent) == ((True, False, False), (1, 2, 3))
    assert (table.raised, table.match_rate) == ((1, 2, None), (Fraction(1), None, None))
    assert table.match_reason == ("因", "", "")
    assert table.placeholders() == {"area": 2}
    assert len(table) == 3
    assert [str(table.place("area", i)) for i in range(3)] == [
        "f.xlsx!s!C5",
        "f.xlsx!s!C6",
        "f.xlsx!s!C7",
    ]


def test_equal_numbers_keep_their_rows() -> None:
    assert Recipients.from_columns(["乙", "甲"], {}, order=[1, 1]).towns == ("乙", "甲")


@pytest.mark.parametrize("column", [[1, 2], []])
def test_columns_of_another_length(column: list[int]) -> None:
    with pytest.raises(ValueError, match=f"column area has {len(column)} rows, the table 3"):
        Recipients.from_columns(["甲", "乙", "丙"], {"area": column})


def test_places_as_exact_as_what_is_known() -> None:
    table = Recipients.from_columns(
        ["甲"], {"area": [1]}, origin=Origin("f", "s", {"area": "C"}, (5,), 4)
    )
    assert table.place("area").cell == "C4"
    assert table.place("gdp").cell == ""
    assert table.place("gdp", 0).cell == "第5行"
    assert str(Recipients.from_columns(["甲"], {"area": [1]}).place("area", 0)) == ""


def test_headers() -> None:
    table = Recipients.from_columns([], {}, headers={"gdp": "经济总量（万元）"})
    assert [table.header(name) for name in ("gdp", "area", "roads")] == [
        *("经济总量（万元）", "行政区划面积（平方公里）", "roads")
    ]


TABLE = Recipients.from_columns(
    ["甲", "乙"], {"area": [1, 1], "least": [Fraction(5, 2), 1]}, pilot=[True, False]
)


@pytest.mark.parametrize(
    ("value", "fen"), [(None, (7, 7)), (Fen(3), (3, 3)), ("least", (250, 100))]
)
def test_an_amount_for_all_or_a_column(value: Fen | str | None, fen: tuple[int, int]) -> None:
    assert amounts(TABLE, value, Fen(7)) == fen


def test_bounds_are_floor_cap_and_what_is_held() -> None:
    assert entitlement_bounds(TABLE, POOL) == ((0, 0), None)
    bounded = Pool("a", "甲池", Fen(100), POOL.factors, floor=Fen(4), cap="least")
    assert entitlement_bounds(TABLE, bounded, (Fen(9), Fen(0))) == ((9, 4), (250, 100))


@pytest.mark.parametrize(
    ("pilot", "advance"),
    [
        (None, (0, 0)),
        (Pilot("a", Fen(9)), (9, 0)),
        (Pilot("a", "least"), (250, 100)),  # a column says itself who was advanced what
    ],
)
def test_advances_by_town(pilot: Pilot | None, advance: tuple[int, int]) -> None:
    assert pilot_amounts(TABLE, Scheme("S", (POOL,), pilot=pilot)) == (advance, (0, 0))


def test_no_pilot_column_is_no_pilot_town() -> None:
    towns = Recipients.from_columns(["甲"], {"area": [1]}, unspent=[Fen(3)])
    assert pilot_amounts(towns, Scheme("S", (POOL,), pilot=Pilot("a", Fen(9)))) == ((0,), (3,))


def test_problems_are_words_with_their_place() -> None:
    wrong = Problem("c", "缺少一列", "请补上", Place("表.xlsx", "数据", "B2"), "12")
    assert str(wrong) == "[表.xlsx!数据!B2] 缺少一列（现为：12）。请补上"
    hint = Problem("w", "示例数据", "请换成真实数据", is_warning=True)
    assert str(hint) == "示例数据。请换成真实数据"
    assert stop_on_errors([hint]) == (hint,)
    with pytest.raises(InputError) as error:
        stop_on_errors([hint, wrong])
    assert error.value.problems == (hint, wrong)
    assert str(error.value) == f"{hint}\n{wrong}"


def test_input_errors_cross_processes_whole() -> None:
    import pickle

    error = InputError([Problem("c", "a", "b")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301 - our own


def test_a_frame_reads_like_the_file(recipients: Recipients) -> None:
    """pandas' own reading of the sample, with NaN where cells are blank and floats for numbers."""
    frame = pd.read_csv(DATA / "dongguan-2020.csv", encoding="utf-8-sig")
    found = Recipients.from_frame(frame)
    assert found.towns == recipients.towns
    assert {name: found.numbers[name] for name in recipients.numbers} == recipients.numbers
    assert found.economic_class == recipients.economic_class
    assert found.pilot == recipients.pilot
    assert found.unspent == recipients.unspent


def test_a_frame_of_ones_own_by_index_and_any_known_header() -> None:
    frame = pd.DataFrame(
        {"面积": [1.5, 2], "学生数": [10, 20], "备注": ["好", ""], "已配套": [None, 0.05]},
        index=pd.Index(["甲", "乙"], name="学校"),
    )
    found = Recipients.from_frame(frame)
    assert found.towns == ("甲", "乙")
    assert found.numbers == {"area": (Fraction(3, 2), 2), "学生数": (10, 20)}
    assert found.raised == (None, 5)
    assert found.header("学生数") == "学生数"


def test_mistakes_of_a_frame_are_told_together() -> None:
    frame = pd.DataFrame({"经济总量（万元）": [1, 2], "人口": [3, None], "试点": ["是", "也许"]})
    with pytest.raises(InputError) as caught:
        Recipients.from_frame(frame)
    assert [problem.code for problem in caught.value.problems] == [
        "frame.unit",
        "frame.blank",
        "frame.value",
        "frame.town",
    ]


def test_a_frame_with_units_in_brackets_and_a_column_twice() -> None:
    frame = pd.DataFrame({"镇街": ["甲"], "经济总量(亿元)": [3], "人口": [5], "population": [6]})
    assert Recipients.from_frame(frame.iloc[:, :3]).numbers == {"gdp": (3,), "population": (5,)}
    with pytest.raises(InputError, match="“population”与前面的一列重复"):
        Recipients.from_frame(frame)
