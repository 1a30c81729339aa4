"""What an ``Idempotency-Key`` refuses.

::

BookingError
└── IdempotencyConflict
    ├── IdempotencyInProgress  the first request with this key still runs
    └── IdempotencyMismatch    the key was used for another request
"""

from booking.domain.errors import BookingError


class IdempotencyConflict(BookingError):  # noqa: N818 - named after what happened
    """A request cannot run under its ``Idempotency-Key``."""


class IdempotencyInProgress(IdempotencyConflict):
    """The first request with this key still runs."""

    retry_after_s = 5

    def __init__(self) -> None:
        super().__init__("the first request with this Idempotency-Key is still running")


class IdempotencyMismatch(IdempotencyConflict):
    """The key was used for a request with another content."""

    def __init__(self) -> None:
        super().__init__("this Idempotency-Key was used for another request, take a new one")
