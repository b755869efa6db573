"""Blanks, merged cells and recipients that are missing or look alike, each in a small table."""

from __future__ import annotations

from collections.abc import Iterator

from tests.excel.intake.siblings.base import PILOT, PLAIN, Cell, Lines, Sibling, text_file
from tests.excel.intake.siblings.tables import (
    MATCHED,
    PEOPLE,
    RIGHT,
    sheet_file,
    table,
    with_pilot,
)

BLANKS: tuple[Cell, ...] = (None, "", " ", "　", "\u200b", "\xa0", "\t")


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
    for kind in (blanks, merged, missing, names):
        yield from kind()
