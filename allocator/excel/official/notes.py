"""说明: the fund, its rules, data and their status in numbered paragraphs; fingerprints at the end."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final

from allocator.allocation import Allocation
from allocator.base.money import amount_text
from allocator.excel.intake.load import DATA_FINGERPRINT, NO_SOURCES
from allocator.excel.kit.frame import TOP, Frame, head
from allocator.excel.kit.layout import ONE_PAGE_ROWS, Sheet, add_notes
from allocator.excel.kit.style import FONT_NOTE, LINE_HEIGHT, Style, broken_lines
from allocator.excel.official.context import Report
from allocator.excel.official.rules_in_words import Teller, rules, totals_text
from allocator.explain.record import canonical_sha256
from allocator.fund.recipients import Recipients

NoteLine = tuple[str, str]  # label, text

WIDTHS: Final = (34.0, 106.0)
NUMERALS: Final = "一二三四五六七八九十"
_HEADING: Final = LINE_HEIGHT + 8
_FILL: Final = 0.93  # of a column's width is used by a line: fonts of other machines are wider

#: Labels of the fingerprint lines, by their key; verification finds them again by these words.
FINGERPRINTS: Final = {
    "input_sha256": DATA_FINGERPRINT,
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
    """Numbered paragraphs, a row each line; then what was told and the fingerprints, label | text."""
    answer, said = report.answer, report.speech.said
    sheet = Sheet(report.names["notes"])
    sheet.widths = dict(enumerate(WIDTHS))
    corner = f"表内金额单位：{said(report.unit.name)}"
    title = said(report.title("分配测算说明"))
    frame = Frame(report.names["notes"], title, report.draft_mark(), corner)
    head(sheet, frame, len(WIDTHS))
    told = functools.partial(amount_text, unit=report.unit.name)
    parts = {
        "资金和分配结果": _general(answer, told),
        "分配办法": _rules(answer, told),
        "数据状态和提醒": _data(answer),
        "公式、核验和字体": _numbered((_FORMULAS, _VERIFY, FONT_NOTE)),
    }
    tables = {TOLD: _told(answer.recipients), "指纹（SHA-256）": _fingerprints(report)}
    row, number = TOP, itertools.count()
    for name, paragraphs in parts.items():
        # A line is broken after the fund's own words are in it: they are longer or shorter.
        if texts := [said(paragraph) for paragraph in paragraphs]:
            row = _heading(sheet, row, f"{_numeral(next(number))}、{name}")
            row = add_notes(sheet, row, len(WIDTHS), texts)
    for name, lines in tables.items():
        if rows := list(lines):
            row = _heading(sheet, row, f"{_numeral(next(number))}、{name}")
            row = _table(sheet, row, rows)
    sheet.header_rows = (0, TOP - 1)
    sheet.is_one_page = row <= ONE_PAGE_ROWS
    return sheet


def _heading(sheet: Sheet, row: int, text: str) -> int:
    sheet.span((row, 0), (row, len(WIDTHS) - 1), text, Style("mark"))
    sheet.heights[row] = _HEADING
    return row + 1


def _table(sheet: Sheet, row: int, lines: Iterable[NoteLine]) -> int:
    """A row each line, which programs find again by its label."""
    for row, line in enumerate(lines, row):  # noqa: B020, PLR1704 - goes on where it began
        broken = [broken_lines(t, w * _FILL) for t, w in zip(line, WIDTHS, strict=True)]
        for column, texts in enumerate(broken):
            sheet.put(row, column, "\n".join(texts), Style("text"))
        sheet.heights[row] = LINE_HEIGHT * max(map(len, broken)) + 3
    return row + 1


def _numeral(k: int) -> str:
    return NUMERALS[k] if k < len(NUMERALS) else str(k + 1)


def _numbered(texts: Iterable[str]) -> Iterator[str]:
    return (f"　　{k}. {text.rstrip('。')}。" for k, text in enumerate(texts, 1))


def _general(answer: Allocation, told: Teller) -> Iterator[str]:
    scheme = answer.scheme
    basis = f"，依据：{scheme.document}" if scheme.document else ""
    date = scheme.date
    day = f"，方案日期 {date.year}年{date.month}月{date.day}日" if date else ""
    yield f"　　本次按《{scheme.name}》测算{basis}{day}。状态：{_STATUS_WORDS[scheme.status]}。"
    yield f"　　结果：{totals_text(answer, told)}。"


def _rules(answer: Allocation, told: Teller) -> Iterator[str]:
    """The rules, those of a pool together: a line that names it, then a paragraph each rule."""
    names = [pool.name for pool in answer.scheme.pools]
    groups: dict[str, list[str]] = {}
    for topic, rule, cite in rules(answer, told):
        own = [name for name in names if topic.startswith(f"{name}：")]
        subject = max(own, key=len, default=topic.partition("：")[0])
        about = topic.removeprefix(subject).removeprefix("：")
        text = f"{about}：{rule}" if about else rule
        groups.setdefault(subject, []).append(f"{text}（{cite}）" if cite else text)
    for k, (subject, texts) in enumerate(groups.items()):
        title = f"　　（{_numeral(k)}）{subject}"
        if len(texts) == 1:
            yield f"{title}：{texts[0]}。"
        else:
            yield from (title, *_numbered(texts))


def _data(answer: Allocation) -> Iterator[str]:
    recipients, texts = answer.recipients, []
    for column, statuses in recipients.status.items():
        counts = Counter(status for status in statuses if status)
        if counts:
            told = "、".join(f"{status} {count} 个" for status, count in counts.items())
            texts.append(f"{recipients.header(column)}：{told}")
    own = answer.warnings[len(recipients.warnings) :]
    texts += [f"提醒：{warning.message}。{warning.remedy}" for warning in own]
    return _numbered(texts)


def _told(recipients: Recipients) -> Iterator[NoteLine]:
    """What the sender says and nobody can compute: it stands apart, under a heading of its own."""
    lines = [line for line in recipients.sources if line[:1] != NO_SOURCES[0][:1]]
    for k, line in enumerate(lines, 1):
        yield f"数据来源 {k}", "　".join(cell for cell in line if cell)
    for k, warning in enumerate(recipients.warnings, 1):
        yield f"{READING} {k}", f"{warning.message}。{warning.remedy}"


def told_lines(recipients: Recipients) -> tuple[str, ...]:
    """The same as lines of text, for a terminal."""
    return tuple(f"{name}：{text}" for name, text in _told(recipients))


def told_sha256(recipients: Recipients) -> str:
    """The fingerprint of what is only told: the sources of the data, the warnings of reading."""
    warnings = [f"{warning.message}。{warning.remedy}" for warning in recipients.warnings]
    return canonical_sha256([recipients.sources, warnings])


def _fingerprints(report: Report) -> Iterator[NoteLine]:
    answer, origin = report.answer, report.answer.recipients.origin
    texts = dict(answer.fingerprint)
    texts["told_sha256"] = told_sha256(answer.recipients)
    texts |= {"file": PurePath(origin.file).name, "file_sha256": origin.file_sha256}
    for key, label in FINGERPRINTS.items():
        if texts[key]:
            yield label, texts[key]


_VERIFY: Final = (
    "运行 allocator verify 本文件.xlsx：由本工作簿所附的数据和方案重新计算，逐格核对各表的数值和公式；"
    "加 --input 原输入文件，可核对所用数据是否就是该文件。纸质件可凭下列指纹与电子文件对应（SHA-256）。"
)
_FORMULAS: Final = "各表金额由公式引用因素测算底稿得出，精确到分；占比只显示部分小数，计算时用全部小数，不用显示的数。"
