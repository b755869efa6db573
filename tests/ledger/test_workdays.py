"""Working days and limits around the holidays of 2020, worked out by hand from the State Council's
calendar: 24 January - 2 February, 4-6 April, 1-5 May, 25-27 June, 1-8 October free; 19 January,
26 April, 9 May, 28 June, 27 September, 10 October worked.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from allocator import InputError
from allocator.ledger.workdays import WorkCalendar, own_days

WORK = WorkCalendar()


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        ("2020-01-16", 5, "工作日", "2020-01-22"),  # Fri 17, Sun 19 worked, 20, 21, 22
        ("2020-01-22", 5, "工作日", "2020-02-06"),  # 23; holiday until 2 February; 3, 4, 5, 6
        ("2020-04-02", 5, "工作日", "2020-04-10"),  # 3; 4-6 free; 7, 8, 9, 10
        ("2020-04-24", 5, "工作日", "2020-04-30"),  # Sun 26 worked, 27, 28, 29, 30
        ("2020-04-30", 5, "工作日", "2020-05-11"),  # 1-5 free; 6, 7, 8, Sat 9 worked, 11
        ("2020-06-23", 5, "工作日", "2020-07-01"),  # 24; 25-27 free; Sun 28 worked, 29, 30, 1
        ("2020-09-25", 5, "工作日", "2020-10-09"),  # Sun 27 worked, 28, 29, 30, 9 October
        ("2020-09-28", 10, "工作日", "2020-10-19"),  # 29, 30, 9, Sat 10, 12-16, 19
        ("2020-12-28", 5, "工作日", "2021-01-05"),  # 29, 30, 31; 1-3 January free; 4, 5
        ("2020-09-20", 15, "日", "2020-10-05"),
        ("2020-02-28", 15, "日", "2020-03-14"),
        ("2020-01-31", 1, "月", "2020-02-29"),
        ("2020-08-31", 6, "月", "2021-02-28"),
        ("2020-04-01", 6, "月", "2020-10-01"),
    ],
)
def test_the_last_day_of_a_limit(start: str, amount: int, unit: str, last: str) -> None:
    assert WORK.deadline(date.fromisoformat(start), amount, unit) == date.fromisoformat(last)


def test_between_counts_what_after_steps_over() -> None:
    for day in range(0, 366, 3):
        start = date(2020, 1, 1) + timedelta(days=day)
        for count in (1, 5, 10, 23):
            assert WORK.between(start, WORK.after(start, count)) == count
            assert WORK.between(WORK.after(start, count), start) == -count


def test_a_year_nobody_has_published_asks_for_its_days() -> None:
    with pytest.raises(InputError, match="节假日"):
        WORK.after(date(2090, 1, 1), 5)
    told = own_days([(date(2090, 1, 2), False), (date(2090, 1, 7), True)])
    # 2 January 2090 is a Monday and free; Saturday the 7th is worked.
    assert told.after(date(2090, 1, 1), 5) == date(2090, 1, 7)
