"""The functions of the language, each once: its arguments, options and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MANY: Final = 100


@dataclass(frozen=True, slots=True)
class Function:
    """How a function is called.

    `least` and `most` arguments; the last `constants` of them are whole numbers written as such;
    pairs stand between braces (`has_braces`) or as `case = value`; `options` may stand as
    `key = value`; `is_whole` functions look at all eligible recipients.
    """

    name: str
    words: str
    form: str
    least: int
    most: int
    constants: int = 0
    options: tuple[str, ...] = ()
    is_whole: bool = False
    has_pairs: bool = False
    has_braces: bool = False


def _whole(name: str, words: str, form: str, *options: str, constants: int = 0) -> Function:
    count = 1 + constants
    return Function(name, words, form, count, count, constants, ("by", *options), is_whole=True)


_ALL: Final = (
    Function("max", "最大值", "max(a, b, …) 或 max(a)", 1, MANY, options=("by",)),
    Function("min", "最小值", "min(a, b, …) 或 min(a)", 1, MANY, options=("by",)),
    _whole("sum", "合计", "sum(x)"),
    _whole("average", "平均", "average(x) 或 average(x, weight = 权数)", "weight"),
    Function("count", "个数", "count(条件)", 0, 1, options=("by",), is_whole=True),
    _whole("share", "占比", "share(x) 或 share(x, least = 0.02)", "least"),
    _whole("rank", "名次", "rank(x)"),
    _whole("large", "第几大", "large(x, n)", constants=1),
    _whole("percentile", "百分位数", "percentile(x, 0.75)", constants=1),
    _whole("median", "中位数", "median(x)"),
    Function("abs", "绝对值", "abs(x)", 1, 1),
    Function("if", "如果", "if(条件, a, b)", 3, 3),
    Function(
        "lookup", "对照", "lookup(列, 一类=0.2, 二类=0.5)", 1, 1, options=("else",), has_pairs=True
    ),
    Function(
        "band", "分档", "band(x, {100: 0.6, 200: 0.8}, 1)", 2, 2, has_pairs=True, has_braces=True
    ),
    Function(
        "tiers", "累进", "tiers(x, {100: 0.5, 300: 0.8}, 1)", 2, 2, has_pairs=True, has_braces=True
    ),
    Function(
        *("interpolate", "插值", "interpolate(x, {100: 1, 200: 1.5})", 1, 1),
        has_pairs=True,
        has_braces=True,
    ),
    Function("round", "四舍五入", "round(x, n)", 2, 2, 1),
    Function("roundup", "向上舍入", "roundup(x, n)", 2, 2, 1),
    Function("rounddown", "向下舍去", "rounddown(x, n)", 2, 2, 1),
    Function("sqrt", "平方根", "sqrt(x, n)", 2, 2, 1),
    Function("power", "乘方", "power(x, p, n)", 3, 3, 1),
    Function("ln", "自然对数", "ln(x, n)", 2, 2, 1),
    Function("exp", "e 的幂", "exp(x, n)", 2, 2, 1),
    _whole("zscore", "标准分", "zscore(x, n)", constants=1),
)
FUNCTIONS: Final = {function.name: function for function in _ALL}


def is_whole(name: str, arguments: int) -> bool:
    """Whether a call looks at all recipients: `max(a)` does, `max(a, b)` does not."""
    return FUNCTIONS[name].is_whole or (name in {"max", "min"} and arguments == 1)
