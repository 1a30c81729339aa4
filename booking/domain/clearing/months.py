"""Months of the books, like ``2026-11``."""

from datetime import datetime

from booking.domain.clearing.errors import BadMonth
from booking.domain.ledger import BOOKS_ZONE


def month_start(month: str) -> datetime:
    """Return the first moment of a month, or raise ``BadMonth``."""
    try:
        start = datetime.strptime(month, "%Y-%m").replace(tzinfo=BOOKS_ZONE)
    except ValueError as error:
        raise BadMonth(month) from error
    if f"{start:%Y-%m}" != month:  # strptime takes 2026-1
        raise BadMonth(month)
    return start


def month_after(month: str) -> str:
    """Return the month that follows, or raise ``BadMonth``."""
    start = month_start(month)
    year, number = divmod(start.year * 12 + start.month, 12)
    return f"{year:04}-{number + 1:02}"
