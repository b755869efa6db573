"""The user's mistakes, as data: what is wrong, where it stands and how to mend it.

A mistake in an input never raises where it is found. Each check returns `Problem`s, the
caller collects them all, and one `InputError` carries the whole list to the user.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

ProblemKind = Literal["错误", "存疑", "提醒", "读入说明"]
#: The kinds in the order in which they are told.
PROBLEM_KINDS: Final[tuple[ProblemKind, ...]] = get_args(ProblemKind)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: a cell of a sheet, or a key of a TOML file."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        return "!".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: `code` names its kind, `message` and `remedy` are for the user (Chinese).

    A doubt is a mistake, or none: a person who has looked may confirm it. A note is a warning that
    says no more than what the reader made of the input.
    """

    code: str
    message: str
    remedy: str
    place: Place = Place()
    value: str = ""
    is_warning: bool = False
    is_doubt: bool = False
    is_note: bool = False

    @property
    def kind(self) -> ProblemKind:
        """What the user is told it is."""
        if self.is_doubt:
            return "存疑"
        if self.is_note:
            return "读入说明"
        return "提醒" if self.is_warning else "错误"

    def __str__(self) -> str:
        where = f"[{self.place}] " if str(self.place) else ""
        value = f"（现为：{self.value}）" if self.value else ""
        return f"{where}{self.message}{value}。{self.remedy}".strip()


def note(code: str, message: str, place: Place) -> Problem:
    """What the reader made of an input, as a warning that asks for nothing."""
    return Problem(code, message, "", place, is_warning=True, is_note=True)


class InputError(ValueError):
    """Every mistake found in the input of one run; nothing was computed or written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """Pickled with its problems, so that it crosses from a worker process as it was."""
        return type(self), (self.problems,)


def stop_on_errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the warnings among `problems`, or raise `InputError` when one is an error."""
    found = tuple(problems)
    if any(not problem.is_warning for problem in found):
        raise InputError(found)
    return found
