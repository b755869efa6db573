"""An official workbook taken apart and put together again: as programs do, and as forgers do.

Every way is a function of a random generator and the parts of the workbook; it changes them in place.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping

from allocator.excel.verify.cells import moved

Parts = dict[str, str]
Way = Callable[[random.Random, Parts], None]

BOOK, STYLES, STRINGS = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"
FIRST, RELATIONS = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
_FIGURE = re.compile(r'<c r="([A-Z]+\d+)" s="(\d+)">(<f>[^<]*</f>)?<v>(\d{4,}\.\d+)</v></c>')
_TEXT = re.compile(r'<c r="([A-Z]+\d+)" s="(\d+)" t="s"><v>(\d+)</v></c>')
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def taken_apart(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def together(parts: Mapping[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text, method)
    return content.getvalue()


def annexes(parts: Parts) -> list[str]:
    """The parts of the annexes and of the working papers."""
    names = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    return [name for name in names if len(_FIGURE.findall(parts[name])) > 20]


def change(parts: Parts, name: str, old: str, new: str) -> None:
    assert old in parts[name], (name, old)
    parts[name] = parts[name].replace(old, new, 1)


def figure(rng: random.Random, parts: Parts) -> tuple[str, re.Match[str]]:
    """A part and one of its figures."""
    name = rng.choice(annexes(parts))
    return name, rng.choice(list(_FIGURE.finditer(parts[name])))


def text_cell(rng: random.Random, parts: Parts) -> tuple[str, re.Match[str]]:
    name = rng.choice(annexes(parts))
    return name, rng.choice(list(_TEXT.finditer(parts[name])))


def other_number(rng: random.Random, text: str) -> str:
    at = rng.choice([k for k, sign in enumerate(text) if sign.isdigit()])
    return text[:at] + str((int(text[at]) + rng.randint(1, 9)) % 10) + text[at + 1 :]


def with_style(parts: Parts, name: str, cell: re.Match[str], **changes: str) -> None:
    """Give one cell a style of its own: `font`, `fill`, `format` and `align` as XML."""
    styles = parts[STYLES]
    xfs = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
    assert xfs
    own = re.findall(r"<xf [^>]*?/>|<xf .*?</xf>", xfs[0], re.DOTALL)[int(cell[2])]
    for key, tag, attribute in (("font", "fonts", "fontId"), ("fill", "fills", "fillId")):
        if key in changes:
            count = len(
                re.findall(
                    rf"<{key}>|<{key}/>", re.search(rf"<{tag}.*?</{tag}>", styles, re.DOTALL)[0]
                )
            )  # type: ignore[index]
            styles = styles.replace(f"</{tag}>", f"{changes[key]}</{tag}>", 1)
            own = re.sub(rf'{attribute}="\d+"', f'{attribute}="{count}"', own)
    if "format" in changes:
        code = changes["format"].replace("&", "&amp;").replace('"', "&quot;")
        styles = styles.replace(
            "</numFmts>", f'<numFmt numFmtId="399" formatCode="{code}"/></numFmts>', 1
        )
        own = re.sub(
            r'numFmtId="\d+"',
            'numFmtId="399" applyNumberFormat="1"',
            re.sub(r' applyNumberFormat="\d"', "", own),
        )
    if "align" in changes:
        own = re.sub(r"<alignment[^>]*/>", f"<alignment {changes['align']}/>", own)
        if "<alignment" not in own:
            own = own[:-2] + f' applyAlignment="1"><alignment {changes["align"]}/></xf>'
    number = len(re.findall(r"<xf ", re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)[0]))  # type: ignore[index]
    parts[STYLES] = styles.replace("</cellXfs>", f"{own}</cellXfs>", 1)
    change(parts, name, cell[0], cell[0].replace(f's="{cell[2]}"', f's="{number}"', 1))


def related(parts: Parts, part: str, kind: str, target: str) -> None:
    """Add a relationship in full to a part."""
    folder, _, base = part.rpartition("/")
    name = f"{folder}/_rels/{base}.rels"
    start = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    parts.setdefault(name, f"{start}</Relationships>")
    relation = f'<Relationship Id="rIdQ" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    change(parts, name, "</Relationships>", f"{relation}</Relationships>")


def typed(parts: Parts, part: str, content_type: str) -> None:
    override = f'<Override PartName="/{part}" ContentType="application/vnd.{content_type}+xml"/>'
    change(parts, TYPES, "</Types>", f"{override}</Types>")


def insert_row(rng: random.Random, parts: Parts) -> None:
    """A blank row above, below or between, with all references moved, as Excel does it."""
    name = rng.choice(annexes(parts))
    number = int(re.findall(r"\d+", name)[0])
    sheet = re.findall(r'<sheet name="([^"]+)"', parts[BOOK])[number - 1]
    rows = [int(r) for r in re.findall(r'<row r="(\d+)"', parts[name])]
    at = rng.choice([1, max(rows) + 1, max(rows)])

    def shifted(owner: str, row: int) -> int:
        return row + (owner == sheet and row >= at)

    for part in [p for p in parts if p.startswith("xl/worksheets/sheet")]:
        own = re.findall(r'<sheet name="([^"]+)"', parts[BOOK])[
            int(re.findall(r"\d+", part)[0]) - 1
        ]
        parts[part] = re.sub(
            r"(?<=<f>)[^<]+", lambda f, own=own: moved(f[0], own, shifted), parts[part]
        )  # type: ignore[misc]
    text = parts[name]
    text = re.sub(r'(<row r=")(\d+)', lambda f: f"{f[1]}{shifted(sheet, int(f[2]))}", text)
    for tag in ('<c r="', '<mergeCell ref="'):
        text = re.sub(rf"(?<={tag})[A-Z0-9:]+", lambda f: moved(f[0], sheet, shifted), text)
    parts[name] = re.sub(r"<pane[^>]*/>|<selection[^>]*/>|<rowBreaks.*?</rowBreaks>", "", text)
    for part in (BOOK, *(p for p in parts if p.startswith("xl/charts/"))):
        tag = "definedName" if part == BOOK else "c:f"
        parts[part] = re.sub(
            rf"(<{tag}[^>]*>)([^<]+)", lambda f: f[1] + _moved_names(f[2], shifted), parts[part]
        )


def _moved_names(text: str, shifted: Callable[[str, int], int]) -> str:
    text = moved(text, "", shifted)
    titles = re.search(r"!\$(\d+):\$(\d+)$", text)
    if not titles:
        return text
    owner = text.partition("!")[0].strip("'")
    return f"{text.partition('!')[0]}!${titles[1]}:${shifted(owner, int(titles[2]))}"
