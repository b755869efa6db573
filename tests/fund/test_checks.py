"""Every mistake of a table under a scheme, each with its cell."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from allocator import Fen, InputError, Recipients, Scheme, allocate
from allocator.base.problems import Place, Problem
from allocator.engine.refusals import check, check_bounds
from allocator.fund.recipients import Origin
from allocator.fund.rules import Factor, Matching, Pilot, Pool

ORIGIN = Origin("表.xlsx", "数据", {"town": "B", "area": "C", "gdp": "D"}, (3, 4, 5), 2)
LETTERS = dict(
    zip(("economic_class", "pilot", "unspent", "match_rate", "least"), "EFGHI", strict=True)
)
POOL = Pool("a", "甲池", Fen(10000), (Factor(Fraction(1), "area"),))


def table(towns: tuple[str, ...] = ("甲", "乙", "丙"), **columns: Any) -> Recipients:
    numbers = {"area": [1, 2, 3], "gdp": [4, 5, 6]} | columns.pop("numbers", {})
    origin = replace(ORIGIN, columns={**ORIGIN.columns, **LETTERS})
    return Recipients.from_columns(towns, numbers, origin=origin, **columns)


def fund(
    *factors: Factor, pilot: Pilot | None = None, matching: Matching | None = None, **pool: Any
) -> Scheme:
    one = replace(POOL, factors=factors or POOL.factors, **pool)
    places = {"pool[0].budget": Place("方案.toml", "", "pool[0].budget")}
    return Scheme("S", (one,), pilot=pilot, matching=matching, places=places)


def found(recipients: Recipients, scheme: Scheme) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.cell) for problem in check(recipients, scheme)]


ONE = Fraction(1)
AREA = Factor(ONE, "area")
PILOT = Pilot("a", Fen(2000))


def test_a_sound_table_has_no_mistakes() -> None:
    assert found(table(), fund()) == []


@pytest.mark.parametrize(
    ("recipients", "scheme", "code", "cell"),
    [
        (table(), fund(Factor(ONE, "aera")), "table.missing_column", "pool[0].factors[0].column"),
        (
            table(),
            fund(Factor(ONE, "area", per="heads")),
            "table.missing_column",
            "pool[0].factors[0].column",
        ),
        (table(), fund(floor="least"), "formula.name", ""),
        (table(), fund(cap="most"), "formula.name", ""),
        (table(), fund(pilot=Pilot("a", "paid")), "formula.name", ""),
        (
            table(unspent=[Fen(1), Fen(2), Fen(3)]),
            fund(pilot=Pilot("a", "paid")),
            "formula.name",
            "",
        ),
        (table(), fund(matching=Matching({"一类": ONE})), "table.missing_column", "E2"),
        (table(), fund(Factor(ONE, coefficients={"一类": ONE})), "table.missing_column", "E2"),
        (table(("甲", "乙", "甲")), fund(), "table.duplicate_town", "B5"),
        (table(numbers={"gdp": [4, -5, 6]}), fund(Factor(ONE, "gdp")), "table.negative", "D4"),
        (
            table(numbers={"gdp": [4, 0, 6]}),
            fund(Factor(ONE, "area", per="gdp")),
            "table.zero",
            "D4",
        ),
        (
            table(numbers={"gdp": [4, 5, 0]}),
            fund(Factor(ONE, "gdp", direction="inverse")),
            "table.zero",
            "D5",
        ),
        (
            table(economic_class=["一类"] * 3),
            fund(Factor(ONE, coefficients={"一类": Fraction(0)}, direction="inverse")),
            "table.zero",
            "pool[0].factors[0].column",
        ),
        (
            table(numbers={"area": [0, 0, 0]}),
            fund(),
            "table.zero_total",
            "pool[0].factors[0].column",
        ),
        (
            table(numbers={"area": [0, 0, 3], "gdp": [4, 5, 0]}),
            fund(Factor(ONE, "area", scale="gdp")),
            "table.zero_total",
            "pool[0].factors[0].column",
        ),
        (
            table(numbers={"gdp": [0, 0, 0]}),
            fund(Factor(ONE, "area", direction="inverse", scale="gdp")),
            "table.zero_total",
            "pool[0].factors[0].column",
        ),
        (
            table(economic_class=["一类", "一类", "一类"]),
            fund(Factor(ONE, coefficients={"一类": Fraction(0)})),
            "table.zero_total",
            "pool[0].factors[0].column",
        ),
        (
            table(economic_class=["一类", "", "九类"]),
            fund(matching=Matching({"一类": ONE})),
            "table.unknown_class",
            "E4",
        ),
        (
            table(economic_class=["一类", "二类", "一类"]),
            fund(
                Factor(ONE, coefficients={"一类": ONE}),
                matching=Matching({"一类": ONE, "二类": ONE}),
            ),
            "table.unknown_class",
            "E4",
        ),
        (
            table(pilot=[True, False, True], unspent=[Fen(2001), Fen(0), Fen(5)]),
            fund(pilot=PILOT),
            "table.unspent",
            "G3",
        ),
        (
            table(pilot=[True, False, True], unspent=[Fen(1), Fen(3), Fen(5)]),
            fund(pilot=PILOT),
            "table.unspent",
            "G4",
        ),
        (
            table(pilot=[True, False, True], unspent=[Fen(1), Fen(0), Fen(-5)]),
            fund(pilot=PILOT),
            "table.negative",
            "G5",
        ),
        (table(), fund(pilot=PILOT), "table.no_pilot", "F2"),
        (
            table(numbers={"least": [1, Fraction(1, 3), 2]}),
            fund(floor="least"),
            "table.decimals",
            "I4",
        ),
        (
            table(numbers={"least": [1, Fraction(1, 3), 2]}),
            fund(pilot=Pilot("a", "least")),
            "table.decimals",
            "I4",
        ),
        (table(match_rate=[None, ONE, None]), fund(), "table.reason", "H4"),
        (
            table(match_rate=[None, -ONE, None], match_reason=["", "x", ""]),
            fund(),
            "table.negative",
            "H4",
        ),
        (table(status={"gdp": ["示例", "公布", "示例"]}), fund(), "table.placeholder", "D2"),
        (table(), replace(fund(), recipients=4), "table.count", "B2"),
    ],
)
def test_each_mistake_is_found_once_at_its_cell(
    recipients: Recipients, scheme: Scheme, code: str, cell: str
) -> None:
    assert (code, cell) in found(recipients, scheme)
    assert [c for c, _ in found(recipients, scheme)].count(code) == (
        2 if cell == "E4" and recipients.economic_class[2] == "九类" else 1
    )


@pytest.mark.parametrize(
    ("recipients", "scheme", "words"),
    [
        (table(), fund(Factor(ONE, "aera")), "“甲池”的因素需要“aera”一列，数据表中没有"),
        (table(("甲", "乙", "甲")), fund(), "“甲”重复出现"),
        (
            table(numbers={"gdp": [4, -5, 6]}),
            fund(Factor(ONE, "gdp")),
            "乙的“经济总量（亿元）”为负数（现为：-5）",
        ),
        (
            table(economic_class=["一类", "", "一类"]),
            fund(matching=Matching({"一类": ONE})),
            "乙的“经济指标类别”不在分配方案之列（现为：空白）。可填：一类",
        ),
        (
            table(pilot=[True, False, True], unspent=[Fen(2001), Fen(0), Fen(0)]),
            fund(pilot=PILOT),
            "甲的试点剩余超过已拨试点经费 20.00 元（现为：20.01）",
        ),
        (
            table(status={"gdp": ["示例", "公布", "示例"]}),
            fund(),
            "“经济总量（亿元）”有 2 个示例数据，不是真实数据",
        ),
    ],
)
def test_the_words_say_who_and_what(recipients: Recipients, scheme: Scheme, words: str) -> None:
    (problem,) = check(recipients, scheme)
    assert words in str(problem)


def test_an_empty_table() -> None:
    empty = Recipients.from_columns([], {"area": []})
    assert found(empty, fund()) == [("table.empty", "")]


def test_only_mistakes_stop_the_run() -> None:
    warned = table(status={"gdp": ["示例", "公布", "示例"]})
    assert [problem.code for problem in allocate(warned, fund()).warnings] == ["table.placeholder"]
    with pytest.raises(InputError) as error:
        allocate(table(("甲", "甲", "丙"), numbers={"area": [1, -1, 1]}), fund())
    assert [p.code for p in error.value.problems] == ["table.duplicate_town", "table.negative"]


def test_a_column_that_no_rule_reads_is_nobodys_business() -> None:
    assert check(table(numbers={"gdp": [4, -5, 6]}), fund()) == []


def bounds(scheme: Scheme, recipients: Recipients | None = None) -> list[str]:
    problems = check(recipients or table(), scheme)
    assert {problem.place.cell for problem in problems} <= {"pool[0].budget"}
    return [problem.message for problem in problems]


@pytest.mark.parametrize(
    ("scheme", "message"),
    [
        (fund(floor=Fen(3400)), "“甲池”的保底合计超出可分配额 2.00 元"),
        (fund(base=Fen(4000)), "“甲池”的保底合计超出可分配额 20.00 元"),
        (fund(cap=Fen(3000)), "“甲池”的上限合计不足，尚有 10.00 元无法分配"),
        (fund(floor=Fen(20), cap="gdp"), "“甲池”的上限合计不足，尚有 85.00 元无法分配"),
        (fund(floor=Fen(600), cap="gdp"), "“甲池”中甲的下限高于上限 4.00 元"),
    ],
)
def test_bounds_that_cannot_be_met_say_by_how_much(scheme: Scheme, message: str) -> None:
    assert message in bounds(scheme)


@pytest.mark.parametrize(
    ("pilot", "message"),
    [
        (Pilot("a", Fen(5100)), "“甲池”的保底（含试点经费）合计超出可分配额 2.00 元"),
        (Pilot("a", Fen(5100), below_advance="carry"), None),
        (Pilot("a", Fen(5100), "remainder"), "“甲池”的试点经费合计超过预算"),
    ],
)
def test_advances_count_as_the_reading_says(pilot: Pilot, message: str | None) -> None:
    towns = table(pilot=[True, False, True])
    assert bounds(fund(pilot=pilot), towns) == ([] if message is None else [message])


def test_bounds_of_a_pool_without_a_place() -> None:
    (problem,) = check_bounds(
        table(), replace(fund(cap=Fen(1)), places={}), fund(cap=Fen(1)).pools[0], None
    )
    assert isinstance(problem, Problem)
    assert problem.place == Place()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        # 33.34 each in whole yuan is 34: 102 of 100; 33.40 at most is 33: 99 of 100.
        ({"floor": Fen(3333)}, "“甲池”的下限取整后合计超出可分配额 2.00 元"),
        ({"cap": Fen(3340)}, "“甲池”的上限取整后合计不足，尚有 1.00 元无法分配"),
        ({"floor": Fen(1310), "cap": "narrow"}, "“甲池”有镇街的下限取整后高于上限"),
    ],
)
def test_bounds_that_fail_only_in_whole_units(options: dict[str, Any], message: str) -> None:
    towns = table(numbers={"narrow": [Fraction(1390, 100), 90, 90]})
    with pytest.raises(InputError) as error:
        allocate(towns, fund(unit=Fen(100), **options))
    assert [problem.message for problem in error.value.problems] == [message]


def test_a_refused_tie_names_the_towns() -> None:
    with pytest.raises(InputError) as error:
        allocate(table(numbers={"area": [1, 1, 1]}), fund(tie="refuse"))
    (problem,) = error.value.problems
    assert problem.code == "tie"
    assert problem.message == "“甲池”取整时 甲、乙、丙 的尾数完全相同，按方案停止"


def test_what_is_no_whole_number_of_the_unit_is_said(
    recipients: Recipients, scheme: Scheme
) -> None:
    hundreds = replace(scheme.pools[0], unit=Fen(10_000))
    rules = replace(scheme, pools=(hundreds, *scheme.pools[1:]))
    told = [p for p in check(recipients, rules) if p.code == "scheme.whole_units"]
    assert [p.is_warning for p in told] == [True]
    assert "取整到 100.00 元，但试点经费或试点剩余：" in told[0].message
    assert not [p for p in check(recipients, scheme) if p.code == "scheme.whole_units"]
