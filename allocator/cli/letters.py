"""`allocator letters`: the notice and one slip for every recipient, as Word documents and PDF."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from allocator.base.archive import packed
from allocator.base.files import write_whole
from allocator.base.problems import InputError, Place, Problem
from allocator.cli.outputs import announced
from allocator.cli.run import add_input, answer_for

_PDF: Final = "全部通知.pdf"
_INFO: Final = "通知信息.xlsx"


def configure_letters(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator letters`."""
    add_input(parser)
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        metavar="文件夹或.zip",
        help="写到哪里（默认 reports/输入名-通知）",
    )
    parser.add_argument(
        *("--info", "--信息"),
        type=Path,
        metavar="通知信息.xlsx",
        help="发文机关、文号、期限和收款账户；输入工作簿中已有这两张表的不必另给",
    )
    parser.add_argument(
        "--templates", type=Path, metavar="文件夹", help="改过的 Word 模板所在的文件夹"
    )
    parser.add_argument(
        "--write-templates",
        type=Path,
        metavar="文件夹",
        help="写出两份 Word 模板和待填的通知信息.xlsx，不写通知",
    )
    parser.add_argument("--pdf", action="store_true", help="另把全部通知合成一个 PDF")
    parser.add_argument("--force", action="store_true", help="覆盖已有的文件")
    parser.set_defaults(run=letters)


def letters(arguments: argparse.Namespace) -> None:
    """Write the letters, or the templates to be edited."""
    from allocator.word.letter_info import info_workbook, read_letter_info
    from allocator.word.letters import letters, templates

    answer = answer_for(arguments)
    towns = answer.recipients.towns
    if folder := arguments.write_templates:
        files = {f"{name}.docx": content for name, content in templates().items()}
        _write(
            folder,
            files | {_INFO: info_workbook(towns, answer.scheme.naming.recipient)},
            force=arguments.force,
        )
        return
    info = read_letter_info(arguments.info or arguments.input, towns)
    documents = letters(answer, info, dict(_edited(arguments.templates)))
    if arguments.pdf:
        from allocator.word.pdf import one_pdf

        documents[_PDF] = one_pdf(documents)
    output = arguments.output or Path("reports") / f"{arguments.input.stem}-通知"
    _write(output, documents, force=arguments.force)
    mark = f"　{answer.mark}" if answer.mark else ""
    print(f"{answer.scheme.name}{mark}：下达通知 1 份，核拨通知单 {len(towns)} 份")


def _edited(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """The templates of a folder by name; raises `InputError` when it has none of them."""
    from allocator.word.templates import NOTICE, SLIP

    if folder is None:
        return
    paths = [path for name in (NOTICE, SLIP) if (path := folder / f"{name}.docx").is_file()]
    if not paths:
        remedy = f"请先用 --write-templates {folder} 写出模板，在 Word 中修改"
        message = f"文件夹中没有 {NOTICE}.docx 或 {SLIP}.docx"
        raise InputError([Problem("letters.templates", message, remedy, Place(str(folder)))])
    for path in paths:
        yield path.stem, path.read_bytes()


def _write(output: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    """Into a folder, or as one zip; what is already there may hold an office's work."""
    if output.suffix.lower() == ".zip":
        files, output = {output.name: packed(files)}, output.parent
    taken = [output / name for name in files if (output / name).exists()]
    if taken and not force:
        message = f"已有 {len(taken)} 个同名文件" if len(taken) > 1 else "文件已存在"
        remedy = "请用 -o 换一个地方；确要覆盖请加 --force"
        raise InputError([Problem("output", message, remedy, Place(str(taken[0])))])
    for name, content in files.items():
        write_whole(output / name, content)
    with announced(output if len(files) > 1 else output / next(iter(files))):
        pass
