"""What the page may ask: texts (JSON) and bytes in, texts and bytes out.

Every function is a call of the product on what is open; nothing is computed here. Mistakes of the
user come back as {"problems": [...]} from functions that give texts and from those that give files.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import PurePath
from typing import Any, Final, Literal, ParamSpec

from allocator import Allocation, FileBytes, InputError, Problem, Recipients, Scheme, allocate, load
from allocator.base.version import VERSION
from allocator.dongguan.tiles import has_map, tiles
from allocator.explain.summary import figures, summary_table
from allocator.explain.waterfall import waterfall_steps
from allocator.page import trial
from allocator.page.drawn import WAN, YUAN, amounts_in, drawn, problems
from allocator.scenarios.comparisons import comparison
from allocator.scenarios.comparisons.comparison import BASE, Comparison

P = ParamSpec("P")
#: Under which name what is tried out stands beside what the input says.
TRIAL: Final = "试算"


@dataclass(slots=True)
class Desk:
    """What lies open: the input and its answer, the answer under tried rules, and who is told."""

    file: FileBytes = FileBytes("", b"")
    rules: FileBytes | None = None
    base: Allocation | None = None
    tried: Allocation | None = None
    tell: Callable[[int, int], None] = lambda _done, _left: None

    @property
    def answer(self) -> Allocation:
        """The answer under the rules of the input."""
        assert self.base is not None  # noqa: S101 - the page asks only after an input is open
        return self.base

    def shown(self, which: str) -> Allocation:
        """The answer under the rules of the input, or under the tried ones."""
        return self.tried if which == TRIAL and self.tried else self.answer


_DESK: Final = Desk()


def said(function: Callable[P, Mapping[str, Any]]) -> Callable[P, str]:
    """The function's record as JSON, its user's mistakes as problems."""

    @functools.wraps(function)
    def asked(*args: P.args, **options: P.kwargs) -> str:
        try:
            record = function(*args, **options)
        except InputError as error:
            record = {"problems": problems(error.problems)}
        return json.dumps(record, ensure_ascii=False)

    return asked


def made(function: Callable[P, bytes]) -> Callable[P, bytes | str]:
    """The function's file; a text, the problems as JSON, where there is none."""

    @functools.wraps(function)
    def asked(*args: P.args, **options: P.kwargs) -> bytes | str:
        try:
            return function(*args, **options)
        except InputError as error:
            return json.dumps({"problems": problems(error.problems)}, ensure_ascii=False)

    return asked


@said
def start(tell: Callable[[int, int], None]) -> dict[str, Any]:
    """What runs here; `tell` is called with what is done and left of long work."""
    _DESK.tell = tell
    letters = find_spec("lxml") is not None
    return {"version": VERSION, "python": sys.version.split()[0], "letters": letters}


def held(name: str, content: Any) -> FileBytes:
    """A file of the page: its bytes come as a view of the browser's memory."""
    return FileBytes(PurePath(name).name, bytes(content))


@said
def open_input(name: str, content: Any, rules_name: str = "", rules: Any = b"") -> dict[str, Any]:
    """Read an input, with a scheme of its own where one is given: its answer or its problems."""
    _DESK.file = held(name, content)
    _DESK.rules = held(rules_name, rules) if rules_name else None
    _DESK.base = _DESK.tried = None
    _DESK.base = allocate(*load(_DESK.file, _DESK.rules))
    return _opened()


def _opened() -> dict[str, Any]:
    answer = _DESK.answer
    towns = answer.recipients.towns
    return {
        "name": answer.scheme.name,
        "stem": PurePath(_DESK.file.name).stem,
        "towns": towns,
        "classes": list(dict.fromkeys(filter(None, answer.recipients.economic_class))),
        "columns": {c: answer.recipients.header(c) for c in answer.recipients.numbers},
        "tiles": dict(tiles()) if has_map(towns) else None,
        "warnings": problems(answer.warnings),
        "settings": trial.settings(answer.scheme),
        "readings": trial.choices(answer.scheme),
        "factors": {
            r.pool.id: [{"name": f.name, "column": f.factor.column} for f in r.shares.factors]
            for r in answer.pools
        },
    }


