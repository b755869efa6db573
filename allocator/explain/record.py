"""The answer as plain data (JSON), as a table, and its fingerprints."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from allocator.base.money import amount_in, format_yuan, number_text, yuan_text
from allocator.base.version import VERSION
from allocator.engine.answer import Answer
from allocator.engine.pool import PoolAllocation
from allocator.engine.split.result import paid_word
from allocator.explain.speech import speech_of
from allocator.fund.recipients import Number, Recipients
from allocator.fund.scheme import scheme_record


def canonical_sha256(data: Any) -> str:
    """SHA-256 of data in one canonical JSON form: sorted keys, no blanks, UTF-8."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _exact_text(number: Number) -> str:
    return str(number) if isinstance(number, int) else number_text(number)


def recipients_record(recipients: Recipients) -> dict[str, Any]:
    """The town table as plain data in official order: what is fingerprinted as the input."""
    record: dict[str, Any] = {
        "towns": list(recipients.towns),
        "numbers": {k: [_exact_text(v) for v in c] for k, c in recipients.numbers.items()},
        "status": {name: list(column) for name, column in recipients.status.items()},
    }
    if recipients.texts:
        record["texts"] = {name: list(column) for name, column in recipients.texts.items()}
    if recipients.economic_class:
        record["economic_class"] = list(recipients.economic_class)
    if any(recipients.pilot):
        record["pilot"] = list(recipients.pilot)
    if any(recipients.unspent):
        record["unspent"] = [yuan_text(fen) for fen in recipients.unspent]
    if any(fen is not None for fen in recipients.raised):
        record["raised"] = [None if f is None else yuan_text(f) for f in recipients.raised]
    if any(rate is not None for rate in recipients.match_rate):
        record["match_rate"] = [
            None if r is None else number_text(r) for r in recipients.match_rate
        ]
        record["match_reason"] = list(recipients.match_reason)
    return record


def fingerprint(answer: Answer) -> dict[str, str]:
    """SHA-256 of the town table, the scheme and the result, and the version of this package."""
    return {
        "input_sha256": canonical_sha256(recipients_record(answer.recipients)),
        "scheme_sha256": canonical_sha256(scheme_record(answer.scheme)),
        "result_sha256": canonical_sha256([_pools(answer), _matching(answer)]),
        "version": VERSION,
    }


def allocation_record(answer: Answer) -> dict[str, Any]:
    """The whole answer as plain data: amounts in fen, shares as `num/den`."""
    identities = [
        {"name": i.name, "scope": i.scope, "left": i.left, "right": i.right, "holds": i.holds}
        for i in answer.identities
    ]
    return {
        "status": answer.scheme.status,
        "scheme": answer.scheme.name,
        "pools": [
            {**pool, **_more(answer, result)}
            for pool, result in zip(_pools(answer), answer.pools, strict=True)
        ],
        "matching": _matching(answer),
        "identities": identities,
        "warnings": [str(warning) for warning in answer.warnings],
        "fingerprint": fingerprint(answer),
    }


