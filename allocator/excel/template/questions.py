"""A fund from the answers to a few questions: what an officer types, as raw data of a scheme.

Every answer is one line of text. A wrong one is told at once, so that it can be given again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from allocator.base.money import exact_number, number_text, yuan_text
from allocator.excel.intake.headers import column_name

#: What the tables call recipients where nothing else is said.
_USUAL: Final = "镇街"
_LARGE: Final = {"亿": 10**8, "万": 10**4}
_ITEMS: Final = re.compile("[;；，、]|,(?!\\d{3}(?:\\D|$))")
_AMOUNT: Final = re.compile(r"^(.*?)[\s：:=]*([\d.,，]+)\s*(亿|万)?元?$")
_SHARE: Final = re.compile(r"^(.*?)[\s：:=]*([\d.]+)\s*[%％]\s*(反向|（反向）|\(反向\))?$")


@dataclass(slots=True)
class Answers:
    """What has been answered so far; `pools` grows by one with every fund part."""

    head: dict[str, Any] = field(default_factory=lambda: {"status": "draft"})
    pools: list[dict[str, Any]] = field(default_factory=list)
    matching: dict[str, Any] = field(default_factory=dict)
    towns: tuple[str, ...] = ()
    header: str = ""

    def raw(self) -> dict[str, Any]:
        """The scheme in the shape of its TOML file."""
        head = dict(self.head)
        if self.towns:
            head["recipients"] = len(self.towns)
        raw: dict[str, Any] = {"scheme": head, "pool": self.pools}
        if self.header not in ("", _USUAL):
            raw["table"] = {"recipient": self.header}
        return raw | ({"matching": self.matching} if self.matching else {})


def _number(text: str, said: str) -> Fraction:
    """A number that was typed; what was `said` is the error of one that cannot be read."""
    try:
        return Fraction(exact_number(text))
    except (ValueError, ZeroDivisionError):
        raise ValueError(said) from None


def yuan(text: str) -> str:
    """An amount as it is typed, in yuan.

    >>> yuan("2000万"), yuan("1.05亿元"), yuan("35,000.50")
    ('20000000.00', '105000000.00', '35000.50')

    Raises `ValueError` for what is no amount of whole fen.
    """
    text = text.strip().removesuffix("元").strip()
    factor = _LARGE.get(text[-1:], 1)
    fen = _number(text.rstrip("亿万 "), text) * factor * 100
    if fen.denominator != 1:
        raise ValueError(text)
    return yuan_text(fen.numerator)


def items(text: str) -> list[str]:
    """The parts of a list as it is typed: by 、 ， ； but not inside a number.

    >>> items("甲部 1,000,000，乙部 5万")
    ['甲部 1,000,000', '乙部 5万']
    """
    return [part for one in _ITEMS.split(text) if (part := one.strip())]


def names(text: str) -> tuple[str, ...]:
    """Names as they are typed, by punctuation or blanks."""
    return tuple(name for part in items(text) for name in part.split())


def sources(text: str) -> list[dict[str, Any]]:
    """Who pays how much: `中央财政 2000万，省财政 500万`.

    Raises `ValueError` with the part that is not understood.
    """
    found = []
    for part in items(text):
        match = _AMOUNT.match(part)
        if not match or not match[1].strip():
            raise ValueError(part)
        found.append({"name": match[1].strip(), "amount": yuan(match[2] + (match[3] or ""))})
    return found


def factors(text: str) -> list[dict[str, Any]]:
    """Columns with their weights: `学生人数（人） 50%，面积（平方公里） 30%，人均财力（元） 20% 反向`.

    Raises `ValueError` with the part that is not understood, or with the sum that is not 100 %.
    """
    found, total = [], Fraction(0)
    for part in items(text):
        match = _SHARE.match(part)
        if not match or not match[1].strip():
            raise ValueError(part)
        weight = _number(match[2], part) / 100
        total += weight
        factor = {"column": column_name(match[1].strip()), "weight": number_text(weight)}
        found.append(factor | ({"direction": "inverse"} if match[3] else {}))
    if total != 1:
        raise ValueError(f"权重合计为 {number_text(total * 100)}%，不是 100%")
    return found


def rates(text: str) -> dict[str, Any]:
    """One rate for all (`30%`), or one a class (`一类 100%，二类 50%`); nothing is no match.

    Raises `ValueError` with the part that is not understood.
    """
    parts = items(text)
    if len(parts) == 1 and (one := _SHARE.match(parts[0])) and not one[1].strip():
        return {"rate": f"{one[2]}%"}
    by_class = {}
    for part in parts:
        match = _SHARE.match(part)
        if not match or not match[1].strip():
            raise ValueError(part)
        by_class[match[1].strip()] = f"{match[2]}%"
    return {"rates": by_class} if by_class else {}


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One question, and what its answer does; `take` raises `ValueError` with what is wrong."""

    text: str
    take: Callable[[str, Answers], None]
    is_needed: bool = True


