"""Make dongguan-villages-2020.xlsx, the sample table of villages, from dongguan-villages-2020.csv.

Names and kinds are published; the population and area of each village are made up from its code
and marked 示例. Run it from anywhere: `python data/build_villages.py`. Same bytes every time.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from allocator import Recipients, load
from allocator.base.archive import same_bytes
from allocator.base.files import write_whole
from allocator.rounding.apportion import apportion

DATA = Path(__file__).parent
SHEET = "村（社区）基础数据"
HEADERS = (
    *("序号", "镇街（园区）", "村（社区）", "类型", "统计用区划代码", "个数"),
    *("人口（人）", "行政区划面积（公顷）", "人口·数据状态", "行政区划面积·数据状态"),
)
SOURCES = (
    ("数据项", "来源", "说明"),
    (
        "村（社区）名称、类型、代码",
        "国家统计局统计用区划代码，2020 年 6 月 30 日版：350 个村、245 个社区",
        "公布。松山湖没有所辖村（社区）",
    ),
    (
        "人口、行政区划面积",
        "没有找到分村（社区）的公开数据",
        "示例：把镇街的数按编码编造地分到各村（社区），不是真实数据",
    ),
)


def build() -> bytes:
    """The sample table."""
    recipients, _ = load(DATA / "dongguan-2020.csv", DATA / "dongguan-2020.toml")
    with (DATA / "dongguan-villages-2020.csv").open(encoding="utf-8-sig", newline="") as file:
        villages = list(csv.DictReader(file))
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    _write(book, SHEET, [HEADERS, *_rows(villages, recipients)])
    _write(book, "数据来源", SOURCES)
    book.close()
    return same_bytes(content.getvalue())


def _rows(villages: list[dict[str, str]], recipients: Recipients) -> list[tuple[object, ...]]:
    towns, numbers = recipients.towns, recipients.numbers
    rows: list[tuple[object, ...]] = []
    for i, town in enumerate(towns):
        own = [village for village in villages if village["town"] == town]
        if not own:
            continue
        people = apportion(int(numbers["population"][i]), [_part(v, "people") for v in own]).amounts
        hectares = int(numbers["area"][i] * 100)
        area = apportion(hectares, [_part(v, "area") for v in own]).amounts
        for village, persons, size in zip(own, people, area, strict=True):
            kind = "村" if village["kind"] == "村委会" else "社区"
            known = (village["town"], _name(village["name"]), kind, village["code"], 1)
            rows.append((len(rows) + 1, *known, persons, size, "示例", "示例"))
    return rows


def _name(name: str) -> str:
    for ending in ("村民委员会", "居民委员会", "居民委会"):
        name = name.removesuffix(ending)
    return name


def _part(village: dict[str, str], what: str) -> int:
    digest = hashlib.sha256(f"{what}{village['code']}".encode()).digest()
    return int.from_bytes(digest[:2]) % 1000 + 300


def _write(book: xlsxwriter.Workbook, name: str, rows: Sequence[Sequence[object]]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter"})
    body = book.add_format({"border": 1})
    for row, line in enumerate(rows):
        for column, value in enumerate(line):
            sheet.write(row, column, value, bold if row == 0 else body)
    for column, width in enumerate((8, 16, 24, 10, 18, 8, 12, 14, 14, 18)):
        sheet.set_column(column, column, width if name == SHEET else 44)
    sheet.freeze_panes(1, 3 if name == SHEET else 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


if __name__ == "__main__":
    write_whole(DATA / "dongguan-villages-2020.xlsx", build())
