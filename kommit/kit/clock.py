"""Time at the border of the system: GTFS times, service days, and who says what time it is."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

DAY_S = 86_400


class Clock(Protocol):
    """Says what time it is, so that tests can move it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class ShiftedClock:
    """A clock that shows a chosen moment at first and goes on from there, for demos."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def now(self) -> datetime:
        """Return the moment that it shows, aware, in UTC."""
        return datetime.now(UTC) + self._ahead


def service_day_epoch(day: date, zone: ZoneInfo) -> int:
    """Return the Unix second at which the GTFS clock of ``day`` shows 0:00:00.

    GTFS counts from "noon minus 12 h" of the service day, so that days of 23 and 25 hours keep
    their printed times (https://gtfs.org/documentation/schedule/reference/#field-types, "Time").
    """
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    return int(noon.timestamp()) - DAY_S // 2


def parse_hms(text: str) -> int:
    """Return the seconds of ``H:MM``, ``H:MM:SS`` or ``HH:MM:SS``; hours may exceed 24.

    Raises
    ------
    ValueError
        If ``text`` is not such a time.
    """
    parts = text.strip().split(":")
    if len(parts) not in (2, 3) or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"not a time like 8:05:00: {text!r}")
    hours, minutes, seconds = (*map(int, parts), 0)[:3]
    if minutes > 59 or seconds > 59:
        raise ValueError(f"minutes and seconds go to 59: {text!r}")
    return hours * 3600 + minutes * 60 + seconds


def format_hms(second: int) -> str:
    """Return ``second`` of a service day as ``H:MM``, with ``:SS`` only where it is not zero."""
    sign, second = ("-", -second) if second < 0 else ("", second)
    hours, rest = divmod(second, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{sign}{hours}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
