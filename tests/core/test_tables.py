"""Tables as a notebook shows them."""

from __future__ import annotations

from allocator.tables import Column, Table


def test_html_draws_values_titles_totals_and_notes() -> None:
    columns = Column("镇街"), Column("金额", "fen")
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
