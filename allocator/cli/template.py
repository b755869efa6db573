"""`allocator template`: an empty input workbook, for any fund."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from allocator.base.files import write_whole
from allocator.base.problems import InputError, Place, Problem

if TYPE_CHECKING:
    from allocator.excel.template.input_sheets import SheetNames
    from allocator.excel.template.questions import Answers, FormQuestion
    from allocator.fund.scheme import Scheme

_DEFAULT: Final = Path("输入模板.xlsx")
#: Lines for names where a scheme comes without them and does not say how many there are.
_BLANK_LINES: Final = 20


def configure_template(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator template`."""
    parser.add_argument(
        "-o", "--output", type=Path, default=_DEFAULT, metavar="模板.xlsx", help=f"默认 {_DEFAULT}"
    )
    parser.add_argument(
        "--scheme", type=Path, metavar="方案.toml", help="填入这个方案，而不是 2020 年方案草案"
    )
    parser.add_argument(
        "--towns", type=Path, metavar="名单.xlsx", help="受款单位名单（xlsx、xls、csv），每行一个"
    )
    parser.add_argument(
        "--new", action="store_true", help="回答几个问题，做出任何一项资金的模板，不必写方案文件"
    )
    parser.add_argument("--force", action="store_true", help="覆盖已有的文件")
    parser.set_defaults(run=template)


def template(arguments: argparse.Namespace) -> None:
    """Write the template; a file that is already there may hold work, so it is kept."""
    from allocator.excel.template.template import input_workbook

    output: Path = arguments.output
    if output.exists() and not arguments.force:
        remedy = "请用 -o 换一个文件名；确要覆盖请加 --force"
        raise InputError([Problem("output", "文件已存在", remedy, Place(str(output)))])
    scheme, names = _asked() if arguments.new else _given(arguments)
    write_whole(output, input_workbook(None, scheme, names=names))
    print(f"已写出 {output}", file=sys.stderr)


def _given(arguments: argparse.Namespace) -> tuple[Scheme, SheetNames]:
    """The scheme and the names of the files on the command line, else the fund of 2020."""
    from allocator.excel.intake.load import read_scheme_file
    from allocator.excel.template.input_sheets import SheetNames
    from allocator.excel.template.template import draft_scheme

    names = _listed(arguments.towns) if arguments.towns else None
    if arguments.scheme is None:
        return draft_scheme(), names or SheetNames()
    scheme = read_scheme_file(arguments.scheme)
    count = scheme.recipients or _BLANK_LINES
    return scheme, names or SheetNames(("",) * count, "单位")


def _listed(path: Path) -> SheetNames:
    from allocator.excel.template.input_sheets import SheetNames
    from allocator.excel.template.name_list import read_names

    header, towns = read_names(path)
    return SheetNames(towns, header or "单位")


def _asked() -> tuple[Scheme, SheetNames]:
    """The scheme and the names from the answers to a few questions."""
    from allocator.excel.template.input_sheets import SheetNames
    from allocator.excel.template.questions import (
        FUND_QUESTIONS,
        MATCH_QUESTION,
        POOL_QUESTIONS,
        Answers,
    )
    from allocator.fund.scheme import read_scheme

    answers = Answers()
    for question in FUND_QUESTIONS:
        _ask(question, answers)
    while True:
        for question in POOL_QUESTIONS:
            _ask(question, answers)
        if _line("还有另一项资金吗（有的写 y，没有直接回车）").lower() not in (
            "y",
            "yes",
            "是",
            "有",
        ):
            break
    _ask(MATCH_QUESTION, answers)
    scheme, problems = read_scheme(answers.raw(), lambda path: Place("", "", path))
    if problems:
        raise InputError(problems)
    return scheme, SheetNames(answers.towns, answers.header)


def _ask(question: FormQuestion, answers: Answers) -> None:
    """Put one question until its answer is understood."""
    from allocator.excel.template.questions import put

    while wrong := put(question, _file_or_text(_line(question.text)), answers):
        print(f"  {wrong}，请重新填写。", file=sys.stderr)


def _file_or_text(text: str) -> str:
    """An answer that names a file stands for the list of names in it."""
    from allocator.excel.template.name_list import read_names

    is_file = "." in text and Path(text).suffix.lower() in (".xlsx", ".xls", ".csv", ".txt")
    if not is_file:
        return text
    try:
        return "、".join(read_names(Path(text))[1])
    except InputError as error:
        print(f"  {error}", file=sys.stderr)
        return ""


def _line(text: str) -> str:
    """One line that the user types; raises `InputError` where the input ends."""
    print(f"{text}：", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        message, remedy = "问题没有答完", "请在命令行窗口中运行，逐项回答"
        raise InputError([Problem("template.answers", message, remedy)])
    return line.strip()
