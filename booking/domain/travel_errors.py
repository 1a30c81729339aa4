"""What is refused of travel that is paid after it, and of subscriptions.

::

BookingError
├── TripRefused
│   ├── TripNotFound                unknown, or somebody else's
│   ├── TripOverlaps                another trip of the rider was under way then
│   ├── ClockWrong                  the phone's time is not the server's
│   └── IllegalTrip                 not in this state
└── SubscriptionRefused
    ├── SubscriptionNotFound        unknown, or somebody else's
    ├── UnknownSubscriptionProduct  nothing is sold or registered under this id
    └── BadSubscription             days or a number that cannot be
"""

from datetime import datetime
from uuid import UUID

from booking.domain.errors import BookingError


class TripRefused(BookingError):  # noqa: N818 - named after what happened
    """A trip by check-in and check-out cannot be made or changed as asked."""


class TripNotFound(TripRefused):
    """There is no such trip, or it is another rider's: the caller is not told which."""

    def __init__(self, trip_id: UUID) -> None:
        super().__init__(f"there is no trip {trip_id}")
        self.trip_id = trip_id


class TripOverlaps(TripRefused):
    """Nobody is on two trips at once."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        since, until = (at.isoformat(timespec="seconds") for at in (begin, end))
        super().__init__(f"you were on another trip from {since} to {until}")
        self.begin, self.end = begin, end


class ClockWrong(TripRefused):
    """A time that a phone tells and that cannot be; the text says why."""


class IllegalTrip(TripRefused):
    """``booking.domain.cico.ALLOWED`` has no such step."""


class SubscriptionRefused(BookingError):  # noqa: N818 - named after what happened
    """A subscription cannot be had or changed as asked."""


class SubscriptionNotFound(SubscriptionRefused):
    """There is no such subscription, or it is another rider's."""

    def __init__(self, subscription_id: UUID) -> None:
        super().__init__(f"there is no subscription {subscription_id}")
        self.subscription_id = subscription_id


class UnknownSubscriptionProduct(SubscriptionRefused):
    """Nothing is sold or registered under this id."""

    def __init__(self, product: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no subscription {product!r}; there is {', '.join(known)}")
        self.product, self.known = product, known


class BadSubscription(SubscriptionRefused):
    """Days or a number that cannot be; the text says what is wrong."""
