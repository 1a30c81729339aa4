"""The shuttles of an order: held, confirmed and given back in the order's own transactions.

A held ride stands in a plan like a booked one, so nobody else is offered its place. The same checks
are made at the hold and at the commit, by the definition of the service as the search asks it.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from booking.domain.chain import ChainLeg, ChainPoint
from booking.domain.errors import (
    BookingDeadlinePassed,
    NotOnSale,
    ShuttleNotFree,
    TooManyOpenRides,
)
from booking.domain.order_states import OrderState
from booking.domain.orders import Order
from booking.domain.shuttles import Promise, RideState, ShuttleRide
from booking.service.ports import UnitOfWork
from booking.service.shuttle_plans import (
    AROUND,
    World,
    booked,
    ground_of,
    leave_plan,
    read_plans,
    save_plans,
    unix,
)
from kommit.kit.ids import uuid7
from routing.ondemand.board import inserted
from routing.ondemand.fleet import FleetNow, Spot
from routing.ondemand.network import ServiceGround
from routing.ondemand.service import Capacity
from routing.ondemand.terms import Reason, Ride, terms_of


class ShuttleHolds:
    """Holds and confirms the shuttles of orders."""

    def __init__(self, world: World) -> None:
        self._world = world

    def hold(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """Put all shuttles of a new order into plans.

        Raises
        ------
        ShuttleNotFree, TooManyOpenRides, BookingDeadlinePassed, NotOnSale
            If one of them cannot be had at this moment. The transaction must not be committed then.
        """
        for service_id in services_of(order):
            uow.shuttles.lock(service_id)
        for at, leg in order.offer.chain.shuttles:
            self._check_open_rides(uow, order, leg, now)
            self._put_in(uow, _new_ride(order, at, leg, now), leg, now)

    def confirm(self, uow: UnitOfWork, order: Order, now: datetime) -> None:
        """Make the held shuttles of an order booked ones.

        Raises
        ------
        ShuttleNotFree, BookingDeadlinePassed, NotOnSale
            If one of them is no longer in a plan and cannot be had again.
        """
        for service_id in services_of(order):
            uow.shuttles.lock(service_id)
        legs = dict(order.offer.chain.shuttles)
        for ride in uow.shuttles.rides_of(order.id):
            if ride.state is not RideState.HELD:
                raise ShuttleNotFree(
                    f"{ride.service_id} has lost the vehicle that was held; search again"
                )
            self._permit(legs[ride.leg], now)
            if not self._is_in_plan(uow, ride):
                self._put_in(uow, ride, legs[ride.leg], now)
            ride.move(RideState.BOOKED, now)
            ride.held_until = None
            uow.shuttles.save_ride(ride)

    def _put_in(self, uow: UnitOfWork, ride: ShuttleRide, leg: ChainLeg, now: datetime) -> None:
        """Put a ride into the plan that takes it best, or raise ``ShuttleNotFree``."""
        ground = self._permit(leg, now)
        if ride.party.seats > ground.service.limits.max_party:
            raise NotOnSale(
                f"{ground.service.name} takes groups of {ground.service.limits.max_party}"
            )
        promise = ride.promise
        plans = read_plans(
            uow, ground, promise.pickup_from - AROUND, promise.drop_off_until + AROUND, now
        )
        fleet = inserted(plans.now, ground.times, booked(ride, ground))
        if not isinstance(fleet, FleetNow):
            raise ShuttleNotFree(
                f"{ground.service.name} has no vehicle free for this ride any more; search again"
            )
        ride.duty_id = next(
            duty.id for duty in fleet.duties if any(s.ride == str(ride.id) for s in duty.plan)
        )
        uow.shuttles.save_ride(ride)
        save_plans(uow, plans, fleet)

    def _permit(self, leg: ChainLeg, now: datetime) -> ServiceGround:
        """Return the service of a leg if it may be booked now; the search asks the same."""
        shuttle = leg.shuttle
        assert shuttle is not None  # noqa: S101 - asked for shuttles only
        ground = ground_of(self._world, shuttle.service_id)
        ends = _spot(leg.origin, shuttle.pickup_stop), _spot(leg.destination, shuttle.drop_off_stop)
        if not ground.may_pair(*ends):
            raise NotOnSale(f"{shuttle.service_name} does not carry between these places")
        origin, destination = (ground.areas_at(end) for end in ends)
        asked = Ride(origin, destination, unix(leg.departure), unix(leg.arrival))
        permit = terms_of(ground.service, asked, unix(now))
        if permit is Reason.DEADLINE:
            raise BookingDeadlinePassed(
                f"{shuttle.service_name} from {leg.origin.name}", leg.latest_booking or now
            )
        if isinstance(permit, Reason):
            raise NotOnSale(f"{shuttle.service_name} does not run there at that time")
        return ground

    def _check_open_rides(
        self, uow: UnitOfWork, order: Order, leg: ChainLeg, now: datetime
    ) -> None:
        assert leg.shuttle is not None  # noqa: S101 - asked for shuttles only
        most = ground_of(self._world, leg.shuttle.service_id).service.limits.max_open
        if uow.shuttles.count_open(order.rider_id, now) >= most:
            raise TooManyOpenRides(most)

    def _is_in_plan(self, uow: UnitOfWork, ride: ShuttleRide) -> bool:
        if ride.duty_id is None:
            return False
        state = uow.shuttles.duties(ride.service_id, [ride.duty_id]).get(ride.duty_id)
        return state is not None and any(one == str(ride.id) for one, _ in state.plan)


def release_shuttles(uow: UnitOfWork, order: Order, to: OrderState, now: datetime) -> None:
    """Take the shuttles of an order, which becomes ``to``, out of their plans."""
    ends = {
        OrderState.RELEASED: RideState.CANCELLED,
        OrderState.EXPIRED: RideState.EXPIRED,
    }
    for ride in sorted(uow.shuttles.rides_of(order.id), key=lambda ride: ride.service_id):
        if ride.state in {RideState.HELD, RideState.BOOKED}:
            leave_plan(uow, ride)
            held = ride.state is RideState.HELD
            ride.move(ends.get(to, RideState.CANCELLED) if held else RideState.CANCELLED, now)
            ride.duty_id = None
            uow.shuttles.save_ride(ride)


def shrink_shuttles(uow: UnitOfWork, order: Order, left: Mapping[int, int], now: datetime) -> None:
    """Leave so many passengers on the shuttles of these legs; with none left it does not come."""
    if not any(at in left for at, _ in order.offer.chain.shuttles):
        return
    for ride in sorted(uow.shuttles.rides_of(order.id), key=lambda ride: ride.service_id):
        if ride.leg not in left or ride.state is not RideState.BOOKED:
            continue
        if left[ride.leg] == 0:
            leave_plan(uow, ride)
            ride.move(RideState.CANCELLED, now)
            ride.duty_id = None
        else:
            uow.shuttles.lock(ride.service_id)
            ride.party = Capacity(left[ride.leg])
            uow.shuttles.bump(ride.service_id)
        uow.shuttles.save_ride(ride)


def services_of(order: Order) -> Iterable[str]:
    """Return the services of an order's shuttles, in the order in which they are locked."""
    return sorted({leg.shuttle.service_id for _, leg in order.offer.chain.shuttles if leg.shuttle})


def _new_ride(order: Order, at: int, leg: ChainLeg, now: datetime) -> ShuttleRide:
    shuttle = leg.shuttle
    assert shuttle is not None  # noqa: S101 - asked for shuttles only
    return ShuttleRide(
        id=uuid7(),
        service_id=shuttle.service_id,
        order_id=order.id,
        rider_id=order.rider_id,
        leg=at,
        pickup=leg.origin,
        drop_off=leg.destination,
        pickup_stop=shuttle.pickup_stop,
        drop_off_stop=shuttle.drop_off_stop,
        promise=Promise(leg.departure, shuttle.pickup_until, leg.arrival),
        party=Capacity(len(order.offer.passengers)),
        pin=f"{secrets.randbelow(10_000):04}",
        state=RideState.HELD,
        held_until=order.expires_at,
        created_at=now,
    )


def _spot(point: ChainPoint, stop: str | None) -> Spot:
    return Spot(point.lat, point.lon, stop)
