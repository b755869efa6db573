"""The sheets 人工调整 and 已拨记录: read back as written, each mistake at its cell."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from allocator import FileBytes, InputError, Recipients, Scheme, load
from allocator.excel.template.template import input_workbook

LABELS = ["镇街", "资金池", "调整额（元）", "承担方", "理由", "批准"]


def loaded(recipients: Recipients, scheme: Scheme, sheet: str, *lines: list[Any]) -> Scheme:
    """The sample with these lines typed into one of the sheets."""
    book = openpyxl.load_workbook(io.BytesIO(input_workbook(recipients, scheme)))
    for r, line in enumerate(lines, 4):
        for c, value in enumerate(line, 1):
            book[sheet].cell(r, c).value = value
    content = io.BytesIO()
    book.save(content)
    return load(FileBytes("输入.xlsx", content.getvalue()))[1]


def test_lines_are_read(recipients: Recipients, scheme: Scheme) -> None:
    rules = loaded(
        *(recipients, scheme, "人工调整"),
        ["东城街道", "民生微实事", 100000, None, "任务加重", "纪要"],
        ["石龙镇", "民生微心愿", "-5,000.50", "石碣镇、茶山镇", "调出", "纪要"],
        ["松山湖", "micro_wishes", 1, "预留资金", "困难", "纪要"],
    )
    one, two, three = rules.adjustments
    assert (one.pool, one.amount, one.borne_by) == ("micro_projects", 10_000_000, "others")
    assert (two.amount, two.borne_by) == (-500_050, ("石碣镇", "茶山镇"))
    assert three.borne_by == "reserve"
    paid = loaded(
        *(recipients, scheme, "已拨记录"), ["2020-03-01", "一号", "民生微心愿", "东城街道", 0.05]
    )
    assert [(p.amount, str(p.date)) for p in paid.instalments] == [(5, "2020-03-01")]


@pytest.mark.parametrize(
    ("line", "cell", "told"),
    [
        (["东城街道", "民生大实事", 1, "", "理由", "批准"], "B4", "资金池不存在"),
        (["东城街道", "民生微实事", "很多", "", "理由", "批准"], "C4", "调整额无法识别"),
        (["东城街道", "民生微实事", 0.001, "", "理由", "批准"], "C4", "调整额无法识别"),
        (["东城街道", "民生微实事", 1, "", None, "批准"], "E4", "缺少"),
        (["东城", "民生微实事", 1, "", "理由", "批准"], "A4", "没有“东城”"),
        (["东城街道", "民生微实事", 1, "石龙", "理由", "批准"], "D4", "没有“石龙”"),
        (["东城街道", "民生微实事", -9e8, "", "理由", "批准"], "C4", "低于下限"),
    ],
)
def test_mistakes_stand_at_their_cell(
    recipients: Recipients, scheme: Scheme, line: list[Any], cell: str, told: str
) -> None:
    from allocator import allocate

    with pytest.raises(InputError) as error:
        allocate(recipients, loaded(recipients, scheme, "人工调整", line))
    (problem,) = (p for p in error.value.problems if not p.is_warning)
    assert told in str(problem)
    assert str(problem.place) == f"输入.xlsx!人工调整!{cell}"


def test_the_sheets_are_read_back_from_their_own_writing(
    recipients: Recipients, scheme: Scheme
) -> None:
    line = ["东城街道", "民生微实事", 100000, "石龙镇", "任务加重", "纪要"]
    rules = loaded(recipients, scheme, "人工调整", line)
    again = load(FileBytes("再.xlsx", input_workbook(recipients, rules)))[1]
    assert again == rules
