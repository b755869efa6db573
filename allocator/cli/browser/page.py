"""`allocator page`: the whole job as one HTML file for any browser."""

from __future__ import annotations

import argparse
import webbrowser
from pathlib import Path

from allocator.base.files import write_whole
from allocator.base.problems import InputError, Place, Problem
from allocator.cli.outputs import announced


def configure_page(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator page`."""
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        default=Path("分配计算.html"),
        metavar="分配计算.html",
        help="写到哪里（默认 分配计算.html）",
    )
    parser.add_argument(
        "--pyodide",
        type=Path,
        metavar="文件.tgz",
        help="浏览器用的 Python（npm 包 pyodide）；不给就用 npm 取得。0.24.1 版可用于 2020 年起的旧浏览器",
    )
    parser.add_argument("--open", action="store_true", help="写好后用浏览器打开")
    parser.set_defaults(run=page)


def page(arguments: argparse.Namespace) -> None:
    """Build the file, and open it when asked."""
    from allocator.page.build import build, can_compile, sample_workbook
    from allocator.page.pyodide import fetch, opened

    output: Path = arguments.output
    if output.suffix.lower() not in {".html", ".htm"}:
        remedy = f"请写成 {output.stem or '分配计算'}.html"
        message = "写出的是网页，文件名应以 .html 结尾"
        raise InputError([Problem("output", message, remedy, Place(str(output)))])
    content = _given(arguments.pyodide) if arguments.pyodide else fetch()
    made = build(opened(content, str(arguments.pyodide or "")), sample_workbook())
    write_whole(output, made)
    with announced(output):
        print(f"一个文件，{len(made) / 1e6:.1f} MB：双击即可在浏览器中使用，不用安装，不联网。")
        if not can_compile():
            print("没有找到 Node.js：网页照样可用，但启动约慢一倍。")
    if arguments.open:
        webbrowser.open(output.absolute().as_uri())


def _given(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"无法读取：{error.strerror or error}"
        problem = Problem("page.pyodide", message, "请检查文件名和权限", Place(str(path)))
        raise InputError([problem]) from None
