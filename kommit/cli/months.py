"""Months as they are typed."""

import typer

from booking.domain.payments.months import Month


def month_of(text: str) -> Month:
    """Return the month of a text like ``2026-11``."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
