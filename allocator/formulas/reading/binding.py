"""Formulas against the columns of a table: names, types, and the order of derived columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Final

from allocator.formulas.functions import FUNCTIONS
from allocator.formulas.reading.literals import number_of
from allocator.formulas.reading.parser import parse
from allocator.formulas.reading.rendering import render
from allocator.formulas.reading.tokens import tokens_of
from allocator.formulas.tree import (
    COMPARISONS,
    Binary,
    Call,
    Formula,
    FormulaName,
    FormulaReading,
    Invalid,
    Mistake,
    Name,
    Node,
    NumberNode,
    ResultKind,
    TextNode,
    Unary,
    start_of,
    walk,
)

_UNIT: Final = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
_REMEDIES: Final = {
    ResultKind.TEXT: "文字列只能用于比较、lookup 和 by",
    ResultKind.TRUTH: "条件要变成数，请写成：if(条件, 1, 0)",
    ResultKind.NUMBER: "请写成比较，如：人口 > 10000",
}


#: Unknown names of one reading for which the nearest known one is looked up: it takes time.
_MOST_NEAREST: Final = 100


def read_formula(
    text: str, columns: Iterable[FormulaName], want: ResultKind = ResultKind.NUMBER
) -> FormulaReading:
    """A formula over `columns`, or every mistake in it at its character.

    A name means the column whose header, header without its unit, or canonical name it is,
    whatever the case, blanks and width of its letters.
    """
    return _read(text, KnownNames(columns), want)


@dataclass(frozen=True, slots=True)
class ReadColumns:
    """Derived columns in an order in which each stands after those it names; mistakes by column."""

    formulas: Mapping[str, Formula]
    mistakes: Mapping[str, tuple[Mistake, ...]]


def read_columns(texts: Mapping[str, str], columns: Iterable[FormulaName]) -> ReadColumns:
    """The derived columns `texts` (name → formula), which may name each other and `columns`.

    Circles, and names that the table has already, are mistakes.
    """
    columns = tuple(columns)
    known = {
        spelling(word)
        for column in columns
        for word in (column.name, column.header, without_unit(column.header))
    }
    names = KnownNames((*columns, *(FormulaName(name) for name in texts)))
    mistakes: dict[str, list[Mistake]] = {}
    formulas: dict[str, Formula] = {}
    for name, text in texts.items():
        reading = _read(text, names, ResultKind.NUMBER)
        found = list(reading.mistakes)
        if spelling(name) in known:
            message = f"表中已有“{name}”这一列"
            found.insert(0, Mistake("formula.name_taken", 0, message, "请给计算列另起名"))
        if found:
            mistakes[name] = found
        if reading.formula:
            formulas[name] = reading.formula
    order = _ordered(formulas, mistakes)
    return ReadColumns(
        {name: formulas[name] for name in order},
        {name: tuple(mistakes[name]) for name in texts if name in mistakes},
    )


def _ordered(formulas: Mapping[str, Formula], mistakes: dict[str, list[Mistake]]) -> list[str]:
    """The names in order; those in a circle are left out and told."""
    needs = {n: [m for m in f.names if m in formulas] for n, f in formulas.items()}
    while True:
        try:
            return list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            # Each stands before the one that needs it; read backwards it is "needs".
            circle: list[str] = error.args[1][::-1]
            name, after = circle[0], circle[1]
            message = f"计算列互相引用成圈：{' → '.join(circle)}"
            at = _position(formulas[name].tree, after)
            mistakes.setdefault(name, []).append(
                Mistake("formula.circle", at, message, "请改写其中一个公式")
            )
            for member in set(circle):
                del needs[member]
            needs = {n: [m for m in ms if m in needs] for n, ms in needs.items()}


def _position(tree: Node, name: str) -> int:
    return next((n.at for n in walk(tree) if isinstance(n, Name) and n.name == name), 0)


def spelling(name: str) -> str:
    """A name without case, blanks and width, for comparison.

    >>> spelling("ＧＤＰ （亿元）") == spelling("gdp(亿元)")
    True
    """
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def without_unit(header: str) -> str:
    """A header without the brackets that close it.

    >>> without_unit("标准支出（万元）"), without_unit("（元）")
    ('标准支出', '（元）')
    """
    return _UNIT.sub("", header).strip() or header


class KnownNames:
    """The columns by every name they go by."""

    def __init__(self, columns: Iterable[FormulaName]) -> None:
        self.columns = {column.name: column for column in columns}
        self.exact: dict[str, list[str]] = {}
        self.short: dict[str, list[str]] = {}
        self.remedies: dict[str, str] = {}
        for column in self.columns.values():
            words = {spelling(column.name), spelling(column.header)} - {""}
            for word in words:
                self.exact.setdefault(word, []).append(column.name)
            short = spelling(without_unit(column.header))
            if short and short not in words:
                self.short.setdefault(short, []).append(column.name)

    def spoken(self, name: str) -> str:
        """How a text names the column: its header without the unit, where that is one column's."""
        header = self.columns[name].header or name
        short = without_unit(header)
        word = spelling(short)
        return short if (self.exact.get(word) or self.short.get(word)) == [name] else header

    def find(self, name: str, at: int) -> str | Mistake:
        """The canonical name that `name` means."""
        word = spelling(name)
        found = self.exact.get(word) or self.short.get(word) or []
        if len(found) == 1:
            return found[0]
        if found:
            headers = "、".join(self.columns[f].header or f for f in found)
            message = f"“{name}”可以是几列：{headers}"
            return Mistake("formula.ambiguous", at, message, "请用方括号写全表头：[表头]")
        return Mistake("formula.name", at, f"没有“{name}”这一列", self._remedy(word))

    def _remedy(self, word: str) -> str:
        if word not in self.remedies and len(self.remedies) < _MOST_NEAREST:
            self.remedies[word] = self._nearest(word)
        return self.remedies.get(word, "请核对列名")

    def _nearest(self, word: str) -> str:
        if word[:1].isdigit() and re.fullmatch(r"\d+(万|亿|元|万元|亿元|人|个|倍)", word):
            return "数字后不写单位，请写成数字"
        known = {**self.short, **self.exact}
        if {*re.split("[且或]|^非", word)[1:]} & set(known):
            return "且、或、非的前后请空一格"
        near = get_close_matches(word[:40], known, 1, 0.5)
        if near:
            return f"是否为“{self.spoken(known[near[0]][0])}”？"
        some = "、".join(self.spoken(column) for column in list(self.columns)[:12])
        return f"可用的列：{some}" if some else "表中没有可用的列"


