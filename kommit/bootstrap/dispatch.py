"""Own on-demand vehicles: what holds, offers and drives them, put together."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from booking.domain.chain import ChainLeg
from booking.domain.errors import WrongPin
from booking.service.driving import Driving
from booking.service.late_connections import LateConnections
from booking.service.ports import Store
from booking.service.revocations import check_not_revoked
from booking.service.shuttle_holds import ShuttleHolds
from booking.service.shuttle_plans import World
from booking.service.shuttles import Shuttles
from booking.service.tickets import Tickets
from booking.service.upkeep import Upkeep
from booking.tickets.errors import TicketError
from kommit.api.network import Network
from kommit.bootstrap.networks import LiveNetwork
from kommit.kit.clock import Clock
from routing.ondemand.network import OnDemandNetwork


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Everything about own on-demand vehicles."""

    tickets: Tickets
    """Those that drivers read."""
    world: World
    holds: ShuttleHolds
    shuttles: Shuttles
    driving: Driving
    upkeep: Upkeep
    connections: LateConnections


def open_dispatch(store: Store, clock: Clock, network: LiveNetwork, tickets: Tickets) -> Dispatch:
    """Return what dispatches the vehicles of the network's services."""

    def world() -> OnDemandNetwork:
        return network().on_demand

    def order_of(ticket: bytes) -> UUID:
        now = clock.now()
        try:
            shown = tickets.inspect(ticket, now).ticket
            with store.read() as uow:
                check_not_revoked(uow, shown, now)
            return shown.order_id
        except TicketError as error:
            raise WrongPin from error

    return Dispatch(
        tickets,
        world,
        ShuttleHolds(world),
        Shuttles(store, clock, world),
        Driving(store, clock, world, order_of),
        Upkeep(store, clock, world),
        LateConnections(store, clock, world, lambda leg: expected_arrival(network(), leg)),
    )


def expected_arrival(network: Network, leg: ChainLeg) -> datetime | None:
    """Return when a ride of the timetable arrives by the realtime of this moment.

    None where realtime does not tell of it, or it does not go where it was planned to.
    """
    ride = leg.ride
    trip = None if ride is None else network.trips.find(ride.trip_id)
    if ride is None or trip is None:
        return None
    calls = network.trips.calls(trip, network.day_of(ride.service_day))
    if not calls.is_realtime or calls.planned is None or ride.alight >= len(calls.expected):
        return None
    return datetime.fromtimestamp(calls.expected[ride.alight].arrival, UTC)
