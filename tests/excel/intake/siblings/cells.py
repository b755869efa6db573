"""Blanks, merged cells, units, values and missing recipients, each in a small table."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.base.files import FileBytes
from tests.excel.files.packages import sheet_xml, text_cell, xlsx
from tests.excel.intake.siblings.base import (
    PILOT,
    PLAIN,
    Cell,
    Lines,
    Paid,
    Sibling,
    shares,
    text_file,
)

NAMES = ("甲镇", "乙镇", "丙镇", "丁镇", "戊镇")
PEOPLE = (200, 300, 500, 400, 600)
RIGHT = shares(NAMES, PEOPLE)
BLANKS: tuple[Cell, ...] = (None, "", " ", "　", "\u200b", "\xa0", "\t")


def sheet_file(lines: Lines, merged: tuple[str, ...] = ()) -> FileBytes:
    """Lines as .xlsx, with merged ranges."""
    rows = ""
    for r, line in enumerate(lines, 1):
        cells = ""
        for c, value in enumerate(line):
            at = f"{chr(65 + c)}{r}"
            if isinstance(value, str):
                cells += text_cell(at, value)
            elif isinstance(value, bool):
                cells += f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
            elif value is not None:
                cells += f'<c r="{at}"><v>{value}</v></c>'
        rows += f'<row r="{r}">{cells}</row>'
    ranges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    after = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
    return FileBytes("表.xlsx", xlsx({"表": sheet_xml(rows, after=after)}))


def table(*columns: tuple[str, tuple[Cell, ...]]) -> Lines:
    lines: Lines = [["镇街", "人口（人）", *(header for header, _ in columns)]]
    for i, (name, people) in enumerate(zip(NAMES, PEOPLE, strict=True)):
        lines.append([name, people, *(values[i] for _, values in columns)])
    return lines


MATCHED = PLAIN + '[matching]\nbase = "paid"\n[matching.rates]\n"一类" = "100%"\n"二类" = "50%"\n'


def with_pilot(pilot: tuple[bool, ...], unspent: tuple[int, ...] = (0,) * 5) -> Paid:
    """Payments where pilot towns had 200,000 yuan before and kept some of it (in fen)."""
    return {
        name: 10 * paid - (20_000_000 if is_pilot else 0) - left
        for (name, paid), is_pilot, left in zip(RIGHT.items(), pilot, unspent, strict=True)
    }


def blanks() -> Iterator[Sibling]:
    said_of = ("是", "否", "否", "是", "否")
    for i in range(5):
        for blank in BLANKS:
            for column, values, rules in (
                ("是否试点", said_of, PILOT), ("试点", ("√", "×", "×", "√", "×"), PILOT),
                ("经济指标类别", ("一类", "二类", "一类", "二类", "一类"), MATCHED),
                ("是否试点", ("是",) * 5, PILOT), ("是否试点", ("1", "0", "0", "1", "0"), PILOT),
                ("人口（人） ", PEOPLE, PLAIN),
            ):  # fmt: skip
                line: list[Cell] = list(values)
                line[i] = blank
                lines = table((column, tuple(line)))
                at = f"C{i + 2}"
                if "人口" in column:
                    lines = [[row[0], *row[2:]] for row in lines]
                    at = f"B{i + 2}"
                yield Sibling(
                    "blank",
                    f"{column} {i} {blank!r} {values[0]}",
                    text_file(lines),
                    rules,
                    at=(at,),
                )
            left: list[Cell] = ["100.00", "", "", "200.00", ""]
            if left[i]:
                left[i] = blank
                lines = table(("是否试点", said_of), ("试点剩余（元）", tuple(left)))
                yield Sibling(
                    "blank", f"试点剩余 {i} {blank!r}", text_file(lines), PILOT, at=(f"D{i + 2}",)
                )
    marks = ("√", "", "", "√", "")
    yield Sibling(
        "blanks that mean 否", "√", text_file(table(("是否试点", marks), ("试点剩余", (0, "", "", 0, "")))), PILOT,
        with_pilot((True, False, False, True, False)), said="按“否”读入",
    )  # fmt: skip


def merged() -> Iterator[Sibling]:
    for first in range(4):
        for count in (2, 3):
            if first + count > 5:
                continue
            rows = f"{first + 2}", f"{first + count + 1}"
            values: list[Cell] = ["否"] * 5
            values[first : first + count] = ["是", *[None] * (count - 1)]
            pilot = tuple(first <= i < first + count for i in range(5))
            left = tuple(0 if p else None for p in pilot)
            lines = table(("是否试点", tuple(values)), ("试点剩余（元）", left))
            yield Sibling(
                "merged over rows", f"是 {rows}", sheet_file(lines, (f"C{rows[0]}:C{rows[1]}",)), PILOT,
                with_pilot(pilot), said="合并",
            )  # fmt: skip
            people: list[Cell] = list(PEOPLE)
            people[first + 1 : first + count] = [None] * (count - 1)
            lines = [[row[0], p] for row, p in zip(table(), ["人口（人）", *people], strict=True)]
            yield Sibling(
                "merged figures", f"{rows}", sheet_file(lines, (f"B{rows[0]}:B{rows[1]}",)),
                at=tuple(f"B{r + 2}" for r in range(first, first + count)),
            )  # fmt: skip
            lines = table()
            for r in range(first + 1, first + count):
                lines[r + 1][0] = None
            yield Sibling(
                "merged names", f"{rows}", sheet_file(lines, (f"A{rows[0]}:A{rows[1]}",)),
                at=tuple(f"A{r + 2}" for r in range(first, first + count)),
            )  # fmt: skip


WAN = with_pilot((True, False, False, True, False), (125_000_00, 0, 0, 100_000_00, 0))
WAN_LINES = (
    "单位：万元", "单  位：万元", "单　位：万元", "单位:万元", "单位： 万元", "单位：万元（人民币）", "（单位：万元）", "[单位：万元]", "【单位：万元】",
    "金额单位：万元", "计量单位：万元", "货币单位：人民币万元", "单位：人民币万元", "万元", "（万元）", "（单位 万元）", "单位 万元", "单位—万元",
    "单位：万 元", "单位：万元、人", "单位：人、万元", "单位：人，万元", "单位：万元/人", "计算单位：万元", "以万元为单位", "（以万元为单位）", "金额：万元",
    "人民币万元", "币种：人民币 单位：万元", "单位：万元 币种：人民币", "填报单位：某局 单位：万元", "2020年 单位：万元", "某某资金分配表（万元）", "某某资金分配表（单位：万元）",
    "某某资金分配表 单位：万元", "单位：万元。", "单位：万元；人", "单位（万元）", "单位为万元", "单位是万元", "數據單位：万元", "单位：萬元", "単位：万元", "RMB 万元",
    "unit: 万元", "Unit: 10,000 yuan", "单位：10000元", "单位：1万元", "单位:￥万元", "表中金额单位均为万元", "本表金额单位为万元", "注：单位为万元", "單位：萬元",
)  # fmt: skip
SAME_LINES = (
    "单位：元", "单 位：元", "（单位：元）", "填报单位：某局", "填报单位：某局（盖章）", "单位：元、人", "单位名称：某局", "预算单位：某镇", "下达资金1000万元", "总额度 1,000 万元",
    "元", "单位：人", "某市2020年资金分配表", "单位：人、个",
)  # fmt: skip


def units() -> Iterator[Sibling]:
    pilot = ("是", "否", "否", "是", "否")
    left: tuple[Cell, ...] = (12.5, "", "", 10, "")
    body = table(("是否试点", pilot), ("试点剩余", left))
    plain = with_pilot((True, False, False, True, False), (12_50, 0, 0, 10_00, 0))
    for lines, right, at in ((WAN_LINES, WAN, ("D2", "D3", "D4", "D1")), (SAME_LINES, plain, ())):
        for text in lines:
            places: dict[str, Lines] = {
                "above left": [[text], *body],
                "above right": [[None, None, None, text], *body],
                "above with title": [["某某表"], [None, None, text], *body],
                "beside": [[*body[0], None, text], *body[1:]],
                "below": [*body, [text]],
                "split": [[*text.partition("：")[::2]] if "：" in text else [text], *body],
            }  # fmt: skip
            for place, made in places.items():
                where = at
                if place == "below":
                    where = (*at, "第7行", "D1", "B7")
                yield Sibling(
                    f"unit line {'万元' if right is WAN else '元'}",
                    f"{text!r} {place}",
                    text_file(made),
                    PILOT,
                    right,
                    where,
                )
    for header in (
        "试点剩余（万元）", "试点剩余(万元)", "试点剩余【万元】", "试点剩余[万元]", "试点剩余（单位：万元）", "试点剩余/万元", "试点剩余 万元", "试点剩余，万元", "试点剩余：万元",
        "试点剩余\n（万元）", "试点剩余（ 万元 ）", "试点剩余（人民币万元）", "试点剩余（万元）①", "试点剩余（万元）*", "试点剩余万元", "试点剩余-万元", "试点剩余_万元", "试点剩余〔万元〕", "试点剩余（萬元）",
    ):  # fmt: skip
        made = table(("是否试点", pilot), (header, left))
        yield Sibling("unit in a header", header, text_file(made), PILOT, WAN, ("D1",))
        parts = header.replace("(", "（").partition("（")
        if parts[1]:
            two: Lines = [
                ["镇街", "人口（人）", "是否试点", parts[0]],
                [None, None, None, "（" + parts[2]],
            ]
            yield Sibling(
                "unit in a lower header",
                header,
                text_file([*two, *made[1:]]),
                PILOT,
                WAN,
                ("D1", "D2", "第2行"),
            )
            two[1][3] = parts[2].rstrip("）")
            yield Sibling(
                "unit in a lower header",
                header + " bare",
                text_file([*two, *made[1:]]),
                PILOT,
                WAN,
                ("D1", "D2", "第2行"),
            )
    for header in (
        "任务量（吨）",
        "任务量(亩次)",
        "任务量（km）",
        "任务量（按年末数）",
        "任务量",
        "任务量（个）",
        "任务量（2020年）",
        "任务量 （吨）",
        "任务量［吨］",
    ):
        made = [[*row[:1], header if i == 0 else row[1]] for i, row in enumerate(table())]
        rules = PLAIN.replace("population", "任务量")
        yield Sibling("unknown unit", header, text_file(made), rules, RIGHT)
    for header, factor in (
        ("人口（万人）", 10_000),
        ("人口（百人）", 100),
        ("人口（千人）", 1000),
        ("人口／万人", 10_000),
        ("人口（人）", 1),
        ("常住人口（万）", 10_000),
    ):
        made = [[row[0], header if i == 0 else row[1]] for i, row in enumerate(table())]
        yield Sibling("unit of people", f"{header} {factor}", text_file(made), PLAIN, RIGHT)


def limits() -> Iterator[Sibling]:
    """A limit in percent is never taken for an amount."""
    for key in ("floor", "cap"):
        for text in ("1%", "30%", "30％", "0.5 %", "３０％", "30 ％", "百分之五十", "1‰"):
            rules = PLAIN.replace("factors", f'{key} = "{text}"\nfactors')
            right = (
                RIGHT
                if (key, text[:2])
                in (("floor", "1%"), ("floor", "0."), ("cap", "30"), ("cap", "３０"))
                else None
            )
            yield Sibling(
                "limit in percent",
                f"{key} {text}",
                text_file(table()),
                rules,
                right,
                (f"pool[0].{key}", "pool[0].budget"),
            )
    for text in (
        "100万元",
        "1百万",
        "100万",
        "1,000,00",
        "1e6元",
        "约100",
        "100 0000",
        "-1",
        "￥100万",
    ):
        rules = PLAIN.replace('"1000000.00"', f'"{text}"')
        yield Sibling("amount in words", text, text_file(table()), rules, at=("pool[0].budget",))


def values() -> Iterator[Sibling]:
    """Figures as people type them: read, or stopped at the cell."""
    read = (
        "300",
        " 300 ",
        "３００",
        "300.0",
        "300.00",
        "3e2",
        "+300",
        "'300",
        "300\u200b",
        "300\xa0",
        "0300",
        "300.",
        "300,",
        "¥300",
    )
    for text in (
        *read,
        "300人",
        "三百",
        "约300",
        "300*",
        "300①",
        "300（估）",
        "0.03万",
        "300-",
        "(300)",
        "3 00",
        "300,00",
        "3,00",
        "3.0.0",
        "300/1",
        "=300",
        "300+0",
        "3oo",
        "3OO",
        "l00",
        "300；",
        "---",
        "—",
        "/",
        "无",
        "N/A",
        "#N/A",
        "#REF!",
        "…",
        "未统计",
        "-",
        "0x12C",
        "300元",
        "1/2",
        "NaN",
        "inf",
        "２００．５．１",
        "TRUE",
        "30 0",
        "300%",
        "³⁰⁰",
        "300²",
    ):
        lines = table()
        lines[2][1] = text
        yield Sibling("figure as text", repr(text), text_file(lines), PLAIN, RIGHT, ("B3",))
    for value in (
        "-3",
        "#N/A",
        "约5",
        "",
        "2020-01-01",
        "—",
        "#REF!",
        "1e400",
        "TRUE",
        "10%",
        "１",
        "NaN",
    ):
        for i in range(5):
            column: list[Cell] = [5, 6, 7, 8, 9]
            column[i] = value
            for header in (
                "比上年增减（人）",
                "面积（平方公里）",
                "GDP（亿元）",
                "备注",
                "村（社区）数量",
                "帮扶需求",
                "单独配套理由",
                "已配套金额（元）",
            ):
                lines = table((header, tuple(column)))
                yield Sibling(
                    "unused column", f"{header} {value!r} {i}", text_file(lines), PLAIN, RIGHT
                )
    for word in (
        "I类",
        "１类",
        "1类",
        "一 类",
        "第一类",
        "Ⅰ类",
        "一类地区",
        "①类",
        "一类镇",
        "1",
        "１",
        "i类",
        "壹类",
        "A类",
        "三类",
        "一",
        "一类（待定）",
        "一类*",
        "一類",
    ):
        for i in (0, 4):
            classes: list[Cell] = ["一类", "二类", "二类", "二类", "一类"]
            classes[i] = word
            lines = table(("经济指标类别", tuple(classes)))
            yield Sibling("class", f"{word} {i}", text_file(lines), MATCHED, RIGHT, (f"C{i + 2}",))
    for word in (
        "示例",
        "示 例",
        "示例数据",
        "样例",
        "（示例）",
        "示例值",
        "例",
        "样本数据",
        "假数据",
        "模拟",
        "示意",
        "demo",
        "测试数据",
        "举例",
        "占位",
        "示　例",
        "示例。",
        "示例1",
        "*示例",
    ):
        lines = table(("人口（人）·数据状态", (word, "公布", "公布", "公布", "公布")))
        yield Sibling("status", word, text_file(lines), PLAIN, RIGHT, ("C2",), said="")
    for word in (
        "是",
        "否",
        "√",
        "×",
        "1",
        "0",
        "是的",
        "Y",
        "N",
        "✓",
        "试点",
        "非试点",
        "是（一期）",
        "待定",
        "？",
        "是/否",
        "TRUE",
        "FALSE",
        "有",
        "无",
        "V",
        "v",
        "X",
        "x",
        "o",
        "○",
        "●",
        "对",
        "Yes",
        "不",
        "非",
        "ㄨ",
        "✕",
        "是，",
        "一期",
        "☑",
        "□",
        "■",
        "T",
        "F",
    ):
        lines = table(
            ("是否试点", (word, "否", "否", "是", "否")), ("试点剩余", (0, "", "", 0, ""))
        )
        is_pilot = word in (
            "是",
            "√",
            "1",
            "是的",
            "Y",
            "✓",
            "试点",
            "TRUE",
            "Yes",
            "V",
            "v",
            "对",
            "有",
            "●",
            "☑",
            "T",
            "■",
            "是，",
            "○",
        )
        yield Sibling(
            "yes or no",
            word,
            text_file(lines),
            PILOT,
            with_pilot((is_pilot, False, False, True, False)),
            ("C2",),
        )
    for text in (
        "2020年6月30日",
        "2020/6/30",
        "2020.6.30",
        "2020-6-30",
        "2020-06-30",
        "20200630",
        "２０２０年６月３０日",
        "2020 年 6 月 30 日",
        "二〇二〇年六月三十日",
        "2020年06月30日",
        "2020/06/30",
        "2020．6．30",
        "2020年6月",
        "6月30日",
        "30/6/2020",
        "2020-6-31",
    ):
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
        content = sheet_file(lines)
        made = xlsx({"表": _sheet_with(lines, {"D2": stored})})
        yield Sibling(
            "fifteen digits",
            stored,
            FileBytes("表.xlsx", made),
            PILOT,
            with_pilot((True, False, False, True, False), (fen, 0, 0, 0, 0)),
        )
        assert content
    for stored in ("28.795", "28.8000001", "1E-3"):
        made = xlsx({"表": _sheet_with(lines, {"D2": stored})})
        yield Sibling("not in fen", stored, FileBytes("表.xlsx", made), PILOT, at=("D2",))


def _sheet_with(lines: Lines, raw: dict[str, str]) -> str:
    rows = ""
    for r, line in enumerate(lines, 1):
        cells = ""
        for c, value in enumerate(line):
            at = f"{chr(65 + c)}{r}"
            if at in raw:
                cells += f'<c r="{at}"><v>{raw[at]}</v></c>'
            elif isinstance(value, str):
                cells += text_cell(at, value)
            elif value is not None:
                cells += f'<c r="{at}"><v>{value}</v></c>'
        rows += f'<row r="{r}">{cells}</row>'
    return sheet_xml(rows)


def missing() -> Iterator[Sibling]:
    """The number of recipients that the scheme states decides."""
    for stated in (3, 4, 6, 33):
        rules = PLAIN.replace("[[pool]]", f"recipients = {stated}\n[[pool]]")
        yield Sibling(
            "stated number",
            f"{stated} of 5",
            text_file(table()),
            rules,
            at=("A1", "scheme.recipients"),
        )
    rules = PLAIN.replace("[[pool]]", "recipients = 5\n[[pool]]")
    yield Sibling("stated number", "5 of 5", text_file(table()), rules, RIGHT)


def names() -> Iterator[Sibling]:
    """Names that look alike are one recipient or two: asked."""
    for first, second in (
        ("甲镇", "甲 镇"),
        ("甲镇", "甲镇 "),
        ("A镇", "А镇"),
        ("A镇", "Ａ镇"),
        ("O镇", "0镇"),
        ("甲镇", "甲鎮"),
        ("甲镇（区）", "甲镇(区)"),
        ("甲镇", "甲镇①"),
        ("甲镇", "甲镇*"),
        ("Ashby", "ashby"),
        ("Ashby", "Ashby\u200b"),
        ("甲镇", "甲镇"),
        ("大ノ镇", "大丿镇"),
        ("甲―镇", "甲—镇"),
        ("Köln", "Ko\u0308ln"),
        ("甲镇", "甲镇\u00ad"),
    ):
        lines: Lines = [
            ["镇街", "人口（人）"],
            [first, 200],
            ["乙镇", 300],
            [second, 500],
            ["丁镇", 400],
        ]
        yield Sibling(
            "look-alike names", f"{first!r} {second!r}", text_file(lines), PLAIN, at=("A2", "A4")
        )


def siblings() -> Iterator[Sibling]:
    for kind in (blanks, merged, units, limits, values, digits, missing, names):
        yield from kind()
