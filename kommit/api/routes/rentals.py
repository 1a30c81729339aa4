"""Own vehicles: when they are free, reserving them, and their doors."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query

from booking.domain import errors, lock_errors
from booking.domain.rentals import Action, Rental, RentalState
from booking.service.offers import ONE_ADULT
from booking.service.rental_offers import RentalWish
from booking.service.rental_steps import Spot
from booking.service.rentals import Rentals as Doors
from booking.service.reservations import LISTED
from kommit.api.auth import SignedIn
from kommit.api.idempotency import IdempotencyKey, OncePerKey
from kommit.api.problems import documented
from kommit.api.rentals import rental_json, rentals_json, slot_json, window
from kommit.api.routes.orders import NOT_HELD, REPLAYS, check_means
from kommit.api.schemas import rentals as shapes
from kommit.api.services import NetworkOf, Services, ServicesOf

router = APIRouter(tags=["sharing"])
spending = APIRouter(tags=["sharing"], route_class=OncePerKey)


@router.get(
    "/v1/fleets/{system_id}/vehicles/{vehicle_id}/slots",
    responses=documented(errors.FleetNotFound, errors.VehicleNotFound),
)
def list_slots(
    system_id: Annotated[str, Path(max_length=64)],
    vehicle_id: Annotated[str, Path(max_length=64, description="As GBFS tells it now.")],
    services: ServicesOf,
    network: NetworkOf,
    start: Annotated[
        datetime | None, Query(alias="from", description="Default: now. Naive: the region's time.")
    ] = None,
    until: Annotated[
        datetime | None, Query(description="Default: as far ahead as it can be reserved.")
    ] = None,
) -> shapes.Slots:
    """Return when an own vehicle is free: open, not closed, and not somebody else's."""
    found = services.fleets.slots(system_id, vehicle_id, window(start, until, network))
    rules = services.fleets.fleet(system_id).rules
    return shapes.Slots(
        slots=[slot_json(span, network) for span in found],
        min_rental_s=rules.min_rental_s,
        max_rental_s=rules.max_rental_s,
    )


@spending.post(
    "/v1/rentals",
    status_code=201,
    responses=documented(
        *REPLAYS,
        *NOT_HELD,
        errors.NotEnoughMoney,
        errors.PaymentDeclined,
        errors.PaymentChallenged,
        errors.PaymentInProgress,
        errors.PaymentUnavailable,
        errors.UnknownMeans,
    ),
)
def reserve_vehicle(
    request: shapes.RentalRequest,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> shapes.Rental:
    """Buy the slot of an own vehicle at once: offer, order and payment in one call.

    With a journey it is one order: `POST /v1/offers` takes `rentals`, too. What is not used of the
    time is refunded after the return, what is used more is charged.
    """
    del idempotency_key  # the route class has looked at it
    check_means(request.payment.means, services)
    wish = RentalWish(request.system, request.vehicle, request.start, request.end)
    chain = services.rental_offers.chain(None, [wish])
    offer, _ = services.sales_desk.make(rider, chain, ONE_ADULT)
    order = services.orders.hold(rider.id, offer)
    means, method = request.payment.means, request.payment.payment_method
    services.orders.pay(order.id, rider.id, means, method)
    rental = services.reservations.of_order(order.id, rider.id)
    return rental_json(rental, services.fleets, network)


@spending.post(
    "/v1/rentals/{rental_id}/{action}",
    responses=documented(
        *REPLAYS,
        errors.RentalNotFound,
        errors.RentalRefused,
        errors.RentalBusy,
        errors.BoxDidNotOpen,
        lock_errors.LockJammed,
        lock_errors.LockRefused,
        lock_errors.LockUnreachable,
        errors.StaleOrder,
    ),
)
def act_on_rental(
    rental_id: UUID,
    action: Literal["open", "close", "pause", "return", "cancel"],
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
    spot: shapes.ReturnSpot | None = None,
) -> shapes.Rental:
    """Move the door or lock of a rental, bring the vehicle back, or give the reservation back.

    `open` also ends a pause. `return` needs the door closed and the vehicle inside; say the
    station, or `lat` and `lon`, unless it comes back to its own box. A door that does
    not open gives the rental another vehicle of the station: look at `vehicle` and `box`.
    """
    del idempotency_key
    if action == "cancel":
        rental = _given_back(services, rental_id, rider.id)
    else:
        where = Spot(spot.station, spot.lat, spot.lon) if spot else None
        before = services.reservations.get(rental_id, rider.id)
        does = Action(action)
        if does is Action.OPEN and before.state is RentalState.PAUSED:
            does = Action.RESUME
        rental = _doors(services).act(rental_id, rider.id, does, where)
        services.usage.settle_rental(rental.id)
    return rental_json(rental, services.fleets, network)


@router.get("/v1/rentals", responses=documented(errors.NotSignedIn))
def list_rentals(
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    limit: Annotated[int, Query(ge=1, le=200, description="As many at most.")] = LISTED,
) -> shapes.Rentals:
    """Return the rider's rentals, newest first."""
    found = services.reservations.list_rentals(rider.id, limit)
    return shapes.Rentals(rentals=rentals_json(found, services.fleets, network))


@router.get(
    "/v1/rentals/{rental_id}", responses=documented(errors.NotSignedIn, errors.RentalNotFound)
)
def get_rental(
    rental_id: UUID, rider: SignedIn, services: ServicesOf, network: NetworkOf
) -> shapes.Rental:
    """Return one of the rider's rentals."""
    rental = services.reservations.get(rental_id, rider.id)
    return rental_json(rental, services.fleets, network)


def _given_back(services: Services, rental_id: UUID, rider_id: UUID) -> Rental:
    """Give a rental back: by its order, if one has paid for it, and by the rules of that."""
    rental = services.reservations.get(rental_id, rider_id)
    if rental.order_id is None or rental.leg is None or rental.state is RentalState.CANCELLED:
        return services.reservations.cancel(rental_id, rider_id)
    services.after_sales.cancel(rental.order_id, rider_id, [rental.leg])
    return services.reservations.get(rental_id, rider_id)


def _doors(services: Services) -> Doors:
    if services.rentals is None:
        raise errors.RentalRefused("this installation moves no locks: ask the operator")
    return services.rentals
