"""Chains around Senden for tests of tariffs, offers and tickets."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from geopy.distance import geodesic

from booking.domain.chain import Chain, ChainLeg, ChainPoint, LegMode, RentalRef, TripRef
from booking.domain.offers import Offer
from booking.domain.passengers import group
from booking.domain.pricing import price
from booking.domain.tariff import Tariff
from booking.tariffs.reading import read_tariff_book

EIGHT = datetime(2026, 5, 4, 6, tzinfo=UTC)
"""Eight o'clock in Senden, on a Monday."""
ORDER_ID = UUID("0196a8f2-6b00-7c3a-9d51-0a1b2c3d4e5f")
OFFER_ID = UUID("0196a8f2-5e10-7b21-8c42-1f2e3d4c5b6a")

OTTMARSBOCHOLT = ChainPoint("Ottmarsbocholt, Kirche", 51.815, 7.548, "rvm:ottm-kirche")
SENDEN = ChainPoint("Senden, Busbahnhof", 51.856, 7.483, "rvm:senden-busbf")
BOESENSELL = ChainPoint("Bösensell, Bahnhof", 51.929, 7.489, "rvm:boes-bf")
MUENSTER = ChainPoint("Münster, Hauptbahnhof", 51.9566, 7.635, "rvm:ms-hbf")
HOME = ChainPoint("Dorfstraße 5", 51.8162, 7.5467)
OFFICE = ChainPoint("Bahnhofstraße 1", 51.9571, 7.634)

RVM = ("rvm:rvm", "RVM")
TAXI = ("rvm:taxi-senden", "Taxi Senden")
RAIL = ("db:eurobahn", "eurobahn")


def westfalen() -> Tariff:
    return read_tariff_book().get("eezy-westfalen", EIGHT)


def vrs() -> Tariff:
    return read_tariff_book().get("eezy-vrs", EIGHT)


def ride(
    route: str,
    origin: ChainPoint,
    destination: ChainPoint,
    departure: datetime = EIGHT,
    minutes: int = 20,
    agency: tuple[str, str] = RVM,
    mode: LegMode = LegMode.BUS,
    latest_booking: datetime | None = None,
) -> ChainLeg:
    return ChainLeg(
        mode=mode,
        origin=origin,
        destination=destination,
        departure=departure,
        arrival=departure + timedelta(minutes=minutes),
        distance_m=9_000,
        ride=TripRef(
            trip_id=f"rvm:{route.lower()}-weekday-{departure:%H%M}",
            service_day=date(2026, 5, 4),
            board=2,
            alight=9,
            route_id=f"rvm:{route.lower()}",
            route_name=route,
            agency_id=agency[0],
            agency_name=agency[1],
        ),
        latest_booking=latest_booking,
    )


def walk(origin: ChainPoint, destination: ChainPoint, departure: datetime = EIGHT) -> ChainLeg:
    arrival = departure + timedelta(minutes=3)
    return ChainLeg(LegMode.WALK, origin, destination, departure, arrival, 210)


def chain(*legs: ChainLeg) -> Chain:
    return Chain("image-of-may", legs)


def commute() -> Chain:
    """Three rides by three operators, with walks at both ends: TaxiBus, bus, train."""
    return chain(
        walk(HOME, OTTMARSBOCHOLT, EIGHT - timedelta(minutes=4)),
        ride(
            "T85",
            OTTMARSBOCHOLT,
            SENDEN,
            EIGHT,
            14,
            TAXI,
            LegMode.ON_DEMAND,
            EIGHT - timedelta(minutes=60),
        ),
        ride("C12", SENDEN, BOESENSELL, EIGHT + timedelta(minutes=20), 17),
        ride("RB42", BOESENSELL, MUENSTER, EIGHT + timedelta(minutes=45), 11, RAIL, LegMode.RAIL),
        walk(MUENSTER, OFFICE, EIGHT + timedelta(minutes=56)),
    )


def away(origin: ChainPoint, metres: float, bearing: float = 40.0) -> ChainPoint:
    """Return a point at a geodesic distance."""
    point = geodesic(meters=metres).destination((origin.lat, origin.lon), bearing)
    return ChainPoint(f"{metres} m away", point.latitude, point.longitude)


def sold(bought: Chain | None = None, categories: tuple[str, ...] = ("adult", "child")) -> Offer:
    """Return an offer as it is when it is sold, the same each time."""
    trip, passengers, tariff = bought or commute(), group(categories), westfalen()
    return Offer(
        id=OFFER_ID,
        chain=trip,
        passengers=passengers,
        price=price(trip, passengers, tariff, trip.departure),
        tariff=tariff.label,
        issued_at=EIGHT - timedelta(hours=3),
        expires_at=EIGHT - timedelta(hours=2, minutes=50),
    )


CARGO_BOX = ChainPoint("Lastenrad-Box Senden", 51.8571, 7.4841)


def cargo_bike(departure: datetime = EIGHT, minutes: int = 60) -> ChainLeg:
    """A cargo bike from its box and back."""
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