def _ratio(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def _pools(answer: Answer) -> list[dict[str, Any]]:
    towns = answer.recipients.towns
    return [
        {
            "id": result.pool.id,
            "name": result.pool.name,
            "budget_fen": result.pool.budget,
            "method": result.pool.method,
            "rows": [_row(result, towns[i], i) for i in range(len(towns))],
            "ties": [
                {
                    "tied": [towns[i] for i in tie.tied],
                    "winners": [towns[i] for i in tie.winners],
                    "rule": tie.rule,
                }
                for tie in result.ties
            ],
        }
        for result in answer.pools
    ]


def _more(answer: Answer, result: PoolAllocation) -> dict[str, Any]:
    """What follows from the rules and the rows: derived columns, and who pays which part."""
    more: dict[str, Any] = {}
    if terms := result.terms:
        names = [*answer.scheme.columns, *terms.columns.values()]
        numbers = terms.recipients.numbers
        more["columns"] = {
            name: [_ratio(Fraction(value)) for value in numbers[name]] for name in names
        }
    if result.by_source:
        sources = [source.name for source in result.pool.sources]
        more["rows"] = [
            {**_row(result, town, i), "by_source_fen": dict(zip(sources, row, strict=True))}
            for i, (town, row) in enumerate(
                zip(answer.recipients.towns, result.by_source, strict=True)
            )
        ]
    return more


def _row(result: PoolAllocation, town: str, i: int) -> dict[str, Any]:
    settled = result.settlement
    return {
        "town": town,
        "share": _ratio(result.shares.share(i)),
        "entitlement_fen": result.entitlement[i],
        "advance_fen": settled.advance[i] if settled else 0,
        "recovered_fen": settled.recovered[i] if settled else 0,
        "outstanding_fen": settled.outstanding[i] if settled else 0,
        "carried_fen": settled.carried[i] if settled else 0,
        "redistributed_fen": settled.redistributed[i] if settled else 0,
        "returned_fen": settled.returned[i] if settled else 0,
        "payment_fen": result.payment[i],
        **({"adjustment_fen": result.adjusted.change[i]} if result.adjusted else {}),
        **({"due_fen": result.due[i]} if result.instalments else {}),
    }


def _matching(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "town": match.town,
            "economic_class": match.economic_class,
            "rate": _ratio(match.rate),
            "base_fen": match.base,
            "required_fen": match.required,
        }
        for match in answer.matching
    ]


def table(answer: Answer, unit: str = "元") -> dict[str, list[Any]]:
    """Header → column, one row a town, amounts in 元, 万元 or 亿元 as exact `Decimal`s."""

    def yuan(column: Any) -> list[Decimal]:
        return [amount_in(fen, unit) for fen in column]

    said = speech_of(answer.scheme, answer.recipients).said
    columns: dict[str, list[Any]] = {said("园区、镇（街道）"): list(answer.recipients.towns)}
    if answer.recipients.economic_class:
        columns["经济指标类别"] = list(answer.recipients.economic_class)
    for result in answer.pools:
        name = result.pool.name
        columns[f"{name}·应分配额"] = yuan(result.entitlement)
        if settled := result.settlement:
            if not settled.is_deduction:
                columns[f"{name}·已拨试点经费"] = yuan(settled.advance)
            columns[f"{name}·已扣回"] = yuan(settled.recovered)
            columns[f"{name}·待收回"] = yuan(settled.outstanding)
            columns[f"{name}·{paid_word(result)}额"] = yuan(result.payment)
    columns[said(f"市级{paid_word(*answer.pools)}合计")] = yuan(answer.payment)
    if answer.matching:
        columns["应配套金额"] = yuan(match.required for match in answer.matching)
    return columns


def html(answer: Answer) -> str:
    """The table for a notebook, with the totals and the draft mark."""
    from html import escape

    columns = table(answer)

    def cell(value: Any) -> str:
        if isinstance(value, Decimal):
            return f'<td style="text-align:right">{format_yuan(int(value * 100))}</td>'
        return f"<td>{escape(str(value))}</td>"

    totals: list[Any] = [
        sum(column, Decimal(0)) if column and isinstance(column[0], Decimal) else ""
        for column in columns.values()
    ]
    totals[0] = "合计"
    mark = f"（{answer.mark}）" if answer.mark else ""
    caption = f"{answer.scheme.name}{mark}　单位：{answer.scheme.naming.currency or '元'}"
    rows = [*zip(*columns.values(), strict=True), totals]
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>"
        + "".join(f"<th>{escape(name)}</th>" for name in columns)
        + "</tr></thead><tbody>"
        + "".join("<tr>" + "".join(map(cell, row)) + "</tr>" for row in rows)
        + "</tbody></table>"
    )
