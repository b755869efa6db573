"""Modules as bytecode, so that the page starts twice as fast: run inside the browser's own Python.

Only there, since bytecode belongs to one version of Python; `precompile.mjs` calls it when the page
is built. Only what the start and a first result import is compiled: bytecode is larger than source.
"""

from __future__ import annotations

import ast
import io
import marshal
import sys
import zipfile
from collections.abc import Collection
from importlib.util import MAGIC_NUMBER
from typing import Final

#: The modules of this package read their own docstrings.
_DOCUMENTED: Final = ("_pyodide/", "pyodide/")
#: Not loaded from their files, but built into Python; or not at the start.
_ELSEWHERE: Final = {
    *("importlib/_bootstrap.py", "importlib/_bootstrap_external.py"),
    "allocator/page/precompile.py",
}
#: How a compiled file begins: by a hash (1) that is not compared, for there is no source beside it.
_HEAD: Final = MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)


def precompile(archive: bytes, sample: bytes) -> bytes:
    """The archive that Python runs from, with what the sample's result needs as bytecode."""
    from allocator.page import desk

    desk.start(lambda _done, _left: None)
    desk.open_input("sample.xlsx", sample)
    desk.result("")
    place = f"/lib/python{sys.version_info[0]}{sys.version_info[1]}.zip/"
    files = (getattr(module, "__file__", None) or "" for module in list(sys.modules.values()))
    used = {file.removeprefix(place) for file in files if file.startswith(place)}
    return with_bytecode(archive, used - _ELSEWHERE, place)


def with_bytecode(archive: bytes, names: Collection[str], place: str) -> bytes:
    """The archive with those of its sources as bytecode; `place` is where tracebacks say it lies."""
    from allocator.base.archive import packed

    members = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        for name in source.namelist():
            content = source.read(name)
            if name in names:
                members[f"{name}c"] = _bytecode(content, name, place)
            else:
                members[name] = content
    return packed(members)


def _bytecode(source: bytes, name: str, place: str) -> bytes:
    tree = ast.parse(source, name)
    if not name.startswith(_DOCUMENTED):
        _shorten(tree)
    code = compile(tree, place + name, "exec", dont_inherit=True, optimize=0)
    return _HEAD + marshal.dumps(code)


def _shorten(tree: ast.Module) -> None:
    """Docstrings become one blank: none at all would make every dataclass write one at the start."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                first.value.value = " "
