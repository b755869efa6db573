"""Headers: rows of them, two columns of names, names of any kind, spellings."""

from __future__ import annotations

from collections.abc import Iterator

from tests.excel.intake.siblings.base import PLAIN, Cell, Lines, Sibling, shares, text_file
from tests.excel.intake.siblings.tables import NAMES, PEOPLE, RIGHT, sheet_file, table

BIRTHS = PLAIN.replace("population", "年内出生人数")


def body(*columns: tuple[Cell, ...]) -> Lines:
    return [[name, *(column[i] for column in columns)] for i, name in enumerate(NAMES)]


REST = (1, 2, 3, 4, 5)
OTHER = ("5.1", "6.2", "7.3", "8.4", "9.5")
#: Rows of headers, ranges merged in them, the rules that name a column, the figures below.
HEADS: dict[str, tuple[Lines, tuple[str, ...], str, Lines]] = {
    "two, merged group": ([["镇街", "年内出生", None], [None, "人数", "出生率"]], ("B1:C1", "A1:A2"), BIRTHS, body(PEOPLE, OTHER)),
    "two, group not merged": ([["镇街", "年内出生", None], [None, "人数", "出生率"]], (), BIRTHS, body(PEOPLE, OTHER)),
    "two, group over the second": ([["镇街", "年内出生", "年内出生"], [None, "人数", "出生率"]], (), BIRTHS, body(PEOPLE, OTHER)),
    "two, name below": ([[None, "年内出生", None], ["镇街", "人数", "出生率"]], ("B1:C1",), BIRTHS, body(PEOPLE, OTHER)),
    "three, merged": (
        [["镇街", "人口情况", None, None], [None, "年内出生", None, "死亡"], [None, "人数", "出生率", "人数"]],
        ("A1:A3", "B1:D1", "B2:C2"), BIRTHS, body(PEOPLE, OTHER, REST),
    ),
    "three, with units": (
        [["镇街", "人口情况", None], [None, "常住人口", "户籍人口"], [None, "（人）", "（人）"]], ("B1:C1",), PLAIN, body(PEOPLE, REST),
    ),
    "two, unit of 万人": ([["镇街", "人口", "面积"], [None, "万人", "公顷"]], (), PLAIN, body(PEOPLE, REST)),
    "two, unit in brackets": ([["镇街", "人口", "面积"], [None, "（人）", "（平方公里）"]], (), PLAIN, body(PEOPLE, REST)),
    "two, blank between": ([["镇街", "人口（人）", "面积"], [None, None, None]], (), PLAIN, body(PEOPLE, REST)),
    "two, English below": ([["镇街", "人口", "面积"], ["Town", "Population", "Area"]], (), PLAIN, body(PEOPLE, REST)),
    "one, English behind": ([["镇街 Town", "人口 Population", "面积 Area"]], (), PLAIN, body(PEOPLE, REST)),
    "one, line breaks": ([["镇街\n（园区）", "人口\n（人）", "面积"]], (), PLAIN, body(PEOPLE, REST)),
    "one, English and Chinese in one cell": ([["镇街/Town", "人口/Population", "面积/Area"]], (), PLAIN, body(PEOPLE, REST)),
    "title merged over all": ([["2020年某市人口情况表", None, None], ["镇街", "人口（人）", "面积"]], ("A1:C1",), PLAIN, body(PEOPLE, REST)),
    "title and date": ([["2020年某市人口情况表"], [None, None, "2020年6月30日"], ["镇街", "人口（人）", "面积"]], ("A1:C1",), PLAIN, body(PEOPLE, REST)),
    "title and two heads": (
        [["某表"], ["镇街", "年内出生", None], [None, "人数", "出生率"]], ("A1:C1", "B2:C2", "A2:A3"), BIRTHS, body(PEOPLE, OTHER),
    ),
    "population by kind": ([["镇街", "人口（人）", None, None], [None, "合计", "男", "女"]], ("B1:D1", "A1:A2"), PLAIN, body(PEOPLE, (100,) * 5, (100,) * 5)),
    "population by kind, not merged": ([["镇街", "人口（人）", None, None], [None, "合计", "男", "女"]], (), PLAIN, body(PEOPLE, (100,) * 5, (100,) * 5)),
    "population by year": ([["镇街", "人口（人）", None], [None, "2019年", "2020年"]], ("B1:C1",), PLAIN.replace("population", "人口2020年"), body(REST, PEOPLE)),
    "population, last year beside": ([["镇街", "人口（人）", "上年人口（人）"]], (), PLAIN, body(PEOPLE, REST)),
    "births and deaths by number": ([["镇街", "年内出生", None, "年内死亡", None], [None, "人数", "率", "人数", "率"]], (), BIRTHS, body(PEOPLE, OTHER, REST, OTHER)),
}  # fmt: skip


def rows_of_headers() -> Iterator[Sibling]:
    for what, (head, merged, rules, lines) in HEADS.items():
        made = [*head, *lines]
        where = tuple(f"{c}{r}" for c in "ABCDE" for r in range(1, len(head) + 1))
        where += ("pool[0].factors[0].column",)
        files = {"xlsx": sheet_file(made, merged), "csv": text_file(made)}
        if not merged:
            files["numbered"] = text_file(_numbered(head, lines))
        for kind, file in files.items():
            yield Sibling("rows of headers", f"{what} {kind}", file, rules, RIGHT, where)


def _numbered(head: Lines, lines: Lines) -> Lines:
    """The same with a column of numbers before it, its header where the names have theirs."""
    heads: Lines = [[None, *line] for line in head]
    if len(head) == 1 or head[0][0]:
        heads[0][0] = "序号"
    return [*heads, *([i, *line] for i, line in enumerate(lines, 1))]


