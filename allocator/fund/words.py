"""Every rule of a scheme in words, each in one row.

A new rule or choice starts here: the keys that the TOML file may hold, the label and the drop-down
on the sheet 分配方案, the words in `diff` and in messages follow from the row, and so does the way
in which the value is read and written. What a rule does is the engine's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

#: How the value of a rule is read and written.
RuleKind = Literal[
    "text",
    "choice",
    "money",
    "money_or_formula",
    "formula",
    "ratio",
    "column",
    "date",
    "count",
    "texts",
    "part",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its `table` in the TOML file, its `key` there, and its words.

    `label` stands on the sheet 分配方案 (empty: not a cell of its own), `wording` in messages and
    `diff` (empty: as `label`). `choices` are the options with their names, `unlisted` those that
    only a program makes and no drop-down offers. A `part` is a table of
    its own, the one named by `holds`. A `rare` rule stands on the sheet and in records only where
    something is given, one that `is_offered` also on a form to fill in; `default` is the text that an absent one means.
    """

    table: str
    key: str
    kind: RuleKind = "text"
    label: str = ""
    wording: str = ""
    default: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    unlisted: tuple[str, ...] = ()
    holds: str = ""
    is_needed: bool = False
    is_rare: bool = False
    is_offered: bool = False
    is_always: bool = False

    @property
    def words(self) -> str:
        """The rule in messages and in `diff`."""
        return self.wording or self.label or self.key


