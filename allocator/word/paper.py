"""Paper and type of official documents: margins, fonts, styles, page numbers, the red head.

Source: GB/T 9704-2012《党政机关公文格式》: A4 with a type area of 156 × 225 mm, 22 lines a page and
28 characters a line, title in 2号小标宋, body in 3号仿宋, headings in 3号黑体, page numbers in 4号 with
a dash on either side.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from allocator.base.archive import same_bytes
from allocator.excel.kit.style import BODY_FONT, FIGURE_FONT, HEADER_FONT, TITLE_FONT, text_width

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.styles.style import ParagraphStyle
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

#: Type sizes in points by their Chinese names.
SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4 = 22, 16, 14, 12
RED: Final = RGBColor(0xC0, 0x00, 0x00)
LINE: Final = 28.95  # points: 225 mm in 22 lines

#: Styles by the names that an office sees in its word processor: font, size, line (points; 0: by
#: the font), indent of the first line in characters, alignment.
_STYLES: Final = {
    "公文标题": (TITLE_FONT, SIZE_2, 34.0, 0, WD_ALIGN_PARAGRAPH.CENTER),
    "公文主送": (BODY_FONT, SIZE_3, LINE, 0, WD_ALIGN_PARAGRAPH.LEFT),
    "公文正文": (BODY_FONT, SIZE_3, LINE, 2, WD_ALIGN_PARAGRAPH.LEFT),
    "公文一级标题": (HEADER_FONT, SIZE_3, LINE, 2, WD_ALIGN_PARAGRAPH.LEFT),
    "公文落款": (BODY_FONT, SIZE_3, LINE, 0, WD_ALIGN_PARAGRAPH.RIGHT),
    "公文附件": (BODY_FONT, SIZE_3, LINE, 0, WD_ALIGN_PARAGRAPH.LEFT),
    "发文机关标志": (TITLE_FONT, 36, 48.0, 0, WD_ALIGN_PARAGRAPH.CENTER),
    "测算标记": (HEADER_FONT, SIZE_4, 20.0, 0, WD_ALIGN_PARAGRAPH.LEFT),
    "单据正文": (BODY_FONT, SIZE_SMALL_4, 22.0, 2, WD_ALIGN_PARAGRAPH.LEFT),
    "单据落款": (BODY_FONT, SIZE_SMALL_4, 22.0, 0, WD_ALIGN_PARAGRAPH.RIGHT),
    "单据标题行": (HEADER_FONT, SIZE_SMALL_4, 26.0, 0, WD_ALIGN_PARAGRAPH.LEFT),
    "单据表格": (BODY_FONT, SIZE_SMALL_4, 19.0, 0, WD_ALIGN_PARAGRAPH.LEFT),
}


def new_paper(*, is_numbered: bool) -> Paper:
    """An empty document on official paper with the styles above; page numbers where asked for."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    set_font(paper.styles["Normal"], BODY_FONT, SIZE_3)
    for name, (font, size, line, indent, side) in _STYLES.items():
        style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = paper.styles["Normal"]
        set_font(style, font, size)
        _set_paragraph(style, line, indent, size, side)
    paper.styles["测算标记"].font.color.rgb = RED
    paper.styles["发文机关标志"].font.color.rgb = RED
    if is_numbered:
        _number_pages(paper)
    return paper


def set_font(styled: ParagraphStyle | Run, chinese: str, size: float) -> None:
    """Name the font for Chinese text (`w:eastAsia`) and the one for figures and Latin letters."""
    styled.font.name = FIGURE_FONT
    styled.font.size = Pt(size)
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), chinese)
    fonts.set(qn("w:hAnsi"), FIGURE_FONT)
    fonts.set(qn("w:hint"), "eastAsia")


def _set_paragraph(
    style: ParagraphStyle, line: float, indent: int, size: float, side: WD_ALIGN_PARAGRAPH
) -> None:
    layout = style.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(line)
    layout.alignment = side
    layout.widow_control = False
    if indent:
        layout.first_line_indent = Pt(size * indent)
        # Word counts characters, other programs the points beside them.
        style.element.pPr.ind.set(qn("w:firstLineChars"), str(indent * 100))


def _number_pages(paper: Paper) -> None:
    """— 1 —: at the outer side, odd pages right, even pages left, one character in."""
    paper.settings.odd_and_even_pages_header_footer = True
    section = paper.sections[0]
    sides = (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    )
    for footer, side in sides:
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        paragraph.paragraph_format.left_indent = Pt(SIZE_4)
        paragraph.paragraph_format.right_indent = Pt(SIZE_4)
        for kind, text in (("text", "— "), ("field", "PAGE"), ("text", " —")):
            run = paragraph.add_run(text if kind == "text" else "")
            set_font(run, "宋体", SIZE_4)
            if kind == "field":
                _add_field(run, text)


def _add_field(run: Run, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)  # noqa: SLF001 - python-docx has no public way to add a field


def red_line(paragraph: Paragraph) -> None:
    """The red line below the head: the lower border of an empty paragraph."""
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - borders have no public way
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    look = {"w:val": "single", "w:sz": "18", "w:space": "1", "w:color": str(RED)}
    for name, value in look.items():
        bottom.set(qn(name), value)
    borders.append(bottom)
    properties.append(borders)


def fill_cell(cell: _Cell, text: str, *, side: WD_ALIGN_PARAGRAPH | None = None) -> None:
    """Set a table cell's text in the style of tables."""
    paragraph = cell.paragraphs[0]
    paragraph.style = "单据表格"
    paragraph.add_run(text)
    if side is not None:
        paragraph.alignment = side


def fit_one_page(paper: Paper) -> None:
    """Set the lines of a slip closer, and its type smaller, as far as one page asks for it.

    Lines are estimated from the widths of the texts, a little too many rather than too few.
    """
    section = paper.sections[0]
    tall = _points(section.page_height, section.top_margin, section.bottom_margin)
    wide = _points(section.page_width, section.left_margin, section.right_margin)
    styles = [
        style for name in _STYLES if name.startswith("单据") and (style := _style(paper, name))
    ]
    if not styles:
        return
    texts = [p.text for p in paper.paragraphs if p.style and str(p.style.name).startswith("单据")]
    rows = [
        max(_lines(cell.text, wide / len(row.cells) - 12, SIZE_SMALL_4) for cell in row.cells)
        for table in paper.tables
        for row in table.rows
    ]
    lines = sum(_lines(text, wide, SIZE_SMALL_4) for text in texts) + sum(rows)
    line = min((tall - _SLIP_HEAD - 2 * len(rows)) / max(lines, 1), 22.0)
    if line >= 22.0:
        return
    for style in styles:
        style.paragraph_format.line_spacing = Pt(round(line, 1))
        style.font.size = Pt(min(round(line / 1.6 * 2) / 2, SIZE_SMALL_4))


#: Points that mark and title of a slip take.
_SLIP_HEAD: Final = 80


def _points(whole: int | None, *margins: int | None) -> float:
    """What margins leave, in points; the library's lengths are in EMU, 12,700 to the point."""
    return ((whole or 0) - sum(margin or 0 for margin in margins)) / 12700


def _style(paper: Paper, name: str) -> ParagraphStyle | None:
    return next((style for style in paper.styles if style.name == name), None)


def _lines(text: str, wide: float, size: float) -> int:
    return max(-(-int((text_width(text) + 4) * size / 2) // max(int(wide), 1)), 1)


def document_bytes(paper: Paper) -> bytes:
    """The document as a file, the same bytes for the same document."""
    content = io.BytesIO()
    paper.save(content)
    return same_bytes(content.getvalue())
