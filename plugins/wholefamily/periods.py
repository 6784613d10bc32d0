"""Months, days and quarters as the exchange writes them: ``2026-10``, ``2026-10-31`` and ``2026-Q4``.

A drop's period is a month or, of a daily drop, a day (exchange.md section 2, readings.md 1).
"""

import calendar
import re
from datetime import date

_PERIOD = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])")
_DAY = re.compile(r"(19|20)\d{2}-\d{2}-\d{2}")
_QUARTER = re.compile(r"((?:19|20)\d{2})-Q([1-4])")


def is_period(text: str) -> bool:
    """Whether ``text`` is a month, ``YYYY-MM``."""
    return _PERIOD.fullmatch(text) is not None


def is_day(text: str) -> bool:
    """Whether ``text`` is a day of the calendar, ``YYYY-MM-DD``."""
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def as_at(period: str) -> date:
    """The last day of a period (exchange.md section 2). Raises ValueError for anything but ``YYYY-MM`` or a day."""
    if is_day(period):
        return date.fromisoformat(period)
    if not is_period(period):
        raise ValueError(f"{period!r} is not a period: YYYY-MM expected")
    year, month = map(int, period.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])


def next_period(period: str) -> str:
    """The month after ``period``."""
    day = as_at(period)
    return f"{day.year + day.month // 12:04d}-{day.month % 12 + 1:02d}"


def quarter_of(period: str) -> str:
    """The calendar quarter that holds ``period``: ``2026-Q4`` for ``2026-10``."""
    day = as_at(period)
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def last_period_of(quarter: str) -> str:
    """The last month of a quarter: ``2026-09`` for ``2026-Q3``. Raises ValueError for anything else."""
    match = _QUARTER.fullmatch(quarter)
    if match is None:
        raise ValueError(f"{quarter!r} is not a quarter: YYYY-Qn expected")
    return f"{match[1]}-{int(match[2]) * 3:02d}"
