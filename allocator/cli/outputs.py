"""Where results may be written, and how the user learns that they are."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from allocator.base.archive import is_packed_here
from allocator.base.problems import InputError, Place, Problem, stop_on_errors

#: Options that name a file to write, and those of them that name a workbook.
_OUTPUTS: Final = ("output", "issue", "json", "marked", "rewrite", "history", "beancount")
_WORKBOOKS: Final = ("output", "issue", "marked", "rewrite", "history")
#: Commands whose `-o` is not a workbook.
_OTHERS: Final = ("plot", "letters", "page")
#: Commands that ask by rules of their own, or write what is drawn again at will.
_ASKING: Final = ("run", "plot", "letters", "page", "template")


def check_outputs(arguments: argparse.Namespace) -> None:
    """Refuse to write over an input or one output over another, and workbooks named otherwise.

    A file that somebody else has worked on is replaced only when the user says so: asked before
    anything is computed. Raises `InputError`.
    """
    stop_on_errors(_problems(arguments))
    if arguments.command in _ASKING:
        return
    for option in _OUTPUTS:
        value = getattr(arguments, option, None)
        if value and value not in ("-", Path()):
            keep_foreign(Path(value), force=getattr(arguments, "force", False))


def add_force(parser: argparse.ArgumentParser) -> None:
    """Add the option that answers the question of `keep_foreign` beforehand."""
    parser.add_argument("--force", action="store_true", help="覆盖不是本程序写出的文件，不再询问")


def default_output(arguments: argparse.Namespace, name: str) -> Path:
    """reports/NAME, for a command that was told no other; asks as `keep_foreign` does."""
    path = Path("reports") / name
    keep_foreign(path, force=arguments.force)
    return path


def keep_foreign(path: Path, *, force: bool) -> None:
    """Ask before a file is replaced that this program did not write, or that was saved since.

    Raises `InputError` where nobody can be asked, or the answer is no.
    """
    if force or not path.is_file() or _is_own(path):
        return
    print(f"{path} 已存在，不是本程序写出的（或已另行保存过）。", file=sys.stderr)
    if sys.stdin is not None and sys.stdin.isatty():
        print("覆盖请输入 y：", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in ("y", "yes", "是"):
            return
    remedy = "请用 -o 换一个文件名；确要覆盖请加 --force"
    raise InputError([Problem("output", "文件已存在", remedy, Place(str(path)))])


def _is_own(path: Path) -> bool:
    """Whether a file is as this program wrote it: a workbook packed by it, or its record."""
    content = path.read_bytes()
    return is_packed_here(content) or b'"result_sha256"' in content[-1000:]


@contextmanager
def writing() -> Iterator[list[Path]]:
    """The files a block has written; where a later one fails, its error names those before it."""
    written: list[Path] = []
    try:
        yield written
    except InputError as error:
        for path in written:
            error.add_note(f"已写出 {path}")
        raise


@contextmanager
def announced(*written: Path) -> Iterator[None]:
    """Name the files that are written after what the block prints, also when nobody reads that.

    Files come before the printing: a reader who closes the pipe early still gets them.
    """
    try:
        yield
    finally:
        for path in written:
            print(f"已写出 {path}", file=sys.stderr)


def _problems(arguments: argparse.Namespace) -> Iterator[Problem]:
    options = vars(arguments)
    inputs = [v for k, v in options.items() if isinstance(v, Path) and k not in _OUTPUTS]
    named: list[Path] = []
    for option in _OUTPUTS:
        value = options.get(option)
        if not value or value in ("-", Path()):
            continue
        output, place = Path(value), Place(str(value))
        if any(_is_same(output, given) for given in inputs):
            message, remedy = "输出与输入是同一个文件", "请给输出换一个文件名"
            yield Problem("output", message, remedy, place)
        elif any(_is_same(output, other) for other in named):
            message, remedy = "两项输出写到同一个文件", "请给其中一项换一个文件名"
            yield Problem("output", message, remedy, place)
        elif option in _WORKBOOKS and arguments.command not in _OTHERS:
            yield from _misnamed(output, place)
        named.append(output)


def _misnamed(output: Path, place: Place) -> Iterator[Problem]:
    """A workbook under another ending does not open by a double click."""
    if output.suffix.lower() != ".xlsx":
        remedy = f"请写成 {output.stem or '结果'}.xlsx"
        yield Problem("output", "写出的是 .xlsx 工作簿，文件名应以 .xlsx 结尾", remedy, place)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, also to one that is not there yet."""
    try:
        return one.samefile(other)
    except OSError:
        return one.absolute() == other.absolute()
