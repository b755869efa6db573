"""From tokens to the tree: a Pratt parser that tells every mistake and reads on.

Source of the method: V. R. Pratt, Top Down Operator Precedence, POPL 1973.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from fractions import Fraction
from functools import partial, reduce
from itertools import pairwise
from typing import Final

from allocator.formulas.functions import FUNCTIONS, Function
from allocator.formulas.reading.literals import (
    exponent,
    number_of,
    part_of_all,
    small_fraction,
    whole_constant,
)
from allocator.formulas.reading.tokens import Token, narrow, tokens_of
from allocator.formulas.tree import (
    BINDING,
    COMPARISON,
    MINUS,
    MOST_DEPTH,
    MOST_NODES,
    MOST_TEXT,
    NOT,
    Binary,
    Call,
    Invalid,
    Mistake,
    Name,
    Node,
    NumberNode,
    TextNode,
    Unary,
    children,
    start_of,
)

_MOST_MISTAKES: Final = 20
_SEPARATORS: Final = {",", ";"}
_CLOSING: Final = {")", "}", ",", ";", ":", "end"}
_START: Final = {"number", "name", "bracket", "text", "(", "-", "+", "not"}


def parse(source: str) -> tuple[Node, list[Mistake]]:
    """The tree of a formula and the mistakes of its form; a leading `=` is Excel's and read over."""
    if len(source) > MOST_TEXT:
        message = f"公式有 {len(source):,} 个字符，超过 {MOST_TEXT:,} 个"
        return Invalid(), [Mistake("formula.long", 0, message, "请分成几个计算列")]
    parser = _Parser(source)
    tree = parser.whole()
    if not parser.is_stopped and _is_too_large(tree):
        message = f"公式超过 {MOST_NODES} 个部分或 {2 * MOST_DEPTH} 层"
        return Invalid(), [Mistake("formula.deep", 0, message, "请分成几个计算列")]
    return tree, sorted(parser.mistakes, key=lambda m: m.position)[:_MOST_MISTAKES]


def _is_too_large(tree: Node) -> bool:
    stack, count = [(tree, 1)], 0
    while stack:
        node, depth = stack.pop()
        count += 1
        if depth > 2 * MOST_DEPTH or count > MOST_NODES:
            return True
        stack += [(child, depth + 1) for child in children(node)]
    return False


