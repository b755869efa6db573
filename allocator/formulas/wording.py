"""A formula for the reader: in Chinese words, and worked out in one recipient's own numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allocator.base.money import format_number
from allocator.formulas.expansion import SHORT
from allocator.formulas.functions import is_whole
from allocator.formulas.reading.rendering import binding_of, joined, render
from allocator.formulas.tree import BINDING, Call, Formula, Name, Node, NumberNode, TextNode
from allocator.formulas.values.evaluation import Evaluator, FormulaTable, Operand
from allocator.formulas.values.vectors import OversizeError, Vector


def in_words(formula: Formula) -> str:
    """What a formula says, functions in words.

    >>> from allocator.formulas import FormulaName, read_formula
    >>> columns = [FormulaName("a", "标准支出（万元）"), FormulaName("b", "类别", is_text=True)]
    >>> in_words(read_formula("max(标准支出 − 100, 0)", columns).formula)
    '标准支出 − 100 与 0 中的较大者'
    >>> in_words(read_formula("lookup(类别, 一类=0.2, 二类=0.5) × 标准支出", columns).formula)
    '（按类别：一类为 0.2，二类为 0.5） × 标准支出'
    """
    return _words(formula.tree, formula)


def _words(node: Node, formula: Formula) -> str:
    def leaf(part: Node) -> str | None:
        if isinstance(part, Name):
            return formula.spoken.get(part.name, part.name)
        if isinstance(part, Call):
            text = _call_in_words(part, formula)
            return text if part is node else f"（{text}）"
        return None

    return joined(node, leaf)


def _call_in_words(call: Call, formula: Formula) -> str:
    words = [_words(argument, formula) for argument in call.arguments]
    options = {key: _words(value, formula) for key, value in call.options}
    if call.function == "if":
        return f"{words[0]} 时为 {words[1]}，否则为 {words[2]}"
    if call.function == "lookup":
        cases = [f"{_plain(key)}为 {_words(value, formula)}" for key, value in call.pairs]
        cases += [f"其他为 {options['else']}"] if "else" in options else []
        return f"按{words[0]}：{'，'.join(cases)}"
    if call.function == "band":
        cases = [f"不超过 {_plain(key)} 的为 {_words(v, formula)}" for key, v in call.pairs]
        return f"按{words[0]}分档：{'，'.join(cases)}，超过的为 {words[1]}"
    if call.function in SHORT:
        return _short_in_words(call, words, formula)
    if not is_whole(call.function, len(call.arguments)):
        return _own_in_words(call, words)
    of_all = _whole_in_words(call, words, options)
    return f"同一{options['by']}内{of_all}" if "by" in options else of_all


def _short_in_words(call: Call, words: Sequence[str], formula: Formula) -> str:
    points = [(_plain(key), _words(value, formula)) for key, value in call.pairs]
    if call.function == "tiers":
        steps = [f"{limit} 以内的部分乘以 {rate}" for limit, rate in points]
        return f"{words[0]}分段累进：{'，'.join(steps)}，超过的部分乘以 {words[1]}"
    ends = [f"{limit} 时为 {value}" for limit, value in points]
    return f"按{words[0]}插值：{'，'.join(ends)}，其间按直线计算"


def _own_in_words(call: Call, words: Sequence[str]) -> str:
    if call.function in {"max", "min"}:
        size = "大" if call.function == "max" else "小"
        many = "较" if len(words) == 2 else "最"
        return f"{'、'.join(words[:-1])} 与 {words[-1]} 中的{many}{size}者"
    if call.function == "abs":
        return f"{words[0]} 的绝对值"
    decimals = _decimals(call.arguments[-1])
    how = {"round": "四舍五入", "roundup": "向上舍入", "rounddown": "向下舍去"}
    if call.function in how:
        return f"{words[0]} {how[call.function]}到{decimals}"
    if call.function == "power":
        return f"{words[0]} 的 {words[1]} 次方（四舍五入到{decimals}）"
    what = {"sqrt": "的平方根", "ln": "的自然对数", "exp": "为指数的 e 的幂"}
    return f"{words[0]} {what[call.function]}（四舍五入到{decimals}）"


def _whole_in_words(  # noqa: PLR0911 - one return a function
    call: Call, words: Sequence[str], options: Mapping[str, str]
) -> str:
    what = words[0] if words else ""
    match call.function:
        case "count":
            return f"符合“{what}”的个数" if what else "个数"
        case "average":
            weight = f"以{options['weight']}为权数的" if "weight" in options else ""
            return f"{weight}{what}平均值"
        case "share":
            least = f"，各不低于 {options['least']}" if "least" in options else ""
            return f"{what} 占合计的比重{least}"
        case "percentile":
            return f"{what} 由小到大 {words[1]} 处的数（百分位数）"
        case "large":
            return f"{what} 第 {words[1]} 大的数"
        case "zscore":
            return f"{what} 的标准分（四舍五入到{_decimals(call.arguments[1])}）"
    names = {"sum": "的合计", "rank": "的名次", "max": "的最大值", "min": "的最小值"}
    names["median"] = "的中位数"
    return f"{what} {names[call.function]}"


def _decimals(node: Node) -> str:
    count = int(node.value) if isinstance(node, NumberNode) else 0
    if count == 0:
        return "整数"
    return f" {count} 位小数" if count > 0 else f" {10**-count:,} 的整倍数"


def _plain(key: NumberNode | TextNode) -> str:
    return key.text if isinstance(key, TextNode) else render(key)


class Working:
    """Formulas worked out for single recipients; the values of all are computed once."""

    def __init__(
        self,
        formulas: Mapping[str, Formula],
        table: FormulaTable,
        eligible: Sequence[bool] | None = None,
    ) -> None:
        self.formulas = formulas
        self.run = Evaluator(table, eligible)
        self.totals: dict[int, Node] = {}
        self.known: dict[int, tuple[Node, Operand]] = {}
        self.rows = {row: i for i, row in enumerate(self.run.index)}
        for name, formula in formulas.items():
            self.run.values(name, formula)

    def line(self, name: str, recipient: int) -> str:
        """The formula, the same in the recipient's numbers, and what it gives.

        `max(标准支出 − 标准收入, 0) = max(1,200 − 900, 0) = 300`; empty where the recipient takes
        no part.
        """
        if recipient not in self.rows:
            return ""
        formula, i = self.formulas[name], self.rows[recipient]
        spoken = render(formula.tree, lambda n: formula.spoken.get(n, n))
        worked = joined(formula.tree, lambda node: self._shown(node, formula, i))
        result = self._value(formula.tree, i)
        if isinstance(formula.tree, Call) and formula.tree.function in {"lookup", "band"}:
            return f"{spoken} = {worked}"
        return " = ".join(dict.fromkeys((spoken, worked, result)))

    def _shown(self, node: Node, formula: Formula, i: int) -> str | None:
        if isinstance(node, Name):
            return self._value(node, i)
        if not isinstance(node, Call):
            return None
        if node.function in {"lookup", "band"}:
            given = _words(node.arguments[0], formula)
            case = self._value(node.arguments[0], i)
            return f"{self._value(node, i)}（{given}为{case}）"
        if node.function == "share" and node.option("least") is None and node.option("by") is None:
            own = node.arguments[0]
            part = joined(own, lambda inner: self._shown(inner, formula, i))
            part = part if binding_of(own) > BINDING["+"] else f"({part})"
            return f"({part} ÷ {self._total(own)})"
        return self._value(node, i) if is_whole(node.function, len(node.arguments)) else None

    def _total(self, node: Node) -> str:
        total = self.totals.setdefault(id(node), Call("sum", (node,)))
        return self._value(total, 0)

    def _value(self, node: Node, i: int) -> str:
        try:
            if id(node) not in self.known:
                self.known[id(node)] = node, self.run.of(node)
            given = self.known[id(node)][1]
        except OversizeError:
            return "…"
        if isinstance(given, list):
            return f"“{given[i]}”"
        if i in given.bad:
            return "—"
        if not isinstance(given, Vector):
            return "是" if given.holds[i] else "否"
        return format_number(given.at(i)).replace("-", "−")
