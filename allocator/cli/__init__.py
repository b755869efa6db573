"""The command `allocator`: one module a group of commands, each imported when it is asked for."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Sequence

from allocator.base.problems import InputError
from allocator.cli import outputs, parsing, terminal
from allocator.engine.identities import IdentityError

#: Exit codes, for scripts; the last is how programs end whose reader closed the pipe.
OK, DIFFERENT, BAD_INPUT, DEFECT = 0, 1, 2, 3
NO_READER = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 well, 1 a check failed, 2 bad input, 3 a defect."""
    terminal.use_utf8()
    try:
        arguments = parsing.parse(list(sys.argv[1:] if argv is None else argv))
        outputs.check_outputs(arguments)
        code = int(arguments.run(arguments) or OK)
        terminal.flush()
    except InputError as error:
        terminal.print_problems(error.problems)
        print("未写出结果，请改正后重新运行。", file=sys.stderr)
        return BAD_INPUT
    except IdentityError as error:
        print(f"{error}\n这是程序的缺陷，未写出任何文件，请把输入文件一并反馈。", file=sys.stderr)
        return DEFECT
    except BrokenPipeError:
        terminal.discard()
        return NO_READER
    except OSError as error:
        return _no_output(error)
    except KeyboardInterrupt:
        print("已中断。没有报“已写出”的文件都没有写。", file=sys.stderr)
        return 130
    except Exception:  # noqa: BLE001 - exit code 1 is for checks, never for a defect
        traceback.print_exc()
        print("这是程序的缺陷，请把以上文字和输入文件一并反馈。", file=sys.stderr)
        return DEFECT
    return code


def _no_output(error: OSError) -> int:
    """What was to be printed cannot be: the disk behind it is full, or it is gone."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF, errno.EFBIG):
        raise error
    terminal.discard()
    print(f"输出中断：{error.strerror}。没有报“已写出”的文件都没有写。", file=sys.stderr)
    return BAD_INPUT
