"""Funds of every shape for the tests of the official workbook: rules in TOML, made-up towns."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from fractions import Fraction

from allocator import Allocation, Fen, Recipients, Scheme, allocate
from allocator.excel.official import official_workbook
from allocator.rounding.apportion import METHODS
from tests.conftest import DATA, read_sample

Fund = Callable[[], Allocation]


def sample() -> Allocation:
    text = (DATA / "dongguan-2020.toml").read_text(encoding="utf-8")
    return allocate(read_sample(), Scheme.from_toml(text))


def made_up(n: int, seed: int = 1, **more: object) -> Recipients:
    """`n` towns with random people, area, need, classes, floors and caps."""
    draw = random.Random(seed)  # noqa: S311 - test data
    towns = [f"第{i}镇" for i in range(1, n + 1)]
    numbers = {
        "people": [draw.randrange(1_000, 900_000) for _ in towns],
        "area": [Fraction(draw.randrange(100, 30_000), 100) for _ in towns],
        "need": [draw.randrange(0, 500) for _ in towns],
        "least": [draw.randrange(0, 60_000) for _ in towns],
        "most": [draw.randrange(900_000, 4_000_000) for _ in towns],
    }
    classes = [draw.choice(["甲", "乙", "丙"]) for _ in towns]
    return Recipients.from_columns(towns, numbers, economic_class=classes, **more)


FACTORS = """factors = [
  { column = "people", weight = "0.5" }, { column = "area", weight = "0.2" },
  { column = "need", weight = "0.3" },
]"""


def pool(name: str, budget: str, rules: str = "", factors: str = FACTORS) -> str:
    return f'[[pool]]\nid = "{name}"\nname = "{name}"\nbudget = "{budget}"\n{rules}\n{factors}\n'


def scheme(*parts: str, status: str = "official", name: str = "试验专项资金分配方案") -> Scheme:
    head = f'[scheme]\nname = "{name}"\nstatus = "{status}"\n'
    return Scheme.from_toml(head + "\n".join(parts))


def every_method() -> Allocation:
    """Five pools, five methods, five rounding units, with a floor and a cap column."""
    rules = 'method = "{}"\nunit = "{}"\nfloor = "least"\ncap = "most"\n'
    units = ("0.01", "1.00", "100.00", "0.05", "10000.00")
    pools = [
        pool(f"资金{k}", f"{4 + k}000000.00", rules.format(method, unit))
        for k, (method, unit) in enumerate(zip(METHODS, units, strict=False))
    ]
    return allocate(made_up(17), scheme(*pools))


def plain() -> Allocation:
    """One pool, no pilot, no match, no sources; a name that looks like a formula."""
    recipients = Recipients.from_columns(["=1+1", "+86", "-丙", "@丁"], {"=人口": [3, 5, 7, 11]})
    factors = 'factors = [{ column = "=人口", weight = "1" }]'
    return allocate(recipients, scheme(pool("=资金", "100.00", factors=factors)))


def base_and_bounds() -> Allocation:
    """A flat sum for all, a floor and a cap on top of it, and a small rounding unit."""
    rules = 'base = "20000.00"\nfloor = "90000.00"\ncap = "1500000.00"\nunit = "0.10"\n'
    sources = 'sources = [{ name = "省", amount = "6000000.30" }, { name = "市", amount = "3999999.70" }]\n'
    text = pool("定额资金", "10000000.00", rules + sources)
    divisor = pool("除数资金", "5000000.00", rules + 'method = "webster"\n')
    return allocate(made_up(23, 3), scheme(text, divisor))


def remainder() -> Allocation:
    """The other reading, recovered sums given back, own rates, sums raised, rounding to 百元."""
    n = 12
    pilot = [i % 4 == 0 for i in range(n)]
    recipients = made_up(
        *(n, 5),
        pilot=pilot,
        unspent=[Fen(1234567 * (i + 1) if p else 0) for i, p in enumerate(pilot)],
        raised=[Fen(i * 10_000_001) if i % 3 else None for i in range(n)],
        match_rate=[Fraction(1, 3) if i == 2 else None for i in range(n)],
        match_reason=["经批准" if i == 2 else "" for i in range(n)],
    )
    rules = (
        'sources = [{ name = "省", amount = "7000000.01" }, { name = "市", amount = "2999999.99" }]'
    )
    settle = '[pilot]\npool = "甲"\nadvance = "300000.00"\nbasis = "remainder"\nunspent = "redistribute"\n'
    match = '[matching]\nbase = "before_recovery"\nunit = "100.00"\nrounding = "nearest"\n'
    match += 'rates = { "甲" = "1", "乙" = "0.7", "丙" = "1/3" }\n'
    pools = pool("甲", "10000000.00", rules), pool("乙", "3000000.00"), pool("丙", "100000.07")
    return allocate(recipients, scheme(*pools, settle, match, status="draft"))


def carry() -> Allocation:
    """Advances above some entitlements, carried over; matched at a third."""
    n = 9
    pilot = [i < 5 for i in range(n)]
    unspent = [Fen(10_000_000 if p else 0) for p in pilot]
    settle = '[pilot]\npool = "甲"\nadvance = "600000.00"\nbelow_advance = "carry"\n'
    match = '[matching]\nrates = { "甲" = "1", "乙" = "0.5", "丙" = "1/3" }\n'
    recipients = made_up(n, 7, pilot=pilot, unspent=unspent)
    return allocate(recipients, scheme(pool("甲", "5000000.00"), settle, match))


def coefficients() -> Allocation:
    """Looked-up coefficients, quotients, reciprocals and scales."""
    factors = """factors = [
      { coefficients = { "甲" = "1.0", "乙" = "0.85", "丙" = "0.7" }, scale = "people", weight = "0.3", name = "类别系数×人口" },
      { coefficients = { "甲" = "1", "乙" = "2", "丙" = "3" }, weight = "0.1" },
      { column = "people", per = "area", weight = "0.2", name = "密度" },
      { column = "area", direction = "inverse", weight = "1/15" },
      { column = "area", per = "people", direction = "inverse", scale = "need", weight = "1/3", name = "反向" },
    ]"""
    return allocate(made_up(31, 11), scheme(pool("系数资金", "88888888.88", "", factors)))


def ties() -> Allocation:
    """Equal towns: who gets the last fen is decided by the rule, in both orders."""
    towns = [f"第{i}镇" for i in range(1, 8)]
    recipients = Recipients.from_columns(towns, {"people": [10, 10, 10, 20, 20, 20, 10]})
    factors = 'factors = [{ column = "people", weight = "1" }]'
    pools = [
        pool(f"池{k}", "1000.05", f'tie = "{tie}"\nmethod = "{method}"\n', factors)
        for k, (tie, method) in enumerate(
            [
                ("larger_share", "largest_remainder"),
                ("official_order", "largest_remainder"),
                ("larger_share", "webster"),
            ]
        )
    ]
    return allocate(recipients, scheme(*pools))


def all_held() -> Allocation:
    """The floors take the whole budget."""
    recipients = Recipients.from_columns(
        ["甲镇", "乙镇", "丙镇"], {"people": [1, 2, 0], "least": [10, 20, 30]}
    )
    factors = 'factors = [{ column = "people", weight = "1" }]'
    return allocate(recipients, scheme(pool("保底", "60.00", 'floor = "least"', factors)))


def many() -> Allocation:
    """Towns over several pages, with remainders so close that ranks need more digits than shown."""
    return allocate(made_up(120, 48), scheme(pool("大表", "123456789.01", 'floor = "30000.00"')))


def large() -> Allocation:
    """More money than a working paper of formulas may hold."""
    return allocate(made_up(10, 17), scheme(pool("巨额", "98765432109.87")))


def adjusted() -> Allocation:
    """Adjustments of every kind, a pilot, and earlier rounds that are too much for one town."""
    n = 14
    pilot = [i < 3 for i in range(n)]
    unspent = [Fen(1_000_000 if p else 0) for p in pilot]
    sources = (
        'sources = [{ name = "省", amount = "6000000.01" }, { name = "市", amount = "2999999.99" }]'
    )
    rules = """