def _head(key: str) -> Callable[[str, Answers], None]:
    def take(text: str, answers: Answers) -> None:
        answers.head[key] = text

    return take


def _towns(text: str, answers: Answers) -> None:
    answers.towns = names(text)
    twice = [name for name in answers.towns if answers.towns.count(name) > 1]
    if twice:
        raise ValueError(f"{twice[0]}写了两次")


def _header(text: str, answers: Answers) -> None:
    if column_name(text or "单位") != "town":
        raise ValueError("请从这些称呼中选一个：镇街、区县、县、市、街道、学校、地区、单位")
    answers.header = text or "单位"


FUND_QUESTIONS: Final = (
    FormQuestion("资金名称（如：2024年××补助资金）", _head("name")),
    FormQuestion("依据文件（没有直接回车）", _head("document"), is_needed=False),
    FormQuestion(
        "受款单位的称呼（镇街、区县、学校等；直接回车为“单位”）", _header, is_needed=False
    ),
    FormQuestion("受款单位名单（用顿号分开，按正式次序；名单在文件里的写文件名）", _towns),
)


def _pool(key: str, read: Callable[[str], Any]) -> Callable[[str, Answers], None]:
    def take(text: str, answers: Answers) -> None:
        answers.pools[-1][key] = read(text)

    return take


def _pool_name(text: str, answers: Answers) -> None:
    if any(pool["name"] == text for pool in answers.pools):
        raise ValueError("与前面的资金同名")
    number = len(answers.pools) + 1
    answers.pools.append({"name": text, "id": f"pool_{number}"})


def _pool_sources(text: str, answers: Answers) -> None:
    found = sources(text)
    total = sum(exact_number(source["amount"]) for source in found)
    answers.pools[-1] |= {"sources": found, "budget": yuan(number_text(Fraction(total)))}


POOL_QUESTIONS: Final = (
    FormQuestion("这项资金叫什么（只有一项的可与资金名称相同）", _pool_name),
    FormQuestion("资金来源和金额（如：教育部 2000万，财政部 500万）", _pool_sources),
    FormQuestion(
        "因素和权重，单位写在括号里（如：学生人数（人） 50%，面积（平方公里） 30%，人均财力（元） 20% 反向）",
        _pool("factors", factors),
    ),
    FormQuestion("每个单位最少多少元（没有直接回车）", _pool("floor", yuan), is_needed=False),
    FormQuestion("每个单位最多多少元（没有直接回车）", _pool("cap", yuan), is_needed=False),
    FormQuestion(
        "金额取整到多少元（如 0.01、100；直接回车为 0.01）", _pool("unit", yuan), is_needed=False
    ),
)


def _matching(text: str, answers: Answers) -> None:
    answers.matching = rates(text)


MATCH_QUESTION: Final = FormQuestion(
    "配套比例（全部相同的写 30%；按类别的写：一类 100%，二类 50%；不配套直接回车）",
    _matching,
    is_needed=False,
)


def put(question: FormQuestion, text: str, answers: Answers) -> str:
    """Take an answer; return what is wrong with it, nothing when it is right."""
    text = text.strip()
    if not text and question.is_needed:
        return "这一项必须填写"
    is_optional_blank = not text and question.take is not _header
    if is_optional_blank:
        return ""
    try:
        question.take(text, answers)
    except (ValueError, ZeroDivisionError) as error:
        return f"没有看懂：{error}"
    return ""
