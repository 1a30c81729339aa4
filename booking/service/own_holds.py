"""Everything of an order that is ours to keep: places on trips, shuttle seats, vehicles and docks.

One place where they are held, confirmed and given back, always in the order's transaction and
always in the same sequence: trips, services, vehicles, so that two orders never wait crosswise.
"""

from datetime import datetime

from booking.domain.errors import NotOnSale
from booking.domain.holds import check_places, claims_of
from booking.domain.order_states import OrderState
from booking.domain.orders import Order, Part
from booking.domain.rentals import Rental
from booking.service.ports import UnitOfWork
from booking.service.rental_holds import RentalHolds, own_rentals, release_rental, release_rentals
from booking.service.shuttle_holds import ShuttleHolds, release_shuttles, shrink_shuttles


class OwnHolds:
    """Holds, confirms and gives back what orders have of us.

    Parameters
    ----------
    shuttles
        Rides on our own on-demand vehicles; without it chains with such rides are not sold.
    rentals
        Vehicles of our own fleets; without it chains with such legs are not sold.
    """

    def __init__(
        self, shuttles: ShuttleHolds | None = None, rentals: RentalHolds | None = None
    ) -> None:
        self._shuttles, self._rentals = shuttles, rentals

    def hold(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """Hold everything until the order expires.

        Raises
        ------
        NoPlacesLeft, ShuttleNotFree, TooManyOpenRides, SlotNotFree, BookingDeadlinePassed
            If something cannot be had. The transaction must not be committed then.
        NotOnSale
            If this installation does not sell a leg.
        """
        recount_places(uow, order, now)
        uow.places.hold(order.id, claims_of(order.offer), order.expires_at)
        if order.offer.chain.shuttles:
            if self._shuttles is None:
                raise NotOnSale("rides on demand are not sold here")
            self._shuttles.hold(uow, order, now)
        if any(own_rentals(order)):
            if self._rentals is None:
                raise NotOnSale("vehicles are not rented here")
            self._rentals.hold(uow, order, now)

    def confirm(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """Fix everything; counts again, so that a process with a slow clock sells nothing twice."""
        recount_places(uow, order, now)
        uow.places.confirm(order.id)
        if self._shuttles is not None and order.offer.chain.shuttles:
            self._shuttles.confirm(uow, order, now)
        if self._rentals is not None and any(own_rentals(order)):
            self._rentals.confirm(uow, order, now)


def recount_places(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """Lock the limited trips of an order and check that it fits beside all others."""
    claims = claims_of(order.offer)
    capacities = uow.places.capacities(claims) if claims else {}
    for claim in claims:
        if claim in capacities:
            uow.places.lock(claim.trip)
            taken = uow.places.taken(claim.trip, now, but=order.id)
            check_places(claim, capacities[claim], taken)


def give_back(uow: UnitOfWork, order: Order, to: OrderState, now: datetime) -> None:
    """Give back everything of an order that becomes ``to``."""
    uow.places.release(order.id)
    if order.offer.chain.shuttles:
        release_shuttles(uow, order, to, now)
    if any(own_rentals(order)):
        release_rentals(uow, order, to, now)


def give_back_parts(uow: UnitOfWork, order: Order, parts: frozenset[Part], now: datetime) -> None:
    """Give back what only these parts of a sold order need; the others keep theirs.

    ``order`` still has the parts. A vehicle is given back with the last passenger of its leg.
    """
    left = {
        leg: order.riders_on(leg) - sum(at == leg for at, _ in parts)
        for leg in {leg for leg, _ in parts}
    }
    for leg in sorted(left):
        ride = order.offer.chain.legs[leg].ride
        if ride is not None:
            uow.places.shrink(order.id, ride.trip_id, ride.service_day, ride.board, left[leg])
    shrink_shuttles(uow, order, left, now)
    for rental in _rentals(uow, order):
        if left.get(-1 if rental.leg is None else rental.leg, 1) == 0:
            release_rental(uow, rental, OrderState.CANCELLED, now)


def _rentals(uow: UnitOfWork, order: Order) -> list[Rental]:
    return list(uow.rentals.of_order(order.id)) if any(own_rentals(order)) else []
