"""A formula as the live formula of a spreadsheet cell: for Excel, WPS and LibreOffice alike.

Only functions that all three have had for twenty years, and no array formulas: what looks at
several rows stands inside SUMPRODUCT, which reads ranges row by row in all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from allocator.formulas.expansion import SHORT, expanded
from allocator.formulas.functions import is_whole
from allocator.formulas.reading.rendering import number_text
from allocator.formulas.tree import (
    COMPARISONS,
    Binary,
    Call,
    Formula,
    Name,
    Node,
    NumberNode,
    TextNode,
    Unary,
    children,
    walk,
)

#: A cell holds 8,192 characters, and IF goes 64 deep.
_MOST_TEXT: Final = 8_000
_MOST_CASES: Final = 50
_FAR: Final = "1E+300"


@dataclass(frozen=True, slots=True)
class Cells:
    """Where columns stand: `cell` in the formula's own row, `column` the whole of it.

    `rows` is how many rows the columns have. `eligible` is the range of a column that holds 1 for who takes part and 0 for others; empty
    where all do. Cells of who takes no part are blank or hold numbers.
    """

    cell: Callable[[str], str]
    column: Callable[[str], str]
    rows: int
    eligible: str = ""


@dataclass(frozen=True, slots=True)
class LiveFormula:
    """The text after `=`, or (empty) the reason why values stand instead, for a note."""

    text: str
    reason: str = ""


class _RefusedError(Exception):
    """No formula of a cell means the same."""


def live_formula(formula: Formula, cells: Cells) -> LiveFormula:
    """The formula of one cell; whether doubles give the exact value is another question.

    >>> from allocator.formulas import FormulaName, read_formula
    >>> cells = Cells(lambda name: f"{name}5", lambda name: f"${name}$5:${name}$9", 5)
    >>> read = read_formula("max(甲 − 乙, 0) ÷ sum(甲)", [FormulaName("B", "甲"), FormulaName("C", "乙")])
    >>> live_formula(read.formula, cells).text
    'MAX(B5-C5,0)/SUM($B$5:$B$9)'
    """
    try:
        return LiveFormula(_Writer(cells, formula.texts).row(formula.tree))
    except _RefusedError as refused:
        return LiveFormula("", str(refused))


_LEVEL: Final = {"+": 5, "-": 5, "*": 6, "/": 6, "^": 7}
_ROUNDS: Final = {"round": "ROUND", "roundup": "ROUNDUP", "rounddown": "ROUNDDOWN"}


def _weights(node: Call) -> tuple[Node, ...]:
    return tuple(value for key, value in node.options if key == "weight")


def _varies(node: Node) -> bool:
    """Whether a part has a value of its own in each row: one of all rows is a single number."""
    if isinstance(node, Call) and is_whole(node.function, len(node.arguments)):
        return node.function in {"rank", "share"} or node.option("by") is not None
    return isinstance(node, Name) or any(map(_varies, children(node)))


class _Writer:
    """One formula; `row` writes a part for the formula's row, `rows` for all rows at once."""

    def __init__(self, cells: Cells, texts: frozenset[str]) -> None:
        self.cells = cells
        self.texts = texts

    def fits(self, text: str) -> str:
        if len(text) > _MOST_TEXT:
            raise _RefusedError("公式太长，单元格放不下")
        return text

    def is_of_texts(self, node: Node) -> bool:
        return isinstance(node, TextNode) or (isinstance(node, Name) and node.name in self.texts)

    def row(self, node: Node) -> str:
        return self.fits(self.written(node, is_array=False))

    def rows(self, node: Node) -> str:
        return self.fits(self.written(node, is_array=True))

    def written(self, node: Node, *, is_array: bool) -> str:  # noqa: C901, PLR0911 - one case a kind of node
        write = self.rows if is_array else self.row
        match node:
            case NumberNode():
                text = number_text(NumberNode(node.value))
                return f"({text})" if "/" in text or text.startswith("-") else text
            case TextNode(text):
                return '"' + text.replace('"', '""') + '"'
            case Name(name):
                return self.cells.column(name) if is_array else self.cells.cell(name)
            case Unary("not", operand):
                return f"(1-({write(operand)}))" if is_array else f"NOT({write(operand)})"
            case Unary(_, operand):
                return f"(-({write(operand)}))"
            case Binary(operator, left, right) if operator in COMPARISONS:
                if self.is_of_texts(left) or self.is_of_texts(right):
                    same = f"EXACT({write(left)},{write(right)})"
                    return (
                        same if operator == "=" else f"(1-{same})" if is_array else f"NOT({same})"
                    )
                return f"{write(left)}{operator}{write(right)}"
            case Binary("and" | "or" as operator, left, right):
                return self.both(operator, write(left), write(right), is_array=is_array)
            case Binary("^", left, right):
                return f"{self.within(left, 8, is_array=is_array)}^{write(right)}"
            case Binary(operator, left, right):
                level = _LEVEL[operator]
                first = self.within(left, level, is_array=is_array)
                return first + operator + self.within(right, level + 1, is_array=is_array)
        assert isinstance(node, Call)  # noqa: S101 - a bound tree has no other parts
        if is_whole(node.function, len(node.arguments)):
            return self.whole(node, is_array=is_array)
        return self.over_rows(node) if is_array else self.own(node)

    def within(self, node: Node, level: int, *, is_array: bool) -> str:
        text = self.written(node, is_array=is_array)
        own = _LEVEL.get(node.operator, 8) if isinstance(node, Binary) else 8
        is_quotient = isinstance(node, Call) and node.function in {"share", "average", "rank"}
        return f"({text})" if own < level or is_quotient else text

    @staticmethod
    def both(operator: str, a: str, b: str, *, is_array: bool) -> str:
        """IF, since AND and OR ask both sides, and the second may have no value."""
        if is_array:
            return f"(({a})*({b}))" if operator == "and" else f"(1-(1-({a}))*(1-({b})))"
        return f"IF({a},{b},FALSE)" if operator == "and" else f"IF({a},TRUE,{b})"

    def own(self, node: Call) -> str:  # noqa: PLR0911 - one return a function
        """A function of the row's own values, in its row."""
        if node.function in SHORT:
            return self.of_short(node, is_array=False)
        words = [self.row(argument) for argument in node.arguments]
        match node.function:
            case "max" | "min":
                return f"{node.function.upper()}({','.join(words)})"
            case "if":
                return f"IF({','.join(words)})"
            case "sqrt":
                return f"ROUND(SQRT({words[0]}),{words[1]})"
            case "abs":
                return f"ABS({words[0]})"
            case "lookup" | "band":
                return self.cases(node, words)
        if node.function not in _ROUNDS:
            raise _RefusedError(f"函数 {node.function} 要求准确舍入，电子表格不能保证")
        return f"{_ROUNDS[node.function]}({words[0]},{words[1]})"

    def of_short(self, node: Call, *, is_array: bool) -> str:
        if len(node.pairs) > _MOST_CASES:
            raise _RefusedError(f"{node.function} 超过 {_MOST_CASES} 档")
        text = self.written(expanded(node), is_array=is_array)
        return self.fits(f"({text})")

    def cases(self, node: Call, words: list[str]) -> str:
        if len(node.pairs) > _MOST_CASES:
            raise _RefusedError(f"{node.function} 超过 {_MOST_CASES} 档")
        other = node.option("else")
        rest = words[1] if node.function == "band" else self.row(other) if other else "NA()"
        tests = [self.test(node, words[0], key) for key, _ in node.pairs]
        for test, (_, value) in reversed(list(zip(tests, node.pairs, strict=True))):
            rest = self.fits(f"IF({test},{self.row(value)},{rest})")
        return rest

    def test(self, node: Call, given: str, key: NumberNode | TextNode) -> str:
        if isinstance(key, TextNode):
            return f"EXACT({given},{self.row(key)})"
        return f"{given}{'<=' if node.function == 'band' else '='}{self.row(key)}"

    def over_rows(self, node: Call) -> str:
        """The same of all rows at once, in arithmetic: IF and MAX would not read row by row."""
        if node.function in SHORT:
            return self.of_short(node, is_array=True)
        words = [self.rows(argument) for argument in node.arguments]
        match node.function:
            case "max" | "min":
                sign = ">" if node.function == "max" else "<"
                best = words[0]
                for other in words[1:]:
                    a, b = f"({best})", f"({other})"
                    best = self.fits(f"(({a}{sign}{b})*{a}+(1-({a}{sign}{b}))*{b})")
                return best
            case "if":
                self.must_have_value(*node.arguments[1:])
                test, a, b = words
                return f"(({test})*({a})+(1-({test}))*({b}))"
            case "lookup" | "band":
                return self.cases_of_rows(node, words)
            case "abs":
                return f"ABS({words[0]})"
        if node.function not in _ROUNDS:
            raise _RefusedError(f"函数 {node.function} 不能放在对全部对象的函数里，请另设计算列")
        return f"{_ROUNDS[node.function]}({words[0]},{words[1]})"

    def cases_of_rows(self, node: Call, words: list[str]) -> str:
        other = node.option("else") if node.function == "lookup" else node.arguments[1]
        self.must_have_value(*(value for _, value in node.pairs), *([other] if other else []))
        left, parts = "1", []
        for key, value in node.pairs:
            test = self.test(node, words[0], key)
            here = f"({left})*({test})" if node.function == "band" else f"({test})"
            parts.append(f"{here}*({self.rows(value)})")
            left = f"1-({test})" if node.function == "band" else f"({left})-({test})"
            self.fits("".join(parts) + left)
        if other:
            parts.append(f"({left})*({self.rows(other)})")
        return f"({'+'.join(parts)})"

    @staticmethod
    def must_have_value(*branches: Node) -> None:
        """Arithmetic asks both branches, so that neither may fail."""
        for branch in branches:
            for node in walk(branch):
                fails = isinstance(node, Binary) and node.operator == "/"
                if fails or (isinstance(node, Call) and node.function in {"lookup", "sqrt"}):
                    raise _RefusedError("分情况的除法不能放在对全部对象的函数里，请另设计算列")

    def whole(self, node: Call, *, is_array: bool) -> str:  # noqa: C901, PLR0911 - one case a function
        """A function over all rows, or those of the row's group."""
        by = node.option("by")
        is_own = node.function in {"rank", "share"} or by is not None
        if is_array and is_own and not (node.function == "share" and by is None):
            raise _RefusedError("分组、名次不能放在对全部对象的函数里，请另设计算列")
        if node.option("least") is not None or node.function == "zscore":
            raise _RefusedError("最低占比和标准分没有等价的单元格公式")
        marks = self.marks(by)
        if not marks and not all(map(_varies, (*node.arguments[:1], *_weights(node)))):
            raise _RefusedError("对全部对象都相同的数不必合计，请直接写出")
        if node.function == "count":
            return self.count(node, marks)
        whole = self.rows(node.arguments[0])
        is_plain = not marks and isinstance(node.arguments[0], Name)
        match node.function:
            case "sum":
                return self.total(whole, marks, is_plain=is_plain)
            case "average":
                weight = node.option("weight")
                over = f"({whole})*({self.rows(weight)})" if weight else whole
                below = self.count(None, marks)
                if weight:
                    below = self.total(self.rows(weight), marks, is_plain=False)
                return f"{self.total(over, marks, is_plain=is_plain and not weight)}/{below}"
            case "share":
                own = self.rows(node.arguments[0]) if is_array else self.row(node.arguments[0])
                return f"({own})/{self.total(whole, marks, is_plain=is_plain)}"
            case "median" | "percentile":
                if not is_plain:
                    raise _RefusedError("分组、部分对象或算式的百分位数没有等价的单元格公式")
                place = "0.5" if node.function == "median" else self.row(node.arguments[1])
                return f"PERCENTILE({whole},{place})"
            case "rank":
                above = f"(({whole})>({self.row(node.arguments[0])}))"
                return f"1+SUMPRODUCT({'*'.join([*marks, above])}*1)"
        return self.extreme(node, whole, marks, is_plain=is_plain)

    def marks(self, by: Node | None) -> list[str]:
        """Ranges that are 1, or true, in the rows that count."""
        marks = [self.cells.eligible] if self.cells.eligible else []
        if by is None:
            return marks
        group, own = self.rows(by), self.row(by)
        # `=` takes 甲a and 甲A for the same text, EXACT does not.
        same = f"EXACT({group},{own})" if self.is_of_texts(by) else f"({group}={own})"
        return [*marks, same]

    @staticmethod
    def total(whole: str, marks: list[str], *, is_plain: bool) -> str:
        return f"SUM({whole})" if is_plain else f"SUMPRODUCT({'*'.join([*marks, f'({whole})'])}*1)"

    def count(self, node: Call | None, marks: list[str]) -> str:
        tests = list(marks)
        if node is not None and node.arguments and self.is_truth(node.arguments[0]):
            tests.append(f"({self.rows(node.arguments[0])})")
        if tests:
            return f"SUMPRODUCT({'*'.join(tests)}*1)"
        return str(self.cells.rows)

    @staticmethod
    def is_truth(node: Node) -> bool:
        match node:
            case Binary(operator):
                return operator in COMPARISONS or operator in {"and", "or"}
            case Unary(operator):
                return operator == "not"
            case Call("if", (_, first, _)):
                return _Writer.is_truth(first)
        return False

    @staticmethod
    def extreme(node: Call, whole: str, marks: list[str], *, is_plain: bool) -> str:
        """MAX, MIN, LARGE; rows outside are moved out of reach, which leaves the others exact."""
        name = node.function.upper()
        place = node.arguments[1] if node.function == "large" else None
        nth = f",{number_text(place)}" if isinstance(place, NumberNode) else ""
        if is_plain:
            return f"{name}({whole}{nth})"
        mark = "*".join(marks)
        sign = "+" if node.function == "min" else "-"
        inside = f"{mark}*({whole}){sign}{_FAR}*(1-{mark})" if marks else f"({whole})*1"
        return f"SUMPRODUCT({name}({inside}{nth})*1)"
