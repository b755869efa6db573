"""Working days of China: the State Council's calendar by `chinesecalendar`, and a sheet for years
that it does not know yet.
"""

from __future__ import annotations

import calendar
import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from allocator.base.problems import InputError, Problem

DayUnit = Literal["日", "工作日", "月"]
_DAY = datetime.timedelta(days=1)


@dataclass(slots=True)
class WorkCalendar:
    """Which days are worked. `given` are a user's own days: True is worked, False is a holiday.

    A year with days of its own follows them alone, and weekends otherwise; other years follow the
    published calendar.
    """

    given: Mapping[datetime.date, bool] = field(default_factory=dict)
    _years: dict[int, list[int]] = field(default_factory=dict)

    def is_worked(self, day: datetime.date) -> bool:
        """Whether a day is a working day.

        >>> WorkCalendar().is_worked(datetime.date(2020, 10, 10))  # a Saturday worked for 1 October
        True
        """
        days = self._worked_in(day.year)
        k = bisect_left(days, day.toordinal())
        return k < len(days) and days[k] == day.toordinal()

    def after(self, day: datetime.date, count: int) -> datetime.date:
        """The `count`th working day after a day, which itself does not count.

        >>> WorkCalendar().after(datetime.date(2020, 9, 28), 5)
        datetime.date(2020, 10, 12)
        """
        year = day.year
        days = self._worked_in(year)
        k = bisect_right(days, day.toordinal()) + count - 1
        while k >= len(days):
            k, year = k - len(days), year + 1
            days = self._worked_in(year)
        return datetime.date.fromordinal(days[k])

    def between(self, first: datetime.date, last: datetime.date) -> int:
        """How many working days lie after `first`, up to and with `last`; negative backwards."""
        if last < first:
            return -self.between(last, first)
        count = 0
        for year in range(first.year, last.year + 1):
            days = self._worked_in(year)
            count += bisect_right(days, last.toordinal()) - bisect_right(days, first.toordinal())
        return count

    def deadline(self, start: datetime.date, amount: int, unit: DayUnit) -> datetime.date:
        """The last day of a limit that runs from `start`, which itself does not count.

        A month ends on the day of the same number, or on the month's last day.

        >>> WorkCalendar().deadline(datetime.date(2020, 1, 31), 1, "月")
        datetime.date(2020, 2, 29)
        """
        if unit == "工作日":
            return self.after(start, amount)
        if unit == "日":
            return start + amount * _DAY
        year, month = divmod(start.year * 12 + start.month - 1 + amount, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return datetime.date(year, month + 1, min(start.day, last))

    def next_worked(self, day: datetime.date) -> datetime.date:
        """The day itself when it is worked, else the first one after it that is."""
        return day if self.is_worked(day) else self.after(day, 1)

    def _worked_in(self, year: int) -> list[int]:
        """Ordinals of the year's working days; raises `InputError` for a year nobody has told."""
        if year not in self._years:
            first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
            days = [first + k * _DAY for k in range((last - first).days + 1)]
            self._years[year] = [d.toordinal() for d in days if self._is_worked(d)]
        return self._years[year]

    def _is_worked(self, day: datetime.date) -> bool:
        if any(known.year == day.year for known in self.given):
            return self.given.get(day, day.weekday() < 5)
        from chinese_calendar import is_workday

        try:
            return bool(is_workday(day))
        except NotImplementedError:
            message = f"没有 {day.year} 年的节假日安排，无法推算工作日"
            remedy = f"请在“节假日”表中填入国务院办公厅公布的 {day.year} 年放假和调休上班日期"
            raise InputError([Problem("ledger.calendar", message, remedy)]) from None


def own_days(days: Iterable[tuple[datetime.date, bool]]) -> WorkCalendar:
    """A calendar with days of a user's own: (day, whether it is worked)."""
    return WorkCalendar(dict(days))
