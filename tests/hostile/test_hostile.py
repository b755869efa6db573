"""A sample of the table of `python -m tests.hostile`, and what an input may not say in two ways."""

from __future__ import annotations

import pytest

from tests.hostile import inputs
from tests.hostile.__main__ import ATTACKS, FAILED, WRONG, on_input, on_workbook

#: Tricks by which some programs show another figure than others, or than the cell holds.
REFUSED = (
    ("关系", "编号重复"),
    ("一格的写法", "别的行"),
    ("一格的写法", "位置带 $"),
    ("一格的写法", "类型空白"),
    ("一格的写法", "类型大写"),
    ("一行的写法", "行号越界"),
    ("压缩包：夹带", "注释里有另一个压缩包"),
    ("压缩包：夹带", "两个压缩包相接"),
    ("数字写法", "'&#160;4873686.46'"),
    ("数字格式", "'#,##0.00,'"),
    ("数字格式", "';;;'"),
    ("数字格式", "'1#,##0.00'"),
    ("数字格式", "同号两种，假的在后"),
)


def test_no_attack_on_a_workbook_is_accepted() -> None:
    rows = list(on_workbook(ATTACKS[7::29]))
    assert len(rows) > 15
    assert [row for row in rows if row[2] in WRONG] == []


def test_no_attack_on_an_input_ends_without_a_message() -> None:
    rows = list(on_input(ATTACKS[3::4]))
    assert len(rows) > 100
    assert [row for row in rows if row[2] == FAILED] == []


@pytest.mark.parametrize(("kind", "name"), REFUSED)
def test_what_is_shown_in_two_ways_is_refused(kind: str, name: str) -> None:
    attacks = [a for a in ATTACKS if (a.kind, a.name) == (kind, name)]
    assert attacks
    found = [verdict for _, verdict, _, _ in inputs.judge(attacks)]
    assert found
    assert set(found) == {"拒绝"}
