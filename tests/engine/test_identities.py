"""Every balance can fail, and fails alone when its own figure is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from allocator import Allocation, Fen, Recipients, Scheme, allocate
from allocator.engine.identities import CHECKS, IdentityError, check, nobody_who_owes_is_given
from allocator.engine.pool import PoolAllocation
from allocator.fund.rules import Factor, Pilot, Pool

Corruption = Callable[[Allocation], Allocation]


def in_pool(**changes: Any) -> Corruption:
    """The first pool with other figures; a function gets the old one."""

    def corrupt(answer: Allocation) -> Allocation:
        first = answer.pools[0]
        new = {k: v(first) if callable(v) else v for k, v in changes.items()}
        return replace(answer, pools=(replace(first, **new), *answer.pools[1:]))

    return corrupt


def in_settlement(**moves: dict[int, int]) -> Corruption:
    """The first pool's settlement with amounts moved by so many fen, by town."""

    def moved(result: PoolAllocation) -> Any:
        settled = result.settlement
        new = {
            name: tuple(
                Fen(amount + by.get(i, 0)) for i, amount in enumerate(getattr(settled, name))
            )
            for name, by in moves.items()
        }
        return replace(settled, **new)  # type: ignore[type-var]

    return in_pool(settlement=moved)


def move(column: tuple[int, ...], i: int, by: int) -> tuple[int, ...]:
    return (*column[:i], column[i] + by, *column[i + 1 :])


def never_negative(answer: Allocation) -> Allocation:
    """A payment of −1 whose fen are all accounted for elsewhere."""
    settled = answer.pools[0].settlement
    assert settled is not None
    by = settled.payment[0] + 1
    return in_settlement(payment={0: -by}, recovered={0: by}, outstanding={0: -by})(answer)


def no_sources(answer: Allocation) -> Allocation:
    first = replace(answer.pools[0], pool=replace(answer.pools[0].pool, sources=()))
    return replace(answer, pools=(first, *answer.pools[1:]))


def other_match(by: int) -> Corruption:
    def corrupt(answer: Allocation) -> Allocation:
        first = answer.matching[0]
        return replace(
            answer, matching=(replace(first, required=first.required + by), *answer.matching[1:])
        )

    return corrupt


def twice(answer: Allocation) -> Allocation:
    towns = answer.recipients.towns
    return replace(answer, recipients=replace(answer.recipients, towns=(towns[1], *towns[1:])))


SETTLED = "应分配额 = 已拨试点经费 + 本次核拨 + 已扣回 + 结转 − 再分配"
CASES: list[tuple[str, Corruption, list[str]]] = [
    (
        "shares",
        in_pool(shares=lambda r: replace(r.shares, total=r.shares.total + 1)),
        ["各镇占比合计 = 1"],
    ),
    ("set aside", in_pool(set_aside=1), ["应分配额合计 = 预算 − 预留试点经费"]),
    ("lower", in_pool(lower=lambda r: move(r.lower, 0, 10**12)), ["下限 ≤ 应分配额 ≤ 上限"]),
    ("upper", in_pool(upper=lambda r: move(r.entitlement, 5, -1)), ["下限 ≤ 应分配额 ≤ 上限"]),
    ("settled", in_settlement(redistributed={0: 1, 1: -1}), [SETTLED]),
    ("unspent", in_settlement(outstanding={0: 1}), ["试点剩余 = 已扣回 + 待收回"]),
    ("not negative", never_negative, ["本次核拨 ≥ 0"]),
    (
        "by source",
        in_pool(by_source=lambda r: (move(move(r.by_source[0], 0, 1), 1, -1), *r.by_source[1:])),
        ["市财政合计 = 来源金额", "东莞福彩关爱基金合计 = 来源金额"],
    ),
    (
        "by town",
        in_pool(
            by_source=lambda r: (
                move(r.by_source[0], 0, 1),
                move(r.by_source[1], 0, -1),
                *r.by_source[2:],
            )
        ),
        ["各镇来源合计 = 该镇资金"],
    ),
    ("match", other_match(1), ["0 ≤ 应配套 − 比例 × 基数 < 1 个取整单位"]),
    ("match below", other_match(-1), ["0 ≤ 应配套 − 比例 × 基数 < 1 个取整单位"]),
    ("towns", twice, ["每个镇街只出现一次"]),
]


