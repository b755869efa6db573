"""Units as people state them, limits in percent and amounts in words, each in a small table."""

from __future__ import annotations

from collections.abc import Iterator

from tests.excel.intake.siblings.base import PILOT, PLAIN, Cell, Lines, Sibling, text_file
from tests.excel.intake.siblings.tables import RIGHT, table, with_pilot

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
#: A line over 试点剩余 that states its unit or does not, with the payments and the cells that may stop.
PILOT_OF = ("是", "否", "否", "是", "否")
LEFT: tuple[Cell, ...] = (12.5, "", "", 10, "")
YUAN = with_pilot((True, False, False, True, False), (12_50, 0, 0, 10_00, 0))


def unit_lines() -> Iterator[Sibling]:
    """A line with a unit, above, beside, below the table or in two cells."""
    body = table(("是否试点", PILOT_OF), ("试点剩余", LEFT))
    for lines, right, at in ((WAN_LINES, WAN, ("D2", "D3", "D4", "D1")), (SAME_LINES, YUAN, ())):
        for text in lines:
            places: dict[str, Lines] = {
                "above left": [[text], *body],
                "above right": [[None, None, None, text], *body],
                "above with title": [["某某表"], [None, None, text], *body],
                "beside": [[*body[0], None, text], *body[1:]],
                "below": [*body, [text]],
                "split": [[*text.partition("：")[::2]] if "：" in text else [text], *body],
            }
            kind = f"unit line {'万元' if right is WAN else '元'}"
            for place, made in places.items():
                where = (*at, "第7行", "D1", "B7") if place == "below" else at
                what = f"{text!r} {place}"
                yield Sibling(kind, what, text_file(made), PILOT, right, where)


WAN_HEADERS = (
    "试点剩余（万元）", "试点剩余(万元)", "试点剩余【万元】", "试点剩余[万元]", "试点剩余（单位：万元）", "试点剩余/万元", "试点剩余 万元", "试点剩余，万元", "试点剩余：万元",
    "试点剩余\n（万元）", "试点剩余（ 万元 ）", "试点剩余（人民币万元）", "试点剩余（万元）①", "试点剩余（万元）*", "试点剩余万元", "试点剩余-万元", "试点剩余_万元", "试点剩余〔万元〕", "试点剩余（萬元）",
)  # fmt: skip


def unit_headers() -> Iterator[Sibling]:
    """The unit in the header of a column, or in a lower row of the header."""
    for header in WAN_HEADERS:
        made = table(("是否试点", PILOT_OF), (header, LEFT))
        yield Sibling("unit in a header", header, text_file(made), PILOT, WAN, ("D1",))
        name, bracket, unit = header.replace("(", "（").partition("（")
        if bracket:
            for what, lower in ((header, "（" + unit), (header + " bare", unit.rstrip("）"))):
                heads = [["镇街", "人口（人）", "是否试点", name], [None, None, None, lower]]
                file = text_file([*heads, *made[1:]])
                where = ("D1", "D2", "第2行")
                yield Sibling("unit in a lower header", what, file, PILOT, WAN, where)


UNKNOWN_UNITS = (
    "任务量（吨）", "任务量(亩次)", "任务量（km）", "任务量（按年末数）", "任务量", "任务量（个）", "任务量（2020年）", "任务量 （吨）", "任务量［吨］",
)  # fmt: skip
PEOPLE_UNITS = {
    "人口（万人）": 10_000, "人口（百人）": 100, "人口（千人）": 1000, "人口／万人": 10_000, "人口（人）": 1, "常住人口（万）": 10_000,
}  # fmt: skip


def other_units() -> Iterator[Sibling]:
    """Units that are not known, and those of people: no share depends on them."""
    for header in UNKNOWN_UNITS:
        rules = PLAIN.replace("population", "任务量")
        yield Sibling("unknown unit", header, text_file(_headed(header)), rules, RIGHT)
    for header, factor in PEOPLE_UNITS.items():
        what = f"{header} {factor}"
        yield Sibling("unit of people", what, text_file(_headed(header)), PLAIN, RIGHT)


def _headed(header: str) -> Lines:
    """The plain table with another header over its figures."""
    return [["镇街", header], *table()[1:]]


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


def siblings() -> Iterator[Sibling]:
    for kind in (unit_lines, unit_headers, other_units, limits):
        yield from kind()
