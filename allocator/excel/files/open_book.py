"""Any table file as a `Book`: the format is told by the content, never by the name."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
import zlib
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError

from allocator.base.files import AnyFile, FileBytes
from allocator.base.problems import InputError
from allocator.excel.files import ooxml
from allocator.excel.files.grid import (
    MOST_FILE_BYTES,
    MOST_XML_BYTES,
    Book,
    Grid,
    Needed,
    refuse,
)

_SAVE_ANEW: Final = "请用 Excel 或 WPS 打开后另存为 .xlsx，再重新运行"
_MOST_MEMBERS: Final = 10_000
_PARTS: Final = (".xml", ".rels", ".bin", ".vml")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN_SIGNS: Final = {
    b"%PDF": "PDF 文件",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
    b"\x1f\x8b": "gzip 压缩包",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"{\\rtf": "RTF 文档",
}


def read_book(file: AnyFile, needed: Needed | None = None) -> Book:
    """Every sheet of a file: .xlsx, .xls, .xlsb, .ods, .csv or .tsv.

    `needed` chooses by their names the sheets of an .xlsx that are read; the others come empty.
    Raises `InputError` with one message that names the file. Time and memory are bounded: files of
    more than 200 MB, or of more than 384 MB of XML or 5 million cells, are refused.
    """
    content = read_bytes(file)
    name = file_name(file)
    grids = _read(name, content, needed)
    return Book(name, tuple(grids), hashlib.sha256(content).hexdigest())


def names_of_sheets(file: AnyFile) -> list[str]:
    """The names of the sheets of an .xlsx, none of which is read; nothing of other files.

    Raises `InputError`.
    """
    stored = stored_file(file)
    if not stored.content.startswith(b"PK"):
        return []
    return [grid.sheet for grid in read_book(stored, lambda _: ()).grids]


def stored_file(file: AnyFile) -> FileBytes:
    """A file with its content at hand, for who reads it more than once. Raises `InputError`."""
    return FileBytes(file_name(file), read_bytes(file))


def file_name(file: AnyFile) -> str:
    """The name as a text that any file can hold, also of a file named in GBK on a UTF-8 system."""
    name = file.name if isinstance(file, FileBytes) else Path(file).name
    return os.fsencode(name).decode("utf-8", errors="replace")


def read_bytes(file: AnyFile) -> bytes:
    """The whole file; raises `InputError` when it is missing, a folder, locked or too large."""
    if isinstance(file, FileBytes):
        _check_size(file.name, len(file.content))
        return file.content
    path = Path(file)
    try:
        _check_size(path.name, path.stat().st_size)
        if not path.is_file():
            raise refuse(path.name, "not_a_file", "这不是一个文件", "请给出表格文件的路径")
        return path.read_bytes()
    except FileNotFoundError:
        message = "找不到文件"
        raise refuse(str(path), "not_found", message, "请检查文件名和所在文件夹") from None
    except OSError as error:
        message = f"无法读取文件：{error.strerror or error}"
        remedy = "请检查文件是否被其他程序占用、有无读取权限"
        raise refuse(path.name, "unreadable", message, remedy) from None


def _check_size(name: str, size: int) -> None:
    if size > MOST_FILE_BYTES:
        message = f"文件超过 {MOST_FILE_BYTES >> 20} MB"
        raise refuse(name, "too_large", message, "请只保留需要的工作表")


def _read(file: str, content: bytes, needed: Needed | None) -> list[Grid]:
    if not content.strip(b"\x00 \r\n\t"):
        raise refuse(file, "empty", "文件是空的", "请换一个有内容的文件")
    if content.startswith(b"PK"):
        return _read_zip(file, content, needed)
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _encrypted(file)
        return _read_foreign(file, content)
    for sign, name in _FOREIGN_SIGNS.items():
        if content.startswith(sign):
            raise refuse(file, "unknown_format", f"这是{name}，不是表格", "请换成 .xlsx 等表格文件")
    from allocator.excel.files.plain_text import read_text

    return read_text(file, content)


def _encrypted(file: str) -> InputError:
    from allocator.excel.files.binary import encrypted

    return encrypted(file)


def _read_foreign(file: str, content: bytes) -> list[Grid]:
    """Formats other than .xlsx and text, whose readers are loaded for those who have such a file."""
    from allocator.excel.files.binary import read_foreign

    return read_foreign(file, content)


def _read_zip(file: str, content: bytes, needed: Needed | None) -> list[Grid]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if len(names) > _MOST_MEMBERS:
                message = f"压缩包中的文件超过 {_MOST_MEMBERS:,} 个"
                raise refuse(file, "bomb", message, _SAVE_ANEW)
            if any(member.flag_bits & 1 for member in archive.infolist()):
                raise _encrypted(file)
            parts = (m for m in archive.infolist() if m.filename.lower().endswith(_PARTS))
            if sum(part.file_size for part in parts) > MOST_XML_BYTES:
                raise ooxml.too_much_xml(file)
            if "xl/workbook.bin" not in names and "content.xml" not in names:
                return ooxml.read_xlsx(file, archive, content, needed)
            return _read_foreign(file, content)
    except InputError:
        raise
    except ooxml.Ambiguous as error:
        message = f"文件的内部写法有两种读法：{error}，各程序读出的内容可能不同"
        raise refuse(file, "ambiguous", message, _SAVE_ANEW) from None
    except ooxml.Refused:
        message = "文件含有工作簿不应有的声明（可能是恶意文件），已拒绝读取"
        raise refuse(file, "declaration", message, _SAVE_ANEW) from None
    except (zipfile.BadZipFile, zlib.error, ExpatError, EOFError, OSError):
        raise refuse(file, "damaged", "文件已损坏或不完整，无法读取", _SAVE_ANEW) from None
    except (ValueError, NotImplementedError, RuntimeError, LookupError):
        raise refuse(file, "damaged", "文件的内部结构无法识别", _SAVE_ANEW) from None
