"""Chains around Senden for tests of tariffs, offers and tickets."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from geopy.distance import geodesic

from booking.domain.chain import (
    Chain,
    ChainLeg,
    ChainPoint,
    LegMode,
    RentalRef,
    ShuttleRef,
    TripRef,
)
from booking.domain.offers import Offer, Price
from booking.domain.passengers import group
from booking.domain.pricing.books import AnyTariff, SubscriptionBook, TariffBook
from booking.domain.pricing.crow_fly import CrowFlyTariff
from booking.domain.pricing.pricer import BestPrice
from booking.tariffs.reading import read_subscription_book, read_tariff_book

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


SHIPPED = read_tariff_book()
SUBSCRIPTIONS = read_subscription_book()


def crow_fly(tariff_id: str, at: datetime = EIGHT) -> CrowFlyTariff:
    tariff = SHIPPED.get(tariff_id, at)
    assert isinstance(tariff, CrowFlyTariff)
    return tariff


def westfalen() -> CrowFlyTariff:
    return crow_fly("eezy-westfalen")


def vrs() -> CrowFlyTariff:
    return crow_fly("eezy-vrs")


def pricer(*tariffs: AnyTariff, subscriptions: SubscriptionBook = SUBSCRIPTIONS) -> BestPrice:
    """Return the pricer of these versions, in their order."""
    ids = [tariff.id for tariff in tariffs]
    return BestPrice(TariffBook(tariffs), ids, subscriptions)


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
    trip, passengers, prices = bought or commute(), group(categories), pricer(westfalen())
    return Offer(
        id=OFFER_ID,
        chain=trip,
        passengers=passengers,
        price=prices.price(trip, passengers),
        tariff=prices.label(trip),
        issued_at=EIGHT - timedelta(hours=3),
        expires_at=EIGHT - timedelta(hours=2, minutes=50),
    )


def net_of_legs(price: Price) -> dict[tuple[int, int | None], int]:
    """Return what each passenger pays for each leg: what a refund of it gives back."""
    sums: dict[tuple[int, int | None], int] = {}
    for line in price.lines:
        key = line.passenger, line.leg
        sums[key] = sums.get(key, 0) + line.amount.minor
    return sums


def shuttle(
    origin: ChainPoint,
    destination: ChainPoint,
    departure: datetime = EIGHT,
    service: str = "senden:kommit-shuttle",
) -> ChainLeg:
    return ChainLeg(
        mode=LegMode.ON_DEMAND,
        origin=origin,
        destination=destination,
        departure=departure,
        arrival=departure + timedelta(minutes=15),
        distance_m=4_000,
        shuttle=ShuttleRef(
            service,
            "kommit-Shuttle",
            "r1",
            "a",
            "b",
            departure + timedelta(minutes=10),
            TAXI[0],
            TAXI[1],
        ),
    )


def rental(
    minor: int = 290,
    departure: datetime = EIGHT,
    minutes: int = 10,
    system: str = "senden-roller",
    mode: LegMode = LegMode.SCOOTER,
) -> ChainLeg:
    return ChainLeg(
        mode=mode,
        origin=MUENSTER,
        destination=OFFICE,
        departure=departure,
        arrival=departure + timedelta(minutes=minutes),
        distance_m=1_200,
        rental=RentalRef(
            system,
            "Roller Senden",
            "demo:roller",
            "Demo-Roller",
            "roller",
            "E-Roller",
            minor,
            "EUR",
            "minute",
        ),
    )
