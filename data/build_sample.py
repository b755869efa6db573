"""Make dongguan-2020.xlsx, the sample input, from dongguan-2020.csv and dongguan-2020.toml.

Run it from anywhere: `python data/build_sample.py`. It writes the same bytes every time.
"""

from __future__ import annotations

from pathlib import Path

from allocator import load
from allocator.base.files import write_whole
from allocator.excel.template.template import input_workbook

DATA = Path(__file__).parent

SOURCES = (
    ("数据项", "来源", "数据状态与说明"),
    (
        "数据状态的含义",
        "",
        (
            "公布：官方公布的数；折算：公布的是其他年份的数，按全市总量折算到 2020 年；估算：由全市总量推算；"
            "边界计算：由行政边界量算；示例：占位数字，不是真实数据"
        ),
    ),
    (
        "村（社区）数量",
        "国家统计局统计用区划代码，2020 年 6 月 30 日版：全市 350 个村、245 个社区，共 595 个",
        "公布。松山湖没有所辖村（社区）",
    ),
    (
        "行政区划面积（平方公里）",
        "各园区、镇（街道）公布的面积",
        "31 个公布；企石镇、高埗镇没有公布的数，由行政边界量算（边界计算）",
    ),
    (
        "经济总量（亿元）",
        "各园区、镇（街道）公布的地区生产总值；全市 2020 年为 9,650.19 亿元",
        (
            "没有同一年份的全套公布数。公布：2020 年的公布数；折算：其他年份的公布数按全市总量折算；"
            "估算：全市总量减去已知 28 个单位后按人口分摊"
        ),
    ),
    ("人口（人）", "第七次全国人口普查（2020 年），全市合计 10,466,625 人", "公布"),
    (
        "帮扶需求",
        "没有找到分镇街的公开数据",
        "示例：全部为占位数字。请换成核定的帮扶需求，并把数据状态改为“公布”",
    ),
    (
        "经济指标类别",
        "没有找到一、二、三、四类镇街的公开名单",
        "示例：全部为占位。请换成正式的类别，并把数据状态改为“公布”",
    ),
    (
        "是否试点",
        "东府办〔2020〕22号 七（二）：东城、洪梅、道滘、沙田、长安、塘厦、清溪、常平、横沥、石排 10 个镇（街道）",
        "公布",
    ),
    (
        "试点剩余（元）",
        "没有找到公开数据",
        "示例：全部为占位数字。请换成试点结束时核定的剩余金额，并把数据状态改为“公布”",
    ),
    (
        "各因素的权重",
        "东府办〔2020〕22号附件3《2020年东莞市“民生大莞家”专项资金分配方案》，未公开",
        "示例：分配方案中的权重是草案占位，须换成附件3核定的权重，并把方案状态改为“正式”",
    ),
    (
        "预算、资金来源、试点经费、配套比例",
        "东府办〔2020〕22号 五（一）、五（二）",
        "公布",
    ),
)


def build() -> bytes:
    """The sample workbook."""
    recipients, scheme = load(DATA / "dongguan-2020.csv", DATA / "dongguan-2020.toml")
    return input_workbook(recipients, scheme, sources=SOURCES)


if __name__ == "__main__":
    write_whole(DATA / "dongguan-2020.xlsx", build())
