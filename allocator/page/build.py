"""The page as one file: markup, style, scripts, Python and the package, in a fixed order.

Everything is compressed and written into the file as text. The content policy names the two
scripts by their digests, so nothing else can run, and it forbids every connection. Where Node.js is
at hand, what the start needs is written as bytecode, and the page starts twice as fast.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path
from typing import Final

import allocator
from allocator.base.archive import packed
from allocator.base.problems import InputError, Problem
from allocator.base.version import VERSION
from allocator.page.pyodide import Pyodide

#: What the page's Python needs beside the package itself and the standard library.
_DISTRIBUTIONS: Final = ("xlsxwriter", "openpyxl", "et_xmlfile")
#: The scripts of the page in the order in which they need each other.
_SCRIPTS: Final = (
    *("core", "table", "charts", "input", "result", "trial", "compare", "verify", "optimize"),
    "main",
)
#: Rooms of the package that cannot run in a browser.
_NOT_IN_A_BROWSER: Final = ("cli/", "plots/", "scenarios/sweeps/", "__main__.py")
#: Files of the package that the page's Python never reads: compiled ones, and the page's own parts.
_NOT_PYTHONS: Final = {".pyc", ".html", ".css", ".js", ".mjs", ".xlsx", ".ttf", ".otf"}
#: Parts of the standard library that nothing in the page imports.
_UNUSED: Final = (
    *("ctypes/", "curses/", "dbm/", "distutils/", "email/mime/"),
    *("ensurepip/", "idlelib/", "lib2to3/", "multiprocessing/", "pydoc_data/", "_pyrepl/"),
    *("sqlite3/", "sysconfig/", "tkinter/", "unittest/", "venv/", "wsgiref/", "xmlrpc/"),
    *("xml/dom/", "zoneinfo/", "http/", "_aix_support", "_ios_support", "_osx_support"),
    *("_android_support", "_apple_support", "antigravity", "bdb.py", "cProfile"),
    *("cgi", "cmd.py", "configparser", "doctest", "filecmp", "ftplib", "imaplib"),
    *("mailbox", "mailcap", "netrc", "nntplib", "optparse", "pdb.py", "pickletools", "poplib"),
    *("profile", "pstats", "pyclbr", "pydoc.py", "smtplib", "smtpd", "socketserver"),
    *("telnetlib", "this.py", "timeit", "trace.py", "turtle", "webbrowser", "xdrlib", "_pyio"),
    *("encodings/mac_", "encodings/cp1", "encodings/cp7", "encodings/cp8", "encodings/iso8859_"),
    *("encodings/iso2022", "encodings/euc_jis", "encodings/shift_jis", "encodings/johab"),
    *(
        "logging/config",
        "logging/handlers",
        "concurrent/futures/process",
        "plistlib",
        "_pydatetime",
    ),
    *("asyncio/proactor", "asyncio/windows", "modulefinder"),
    *("encodings/big5", "encodings/euc_kr", "encodings/koi8", "encodings/ptcp", "encodings/tis"),
)


def build(pyodide: Pyodide, sample: bytes) -> bytes:
    """The whole page as UTF-8; `sample` is the workbook behind the button 试用样例."""
    here = files("allocator.page")

    def text(name: str) -> str:
        return here.joinpath(name).read_text(encoding="utf-8")

    script = "\n".join(text(f"scripts/{name}.js") for name in _SCRIPTS)
    script = f'"use strict";\n(function () {{\n{script}\n}})();\n'
    old = pyodide.needs_reference_types
    guard = text("scripts/guard.js").replace("{{reference_types}}", "true" if old else "false")
    lock = {"info": pyodide.info, "packages": {}}
    library = _python(pyodide.standard)
    payload = {
        "loader": pyodide.loader,
        "module": pyodide.module,
        "wasm": pyodide.wasm,
        "python": _compiled(library, pyodide, sample) or library,
        "lock": json.dumps(lock).encode(),
        "sample": sample,
        "worker": text("scripts/worker.js").encode(),
    }
    parts = {
        "css": text("page.css"),
        "payload": "\n".join(_packed(name, content) for name, content in payload.items()),
        "script": script,
        "guard": guard,
        "hashes": f"{_digest(guard)} {_digest(script)}",
        # The narrower word is known since Chromium 97, which is also what reference types need.
        "eval": "'wasm-unsafe-eval'" if old else "'unsafe-eval'",
        "version": VERSION,
        "python": pyodide.version,
    }
    page = re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], text("page.html"))
    return page.encode()


def sample_workbook() -> bytes:
    """The sample input that comes with the package, or with the sources of one not yet built."""
    inside = files("allocator.page").joinpath("sample.xlsx")
    if inside.is_file():
        return inside.read_bytes()
    return (Path(allocator.__file__).parents[1] / "data" / "dongguan-2020.xlsx").read_bytes()


def can_compile() -> bool:
    """Whether the page will start from bytecode."""
    return shutil.which("node") is not None


def _compiled(library: bytes, pyodide: Pyodide, sample: bytes) -> bytes | None:
    """The library compiled by the Python that will run it; None without Node.js.

    Raises `InputError` where that Python does not start: nor would the page.
    """
    node = shutil.which("node")
    if node is None or not pyodide.package:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given, made, script = (
            folder / "sample.xlsx",
            folder / "compiled.zip",
            folder / "compile.mjs",
        )
        for part, content in pyodide.package.items():
            (folder / part).write_bytes(content)
        (folder / "python_stdlib.zip").write_bytes(library)
        given.write_bytes(sample)
        script.write_bytes(files("allocator.page").joinpath("precompile.mjs").read_bytes())
        command = [node, *map(str, (script, folder, given, made))]
        run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - node itself
        if run.returncode or not made.is_file():
            message = "网页所带的 Python 没有在 Node.js 中启动"
            remedy = "请把 Node.js 更新到 18 以上的版本再试；用 --pyodide 指定的，请核对是否完整"
            told = run.stderr.strip().rpartition("\n")[2][:300]
            raise InputError([Problem("page.compile", message, remedy, value=told)])
        return made.read_bytes()


def _packed(name: str, content: bytes) -> str:
    """A part as text that no markup is found in: base 85, a comma for its only `<`."""
    text = base64.b85encode(gzip.compress(content, 9, mtime=0)).decode().replace("<", ",")
    return f'<script type="text/plain" id="payload-{name}">{text}</script>'


def _digest(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _python(library: bytes) -> bytes:
    """The standard library, the package and what it needs as one archive on Python's path.

    Nothing in it is compressed: the page as a whole is, and better so.
    """
    return packed(dict((*_standard(library), *_packages(), *_own())))


def _standard(library: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(library)) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith("/") and not name.startswith(_UNUSED):
                yield name, archive.read(name)


def _packages() -> Iterator[tuple[str, bytes]]:
    for name in _DISTRIBUTIONS:
        for file in sorted(distribution(name).files or (), key=str):
            if file.suffix == ".py" and ".." not in file.parts:
                yield file.as_posix(), file.read_binary()


def _own() -> Iterator[tuple[str, bytes]]:
    root = Path(allocator.__file__).parent
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        is_wanted = path.is_file() and path.suffix not in _NOT_PYTHONS
        if is_wanted and not name.startswith(_NOT_IN_A_BROWSER):
            yield f"allocator/{name}", path.read_bytes()
