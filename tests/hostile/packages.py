"""Tricks of the package: relationships, content types, encodings, markup for other programs."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.hostile.attacks import (
    BOOK,
    FIRST,
    MAIN,
    OFFICE,
    RELATIONS,
    STRINGS,
    STYLES,
    THEME,
    TYPES,
    Attack,
    Change,
    edited,
    packed,
    related,
    several,
    swap,
    unpacked,
)

_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_LIE = "1234567.89"
_TRUE = "4873686.46"


def forged(text: str) -> str:
    return text.replace(f"<v>{_TRUE}</v>", f"<v>{_LIE}</v>")


def encoded(part: str, encoding: str, declared: str = "") -> Change:
    """A part in another encoding."""

    def change(content: bytes) -> bytes:
        parts = unpacked(content)
        text = re.sub(r"^<\?xml[^>]*\?>", "", parts[part].decode())
        head = f'<?xml version="1.0" encoding="{declared or encoding}"?>'
        parts[part] = (head + text).encode(encoding, "xmlcharrefreplace")
        return packed(parts.items())

    return change


def twin_sheet(edit: Callable[[str], str]) -> Change:
    """Another first sheet that only some programs are led to."""

    def change(content: bytes) -> bytes:
        parts = unpacked(content)
        parts["xl/worksheets/other.xml"] = forged(parts[FIRST].decode()).encode()
        text = parts[RELATIONS].decode()
        after = edit(text)
        assert after != text
        parts[RELATIONS] = after.encode()
        return packed(parts.items())

    return change


def _second(more: str) -> Callable[[str], str]:
    """A second relationship for the first sheet, before and behind."""
    return swap("</Relationships>", f"{more}</Relationships>")


_WORKSHEET = f"{OFFICE}/worksheet"
_OTHER = "worksheets/other.xml"
_RELATIONS = {
    "编号重复": f'<Relationship Id="rId1" Type="{_WORKSHEET}" Target="{_OTHER}"/>',
    "编号大小写不同": f'<Relationship Id="RID1" Type="{_WORKSHEET}" Target="{_OTHER}"/>',
    "类型只是末尾相同": f'<Relationship Id="rIdZ" Type="urn:x/worksheet" Target="{_OTHER}"/>',
    "严格格式的类型": f'<Relationship Id="rIdZ" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="{_OTHER}"/>',
    "类型带空格": f'<Relationship Id="rIdZ" Type=" {_WORKSHEET} " Target="{_OTHER}"/>',
    "类型大小写": f'<Relationship Id="rIdZ" Type="{_WORKSHEET.upper()}" Target="{_OTHER}"/>',
    "外部": f'<Relationship Id="rIdZ" Type="{_WORKSHEET}" Target="file:///c:/a.xml" TargetMode="External"/>',
    "外部（小写）": f'<Relationship Id="rIdZ" Type="{_WORKSHEET}" Target="{_OTHER}" TargetMode="external"/>',
    "多余属性": f'<Relationship Id="rIdZ" Type="{_WORKSHEET}" Target="{_OTHER}" x="1"/>',
    "外部链接": f'<Relationship Id="rIdZ" Type="{OFFICE}/externalLink" Target="{_OTHER}"/>',
    "第二份样式": f'<Relationship Id="rIdZ" Type="{OFFICE}/styles" Target="{_OTHER}"/>',
    "第二份文字": f'<Relationship Id="rIdZ" Type="{OFFICE}/sharedStrings" Target="{_OTHER}"/>',
    "界面定制": '<Relationship Id="rIdZ" Type="http://schemas.microsoft.com/office/2006/relationships/ui/extensibility" Target="worksheets/other.xml"/>',
}
_TARGETS = {
    "改指": "worksheets/other.xml",
    "反斜线": "worksheets\\other.xml",
    "百分号": "worksheets/%6fther.xml",
    "片段": "worksheets/sheet1.xml#other.xml",
    "查询": "worksheets/sheet1.xml?other",
    "大小写": "Worksheets/Other.xml",
    "绝对": "/xl/worksheets/other.xml",
    "上级": "../xl/worksheets/other.xml",
    "空格": " worksheets/other.xml",
    "网址": "file:///xl/worksheets/other.xml",
}


def _choice(main: str, fallback: str, requires: str) -> str:
    return (
        f'<mc:AlternateContent xmlns:mc="{_COMPATIBLE}"><mc:Choice xmlns:q="urn:q" Requires="{requires}">'
        f"{main}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )


def _alternative(text: str) -> str:
    """The data of the sheet given twice, for programs that know a namespace and for others."""
    data = re.search(r"<sheetData>.*</sheetData>", text, re.DOTALL)
    assert data
    return text.replace(data[0], _choice(data[0], forged(data[0]), "q"))


def _alternative_cell(text: str) -> str:
    cell = re.search(r'<c r="H6".*?</c>', text)
    assert cell
    return text.replace(cell[0], _choice(forged(cell[0]), cell[0], "x14"))


def _ignorable(text: str) -> str:
    """An element that is ignored by those who keep to the rules, and taken by the others."""
    cell = re.search(r'<c r="H6".*?</c>', text)
    assert cell
    fake = forged(cell[0]).replace("<c ", "<q:c ").replace("</c>", "</q:c>")
    text = text.replace(
        "<worksheet ", f'<worksheet xmlns:q="urn:q" xmlns:mc="{_COMPATIBLE}" mc:Ignorable="q" ', 1
    )
    return text.replace(cell[0], fake + cell[0])


def _must(text: str) -> str:
    return text.replace(
        "<worksheet ",
        f'<worksheet xmlns:q="urn:q" xmlns:mc="{_COMPATIBLE}" mc:MustUnderstand="q" ',
        1,
    )


def _processed(text: str) -> str:
    return text.replace(
        "<worksheet ",
        f'<worksheet xmlns:q="urn:q" xmlns:mc="{_COMPATIBLE}" mc:Ignorable="q" mc:ProcessContent="q:c" ',
        1,
    )


_PROLOGUES = {
    "文档类型": "<!DOCTYPE worksheet>",
    "实体": '<!DOCTYPE worksheet [<!ENTITY a "1234567.89">]>',
    "外部实体": '<!DOCTYPE worksheet SYSTEM "http://example.org/a.dtd">',
    "样式表": '<?xml-stylesheet href="a.xsl" type="text/xsl"?>',
    "注释": "<!-- x -->",
}


def _prologue(extra: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"^<\?xml[^>]*\?>\s*", lambda f: f[0] + extra, text)


_TYPES_EDITS: dict[str, Callable[[str], str]] = {
    "表的类型": swap("spreadsheetml.worksheet+xml", "spreadsheetml.chartsheet+xml"),
    "宏": swap("spreadsheetml.sheet.main+xml", "ms-excel.sheet.macroEnabled.main+xml"),
    "模板": swap("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml"),
    "重复": swap("</Types>", f'<Override PartName="/{FIRST}" ContentType="x"/></Types>'),
    "大小写重复": swap(
        "</Types>",
        f'<Override PartName="/{FIRST.upper()}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.dialogsheet+xml"/></Types>',
    ),
    "别的空间": swap("package/2006/content-types", "package/2099/content-types"),
}
ATTACKS = [
    *(Attack("关系", name, twin_sheet(_second(more))) for name, more in _RELATIONS.items()),
    *(
        Attack(
            "关系",
            f"在前：{name}",
            twin_sheet(lambda t, m=more: re.sub(r"(<Relationships[^>]*>)", lambda f: f[1] + m, t)),
        )
        for name, more in _RELATIONS.items()
    ),
    *(
        Attack("关系的目标", name, twin_sheet(swap("worksheets/sheet1.xml", target)))
        for name, target in _TARGETS.items()
    ),
    *(Attack("内容类型", name, edited(TYPES, edit)) for name, edit in _TYPES_EDITS.items()),
    *(
        Attack("编码", f"{part.rpartition('/')[2]} {encoding}", encoded(part, encoding))
        for part in (FIRST, STRINGS, BOOK, RELATIONS, TYPES, STYLES)
        for encoding in ("utf-16", "utf-16-le", "gb18030", "latin-1", "utf-7", "utf-32")
    ),
    Attack("编码", "声明与内容不同", encoded(STRINGS, "utf-8", "iso-8859-1")),
    Attack("编码", "XML 1.1", edited(FIRST, swap('version="1.0"', 'version="1.1"'))),
    Attack("可选内容", "整张表", edited(FIRST, _alternative)),
    Attack("可选内容", "一格", edited(FIRST, _alternative_cell)),
    Attack("可选内容", "可忽略的格", edited(FIRST, _ignorable)),
    Attack("可选内容", "必须理解", edited(FIRST, _must)),
    Attack("可选内容", "处理内容", edited(FIRST, _processed)),
    *(Attack("声明", name, edited(FIRST, _prologue(extra))) for name, extra in _PROLOGUES.items()),
    *(
        Attack("声明", f"主题：{name}", edited(THEME, _prologue(extra)))
        for name, extra in _PROLOGUES.items()
        if "<!D" in extra
    ),
    *(
        Attack("声明", f"关系：{name}", edited(RELATIONS, _prologue(extra)))
        for name, extra in _PROLOGUES.items()
        if "<!D" in extra
    ),
    Attack(
        "命名空间",
        "严格格式的表",
        edited(FIRST, swap(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")),
    ),
    Attack("命名空间", "没有命名空间", edited(FIRST, swap(f' xmlns="{MAIN}"', ""))),
    Attack("命名空间", "别的命名空间", edited(STRINGS, swap(MAIN, "urn:x"))),
    *(
        Attack(
            "附加部分", kind, several({RELATIONS: related(kind, "odd.xml")}, {"xl/odd.xml": "<x/>"})
        )
        for kind in (
            "externalLink",
            "connections",
            "pivotCacheDefinition",
            "xmlMaps",
            "volatileDependencies",
            "metadata",
            "queryTable",
            "chartsheet",
            "dialogsheet",
            "sheetMetadata",
            "attachedToolbars",
            "ctrlProp",
        )
    ),
    *(
        Attack(
            "附加部分",
            f"表：{kind}",
            several(
                {"xl/worksheets/_rels/sheet1.xml.rels": related(kind, "../odd.xml")},
                {"xl/odd.xml": "<x/>"},
            ),
        )
        for kind in (
            "table",
            "pivotTable",
            "hyperlink",
            "image",
            "oleObject",
            "control",
            "slicer",
            "threadedComment",
            "package",
            "vmlDrawingHF",
        )
    ),
]
