"""What the API itself refuses, before any part below is asked.

::

ApiError
├── InvalidInput          a field or parameter that cannot be: names it
├── OutsidePeriod         a time without a timetable
├── StopNotFound          no stop goes by this id
├── NotFound              nothing is at this address
├── TopUpsClosed          wallets are not topped up by HTTP here
├── BodyTooLarge          a request body beyond the limit
└── TooManyRequests       slow down
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple


class FieldError(NamedTuple):
    """What is wrong with one field: the way to it, and a plain sentence."""

    loc: tuple[str | int, ...]
    msg: str


class ApiError(Exception):
    """Root of what the API refuses; ``str`` of it is a plain sentence for the caller."""


class InvalidInput(ApiError):  # noqa: N818 - named after what happened
    """A field or parameter that cannot be."""

    def __init__(self, loc: Sequence[str | int], msg: str) -> None:
        super().__init__(msg)
        self.errors = (FieldError(tuple(loc), msg),)


class OutsidePeriod(InvalidInput):
    """A time for which the network image has no timetable."""

    def __init__(self, parameter: str, first: date, last: date) -> None:
        super().__init__(
            ("query", parameter),
            f"there is a timetable from {first} to {last} only: ask for a time on these days",
        )
        self.first, self.last = first, last


class StopNotFound(ApiError):  # noqa: N818 - named after what happened
    """No stop goes by this id."""

    def __init__(self, stop_id: str) -> None:
        super().__init__(f"there is no stop {stop_id!r}; look stops up in /v1/places")
        self.stop_id = stop_id


class NotFound(ApiError):  # noqa: N818 - named after what happened
    """Nothing is at this address."""


class TopUpsClosed(ApiError):  # noqa: N818 - named after what happened
    """Wallets are not topped up by HTTP in this installation."""

    def __init__(self) -> None:
        super().__init__("wallets are topped up at the cash desk here, not by this call")


class BodyTooLarge(ApiError):  # noqa: N818 - named after what happened
    """A request body beyond the limit."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"a request body has at most {limit_bytes} bytes here")
        self.limit_bytes = limit_bytes


class TooManyRequests(ApiError):  # noqa: N818 - named after what happened
    """Slow down."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many attempts from this address, try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s
