"""`allocator template`: an empty input workbook."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from allocator.base.files import write_whole

_DEFAULT: Final = Path("输入模板.xlsx")


def configure_template(parser: argparse.ArgumentParser) -> None:
    """Options of `allocator template`."""
    parser.add_argument(
        "-o", "--output", type=Path, default=_DEFAULT, metavar="模板.xlsx", help=f"默认 {_DEFAULT}"
    )
    parser.add_argument(
        "--scheme", type=Path, metavar="方案.toml", help="填入这个方案，而不是 2020 年方案草案"
    )
    parser.add_argument("--force", action="store_true", help="覆盖已有的文件")
    parser.set_defaults(run=template)


def template(arguments: argparse.Namespace) -> None:
    """Write the template; a file that is already there may hold work, so it is kept."""
    from allocator.base.problems import InputError, Place, Problem
    from allocator.excel.intake.load import read_scheme_file
    from allocator.excel.template.template import draft_scheme, input_workbook

    output: Path = arguments.output
    if output.exists() and not arguments.force:
        remedy = "请用 -o 换一个文件名；确要覆盖请加 --force"
        raise InputError([Problem("output", "文件已存在", remedy, Place(str(output)))])
    scheme = read_scheme_file(arguments.scheme) if arguments.scheme else draft_scheme()
    write_whole(output, input_workbook(None, scheme))
    print(f"已写出 {output}", file=sys.stderr)