RULES: Final = (
    Rule("", "scheme", "part", wording="方案", holds="scheme"),
    Rule("", "pool", "part", wording="资金池", holds="pool"),
    Rule("", "table", "part", wording="数据表", holds="table"),
    Rule("", "columns", "part", wording="计算列", holds="columns"),
    Rule("", "settlement", "part", wording="结算", holds="settlement"),
    Rule("", "pilot", "part", wording="试点", holds="pilot"),
    Rule("", "matching", "part", wording="配套", holds="matching"),
    Rule("", "adjustment", "part", wording="人工调整", holds="adjustment"),
    Rule("", "paid", "part", wording="已拨记录", holds="paid"),
    Rule("scheme", "name", label="方案名称", wording="名称"),
    Rule(
        *("scheme", "status", "choice", "方案状态", "状态", "draft"),
        choices={"draft": "测算稿", "official": "正式", "trial": "情景"},
        unlisted=("trial",),
    ),
    Rule("scheme", "document", label="依据文件"),
    Rule("scheme", "date", "date", "日期"),
    Rule("scheme", "recipients", "count", "镇街数"),
    Rule("table", "words", "part", wording="称谓", holds="table"),
    Rule("table", "name", label="名称列", is_rare=True),
    Rule("table", "recipient", label="受款方称谓", is_rare=True),
    Rule("table", "payer", label="拨款方称谓", is_rare=True),
    Rule("table", "currency", label="货币单位", is_rare=True),
    Rule("pool", "name", label="资金池", wording="名称"),
    Rule("pool", "id", label="代码", is_needed=True),
    Rule("pool", "budget", "money", "预算（元）"),
    Rule("pool", "unit", "money", "取整单位（元）", default="0.01"),
    Rule(
        *("pool", "method", "choice", "取整方法", "", "largest_remainder"),
        choices={
            "largest_remainder": "最大余数法",
            "webster": "四舍五入除数法",
            "hill": "几何平均除数法",
            "dhondt": "舍尾除数法",
            "adams": "进一除数法",
            "nearest": "四舍五入，差额另计",
        },
    ),
    Rule(
        *("pool", "tie", "choice", "尾数相同时", "", "larger_share"),
        choices={
            "larger_share": "占比大者先得",
            "official_order": "序号在前者先得",
            "refuse": "停止",
        },
    ),
    Rule("pool", "base", "money_or_formula", "每镇定额（元）", default="0"),
    Rule("pool", "floor", "money_or_formula", "下限（元或列名）", "下限"),
    Rule("pool", "cap", "money_or_formula", "上限（元或列名）", "上限"),
    Rule("pool", "eligible", "formula", "参加条件", is_rare=True),
    Rule("pool", "fixed", "formula", "定额补助（公式）", "定额补助", is_rare=True),
    Rule("pool", "adjust", "formula", "调节系数", is_rare=True),
    Rule("pool", "least", "money_or_formula", "起付额（元）", "起付额", is_rare=True),
    Rule("pool", "amount", "formula", "应补助额（公式）", "应补助额", is_rare=True),
    Rule("pool", "group", label="分组列", is_rare=True),
    Rule("pool", "rest", label="尾差归", is_rare=True),
    Rule(
        *("pool", "surplus", "choice", "分不完时", "", "error"),
        choices={"error": "停止", "keep": "留存"},
        is_rare=True,
    ),
    Rule(
        *("pool", "source_order", "choice", "来源次序", "", "proportional"),
        choices={"proportional": "按比例", "in_turn": "依次用完"},
        is_rare=True,
    ),
    Rule("pool", "cite", label="依据条款"),
    Rule("pool", "budget_item", label="预算科目", is_rare=True, is_offered=True),
    Rule("pool", "project_code", label="项目代码", is_rare=True, is_offered=True),
    Rule("pool", "sources", "part", wording="资金来源", holds="source"),
    Rule("pool", "factors", "part", wording="因素", holds="factor"),
    Rule("source", "name", label="来源", wording="名称", is_needed=True),
    Rule("source", "amount", "money", "金额（元）"),
    Rule("factor", "weight", "ratio", "权重"),
    Rule("factor", "column", "column", "取自列"),
    Rule("factor", "value", "formula", "公式", is_rare=True),
    Rule("factor", "per", "column", "除以列"),
    Rule(
        *("factor", "direction", "choice", "方向", "", "direct"),
        choices={"direct": "正向", "inverse": "反向"},
    ),
    Rule("factor", "scale", "column", "乘以列"),
    Rule("factor", "name", label="因素名称", wording="名称"),
    Rule("factor", "coefficients", "part", wording="类别系数", holds="class"),
    Rule("pilot", "pool", label="试点所属资金池", is_needed=True),
    Rule("pilot", "advance", "money_or_formula", "每镇试点经费（元）"),
    Rule(
        *("pilot", "basis", "choice", "结算口径", "", "share"),
        choices={"share": "全额口径", "remainder": "余额口径"},
    ),
    Rule(
        *("pilot", "below_advance", "choice", "应分配额低于试点经费时", "", "keep"),
        choices={"keep": "保底", "carry": "结转", "error": "停止"},
    ),
    Rule(
        *("pilot", "unspent", "choice", "扣回资金的去向", "", "retain"),
        choices={"retain": "市级留存", "redistribute": "再分配"},
    ),
    Rule("pilot", "cite", label="依据条款", is_always=True),
    Rule("settlement", "pool", label="资金池", is_needed=True),
    Rule("settlement", "deduct", "formula", "扣减（公式）", "扣减", is_needed=True),
    Rule(
        *("settlement", "short", "choice", "不足扣减时", "", "outstanding"),
        choices={"outstanding": "待收回", "negative": "负数结转", "error": "停止"},
    ),
    Rule("settlement", "cite", label="依据条款"),
    Rule("matching", "on", "texts", "配套的资金池", is_rare=True),
    Rule("matching", "floor", "money_or_formula", "配套下限（元）", "配套下限", is_rare=True),
    Rule("matching", "cap", "money_or_formula", "配套上限（元）", "配套上限", is_rare=True),
    Rule(
        *("matching", "base", "choice", "配套基数", "", "paid"),
        choices={"paid": "本次核拨", "before_recovery": "扣回前"},
    ),
    Rule("matching", "unit", "money", "取整单位（元）", default="0.01"),
    Rule(
        *("matching", "rounding", "choice", "取整方式", "", "up"),
        choices={"up": "向上取整", "nearest": "四舍五入"},
    ),
    Rule("matching", "rate", "ratio", "统一配套比例", is_rare=True, is_offered=True),
    Rule("matching", "rates", "part", wording="配套比例", holds="class"),
    Rule("matching", "cite", label="依据条款", is_always=True),
    Rule("adjustment", "town", label="镇街", is_needed=True),
    Rule("adjustment", "pool", label="资金池"),
    Rule("adjustment", "amount", "money", "调整额（元）"),
    Rule("adjustment", "borne_by", label="承担方"),
    Rule("adjustment", "reason", label="理由", is_needed=True),
    Rule("adjustment", "approval", label="批准"),
    Rule("paid", "date", "date", "日期"),
    Rule("paid", "document", label="文号", is_always=True),
    Rule("paid", "pool", label="资金池"),
    Rule("paid", "town", label="镇街", is_needed=True),
    Rule("paid", "amount", "money", "金额（元）"),
)

