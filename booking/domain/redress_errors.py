"""What redress and complaints refuse.

::

BookingError
├── OrderRefused
│   └── RedressRefused            nothing went wrong, it is too late, or it was granted before
└── ComplaintRefused              no leg of the rider's, too many, or it is closed
    └── ComplaintNotFound         unknown, or another operator's
"""

from booking.domain.errors import BookingError, OrderRefused


class RedressRefused(OrderRefused):
    """There is no such redress for this order; the text says why."""


class ComplaintRefused(BookingError):  # noqa: N818 - named after what happened
    """A complaint cannot be made or answered; the text says why."""


class ComplaintNotFound(ComplaintRefused):
    """No complaint about a leg of this operator goes by this id."""

    def __init__(self) -> None:
        super().__init__("there is no such complaint about a leg of yours")
