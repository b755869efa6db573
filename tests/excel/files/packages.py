"""Small .xlsx files made by hand, also ones that no program would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def sheet_xml(rows: str, *, after: str = "", strict: bool = False, before: str = "") -> str:
    """A worksheet part around its rows."""
    space = STRICT if strict else TRANSITIONAL
    return f'{before}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def xlsx(
    sheets: Mapping[str, str],
    *,
    hidden: tuple[str, ...] = (),
    is_1904: bool = False,
    strict: bool = False,
    strings: str = "",
    styles: str = "",
    extra: Mapping[str, bytes] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A workbook of worksheet parts by name."""
    space, office = (STRICT, _OFFICE_STRICT) if strict else (TRANSITIONAL, _OFFICE)
    listed, related = "", ""
    for i, name in enumerate(sheets, 1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"{state}/>'
        related += (
            f'<Relationship Id="rId{i}" Type="{office}/worksheet" Target="worksheets/s{i}.xml"/>'
        )
    for kind, content in (("sharedStrings", strings), ("styles", styles)):
        if content:
            related += f'<Relationship Id="{kind}" Type="{office}/{kind}" Target="{kind}.xml"/>'
    properties = '<workbookPr date1904="1"/>' if is_1904 else ""
    root = f'<Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{office}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
        **{f"xl/worksheets/s{i}.xml": part for i, part in enumerate(sheets.values(), 1)},
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{space}">{strings}</sst>'
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{space}">{styles}</styleSheet>'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return content.getvalue()


def text_cell(reference: str, text: str) -> str:
    """A cell with an inline text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def save(folder: Path, name: str, content: bytes) -> Path:
    """Write a file into a folder."""
    path = folder / name
    path.write_bytes(content)
    return path
