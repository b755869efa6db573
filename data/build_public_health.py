"""Writes cn-public-health-2020.csv: census populations and tiers of the central share.

Source: 第七次全国人口普查公报（第三号）, residents of 2020-11-01; tiers: 国办发〔2018〕6号.
"""

from __future__ import annotations

import csv
from pathlib import Path

TIERS = {
    "第一档": "内蒙古 24049155 广西 50126804 重庆 32054159 四川 83674866 贵州 38562148 云南 47209277 "
    "西藏 3648100 陕西 39528999 甘肃 25019831 青海 5923957 宁夏 7202654 新疆 25852345",
    "第二档": "河北 74610235 山西 34915616 吉林 24073453 黑龙江 31850088 安徽 61027171 江西 45188635 "
    "河南 99365519 湖北 57752557 湖南 66444864 海南 10081232",
    "第三档": "辽宁 42591407 福建 41540086 山东 101527453",
    "第四档": "天津 13866009 江苏 84748016 浙江 64567588 广东 126012510",
    "第五档": "北京 21893095 上海 24870895",
}
rows = []
for tier, text in TIERS.items():
    words = text.split()
    rows += [(name, people, tier) for name, people in zip(words[::2], words[1::2], strict=True)]
print(len(rows), sum(int(people) for _, people, _ in rows))
with (
    Path(__file__)
    .with_name("cn-public-health-2020.csv")
    .open("w", encoding="utf-8-sig", newline="") as file
):
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("序号", "省（区、市）", "常住人口（人）", "分档"))
    writer.writerows((k, *row) for k, row in enumerate(rows, 1))
