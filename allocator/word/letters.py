"""All letters of an answer: the notice and one slip for every recipient, from two templates."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any, Final

from allocator.allocation import Allocation
from allocator.base.archive import same_bytes
from allocator.base.problems import InputError, Place, Problem
from allocator.explain.speech import Speech, speech_of
from allocator.word.fields import notice_fields, slip_fields
from allocator.word.letter_info import LetterInfo
from allocator.word.paper import fit_one_page
from allocator.word.templates import NOTICE, SLIP, notice_template, slip_template

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

#: Characters that a file's name may not have everywhere.
_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def templates() -> dict[str, bytes]:
    """The templates as they come, by the name of the letter; an office may edit them in Word."""
    return {NOTICE: notice_template(), SLIP: slip_template()}


def letters(
    answer: Allocation, info: LetterInfo, edited: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """File name → document: the notice first, then the slips in official order.

    `edited` replaces templates by name (`NOTICE`, `SLIP`). Raises `InputError` with every
    placeholder that a template has and nobody fills in, and for a template that cannot be read.
    """
    chosen = templates() | dict(edited or {})
    said = _speech(answer, info).said
    contexts = {
        NOTICE: _retold(notice_fields(answer, info), said),
        SLIP: _retold(slip_fields(answer, info, 0), said),
    }
    problems = [
        p for name, context in contexts.items() for p in _check(name, chosen[name], context)
    ]
    if problems:
        raise InputError(problems)
    width = max(len(str(len(answer.recipients))), 2)
    documents = {f"{0:0{width}d}-{NOTICE}.docx": _render(chosen[NOTICE], contexts[NOTICE])}
    for i, town in enumerate(answer.recipients.towns):
        name = f"{i + 1:0{width}d}-{_FORBIDDEN.sub('', town)[:60]}-{SLIP}.docx"
        documents[name] = _render(
            chosen[SLIP], _retold(slip_fields(answer, info, i), said), fit=True
        )
    return documents


def _speech(answer: Allocation, info: LetterInfo) -> Speech:
    """The words of the fund; what the office wrote for its letters stays as it is."""
    speech = speech_of(answer.scheme, answer.recipients)
    texts = [text for text in astuple(replace(info, accounts={})) if text]
    texts += [t for account in info.accounts.values() for t in astuple(account) if t]
    return replace(speech, kept=speech.kept | set(texts))


def _retold(texts: Any, said: Callable[[str], str]) -> Any:
    """The texts of a letter in the words of the fund; the names of placeholders stay."""
    if isinstance(texts, str):
        return said(texts)
    if isinstance(texts, dict):
        return {key: _retold(text, said) for key, text in texts.items()}
    return [_retold(text, said) for text in texts] if isinstance(texts, list) else texts


def _environment() -> SandboxedEnvironment:
    """Templates come from outside: they may name placeholders and nothing else of the program."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _check(name: str, template: bytes, context: Mapping[str, Any]) -> Iterator[Problem]:
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    place = Place(f"{name}.docx")
    try:
        document = DocxTemplate(io.BytesIO(template))
        unknown = document.get_undeclared_template_variables(_environment()) - set(context)
        if not unknown:
            document.render(dict(context), _environment())
    except TemplateError as error:
        remedy = "请核对双花括号和 {% %} 是否成对；可从默认模板改起"
        yield Problem("letters.template", f"模板中的占位符无法识别：{error}", remedy, place)
        return
    except Exception as error:  # noqa: BLE001 - a file from outside fails in many ways
        remedy = "请用 Word 打开后另存为 .docx"
        yield Problem("letters.template", f"模板无法读取：{error}", remedy, place)
        return
    for word in sorted(unknown):
        remedy = f"可用的占位符：{'、'.join(context)}"
        message = f"模板中的占位符“{word}”没有对应的内容"
        yield Problem("letters.placeholder", message, remedy, place)


def _render(template: bytes, context: Mapping[str, Any], *, fit: bool = False) -> bytes:
    from docxtpl import DocxTemplate

    document = DocxTemplate(io.BytesIO(template))
    document.render(dict(context), _environment())
    if fit:
        fit_one_page(document)
    content = io.BytesIO()
    document.save(content)
    return same_bytes(content.getvalue())
