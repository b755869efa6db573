"""The same tricks played on an input: what is read must be what every program shows, or be refused."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator

import xlsxwriter

from allocator import InputError, load
from allocator.base.files import FileBytes
from tests.hostile.attacks import Attack

TOWNS = ("东城街道", "南城街道", "万江街道", "莞城街道", "石碣镇", "石龙镇", "茶山镇", "石排镇")
VALUES = (
    4873686.46,
    3360088.39,
    3335858.76,
    1389757.06,
    2512517.79,
    1326460.3,
    1996345.11,
    2205286.13,
)
RULES = """[scheme]
name = "试"
status = "official"
recipients = 8
[[pool]]
id = "a"
name = "补助"
budget = "100000.00"
factors = [{ column = "需求", weight = "1" }]
"""


@functools.cache
def base() -> bytes:
    """A table as an office keeps it: the amount in H6 is a formula that takes it from another sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet, other = book.add_worksheet("附表1"), book.add_worksheet("附表2-2")
    money = book.add_format({"num_format": "#,##0.00_ "})
    text = book.add_format({"text_wrap": True})
    sheet.write("A1", "需求表", text)
    sheet.write("A3", "测算稿 — 权重待核定", text)
    for column, header in enumerate(("序号", "镇街", "备注", "一", "二", "三", "四", "需求")):
        sheet.write(4, column, header, text)
    for row, (town, value) in enumerate(zip(TOWNS, VALUES, strict=True), 5):
        sheet.set_row(row, 24.75)
        sheet.write(row, 0, row - 4, money)
        sheet.write(row, 1, town, text)
        for column in range(3, 7):
            sheet.write(row, column, 25131106.7 + row, money)
        sheet.write(row, 7, value, money)
        other.write(row + 1, 14, value, money)
    sheet.write_formula("H6", "'附表2-2'!O7", money, VALUES[0])
    sheet.set_column(7, 7, 16.85)
    for column in range(7):
        sheet.set_column(column, column, 12)
    sheet.center_horizontally()
    sheet.set_landscape()
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.print_area("A1:L19")
    sheet.repeat_rows(0, 4)
    book.close()
    return stream.getvalue()


def read(content: bytes) -> tuple[str, ...]:
    """The figures as a run takes them, in hundredths; raises `InputError`."""
    rules = FileBytes("方案.toml", RULES.encode())
    recipients, _ = load(FileBytes("输入.xlsx", content), rules)
    return tuple(
        f"{town} {value:.2f}"
        for town, value in zip(
            recipients.towns, map(float, recipients.numbers["需求"]), strict=True
        )
    )


def judge(attacks: list[Attack]) -> Iterator[tuple[Attack, str, str, bytes]]:
    """(attack, verdict, reason or figures, file); where the trick does not fit it is left out."""
    true = read(base())
    for attack in attacks:
        try:
            content = attack.change(base())
        except (AssertionError, KeyError, ValueError):
            continue
        try:
            found = read(content)
        except InputError as error:
            yield attack, "拒绝", str(error.problems[0]), content
            continue
        except Exception as error:  # noqa: BLE001 - a traceback is what is looked for
            yield attack, "程序出错", repr(error), content
            continue
        yield (
            attack,
            "读对" if found == true else "读出别的",
            " ".join(set(found) ^ set(true)),
            content,
        )
