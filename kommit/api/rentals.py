"""Rentals of booking as JSON; times as the region's clocks show them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from booking.domain import rentals as domain
from booking.domain.calendar import Span
from booking.service.fleets import Fleets, Rented
from kommit.api.inputs import moment_of
from kommit.api.network import Network
from kommit.api.schemas.common import Money
from kommit.api.schemas.rentals import Rental, RentalStation, Slot

EVER = Span(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def rental_json(rental: domain.Rental, fleets: Fleets, network: Network) -> Rental:
    """Return a rental as its rider sees it."""
    return rentals_json([rental], fleets, network)[0]


def rentals_json(
    rentals: Iterable[domain.Rental], fleets: Fleets, network: Network
) -> list[Rental]:
    """Return rentals as their rider sees them."""
    return [_json(one, network) for one in fleets.rented(rentals)]


def slot_json(span: Span, network: Network) -> Slot:
    """Return a free slot."""
    return Slot(start=network.local(span.start), end=network.local(span.end))


def window(start: datetime | None, end: datetime | None, network: Network) -> Span:
    """Return the window that was asked for; without an offset in the region's time."""
    first = moment_of(start, network, "from") if start else EVER.start
    last = moment_of(end, network, "until") if end else EVER.end
    return Span(first, last)


def _json(one: Rented, network: Network) -> Rental:
    rental, fleet, vehicle, public_id = one
    station = fleet.station_of.get(rental.station_id or "")
    return Rental(
        id=rental.id,
        state=rental.state,
        system=fleet.id,
        system_name=fleet.name,
        vehicle=public_id,
        vehicle_type=fleet.type_of[vehicle.type_id].name,
        station=RentalStation.model_validate(station) if station else None,
        box=vehicle.slot,
        start=network.local(rental.span.start),
        end=network.local(rental.span.end),
        price=Money.of(rental.price),
        created_at=network.local(rental.created_at),
        opened_at=rental.opened_at and network.local(rental.opened_at),
        ended_at=rental.ended_at and network.local(rental.ended_at),
        under_way=rental.task.action if rental.task else None,
    )
