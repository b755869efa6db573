"""The text of a formula cut into tokens, each at its character."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from allocator.formulas.tree import MOST_DIGITS, MOST_EXPONENT, Mistake

_NUMBER: Final = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?(\s*%)?")
_NAME: Final = re.compile(r"[^\W]+(?:[·•][^\W]+)*")
_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "”": "“”", "’": "‘’"}
_SIGNS: Final = ("<=", ">=", "<>", "!=", "==")
_SAME: Final = {"!=": "<>", "==": "=", "≥": ">=", "≤": "<=", "≠": "<>", "×": "*", "÷": "/"}
_WORDS: Final = {"且": "and", "或": "or", "非": "not", "and": "and", "or": "or", "not": "not"}
#: Full-width forms, one character for one, so that positions stay true.
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    "　\u00a0−–﹣∕·【】；、。∗⁄\t\r\n", "  ---/·[];,.*/   "
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece: `kind` is `number`, `name`, `bracket`, `text`, `end`, or the sign itself."""

    kind: str
    text: str
    at: int
    end: int
    value: Fraction = Fraction(0)


def narrow(text: str) -> str:
    """Full-width digits, letters and signs as their common form, character by character."""
    return text.translate(_NARROW)


def tokens_of(source: str) -> tuple[list[Token], list[Mistake]]:
    """All tokens, closed by one of kind `end`, and what is no token."""
    text, at = narrow(source), 0
    tokens: list[Token] = []
    mistakes: list[Mistake] = []
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(source, text, at)
        if isinstance(token, Mistake):
            mistakes.append(token)
            at += 1 if token.code == "formula.sign" else len(text)
            continue
        if token.kind == "number" and _is_too_long(text[at : token.end]):
            message = f"数字超过 {MOST_DIGITS} 位或指数超过 {MOST_EXPONENT}"
            mistakes.append(Mistake("formula.number_size", at, message, "请核对这个数字"))
        tokens.append(token)
        at = token.end
    tokens.append(Token("end", "", len(source), len(source)))
    return tokens, mistakes


def _token(source: str, text: str, at: int) -> Token | Mistake:  # noqa: PLR0911 - one return a kind of token
    char = text[at]
    if char in _QUOTES:
        return _quoted(source, at, _QUOTES[char])
    if char == "[":
        end = text.find("]", at)
        if end < 0:
            return Mistake("formula.unclosed", at, "方括号没有收尾", "请补上“]”")
        return Token("bracket", source[at + 1 : end].strip(), at, end + 1)
    number = _NUMBER.match(text, at)
    # A header may begin with digits (2020年人口); in 1e6 the letter belongs to the number.
    name = _NAME.match(text, number.end()) if number else None
    if number and not (name and number.group().isdigit() and name.group()[0] not in "且或"):
        return _number(number)
    name = _NAME.match(text, at)
    if name:
        word = _WORDS.get(name.group().lower())
        kind = word or "name"
        return Token(kind, source[at : name.end()], at, name.end())
    sign = text[at : at + 2] if text[at : at + 2] in _SIGNS else char
    kind = _SAME.get(sign, sign)
    if kind in {"<=", ">=", "<>"} or kind in "+-*/^()<>=,;:{}":
        return Token(kind, sign, at, at + len(sign))
    remedy = "请删去，或用方括号把表头括起来：[表头]"
    shown = source[at] if source[at].isprintable() else f"U+{ord(source[at]):04X}"
    return Mistake("formula.sign", at, f"不认识的符号“{shown}”", remedy)


def _quoted(source: str, at: int, closing: str) -> Token | Mistake:
    ends = [end for end in (source.find(mark, at + 1) for mark in _closings(closing)) if end > 0]
    if not ends:
        return Mistake("formula.unclosed", at, "引号没有收尾", "请补上另一个引号")
    return Token("text", source[at + 1 : min(ends)], at, min(ends) + 1)


def _closings(closing: str) -> str:
    """Full-width straight quotes close each other as well."""
    return closing + {'"': "＂", "'": "＇"}.get(closing, "")


def _is_too_long(text: str) -> bool:
    mantissa, _, exponent = text.lower().rstrip("% ").partition("e")
    return (
        len(mantissa) > MOST_DIGITS or len(exponent) > 4 or abs(int(exponent or 0)) > MOST_EXPONENT
    )


def _number(found: re.Match[str]) -> Token:
    end, shown = found.end(), found.group()
    if _is_too_long(shown):
        return Token("number", shown, found.start(), end)
    value = Fraction(shown.rstrip("% "))
    return Token("number", shown, found.start(), end, value / 100 if shown[-1] == "%" else value)
