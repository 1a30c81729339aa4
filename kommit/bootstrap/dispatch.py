"""Own on-demand vehicles: what holds, offers and drives them, put together."""

from dataclasses import dataclass
from uuid import UUID

from booking.domain.errors import WrongPin
from booking.service.driving import Driving
from booking.service.ports import Store
from booking.service.shuttle_holds import ShuttleHolds
from booking.service.shuttle_plans import World
from booking.service.shuttles import Shuttles
from booking.service.tickets import Tickets
from booking.tickets.errors import TicketError
from kommit.bootstrap.networks import LiveNetwork
from kommit.kit.clock import Clock
from routing.ondemand.network import OnDemandNetwork


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Everything about own on-demand vehicles."""

    world: World
    holds: ShuttleHolds
    shuttles: Shuttles
    driving: Driving


def open_dispatch(store: Store, clock: Clock, network: LiveNetwork, tickets: Tickets) -> Dispatch:
    """Return what dispatches the vehicles of the network's services."""

    def world() -> OnDemandNetwork:
        return network().on_demand

    def order_of(ticket: bytes) -> UUID:
        try:
            return tickets.read(ticket).order_id
        except TicketError as error:
            raise WrongPin from error

    return Dispatch(
        world,
        ShuttleHolds(world),
        Shuttles(store, clock, world),
        Driving(store, clock, world, order_of),
    )