@said
def result(which: str, unit: str = YUAN) -> dict[str, Any]:
    """The answer at a glance: figures, one row a town, and what bars and map are drawn from."""
    answer = _DESK.shown(which)
    found = figures(answer)
    every = [fen for figure in found for fen in (figure.fen, *(f for _, f in figure.parts))]
    texts = iter(amounts_in(every, unit))
    return {
        "name": answer.scheme.name,
        "mark": answer.mark,
        "unit": unit,
        "figures": [
            {"name": f.name, "text": next(texts), "parts": [[n, next(texts)] for n, _ in f.parts]}
            for f in found
        ],
        "table": drawn(summary_table(answer), unit),
        "pools": [r.pool.name for r in answer.pools],
        "bars": [r.payment for r in answer.pools],
        "labels": amounts_in(answer.payment, WAN),
        "ties": [
            {
                "pool": r.pool.name,
                "tied": [answer.recipients.towns[i] for i in tie.tied],
                "winners": [answer.recipients.towns[i] for i in tie.winners],
            }
            for r in answer.pools
            for tie in r.ties
        ],
        "balances": len(answer.identities),
        "fingerprint": answer.fingerprint["result_sha256"],
    }


@said
def town(which: str, name: str) -> dict[str, Any]:
    """Why a town gets its amount, in words and as steps in 万元."""
    answer = _DESK.shown(which)
    steps = waterfall_steps(answer, answer.recipients.towns.index(name))
    labels = amounts_in((step.label_fen for step in steps), WAN)
    return {
        "text": answer.explain(name),
        "steps": [
            {"name": s.name, "role": s.role, "start": s.start, "end": s.end, "label": label}
            for s, label in zip(steps, labels, strict=True)
        ],
    }


@said
def balance(asked: str) -> dict[str, Any]:
    """The weights of a pool after one is moved: {weights, moved, value, held}."""
    given = json.loads(asked)
    moved = trial.balanced(given["weights"], given["moved"], given["value"], given["held"])
    return {"weights": moved}


@said
def try_rules(asked: str, unit: str = YUAN) -> dict[str, Any]:
    """The answer under other weights and rules beside that of the input."""
    scheme = trial.tried(_DESK.answer.scheme, json.loads(asked))
    return _compared_with(scheme, unit)


@said
def try_scheme(name: str, content: Any, unit: str = YUAN) -> dict[str, Any]:
    """The answer under a scheme file beside that of the input, and what the sliders then show."""
    from allocator.excel.intake.load import read_scheme_file

    scheme = replace(read_scheme_file(held(name, content)), status="trial")
    found = _compared_with(scheme, unit)
    return {**found, "name": scheme.name, "settings": trial.settings(scheme)}


def _compared_with(scheme: Scheme, unit: str) -> dict[str, Any]:
    answer = allocate(_DESK.answer.recipients, scheme)
    _DESK.tried = answer
    compared = Comparison((BASE, TRIAL), (_DESK.answer, answer))
    classes = comparison.by_class(compared)
    return {
        "mark": answer.mark,
        "overview": drawn(comparison.overview(compared), unit),
        "table": drawn(comparison.side_by_side(compared), unit),
        "classes": drawn(classes, unit) if classes else None,
    }


@said
def compare_trials(asked: str, unit: str = YUAN) -> dict[str, Any]:
    """Saved trials [{name, toml}] side by side with the input's own rules."""
    names, answers = [BASE], [_DESK.answer]
    for one in json.loads(asked):
        names.append(one["name"])
        scheme = Scheme.from_toml(one["toml"], one["name"])
        answers.append(allocate(_DESK.answer.recipients, scheme))
    return {"tables": [drawn(t, unit) for t in Comparison(tuple(names), tuple(answers)).tables()]}


def trial_toml() -> str:
    """The tried scheme as the text of a scheme file."""
    return _DESK.shown(TRIAL).scheme.to_toml()


@made
def official(which: str, unit: str) -> bytes:
    """The official workbook."""
    from allocator.excel.official import official_workbook

    return official_workbook(_DESK.shown(which), unit=unit)


@made
def issue(which: str, unit: Literal["元", "万元"]) -> bytes:
    """The issue copy; a table in 万元 that only HiGHS can round is refused: browsers lack it."""
    from allocator.excel.issue import IssueOptions, issue_workbook

    return issue_workbook(_DESK.shown(which), IssueOptions(unit))


