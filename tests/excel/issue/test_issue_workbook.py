"""The issue copy of funds of every shape: values only, and what is printed adds up."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from allocator import Allocation, InputError
from allocator.excel.issue import IssueOptions, issue_workbook
from tests.excel.official.official_funds import FUNDS, answer_of

WAN = IssueOptions("万元", 2)
WHOLE = IssueOptions("万元", 0)


def opened(answer: Allocation, options: IssueOptions) -> Any:
    return openpyxl.load_workbook(io.BytesIO(issue_workbook(answer, options)))


def printed(cell: Any) -> Decimal | None:
    """The figure as it is printed: with the decimals of its format."""
    if not isinstance(cell.value, int | float):
        return None
    places = len(cell.number_format.strip("_ ").partition(".")[2])
    return Decimal(f"{cell.value:.{places}f}")


def money_columns(sheet: Any) -> dict[int, list[Decimal]]:
    """Column → its printed amounts, the total last."""
    columns: dict[int, list[Decimal]] = {}
    last = next(r for r in range(sheet.max_row, 0, -1) if sheet.cell(r, 2).value == "合计")
    first = next(r for r in range(1, last) if sheet.cell(r, 1).value == 1)
    for c in range(1, sheet.max_column + 1):
        cells = [sheet.cell(r, c) for r in range(first, last + 1)]
        if cells[-1].number_format.startswith("#,##0") and printed(cells[-1]) is not None:
            columns[c] = [printed(cell) or Decimal(0) for cell in cells]
    return columns


@pytest.mark.parametrize("name", [name for name in FUNDS if name not in ("large", "many")])
@pytest.mark.parametrize("options", [IssueOptions(), WAN, WHOLE], ids=["yuan", "wan", "whole"])
def test_columns_and_rows_add_up_in_print(name: str, options: IssueOptions) -> None:
    answer = answer_of(name)
    book = opened(answer, options)
    for sheet in book:
        assert sheet.title.startswith("附表")
        for figures in money_columns(sheet).values():
            assert sum(figures[:-1]) == figures[-1]
        assert not any(
            isinstance(cell.value, str) and (cell.value.startswith("=") or "指纹" in cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f" or "指纹" in str(cell.value)
        )
    columns = list(money_columns(book["附表1" if len(book.sheetnames) > 1 else "附表"]).values())
    if answer.matching:
        *_, required, both = columns
        city = columns[-5 if any(result.instalments for result in answer.pools) else -3]
        assert all(a + b == c for a, b, c in zip(city, required, both, strict=True))


@pytest.mark.parametrize("decimals", [0, 2])
def test_a_match_of_all_of_it_is_printed_as_its_base(allocation: Allocation, decimals: int) -> None:
    sheet = opened(allocation, IssueOptions("万元", decimals, ("配套表",))).worksheets[0]
    rows = [r for r in sheet.iter_rows(values_only=True) if r[4] == 1]
    assert len(rows) > 10
    assert [r[3] for r in rows] == [r[5] for r in rows]


def test_a_figure_is_the_same_in_every_annex(allocation: Allocation) -> None:
    book = opened(allocation, WAN)
    first, pilot, match, _ = (list(money_columns(sheet).values()) for sheet in book)
    assert first[0] == pilot[2]  # entitlement
    assert first[4] == pilot[5]  # paid
    assert first[6] == match[0]  # the base of the match
    assert first[7] == match[1]  # the match


def test_annexes_are_chosen_numbered_and_paged_alone(allocation: Allocation) -> None:
    book = opened(allocation, IssueOptions(annexes=("配套表", "来源表")))
    assert book.sheetnames == ["附表1", "附表2"]
    assert [sheet.page_setup.useFirstPageNumber for sheet in book] == [True, True]
    assert "配套资金表" in book["附表1"]["A2"].value
    with pytest.raises(InputError, match="可选：总表、结算表、配套表、来源表"):
        issue_workbook(allocation, IssueOptions(annexes=("附表9",)))


def test_rows_by_amount_keep_each_town_with_its_figures(allocation: Allocation) -> None:
    def lines(options: IssueOptions) -> list[list[Any]]:
        sheet = opened(allocation, options)["附表1"]
        return [[c.value for c in row][1:] for row in sheet.iter_rows(min_row=6, max_row=38)]

    official, sorted_ = lines(WAN), lines(IssueOptions("万元", 2, order="amount"))
    assert sorted(map(str, official)) == sorted(map(str, sorted_))
    paid = [line[8] for line in sorted_]
    assert paid == sorted(paid, reverse=True)


def test_totals_stand_in_capitals(allocation: Allocation) -> None:
    sheet = opened(allocation, WAN)["附表1"]
    texts = [str(row[0].value) for row in sheet.iter_rows(min_row=39)]
    assert any(
        "105,062,389.56元（大写：人民币壹亿零伍佰零陆万贰仟叁佰捌拾玖元伍角陆分）" in t
        for t in texts
    )
