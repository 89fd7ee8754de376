"""Dates as the styles print them: in English, whatever the computer's own language."""

from citewell.core.csl import Date

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def year(date: Date | None) -> str:
    """`2024`, or nothing."""
    return str(date.year) if date else ""


def year_and_month(date: Date | None) -> str:
    """`2024 Feb`, `2024`, or nothing."""
    return f"{year(date)} {_month(date)[:3]}".strip()


def year_first_short(date: Date | None) -> str:
    """`2024 Feb 13`, `2024 Feb`, `2024`, or nothing."""
    return f"{year_and_month(date)} {_day(date)}".strip()


def year_first_long(date: Date | None) -> str:
    """`2024, February 13`, `2024, February`, `2024`, or nothing."""
    return ", ".join(part for part in (year(date), _month_and_day(date)) if part)


def month_first(date: Date | None) -> str:
    """`February 13, 2024`, `February 2024`, `2024`, or nothing."""
    separator = ", " if _day(date) else " "
    return separator.join(part for part in (_month_and_day(date), year(date)) if part)


def _month(date: Date | None) -> str:
    return _MONTHS[date.month - 1] if date and date.month else ""


def _day(date: Date | None) -> str:
    return str(date.day) if date and date.month and date.day else ""


def _month_and_day(date: Date | None) -> str:
    return f"{_month(date)} {_day(date)}".strip()