BY_KEY: Final[Mapping[tuple[str, str], Rule]] = MappingProxyType(
    {(rule.table, rule.key): rule for rule in RULES}
)
#: The keys of each table of the TOML file.
KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        table: tuple(k for t, k in BY_KEY if t == table)
        for table in dict.fromkeys(t for t, _ in BY_KEY)
    }
)
#: The options of a key with their names, whatever table it stands in.
CHOICES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {rule.key: rule.choices for rule in RULES if rule.choices}
)
#: Keys whose value may name a column of the town table.
COLUMN_KEYS: Final = frozenset(
    rule.key for rule in RULES if rule.kind in ("column", "money_or_formula")
)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the sheet 分配方案: label and value side by side, or one line an entry.

    `links` are cells that say to what a line belongs, by label; the rules of `table` follow. A
    rare section stands on the sheet only where something is given.
    """

    name: str
    hint: str
    table: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    is_list: bool = True
    is_rare: bool = False

    @property
    def labels(self) -> dict[str, str]:
        """Label → key, in the order of the sheet."""
        return {**self.links, **labels(self.table)}

    @property
    def rare(self) -> frozenset[str]:
        """Keys that are written only where a value is given."""
        return frozenset(rule.key for rule in RULES if rule.table == self.table and rule.is_rare)

    @property
    def offered(self) -> frozenset[str]:
        """Those of the rare keys that a form to fill in shows."""
        return frozenset(rule.key for rule in RULES if rule.table == self.table and rule.is_offered)


_POOL: Final = {"资金池": "pool"}
_OF_FACTOR: Final = {**_POOL, "因素序号": "number"}
SECTIONS: Final = (
    Section(
        "基本信息",
        "※ 方案状态：测算稿或正式；权重未经核定前请保持“测算稿”",
        "scheme",
        is_list=False,
    ),
    Section("资金池", "※ 一个资金池一行；下限、上限可填金额（元），或填数据表的列名", "pool"),
    Section("资金来源", "※ 各资金池的来源合计须等于预算", "source", _POOL),
    Section(
        "因素",
        "※ 各资金池的权重合计须为 100%；数值 = 取自列 ÷ 除以列，反向取倒数，再 × 乘以列",
        "factor",
        _OF_FACTOR,
    ),
    Section(
        "类别系数",
        "※ 某因素不取自列而按经济类别给系数时填写",
        links={**_OF_FACTOR, "类别": "class", "系数": "value"},
    ),
    Section("试点", "※ 没有试点的资金请整段留空", "pilot", is_list=False),
    Section(
        "结算",
        "※ 以前已拨或应收回的，从应分配额中扣减；公式与 Excel 相同，可用列名",
        "settlement",
        is_rare=True,
    ),
    Section(
        "配套",
        "※ 没有配套要求的资金请与“配套比例”一并留空；全部同一比例的填“统一配套比例”",
        "matching",
        is_list=False,
    ),
    Section("配套比例", "※ 按类别配套的每个经济类别一行", links={"类别": "class", "比例": "value"}),
    Section(
        "分组预算",
        "※ 资金池按某列分组时，每组一行",
        links={**_POOL, "组": "class", "预算（元）": "value"},
        is_rare=True,
    ),
    Section(
        "计算列",
        "※ 由数据表算出的列，公式与 Excel 相同，如 max(标准支出 − 标准收入, 0)",
        links={"列名": "name", "公式": "value"},
        is_rare=True,
    ),
    Section(
        "称谓",
        "※ 表中对受款方、拨款方的称呼；名称列是数据表中写名称的那一列",
        "table",
        is_list=False,
        is_rare=True,
    ),
)


def labels(table: str) -> dict[str, str]:
    """Label → key of the rules of a table that stand on a sheet."""
    return {rule.label: rule.key for rule in RULES if rule.table == table and rule.label}


def rules_of(table: str) -> Iterator[Rule]:
    """The rules of a table that are values, not tables of their own."""
    return (rule for rule in RULES if rule.table == table and rule.kind != "part")


def in_words(path: tuple[str, ...]) -> tuple[list[str], Rule | None]:
    """The steps of a path in a record of a scheme in words, and the rule at its end.

    Names of pools, factors and classes stand as they are.

    >>> in_words(("pool", "普惠性", "factors", "人口", "weight"))[0]
    ['资金池', '普惠性', '因素', '人口', '权重']
    """
    table, words = "", []
    rule = None
    for step in path:
        rule = BY_KEY.get((table, step))
        words.append(rule.words if rule else step)
        table = rule.holds if rule and rule.holds else table
    return words, rule


def choice(table: str, key: str, value: str) -> str:
    """The name of an option; the value itself where it has none."""
    rule = BY_KEY.get((table, key))
    return rule.choices.get(value, value) if rule else value
