"""Booking with an on-demand service of two small vehicles on a straight road, on any database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from booking.domain.chain import ChainLeg, ChainPoint, LegMode, ShuttleRef
from booking.domain.errors import WrongPin
from booking.domain.offers import Offer
from booking.domain.shuttles import ShuttleRide, VehicleKey
from booking.service.driving import Driving
from booking.service.shuttle_holds import ShuttleHolds
from booking.service.shuttles import Shuttles
from booking.tickets.errors import TicketError
from routing.booking_rules import SAME_DAY, BookingRule
from routing.ondemand.fleet import Spot
from routing.ondemand.network import OnDemandNetwork
from routing.ondemand.rides import promised_s
from routing.ondemand.service import (
    Area,
    Capacity,
    Limits,
    OnDemandService,
    Relation,
    ServiceDays,
    ServiceStop,
    ServiceVehicle,
    Shift,
    Terms,
    Window,
)
from routing.timetable import NONE
from tests.support.shop import NOON, TICKETS, Shop, offer
from tests.support.timetables import network

SERVICE = "demo:shuttle"
SEATS = 2
NOTICE = timedelta(minutes=10)
"""Rides are booked so long before."""
STOPS = "ABCDEF"
KEYS = (VehicleKey(SERVICE, "red"), VehicleKey(SERVICE, "blue"))
LEG = timedelta(minutes=40)
"""From now until the rides of most tests."""


@cache
def demo_network(*, max_open: int = 50, vehicles: int = 2) -> OnDemandNetwork:
    """Return the service on its road; the stops are about 1.4 km apart."""
    every_day = ServiceDays(frozenset(range(7)))
    shift = Shift(every_day, Window(5 * 3600, 23 * 3600))
    service = OnDemandService(
        id=SERVICE,
        name="Demo-Shuttle",
        agency_id="demo:a1",
        agency_name="RVM",
        time_zone="UTC",
        stops={
            stop: ServiceStop(stop, f"Stop {stop}", 51.85, 7.48 + 0.02 * at)
            for at, stop in enumerate(STOPS)
        },
        areas={"all": Area("all", "Everywhere", tuple(STOPS))},
        relations=(
            Relation(
                "demo:r1",
                "all",
                "all",
                every_day,
                Window(5 * 3600, 23 * 3600),
                Window(5 * 3600, 23 * 3600),
                Terms(BookingRule(SAME_DAY, int(NOTICE.total_seconds()) // 60, NONE, NONE, NONE)),
            ),
        ),
        vehicles=tuple(
            ServiceVehicle(key.vehicle_id, key.vehicle_id, Capacity(SEATS), 51.85, 7.53, (shift,))
            for key in KEYS[:vehicles]
        ),
        limits=Limits(max_open=max_open),
    )
    timetable = network("R1\nX     Y\n8:00  8:10").timetable
    return OnDemandNetwork([service], timetable, None, lambda _: None)


def shuttle_leg(origin: str, destination: str, departs: datetime, riders: int = 1) -> ChainLeg:
    """Return a leg as the search promises it."""
    ground = demo_network().grounds[SERVICE]
    limits = ground.service.limits
    ends = [ground.service.stops[stop] for stop in (origin, destination)]
    drive_s, metres = ground.times.drive(*(Spot(end.lat, end.lon, end.id) for end in ends))
    points = [ChainPoint(end.name, end.lat, end.lon) for end in ends]
    return ChainLeg(
        LegMode.ON_DEMAND,
        *points,
        departs,
        departs + timedelta(seconds=promised_s(limits, Capacity(riders), drive_s)),
        metres,
        latest_booking=departs - NOTICE,
        shuttle=ShuttleRef(
            SERVICE,
            ground.service.name,
            "demo:r1",
            origin,
            destination,
            departs + timedelta(seconds=limits.pickup_window_s),
            "demo:a1",
            "RVM",
        ),
    )


def shuttle_offer(
    route: str = "AC",
    departs: datetime = NOON + LEG,
    riders: int = 1,
    until: datetime | None = None,
) -> Offer:
    """Return an offer for one ride, ``AC`` from A to C."""
    leg = shuttle_leg(route[0], route[1], departs, riders)
    return offer(leg, passengers=riders, expires_at=until or departs)


def order_of(ticket: bytes) -> UUID:
    """Read a ticket as the application does."""
    try:
        return TICKETS.read(ticket).order_id
    except TicketError as error:
        raise WrongPin from error


@dataclass
class ShuttleShop(Shop):
    """A shop that sells rides on demand, with what drives them."""

    max_open: int = 50
    vehicles: int = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        self.shuttles = Shuttles(self.store, self.clock, self.world)
        self.driving = Driving(self.store, self.clock, self.world, order_of)

    def shuttle_holds(self) -> ShuttleHolds:
        return ShuttleHolds(self.world)

    def world(self) -> OnDemandNetwork:
        """Return the services of this moment."""
        return demo_network(max_open=self.max_open, vehicles=self.vehicles)

    def buy(self, wanted: Offer | None = None, rider: UUID | None = None) -> ShuttleRide:
        """Hold and pay, and return the ride of the first shuttle."""
        rider = rider or self.rider(50_000)
        order = self.orders.hold(rider, wanted or shuttle_offer())
        self.orders.pay(order.id, rider, "wallet")
        return self.rides_of(order.id)[0]

    def rides_of(self, order_id: UUID) -> list[ShuttleRide]:
        with self.store.read() as uow:
            return list(uow.shuttles.rides_of(order_id))

    def ride(self, ride: ShuttleRide) -> ShuttleRide:
        """Return a ride as it is now."""
        with self.store.read() as uow:
            found: ShuttleRide = uow.shuttles.ride(ride.id)
            return found

    def plans(self) -> dict[str, list[str]]:
        """Return which rides stand in the stored plan of each duty, once for each stop."""
        with self.store.read() as uow:
            states = uow.shuttles.duties_with_plans(SERVICE)
        return {state.duty_id: [ride for ride, _ in state.plan] for state in states}