class _Parser:
    """One pass over the tokens of one formula."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens, self.mistakes = tokens_of(source)
        self.place = 0
        self.depth = 0
        self.is_stopped = False
        self.in_brackets: set[int] = set()

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.place += 1
        return token

    def wrong(self, code: str, at: int, message: str, remedy: str) -> Invalid:
        self.mistakes.append(Mistake(f"formula.{code}", at, message, remedy))
        return Invalid(at)

    def whole(self) -> Node:
        if self.token.kind == "=":
            self.take()
        if self.token.kind == "end" and self.mistakes:
            return Invalid()
        if self.token.kind == "end":
            return self.wrong("empty", 0, "公式是空的", "请写出公式，如：人口 × 2")
        tree = self.expression(0)
        while self.token.kind != "end" and not self.is_stopped:
            self.unexpected()
            tree = self.expression(0) if self.token.kind in _START else Invalid(self.token.at)
        return tree

    def unexpected(self) -> Invalid:
        """Tell of a token that cannot stand here; skip it unless an operand may begin with it."""
        token = self.token
        if token.kind in _START:
            return self.wrong(
                "operator",
                token.at,
                f"“{token.text}”前面缺少运算符",
                "请补上 + − × ÷ 等运算符或逗号",
            )
        self.take()
        return self.wrong("unexpected", token.at, f"此处不能是“{token.text}”", _remedy(token))

    def expression(self, binding: int) -> Node:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            self.place = len(self.tokens) - 1
            self.wrong("deep", self.token.at, f"括号超过 {MOST_DEPTH} 层", "请分成几个计算列")
            self.is_stopped = True
            self.depth -= 1
            return Invalid(self.token.at)
        left = self.operand()
        while (level := BINDING.get(self.token.kind, 0)) > binding:
            sign = self.take()
            right = self.expression(level)
            if level == COMPARISON and BINDING.get(self.token.kind, 0) == COMPARISON:
                self.wrong("chain", self.token.at, "比较不能连写", "请写成：a < b 且 b < c")
            right = self.stated(right, exponent) if sign.kind == "^" else right
            left = Binary(sign.kind, left, right, sign.at)
        self.depth -= 1
        return left

    def operand(self) -> Node:  # noqa: C901, PLR0911 - one return a kind of token
        token = self.token
        match token.kind:
            case "number":
                self.take()
                return NumberNode(token.value, token.text.endswith("%"), token.at)
            case "text":
                self.take()
                return TextNode(token.text, token.at)
            case "bracket":
                self.take()
                return Name(token.text, token.at)
            case "name":
                self.take()
                is_call = self.token.kind == "("
                return self.call(token) if is_call else Name(token.text, token.at)
            case "-":
                self.take()
                return Unary("-", self.negated(token), token.at)
            case "+":
                self.take()
                return self.expression(MINUS)
            case "and" | "or" if self.tokens[self.place + 1].kind == "(":
                return self.joined(self.take())
            case "not":
                self.take()
                return Unary("not", self.expression(NOT), token.at)
            case "(":
                self.take()
                inside = self.expression(0)
                self.close(")", token)
                self.in_brackets.add(id(inside))
                return inside
        if token.kind in _CLOSING:
            message = "公式没有写完" if token.kind == "end" else f"“{token.text}”前面缺少内容"
            return self.wrong("missing", token.at, message, "请补上缺少的数字、列名或公式")
        return self.unexpected()

    def negated(self, sign: Token) -> Node:
        """What stands behind a minus; −x ^ 2 is −(x²) on paper and (−x)² in Excel: refused."""
        node = self.expression(MINUS)
        is_power = isinstance(node, Binary) and node.operator == "^"
        if is_power and id(node) not in self.in_brackets:
            remedy = "请加括号：−(x ^ 2) 或 (−x) ^ 2"
            self.wrong("minus", sign.at, "负号与乘方连写有两种读法", remedy)
        return node

    def stated(self, node: Node, read: Callable[[Node], NumberNode | Mistake]) -> Node:
        """A number that must stand as such."""
        if isinstance(node, Invalid):
            return node
        found = read(node)
        if isinstance(found, Mistake):
            self.mistakes.append(found)
            return Invalid(found.position)
        return found

    def close(self, kind: str, opening: Token) -> None:
        """The closing bracket; what stands before it wrongly is told and passed over."""
        while self.token.kind not in {kind, "end"}:
            self.unexpected()
            if self.token.kind in _START and not self.is_stopped:
                self.expression(0)
        if self.token.kind == kind:
            self.take()
        elif not self.is_stopped:
            self.wrong("unclosed", opening.at, f"“{opening.text}”没有收尾", f"请补上“{kind}”")

    def call(self, name: Token) -> Node:
        word = narrow(name.text).lower()
        function = FUNCTIONS.get(word)
        opening = self.take()
        if function is None:
            near = get_close_matches(name.text.lower()[:40], FUNCTIONS, 1, 0.5)
            remedy = f"是否为 {near[0]}？" if near else f"可用：{'、'.join(FUNCTIONS)}"
            self.wrong("function", name.at, f"没有函数“{name.text}”", remedy)
        read = _Arguments()
        while self.token.kind not in {")", "end"}:
            self.argument(function, read)
            if self.token.kind in _SEPARATORS:
                self.take()
                if self.token.kind == ")":
                    self.wrong("missing", self.token.at, "“)”前面缺少内容", "请补上，或删去逗号")
            elif self.token.kind not in {")", "end"}:
                self.unexpected()
        self.close(")", opening)
        if function is None:
            return Invalid(name.at)
        return self.checked(function, name, read)

    def joined(self, sign: Token) -> Node:
        """`AND(a, b, …)` as Excel has it: the same as `a and b`."""
        opening, parts = self.take(), [self.expression(0)]
        while self.token.kind in _SEPARATORS:
            self.take()
            parts.append(self.expression(0))
        self.close(")", opening)
        return reduce(lambda left, right: Binary(sign.kind, left, right, sign.at), parts)

    def argument(self, function: Function | None, read: _Arguments) -> None:
        """One argument, case, table of limits or option."""
        key, after = self.token, self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        if key.kind == "{":
            self.limits(read)
        elif key.kind == "name" and after.kind == "=" and self.is_option(function, key):
            self.place += 2
            word = key.text.lower()
            if word in dict(read.options):
                self.wrong("twice", key.at, f"“{key.text} =”写了两次", "请只留一个")
            read.options.append((word, self.expression(0)))
        elif function is not None and function.name == "lookup" and read.arguments:
            self.case(read)
        else:
            read.arguments.append(self.expression(0))

    def is_option(self, function: Function | None, key: Token) -> bool:
        """Whether `key =` is an option; in `lookup` it may as well be a case."""
        words = ("by", "weight", "least") if function is None else function.options
        return key.text.lower() in words

    def case(self, read: _Arguments) -> None:
        """`一类 = 0.2`, `3 = 0.2`, `'甲 乙' = 0.2`."""
        sign = -1 if self.token.kind == "-" else 1
        if sign < 0:
            self.take()
        token = self.take()
        key: NumberNode | TextNode
        if token.kind == "number":
            key = NumberNode(sign * token.value, token.text.endswith("%"), token.at)
        elif token.kind in {"name", "text", "bracket", "and", "or", "not"} and sign > 0:
            key = TextNode(token.text, token.at)
        else:
            self.wrong(
                "case", token.at, "此处应为“类别 = 数”", "请写成：lookup(列, 一类=0.2, 二类=0.5)"
            )
            self.place -= token.kind in _CLOSING - {"end"}
            return
        if self.token.kind != "=":
            self.wrong(
                "case",
                token.at,
                f"“{token.text}”后面应为“= 数”",
                "请写成：lookup(列, 一类=0.2, 二类=0.5)",
            )
            if self.token.kind not in _CLOSING:
                self.expression(0)
            return
        self.take()
        if key in [known for known, _ in read.pairs]:
            self.wrong("twice", token.at, f"“{token.text}”写了两次", "请只留一个")
        read.pairs.append((key, self.expression(0)))

    def limits(self, read: _Arguments) -> None:
        """`{10188: 0.6, 13584: 0.8}`."""
        opening = self.take()
        read.braces += 1
        read.at_brace = len(read.arguments)
        while self.token.kind not in {"}", "end"}:
            limit = self.expression(0)
            value = number_of(limit)
            if value is None and not isinstance(limit, Invalid):
                self.wrong(
                    "limit", start_of(limit), "分档的上限应为数字", "请写成：{100: 0.6, 200: 0.8}"
                )
            if self.token.kind == ":":
                self.take()
                is_percent = isinstance(limit, NumberNode) and limit.is_percent
                key = NumberNode(value or Fraction(0), is_percent, start_of(limit))
                read.pairs.append((key, self.expression(0)))
            else:
                self.wrong("limit", self.token.at, "此处应为“:”", "请写成：{100: 0.6, 200: 0.8}")
            if self.token.kind in _SEPARATORS:
                self.take()
            elif self.token.kind not in {"}", "end"}:
                if self.token.kind == ")":
                    break
                self.unexpected()
        self.close("}", opening)
        for (low, _), (high, _) in pairwise(read.pairs):
            if (
                isinstance(low, NumberNode)
                and isinstance(high, NumberNode)
                and low.value >= high.value
            ):
                self.wrong("order", high.at, "分档的上限应从小到大", "请按从小到大排列，不要重复")

    def checked(self, function: Function, name: Token, read: _Arguments) -> Node:
        """The call, its arguments counted."""
        count = len(read.arguments)
        pairs_missing = function.has_pairs and not read.pairs
        misplaced = read.braces > function.has_braces or (read.braces and read.at_brace != 1)
        if not function.least <= count <= function.most or pairs_missing or misplaced:
            message = f"函数 {function.name} 的参数不对"
            return self.wrong("arguments", name.at, message, f"请写成：{function.form}")
        arguments = list(read.arguments)
        if function.name == "power":
            arguments[1] = self.stated(arguments[1], partial(small_fraction, function))
        constant = part_of_all if function.name == "percentile" else whole_constant
        for k in range(count - function.constants, count):
            arguments[k] = self.stated(arguments[k], partial(constant, function))
        if "by" in dict(read.options) and function.name in {"max", "min"} and count > 1:
            self.wrong("arguments", name.at, f"{function.name} 有几个参数时不能分组", "请删去 by")
        return Call(
            function.name, tuple(arguments), tuple(read.pairs), tuple(read.options), name.at
        )


class _Arguments:
    """What stands between the brackets of a call."""

    def __init__(self) -> None:
        self.arguments: list[Node] = []
        self.pairs: list[tuple[NumberNode | TextNode, Node]] = []
        self.options: list[tuple[str, Node]] = []
        self.braces = 0
        self.at_brace = 0


def _remedy(token: Token) -> str:
    if token.kind in {",", ";"}:
        return "数字不写千分位；小数点用“.”"
    if token.kind == ")":
        return "请删去，或在前面补上“(”"
    return "请删去或改正"
