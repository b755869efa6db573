"""The file itself: the same bytes every time, nothing foreign in it, wrong packages refused."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import tarfile
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

from allocator import InputError
from allocator.base.archive import packed
from allocator.page.build import build, can_compile, sample_workbook
from allocator.page.precompile import with_bytecode
from allocator.page.pyodide import Pyodide, opened
from tests.conftest import DATA
from tests.page.conftest import missing


def library() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("json.py", "tarfile.py", "unittest/mock.py"):
            archive.writestr(name, "")
    return packed.getvalue()


def small(version: str = "0.29.5") -> Pyodide:
    """A Pyodide without Python in it."""
    return Pyodide(version, b"loader", b"module", b"wasm", library(), {})


def package(**changed: bytes | None) -> bytes:
    """An npm package, with parts changed or left out."""
    parts: dict[str, bytes | None] = {
        "package.json": b'{"version": "0.29.5"}',
        "pyodide-lock.json": json.dumps({"info": {}}).encode(),
        "pyodide.js": b"",
        "pyodide.mjs": b"",
        "pyodide.asm.js": b"",
        "pyodide.asm.wasm": b"",
        "python_stdlib.zip": library(),
    }
    parts |= {name.replace("_", ".", 1): content for name, content in changed.items()}
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in parts.items():
            if data is not None:
                info = tarfile.TarInfo(f"package/{name}")
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return content.getvalue()


def test_the_same_bytes_every_time() -> None:
    assert build(small(), b"sample") == build(small(), b"sample")


def test_the_policy_names_exactly_the_scripts_that_run() -> None:
    text = build(small(), b"sample").decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    assert re.findall(r"'sha256-([^']*)'", policy[1]) == digests
    for word in ("default-src 'none'", "connect-src 'none'", "form-action 'none'"):
        assert word in policy[1]
    assert "http" not in re.sub(r'<script type="text/plain".*?</script>', "", text).replace(
        "http-equiv", ""
    )


@pytest.mark.parametrize(
    ("version", "word", "asks"),
    [("0.29.5", "wasm-unsafe-eval", "true"), ("0.24.1", "unsafe-eval", "false")],
)
def test_old_browsers_get_the_words_they_know(version: str, word: str, asks: str) -> None:
    text = build(small(version), b"").decode()
    assert f" '{word}';" in text
    assert f"(!{asks} ||" in text


def test_the_sample_is_the_one_in_data() -> None:
    assert sample_workbook() == (DATA / "dongguan-2020.xlsx").read_bytes()


def test_packages_that_are_none_or_too_new_are_refused() -> None:
    assert opened(package()).version == "0.29.5"
    for content in (b"nothing", package(pyodide_js=None)):
        with pytest.raises(InputError, match="不是可用的 Pyodide"):
            opened(content, "包.tgz")
    with pytest.raises(InputError, match="不能在双击打开的网页中启动"):
        opened(package(package_json=b'{"version": "314.0.7"}'))


def test_bytecode_alone_runs_and_is_the_same_every_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = '"""What it is."""\n\n\ndef twice(n):\n    """Doubles."""\n    return 2 * n\n'
    archive = packed({"compiled_alone.py": source.encode(), "data.txt": b"kept"})
    made = with_bytecode(archive, {"compiled_alone.py"}, "/lib/x.zip/")
    assert made == with_bytecode(archive, {"compiled_alone.py"}, "/lib/x.zip/")
    path = tmp_path / "modules.zip"
    path.write_bytes(made)
    monkeypatch.syspath_prepend(path)
    module = import_module("compiled_alone")
    assert (module.twice(21), module.__doc__) == (42, " ")
    with zipfile.ZipFile(path) as found:
        assert found.namelist() == ["compiled_alone.pyc", "data.txt"]


def test_the_real_page_starts_from_bytecode(page_bytes: bytes) -> None:
    if not can_compile():
        missing("no node on the path")
    text = re.search(r'id="payload-python">([^<]*)<', page_bytes.decode())
    assert text
    library = gzip.decompress(base64.b85decode(text[1].replace(",", "<")))
    with zipfile.ZipFile(io.BytesIO(library)) as archive:
        assert {"allocator/page/desk.pyc", "typing.pyc"} <= set(archive.namelist())
    assert len(page_bytes) <= 8_000_000
