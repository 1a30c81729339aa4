"""What goes wrong with operators outside: those whose legs we sell, and those we tell.

::

BookingError
├── ForeignRefused      a foreign operator does not sell its leg
├── ForeignUnavailable  no answer: it is asked again
└── WebhookRefused
    ├── BadWebhook      an address, or types of events, that cannot be taken
    └── WebhookNotFound unknown, or another operator's
"""

from uuid import UUID

from booking.domain.errors import BookingError


class ForeignRefused(BookingError):  # noqa: N818 - named after what happened
    """A foreign operator says no, for good; the order is given back as a whole."""


class ForeignUnavailable(BookingError):  # noqa: N818 - named after what happened
    """A foreign operator gave no answer. It is journalled, and kommit asks again by itself."""


class WebhookRefused(BookingError):  # noqa: N818 - named after what happened
    """An operator's webhook cannot be had or changed as asked."""


class BadWebhook(WebhookRefused):
    """An address that we do not call, or types of events that there are not."""


class WebhookNotFound(WebhookRefused):
    """No webhook or message of this operator goes by this id."""

    def __init__(self, wanted: UUID) -> None:
        super().__init__(f"there is no webhook or message {wanted} of yours")
        self.wanted = wanted