@pytest.mark.parametrize(
    ("corrupt", "names"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_wrong_figure_fails_its_own_balance_alone(
    allocation: Allocation, corrupt: Corruption, names: list[str]
) -> None:
    with pytest.raises(IdentityError) as error:
        check(corrupt(allocation))
    assert [identity.name for identity in error.value.failed] == names


def test_the_budget_fails_alone_when_an_advance_is_not_what_was_set_aside(
    recipients: Recipients, scheme: Scheme
) -> None:
    assert scheme.pilot is not None
    remainder = replace(scheme, pilot=replace(scheme.pilot, basis="remainder"))
    wrong = in_settlement(advance={0: 1})(no_sources(allocate(recipients, remainder)))
    with pytest.raises(IdentityError) as error:
        check(wrong)
    (failed,) = error.value.failed
    assert failed.name == "预算 = 已拨试点经费 + 本次核拨 + 市级结余"
    assert (failed.left, failed.right) == ("105,000,000.00", "105,000,000.01")
    assert str(error.value) == (
        "平衡校验不通过\n民生微实事 预算 = 已拨试点经费 + 本次核拨 + 市级结余："
        "105,000,000.00 ≠ 105,000,000.01"
    )


def test_the_remainder_reading_states_its_own_balance(
    recipients: Recipients, scheme: Scheme
) -> None:
    assert scheme.pilot is not None
    remainder = replace(scheme, pilot=replace(scheme.pilot, basis="remainder"))
    wrong = in_settlement(redistributed={0: 1, 1: -1})(allocate(recipients, remainder))
    with pytest.raises(IdentityError) as error:
        check(wrong)
    (failed,) = error.value.failed
    assert failed.name == "应分配额 = 本次核拨 + 已扣回 − 再分配"
    assert (failed.left, failed.right) == ("31 个", "33 个")


def test_a_match_to_the_nearest_unit_has_its_own_balance(
    recipients: Recipients, scheme: Scheme
) -> None:
    assert scheme.matching is not None
    nearest = replace(scheme, matching=replace(scheme.matching, rounding="nearest"))
    answer = allocate(recipients, nearest)
    with pytest.raises(IdentityError) as error:
        check(other_match(1)(answer))
    (failed,) = error.value.failed
    assert failed.name == "应配套 = 比例 × 基数（四舍五入）"


def test_every_check_speaks_of_the_sample(allocation: Allocation) -> None:
    """None is passed over in silence but those of rules that the sample does not have."""
    silent = [one.__name__ for one in CHECKS if not list(one(allocation))]
    assert silent == [
        *("adjustments_are_borne", "nobody_who_owes_is_given", "instalments_make_the_payment"),
    ]
    assert all(identity.holds for identity in allocation.identities)
    assert {identity.scope for identity in allocation.identities} == {
        *("民生微实事", "民生微心愿", "配套资金", "全部")
    }


def test_a_fund_without_pilot_match_or_sources_is_checked_as_far_as_it_goes(
    recipients: Recipients, scheme: Scheme
) -> None:
    plain = replace(
        scheme, pilot=None, matching=None, pools=(replace(scheme.pools[1], sources=()),)
    )
    names = [identity.name for identity in allocate(recipients, plain).identities]
    assert names == [
        *("各镇占比合计 = 1", "应分配额合计 = 预算", "下限 ≤ 应分配额 ≤ 上限"),
        *("预算 = 本次核拨", "本次核拨 ≥ 0", "每个镇街只出现一次"),
    ]


def test_redistribution_to_a_debtor_or_above_a_cap_is_seen() -> None:
    towns = Recipients.from_columns(
        ["甲", "乙"],
        {"villages": [3, 1]},
        pilot=[False, True],
        unspent=[Fen(0), Fen(50)],
    )
    pool = Pool("a", "甲池", Fen(400), (Factor(Fraction(1), "villages"),), cap=Fen(320))
    scheme = Scheme("S", (pool,), pilot=Pilot("a", Fen(60), unspent="redistribute"))
    answer = allocate(towns, scheme)
    (result,) = answer.pools
    settled = result.settlement
    assert settled is not None
    assert (settled.redistributed, result.entitlement) == ((20, 30), (300, 100))
    owing = replace(settled, outstanding=(Fen(0), Fen(1)))
    above = replace(settled, redistributed=(Fen(21), Fen(29)))
    for wrong, name in ((owing, "尚有待收回的不再核拨"), (above, "应分配额 + 再分配 ≤ 上限")):
        bad = replace(answer, pools=(replace(result, settlement=wrong),))
        failed = {i.name for i in nobody_who_owes_is_given(bad) if not i.holds}
        assert failed == {name}
