"""Every column of the town table that has a meaning of its own, each in one row.

A new column starts and ends here: its header, the headers it is known by, its unit, the note and
the check in the template, the way it is read and the words in `diff` follow from the row. Columns
of a fund's own need no row: they are numbers under the header that the scheme names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from allocator.base.money import Fen

#: How a column is read, written and checked. `number` columns stand in `Recipients.numbers`, `count`
#: and `town` say which row is which, every other kind is a field of `Recipients`.
ColumnKind = Literal[
    "count", "town", "number", "class", "yes_no", "money", "rate", "text", "status"
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `names` are headers it is known by, beside `name` and `header`, without units.

    `stronger` are those of them that say more exactly what it is than others beside them. `unit`
    is the unit that values are held in, `blank` what an empty cell means and `note` what an
    officer is told; `is_money` says that a unit of money in the title of the table holds for it,
    `is_count` that it has no fractions.
    """

    name: str
    header: str
    kind: ColumnKind
    note: str
    names: tuple[str, ...] = ()
    unit: str = ""
    stronger: tuple[str, ...] = ()
    blank: Any = None
    is_money: bool = False
    is_count: bool = False


COLUMNS: Final = (
    Column(
        name="order",
        header="序号",
        kind="count",
        note="按正式文件的镇街顺序编号，不重复。尾数相同时以此为先后。",
        names=("编号", "no"),
    ),
    Column(
        name="town",
        header="镇街（园区）",
        kind="town",
        note="每个园区、镇（街道）一行，名称不重复。",
        names=(
            *("镇街", "镇（街）", "镇（街道）", "镇街名称", "园区、镇（街道）", "园区/镇街"),
            *("园区镇街", "园区、镇街", "园区（镇街）", "镇", "乡镇", "乡镇（街道）", "街道"),
            *("单位", "单位名称", "名称", "受款单位", "项目单位", "预算单位", "地区", "区域"),
            *("县区", "区县", "县（市、区）", "市县", "市", "县", "省份", "学校", "name"),
            *("recipient", "municipality", "council", "county", "state", "region", "district"),
            *("school", "unit", "land", "city"),
        ),
    ),
    Column(
        name="villages",
        header="村（社区）数量",
        kind="number",
        note="所辖村和社区的总数，填整数。",
        names=(
            *("村（社区）数", "村社区数量", "村社区数", "村（居）数", "村（居）数量", "村居数"),
            "villages_and_communities",
        ),
        stronger=("villages_and_communities",),
        is_count=True,
    ),
    Column(
        name="area",
        header="行政区划面积（平方公里）",
        kind="number",
        note="行政区划面积，单位：平方公里。如用公顷或亩，请同时改列名括号中的单位。",
        names=(
            *("行政区划面积", "区划面积", "行政面积", "面积", "土地面积", "辖区面积", "area_km2"),
        ),
        unit="平方公里",
    ),
    Column(
        name="gdp",
        header="经济总量（亿元）",
        kind="number",
        note="本镇街地区生产总值，单位：亿元。如用万元，请同时改列名括号中的单位。",
        names=(
            *("经济总量", "地区生产总值", "生产总值", "地区生产总值（gdp）"),
            *("gdp_2020_yi_yuan", "gdp_yi_yuan"),
        ),
        unit="亿元",
        is_money=True,
    ),
    Column(
        name="population",
        header="人口（人）",
        kind="number",
        note="人口数，单位：人。如用万人，请同时改列名括号中的单位。",
        names=(
            *("人口", "人口数", "人口数量", "常住人口", "总人口", "常住人口数", "年末常住人口"),
            "population_2020",
        ),
        unit="人",
        is_count=True,
    ),
    Column(
        name="aid_demand",
        header="帮扶需求",
        kind="number",
        note="需要帮扶的人数或户数，各镇街口径须一致。",
        names=("帮扶需求数", "帮扶需求人数", "实际帮扶需求"),
    ),
    Column(
        name="economic_class",
        header="经济指标类别",
        kind="class",
        note="经济指标类别，须与分配方案“配套比例”中的类别一致。",
        names=("经济类别", "经济指标", "类别", "经济指标分类", "class"),
        blank="",
    ),
    Column(
        name="pilot",
        header="是否试点",
        kind="yes_no",
        note="试点镇街填“是”，其余填“否”。",
        names=("试点", "试点镇街", "是否试点镇街", "是否为试点"),
        blank=False,
    ),
    Column(
        name="unspent",
        header="试点剩余（元）",
        kind="money",
        note="试点结束时试点经费的剩余金额，单位：元。试点镇街必填，没有剩余填 0；非试点镇街留空。",
        names=(
            *("试点剩余", "试点剩余额", "试点剩余金额", "试点剩余经费", "剩余试点经费"),
            *("试点经费剩余", "试点经费结余", "试点结余", "试点剩余资金", "剩余经费"),
            *("pilot_unspent", "pilot_unspent_yuan"),
        ),
        unit="元",
        blank=Fen(0),
        is_money=True,
    ),
    Column(
        name="raised",
        header="已配套金额（元）",
        kind="money",
        note="已筹集到位的配套资金，单位：元。没有数据留空。",
        names=("已配套金额", "已配套", "已配套资金", "已到位配套", "已落实配套"),
        unit="元",
        is_money=True,
    ),
    Column(
        name="match_rate",
        header="单独配套比例",
        kind="rate",
        note="只在该镇街不按类别比例配套时填写，如 50%。",
        names=("单独比例", "特定配套比例"),
    ),
    Column(
        name="match_reason",
        header="单独配套理由",
        kind="text",
        note="单独确定配套比例的依据。",
        names=("单独比例理由", "单独配套依据"),
        blank="",
    ),
)
BY_NAME: Final[Mapping[str, Column]] = MappingProxyType({one.name: one for one in COLUMNS})
#: The header that shows each column.
HEADERS: Final[Mapping[str, str]] = MappingProxyType({one.name: one.header for one in COLUMNS})
#: Columns of plain numbers; every other one has a meaning of its own.
NUMERIC: Final = tuple(one.name for one in COLUMNS if one.kind == "number")
#: Columns that are fields of `Recipients`, in their order on a sheet.
FIELDS: Final = tuple(one for one in COLUMNS if one.kind not in ("count", "town", "number"))

#: What is said of single figures, and what an officer is told about it.
PLACEHOLDER: Final = "示例"
STATUSES: Final = ("公布", "折算", "估算", "边界计算", PLACEHOLDER)
STATUS_NOTE: Final = (
    "左边同名一列的数字从何而来：公布、折算、估算、边界计算；“示例”表示不是真实数据。"
)
#: The note of a column without a row here.
OWN_NOTE: Final = "本方案采用的数据，填数字。"


def note(name: str, kind: ColumnKind) -> str:
    """What an officer is told about a column."""
    if kind == "status":
        return STATUS_NOTE
    return BY_NAME[name].note if name in BY_NAME else OWN_NOTE
