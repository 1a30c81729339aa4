"""What riders show to inspectors while they are checked in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from booking.domain.cico import TripState
from booking.domain.passengers import PassengerCategory, TravelClass
from booking.domain.travel_errors import IllegalTrip
from booking.service.trip_ports import TripMatcher
from booking.service.trips import Trips
from booking.tickets.check_in import CheckInDocument, sign_check_in
from booking.tickets.sign import KeyRing
from kommit.kit.clock import Clock

GOOD_FOR: Final = timedelta(minutes=5)
"""Short, so that what is shown was fetched a moment ago."""


@dataclass(frozen=True)
class CheckInDocuments:
    """Signs what a trip under way is proven by."""

    trips: Trips
    keys: KeyRing
    matcher: TripMatcher
    clock: Clock

    def issue(self, trip_id: UUID, rider_id: UUID) -> tuple[CheckInDocument, bytes]:
        """Return the document of a trip under way, and its signed bytes.

        Raises
        ------
        TripNotFound, IllegalTrip
            If there is no such trip, or it is over.
        """
        trip = self.trips.get(trip_id, rider_id)
        if trip.state is not TripState.CHECKED_IN:
            raise IllegalTrip("there is a document only while you are checked in")
        near = self.matcher.nearest(trip.begin)
        now = self.clock.now().replace(microsecond=0)
        children = sum(one.category is PassengerCategory.CHILD for one in trip.passengers)
        document = CheckInDocument(
            trip.id,
            trip.received_at.replace(microsecond=0),
            now,
            now + GOOD_FOR,
            round(trip.begin.lat, 5),
            round(trip.begin.lon, 5),
            near.point.name if near else "",
            len(trip.passengers) - children,
            children,
            any(one.travel_class is TravelClass.FIRST for one in trip.passengers),
            any(one.bicycle for one in trip.passengers),
        )
        return document, sign_check_in(document, self.keys)