def _read(text: str, names: KnownNames, want: ResultKind) -> FormulaReading:
    tree, mistakes = parse(text)
    if mistakes:
        if not isinstance(tree, Invalid) or tree.at:
            mistakes += _unknown_names(text, names)
        return FormulaReading(None, tuple(sorted(set(mistakes), key=lambda m: m.position)))
    binder = _Binder(names)
    bound = binder.expect(tree, want)
    if binder.mistakes:
        return FormulaReading(None, tuple(sorted(binder.mistakes, key=lambda m: m.position)))
    named = {node.name for node in walk(bound) if isinstance(node, Name)}
    spoken = {name: names.spoken(name) for name in sorted(named)}
    texts = frozenset(name for name in named if names.columns[name].is_text)
    return FormulaReading(Formula(text, bound, want, spoken, texts))


def _unknown_names(text: str, names: KnownNames) -> list[Mistake]:
    """Unknown names of a text whose form is wrong; what may be a function or a case is passed."""
    tokens, _ = tokens_of(text)
    found = [
        names.find(token.text, token.at)
        for token, after in pairwise(tokens)
        if token.kind in {"name", "bracket"} and after.kind not in {"(", "="}
    ]
    return [mistake for mistake in found if isinstance(mistake, Mistake)]


class _Binder:
    """One pass over a tree: canonical names, and whether every part is of the kind it must be."""

    def __init__(self, names: KnownNames) -> None:
        self.names = names
        self.mistakes: list[Mistake] = []

    def wrong(self, code: str, node: Node, message: str, remedy: str) -> None:
        self.mistakes.append(Mistake(f"formula.{code}", node.at, message, remedy))

    def expect(self, node: Node, want: ResultKind) -> Node:
        bound, kind = self.bind(node)
        self.must_be(node, kind, want)
        return bound

    def must_be(self, node: Node, kind: ResultKind | None, want: ResultKind) -> None:
        """Tell it where a part is of another kind than it must be; None is told already."""
        if kind is None or kind is want:
            return
        remedy = _REMEDIES[kind]
        message = f"此处应为{want.value}，而不是{kind.value}"
        self.mistakes.append(Mistake("formula.kind", start_of(node), message, remedy))

    def bind(self, node: Node) -> tuple[Node, ResultKind | None]:  # noqa: PLR0911 - one return a kind of node
        match node:
            case NumberNode():
                return node, ResultKind.NUMBER
            case TextNode():
                return node, ResultKind.TEXT
            case Name():
                return self.name(node)
            case Unary(operator, operand, at):
                kind = ResultKind.TRUTH if operator == "not" else ResultKind.NUMBER
                return Unary(operator, self.expect(operand, kind), at), kind
            case Binary(operator) if operator in COMPARISONS:
                return self.comparison(node), ResultKind.TRUTH
            case Binary(operator, left, right, at):
                kind = ResultKind.TRUTH if operator in {"and", "or"} else ResultKind.NUMBER
                return Binary(operator, self.expect(left, kind), self.expect(right, kind), at), kind
        assert isinstance(node, Call)  # noqa: S101 - a text with mistakes is not bound
        return self.call(node)

    def name(self, node: Name) -> tuple[Node, ResultKind | None]:
        found = self.names.find(node.name, node.at)
        if isinstance(found, Mistake):
            self.mistakes.append(found)
            return node, None
        is_text = self.names.columns[found].is_text
        return Name(found, node.at), ResultKind.TEXT if is_text else ResultKind.NUMBER

    def comparison(self, node: Binary) -> Node:
        left, first = self.bind(node.left)
        right, second = self.bind(node.right)
        if first and second:
            if first is not second:
                message = f"不能拿{first.value}与{second.value}比较"
                self.wrong("kind", node, message, "文字请加引号，数字不加引号")
            elif first is ResultKind.TRUTH:
                self.wrong("kind", node, "不能比较两个条件", "请用 且、或、非")
            elif first is ResultKind.TEXT and node.operator not in {"=", "<>"}:
                self.wrong("kind", node, "文字不分大小", "文字只能用 = 或 ≠ 比较")
        return Binary(node.operator, left, right, node.at)

    def call(self, node: Call) -> tuple[Node, ResultKind | None]:
        pairs = tuple((key, self.expect(value, ResultKind.NUMBER)) for key, value in node.pairs)
        options = tuple((key, self.option(node, key, value)) for key, value in node.options)
        kind: ResultKind | None = ResultKind.NUMBER
        match node.function:
            case "if":
                test = self.expect(node.arguments[0], ResultKind.TRUTH)
                first, kind = self.bind(node.arguments[1])
                if kind is not ResultKind.TRUTH:
                    self.must_be(node.arguments[1], kind, ResultKind.NUMBER)
                    kind = ResultKind.NUMBER
                rest = self.expect(node.arguments[2], kind)
                arguments: tuple[Node, ...] = (test, first, rest)
            case "lookup":
                argument, of = self.bind(node.arguments[0])
                arguments = (argument,)
                pairs = self.cases(node, of, pairs)
            case "count":
                arguments = tuple(self.bind(argument)[0] for argument in node.arguments)
            case _:
                arguments = tuple(self.expect(a, ResultKind.NUMBER) for a in node.arguments)
        return Call(node.function, arguments, pairs, options, node.at), kind

    def cases(
        self,
        node: Call,
        of: ResultKind | None,
        pairs: tuple[tuple[NumberNode | TextNode, Node], ...],
    ) -> tuple[tuple[NumberNode | TextNode, Node], ...]:
        """The cases of a lookup, their keys of the column's kind."""
        if of is ResultKind.TRUTH:
            self.wrong("kind", node, "lookup 要一列，而不是条件", "请用 if(条件, a, b)")
        cases: list[tuple[NumberNode | TextNode, Node]] = []
        for key, value in pairs:
            if of is ResultKind.NUMBER and isinstance(key, TextNode):
                self.wrong("kind", key, f"这一列是数，没有“{key.text}”", "请写数字")
            is_word = of is ResultKind.TEXT and isinstance(key, NumberNode)
            cases.append((TextNode(render(key), key.at) if is_word else key, value))
        return tuple(cases)

    def option(self, call: Call, key: str, value: Node) -> Node:
        if key == "by":
            if not isinstance(value, Name):
                at = start_of(value)
                self.mistakes.append(
                    Mistake("formula.by", at, "by 后面应为一列", "请写成：by = 列名")
                )
            return self.bind(value)[0]
        if key == "least":
            part = number_of(value)
            if part is None or not 0 <= part <= 1:
                self.wrong(
                    "least",
                    value,
                    "least 应为 0 到 1 的数",
                    f"请写成：{FUNCTIONS[call.function].form}",
                )
            return NumberNode(part or Fraction(0), at=value.at)
        return self.expect(value, ResultKind.NUMBER)