@made
def letters(which: str) -> bytes:
    """The notice and a slip for every recipient, as one zip, with what the input says of them.

    Raises `InputError` where there is no lxml, which writes the documents: Pyodide's npm package
    has none.
    """
    answer = _DESK.shown(which)
    if find_spec("lxml") is None:
        message = "网页中不能写出 Word 通知"
        remedy = "请用命令 allocator letters，或请装有本程序的同事代做"
        raise InputError([Problem("letters.browser", message, remedy)])
    from allocator.base.archive import packed
    from allocator.word.letter_info import read_letter_info
    from allocator.word.letters import letters as written

    return packed(written(answer, read_letter_info(_DESK.file, answer.recipients.towns)))


@made
def record(which: str) -> bytes:
    """The answer as the command's `--json` writes it."""
    text = json.dumps(_DESK.shown(which).to_record(), ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


@made
def template() -> bytes:
    """The empty input workbook."""
    from allocator.excel.template.template import draft_scheme, input_workbook

    return input_workbook(None, draft_scheme())


@made
def marked() -> bytes:
    """The input with every mistake painted at its cell."""
    from allocator.excel.intake.marked_copy import painted_copy

    try:
        warnings = allocate(*load(_DESK.file, _DESK.rules)).warnings
    except InputError as error:
        warnings = error.problems
    return painted_copy(_DESK.file, warnings)


@made
def signed(asked: str) -> bytes:
    """The input with doubts confirmed: {by, lines: [{sheet, cell, value, doubt, note}]}."""
    from allocator.excel.intake.signed_copy import signed_copy
    from allocator.fund.recipients import Confirmation

    given = json.loads(asked)
    return signed_copy(
        _DESK.file, [Confirmation(**line, by=given["by"]) for line in given["lines"]]
    )


@said
def check(name: str, content: Any, given_name: str = "", given: Any = b"") -> dict[str, Any]:
    """Verify a received official workbook, against the input it is said to come from if given."""
    from allocator.excel.verify.verify import verify

    found = verify(held(name, content), held(given_name, given) if given_name else None)
    return {
        "name": found.name,
        "consistent": found.is_consistent,
        "sheets": found.sheets,
        "cells": found.cells,
        "verdict": found.verdict,
        "told": list(found.told),
        "dressed": [str(f) for f in found.findings if f.kind == "dressed"],
        "sha256": found.file_sha256,
        "data_changed": found.is_data_changed,
        "written_by": found.printed.get("version", "") if found.is_other_version else "",
        "broken": problems(found.problems),
        "differences": [
            {"place": d.place, "text": str(d), "follows": d.may_follow} for d in found.differences
        ],
        "given": found.given
        and {
            "table": found.given.same_table,
            "scheme": found.given.same_scheme,
            "file": found.given.same_file,
            "told": found.given.same_told,
        },
    }


def _differing(old: FileBytes, new: FileBytes) -> tuple[list[Any], Allocation]:
    from allocator.scenarios.comparisons.difference import difference, difference_tables

    before, after = (allocate(*load(file)) for file in (old, new))
    found = difference(before, after)
    return (difference_tables(found) if found.causes else []), after


@said
def differ(old_name: str, old: Any, new_name: str, new: Any, unit: str = YUAN) -> dict[str, Any]:
    """What changed between two inputs or results, and what each cause did."""
    tables, _ = _differing(held(old_name, old), held(new_name, new))
    return {"tables": [drawn(table, unit) for table in tables]}


@made
def differences(old_name: str, old: Any, new_name: str, new: Any) -> bytes:
    """The same as the command's workbook."""
    from allocator.excel.kit.tables_workbook import tables_workbook

    tables, after = _differing(held(old_name, old), held(new_name, new))
    return tables_workbook(tables, title=f"{after.scheme.name}调整对照", mark=after.mark)


@said
def best_weights(asked: str, unit: str = YUAN) -> dict[str, Any]:
    """The best weights for an aim within bounds, or what contradicts each other."""
    from allocator.page.aims import asked_problem, best

    recipients: Recipients = _DESK.answer.recipients
    problem = asked_problem(json.loads(asked))
    found = best(recipients, _DESK.answer.scheme, problem, _DESK.tell)
    tables = [drawn(table, unit) for table in found.tables]
    return {"tables": tables, "weights": found.weights, "pool": problem.pool}


@said
def aims() -> dict[str, Any]:
    """The aims that can be asked for, with what each needs."""
    from allocator.page.aims import AIMS

    return {"aims": AIMS}
