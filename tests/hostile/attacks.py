"""What an attack is: its kind, its name, and what it makes of the bytes of a workbook."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Content = dict[str, bytes]
Change = Callable[[bytes], bytes]

BOOK, FIRST = "xl/workbook.xml", "xl/worksheets/sheet1.xml"
RELATIONS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
STRINGS, STYLES, THEME = "xl/sharedStrings.xml", "xl/styles.xml", "xl/theme/theme1.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@dataclass(frozen=True)
class Attack:
    kind: str
    name: str
    change: Change


def unpacked(content: bytes) -> Content:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in members:
            archive.writestr(name, part)
    return stream.getvalue()


def edited(part: str, edit: Callable[[str], str], **more: str) -> Change:
    """One part changed as text; `more` are further parts, `__` for a slash and `_` for a point."""

    def change(content: bytes) -> bytes:
        parts = unpacked(content)
        before = parts[part].decode()
        after = edit(before)
        assert after != before, part
        parts[part] = after.encode()
        return packed(parts.items())

    assert not more
    return change


def several(
    edits: Mapping[str, Callable[[str], str]], added: Mapping[str, str] | None = None
) -> Change:
    """Several parts changed, others added."""

    def change(content: bytes) -> bytes:
        parts = unpacked(content)
        for part, edit in edits.items():
            before = parts.get(part, b"").decode()
            after = edit(before)
            assert after != before, part
            parts[part] = after.encode()
        for part, text in (added or {}).items():
            parts[part] = text.encode()
        return packed(parts.items())

    return change


def swap(old: str, new: str) -> Callable[[str], str]:
    """The first place of a text replaced."""
    return lambda text: text.replace(old, new, 1)


def resub(pattern: str, new: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, new, text, count=1, flags=re.DOTALL)


def relation(
    kind: str, target: str, *, id_: str = "rIdQ", space: str = OFFICE, more: str = ""
) -> str:
    type_ = f"{space}/{kind}" if space else kind
    return f'<Relationship Id="{id_}" Type="{type_}" Target="{target}"{more}/>'


def related(kind: str, target: str, **more: str) -> Callable[[str], str]:
    """A relationship more in a part of relationships."""
    start = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'

    def edit(text: str) -> str:
        text = text or f"{start}</Relationships>"
        return text.replace("</Relationships>", relation(kind, target, **more) + "</Relationships>")

    return edit


def with_style(
    cell: str, *, font: str = "", fill: str = "", code: str = "", align: str = ""
) -> Change:
    """One cell of the first sheet in a style of its own."""

    def change(content: bytes) -> bytes:
        parts = unpacked(content)
        sheet, styles = parts[FIRST].decode(), parts[STYLES].decode()
        found = re.search(rf'<c r="{cell}" s="(\d+)"', sheet)
        assert found
        block = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
        assert block
        own = re.findall(r"<xf [^>]*?/>|<xf .*?</xf>", block[0], re.DOTALL)[int(found[1])]
        for xml, tag, key in ((font, "font", "fontId"), (fill, "fill", "fillId")):
            if xml:
                group = re.search(rf"<{tag}s.*?</{tag}s>", styles, re.DOTALL)
                assert group
                number = len(re.findall(rf"<{tag}>|<{tag}/>", group[0]))
                styles = styles.replace(f"</{tag}s>", f"{xml}</{tag}s>", 1)
                own = re.sub(rf'{key}="\d+"', f'{key}="{number}"', own)
        if code:
            text = code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
            one = f'<numFmt numFmtId="399" formatCode="{text}"/>'
            styles = styles.replace("</numFmts>", f"{one}</numFmts>", 1)
            own = re.sub(r'numFmtId="\d+"', 'numFmtId="399"', own)
        if align:
            own = (
                re.sub(r"<alignment[^>]*/>", "", own).replace("/>", "></xf>")
                if "/>" in own
                else own
            )
            own = own.replace("</xf>", f"<alignment {align}/></xf>")
        count = len(re.findall(r"<xf ", block[0]))
        parts[STYLES] = styles.replace("</cellXfs>", f"{own}</cellXfs>", 1).encode()
        parts[FIRST] = sheet.replace(found[0], f'<c r="{cell}" s="{count}"', 1).encode()
        return packed(parts.items())

    return change


def new_sheet(name: str, rows: str, *, first: bool = False, state: str = "") -> Change:
    """A worksheet of its own, in front or at the end."""
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    sheet = f'<sheet name="{name}" sheetId="77"{state} r:id="rIdQ"/>'
    place = (
        swap("<sheets>", f"<sheets>{sheet}") if first else swap("</sheets>", f"{sheet}</sheets>")
    )
    override = (
        f'<Override PartName="/xl/worksheets/sheet77.xml" ContentType="{SHEET_TYPE}"/></Types>'
    )
    if first:  # names count the sheets from the front
        inner = place

        def place(text: str) -> str:
            return re.sub(
                r'localSheetId="(\d+)"', lambda f: f'localSheetId="{int(f[1]) + 1}"', inner(text)
            )

    return several(
        {
            BOOK: place,
            RELATIONS: related("worksheet", "worksheets/sheet77.xml"),
            TYPES: swap("</Types>", override),
        },
        {"xl/worksheets/sheet77.xml": xml},
    )


def inline(cell: str, text: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'
