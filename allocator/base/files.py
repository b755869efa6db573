"""Writing outputs whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from allocator.base.problems import InputError, Place, Problem

#: So much of the name stands in a temporary one, which is longer than the name and must fit too.
_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class FileBytes:
    """A file that is at hand without a disk: what messages call it, and what is in it."""

    name: str
    content: bytes = field(repr=False)


#: Where a file may be read from.
AnyFile = str | os.PathLike[str] | FileBytes


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; when the block ends well it becomes `path`.

    A kill at any moment leaves the old file or the new one whole, and two runs never mix. A link
    stays one: the file it leads to is replaced. A device or a pipe is refused.
    Raises `InputError` when the target cannot be written (no folder, read-only, open in Excel).
    """
    temporary: Path | None = None
    try:
        target = _target(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem[:_NAME]}-", suffix=path.suffix, dir=target.parent
        )
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        _keep_mode(target, temporary)
        temporary.replace(target)
        temporary = None
    except OSError as error:
        remedy = "请关闭正在打开它的程序，检查文件是否只读、文件夹能否写入，或用 -o 换一个文件名"
        problem = Problem(
            "output", f"无法写入：{error.strerror or error}", remedy, Place(str(path))
        )
        raise InputError([problem]) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Replace the file at `path` by `content`, whole or not at all; see `replacing`."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def _target(path: Path) -> Path:
    """The file that is replaced: what a link leads to; never a device, which root could replace."""
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "同名的已有文件夹或设备", str(path))
    return target


def _keep_mode(path: Path, temporary: Path) -> None:
    """A new file gets the user's ordinary permissions, an old one keeps its own."""
    if path.exists():
        if not os.access(path, os.W_OK):
            raise PermissionError(13, "文件只读", str(path))
        temporary.chmod(path.stat().st_mode & 0o777)
    else:
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
