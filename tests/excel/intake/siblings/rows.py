"""Rows that are no recipients, under any label, at any place, in small and large tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.excel.intake.siblings.base import Line, Lines, Paid, Sibling, shares, text_file


@dataclass(frozen=True)
class Base:
    """A table of recipients with the figures of each; the first figure is the population."""

    header: tuple[str, ...]
    names: tuple[str, ...]
    figures: tuple[tuple[int, ...], ...]

    def lines(self) -> Lines:
        rows: Lines = [list(self.header)]
        for name, figures in zip(self.names, self.figures, strict=True):
            rows.append([name, *figures])
        return rows

    def sums(self, first: int = 0, last: int | None = None) -> tuple[int, ...]:
        return tuple(map(sum, zip(*self.figures[first:last], strict=True)))

    @property
    def right(self) -> Paid:
        return shares(self.names, [figures[0] for figures in self.figures])


SMALL = Base(("镇街", "人口"), ("甲镇", "乙镇", "丙镇"), ((200,), (300,), (500,)))
WIDE = Base(
    ("单位名称", "人口（人）", "面积（平方公里）", "村（社区）数量"),
    ("甲县", "乙县", "丙县", "丁县", "戊县", "己县", "庚县"),
    (
        (80_123, 31, 12), (65_410, 58, 15), (120_977, 44, 22), (98_356, 72, 19),
        (143_208, 65, 25), (77_691, 29, 11), (91_034, 53, 17),
    ),
)  # fmt: skip
LONG = Base(
    ("地区", "人口（人）", "面积（平方公里）"),
    tuple(f"{a}{b}区" for a in "东西南北中上" for b in "山河城桥"),
    tuple((50_017 + 3_911 * i * i % 90_000, 20 + 7 * i % 61) for i in range(24)),
)
ENGLISH = Base(
    ("Municipality", "population", "area"),
    ("Ashby", "Borden", "Calder", "Dunmore", "Elston"),
    ((41_230, 310), (18_977, 122), (27_605, 418), (66_018, 97), (35_441, 205)),
)
BASES = {"small": SMALL, "wide": WIDE, "long": LONG, "english": ENGLISH}

TOTALS = (
    "合计", "全 市", "全　市", "合 计", "总　计", "合计数", "全市合计（33个）", "Totals", "Summe", "合计①",
    "合计：", "全市总计", "本市合计", "全县", "全省", "TOTAL:", "Grand Total", "Gesamt", "Insgesamt",
    "Total général", "Итого", "合計", "總計", "总数", "各镇街合计", "以上合计", "本页合计", "累计",
    "（合计）", "【合计】", "[合计]", "—合计—", "-合计-", "※合计", "*合计", "一、合计", "1.合计", "Sum",
    "Sum total", "全部", "总体", "总 人 口", "全市平均数合计", "合计人数", "全市（合计）", "全市 Total", "合计 Total",
    "Total / 合计", "合计(人)", "合计（万元）", "共计：", "总计数", "All", "Overall", "All municipalities",
    "合  计  数", "合计 33 个镇街", "共 33 个", "全市共计", "总合计", "汇总", "汇 总", "全区总数", "city total",
    "T O T A L", "計", "计", "全市33个镇街", "33个镇街合计", "全市汇总", "全市总和", "合计=", "合计\n（全市）",
    "Suma", "Totaal", "Somme", "합계", "市合计", "地区合计", "Total（33）", "∑", "Σ",
)  # fmt: skip
#: Names that say nothing: arithmetic alone.
UNNAMED = ("平安市", "ทั้งหมด", "某某", "X", "省")
GROUPS = (
    "东南板块", "西北板块", "珠三角", "东翼", "粤北山区", "市区", "城区", "郊区", "小计", "小 计", "分计", "水乡片区", "第一组",
    "中心城区", "市直", "沿海经济带", "A组", "I类地区", "东部", "西部地区小计", "其他地区", "山区县", "核心区", "片区一", "城六区",
)  # fmt: skip
PARTS = (
    "其中：乙东社区", "其中:东区", "其中 东区", "其中", "　其中：高新区", "＃东区", "#东区", "of which: East", "内：东区",
    "其中：①东区", "（其中：东区）", "(其中)东区", "其中，东区", "－其中：东区", "  其中：", "含：东区", "包括：东区", "其 中：东区", "注：其中东区",
    "darunter Ost", "Of which East", "including East", "dont Est", "—东区", "东区（其中）", "其中东区", "另：东区", "#：东区",
)  # fmt: skip
NOTES = (
    "注", "注：数据为年末数", "填报人", "填报人：张三", "经办人：李四", "打印日期", "打印日期：2020-06-30", "①含托管", "① 含托管",
    "②", "说明：略", "备注：", "填表人：", "制表：王五", "单位负责人：", "审核人：", "复核：", "联系电话：12345", "数据来源：统计局",
    "资料来源：年鉴", "*含托管", "a. 含托管", "1）含托管", "（1）含托管", "1. 含托管", "注1：含托管", "注释：略", "制单", "制表人",
    "填报日期：2020年6月30日", "2020年6月30日", "2020-06-30", "第1页 共1页", "第 1 页", "— 1 —", "Note: end of year",
    "Source: office", "Prepared by X", "单位（盖章）", "盖章", "（公章）", "签字：", "统计负责人：", "主办：", "分管领导：",
    "以下空白", "以下无正文", "（以下空白）", "本表一式两份", "表内数据为快报数", "填报单位：某局", "报出日期：", "编制单位：某局",
    "核对无误", "录入员", "联系人：赵六", "科室负责人", "附：略", "附注：", "注:", "註：", "※", "△含托管", "★含托管", "▲ 含托管",
    "Quelle: Amt", "Bemerkung: x", "Remarks", "N.B. x", "Notes", "*", "上述数据含托管镇", "数据截至年末", "统计口径：户籍",
)  # fmt: skip
COLUMN_NUMBERS = {
    2: (
        ["栏次", "1"], ["甲", "1"], ["A", "B"], ["(1)", "(2)"], ["1", "2"], ["①", "②"], ["（1）", "（2）"], ["一", "二"],
        ["栏次", "（1）"], ["行次", "1"], ["列号", "1"], ["序列", "1"], ["项目", "1"], ["栏 次", "1"], ["编号", "1"], ["甲", "①"], ["-", "1"], ["", "1"],
        ["栏目", "1"], ["栏次", "①"], ["代码", "1"], ["序号", "1"],
    ),
    4: (
        ["栏次", "1", "2", "3=1×2"], ["1", "2", "3", "4=2/3"], ["甲", "1", "2", "3"], ["A", "B", "C", "D"], ["栏次", "1", "2", "3=1+2"],
        ["—", "(1)", "(2)", "(3)=(1)×(2)"], ["①", "②", "③", "④=②×③"], ["", "1", "2", "3"], ["一", "二", "三", "四"],
        ["甲", "乙", "丙", "丁"], ["栏次", "1栏", "2栏", "3栏"], ["栏次", "1", "2", "3＝1*2"], ["栏次", "1", "2", "3=1÷2×100%"],
        ["I", "II", "III", "IV"], ["栏次", "5", "6", "7"], ["(甲)", "(1)", "(2)", "(3)"], ["行次", "01", "02", "03"], ["a", "b", "c", "d=b*c"],
        ["栏次", "1", "3", "5=1+3"], ["栏次", "1", "2", "4"], ["甲", "1", "2", "3=2÷1"], ["1", "2", "3", "4"], ["c1", "c2", "c3", "c4"],
        ["栏次", "[1]", "[2]", "[3]"], ["栏次", "第1栏", "第2栏", "第3栏"], ["", "A", "B", "C=A×B"],
    ),
}  # fmt: skip


def _put(base: Base, place: str, line: Line) -> tuple[Lines, int]:
    """The table with a line first, in the middle or last, and the line's row."""
    lines = base.lines()
    at = {"first": 1, "middle": 1 + len(base.names) // 2, "last": len(lines)}[place]
    lines.insert(at, line)
    return lines, at + 1


def _cells(row: int, width: int = 8) -> tuple[str, ...]:
    return (f"第{row}行", *(f"{chr(65 + c)}{row}" for c in range(width)))


def totals() -> Iterator[Sibling]:
    for label in TOTALS:
        for name, base in BASES.items():
            for place in ("first", "middle", "last"):
                lines, row = _put(base, place, [label, *base.sums()])
                yield Sibling(
                    "total", f"{label!r} {name} {place}", text_file(lines), right=base.right,
                    said=f"第 {row} 行",
                )  # fmt: skip
            wrong = [figure + 1 for figure in base.sums()]
            lines, row = _put(base, "last", [label, *wrong])
            yield Sibling(
                "total that does not add up", f"{label!r} {name}", text_file(lines), at=_cells(row)
            )


def unnamed_totals() -> Iterator[Sibling]:
    for label in UNNAMED:
        for name, base in BASES.items():
            if name == "small":
                continue
            for place in ("first", "last"):
                lines, row = _put(base, place, [label, *base.sums()])
                yield Sibling(
                    "total by another name", f"{label!r} {name} {place}", text_file(lines),
                    right=base.right, at=_cells(row), said=f"第 {row} 行",
                )  # fmt: skip


def groups() -> Iterator[Sibling]:
    for label in GROUPS:
        for name, base in BASES.items():
            half = len(base.names) // 2 + 1
            for place, total in (("before", False), ("behind", False), ("behind", True)):
                lines = base.lines()
                at = 1 if place == "before" else half + 1
                lines.insert(at, [label, *base.sums(0, half)])
                if total:
                    lines.append(["合计", *base.sums()])
                yield Sibling(
                    "group", f"{label!r} {name} {place} {total}", text_file(lines),
                    right=base.right, at=_cells(at + 1), said=f"第 {at + 1} 行",
                )  # fmt: skip


def parts() -> Iterator[Sibling]:
    for label in PARTS:
        for name, base in BASES.items():
            lines = base.lines()
            lines.insert(3, [label, *(figure // 3 for figure in base.figures[1])])
            yield Sibling(
                "part", f"{label!r} {name}", text_file(lines), right=base.right, at=_cells(4),
                said="第 4 行",
            )  # fmt: skip


def notes() -> Iterator[Sibling]:
    for label in NOTES:
        for name, base in BASES.items():
            for beside in ([], ["", "审核人：某某"], ["2020-06-30"], ["", 13800000000]):
                if len(beside) >= len(base.header):
                    continue
                lines = base.lines()
                lines.append([label, *beside])
                yield Sibling(
                    "note", f"{label!r} {name} {beside}", text_file(lines), right=base.right,
                    at=_cells(len(lines)) if beside else (), said="行是说明",
                )  # fmt: skip


def column_numbers() -> Iterator[Sibling]:
    for name, base in (("small", SMALL), ("wide", WIDE)):
        for numbers in COLUMN_NUMBERS[len(base.header)]:
            lines: Lines = base.lines()
            lines.insert(1, list(numbers))
            yield Sibling(
                "column numbers", f"{numbers} {name}", text_file(lines), right=base.right,
                at=_cells(2), said="第 2 行",
            )  # fmt: skip


def siblings() -> Iterator[Sibling]:
    for kind in (totals, unnamed_totals, groups, parts, notes, column_numbers):
        yield from kind()
