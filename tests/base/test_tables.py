"""Tables as a notebook shows them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator.base.tables import FigureKind, Table, TableColumn, TableValue, draw, totals


def test_html_draws_values_titles_totals_and_notes() -> None:
    columns = TableColumn("镇街"), TableColumn("金额", "fen")
    table = Table(
        "甲 < 乙", columns, (("道滘镇", 12345), ("高埗镇", None)), ("合计", 12345), ("注",)
    )
    assert table._repr_html_() == (
        "<table><caption>甲 &lt; 乙</caption><thead><tr><th>镇街</th><th>金额</th></tr></thead><tbody>"
        '<tr><td style="text-align:left">道滘镇</td><td style="text-align:right">123.45</td></tr>'
        '<tr><td style="text-align:left">高埗镇</td><td style="text-align:right"></td></tr>'
        '<tr><td style="text-align:left">合计</td><td style="text-align:right">123.45</td></tr>'
        "</tbody></table><p>注</p>"
    )


@pytest.mark.parametrize(
    ("value", "kind", "decimals", "text"),
    [
        (None, "fen", 2, ""),
        ("合计", "fen", 2, "合计"),
        (-123456, "fen", 2, "-1,234.56"),
        (Fraction(1, 8), "percent", 1, "12.5%"),
        (Fraction(-1, 8), "points", 2, "-12.50"),
        (Fraction(1, 3), "number", 3, "0.333…"),
        (12345, "count", 2, "12,345"),
    ],
)
def test_values_are_drawn_by_their_kind(
    value: TableValue, kind: FigureKind, decimals: int, text: str
) -> None:
    assert draw(value, TableColumn("列", kind, decimals)) == text


def test_totals_of_money_and_counts_only() -> None:
    columns = (
        TableColumn("镇街"),
        TableColumn("金额", "fen"),
        TableColumn("占比", "percent"),
        TableColumn("村", "count"),
    )
    rows = [("甲", 1, Fraction(1, 2), 3), ("乙", None, Fraction(1, 2), 4)]
    assert totals(columns, rows) == ("合计", 1, None, 7)
