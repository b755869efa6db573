"""Reading a part of a workbook by a closed vocabulary: a whitelist by construction.

`vocabulary.txt` lists every element, under its parent, with every attribute and the type of its
value. Reading stops at the first thing that is not on the list, so nothing is passed over: what a
reader more lenient than Excel would skip (a foreign namespace, `hidden=" 1 "`, a second `<v>`) is
what a forger hides his figures in.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Final
from xml.parsers import expat

Attributes = Mapping[str, str]
Start = Callable[[str, Attributes], object]
End = Callable[[str, str], object]

_OFFICE: Final = "http://schemas.openxmlformats.org"
_MICROSOFT: Final = "http://schemas.microsoft.com/office"
MAIN: Final = f"{_OFFICE}/spreadsheetml/2006/main"
_PREFIXES: Final = {
    f"{_OFFICE}/officeDocument/2006/relationships": "r",
    f"{_OFFICE}/drawingml/2006/main": "a",
    f"{_OFFICE}/drawingml/2006/chart": "c",
    f"{_OFFICE}/drawingml/2006/spreadsheetDrawing": "xdr",
    f"{_OFFICE}/markup-compatibility/2006": "mc",
    "http://www.w3.org/XML/1998/namespace": "xml",
    f"{_MICROSOFT}/spreadsheetml/2009/9/main": "x14",
    f"{_MICROSOFT}/spreadsheetml/2009/9/ac": "x14ac",
    f"{_MICROSOFT}/spreadsheetml/2010/11/main": "x15",
    f"{_MICROSOFT}/spreadsheetml/2010/11/ac": "x15ac",
    f"{_MICROSOFT}/spreadsheetml/2014/revision": "xr",
    f"{_MICROSOFT}/spreadsheetml/2015/revision2": "xr2",
    f"{_MICROSOFT}/spreadsheetml/2016/revision3": "xr3",
    f"{_MICROSOFT}/spreadsheetml/2016/revision6": "xr6",
    f"{_MICROSOFT}/spreadsheetml/2016/revision10": "xr10",
    f"{_MICROSOFT}/spreadsheetml/2018/calcfeatures": "xcalcf",
    f"{_MICROSOFT}/drawing/2007/8/2/chart": "c14",
    f"{_MICROSOFT}/drawing/2012/chart": "c15",
    f"{_MICROSOFT}/drawing/2014/chart": "c16",
    f"{_MICROSOFT}/drawing/2014/main": "a16",
    "http://schemas.libreoffice.org/": "loext",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
    "urn:schemas-microsoft-com:office:excel": "x",
}
#: Of drawings: what stands in no namespace there.
_BARE: Final = {"vml": ""}

_CELL: Final = r"\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}"
_AREA: Final = rf"{_CELL}(:{_CELL})?"
#: The lexical forms that programs write; narrower than the standard, which allows blanks around.
_TYPES: Final = {
    "any": r"(?s).*",
    "empty": "",
    "bool": "0|1|true|false",
    "on": "1|true",
    "off": "0|false",
    "uint": "[0-9]{1,10}",
    "int": "-?[0-9]{1,12}",
    "num": r"-?[0-9]{1,17}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
    "size": "[2-9][0-9]|[1-4][0-9][0-9]",
    "legible": "[4-9][0-9]|[1-4][0-9][0-9]",  # on paper nobody can make it larger
    "cell": _CELL,
    "area": _AREA,
    "areas": rf"{_AREA}( {_AREA})*",
    "hidden": r"[^:;]*:[^;]*(;[^:;]*:[^;]*)*",
}
_INDENT: Final = "  "


class Unknown(Exception):
    """Something that is not in the vocabulary: the words say what, `at` near which cell."""

    def __init__(self, words: str, at: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.at = at


@dataclass(slots=True)
class _Word:
    """An element: its path, its attributes and text by their patterns, what stands inside."""

    path: str
    attributes: dict[str, re.Pattern[str]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    text: re.Pattern[str] | None = None
    children: dict[str, _Word] = field(default_factory=dict)
    repeats: bool = False


@dataclass(slots=True)
class SheetNode:
    """An element with all that stands inside it; `text` is its own."""

    name: str
    attributes: Attributes = field(default_factory=dict)
    children: list[SheetNode] = field(default_factory=list)
    text: str = ""

    def find(self, path: str) -> SheetNode | None:
        """The first element at a path below this one: `fill/patternFill`."""
        return next(self.all(path), None)

    def all(self, path: str) -> Iterator[SheetNode]:
        """Every element at a path below this one."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def deep(self, name: str) -> Iterator[SheetNode]:
        """Every element of a name, however deep."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.deep(name)


def read_tree(kind: str, content: bytes) -> SheetNode:
    """A part as a tree; its root is the only child. Raises `Unknown`."""
    root = SheetNode("")
    open_nodes = [root]

    def start(path: str, a: Attributes) -> None:
        node = SheetNode(path.rpartition("/")[2], dict(a))
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def end(_: str, text: str) -> None:
        open_nodes.pop().text = text

    read_part(kind, content, start, end)
    return root


def read_part(kind: str, content: bytes, start: Start, end: End | None = None) -> None:
    """Stream a part to callbacks by paths (`worksheet/sheetData/row/c`). Raises `Unknown`."""
    reader = _Reader(kind, start, end)
    parser = new_parser(lambda words: Unknown(words, reader.cell))
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartCdataSectionHandler = reader.refuse("CDATA 段")
    if kind != "vml":
        parser.ProcessingInstructionHandler = reader.refuse("处理指令")
        parser.CommentHandler = reader.refuse("注释")
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise Unknown("内容不是完整的 XML", reader.cell) from None


def new_parser(error: Callable[[str], Exception]) -> expat.XMLParserType:
    """A parser of XML 1.0 in UTF-8 without declarations of types: what all programs read alike."""

    def declaration(version: str, encoding: str | None, _: int) -> None:
        if encoding and encoding.lower() != "utf-8":
            raise error(f"文字编码 {encoding[:40]}")
        if version != "1.0":
            raise error(f"XML {version[:40]}")

    def refuse(*_: object) -> None:
        raise error("含有文档类型声明")

    parser = expat.ParserCreate("UTF-8", " ")
    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = refuse
    return parser


class _Reader:
    """Follows the elements of a part down the vocabulary."""

    def __init__(self, kind: str, start: Start, end: End | None) -> None:
        self.on_start, self.on_end = start, end
        self.own = _own_namespace(kind)
        top = _Word("", children=_vocabulary()[kind].children)
        self.words = [top]
        self.seen: list[set[str]] = [set()]
        self.texts: list[list[str]] = [[]]
        self.names: dict[str, str] = {}
        self.cell = ""

    def name(self, expanded: str, *, is_element: bool) -> str:
        namespace, blank, local = expanded.rpartition(" ")
        if not blank:
            if is_element and self.own:
                raise Unknown(f"不认识的部分 {local}", self.cell)
            return local
        if is_element and namespace == self.own:
            return local
        prefix = _PREFIXES.get(namespace)
        if prefix is None:
            raise Unknown(f"不认识的部分 {local}（{namespace}）", self.cell)
        return f"{prefix}:{local}"

    def start(self, expanded: str, attributes: dict[str, str]) -> None:
        name = self.names.get(expanded)
        if name is None:
            name = self.names[expanded] = self.name(expanded, is_element=True)
        parent = self.words[-1]
        word = parent.children.get(name)
        if word is None:
            raise Unknown(f"不认识的内容 {parent.path}/{name}", self.cell)
        if not word.repeats:
            if name in self.seen[-1]:
                raise Unknown(f"重复的内容 {word.path}", self.cell)
            self.seen[-1].add(name)
        known = word.attributes
        found: dict[str, str] = {}
        for key, value in attributes.items():
            short = self.name(key, is_element=False) if " " in key else key
            pattern = known.get(short)
            if pattern is None:
                raise Unknown(f"不认识的设置 {word.path}@{short}", self.cell)
            if not pattern.fullmatch(value):
                raise Unknown(f"设置 {word.path}@{short} 的值“{value[:60]}”不在允许之列", self.cell)
            found[short] = value
        if not word.required <= found.keys():
            raise Unknown(f"{word.path} 没有写明 {'、'.join(word.required)}", self.cell)
        if name == "c":
            self.cell = found.get("r", "")
        self.words.append(word)
        self.seen.append(set())
        self.texts.append([])
        self.on_start(word.path, found)

    def data(self, text: str) -> None:
        if self.words[-1].text is None:
            if text.strip(" \t\r\n"):
                raise Unknown(f"多出的文字“{text.strip()[:30]}”", self.cell)
            return
        self.texts[-1].append(text)

    def end(self, _: str) -> None:
        word = self.words.pop()
        self.seen.pop()
        text = "".join(self.texts.pop())
        if word.text is not None and not word.text.fullmatch(text):
            raise Unknown(f"{word.path} 的内容“{text[:60]}”不在允许之列", self.cell)
        if self.on_end:
            self.on_end(word.path, text)

    def refuse(self, words: str) -> Callable[..., None]:
        def refuse(*_: object) -> None:
            raise Unknown(f"含有{words}", self.cell)

        return refuse


def _own_namespace(kind: str) -> str:
    return "" if kind in _BARE else MAIN


@functools.cache
def _vocabulary() -> dict[str, _Word]:
    """The parts by kind; `@name` inside one stands for what the section of that name lists."""
    text = resources.files(__package__).joinpath("vocabulary.txt").read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line.strip() and not line.startswith("#"):
            lines.append(line)
    return {
        kind: _tree(kind, lines, sections)
        for kind, lines in sections.items()
        if not kind.startswith("@")
    }


def _tree(kind: str, lines: list[str], sections: Mapping[str, list[str]]) -> _Word:
    root = _Word("")
    open_words = [root]
    for line in _spread(lines, sections):
        depth = (len(line) - len(line.lstrip())) // len(_INDENT)
        name, *attributes = line.split()
        del open_words[depth + 1 :]
        parent = open_words[-1]
        word = _Word(f"{parent.path}/{name.rstrip('*')}".lstrip("/"), repeats=name.endswith("*"))
        for attribute in attributes:
            if attribute.startswith("#"):
                word.text = _pattern(attribute[1:])
            else:
                key, _, type_ = attribute.partition("=")
                word.attributes[key.rstrip("!")] = _pattern(type_)
                word.required |= {key.rstrip("!")} if key.endswith("!") else set()
        if name.rstrip("*") in parent.children:
            raise ValueError(f"{kind}: {word.path} is listed twice")
        parent.children[name.rstrip("*")] = word
        open_words.append(word)
    return root


def _spread(lines: list[str], sections: Mapping[str, list[str]]) -> list[str]:
    spread: list[str] = []
    for line in lines:
        name = line.strip()
        if name.startswith("@"):
            indent = line[: len(line) - len(line.lstrip())]
            spread += [indent + inner for inner in _spread(sections[name], sections)]
        else:
            spread.append(line)
    return spread


@functools.cache
def _pattern(type_: str) -> re.Pattern[str]:
    known = _TYPES.get(type_)
    return re.compile("|".join(map(re.escape, type_.split("|"))) if known is None else known)
