"""A formula as a small frozen tree, its mistakes as data, and the bounds that keep both small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Final

from allocator.formulas.functions import FUNCTIONS

#: What a formula may hold. Real ones stay far below: the longest rule known has 400 characters.
MOST_TEXT: Final = 4_000
MOST_NODES: Final = 1_000
MOST_DEPTH: Final = 50
MOST_DIGITS: Final = 40
MOST_EXPONENT: Final = 30
MOST_DECIMALS: Final = 15
#: The exponent of `^`, and either part of that of `power`.
MOST_POWER: Final = 20
MOST_POWER_PART: Final = 100
#: No number of an evaluation has more bits, and no evaluation does more work (see vectors.py).
MOST_BITS: Final = 1 << 16
MOST_WORK: Final = 50_000_000


class ResultKind(Enum):
    """What a formula, or a part of it, is for every recipient."""

    NUMBER = "数"
    TRUTH = "条件"
    TEXT = "文字"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: `code` names its kind, `message` and `remedy` are for the user (Chinese).

    `position` is the index of the character of the formula at which it stands (from 0),
    `recipient` the index of the row that shows it; None where no single row does.
    """

    code: str
    position: int
    message: str
    remedy: str
    recipient: int | None = None

    def __str__(self) -> str:
        return f"第 {self.position + 1} 个字符：{self.message}。{self.remedy}"


@dataclass(frozen=True, slots=True)
class NumberNode:
    """A number as written, exact; `is_percent` only for showing it again."""

    value: Fraction
    is_percent: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TextNode:
    """A quoted text."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A column: as it was written, or by its canonical name once it is bound to a table."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-` or `not`."""

    operator: str
    operand: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`+ - * /`, `^` (its right side a whole number), `> >= < <= = <>`, `and`, `or`."""

    operator: str
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of FUNCTIONS.

    `pairs` are the limits of `band`, `tiers`, `interpolate` (ascending) or the cases of `lookup`,
    `options` what stands as `by = …`.
    """

    function: str
    arguments: tuple[Node, ...]
    pairs: tuple[tuple[NumberNode | TextNode, Node], ...] = ()
    options: tuple[tuple[str, Node], ...] = ()
    at: int = field(default=0, compare=False)

    def option(self, key: str) -> Node | None:
        """The option `key`, if it stands."""
        return dict(self.options).get(key)


@dataclass(frozen=True, slots=True)
class Invalid:
    """What could not be read; its mistake is told already."""

    at: int = field(default=0, compare=False)


Node = NumberNode | TextNode | Name | Unary | Binary | Call | Invalid

COMPARISONS: Final = ("<=", ">=", "<>", "<", ">", "=")
#: How tightly things bind: the signs before an operand, comparisons, what needs no brackets.
NOT, COMPARISON, MINUS, ATOM = 3, 4, 7, 9
#: How tightly an operator between two parts binds; comparisons do not chain.
BINDING: Final = dict.fromkeys(COMPARISONS, COMPARISON) | {
    "or": 1,
    "and": 2,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "^": 8,
}


@dataclass(frozen=True, slots=True)
class FormulaName:
    """A column that formulas may name: its canonical name, its header, numbers or texts."""

    name: str
    header: str = ""
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without mistakes: its text, its tree with canonical names, what it gives.

    `spoken` is the header, without its unit, of each canonical name; `texts` are the columns of
    texts that it names.
    """

    text: str
    tree: Node
    kind: ResultKind
    spoken: Mapping[str, str]
    texts: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names of the columns it needs, each once, in order of appearance."""
        return tuple(dict.fromkeys(node.name for node in walk(self.tree) if isinstance(node, Name)))


@dataclass(frozen=True, slots=True)
class FormulaReading:
    """A formula, or every mistake in its text (then `formula` is None)."""

    formula: Formula | None
    mistakes: tuple[Mistake, ...] = ()


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in the order in which they are written."""
    match node:
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Call():
            pairs = tuple(part for pair in node.pairs for part in pair)
            options = tuple(value for _, value in node.options)
            if FUNCTIONS[node.function].has_braces:
                return (node.arguments[0], *pairs, *node.arguments[1:])
            return (*node.arguments, *pairs, *options)
    return ()


def needed(formulas: dict[str, Formula], wanted: Iterable[str]) -> dict[str, Formula]:
    """Those of the formulas that the names in `wanted` rest on; each stands after those it names."""
    names = set(wanted)
    for name, formula in reversed(formulas.items()):
        if name in names:
            names.update(formula.names)
    return {name: formula for name, formula in formulas.items() if name in names}


def start_of(node: Node) -> int:
    """The character at which a node begins; an operator's own is `at`."""
    while isinstance(node, Binary):
        node = node.left
    return node.at


def walk(node: Node) -> Iterator[Node]:
    """A node and all its parts."""
    yield node
    for child in children(node):
        yield from walk(child)
