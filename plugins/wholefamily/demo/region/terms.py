"""School terms, windows and ages as the rules of the programme measure them (domain.md 1.1 and 4.2, readings.md 20 and 21)."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Term:
    """A term of an academic year, ``2025/26`` ``AUT``; both days are inclusive."""

    academic_year: str
    code: str
    starts: date
    ends: date


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * el) // 433
    month = (h + el - 7 * m + 90) // 25
    return date(year, month, (h + el - 7 * m + 33 * month + 19) % 32)


def _terms_of(year: int) -> tuple[Term, Term, Term]:
    name, sunday = f"{year}/{(year + 1) % 100:02d}", easter(year + 1)
    return (
        Term(name, "AUT", date(year, 9, 1), date(year, 12, 31)),
        Term(name, "SPR", date(year + 1, 1, 1), sunday),
        Term(name, "SUM", sunday + timedelta(1), date(year + 1, 7, 31)),
    )


def begun(as_at: date, count: int) -> list[Term]:
    """The last ``count`` terms that have begun by ``as_at``, oldest first."""
    terms = [term for year in range(as_at.year - 3 - count // 3, as_at.year + 1) for term in _terms_of(year)]
    return [term for term in terms if term.starts <= as_at][-count:]


def completed(as_at: date, count: int = 3) -> list[Term]:
    """The last ``count`` terms that have ended; a term that ends on ``as_at`` is complete."""
    return [term for term in begun(as_at, count + 1) if term.ends <= as_at][-count:]


def between(first: date, last: date) -> list[Term]:
    """Every term with a day in ``first`` … ``last``."""
    terms = (term for year in range(first.year - 1, last.year + 1) for term in _terms_of(year))
    return [term for term in terms if term.ends >= first and term.starts <= last]


def months_before(day: date, months: int) -> date:
    """``day`` less calendar months, clamped to the month's last day (29 February to the 28th)."""
    month = day.year * 12 + day.month - 1 - months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_friday_of_june(year: int) -> date:
    """The day on which compulsory schooling ends for those who turn 16 in the academic year that ends in ``year``."""
    last = date(year, 6, 30)
    return last - timedelta((last.weekday() - 4) % 7)