[pilot]
pool = "甲"
advance = "200000.00"
[matching]
rates = { "甲" = "1", "乙" = "0.5", "丙" = "1/3" }
[[adjustment]]
town = "第1镇"
pool = "甲"
amount = "100000.00"
reason = "任务加重"
approval = "会议纪要〔2020〕1号"
[[adjustment]]
town = "第5镇"
pool = "甲"
amount = "-30000.01"
borne_by = ["第6镇", "第7镇"]
reason = "任务调出"
[[adjustment]]
town = "第8镇"
pool = "乙"
amount = "50000"
borne_by = "reserve"
reason = "特殊困难"
[[adjustment]]
town = "第9镇"
pool = "丙"
amount = "-50"
borne_by = "预留资金"
reason = "收回"
"""
    paid = [("2020-03-01", "一号", "甲", "第1镇", "100000.00"), ("", "", "乙", "第9镇", "9000000")]
    paid += [("2020-02-01", "二号", "甲", f"第{i}镇", f"{i}000.05") for i in range(1, 9)]
    keys = ("date", "document", "pool", "town", "amount")
    for one in paid:
        lines = (f'{key} = "{value}"' for key, value in zip(keys, one, strict=True))
        rules += "[[paid]]\n" + "\n".join(lines) + "\n"
    pools = pool("甲", "9000000.00", sources), pool("乙", "3000000.00", 'unit = "100.00"')
    rules += '[[adjustment]]\ntown = "第2镇"\npool = "丁"\namount = "10"\nreason = "补足"\n'
    last = pool("丁", "50000.00", 'method = "nearest"\nrest = "largest"\n')
    third = pool("丙", "100000.00", 'sources = [{ name = "市", amount = "100000.00" }]')
    recipients = made_up(n, 9, pilot=pilot, unspent=unspent)
    return allocate(recipients, scheme(*pools, third, last, rules))


def methods() -> Allocation:
    """Most rules of the language of methods, two settlements, a match of one pool by a formula."""
    columns = '[columns]\n"密度" = "round(people ÷ area, 2)"\n"缺口" = "max(need − 100, 0)"\n'
    factors = (
        'factors = [{ column = "密度", weight = "0.4" }, { value = "缺口 × 2", weight = "0.6" }]'
    )
    rules = 'floor = "0.5 × least"\ncap = "2 × most"\n'
    pools = [
        pool("甲", "10000000.00", rules, factors),
        pool("乙", "5000000.00", 'eligible = "need > 50"\nadjust = "1 + share(area)"\n', factors),
        pool("丙", "5000000.00", 'base = "least"\nleast = "90000"\n'),
        pool("丁", "900000.00", 'cap = "0.1 × pool_甲"\nsurplus = "keep"\n'),
        '[[pool]]\nid = "己"\namount = "3 × people ÷ 7"\ncap = "most"\n',
    ]
    settle = '[[settlement]]\npool = "甲"\ndeduct = "round(0.4 × most, 2)"\n'
    settle += '[[settlement]]\npool = "己"\ndeduct = "least"\nshort = "negative"\n'
    match = '[matching]\non = ["乙", "己"]\nrate = "if(need > 200, 0.3, 0.5)"\ncap = "200000"\n'
    words = '[table]\nwords = { recipient = "县区", payer = "省级", currency = "澳元" }\n'
    return allocate(made_up(14, 11), scheme(words, columns, *pools, settle, match))


def by_groups() -> Allocation:
    """A budget for each class, with sums of their own, a base and bounds."""
    rules = 'group = "economic_class"\nbase = "least"\nfixed = "if(need > 450, 1000, 0)"\ncap = "most"\n'
    text = pool("组", "1", rules).replace(
        'budget = "1"', 'budget = { "甲" = "4000000", "乙" = "3000000", "丙" = "2500000" }'
    )
    rules = 'method = "nearest"\nunit = "10000"\nfixed = "if(need > 400, 20000, 0)"\n'
    return allocate(made_up(16, 3), scheme(text, pool("尾差", "3000000.00", rules)))


DERIVED = """
[columns]
"按人" = "tiers(people, {50000: 1, 200000: 0.8}, 0.5) × interpolate(area, {10: 1, 200: 1.5})"
"名次" = "rank(按人, by = economic_class)"
"占比" = "share(need, by = economic_class)"
"相近" = "sum(need ÷ 3) − sum(need) ÷ 3"
"名" = "lookup(town, 第1镇=2, else=1) × if(economic_class = '{甲}', 2, 1)"
"""


def derived() -> Allocation:
    """A split by derived columns, some towns taking no part; one column no double can tell."""
    factors = """factors = [
  { value = "按人 × 名 + 占比", weight = "0.5", name = "按人" }, { column = "名次", weight = "0.3" },
  { column = "need", weight = "0.1" }, { value = "占比 + 相近", weight = "0.1", name = "占比" },
]"""
    rules = 'eligible = "people > 100000"\ncap = "most"\n'
    return allocate(made_up(23), scheme(DERIVED, pool("按公式", "9000000.00", rules, factors)))


def by_formula() -> Allocation:
    """Amounts that a formula states, what they leave, and what a level brings to a budget."""
    stated = (
        'eligible = "need > 50"\namount = "round(people × 1.17, 0) ÷ 3"\ncap = "2 × least + 5"\n'
    )
    left = (
        'group = "economic_class"\nbudget = { "甲" = "700000", "乙" = "800000", "丙" = "900000" }\n'
    )
    solved = left + 'unit = "1"\namount = "max(level × people ^ 2 ÷ 1000 − abs(least), 0)"\n'
    return allocate(
        made_up(12),
        scheme(
            pool("据实", "0", "", "").replace('budget = "0"\n', stated),
            pool("余额", "10000000 − sum(pool_据实)"),
            pool("水平", "0", "", "").replace('budget = "0"\n', solved),
        ),
    )


FUNDS: dict[str, Fund] = {
    fund.__name__: fund
    for fund in (
        *(sample, every_method, plain, base_and_bounds, remainder, carry, coefficients, ties),
        *(all_held, many, large, adjusted, methods, by_groups),
        *(derived, by_formula),
    )
}


@functools.cache
def answer_of(name: str) -> Allocation:
    return FUNDS[name]()


@functools.cache
def written(name: str, unit: str = "元") -> bytes:
    return official_workbook(answer_of(name), unit=unit)
