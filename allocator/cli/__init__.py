"""The command `allocator`: one module a group of commands, each imported when it is asked for."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence

from allocator.base.problems import InputError
from allocator.cli import outputs, parsing, terminal
from allocator.engine.identities import IdentityError

#: Exit codes, for scripts; the last is how programs end whose reader closed the pipe.
OK, DIFFERENT, BAD_INPUT, DEFECT = 0, 1, 2, 3
NO_READER = 141
#: Why what was to be printed cannot be: the disk behind it is full or gone.
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG})


_NOTHING, _REST = "未写出结果，请改正后重新运行。", "其余未写出，请改正后重新运行。"


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
        written = getattr(error, "__notes__", [])
        print("\n".join([*written, _NOTHING if not written else _REST]), file=sys.stderr)
        return BAD_INPUT
    except IdentityError as error:
        print(f"{error}\n这是程序的缺陷，未写出任何文件，请把输入文件一并反馈。", file=sys.stderr)
        return DEFECT
    except BrokenPipeError:
        terminal.discard()
        return NO_READER
    except KeyboardInterrupt:
        print("已中断。没有报“已写出”的文件都没有写。", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - exit code 1 is for checks, never for a defect
        return _failed(error)
    return code


def _failed(error: Exception) -> int:
    """A disk that is full or gone where the output goes is the user's; all else is a defect."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        terminal.discard()
        print(f"输出中断：{error.strerror}。没有报“已写出”的文件都没有写。", file=sys.stderr)
        return BAD_INPUT
    import traceback

    traceback.print_exception(error)
    print("这是程序的缺陷，请把以上文字和输入文件一并反馈。", file=sys.stderr)
    return DEFECT
