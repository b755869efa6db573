"""Figures, marks, classes and dates as people type them, each in a small table."""

from __future__ import annotations

from collections.abc import Iterator

from tests.excel.intake.siblings.base import PILOT, PLAIN, Cell, Lines, Sibling, text_file
from tests.excel.intake.siblings.tables import MATCHED, RIGHT, sheet_file, table, with_pilot

#: 300 as people type it, and what is not 300.
FIGURES = (
    "300", " 300 ", "３００", "300.0", "300.00", "3e2", "+300", "'300", "300\u200b", "300\xa0", "0300", "300.",
    "300,", "¥300",
    "300人", "三百", "约300", "300*", "300①", "300（估）", "0.03万", "300-", "(300)", "3 00", "300,00", "3,00",
    "3.0.0", "300/1", "=300", "300+0", "3oo", "3OO", "l00", "300；", "---", "—", "/", "无", "N/A", "#N/A",
    "#REF!", "…", "未统计", "-", "0x12C", "300元", "1/2", "NaN", "inf", "２００．５．１", "TRUE", "30 0", "300%", "³⁰⁰",
    "300²",
)  # fmt: skip
UNUSED = (
    "-3", "#N/A", "约5", "", "2020-01-01", "—", "#REF!", "1e400", "TRUE", "10%", "１", "NaN",
)  # fmt: skip
UNUSED_HEADERS = (
    "比上年增减（人）", "面积（平方公里）", "GDP（亿元）", "备注", "村（社区）数量", "帮扶需求", "单独配套理由", "已配套金额（元）",
)  # fmt: skip
CLASSES = (
    "I类", "１类", "1类", "一 类", "第一类", "Ⅰ类", "一类地区", "①类", "一类镇", "1", "１", "i类", "壹类", "A类", "三类", "一",
    "一类（待定）", "一类*", "一類",
)  # fmt: skip
STATUSES = (
    "示例", "示 例", "示例数据", "样例", "（示例）", "示例值", "例", "样本数据", "假数据", "模拟", "示意", "demo", "测试数据", "举例", "占位",
    "示　例", "示例。", "示例1", "*示例",
)  # fmt: skip
MARKS = (
    "是", "否", "√", "×", "1", "0", "是的", "Y", "N", "✓", "试点", "非试点", "是（一期）", "待定", "？", "是/否", "TRUE",
    "FALSE", "有", "无", "V", "v", "X", "x", "o", "○", "●", "对", "Yes", "不", "非", "ㄨ", "✕", "是，", "一期", "☑",
    "□", "■", "T", "F",
)  # fmt: skip
DATES = (
    "2020年6月30日", "2020/6/30", "2020.6.30", "2020-6-30", "2020-06-30", "20200630", "２０２０年６月３０日",
    "2020 年 6 月 30 日", "二〇二〇年六月三十日", "2020年06月30日", "2020/06/30", "2020．6．30", "2020年6月", "6月30日",
    "30/6/2020", "2020-6-31",
)  # fmt: skip
YES = frozenset((
    "是", "√", "1", "是的", "Y", "✓", "试点", "TRUE", "Yes", "V", "v", "对", "有", "●", "☑", "T", "■", "是，", "○",
))  # fmt: skip


def figures() -> Iterator[Sibling]:
    for text in FIGURES:
        lines = table()
        lines[2][1] = text
        yield Sibling("figure as text", repr(text), text_file(lines), PLAIN, RIGHT, ("B3",))


def unused() -> Iterator[Sibling]:
    """What stands in a column that no rule reads is nobody's business."""
    for value in UNUSED:
        for i in range(5):
            column: list[Cell] = [5, 6, 7, 8, 9]
            column[i] = value
            for header in UNUSED_HEADERS:
                file, what = text_file(table((header, tuple(column)))), f"{header} {value!r} {i}"
                yield Sibling("unused column", what, file, PLAIN, RIGHT)


def classes() -> Iterator[Sibling]:
    for word in CLASSES:
        for i in (0, 4):
            of: list[Cell] = ["一类", "二类", "二类", "二类", "一类"]
            of[i] = word
            lines = table(("经济指标类别", tuple(of)))
            yield Sibling("class", f"{word} {i}", text_file(lines), MATCHED, RIGHT, (f"C{i + 2}",))


def statuses() -> Iterator[Sibling]:
    for word in STATUSES:
        lines = table(("人口（人）·数据状态", (word, "公布", "公布", "公布", "公布")))
        yield Sibling("status", word, text_file(lines), PLAIN, RIGHT, ("C2",), said="")


def marks() -> Iterator[Sibling]:
    for word in MARKS:
        pilot, left = (word, "否", "否", "是", "否"), (0, "", "", 0, "")
        file = text_file(table(("是否试点", pilot), ("试点剩余", left)))
        right = with_pilot((word in YES, False, False, True, False))
        yield Sibling("yes or no", word, file, PILOT, right, ("C2",))


def dates() -> Iterator[Sibling]:
    for text in DATES:
        rules = PLAIN.replace("[[pool]]", f'date = "{text}"\n[[pool]]')
        yield Sibling("date", text, text_file(table()), rules, RIGHT, ("scheme.date",))


def digits() -> Iterator[Sibling]:
    """Numbers stored with more digits than are shown are what is shown."""
    for stored, fen in (
        ("28.799999999999997", 2880),
        ("28.8", 2880),
        ("28.800000000000001", 2880),
        ("0.10000000000000001", 10),
        ("2.8799999999999997E1", 2880),
        ("100.00999999999999", 10001),
        ("99999.989999999991", 9999999),
    ):
        lines: Lines = table(
            ("是否试点", ("是", "否", "否", "是", "否")),
            ("试点剩余（元）", (0, None, None, 0, None)),
        )
        made = sheet_file(lines, raw={"D2": stored})
        yield Sibling(
            "fifteen digits",
            stored,
            made,
            PILOT,
            with_pilot((True, False, False, True, False), (fen, 0, 0, 0, 0)),
        )
    for stored in ("28.795", "28.8000001", "1E-3"):
        made = sheet_file(lines, raw={"D2": stored})
        yield Sibling("not in fen", stored, made, PILOT, at=("D2",))


def siblings() -> Iterator[Sibling]:
    for kind in (figures, unused, classes, statuses, marks, dates, digits):
        yield from kind()
