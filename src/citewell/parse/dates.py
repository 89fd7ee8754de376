"""Dates and lengths of time as editors write them."""

from calendar import monthrange
from datetime import date, timedelta


def later(day: date, interval: str) -> date:
    """Give the day that is `interval` ("6 months", "1 year", "30 days") after `day`; the 31st may become the 30th."""
    number, unit = interval.split()
    if unit.startswith(("day", "week")):
        return day + timedelta(days=int(number) * (7 if unit.startswith("week") else 1))
    months = day.year * 12 + day.month - 1 + int(number) * (12 if unit.startswith("year") else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
