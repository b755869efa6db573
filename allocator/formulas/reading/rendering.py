"""A tree as the text of a formula again: reading that text gives the same tree."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from allocator.formulas.functions import FUNCTIONS
from allocator.formulas.reading.tokens import tokens_of
from allocator.formulas.tree import (
    ATOM,
    BINDING,
    COMPARISON,
    MINUS,
    NOT,
    Binary,
    Call,
    Name,
    Node,
    NumberNode,
    TextNode,
    Unary,
)

_SHOWN: Final = {"-": "−", "*": "×", "/": "÷", "<=": "≤", ">=": "≥", "<>": "≠"} | {
    "and": "且",
    "or": "或",
}


#: The text of a part, or None: the part is written out.
Leaf = Callable[[Node], str | None]


def render(node: Node, name: Callable[[str], str] = lambda name: name) -> str:
    """The formula as text, its columns called by `name`.

    >>> from allocator.formulas.reading.parser import parse
    >>> render(parse("＝MAX(标准支出-标准收入, 0)*1.50")[0])
    'max(标准支出 − 标准收入, 0) × 1.5'
    """
    return joined(node, lambda part: _name(name(part.name)) if isinstance(part, Name) else None)


def joined(node: Node, leaf: Leaf) -> str:  # noqa: PLR0911 - one return a kind of node
    """The formula as text; a part that `leaf` has a text for stands as that text."""
    shown = leaf(node)
    if shown is not None:
        return shown
    match node:
        case NumberNode():
            return number_text(node)
        case TextNode(text):
            return f"'{text}'" if "'" not in text else f'"{text}"'
        case Unary("not", operand):
            return f"非 {_within(operand, NOT, leaf)}"
        case Unary(_, operand):
            # −x ^ 2 has two readings.
            return f"−{_within(operand, ATOM if _is_power(operand) else MINUS, leaf)}"
        case Binary("^", left, right):
            return f"{_within(left, ATOM, leaf)} ^ {_within(right, ATOM, leaf)}"
        case Binary(operator, left, right):
            level = BINDING[operator]
            # Comparisons do not chain; the others join from the left.
            first = _within(left, level + (level == COMPARISON), leaf)
            return f"{first} {_SHOWN.get(operator, operator)} {_within(right, level + 1, leaf)}"
    # Names are the leaf's, and what could not be read is never shown.
    assert isinstance(node, Call)  # noqa: S101
    return f"{node.function}({', '.join(_inside(node, leaf))})"


def _inside(call: Call, leaf: Leaf) -> list[str]:
    arguments = [joined(argument, leaf) for argument in call.arguments]
    options = [f"{key} = {joined(value, leaf)}" for key, value in call.options]
    if FUNCTIONS[call.function].has_braces:
        pairs = ", ".join(
            f"{number_text(k)}: {joined(v, leaf)}"
            for k, v in call.pairs
            if isinstance(k, NumberNode)
        )
        return [arguments[0], f"{{{pairs}}}", *arguments[1:]]
    pairs_shown = [f"{_key(key)}={joined(value, leaf)}" for key, value in call.pairs]
    return [*arguments, *pairs_shown, *options]


def _key(key: NumberNode | TextNode) -> str:
    """A case of lookup: bare where it is one word that is no option's name."""
    if isinstance(key, NumberNode):
        return number_text(key)
    return key.text if is_word(key.text) and key.text.lower() != "else" else joined(key, _nothing)


def _nothing(_: Node) -> None:
    return None


def _within(node: Node, binding: int, leaf: Leaf) -> str:
    shown = leaf(node)
    if shown is not None:
        return f"({shown})" if shown.startswith("−") and binding > BINDING["+"] else shown
    text = joined(node, leaf)
    return text if binding_of(node) >= binding else f"({text})"


def binding_of(node: Node) -> int:
    """How tightly the outermost operator of a node binds."""
    match node:
        case Binary(operator):
            return BINDING[operator]
        case Unary(operator):
            return NOT if operator == "not" else MINUS
        case NumberNode(value):
            return ATOM if value >= 0 and not _is_quotient(value) else BINDING["/"]
    return ATOM


def _is_power(node: Node) -> bool:
    return isinstance(node, Binary) and node.operator == "^"


def is_word(name: str) -> bool:
    """Whether a name reads as one name without brackets."""
    tokens, mistakes = tokens_of(name)
    return not mistakes and [t.kind for t in tokens] == ["name", "end"] and tokens[0].text == name


def _name(name: str) -> str:
    return name if is_word(name) else f"[{name}]"


def _is_quotient(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while not rest % prime:
            rest //= prime
    return rest != 1


def number_text(number: NumberNode) -> str:
    """A number as it is written: `0.3`, `30%`, `1/3`."""
    value = number.value * 100 if number.is_percent else number.value
    if _is_quotient(value):
        return f"{value.numerator}/{value.denominator}"
    decimals = 0
    while (value * 10**decimals).denominator != 1:
        decimals += 1
    digits = f"{abs(value.numerator * 10**decimals // value.denominator):0{decimals + 1}d}"
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return ("-" if value < 0 else "") + text + ("%" if number.is_percent else "")
