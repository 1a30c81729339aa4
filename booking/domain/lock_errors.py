"""What locks and boxes refuse.

::

BookingError
└── LockError
    ├── LockRefused      the box says no, for good
    │   └── LockJammed   the door does not move
    └── LockUnreachable  no answer: whether it moved is not known
"""

from booking.domain.errors import BookingError


class LockError(BookingError):
    """A lock or box did not do what it was told."""


class LockRefused(LockError):  # noqa: N818 - named after what happened
    """The box says no, for good."""


class LockJammed(LockRefused):
    """The door does not move; somebody has to go there."""


class LockUnreachable(LockError):  # noqa: N818 - named after what happened
    """No answer in time: whether the door moved is not known."""
