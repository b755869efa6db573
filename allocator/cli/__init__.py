"""The command `allocator`: one module a group of commands, each imported when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from allocator.cli import parsing, terminal
from allocator.identities import IdentityError
from allocator.problems import InputError

#: Exit codes, for scripts.
OK, DIFFERENT, BAD_INPUT, DEFECT = 0, 1, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 well, 1 a check failed, 2 bad input, 3 a defect."""
    terminal.use_utf8()
    arguments = parsing.parse(list(sys.argv[1:] if argv is None else argv))
    try:
        return int(arguments.run(arguments) or OK)
    except InputError as error:
        terminal.print_problems(error.problems)
        print("未写出结果，请改正后重新运行。", file=sys.stderr)
        return BAD_INPUT
    except IdentityError as error:
        print(f"{error}\n这是程序的缺陷，未写出任何文件，请把输入文件一并反馈。", file=sys.stderr)
        return DEFECT
    except BrokenPipeError:
        sys.stderr.close()
        return OK
    except KeyboardInterrupt:
        print("已中断，未写出文件。", file=sys.stderr)
        return 130
