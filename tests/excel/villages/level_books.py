"""A small fund with its villages, on disk as a user has it."""

from __future__ import annotations

from pathlib import Path

from allocator import allocate, load
from allocator.excel.villages.stored import split_villages
from allocator.excel.villages.workbook import Level, level_workbook

TOWNS = """镇街（园区）,村（社区）数量,经济指标类别,是否试点,试点剩余（元）
甲镇,3,一类,是,100.00
乙镇,2,三类,否,
丙园,0,二类,否,
"""
CITY = """
[scheme]
name = "试验专项资金分配方案"
status = "official"
recipients = 3
[[pool]]
id = "micro"
name = "微实事"
budget = "100001.01"
sources = [{ name = "市财政", amount = "90000.01" }, { name = "基金", amount = "10001.00" }]
base = "10000"
factors = [{ column = "villages", weight = "1" }]
[pilot]
pool = "micro"
advance = "20000"
[matching]
rates = { "一类" = "1", "二类" = "1", "三类" = "0.5" }
"""
VILLAGES = """镇街,村（社区）,人口（人）,序号
甲镇,一村,10,1
甲镇,二村,10,2
甲镇,三村,7,3
乙镇,一村,1,4
乙镇,四村,2,5
"""
RULES = """
[scheme]
name = "试验村级分配方案"
status = "official"
[[pool]]
id = "micro"
base = "100"
factors = [{ column = "人口", weight = "1" }]
"""


def files(folder: Path, villages: str = VILLAGES, rules: str = RULES) -> dict[str, Path]:
    texts = {"towns.csv": TOWNS, "city.toml": CITY, "villages.csv": villages, "rules.toml": rules}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: folder / name for name in texts}


def level_of(folder: Path, villages: str = VILLAGES, rules: str = RULES) -> Level:
    at = files(folder, villages, rules)
    answer = allocate(*load(at["towns.csv"], at["city.toml"]))
    return split_villages(answer, at["rules.toml"], at["villages.csv"])


def written(folder: Path) -> Path:
    path = folder / "level.xlsx"
    path.write_bytes(level_workbook(level_of(folder)))
    return path
