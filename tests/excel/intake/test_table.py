"""Tables as real files have them: titles, units, totals, notes, spellings."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from allocator import InputError, Problem, Recipients, Scheme, allocate, load
from allocator.dongguan.roster import TOWNS
from tests.excel.files.packages import save, sheet_xml, text_cell, xlsx

SCHEME = """
[scheme]
name = "某资金"
[[pool]]
id = "a"
name = "甲"
budget = "100.00"
factors = [{ column = "population", weight = 1 }]
"""


def read(
    folder: Path, lines: Sequence[str], scheme: str = SCHEME, name: str = "表.csv"
) -> tuple[Recipients, Scheme]:
    table = save(folder, name, "\n".join(lines).encode())
    return load(table, save(folder, "方案.toml", scheme.encode()))


def problems(folder: Path, lines: Sequence[str], scheme: str = SCHEME) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(folder, lines, scheme)
    return list(caught.value.problems)


def brief(found: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(p.code, p.place.cell) for p in found if not p.is_note]


def odd(table: Recipients) -> list[Problem]:
    """What was found odd, without what is only said."""
    return [warning for warning in table.warnings if not warning.is_note]


def notes(table: Recipients) -> list[str]:
    """What the reader did on its own."""
    return [warning.message for warning in table.warnings if warning.is_note]


class TestLayout:
    def test_titles_units_blank_rows_totals_and_notes(self, tmp_path: Path) -> None:
        table, _ = read(
            tmp_path,
            [
                "附件1,,",
                "某市某年人口情况表,,",
                "制表单位：某局,,单位：万人",
                ",,",
                "序号,单 位 名 称,人口（万人）",
                "1,甲县, 59.7192 ",
                ",,",
                '2,　乙县\u200b,"１,０００"',
                "3,丙县,0.5",
                ",合  计,1060.2192",
                "注：人口为年末数,,",
                "填表人：张三,审核人：李四,2020年6月30日",
            ],
        )
        assert table.towns == ("甲县", "乙县", "丙县")
        assert table.numbers["population"] == (597192, 10_000_000, 5_000)
        assert table.header("population") == "人口（人）"
        assert table.place("population", 1).cell == "C8"
        assert odd(table) == []
        assert notes(table) == [
            "第 11、12 行是说明或落款，未作为镇街",
            "第 10 行是“合 计”，未作为镇街",
            "“人口（万人）”已由万人换算为人",
        ]

    def test_a_total_that_is_not_the_sum_is_asked_about(self, tmp_path: Path) -> None:
        found = problems(tmp_path, ["单位,人口", "甲,1", "乙,2", "总计,4"])
        assert brief(found) == [("table.total", "B4")]
        assert found[-1].is_doubt

    @pytest.mark.parametrize(
        "label", ["小计", "合计（2个）", "全市合计", "Total", "TOTAL POPULATION"]
    )
    def test_labels_of_totals(self, tmp_path: Path, label: str) -> None:
        assert read(tmp_path, ["单位,人口", "甲,1", "乙,2", f"{label},3"])[0].towns == ("甲", "乙")

    def test_two_header_rows(self, tmp_path: Path) -> None:
        table, _ = read(tmp_path, ["单位,人口,面积", ",（万人）,公顷", "甲,1,100", "乙,2,300"])
        assert table.numbers == {"population": (10_000, 20_000), "area": (1, 3)}
        assert table.place("area").cell == "C2"

    def test_a_header_repeated_on_each_page(self, tmp_path: Path) -> None:
        lines = ["单位,人口", "甲,1", "单位,人口", "乙,2"]
        assert read(tmp_path, lines)[0].towns == ("甲", "乙")

    def test_a_second_table_below(self, tmp_path: Path) -> None:
        lines = ["单位,人口", "甲,1", "", "单位,面积", "乙,2"]
        assert ("table.second_table", "第4行") in brief(problems(tmp_path, lines))

    def test_a_note_is_no_town_but_a_town_without_figures_is_a_mistake(
        self, tmp_path: Path
    ) -> None:
        lines = ["单位,人口", "甲,1", "乙,", "注：丙除外,"]
        assert brief(problems(tmp_path, lines)) == [("table.blank", "B3")]

    def test_a_title_without_commas_above_a_csv(self, tmp_path: Path) -> None:
        lines = ["某表，甲、乙；丙", "单位名称\t人口", '甲县\t"1,234,567"', '乙县\t"1,000,000"']
        assert read(tmp_path, lines)[0].numbers["population"] == (1234567, 1000000)

    @pytest.mark.parametrize("numbers", ["栏次,,1,2", "甲,乙,1,2", "1,2,3,4"])
    def test_numbers_of_columns_are_no_town(self, tmp_path: Path, numbers: str) -> None:
        lines = ["序号,单位名称,人口,面积", numbers, "1,甲县,5,6", "2,乙县,7,8"]
        table, _ = read(tmp_path, lines)
        assert table.towns == ("甲县", "乙县")
        assert "第 2 行是各列的编号（栏次），未作为镇街" in notes(table)

    def test_a_total_by_another_name(self, tmp_path: Path) -> None:
        lines = ["单位名称,人口,面积", "全市,60,16.01", "甲县,10,5", "乙县,20,9", "丙县,30,2"]
        assert len(read(tmp_path, lines)[0]) == 3
        small = ["某市,61,16", "甲县,11,5", "乙县,20,9", "丙县,30,2"]
        found = problems(tmp_path, [lines[0], *small])
        assert [(p.code, p.value, p.is_doubt) for p in found if not p.is_note] == [
            ("table.sum_row", "某市", True)
        ]
        large = [
            "某市,60171,1601.51",
            "甲县,10034,500.25",
            "乙县,20019,900.13",
            "丙县,30118,201.13",
        ]
        table, _ = read(tmp_path, [lines[0], *large])
        assert table.towns == ("甲县", "乙县", "丙县")
        assert "第 2 行是“某市”，等于甲县、乙县、丙县之和，未作为镇街" in notes(table)
        lines[1] = "某市,60,17"
        assert odd(read(tmp_path, lines)[0]) == []


class TestUnits:
    @pytest.mark.parametrize(
        ("header", "value", "column", "canonical"),
        [
            ("GDP（万元）", "5956200", "gdp", Fraction("595.62")),
            ("地区生产总值(元)", "59562000000", "gdp", Fraction("595.62")),
            ("2020年经济总量（亿元）", "595.62", "gdp", Fraction("595.62")),
            ("面积（亩）", "1500", "area", 1),
            ("土地面积（km²）", "1.5", "area", Fraction(3, 2)),
            ("常住人口（万人）", "59.7192", "population", 597192),
        ],
    )
    def test_conversion_is_exact(
        self, tmp_path: Path, header: str, value: str, column: str, canonical: Fraction
    ) -> None:
        lines = [f"单位,{header}", f"甲,{value}", f"乙,{value}"]
        table, _ = read(tmp_path, lines, SCHEME.replace("population", column))
        assert table.numbers[column] == (canonical, canonical)

    def test_money_is_fen(self, tmp_path: Path) -> None:
        lines = [
            "单位,人口,是否试点,试点剩余（万元）,已配套金额",
            "甲,1,√,12.345678,100.01",
            "乙,2,,,",
        ]
        table, _ = read(tmp_path, lines)
        assert table.unspent == (12345678, 0)
        assert table.raised == (10001, None)
        assert table.pilot == (True, False)

    def test_the_unit_in_the_title_holds_for_money(self, tmp_path: Path) -> None:
        table, _ = read(tmp_path, ["表,单位：万元", "单位,人口,已配套", "甲,1,2", "乙,2,3"])
        assert table.raised == (2_000_000, 3_000_000)
        assert table.numbers["population"] == (1, 2)

    def test_percent_and_exact_text(self, tmp_path: Path) -> None:
        lines = [
            "单位,工作量,单独配套比例,单独配套理由",
            "甲,12345678901234567.25,50%,批复",
            "乙,1,,",
        ]
        table, _ = read(tmp_path, lines, SCHEME.replace("population", "工作量"))
        assert table.numbers["工作量"][0] == Fraction("12345678901234567.25")
        assert table.match_rate == (Fraction(1, 2), None)

    def test_digits_that_a_cell_has_lost(self, tmp_path: Path) -> None:
        rows = (
            f'<row r="1">{text_cell("A1", "单位")}{text_cell("B1", "人口")}</row>'
            f'<row r="2">{text_cell("A2", "甲")}<c r="B2"><v>12345678901234567</v></c></row>'
        )
        path = save(tmp_path, "表.xlsx", xlsx({"表": sheet_xml(rows)}))
        table, _ = load(path, save(tmp_path, "方案.toml", SCHEME.encode()))
        assert brief(table.warnings) == [("table.precision", "B2")]

    @pytest.mark.parametrize(
        "title",
        [
            "单位：万元",
            "填报单位：某局（盖章）　单位：万元",
            "单位：万元、人",
            "单位：万元  日期：2020年6月30日",
            "（单位：人民币万元）",
            "单位：,,万元",
        ],
    )
    def test_the_unit_of_money_in_a_title_holds_for_every_sum(
        self, tmp_path: Path, title: str
    ) -> None:
        scheme = SCHEME.replace("factors", 'floor = "保底"\nfactors')
        lines = ["某表", title, "单位名称,人口,是否试点,试点剩余,保底"]
        table, _ = read(tmp_path, [*lines, "甲县,1,是,35.6,0.001", "乙县,2,否,,0.002"], scheme)
        assert table.unspent == (35600000, 0)
        assert table.numbers["保底"] == (10, 20)

    def test_several_units_of_money_leave_a_sum_open(self, tmp_path: Path) -> None:
        lines = ["单位：亿元、万元,", "单位名称,人口,GDP（亿元）,是否试点,试点剩余"]
        scheme = SCHEME + '[pilot]\npool = "a"\nadvance = "5.00"\n'
        found = problems(tmp_path, [*lines, "甲县,1,2,是,3"], scheme)
        assert brief(found) == [("table.unit", "E2")]

    def test_a_rate_in_a_column_of_percentages(self, tmp_path: Path) -> None:
        header = "单位名称,人口,单独配套比例（%）"
        table, _ = read(tmp_path, [header, "甲县,1,5", "乙县,2,50%", "丙县,3,0"])
        assert table.match_rate == (Fraction(1, 20), Fraction(1, 2), Fraction(0))
        scheme = SCHEME + '[matching]\n[matching.rates]\n"一类" = "100%"\n'
        found = problems(tmp_path, [header + ",类别", "甲县,1,0.5,一类"], scheme)
        assert brief(found) == [("table.rate", "C2")]


class TestTowns:
    def lines(self, **renamed: str) -> list[str]:
        return [
            "镇街,人口",
            *(f"{renamed.get(town, town)},{i + 1}" for i, town in enumerate(TOWNS)),
        ]

    def test_names_as_they_are_written(self, tmp_path: Path) -> None:
        spelled = {
            "东城街道": "东莞市东城区",
            "道滘镇": "道窖",
            "高埗镇": "高步镇",
            "塘厦镇": "塘廈鎮",
            "松山湖": "松山湖高新区",
            "莞城街道": "莞 城 街道办事处",
        }
        assert read(tmp_path, self.lines(**spelled))[0].towns == TOWNS

    def test_without_an_order_column_the_roster_gives_the_order(self, tmp_path: Path) -> None:
        header, *lines = self.lines()
        shuffled = [header, *lines[20:], *lines[:20]]
        assert read(tmp_path, shuffled)[0] == read(tmp_path, self.lines())[0]

    def test_unknown_and_missing_towns(self, tmp_path: Path) -> None:
        found = problems(tmp_path, self.lines(虎门镇="虎闷镇"))
        assert brief(found) == [("table.unknown_town", "A25"), ("table.missing_town", "A1")]
        assert "虎门镇" in found[0].remedy
        assert "虎门镇" in found[1].message

    def test_two_spellings_of_one_town(self, tmp_path: Path) -> None:
        found = problems(tmp_path, [*self.lines(), "东城区,5"])
        assert brief(found) == [("table.duplicate_town", "A35")]

    def test_a_scheme_may_state_fewer_towns(self, tmp_path: Path) -> None:
        scheme = SCHEME.replace('"某资金"', '"某资金"\nrecipients = 20')
        assert len(read(tmp_path, self.lines()[:21], scheme)[0]) == 20
        found = problems(tmp_path, self.lines()[:20], scheme)
        assert {problem.code for problem in found} >= {"table.missing_town", "table.count"}

    def test_other_places_are_taken_as_they_are(self, tmp_path: Path) -> None:
        table, _ = read(tmp_path, ["state,population", "Ohio,1", "=cmd|' /C calc'!A0,2"])
        assert table.towns == ("Ohio", "=cmd|' /C calc'!A0")

    def test_names_that_differ_in_blanks_only(self, tmp_path: Path) -> None:
        lines = ["单位名称,人口", "甲县(区),1", "甲 县（区）,2", "乙县,3"]
        assert brief(problems(tmp_path, lines)) == [("table.alike", "A3")]

    def test_a_few_units_of_the_roster(self, tmp_path: Path) -> None:
        lines = ["单位名称,人口", *(f"{town},1" for town in TOWNS[:16])]
        assert brief(problems(tmp_path, lines)) == [("table.few_towns", "A1")]
        stated = SCHEME.replace("[[pool]]", "recipients = 16\n[[pool]]")
        assert odd(read(tmp_path, lines, stated)[0]) == []


class TestColumns:
    def test_pilot_towns_without_a_column_of_unspent_sums(self, tmp_path: Path) -> None:
        scheme = SCHEME + '[pilot]\npool = "a"\nadvance = "5.00"\n'
        lines = ["单位名称,人口,是否试点,剩余资金（元）", "甲县,1,是,3", "乙县,2,否,"]
        table, _ = read(tmp_path, lines, scheme)
        assert [w.code for w in odd(table)] == ["table.no_unspent"]
        lines[0] = "单位名称,人口,是否试点,试点剩余金额（元）"
        assert read(tmp_path, lines, scheme)[0].unspent == (300, 0)

    def test_a_column_of_the_funds_own(self, tmp_path: Path) -> None:
        scheme = SCHEME.replace("population", "低保对象（人）")
        table, rules = read(tmp_path, ["单位,低保对象(万人),备注", "甲,1,x", "乙,2,"], scheme)
        assert table.numbers == {"低保对象（人）": (10_000, 20_000)}
        assert allocate(table, rules).pools[0].entitlement == (3333, 6667)

    def test_columns_of_one_name(self, tmp_path: Path) -> None:
        found = problems(tmp_path, ["单位,人口,人 口（人）", "甲,1,2"])
        assert brief(found) == [("table.duplicate_header", "C1")]

    def test_a_missing_column_names_the_factor(self, tmp_path: Path) -> None:
        (found,) = [p for p in problems(tmp_path, ["单位,面积", "甲,1"]) if not p.is_note]
        assert found.code == "table.missing_column"
        assert found.place.cell == "pool[0].factors[0].column"
        assert "人口（人）" in found.message

    def test_an_empty_column_is_one_mistake(self, tmp_path: Path) -> None:
        found = problems(tmp_path, ["单位,人口", "甲,", "乙,", "丙,"])
        assert brief(found) == [("table.blank", "B1")]

    @pytest.mark.parametrize("cell", ["", "约3", "#N/A"])
    def test_a_column_that_nothing_needs_may_hold_anything(self, tmp_path: Path, cell: str) -> None:
        table, _ = read(tmp_path, ["单位,人口,面积", "甲,1,-3", f"乙,2,{cell}"])
        assert "area" not in table.numbers
        assert notes(table) == ["没有采用的列：面积"]
        assert odd(table) == []

    def test_the_status_of_single_figures(self, tmp_path: Path) -> None:
        lines = ["单位,人口（人）,人口·数据状态,population_note", "甲,1,公布,", "乙,2,示例,"]
        table, _ = read(tmp_path, lines)
        assert table.status == {"population": ("公布", "示例")}


class TestAllAtOnce:
    def test_table_and_scheme_in_one_run(self, tmp_path: Path) -> None:
        scheme = SCHEME.replace("weight = 1", "weight = 0.9").replace("100.00", "一百")
        found = problems(tmp_path, ["单位,人口", "甲,约1", "甲,-2", "丙,"], scheme)
        assert brief(found) == [
            ("scheme.amount", "pool[0].budget"),
            ("scheme.weights", "pool[0].factors"),
            ("table.blank", "B4"),
            ("table.text", "B2"),
            ("table.duplicate_town", "A3"),
            ("table.negative", "B3"),
        ]

    def test_without_a_scheme(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as caught:
            load(save(tmp_path, "表.csv", "单位,人口\n甲,约1\n".encode()))
        assert "scheme.none" in {problem.code for problem in caught.value.problems}

    def test_a_broken_toml_and_a_broken_table(self, tmp_path: Path) -> None:
        found = problems(tmp_path, ["单位,面积", ",5"], "name = [")
        assert {problem.code for problem in found} >= {"toml", "table.no_name"}


class TestSheets:
    def workbook(self, folder: Path, *names: str, hidden: tuple[str, ...] = ()) -> Path:
        rows = (
            f'<row r="1">{text_cell("A1", "单位")}{text_cell("B1", "人口")}</row>'
            f'<row r="2">{text_cell("A2", "甲")}<c r="B2"><v>5</v></c></row>'
            f'<row r="3" hidden="1">{text_cell("A3", "乙")}<c r="B3"><v>6</v></c></row>'
        )
        return save(folder, "表.xlsx", xlsx(dict.fromkeys(names, sheet_xml(rows)), hidden=hidden))

    def load(self, folder: Path, *names: str, hidden: tuple[str, ...] = ()) -> Recipients:
        path = self.workbook(folder, *names, hidden=hidden)
        return load(path, save(folder, "方案.toml", SCHEME.encode()))[0]

    def test_hidden_rows_are_read_and_named(self, tmp_path: Path) -> None:
        table = self.load(tmp_path, "表")
        assert table.towns == ("甲", "乙")
        assert brief(table.warnings) == [("table.hidden_rows", "第3行")]

    def test_the_known_name_wins(self, tmp_path: Path) -> None:
        assert self.load(tmp_path, "旧表", "镇街基础数据").origin.sheet == "镇街基础数据"

    def test_several_candidates(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="一月、二月"):
            self.load(tmp_path, "一月", "二月")

    def test_hidden_sheets_are_left_out_and_named(self, tmp_path: Path) -> None:
        table = self.load(tmp_path, "一月", "二月", hidden=("二月",))
        assert table.origin.sheet == "一月"
        assert "table.hidden_sheet" in {problem.code for problem in table.warnings}

    def test_a_hidden_sheet_that_is_the_only_one(self, tmp_path: Path) -> None:
        table = self.load(tmp_path, "一月", hidden=("一月",))
        assert table.origin.sheet == "一月"
        assert "table.hidden_sheet" in {problem.code for problem in table.warnings}
