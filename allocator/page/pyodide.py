"""Python for the browser: Pyodide's npm package, fetched once, checked, opened."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from allocator.base.files import write_whole
from allocator.base.problems import InputError, Place, Problem

#: The version that is fetched, and the digest that npm states for it.
PINNED: Final = "0.29.5"
_SHA512: Final = (
    "TkYrUv9m8QmfImADKRmpwZulL48E0uUaBSO+dvRQKyAJc0qh9gu7jn8btyHPh3NZm1r2IH2YrJhIr7Q2B9urAw=="
)
#: From this version on browsers need reference types in WebAssembly (Chromium 96, Firefox 79).
_REFERENCE_TYPES: Final = (0, 25)
#: From here on the loader is an ES module, which no file opened by a double click may start.
_MODULES: Final = (300,)
_PARTS: Final = (
    *("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"),
    *("pyodide-lock.json", "package.json", "pyodide.mjs"),
)


@dataclass(frozen=True, slots=True)
class Pyodide:
    """The parts of the npm package that a page needs; `package` is what Node.js runs it from."""

    version: str
    loader: bytes
    module: bytes
    wasm: bytes
    standard: bytes
    info: dict[str, Any]
    package: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def needs_reference_types(self) -> bool:
        """Whether browsers older than Chromium 96 cannot run it."""
        return _numbers(self.version) >= _REFERENCE_TYPES


def fetch(cache: Path | None = None) -> bytes:
    """The npm package of the pinned version, from the cache or by `npm pack`.

    Raises `InputError` without npm or network, and for a package that is not the pinned one.
    """
    kept = (cache or _cache()) / f"pyodide-{PINNED}.tgz"
    if kept.is_file() and _is_pinned(content := kept.read_bytes()):
        return content
    npm = shutil.which("npm")
    if npm is None:
        raise _refuse("没有找到 npm，无法取得浏览器用的 Python")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", f"pyodide@{PINNED}"]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - npm itself
        found = list(Path(folder).glob("*.tgz"))
        if run.returncode or not found:
            raise _refuse(f"npm 没有取到 pyodide@{PINNED}", run.stderr.strip()[-200:])
        content = found[0].read_bytes()
    if not _is_pinned(content):
        raise _refuse(f"取到的 pyodide@{PINNED} 与规定的校验值不符")
    write_whole(kept, content)
    return content


def _cache() -> Path:
    home = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None
    return Path(home or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "allocator"


def _is_pinned(content: bytes) -> bool:
    return base64.b64encode(hashlib.sha512(content).digest()).decode() == _SHA512


def _refuse(message: str, value: str = "") -> InputError:
    remedy = (
        "请装好 Node.js（含 npm）并联网一次，或从别处取得 npm 包 "
        f"pyodide-{PINNED}.tgz，用 --pyodide 指定"
    )
    return InputError([Problem("page.pyodide", message, remedy, value=value)])


def opened(content: bytes, name: str = "") -> Pyodide:
    """The parts of an npm package; raises `InputError` for one that cannot be used."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            parts = {part: _member(archive, part) for part in _PARTS}
        version = str(json.loads(parts["package.json"])["version"])
        info = json.loads(parts["pyodide-lock.json"])["info"]
    except (tarfile.TarError, KeyError, ValueError, EOFError, OSError):
        remedy = f"请用 npm pack pyodide@{PINNED} 取得"
        message = "这不是可用的 Pyodide npm 包"
        raise InputError([Problem("page.pyodide", message, remedy, Place(name))]) from None
    if _numbers(version) >= _MODULES:
        remedy = f"请用 0.24.1 至 {PINNED} 的版本"
        message = f"Pyodide {version} 不能在双击打开的网页中启动"
        raise InputError([Problem("page.pyodide", message, remedy, Place(name))])
    loader, module, wasm, library = (parts[part] for part in _PARTS[:4])
    return Pyodide(version, loader, module, wasm, library, info, parts)


def _member(archive: tarfile.TarFile, part: str) -> bytes:
    file = archive.extractfile(f"package/{part}")
    if file is None:
        raise KeyError(part)
    return file.read()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
