"""A cargo bike from its box and back, for tickets."""

from datetime import datetime, timedelta

from booking.domain.chain import ChainLeg, ChainPoint, LegMode, RentalRef
from tests.booking.trips import EIGHT

CARGO_BOX = ChainPoint("Lastenrad-Box Senden", 51.8571, 7.4841)


def cargo_bike(departure: datetime = EIGHT, minutes: int = 60) -> ChainLeg:
    return ChainLeg(
        mode=LegMode.CARGO_BICYCLE,
        origin=CARGO_BOX,
        destination=CARGO_BOX,
        departure=departure,
        arrival=departure + timedelta(minutes=minutes),
        distance_m=5_000,
        rental=RentalRef(
            system_id="senden-lastenrad",
            system_name="Lastenrad Senden",
            agency_id="senden:lastenrad",
            agency_name="Stadt Senden",
            vehicle_type="cargo",
            vehicle_type_name="Lastenrad",
            price_minor=300,
            currency="EUR",
            pick_up_station="busbahnhof",
            return_station="busbahnhof",
        ),
    )
