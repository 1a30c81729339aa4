"""Own vehicles: when they are free, reserving them, and their doors."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query

from booking.domain import errors
from booking.domain.calendar import Span
from booking.domain.rentals import Action, RentalState
from booking.service.rental_steps import Spot
from booking.service.rentals import Rentals as Doors
from booking.service.reservations import LISTED
from kommit.api.auth import SignedIn
from kommit.api.idempotency import IdempotencyKey, OncePerKey
from kommit.api.problems import documented
from kommit.api.rentals import rental_json, rentals_json, slot_json, window
from kommit.api.routes.orders import REPLAYS
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
        errors.FleetNotFound,
        errors.VehicleNotFound,
        errors.SlotNotFree,
        errors.StaleOrder,
    ),
)
def reserve_vehicle(
    request: shapes.RentalRequest,
    rider: SignedIn,
    services: ServicesOf,
    network: NetworkOf,
    idempotency_key: IdempotencyKey,
) -> shapes.Rental:
    """Reserve an own vehicle for a time. It has a price, which is not paid by this API yet."""
    del idempotency_key  # the route class has looked at it
    wanted = Span(request.start, request.end)
    rental = services.reservations.reserve(rider.id, request.system, request.vehicle, wanted)
    return rental_json(rental, services.fleets, network)


@spending.post(
    "/v1/rentals/{rental_id}/{action}",
    responses=documented(
        *REPLAYS,
        errors.RentalNotFound,
        errors.RentalRefused,
        errors.RentalBusy,
        errors.BoxDidNotOpen,
        errors.LockJammed,
        errors.LockRefused,
        errors.LockUnreachable,
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
        rental = services.reservations.cancel(rental_id, rider.id)
    else:
        where = Spot(spot.station, spot.lat, spot.lon) if spot else None
        before = services.reservations.get(rental_id, rider.id)
        does = Action(action)
        if does is Action.OPEN and before.state is RentalState.PAUSED:
            does = Action.RESUME
        rental = _doors(services).act(rental_id, rider.id, does, where)
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


def _doors(services: Services) -> Doors:
    if services.rentals is None:
        raise errors.RentalRefused("this installation moves no locks: ask the operator")
    return services.rentals
