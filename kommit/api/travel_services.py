"""What the routes of trips and subscriptions ask."""

from dataclasses import dataclass

from booking.service.check_in_documents import CheckInDocuments
from booking.service.closing import Closing
from booking.service.subscriptions import Subscriptions
from booking.service.trip_billing import TripBilling
from booking.service.trips import Trips


@dataclass(frozen=True, slots=True)
class TravelServices:
    """Travel that is paid after it, and what is paid by the month."""

    trips: Trips
    billing: TripBilling
    closing: Closing
    documents: CheckInDocuments
    subscriptions: Subscriptions
