"""说明: rules in words, data and their status, what the workbook is and how to verify it."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from allocator.allocation import Allocation
from allocator.base.money import amount_text
from allocator.excel.intake.load import NO_SOURCES
from allocator.excel.kit.frame import TOP, Frame, head
from allocator.excel.kit.layout import Sheet
from allocator.excel.kit.style import FONT_NOTE, LINE_HEIGHT, Style, broken_lines
from allocator.excel.official.context import Report
from allocator.excel.official.rules_in_words import Rule, Told, rules, totals_text
from allocator.explain.record import canonical_sha256
from allocator.fund.recipients import Recipients

WIDTHS: Final = (32.0, 96.0, 20.0)
_FILL: Final = 0.93  # of a column's width is used by a line: fonts of other machines are wider

#: Labels of the fingerprint lines, by their key; verification finds them again by these words.
FINGERPRINTS: Final = {
    "input_sha256": "指纹：数据",
    "scheme_sha256": "指纹：方案",
    "result_sha256": "指纹：结果",
    "version": "程序版本",
    "told_sha256": "指纹：来源和提醒",
    "file": "原输入文件",
    "file_sha256": "指纹：原输入文件",
}
#: Label of what was odd in the input file itself; it cannot be computed again from the sheets.
READING: Final = "读取提醒"
#: The heading of what is only told.
TOLD: Final = "以下由报送单位填写，未核验"
_STATUS_WORDS: Final = {
    "draft": "测算稿，权重待核定，不作为核拨依据",
    "official": "正式方案",
    "trial": "情景测算，权重待核定，不作为核拨依据",
}


def notes_sheet(report: Report) -> Sheet:
    """A table of three columns: 项目, 内容, 依据."""
    answer = report.answer
    sheet = Sheet(report.names["notes"])
    sheet.widths = dict(enumerate(WIDTHS))
    corner = f"表内金额单位：{report.unit.name}"
    title = report.title("分配测算说明")
    head(sheet, Frame(report.names["notes"], title, report.draft_mark(), corner), 3)
    for column, header in enumerate(("项目", "内容", "依据")):
        sheet.put(TOP, column, header, Style("header"))
    sheet.heights[TOP] = LINE_HEIGHT + 4
    told = functools.partial(amount_text, unit=report.unit.name)
    lines = [
        *_general(answer, told),
        *rules(answer, told),
        *_data(answer),
        *_trust(report),
        *_told(answer.recipients),
    ]
    for row, line in enumerate(lines, TOP + 1):
        broken = [broken_lines(t, w * _FILL) for t, w in zip(line, WIDTHS, strict=True)]
        for column, texts in enumerate(broken):
            sheet.put(row, column, "\n".join(texts) or None, Style("text"))
        sheet.heights[row] = LINE_HEIGHT * max(map(len, broken)) + 3
    sheet.header_rows = (0, TOP)
    sheet.is_one_page = False
    return sheet


def _general(answer: Allocation, told: Told) -> Iterator[Rule]:
    scheme = answer.scheme
    yield "方案", scheme.name, scheme.document
    yield "状态", _STATUS_WORDS[scheme.status], ""
    if scheme.date:
        date = scheme.date
        yield "日期", f"{date.year}年{date.month}月{date.day}日", ""
    yield "结果", totals_text(answer, told), ""


def _data(answer: Allocation) -> Iterator[Rule]:
    recipients = answer.recipients
    for column, statuses in recipients.status.items():
        counts = Counter(status for status in statuses if status)
        if counts:
            text = "、".join(f"{status} {count} 个" for status, count in counts.items())
            yield f"数据状态：{recipients.header(column)}", text, ""
    for k, warning in enumerate(answer.warnings[len(recipients.warnings) :], 1):
        yield f"提醒 {k}", f"{warning.message}。{warning.remedy}", ""


def _told(recipients: Recipients) -> Iterator[Rule]:
    """What the sender says and nobody can compute: it stands apart, under a heading of its own."""
    lines = [line for line in recipients.sources if line[:1] != NO_SOURCES[0][:1]]
    if lines or recipients.warnings:
        yield TOLD, "", ""
    for k, line in enumerate(lines, 1):
        yield f"数据来源 {k}", "　".join(cell for cell in line if cell), ""
    for k, warning in enumerate(recipients.warnings, 1):
        yield f"{READING} {k}", f"{warning.message}。{warning.remedy}", ""


def told_lines(recipients: Recipients) -> tuple[str, ...]:
    """The same as lines of text, for a terminal."""
    return tuple(f"{name}：{text}" for name, text, _ in _told(recipients) if text)


def told_sha256(recipients: Recipients) -> str:
    """The fingerprint of what is only told: the sources of the data, the warnings of reading."""
    warnings = [f"{warning.message}。{warning.remedy}" for warning in recipients.warnings]
    return canonical_sha256([recipients.sources, warnings])


def _trust(report: Report) -> Iterator[Rule]:
    answer, origin = report.answer, report.answer.recipients.origin
    texts = dict(answer.fingerprint)
    texts["told_sha256"] = told_sha256(answer.recipients)
    texts |= {"file": PurePath(origin.file).name, "file_sha256": origin.file_sha256}
    for key, label in FINGERPRINTS.items():
        if texts[key]:
            yield label, texts[key], ""
    yield "如何核验", _VERIFY, ""
    yield "表内公式", _FORMULAS, ""
    yield "字体", FONT_NOTE, ""


_VERIFY: Final = (
    "运行 allocator verify 本文件.xlsx：由本工作簿所附的数据和方案重新计算，逐格核对各表的数值和公式；"
    "加 --input 原输入文件，可核对所用数据是否就是该文件。纸质件可凭上列指纹与电子文件对应（SHA-256）。"
)
_FORMULAS: Final = "各表金额由公式引用因素测算底稿得出，精确到分；占比只显示部分小数，计算时用全部小数，不用显示的数。"