def two_names() -> Iterator[Sibling]:
    """Of two columns of names the one that tells the rows apart has the recipients."""
    english = ("Jia", "Yi", "Bing", "Ding", "Wu")
    one, upper = ("某市",) * 5, ("东市", "东市", "西市", "西市", "西市")
    numbers = (1, 2, 3, 4, 5)
    codes = ("441900001", "441900002", "441900003", "441900004", "441900005")
    for first, second, columns, names in (
        ("地区", "District", (NAMES, english), NAMES), ("District", "地区", (english, NAMES), english),
        ("市", "县", (one, NAMES), NAMES), ("市", "县", (upper, NAMES), NAMES), ("县", "市", (NAMES, upper), NAMES),
        ("地市", "县（市、区）", (upper, NAMES), NAMES), ("所属市", "镇街", (upper, NAMES), NAMES), ("省份", "地区", (one, NAMES), NAMES),
        ("序号", "镇街", (numbers, NAMES), NAMES), ("代码", "镇街", (codes, NAMES), NAMES), ("区域", "单位名称", (upper, NAMES), NAMES),
        ("片区", "镇街", (upper, NAMES), NAMES), ("镇街", "联系人", (NAMES, english), NAMES), ("单位", "单位名称", (codes, NAMES), NAMES),
        ("名称", "名称", (NAMES, NAMES), NAMES), ("市（州）", "县（区）", (upper, NAMES), NAMES), ("region", "municipality", (upper, english), english),
    ):  # fmt: skip
        for is_merged in (False, True):
            shown: list[Cell] = list(columns[0])
            if is_merged and columns[0] in (one, upper):
                shown = [
                    None if i and columns[0][i - 1] == name else name
                    for i, name in enumerate(columns[0])
                ]
            elif is_merged:
                continue
            lines: Lines = [[first, second, "人口（人）"]]
            lines += [[shown[i], columns[1][i], PEOPLE[i]] for i in range(5)]
            right = shares(tuple(map(str, names)), PEOPLE)
            yield Sibling(
                "two columns of names",
                f"{first}, {second} {is_merged}",
                text_file(lines),
                PLAIN,
                right,
                ("A1", "B1"),
            )


def names_of_rows() -> Iterator[Sibling]:
    """The column of names under any header: the only one of texts, or the one that the scheme says."""
    for header in (
        "市（州）", "区县", "学校名称", "Bundesland", "commune", "镇街", "县（市、区）", "乡镇名称", "街道（镇）", "村居", "村（社区）", "单位全称", "项目", "项目名称", "企业名称",
        "机构", "部门", "受助单位", "地 区", "名　称", "省（自治区、直辖市）", "州市", "盟市", "Gemeinde", "Länder", "Département", "provincia", "Council area", "LEA", "State",
        "市县（区）", "县别", "镇别", "申报单位", "承担单位", "医院", "预算单位名称", "师", "团场", "园区", "社区", "区（县）", "所在镇街", "镇街（单位）", "行政区划", "行政区", "行政区划名称", "",
    ):  # fmt: skip
        lines: Lines = [
            [header, "人口（人）"],
            *([name, people] for name, people in zip(NAMES, PEOPLE, strict=True)),
        ]
        yield Sibling(
            "name of the column of names",
            repr(header),
            text_file(lines),
            PLAIN,
            RIGHT,
            ("table.none",) if not header else (),
        )
        noted: Lines = [
            [*line, note]
            for line, note in zip(lines, ("备注", "无", "无", "待核", "", "无"), strict=True)
        ]
        yield Sibling(
            "name of the column of names",
            f"{header!r} with remarks",
            text_file(noted),
            PLAIN,
            RIGHT,
            ("", "table.none"),
        )
        if header:
            named = PLAIN + f'[table]\nname = "{header}"\n'
            apart: Lines = [
                [*line, "甲乙丙丁戊己"[i] if i else "备注"] for i, line in enumerate(lines)
            ]
            yield Sibling(
                "name of the column of names", f"{header!r} stated", text_file(apart), named, RIGHT
            )


def spellings() -> Iterator[Sibling]:
    for header in (
        "人口（人）", "人口(人)", "人 口（人）", "人口", "常住人口", "年末常住人口", "常住人口（人）", "人口数", "2020年人口（人）", "2020年末常住人口", "人口（２０２０年）", "人口\n（人）", "人口*", "人口①",
        "population", "Population", "POPULATION", " 人口 ", "人口（人）*", "总人口（人）", "人口数量", "人口（人）（2020年）", "人口总数", "户籍人口（人）", "人口（户籍）", "人口规模", "人囗（人）", "人口人",
        "常住人口数（人）", "人口【人】", "2020年常住人口数（人）", "人口（单位：人）", "一、人口（人）", "1.人口（人）", "其中：人口", "人口：", "人口（人)", "年平均人口", "人口_2020", "Population (persons)",
    ):  # fmt: skip
        lines: Lines = [["镇街", header], *table()[1:]]
        yield Sibling(
            "spelling of a header",
            repr(header),
            text_file(lines),
            PLAIN,
            RIGHT,
            ("pool[0].factors[0].column",),
        )
        both: Lines = [["镇街", header, "户籍人口"], *([*line, 7] for line in table()[1:])]
        yield Sibling(
            "two columns of one meaning",
            repr(header),
            text_file(both),
            PLAIN,
            RIGHT,
            ("pool[0].factors[0].column", "B1", "C1"),
        )


def siblings() -> Iterator[Sibling]:
    for kind in (rows_of_headers, two_names, names_of_rows, spellings):
        yield from kind()
