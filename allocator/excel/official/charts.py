"""The sheet 图表: charts of the official tables, drawn by the spreadsheet program from their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from allocator.engine.split.result import paid_word
from allocator.excel.kit.style import BODY_FONT, HEADER_FONT
from allocator.excel.official.context import Report

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

SHEET: Final = "图表"
#: Beyond this many rows the names under the columns are no longer read.
MOST_TOWNS: Final = 60
#: Fill of each series: far apart in lightness, later ones patterned, for grey print.
COLOURS: Final = ("#1B2F5B", "#F2D680", "#D55E00", "#56B4E9", "#005A48")
PATTERNS: Final = (
    *("", "", "wide_upward_diagonal", "wide_downward_diagonal", "small_grid"),
    *("wide_downward_diagonal", "wide_upward_diagonal", "small_grid"),
    *("wide_upward_diagonal", "wide_downward_diagonal"),
)
_SIZE: Final = {"width": 1040, "height": 660}
_ROWS: Final = 35  # rows of 20 pixels that one page takes
#: Yuan shown in 万元 with one decimal: thousands, with a point set before the last digit. The
#: axis setting for units is not known to every spreadsheet program.
_WAN_FROM_YUAN: Final = "0\\.0,"

#: topic, column, name of a series.
Series = tuple[str, str, str]


def add_charts(book: xlsxwriter.Workbook, report: Report) -> None:
    """Append the sheet 图表 to the workbook; longer tables get none.

    The charts name cells of the annexes, so they follow every recalculation.
    """
    if len(report.answer.recipients) > MOST_TOWNS:
        return
    charts = _charts(report)
    sheet = book.add_worksheet(SHEET)
    _set_on_paper(sheet, len(charts))
    mark = book.add_format({"font_name": HEADER_FONT, "font_size": 10, "font_color": "#C00000"})
    for k, (title, subtype, series) in enumerate(charts):
        chart = book.add_chart({"type": "column", "subtype": subtype})
        for j, one in enumerate(series):
            chart.add_series(_series(report, j, one))
        _dress(chart, report, title)
        if text := _marks(report):
            sheet.write_string(k * _ROWS, 0, text, mark)
        sheet.insert_chart(k * _ROWS + 1, 0, chart, {"object_position": 2, "description": title})


def _marks(report: Report) -> str:
    """What every page of charts must say: the draft mark, and that figures are not real."""
    recipients = report.answer.recipients
    names = "、".join(recipients.header(column) for column in recipients.placeholders())
    return "　".join(filter(None, [report.draft_mark(), f"含示例数据：{names}" if names else ""]))


def _charts(report: Report) -> list[tuple[str, str, list[Series]]]:
    """Title, kind of stacking and series of each chart that the fund has."""
    answer = report.answer
    pools, word = answer.pools, paid_word(*answer.pools)
    paid = [("payments", f"own{p}", result.pool.name) for p, result in enumerate(pools)]
    charts = [(report.title(f"{word}额"), "stacked", paid)]
    if "sources" in report.placed:
        sources = [
            ("sources", f"source{p}_{j}", source.name)
            for p, result in enumerate(pools)
            if result.by_source
            for j, source in enumerate(result.pool.sources)
        ]
        charts.append(
            (
                report.title(
                    "资金来源构成（含已拨试点经费）" if report.has_pilot else "资金来源构成"
                ),
                "stacked",
                sources,
            )
        )
    if answer.matching:
        city = "city" if len(pools) > 1 else "own0"
        both = [
            ("payments", city, f"市级{word}合计"),
            ("payments", "required", "应配套金额"),
        ]
        charts.append((report.title("核拨与应配套金额"), "clustered", both))
    return charts


def _series(report: Report, j: int, series: Series) -> dict[str, Any]:
    topic, key, name = series
    colour, pattern = COLOURS[j % len(COLOURS)], PATTERNS[j % len(PATTERNS)]
    look: dict[str, Any] = {"fill": {"color": colour}}
    if pattern:
        look = {"pattern": {"pattern": pattern, "fg_color": "#FFFFFF", "bg_color": colour}}
    return {
        "name": report.speech.said(name),
        "categories": _cells(report, topic, "town"),
        "values": _cells(report, topic, key),
        "border": {"color": "#1A1A1A", "width": 0.5},
        "gap": 45,
        **look,
    }


def _cells(report: Report, topic: str, key: str) -> list[str | int]:
    placed = report.placed[topic]
    column = placed.columns[key]
    return [placed.sheet, placed.first, column, placed.first + placed.rows - 1, column]


def _dress(chart: Any, report: Report, title: str) -> None:
    """Title, axes in 万元 and key; the draft mark goes into the title, which is copied with it."""
    mark, said = report.draft_mark(), report.speech.said
    title = said(title)
    head = {"name": HEADER_FONT, "size": 13, "bold": False}
    small = {"name": BODY_FONT, "size": 9}
    chart.set_title({"name": f"{title}（{mark}）" if mark else title, "name_font": head})
    chart.set_x_axis(
        {"num_font": {**small, "size": 10, "rotation": -90}, "line": {"color": "#555555"}}
    )
    chart.set_y_axis(
        {
            "name": said("金额（万元）"),
            "name_font": {**small, "bold": False},
            "num_font": small,
            "num_format": "#,##0.0" if report.unit.name == "万元" else _WAN_FROM_YUAN,
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
            "line": {"none": True},
        }
    )
    chart.set_legend({"position": "top", "font": {**small, "size": 10}})
    chart.set_size(_SIZE)


def _set_on_paper(sheet: Worksheet, charts: int) -> None:
    """One chart a page, landscape A4."""
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.set_h_pagebreaks([k * _ROWS for k in range(1, charts)])
    sheet.set_footer("&C第 &P 页 共 &N 页", {"margin": 0.3})
